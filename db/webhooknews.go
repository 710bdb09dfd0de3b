package db

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"mohar/gst"
)

// webhookBody is what receivers get. Names and meanings of its members, and of those below,
// must never change: programs of others read them. New ones may be added.
type webhookBody struct {
	Type      WebhookEvent `json:"type"`
	Timestamp webhookTime  `json:"timestamp"` // of the event
	Data      any          `json:"data"`
}

// webhookTime is a moment in JSON: RFC 3339 in India's time, null for none.
type webhookTime time.Time

// MarshalJSON writes the moment.
func (t webhookTime) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + time.Time(t).In(gst.IST).Format(time.RFC3339) + `"`), nil
}

// webhookDay is a day in JSON, null for none.
type webhookDay gst.Date

// MarshalJSON writes the day as 2026-11-22.
func (d webhookDay) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return []byte(`"` + gst.Date(d).Time().Format(time.DateOnly) + `"`), nil
}

// webhookMoney is an amount in JSON: a number of rupees with two decimals.
type webhookMoney gst.Paise

// MarshalJSON writes the amount.
func (m webhookMoney) MarshalJSON() ([]byte, error) { return []byte(gst.Paise(m).String()), nil }

// webhookText is a text in JSON, null for none.
type webhookText string

// MarshalJSON writes the text.
func (t webhookText) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(t))
}

// webhookError is what the portal, or a provider, refused something with.
type webhookError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// webhookErrors are the codes of a refusal; none is an empty list, not null.
func webhookErrors(codes []gst.RefusalCode) []webhookError {
	errors := make([]webhookError, 0, len(codes))
	for _, c := range codes {
		errors = append(errors, webhookError(c))
	}
	return errors
}

// webhookDocument is the data of the events of a document.
type webhookDocument struct {
	Company       gst.GSTIN         `json:"company"`
	Mode          gst.Mode          `json:"mode"`
	ID            int64             `json:"id"`
	Type          gst.DocumentType  `json:"type"`
	Number        string            `json:"number"`
	Date          webhookDay        `json:"date"`
	FinancialYear string            `json:"financial_year"`
	BuyerGSTIN    webhookText       `json:"buyer_gstin"`
	Total         webhookMoney      `json:"total"`
	State         gst.DocumentState `json:"state"`
	IRNState      gst.IRNState      `json:"irn_state"`
	IRN           webhookText       `json:"irn"`
	AckNo         webhookText       `json:"ack_no"`
	AckDate       webhookTime       `json:"ack_date"`
	EWayBill      webhookText       `json:"ewaybill_number"` // that came with the IRN
	EWayUntil     webhookTime       `json:"ewaybill_valid_until"`
	CancelledAt   webhookTime       `json:"cancelled_at"`
	CancelReason  webhookText       `json:"cancel_reason"`
	CancelRemark  webhookText       `json:"cancel_remark"`
	Errors        []webhookError    `json:"errors"`
}

// webhookEWay is the data of the events of an e-way bill.
type webhookEWay struct {
	Company        gst.GSTIN      `json:"company"`
	Mode           gst.Mode       `json:"mode"`
	ID             int64          `json:"id"`
	Number         webhookText    `json:"number"`
	DocumentID     *int64         `json:"document_id"` // of ours; null: none
	DocumentType   gst.PaperKind  `json:"document_type"`
	DocumentNumber string         `json:"document_number"`
	DocumentDate   webhookDay     `json:"document_date"`
	IRN            webhookText    `json:"irn"`
	Total          webhookMoney   `json:"total"`
	State          gst.EWayState  `json:"state"`
	Made           webhookTime    `json:"made_at"`
	MadeBy         webhookText    `json:"made_by"`
	ValidUntil     webhookTime    `json:"valid_until"`
	Vehicle        webhookText    `json:"vehicle"` // the newest
	Transporter    webhookText    `json:"transporter_id"`
	TripSheet      webhookText    `json:"trip_sheet"`
	Extensions     int            `json:"extensions"`
	CancelledAt    webhookTime    `json:"cancelled_at"`
	CancelReason   webhookText    `json:"cancel_reason"`
	CancelRemark   webhookText    `json:"cancel_remark"`
	RejectedAt     webhookTime    `json:"rejected_at"`
	Action         webhookText    `json:"action"` // that was refused
	Errors         []webhookError `json:"errors"`
}

// webhookTrip is the data of the events of a trip sheet.
type webhookTrip struct {
	Company gst.GSTIN      `json:"company"`
	Mode    gst.Mode       `json:"mode"`
	ID      int64          `json:"id"`
	Number  webhookText    `json:"number"`
	State   gst.EWayState  `json:"state"`
	Made    webhookTime    `json:"made_at"`
	Vehicle webhookText    `json:"vehicle"`
	Bills   []string       `json:"ewaybills"`
	Errors  []webhookError `json:"errors"`
}

// news is something that receivers may want to be told.
type news struct {
	event   WebhookEvent
	company gst.GSTIN
	subject string // the number, for people
	at      time.Time
}

// tell writes n down for all webhooks that want it, in the transaction that made it true.
// data is called only where there is one.
func (s *Store) tell(ctx context.Context, t *tx, n news, data func() (any, error)) error {
	hooks, err := s.listeners(ctx, t)
	if err != nil || !slices.ContainsFunc(hooks, func(w Webhook) bool { return w.Wants(n.event, n.company) }) {
		return err
	}
	what, err := data()
	if err != nil {
		return fmt.Errorf("tell %s: %w", n.event, err)
	}
	message, err := insertWebhookMessage(ctx, t, n, what)
	if err != nil {
		return err
	}
	for _, w := range hooks {
		if !w.Wants(n.event, n.company) {
			continue
		}
		_, err := t.exec(ctx, `
INSERT INTO webhook_deliveries (webhook_id, message_id, state, due_at, tries, tried_at, took, status, answer, problem)
VALUES ($1, $2, 'waiting', $3, 0, 0, 0, 0, '', '')`, w.ID, message, millis(n.at))
		if err != nil {
			return fmt.Errorf("queue webhook: %w", known(err))
		}
	}
	t.committed(func() { tick(s.bell.webhooks) })
	return nil
}

// insertWebhookMessage composes and stores a message and returns its id.
func insertWebhookMessage(ctx context.Context, t *tx, n news, data any) (int64, error) {
	key, body, err := composeNews(n, data)
	if err != nil {
		return 0, err
	}
	return putWebhookMessage(ctx, t, n, key, body)
}

// composeNews returns a new message's key and body.
func composeNews(n news, data any) (key string, body []byte, err error) {
	body, err = json.Marshal(webhookBody{n.event, webhookTime(n.at), data})
	if err != nil {
		return "", nil, fmt.Errorf("write %s: %w", n.event, err)
	}
	return "msg_" + rand.Text(), body, nil
}

// putWebhookMessage stores a message and returns its id.
func putWebhookMessage(ctx context.Context, t *tx, n news, key string, body []byte) (id int64, err error) {
	err = t.row(ctx, `
INSERT INTO webhook_messages (key, at, event, company, subject, body)
VALUES ($1, $2, $3, $4, $5, $6)
RETURNING id`, key, millis(n.at), n.event, n.company, n.subject, string(body)).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("store %s: %w", n.event, known(err))
	}
	return id, nil
}

// tellDocument tells what a document's move means to others: that it has its IRN, was
// refused or is cancelled.
func (s *Store) tellDocument(ctx context.Context, t *tx, before *gst.Invoice, e Event, after stateLog) error {
	if before.IRN.State == after.IRN && e.Kind != EventRefused {
		return nil
	}
	event := map[gst.IRNState]WebhookEvent{
		gst.IRNRegistered: WebhookRegistered, gst.IRNFailed: WebhookFailed, gst.IRNConflict: WebhookFailed, gst.IRNCancelled: WebhookCancelled,
	}[after.IRN]
	if event == "" {
		return nil
	}
	n := news{event, before.Company, before.Number, s.now()}
	return s.tell(ctx, t, n, func() (any, error) {
		d := webhookDocument{
			Company: before.Company, Mode: before.Mode, ID: before.ID, Type: before.Type, Number: before.Number,
			Date: webhookDay(before.Date), FinancialYear: before.Date.FinancialYear(), BuyerGSTIN: webhookText(before.Buyer.GSTIN),
			Total: webhookMoney(before.Totals.Total), State: after.State, IRNState: after.IRN, Errors: webhookErrors(after.Codes),
		}
		if reg := before.IRN.Registration; reg != nil && reg.EWayBill != nil {
			d.EWayBill, d.EWayUntil = webhookText(reg.EWayBill.Number), webhookTime(reg.EWayBill.ValidUntil)
		}
		var acknowledged, cancelled int64
		err := t.row(ctx, `
SELECT irn, ack_no, ack_at, cancelled_at, cancel_reason, cancel_remark
FROM invoices
WHERE id = $1`, d.ID).Scan(&d.IRN, &d.AckNo, &acknowledged, &cancelled, &d.CancelReason, &d.CancelRemark)
		d.AckDate, d.CancelledAt = webhookTime(moment(acknowledged)), webhookTime(moment(cancelled))
		return d, known(err)
	})
}

// tellEWay tells what a change of an e-way bill means to others; before is nil for a new
// one. One reading of the portal may bring several things.
func (s *Store) tellEWay(ctx context.Context, t *tx, before, b *gst.EWay, e Event) error {
	for _, event := range ewayNews(before, b, e) {
		n := news{event, b.Company, b.Number, s.now()}
		if n.subject == "" {
			n.subject = b.Of.Number
		}
		err := s.tell(ctx, t, n, func() (any, error) { return ewayData(b, e), nil })
		if err != nil {
			return err
		}
	}
	return nil
}

// ewayNews are the events of a change.
func ewayNews(before, b *gst.EWay, e Event) (events []WebhookEvent) {
	if before == nil {
		before = &gst.EWay{Vehicles: b.Vehicles}
	}
	add := func(is bool, event WebhookEvent) {
		if is {
			events = append(events, event)
		}
	}
	isNew := before.Number == "" && b.Number != ""
	add(isNew && e.Kind != EventEWayAdopted, WebhookEWayMade)
	add(isNew && e.Kind == EventEWayAdopted, WebhookEWayAdopted)
	if !isNew && b.Number != "" {
		longer := b.Extensions > before.Extensions || e.Kind == EventEWayDone && e.Code == string(gst.EWayExtend)
		add(longer, WebhookEWayLonger)
		add(!longer && !slices.Equal(before.Vehicles, b.Vehicles), WebhookEWayPartB)
		add(before.Of.Transport.TransporterID != b.Of.Transport.TransporterID, WebhookEWayCarrier)
	}
	changed := before.State != b.State
	add(changed && b.State == gst.EWayCancelled, WebhookEWayOff)
	add(changed && b.State == gst.EWayClosed, WebhookEWayClosed)
	add(before.RejectedAt.IsZero() && !b.RejectedAt.IsZero(), WebhookEWayReject)
	add(e.Kind == EventEWayRefused, WebhookEWayFailed)
	return events
}

// ewayData is a bill as receivers read it.
func ewayData(b *gst.EWay, e Event) webhookEWay {
	d := webhookEWay{
		Company: b.Company, Mode: b.Mode, ID: b.ID, Number: webhookText(b.Number),
		DocumentType: b.Of.Paper, DocumentNumber: b.Of.Number, DocumentDate: webhookDay(b.Of.Date), IRN: webhookText(b.Of.IRN),
		Total: webhookMoney(b.Of.Totals.Total), State: b.State, Made: webhookTime(b.Made), MadeBy: webhookText(b.MadeBy),
		ValidUntil: webhookTime(b.ValidUntil), Vehicle: webhookText(b.Of.Transport.Vehicle),
		Transporter: webhookText(b.Of.Transport.TransporterID), TripSheet: webhookText(b.TripSheet), Extensions: b.Extensions,
		CancelledAt: webhookTime(b.Cancelled.At), CancelReason: webhookText(b.Cancelled.Reason), CancelRemark: webhookText(b.Cancelled.Remark),
		RejectedAt: webhookTime(b.RejectedAt), Errors: []webhookError{},
	}
	if b.InvoiceID != 0 {
		d.DocumentID = &b.InvoiceID
	}
	if len(b.Vehicles) > 0 {
		d.Vehicle = webhookText(b.Vehicles[0].Vehicle)
	}
	if e.Kind == EventEWayRefused && b.Refusal != nil {
		d.Action, d.Errors = webhookText(b.Refused), webhookErrors(b.Refusal.Codes)
	}
	return d
}

// tellTrip tells that a trip sheet was made or refused.
func (s *Store) tellTrip(ctx context.Context, t *tx, before, p *gst.TripSheet, e Event) error {
	n := news{company: p.Company, subject: p.Number, at: s.now()}
	switch {
	case before != nil && before.Number == "" && p.Number != "":
		n.event = WebhookTripMade
	case e.Kind == EventEWayRefused:
		n.event = WebhookTripFailed
	default:
		return nil
	}
	return s.tell(ctx, t, n, func() (any, error) {
		d := webhookTrip{
			Company: p.Company, Mode: p.Mode, ID: p.ID, Number: webhookText(p.Number), State: p.State, Made: webhookTime(p.Made),
			Vehicle: webhookText(p.PartB.Vehicle), Bills: make([]string, 0, len(p.Bills)), Errors: []webhookError{},
		}
		for _, bill := range p.Bills {
			d.Bills = append(d.Bills, bill.Number)
		}
		if e.Kind == EventEWayRefused && p.Refusal != nil {
			d.Errors = webhookErrors(p.Refusal.Codes)
		}
		return d, nil
	})
}
