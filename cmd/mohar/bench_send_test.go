package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/handlers"
)

// BenchmarkGenerateIRN measures what an ERP waits for: 32 clients at once post a document
// of 10 items each to generateirn and read the answer with its IRN. The portal is another
// process on the same machine, the clients are in this one. To reach on 2 cores: 300 documents a second,
// 99 of 100 within 250 ms; 150 a second where a commit takes 5 ms.
func BenchmarkGenerateIRN(b *testing.B) {
	for _, disk := range []struct {
		name   string
		commit time.Duration
	}{{"disk", 0}, {"5ms-commits", 5 * time.Millisecond}} {
		b.Run(disk.name, func(b *testing.B) { benchSend(b, disk.commit) })
	}
}

const (
	sendClients = 32
	sendRound   = 2000 // documents
)

func benchSend(b *testing.B, commit time.Duration) {
	collectLess() // as main does; the program runs in this process
	portal := start(b, "sandbox", "--listen", "127.0.0.1:0", "--state", filepath.Join(b.TempDir(), "sandbox.db"))
	s := newSender(b, portal, commit)
	s.round(sendClients) // signs in, reads keys, makes buffers
	for b.Loop() {
		s.round(sendRound)
	}
	s.report()
}

// sender is an installation to which clients send documents.
type sender struct {
	b        *testing.B
	h        *house
	portal   *process
	document string
	server   *httptest.Server
	key      db.APIKey
	secret   string
	sent     atomic.Int64
	commits  atomic.Int64

	// Of the last round.
	documents   int64
	took        []time.Duration
	lasted      time.Duration
	ours, other time.Duration // processor time
	committed   int64
}

func newSender(b *testing.B, portal *process, commit time.Duration) *sender {
	s := &sender{b: b, portal: portal, document: tenItems(b)}
	log := slog.New(slog.DiscardHandler)
	store, err := db.Open(b.Context(), db.Options{Dir: install(b), Log: log, BeforeCommit: func() error {
		s.commits.Add(1)
		if commit > 0 {
			time.Sleep(commit)
		}
		return nil
	}})
	s.must(err)
	s.h = furnish(store, portal.URL, callLimits{}, time.Now, log)
	s.key = db.APIKey{Name: "bench", Scopes: db.Scopes()}
	s.secret, err = store.CreateAPIKey(b.Context(), &s.key)
	s.must(err)
	web, err := buildWeb(s.h, handlers.Options{Now: time.Now, Log: log}, mostAPICalls)
	s.must(err)
	s.server = httptest.NewServer(web)
	s.server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = sendClients
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.h.registrar.Run(ctx) }()
	b.Cleanup(func() {
		s.server.Close()
		s.must(web.close())
		cancel()
		s.must(<-ended)
		s.must(store.Close())
	})
	return s
}

func (s *sender) must(err error) {
	s.b.Helper()
	if err != nil {
		s.b.Fatal(err)
	}
}

// tenItems is a sample of today with ten items. Its number ends with {n}.
func tenItems(b *testing.B) string {
	sample, err := samples.ReadFile("samples/1-b2b-intra.json")
	if err != nil {
		b.Fatal(err)
	}
	var form map[string]any
	if err := json.Unmarshal(sample, &form); err != nil {
		b.Fatal(err)
	}
	item := form["ItemList"].([]any)[1].(map[string]any)
	var items []any
	for n := range 10 {
		line := map[string]any{}
		for k, v := range item {
			line[k] = v
		}
		line["SlNo"] = strconv.Itoa(n + 1)
		line["PrdDesc"] = fmt.Sprintf("Cashew kernels W%d", 180+30*n)
		items = append(items, line)
	}
	form["ItemList"] = items
	form["DocDtls"] = map[string]any{
		"Typ": "INV", "Dt": time.Now().In(gst.IST).Format("02/01/2006"),
		"No": fmt.Sprintf("%s/{n}", strings.ToUpper(strconv.FormatInt(time.Now().UnixNano()%100_000_000, 36))),
	}
	form["ValDtls"] = map[string]any{"AssVal": 129000, "CgstVal": 3225, "SgstVal": 3225, "IgstVal": 0, "TotInvVal": 135450}
	text, err := json.MarshalIndent(form, "", " ")
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// round has clients send so many documents.
func (s *sender) round(documents int64) {
	s.documents, s.took = documents, nil
	commits, ours, other, began := s.commits.Load(), selfCPU(s.b), processCPU(s.b, s.portal.cmd.Process.Pid), time.Now()
	until := s.sent.Load() + documents
	var clients sync.WaitGroup
	var mu sync.Mutex
	for range sendClients {
		clients.Go(func() {
			for {
				n := s.sent.Add(1)
				if n > until {
					return
				}
				began := time.Now()
				if err := s.send(n); err != nil {
					s.b.Error(err)
					return
				}
				mu.Lock()
				s.took = append(s.took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	if s.b.Failed() {
		s.b.FailNow()
	}
	s.lasted, s.committed = time.Since(began), s.commits.Load()-commits
	s.ours, s.other = selfCPU(s.b)-ours, processCPU(s.b, s.portal.cmd.Process.Pid)-other
}

// send posts a document to generateirn and reads the answer, which has its IRN.
func (s *sender) send(n int64) error {
	body := strings.NewReader(strings.Replace(s.document, "{n}", strconv.FormatInt(n, 10), 1))
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.server.URL+"/api/einvoice/generateirn", body)
	if err != nil {
		return err
	}
	r.SetBasicAuth(s.key.ID, s.secret)
	answer, err := s.server.Client().Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	var said struct {
		Success bool
		Irn     string
		Errors  []struct{ Code, Message string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return err
	}
	if !said.Success || len(said.Irn) != 64 {
		return fmt.Errorf("document %d: %d %v", n, answer.StatusCode, said.Errors)
	}
	return nil
}

func (s *sender) report() {
	slices.Sort(s.took)
	each := float64(s.documents)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	s.b.ReportMetric(each/s.lasted.Seconds(), "documents/s")
	s.b.ReportMetric(ms(s.took[len(s.took)/2]), "ms-p50")
	s.b.ReportMetric(ms(s.took[len(s.took)*99/100]), "ms-p99")
	s.b.ReportMetric(ms(s.ours)/each, "ms-CPU/document")
	s.b.ReportMetric(ms(s.other)/each, "ms-CPU-portal/document")
	s.b.ReportMetric(float64(s.committed)/each, "commits/document")
	s.b.ReportMetric(0, "ns/op")
}

// selfCPU is the processor time that this process has used.
func selfCPU(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// processCPU is the processor time that another process has used, from /proc.
func processCPU(b *testing.B, pid int) time.Duration {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0 // no /proc here: it is not measured
	}
	const user, system, tick = 11, 12, time.Second / 100 // behind the name, which stands in brackets
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	var spent time.Duration
	for _, field := range []string{fields[user], fields[system]} {
		ticks, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		spent += time.Duration(ticks) * tick
	}
	return spent
}
