package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// killRounds is how often TestKillNine kills the program; MOHAR_CRASH_ROUNDS says
// otherwise.
const killRounds = 3

// TestKillNine: a program that is killed again and again at any moment, while people and
// another program issue documents, loses nothing that it acknowledged, leaves no gap in
// the numbers and gives none twice, and every document gets one IRN. It is judged from
// outside, by another reader of the file and by the portal's ledger.
func TestKillNine(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: the command sqlite3 is not there, and nobody else reads the file: " + err.Error())
	}
	rounds := killRounds
	if text := os.Getenv("MOHAR_CRASH_ROUNDS"); text != "" {
		var err error
		if rounds, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	r := newRaid(t)
	for round := range rounds {
		r.round(round)
	}
	r.finish()
	t.Logf("%d kills, %d documents acknowledged, %d stored, %d sent more than once", rounds, len(r.told), r.stored, r.again)
}

// raid is an installation that is killed again and again.
type raid struct {
	t       *testing.T
	dir     string
	portal  *process
	address string
	chance  *rand.Rand
	session http.CookieJar

	mu   sync.Mutex
	told []told
	next int // of the other program's numbers

	stored, again int
}

// told is a document of which a client was told that it is issued.
type told struct {
	id     string // as the page's address has it
	number string // for one that brought its own
}

func newRaid(t *testing.T) *raid {
	t.Helper()
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // printed, so that the run can be told apart
	t.Logf("seed %d", seed)
	r := &raid{
		t: t, dir: install(t), address: freePort(t), chance: rand.New(rand.NewPCG(seed, 9)), //nolint:gosec // moments to kill at
		portal: start(t, "sandbox", "--listen", "127.0.0.1:0", "--state", filepath.Join(t.TempDir(), "sandbox.db")),
	}
	p := r.serve()
	r.session = signIn(t, p.URL).http.Jar
	p.kill()
	return r
}

// serve starts the program. Its clients issue many times more documents than a GSP takes
// calls: with the usual limit nearly all would be sent after the last kill, in peace, and the
// raid would wait for them.
func (r *raid) serve() *process {
	r.t.Helper()
	return start(r.t, "serve", "--data", r.dir, "--listen", r.address, "--sandbox", r.portal.URL, "--gsp-rate", "0")
}

// round starts the program, has clients issue documents and kills it.
func (r *raid) round(n int) {
	r.t.Helper()
	call(r.t, http.MethodDelete, r.portal.URL+"/_sandbox/faults", "")
	switch n % 4 {
	case 1:
		setFault(r.t, r.portal.URL, "*", "generate", "delay", 0, 30)
	case 2:
		setFault(r.t, r.portal.URL, "alankit", "generate", "drop-reply", 3, 0)
	case 3:
		setFault(r.t, r.portal.URL, "*", "generate", "http-504-after", 2, 0)
	}
	p := r.serve()
	ctx, stop := context.WithCancel(r.t.Context())
	var clients sync.WaitGroup
	for range 3 {
		clients.Go(func() { r.issue(ctx, r.typed) })
	}
	clients.Go(func() { r.issue(ctx, r.brought) })
	moment := time.NewTimer(time.Duration(20+r.chance.IntN(600)) * time.Millisecond)
	<-moment.C
	p.kill()
	stop()
	clients.Wait()
	if n%10 == 9 {
		r.inspect()
	}
}

// issue issues documents of one kind until ctx is done.
func (r *raid) issue(ctx context.Context, one func(context.Context, *http.Client)) {
	client := &http.Client{Jar: r.session, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	pace := time.NewTicker(20 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
			one(ctx, client)
		}
	}
}

// typed issues a document through the form.
func (r *raid) typed(ctx context.Context, client *http.Client) {
	r.post(ctx, client, "/invoices", "application/x-www-form-urlencoded", []byte(typedInvoice(time.Now()).Encode()), "")
}

// brought issues a document of another program, under that program's number.
func (r *raid) brought(ctx context.Context, client *http.Client) {
	r.mu.Lock()
	r.next++
	number := fmt.Sprintf("ERP/%d", r.next)
	r.mu.Unlock()
	sample, err := samples.ReadFile("samples/1-b2b-intra.json")
	if err != nil {
		r.t.Error(err)
		return
	}
	text := brokenNumber.ReplaceAllString(string(sample), `"No": "`+number+`"`)
	text = sampleSeller.ReplaceAllString(text, testGSTIN)
	text = sampleDate.ReplaceAllString(text, `"Dt": "`+time.Now().Format("02/01/2006")+`"`)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "invoice.json")
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err := errors.Join(err, form.WriteField("do", "issue"), form.Close()); err != nil {
		r.t.Error(err)
		return
	}
	r.post(ctx, client, "/invoices/import", form.FormDataContentType(), body.Bytes(), number)
}

// What makes a sample another document of ours.
var (
	brokenNumber = regexp.MustCompile(`"No"\s*:\s*"[^"]*"`)
	sampleSeller = regexp.MustCompile(`27AAPFU0939F1ZV`)
	sampleDate   = regexp.MustCompile(`"Dt"\s*:\s*"[^"]*"`)
)

// post posts a document and keeps what was acknowledged: by the redirect to its page.
func (r *raid) post(ctx context.Context, client *http.Client, path, kind string, body []byte, number string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+r.address+"/c/"+testGSTIN+path, bytes.NewReader(body))
	if err != nil {
		r.t.Error(err)
		return
	}
	req.Header.Set("Content-Type", kind)
	res, err := client.Do(req)
	if err != nil {
		return // killed before it answered: nothing was promised
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	switch {
	case res.StatusCode == http.StatusSeeOther:
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil {
			r.t.Error(err)
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.told = append(r.told, told{to.Path[strings.LastIndexByte(to.Path, '/')+1:], number})
	case err == nil && res.StatusCode < 500: // the last answers of a program that is being killed may be anything
		r.t.Errorf("%s: %d %s", path, res.StatusCode, page[:min(len(page), 2000)])
	}
}

// query asks the file, or a copy of it, through the command sqlite3.
func (r *raid) query(dir, sql string) []string {
	r.t.Helper()
	out, err := exec.CommandContext(r.t.Context(), "sqlite3", "-batch", "-cmd", ".timeout 5000", filepath.Join(dir, "mohar.db"), sql).CombinedOutput()
	if err != nil {
		r.t.Fatalf("sqlite3: %v: %s", err, out)
	}
	return strings.Fields(string(out))
}

// inspect looks at what the killed program left behind, in a copy.
func (r *raid) inspect() {
	r.t.Helper()
	dir := r.t.TempDir()
	for _, name := range []string{"mohar.db", "mohar.db-wal"} {
		data, err := os.ReadFile(filepath.Join(r.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			r.t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			r.t.Fatal(err)
		}
	}
	r.complete(dir)
}

// complete wants the file to be whole, all that was acknowledged to be in it, and the
// numbers of the series to be one after the other.
func (r *raid) complete(dir string) {
	r.t.Helper()
	if got := r.query(dir, "PRAGMA integrity_check"); len(got) != 1 || got[0] != "ok" {
		r.t.Errorf("integrity_check: %v", got)
	}
	numbers := make(map[string]string)
	series := 0
	for _, row := range r.query(dir, "SELECT id || '|' || number FROM invoices WHERE state = 'issued' ORDER BY id") {
		id, number, _ := strings.Cut(row, "|")
		numbers[id] = number
		if !strings.HasPrefix(number, "ERP/") {
			series++
			if !strings.HasSuffix(number, fmt.Sprintf("/%04d", series)) {
				r.t.Errorf("document %d of the series has the number %s", series, number)
			}
		}
	}
	for _, d := range r.told {
		number, there := numbers[d.id]
		if !there || d.number != "" && number != d.number {
			r.t.Errorf("document %s (%s) was acknowledged and is not there: %q", d.id, d.number, number)
		}
	}
	if twice := r.query(dir, "SELECT number FROM invoices WHERE state = 'issued' GROUP BY type, fy, upper(number) HAVING count(*) > 1"); len(twice) > 0 {
		r.t.Errorf("numbers given twice: %v", twice)
	}
	r.stored = len(numbers)
}

// finish lets the program finish its work, stops it and judges.
func (r *raid) finish() {
	r.t.Helper()
	call(r.t, http.MethodDelete, r.portal.URL+"/_sandbox/faults", "")
	p := r.serve()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(10 * time.Minute)
	for r.query(r.dir, "SELECT count(*) FROM irn_requests")[0] != "0" {
		select {
		case <-tick.C:
		case <-limit:
			r.t.Fatalf("still waiting: %v", r.query(r.dir, "SELECT state, count(*) FROM irn_requests GROUP BY 1"))
		}
	}
	p.kill()
	r.complete(r.dir)
	r.oneIRNEach()
	mustRun(r.t, "", "check", "--data", r.dir)
}

// oneIRNEach compares what is stored with the portal's ledger.
func (r *raid) oneIRNEach() {
	r.t.Helper()
	irns := make(map[string]string)
	for _, row := range r.query(r.dir, "SELECT number || '|' || irn_state || '|' || irn FROM invoices WHERE state = 'issued'") {
		number, rest, _ := strings.Cut(row, "|")
		state, irn, _ := strings.Cut(rest, "|")
		if state != "registered" {
			r.t.Errorf("%s is %s", number, state)
		}
		irns[number] = irn
	}
	for _, d := range readLedger(r.t, r.portal.URL).Documents {
		if irn := irns[d.No]; irn != d.IRN || d.Status != "ACT" {
			r.t.Errorf("the portal holds %s as %s %s, the program as %q", d.No, d.Status, d.IRN, irn)
		}
		delete(irns, d.No)
		if d.GenerateCalls > 1 {
			r.again++
		}
	}
	if len(irns) > 0 {
		r.t.Errorf("the portal does not hold %v", irns)
	}
}
