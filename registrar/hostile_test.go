package registrar_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mohar/gst"
)

// zeros is a body without an end.
type zeros struct{}

func (zeros) Read(to []byte) (int, error) {
	clear(to)
	return len(to), nil
}

// bomb is a gigabyte of blanks, packed into a megabyte: one piece again and again, which gzip
// allows (RFC 1952, section 2.2) and is sooner made than the whole packed.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(bytes.Repeat([]byte(" "), 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.Repeat(b.Bytes(), 1<<10)
}

// TestHostileReplies: whatever a provider answers, over a real connection, the program
// goes on, spends little memory on it, shows nobody else its secrets and believes nothing.
func TestHostileReplies(t *testing.T) {
	packed := bomb(t)
	var strangers atomic.Int64
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strangers.Add(1) }))
	t.Cleanup(stranger.Close)
	tests := map[string]http.HandlerFunc{
		"a gigabyte, packed": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
		},
		"no end": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, zeros{}) },
		"nested a million deep": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Status":1,"Data":`+strings.Repeat("[", 1_000_000))
		},
		"a number of a million figures": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Status":`+strings.Repeat("9", 1_000_000)+`}`)
		},
		"a million codes": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Status":1,"Data":null,"InfoDtls":[`+strings.Repeat(`{},`, 1_000_000)+`{}]}`)
		},
		"redirect elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, stranger.URL, http.StatusTemporaryRedirect)
		},
		"bytes of no text": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\xff\xfe\x00{\"Status\":1}")) },
		"null":             func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `null`) },
		"a good status and nothing else": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"Status":1,"Data":{}}`)
		},
		"headers without an end": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 4<<20))
			_, _ = io.WriteString(w, `{}`)
		},
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			testHostile(t, answer)
			if n := strangers.Load(); n > 0 {
				t.Errorf("%d calls went to another host", n)
			}
		})
	}
}

// testHostile has every call but the sign-in answered so.
func testHostile(t *testing.T, answer http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/auth") {
			_, _ = io.WriteString(w, `{"Status":1,"Data":{"AuthToken":"t","TokenExpiry":"2026-11-22 18:00:00"}}`)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	h := buildBare(t)
	h.must(h.store.Close())
	h.root = server.URL
	h.open()
	h.equip(gst.TaxPro)
	id := h.issue(number(1))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 3 {
		h.step()
		h.clock.advance(10 * time.Minute)
	}
	runtime.ReadMemStats(&after)
	if is := h.standing(id); is.State != gst.IRNUnknown || is.Registration != nil {
		t.Errorf("state %q: %s", is.State, h.kinds(id))
	}
	const most = 1 << 30 // of which nothing is kept; reading one reply takes some 30 MB
	if spent := after.TotalAlloc - before.TotalAlloc; spent > most {
		t.Errorf("%d MB were spent on it", spent>>20)
	}
	calls, err := h.store.Exchanges(t.Context(), sharda, id)
	h.must(err)
	for _, c := range calls {
		if len(c.Got) > 1<<20 {
			t.Errorf("%d bytes of a reply are kept", len(c.Got))
		}
	}
}

// TestNothingWrongIsStored: bytes that change on the way may cost an answer, but what is
// stored is what the portal registered.
func TestNothingWrongIsStored(t *testing.T) {
	chance := rand.New(rand.NewPCG(8, 8)) //nolint:gosec // repeatable on purpose
	spoil := changed(func(_ *passage, b []byte) []byte {
		for range 1 + chance.IntN(3) {
			at := chance.IntN(len(b))
			switch chance.IntN(3) {
			case 0:
				b[at] ^= 1 << chance.IntN(8)
			case 1:
				b = append(b[:at], b[at+1:]...)
			default:
				if d := bytes.IndexAny(b[at:], "0123456789"); d >= 0 {
					b[at+d] = '0' + byte(chance.IntN(10))
				}
			}
		}
		return b
	})
	for _, first := range faces {
		l := buildLab(t, false)
		l.inOrder(first)
		l.wire.treat = func(p *passage) (*http.Response, error) {
			if p.op == opGenerate || p.op == opGet && chance.IntN(2) == 0 {
				return spoil(p)
			}
			return through(p)
		}
		const documents = 40
		ids := make([]int64, documents)
		for i := range ids {
			ids[i] = l.issue(number(i + 1))
		}
		for range 400 {
			if _, err := l.desk.RegisterOne(t.Context()); err != nil {
				t.Fatal(err)
			}
			l.clock.advance(20 * time.Second)
		}
		l.compare(ids)
	}
}

// compare wants each document to be registered as the portal says, or not at all.
func (l *lab) compare(ids []int64) {
	l.t.Helper()
	book := l.book()
	registered := 0
	for i, id := range ids {
		is, e := l.standing(id), book[number(i+1)]
		switch is.State {
		case gst.IRNRegistered:
			registered++
			// A key whose name was changed is one that nobody knows: shown as not verified.
			if reg := is.Registration; reg.IRN != e.IRN || reg.AckNo != e.AckNo {
				l.t.Errorf("%s is stored as %s %s; portal %+v", number(i+1), reg.IRN, reg.AckNo, e)
			}
		case gst.IRNConflict, gst.IRNFailed:
			l.t.Errorf("%s ends %s: %v", number(i+1), is.State, is.Refusal)
		}
	}
	if registered < len(ids)*9/10 {
		l.t.Errorf("only %d of %d are registered in the end", registered, len(ids))
	}
}
