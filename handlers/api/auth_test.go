package api

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/db"
)

// quiet is a call that any good key may make; it asks nobody.
const quiet = "/api/v1/companies"

func TestWhoMayCall(t *testing.T) {
	s := newStillAPI(t)
	good := s.keys
	expired := db.APIKey{Name: "old", Scopes: db.Scopes(), Expires: s.clock.Now().Add(time.Hour)}
	secret, err := s.store.CreateAPIKey(t.Context(), &expired)
	s.must(err)
	s.clock.add(time.Hour)
	tests := []struct {
		name   string
		key    []string
		status int
		says   string
	}{
		{"a good key may", good, http.StatusOK, string(sharda)},
		{"a call without a key may not", nil, http.StatusUnauthorized, "HTTP Basic"},
		{"a wrong secret is refused", []string{good[0], good[1] + "x"}, http.StatusUnauthorized, "do not belong together"},
		{"an unknown Key Id is refused in the same words", []string{"M000000000000000000", good[1]}, http.StatusUnauthorized, "do not belong together"},
		{"another key's secret is refused", []string{expired.ID, good[1]}, http.StatusUnauthorized, "do not belong together"},
		{"a key of the past is refused", []string{expired.ID, secret}, http.StatusUnauthorized, "expired"},
		{"spaces around a pasted key do not matter", []string{" " + good[0], good[1] + "\n"}, http.StatusOK, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := s.as(tt.key).get(quiet)
			s.want(r, tt.status, tt.says)
			if tt.status == http.StatusUnauthorized && !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Basic ") {
				t.Error("the answer does not say how to sign in")
			}
		})
	}
}

func TestARevokedKeyEndsAtOnce(t *testing.T) {
	s := newStillAPI(t)
	s.want(s.get(quiet), http.StatusOK)
	s.must(s.store.RevokeAPIKey(t.Context(), s.keys[0]))
	s.want(s.get(quiet), http.StatusUnauthorized, "revoked")
}

func TestAKeyDoesWhatItsScopesSay(t *testing.T) {
	s := newStillAPI(t)
	reader := s.as(s.key([]db.Scope{db.ScopeRead}))
	s.want(reader.get(quiet), http.StatusOK)
	s.want(reader.post("/api/einvoice/generateirn", inv01()), http.StatusForbidden, `"Code":"52"`, "scope write")
	s.want(reader.post("/api/einvoice/cancelewb?gstin="+string(sharda), `{"ewbNo":"123456789012","cancelRsnCode":"1","cancelRmrk":"x"}`), http.StatusForbidden, "scope cancel")
	writer := s.as(s.key([]db.Scope{db.ScopeWrite}))
	s.want(writer.get(quiet), http.StatusForbidden, "scope read")
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents were stored by calls that were not allowed", n)
	}
}

func TestAnotherCompanyLooksLikeNone(t *testing.T) {
	s := newStillAPI(t)
	own := s.as(s.key(db.Scopes(), narmada))
	there := own.get("/api/v1/companies/" + string(sharda))
	absent := own.get("/api/v1/companies/" + strings.Replace(string(sharda), "0939", "0940", 1))
	s.want(there, http.StatusNotFound)
	s.want(absent, http.StatusNotFound)
	if a, b := withoutWhich(there), withoutWhich(absent); a != b {
		t.Errorf("the answers can be told apart:\n%s\n%s", a, b)
	}
	s.want(own.get("/api/v1/companies/"+string(narmada)), http.StatusOK, "Narmada")
}

// withoutWhich is an answer without the GSTIN that was asked about and the call's name.
func withoutWhich(r reply) string {
	gone := strings.NewReplacer("0939", "", "0940", "", r.Header.Get("X-Request-Id"), "")
	return gone.Replace(string(r.body))
}

func TestAKeyThatCallsTooOftenWaits(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Rate, o.Now = 1, func() time.Time { return clockAt } })
	s.want(s.get(quiet), http.StatusOK)
	r := s.get(quiet)
	s.want(r, http.StatusOK)
	if r.Header.Get("RateLimit-Limit") != "2" || r.Header.Get("RateLimit-Remaining") != "0" || r.Header.Get("RateLimit-Reset") != "2" {
		t.Errorf("what is left was told as %v", r.Header)
	}
	r = s.get(quiet)
	s.want(r, http.StatusTooManyRequests)
	if r.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After: %q, want 1", r.Header.Get("Retry-After"))
	}
	s.want(s.as(s.key(db.Scopes())).get(quiet), http.StatusOK) // another key is not held up
}

func TestAnAddressThatTriesKeysIsSlowedDown(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Now = func() time.Time { return clockAt } })
	stranger := s.as([]string{s.keys[0], "guess"})
	for range wrongKeysAtOnce {
		s.want(stranger.get(quiet), http.StatusUnauthorized)
	}
	s.want(stranger.get(quiet), http.StatusTooManyRequests)
	s.want(s.get(quiet), http.StatusOK) // another program of the same address has a good key
}

func TestEveryCallIsInTheEditLog(t *testing.T) {
	s := newStillAPI(t)
	s.want(s.get(quiet), http.StatusOK)
	s.want(s.get("/api/einvoice/getirn?gstin="+string(sharda)+"&irn="+strings.Repeat("a", 63)), http.StatusOK, `"Success":false`)
	s.want(s.as([]string{s.keys[0], "guess"}).get(quiet), http.StatusUnauthorized) // by a stranger: not there
	s.must(s.api.Close(context.Background()))
	calls, next, err := s.store.APICalls(t.Context(), s.keys[0], 0, 10)
	s.must(err)
	if len(calls) != 2 || next != 0 {
		t.Fatalf("%d calls in the edit log, want 2", len(calls))
	}
	last, first := calls[0], calls[1]
	if first.Path != quiet || first.Status != http.StatusOK || first.Code != "" || first.From == "" || first.Request == "" || first.KeyName != "ERP" {
		t.Errorf("a good call is kept as %+v", first)
	}
	if last.Company != sharda || last.Code == "" || last.Method != http.MethodGet {
		t.Errorf("a failed call is kept as %+v", last)
	}
	key, err := s.store.APIKey(t.Context(), s.keys[0])
	s.must(err)
	if key.Used.IsZero() || key.UsedFrom != first.From {
		t.Errorf("the key was used last at %v from %q", key.Used, key.UsedFrom)
	}
}

func TestNoSuchCall(t *testing.T) {
	s := newStillAPI(t)
	s.want(s.get("/api/v1/nothing"), http.StatusNotFound, "/api/docs")
	s.want(s.get("/api/einvoice/nothing"), http.StatusNotFound, `"Success":false`)
	r := s.get("/api/v1/nothing")
	if kind := r.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("Content-Type %q", kind)
	}
}
