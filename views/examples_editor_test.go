package views_test

import (
	"maps"

	"mohar/views"
)

func editorPage() views.Page {
	p := examplePage("New tax invoice", "invoices")
	p.Back, p.Scripts = "/c/27AAPFU0939F1ZV/invoices", []string{"editor.js", "gstin.js"}
	return p
}

func exampleEditor() views.EditorView {
	const base = "/c/27AAPFU0939F1ZV/invoices"
	states := []views.Option{{Value: "27", Label: "27 — Maharashtra"}, {Value: "29", Label: "29 — Karnataka"}}
	return views.EditorView{
		Action: base, PreviewURL: base + "/preview", AutosaveURL: base + "/draft", CustomersURL: base + "/customers",
		Type: "INV", ID: "31", Version: "4", Saved: "Draft saved 10:42", IssueLabel: "Issue & register",
		Values: map[string]string{
			"buyer.name": "Konkan Agro Foods LLP", "supply": "B2B", "pos": "27", "date": "22/11/2026",
			"buyer.gstin": "27AABFK4417C1ZS", "buyer.address1": "Plot 14, Sector 19", "buyer.place": "Vashi", "buyer.pin": "400703", "buyer.state": "27",
		},
		Lines: []views.EditorLine{
			{Description: "Alphonso mango pulp, 850 g tin", HSN: "20089911", Qty: "240", Unit: "CTN", Price: "620.00", Discount: "0", Rate: "5", Taxable: "1,48,800.00"},
			{Description: "Cashew kernels W320", HSN: "08013220", Qty: "15", Unit: "KGS", Price: "860.00", Discount: "0", Rate: "5", Taxable: "12,900.00"},
			{Description: "Cold-chain freight to Vashi", HSN: "996511", Qty: "1", Unit: "OTH", Price: "6,500.00", Discount: "0", Rate: "18", Taxable: "6,500.00"},
			{},
		},
		Supply:    []views.Option{{Value: "B2B", Label: "B2B — Regular"}, {Value: "EXPWP", Label: "Export with payment"}},
		States:    states,
		Places:    append([]views.Option{{Label: "Buyer’s State"}}, states...),
		Countries: []views.Option{{Value: "AE", Label: "United Arab Emirates"}},
		Units:     []views.Option{{Value: "KGS", Label: "Kilograms"}},
		Rates:     []string{"0", "5", "18", "40"},
		Customers: []views.CustomerOption{
			{Name: "Konkan Agro Foods LLP", GSTIN: "27AABFK4417C1ZS", Place: "Vashi", PIN: "400703", State: "27", PlaceOfSupply: "27"},
			{Name: "Deccan Tools & Dies Pvt Ltd", GSTIN: "29AADCD8832K1ZJ", Place: "Bengaluru", PIN: "560001", State: "29", PlaceOfSupply: "27"},
		},
		Items: []views.ItemOption{{Description: "Cashew kernels W320", HSN: "08013220", Unit: "KGS", Price: "860", Rate: "5"}},
		Preview: views.EditorPreview{
			Sums: []views.Sum{
				{Label: "Taxable value", Value: "1,68,200.00"}, {Label: "CGST", Value: "4,627.50"},
				{Label: "SGST", Value: "4,627.50"}, {Label: "Round off", Value: "0.00"},
			},
			Total: "₹ 1,77,455.00", Words: "Rupees One Lakh Seventy-Seven Thousand Four Hundred Fifty-Five Only",
			Taxables: []string{"1,48,800.00", "12,900.00", "6,500.00", ""},
			Checks: []views.Check{
				{Kind: "good", Text: "Seller and buyer details complete"}, {Kind: "good", Text: "PIN codes match their States"},
				{Kind: "good", Text: "Totals within ₹ 1 of the lines"},
				{Kind: "wait", Text: "Freight is taxed at 18% here; as part of a goods supply it may follow the goods.", Field: "lines[2].rate"},
			},
			SupplyHint: "Intra-State: CGST + SGST", NumberHint: "Number on issue:", Number: "INV/26-27/0419",
			BuyerHint: "27AABFK4417C1ZS · Vashi 400703", BuyerGood: true,
			Last: views.LastInvoices{To: "Konkan", Rows: []views.LastInvoice{
				{URL: base + "/418", Number: "INV/26-27/0418", Total: "1,77,455.00"}, {URL: base + "/402", Number: "INV/26-27/0402", Total: "92,400.00"},
			}},
		},
	}
}

func faultyEditor() views.EditorView {
	v := exampleEditor()
	v.Values = maps.Clone(v.Values)
	v.Values["buyer.pin"] = "560001"
	v.Values["supply"] = "EXPWP"
	v.Faults = views.Messages{
		"": {
			{Text: "Two things to mend before this document can be issued."},
			{Text: "This draft was changed in another window.", Warning: true, URL: "/c/27AAPFU0939F1ZV/invoices/31", Link: "Open the newer one"},
		},
		"buyer.pin":     {{Text: "PIN 560001 lies in Karnataka, not in Maharashtra."}},
		"lines[1].hsn":  {{Text: "The portal does not know this code."}},
		"lines[2].rate": {{Text: "18% is unusual for this code.", Warning: true}},
	}
	v.Preview.BuyerGood = false
	v.Preview.Checks = []views.Check{
		{Kind: "bad", Text: "PIN 560001 lies in Karnataka, not in Maharashtra.", Field: "buyer.pin"},
		{Kind: "bad", Text: "Line 2: the portal does not know this HSN code.", Field: "lines[1].hsn"},
		{Kind: "wait", Text: "No API user is stored yet.", URL: "/c/27AAPFU0939F1ZV/settings/credentials"},
	}
	return v
}
