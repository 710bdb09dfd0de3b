package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

func keyPages() map[string]templ.Component {
	p := views.Page{Title: "Settings", User: "asha@sharda.example", Nav: "companies", Back: "/"}
	made := p
	made.Scripts = []string{"calls.js"}
	return map[string]templ.Component{
		"keys":       views.KeysPage(p, exampleKeys()),
		"keys-empty": views.KeysPage(p, views.KeysView{NewURL: "/settings/keys/new", DocsURL: "/api/docs", Address: "http://127.0.0.1:8080"}),
		"key":        views.KeyPage(p, exampleKey()),
		"key-form":   views.KeyFormPage(p, exampleKeyForm()),
		"key-made":   views.NewKeyPage(made, exampleNewKey()),
	}
}

func exampleKeyRow() views.KeyRow {
	return views.KeyRow{
		URL: "/settings/keys/M204816357092846135", ID: "M204816357092846135", Name: "Tally at the Pune office",
		Scopes: []string{"read", "make and register", "cancel"}, Made: "12 Oct 2026, 11:20", By: "asha@sharda.example",
		Used: "22 Nov 2026, 09:58", UsedFrom: "192.168.1.24", State: "in force", StateKind: "good", InForce: true,
	}
}

func exampleKeys() views.KeysView {
	shop, old := exampleKeyRow(), exampleKeyRow()
	shop.Name, shop.Scopes, shop.Companies = "Web shop", []string{"read"}, []string{"27AAPFU0939F1ZV", "29AAPFU0939F1ZR", "24AAPFU0939F1Z1", "33AAPFU0939F1Z2"}
	shop.Expires, shop.State, shop.StateKind, shop.Used, shop.UsedFrom = "after 30 Nov 2026", "ends soon", "wait", "", ""
	old.Name, old.State, old.StateKind, old.InForce = "The program before", "revoked 12 Oct 2026, 11:25", "muted", false
	return views.KeysView{
		NewURL: "/settings/keys/new", DocsURL: "/api/docs", Address: "http://127.0.0.1:8080",
		Rows: []views.KeyRow{exampleKeyRow(), shop}, Ended: []views.KeyRow{old},
	}
}

func exampleKey() views.KeyView {
	call := views.KeyCallRow{
		At: "22 Nov 2026, 09:58:12", Method: "POST", Path: "/api/einvoice/generateirn", Company: "27AAPFU0939F1ZV", DocumentURL: "/c/27AAPFU0939F1ZV/invoices/418",
		Kind: "good", Result: "200 done", Took: "412 ms", From: "192.168.1.24", Request: "01KBPXW4GQ5T2J8Y",
	}
	refused := call
	refused.Kind, refused.Result, refused.Code, refused.DocumentURL = "bad", "200 refused", "2211", ""
	return views.KeyView{
		Row: exampleKeyRow(), ListURL: "/settings/keys", RevokeURL: "/settings/keys/M204816357092846135/revoke",
		Calls: []views.KeyCallRow{call, refused}, Older: "/settings/keys/M204816357092846135?before=9021",
	}
}

func exampleKeyForm() views.KeyForm {
	return views.KeyForm{
		URL: "/settings/keys", Name: "Tally", Until: "31/13/2026",
		Scopes: []views.Option{
			{Value: "read", Label: "Read", Help: "Companies, customers, items, documents, e-way bills, PDFs; look up GSTINs.", Selected: true},
			{Value: "write", Label: "Make and register", Help: "Invoices, notes and e-way bills, and what belongs to them; customers and items too."},
		},
		Companies: []views.Option{{Value: "27AAPFU0939F1ZV", Label: "Sharda Traders", Help: "27AAPFU0939F1ZV · practice"}},
		Expiries:  views.Options("date", views.Option{Value: "never", Label: "Never"}, views.Option{Value: "date", Label: "After a day that I type"}),
		Problems: map[string]string{
			"until": "Type the date as dd/mm/yyyy, such as 31/03/2027.", "company": "Tick at least one company, or choose all companies.",
		},
	}
}

func exampleNewKey() views.NewKeyView {
	return views.NewKeyView{
		Row: exampleKeyRow(), Secret: "b7Qm2XeT9LsR4wYzK1vNc8Ha", ListURL: "/settings/keys", DocsURL: "/api/docs",
		Curl: "curl -s -u M204816357092846135:b7Qm2XeT9LsR4wYzK1vNc8Ha http://127.0.0.1:8080/api/v1/companies",
	}
}
