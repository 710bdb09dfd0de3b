package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The companies of the installation. The key of the tests is for the seller and the
// buyer; the stranger is a company here too, but not the key's; nobody has absent.
const (
	seller   = "27AAPFU0939F1ZV"
	buyer    = "29AWGPV7107B1ZF"
	stranger = "27AABFK4417C1ZS"
	absent   = "24AAUPV7468F1ZW"

	sellerName = "Sharda Traders"
)

// erp is the client of all tests: its key is for the seller and the buyer.
var erp client

func TestMain(m *testing.M) {
	code, err := withProgram(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		code = 1
	}
	os.Exit(code)
}

// withProgram builds and starts the program in practice mode, with companies and a
// key, runs the tests and stops it again.
func withProgram(tests func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	p := program{binary: filepath.Join(dir, "mohar"), data: filepath.Join(dir, "data")}
	if out, err := exec.CommandContext(context.Background(), "go", "build", "-o", p.binary, "../cmd/mohar").CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build: %w\n%s", err, out)
	}
	stop, err := p.serve()
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	if err := p.furnish(); err != nil {
		return 1, err
	}
	return tests(), nil
}

// program is an installation of mohar.
type program struct{ binary, data, base string }

// command runs a subcommand to its end and returns what it printed.
func (p program) command(input string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Stdin = strings.NewReader(input)
	var printed, complained bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &complained
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("mohar %s: %w\n%s%s", strings.Join(args, " "), err, printed.String(), complained.String())
	}
	return printed.String(), nil
}

// serve starts the program and returns when it is ready. The function it returns
// stops it as an operator would and waits for its end.
func (p *program) serve() (stop func() error, err error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	p.base = "http://" + address
	var output bytes.Buffer
	cmd := exec.CommandContext(context.Background(), p.binary, "serve", "--data", p.data, "--listen", address)
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	if err := p.ready(ended); err != nil {
		_ = cmd.Process.Kill()
		return nil, fmt.Errorf("serve: %w\n%s", err, output.String())
	}
	return func() error {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(15 * time.Second):
			return errors.Join(errors.New("serve did not stop within 15 s of SIGINT"), cmd.Process.Kill())
		}
	}, nil
}

// ready waits until the program says that it can work.
func (p program) ready(ended <-chan error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("ended before it was ready: %w", err)
		case <-deadline:
			return errors.New("not ready within 30 s")
		case <-tick.C:
			if p.saysReady() {
				return nil
			}
		}
	}
}

func (p program) saysReady() bool {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.Body.Close() == nil && resp.StatusCode == http.StatusOK
}

// furnish makes the owner, the companies and the key, beside the running program.
func (p program) furnish() error {
	if _, err := p.command("three blue lorries", "setup", "--data", p.data, "--email", "owner@example.in", "--password-stdin"); err != nil {
		return err
	}
	for _, c := range [][]string{
		{seller, sellerName, "14 Dana Bazaar", "Pune", "411002"},
		{buyer, "Kaveri Papers", "9 Ring Road", "Bengaluru", "562160"},
		{stranger, "Konkan Agro Foods LLP", "Plot 12, Sector 19", "Navi Mumbai", "400703"},
	} {
		if _, err := p.command("", "company", "add", "--data", p.data, "--practice", "--gstin", c[0],
			"--name", c[1], "--address1", c[2], "--place", c[3], "--pin", c[4]); err != nil {
			return err
		}
	}
	printed, err := p.command("", "apikey", "new", "--data", p.data, "--name", "ERP", "--gstin", seller, "--gstin", buyer)
	if err != nil {
		return err
	}
	// Section 1: the Key Id looks like a letter and 18 digits.
	key := regexp.MustCompile(`(?s)Key Id: ([A-Z][0-9]{18})\n.*Key Secret: ([A-Za-z0-9]{20,})\n`).FindStringSubmatch(printed)
	if key == nil {
		return fmt.Errorf("apikey new printed no Key Id of a letter and 18 digits with its Key Secret: %q", printed)
	}
	erp = client{base: p.base + "/api", id: key[1], secret: key[2]}
	return nil
}

// freeAddress is a loopback address where nobody listens.
func freeAddress() (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
