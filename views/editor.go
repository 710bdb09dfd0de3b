package views

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// EditorView is the form in which a document is typed. Everything in it is text as it
// was typed, so that a form that comes back with messages looks as it was left.
type EditorView struct {
	Action       string // POST of the whole form; the pressed button says do=issue, draft, line, customer or drop:3
	PreviewURL   string // POST of the form: answers with EditorAnswer
	AutosaveURL  string // POST of the form: answers with DraftSaved; empty: not saved by itself
	CustomersURL string // GET ?buyer.name=…: answers with CustomerOptions; empty: Customers is all there is

	Type        string // gst.DocumentType, sent back as "type"
	ID, Version string // empty for a document that is not stored yet
	Saved       string // "Draft saved 10:42"; empty: nothing yet
	IssueLabel  string // "Issue & register"; "Register again" …
	Amending    bool   // numbered already: there is no draft to save

	Values map[string]string // by form name, without the lines; a ticked box is "on"
	Faults Messages
	Lines  []EditorLine // at least one, the last one empty

	Supply, States, Places []Option // Places: of supply. The views mark what Values says
	Countries              []Option
	Units                  []Option // for the list of suggestions
	Rates                  []string // likewise: "5", "18"
	Customers              []CustomerOption
	Items                  []ItemOption

	BuyerOpen bool // unfold the buyer's fields: a new customer, or something to mend there
	Note      bool // a credit or debit note: it asks for the original document
	Preview   EditorPreview
}

// Messages are what is wrong, by form name; "" is the document as a whole.
type Messages map[string][]Message

// Message is one sentence about a field, or about the document as a whole. The latter may
// end in a link to what mends it.
type Message struct {
	Text    string
	Warning bool
	URL     string // empty: no link
	Link    string // its words: "Open the newer one"
}

// EditorLine is one line of the grid, as typed. Taxable is computed.
type EditorLine struct {
	Description, HSN, Qty, Unit, Price, Discount, Rate string
	Taxable                                            string
}

// CustomerOption is a remembered customer that the name field suggests; choosing it
// fills the buyer's fields.
type CustomerOption struct {
	Name, GSTIN, TradeName, Address1, Address2, Place, PIN, State, Phone, Email string
	Supply, PlaceOfSupply                                                       string
}

// ItemOption is a remembered item that the description field suggests.
type ItemOption struct {
	Description, HSN, Unit, Price, Rate string
}

// EditorPreview is what the form amounts to while it is typed.
type EditorPreview struct {
	Sums       []Sum // "Taxable value", "CGST" …
	Total      string
	Words      string
	Taxables   []string // of each line
	Checks     []Check
	SupplyHint string // "Intra-State: CGST + SGST"
	NumberHint string // words: "Number on issue:", "The number stays."
	Number     string // follows NumberHint and is never broken: "INV/26-27/0419"; may be empty
	BuyerHint  string // "27AABFK4417C1ZS · Vashi, Navi Mumbai 400703"
	BuyerGood  bool   // the GSTIN is known to be in order
	Last       LastInvoices
}

// Sum is a labelled amount.
type Sum struct{ Label, Value string }

// Check is one line of the panel that says whether the portal would take the document.
type Check struct {
	Kind  string // good, wait (a warning) or bad
	Text  string
	Field string // form name of the field to go to; may be empty
	URL   string // where to go instead of a field, say to the settings; may be empty
}

// LastInvoices are the latest documents of the same buyer.
type LastInvoices struct {
	To   string
	Rows []LastInvoice
}

// LastInvoice is one of them.
type LastInvoice struct{ URL, Number, Total string }

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

// filled reports whether one of the fields has a value, so that a folded part of the
// form that holds something stands open.
func (v EditorView) filled(names ...string) bool {
	for _, name := range names {
		if v.Values[name] != "" {
			return true
		}
	}
	return false
}

// lineName is the form name of a cell.
func lineName(i, column string) string { return "lines[" + i + "]." + column }

// cell is one column of the grid. Placeholder and Title, both optional, say what an empty
// cell is for.
type cell struct {
	Column, Label, Class, Mode, List string
	Placeholder, Title               string
	Max                              int
}

// cells are the columns that people type into, in the order of Tab.
func cells() []cell {
	return []cell{
		{Column: "description", Label: "Item", Class: "line-item", List: "items", Placeholder: "Item or service", Max: 300},
		{Column: "hsn", Label: "HSN/SAC", Class: "line-hsn", Mode: "numeric", Max: 10},
		{Column: "qty", Label: "Qty", Class: "line-qty num", Mode: "decimal", Max: 16},
		{Column: "unit", Label: "Unit", Class: "line-unit", List: "units", Max: 8},
		{Column: "price", Label: "Rate ₹", Class: "line-price num", Mode: "decimal", Max: 18},
		{Column: "discount", Label: "Disc", Class: "line-disc num", Placeholder: "₹ or %", Title: "Discount: an amount in ₹, or a percentage such as 5%", Max: 16},
		{Column: "rate", Label: "GST %", Class: "line-rate num", Mode: "decimal", List: "rates", Max: 6},
	}
}

// value returns what was typed into a column.
func (l EditorLine) value(column string) string {
	switch column {
	case "description":
		return l.Description
	case "hsn":
		return l.HSN
	case "qty":
		return l.Qty
	case "unit":
		return l.Unit
	case "price":
		return l.Price
	case "discount":
		return l.Discount
	case "rate":
		return l.Rate
	}
	return ""
}

// cellAttrs are the attributes of a cell's input. The index is text, because the
// template for new lines has a placeholder there.
func cellAttrs(c cell, i string, faults Messages) templ.Attributes {
	name := lineName(i, c.Column)
	attrs := templ.Attributes{
		"id": FieldID(name), "name": name, "type": "text", "autocomplete": "off",
		"maxlength": strconv.Itoa(c.Max), "aria-label": c.Label + ", line " + lineNumber(i),
	}
	if c.Mode != "" {
		attrs["inputmode"] = c.Mode
	}
	if c.List != "" {
		attrs["list"] = c.List
	}
	if c.Placeholder != "" {
		attrs["placeholder"] = c.Placeholder
	}
	if c.Title != "" {
		attrs["title"] = c.Title
	}
	if faults.stops(name) {
		attrs["aria-invalid"] = "true"
	}
	if faults.text(name) != "" {
		attrs["aria-describedby"] = FieldID(name) + "-error"
	}
	return attrs
}

// newLine is the index in the template from which the script makes new lines.
const newLine = "NEW"

// lineNumber is what people call the line with an index.
func lineNumber(i string) string {
	n, err := strconv.Atoi(i)
	if err != nil {
		return i
	}
	return strconv.Itoa(n + 1)
}

// columnsWithMessages are the columns of a line that have something to say, the amounts
// that nobody types included.
func columnsWithMessages(faults Messages, i int) []cell {
	var found []cell
	for _, c := range append(cells(), cell{Column: "taxable", Label: "Taxable"}, cell{Column: "amount", Label: "Amount"},
		cell{Column: "total", Label: "Total"}, cell{Column: "igst", Label: "IGST"}, cell{Column: "cgst", Label: "CGST"},
		cell{Column: "sgst", Label: "SGST"}, cell{Column: "cess", Label: "Cess"}) {
		if len(faults[fmt.Sprintf("lines[%d].%s", i, c.Column)]) > 0 {
			found = append(found, c)
		}
	}
	return found
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

// jsonList is a list of texts as JSON.
func jsonList(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	list, err := json.Marshal(texts)
	if err != nil {
		panic(err) // texts can always be written
	}
	return string(list)
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
		"supply": c.Supply, "pos": c.PlaceOfSupply,
	} {
		attrs["data-"+FieldID(key)] = value
	}
	return attrs
}
