package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

func invoicePage(title string) views.Page {
	p := examplePage(title, "invoices")
	p.Back, p.Scripts = "/c/27AAPFU0939F1ZV/invoices", []string{"countdown.js", "watch.js"}
	return p
}

func exampleInvoice() views.InvoiceView {
	const base = "/c/27AAPFU0939F1ZV/invoices/418"
	return views.InvoiceView{
		Kind: "Tax invoice", Number: "INV/26-27/0418", Date: "22 Nov 2026", Practice: true,
		Seller: views.PartyView{Name: "Sharda Traders", Lines: []string{"14 Dana Bazaar, Pune 411002, Maharashtra"}, GSTIN: "27AAPFU0939F1ZV"},
		Buyer: views.PartyView{
			Heading: "Buyer (Bill to)", Name: "Konkan Agro Foods LLP",
			Lines: []string{"Plot 14, Sector 19", "Vashi, Navi Mumbai 400703, Maharashtra"}, GSTIN: "27AABFK4417C1ZS",
		},
		Facts: []views.Sum{{Label: "Place of supply", Value: "27 Maharashtra"}, {Label: "Reverse charge", Value: "No"}, {Label: "Supply type", Value: "B2B"}},
		Lines: []views.LineView{
			{Number: "1", Description: "Alphonso mango pulp, 850 g tin", HSN: "2008 99 11", Qty: "240 CTN", Price: "620.00", Taxable: "1,48,800.00", GST: "5%"},
			{Number: "2", Description: "Cashew kernels W320", HSN: "0801 32 20", Qty: "15 KGS", Price: "860.00", Taxable: "12,900.00", GST: "5%"},
			{Number: "3", Description: "Cold-chain freight to Vashi", HSN: "9965 11", Qty: "1 OTH", Price: "6,500.00", Taxable: "6,500.00", GST: "18%"},
		},
		Sums:  []views.Sum{{Label: "Taxable value", Value: "1,68,200.00"}, {Label: "CGST", Value: "4,627.50"}, {Label: "SGST", Value: "4,627.50"}, {Label: "Round off", Value: "0.00"}},
		Total: "₹\u20091,77,455.00", Words: "Rupees One Lakh Seventy-Seven Thousand Four Hundred Fifty-Five Only",
		PDFURL: base + "/pdf", JSONURL: base + "/signed.json",
		State: views.InvoiceState{
			Kind: "good", Word: "Registered", JSONURL: base + "/signed.json",
			EInvoice: &views.EInvoiceView{
				IRN:   "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
				AckNo: "122610089137321", AckDate: "22/11/2026 10:44",
				Signature: "Signature verified against the NIC certificate", SignatureKind: "good",
				QR: templ.Raw(`<svg viewBox="0 0 4 4" shape-rendering="crispEdges"><path d="M0 0h1v1H0zM2 0h1v1H2zM1 1h1v1H1zM3 1h1v1H3zM0 2h1v1H0zM2 2h1v1H2zM1 3h1v1H1zM3 3h1v1H3z"/></svg>`),
			},
			Events: []views.EventView{
				{Icon: "stamp", Kind: "good", Title: "Registered with the portal", Text: "IRN a5c12dca80e7…f229 · Ack 122610089137321 · through Chartered Information Systems (Alankit did not answer)", When: "22 Nov, 10:44:09"},
				{Icon: "repeat", Kind: "wait", Title: "Alankit did not answer", Text: "Looked up through Chartered Information Systems: not there", When: "22 Nov, 10:44:08"},
				{Icon: "pencil", Kind: "muted", Title: "Issued by Asha", Text: "Number INV/26-27/0418 taken", When: "22 Nov, 10:44:07"},
			},
			CallsURL: base + "/calls",
			Changes: views.Changes{
				CopyURL: base + "/copy", NoteURL: base + "/note", AskURL: base + "/ask", AskLabel: "Check at the portal",
				Cancel: &views.CancelForm{
					URL: base + "/cancel", Until: views.Countdown{Until: "until 23 Nov, 10:44", Left: "18 h 4 min left", Seconds: 65_040},
					Reasons: []views.Option{{Value: "1", Label: "Duplicate"}, {Value: "2", Label: "Data entry mistake"}},
					Reason:  views.Field{Name: "reason", Label: "Reason for cancellation", Required: true},
					Remark:  views.Field{Name: "remark", Label: "Remarks", MaxLength: 100, Required: true},
				},
			},
		},
	}
}

func refusedInvoice() views.InvoiceView {
	const base = "/c/27AAPFU0939F1ZV/invoices/414"
	v := exampleInvoice()
	v.Number = "INV/26-27/0414"
	v.State = views.InvoiceState{
		Kind: "bad", Word: "Fix and retry",
		Problem: &views.Problem{
			Kind: "bad", Title: "The portal refused this document", Text: "Its number stays. Mend it and send it again.",
			Details: []views.ProblemDetail{{Code: "3039", Text: "The buyer’s PIN code does not lie in the buyer’s State.", URL: base + "/edit#buyer-pin", Link: "Mend the PIN code"}},
		},
		Events: []views.EventView{
			{Icon: "circle-alert", Kind: "bad", Title: "Refused by the portal", Text: "3039 through Alankit Limited", When: "20 Nov, 17:12:40"},
			{Icon: "pencil", Kind: "muted", Title: "Issued by Asha", Text: "Number INV/26-27/0414 taken", When: "20 Nov, 17:12:38"},
		},
		Changes: views.Changes{EditURL: base + "/edit", EditLabel: "Mend", RetryURL: base + "/register", RetryLabel: "Send again", Void: &views.VoidForm{URL: base + "/void", Label: "Give up", Question: "Give this document up? Its number is never used again.", Answer: "Give up", Reason: views.Field{Name: "why", Label: "Reason", MaxLength: 100}}, CopyURL: base + "/copy"},
	}
	return v
}

func voidInvoice() views.InvoiceView {
	v := exampleInvoice()
	v.State.Kind, v.State.Word = "muted", "Cancelled"
	v.State.EInvoice.Cancelled = "Cancelled 22 Nov 2026, 16:02 · Data entry mistake"
	v.State.Changes = views.Changes{CopyURL: v.State.Changes.CopyURL, CopyLabel: "Copy to a new document", Text: "Void: the number is not used again.", Closed: true}
	v.Note = &views.Problem{
		Kind: "wait", Title: "It is cancelled at the portal", Text: "So it is void here too, and its number is never used again.",
		Details: []views.ProblemDetail{{Text: "Asked 22 Nov 2026, 16:02:11 through Alankit Limited."}},
	}
	return v
}

// blockedInvoice has an e-way bill that keeps the IRN from being cancelled; the form is open.
func blockedInvoice() views.InvoiceView {
	v := exampleInvoice()
	v.State.EInvoice.EWayBill = "331000000012 until 24 Nov 2026, 23:59:00"
	form := v.State.Changes.Cancel
	form.Open = true
	form.Blocked = &views.Blocked{
		Text: "E-way bill 331000000012 was made of this document. It is active until 24 Nov 2026, 23:59:00. While it is, the portal cancels no IRN (2230). Cancel it on the e-way bill portal, within 24 hours of its making, and tick here that it is done.",
		Gone: views.Field{Name: "eway_gone", Label: "The e-way bill is cancelled", Value: "yes", Error: "Cancel e-way bill 331000000012 first. If that was done on the e-way bill portal, tick it."},
	}
	return v
}

// conflictInvoice has a number under which the portal holds another document.
func conflictInvoice() views.InvoiceView {
	v := refusedInvoice()
	v.State.Word = "Number already used"
	v.State.Problem = &views.Problem{
		Kind: "bad", Title: "Number already used", Text: "The portal holds another document under this number, and registers none beside it.",
		Sides: []views.SideView{
			{Field: "Buyer", There: "Konkan Agro Foods LLP", Here: "Konkan Agro Foods LLP"},
			{Field: "Buyer's GSTIN", There: "27AABFK4417C1ZS", Here: "27AABFK4417C1ZS"},
			{Field: "Date", There: "22 Nov 2026", Here: "22 Nov 2026"},
			{Field: "Total", There: "₹\u20091,02,600.00", Here: "₹\u20091,77,455.00", Differs: true},
			{Field: "Lines", There: "1", Here: "3", Differs: true},
			{Field: "Line 1", There: "HSN 08013220, taxable ₹\u200912,000.00", Here: "HSN 20089911, taxable ₹\u20091,48,800.00", Differs: true},
		},
		Details: []views.ProblemDetail{
			{Text: "There: IRN a5c12dca80e7…f229 · Ack 122610089137321 · of 22 Nov 2026, 10:44:00"},
			{Text: "To bill this: give the number up and copy the document to a new one."},
			{Text: "If the other one is the mistake, cancel it at the portal, until 23 Nov, 10:44 (18 h 4 min left). The number is not free by that: the portal takes a cancelled one never again."},
		},
	}
	void := v.State.Changes.Void
	void.Label, void.Copy, void.Answer, void.Open = "Give up this number", "Give up and copy", "Only give up", true
	v.State.Changes = views.Changes{AskURL: "/ask", AskLabel: "Ask the portal", CopyURL: v.State.Changes.CopyURL, Void: void}
	return v
}

func callsPage() views.Page {
	p := examplePage("What was said to the portal", "invoices")
	p.Back, p.Scripts = "/c/27AAPFU0939F1ZV/invoices/418", []string{"calls.js"}
	return p
}

func exampleCalls() views.CallsView {
	const base = "/c/27AAPFU0939F1ZV/invoices/418"
	return views.CallsView{
		Document: "INV/26-27/0418", URL: base, FileURL: base + "/calls.txt", Older: 3, AllURL: base + "/calls?all=1", Text: "Program   Mohar dev\n…",
		Calls: []views.CallView{
			{
				Title: "Look up by document number", Provider: "Chartered Information Systems Pvt Ltd", When: "22 Nov 2026, 10:44:09.310", Kind: "good", Outcome: "Answered",
				Facts:  []views.Sum{{Label: "Attempt", Value: "1"}, {Label: "Took", Value: "640 ms"}, {Label: "HTTP status", Value: "200 OK"}},
				Method: "GET", URL: "https://einvapi.charteredinfo.com/eicore/dec/v1.03/Invoice/irnbydocdetails?doctype=INV&docnum=INV%2F26-27%2F0418&docdate=22%2F11%2F2026",
				Request: "Gstin: 27AAPFU0939F1ZV\nAuthToken: •••", Reply: "Content-Type: application/json\n\n{\n  \"AckNo\": 122610089137321,\n  \"Status\": \"ACT\"\n}",
			},
			{
				Title: "Get the IRN", Provider: "Alankit Limited", When: "22 Nov 2026, 10:44:07.120", Kind: "wait", Outcome: "No answer", Meaning: "the connection was closed without a reply",
				Facts:  []views.Sum{{Label: "Attempt", Value: "1"}, {Label: "Took", Value: "30.0 s"}, {Label: "HTTP status", Value: "none"}},
				Method: "POST", URL: "https://einvoice.alankitgst.com/eInvoiceGateway/eicore/v1.03/Invoice", Request: "Gstin: 27AAPFU0939F1ZV\n\n{\n  \"Version\": \"1.1\"\n}",
			},
			{
				Title: "Get the IRN", Provider: "Alankit Limited", When: "22 Nov 2026, 10:40:00.004", Kind: "bad", Outcome: "Refused", Code: "3028", Meaning: "The portal does not know this GSTIN. Check it with the customer.",
				Facts:  []views.Sum{{Label: "Attempt", Value: "1"}, {Label: "Took", Value: "212 ms"}, {Label: "HTTP status", Value: "200 OK"}},
				Method: "POST", URL: "https://einvoice.alankitgst.com/eInvoiceGateway/eicore/v1.03/Invoice", Request: "x", Reply: "y",
			},
		},
	}
}

func heldInvoice() views.InvoiceView {
	v := refusedInvoice()
	v.State.Kind, v.State.Word = "wait", "Pending"
	v.State.Problem = &views.Problem{
		Kind: "wait", Title: "No API user", Text: "Nothing can be sent before the API users are stored.",
		URL: "/c/27AAPFU0939F1ZV/settings/credentials", Link: "Open E-Invoice Credentials",
	}
	return v
}

func waitingInvoice() views.InvoiceView {
	v := exampleInvoice()
	v.JSONURL = ""
	v.State = views.InvoiceState{
		Kind: "wait", Word: "Sending…", WatchURL: "/watch",
		Events: []views.EventView{{Icon: "pencil", Kind: "muted", Title: "Issued by Asha", Text: "Number INV/26-27/0417 taken", When: "22 Nov, 10:44:07"}},
	}
	return v
}
