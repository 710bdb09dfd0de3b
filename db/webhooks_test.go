package db

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// hook adds a webhook for events, all where none are named.
func hook(t testing.TB, s *Store, events ...WebhookEvent) Webhook {
	t.Helper()
	w := Webhook{URL: "https://erp.firm.in/hook", Events: events}
	_, err := s.AddWebhook(t.Context(), &w)
	check(t, err)
	return w
}

// told returns the messages that wait for a webhook, the first first.
func told(t testing.TB, s *Store, w Webhook) []Delivery {
	t.Helper()
	page, _, err := s.Deliveries(t.Context(), w.ID, "", 0, 100)
	check(t, err)
	slices.Reverse(page)
	for i := range page {
		page[i], err = s.Delivery(t.Context(), w.ID, page[i].ID)
		check(t, err)
	}
	return page
}

// events are what messages tell of.
func events(deliveries []Delivery) (kinds []WebhookEvent) {
	for _, d := range deliveries {
		kinds = append(kinds, d.Event)
	}
	return kinds
}

func wantEvents(t *testing.T, s *Store, w Webhook, want ...WebhookEvent) []Delivery {
	t.Helper()
	got := told(t, s, w)
	if diff := cmp.Diff(want, events(got)); diff != "" {
		t.Errorf("told: %s", diff)
	}
	return got
}

func TestWebhookIsKept(t *testing.T) {
	s, c := newStore(t)
	ctx := WithActor(t.Context(), Actor{Kind: "user", Name: "asha@firm.in"})
	want := Webhook{
		URL: "https://erp.firm.in/hook?site=1", Description: "ERP", Events: []WebhookEvent{WebhookRegistered, WebhookEWayMade},
		Companies: []gst.GSTIN{ours},
	}
	secret, err := s.AddWebhook(ctx, &want)
	check(t, err)
	plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(plain) != 32 || !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("secret %q: %d bytes, %v", secret, len(plain), err)
	}
	got, err := s.Webhook(ctx, want.ID)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" || got.By != "asha@firm.in" || !got.Created.Equal(c.now()) || got.Version != 1 {
		t.Errorf("%s\n%+v", diff, got)
	}
	got.URL, got.Events, got.Companies = "https://other.firm.in", nil, nil
	check(t, s.SaveWebhook(ctx, got))
	if err := s.SaveWebhook(ctx, got); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("over another's change: %v", err)
	}
	all, err := s.Webhooks(ctx)
	check(t, err)
	if len(all) != 1 || all[0].URL != "https://other.firm.in" || all[0].Events != nil || all[0].Version != 2 {
		t.Errorf("stored: %+v", all)
	}
	check(t, s.DeleteWebhook(ctx, got.ID))
	for what, err := range map[string]error{
		"read": second(s.Webhook(ctx, got.ID)), "save": s.SaveWebhook(ctx, all[0]), "switch": s.SwitchWebhook(ctx, got.ID, WebhookOffPerson),
		"rotate": second(s.RotateWebhookSecret(ctx, got.ID)), "delete": s.DeleteWebhook(ctx, got.ID), "secrets": second(s.WebhookSecrets(ctx, got.ID)),
	} {
		if !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("%s of a deleted one: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestWebhookThatCannotBeIsRefused(t *testing.T) {
	s, _ := newStore(t)
	for field, w := range map[string]Webhook{
		"url":         {},
		"description": {URL: "https://erp.firm.in", Description: strings.Repeat("x", 501)},
		"events":      {URL: "https://erp.firm.in", Events: []WebhookEvent{"document.eaten"}},
		"companies":   {URL: "https://erp.firm.in", Companies: []gst.GSTIN{"33AAAAA0000A1Z5"}},
	} {
		_, err := s.AddWebhook(t.Context(), &w)
		var bad gst.Invalid
		if !errors.As(err, &bad) || len(bad.For(field)) != 1 {
			t.Errorf("%s: %v", field, err)
		}
	}
	for range MostWebhooks {
		hook(t, s)
	}
	if _, err := s.AddWebhook(t.Context(), &Webhook{URL: "https://erp.firm.in"}); !errors.Is(err, gst.ErrState) {
		t.Errorf("one more than there may be: %v", err)
	}
}

func TestWebhookSecretIsSealedAndTheOldOneSignsForADay(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	s := open(t, dir, c.now)
	ctx := t.Context()
	w := Webhook{URL: "https://erp.firm.in/hook"}
	first, err := s.AddWebhook(ctx, &w)
	check(t, err)
	next, err := s.RotateWebhookSecret(ctx, w.ID)
	check(t, err)
	if first == next {
		t.Error("the secret stayed")
	}
	wantSecrets := func(want ...string) {
		t.Helper()
		got, err := s.WebhookSecrets(ctx, w.ID)
		check(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	wantSecrets(next, first)
	stored, err := s.Webhook(ctx, w.ID)
	check(t, err)
	if want := c.now().Add(24 * time.Hour); !stored.OldUntil.Equal(want) {
		t.Errorf("the old one signs until %v, want %v", stored.OldUntil, want)
	}
	c.advance(24 * time.Hour)
	wantSecrets(next)

	var text string
	for _, column := range []string{"secret", "old_secret"} {
		check(t, raw(t, dir).QueryRowContext(ctx, "SELECT CAST("+column+" AS TEXT) FROM webhooks").Scan(&text))
		if text == "" || strings.Contains(text, first[6:]) || strings.Contains(text, next[6:]) {
			t.Errorf("%s lies open in the file", column)
		}
	}
	entries, err := s.EditLog(ctx, LogFilter{Limit: 1000})
	check(t, err)
	for _, e := range entries {
		if strings.Contains(e.Before+e.After, "whsec_") {
			t.Errorf("a secret is in the edit log: %+v", e)
		}
	}
	check(t, s.Close())
	other, err := Open(ctx, Options{Dir: dir, Key: []byte("another key of thirty-two bytes!"), Now: c.now})
	check(t, err)
	defer func() { check(t, other.Close()) }()
	if _, err := other.WebhookSecrets(ctx, w.ID); !errors.Is(err, ErrSealed) {
		t.Errorf("with another key: %v", err)
	}
}

func TestRegistrationIsToldInTheSameTransaction(t *testing.T) {
	s, c := newStore(t)
	w := hook(t, s, WebhookRegistered)
	inv := issue(t, s, newInvoice(ours, 2))
	select {
	case <-s.WakeWebhooks(): // that of adding it
	default:
		t.Error("adding a webhook woke nobody")
	}
	register(t, s, inv)
	d := wantEvents(t, s, w, WebhookRegistered)[0]
	if d.State != DeliveryWaiting || !d.Due.Equal(c.now()) || d.Company != ours || d.Subject != inv.Number || !strings.HasPrefix(d.Key, "msg_") {
		t.Errorf("delivery: %+v", d)
	}
	select {
	case <-s.WakeWebhooks():
	default:
		t.Error("nobody was woken")
	}
	reg := testRegistration(inv, int(inv.ID))
	want := `{"type":"document.registered","timestamp":"2026-11-22T10:30:00+05:30","data":{"company":"` + string(ours) + `","mode":"practice","id":1,` +
		`"type":"INV","number":"` + inv.Number + `","date":"2026-11-22","financial_year":"2026-27","buyer_gstin":"29AWGPV7107B1Z1","total":2100.00,` +
		`"state":"issued","irn_state":"registered","irn":"` + reg.IRN + `","ack_no":"` + reg.AckNo + `","ack_date":"2026-11-22T10:31:00+05:30",` +
		`"ewaybill_number":"` + reg.EWayBill.Number + `","ewaybill_valid_until":null,"cancelled_at":null,"cancel_reason":null,"cancel_remark":null,"errors":[]}}`
	if diff := cmp.Diff(want, string(d.Body)); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalAndCancellationAreTold(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	w := hook(t, s, WebhookFailed, WebhookCancelled)
	bad := issue(t, s, newInvoice(ours, 1))
	r, err := nextRequest(ctx, s)
	check(t, err)
	check(t, s.SaveRefusal(ctx, r, gst.Refusal{Provider: gst.Alankit, Codes: []gst.RefusalCode{{Code: "3039", Message: "PIN <code>"}, {Code: "2172", Message: "₹"}}}, gst.IRNFailed))
	good := issue(t, s, newInvoice(ours, 1))
	register(t, s, good)
	check(t, s.SaveCancellation(ctx, ours, good.ID, c.now(), gst.CancelReason("3"), "wrong quantity"))
	got := wantEvents(t, s, w, WebhookFailed, WebhookCancelled)
	var said struct {
		Data struct {
			ID           int64
			IRN          *string
			IRNState     string `json:"irn_state"`
			State        string
			CancelledAt  *time.Time `json:"cancelled_at"`
			CancelRemark string     `json:"cancel_remark"`
			Errors       []struct{ Code, Message string }
		}
	}
	check(t, json.Unmarshal(got[0].Body, &said))
	if d := said.Data; d.ID != bad.ID || d.IRN != nil || d.IRNState != "failed" || len(d.Errors) != 2 || d.Errors[0].Code != "3039" || d.Errors[1].Message != "₹" {
		t.Errorf("refused: %+v", d)
	}
	check(t, json.Unmarshal(got[1].Body, &said))
	if d := said.Data; d.ID != good.ID || *d.IRN != testRegistration(good, 1).IRN || d.State != "void" || !d.CancelledAt.Equal(c.now()) || d.CancelRemark != "wrong quantity" || len(d.Errors) != 0 {
		t.Errorf("cancelled: %+v", d)
	}
}

func TestOnlyWhoWantsItIsTold(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	all, other := hook(t, s), hook(t, s, WebhookFailed)
	elsewhere := Webhook{URL: "https://erp.firm.in", Companies: []gst.GSTIN{theirs}}
	_, err := s.AddWebhook(ctx, &elsewhere)
	check(t, err)
	off := hook(t, s)
	check(t, s.SwitchWebhook(ctx, off.ID, WebhookOffPerson))
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	wantEvents(t, s, all, WebhookEWayMade, WebhookRegistered)
	wantEvents(t, s, other)
	wantEvents(t, s, elsewhere)
	wantEvents(t, s, off)
	check(t, s.SwitchWebhook(ctx, off.ID, WebhookOn))
	check(t, s.DeleteWebhook(ctx, all.ID))
	register(t, s, issue(t, s, newInvoice(theirs, 1)))
	wantEvents(t, s, off, WebhookEWayMade, WebhookRegistered)
	wantEvents(t, s, elsewhere, WebhookEWayMade, WebhookRegistered)
	var messages int
	check(t, s.reader.row(ctx, `SELECT COUNT(*) FROM webhook_messages`).Scan(&messages))
	if messages != 4 {
		t.Errorf("%d messages, want one for all of each event", messages)
	}
}

func TestWithoutWebhooksNothingIsWrittenAndNothingRead(t *testing.T) {
	c := newClock()
	asked := 0
	s, err := Open(t.Context(), Options{Dir: t.TempDir(), Key: testKey, Now: c.now, Crash: func(next string) error {
		if strings.Contains(next, "webhook") {
			asked++
		}
		return nil
	}})
	check(t, err)
	defer func() { check(t, s.Close()) }()
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	first := asked
	if first == 0 {
		t.Error("nobody looked whether there are any")
	}
	for range 3 {
		register(t, s, issue(t, s, newInvoice(ours, 1)))
	}
	if asked != first {
		t.Errorf("%d more statements about webhooks, want none", asked-first)
	}
}

func TestWebhookOfAnotherProcessIsNoticed(t *testing.T) {
	c := newClock()
	dir := t.TempDir()
	s := open(t, dir, c.now)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	register(t, s, issue(t, s, newInvoice(ours, 1))) // there is none, as s remembers
	beside := open(t, dir, c.now)
	w := hook(t, beside)
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	wantEvents(t, s, w, WebhookEWayMade, WebhookRegistered)
}

func TestWhatIsUndoneIsNotTold(t *testing.T) {
	s, _ := newStore(t)
	w := hook(t, s)
	inv := issue(t, s, newInvoice(ours, 1))
	err := s.write(t.Context(), func(ctx context.Context, x *tx) error {
		h, err := readHead(ctx, x, ours, inv.ID)
		check(t, err)
		check(t, s.move(ctx, x, h, "registered", Event{Kind: EventRegistered}, stateLog{State: gst.Issued, IRN: gst.IRNRegistered}))
		return errors.New("the rest went wrong")
	})
	if err == nil {
		t.Fatal("nothing went wrong")
	}
	wantEvents(t, s, w)
}

func TestEventsOfAnEWayBill(t *testing.T) {
	vehicle := func(number string) gst.EWayVehicle { return gst.EWayVehicle{PartB: gst.PartB{Vehicle: number}} }
	until := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	made := gst.EWay{Number: "121000000001", State: gst.EWayActive, ValidUntil: until, Vehicles: []gst.EWayVehicle{vehicle("MH12AB1234")}}
	with := func(f func(*gst.EWay)) *gst.EWay { b := made; f(&b); return &b }
	tests := []struct {
		name   string
		before *gst.EWay
		after  *gst.EWay
		e      Event
		want   []WebhookEvent
	}{
		{"asked for", nil, &gst.EWay{State: gst.EWayPending}, Event{Kind: EventEWayAsked}, nil},
		{"made", &gst.EWay{State: gst.EWayPending}, &made, Event{Kind: EventEWayMade}, []WebhookEvent{WebhookEWayMade}},
		{"found by a look-up", &gst.EWay{State: gst.EWayUnknown}, &made, Event{Kind: EventEWayFound}, []WebhookEvent{WebhookEWayMade}},
		{"made elsewhere", nil, &made, Event{Kind: EventEWayAdopted}, []WebhookEvent{WebhookEWayAdopted}},
		{"refused", &gst.EWay{State: gst.EWayPending}, &gst.EWay{State: gst.EWayFailed}, Event{Kind: EventEWayRefused}, []WebhookEvent{WebhookEWayFailed}},
		{"Part B refused", &made, &made, Event{Kind: EventEWayRefused}, []WebhookEvent{WebhookEWayFailed}},
		{"another vehicle", &made, with(func(b *gst.EWay) { b.Vehicles = []gst.EWayVehicle{vehicle("MH14XY1"), made.Vehicles[0]} }), Event{Kind: EventEWayDone, Code: "part_b"}, []WebhookEvent{WebhookEWayPartB}},
		{"another vehicle, made elsewhere", &made, with(func(b *gst.EWay) { b.Vehicles = []gst.EWayVehicle{vehicle("MH14XY1")} }), Event{Kind: EventEWayRead}, []WebhookEvent{WebhookEWayPartB}},
		{"longer, with another vehicle", &made, with(func(b *gst.EWay) { b.Extensions, b.Vehicles = 1, []gst.EWayVehicle{vehicle("MH14XY1")} }), Event{Kind: EventEWayDone, Code: "extend"}, []WebhookEvent{WebhookEWayLonger}},
		{"another transporter", &made, with(func(b *gst.EWay) { b.Of.Transport.TransporterID = "29AAFCD5862R000" }), Event{Kind: EventEWayDone, Code: "transporter"}, []WebhookEvent{WebhookEWayCarrier}},
		{"cancelled", &made, with(func(b *gst.EWay) { b.State = gst.EWayCancelled }), Event{Kind: EventEWayDone, Code: "cancel"}, []WebhookEvent{WebhookEWayOff}},
		{"rejected by the other party", &made, with(func(b *gst.EWay) { b.RejectedAt = until }), Event{Kind: EventEWayRead}, []WebhookEvent{WebhookEWayReject}},
		{"closed", &made, with(func(b *gst.EWay) { b.State = gst.EWayClosed }), Event{Kind: EventEWayDone, Code: "close"}, []WebhookEvent{WebhookEWayClosed}},
		{"asked for more", &made, with(func(b *gst.EWay) { b.Asked = gst.EWayPartB }), Event{Kind: EventEWayAsked}, nil},
		{"put on a trip sheet", &made, with(func(b *gst.EWay) { b.TripSheet = "7123456789" }), Event{Kind: EventEWayRead}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ewayNews(tt.before, tt.after, tt.e)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheEditLogKeepsNoQueryOfAWebhook(t *testing.T) {
	s, _ := newStore(t)
	w := Webhook{URL: "https://erp.firm.in/hook?token=s3cret"}
	_, err := s.AddWebhook(t.Context(), &w)
	check(t, err)
	check(t, s.SaveWebhook(t.Context(), Webhook{ID: w.ID, Version: w.Version, URL: "https://erp.firm.in/hook?token=0ther"}))
	entries, err := s.EditLog(t.Context(), LogFilter{})
	check(t, err)
	changes := 0
	for _, e := range entries {
		if strings.Contains(e.Before+e.After, "token") {
			t.Errorf("the edit log keeps %s %s", e.Before, e.After)
		}
		if e.Subject == "webhook" {
			changes++
		}
	}
	if changes != 2 {
		t.Errorf("%d entries about the webhook, want its making and its other query", changes)
	}
}
