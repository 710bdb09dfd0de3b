package handlers

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

// keyForm is a filled form that makes a key.
func keyForm(change ...string) url.Values {
	return with(url.Values{
		"name": {"Tally"}, "scope": {"read", "write", "cancel"}, "which": {"all"}, "expiry": {"never"}, "until": {""},
	}, change...)
}

// shownKey finds the key that a page shows once.
var shownKey = regexp.MustCompile(`curl -s -u (M[0-9]{18}):([A-Za-z0-9]{24}) (\S+?)<`)

func TestAKeysSecretIsShownOnceAndOpensWhatWasChosen(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.get(keysURL), http.StatusOK, "No key yet", `href="/api/docs"`, s.server.URL+"/api/v1/", s.server.URL+"/api/<")
	s.want(s.get(keysURL+"/new"), http.StatusOK, "Sharda Traders", companyGSTIN+" · practice")
	form := keyForm("name", "  Tally   at the  shop ", "which", "some", "expiry", "90")
	form["scope"], form["company"] = []string{"cancel", "read"}, []string{companyGSTIN}
	made := s.post(keysURL, form)
	s.want(made, http.StatusOK, "Copy the secret now", "calls.")
	if cache := made.Header.Get("Cache-Control"); !strings.Contains(cache, "no-store") {
		t.Errorf("a page with a secret may be kept: %q", cache)
	}
	shown := shownKey.FindStringSubmatch(made.body)
	if shown == nil {
		t.Fatalf("no curl line in\n%s", made.body)
	}
	if want := s.server.URL + "/api/v1/companies"; shown[3] != want {
		t.Errorf("the line calls %s, want %s", shown[3], want)
	}
	key, err := s.store.CheckAPIKey(t.Context(), shown[1], shown[2])
	if err != nil {
		t.Fatal(err)
	}
	if key.Name != "Tally at the shop" || key.May(db.ScopeWrite) || !key.May(db.ScopeRead) || !key.May(db.ScopeCancel) ||
		!key.For(companyGSTIN) || key.For("29AAPFU0939F1ZR") || key.By != ownerEmail || !key.Expires.Equal(clockAt.AddDate(0, 0, 90)) {
		t.Errorf("got %+v", key)
	}
	for _, page := range []string{keysURL, keyURL(key.ID)} {
		r := s.get(page)
		s.want(r, http.StatusOK, "Tally at the shop", key.ID, "in force", "read, cancel", companyGSTIN, "20 Feb 2027, 10:00", "not yet", ownerEmail)
		if strings.Contains(r.body, shown[2]) {
			t.Errorf("%s shows the secret again", page)
		}
	}
	s.want(s.post(keysURL, form), http.StatusUnprocessableEntity, "A key in force has this name.") // the page loaded again
	if keys, err := s.store.APIKeys(t.Context()); err != nil || len(keys) != 1 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

func TestAKeyFormSaysWhatIsWrongAndLosesNothing(t *testing.T) {
	s := newCompanySite(t)
	tests := []struct {
		name   string
		change []string
		says   string
		keeps  string
	}{
		{"no name", []string{"name", "  "}, "Say what the key is for", `value="write" checked`},
		{"a long name", []string{"name", strings.Repeat("x", 61)}, "At most 60 characters.", strings.Repeat("x", 61)},
		{"a name that cannot be shown", []string{"name", "a\x07b"}, "cannot be shown", `value="write" checked`},
		{"no scope", []string{"scope", ""}, "Tick at least one: a key that may do nothing", `value="Tally"`},
		{"some companies, none ticked", []string{"which", "some"}, "Tick at least one company", `value="some" checked`},
		{"a company that is not there", []string{"which", "some", "company", "29AAPFU0939F1ZR"}, "There is no company 29AAPFU0939F1ZR here.", `value="some" checked`},
		{"no such choice of expiry", []string{"expiry", "soon"}, "Choose how long the key lasts.", `value="Tally"`},
		{"no date", []string{"expiry", "date", "until", "next year"}, "Type the date as dd/mm/yyyy", `value="next year"`},
		{"a day that is over", []string{"expiry", "date", "until", "21/11/2026"}, "This day is over.", `value="21/11/2026"`},
		{"a day too far off", []string{"expiry", "date", "until", "22/11/2046"}, "within ten years", `value="date" selected`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.TB = t
			s.want(s.post(keysURL, keyForm(tt.change...)), http.StatusUnprocessableEntity, tt.says, tt.keeps)
		})
	}
	s.TB = t
	if keys, err := s.store.APIKeys(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("%d keys were made, %v", len(keys), err)
	}
}

func TestAKeyLastsToTheEndOfTheDayThatWasTyped(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(keysURL, keyForm("expiry", "date", "until", "22/11/2026")), http.StatusOK)
	s.want(s.get(keysURL), http.StatusOK, "after 22 Nov 2026", "ends soon")
	key := onlyKey(t, s)
	if want := time.Date(2026, 11, 23, 0, 0, 0, 0, gst.IST); !key.Expires.Equal(want) {
		t.Errorf("expires %s, want %s", key.Expires, want)
	}
	s.clock.add(14 * time.Hour)
	s.want(s.post("/login", url.Values{"email": {ownerEmail}, "password": {ownerPassword}}), http.StatusSeeOther)
	s.want(s.get(keysURL), http.StatusOK, "No key is in force.", "Keys that have ended", "expired")
	s.want(s.get(keyURL(key.ID)), http.StatusOK, "expired")
}

// onlyKey is the one key that there is.
func onlyKey(t *testing.T, s *site) db.APIKey {
	t.Helper()
	keys, err := s.store.APIKeys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Fatalf("%d keys, %v", len(keys), err)
	}
	return keys[0]
}

func TestARevokedKeyStaysInTheListAndTheLog(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(keysURL, keyForm()), http.StatusOK)
	key := onlyKey(t, s)
	s.want(s.get(keyURL(key.ID)), http.StatusOK, "Revoke Tally", "Not called yet.", "never")
	s.wantRedirect(s.post(keyURL(key.ID)+"/revoke", nil), keyURL(key.ID)+"?done=revoked")
	after := s.get(keyURL(key.ID) + "?done=revoked")
	s.want(after, http.StatusOK, "The key is revoked.", "revoked 22 Nov 2026, 10:00")
	if strings.Contains(after.body, "Revoke Tally") {
		t.Error("a revoked key can be revoked")
	}
	s.clock.add(time.Hour)
	s.wantRedirect(s.post(keyURL(key.ID)+"/revoke", nil), keyURL(key.ID)+"?done=revoked") // pressed twice
	if again := onlyKey(t, s); !again.Revoked.Equal(clockAt) {
		t.Errorf("revoked %s, want %s", again.Revoked, clockAt)
	}
	entries, err := s.store.EditLog(t.Context(), db.LogFilter{Subject: "api_key", Which: key.ID})
	if err != nil || len(entries) != 2 || entries[0].Action != "revoked" || entries[0].Actor.Name != ownerEmail {
		t.Errorf("the edit log has %+v, %v", entries, err)
	}
	s.want(s.post(keysURL, keyForm()), http.StatusOK) // the name is free again
	s.want(s.get(keyURL("M000000000000000000")), http.StatusNotFound)
	s.want(s.post(keyURL("M000000000000000000")+"/revoke", nil), http.StatusNotFound)
}

func TestAKeysCallsAreListedInPages(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(keysURL, keyForm()), http.StatusOK)
	key := onlyKey(t, s)
	call := db.APICall{
		At: clockAt, Key: key.ID, KeyName: key.Name, From: "192.0.2.7", Company: companyGSTIN, Method: "POST", Path: "/api/einvoice/generateirn",
		Request: "request-1", Status: 200, Took: 1412 * time.Millisecond, Document: 31,
	}
	refused, slow, broken := call, call, call
	refused.Code, refused.Document, refused.Request = "2211", 0, "request-2"
	slow.Code, slow.Request = "151", "request-3"
	broken.Status, broken.Request = 503, "request-4"
	calls := []db.APICall{call, refused, slow, broken}
	for i := len(calls); i < shownCalls+1; i++ {
		last := call
		last.Request = "later"
		calls = append(calls, last)
	}
	if err := s.store.LogCalls(t.Context(), calls); err != nil {
		t.Fatal(err)
	}
	first := s.get(keyURL(key.ID))
	s.want(first, http.StatusOK, "request-2", "200 refused", "2211", "request-3", "200 try again", "503 failed", "200 done", "22 Nov 2026, 10:00:00", "1412 ms",
		"22 Nov 2026, 10:00 from 192.0.2.7", `href="/c/`+companyGSTIN+`/invoices/31"`)
	if strings.Contains(first.body, "request-1<") {
		t.Error("the oldest call is on the first page")
	}
	older := regexp.MustCompile(`href="(` + keyURL(key.ID) + `\?before=[0-9]+)"`).FindStringSubmatch(first.body)
	if older == nil {
		t.Fatal("no way to older calls")
	}
	s.want(s.get(older[1]), http.StatusOK, "request-1<", "/api/einvoice/generateirn", `href="`+keyURL(key.ID)+`"`)
}

func TestKeysAreForWhoeverIsSignedIn(t *testing.T) {
	s := newCompanySite(t)
	s.browser = s.newBrowser()
	for _, page := range []string{keysURL, keysURL + "/new", keyURL("M1")} {
		s.wantRedirect(s.get(page), "/login?next="+url.QueryEscape(page))
	}
	s.wantRedirect(s.post(keysURL, keyForm()), "/login")
}
