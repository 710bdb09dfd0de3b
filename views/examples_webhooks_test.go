package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleHookURL = "/settings/webhooks/1"

func webhookPages() map[string]templ.Component {
	p := views.Page{Title: "Settings", User: "asha@sharda.example", Nav: "companies", Back: "/"}
	made := p
	made.Scripts = []string{"calls.js"}
	return map[string]templ.Component{
		"webhooks":       views.WebhooksPage(p, exampleWebhooks()),
		"webhooks-empty": views.WebhooksPage(p, views.WebhooksView{NewURL: "/settings/webhooks/new"}),
		"webhook":        views.WebhookPage(p, exampleWebhook()),
		"webhook-off":    views.WebhookPage(p, exampleWebhookOff()),
		"webhook-form":   views.WebhookFormPage(p, exampleWebhookForm()),
		"webhook-secret": views.WebhookSecretPage(made, views.WebhookSecretView{
			Address: "https://erp.sharda.example/mohar", Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr",
			DoneURL: exampleHookURL, Old: "23 Nov 2026, 10:44",
		}),
		"webhook-message": views.DeliveryPage(p, exampleDelivery()),
	}
}

func exampleWebhookRow() views.WebhookRow {
	return views.WebhookRow{
		URL: exampleHookURL, Address: "https://erp.sharda.example/mohar", Description: "Tally bridge", Events: "everything",
		Made: "12 Oct 2026, 11:20", By: "asha@sharda.example", State: "on", StateKind: "good", On: true, Waiting: 1, Failed: 2,
	}
}

func exampleWebhooks() views.WebhooksView {
	shop, old := exampleWebhookRow(), exampleWebhookRow()
	shop.Description, shop.Address, shop.Events = "", "https://shop.sharda.example/hooks/e-invoice/8c1d5c1e-7f0e-4b43-9a39-5a3b1a0c77f2", "2 of 14 events"
	shop.Companies, shop.Waiting, shop.Failed = []string{"27AAPFU0939F1ZV", "29AAPFU0939F1ZR", "24AAPFU0939F1Z1", "33AAPFU0939F1Z2"}, 0, 0
	old.Description, old.State, old.StateKind, old.On, old.Waiting = "The program before", "off: it failed for 5 days", "bad", false, 0
	return views.WebhooksView{NewURL: "/settings/webhooks/new", Rows: []views.WebhookRow{exampleWebhookRow(), shop, old}}
}

func exampleDeliveries() []views.DeliveryRow {
	row := func(id, event, kind, state, tries, answer, next string) views.DeliveryRow {
		return views.DeliveryRow{
			URL: exampleHookURL + "/messages/" + id, At: "22 Nov 2026, 10:31:07", Event: event, Type: "document.registered", Subject: "INV/26-27/0418",
			Kind: kind, State: state, Tries: tries, Answer: answer, Next: next,
		}
	}
	return []views.DeliveryRow{
		row("14", "A document has its IRN", "wait", "on its way", "not tried yet", "none yet", ""),
		row("13", "The portal refused something about an e-way bill", "wait", "is tried again", "3 tries", "503 Service Unavailable", "22 Nov 2026, 11:01:12"),
		row("12", "A document has its IRN", "bad", "given up", "10 tries", "no answer within 15 seconds", ""),
		row("11", "A document has its IRN", "good", "delivered", "1 try", "204 No Content", ""),
	}
}

func exampleWebhook() views.WebhookView {
	return views.WebhookView{
		Row: exampleWebhookRow(), ListURL: "/settings/webhooks", EditURL: exampleHookURL + "/edit", TestURL: exampleHookURL + "/test",
		SwitchURL: exampleHookURL + "/switch", RotateURL: exampleHookURL + "/secret", DeleteURL: exampleHookURL + "/delete", ResendURL: exampleHookURL + "/resend",
		Version: "3", EventNames: []string{"A document has its IRN", "An e-way bill was made"}, OldUntil: "23 Nov 2026, 10:44",
		Test: &views.WebhookTest{Title: "The test was not taken", Text: "Answer 403 Forbidden. What is wanted is one from 200 to 299.", Answer: "{\"error\": \"<signature>\"}"},
		Chips: []views.Chip{
			{Label: "All", URL: exampleHookURL, Current: true}, {Label: "Waiting", Count: "1", URL: exampleHookURL + "?state=waiting"},
			{Label: "Given up", Count: "2", URL: exampleHookURL + "?state=failed"}, {Label: "Delivered", URL: exampleHookURL + "?state=delivered"},
		},
		Deliveries: exampleDeliveries(), Older: exampleHookURL + "?before=11", Since: "16/11/2026",
		History: []views.WebhookChange{{What: "Test sent", By: "asha@sharda.example", At: "22 Nov 2026, 10:29"}, {What: "Added", By: "asha@sharda.example", At: "12 Oct 2026, 11:20"}},
	}
}

func exampleWebhookOff() views.WebhookView {
	v := exampleWebhook()
	v.Row.On, v.Row.State, v.Row.StateKind = false, "off: it failed for 5 days", "bad"
	v.OffTitle, v.OffText = "Switched off on 22 Nov 2026, 10:31: nothing was taken for 5 days", "What happens meanwhile is not told later. What was waiting goes on once it is switched on."
	v.Test, v.EventNames, v.Deliveries, v.Filtered, v.Older = &views.WebhookTest{OK: true, Title: "The test was taken", Text: "Answer 204 No Content in 41 ms."}, nil, nil, true, ""
	v.SinceProblem = "Type the date as dd/mm/yyyy."
	return v
}

func exampleWebhookForm() views.WebhookForm {
	return views.WebhookForm{
		URL: "/settings/webhooks", BackURL: "/settings/webhooks", New: true, Address: "http://10.0.0.5/hook", Description: "Tally bridge",
		Events: []views.Option{
			{Value: "document.registered", Label: "A document has its IRN", Help: "document.registered", Selected: true},
			{Value: "document.failed", Label: "The portal refused a document", Help: "document.failed"},
			{Value: "ewaybill.failed", Label: "The portal refused something about an e-way bill", Help: "ewaybill.failed"},
		},
		Companies: []views.Option{{Value: "27AAPFU0939F1ZV", Label: "Sharda Traders", Help: "27AAPFU0939F1ZV · practice", Selected: true}},
		Problems:  map[string]string{"url": "Use https and a name of the public internet."},
	}
}

func exampleDelivery() views.DeliveryView {
	return views.DeliveryView{
		Row: exampleDeliveries()[1], Key: "msg_JZ3TQ6WXV2F7KDNB5YQ4RMC6PA", Company: "27AAPFU0939F1ZV", Tried: "22 Nov 2026, 10:31:12", Took: "214 ms",
		Body: "{\n  \"type\": \"document.registered\",\n  \"data\": {\n    \"number\": \"INV/26-27/0418\"\n  }\n}", Answer: "upstream <b>away</b>",
		BackURL: exampleHookURL + "#log", ResendURL: exampleHookURL + "/messages/13/resend",
	}
}
