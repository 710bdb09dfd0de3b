package handlers

import (
	"fmt"
	"strconv"
	"strings"

	"mohar/desk"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// verdicts are the verdicts in plain words.
var verdicts = map[desk.Verdict]struct{ kind, title string }{
	desk.Genuine:    {"good", "Genuine"},
	desk.Trial:      {"wait", "Signed for trial only"},
	desk.OfPractice: {"practice", "Signed for practice only"},
	desk.NotKnown:   {"wait", "Not verified: this key is not known here"},
	desk.NotGenuine: {"bad", "NOT genuine: the signature does not hold"},
}

// verifyResult is a checked text as the page shows it.
func verifyResult(s desk.Signed) views.VerifyResult {
	v := views.VerifyResult{Kind: verdicts[s.Verdict].kind, Title: verdicts[s.Verdict].title, Text: verdictText(s)}
	v.Source = "Signed QR code"
	if s.Whole {
		v.Source = "Signed invoice"
	}
	if s.Verdict == desk.NotKnown {
		v.AddURL = certificatesURL
	}
	if s.OutOfTime {
		v.Remarks = append(v.Remarks, outOfTime(s))
	}
	if !s.Readable() {
		v.Remarks = append(v.Remarks, "What it says is not in the portal's form, so it cannot be shown.")
		return v
	}
	v.Claims = s.Verdict == desk.NotKnown || s.Verdict == desk.NotGenuine
	v.Rows = signedRows(s)
	for _, o := range s.Own {
		v.Own = append(v.Own, ownView(o))
	}
	return v
}

// verdictText explains a verdict.
func verdictText(s desk.Signed) string {
	key := "key “" + s.Key.Name + "”"
	switch s.Verdict {
	case desk.Genuine:
		return "Signed by " + s.Issuer + " under the " + key + ". Nothing in it was changed since. Whether its IRN was cancelled later only the portal knows: look it up there (Search IRN) when it matters."
	case desk.Trial:
		return "NIC's own test system signed it (" + s.Issuer + ", " + key + "). It is not an invoice in law."
	case desk.OfPractice:
		return "The signature holds, but it is that of a practice portal (" + key + "). It is not an invoice in law."
	case desk.NotKnown:
		return "It names the key " + orNone(s.Key.ID) + ". It may well be genuine: the portal changes its key every few years. Download its present signing certificate from the e-invoice portal, add it here, and check again."
	}
	return "It was changed after it was signed, or somebody else than the portal made it. Do not rely on it: ask the supplier for the invoice, and look the IRN up at the portal."
}

func orNone(id string) string {
	if id == "" {
		return "(none)"
	}
	return id
}

// outOfTime remarks that the key was not in use then, as far as is known.
func outOfTime(s desk.Signed) string {
	from, to := s.Key.From.In(gst.IST).Format("02 Jan 2006"), s.Key.To.In(gst.IST).Format("02 Jan 2006")
	if s.Key.Seen {
		return fmt.Sprintf("The portal signed on %s. Texts under this key are known here from %s to %s only; its certificate is not at hand.",
			s.At.In(gst.IST).Format("02 Jan 2006"), from, to)
	}
	return fmt.Sprintf("The portal signed on %s, outside the certificate's validity of %s to %s. The signature holds all the same.",
		s.At.In(gst.IST).Format("02 Jan 2006"), from, to)
}

// signedRows are the particulars of a signed text.
func signedRows(s desk.Signed) []views.VerifyRow {
	kind := documentKinds[s.Type]
	if kind == "" {
		kind = string(s.Type)
	}
	rows := []views.VerifyRow{
		party("Supplier", s.Seller, s.SellerName),
		party("Recipient", s.Buyer, s.BuyerName),
		{Label: "Document", Value: kind + " " + s.Number},
		{Label: "Date", Value: s.Date.Long()},
		{Label: "Total", Value: "₹" + s.Total.Indian()},
		{Label: "Lines", Value: strconv.Itoa(s.Lines)},
		{Label: "Main HSN", Value: s.MainHSN},
		{Label: "IRN", Value: s.IRN, Code: true},
		{Label: "Acknowledged", Value: acknowledged(s)},
	}
	for i, r := range rows {
		if r.Label == "IRN" {
			rows[i].Note, rows[i].NoteKind = irnNote(s)
		}
	}
	return rows
}

func acknowledged(s desk.Signed) string {
	at := ""
	if !s.At.IsZero() {
		at = moment(s.At)
	}
	return joinParts(s.AckNo, at)
}

// party is a side of the document with what its GSTIN tells.
func party(label string, g gst.GSTIN, name string) views.VerifyRow {
	r := views.VerifyRow{Label: label, Value: joinParts(string(g), name)}
	if g == "URP" {
		r.Value, r.Note = joinParts("Unregistered (URP)", name), "as for an export"
		return r
	}
	parsed, err := gst.ParseGSTIN(string(g))
	switch {
	case err != nil:
		r.Note, r.NoteKind = "This is no GSTIN.", "bad"
	case parsed.CheckDigitOK():
		r.Note, r.NoteKind = joinParts(master.StateName(parsed.State()), "check digit right"), "good"
	default:
		r.Note, r.NoteKind = joinParts(master.StateName(parsed.State()), "check digit wrong, as of many test GSTINs"), "wait"
	}
	return r
}

// irnNote says whether the IRN is the one that its parts make.
func irnNote(s desk.Signed) (note, kind string) {
	if s.IRNMatches() {
		return "It is the one that supplier, financial year, type and number make.", "good"
	}
	if s.IRN == "" {
		return "It names none.", "wait"
	}
	return "Supplier, financial year, type and number make another one: " + s.Computed[:8] + "…" + s.Computed[56:] +
		". Documents before 01/06/2025 may differ in capitals of the number; otherwise do not rely on it.", "bad"
}

// differNames are what may differ between a signed text and the document here.
var differNames = map[string]string{"number": "number", "date": "date", "total": "total", "buyer": "recipient"}

// ownView says what a signed text has to do with a company of this firm.
func ownView(o desk.Own) views.VerifyOwn {
	name := nameOf(o.Company)
	switch {
	case !o.Seller:
		return views.VerifyOwn{Kind: "info", Title: "The recipient is your company " + name + "."}
	case o.Invoice == nil:
		return views.VerifyOwn{Kind: "wait", Title: "The supplier is your company " + name + ", but there is no document with this IRN here.",
			Text: "It may come from another program. Otherwise find out who issued it in your name."}
	}
	v := views.VerifyOwn{URL: invoiceURL(o.Invoice, ""), Link: "Open " + o.Invoice.Number}
	if len(o.Differs) == 0 {
		v.Kind, v.Title = "good", "Your company "+name+" issued it, and number, date, total and recipient agree."
		if o.Invoice.State == gst.Void {
			v.Kind, v.Title = "wait", "Your company "+name+" issued it, but it is void here."
		}
		return v
	}
	var names []string
	for _, d := range o.Differs {
		names = append(names, differNames[d])
	}
	v.Kind, v.Title = "bad", "Your company "+name+" has a document with this IRN, but it differs in: "+strings.Join(names, ", ")+"."
	return v
}
