package views_test

import (
	"fmt"
	"maps"
	"strings"

	"github.com/a-h/templ"

	"mohar/views"
)

// editors are the editor in all its kinds.
func editors() map[string]views.EditorView {
	return map[string]views.EditorView{
		"editor-fresh": freshEditor(), "editor-full": fullEditor(), "editor-note": noteEditor(), "editor-export": exportEditor(),
		"editor-challan": challanEditor(), "editor-long": longEditor(), "editor-faults": everyFault(), "editor-brought": broughtEditor(),
	}
}

func editorPages() map[string]templ.Component {
	all := map[string]templ.Component{}
	for name, v := range editors() {
		all[name] = views.InvoiceFormPage(editorPage(), v)
	}
	return all
}

func change(v views.EditorView, values ...string) views.EditorView {
	v.Values = maps.Clone(v.Values)
	for i := 0; i < len(values); i += 2 {
		v.Values[values[i]] = values[i+1]
	}
	return v
}

// equipped is an editor with everything that it can suggest.
func equipped() views.EditorView {
	const base = "/c/27AAPFU0939F1ZV"
	v := exampleEditor()
	v.NewCustomerURL, v.NewItemURL = base+"/customers/new", base+"/items/new"
	v.HSNURL, v.PortsURL = base+"/hsn", base+"/ports"
	v.Countries = append([]views.Option{{Label: "—"}}, v.Countries...)
	v.States = append([]views.Option{{Label: "—"}}, v.States...)
	v.Currencies = []views.Option{{Value: "AED", Label: "UAE dirham"}, {Value: "USD", Label: "US dollar"}}
	v.Transporters = []views.TransporterOption{{Name: "VRL Logistics", ID: "29AAACV1234A1Z5", Vehicle: "MH12AB1234"}}
	v.Items = append(v.Items, views.ItemOption{
		Description: "Masala cola 300 ml", HSN: "22021010", Unit: "BTL", Price: "20", Rate: "40",
		More: map[string]string{"retail_price": "30", "cess_rate": "0"},
	})
	v.Preview.Why = []views.Check{
		{Kind: "info", Text: "An IRN is needed: the buyer has a GSTIN."},
		{Kind: "info", Text: "An e-way bill is needed: goods over ₹ 1,00,000 within Maharashtra."},
	}
	return v
}

func freshEditor() views.EditorView {
	v := equipped()
	v.ID, v.Version, v.Saved = "", "", ""
	v.Values = map[string]string{"supply": "B2B", "date": "22/11/2026"}
	v.Lines = []views.EditorLine{{}}
	v.Preview = views.EditorPreview{
		Sums:  []views.Sum{{Label: "Taxable value", Value: "0.00"}, {Label: "CGST", Value: "0.00"}, {Label: "SGST", Value: "0.00"}},
		Total: "₹ 0.00", Words: "Rupees Zero Only", NumberHint: "Number on issue:", Number: "INV/26-27/0419",
		Checks: []views.Check{{Kind: "wait", Text: "Type the buyer and the first line. What the portal would refuse is shown here."}},
	}
	return v
}

// typedFields are the fields of the head and of the folds, by form name, with a value.
func typedFields() []string {
	return []string{
		"round", "typed", "totals.discount", "500", "totals.other", "120", "totals.round_off", "-0.40", "totals.total_foreign", "2100.50",
		"reverse", "on", "igst_on_intra", "on", "ecom", "27AAACE1234F1ZA", "remarks", "Handle with care", "prices", "inclusive",
		"series", "EXP", "branch", "BHI", "purpose", "Job work",
		"order.number", "PO-9", "order.date", "20/11/2026", "terms.cash", "on", "terms.days", "30", "terms.due", "22/12/2026", "terms.interest", "18% a year",
		"transport.challan_number", "DC-14", "transport.challan_date", "21/11/2026", "transport.lr_number", "LR 5512", "transport.lr_date", "22/11/2026",
		"transport.transporter", "VRL Logistics", "transport.vehicle", "MH12AB1234", "transport.destination", "Bhiwandi", "transport.packages", "12 cartons", "transport.freight", "To pay",
		"ship.name", "Konkan Agro godown", "ship.gstin", "27AABFK4417C1ZS", "ship.trade", "Konkan", "ship.address1", "Gala 4, Anjur Phata", "ship.address2", "Off Agra Road",
		"ship.place", "Bhiwandi", "ship.pin", "421302", "ship.state", "27",
		"dispatch.name", "Sharda cold store", "dispatch.address1", "Unit 9", "dispatch.address2", "APMC", "dispatch.place", "Turbhe", "dispatch.pin", "400705", "dispatch.state", "27",
		"payment.payee", "Sharda Traders", "payment.account", "010203040506", "payment.mode", "Credit", "payment.ifsc", "HDFC0000123", "payment.terms", "30 days",
		"payment.instruction", "NEFT only", "payment.credit_transfer", "CT-1", "payment.direct_debit", "DD-2", "payment.credit_days", "30", "payment.paid", "1000", "payment.due", "176455",
		"refs.period_from", "01/11/2026", "refs.period_to", "30/11/2026",
		"refs.preceding[0].number", "INV/26-27/0400", "refs.preceding[0].date", "01/11/2026", "refs.preceding[0].other", "Return 7",
		"refs.contracts[0].advice_number", "RA-1", "refs.contracts[0].advice_date", "02/11/2026", "refs.contracts[0].tender", "T-77", "refs.contracts[0].contract", "C-12",
		"refs.contracts[0].external", "X-3", "refs.contracts[0].project", "P-8",
		"refs.contracts[1].contract", "C-13", "refs.contracts[1].order_number", "PO-10", "refs.contracts[1].order_date", "03/11/2026",
		"docs[0].url", "https://docs.example/418", "docs[0].content", "UGFja2luZyBsaXN0", "docs[0].info", "Packing list",
		"eway.transporter_id", "29AAACV1234A1Z5", "eway.transporter_name", "VRL Logistics", "eway.mode", "1", "eway.distance", "146",
		"eway.document_number", "LR5512", "eway.document_date", "22/11/2026", "eway.vehicle", "MH12AB1234", "eway.vehicle_type", "R",
		"export.country", "AE", "export.currency", "AED", "export.rate", "23.1450", "export.port", "INNSA1", "export.shipping_bill", "9912345",
		"export.shipping_bill_date", "22/11/2026", "export.refund_claim", "Y", "export.duty", "0",
	}
}

// typedDetails are the fields below a line, with a value.
func typedDetails() map[string]string {
	return map[string]string{
		"free_qty": "2", "retail_price": "790", "pretax": "0", "other": "15", "cess_rate": "12", "cess_fixed": "40", "state_cess_rate": "1", "state_cess_fixed": "5",
		"batch.name": "B-0412", "batch.expiry": "31/10/2027", "batch.warranty": "30/11/2027", "serial": "SN-88", "barcode": "8901234567890", "origin": "IN", "order_line": "10",
		"attributes[0].name": "Grade", "attributes[0].value": "A", "attributes[1].name": "Brix", "attributes[1].value": "16", "attributes[2].name": "Tin", "attributes[2].value": "A2½",
	}
}

func fullEditor() views.EditorView {
	v := change(equipped(), typedFields()...)
	v.Groups = map[string]int{"refs.preceding": 2, "refs.contracts": 3, "docs": 2}
	v.Series = []views.Option{{Label: "Usual"}, {Value: "EXP", Label: "Exports (EXP/)"}}
	v.Branches = []views.Option{{Label: "Main place"}, {Value: "BHI", Label: "Bhiwandi"}}
	v.Purposes = []views.Option{{Value: "Job work"}, {Value: "Supply on approval"}}
	v.Lines = append([]views.EditorLine{}, v.Lines...)
	v.Lines[0].More, v.Lines[0].LastRate, v.Lines[0].Discount = typedDetails(), "last ₹ 860 on 12/10/2026", "10+5%"
	v.Lines[1].More, v.Lines[1].Open = map[string]string{"batch.name": "W-77", "serial": ""}, true
	v.Lines[2] = views.EditorLine{Description: "Freight", Qty: "1", Price: "6500", Charge: "freight", Against: "3", Taxable: "6,500.00"}
	return v
}

func noteEditor() views.EditorView {
	v := change(equipped(), "refs.preceding[0].number", "INV/26-27/0400", "refs.preceding[0].date", "01/11/2026")
	v.Type, v.Note = "CRN", true
	v.Groups = map[string]int{"refs.preceding": 2}
	return v
}

func exportEditor() views.EditorView {
	return change(equipped(), "supply", "EXPWP", "prices", "foreign", "export.country", "AE", "export.currency", "AED", "export.rate", "23.145")
}

func challanEditor() views.EditorView {
	v := change(equipped(), "purpose", "Job work")
	v.Type, v.Preview.ChecksTitle, v.IssueLabel = "CHL", "Checks", "Issue"
	v.Purposes = []views.Option{{Value: "Job work"}, {Value: "Supply on approval"}, {Value: "Own use"}}
	return v
}

// longEditor has twenty lines, two of them opened.
func longEditor() views.EditorView {
	v := equipped()
	line := v.Lines[0]
	v.Lines = nil
	for i := range 20 {
		l := line
		l.Description = fmt.Sprintf("Mango pulp, lot %d", i+1)
		if i == 3 || i == 11 {
			l.Open, l.More = true, map[string]string{"batch.name": fmt.Sprintf("B-%d", i), "retail_price": "790"}
		}
		if i == 7 {
			l.More = map[string]string{"batch.name": "B-7", "batch.expiry": "31/10/2027"}
		}
		v.Lines = append(v.Lines, l)
	}
	v.Lines = append(v.Lines, views.EditorLine{})
	return v
}

// everyFault has a message beside every field.
func everyFault() views.EditorView {
	v := fullEditor()
	v.Faults = views.Messages{"": {{Text: "This document cannot be issued as it is."}}, "lines": {{Text: "A document has at most 1000 lines."}}}
	for i := 0; i < len(typedFields()); i += 2 {
		v.Faults[typedFields()[i]] = []views.Message{{Text: "This does not fit; mend it here.", Warning: i%8 == 0}}
	}
	for column := range typedDetails() {
		v.Faults["lines[0]."+column] = []views.Message{{Text: "This does not fit.", Warning: strings.HasPrefix(column, "batch")}}
	}
	for _, column := range []string{"description", "hsn", "qty", "unit", "price", "discount", "rate", "total", "igst"} {
		v.Faults["lines[1]."+column] = []views.Message{{Text: "This does not fit."}}
	}
	v.Faults["totals.total"] = []views.Message{{Text: "The total is not the sum of the lines."}}
	return v
}

func broughtEditor() views.EditorView {
	v := change(equipped(), "brought", "on", "totals.taxable", "168200.00", "totals.cgst", "4627.50", "totals.total", "177455.00", "totals.round_off", "0.20", "round", "typed")
	v.Brought = true
	v.Lines = append([]views.EditorLine{}, v.Lines...)
	v.Lines[0].Kept = map[string]string{"number": "1", "amount": "148800.00", "taxable": "148800.00", "cgst": "3720.00", "sgst": "3720.00", "total": "156240.00"}
	return v
}
