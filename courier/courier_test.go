package courier

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"mohar/db"
	"mohar/gst"
)

const ours gst.GSTIN = "29AAGCB1286Q000"

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// got is a request as it arrived.
type got struct {
	header http.Header
	body   string
}

// receiver is a program that is told; it answers what answer writes, 204 without one.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []got
	answer func(http.ResponseWriter, *http.Request)
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		r.got = append(r.got, got{q.Header.Clone(), string(body)})
		answer := r.answer
		r.mu.Unlock()
		if answer == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

// answers has the receiver answer so from now on.
func (r *receiver) answers(f func(http.ResponseWriter, *http.Request)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

func (r *receiver) status(code int) {
	r.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
}

// seen returns what has arrived.
func (r *receiver) seen() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// house is a store with a company, and a courier.
type house struct {
	testing.TB
	dir     string
	clock   *clock
	store   *db.Store
	courier *Courier
	options Options
}

func newHouse(t testing.TB, change ...func(*db.Options)) *house {
	t.Helper()
	h := &house{TB: t, dir: filepath.Join(t.TempDir(), "data"), clock: &clock{at: time.Date(2026, 11, 22, 10, 30, 0, 0, gst.IST)}}
	h.options = Options{Private: true, Random: func() float64 { return 0 }}
	h.open(change...)
	t.Cleanup(func() { _ = h.store.Close() })
	h.must(h.store.AddCompany(t.Context(), gst.Company{
		GSTIN: ours, LegalName: "Bharat Traders", Address1: "12 MG Road", Place: "Bengaluru", PIN: 560001, State: "29",
		Taxpayer: gst.Regular, Mode: gst.Practice, Turnover: gst.Slab5To10,
	}))
	return h
}

// open opens the store and starts with a fresh courier, as after a restart.
func (h *house) open(change ...func(*db.Options)) {
	h.Helper()
	o := db.Options{Dir: h.dir, Now: h.clock.now}
	for _, f := range change {
		f(&o)
	}
	var err error
	h.store, err = db.Open(h.Context(), o)
	h.must(err)
	h.options.Store, h.options.Now, h.options.Log = h.store, h.clock.now, slog.New(slog.DiscardHandler)
	h.courier = New(h.options)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// hook adds a webhook that is told of registrations, and returns its secret.
func (h *house) hook(url string) (db.Webhook, string) {
	h.Helper()
	w := db.Webhook{URL: url, Events: []db.WebhookEvent{db.WebhookRegistered}}
	secret, err := h.store.AddWebhook(h.Context(), &w)
	h.must(err)
	return w, secret
}

// happens registers a document.
func (h *house) happens() {
	h.Helper()
	ctx := h.Context()
	inv := &gst.Invoice{
		Company: ours, Type: gst.TaxInvoice, Date: 20261122, Supply: gst.B2B, PlaceOfSupply: "29",
		Buyer: gst.Party{GSTIN: "29AWGPV7107B1Z1", LegalName: "Kaveri Papers", Address1: "9 Ring Road", Place: "Mysuru", PIN: 570001, State: "29"},
		IRN:   gst.IRNStatus{State: gst.IRNPending},
	}
	h.must(h.store.IssueInvoice(ctx, inv, func(inv *gst.Invoice) ([]byte, error) { return []byte(`{}`), nil }, true))
	lanes, err := h.store.DueLanes(ctx)
	h.must(err)
	r, err := h.store.TakeNext(ctx, db.Take{Lane: lanes[0], Lease: time.Minute})
	h.must(err)
	h.must(h.store.MarkSent(ctx, r, gst.Alankit))
	h.must(h.store.SaveRegistration(ctx, r, gst.Registration{
		IRN: fmt.Sprintf("%064x", inv.ID), AckNo: strconv.FormatInt(162600000000000+inv.ID, 10), AckDate: h.clock.now(), Status: "ACT", Provider: gst.Alankit,
	}))
}

// deliver sends what is due and wants so many messages to go out.
func (h *house) deliver(want int) {
	h.Helper()
	n, err := h.courier.DeliverDue(h.Context())
	h.must(err)
	if n != want {
		h.Fatalf("%d messages went out, want %d", n, want)
	}
}

// log returns the messages to a webhook, the first first.
func (h *house) log(w db.Webhook) []db.Delivery {
	h.Helper()
	page, _, err := h.store.Deliveries(h.Context(), w.ID, "", 0, 100)
	h.must(err)
	slices.Reverse(page)
	return page
}

func TestMessageIsSignedAsStandardWebhooksSays(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	h.options.Version = "1.2"
	h.courier = New(h.options)
	w, first := h.hook(r.URL)
	second, err := h.store.RotateWebhookSecret(t.Context(), w.ID)
	h.must(err)
	h.happens()
	h.deliver(1)
	m := r.seen()[0]
	for name, secret := range map[string]string{"first": first, "second": second} {
		judge, err := standardwebhooks.NewWebhook(secret)
		h.must(err)
		if err := judge.VerifyIgnoringTimestamp([]byte(m.body), m.header); err != nil {
			t.Errorf("%s secret: %v", name, err)
		}
		if judge.VerifyIgnoringTimestamp([]byte(m.body+" "), m.header) == nil {
			t.Error("the judge takes anything")
		}
	}
	if n := len(strings.Fields(m.header.Get("Webhook-Signature"))); n != 2 {
		t.Errorf("%d signatures, want two", n)
	}
	if at := m.header.Get("Webhook-Timestamp"); at != strconv.FormatInt(h.clock.now().Unix(), 10) {
		t.Errorf("timestamp %s", at)
	}
	if m.header.Get("Content-Type") != "application/json" || m.header.Get("User-Agent") != "Mohar/1.2" {
		t.Errorf("header: %v", m.header)
	}
	d := h.log(w)[0]
	if d.State != db.DeliveryDone || d.Status != http.StatusNoContent || d.Tries != 1 || m.header.Get("Webhook-Id") != d.Key {
		t.Errorf("delivery: %+v", d)
	}
	whole, err := h.store.Delivery(t.Context(), w.ID, d.ID)
	h.must(err)
	if m.body != string(whole.Body) || !strings.Contains(m.body, `"type":"document.registered"`) {
		t.Errorf("body %s, stored %s", m.body, whole.Body)
	}
	h.clock.advance(24 * time.Hour)
	h.happens()
	h.deliver(1)
	judge, err := standardwebhooks.NewWebhook(first)
	h.must(err)
	if m := r.seen()[1]; judge.VerifyIgnoringTimestamp([]byte(m.body), m.header) == nil {
		t.Error("the old secret signs after a day")
	}
}

func TestReceiverThatIsGoneIsSwitchedOff(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	r.status(http.StatusGone)
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	stored, err := h.store.Webhook(t.Context(), w.ID)
	h.must(err)
	if stored.Off != db.WebhookOffGone || h.log(w)[0].State != db.DeliveryFailed {
		t.Errorf("webhook %+v, delivery %+v", stored, h.log(w)[0])
	}
	h.happens()
	h.deliver(0)
	if n := len(h.log(w)); n != 1 {
		t.Errorf("%d messages, want none for one that is off", n)
	}
	entries, err := h.store.LastWebhookChanges(t.Context(), w.ID, 1)
	h.must(err)
	if entries[0].Actor.Name != "courier" || entries[0].Action != "switched off" {
		t.Errorf("edit log: %+v", entries[0])
	}
}

func TestReceiverThatFailsForFiveDaysIsSwitchedOff(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	r.status(http.StatusBadGateway)
	w, _ := h.hook(r.URL)
	begin := h.clock.now()
	for h.clock.now().Sub(begin) < 5*24*time.Hour {
		stored, err := h.store.Webhook(t.Context(), w.ID)
		h.must(err)
		if stored.Off != db.WebhookOn {
			t.Fatalf("off after %v", h.clock.now().Sub(begin))
		}
		h.happens()
		_, err = h.courier.DeliverDue(t.Context())
		h.must(err)
		h.clock.advance(24 * time.Hour)
	}
	_, err := h.courier.DeliverDue(t.Context())
	h.must(err)
	stored, err := h.store.Webhook(t.Context(), w.ID)
	h.must(err)
	if stored.Off != db.WebhookOffFailing {
		t.Fatalf("webhook: %+v", stored)
	}
	waiting, _, err := h.store.DeliveryCounts(t.Context(), w.ID)
	h.must(err)
	r.answers(nil)
	h.deliver(0)
	h.must(h.store.SwitchWebhook(t.Context(), w.ID, db.WebhookOn))
	h.clock.advance(24 * time.Hour)
	h.deliver(waiting) // what waited goes on
}

func TestSlowReceiverHoldsUpNobodyElse(t *testing.T) {
	h, slow, quick := newHouse(t), newReceiver(t), newReceiver(t)
	block, arrived := make(chan struct{}), make(chan struct{}, 100)
	slow.answers(func(http.ResponseWriter, *http.Request) { arrived <- struct{}{}; <-block })
	done := make(chan struct{}, 100)
	quick.answers(func(http.ResponseWriter, *http.Request) { done <- struct{}{} })
	ws, _ := h.hook(slow.URL)
	wq, _ := h.hook(quick.URL)
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.courier.Run(ctx) })
	const n = 2 * perWebhook
	for range n {
		h.happens()
	}
	for range n {
		<-done // all of them, while the other one answers nothing
	}
	for range perWebhook {
		<-arrived
	}
	if got := len(slow.seen()); got != perWebhook {
		t.Errorf("%d messages on their way to the slow one, want %d", got, perWebhook)
	}
	close(block)
	for range n - perWebhook {
		<-arrived
	}
	stop()
	running.Wait()
	for _, w := range []db.Webhook{ws, wq} {
		if waiting, failed, err := h.store.DeliveryCounts(t.Context(), w.ID); err != nil || waiting+failed != 0 {
			t.Errorf("%d wait, %d failed, %v", waiting, failed, err)
		}
	}
	if len(slow.seen()) != n || len(quick.seen()) != n {
		t.Errorf("%d and %d arrived, want each once", len(slow.seen()), len(quick.seen()))
	}
}

func TestReceiverThatTakesTooLongIsTriedAgain(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	if h.courier.client.Timeout != 15*time.Second {
		t.Errorf("a try takes up to %v", h.courier.client.Timeout)
	}
	h.courier.client.Timeout = 20 * time.Millisecond
	block := make(chan struct{})
	defer close(block)
	r.answers(func(http.ResponseWriter, *http.Request) { <-block })
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	if d := h.log(w)[0]; d.Problem != "slow" || d.Status != 0 || !d.Due.Equal(h.clock.now().Add(5*time.Second)) {
		t.Errorf("delivery: %+v", d)
	}
}

func TestRestartGoesOnWhereItWas(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	r.status(http.StatusInternalServerError)
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	h.happens()
	h.must(h.store.Close())
	r.answers(nil)
	h.open()
	h.deliver(1) // the one that was never tried
	h.clock.advance(5 * time.Second)
	h.deliver(1)
	for _, d := range h.log(w) {
		if d.State != db.DeliveryDone {
			t.Errorf("delivery: %+v", d)
		}
	}
}

// The process dies after the receiver has the message and before that is written down.
func TestMessageGoesOutAgainUnderTheSameKeyAfterACrash(t *testing.T) {
	dead := errors.New("the power went")
	die := false
	h := newHouse(t, func(o *db.Options) {
		o.Crash = func(next string) error {
			if die && strings.Contains(next, "UPDATE webhook_deliveries") {
				return dead
			}
			return nil
		}
	})
	r := newReceiver(t)
	w, secret := h.hook(r.URL)
	h.happens()
	die = true
	h.deliver(1)
	_ = h.store.Close() // of a dead one
	h.open()
	h.deliver(1)
	h.deliver(0)
	all := r.seen()
	if len(all) != 2 || all[0].header.Get("Webhook-Id") != all[1].header.Get("Webhook-Id") || all[0].body != all[1].body {
		t.Errorf("arrived: %+v", all)
	}
	judge, err := standardwebhooks.NewWebhook(secret)
	h.must(err)
	if err := judge.VerifyIgnoringTimestamp([]byte(all[1].body), all[1].header); err != nil {
		t.Error(err)
	}
	if d := h.log(w)[0]; d.State != db.DeliveryDone || d.Tries != 1 {
		t.Errorf("delivery: %+v", d)
	}
}

func TestTestIsSentAtOnceAlsoToOneThatIsOff(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	w, secret := h.hook(r.URL)
	h.must(h.store.SwitchWebhook(t.Context(), w.ID, db.WebhookOffPerson))
	r.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	a, err := h.courier.Test(t.Context(), w.ID)
	h.must(err)
	if a.Status != http.StatusTeapot || a.Text != "short and stout" || a.OK() {
		t.Errorf("answer: %+v", a)
	}
	judge, err := standardwebhooks.NewWebhook(secret)
	h.must(err)
	m := r.seen()[0]
	if err := judge.VerifyIgnoringTimestamp([]byte(m.body), m.header); err != nil {
		t.Error(err)
	}
	if d := h.log(w)[0]; d.Event != db.WebhookTest || d.State != db.DeliveryFailed || d.Key != m.header.Get("Webhook-Id") {
		t.Errorf("delivery: %+v", d)
	}
	if _, err := h.courier.Test(t.Context(), w.ID+1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of none: %v", err)
	}
}

func TestMessagesAreForgottenAfterThirtyDays(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	h.must(h.courier.forget(t.Context()))
	h.clock.advance(30*24*time.Hour - time.Minute)
	h.must(h.courier.forget(t.Context()))
	if len(h.log(w)) != 1 {
		t.Error("forgotten too early")
	}
	h.clock.advance(time.Hour)
	h.must(h.courier.forget(t.Context()))
	if len(h.log(w)) != 0 {
		t.Error("not forgotten")
	}
}
