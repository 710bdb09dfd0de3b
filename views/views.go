// Package views draws HTML from view models. A view is a pure function: no query, no
// clock, no request; whatever it shows stands in its model, ready to print. Words that
// people read are English here; those that depend on a rule or a portal code come from
// the lang room through the model.
package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"mohar/static"
)

// sealMark is the inside of the program's mark, 32 × 32.
const sealMark = `<circle cx="16" cy="16" r="14.2" stroke="currentColor" stroke-width="2.2"/><path d="M8.4 12.6h15.4M17.6 12.6v9M11 12.6v5.2M11 18.4h6.6M21.9 12.6v9M21.9 12.4c-.4-2.2-2-3.3-4.2-3" stroke="currentColor" stroke-width="1.7" stroke-linecap="round"/><circle cx="10.4" cy="19" r="1.35" stroke="currentColor" stroke-width="1.5"/>`

// htmxConfig keeps htmx within the Content-Security-Policy (no eval, no style element)
// and lets 422 answers, which are forms with messages, be shown.
const htmxConfig = `{"allowEval":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,` +
	`"historyCacheSize":0,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},` +
	`{"code":"422","swap":true},{"code":"[45]..","swap":true,"error":true}]}`

// asset returns the URL of a static file by its short name.
func asset(name string) string { return static.URL(name) }

// FieldID returns the HTML id of the control with a form name: "lines[2].hsn" gives
// "lines-2-hsn". Links from messages to fields use it.
func FieldID(name string) string { return idOf.Replace(name) }

// idOf is made once: a page has thousands of ids, and making it takes longer than using it.
var idOf = strings.NewReplacer("[", "-", "]", "", ".", "-", "_", "-")

// describedBy returns the ids that explain a field, for aria-describedby.
func describedBy(f Field) string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, FieldID(f.Name)+"-error")
	}
	if f.Help != "" {
		ids = append(ids, FieldID(f.Name)+"-help")
	}
	return strings.Join(ids, " ")
}

// inputType returns the type attribute of a field.
func inputType(f Field) string {
	switch {
	case f.Type != "":
		return f.Type
	case f.Secret:
		return "password"
	}
	return "text"
}

// current marks the link to the page people are on.
func current(here bool) templ.Attributes {
	if !here {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// invalid marks a control that has an error, and ties the message to it.
func invalid(f Field) templ.Attributes {
	attrs := templ.Attributes{}
	if f.Error != "" {
		attrs["aria-invalid"] = "true"
	}
	if by := describedBy(f); by != "" {
		attrs["aria-describedby"] = by
	}
	return attrs
}

// limits are the optional attributes of a text field.
func limits(f Field) templ.Attributes {
	attrs := templ.Attributes{}
	set := func(key, value string) {
		if value != "" {
			attrs[key] = value
		}
	}
	set("placeholder", f.Placeholder)
	set("autocomplete", f.Autocomplete)
	set("inputmode", f.InputMode)
	if f.MaxLength > 0 {
		attrs["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	return attrs
}

// variantOf names the look of a button; the main action has none.
func variantOf(variant string) templ.Attributes {
	if variant == "" {
		return nil
	}
	return templ.Attributes{"data-variant": variant}
}

// noticeIcon is the icon of a kind of notice.
func noticeIcon(kind string) string {
	switch kind {
	case "practice":
		return "flask-conical"
	case "good":
		return "circle-check"
	case "wait":
		return "triangle-alert"
	case "bad":
		return "circle-alert"
	}
	return "info"
}

// checkValue is what a ticked box sends.
func checkValue(f Field) string {
	if f.Value == "" {
		return "on"
	}
	return f.Value
}
