package views_test

import (
	"context"
	"io"
	"maps"

	"github.com/a-h/templ"

	"mohar/views"
)

// The examples that every test of this package draws. Names and sums are made up.

func examplePage(title, nav string) views.Page {
	sharda := views.CompanyTag{Name: "Sharda Traders", GSTIN: "27AAPFU0939F1ZV", URL: "/c/27AAPFU0939F1ZV", Practice: true}
	return views.Page{
		Title: title, User: "asha@sharda.example", Nav: nav, Practice: true,
		Company:   &sharda,
		Companies: []views.CompanyTag{sharda, {Name: "Sharda Traders, Karnataka", GSTIN: "29AAPFU0939F1ZR", URL: "/c/29AAPFU0939F1ZR"}},
		Status:    "Built-in portal · both GSPs up", StatusGood: true,
	}
}

func pages() map[string]templ.Component {
	all := editorPages()
	maps.Copy(all, map[string]templ.Component{
		"invoices":         views.InvoicesPage(examplePage("Invoices", "invoices"), exampleInvoices()),
		"invoices-empty":   views.InvoicesPage(examplePage("Invoices", "invoices"), emptyInvoices()),
		"credentials":      views.CredentialsPage(livePage("Settings", "settings"), exampleCredentials()),
		"credentials-new":  views.CredentialsPage(examplePage("Settings", "settings"), emptyCredentials()),
		"invoice":          views.InvoicePage(invoicePage("INV/26-27/0418"), exampleInvoice()),
		"invoice-waiting":  views.InvoicePage(invoicePage("INV/26-27/0417"), waitingInvoice()),
		"invoice-refused":  views.InvoicePage(invoicePage("INV/26-27/0414"), refusedInvoice()),
		"invoice-void":     views.InvoicePage(invoicePage("INV/26-27/0418"), voidInvoice()),
		"invoice-blocked":  views.InvoicePage(invoicePage("INV/26-27/0418"), blockedInvoice()),
		"invoice-conflict": views.InvoicePage(invoicePage("INV/26-27/0414"), conflictInvoice()),
		"calls":            views.CallsPage(callsPage(), exampleCalls()),
		"calls-empty":      views.CallsPage(callsPage(), views.CallsView{Document: "INV/26-27/0418", URL: "/c/27AAPFU0939F1ZV/invoices/418"}),
		"invoice-held":     views.InvoicePage(invoicePage("INV/26-27/0414"), heldInvoice()),
		"error":            views.ErrorPage(examplePage("Not found", ""), "There is nothing at this address, or it belongs to another company."),
		"invoice-edit":     views.InvoiceFormPage(editorPage(), exampleEditor()),
		"invoice-faults":   views.InvoiceFormPage(editorPage(), faultyEditor()),
		"invoice-linked":   views.InvoicePage(invoicePage("INV/26-27/0418"), linkedInvoice()),
		"note":             views.NotePage(examplePage("Credit note to INV/26-27/0418", "invoices"), exampleNote()),
		"elsewhere":        views.ElsewherePage(examplePage("Issued elsewhere", "invoices"), exampleElsewhere()),
		"login":            exampleLogin(),
		"byhand":           views.ByHandPage(examplePage("By hand at the portal", "invoices"), exampleByHand()),
	})
	maps.Copy(all, settingsPages())
	maps.Copy(all, webhookPages())
	maps.Copy(all, masterPages())
	maps.Copy(all, queuePages())
	maps.Copy(all, trainingPages())
	maps.Copy(all, ewayPages())
	maps.Copy(all, keyPages())
	return all
}

func fragments() map[string]templ.Component {
	all := map[string]templ.Component{
		"gateways":           views.Gateways(exampleCredentials().Gateways),
		"credentials_live":   views.CredentialsForm(exampleCredentials().Cards[0]),
		"credentials_nic":    views.CredentialsForm(exampleCredentials().Cards[2]),
		"invoice_rows":       views.InvoiceRows(exampleInvoices().List),
		"invoice_rows_chip":  views.InvoiceRows(emptyChip()),
		"invoice_held":       views.InvoiceStateParts(heldInvoice().State),
		"invoice_blocked":    views.InvoiceStateParts(blockedInvoice().State),
		"invoice_conflict":   views.InvoiceStateParts(conflictInvoice().State),
		"invoice_void":       views.InvoiceStateParts(voidInvoice().State),
		"invoice_rows_empty": views.InvoiceRows(emptyInvoices().List),
		"editor_answer":      views.EditorAnswer(exampleEditor().Preview),
		"editor_faults":      views.InvoiceForm(faultyEditor()),
		"editor_full":        views.InvoiceForm(fullEditor()),
		"draft_saved":        views.DraftSaved("Draft saved 10:42", "31", "4", false),
		"invoice_state":      views.InvoiceStateParts(exampleInvoice().State),
		"invoice_refused":    views.InvoiceStateParts(refusedInvoice().State),
		"invoice_linked":     views.InvoiceStateParts(linkedInvoice().State),
		"note_totals":        views.NoteTotals(exampleNote().Result),
		"error_note":         views.ErrorNote("This number is already used in 2026-27."),
		"text_field": views.TextField(views.Field{
			Name: "buyer.pin", Label: "PIN code", Value: "4110", Error: "A PIN code has 6 digits.",
			Help: "PIN of this address.", InputMode: "numeric", Required: true, MaxLength: 6,
		}),
		"select_field": views.SelectField(views.Field{Name: "reason", Label: "Reason"},
			views.Options("2", views.Option{Value: "1", Label: "Duplicate"}, views.Option{Value: "2", Label: "Data entry mistake"})),
	}
	maps.Copy(all, settingsFragments())
	maps.Copy(all, masterFragments())
	maps.Copy(all, queueFragments())
	maps.Copy(all, trainingFragments())
	maps.Copy(all, ewayFragments())
	return all
}

func exampleInvoices() views.InvoicesView {
	const base = "/c/27AAPFU0939F1ZV/invoices"
	row := func(id, number, date, who, note, total, kind, state, eway string) views.InvoiceRow {
		return views.InvoiceRow{
			URL: base + "/" + id, PDFURL: base + "/" + id + "/pdf", Number: number, Date: date, Customer: who,
			CustomerNote: note, Total: total, Kind: kind, State: state, EWayBill: eway,
		}
	}
	return views.InvoicesView{
		ListURL: base, NewURL: base + "/new", NewLabel: "New invoice", ImportURL: base + "/import",
		Figures: []views.Figure{
			{Label: "Billed in November", Value: "₹\u200942,18,904", Note: "▲ 12.4% on October", Kind: "good"},
			{Label: "GST charged", Value: "₹\u20096,43,562", Note: "IGST 2.91 L · CGST 1.76 L · SGST 1.76 L", Kind: "muted"},
			{Label: "To fix before IRN", Value: "1", Note: "₹\u20093,12,818 held · 28 days left to report", Kind: "bad"},
			{Label: "Registered today", Value: "14", Note: "1 on its way", Kind: "wait"},
		},
		Chips: []views.Chip{
			{Label: "All", Count: "418", URL: base, Current: true},
			{Label: "To fix", Count: "1", URL: base + "?state=to_fix"},
			{Label: "Pending", Count: "1", URL: base + "?state=pending"},
			{Label: "Registered", Count: "397", URL: base + "?state=registered"},
			{Label: "Drafts", Count: "4", URL: base + "?state=draft"},
			{Label: "Cancelled", Count: "15", URL: base + "?state=cancelled"},
		},
		List: views.InvoiceList{
			Rows: []views.InvoiceRow{
				row("418", "INV/26-27/0418", "22 Nov 2026", "Konkan Agro Foods LLP", "27AABFK4417C1ZS · Maharashtra", "1,77,455.00", "good", "Registered", "1816 4420 0912"),
				row("417", "INV/26-27/0417", "22 Nov 2026", "Deccan Tools & Dies Pvt Ltd", "29AADCD8832K1Z7 · Karnataka", "56,404.00", "wait", "Sending…", ""),
				row("21", "CRN/26-27/0021", "21 Nov 2026", "Konkan Agro Foods LLP", "27AABFK4417C1ZS · Maharashtra", "−4,956.00", "good", "Registered", ""),
				row("416", "INV/26-27/0416", "21 Nov 2026", "Walk-in customer", "— · Maharashtra", "2,360.00", "muted", "Not required (B2C)", ""),
				row("415", "INV/26-27/0415", "21 Nov 2026", "Gulf Spice Trading FZE", "URP · Outside India", "8,42,500.00", "good", "Registered · Export LUT", "1816 4419 7731"),
				row("414", "INV/26-27/0414", "20 Nov 2026", "Shree Balaji Steels", "24AAKFS2211M1Z8 · Gujarat", "3,12,818.00", "bad", "2172 · Fix and retry", ""),
				row("413", "INV/26-27/0413", "20 Nov 2026", "Nila Textiles SEZ Unit", "33AAACN5512P1ZE · Tamil Nadu", "1,20,000.00", "good", "Registered · SEZ", "1816 4418 2210"),
				row("412", "INV/26-27/0412", "19 Nov 2026", "Deccan Tools & Dies Pvt Ltd", "29AADCD8832K1Z7 · Karnataka", "78,293.00", "muted", "Cancelled", ""),
				row("31", "Draft 31", "19 Nov 2026", "Himalaya Dairy Co-op", "05AAAAH1210L1Z8 · Uttarakhand", "19,116.00", "muted", "Draft", ""),
				row("411", "INV/26-27/0411", "18 Nov 2026", "Coastal Marine Exports", "32AAFCC9034J1ZP · Kerala", "4,41,320.00", "good", "Registered", "1816 4416 0094"),
			},
			Older: base + "?before=20261118-411", Count: "418 documents · ₹\u20093,84,16,220.00",
		},
	}
}

func emptyInvoices() views.InvoicesView {
	const base = "/c/27AAPFU0939F1ZV/invoices"
	return views.InvoicesView{
		ListURL: base, NewURL: base + "/new", NewLabel: "New invoice",
		Chips: []views.Chip{{Label: "All", Count: "0", URL: base, Current: true}},
		List:  views.InvoiceList{NewURL: base + "/new", NewLabel: "New invoice"},
	}
}

func emptyChip() views.InvoiceList {
	l := emptyInvoices().List
	l.Filtered, l.ClearURL = true, "/c/27AAPFU0939F1ZV/invoices"
	l.EmptyTitle, l.EmptyText = "Nothing to fix", "The portal refused no document."
	return l
}

func exampleLogin() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		form := templ.Join(
			views.TextField(views.Field{Name: "email", Label: "E-mail", Type: "email", Required: true, Autocomplete: "username"}),
			views.TextField(views.Field{Name: "password", Label: "Password", Secret: true, Required: true, Error: "E-mail or password is wrong."}),
			views.Button("Sign in", "", "", nil),
		)
		return views.Bare(views.Page{Title: "Sign in"}).Render(templ.WithChildren(ctx, form), w)
	})
}
