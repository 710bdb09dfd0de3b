package handlers

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// eventCount says how many events a webhook is told of.
func eventCount(w db.Webhook) string {
	switch n := len(w.Events); n {
	case 0:
		return "everything"
	case 1:
		return eventName(w.Events[0])
	default:
		return strconv.Itoa(n) + " of " + strconv.Itoa(len(db.WebhookEvents())) + " events"
	}
}

// eventName is an event in plain words.
func eventName(e db.WebhookEvent) string { return lang.English.Text("webhook.event." + string(e)) }

// webhookState is how a webhook stands, as colour and words.
func webhookState(w db.Webhook) (kind, words string) {
	switch {
	case w.Off == db.WebhookOffPerson:
		return "muted", "switched off"
	case w.Off == db.WebhookOffGone:
		return "bad", "off: it wants no more"
	case w.Off == db.WebhookOffFailing:
		return "bad", "off: it failed for 5 days"
	case !w.FailingSince.IsZero():
		return "wait", "failing since " + shortMoment(w.FailingSince)
	}
	return "good", "on"
}

// webhookChanged is an entry of the edit log in words.
func webhookChanged(action string) string {
	return map[string]string{
		"created": "Added", "changed": "Changed", "switched on": "Switched on", "switched off": "Switched off", "rotated": "Another secret",
		"tested": "Test sent", "resent": "Messages sent again",
	}[action]
}

// fillWebhook puts into view what follows from the webhook alone.
func (s *Server) fillWebhook(view *views.WebhookView, w db.Webhook, state db.DeliveryState, before, next int64) {
	own := webhookURL(w.ID)
	view.ListURL, view.EditURL, view.TestURL, view.SwitchURL = webhooksURL, own+"/edit", own+"/test", own+"/switch"
	view.RotateURL, view.DeleteURL, view.ResendURL = own+"/secret", own+"/delete", own+"/resend"
	view.Version = strconv.FormatInt(w.Version, 10)
	for _, e := range w.Events {
		view.EventNames = append(view.EventNames, eventName(e))
	}
	if w.OldUntil.After(s.now()) {
		view.OldUntil = shortMoment(w.OldUntil)
	}
	switch w.Off {
	case db.WebhookOffGone:
		view.OffTitle = "Switched off on " + shortMoment(w.OffAt) + ": the receiver answered 410"
	case db.WebhookOffFailing:
		view.OffTitle = "Switched off on " + shortMoment(w.OffAt) + ": nothing was taken for 5 days"
	case db.WebhookOffPerson:
		view.OffTitle = "Switched off since " + shortMoment(w.OffAt)
	}
	if w.Off != db.WebhookOn {
		view.OffText = "What happens meanwhile is not told later. What was waiting goes on once it is switched on."
	}
	pageWebhook(view, own, state, before, next)
	if view.Since == "" {
		view.Since = s.today().AddDays(-6).String()
	}
}

// pageWebhook puts into view how its list of messages is narrowed and where its pages are.
func pageWebhook(view *views.WebhookView, own string, state db.DeliveryState, before, next int64) {
	narrowed := func(url, separator string, to db.DeliveryState) string {
		if to == "" {
			return url
		}
		return url + separator + "state=" + string(to)
	}
	for _, chip := range []struct {
		label string
		state db.DeliveryState
		count int
	}{
		{"All", "", 0}, {"Waiting", db.DeliveryWaiting, view.Row.Waiting}, {"Given up", db.DeliveryFailed, view.Row.Failed}, {"Delivered", db.DeliveryDone, 0},
	} {
		c := views.Chip{Label: chip.label, URL: narrowed(own, "?", chip.state), Current: chip.state == state}
		if chip.count > 0 {
			c.Count = strconv.Itoa(chip.count)
		}
		view.Chips = append(view.Chips, c)
	}
	view.Filtered = state != ""
	if before > 0 {
		view.Newest = narrowed(own, "?", state)
	}
	if next > 0 {
		view.Older = narrowed(own+"?before="+strconv.FormatInt(next, 10), "&", state)
	}
}

// deliveryRow is a message ready to print.
func deliveryRow(w db.Webhook, d db.Delivery) views.DeliveryRow {
	row := views.DeliveryRow{
		URL: webhookURL(w.ID, "messages", strconv.FormatInt(d.ID, 10)), At: moment(d.At), Event: eventName(d.Event), Type: string(d.Event),
		Subject: d.Subject, Tries: triesWords(d.Tries), Answer: "none yet",
	}
	if !d.Tried.IsZero() {
		row.Answer = answerWords(d.Status, d.Problem)
	}
	switch {
	case d.State == db.DeliveryDone:
		row.Kind, row.State = "good", "delivered"
	case d.State == db.DeliveryFailed && d.Event == db.WebhookTest:
		row.Kind, row.State = "bad", "not taken"
	case d.State == db.DeliveryFailed:
		row.Kind, row.State = "bad", "given up"
	case w.Off != db.WebhookOn:
		row.Kind, row.State = "muted", "waits until it is switched on"
	case d.Tries > 0:
		row.Kind, row.State = "wait", "is tried again"
		row.Next = moment(d.Due)
	default:
		row.Kind, row.State = "wait", "on its way"
	}
	return row
}

func triesWords(n int) string {
	switch n {
	case 0:
		return "not tried yet"
	case 1:
		return "1 try"
	}
	return strconv.Itoa(n) + " tries"
}

// answerWords is what came of a try in words: "500 Internal Server Error", "no answer within
// 15 seconds".
func answerWords(status int, problem string) string {
	if status != 0 {
		words := strconv.Itoa(status)
		if text := http.StatusText(status); text != "" {
			words += " " + text
		}
		return words
	}
	if key := "webhook.problem." + problem; lang.English.Has(key) {
		return lang.English.Text(key)
	}
	return problem // of this system, for whoever looks after it
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }

// deliveryView is a message whole.
func deliveryView(w db.Webhook, d db.Delivery) views.DeliveryView {
	view := views.DeliveryView{
		Row: deliveryRow(w, d), Key: d.Key, Company: string(d.Company), Body: indented(d.Body), Answer: d.Answer, BackURL: webhookURL(w.ID) + "#log",
	}
	view.ResendURL = view.Row.URL + "/resend"
	if !d.Tried.IsZero() {
		view.Tried, view.Took = d.Tried.In(gst.IST).Format("2 Jan 2006, 15:04:05"), milliseconds(d.Took)
	}
	return view
}

// indented is JSON for people.
func indented(body []byte) string {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		return string(body)
	}
	return b.String()
}
