package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleQueueURL = "/c/27AAPFU0939F1ZV/queue"

func exampleHealth() []views.ProviderHealth {
	return []views.ProviderHealth{
		{Name: "Alankit", Kind: "bad", State: "Not used until 12:04:30", Rate: "31 of 42 calls answered in the last hour, mostly in 0.8 s", Why: "Last failure at 12:03:31: it could not be reached"},
		{Name: "TaxPro", Kind: "good", State: "Answers", Rate: "12 of 12 calls answered in the last hour, mostly in 1.1 s"},
	}
}

// exampleQueue is a queue in which something stands in each part.
func exampleQueue() views.QueueView {
	row := func(id, number, who, why string, bad bool) views.QueueRow {
		return views.QueueRow{
			URL: "/c/27AAPFU0939F1ZV/invoices/" + id, Number: number, Customer: who, Total: "1,77,455.00", Why: why, Bad: bad,
			Age: "9 minutes", Tries: "4", Next: "in 40 s", Through: "Alankit",
		}
	}
	sending := row("411", "INV/26-27/0411", "Konkan Agro Foods LLP", "", false)
	sending.Next, sending.Tries = "now", "1"
	held := views.QueueRow{URL: "/c/27AAPFU0939F1ZV/invoices/401", Number: "INV/26-27/0401", Customer: "Walk-in customer", Total: "2,360.00", Date: "21 Nov 2026"}
	refused := held
	refused.URL, refused.Number, refused.Why, refused.Bad = "/c/27AAPFU0939F1ZV/invoices/400", "INV/26-27/0400", "The portal does not know the buyer's GSTIN.", true
	figure := func(label, value, kind, part string) views.Figure {
		return views.Figure{Label: label, Value: value, Kind: kind, URL: "#" + part}
	}
	return views.QueueView{
		URL: exampleQueueURL, Every: "2s", Busy: true, PauseURL: exampleQueueURL + "/pause", NowURL: exampleQueueURL + "/now",
		BulkURL: "/c/27AAPFU0939F1ZV/bulk", Held: 12, Health: exampleHealth(),
		Promise: views.Problem{Kind: "wait", Title: "No provider answers since 11:55:12", Text: "37 documents wait, the oldest for 9 minutes. You can go on billing; they are sent by themselves, in order. The next try is in 40 s."},
		Figures: []views.Figure{
			figure("Being sent", "1", "wait", "sending"), figure("Checking with the portal", "1", "wait", "unknown"),
			figure("Waiting", "35", "wait", "waiting"), figure("To fix", "1", "bad", "to_fix"), figure("Not sent yet", "12", "muted", "held"),
		},
		Sections: []views.QueueSection{
			{ID: "sending", Kind: "wait", Title: "Being sent", Count: "1", Rows: []views.QueueRow{sending}},
			{ID: "unknown", Kind: "wait", Title: "Checking with the portal", Count: "1", Text: "Sent, but no answer came. The portal is asked whether it has them before anything is sent again.",
				Rows: []views.QueueRow{row("412", "INV/26-27/0412", "Deccan Tools & Dies Pvt Ltd", "No answer came through Alankit; the portal is asked whether it has it.", false)}},
			{ID: "waiting", Kind: "wait", Title: "Waiting", Count: "35", Text: "They are sent by themselves, in the order of their numbers.", AllURL: exampleQueueURL + "?show=waiting", AllLabel: "All 35 documents",
				Rows: []views.QueueRow{row("413", "INV/26-27/0413", "Shree Balaji Steels", "No provider answered so far.", false), row("414", "INV/26-27/0414", "Nila Textiles SEZ Unit", "ASP id or ASP password is missing or wrong. Check the TaxPro credentials.", true)}},
			{ID: "to_fix", Kind: "bad", Title: "To fix", Count: "1", Text: "The portal refused them. Open each, correct it, and send it again.", Rows: []views.QueueRow{refused}},
			{ID: "held", Kind: "muted", Title: "Not sent yet", Count: "12", Held: true, Text: "They are issued, but nobody has sent them. Until they have their IRN they are no valid invoices.", Rows: []views.QueueRow{held}, AllURL: exampleQueueURL + "?show=held", AllLabel: "All 12 documents"},
		},
		Bulks: []views.BulkLine{
			{URL: "/c/27AAPFU0939F1ZV/bulk/2", Title: "Registering 30 documents", Text: "18 of 30 registered, 1 refused", Note: "22 Nov 2026, 11:50:04 · asha@sharda.example", Kind: "wait", State: "Under way"},
			{URL: "/c/27AAPFU0939F1ZV/bulk/1", Title: "Trying 1 document again", Text: "1 of 1 registered", Note: "21 Nov 2026, 17:02:44 · asha@sharda.example", Kind: "good", State: "Ended"},
		},
	}
}

// pausedQueue is one part of a queue that was paused, a page further on.
func pausedQueue() views.QueueView {
	v := exampleQueue()
	v.URL, v.AllURL, v.Paused, v.Bulks = exampleQueueURL+"?show=waiting&after=50", exampleQueueURL, true, nil
	v.Promise = views.Problem{Kind: "wait", Title: "Paused: nothing new is sent", Text: "37 documents wait, the oldest for 9 minutes."}
	waiting := v.Sections[2]
	waiting.AllURL, waiting.Newest, waiting.Older = "", exampleQueueURL+"?show=waiting", exampleQueueURL+"?show=waiting&after=100"
	v.Sections = []views.QueueSection{waiting}
	return v
}

// emptyQueue is a queue in which nothing waits.
func emptyQueue() views.QueueView {
	return views.QueueView{
		URL: exampleQueueURL, Every: "10s", PauseURL: exampleQueueURL + "/pause",
		Promise: views.Problem{Kind: "good", Title: "Nothing waits for the portal", Text: "Documents come here from the moment you issue them until they have their IRN."},
		Figures: []views.Figure{{Label: "Being sent", Value: "0", Kind: "wait", URL: "#sending"}},
	}
}

func exampleBulk() views.BulkView {
	return views.BulkView{
		URL: "/c/27AAPFU0939F1ZV/bulk/2", QueueURL: exampleQueueURL, Title: "Registering 30 documents", StopURL: "/c/27AAPFU0939F1ZV/bulk/2/stop",
		Started: "Started by asha@sharda.example, 22 Nov 2026, 11:50:04", Status: "Under way", StatusKind: "wait",
		Total: 30, Registered: 18, Refused: 1, Waiting: 9, Skipped: 2, Pace: "42 a minute, about 12 s left",
		Refusals: views.BulkList{Rows: []views.QueueRow{{URL: "/c/27AAPFU0939F1ZV/invoices/400", Number: "INV/26-27/0400", Customer: "Shree Balaji Steels", Total: "3,12,818.00", Why: "2172 · The intra-State supply has IGST.", Bad: true}}, More: "and 3 documents more"},
		LeftOut:  views.BulkList{Rows: []views.QueueRow{{Number: "Draft", Customer: "Himalaya Dairy Co-op", Why: "A draft: issue it first."}}},
	}
}

// stoppedBulk is work that was stopped while nobody answered.
func stoppedBulk() views.BulkView {
	v := exampleBulk()
	v.StopURL, v.Stopped, v.Stopping, v.Status, v.Pace = "", true, true, "Stopping", ""
	v.Waiting, v.TakenBack = 2, 7
	v.Problem = &views.Problem{Kind: "wait", Title: "No provider answers", Text: "2 documents wait."}
	return v
}

// tickedInvoices is a list whose documents can be worked on together, with trouble on the
// way to the portal.
func tickedInvoices() views.InvoicesView {
	v := exampleInvoices()
	v.Trouble = &views.Trouble{URL: exampleQueueURL, Providers: exampleHealth()[:2]}
	for i := range v.List.Rows {
		v.List.Rows[i].ID = v.List.Rows[i].URL[len("/c/27AAPFU0939F1ZV/invoices/"):]
	}
	v.List.Bulk = &views.BulkBar{URL: "/c/27AAPFU0939F1ZV/bulk", Register: true, Again: true, All: "All of this list, on every page", State: "pending"}
	return v
}

func queuePages() map[string]templ.Component {
	return map[string]templ.Component{
		"queue":           views.QueuePage(examplePage("Portal queue", "queue"), exampleQueue()),
		"queue-paused":    views.QueuePage(examplePage("Portal queue", "queue"), pausedQueue()),
		"queue-empty":     views.QueuePage(examplePage("Portal queue", "queue"), emptyQueue()),
		"bulk":            views.BulkPage(examplePage("Registering 30 documents", "queue"), exampleBulk()),
		"bulk-stopping":   views.BulkPage(examplePage("Registering 30 documents", "queue"), stoppedBulk()),
		"invoices-ticked": views.InvoicesPage(examplePage("Invoices", "invoices"), tickedInvoices()),
	}
}

func queueFragments() map[string]templ.Component {
	return map[string]templ.Component{
		"queue": views.Queue(exampleQueue()), "queue_paused": views.Queue(pausedQueue()), "queue_empty": views.Queue(emptyQueue()),
		"bulk": views.BulkProgress(exampleBulk()), "bulk_stopping": views.BulkProgress(stoppedBulk()),
		"invoice_rows_ticked": views.InvoiceRows(tickedInvoices().List),
	}
}
