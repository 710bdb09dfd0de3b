package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// following has the progress asked for each second while there is some.
func following(v CheckView) templ.Attributes {
	if !v.Started || v.Done {
		return nil
	}
	return templ.Attributes{"hx-get": v.URL, "hx-trigger": "every 1s", "hx-swap": "outerHTML"}
}

// atLeastOne is the end of a progress bar.
func atLeastOne(n int) string { return strconv.Itoa(max(n, 1)) }

func whole(n int) string { return strconv.Itoa(n) }

// checkLabel is what the button that starts asking says.
func checkLabel(v CheckView) string {
	switch {
	case v.Problem != "":
		return "Go on"
	case v.Started:
		return "Ask again"
	}
	return "Ask about all"
}

// reform has the server do a part of a customer's form, and shows it as it comes back.
func reform(url, do string) templ.Attributes {
	return templ.Attributes{
		"name": "do", "value": do, "formnovalidate": true,
		"hx-post": url, "hx-target": "#customer-form", "hx-swap": "outerHTML", "hx-disabled-elt": "this",
	}
}

// dialogForm has a form in the editor's dialog answered in its place.
func dialogForm(dialog bool, url string) templ.Attributes {
	if !dialog {
		return nil
	}
	return templ.Attributes{"hx-post": url, "hx-target": "#create-body", "hx-swap": "innerHTML"}
}

// typedGSTIN is a GSTIN that is looked at while it is typed.
func typedGSTIN(f Field, url string) Field {
	f.MaxLength = 15
	f.Attrs = templ.Attributes{
		"class": "uppercase", "autocapitalize": "characters", "spellcheck": "false",
		"hx-get": url, "hx-trigger": "input changed delay:250ms", "hx-target": "#gstin-note", "hx-swap": "outerHTML", "hx-sync": "this:replace",
	}
	return f
}

// typedHSN is a code that suggests others and says what it is called.
func typedHSN(f Field, url string) Field {
	f.InputMode, f.MaxLength = "search", 12
	f.Attrs = templ.Attributes{
		"list":   "item-hsn-codes",
		"hx-get": url, "hx-trigger": "input changed delay:250ms", "hx-target": "#hsn-note", "hx-swap": "outerHTML", "hx-sync": "this:replace",
	}
	return f
}

// first is a field that is ready to be typed into.
func first(f Field, now bool) Field {
	if !now {
		return f
	}
	if f.Attrs == nil {
		f.Attrs = templ.Attributes{}
	}
	f.Attrs["autofocus"] = true
	return f
}

// columns is the class of a form's rows: in the dialog there is room for two.
func columns(dialog bool, n int) string {
	if dialog || n == 2 {
		return "grid-2"
	}
	return "grid-" + strconv.Itoa(n)
}

// bringEncoding lets the second press carry a file that could not be kept.
func bringEncoding(v BringView) templ.Attributes {
	if v.Kept != "" {
		return nil
	}
	return templ.Attributes{"enctype": "multipart/form-data"}
}

// aside opens a link beside the document that is being typed.
func aside(dialog bool) templ.Attributes {
	if !dialog {
		return nil
	}
	return templ.Attributes{"target": "_blank", "rel": "noopener"}
}
