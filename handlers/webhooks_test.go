package handlers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"mohar/courier"
	"mohar/db"
	"mohar/gst"
	"mohar/lang"
)

// listener is a program that is told, and what it has heard.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
	wrong  []error // signatures that do not hold
	secret string
}

func newListener(t testing.TB) *listener {
	l := &listener{status: http.StatusOK}
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.bodies = append(l.bodies, string(body))
		judge, err := standardwebhooks.NewWebhook(l.secret)
		if err == nil {
			err = judge.VerifyIgnoringTimestamp(body, r.Header)
		}
		if err != nil {
			l.wrong = append(l.wrong, err)
		}
		w.WriteHeader(l.status)
		_, _ = io.WriteString(w, "heard <b>you</b>") // nobody may be reading
	}))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) answers(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// heard returns what came in, and fails the test for what was not signed with secret.
func (l *listener) heard(t testing.TB) []string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.wrong) > 0 {
		t.Errorf("signatures: %v", l.wrong)
	}
	return l.bodies
}

// hookSite is a site with a company that may call private addresses.
type hookSite struct {
	*site
	courier *courier.Courier
}

func newHookSite(t testing.TB) *hookSite {
	t.Helper()
	h := &hookSite{}
	h.site = newSite(t, func(o *Options) {
		h.courier = courier.New(courier.Options{Store: o.Store, Now: o.Now, Log: o.Log, Private: true})
		o.Courier = h.courier
	})
	h.setUp()
	h.want(h.post("/companies", companyForm()), http.StatusSeeOther)
	return h
}

// hookForm is a new webhook.
func hookForm(address string, change ...string) url.Values {
	return with(url.Values{
		"url": {address}, "description": {"Tally bridge"}, "kinds": {"all"}, "which": {"all"},
	}, change...)
}

var secretShown = regexp.MustCompile(`whsec_[A-Za-z0-9+/=]+`)

// addHook adds a webhook and returns its secret.
func (h *hookSite) addHook(l *listener, change ...string) string {
	h.Helper()
	r := h.post(webhooksURL, hookForm(l.URL, change...))
	h.want(r, http.StatusOK, "Copy the secret now", "shown this once", l.URL)
	secret := secretShown.FindString(r.body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secret = secret
	return secret
}

// deliver sends what is due.
func (h *hookSite) deliver() {
	h.Helper()
	if _, err := h.courier.DeliverDue(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func TestWebhookIsAddedTestedAndTold(t *testing.T) {
	h, l := newHookSite(t), newListener(t)
	h.want(h.get(webhooksURL), http.StatusOK, "Nobody is told yet", webhooksURL+"/new", "Standard Webhooks")
	h.want(h.get(webhooksURL+"/new"), http.StatusOK, "document.registered", companyGSTIN, "Sharda Traders")
	secret := h.addHook(l)
	if r := h.get(webhooksURL + "/1"); strings.Contains(r.body, secret) || strings.Contains(r.body, "whsec_") {
		t.Error("the secret is shown again")
	}
	h.want(h.get(webhooksURL), http.StatusOK, "Tally bridge", l.URL, "all delivered", "everything", "all companies", ownerEmail)
	h.want(h.post(webhooksURL+"/1/test", nil), http.StatusOK, "The test was taken", "Answer 200 OK", "heard <b>you</b>")
	l.answers(http.StatusForbidden)
	h.want(h.post(webhooksURL+"/1/test", nil), http.StatusOK, "The test was not taken", "403 Forbidden", "200 to 299")
	l.answers(http.StatusOK)
	h.want(h.post(invoicesURL, invoiceForm("do", "issue")), http.StatusSeeOther)
	if _, err := h.registrar.RegisterOne(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.want(h.get(webhooksURL), http.StatusOK, "1 waiting")
	h.deliver()
	heard := l.heard(t)
	if len(heard) != 3 || !strings.HasPrefix(heard[2], `{"type":"document.registered"`) {
		t.Errorf("heard %q", heard)
	}
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "A document has its IRN", "delivered", "200 OK", "1 try", "not taken", "Added", "Test sent")
	h.want(h.get(webhooksURL+"/1?state=waiting"), http.StatusOK, "None.")
	h.want(h.get(webhooksURL+"/1/messages/3"), http.StatusOK, "msg_", `"irn_state": "registered"`, "heard <b>you</b>", companyGSTIN)
	h.wantRedirect(h.post(webhooksURL+"/1/messages/3/resend", nil), webhooksURL+"/1/messages/3?done=resent")
	h.deliver()
	if again := l.heard(t); len(again) != 4 || again[3] != heard[2] {
		t.Errorf("sent again: %q", again)
	}
}

func TestWhatWasGivenUpIsSentAgain(t *testing.T) {
	h, l := newHookSite(t), newListener(t)
	h.addHook(l)
	l.answers(http.StatusGone)
	h.want(h.post(invoicesURL, invoiceForm("do", "issue")), http.StatusSeeOther)
	if _, err := h.registrar.RegisterOne(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.deliver()
	h.want(h.get(webhooksURL), http.StatusOK, "1 given up", "off: it wants no more")
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "the receiver answered 410", "given up", "Send again what was given up", "Switch on", "courier")
	h.want(h.post(webhooksURL+"/1/resend", url.Values{"since": {"yesterday"}}), http.StatusUnprocessableEntity, lang.English.Text("fault.parse.date"))
	h.wantRedirect(h.post(webhooksURL+"/1/resend", url.Values{"since": {"22/11/2026"}}), webhooksURL+"/1?done=resent")
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "waits until it is switched on")
	h.wantRedirect(h.post(webhooksURL+"/1/switch", url.Values{"on": {"1"}}), webhooksURL+"/1?done=hook-on")
	l.answers(http.StatusOK)
	h.deliver()
	h.want(h.get(webhooksURL), http.StatusOK, "all delivered")
	if n := len(l.heard(t)); n != 2 {
		t.Errorf("%d messages, want two", n)
	}
	h.wantRedirect(h.post(webhooksURL+"/1/switch", url.Values{"on": {"0"}}), webhooksURL+"/1?done=hook-off")
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "Switched off since")
}

func TestWebhookIsChangedRotatedAndDeleted(t *testing.T) {
	h, l := newHookSite(t), newListener(t)
	first := h.addHook(l)
	h.want(h.get(webhooksURL+"/1/edit"), http.StatusOK, l.URL, "Tally bridge", "The secret stays.")
	form := hookForm(l.URL, "version", "1", "description", "ERP", "kinds", "some", "which", "some")
	h.want(h.post(webhooksURL+"/1/edit", form), http.StatusUnprocessableEntity, "Tick at least one, or choose everything.", "Tick at least one company")
	form["event"], form["company"] = []string{"document.failed", "ewaybill.made"}, []string{companyGSTIN}
	h.wantRedirect(h.post(webhooksURL+"/1/edit", form), webhooksURL+"/1?done=saved")
	h.want(h.post(webhooksURL+"/1/edit", form), http.StatusConflict, "Somebody else changed these settings meanwhile")
	h.want(h.get(webhooksURL), http.StatusOK, "ERP", "2 of 14 events", companyGSTIN)
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "The portal refused a document, ", "An e-way bill was made", `name="version" value="2"`)
	h.want(h.post(webhooksURL+"/1/secret", url.Values{"version": {"1"}}), http.StatusConflict)
	r := h.post(webhooksURL+"/1/secret", url.Values{"version": {"2"}})
	h.want(r, http.StatusOK, "Copy the secret now", "signed with the secret before as well", "23 Nov 2026, 10:00")
	if second := secretShown.FindString(r.body); second == "" || second == first {
		t.Errorf("second secret %q", second)
	}
	h.want(h.post(webhooksURL+"/1/secret", url.Values{"version": {"2"}}), http.StatusConflict) // loaded again
	h.want(h.post(webhooksURL+"/1/test", nil), http.StatusOK, "The test was taken")
	l.heard(t) // signed with the first one too
	h.want(h.get(webhooksURL+"/1"), http.StatusOK, "signs too until 23 Nov 2026")
	h.wantRedirect(h.post(webhooksURL+"/1/delete", nil), webhooksURL+"?done=deleted")
	for _, path := range []string{"/1", "/1/edit", "/1/messages/1", "/x", "/0"} {
		h.want(h.get(webhooksURL+path), http.StatusNotFound)
	}
	entries, err := h.store.EditLog(t.Context(), db.LogFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var done []string
	for _, e := range entries {
		if e.Subject == "webhook" {
			done = append(done, e.Action)
			if e.Actor.Name != ownerEmail || webhookChanged(e.Action) == "" && e.Action != "deleted" {
				t.Errorf("edit log: %+v", e)
			}
		}
	}
	if got := strings.Join(done, " "); got != "deleted tested rotated changed created" {
		t.Errorf("edit log: %s", got)
	}
}

func TestWebhookAddressIsJudgedWhenTyped(t *testing.T) {
	s := newCompanySite(t) // which may call public addresses only
	for address, words := range map[string]string{
		"":                          "Type a whole address",
		"erp.firm.in":               "Type a whole address",
		"https://u:p@erp.firm.in":   "Type a whole address",
		"http://erp.firm.in":        "--private-webhooks",
		"https://127.0.0.1:8443/":   "--private-webhooks",
		"https://169.254.169.254/x": "--private-webhooks",
		"https://erp.local":         "--private-webhooks",
	} {
		s.want(s.post(webhooksURL, hookForm(address)), http.StatusUnprocessableEntity, words)
	}
	s.want(s.post(webhooksURL, hookForm("https://erp.firm.in/hook")), http.StatusOK, "Copy the secret now")
	s.want(s.post(webhooksURL, hookForm("https://erp.firm.in/hook")), http.StatusUnprocessableEntity, "This address is told already.")
	s.want(s.post(webhooksURL, hookForm("https://erp.firm.in/2", "kinds", "some", "event", "document.eaten")), http.StatusUnprocessableEntity, "There is no event document.eaten.")
	s.want(s.post(webhooksURL, hookForm("https://erp.firm.in/2", "which", "some", "company", "33AAAAA0000A1Z5")), http.StatusUnprocessableEntity, "There is no company 33AAAAA0000A1Z5 here.")
	s.want(s.post(webhooksURL, hookForm("https://erp.firm.in/2", "description", strings.Repeat("x", 501))), http.StatusUnprocessableEntity, lang.English.Text("fault.length.max", "500"))
}

func TestWebhooksAreForWhoeverIsSignedIn(t *testing.T) {
	s := newCompanySite(t)
	s.browser = s.newBrowser()
	s.wantRedirect(s.get(webhooksURL), "/login?next="+url.QueryEscape(webhooksURL))
	s.wantRedirect(s.post(webhooksURL, hookForm("https://erp.firm.in")), "/login")
	if hooks, err := s.store.Webhooks(t.Context()); err != nil || len(hooks) != 0 {
		t.Errorf("%d added, %v", len(hooks), err)
	}
}

func TestEveryEventAndProblemHasWords(t *testing.T) {
	for _, e := range append(db.WebhookEvents(), db.WebhookTest) {
		if key := "webhook.event." + string(e); !lang.English.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
	for _, problem := range []string{"address", "inside", "name", "certificate", "slow", "connection", "stopped", "sealed"} {
		if words := answerWords(0, problem); words == problem {
			t.Errorf("no words for problem %s", problem)
		}
	}
	if got := answerWords(0, "disk on fire"); got != "disk on fire" {
		t.Errorf("a text of the system: %q", got)
	}
	if got := answerWords(599, ""); got != "599" {
		t.Errorf("a status without name: %q", got)
	}
}

func TestStateOfAWebhookInWords(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 30, 0, 0, gst.IST)
	for _, tt := range []struct {
		w           db.Webhook
		kind, words string
	}{
		{db.Webhook{}, "good", "on"},
		{db.Webhook{FailingSince: at}, "wait", "failing since 22 Nov 2026, 10:30"},
		{db.Webhook{Off: db.WebhookOffPerson}, "muted", "switched off"},
		{db.Webhook{Off: db.WebhookOffGone}, "bad", "off: it wants no more"},
		{db.Webhook{Off: db.WebhookOffFailing, FailingSince: at}, "bad", "off: it failed for 5 days"},
	} {
		if kind, words := webhookState(tt.w); kind != tt.kind || words != tt.words {
			t.Errorf("%+v: %s, %s", tt.w, kind, words)
		}
	}
}
