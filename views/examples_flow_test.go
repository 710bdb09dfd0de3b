package views_test

import "mohar/views"

func exampleNote() views.NoteView {
	const base = "/c/27AAPFU0939F1ZV/invoices/418"
	line := func(at, number, what, hsn, left, value string) views.NoteLine {
		return views.NoteLine{
			Number: number, Description: what, HSN: hsn, Left: left, LeftValue: value,
			Qty:   views.Field{Name: "lines[" + at + "].qty", Label: "Quantity, " + what},
			Value: views.Field{Name: "lines[" + at + "].taxable", Label: "Value, " + what},
		}
	}
	v := views.NoteView{
		URL: base + "/note", Type: "CRN", OtherURL: base + "/note?type=DBN", Seen: "1",
		Original: "INV/26-27/0418", OriginalURL: base, OriginalText: "22 Nov 2026 · Konkan Agro Foods LLP · ₹\u20091,77,455.00",
		LeftText: "₹\u20091,67,423.00 of ₹\u20091,77,455.00 is not credited",
		Reason:   views.Field{Name: "reason", Label: "Reason"}, Remarks: views.Field{Name: "remarks", Label: "On the note (optional)", MaxLength: 100},
		Reasons: views.Options("returned", views.Option{Value: "", Label: "Choose …"}, views.Option{Value: "returned", Label: "Goods returned"}),
		Lines: []views.NoteLine{
			line("0", "1", "Alphonso mango pulp, 850 g tin", "2008 99 11", "240 CTN", "1,48,800.00"),
			line("1", "2", "Cashew kernels W320", "0801 32 20", "8 of 15 KGS", "6,880.00 of 12,900.00"),
			line("2", "3", "Cold-chain freight to Vashi", "9965 11", "", ""),
		},
		Result: views.NoteResult{
			URL:  base + "/note",
			Sums: []views.Sum{{Label: "Taxable value", Value: "7,740.00"}, {Label: "CGST", Value: "193.50"}, {Label: "SGST", Value: "193.50"}, {Label: "Round off", Value: "0.00"}}, Total: "₹\u20098,127.00",
			Words:  "Rupees Eight Thousand One Hundred Twenty-Seven Only",
			Checks: []views.Check{{Kind: "bad", Text: "Line 2, quantity: Only 8 of this item is left to credit. Lower the quantity or the value."}},
		},
		IssueLabel: "Issue & register",
	}
	v.Lines[1].Qty.Value, v.Lines[1].Qty.Error = "9", "Only 8 of this item is left to credit. Lower the quantity or the value."
	v.Lines[2].Gone = true
	return v
}

func exampleElsewhere() views.ElsewhereView {
	const base = "/c/27AAPFU0939F1ZV/invoices/elsewhere"
	field := func(name, label string) views.Field { return views.Field{Name: name, Label: label} }
	return views.ElsewhereView{
		URL: base, TemplateURL: base + "/form", Done: "417 documents recorded.", DoneText: "Registers count them.",
		Offers: []views.SeriesOffer{{URL: base, Type: "INV", Kind: "Tax invoice", Last: "INV/0417", Next: "INV/0418"}},
		Form: views.ElsewhereForm{
			Open: true, Type: field("type", "Document"), Types: []views.Option{{Value: "Invoice", Label: "Tax invoice"}},
			Supply: field("supply", "Supply"), Kinds: []views.Option{{Label: "By the GSTIN"}}, Place: field("pos", "Place of supply"),
			Places:  []views.Option{{Label: "Buyer’s State"}},
			Head:    []views.Field{{Name: "number", Label: "Number", Required: true, Error: "This number is here already."}, field("date", "Date")},
			Figures: []views.Field{field("taxable", "Taxable value ₹"), field("total", "Total ₹")}, Portal: []views.Field{field("irn", "IRN")},
			Note: []views.Field{field("against", "Original’s number")}, Reverse: field("reverse", "Tax on reverse charge"), Void: field("cancelled", "It was cancelled there"),
		},
		Upload: &views.ElsewhereUpload{
			File: "register.xlsx", Heading: "Sheet Data, heading in row 1; not used: Remarks", Kept: "UEsDBA", Good: 1, Bad: 1,
			Summary: "1 document can be recorded, 1 document with faults, 2 documents here already.",
			Faults:  []views.ElsewhereFault{{Row: "14", Column: "Date", Cell: "31/02/2026", Text: "Type a date as dd/mm/yyyy."}}, More: 3,
			Rows: []views.ElsewhereRow{{Row: "2", Kind: "Tax invoice", Number: "INV/0417", Date: "16 May 2026", Buyer: "Konkan Agro Foods LLP · 27AABFK4417C1ZS",
				Taxable: "2,000.00", Tax: "100.00", Total: "2,100.00", Note: "With IRN"}},
		},
	}
}

func exampleByHand() views.ByHandView {
	const base = "/c/27AAPFU0939F1ZV/"
	row := func(id, number, buyer, total, kind, state, bar string) views.ByHandRow {
		return views.ByHandRow{
			ID: id, URL: base + "invoices/" + id, Number: number, Kind: "Tax invoice", Date: "22 Nov 2026", Buyer: buyer, Total: total,
			StateKind: kind, State: state, Bar: bar,
		}
	}
	return views.ByHandView{
		URL: base + "byhand", Practice: true, Most: 1000, Free: 1, More: true, Columns: "IRN, Ack No, Ack Date",
		Done: "The file with 2 documents is ready", DoneText: "Upload the file at the portal.", DoneURL: base + "byhand/file?at=1795325400000",
		Left: []views.ByHandLeft{{Number: "INV/26-27/0415", Text: "It is being sent this moment. Look again in a minute."}},
		Rows: []views.ByHandRow{
			row("415", "INV/26-27/0415", "Konkan Agro Foods LLP", "13,545.00", "wait", "Waiting for the portal", ""),
			row("416", "INV/26-27/0416", "Mysore Sandal Works Private Limited", "1,77,455.00", "wait", "Checking with the portal", "We ask the portal first."),
		},
		Batches: []views.ByHandBatch{{
			At: "1795325400000", When: "22 Nov 2026, 10:00:00", FileURL: base + "byhand/file?at=1795325400000", Size: "2 documents", More: "And 3 more.",
			Rows: []views.ByHandRow{row("411", "INV/26-27/0411", "Konkan Agro Foods LLP", "13,545.00", "wait", "Not sent yet", "")},
		}},
		File: "result.xls", Problem: "This is an old Excel file.",
		Report: &views.ByHandReport{
			File: "result.csv", Heading: "Heading in row 1", More: "And 5 more.",
			Counts: []views.Figure{{Kind: "good", Value: "2", Label: "taken over"}, {Kind: "bad", Value: "1", Label: "not taken over or refused"}},
			Rows: []views.ByHandOutcome{
				{Place: "4", Number: "INV/26-27/0409", Kind: "bad", Word: "No such document here", Text: "Is it another company's?"},
				{Place: "2", Number: "INV/26-27/0408", URL: base + "invoices/408", Kind: "good", Word: "Registered", Text: "Ack 112610000000001"},
			},
		},
	}
}

// linkedInvoice is a quotation that was made into an invoice, with what the page says of it.
func linkedInvoice() views.InvoiceView {
	v := exampleInvoice()
	const base = "/c/27AAPFU0939F1ZV/invoices/418"
	v.CopiesURL = v.PDFURL + "?copies=all"
	v.State.Changes.Cancel, v.State.Changes.NoteMain, v.State.Changes.DebitURL = nil, true, base+"/note?type=DBN"
	v.State.Changes.Invoice = &views.MakeInvoice{URL: base + "/invoice", Made: "INV/26-27/0003", Again: "INV/26-27/0003 was made of it already. Make another one?"}
	v.State.Changes.Void = &views.VoidForm{URL: base + "/void", Label: "Withdraw", Question: "Withdraw it?", Answer: "Withdraw", Open: true,
		Reason: views.Field{Name: "why", Label: "Reason", Required: true, Error: "Say in 3 to 100 characters why."}}
	v.State.Linked = []views.LinkedView{{Relation: "Credit note", URL: base, Number: "CRN/26-27/0021", Note: "21 Nov 2026 · ₹\u2009−4,956.00", Kind: "good", State: "Issued"}}
	v.State.LeftText = "₹\u20091,72,499.00 of ₹\u20091,77,455.00 is not credited"
	v.State.Why = []views.Check{{Kind: "good", Text: "IRN needed: the buyer is registered"}, {Kind: "wait", Text: "E-way bill needed: Goods above ₹50,000 go to another State"}, {Kind: "info", Text: "Its IRN can be cancelled until 23 Nov, 10:44"}}
	return v
}
