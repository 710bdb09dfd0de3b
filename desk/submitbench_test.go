package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

// fiveLines are n documents of five lines each, some 2.5 KB, numbered from first on.
func fiveLines(n, first int) []json.RawMessage {
	head, rest, _ := strings.Cut(plainINV01, `"ItemList":[`)
	line, _, _ := strings.Cut(rest, "]")
	lines := make([]string, 5)
	for i := range lines {
		lines[i] = strings.Replace(line, `"SlNo":"1"`, fmt.Sprintf(`"SlNo":"%d"`, i+1), 1)
	}
	text := head + `"ItemList":[` + strings.Join(lines, ",") + `],
"ValDtls":{"AssVal":64500,"CgstVal":1612.50,"SgstVal":1612.50,"IgstVal":0,"TotInvVal":67725}}`
	docs := make([]json.RawMessage, n)
	for i := range docs {
		docs[i] = bytes.Replace([]byte(text), []byte("ERP/77"), fmt.Appendf(nil, "B/%d", first+i), 1)
	}
	return docs
}

// BenchmarkSubmission measures 10,000 documents of five lines: until they are accepted, until
// all of them are stored and queued, and how long another writer waits meanwhile; on the disk
// that is here, and on one that takes 5 ms longer for each commit.
func BenchmarkSubmission(b *testing.B) {
	b.Run("disk", func(b *testing.B) { benchmarkSubmission(b, func() error { return nil }) })
	b.Run("slow-disk", func(b *testing.B) {
		benchmarkSubmission(b, func() error {
			time.Sleep(5 * time.Millisecond)
			return nil
		})
	})
}

func benchmarkSubmission(b *testing.B, beforeCommit func() error) {
	ctx := context.Background()
	now := func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST) }
	store, err := db.Open(ctx, db.Options{Dir: b.TempDir(), Key: make([]byte, 32), Now: now, BeforeCommit: beforeCommit})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }() // thrown away
	d := New(store, registrar.New(registrar.Options{Store: store, Now: now}), now)
	c := company()
	if err := store.AddCompany(ctx, c); err != nil {
		b.Fatal(err)
	}
	var accepted, stored, coming, waits []float64
	for n := 0; b.Loop(); n++ {
		docs := fiveLines(db.MostSubmitted, n*db.MostSubmitted)
		end := otherWriter(store, &coming)
		began := time.Now()
		if _, err := d.Submit(ctx, c, docs); err != nil {
			b.Fatal(err)
		}
		accepted = append(accepted, time.Since(began).Seconds()*1000)
		end()
		end = otherWriter(store, &waits)
		took, left, err := d.newSubmitter().work(ctx)
		stored = append(stored, time.Since(began).Seconds())
		end()
		if took != len(docs) || left || err != nil {
			b.Fatalf("%d taken, left %t: %v", took, left, err)
		}
	}
	b.ReportMetric(middle(accepted), "ms-to-accept")
	b.ReportMetric(middle(stored), "s-to-store")
	b.ReportMetric(float64(db.MostSubmitted)/middle(stored), "documents/s")
	b.ReportMetric(slices.Max(coming), "ms-wait-max-accepting")
	b.ReportMetric(middle(waits), "ms-wait-p50-storing")
	b.ReportMetric(slices.Max(waits), "ms-wait-max-storing")
	b.ReportMetric(0, "ns/op")
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// otherWriter writes a row every ten milliseconds, and notes in milliseconds how long that
// took, until the function that it returns is called.
func otherWriter(store *db.Store, waits *[]float64) func() {
	quit, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		pace := time.NewTicker(10 * time.Millisecond)
		defer pace.Stop()
		for {
			select {
			case <-quit:
				return
			case <-pace.C:
				began := time.Now()
				_ = store.Ready(context.Background()) // a failure shows in the documents
				*waits = append(*waits, time.Since(began).Seconds()*1000)
			}
		}
	}()
	return func() { close(quit); <-stopped }
}
