package registrar_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/sandbox"
)

// lab is a house whose portal lives in the same process and that can die: everything it
// does happens in this goroutine, one thing after another.
type lab struct {
	*house
	wire *wire
	box  http.Handler

	left     int    // statements until the program dies; below 0: it lives
	dead     bool   // it died and was not started again
	diedAt   string // the statement before which it died
	full     int    // commits that fail: the disk is full
	unkept   bool   // a commit failed since the start: what the program knows is not all stored
	restarts int
	moments  int // statements and commits at which it could die or the disk be full
}

// What a lab's store ends with.
var (
	errDied = errors.New("the program died")
	errFull = errors.New("no space left on device")
)

// furnished are the files of a store with one company in practice and its credentials:
// making one takes too long to be done thousands of times.
var furnished = sync.OnceValues(func() (map[string][]byte, error) {
	dir, err := os.MkdirTemp("", "mohar-lab")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // it lies in the temporary folder anyway
	ctx := context.Background()
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)
	store, err := db.Open(ctx, db.Options{Dir: dir, Now: func() time.Time { return at }})
	if err != nil {
		return nil, err
	}
	err = store.AddCompany(ctx, gst.Company{
		GSTIN: sharda, LegalName: "Sharda Traders", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002,
		State: "27", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10, Created: at,
	})
	for _, cred := range gsp.PracticeCredentials() {
		err = errors.Join(err, store.SaveCredentials(ctx, sharda, cred))
	}
	if err := errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for _, name := range []string{"mohar.db", "mohar.key"} {
		if files[name], err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}
	return files, nil
})

// memoryFolder is where Linux has a file system in memory.
const memoryFolder = "/dev/shm"

// inMemory returns a temporary folder in memory where there is one. A process that dies leaves
// the same files there as on a disk, and nobody waits for the disk thousands of times.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(memoryFolder, "mohar-lab")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // it is temporary anyway
	return dir
}

// buildLab opens an installation with one company and both providers.
func buildLab(t *testing.T, strict bool) *lab {
	t.Helper()
	l := &lab{
		house: &house{t: t, clock: &clock{at: time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)}, dir: inMemory(t), root: where},
		left:  -1,
	}
	box, err := sandbox.Open(t.Context(), sandbox.Options{Now: l.clock.now, Path: copyPortal(t, inMemory(t)), Strict: strict})
	l.must(err)
	l.box = box.Handler()
	l.wire = &wire{portal: l.box}
	files, err := furnished()
	l.must(err)
	for name, data := range files {
		l.must(os.WriteFile(filepath.Join(l.dir, name), data, 0o600))
	}
	l.start()
	t.Cleanup(func() {
		l.must(l.store.Close())
		l.must(box.Close())
	})
	return l
}

// start opens the store and what works with it, and looks after what the last run left,
// as a start of the program does.
func (l *lab) start() {
	l.t.Helper()
	var err error
	l.store, err = db.Open(l.t.Context(), db.Options{
		Dir: l.dir, Now: l.clock.now, Crash: l.crash, BeforeCommit: l.commit,
	})
	l.must(err)
	l.gsp = gsp.New(gsp.Options{
		Now: l.clock.now, Tokens: l.store, Sandbox: l.root, HTTP: &http.Client{Transport: l.wire},
	})
	l.employ(l.keys)
	l.must(l.store.RecoverIRN(l.t.Context()))
	l.must(l.store.RecoverEWays(l.t.Context()))
}

// crash is asked before each statement whether the program dies there.
func (l *lab) crash(next string) error {
	l.moments++
	switch {
	case l.left < 0:
		return nil
	case l.left > 0:
		l.left--
		return nil
	}
	l.dead, l.diedAt = true, next
	return errDied
}

// commit is asked before each commit whether the disk takes it.
func (l *lab) commit() error {
	l.moments++
	if l.full > 0 {
		l.full--
		l.unkept = true
		return errFull
	}
	return nil
}

// die ends the program now: at its next statement, of which there is always one.
func (l *lab) die() {
	l.left, l.dead = 0, true
	_ = l.store.Ready(l.t.Context()) // that one
}

// restart starts the program again after it died.
func (l *lab) restart() {
	l.t.Helper()
	l.must(l.store.Close())
	l.left, l.dead, l.full, l.unkept = -1, false, 0, false
	l.restarts++
	l.start()
}

// tell asks the sandbox's own listener for something, around everything on the wire.
func (l *lab) tell(method, path string, in, out any) {
	l.t.Helper()
	body, err := json.Marshal(in)
	l.must(err)
	w := httptest.NewRecorder()
	l.box.ServeHTTP(w, httptest.NewRequestWithContext(l.t.Context(), method, path, bytes.NewReader(body)))
	if w.Code >= 300 {
		l.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if out != nil {
		l.must(json.Unmarshal(w.Body.Bytes(), out))
	}
}

// booked is a document in the portal's ledger.
type booked struct {
	entry
	AckNo string `json:"ack_no"`
}

// book is the portal's ledger, by number.
func (l *lab) book() map[string]booked {
	l.t.Helper()
	var ledger struct{ Documents []booked }
	l.tell(http.MethodGet, "/_sandbox/ledger", nil, &ledger)
	by := make(map[string]booked, len(ledger.Documents))
	for _, d := range ledger.Documents {
		if _, twice := by[d.Number]; twice {
			l.t.Fatalf("the portal holds %s twice", d.Number)
		}
		by[d.Number] = d
	}
	return by
}
