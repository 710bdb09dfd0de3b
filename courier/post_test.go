package courier

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

func TestRedirectIsNotFollowed(t *testing.T) {
	h, r, other := newHouse(t), newReceiver(t), newReceiver(t)
	r.answers(func(w http.ResponseWriter, q *http.Request) {
		http.Redirect(w, q, other.URL, http.StatusTemporaryRedirect)
	})
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	if d := h.log(w)[0]; d.Status != http.StatusTemporaryRedirect || d.State != db.DeliveryWaiting {
		t.Errorf("delivery: %+v", d)
	}
	if len(other.seen()) != 0 {
		t.Error("it was followed")
	}
}

func TestAddressesInsideAreRefusedWhenTyped(t *testing.T) {
	for _, tt := range []struct {
		url             string
		public, private string // the rule broken
	}{
		{"https://erp.firm.in/hook?a=b", "", ""},
		{"https://erp.firm.in:8443", "", ""},
		{"http://erp.firm.in", "webhook.url_private", ""},
		{"https://10.0.0.5/hook", "webhook.url_private", ""},
		{"https://erp", "webhook.url_private", ""},
		{"http://localhost:9000", "webhook.url_private", ""},
		{"https://2130706433/", "webhook.url_private", ""},
		{"https://[::1]/", "webhook.url_private", ""},
		{"ftp://erp.firm.in", "webhook.url", "webhook.url"},
		{"https://user:secret@erp.firm.in", "webhook.url", "webhook.url"},
		{"erp.firm.in", "webhook.url", "webhook.url"},
		{"", "webhook.url", "webhook.url"},
	} {
		for private, rule := range map[bool]string{false: tt.public, true: tt.private} {
			err := CheckURL(tt.url, private)
			var bad gst.Invalid
			if (err == nil) != (rule == "") || err != nil && (!errors.As(err, &bad) || bad.Faults[0].Rule != rule) {
				t.Errorf("%q, private %v: %v, want %q", tt.url, private, err, rule)
			}
		}
	}
}

// A name may lead inside however it looks, so what is really dialled is looked at too.
func TestNameThatLeadsInsideIsNotDialled(t *testing.T) {
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a message arrived") }))
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client := newClient(false)
	res, err := client.Get("https://localhost:" + port) //nolint:noctx // as if the name service had said so of a public name
	if err == nil {
		_ = res.Body.Close()
	}
	if problemOf(err) != "inside" {
		t.Errorf("got %v, want the address to be refused", err)
	}
}

func TestAddressIsJudgedAgainWhenSent(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	w, _ := h.hook(r.URL) // while the operator allowed it
	h.options.Private = false
	h.courier = New(h.options)
	h.happens()
	h.deliver(1)
	if d := h.log(w)[0]; d.Problem != "address" || len(r.seen()) != 0 {
		t.Errorf("delivery %+v, %d arrived", d, len(r.seen()))
	}
}

func TestLogKeepsHowAnAnswerBegins(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	r.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, "\x00"+strings.Repeat("x", 497)+"₹"+strings.Repeat("y", 1<<20)) // whoever stops reading ends it
	})
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	if d := h.log(w)[0]; d.Status != 400 || d.Answer != strings.Repeat("x", 497) {
		t.Errorf("kept %q", d.Answer)
	}
	for text, want := range map[string]string{"ab\xff": "ab�", "": "", "₹": "₹", "a\xe2\x82": "a", "\n\tok\r\x1b[0m": "\n\tok[0m"} {
		if got := printable([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
