package registrar_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
)

// steps does steps until nothing is due, and returns how many there were.
func (h *house) steps() (n int) {
	h.t.Helper()
	for ; n < 1000; n++ {
		done, err := h.desk.RegisterOne(h.t.Context())
		h.must(err)
		if !done {
			return n
		}
	}
	h.t.Fatal("it never ends")
	return n
}

func TestFreshDocumentDoesNotWaitForABacklog(t *testing.T) {
	h := build(t)
	for n := 1; n <= 30; n++ {
		h.issue(number(n))
	}
	h.step()
	fresh := h.issue("B/26-27/0001")
	h.step()
	if is := h.standing(fresh); is.State != gst.IRNRegistered {
		t.Errorf("the other series' only document is %q after one more step", is.State)
	}
}

func TestOutageCostsOneTryAtATime(t *testing.T) {
	h := build(t)
	h.fault("*", "*", "down", 0)
	var ids []int64
	for n := 1; n <= 25; n++ {
		ids = append(ids, h.issue(number(n)))
	}
	tries := 0
	for range 60 { // an hour
		tries += h.steps()
		h.clock.advance(time.Minute)
	}
	if tries < 12 || tries > 20 {
		t.Errorf("%d tries in an hour, want one every five minutes and some at the start", tries)
	}
	standing, err := h.desk.Standing(t.Context(), sharda, gst.Practice)
	h.must(err)
	if standing.Reachable || standing.Waiting != 25 || !standing.Since.Equal(h.clock.now().Add(-time.Hour)) || standing.Next.IsZero() {
		t.Errorf("standing %+v", standing)
	}
	for _, id := range ids[1:] {
		if got := h.kinds(id); got != "issued" {
			t.Errorf("document %d: %s, want nothing done for it", id, got)
		}
	}
	h.mend()
	h.clock.advance(6 * time.Minute)
	if n := h.steps(); n != 25 {
		t.Errorf("%d steps for 25 documents", n)
	}
	standing, err = h.desk.Standing(t.Context(), sharda, gst.Practice)
	h.must(err)
	if !standing.Reachable || standing.Open() != 0 || !standing.Since.IsZero() {
		t.Errorf("standing afterwards %+v", standing)
	}
	var before string
	for _, id := range ids {
		ack := h.standing(id).Registration.AckNo
		if ack <= before {
			t.Errorf("AckNo %s behind %s: not in order", ack, before)
		}
		before = ack
	}
}

func TestLookUpsAfterAnOutageBeginWithShortPauses(t *testing.T) {
	h := build(t)
	h.fault("*", "*", "down", 0)
	id := h.issue(number(1))
	for range 20 { // one hundred minutes, a try each five
		h.steps()
		h.clock.advance(5*time.Minute + time.Second)
	}
	h.mend()
	h.fault("*", "generate", "drop-reply", 0)
	h.fault("*", "get", "down", 0)
	h.step()
	w, err := h.store.Waiting(t.Context(), sharda, id)
	h.must(err)
	if is := h.standing(id); is.State != gst.IRNUnknown || w.Next.Sub(h.clock.now()) > time.Second {
		t.Errorf("state %q, looked up in %v, want within a second", is.State, w.Next.Sub(h.clock.now()))
	}
}

func TestTryNowOpensTheGate(t *testing.T) {
	h := build(t)
	h.fault("*", "*", "down", 0)
	id := h.issue(number(1))
	for range 8 {
		h.steps()
		h.clock.advance(5 * time.Minute)
	}
	h.steps()
	h.mend()
	h.idle()
	h.must(h.desk.TryNow(t.Context(), sharda, gst.Practice))
	h.step()
	if is := h.standing(id); is.State != gst.IRNRegistered {
		t.Errorf("state %q, want registered", is.State)
	}
}

func TestAnotherCompanyIsNotHeldUpByAGate(t *testing.T) {
	h := buildBare(t)
	second := gst.Company{
		GSTIN: "29AABCT1332L1ZD", LegalName: "Mysore Traders", Address1: "1 Palace Road", Place: "Mysuru", PIN: 570001,
		State: "29", Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10, Created: h.clock.now(),
	}
	h.must(h.store.AddCompany(t.Context(), second))
	h.must(registrar.StorePracticeUsers(t.Context(), h.store, second.GSTIN))
	mine := h.issue(number(1)) // without a provider
	h.step()
	h.idle()
	theirs := h.issue(number(2), change{"27AAPFU0939F1ZV", string(second.GSTIN)}, change{`"Pos":"27"`, `"Pos":"27"`})
	h.step()
	h.idle()
	inv, _, err := h.store.Invoice(t.Context(), second.GSTIN, theirs)
	h.must(err)
	if inv.IRN.State == gst.IRNPending || h.standing(mine).State != gst.IRNPending {
		t.Errorf("theirs %q, mine %q; want theirs decided and mine waiting", inv.IRN.State, h.standing(mine).State)
	}
}

// between has all calls go through a proxy, which may answer in the portal's place or
// change what it says.
func (h *house) between(answer func(http.ResponseWriter, *http.Request) bool, change func(*http.Response) error) {
	h.t.Helper()
	target, err := url.Parse(h.root)
	h.must(err)
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: change,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer == nil || !answer(w, r) {
			proxy.ServeHTTP(w, r)
		}
	}))
	h.t.Cleanup(server.Close)
	direct := h.root
	h.root = server.URL
	h.must(h.store.Close())
	h.open()
	h.root = direct // for the sandbox's own pages
}

func isLookUp(r *http.Request) bool { return strings.Contains(r.URL.Path, "irnbydocdetails") }

func TestAllProvidersAreAskedBeforeItIsSentAgain(t *testing.T) {
	h := build(t)
	asked := map[string]int{}
	h.between(func(w http.ResponseWriter, r *http.Request) bool {
		if !isLookUp(r) {
			return false
		}
		face := strings.Split(r.URL.Path, "/")[1]
		asked[face]++
		if face != "taxpro" {
			return false
		}
		_, err := w.Write([]byte(no("2148"))) // which is wrong
		return err == nil
	}, nil)
	h.fault("alankit", "generate", "drop-reply", 1)
	id := h.issue(number(1))
	h.step()
	is := h.standing(id)
	if is.State != gst.IRNRegistered || is.Registration.Provider != gst.Alankit {
		t.Fatalf("state %q: %s", is.State, h.kinds(id))
	}
	if asked["taxpro"] != 3 || asked["alankit"] != 1 { // here, NIC1 and NIC2
		t.Errorf("asked %v", asked)
	}
	if l := h.ledger(); l[0].Calls != 1 {
		t.Errorf("sent %d times", l[0].Calls)
	}
}

func TestRejectedIRNIsNoRegistration(t *testing.T) {
	for _, lost := range []bool{false, true} {
		h := buildBare(t)
		h.equip(gst.TaxPro)
		h.rejecting()
		if lost {
			h.fault("taxpro", "generate", "drop-reply", 1)
		}
		id := h.issue(number(1))
		h.step()
		h.idle()
		is := h.standing(id)
		if is.State != gst.IRNConflict || is.Refusal == nil || !is.Refusal.Has("REJ") || is.Refusal.Duplicate == nil {
			t.Errorf("lost %v: state %q, refusal %v", lost, is.State, is.Refusal)
		}
	}
}

// rejecting has the portal say of every document that its IRN counts for nothing.
func (h *house) rejecting() {
	h.t.Helper()
	h.between(nil, func(r *http.Response) error {
		return rewrite(r, func(s string) string {
			return strings.ReplaceAll(s, `\"Status\":\"ACT\"`, `\"Status\":\"REJ\"`)
		})
	})
}

func TestCancelledAsItIsMadeIsLookedUp(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	h.between(nil, func(r *http.Response) error {
		if r.Request.Method != http.MethodPost {
			return nil
		}
		return rewrite(r, func(s string) string { return strings.ReplaceAll(s, `\"Status\":\"ACT\"`, `\"Status\":\"CNL\"`) })
	})
	id := h.issue(number(1))
	h.step()
	if is := h.standing(id); is.State != gst.IRNRegistered || is.Registration.Status != "ACT" {
		t.Errorf("state %q: %s", is.State, h.kinds(id))
	}
}

func TestAnswersThatProveNothingAreShownToAPerson(t *testing.T) {
	h := build(t)
	h.between(nil, func(r *http.Response) error {
		if strings.HasSuffix(r.Request.URL.Path, "/auth") {
			return nil
		}
		return rewrite(r, func(s string) string {
			return strings.ReplaceAll(s, `\"SignedQRCode\":\"ey`, `\"SignedQRCode\":\"xx`)
		})
	})
	h.fault("alankit", "*", "down", 0)
	id := h.issue(number(1))
	steps := 0
	for ; steps < 40 && h.standing(id).State != gst.IRNConflict; steps++ {
		h.step()
		if is := h.standing(id); is.Registration != nil {
			t.Fatalf("attached %+v", is.Registration)
		}
		h.clock.advance(7 * time.Minute)
	}
	is := h.standing(id)
	if is.State != gst.IRNConflict || !is.Refusal.Has(db.NotBelieved) || steps > 12 {
		t.Fatalf("after %d steps state %q, refusal %v", steps, is.State, is.Refusal)
	}
	h.idle()
	h.mend()
	if may, lookUp := registrar.MayResend(*is.Refusal); !may || !lookUp {
		t.Errorf("a person may have it sent again: %t, looked up before: %t", may, lookUp)
	}
	h.must(h.desk.SendAgain(t.Context(), sharda, id))
	if got := h.standing(id); got.State != gst.IRNUnknown || got.Refusal != nil {
		t.Errorf("standing %+v, want unknown: it is looked up first", got)
	}
	h.step()
	if got := h.standing(id); got.State != gst.IRNRegistered || got.Registration.Provider != gst.Alankit {
		t.Errorf("state %q: %s", got.State, h.kinds(id))
	}
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 {
		t.Errorf("ledger %+v", l)
	}
}

func TestSendAgain(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	h.fault("taxpro", "generate", "5001", 12)
	busy := h.issue(number(1))
	for range 12 {
		h.step()
		h.clock.advance(7 * time.Minute)
	}
	wrong := h.issue(number(2), change{`"AssAmt":12900`, `"AssAmt":12000`})
	h.steps()
	if is := h.standing(busy); is.State != gst.IRNFailed {
		t.Fatalf("state %q", is.State)
	}
	h.must(h.desk.SendAgain(t.Context(), sharda, busy))
	if is := h.standing(busy); is.State != gst.IRNUnknown {
		t.Errorf("state %q, want unknown: the portal may have it", is.State)
	}
	h.steps()
	if is := h.standing(busy); is.State != gst.IRNRegistered {
		t.Errorf("state %q: %s", is.State, h.kinds(busy))
	}
	for name, id := range map[string]int64{"registered": busy, "wrong in itself": wrong} {
		if err := h.desk.SendAgain(t.Context(), sharda, id); !errors.Is(err, gst.ErrState) {
			t.Errorf("%s: %v, want ErrState", name, err)
		}
	}
	if err := h.desk.SendAgain(t.Context(), sharda, wrong+7); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("nothing: %v", err)
	}
}

// The portal that says "try later" once too often may have registered the document all the
// same: before that counts as a refusal it is looked up.
func TestLastBusyAnswerIsLookedUpBeforeItCountsAsARefusal(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	lies := false
	h.between(nil, func(r *http.Response) error {
		if !lies || r.Request.Method != http.MethodPost {
			return nil
		}
		return rewrite(r, func(string) string { return no("5001") })
	})
	h.fault("taxpro", "generate", "5001", 11)
	id := h.issue(number(1))
	for range 11 {
		h.step()
		h.clock.advance(7 * time.Minute)
	}
	lies = true
	h.step()
	if is := h.standing(id); is.State != gst.IRNRegistered {
		t.Errorf("state %q, refusal %v: %s", is.State, is.Refusal, h.kinds(id))
	}
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 {
		t.Errorf("ledger %+v", l)
	}
	h.sound()
}

// Whose IRN was brought by hand while a worker had it in hand is no failure of the worker.
func TestRequestEndedByHandMeanwhileIsNoError(t *testing.T) {
	h := buildBare(t)
	h.equip(gst.TaxPro)
	var id int64
	h.between(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			inv, _, err := h.store.Invoice(t.Context(), sharda, id)
			if err == nil {
				reg := gst.Registration{IRN: firstIRN, AckNo: "1", AckDate: h.clock.now(), Status: gst.RegistrationActive, SignedQR: "qr"}
				err = h.store.BringRegistration(t.Context(), sharda, id, inv.Version, reg)
			}
			if err != nil {
				t.Error(err)
			}
		}
		return false
	}, nil)
	var said bytes.Buffer
	h.desk = registrar.New(registrar.Options{
		Store: h.store, GSP: h.gsp, Keys: h.keys, Now: h.clock.now, Log: slog.New(slog.NewTextHandler(&said, nil)),
	})
	id = h.issue(number(1))
	stop := h.start()
	h.await(gst.IRNRegistered, id)
	stop()
	if said.Len() > 0 {
		t.Errorf("it logs %s", said.String())
	}
	if got := h.standing(id).Registration; got.AckNo != "1" {
		t.Errorf("registration %+v, want what was brought", got)
	}
}

func TestCallsAreKeptWithTheDocument(t *testing.T) {
	h := build(t)
	h.fault("alankit", "generate", "http-504", 1)
	id := h.issue(number(1))
	h.step()
	calls, err := h.store.Exchanges(t.Context(), sharda, id)
	h.must(err)
	var ops []string
	for _, x := range calls {
		op := string(x.Operation)
		if n := len(ops); n == 0 || ops[n-1] != op {
			ops = append(ops, op)
		}
		if x.Attempt != 1 {
			t.Errorf("%s belongs to attempt %d", x.URL, x.Attempt)
		}
	}
	if got, want := strings.Join(ops, " "), "auth generate auth get_document generate"; got != want {
		t.Errorf("kept %s, want %s", got, want)
	}
}
