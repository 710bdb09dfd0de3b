package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/nic"
	"mohar/sandbox"
)

// BenchmarkStart measures from the start of the process to its first answer, on an
// installation that has run before; what it then holds in memory; and the binary.
func BenchmarkStart(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "mohar")
	build := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	dir, address := install(b), freePort(b)
	var starts, memory []float64
	for b.Loop() {
		took, kib := startOnce(b, binary, dir, address)
		starts, memory = append(starts, took.Seconds()*1000), append(memory, kib)
	}
	b.ReportMetric(median(starts), "ms-to-first-answer")
	b.ReportMetric(median(memory)/1024, "MiB-resident-idle")
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB-binary")
	b.ReportMetric(0, "ns/op")
}

func startOnce(b *testing.B, binary, dir, address string) (time.Duration, float64) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "serve", "--data", dir, "--listen", address)
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	started := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { cancel(); _ = cmd.Wait() }() // killed on purpose
	for time.Since(started) < 30*time.Second {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/login", nil)
		if err != nil {
			b.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		took := time.Since(started)
		return took, residentKiB(b, cmd.Process.Pid)
	}
	b.Fatal("mohar did not answer")
	return 0, 0
}

// residentKiB is what a process holds in memory, from /proc.
func residentKiB(b *testing.B, pid int) float64 {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		b.Skip("no /proc here: memory is not measured")
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkRegistration measures a document's whole way: issued, sent through a GSP
// face of the practice portal in this process, answered, both signatures verified,
// stored.
func BenchmarkRegistration(b *testing.B) {
	ctx := db.WithActor(context.Background(), db.Actor{Kind: "command", Name: "bench"})
	log := slog.New(slog.DiscardHandler)
	var c clock
	p, err := startPortal(ctx, sandbox.Options{Now: c.Now, Log: log}, log)
	if err != nil {
		b.Fatal(err)
	}
	defer stopPortal(p, log)
	h, err := buildHouse(ctx, b.TempDir(), p.URL, callLimits{}, c.Now, log)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = h.store.Close() }() // thrown away
	sample, err := samples.ReadFile("samples/1-b2b-intra.json")
	if err != nil {
		b.Fatal(err)
	}
	inv, _, err := nic.Decode(sample)
	if err != nil {
		b.Fatal(err)
	}
	c.Set(inv.Date.Time().Add(12 * time.Hour))
	var took []float64
	for n := 0; b.Loop(); n++ {
		f := &demoFile{inv: inv, data: []byte(strings.Replace(string(sample), "INV/26-27/0418", fmt.Sprintf("B/%d", n), 1))}
		started := time.Now()
		if err := h.registerFile(ctx, f); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(started).Seconds()*1000)
	}
	b.ReportMetric(median(took), "ms-p50")
	b.ReportMetric(took[len(took)*99/100], "ms-p99")
}
