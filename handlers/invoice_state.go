package handlers

import (
	"fmt"
	"strings"
	"time"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// moment is a point in time as screens say it, in IST.
func moment(t time.Time) string { return t.In(gst.IST).Format("02 Jan 2006, 15:04:05") }

// until is a deadline as screens say it.
func until(t time.Time) string { return "until " + t.In(gst.IST).Format("02 Jan, 15:04") }

// problemOf says why a document has no IRN yet, nil when nothing is in the way. w is why it
// waits, the zero value when it does not.
func problemOf(inv *gst.Invoice, w db.Waiting) *views.Problem {
	if inv.State == gst.Void {
		return nil
	}
	switch inv.IRN.State {
	case gst.IRNRegistered, gst.IRNNotRequired:
		if inv.Elsewhere { // why it needs no IRN is said on the page anyhow
			return &views.Problem{Kind: "info", Title: "Issued elsewhere", Text: "Another program made it; it is recorded here for registers and notes."}
		}
		if inv.IRN.State == gst.IRNRegistered && inv.IRN.Registration.Unsigned() {
			return &views.Problem{Kind: "bad", Title: "QR code missing", Text: "It has its IRN, but the answer was lost and the portal shows the signed invoice for two days only. Download it from the GST portal and bring it in. Until then do not hand out the paper: an e-invoice bears its QR code.",
				URL: byHandURL(inv.Company, 0), Link: "Bring the signed invoice in"}
		}
		return ewayProblem(inv.IRN.Registration)
	case gst.IRNHeld:
		return &views.Problem{Kind: "wait", Title: "Not sent yet", Text: "Your company registers by hand. Until it has its IRN this is no valid invoice."}
	case gst.IRNUnknown:
		return &views.Problem{Kind: "wait", Title: "Checking with the portal", Text: "It was sent, but no answer came back. We ask the portal whether it has it before anything is sent again, so there will be one IRN and no more. You can go on billing."}
	case gst.IRNPending:
		return waitingProblem(inv, w)
	case gst.IRNFailed:
		return refusalProblem("The portal refused it", "It has no IRN yet. Correct what is named below and send it again under the same number.", inv)
	}
	return nil
}

// ewayProblem says that the portal registered the document but made no e-way bill of the
// details that came with it, nil where nothing of the kind happened.
func ewayProblem(reg *gst.Registration) *views.Problem {
	if reg == nil || reg.EWayRefusal == nil || reg.EWayBill != nil {
		return nil
	}
	p := &views.Problem{
		Kind: "wait", Title: "No e-way bill was made",
		Text: "The document has its IRN. The portal refused the e-way bill asked for with it: make one before the goods move.",
	}
	p.Details = codeDetails(reg.EWayRefusal.Codes)
	return p
}

// portalText is what one of the portal's codes means, with its own words.
func portalText(code gst.RefusalCode) string {
	words := lang.English.Text("portal." + code.Code)
	switch {
	case words == "":
		return code.Message
	case code.Message != "":
		return fmt.Sprintf("%s (the portal says: %s)", words, code.Message)
	}
	return words
}

// codeDetails are the portal's codes with what they mean.
func codeDetails(codes []gst.RefusalCode) (details []views.ProblemDetail) {
	for _, code := range codes {
		details = append(details, views.ProblemDetail{Code: code.Code, Text: portalText(code)})
	}
	return details
}

// waitingProblem says why nobody has taken a document yet: because the providers do not
// answer, which passes by itself, or because they cannot be signed in at, which a person
// must mend.
func waitingProblem(inv *gst.Invoice, w db.Waiting) *views.Problem {
	credentials := companyURL(inv.Company, "settings/credentials")
	switch {
	case w.Code != "":
		words := waitWords(w.Code, w.Why)
		title := "Sign-in refused (" + w.Code + ")"
		if db.IsWait(w.Code) {
			title = "Not sent yet"
		}
		return &views.Problem{Kind: "bad", Title: title, Text: words + " Once that is corrected, we send the document by ourselves.",
			URL: credentials, Link: "Open E-Invoice Credentials"}
	case w.Tries > 0 && w.Why != "":
		return &views.Problem{Kind: "wait", Title: "Waiting for the portal", Text: fmt.Sprintf(
			"No provider answered so far; the next try is at %s, by itself. You can go on billing.", clock(w.Next))}
	}
	return nil
}

// waitWords says why nobody takes a document, when a code says so.
func waitWords(code, why string) string {
	if words := lang.English.Text("portal." + code); words != "" {
		return words
	}
	return why
}

// refusalProblem lists the portal's codes with what they mean.
func refusalProblem(title, text string, inv *gst.Invoice) *views.Problem {
	p := &views.Problem{Kind: "bad", Title: title, Text: text}
	if inv.IRN.Refusal == nil {
		return p
	}
	p.Details = codeDetails(inv.IRN.Refusal.Codes)
	return p
}

// changesOf are what can still be done with an issued document.
func (s *Server) changesOf(company gst.Company, inv *gst.Invoice, typed cancelTyped) views.Changes {
	changes := views.Changes{CopyURL: copyURL(inv)}
	switch {
	case inv.State == gst.Void:
		changes.Closed, changes.Text = true, "Void: the number is not used again."
		changes.CopyLabel = "Copy to a new document"
		return changes
	case inv.Mode != company.Mode:
		changes.Text = "Made in practice, before the company went live: it stays as it is."
		return changes
	}
	switch inv.IRN.State {
	case gst.IRNPending, gst.IRNUnknown:
		changes.RetryURL, changes.RetryLabel = invoiceURL(inv, "retry"), "Try now"
	case gst.IRNHeld:
		changes.RegisterURL = invoiceURL(inv, "register")
		offerEdit(&changes, inv, "Correct")
	case gst.IRNFailed:
		offerEdit(&changes, inv, "Fix and retry")
	case gst.IRNRegistered:
		if !inv.Elsewhere {
			s.offerCancel(&changes, inv, typed)
		}
	}
	offerAsk(&changes, inv)
	offerResend(&changes, inv)
	if mayVoid(inv) {
		changes.Void = voidForm(inv, typed)
	}
	if desk.NotesAllowed(company, inv) {
		offerNotes(inv, &changes)
		changes.NoteMain = inv.IRN.State == gst.IRNRegistered && changes.Cancel == nil
	}
	return changes
}

// mayVoid reports whether a document can be withdrawn here: it has no IRN and none is
// under way, or it is another program's.
func mayVoid(inv *gst.Invoice) bool {
	switch inv.IRN.State {
	case gst.IRNHeld, gst.IRNFailed, gst.IRNConflict, gst.IRNNotRequired:
		return true
	}
	return inv.Elsewhere
}

// voidForm asks for the reason. A document that was good without an IRN needs one: the
// registers show why its number is missing.
func voidForm(inv *gst.Invoice, typed cancelTyped) *views.VoidForm {
	f := &views.VoidForm{
		URL: invoiceURL(inv, "void"), Label: "Give up", Answer: "Give up", Open: len(typed.faults.For("why")) > 0,
		Question: "Give this document up? Its number is never used again.",
		Reason: views.Field{Name: "why", Label: "Reason", Value: typed.why, MaxLength: 100, Required: needsReason(inv),
			Error: words(typed.faults.For("why"))},
	}
	switch {
	case inv.Elsewhere:
		f.Label, f.Answer = "Cancelled there", "Put it down"
		f.Question = "Was it cancelled in the other program, or recorded here by mistake? It then counts no more; its number stays used."
	case inv.Type == gst.Quotation || inv.Type == gst.Proforma || inv.Type == gst.DeliveryChallan:
		f.Label, f.Answer, f.Question = "Withdraw", "Withdraw", "Withdraw it? Its number is never used again."
	case inv.IRN.State == gst.IRNConflict:
		f.Label, f.Copy, f.Answer = "Give up this number", "Give up and copy", "Only give up"
		f.Question = "Give this number up? It is never used again. The copy is a draft that gets the next number when it is issued."
	case inv.IRN.State == gst.IRNNotRequired:
		f.Label, f.Answer = "Withdraw", "Withdraw"
		f.Question = "Withdraw it before it is in a return, as when the buyer never got it? Its number is never used again. Once it is reported, make a credit note."
	}
	return f
}

// needsReason reports whether a document is given up with a reason only.
func needsReason(inv *gst.Invoice) bool {
	return inv.Elsewhere || inv.IRN.State == gst.IRNNotRequired
}

// offerEdit offers the editor where it may be used.
func offerEdit(changes *views.Changes, inv *gst.Invoice, label string) {
	if mayAmend(inv) {
		changes.EditURL, changes.EditLabel = invoiceURL(inv, "edit"), label
	}
}

// words are the sentences of some faults.
func words(faults gst.Faults) string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, lang.English.Text("fault."+f.Rule, f.Args...))
	}
	return strings.Join(texts, " ")
}
