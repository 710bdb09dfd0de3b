package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleTraining = "/c/27AAPFU0939F1ZV/training"

func trainingPages() map[string]templ.Component {
	p := examplePage("Training", "training")
	running := examplePage("Invoices", "invoices")
	strip := exampleStrip()
	running.Drill = &strip
	groups := []views.CompanyGroup{{PAN: "TRNCM0001M", Name: "Training Company", Companies: []views.CompanyCard{
		{URL: "/c/27TRNCM0001M1ZC", Name: "Training Company", GSTIN: "27TRNCM0001M1ZC", State: "Maharashtra", Place: "Mumbai", Practice: true},
	}}}
	home := views.Page{Title: "Companies", User: "asha@sharda.example", Nav: "companies"}
	return map[string]templ.Component{
		"training":       views.TrainingPage(p, exampleDrills()),
		"drill-running":  views.InvoicesPage(running, exampleInvoices()),
		"home":           views.CompaniesPage(home, groups),
		"home-empty":     views.CompaniesPage(home, nil),
		"training-fresh": views.TrainingPage(p, views.TrainingView{Progress: "0 of 1 done.", Cards: exampleDrills().Cards[2:]}),
	}
}

func trainingFragments() map[string]templ.Component {
	done := exampleStrip()
	done.Words, done.EndURL, done.PollURL = "Drill done: Both providers are down.", "", ""
	done.Document = views.Link{Label: "INV/26-27/0004", URL: "/c/27AAPFU0939F1ZV/invoices/4"}
	return map[string]templ.Component{
		"drills":           views.Drills(exampleDrills()),
		"drill_strip":      views.DrillStripNote(exampleStrip()),
		"drill_strip_done": views.DrillStripNote(done),
	}
}

func exampleStrip() views.DrillStrip {
	return views.DrillStrip{
		Words: "Drill running: both providers are down.", URL: exampleTraining + "#drill-both_down",
		EndURL: exampleTraining + "/end", EndLabel: "Bring the providers back", PollURL: exampleTraining + "/strip?drill=3",
	}
}

func exampleDrills() views.TrainingView {
	return views.TrainingView{Progress: "1 of 3 done.", PollURL: exampleTraining + "?seen=g1.4.w3.0.m0.0.", Cards: []views.DrillCard{
		{
			Name: "one_down", Title: "One provider is down", What: "The provider that is tried first takes no documents any more. The other one works.",
			Steps: []views.DrillStep{{Text: "Press Start, then make an invoice."}, {Text: "Press Issue & register and stay on the invoice's page."}},
			See:   "It is registered as always, within a few seconds, through the other provider.",
			Kind:  "good", Word: "Done", StartURL: exampleTraining + "/one_down/start", StartLabel: "Do it again",
			Document: views.Link{Label: "INV/26-27/0004", URL: "/c/27AAPFU0939F1ZV/invoices/4"},
		},
		{
			Name: "both_down", Title: "Both providers are down", What: "Nobody reaches the portal. That happens with the real one too, for an hour now and then.",
			Steps: []views.DrillStep{
				{Text: "Press Start, then make an invoice.", Link: views.Link{Label: "New invoice, filled in", URL: "/c/27AAPFU0939F1ZV/invoices/new?copy=1"}},
				{Text: "Come back here and press Bring the providers back."},
			},
			See:  "Each invoice gets its number at once and its IRN as soon as a provider is back, the oldest first.",
			Kind: "wait", Word: "Running", Since: "since 10:42", EndURL: exampleTraining + "/end", EndLabel: "Bring the providers back",
		},
		{
			Name: "slow", Title: "The portal is slow", What: "The portal takes eight seconds for your next invoice.",
			Steps: []views.DrillStep{{Text: "Press Start, then make an invoice."}}, See: "The state changes by itself when the answer comes.",
			Kind: "muted", Word: "Not done yet", StartURL: exampleTraining + "/slow/start", StartLabel: "Start",
		},
	}}
}
