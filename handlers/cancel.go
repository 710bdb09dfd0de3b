package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// cancelTyped is the form that cancels the IRN or gives the document up, as it was sent,
// and what came of it.
type cancelTyped struct {
	reason, remark string
	billGone       bool      // the e-way bill is said to be cancelled
	why            string    // it is given up
	bill           *gst.EWay // the e-way bill that keeps the IRN; nil: none does
	faults         gst.Invalid
	note           *views.Problem // what came of it; nil: nothing to be said
	asked          bool           // the portal was just asked, and the timeline says what it answered
}

// cancelIRN handles POST /c/{gstin}/invoices/{id}/cancel.
func (s *Server) cancelIRN(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	typed := cancelTyped{reason: c.FormValue("reason"), remark: c.FormValue("remark"), billGone: c.FormValue("eway_gone") != ""}
	if c.FormValue("do") == "eway" {
		return s.cancelBillFirst(c, inv, typed)
	}
	bill, err := s.desk.StandingEWay(c.Request().Context(), inv.Company, inv.ID)
	if err != nil {
		return err
	}
	if bill != nil && !typed.billGone {
		typed.faults.Faults = gst.Faults{{Rule: "cancel.eway", Code: codeEWayActive, Field: "eway_gone", Args: []string{bill.Number}}}
		return s.showDocument(c, http.StatusUnprocessableEntity, inv, typed)
	}
	err = s.desk.Cancel(c.Request().Context(), companyOf(c), inv.ID, gst.CancelReason(typed.reason), typed.remark)
	var refusal *gst.Refusal
	switch {
	case err == nil:
		return redirect(c, invoiceURL(inv, ""))
	case errors.As(err, &typed.faults):
		return s.showDocument(c, http.StatusUnprocessableEntity, inv, typed)
	case errors.As(err, &refusal) && !registrar.MayHaveActed(err):
		typed.note = notCancelled(refusal)
		return s.showDocument(c, http.StatusBadGateway, inv, typed)
	case registrar.Unanswered(err):
		s.log.WarnContext(c.Request().Context(), "IRN was not cancelled", "number", inv.Number, "error", err)
		if typed.note = unreached(err); registrar.MayHaveActed(err) {
			typed.note = nil // the page itself says that nobody knows
		}
		return s.showDocument(c, http.StatusBadGateway, inv, typed)
	}
	return fmt.Errorf("cancel IRN of %s: %w", inv.Number, err)
}

// cancelBillFirst asks for the cancellation of the e-way bill that keeps the IRN, for the
// reason that was chosen for the IRN.
func (s *Server) cancelBillFirst(c echo.Context, inv *gst.Invoice, typed cancelTyped) error {
	id, err := s.desk.CancelWithEWay(c.Request().Context(), companyOf(c), inv.ID, gst.CancelReason(typed.reason), typed.remark)
	var not *desk.NotOffered
	switch {
	case err == nil:
		return redirect(c, ewayURL(inv.Company, id, ""))
	case errors.As(err, &typed.faults):
		return s.showDocument(c, http.StatusUnprocessableEntity, inv, typed)
	case errors.As(err, &not):
		typed.note = &views.Problem{Kind: "wait", Title: "The e-way bill was not cancelled", Text: ewayNo(not.Offer)}
		return s.showDocument(c, http.StatusConflict, inv, typed)
	}
	return err
}

// codeEWayActive is NIC's code for an IRN that an active e-way bill keeps.
const codeEWayActive = "2230"

// notCancelled says why the portal, or a provider, did not cancel an IRN.
func notCancelled(refusal *gst.Refusal) *views.Problem {
	p := &views.Problem{Kind: "bad", Title: "The IRN was not cancelled", Text: "It stands as before."}
	if p.Details = codeDetails(refusal.Codes); len(p.Details) == 0 {
		p.Text += " " + portalWords(refusal)
	}
	return p
}

// unreached says that nobody could be asked, and so nothing was done.
func unreached(err error) *views.Problem {
	words := lang.English.Text("portal." + registrar.WhyNot(err))
	return &views.Problem{Kind: "wait", Title: "No provider could be reached", Text: cmp.Or(words, "Try again in a moment.") + " Nothing was changed."}
}

// offerCancel offers the cancelling of the IRN as long as the portal takes it.
func (s *Server) offerCancel(changes *views.Changes, inv *gst.Invoice, typed cancelTyped) {
	reg := inv.IRN.Registration
	deadline, now := gst.CancelDeadline(*reg), s.now()
	if now.After(deadline) {
		changes.Text = "The 24 hours for cancelling ended " + moment(deadline) + ". What is wrong is put right with a credit note."
		return
	}
	form := &views.CancelForm{
		URL: invoiceURL(inv, "cancel"), Until: countdown(deadline, now), Open: len(typed.faults.Faults) > 0 && len(typed.faults.For("why")) == 0,
		Reason: views.Field{Name: "reason", Label: "Reason", Required: true, Error: words(typed.faults.For("reason"))},
		Remark: views.Field{Name: "remark", Label: "Remark", Value: typed.remark, Required: true, MaxLength: 100, Error: words(typed.faults.For("remark"))},
	}
	if bill := typed.bill; bill != nil {
		form.Blocked = &views.Blocked{
			Text: blockedText(bill), Ticked: typed.billGone,
			Gone: views.Field{Name: "eway_gone", Label: "The e-way bill is cancelled", Value: "yes", Error: words(typed.faults.For("eway_gone"))},
		}
	}
	options := []views.Option{{Value: "", Label: "Choose …"}}
	for _, r := range []gst.CancelReason{gst.CancelDuplicate, gst.CancelDataEntry, gst.CancelOrder, gst.CancelOtherReasons} {
		options = append(options, views.Option{Value: string(r), Label: cancelWord(r)})
	}
	form.Reasons = views.Options(typed.reason, options...)
	changes.Cancel = form
	changes.Text = "Cancel or credit note: cancel the IRN if all of it is wrong; a credit note if a part is, or goods came back."
}

// blockedText says which e-way bill is in the way, until when, and what to do.
func blockedText(bill *gst.EWay) string {
	valid := "It has no vehicle yet and is active."
	if bill.Number == "" {
		valid = "It is asked for."
	}
	if !bill.ValidUntil.IsZero() {
		valid = "It is active until " + moment(bill.ValidUntil) + "."
	}
	return "E-way bill " + bill.Number + " was made of this document. " + valid + " While it is, the portal cancels no IRN (" + codeEWayActive +
		"). Cancel it first, within 24 hours of its making; or tick here that it was cancelled elsewhere."
}

// countdown is a deadline with what is left of it.
func countdown(deadline, now time.Time) views.Countdown {
	left := deadline.Sub(now)
	return views.Countdown{Until: until(deadline), Left: timeLeft(left), Seconds: int64(left.Seconds())}
}

// timeLeft is a time that is left, to the minute.
func timeLeft(left time.Duration) string {
	hours, minutes := int(left.Hours()), int(left.Minutes())%60
	switch {
	case hours > 0:
		return fmt.Sprintf("%d h %d min left", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min left", minutes)
	}
	return "less than a minute left"
}

// cancelWord is a reason of cancelling, "" for none.
func cancelWord(reason gst.CancelReason) string {
	if reason == "" {
		return ""
	}
	return lang.English.Text("cancel." + string(reason))
}

// cancelledText says when an IRN was cancelled and why. Of one that was cancelled at the portal
// only the moment is known in which that was seen.
func cancelledText(inv *gst.Invoice) string {
	at := moment(inv.IRN.CancelledAt)
	if inv.IRN.CancelReason == "" {
		return "Cancelled at the portal, seen " + at
	}
	return joinParts("Cancelled "+at, cancelWord(inv.IRN.CancelReason))
}

// cancelDoubt says that the portal was told to cancel the IRN and nobody knows whether it did,
// nil where nothing of the kind stands open.
func cancelDoubt(inv *gst.Invoice, events []db.Event) *views.Problem {
	if inv.IRN.State != gst.IRNRegistered || inv.State == gst.Void {
		return nil
	}
	open := false
	for _, e := range events {
		switch {
		case e.Kind == db.EventCancelUnanswered:
			open = true
		case e.Kind == db.EventAsked && e.Code != string(registrar.FoundUnproved):
			open = false
		}
	}
	if !open {
		return nil
	}
	return &views.Problem{Kind: "wait", Title: "Cancelled or not?", Text: "No answer came from the portal when the IRN was to be cancelled, so it is " +
		"not known here whether the IRN is cancelled. Ask the portal, or cancel it again: asking twice does no harm."}
}
