package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleEWayURL = "/c/27AAPFU0939F1ZV/ewaybills"

func ewayPage(title string) views.Page {
	p := examplePage(title, "eways")
	p.Back = exampleEWayURL
	return p
}

func exampleEWayRows() []views.EWayRow {
	row := func(id, number, paper, party, journey, vehicle, left, leftKind, until, kind, state string) views.EWayRow {
		return views.EWayRow{
			ID: id, URL: exampleEWayURL + "/" + id, Number: number, Made: "22 Nov 2026", Paper: paper, PaperNote: "Tax invoice of 22 Nov 2026",
			Party: party, Journey: journey, Vehicle: vehicle, Left: left, LeftKind: leftKind, Until: until, Kind: kind, State: state, Tick: kind == "good",
		}
	}
	active := row("7", "3010 0299 9920", "INV/26-27/0418", "Konkan Agro Foods LLP", "Pune → Ratnagiri · 330 km", "MH12AB1234", "1 day 6 h left", "good", "until 24 Nov, 23:59", "good", "Active")
	soon := row("6", "3010 0299 9911", "INV/26-27/0411", "Coastal Marine Exports", "Pune → Kochi · 1,240 km", "KA01AA9999", "6 h left", "bad", "until 22 Nov, 23:59", "good", "Active")
	partA := row("5", "3010 0299 9904", "INV/26-27/0409", "Deccan Tools & Dies Pvt Ltd", "Pune → Bengaluru · 842 km", "", "12 days for Part B", "muted", "until 4 Dec", "wait", "No vehicle")
	failed := row("4", "Not made yet", "INV/26-27/0414", "Shree Balaji Steels", "Pune → Surat", "MH12", "", "", "", "bad", "Refused")
	failed.Made, failed.Why, failed.Bad = "", "The vehicle number is not one that the portal knows.", true
	unknown := row("3", "Not made yet", "DC/26-27/0031", "Sharda Traders, Karnataka", "Pune → Hubballi", "KA25B7788", "", "", "", "wait", "Checking with the portal")
	unknown.Made, unknown.Why = "", "No answer came; the portal is asked whether it has it."
	rejected := row("2", "3010 0299 9871", "INV/26-27/0399", "Nila Textiles SEZ Unit", "Pune → Chennai · 1,180 km", "TN09BX4411", "over", "muted", "until 20 Nov, 23:59", "muted", "Expired")
	rejected.Why = "Rejected by the other party on 19 Nov 2026."
	return []views.EWayRow{active, soon, partA, failed, unknown, rejected}
}

func exampleEWays() views.EWaysView {
	return views.EWaysView{
		ListURL: exampleEWayURL, NewURL: exampleEWayURL + "/new", FetchURL: exampleEWayURL + "/fetch", GateURL: "/c/27AAPFU0939F1ZV/gate",
		Chips: ewayChips(""),
		List: views.EWayList{
			Sections: []views.EWaySection{{ID: "eways-all", Rows: exampleEWayRows()}}, TripURL: "/c/27AAPFU0939F1ZV/trips/new", PrintURL: exampleEWayURL + "/print",
			Older: exampleEWayURL + "?after=2", NewURL: exampleEWayURL + "/new",
		},
	}
}

func ewayChips(at string) []views.Chip {
	chips := []views.Chip{
		{Label: "All", Count: "64", URL: exampleEWayURL}, {Label: "To do", Count: "2", URL: exampleEWayURL + "?tab=todo"}, {Label: "Active", Count: "21", URL: exampleEWayURL + "?tab=active"},
		{Label: "Part A only", Count: "3", URL: exampleEWayURL + "?tab=part_a"}, {Label: "Expiring", Count: "2", URL: exampleEWayURL + "?tab=expiring"},
		{Label: "Expired", Count: "30", URL: exampleEWayURL + "?tab=expired"}, {Label: "Trip sheets", Count: "4", URL: "/c/27AAPFU0939F1ZV/trips"},
	}
	for i := range chips {
		chips[i].Current = at == chips[i].Label || at == "" && i == 0
	}
	return chips
}

func exampleReasons() []views.Option {
	return []views.Option{{Value: "", Label: "Why …"}, {Value: "1", Label: "Natural calamity"}, {Value: "4", Label: "Accident"}, {Value: "99", Label: "Others"}}
}

// exampleBoard is what expires, with an extension that is open and one that is not yet.
func exampleBoard() views.EWaysView {
	v := exampleEWays()
	v.Tab, v.Chips = "expiring", ewayChips("Expiring")
	rows := exampleEWayRows()
	quick := func(label, text string) *views.EWayQuick {
		return &views.EWayQuick{
			URL: exampleEWayURL + "/6/extend", Label: label, Text: text, FormURL: exampleEWayURL + "/6#extend", Reasons: exampleReasons(),
			Hidden: []views.Sum{{Label: "extend.vehicle", Value: "KA01AA9999"}},
			Left:   views.Field{Name: "extend.distance", Value: "240"}, Remark: views.Field{Name: "extend.remark"},
		}
	}
	soon, later, other := rows[1], rows[0], rows[5]
	soon.Extend, later.Extend = quick("Extend", "KA01AA9999 from Hubballi 580020"), quick("Extend when the window opens", "from 24 Nov, 15:59")
	other.Left, other.LeftKind = "3 h over", "bad"
	other.Extend = &views.EWayQuick{Text: "The transporter, not you, may extend it."}
	v.List = views.EWayList{Board: true, Sections: []views.EWaySection{
		{ID: "next", Title: "Next 24 hours", Rows: []views.EWayRow{other, soon}},
		{ID: "later", Title: "Later", Rows: []views.EWayRow{later}},
	}}
	return v
}

func exampleEWay() views.EWayView {
	return views.EWayView{
		Number: "3010 0299 9920", Practice: true,
		Links: []views.EWayLink{{Label: "Print", Icon: "printer", URL: exampleEWayURL + "/7/pdf"}},
		Main: views.EWayMain{
			Number: "3010 0299 9920", Left: "6 h left", LeftKind: "bad", Until: "Valid until 22 Nov 2026, 23:59",
			QR:       templ.Raw(`<svg viewBox="0 0 4 4"><path d="M0 0h2v2H0z"/></svg>`),
			Document: views.EWayDocument{URL: "/c/27AAPFU0939F1ZV/invoices/418", Number: "INV/26-27/0418"},
			Facts: []views.Sum{{Label: "Dated", Value: "22 Nov 2026"}, {Label: "Movement", Value: "Outward · Supply"}, {Label: "Kind", Value: "Bill to, ship to"},
				{Label: "Distance", Value: "330 km"}, {Label: "Transporter", Value: "Ghat Roadways · 27AAKFG1111M1Z2"}, {Label: "Made", Value: "22 Nov 2026, 10:44 by you"}},
			From: views.PartyView{Heading: "From", Name: "Sharda Traders Private Limited", Lines: []string{"14 Laxmi Road", "Pune 411030, Maharashtra"}, GSTIN: "27AAPFU0939F1ZV"},
			To:   views.PartyView{Heading: "To", Name: "Konkan Agro Foods LLP", Lines: []string{"Plot 7, MIDC", "Ratnagiri 415639, Maharashtra"}, GSTIN: "27AABFK4417C1ZS"},
			Vehicles: []views.EWayVehicleRow{
				{Mode: "Road", Vehicle: "MH12AB1234", Document: "LR 4411 of 22/11/2026", From: "Pune", Entered: "22 Nov 2026, 11:02", By: "27AAPFU0939F1ZV", Trip: "Trip sheet 1000000012"},
				{Mode: "Road", Vehicle: "MH14CD0007", From: "Pune", Entered: "22 Nov 2026, 10:44", By: "27AAPFU0939F1ZV", Group: "Group 1, 40 of 100 KGS"},
			},
			Trip:   &views.EWayLink{Label: "Trip sheet 1000000012", URL: "/c/27AAPFU0939F1ZV/trips/2"},
			Groups: []views.EWayGroupRow{{Number: "Group 1", Journey: "Lonavala → Ratnagiri", Quantity: "100 KGS", Left: "60 KGS are on no vehicle yet", Note: "1 of 2 vehicles"}},
			Goods:  []views.EWayGoods{{Name: "Jaggery blocks", HSN: "1701 14 90", Qty: "100 KGS", Taxable: "1,50,385.59", Rates: "18%"}}, MoreGoods: "and 12 kinds more",
			Sums:  []views.Sum{{Label: "Taxable value", Value: "1,50,385.59"}, {Label: "CGST", Value: "13,534.70"}, {Label: "SGST", Value: "13,534.70"}, {Label: "Total", Value: "1,77,455.00"}},
			Notes: []string{"Distance between these two pincodes is 330"},
		},
		Side: views.EWaySide{
			Kind: "good", Word: "Active",
			Actions: []views.EWayActionForm{
				{ID: "extend", Label: "Extend", Icon: "clock", URL: exampleEWayURL + "/7/extend", Submit: "Extend", Second: "When the window opens", Main: true,
					Until: &views.Countdown{Until: "until 23 Nov, 07:59", Left: "14 h 2 min left", Seconds: 50_520},
					Text:  "The portal gives a day for each 200 km that are left.",
					Controls: []views.Control{
						{Field: views.Field{Name: "extend.reason", Label: "Reason", Required: true}, Options: exampleReasons()},
						{Field: views.Field{Name: "extend.vehicle", Label: "Vehicle", Value: "MH12AB1234"}, Suggest: []string{"MH12AB1234", "MH14CD0007"}},
					}},
				{ID: "part-b", Label: "Change the vehicle", Icon: "truck", URL: exampleEWayURL + "/7/part_b", Submit: "Send", Open: true, Faults: []string{"The portal is not asked twice at once."},
					Controls: []views.Control{
						{Field: views.Field{Name: "part_b.mode", Label: "By", Value: "1"}, Cards: true, Options: []views.Option{{Value: "1", Label: "Road", Selected: true}, {Value: "2", Label: "Rail"}}},
						{Field: views.Field{Name: "part_b.vehicle", Label: "Vehicle", Value: "MH1", Error: "This is no vehicle number."}},
						{Field: views.Field{Name: "part_b.odc", Label: "Over-dimensional cargo"}, Tick: true, Ticked: true},
						{Field: views.Field{Name: "part_b.state", Value: "27"}, Hidden: true},
					}},
				{ID: "cancel", Label: "Cancel", Icon: "ban", URL: exampleEWayURL + "/7/cancel", Submit: "Cancel this e-way bill", Danger: true,
					Until: &views.Countdown{Until: "until 23 Nov, 10:44", Left: "16 h 47 min left", Seconds: 60_420}},
			},
			Closed:  []views.EWayClosedAction{{Label: "Reject", Why: "You made it: only the other party may reject it."}, {Label: "Close", Why: "The law has put this on hold."}},
			Share:   &views.EWayShare{MakeURL: exampleEWayURL + "/7/share", RevokeURL: exampleEWayURL + "/7/share/end", Text: "Two links lead here, until 23 Nov 2026."},
			ReadURL: exampleEWayURL + "/7/read", ReadAt: "Read 22 Nov 2026, 17:40",
			Events: []views.EventView{
				{Icon: "truck", Kind: "good", Title: "Vehicle MH12AB1234", Text: "Pune, through Alankit", When: "22 Nov 2026, 11:02:10"},
				{Icon: "stamp", Kind: "good", Title: "E-way bill made", Text: "together with the IRN", When: "22 Nov 2026, 10:44:02"},
			},
			CallsURL: exampleEWayURL + "/7/calls",
		},
	}
}

// sharedEWay is a bill whose link was just made, with an extension that waits for its window.
func sharedEWay() views.EWayView {
	v := exampleEWay()
	v.Side.Share.Link = "https://mohar.example/d/4qsGxPzB0w"
	v.Side.Share.WhatsApp = "https://wa.me/?text=E-way%20bill%203010%200299%209920%20https%3A%2F%2Fmohar.example%2Fd%2F4qsGxPzB0w"
	v.Side.Scheduled = &views.EWayScheduled{Text: "It is asked for on 22 Nov 2026 at 15:59, when the window opens: 240 km left, MH12AB1234.", DropURL: exampleEWayURL + "/7/unschedule"}
	v.Side.Actions = nil
	return v
}

// failedEWay is a bill that the portal refused to make.
func failedEWay() views.EWayView {
	v := exampleEWay()
	v.Number, v.Links = "", nil
	v.Main.Number, v.Main.Left, v.Main.Until, v.Main.QR, v.Main.Vehicles, v.Main.Groups, v.Main.Trip, v.Main.Notes = "", "", "", nil, nil, nil, nil, nil
	v.Main.NoVehicle = "MH12 was asked for."
	v.Side = views.EWaySide{
		Kind: "bad", Word: "Refused", Retry: &views.EWayRetry{URL: exampleEWayURL + "/4/mend", Label: "Mend and try again"},
		Problem: &views.Problem{Kind: "bad", Title: "The portal did not make it", Text: "The document has its IRN; only the e-way bill is missing.", Details: []views.ProblemDetail{
			{Code: "4014", Text: "The vehicle number has a form that the portal does not take. Type it as on the plate.", URL: exampleEWayURL + "/4/mend#part-b-vehicle", Link: "Mend the vehicle"},
		}},
		Events: []views.EventView{{Icon: "circle-alert", Kind: "bad", Title: "Refused by the portal", Text: "4014 · through Alankit", When: "22 Nov 2026, 10:44:02"}},
	}
	return v
}

// unknownEWay is a bill of which nobody knows whether it was made.
func unknownEWay() views.EWayView {
	v := failedEWay()
	v.Side = views.EWaySide{
		Kind: "wait", Word: "Checking with the portal", WatchURL: exampleEWayURL + "/3/events",
		Problem: &views.Problem{Kind: "wait", Title: "Checking with the portal", Text: "It was sent, but no answer came back. The portal is asked whether it has it before anything is sent again."},
		Events:  []views.EventView{{Icon: "triangle-alert", Kind: "wait", Title: "No answer from Alankit", When: "22 Nov 2026, 10:44:02"}},
	}
	return v
}

// pendingEWay is a bill that waits to be asked for.
func pendingEWay() views.EWayView {
	v := unknownEWay()
	v.Side.Word, v.Side.Problem, v.Side.Withdraw = "Asked for", nil, exampleEWayURL+"/3/withdraw"
	return v
}

func exampleEWayForm() views.EWayFormView {
	text := func(name, label, value string) views.Control {
		return views.Control{Field: views.Field{Name: name, Label: label, Value: value}}
	}
	return views.EWayFormView{
		URL: exampleEWayURL, Submit: "Make the e-way bill", NewDocURL: "/c/27AAPFU0939F1ZV/invoices/418", ByIRN: true, Folded: true,
		Need:     []views.Check{{Kind: "wait", Text: "E-way bill needed: Goods above ₹ 50,000 go to another State"}, {Kind: "wait", Text: "The document is 172 days old; the portal takes it for 8 days more."}},
		Document: &views.EWayDocument{URL: "/c/27AAPFU0939F1ZV/invoices/418", Kind: "Tax invoice", Number: "INV/26-27/0418", Date: "22 Nov 2026", Total: "₹\u20091,77,455.00"},
		Ends:     []views.PartyView{exampleEWay().Main.From, exampleEWay().Main.To}, Goods: exampleEWay().Main.Goods, More: "and 12 kinds more", Totals: exampleEWay().Main.Sums,
		Hidden: []views.Control{{Field: views.Field{Name: "invoice", Value: "418"}, Hidden: true}},
		Transport: views.Group{Title: "How the goods go", Columns: "grid-3", Controls: []views.Control{
			{Field: views.Field{Name: "distance", Label: "Distance in km", Value: "330", Help: "The portal says 330 km; it takes at most 363 (10 % more). 0: the portal works it out."}},
			text("transporter.id", "Transporter's ID", "27AAKFG1111M1Z2"), text("transporter.name", "Transporter", "Ghat Roadways"),
		}},
		PartB: views.Group{Title: "Part B: the vehicle", Text: "Leave it empty for Part A only: the vehicle is entered at the gate, within 15 days.", Columns: "grid-3", Controls: []views.Control{
			{Field: views.Field{Name: "vehicle", Label: "Vehicle", Value: "MH1", Error: "This is no vehicle number."}, Suggest: []string{"MH12AB1234"}},
		}},
		Parts: []views.Group{{Title: "To", Columns: "grid-3", Controls: []views.Control{text("to.place", "Place", "Ratnagiri")}}},
	}
}

// freeEWayForm is a movement without a document of ours.
func freeEWayForm() views.EWayFormView {
	v := exampleEWayForm()
	v.Document, v.ByIRN, v.Need, v.Folded, v.Hidden, v.NewDocURL = nil, false, nil, false, nil, ""
	v.PickURL, v.Number, v.PickNote = exampleEWayURL+"/new", "INV/1", "No document of yours has this number."
	v.Faults = []string{"Goods: at least one line must be goods, not a service."}
	v.AddRow = true
	v.Rows = []views.EWayFormRow{{Number: "1", Drop: "drop:0", Controls: []views.Control{{Field: views.Field{Name: "lines[0].hsn", Label: "HSN", Value: "7210", Error: "An HSN code has 4, 6 or 8 digits."}}}}}
	v.Refused = &views.Problem{Kind: "bad", Title: "The portal refused it", Text: "Mend what is named and send it again.", Details: []views.ProblemDetail{{Code: "212", Text: "The recipient's GSTIN is wrong."}}}
	return v
}

func exampleTrip() views.TripView {
	return views.TripView{
		Number: "1000000012", Practice: true, Kind: "good", Word: "Made", Links: []views.EWayLink{{Label: "Print", Icon: "printer", URL: "/c/27AAPFU0939F1ZV/trips/2/pdf"}},
		Facts: []views.Sum{{Label: "Vehicle", Value: "MH12AB1234"}, {Label: "From", Value: "Pune, Maharashtra"}, {Label: "Made", Value: "22 Nov 2026, 11:02"}},
		Bills: []views.TripBillRow{
			{URL: exampleEWayURL + "/7", Number: "3010 0299 9920", Paper: "INV/26-27/0418 of 22/11/2026", Journey: "Pune → Ratnagiri", Until: "24 Nov, 23:59", Total: "1,77,455.00"},
			{Number: "3010 0299 9911", Paper: "INV/26-27/0411 of 18/11/2026", Journey: "Pune → Kochi", Until: "22 Nov, 23:59", Total: "4,41,320.00"},
		},
		OlderNote: "In the place of 1000000009",
		Again: &views.EWayActionForm{ID: "again", Label: "Make it again with another vehicle", Icon: "repeat", URL: "/c/27AAPFU0939F1ZV/trips/2/again", Submit: "Make it again",
			Controls: []views.Control{{Field: views.Field{Name: "trip.vehicle", Label: "Vehicle"}}}},
	}
}

func exampleGateCards() []views.GateCard {
	const gate = "/c/27AAPFU0939F1ZV/gate"
	return []views.GateCard{
		{URL: gate + "?bill=5", Party: "Deccan Tools & Dies Pvt Ltd", Place: "Bengaluru, Karnataka", Paper: "INV/26-27/0409 · ₹\u200956,404.00", Goods: "Drill bits and 3 more", Kind: "wait", Note: "Part A made, no vehicle"},
		{URL: gate + "?invoice=420", Party: "Himalaya Dairy Co-op", Place: "Dehradun, Uttarakhand", Paper: "INV/26-27/0420 · ₹\u20091,19,116.00", Goods: "Milk powder", Kind: "bad", Note: "No e-way bill yet"},
	}
}

func gateView(change func(*views.GateView)) views.GateView {
	v := views.GateView{URL: "/c/27AAPFU0939F1ZV/gate"}
	change(&v)
	return v
}

func ewayPages() map[string]templ.Component {
	invoice := exampleInvoice()
	invoice.State.EWay = &views.EWayPanel{Kind: "bad", State: "Refused", Text: "The document has its IRN; no e-way bill was made of it.", URL: exampleEWayURL + "/4", MakeURL: exampleEWayURL + "/4/mend", MakeLabel: "Mend and make it by IRN", Main: true,
		Details: []views.ProblemDetail{{Code: "4014", Text: "The vehicle number has a form that the portal does not take."}}}
	gate := examplePage("Gate", "eways")
	all := map[string]templ.Component{
		"eways":        views.EWaysPage(examplePage("E-way bills", "eways"), exampleEWays()),
		"eways-board":  views.EWaysPage(examplePage("E-way bills", "eways"), exampleBoard()),
		"eways-empty":  views.EWaysPage(examplePage("E-way bills", "eways"), views.EWaysView{ListURL: exampleEWayURL, NewURL: exampleEWayURL + "/new", Chips: ewayChips("")}),
		"eway":         views.EWayPage(ewayPage("E-way bill"), exampleEWay()),
		"eway-shared":  views.EWayPage(ewayPage("E-way bill"), sharedEWay()),
		"eway-failed":  views.EWayPage(ewayPage("E-way bill"), failedEWay()),
		"eway-unknown": views.EWayPage(ewayPage("E-way bill"), unknownEWay()),
		"eway-pending": views.EWayPage(ewayPage("E-way bill"), pendingEWay()),
		"eway-new":     views.EWayFormPage(ewayPage("New e-way bill"), exampleEWayForm()),
		"eway-free":    views.EWayFormPage(ewayPage("New e-way bill"), freeEWayForm()),
		"eway-fetch": views.EWayFetchPage(ewayPage("Fetch from the portal"), views.EWayFetchView{URL: exampleEWayURL + "/fetch", Done: &views.Problem{Kind: "good", Title: "3 bills added, 1 brought up to date", Text: "They stand in the list."},
			One:  views.Control{Field: views.Field{Name: "number", Label: "Number", Help: "12 digits."}},
			List: []views.Control{{Field: views.Field{Name: "list", Label: "Which"}, Options: []views.Option{{Value: "made", Label: "Made by us"}}}, {Field: views.Field{Name: "from", Label: "From"}}}}),
		"trips": views.TripsPage(examplePage("Trip sheets", "eways"), views.TripsView{Chips: ewayChips("Trip sheets"), BillsURL: exampleEWayURL, Rows: []views.TripRow{
			{URL: "/c/27AAPFU0939F1ZV/trips/2", Number: "1000000012", Made: "22 Nov 2026", Vehicle: "MH12AB1234", From: "Pune", Bills: "2 bills", Kind: "good", State: "Made"},
			{URL: "/c/27AAPFU0939F1ZV/trips/1", Number: "Not made yet", Vehicle: "MH12", From: "Pune", Bills: "2 bills", Kind: "bad", State: "Refused", Why: "The vehicle number is wrong.", Bad: true},
		}}),
		"trips-empty": views.TripsPage(examplePage("Trip sheets", "eways"), views.TripsView{BillsURL: exampleEWayURL}),
		"trip":        views.TripPage(ewayPage("Trip sheet 1000000012"), exampleTrip()),
		"trip-new": views.TripFormPage(ewayPage("New trip sheet"), views.TripFormView{URL: "/c/27AAPFU0939F1ZV/trips", IDs: []string{"7", "6"}, Bills: exampleTrip().Bills, BillsURL: exampleEWayURL, Faults: []string{"Bill 3010 0299 9911 expires before the day ends."},
			Group: views.Group{Title: "Vehicle", Columns: "grid-3", Controls: []views.Control{{Field: views.Field{Name: "trip.vehicle", Label: "Vehicle", Required: true}}}}}),
		"gate":       views.GatePage(gate, gateView(func(v *views.GateView) { v.Cards = exampleGateCards() })),
		"gate-empty": views.GatePage(gate, gateView(func(*views.GateView) {})),
		"gate-none":  views.GatePage(gate, gateView(func(v *views.GateView) { v.Query = "xyz" })),
		"gate-form": views.GatePage(gate, gateView(func(v *views.GateView) {
			v.Form = &views.GateForm{URL: "/c/27AAPFU0939F1ZV/gate", BackURL: v.URL, CheckURL: v.URL + "/vehicle", Card: exampleGateCards()[0], Vehicle: views.Field{Value: "mh 12 ab 1234"},
				Check: views.GateSaid{Kind: "good", Text: "MH12AB1234"}, Chips: []string{"MH12AB1234", "MH14CD0007", "KA01AA9999"}, Hidden: []views.Control{{Field: views.Field{Name: "bill", Value: "5"}, Hidden: true}}}
		})),
		"gate-done": views.GatePage(gate, gateView(func(v *views.GateView) {
			v.Done = &views.GateDone{Kind: "good", Title: "Done: may leave", Text: "until 24/11/2026 23:59", Vehicle: "MH12AB1234", Number: "3010 0299 9904", NextURL: v.URL}
		})),
		"gate-refused": views.GatePage(gate, gateView(func(v *views.GateView) {
			v.Done = &views.GateDone{Kind: "bad", Title: "Stop: refused", Vehicle: "MH12AB1234", NextURL: v.URL, FixURL: exampleEWayURL + "/5", Details: []views.ProblemDetail{{Code: "303", Text: "The vehicle number is wrong."}}}
		})),
		"gate-wait": views.GatePage(gate, gateView(func(v *views.GateView) {
			v.Done = &views.GateDone{URL: v.URL + "?done=5", Kind: "wait", Title: "Asking the portal …", Vehicle: "MH12AB1234", NextURL: v.URL}
		})),
		"driver": views.DriverPage(views.Page{Title: "E-way bill 3010 0299 9920"}, views.DriverView{
			Number: "3010 0299 9920", Kind: "good", State: "Active", Until: "Valid until 24 Nov 2026, 23:59", Left: "1 day 6 h left", Vehicle: "MH12AB1234", QR: exampleEWay().Main.QR, Practice: true,
			Rows:  []views.Sum{{Label: "Document", Value: "INV/26-27/0418"}, {Label: "From", Value: "Pune 411030"}, {Label: "To", Value: "Ratnagiri 415639"}},
			Links: []views.EWayLink{{Label: "Invoice (PDF)", Icon: "download", URL: "/d/4qsGxPzB0w/invoice.pdf"}},
		}),
		"invoice-eway": views.InvoicePage(invoicePage("INV/26-27/0418"), invoice),
	}
	return all
}

func ewayFragments() map[string]templ.Component {
	return map[string]templ.Component{
		"eway_rows": views.EWayRows(exampleEWays().List), "eway_board": views.EWayRows(exampleBoard().List), "eway_rows_empty": views.EWayRows(views.EWayList{Filtered: true, ClearURL: exampleEWayURL}),
		"eway": views.EWayParts(exampleEWay()), "eway_shared": views.EWayAside(sharedEWay().Side), "eway_failed": views.EWayParts(failedEWay()),
		"eway_unknown": views.EWayAside(unknownEWay().Side), "eway_pending": views.EWayAside(pendingEWay().Side),
		"eway_form": views.EWayForm(exampleEWayForm()), "eway_form_free": views.EWayForm(freeEWayForm()), "trip": views.TripParts(exampleTrip()),
		"gate_check": views.GateCheck(views.GateSaid{Kind: "bad", Text: "This is no vehicle number."}),
		"gate_wait":  views.GateResult(views.GateDone{URL: "/c/27AAPFU0939F1ZV/gate?done=5", Kind: "wait", Title: "Asking the portal …", NextURL: "/c/27AAPFU0939F1ZV/gate"}),
		"eway_panel": views.EWayPanelCard(views.EWayPanel{Kind: "good", State: "Active", Number: "3010 0299 9920", URL: exampleEWayURL + "/7", Until: "until 24 Nov, 23:59"}),
	}
}
