package api

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

func TestAnotherMethodIsToldWhichOnesThereAre(t *testing.T) {
	s := newStillAPI(t)
	own := "/api/v1/companies/" + string(sharda)
	tests := []struct{ method, path, allow string }{
		{http.MethodDelete, "/api/v1/companies", "GET"},
		{http.MethodPatch, own + "/documents/7", "GET, PUT, DELETE"},
		{http.MethodGet, own + "/documents/7/cancel", "POST"},
		{http.MethodPut, own + "/submissions", "GET, POST"},
		{http.MethodGet, "/api/einvoice/generateirn", "POST"},
		{http.MethodOptions, "/API/EInvoice/GetIRN/", "GET"},
		{http.MethodPost, "/api/docs", "GET"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			r := s.call(tt.method, tt.path, nil)
			s.want(r, http.StatusMethodNotAllowed, tt.allow)
			if got := r.Header.Get("Allow"); got != tt.allow {
				t.Errorf("Allow: %q, want %q", got, tt.allow)
			}
		})
	}
	s.want(s.call(http.MethodPut, "/api/v1/nothing", nil), http.StatusNotFound)
	s.want(s.call(http.MethodPut, "/api/einvoice/nothing", nil), http.StatusNotFound)
}

func TestHEADIsAnsweredAsGETWithoutItsBody(t *testing.T) {
	s := newStillAPI(t)
	for _, path := range []string{"/api/v1/health", quiet, "/api/docs", "/api/v1/openapi.json"} {
		get, head := s.get(path), s.call(http.MethodHead, path, nil)
		s.want(head, http.StatusOK)
		if len(head.body) != 0 {
			t.Errorf("HEAD %s has a body: %.40s", path, head.body)
		}
		if a, b := get.Header.Get("Content-Type"), head.Header.Get("Content-Type"); a != b {
			t.Errorf("HEAD %s is of the type %q, GET of %q", path, b, a)
		}
	}
}

func TestAGoodKeyIsHeardFromAnAddressThatTriesWrongOnes(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Now = func() time.Time { return clockAt } })
	stranger := s.as([]string{s.keys[0], "guess"})
	for range wrongKeysAtOnce {
		s.want(stranger.get(quiet), http.StatusUnauthorized)
	}
	s.want(stranger.get(quiet), http.StatusTooManyRequests)
	s.want(s.get(quiet), http.StatusOK) // as behind a proxy, where all have one address
}

func TestAQueryThatCannotBeReadIsRefused(t *testing.T) {
	s := newStillAPI(t)
	path := "/api/v1/companies/" + string(sharda) + "/documents"
	for query, says := range map[string]string{
		"limit=5;q=x":     "joined with &",
		"%zz=5":           "joined with &",
		"q=%":             "joined with &",
		"limit=5&limit=6": "limit: it is there more than once",
	} {
		s.want(s.get(path+"?"+query), http.StatusBadRequest, says)
	}
	s.want(s.post(path+"?issue=yes;wait=15", inv01()), http.StatusBadRequest)
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents were stored by a call whose parameters could not be read", n)
	}
}

func TestNothingIsLostAfterAListOfDocuments(t *testing.T) {
	s := newStillAPI(t)
	path := "/api/v1/companies/" + string(sharda) + "/submissions"
	for _, body := range []string{
		`[{"a":1}] [{"a":2}]`,
		`[{"a":1}]` + "\n" + `{"a":2}`,
		`{"documents":[{"a":1}]}{"documents":[{"a":2}]}`,
		`[{"a":1}] rest`,
		`{"documents":[{"a":1}]} rest`,
	} {
		s.want(s.post(path, body), http.StatusBadRequest, "Nothing was stored")
	}
	found, err := s.store.Submissions(t.Context(), sharda, gst.Practice, 0, 10)
	s.must(err)
	if len(found) != 0 {
		t.Errorf("%d submissions were stored", len(found))
	}
	s.want(s.post(path, "[{\"a\":1}]\n\n"), http.StatusAccepted)
}

func TestAFileNameCarriesNothingThatIsNoName(t *testing.T) {
	for name, want := range map[string]string{
		"INV-1 Kaveri.pdf":   `attachment; filename="INV-1 Kaveri.pdf"; filename*=UTF-8''INV-1%20Kaveri.pdf`,
		"A\r\nSet-Cookie: x": `attachment; filename="A__Set-Cookie: x"; filename*=UTF-8''A__Set-Cookie:%20x`,
		`../a\b"c`:           `attachment; filename=".._a_b_c"; filename*=UTF-8''.._a_b%22c`,
		"Kāverī.pdf":         `attachment; filename="K_ver_.pdf"; filename*=UTF-8''K%C4%81ver%C4%AB.pdf`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("%q is sent as %s, want %s", name, got, want)
		}
	}
}

// dribble begins a submission by hand and leaves it unfinished.
func (s *site) dribble() net.Conn {
	s.Helper()
	conn, err := new(net.Dialer).DialContext(s.Context(), "tcp", strings.TrimPrefix(s.server.URL, "http://"))
	s.must(err)
	s.Cleanup(func() { _ = conn.Close() })
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, "/", nil)
	s.must(err)
	r.SetBasicAuth(s.keys[0], s.keys[1])
	_, err = fmt.Fprintf(conn, "POST /api/v1/companies/%s/submissions HTTP/1.1\r\nHost: here\r\nAuthorization: %s\r\nContent-Length: 100\r\n\r\n[{",
		sharda, r.Header.Get("Authorization"))
	s.must(err)
	return conn
}

func TestSlowClientsHoldNobodyUp(t *testing.T) {
	s := newStillAPI(t)
	for range uploads + 1 {
		s.dribble()
	}
	answered := make(chan reply, 1)
	go func() { answered <- s.post("/api/v1/companies/"+string(sharda)+"/submissions", `[{"a":1}]`) }()
	select {
	case r := <-answered:
		s.want(r, http.StatusAccepted)
	case <-time.After(20 * time.Second):
		t.Fatal("a submission waits for clients that send nothing")
	}
}

func TestAClientThatStopsSendingIsCutOff(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.patience = 50 * time.Millisecond })
	conn := s.dribble()
	s.must(conn.SetReadDeadline(time.Now().Add(20 * time.Second)))
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "broke off") {
		t.Errorf("it is answered %q and %v, want to be told that the body broke off", answer, err)
	}
	s.want(s.as(s.key(db.Scopes())).get(quiet), http.StatusOK)
}
