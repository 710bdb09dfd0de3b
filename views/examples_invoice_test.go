package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

func invoicePage(title string) views.Page {
	p := examplePage(title, "invoices")
	p.Back, p.Scripts = "/c/27AAPFU0939F1ZV/invoices", []string{"watch.js"}
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
			Changes: views.Changes{
				CopyURL: base + "/copy", NoteURL: base + "/note",
				Cancel: &views.CancelForm{
					URL: base + "/cancel", Until: "until 23 Nov, 10:44",
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
	v.State.Changes = views.Changes{CopyURL: v.State.Changes.CopyURL, Text: "Void: the number is not used again.", Closed: true}
	return v
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
