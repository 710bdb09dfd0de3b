package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleBase = "/c/27AAPFU0939F1ZV"

func masterPages() map[string]templ.Component {
	back := func(title, nav string) views.Page {
		p := examplePage(title, nav)
		p.Back = exampleBase + "/" + nav
		return p
	}
	empty := exampleCustomers()
	empty.List = views.CustomerList{NewURL: empty.NewURL, BringURL: empty.BringURL}
	return map[string]templ.Component{
		"customers":       views.CustomersPage(examplePage("Customers", "customers"), exampleCustomers()),
		"customers-empty": views.CustomersPage(examplePage("Customers", "customers"), empty),
		"customer":        views.CustomerPage(back("Konkan Agro Industries", "customers"), exampleCustomer()),
		"customer-faults": views.CustomerPage(back("New customer", "customers"), faultyCustomer()),
		"items":           views.ItemsPage(examplePage("Items", "items"), exampleItems()),
		"item":            views.ItemPage(back("Urea 45 kg", "items"), exampleItem()),
		"transporters":    views.TransportersPage(back("Transporters", "customers"), exampleTransporters()),
		"transporter":     views.TransporterPage(back("Transporter", "customers"), exampleTransporter()),
		"hsn":             views.HSNPage(back("HSN and service codes", "items"), exampleHSN()),
		"check":           views.CheckPage(back("Check GSTINs", "customers"), exampleCheck()),
		"bring":           views.BringPage(back("Bring over", "customers"), exampleBring()),
		"bring-done": views.BringPage(back("Bring over", "customers"), views.BringView{
			What: "customers", Result: &views.BringResult{
				Lines:   []string{"118 customers and suppliers are new, 2 took over what the file says.", "80 items are new."},
				ListURL: exampleBase + "/customers", CheckURL: exampleBase + "/customers/statuses",
			},
		}),
	}
}

func masterFragments() map[string]templ.Component {
	dialog := exampleCustomer()
	dialog.Dialog, dialog.ID, dialog.Action = true, "", exampleBase+"/customers"
	item := exampleItem()
	item.Dialog, item.ID, item.Action = true, "", exampleBase+"/items"
	stopped := exampleCheck()
	stopped.Done, stopped.Problem = true, "No credits left at TaxPro."
	return map[string]templ.Component{
		"customer_rows":   views.CustomerRows(exampleCustomers().List),
		"customer_dialog": views.CustomerFields(dialog),
		"customer_faults": views.CustomerFields(faultyCustomer()),
		"item_rows":       views.ItemRows(exampleItems().List),
		"item_dialog":     views.ItemFields(item),
		"item_options":    views.ItemOptions([]views.ItemOption{{Description: "Urea 45 kg", HSN: "31021000", Unit: "BAG", Price: "860", Rate: "5"}}),
		"hsn_rows":        views.HSNRows(exampleHSN()),
		"hsn_options":     views.HSNOptions([]views.HSNCode{{Code: "1006", Description: "Rice"}}),
		"check_running":   views.CheckProgress(exampleCheck()),
		"check_stopped":   views.CheckProgress(stopped),
	}
}

func exampleCustomers() views.CustomersView {
	const base = exampleBase + "/customers"
	row := func(id, name, note, place, kind, dot, status, used string) views.CustomerRow {
		return views.CustomerRow{URL: base + "/" + id, Name: name, Note: note, Place: place, Kind: kind, StatusKind: dot, Status: status, Used: used}
	}
	return views.CustomersView{
		ListURL: base, NewURL: base + "/new", BringURL: base + "/import", CheckURL: base + "/statuses",
		TransportersURL: exampleBase + "/transporters", WorkbookURL: base + "/export.xlsx", CSVURL: base + "/export.csv",
		Chips: []views.Chip{{Label: "Customers", URL: base, Current: true}, {Label: "Suppliers", URL: base + "?kind=suppliers"}, {Label: "All", URL: base + "?kind=all"}},
		List: views.CustomerList{
			Rows: []views.CustomerRow{
				row("1", "Asha Stores", "no GSTIN · Maharashtra", "Pune", "", "muted", "No GSTIN", "—"),
				row("2", "Deccan Tools & Dies Pvt Ltd", "29AADCD8832K1Z7 · Karnataka", "Bengaluru", "", "wait", "Suspended", "19 Nov 2026"),
				row("3", "Himalaya Dairy Producers’ Cooperative Federation of Uttarakhand Limited", "05AAAAH1210L1Z8 · Uttarakhand", "Haldwani", "Supplier", "bad", "Cancelled", "2 Apr 2026"),
				row("4", "Konkan Agro Industries", "27AABFK4417C1ZS · Maharashtra", "Navi Mumbai", "", "good", "Active", "21 Nov 2026"),
				row("5", "Zone Software Unit II", "29AWGPV7107B1S1 · Karnataka", "Mysuru", "", "good", "Active · SEZ", "—"),
			},
			Next: base + "?after=abc",
		},
	}
}

func exampleCustomer() views.CustomerForm {
	const one = exampleBase + "/customers/4"
	return views.CustomerForm{
		Typed: views.Typed{Prefix: "customer", Values: map[string]string{
			"gstin": "27AABFK4417C1ZS", "name": "Konkan Agro Industries", "address1": "Plot 5, MIDC", "place": "Navi Mumbai",
			"pin": "400703", "phone": "9820000000", "email": "accounts@konkan.example", "terms.days": "30",
		}},
		Action: one, ID: "4", DeleteURL: one + "/delete", GSTINURL: "/gstin",
		Hint:   views.GSTINHint{GSTIN: "27AABFK4417C1ZS", State: "Maharashtra", PAN: "AABFK4417C"},
		Status: views.CustomerStatus{Kind: "good", Word: "Active", Note: "Regular taxpayer · asked 12 Nov 2026", CanAsk: true},
		Addresses: []views.CustomerAddress{{Typed: views.Typed{Prefix: "customer.addresses[0]", Values: map[string]string{
			"label": "Bhiwandi godown", "place": "Bhiwandi", "pin": "421302", "state": "27",
		}}}},
		Supply: views.Options("B2B", views.Option{Value: "", Label: "By the GSTIN: B2B with one, B2C without"}, views.Option{Value: "B2B", Label: "B2B — Regular"}),
		States: views.Options("27", views.Option{Value: "", Label: "Of the GSTIN"}, views.Option{Value: "27", Label: "27 — Maharashtra"}),
		Places: views.Options("", views.Option{Value: "", Label: "The customer's State"}),
		Prices: views.Options("", views.Option{Value: "", Label: "The company's usual"}, views.Option{Value: "inclusive", Label: "including GST"}),
		Terms:  views.Options("", views.Option{Value: "", Label: "Credit"}, views.Option{Value: "on", Label: "Cash"}),
		Kinds:  views.Options("", views.Option{Value: "", Label: "A customer"}, views.Option{Value: "supplier", Label: "A supplier"}),
	}
}

func faultyCustomer() views.CustomerForm {
	f := exampleCustomer()
	f.Action, f.ID, f.DeleteURL, f.Status = exampleBase+"/customers", "", "", views.CustomerStatus{}
	f.Values["pin"], f.Values["gstin"] = "560001", "29AWGPV7107B1S1"
	f.Hint = views.GSTINHint{GSTIN: f.Values["gstin"], State: "Karnataka", PAN: "AWGPV7107B", Warning: "The check digit is wrong."}
	f.Problems = map[string]string{"pin": "PIN code 560001 does not lie in Maharashtra. Mend the PIN code or the State.", "supply": "This buyer is in a SEZ: choose SEZWP or SEZWOP."}
	f.Warnings = map[string]string{"address1": "Without address, place and PIN code the portal takes no e-invoice for this customer."}
	f.Filled, f.Register = "Filled in from the portal, which lists it as SEZ: supplies are SEZ with payment, or under LUT.", "29AWGPV7107B1S1|SEZ|ACT|1"
	f.Taken = views.TakenBy{URL: exampleBase + "/customers/9", Name: "Zone Software Unit II"}
	return f
}

func exampleItems() views.ItemsView {
	const base = exampleBase + "/items"
	return views.ItemsView{
		ListURL: base, NewURL: base + "/new", BringURL: base + "/import", HSNURL: exampleBase + "/hsn", WorkbookURL: base + "/export.xlsx", CSVURL: base + "/export.csv",
		List: views.ItemList{
			Rows: []views.ItemRow{
				{URL: base + "/1", Name: "Cold-chain freight to Vashi", HSN: "996511", Unit: "", Price: "12,500.00", Rate: "18", Used: "19 Nov 2026"},
				{URL: base + "/2", Name: "Hex bolt M8 × 40, zinc plated, grade 8.8, box of one hundred", HSN: "73181500", Unit: "BOX", Price: "412.125", Rate: "18", Used: "—"},
				{URL: base + "/3", Name: "Urea 45 kg", HSN: "31021000", Unit: "BAG", Price: "860.00", Rate: "5", Used: "21 Nov 2026"},
			},
			Count: "3 items",
		},
	}
}

func exampleItem() views.ItemForm {
	return views.ItemForm{
		Typed:  views.Typed{Prefix: "item", Values: map[string]string{"description": "Urea 45 kg", "hsn": "31021000", "price": "860", "cess_rate": "1"}},
		Action: exampleBase + "/items/3", ID: "3", DeleteURL: exampleBase + "/items/3/delete",
		HSNURL: exampleBase + "/hsn/options", HSNNoteURL: exampleBase + "/hsn/note",
		HSN:   views.HSNHint{Text: "Urea, whether or not in aqueous solution", Warning: "Not in the list of codes that was read in. The portal may refuse it."},
		Units: views.Options("BAG", views.Option{Value: "", Label: "None"}, views.Option{Value: "BAG", Label: "BAG — Bags"}),
		Rates: views.Options("5", views.Option{Value: "", Label: "Choose"}, views.Option{Value: "5", Label: "5 %"}, views.Option{Value: "18", Label: "18 %"}),
	}
}

func exampleTransporters() views.TransportersView {
	const base = exampleBase + "/transporters"
	return views.TransportersView{ListURL: base, NewURL: base + "/new", Rows: []views.TransporterRow{
		{URL: base + "/1", Name: "Safe Roadlines", ID: "88AAACS1234A1Z5", Phone: "9820000000", Vehicles: "MH12AB1234, MH12CD5678", Used: "21 Nov 2026"},
		{URL: base + "/2", Name: "Ganga Transport", Vehicles: "", Used: "—"},
	}}
}

func exampleTransporter() views.TransporterForm {
	return views.TransporterForm{
		Typed:  views.Typed{Prefix: "transporter", Values: map[string]string{"name": "Safe Roadlines", "id": "88AAACS1234A1Z5", "vehicles": "MH12AB1234\nMH12CD5678"}},
		Action: exampleBase + "/transporters/1", ID: "1", DeleteURL: exampleBase + "/transporters/1/delete",
	}
}

func exampleHSN() views.HSNView {
	use := exampleBase + "/items/new?hsn="
	return views.HSNView{
		URL: exampleBase + "/hsn", ImportURL: exampleBase + "/hsn/import", Query: "rice", Back: exampleBase + "/items",
		List: "Searched: 21,568 codes of hsn.xlsx, and the built-in table.",
		Rows: []views.HSNRow{
			{Code: "1006", Description: "Rice", UseURL: use + "1006"},
			{Code: "10063020", Description: "Basmati rice, semi-milled or wholly milled, whether or not polished or glazed", Source: "hsn.xlsx", UseURL: use + "10063020"},
		},
	}
}

func exampleCheck() views.CheckView {
	return views.CheckView{URL: exampleBase + "/customers/statuses", ListURL: exampleBase + "/customers", Started: true, Asked: 37, Total: 120, Live: true}
}

func exampleBring() views.BringView {
	return views.BringView{
		Action: exampleBase + "/customers/import", What: "customers", CustomersURL: exampleBase + "/customers/import", ItemsURL: exampleBase + "/items/import",
		FormURL: exampleBase + "/customers/form.xlsx", File: "parties.xlsx", Kept: "abc", Ready: "Bring over 119 customers and suppliers",
		Sections: []views.BringSection{{
			Title:  "Customers and suppliers",
			Counts: []views.Figure{{Value: "117", Label: "new", Kind: "good"}, {Value: "2", Label: "there already", Kind: "muted"}, {Value: "1", Label: "twice in the file", Kind: "wait"}, {Value: "1", Label: "not in order, left out", Kind: "bad"}},
			Used:   "Party Name, GSTIN, City, PIN Code", LeftOut: "Colour",
			Rows: []views.BringRow{
				{Number: "2", Name: "Konkan Agro Industries", Note: "27AABFK4417C1ZS · Maharashtra", Kind: "muted", Word: "There already"},
				{Number: "3", Name: "Asha Stores", Note: "no GSTIN · Maharashtra", Kind: "good", Word: "New", Faults: []views.BringFault{{Text: "asha stores stands in row 9 already.", Warning: true}}},
				{Number: "4", Name: "Deccan Tools & Dies Pvt Ltd", Note: "29AADCD8832K1Z7 · Karnataka", Kind: "bad", Word: "Left out", Faults: []views.BringFault{{Column: "PIN Code", Held: "411001", Text: "PIN code 411001 does not lie in Karnataka. Mend the PIN code or the State."}}},
			},
			More: "117 more rows like these",
		}},
	}
}
