package gsp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// hostile is a provider that signs in well and then answers as it likes.
func hostile(t *testing.T, then http.HandlerFunc) *Portal {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/auth") {
			_, _ = io.WriteString(w, goodSignIn)
			return
		}
		then(w, r)
	}))
	t.Cleanup(server.Close)
	return New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL}).Portal(company, PracticeCredentials()[1])
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, body)
	}
}

// packed is n zero bytes after a good beginning, packed.
func packed(n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, `{"Status":1,"Data":"`)
	zeros := make([]byte, 1<<20)
	for range n >> 20 {
		_, _ = z.Write(zeros)
	}
	_ = z.Close()
	return b.Bytes()
}

func TestHostileRepliesAreNoAnswer(t *testing.T) {
	bomb := packed(256 << 20)
	member := func(name, value string) http.HandlerFunc {
		return says(strings.Replace(goodGenerate, name, value, 1))
	}
	replies := map[string]http.HandlerFunc{
		"garbage":                  says("\x00\xff\x17garbage"),
		"HTML":                     says("<html><body>We will be back soon</body></html>"),
		"truncated JSON":           says(goodGenerate[:len(goodGenerate)/2]),
		"two JSON values":          says(goodGenerate + goodGenerate),
		"empty":                    says(""),
		"null":                     says("null"),
		"a number":                 says("1"),
		"Status 1 with null Data":  says(`{"Status":1,"Data":null}`),
		"Status 1 with empty Data": says(`{"Status":1,"Data":""}`),
		"Status 2":                 says(`{"Status":2,"Data":{}}`),
		"Status an object":         says(`{"Status":{},"Data":{}}`),
		"Data a number":            says(`{"Status":1,"Data":7}`),
		"Data a list":              says(`{"Status":1,"Data":[]}`),
		"Data an empty object":     says(`{"Status":1,"Data":{}}`),
		"Data that is no JSON":     says(`{"Status":1,"Data":"bm90aGluZw=="}`),
		"ErrorDetails a number":    says(`{"Status":0,"ErrorDetails":{"ErrorCode":{"a":1}}}`),
		"error without code":       says(`{"Status":0,"ErrorDetails":[{}]}`),
		"Irn a list":               member(`\"Irn\":\"`+irn+`\"`, `\"Irn\":[1]`),
		"Irn short":                member(irn, irn[:63]),
		"AckNo a text":             member(`112610000000001`, `\"a lot\"`),
		"AckNo missing":            member(`\"AckNo\":112610000000001`, `\"x\":1`),
		"AckNo an exponent":        member(`112610000000001`, `1e999`),
		"AckDt of another form":    member(`2026-11-22 12:00:00`, `yesterday`),
		"AckDt missing":            member(`\"AckDt\"`, `\"x\"`),
		"SignedInvoice an object":  member(`\"SignedInvoice\":\"a.b.c\"`, `\"SignedInvoice\":{}`),
		"EwbNo an object":          member(`\"EwbNo\":null`, `\"EwbNo\":{}`),
		"EwbDt a list":             member(`\"EwbDt\":null`, `\"EwbDt\":[1]`),
		"deeply nested":            says(`{"Status":1,"Data":` + strings.Repeat(`[`, 100_000)),
		"ten megabytes":            says(`{"Status":1,"Data":"` + strings.Repeat("x", 10<<20) + `"}`),
		"a packed bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		},
		"packed garbage": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "not packed at all")
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"shorter than said": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			_, _ = io.WriteString(w, goodGenerate)
		},
		"a flood of headers": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 5000 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("h", 200))
			}
			_, _ = io.WriteString(w, goodGenerate)
		},
	}
	for name, reply := range replies {
		t.Run(name, func(t *testing.T) {
			p := hostile(t, reply)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			reg, err := p.Generate(t.Context(), []byte(`{}`))
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrNotSent) || reg != nil {
				t.Errorf("%+v, %v, want ErrNoAnswer", reg, err)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 128<<20 {
				t.Errorf("%d MB were used", used>>20)
			}
		})
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	var led atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { led.Add(1) }))
	defer elsewhere.Close()
	p := hostile(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	if _, err := p.ByIRN(t.Context(), irn); !errors.Is(err, ErrNoAnswer) || led.Load() != 0 {
		t.Errorf("%v, and %d calls elsewhere", err, led.Load())
	}
}

func TestReplyThatDripsEndsWithItsTime(t *testing.T) {
	p := hostile(t, func(w http.ResponseWriter, r *http.Request) {
		drip := time.NewTicker(time.Millisecond)
		defer drip.Stop()
		for {
			select {
			case <-drip.C:
				_, _ = io.WriteString(w, " ")
				_ = http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if _, err := p.Generate(ctx, []byte(`{}`)); !errors.Is(err, ErrNoAnswer) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	p.c.local.Timeout = 100 * time.Millisecond // and without anybody's context
	if _, err := p.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("got %v", err)
	}
}

// Data under the key of another session, or of no session, is nothing that we know.
func TestDataUnderAnotherKeyIsNoAnswer(t *testing.T) {
	box := openPractice(t)
	ours, err := box.portals[0].SignIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other := bytes.Repeat([]byte("k"), nic.KeySize)
	acknowledged := []byte(`{"AckNo":112610000000001,"AckDt":"2026-11-22 12:00:00","Irn":"` + irn + `"}`)
	for name, tt := range map[string]struct {
		key  []byte
		text []byte
		is   error
	}{
		"ours":                       {ours.Key, acknowledged, nil},
		"another's":                  {other, acknowledged, ErrNoAnswer},
		"ours, but it is no JSON":    {ours.Key, []byte("nothing"), ErrNoAnswer},
		"ours, but nothing is in it": {ours.Key, nil, ErrNoAnswer},
	} {
		data, err := nic.EncryptText(tt.key, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		body, err := nic.Reply{Data: data}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(says(string(body)))
		store := &tokens{}
		if err := store.SaveSession(t.Context(), company, gst.Practice, gst.Alankit, ours); err != nil {
			t.Fatal(err)
		}
		p := New(Options{Now: box.clock.now, Tokens: store, Sandbox: server.URL}).Portal(company, PracticeCredentials()[0])
		if _, err := p.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, tt.is) {
			t.Errorf("%s: %v, want %v", name, err, tt.is)
		}
		server.Close()
	}
}

func TestManyCallsUseOneConnection(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(&script{answers: []answer{{status: 200, body: goodGenerate}}})
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL})
	defer caller.Close()
	for range 50 {
		if _, err := caller.Portal(company, PracticeCredentials()[1]).Generate(t.Context(), []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	if connections.Load() != 1 {
		t.Errorf("%d connections, want 1", connections.Load())
	}
}

func TestOdditiesOfGoodReplies(t *testing.T) {
	data := `{"AckNo":112610000000001,"AckDt":"2026-11-22 12:00:00","Irn":"` + irn + `","SignedInvoice":"a.b.c","SignedQRCode":"d.e.f","Status":"ACT"}`
	quoted, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"Status a number, Data a text":    `{"Status":1,"Data":` + string(quoted) + `}`,
		"Status a text, Data an object":   `{"Status":"1","Data":` + data + `,"ErrorDetails":null}`,
		"Status true, keys in small":      `{"status":true,"data":` + data + `}`,
		"empty details":                   `{"Status":"1","Data":` + data + `,"ErrorDetails":[],"InfoDtls":[]}`,
		"details as empty text":           `{"Status":"1","Data":` + data + `,"ErrorDetails":"","InfoDtls":""}`,
		"a good status_cd beside":         `{"status_cd":"1","Status":"1","Data":` + data + `}`,
		"AckNo a text":                    `{"Status":1,"Data":` + strings.Replace(data, "112610000000001", `"112610000000001"`, 1) + `}`,
		"the other form of dates":         `{"Status":1,"Data":` + strings.Replace(data, "2026-11-22 12:00:00", "22/11/2026 12:00:00 PM", 1) + `}`,
		"the other form, without a space": `{"Status":1,"Data":` + strings.Replace(data, "2026-11-22 12:00:00", "22/11/202612:00:00 PM", 1) + `}`,
		"members nobody knows":            `{"x":[{}],"Status":1,"Data":` + strings.Replace(data, `{"AckNo"`, `{"New":{"a":[1]},"AckNo"`, 1) + `}`,
		"the mark of Windows in front":    "\xef\xbb\xbf" + `{"Status":1,"Data":` + data + `}`,
		"IRN in capitals":                 `{"Status":1,"Data":` + strings.Replace(data, irn, strings.ToUpper(irn), 1) + `}`,
	} {
		p, _ := taxpro(t, &script{answers: []answer{{status: 200, body: body}}})
		reg, err := p.Generate(t.Context(), []byte(`{}`))
		if err != nil || reg.IRN != irn || reg.AckNo != "112610000000001" || !reg.AckDate.Equal(noon) {
			t.Errorf("%s: %+v, %v", name, reg, err)
		}
	}
}

// Whatever a reply says, it is an answer with an IRN, a clear no or no answer.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		goodGenerate, goodSignIn, goodCancel, goodBill, notThere, "<html>", `{"status_cd":"0","error":"x"}`, `{"statusCode":401}`,
		`{"Status":0,"ErrorDetails":"W3siRXJyb3JDb2RlIjoiMjE1MCJ9XQ==","InfoDtls":[{"InfCd":"DUPIRN","Desc":{"Irn":"` + irn + `","AckNo":1,"AckDt":"2026-11-22 12:00:00"}}]}`,
	} {
		f.Add(200, []byte(seed))
		f.Add(502, []byte(seed))
	}
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}})
	portals := make([]*Portal, 0, len(known))
	for _, cred := range PracticeCredentials() {
		portals = append(portals, caller.Portal(company, cred))
	}
	s := gst.Session{Token: "token-1", Key: bytes.Repeat([]byte("k"), nic.KeySize)}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, p := range portals {
			var reg *gst.Registration
			op := call{op: gst.OpGenerate, when: signedIn, read: p.registers(&reg, "")}
			r := &reply{status: status, header: http.Header{}, body: body}
			err := p.understand(s, op, r)
			var no *gst.Refusal
			switch {
			case err == nil && (reg == nil || !nic.ValidIRN(reg.IRN) || reg.AckNo == "" || reg.AckDate.IsZero()):
				t.Errorf("%+v is a registration", reg)
			case err != nil && !errors.Is(err, ErrNoAnswer) && !errors.As(err, &no):
				t.Errorf("%v is neither a refusal nor no answer", err)
			case err != nil && reg != nil:
				t.Errorf("%v, and %+v", err, reg)
			}
			p.exchanged(s, op, "https://x", http.Header{}, r, err, noon, noon)
		}
	})
}

// One registration through a provider, sandbox left out: sealing, the exchange on this
// machine and reading the reply.
func BenchmarkGenerate(b *testing.B) {
	server := httptest.NewServer(&script{answers: []answer{{status: 200, body: goodGenerate}}})
	defer server.Close()
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL, Rate: 1e9})
	p := caller.Portal(company, PracticeCredentials()[1])
	body := invoice("B/1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Generate(b.Context(), body); err != nil {
			b.Fatal(err)
		}
	}
}
