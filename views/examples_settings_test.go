package views_test

import (
	"github.com/a-h/templ"

	"mohar/views"
)

const exampleSettings = "/c/27AAPFU0939F1ZV/settings/"

func settingsPages() map[string]templ.Component {
	p := examplePage("Settings", "settings")
	return map[string]templ.Component{
		"print":            views.PrintPage(p, examplePrint()),
		"branches":         views.BranchesPage(p, exampleBranches()),
		"branches-empty":   views.BranchesPage(p, views.BranchesView{}),
		"branch":           views.BranchPage(p, exampleBranch()),
		"series":           views.SeriesPage(p, exampleSeries()),
		"lock":             views.LockPage(p, exampleLock()),
		"rules":            views.RulesPage(p, exampleRules()),
		"rule":             views.RulePage(p, exampleRule()),
		"certificates":     views.CertificatesPage(p, exampleCertificates()),
		"certificate":      views.CertificatesPage(p, exampleCertificate()),
		"verify":           views.VerifyPage(examplePage("Check an e-invoice", "verify"), views.VerifyView{URL: "/verify"}),
		"verify-results":   views.VerifyPage(examplePage("Check an e-invoice", "verify"), exampleVerify()),
		"documents-issued": views.DocumentsIssuedPage(examplePage("Documents issued", "reports"), exampleDocumentsIssued()),
	}
}

func settingsFragments() map[string]templ.Component {
	return map[string]templ.Component{
		"series_numbers": views.SeriesNumbers(exampleSeries().Rows[0].Preview),
		"series_wrong":   views.SeriesNumbers(views.SeriesPreview{Problem: "A number cannot begin with 0, / or -. Begin it with a letter or another digit."}),
	}
}

func examplePrint() views.PrintView {
	copies := views.CopiesRow{Type: "INV", Label: "Tax invoices", Options: views.Options("4",
		views.Option{Value: "0", Label: "As the rules have it"}, views.Option{Value: "4", Label: "4"})}
	return views.PrintView{
		URL: exampleSettings + "print", SampleURL: exampleSettings + "print/sample.pdf", ConfigurationURL: exampleSettings + "einvoice",
		Version: "7", CIN: "U51909MH2012PTC22999", Udyam: "UDYAM-MH-26-0012345", UdyamSize: "small", IEC: "AAPFU0939F",
		Lines: "FSSAI 11517018000123\nDrug licence MH-PZ4-123456", LUTs: []views.LUTRow{{Year: "2026-27", Number: "AD270326000001B"}, {}},
		Payee: "Sharda Traders", Bank: "HDFC Bank", Branch: "Laxmi Road", Account: "50200012345678", IFSC: "HDFC0000123", UPI: "sharda@upi",
		Terms: "Goods once sold are not taken back.\nClaims within 7 days.", Interest: "18% a year after the due date.", Days: "30",
		Jurisdiction: "Subject to Pune jurisdiction.", Signatory: "Asha Sharda", Copies: []views.CopiesRow{copies}, RoundOff: true,
		Sizes:     []views.Option{{Value: "", Label: "Not said"}, {Value: "small", Label: "Small"}},
		Years:     []views.Option{{Value: "", Label: "Choose"}, {Value: "2026-27", Label: "2026-27"}},
		MostLines: 6, MostTerms: 8, Unprintable: "आशा",
		Problems: map[string]string{"cin": "A CIN has 21 characters, such as U51909MH2012PTC229999. Copy it from the certificate of incorporation."},
	}
}

func exampleBranch() views.BranchForm {
	return views.BranchForm{
		URL: exampleSettings + "branches/NGP", RemoveURL: exampleSettings + "branches/NGP/remove", ListURL: exampleSettings + "branches",
		Version: "7", Code: "NGP", Name: "Nagpur depot", Address1: "1 Sitabuldi", Place: "Nagpur", PIN: "560001", State: "Maharashtra",
		SeriesNames: []views.Option{{Value: "", Label: "The usual one"}, {Value: "NGP", Label: "NGP"}}, Series: "NGP",
		Problems: map[string]string{"pin": "PIN code 560001 does not lie in Maharashtra. Mend the PIN code or the State."},
	}
}

func exampleBranches() views.BranchesView {
	return views.BranchesView{
		Rows: []views.BranchRow{
			{URL: exampleSettings + "branches/NGP", Code: "NGP", Name: "Nagpur depot", Address: "1 Sitabuldi, Nagpur 440012", Series: "NGP"},
			{URL: exampleSettings + "branches/BHI", Code: "BHI", Name: "Bhiwandi godown", Address: "Gala 14, Rahnal Village, Bhiwandi 421302", Series: "The usual one"},
		},
		Form: views.BranchForm{URL: exampleSettings + "branches", Version: "7", State: "Maharashtra"},
	}
}

func exampleSeries() views.SeriesView {
	return views.SeriesView{
		URL: exampleSettings + "series", Year: "2026-27", Practice: true, Removed: "OLD",
		Years: []views.Chip{{Label: "2025-26", URL: exampleSettings + "series?year=2025-26"}, {Label: "2026-27", URL: exampleSettings + "series?year=2026-27", Current: true}},
		Types: []views.Option{{Value: "INV", Label: "Tax invoices"}, {Value: "CRN", Label: "Credit notes"}},
		Rows: []views.SeriesRow{
			{Key: "INV", Prefix: "INV/{YY-YY}/", Next: "419", Width: "4", Preview: views.SeriesPreview{Number: "INV/26-27/0419", NextYear: "INV/27-28/0001", FirstDay: "1 Apr 2027"}},
			{Key: "INV.NGP", Name: "NGP", Prefix: "NGP/{YY-YY}/", Next: "12", Width: "4", Preview: views.SeriesPreview{Number: "NGP/26-27/0012", NextYear: "NGP/27-28/0001", FirstDay: "1 Apr 2027"}},
			{Key: "CRN", Prefix: "CRN/26-27/", Next: "0", Width: "4", Problems: map[string]string{"next": "Type a whole number from 1."}, Preview: views.SeriesPreview{Problem: "Type a whole number from 1."}},
		},
		New: views.SeriesRow{Next: "1", Width: "4"},
	}
}

func exampleLock() views.LockView {
	return views.LockView{
		URL: exampleSettings + "lock", Version: "7", Locked: "31 Oct 2026", To: "31/10/2026", Offers: []string{"31/10/2026", "30/09/2026"},
		History: []views.LockEntry{{To: "31 Oct 2026", By: "asha@sharda.example", At: "11 Nov 2026, 18:20"}, {By: "asha@sharda.example", At: "2 Nov 2026, 09:14"}},
	}
}

func exampleRules() views.RulesView {
	const change = "/settings/rules/change"
	return views.RulesView{Changes: 1, Groups: []views.RuleGroup{
		{Title: "E-invoicing", Open: true, Rows: []views.RuleRow{
			{Name: "E-invoicing is compulsory above this turnover", Value: "₹10 crore", From: "1 Oct 2022", To: "31 Jul 2023", Note: "Notification 17/2022", Past: true, ChangeURL: change},
			{Name: "E-invoicing is compulsory above this turnover", Value: "₹5 crore", From: "1 Aug 2023", Note: "Notification 10/2023", ChangeURL: change},
			{Name: "E-invoicing is compulsory above this turnover", Value: "₹2 crore", From: "1 Apr 2027", Note: "Notification 30/2026", Mine: true, State: "to come", ChangeURL: change, AddURL: change},
		}},
		{Title: "GST rates", Rows: []views.RuleRow{{Name: "GST rate", Value: "18%", From: "1 Jul 2017", Note: "main slab", ChangeURL: change, AddURL: change}}},
	}}
}

func exampleRule() views.RuleForm {
	return views.RuleForm{
		URL: "/settings/rules/change", RemoveURL: "/settings/rules/remove", ListURL: "/settings/rules", Rule: "window.days",
		Name: "Time to register a document", Unit: "In days.", Value: "0", From: "01/11/2023", Note: "Advisory 700", Mine: true, Bundled: "30 days",
		Problems: map[string]string{"value": "The rule cannot have this value. Look at the help below."},
	}
}

func exampleDocumentsIssued() views.DocumentsIssuedView {
	const report = "/c/27AAPFU0939F1ZV/reports/documents"
	return views.DocumentsIssuedView{
		URL: report, CSVURL: report + ".csv?period=2026-11", Period: "November 2026", Company: "Sharda Traders", GSTIN: "27AAPFU0939F1ZV",
		From: "1 Nov 2026", To: "30 Nov 2026", Unfinished: true,
		Periods: []views.OptionGroup{{Label: "Month", Options: []views.Option{{Value: "2026-11", Label: "November 2026", Selected: true}}}},
		Rows: []views.RangeRow{
			{Nature: "1", Name: "Invoices for outward supply", From: "INV/26-27/0311", To: "INV/26-27/0418", Total: "106", Cancelled: "3", Net: "103", Gaps: []string{"INV/26-27/0400", "INV/26-27/0404 to INV/26-27/0405 (2)"}},
			{Nature: "5", Name: "Credit notes", From: "CRN/26-27/0019", To: "CRN/26-27/0021", Total: "3", Cancelled: "0", Net: "3"},
		},
		Total: 109, Cancelled: 3,
	}
}

func exampleCertificates() views.CertificatesView {
	const id = "115F4426617A7938BE1BA06DBEE91A427584EDAB"
	return views.CertificatesView{
		URL: "/settings/certificates", Unverified: 12, Done: "The certificate is kept.", DoneText: "3 registered documents are verified now.",
		Rows: []views.CertificateRow{
			{KeyID: id, Name: "NIC 2018–2020", Subject: "O=NATIONAL INFORMATICS CENTRE,C=IN", Issuer: "CN=Capricorn CA 2014", From: "12 Sep 2018", To: "12 Sep 2020", State: "validity ended", StateKind: "muted", Bundled: true},
			{KeyID: id, Name: "NIC 2021–2022", From: "01 Jan 2021", To: "31 Dec 2022", Seen: true, State: "key without certificate", StateKind: "muted", Bundled: true},
			{KeyID: id, Name: "Mohar practice portal", Subject: "CN=Mohar practice portal,C=IN", Issuer: "CN=Mohar practice portal,C=IN", From: "22 Nov 2016", To: "22 Nov 2046", State: "practice only", StateKind: "wait", Practice: true, Added: "22 Nov 2026, 10:00:00"},
		},
	}
}

func exampleCertificate() views.CertificatesView {
	v := exampleCertificates()
	v.Done, v.Unverified, v.Problem = "", 0, "This certificate is here already. Nothing is left to do."
	read := v.Rows[2]
	read.Bits, read.PEM = 2048, "-----BEGIN CERTIFICATE-----"
	v.Read = &read
	return v
}

func exampleVerify() views.VerifyView {
	rows := []views.VerifyRow{
		{Label: "Supplier", Value: "27AAPFU0939F1ZV", Note: "Maharashtra · check digit right", NoteKind: "good"},
		{Label: "Document", Value: "Tax invoice INV/26-27/0418"}, {Label: "Total", Value: "₹1,77,455.00"},
		{Label: "IRN", Value: "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229", Code: true, Note: "It is the one that supplier, financial year, type and number make.", NoteKind: "good"},
	}
	return views.VerifyView{URL: "/verify", File: "invoice.pdf", Results: []views.VerifyResult{
		{Kind: "good", Title: "Genuine", Text: "Signed by NIC under the key “NIC 2021–2022”.", Source: "Signed QR code", Rows: rows,
			Own:     []views.VerifyOwn{{Kind: "good", Title: "Your company issued it, and all agrees.", URL: "/c/27AAPFU0939F1ZV/invoices/7", Link: "Open INV/26-27/0418"}},
			Remarks: []string{"The portal signed on 02 Jan 2023, outside the certificate’s validity."}},
		{Kind: "wait", Title: "Not verified: this key is not known here", Text: "It names the key AB12.", AddURL: "/settings/certificates", Claims: true, Source: "Signed invoice", Rows: rows},
		{Kind: "bad", Title: "NOT genuine: the signature does not hold", Text: "It was changed after it was signed.", Claims: true, Source: "Signed QR code", Rows: rows},
	}}
}
