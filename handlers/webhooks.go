package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/courier"
	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// webhooksURL is the page of the addresses that are told what happens; all companies share
// them.
const webhooksURL = "/settings/webhooks"

// shownDeliveries is how many messages one page lists.
const shownDeliveries = 50

// webhookURL is the page of an address, or something below it.
func webhookURL(id int64, below ...string) string {
	return webhooksURL + "/" + strconv.FormatInt(id, 10) + strings.Join(append([]string{""}, below...), "/")
}

// listWebhooks handles GET /settings/webhooks.
func (s *Server) listWebhooks(c echo.Context) error {
	ctx := c.Request().Context()
	hooks, err := s.store.Webhooks(ctx)
	if err != nil {
		return err
	}
	view := views.WebhooksView{NewURL: webhooksURL + "/new", Full: len(hooks) >= db.MostWebhooks}
	for _, w := range hooks {
		row, err := s.webhookRow(ctx, w)
		if err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	return s.show(c, http.StatusOK, views.WebhooksPage(s.firmFrame(c), view), nil)
}

// webhookAsked is the webhook that the address names; gst.ErrNotFound when there is none.
func (s *Server) webhookAsked(c echo.Context) (db.Webhook, error) {
	id, err := numberIn(c, "id")
	if err != nil {
		return db.Webhook{}, err
	}
	return s.store.Webhook(c.Request().Context(), id)
}

// numberIn is a number in the address; gst.ErrNotFound for anything else.
func numberIn(c echo.Context, name string) (int64, error) {
	id, err := strconv.ParseInt(c.Param(name), 10, 64)
	if err != nil || id <= 0 {
		return 0, gst.ErrNotFound
	}
	return id, nil
}

// showWebhook handles GET /settings/webhooks/{id}: an address with the messages to it.
func (s *Server) showWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	return s.showWebhookPage(c, http.StatusOK, w, views.WebhookView{})
}

// showWebhookPage shows a webhook with what view says already.
func (s *Server) showWebhookPage(c echo.Context, status int, w db.Webhook, view views.WebhookView) error {
	ctx := c.Request().Context()
	var err error
	if view.Row, err = s.webhookRow(ctx, w); err != nil {
		return err
	}
	before, err := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0 // the first page
	}
	state := deliveryFilter(c.QueryParam("state"))
	deliveries, next, err := s.store.Deliveries(ctx, w.ID, state, before, shownDeliveries)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		view.Deliveries = append(view.Deliveries, deliveryRow(w, d))
	}
	entries, err := s.store.LastWebhookChanges(ctx, w.ID, 10)
	if err != nil {
		return err
	}
	for _, e := range entries {
		view.History = append(view.History, views.WebhookChange{What: webhookChanged(e.Action), By: e.Actor.Name, At: shortMoment(e.At)})
	}
	s.fillWebhook(&view, w, state, before, next)
	return s.show(c, status, views.WebhookPage(s.firmFrame(c), view), nil)
}

// deliveryFilter is the state that a list is narrowed to; empty: all.
func deliveryFilter(text string) db.DeliveryState {
	state := db.DeliveryState(text)
	if slices.Contains([]db.DeliveryState{db.DeliveryWaiting, db.DeliveryDone, db.DeliveryFailed}, state) {
		return state
	}
	return ""
}

// testWebhook handles POST /settings/webhooks/{id}/test and shows the receiver's answer.
func (s *Server) testWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	answer, err := s.courier.Test(c.Request().Context(), w.ID)
	if err != nil {
		return err
	}
	test := views.WebhookTest{OK: answer.OK(), Answer: answer.Text, Title: "The test was not taken", Text: answerWords(answer.Status, answer.Problem)}
	if test.OK {
		test.Title, test.Text = "The test was taken", "Answer "+test.Text+" in "+milliseconds(answer.Took)+"."
	} else if answer.Status != 0 {
		test.Text = "Answer " + test.Text + ". What is wanted is one from 200 to 299."
	}
	return s.showWebhookPage(c, http.StatusOK, w, views.WebhookView{Test: &test})
}

// switchWebhook handles POST /settings/webhooks/{id}/switch.
func (s *Server) switchWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	off, done := db.WebhookOffPerson, "hook-off"
	if c.FormValue("on") == "1" {
		off, done = db.WebhookOn, "hook-on"
		s.courier.Hasten(w.ID)
	}
	if err := s.store.SwitchWebhook(c.Request().Context(), w.ID, off); err != nil {
		return err
	}
	return redirect(c, webhookURL(w.ID)+"?done="+done)
}

// rotateWebhook handles POST /settings/webhooks/{id}/secret. The answer is the only page
// that ever shows the new secret; loaded again it makes no other one.
func (s *Server) rotateWebhook(c echo.Context) error {
	ctx := c.Request().Context()
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	if c.FormValue("version") != strconv.FormatInt(w.Version, 10) {
		return gst.ErrConflict
	}
	secret, err := s.store.RotateWebhookSecret(ctx, w.ID)
	if err != nil {
		return err
	}
	if w, err = s.store.Webhook(ctx, w.ID); err != nil {
		return err
	}
	view := views.WebhookSecretView{Address: w.URL, Secret: secret, DoneURL: webhookURL(w.ID)}
	if w.OldUntil.After(s.now()) {
		view.Old = shortMoment(w.OldUntil)
	}
	return s.showWebhookSecret(c, view)
}

func (s *Server) showWebhookSecret(c echo.Context, view views.WebhookSecretView) error {
	page := s.firmFrame(c)
	page.Scripts = []string{"calls.js"}
	return s.show(c, http.StatusOK, views.WebhookSecretPage(page, view), nil)
}

// deleteWebhook handles POST /settings/webhooks/{id}/delete.
func (s *Server) deleteWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteWebhook(c.Request().Context(), w.ID); err != nil {
		return err
	}
	return redirect(c, webhooksURL+"?done=deleted")
}

// resendFailed handles POST /settings/webhooks/{id}/resend: all that was given up since a
// day.
func (s *Server) resendFailed(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	since := strings.TrimSpace(c.FormValue("since"))
	day, err := gst.ParseDate(since)
	if err != nil {
		view := views.WebhookView{Since: since, SinceProblem: lang.English.Text("fault.parse.date")}
		return s.showWebhookPage(c, http.StatusUnprocessableEntity, w, view)
	}
	s.courier.Hasten(w.ID)
	if _, err := s.store.ResendFailed(c.Request().Context(), w.ID, day.Time()); err != nil {
		return err
	}
	return redirect(c, webhookURL(w.ID)+"?done=resent")
}

// showDelivery handles GET /settings/webhooks/{id}/messages/{message}.
func (s *Server) showDelivery(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	id, err := numberIn(c, "message")
	if err != nil {
		return err
	}
	d, err := s.store.Delivery(c.Request().Context(), w.ID, id)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.DeliveryPage(s.firmFrame(c), deliveryView(w, d)), nil)
}

// resendDelivery handles POST /settings/webhooks/{id}/messages/{message}/resend.
func (s *Server) resendDelivery(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	id, err := numberIn(c, "message")
	if err != nil {
		return err
	}
	s.courier.Hasten(w.ID)
	if err := s.store.ResendDelivery(c.Request().Context(), w.ID, id); err != nil {
		return err
	}
	return redirect(c, webhookURL(w.ID, "messages", strconv.FormatInt(id, 10))+"?done=resent")
}

// ready returns the courier to be used: that of the house, or one for tests alone.
func (o *Options) ready() *courier.Courier {
	if o.Courier != nil {
		return o.Courier
	}
	return courier.New(courier.Options{Store: o.Store, Now: o.Now, Log: o.Log, Version: o.Version})
}

// webhookRow is a webhook ready to print.
func (s *Server) webhookRow(ctx context.Context, w db.Webhook) (views.WebhookRow, error) {
	row := views.WebhookRow{
		URL: webhookURL(w.ID), Address: w.URL, Description: w.Description, Events: eventCount(w), Made: shortMoment(w.Created), By: w.By,
		On: w.Off == db.WebhookOn,
	}
	for _, company := range w.Companies {
		row.Companies = append(row.Companies, string(company))
	}
	row.StateKind, row.State = webhookState(w)
	var err error
	row.Waiting, row.Failed, err = s.store.DeliveryCounts(ctx, w.ID)
	return row, err
}
