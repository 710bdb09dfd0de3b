package views

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// text joins the messages of a field.
func (m Messages) text(name string) string {
	var texts []string
	for _, message := range m[name] {
		texts = append(texts, message.Text)
	}
	return strings.Join(texts, " ")
}

// stops reports whether one of a field's messages is more than a warning.
func (m Messages) stops(name string) bool {
	for _, message := range m[name] {
		if !message.Warning {
			return true
		}
	}
	return false
}

// any reports whether a field whose name begins so has a message.
func (m Messages) any(prefixes ...string) bool {
	for name := range m {
		for _, prefix := range prefixes {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
	}
	return false
}

// field is a control of the editor with its value and messages.
func (v EditorView) field(name, label string) Field {
	f := Field{Name: name, Label: label, Value: v.Values[name], Autocomplete: "off"}
	switch {
	case v.Faults.stops(name):
		f.Error = v.Faults.text(name)
	default:
		f.Help = v.Faults.text(name)
		f.HelpKind = "wait"
	}
	return f
}

// plain is a field with help instead of a message, where it has none.
func (f Field) plain(help string) Field {
	if f.Help == "" {
		f.Help, f.HelpKind = help, ""
	}
	return f
}

// with adds attributes to the control.
func (f Field) with(attrs templ.Attributes) Field {
	f.Attrs = attrs
	return f
}

// numeric brings up the digits on phones, and says how many there may be.
func (f Field) numeric(most int) Field {
	f.InputMode, f.MaxLength = "numeric", most
	return f
}

// decimal brings up the digits and the point.
func (f Field) decimal(most int) Field {
	f.InputMode, f.MaxLength = "decimal", most
	return f
}

// upTo bounds the length of a text as INV-01 does.
func (f Field) upTo(most int) Field {
	f.MaxLength = most
	return f
}

// day is a date as people write it, also with the name of the month.
func (f Field) day() Field {
	f.Placeholder = "dd/mm/yyyy"
	return f.numeric(len("dd-Mon-yyyy"))
}

// listed suggests the options of a datalist.
func (f Field) listed(list string) Field { return f.attr("list", list) }

// titled explains a field that its label cannot.
func (f Field) titled(title string) Field { return f.attr("title", title) }

// named gives a field a longer name than its label, for people who do not see what
// stands beside it.
func (f Field) named(name string) Field { return f.attr("aria-label", name) }

// attr adds an attribute to the control.
func (f Field) attr(name, value string) Field {
	attrs := templ.Attributes{name: value}
	maps.Copy(attrs, f.Attrs)
	return f.with(attrs)
}

// classed widens a field's box, or begins a row with it.
func (f Field) classed(class string) Field {
	f.Class = class
	return f
}

// hinted is a field with a placeholder.
func (f Field) hinted(placeholder string) Field {
	f.Placeholder = placeholder
	return f
}

// titled is the longer explanation of a column's heading, where it needs one.
func titled(title string) templ.Attributes {
	if title == "" {
		return nil
	}
	return templ.Attributes{"title": title}
}

// goesTo is where a Check leads; empty: nowhere.
func (c Check) goesTo() string {
	if c.URL == "" && c.Field != "" {
		return "#" + FieldID(c.Field)
	}
	return c.URL
}

// checkIcon is the icon of a Check.
func checkIcon(kind string) string {
	if kind == "good" {
		return "circle-check"
	}
	return noticeIcon(kind)
}

// oob lets a fragment find its own place in the page when it comes along with another.
func oob(yes bool) templ.Attributes {
	if !yes {
		return nil
	}
	return templ.Attributes{"hx-swap-oob": "true"}
}

// billTo is the field in which a customer is chosen or a new one's legal name typed.
func billTo(v EditorView) Field {
	f := v.field("buyer.name", "Bill to")
	f.Placeholder = "Customer’s legal name"
	f.Attrs = templ.Attributes{"list": "customers", "data-customer": true}
	if len(v.Lines) <= 1 && f.Value == "" {
		f.Attrs["autofocus"] = true
	}
	return f
}

// partyGSTIN is a GSTIN that is checked while it is typed.
func partyGSTIN(f Field) Field {
	f.MaxLength = 15
	f.Attrs = templ.Attributes{"data-gstin": true, "autocapitalize": "characters", "spellcheck": "false"}
	return f
}

// readOnly is a field that only shows its value.
func readOnly(f Field) Field {
	f.ReadOnly = true
	return f
}

// customerData carries a remembered customer to the script that fills the form, each
// field under its form name.
func customerData(c CustomerOption) templ.Attributes {
	attrs := templ.Attributes{}
	for key, value := range map[string]string{
		"buyer.gstin": c.GSTIN, "buyer.trade": c.TradeName, "buyer.address1": c.Address1, "buyer.address2": c.Address2,
		"buyer.place": c.Place, "buyer.pin": c.PIN, "buyer.state": c.State, "buyer.phone": c.Phone, "buyer.email": c.Email,
		"supply": c.Supply, "pos": c.PlaceOfSupply, "prices": c.Prices,
		"terms.cash": c.Cash, "terms.days": c.Days, "terms.interest": c.Interest,
	} {
		attrs["data-"+FieldID(key)] = value
	}
	return attrs
}

// options are where the goods may go, with the choice marked.
func (s ShipTo) options() []Option {
	options := []Option{{Value: "", Label: "The buyer’s own address"}}
	for i, place := range s.Places {
		options = append(options, Option{Value: strconv.Itoa(i), Label: place.Label})
	}
	return Options(s.Chosen, append(options, Option{Value: ShipTyped, Label: "Another place, typed below"})...)
}

// json is the places for the script.
func (s ShipTo) json() string {
	if len(s.Places) == 0 {
		return "[]"
	}
	return jsonOf(s.Places)
}

// shown is a choice that is asked for only where there is one.
func shown(options []Option) bool { return len(options) > 1 }

// title of the panel with the checks.
func (p EditorPreview) title() string {
	if p.ChecksTitle == "" {
		return "Ready for the portal"
	}
	return p.ChecksTitle
}

// keptTotals are the totals that a document was brought with, by form name. The round-off
// is not among them: it has a field.
func (v EditorView) keptTotals() []string {
	return []string{
		"totals.taxable", "totals.cgst", "totals.sgst", "totals.igst", "totals.cess", "totals.state_cess", "totals.total",
	}
}

// hiddenNames are the names of what the form carries along, in order.
func (v EditorView) hiddenNames() []string { return slices.Sorted(maps.Keys(v.Hidden)) }

// all marks a form whose messages stand beside every field, left or not: it came back
// with them.
func (v EditorView) all() templ.Attributes {
	if len(v.Faults) == 0 {
		return nil
	}
	return templ.Attributes{"data-all": true}
}

// blank is the view without what was typed, for the lines that the script makes.
func (v EditorView) blank() EditorView { return EditorView{HSNURL: v.HSNURL} }

// boxed is the field of a box: it sends "on" whatever it holds now.
func boxed(f Field) Field {
	f.Value = ""
	return f
}

// plainOptions are suggestions that explain themselves.
func plainOptions(values ...string) []Option {
	options := make([]Option, 0, len(values))
	for _, value := range values {
		options = append(options, Option{Value: value})
	}
	return options
}

// json is the messages for the script.
func (m Messages) json() string {
	if len(m) == 0 {
		return "{}"
	}
	return jsonOf(m)
}

// jsonList is a list of texts for the script.
func jsonList(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	return jsonOf(texts)
}

// EditorScripts are the modules of the editor.
func EditorScripts() []string {
	return []string{"editor.js", "gstin.js"}
}

// withScripts returns the page with the modules it needs.
func withScripts(p Page, names []string) Page {
	p.Scripts = names
	return p
}
