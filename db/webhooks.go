package db

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// WebhookEvent is something that happened, as receivers of webhooks name it.
type WebhookEvent string

// The events. A number that another program registered and that is only put down here is
// none of them.
const (
	WebhookRegistered  WebhookEvent = "document.registered"
	WebhookFailed      WebhookEvent = "document.failed" // refused, or the portal holds another document under the number
	WebhookCancelled   WebhookEvent = "document.cancelled"
	WebhookEWayMade    WebhookEvent = "ewaybill.made"
	WebhookEWayAdopted WebhookEvent = "ewaybill.adopted" // made elsewhere, and kept from now on
	WebhookEWayPartB   WebhookEvent = "ewaybill.part_b"
	WebhookEWayCarrier WebhookEvent = "ewaybill.transporter"
	WebhookEWayLonger  WebhookEvent = "ewaybill.extended"
	WebhookEWayOff     WebhookEvent = "ewaybill.cancelled"
	WebhookEWayReject  WebhookEvent = "ewaybill.rejected"
	WebhookEWayClosed  WebhookEvent = "ewaybill.closed"
	WebhookEWayFailed  WebhookEvent = "ewaybill.failed" // the portal refused what was asked
	WebhookTripMade    WebhookEvent = "tripsheet.made"
	WebhookTripFailed  WebhookEvent = "tripsheet.failed"
	WebhookTest        WebhookEvent = "test" // a person had it sent; nobody chooses it
)

// WebhookEvents are the events that may be chosen, in the order of the page.
func WebhookEvents() []WebhookEvent {
	return []WebhookEvent{
		WebhookRegistered, WebhookFailed, WebhookCancelled, WebhookEWayMade, WebhookEWayAdopted, WebhookEWayPartB,
		WebhookEWayCarrier, WebhookEWayLonger, WebhookEWayOff, WebhookEWayReject, WebhookEWayClosed, WebhookEWayFailed,
		WebhookTripMade, WebhookTripFailed,
	}
}

// WebhookOff says why a webhook is switched off.
type WebhookOff string

// The reasons.
const (
	WebhookOn         WebhookOff = ""
	WebhookOffPerson  WebhookOff = "person"
	WebhookOffGone    WebhookOff = "gone"    // the receiver answered 410
	WebhookOffFailing WebhookOff = "failing" // for days on end
)

// Webhook is an address that is told what happens.
type Webhook struct {
	ID          int64
	Version     int64
	URL         string
	Description string
	Events      []WebhookEvent // empty: all
	Companies   []gst.GSTIN    // empty: all
	Off         WebhookOff     // empty: it is on
	OffAt       time.Time
	Created     time.Time
	By          string
	OldUntil    time.Time // the secret before signs too until then; zero: there is none

	FailingSince time.Time // the first failure since the last success; zero: none
	FailedAt     time.Time // the last one
}

// Wants reports whether w is to be told of an event of a company.
func (w *Webhook) Wants(e WebhookEvent, company gst.GSTIN) bool {
	return w.Off == WebhookOn && (len(w.Events) == 0 || slices.Contains(w.Events, e)) &&
		(len(w.Companies) == 0 || slices.Contains(w.Companies, company))
}

// Bounds of webhooks.
const (
	MostWebhooks    = 20         // more would make each change of a document slow
	mostWebhookText = 500        // characters of an address or a description
	mostForgotten   = 500        // rows in one transaction, so that nobody waits for long
	webhooksKept    = "webhooks" // under which name opened keeps the list
)

// webhookLog is what the edit log knows of a webhook; of the secret only that it changed.
type webhookLog struct {
	URL         string
	Description string
	Events      []WebhookEvent
	Companies   []gst.GSTIN
	Off         WebhookOff
	Secret      string
}

func loggedWebhook(w *Webhook) webhookLog {
	return webhookLog{URL: withoutQuery(w.URL), Description: w.Description, Events: w.Events, Companies: w.Companies, Off: w.Off}
}

// withoutQuery is an address for the edit log, which keeps everything for ever: a query may
// hold a password of the receiver's, so only a mark of it stays, by which a change is seen.
func withoutQuery(address string) string {
	plain, query, found := strings.Cut(address, "?")
	if !found {
		return address
	}
	sum := sha256.Sum256([]byte(query))
	return fmt.Sprintf("%s?…%x", plain, sum[:4])
}

func webhookChange(id int64, action string) change {
	return change{action: action, subject: "webhook", which: strconv.FormatInt(id, 10)}
}

// checkWebhook returns what is wrong with a webhook. Whether its address may be called the
// courier knows.
func checkWebhook(w *Webhook) gst.Faults {
	var faults gst.Faults
	if w.URL == "" {
		faults = append(faults, gst.Fault{Rule: "required", Field: "url"})
	}
	for field, text := range map[string]string{"url": w.URL, "description": w.Description} {
		if len([]rune(text)) > mostWebhookText || strings.ContainsAny(text, "\r\n") {
			faults = append(faults, gst.Fault{Rule: "length.max", Field: field, Args: []string{strconv.Itoa(mostWebhookText)}})
		}
	}
	for _, e := range w.Events {
		if !slices.Contains(WebhookEvents(), e) {
			faults = append(faults, gst.Fault{Rule: "webhook.event", Field: "events", Args: []string{string(e)}})
		}
	}
	return faults
}

// AddWebhook stores a webhook, switched on, and returns its secret, which is not shown
// again. It sets ID, Version, Created and By.
//
// It returns gst.Invalid on the fields "url", "description", "events" and "companies", and
// gst.ErrState when there are MostWebhooks.
func (s *Store) AddWebhook(ctx context.Context, w *Webhook) (string, error) {
	if err := checkWebhook(w).Err(); err != nil {
		return "", err
	}
	secret, seal, err := s.newWebhookSecret()
	if err != nil {
		return "", fmt.Errorf("add webhook: %w", err)
	}
	added := *w
	added.Version, added.Created, added.By = 1, moment(millis(s.now())), actorOf(ctx).Name
	added.Off, added.OffAt = WebhookOn, time.Time{}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		if err := insertWebhook(ctx, t, &added); err != nil {
			return err
		}
		blob, err := sealWebhookSecret(seal, added.ID, "secret", secret)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE webhooks SET secret = $2 WHERE id = $1`, added.ID, blob); err != nil {
			return known(err)
		}
		s.webhooksChanged(t)
		return s.logDifference(ctx, t, webhookChange(added.ID, "created"), nil, loggedWebhook(&added))
	})
	if err != nil {
		return "", fmt.Errorf("add webhook: %w", err)
	}
	*w = added
	return secret, nil
}

// insertWebhook stores a webhook without its secret, which is sealed for the id that it gets.
func insertWebhook(ctx context.Context, t *tx, w *Webhook) error {
	if err := checkCompanies(ctx, t, w.Companies); err != nil {
		return err
	}
	var there int
	if err := t.row(ctx, `SELECT COUNT(*) FROM webhooks WHERE deleted = 0`).Scan(&there); err != nil {
		return known(err)
	}
	if there >= MostWebhooks {
		return gst.ErrState
	}
	err := t.row(ctx, `
INSERT INTO webhooks (version, url, description, events, companies, off_why, off_at, secret, old_secret,
                      old_until, created_at, created_by, failing_since, failed_at, deleted)
VALUES ($1, $2, $3, $4, $5, '', 0, x'', x'', 0, $6, $7, 0, 0, 0)
RETURNING id`, w.Version, w.URL, w.Description, joined(w.Events, "\n"), joined(w.Companies, "\n"), millis(w.Created), w.By).Scan(&w.ID)
	return known(err)
}

// checkCompanies returns gst.Invalid on the field "companies" for one that is not there.
func checkCompanies(ctx context.Context, t *tx, gstins []gst.GSTIN) error {
	for _, gstin := range gstins {
		if _, err := company(ctx, t.statements, gstin); isNotFound(err) {
			return gst.Faults{{Rule: "webhook.company", Field: "companies", Args: []string{string(gstin)}}}.Err()
		} else if err != nil {
			return err
		}
	}
	return nil
}

// joined are texts as they stand in one column, with something between them that is in none.
func joined[T ~string](texts []T, between string) string {
	plain := make([]string, len(texts))
	for i, text := range texts {
		plain[i] = string(text)
	}
	return strings.Join(plain, between)
}

// parted reads what joined wrote a line each.
func parted[T ~string](text string) (texts []T) {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			texts = append(texts, T(line))
		}
	}
	return texts
}

// webhooksChanged has the list in memory read anew and the courier look once t is committed.
func (s *Store) webhooksChanged(t *tx) {
	s.secretsChanged(t)
	t.committed(func() { tick(s.bell.webhooks) })
}

const selectWebhooks = `
SELECT id, version, url, description, events, companies, off_why, off_at, old_until, created_at, created_by,
       failing_since, failed_at
FROM webhooks`

func scanWebhook(row scanner) (w Webhook, err error) {
	var events, companies string
	var off, old, created, since, failed int64
	err = row.Scan(&w.ID, &w.Version, &w.URL, &w.Description, &events, &companies, &w.Off, &off, &old, &created, &w.By,
		&since, &failed)
	w.Events, w.Companies = parted[WebhookEvent](events), parted[gst.GSTIN](companies)
	w.OffAt, w.OldUntil, w.Created = moment(off), moment(old), moment(created)
	w.FailingSince, w.FailedAt = moment(since), moment(failed)
	return w, err
}

// Webhooks returns all webhooks, the oldest first.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) {
	hooks, err := readWebhooks(ctx, s.reader)
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	return hooks, nil
}

func readWebhooks(ctx context.Context, from *statements) ([]Webhook, error) {
	return list(ctx, from, scanWebhook, selectWebhooks+" WHERE deleted = 0 ORDER BY id")
}

// Webhook returns one webhook; gst.ErrNotFound when there is none.
func (s *Store) Webhook(ctx context.Context, id int64) (Webhook, error) {
	w, err := readWebhook(ctx, s.reader, id)
	if err != nil {
		return w, fmt.Errorf("read webhook %d: %w", id, err)
	}
	return w, nil
}

func readWebhook(ctx context.Context, from *statements, id int64) (Webhook, error) {
	w, err := scanWebhook(from.row(ctx, selectWebhooks+" WHERE deleted = 0 AND id = $1", id))
	return w, known(err)
}

// listeners returns the webhooks as a transaction finds them, from memory where that is
// still right. What is read is kept only once the transaction is committed: until then
// another one of the same batch may be undone.
func (s *Store) listeners(ctx context.Context, t *tx) ([]Webhook, error) {
	at := s.opened.now()
	if kept, ok := s.opened.find(webhooksKept, s.now()).([]Webhook); ok {
		return kept, nil
	}
	hooks, err := readWebhooks(ctx, t.statements)
	if err != nil {
		return nil, fmt.Errorf("read webhooks: %w", err)
	}
	if hooks == nil {
		hooks = []Webhook{} // nothing is known of nil
	}
	t.committed(func() { s.opened.keep(webhooksKept, hooks, at) })
	return hooks, nil
}

// changeWebhook runs f on a webhook as it is stored and stores what f made of it.
func (s *Store) changeWebhook(ctx context.Context, id int64, action string, f func(context.Context, *tx, *Webhook) error) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readWebhook(ctx, t.statements, id)
		if err != nil {
			return err
		}
		w := before
		if err := f(ctx, t, &w); err != nil {
			return err
		}
		w.Version++
		n, err := t.exec(ctx, `
UPDATE webhooks
SET version = $2, url = $3, description = $4, events = $5, companies = $6, off_why = $7, off_at = $8,
    failing_since = $9, failed_at = $10
WHERE id = $1`, id, w.Version, w.URL, w.Description, joined(w.Events, "\n"), joined(w.Companies, "\n"),
			w.Off, millis(w.OffAt), millis(w.FailingSince), millis(w.FailedAt))
		if err := one(n, err); err != nil {
			return err
		}
		s.webhooksChanged(t)
		return s.logDifference(ctx, t, webhookChange(id, action), loggedWebhook(&before), loggedWebhook(&w))
	})
	if err != nil {
		return fmt.Errorf("change webhook %d: %w", id, err)
	}
	return nil
}

// SaveWebhook stores the address, description, events and companies of w.
//
// It returns gst.Invalid as AddWebhook does, gst.ErrNotFound when there is no such webhook,
// and gst.ErrConflict when it was changed since w was read.
func (s *Store) SaveWebhook(ctx context.Context, w Webhook) error {
	if err := checkWebhook(&w).Err(); err != nil {
		return err
	}
	return s.changeWebhook(ctx, w.ID, "changed", func(ctx context.Context, t *tx, stored *Webhook) error {
		if stored.Version != w.Version {
			return gst.ErrConflict
		}
		stored.URL, stored.Description, stored.Events, stored.Companies = w.URL, w.Description, w.Events, w.Companies
		return checkCompanies(ctx, t, w.Companies)
	})
}

// SwitchWebhook switches a webhook on, or off for a reason. Nothing is kept for it while it
// is off; what waited goes on when it comes back. It returns gst.ErrNotFound when there is
// no such webhook.
func (s *Store) SwitchWebhook(ctx context.Context, id int64, off WebhookOff) error {
	action := "switched off"
	if off == WebhookOn {
		action = "switched on"
	}
	return s.changeWebhook(ctx, id, action, func(_ context.Context, _ *tx, w *Webhook) error {
		s.switchOff(w, off)
		return nil
	})
}

// switchOff puts on or off into w.
func (s *Store) switchOff(w *Webhook, off WebhookOff) {
	if w.Off == off {
		return
	}
	w.Off, w.OffAt = off, s.now()
	if off == WebhookOn {
		w.OffAt, w.FailingSince, w.FailedAt = time.Time{}, time.Time{}, time.Time{}
	}
}

// DeleteWebhook removes a webhook; its deliveries are forgotten by ForgetWebhooks. It
// returns gst.ErrNotFound when there is no such webhook.
func (s *Store) DeleteWebhook(ctx context.Context, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		w, err := readWebhook(ctx, t.statements, id)
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, `
UPDATE webhooks
SET deleted = 1, secret = x'', old_secret = x''
WHERE id = $1`, id)
		if err != nil {
			return known(err)
		}
		s.webhooksChanged(t)
		entry := webhookChange(id, "deleted")
		if entry.before, err = compactJSON(loggedWebhook(&w)); err != nil {
			return err
		}
		return s.logChange(ctx, t, entry)
	})
	if err != nil {
		return fmt.Errorf("delete webhook %d: %w", id, err)
	}
	return nil
}
