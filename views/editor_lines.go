package views

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

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
		{Column: "hsn", Label: "HSN/SAC", Class: "line-hsn", Mode: "numeric", List: "hsn-codes", Max: 10},
		{Column: "qty", Label: "Qty", Class: "line-qty num", Mode: "decimal", Max: 16},
		{Column: "unit", Label: "Unit", Class: "line-unit", List: "units", Max: 8},
		{Column: "price", Label: "Rate ₹", Class: "line-price num", Mode: "decimal", Max: 18},
		{Column: "discount", Label: "Disc", Class: "line-disc num", Placeholder: "₹ or %", Title: "Discount: an amount in ₹, a percentage such as 5%, or two, one after the other: 10+5%", Max: 16},
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
func cellAttrs(c cell, i string, l EditorLine, v EditorView) templ.Attributes {
	name := lineName(i, c.Column)
	attrs := templ.Attributes{
		"id": FieldID(name), "name": name, "type": "text", "autocomplete": "off",
		"maxlength": strconv.Itoa(c.Max), "aria-label": c.Label + ", line " + lineNumber(i),
	}
	set := func(key, value string) {
		if value != "" {
			attrs[key] = value
		}
	}
	set("inputmode", c.Mode)
	set("placeholder", c.Placeholder)
	set("title", c.Title)
	if c.List != "hsn-codes" || v.HSNURL != "" {
		set("list", c.List)
	}
	if l.Charge != "" && (c.Column == "hsn" || c.Column == "rate") {
		attrs["placeholder"], attrs["title"] = "as goods", "Empty: as the goods that the charge goes with"
	}
	if v.Faults.stops(name) {
		attrs["aria-invalid"] = "true"
	}
	if v.Faults.text(name) != "" {
		attrs["aria-describedby"] = FieldID(name) + "-error"
	} else if c.Column == "price" && l.LastRate != "" {
		attrs["aria-describedby"] = FieldID(lineName(i, "last"))
	}
	return attrs
}

// newRow is the index in the templates from which the script makes new lines and rows.
const newRow = "NEW"

// lineNumber is what people call the line with an index.
func lineNumber(i string) string {
	n, err := strconv.Atoi(i)
	if err != nil {
		return i
	}
	return strconv.Itoa(n + 1)
}

// figureLabels name the columns of a line that nobody types.
var figureLabels = map[string]string{
	"": "", "number": "Number", "taxable": "Taxable", "amount": "Amount", "total": "Total", "igst": "IGST", "cgst": "CGST",
	"sgst": "SGST", "cess": "Cess", "state_cess": "State cess", "charge": "Charge", "against": "Original line", "attributes": "Properties",
}

// columnsWithMessages are the columns of a line whose messages stand below it: those of
// the grid, and those that have no field of their own.
func columnsWithMessages(faults Messages, i string) []cell {
	if len(faults) == 0 {
		return nil
	}
	line := "lines[" + i + "]"
	var found []cell
	for _, c := range cells() {
		if len(faults[line+"."+c.Column]) > 0 {
			found = append(found, c)
		}
	}
	for _, column := range slices.Sorted(maps.Keys(figureLabels)) {
		if name := strings.TrimSuffix(line+"."+column, "."); len(faults[name]) > 0 {
			found = append(found, cell{Column: column, Label: figureLabels[column]})
		}
	}
	return found
}

// messageName is the form name behind a cell's message: the line itself where the cell
// has no column.
func messageName(i, column string) string { return strings.TrimSuffix(lineName(i, column), ".") }

// label ends in a colon where there is one.
func (c cell) label() string {
	if c.Label == "" {
		return ""
	}
	return c.Label + ": "
}

// details are the fields of a line that the grid has no room for.
func (v EditorView) details(i string, l EditorLine) []control {
	of := func(column, label string) Field {
		f := v.field(lineName(i, column), label)
		f.Value = l.More[column]
		return f
	}
	list := []control{
		{Field: of("free_qty", "Free quantity").decimal(16)},
		{Field: of("retail_price", "MRP / retail price ₹").decimal(18)},
		{Field: of("pretax", "Pre-tax value ₹").decimal(18)},
		{Field: of("other", "Other charges ₹").decimal(18)},
		{Field: of("cess_rate", "Cess %").decimal(8)},
		{Field: of("cess_fixed", "Fixed cess ₹").decimal(18).titled("For the whole line, not for a unit")},
		{Field: of("state_cess_rate", "State cess %").decimal(8)},
		{Field: of("state_cess_fixed", "Fixed State cess ₹").decimal(18).titled("For the whole line, not for a unit")},
		{Field: of("batch.name", "Batch").upTo(20)},
		{Field: of("batch.expiry", "Expiry").day()},
		{Field: of("batch.warranty", "Warranty until").day()},
		{Field: of("serial", "Serial no.").upTo(20)},
		{Field: of("barcode", "Barcode").upTo(30)},
		{Field: of("origin", "Country of origin").upTo(2).listed("countries")},
		{Field: of("order_line", "Order line").upTo(50)},
	}
	for n := range l.attributeRows() {
		list = append(list, attributePair(of, strconv.Itoa(n))...)
	}
	return list
}

// pairClass marks a field that is the name of the value in the next one.
const pairClass = "pair"

// attributePair are the two fields of a property.
func attributePair(of func(column, label string) Field, n string) []control {
	at, number := "attributes["+n+"].", lineNumber(n)
	return []control{
		{Field: of(at+"name", "Property "+number).upTo(100).classed(pairClass)},
		{Field: of(at+"value", "Its value").upTo(100).named("Value of property " + number)},
	}
}

// leastAttributes is how many properties a line's details have room for at first.
const leastAttributes = 2

// attributeRows is how many properties a line shows: one more than it has, and at least
// leastAttributes.
func (l EditorLine) attributeRows() int {
	rows := leastAttributes
	for column := range l.More {
		rest, ok := strings.CutPrefix(column, "attributes[")
		digits, _, _ := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(digits); ok && err == nil && l.More[column] != "" && n < 1000 {
			rows = max(rows, n+2)
		}
	}
	return rows
}

// hasDetails reports whether a line's details are on the page: most lines have none, and
// long documents stay light.
func (v EditorView) hasDetails(i string, l EditorLine) bool {
	return l.Open || v.detailsSum(i, l) != "" || len(v.Faults) > 0 && faulty(v.details(i, l))
}

// detailsSum says in short what a line's details hold.
func (v EditorView) detailsSum(i string, l EditorLine) string {
	if len(l.More) == 0 {
		return ""
	}
	return summed(v.details(i, l))
}

// summed says in short what controls hold. A property's name is the label of its value.
func summed(list []control) string {
	var parts []string
	for i, c := range list {
		label := c.Label
		switch {
		case c.Value == "":
			continue
		case c.Class == pairClass && list[i+1].Value != "":
			continue
		case i > 0 && list[i-1].Class == pairClass:
			label = list[i-1].Value
		}
		parts = append(parts, strings.TrimSpace(label+" "+c.Value))
	}
	return strings.Join(parts, " · ")
}

// unseen are the fields that a line carries along.
func (l EditorLine) unseen() map[string]string {
	list := maps.Clone(l.Kept)
	if list == nil {
		list = map[string]string{}
	}
	for column, value := range map[string]string{"charge": l.Charge, "against": l.Against} {
		if value != "" {
			list[column] = value
		}
	}
	return list
}

// unseenColumns are their columns, in order.
func (l EditorLine) unseenColumns() []string { return slices.Sorted(maps.Keys(l.unseen())) }

// charge is a kind of line that is no item: what the menu offers.
type charge struct{ Value, Label string }

// charges are the kinds of gst.Charge.
func charges() []charge {
	return []charge{{"freight", "Freight"}, {"packing", "Packing"}, {"insurance", "Insurance"}, {"other", "Other charges"}}
}

// optional is an attribute that is there or not.
func optional(name, value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{name: value}
}

// jsonText is a map of texts as JSON; empty for none.
func jsonText(texts map[string]string) string {
	if len(texts) == 0 {
		return ""
	}
	return jsonOf(texts)
}

// jsonOf is a value as JSON.
func jsonOf(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts, and lists and maps of them, can always be written
	}
	return string(text)
}
