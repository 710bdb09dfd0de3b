package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// doneAsked leads from the question back to the page, which says what was answered.
const doneAsked = "asked"

// askPortal handles POST /c/{gstin}/invoices/{id}/ask: the portal says what it holds.
func (s *Server) askPortal(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	_, err = s.desk.AskPortal(c.Request().Context(), companyOf(c), inv.ID)
	var refusal *gst.Refusal
	switch {
	case err == nil:
		return redirect(c, invoiceURL(inv, "")+"?done="+doneAsked)
	case errors.Is(err, registrar.ErrUnderWay):
		note := views.Problem{Kind: "info", Title: "On its way", Text: "The document is being sent or looked up at this moment. What comes of it appears here by itself."}
		return s.showDocument(c, http.StatusConflict, inv, cancelTyped{note: &note})
	case errors.As(err, &refusal):
		note := views.Problem{Kind: "bad", Title: "The question was refused", Text: portalWords(refusal) + " Nothing was changed."}
		return s.showDocument(c, http.StatusBadGateway, inv, cancelTyped{note: &note})
	case registrar.Unanswered(err):
		s.log.WarnContext(c.Request().Context(), "portal did not answer", "number", inv.Number, "error", err)
		return s.showDocument(c, http.StatusBadGateway, inv, cancelTyped{note: unreached(err)})
	}
	return fmt.Errorf("ask the portal about %s: %w", inv.Number, err)
}

// askCodes are refusals behind which the portal holds something that can be asked for.
var askCodes = []string{"2150", "2278", "2283", "2295", gst.RegistrationRejected, db.NotBelieved}

// offerAsk offers to ask the portal where it may know something else than what stands here.
func offerAsk(changes *views.Changes, inv *gst.Invoice) {
	switch inv.IRN.State {
	case gst.IRNUnknown, gst.IRNConflict:
		changes.AskLabel = "Ask the portal"
	case gst.IRNFailed:
		if inv.IRN.Refusal != nil && inv.IRN.Refusal.Has(askCodes...) {
			changes.AskLabel = "Ask the portal"
		}
	case gst.IRNRegistered, gst.IRNHeld:
		if !inv.Elsewhere {
			changes.AskLabel = "Check at the portal"
		}
	}
	if changes.AskLabel != "" {
		changes.AskURL = invoiceURL(inv, "ask")
	}
}

// askedLook is how an answer of the portal is told.
type askedLook struct{ kind, title, text string }

// askedLooks are the answers to a question.
var askedLooks = map[registrar.Found]askedLook{
	registrar.FoundSame:       {"good", "It stands at the portal as it does here", "Signature and content were compared."},
	registrar.FoundRegistered: {"good", "It was on the portal already: marked as registered", "Signature and content were compared; IRN and signed QR code are here now."},
	registrar.FoundCancelled: {"wait", "It is cancelled at the portal", "So it is void here too, and its number is never used again. " +
		"When it was cancelled, and why, the portal does not say."},
	registrar.FoundOther:     {"bad", "The portal holds another document under this number", "Nothing of it was taken over."},
	registrar.FoundNone:      {"info", "The portal does not have this document", ""},
	registrar.FoundTooOld:    {"info", "The portal has it, but shows a document for two days only", "Download it from the GST portal to see it."},
	registrar.FoundElsewhere: {"wait", "Another e-invoice portal has this document", "Look it up there, or use a new number."},
	registrar.FoundUnproved:  {"bad", "The answer proves nothing", "Its signature or its IRN does not hold, so nothing was changed. Ask again; if this stays, tell the provider’s help desk."},
}

// completedWords are what a registration got that it lacked.
var completedWords = map[string]string{
	db.CompletedSigned: "Signed invoice and QR code", db.CompletedEWay: "E-way bill",
}

// askedNote says what the portal answered last; nil when it was never asked.
func (s *Server) askedNote(c echo.Context, inv *gst.Invoice) (*views.Problem, error) {
	events, err := s.store.Events(c.Request().Context(), inv.Company, inv.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(events) {
		if e.Kind != db.EventAsked {
			continue
		}
		look, ok := askedLooks[registrar.Found(e.Code)]
		if !ok {
			return nil, nil
		}
		note := &views.Problem{Kind: look.kind, Title: look.title, Text: look.text}
		if registrar.Found(e.Code) == registrar.FoundNone {
			note.Kind, note.Text = noneText(inv)
		}
		note.Details = []views.ProblemDetail{{Code: e.Detail, Text: "Asked " + moment(e.At) + " " + through(e.Provider) + "."}}
		return note, nil
	}
	return nil, nil
}

// noneText says what it means that the portal does not have a document.
func noneText(inv *gst.Invoice) (kind, text string) {
	switch inv.IRN.State {
	case gst.IRNRegistered:
		return "bad", "Here it is registered, with a signature that holds. Ask again later; if this stays, show the provider’s help desk what was said to the portal."
	case gst.IRNPending, gst.IRNUnknown:
		return "info", "It is sent now, by itself."
	case gst.IRNConflict:
		return "wait", "It was said before that the number is used. Ask again later, or give this number up."
	}
	return "info", "Nothing was registered under this number."
}

// conflictProblem shows what the portal holds under the number of a document, beside the
// document, and the ways out.
func (s *Server) conflictProblem(c echo.Context, inv *gst.Invoice) (*views.Problem, error) {
	p := &views.Problem{Kind: "bad", Title: "Number already used",
		Text: "The portal holds another document under this number, and registers none beside it."}
	var other gst.Registration
	if no := inv.IRN.Refusal; no != nil {
		if no.Duplicate != nil {
			other = *no.Duplicate
		}
		if !no.Has("2150") { // too old to be shown, at another portal, or no proof of anything
			p.Text = "A document is registered under this number that could not be compared with this one."
		}
		p.Details = conflictDetails(*no, other)
	}
	if other.IRN != "" {
		_, body, err := s.store.Invoice(c.Request().Context(), inv.Company, inv.ID)
		if err != nil {
			return nil, err
		}
		for _, side := range registrar.Sides(body, &other) {
			p.Sides = append(p.Sides, views.SideView(side))
		}
		text := joinParts("There: IRN "+shortIRN(other.IRN), "Ack "+other.AckNo, "of "+moment(other.AckDate))
		p.Details = append(p.Details, views.ProblemDetail{Text: text})
	}
	if len(p.Sides) == 0 {
		p.Details = append(p.Details, views.ProblemDetail{Text: "What it is, nobody has seen yet: ask the portal."})
	}
	p.Details = append(p.Details,
		views.ProblemDetail{Text: "To bill this: give the number up and copy the document to a new one."},
		views.ProblemDetail{Text: otherText(other, s.now())})
	return p, nil
}

// conflictDetails are what the codes of a conflict mean. The comparison that comes with 2150
// is our own, and a table shows it where the other document was seen.
func conflictDetails(no gst.Refusal, other gst.Registration) []views.ProblemDetail {
	var details []views.ProblemDetail
	for _, code := range no.Codes {
		switch {
		case code.Code != "2150":
			details = append(details, views.ProblemDetail{Code: code.Code, Text: portalText(code)})
		case other.SignedInvoice == "" && code.Message != "":
			details = append(details, views.ProblemDetail{Code: code.Code, Text: code.Message})
		}
	}
	return details
}

// otherText says what can be done about the document that the portal holds.
//
// Source: NIC's codes 2270, and 2278: a number whose IRN was cancelled is not taken again.
func otherText(other gst.Registration, now time.Time) string {
	const stays = " The number is not free by that: the portal takes a cancelled one never again."
	deadline := gst.CancelDeadline(other)
	switch {
	case other.Status == gst.RegistrationCancelled:
		return "The other one is cancelled there." + stays
	case deadline.IsZero():
		return "If the other one is the mistake, cancel it at the portal within its 24 hours." + stays
	case now.After(deadline):
		return "If the other one is the mistake, credit it with a note: its 24 hours for cancelling ended " + moment(deadline) + "."
	}
	left := countdown(deadline, now)
	return "If the other one is the mistake, cancel it at the portal, " + left.Until + " (" + left.Left + ")." + stays
}
