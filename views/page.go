package views

import "github.com/a-h/templ"

// Page is what the frame around every page shows.
type Page struct {
	Title     string
	User      string      // who is signed in, as shown at the foot of the sidebar
	Company   *CompanyTag // nil outside a company
	Companies []CompanyTag
	Nav       string // the current room: "invoices", "eways", "queue", "customers", "items", "reports", "verify", "settings", or "companies" outside a company
	Practice  bool
	// Status is the line at the foot of the sidebar ("Built-in portal · both GSPs up");
	// StatusGood gives it a green dot.
	Status     string
	StatusGood bool
	Flash      string   // said once, at the top of the content ("Company added.")
	Scripts    []string // short names of the modules this page needs beside app.js: "editor.js", "watch.js", "gstin.js"

	Back    string          // URL of the arrow before the title; empty: no arrow
	Note    templ.Component // beside the title: a state, "Draft saved 10:42"; may be nil
	Actions templ.Component // buttons at the right of the top line; may be nil
	Drill   *DrillStrip     // the drill that runs, said on every page of its company; nil: none
	// Refresh makes browsers without script load the page again after so many seconds,
	// for pages that wait for the portal; 0: never.
	Refresh int
}

// CompanyTag is one company as the sidebar and the company switcher show it.
type CompanyTag struct {
	Name, GSTIN string
	URL         string // "/c/27AAPFU0939F1ZV", without a slash at the end
	Practice    bool
}

// navItem is one line of the sidebar.
type navItem struct{ Key, Icon, Label, URL string }

// navItems are the rooms of a company. A room joins the list when it has a page, so that
// no link leads nowhere.
func navItems(c CompanyTag) []navItem {
	items := []navItem{
		{"invoices", "file-text", "Invoices", c.URL + "/invoices"},
		{"eways", "truck", "E-way bills", c.URL + "/ewaybills"},
		{"queue", "send", "Portal queue", c.URL + "/queue"},
		{"customers", "users", "Customers", c.URL + "/customers"},
		{"items", "package", "Items", c.URL + "/items"},
		{"reports", "chart-column", "Reports", c.URL + "/reports/documents"},
		{"verify", "shield-check", "Check an e-invoice", c.URL + "/verify"},
	}
	if c.Practice {
		items = append(items, navItem{"training", "flask-conical", "Training", c.URL + "/training"})
	}
	return items
}

// settingsItem is one line of the settings menu.
type settingsItem struct{ Key, Label, URL string }

// companySettings are the settings of one GSTIN.
func companySettings(c CompanyTag) []settingsItem {
	return []settingsItem{
		{"einvoice", "E-Invoice Configuration", c.URL + "/settings/einvoice"},
		{"credentials", "E-Invoice Credentials", c.URL + "/settings/credentials"},
		{"series", "Number series", c.URL + "/settings/series"},
		{"print", "Print and firm facts", c.URL + "/settings/print"},
		{"branches", "Branches", c.URL + "/settings/branches"},
		{"lock", "Closed periods", c.URL + "/settings/lock"},
	}
}

// firmSettings are the settings that all companies share.
func firmSettings() []settingsItem {
	return []settingsItem{
		{"companies", "Companies", "/"},
		{"rules", "Rules and rates", "/settings/rules"},
		{"certificates", "Certificates", "/settings/certificates"},
		{"keys", "API keys", "/settings/keys"},
		{"webhooks", "Webhooks", "/settings/webhooks"},
	}
}

// withActions returns the page with its buttons in the top line.
func withActions(p Page, actions templ.Component) Page {
	p.Actions = actions
	return p
}

// withNote returns the page with something said beside its title.
func withNote(p Page, note templ.Component) Page {
	p.Note = note
	return p
}
