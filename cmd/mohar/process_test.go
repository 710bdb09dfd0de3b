package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// asProgram makes the test binary behave as mohar itself, so that tests start and
// kill real processes of exactly this code.
const asProgram = "MOHAR_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// process is a running mohar.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	output *lockedBuffer
	URL    string
	exited chan error
}

var listening = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// start runs mohar with args until it says where it listens.
func start(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: program(context.Background(), args...), output: &lockedBuffer{}, exited: make(chan error, 1)}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stderr = p.output
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make(chan string, 1)
	go func() {
		r := bufio.NewReader(stdout)
		first, _ := r.ReadString('\n') // a program that fails says why on stderr
		line <- first
		_, _ = io.Copy(p.output, r)
		p.exited <- p.cmd.Wait()
	}()
	select {
	case first := <-line:
		p.URL = listening.FindString(first)
	case <-time.After(time.Minute):
	}
	if p.URL == "" {
		_ = p.cmd.Process.Kill()
		t.Fatalf("mohar %s did not come up: %s", strings.Join(args, " "), p.output)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // most have ended by then
	return p
}

// program is mohar with args, not started.
func program(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// kill is kill -9, and waits until the process is gone.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	if err := <-p.exited; err == nil {
		p.t.Error("the killed program ended as if nothing had happened")
	}
}

// lockedBuffer collects a process's output.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// runIn runs one command line in this process and returns what it printed.
func runIn(t testing.TB, stdin string, args ...string) (string, error) {
	t.Helper()
	var out, errs bytes.Buffer
	err := run(context.Background(), args, streams{in: strings.NewReader(stdin), out: &out, err: &errs})
	return out.String() + errs.String(), err
}

// mustRun is runIn for commands that must succeed.
func mustRun(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	out, err := runIn(t, stdin, args...)
	if err != nil {
		t.Fatalf("mohar %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// Sign-in of the installations that tests make.
const (
	testEmail    = "asha@sharda.example"
	testPassword = "correct horse battery"
	testGSTIN    = "27AAPFU0939F1ZV"
)

// install makes an installation with an owner and a practice company.
func install(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	mustRun(t, testPassword+"\n", "setup", "--data", dir, "--email", testEmail, "--password-stdin")
	mustRun(t, "", "company", "add", "--data", dir, "--gstin", testGSTIN, "--name", "Sharda Traders",
		"--address1", "14 Dana Bazaar", "--place", "Pune", "--pin", "411002", "--state", "27", "--practice")
	return dir
}

// visitor is a signed-in person without a browser.
type visitor struct {
	t    testing.TB
	base string
	http *http.Client
}

func signIn(t testing.TB, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, base: base, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	v.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if a := v.post("/login", url.Values{"email": {testEmail}, "password": {testPassword}}); a.status != http.StatusSeeOther {
		t.Fatalf("sign in: %d", a.status)
	}
	return v
}

// answer is a reply, read.
type answer struct {
	status   int
	location string
	body     string
}

func (v *visitor) do(req *http.Request) answer {
	v.t.Helper()
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header.Get("Location"), string(body)}
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, v.base+path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(req)
}

func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

// typedInvoice is the editor's form with one line of goods, dated today.
func typedInvoice(today time.Time) url.Values {
	return url.Values{
		"type": {"INV"}, "date": {today.Format("02/01/2006")}, "supply": {"B2B"}, "pos": {"27"},
		"buyer.gstin": {"27AABFK4417C1ZS"}, "buyer.name": {"Konkan Agro Foods LLP"},
		"buyer.address1": {"Plot 12, Sector 19"}, "buyer.place": {"Vashi, Navi Mumbai"}, "buyer.pin": {"400703"}, "buyer.state": {"27"},
		"lines[0].description": {"Alphonso mango pulp, 850 g tin"}, "lines[0].hsn": {"2008 99 11"},
		"lines[0].qty": {"240"}, "lines[0].unit": {"CTN"}, "lines[0].price": {"620.00"}, "lines[0].rate": {"5"},
		"do": {"issue"},
	}
}

// issue types and issues an invoice and returns its page's path.
func (v *visitor) issue(form url.Values) string {
	v.t.Helper()
	a := v.post("/c/"+testGSTIN+"/invoices", form)
	if a.status != http.StatusSeeOther {
		v.t.Fatalf("issue: %d\n%s", a.status, a.body)
	}
	return a.location
}

// ledger is what the sandbox says it holds.
type ledger struct {
	Calls     int `json:"calls"`
	Documents []struct {
		No            string `json:"no"`
		IRN           string `json:"irn"`
		Status        string `json:"status"`
		GenerateCalls int    `json:"generate_calls"`
	} `json:"documents"`
}

func readLedger(t testing.TB, sandboxURL string) ledger {
	t.Helper()
	var l ledger
	body := call(t, http.MethodGet, sandboxURL+"/_sandbox/ledger", "")
	if err := json.Unmarshal([]byte(body), &l); err != nil {
		t.Fatalf("ledger: %v\n%s", err, body)
	}
	return l
}

// setFault makes a face of the sandbox fail.
func setFault(t testing.TB, sandboxURL, face, op, fault string, times, ms int) {
	t.Helper()
	call(t, http.MethodPost, sandboxURL+"/_sandbox/faults",
		fmt.Sprintf(`{"face":%q,"op":%q,"fault":%q,"times":%d,"ms":%d}`, face, op, fault, times, ms))
}

func call(t testing.TB, method, address, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s", method, address, res.Status, said)
	}
	return string(said)
}

// eventually asks again and again until ok, for what another process does in its
// own time. The limit only ends a test that hangs.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(90 * time.Second)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// freePort is an address to listen on that nobody uses now.
func freePort(t testing.TB) string {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// stop ends the process as an operator would, and waits.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.exited:
		if err != nil {
			p.t.Errorf("mohar ended with %v: %s", err, p.output)
		}
	case <-time.After(15 * time.Second):
		p.t.Errorf("mohar did not stop: %s", p.output)
		_ = p.cmd.Process.Kill()
	}
}

func decode64(t testing.TB, text string) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
