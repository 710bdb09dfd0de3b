package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"mohar/db"
)

// TestKillNineWhileSubmittedDocumentsAreSent: a program that is killed again and again while
// it sends what another program submitted stores each of those documents once, and each gets
// one IRN.
func TestKillNineWhileSubmittedDocumentsAreSent(t *testing.T) {
	if _, err := exec.LookPath("sqlite3"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: the command sqlite3 is not there, and nobody else reads the file: " + err.Error())
	}
	kills := killRounds
	if text := os.Getenv("MOHAR_CRASH_ROUNDS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	r := newRaid(t)
	documents := 200 * kills
	r.submit(documents)
	for range kills {
		p := r.serve()
		<-time.After(time.Duration(20+r.chance.IntN(400)) * time.Millisecond)
		p.kill()
		t.Logf("killed with %v documents stored and %v noted", r.query(r.dir, "SELECT count(*) FROM invoices"), r.query(r.dir, "SELECT stored FROM submissions"))
		r.inspect()
	}
	p := r.serve()
	eventually(t, "all submitted documents are taken", func() bool {
		return r.query(r.dir, "SELECT count(*) FROM submissions WHERE ended_at > 0")[0] == "1"
	})
	p.kill()
	r.finish()
	want := strconv.Itoa(documents)
	if got := r.query(r.dir, "SELECT stored || '|' || refused || '|' || pending || '|' || registered FROM submissions")[0]; got != want+"|0|0|"+want {
		t.Errorf("stored, refused, pending, registered: %s, want all %s registered", got, want)
	}
	if got := r.query(r.dir, "SELECT count(*) FROM invoices")[0]; got != want {
		t.Errorf("%s documents are stored, want %s", got, want)
	}
}

// submit submits documents of another program, with no program running.
func (r *raid) submit(documents int) {
	r.t.Helper()
	sample, err := samples.ReadFile("samples/1-b2b-intra.json")
	if err != nil {
		r.t.Fatal(err)
	}
	text := sampleSeller.ReplaceAllString(string(sample), testGSTIN)
	text = sampleDate.ReplaceAllString(text, `"Dt": "`+time.Now().Format("02/01/2006")+`"`)
	docs := make([]json.RawMessage, documents)
	for i := range docs {
		docs[i] = json.RawMessage(brokenNumber.ReplaceAllString(text, fmt.Sprintf(`"No": "ERP/%d"`, i+1)))
	}
	ctx := db.WithActor(r.t.Context(), db.Actor{Kind: "key", Name: "Tally (M1)"})
	h, err := buildHouse(ctx, r.dir, r.portal.URL, callLimits{}, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		r.t.Fatal(err)
	}
	c, err := h.store.Company(ctx, testGSTIN)
	if err == nil {
		_, err = h.desk.Submit(ctx, c, docs)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	if err := h.store.Close(); err != nil {
		r.t.Fatal(err)
	}
}
