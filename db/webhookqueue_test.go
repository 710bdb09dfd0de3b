package db

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// try stores how a try of the only message that is due ended.
func try(t *testing.T, s *Store, c *clock, w Webhook, y DeliveryTry) {
	t.Helper()
	due, err := s.DueDeliveries(t.Context(), w.ID, 5)
	check(t, err)
	if len(due) != 1 {
		t.Fatalf("%d messages are due, want one", len(due))
	}
	y.Delivery, y.Webhook, y.At = due[0].ID, w.ID, c.now()
	check(t, s.SaveDeliveryTry(t.Context(), y))
}

func TestTriesAreKept(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	w := hook(t, s, WebhookRegistered)
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	next := c.now().Add(5 * time.Second)
	try(t, s, c, w, DeliveryTry{Status: 500, Answer: "oops", Took: 3 * time.Millisecond, Next: next})
	due, err := s.DueDeliveries(ctx, w.ID, 5)
	check(t, err)
	at, err := s.NextDelivery(ctx, w.ID, c.now())
	check(t, err)
	if len(due) != 0 || !at.Equal(next) {
		t.Errorf("due now: %d, and at %v", len(due), at)
	}
	c.advance(5 * time.Second)
	try(t, s, c, w, DeliveryTry{Problem: "slow"})
	d := told(t, s, w)[0]
	if d.State != DeliveryFailed || d.Tries != 2 || d.Status != 0 || d.Problem != "slow" || d.Answer != "" || !d.Tried.Equal(c.now()) {
		t.Errorf("given up: %+v", d)
	}
	waiting, failed, err := s.DeliveryCounts(ctx, w.ID)
	check(t, err)
	if waiting != 0 || failed != 1 {
		t.Errorf("%d wait, %d failed", waiting, failed)
	}
	check(t, s.ResendDelivery(ctx, w.ID, d.ID))
	try(t, s, c, w, DeliveryTry{Status: 204, Done: true})
	again := told(t, s, w)[0]
	if again.State != DeliveryDone || again.Tries != 1 || again.Key != d.Key || string(again.Body) != string(d.Body) {
		t.Errorf("sent again: %+v", again)
	}
	if err := s.ResendDelivery(ctx, w.ID+1, d.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of another webhook: %v", err)
	}
}

func TestFailedOnesSinceADayAreSentAgain(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	w := hook(t, s, WebhookRegistered)
	for range 3 {
		register(t, s, issue(t, s, newInvoice(ours, 1)))
		try(t, s, c, w, DeliveryTry{Status: 500})
		c.advance(24 * time.Hour)
	}
	n, err := s.ResendFailed(ctx, w.ID, c.now().Add(-48*time.Hour))
	check(t, err)
	if got := told(t, s, w); n != 2 || got[0].State != DeliveryFailed || got[1].State != DeliveryWaiting || got[2].State != DeliveryWaiting || got[1].Tries != 0 {
		t.Errorf("%d sent again: %+v", n, got)
	}
	entries, err := s.LastWebhookChanges(ctx, w.ID, 10)
	check(t, err)
	if entries[0].Action != "resent" || entries[0].After != `{"Messages":2}` || entries[len(entries)-1].Action != "created" {
		t.Errorf("edit log: %+v", entries)
	}
}

func TestWebhookThatFailsOnEndIsSwitchedOff(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	w := hook(t, s, WebhookRegistered)
	var since time.Time
	fails := func(of WebhookOff) {
		t.Helper()
		register(t, s, issue(t, s, newInvoice(ours, 1)))
		try(t, s, c, w, DeliveryTry{Status: 500, GivesUp: func(at time.Time) WebhookOff { since = at; return of }})
	}
	fails(WebhookOn)
	if !since.Equal(c.now()) {
		t.Errorf("failing since %v", since)
	}
	first := since
	c.advance(47 * time.Hour)
	fails(WebhookOn)
	if !since.Equal(first) {
		t.Errorf("failing since %v, want %v", since, first)
	}
	c.advance(49 * time.Hour)
	fails(WebhookOn)
	if !since.Equal(c.now()) {
		t.Error("a failure long after the last one goes on with its row")
	}
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	try(t, s, c, w, DeliveryTry{Status: 200, Done: true})
	stored, err := s.Webhook(ctx, w.ID)
	check(t, err)
	if !stored.FailingSince.IsZero() {
		t.Error("a success ends no row")
	}
	fails(WebhookOffFailing)
	stored, err = s.Webhook(ctx, w.ID)
	check(t, err)
	if stored.Off != WebhookOffFailing || !stored.OffAt.Equal(c.now()) {
		t.Errorf("webhook: %+v", stored)
	}
	entries, err := s.LastWebhookChanges(ctx, w.ID, 1)
	check(t, err)
	if entries[0].Action != "switched off" || entries[0].After != `{"Off":"failing"}` {
		t.Errorf("edit log: %+v", entries[0])
	}
	check(t, s.SwitchWebhook(ctx, w.ID, WebhookOn))
	if stored, err = s.Webhook(ctx, w.ID); err != nil || stored.Off != WebhookOn || !stored.FailingSince.IsZero() {
		t.Errorf("switched on: %+v, %v", stored, err)
	}
}

func TestOldMessagesAreForgotten(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	gone, stays := hook(t, s), hook(t, s)
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	c.advance(time.Hour)
	inv := issue(t, s, newInvoice(ours, 1))
	register(t, s, inv)
	check(t, s.DeleteWebhook(ctx, gone.ID))
	for more := true; more; {
		var err error
		more, err = s.ForgetDeliveries(ctx, c.now())
		check(t, err)
	}
	if got := wantEvents(t, s, stays, WebhookEWayMade, WebhookRegistered); got[1].Subject != inv.Number {
		t.Errorf("what is left: %+v", got)
	}
	var rows int
	check(t, s.reader.row(ctx, `SELECT (SELECT COUNT(*) FROM webhooks) + (SELECT COUNT(*) FROM webhook_deliveries WHERE webhook_id = $1)`, gone.ID).Scan(&rows))
	if rows != 1 {
		t.Errorf("%d rows, want that of the other webhook", rows)
	}
	findings, err := s.Check(ctx)
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("findings: %v", findings)
	}
}

func TestTestMessageIsLoggedAndNotTriedAgain(t *testing.T) {
	s, c := newStore(t)
	ctx := WithActor(t.Context(), Actor{Kind: "user", Name: "asha@firm.in"})
	w := hook(t, s)
	d, err := s.TestDelivery(ctx, w.ID)
	check(t, err)
	check(t, s.SaveTest(ctx, d, DeliveryTry{At: c.now(), Status: 500, Answer: "no"}))
	got := wantEvents(t, s, w, WebhookTest)[0]
	if got.State != DeliveryFailed || got.Key != d.Key || string(got.Body) != `{"type":"test","timestamp":"2026-11-22T10:30:00+05:30","data":{"webhook":1}}` {
		t.Errorf("test: %+v %s", got, got.Body)
	}
	if _, failed, err := s.DeliveryCounts(ctx, w.ID); failed != 0 || err != nil {
		t.Errorf("%d count as given up, %v", failed, err)
	}
	if page, _, err := s.Deliveries(ctx, w.ID, DeliveryFailed, 0, 10); len(page) != 0 || err != nil {
		t.Errorf("listed with what was given up: %+v, %v", page, err)
	}
	if n, err := s.ResendFailed(ctx, w.ID, time.Time{}); n != 0 || err != nil {
		t.Errorf("%d sent again with the failed ones, %v", n, err)
	}
	entries, err := s.LastWebhookChanges(ctx, w.ID, 1)
	check(t, err)
	if entries[0].Action != "tested" || entries[0].Actor.Name != "asha@firm.in" || !strings.Contains(entries[0].After, d.Key) {
		t.Errorf("edit log: %+v", entries[0])
	}
}

func TestMessagesOutliveARestart(t *testing.T) {
	c := newClock()
	dir := filepath.Join(t.TempDir(), "data")
	s, err := Open(t.Context(), Options{Dir: dir, Key: testKey, Now: c.now})
	check(t, err)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	w := hook(t, s, WebhookRegistered)
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	before := told(t, s, w)
	check(t, s.Close())
	if diff := cmp.Diff(before, told(t, open(t, dir, c.now), w)); diff != "" {
		t.Error(diff)
	}
}

func TestDeliveriesAreListedByStateAndPage(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	w, other := hook(t, s, WebhookRegistered), hook(t, s, WebhookRegistered)
	for range 5 {
		register(t, s, issue(t, s, newInvoice(ours, 1)))
		c.advance(time.Second)
	}
	due, err := s.DueDeliveries(ctx, w.ID, 5)
	check(t, err)
	check(t, s.SaveDeliveryTry(ctx, DeliveryTry{Delivery: due[1].ID, Webhook: w.ID, At: c.now(), Status: 200, Done: true}))
	check(t, s.SaveDeliveryTry(ctx, DeliveryTry{Delivery: due[3].ID, Webhook: w.ID, At: c.now(), Status: 500}))
	// The first one waits longest: it is not the order in which they are listed.
	check(t, s.SaveDeliveryTry(ctx, DeliveryTry{Delivery: due[0].ID, Webhook: w.ID, At: c.now(), Next: c.now().Add(time.Hour)}))
	for state, want := range map[DeliveryState][]int{"": {4, 3, 2, 1, 0}, DeliveryWaiting: {4, 2, 0}, DeliveryDone: {1}, DeliveryFailed: {3}} {
		var got, all []int64
		for _, i := range want {
			all = append(all, due[i].ID)
		}
		for before, more := int64(0), true; more; more = before != 0 {
			page, next, err := s.Deliveries(ctx, w.ID, state, before, 2)
			check(t, err)
			for _, d := range page {
				got = append(got, d.ID)
			}
			before = next
		}
		if !slices.Equal(got, all) {
			t.Errorf("%q: %v, want %v", state, got, all)
		}
	}
	if page, _, err := s.Deliveries(ctx, other.ID, DeliveryWaiting, 0, 10); err != nil || len(page) != 5 {
		t.Errorf("%d wait for the other, %v", len(page), err)
	}
	if _, _, err := s.Deliveries(ctx, w.ID, "lost", 0, 10); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("in a state that there is not: %v", err)
	}
}
