package handlers

import (
	"fmt"
	"slices"
	"strings"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// eventLooks are the icon and the colour of each kind of event.
var eventLooks = map[db.EventKind]struct{ icon, kind, title string }{
	db.EventCreated:    {"pencil", "muted", "Draft begun"},
	db.EventIssued:     {"pencil", "muted", "Issued"},
	db.EventAmended:    {"pencil", "muted", "Corrected"},
	db.EventQueued:     {"clock", "muted", "Queued for the portal"},
	db.EventSent:       {"send", "wait", "Sent to the portal"},
	db.EventNoAnswer:   {"triangle-alert", "wait", "No answer"},
	db.EventSwitched:   {"repeat", "wait", "Not taken"},
	db.EventPostponed:  {"clock", "wait", "Will be tried again by itself"},
	db.EventLookedUp:   {"search", "muted", "The portal was asked whether it has it"},
	db.EventRegistered: {"stamp", "good", "Registered with the portal"},
	db.EventRefused:    {"circle-alert", "bad", "Refused by the portal"},
	db.EventCancelled:  {"ban", "muted", "IRN cancelled"},
	db.EventVoided:     {"ban", "muted", "Given up"},
	db.EventRecorded:   {"pencil", "muted", "Recorded as issued by another program"},
	db.EventVerified:   {"circle-check", "good", "Signature verified"},
	db.EventTakenBack:  {"undo-2", "muted", "Taken back before it was sent"},
	db.EventPrinted:    {"printer", "muted", "PDF made"},
	db.EventGivenOut:   {"download", "wait", "Put into a file, to be registered by hand"},
	db.EventBroughtIn:  {"stamp", "good", "Brought in by hand from the portal"},
	db.EventAsked:      {"search", "muted", "The portal was asked"},
	db.EventCompleted:  {"stamp", "good", "Completed from the portal"},

	db.EventCancelUnanswered: {"triangle-alert", "wait", "Cancelling was asked for, and no answer came"},
}

// timeline is what happened to a document, the newest first. What happened again and
// again, as while the portal is away for a day, is told once with how often.
func timeline(inv *gst.Invoice, events []db.Event) []views.EventView {
	type same struct {
		kind     db.EventKind
		provider gst.Provider
	}
	times := map[same]int{}
	for _, e := range events {
		times[same{e.Kind, e.Provider}]++
	}
	told := map[same]bool{}
	shown := make([]views.EventView, 0, len(events))
	for _, e := range slices.Backward(events) {
		key := same{e.Kind, e.Provider}
		if repeats(e.Kind) && told[key] || e.Kind == db.EventSent && answered(events, e) {
			continue
		}
		told[key] = true
		v := eventView(inv, events, e)
		if n := times[key]; n > 1 && repeats(e.Kind) {
			v.When = fmt.Sprintf("%s · %d times", v.When, n)
		}
		shown = append(shown, v)
	}
	return shown
}

// repeats reports whether a kind of event may come many times with nothing new to say.
func repeats(kind db.EventKind) bool {
	switch kind {
	case db.EventSent, db.EventNoAnswer, db.EventSwitched, db.EventPostponed, db.EventLookedUp, db.EventPrinted:
		return true
	}
	return false
}

// answered reports whether what came of a sending stands on the timeline too, and says
// more than that it was sent.
func answered(events []db.Event, sent db.Event) bool {
	return slices.ContainsFunc(events, func(e db.Event) bool {
		return e.Provider == sent.Provider && !e.At.Before(sent.At) &&
			(e.Kind == db.EventRegistered || e.Kind == db.EventRefused || e.Kind == db.EventNoAnswer || e.Kind == db.EventSwitched)
	})
}

func eventView(inv *gst.Invoice, events []db.Event, e db.Event) views.EventView {
	look, ok := eventLooks[e.Kind]
	if _, eway := ewayEventLooks[e.Kind]; eway {
		return ewayEvent(e)
	}
	if !ok {
		look.icon, look.kind, look.title = "info", "muted", string(e.Kind)
	}
	v := views.EventView{Icon: look.icon, Kind: look.kind, Title: look.title, When: moment(e.At)}
	switch e.Kind {
	case db.EventRegistered:
		v.Text = registeredText(inv, events, e)
	case db.EventNoAnswer:
		v.Title += " from " + e.Provider.Name()
		v.Text = "Whether the portal acted is not known, so it is asked before anything is sent again."
	case db.EventSwitched:
		v.Title = e.Provider.Name() + " did not take it"
		v.Text = "Nothing was registered there; the next provider is tried."
	case db.EventPostponed:
		v.Text = "You can go on billing."
	case db.EventLookedUp:
		v.Text = through(e.Provider)
		switch e.Detail {
		case db.LookedUpFound:
			v.Title, v.Text = "Found at the portal", "It had been registered after all; its IRN is taken over."
		case db.LookedUpLate:
			v.Title, v.Text = "Found at the portal", "It had been registered after all; its IRN is taken over. Its QR code is shown no more."
		}
	case db.EventSent:
		v.Text = "through " + e.Provider.Name()
	case db.EventRefused:
		v.Text = joinParts(strings.TrimPrefix(e.Detail, "refused: "), through(e.Provider))
	case db.EventVerified:
		v.Text = joinParts("Its certificate was added after it came", "key "+e.Detail, by(e.Actor))
	case db.EventVoided:
		if v.Text = by(e.Actor); e.Detail != "given up" {
			v.Text = joinParts(e.Detail, by(e.Actor))
		}
	case db.EventCancelled:
		v.Text = joinParts(cancelWord(gst.CancelReason(e.Code)), e.Detail, by(e.Actor))
	case db.EventCancelUnanswered:
		v.Text = joinParts(cancelWord(gst.CancelReason(e.Code)), e.Detail, by(e.Actor))
	case db.EventAsked:
		look := askedLooks[registrar.Found(e.Code)]
		v.Kind, v.Text = look.kind, joinParts(look.title, through(e.Provider), by(e.Actor))
	case db.EventCompleted:
		v.Text = joinParts(completedWords[e.Code], e.Detail, through(e.Provider))
	default:
		v.Text = joinParts(e.Detail, by(e.Actor))
	}
	return v
}

// registeredText names what the portal gave, through whom, and why it was not the
// provider tried first.
func registeredText(inv *gst.Invoice, events []db.Event, e db.Event) string {
	reg := inv.IRN.Registration
	if reg == nil {
		return joinParts(e.Detail, through(e.Provider))
	}
	text := joinParts("IRN "+shortIRN(reg.IRN), "Ack "+reg.AckNo, through(e.Provider))
	for _, before := range events {
		if before.Provider == "" || before.Provider == e.Provider {
			continue
		}
		switch before.Kind {
		case db.EventNoAnswer:
			return text + " (" + before.Provider.Name() + " did not answer)"
		case db.EventSwitched:
			return text + " (" + before.Provider.Name() + " did not take it)"
		}
	}
	return text
}

// shortIRN is enough of an IRN to tell it from others; the whole stands on the paper.
func shortIRN(irn string) string {
	if len(irn) < 20 {
		return irn
	}
	return irn[:12] + "…" + irn[len(irn)-4:]
}

func through(p gst.Provider) string {
	if p == "" {
		return ""
	}
	return "through " + p.Name()
}

func by(actor string) string {
	if actor == "" {
		return ""
	}
	return "by " + actor
}

// joinParts joins what is not empty.
func joinParts(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}
