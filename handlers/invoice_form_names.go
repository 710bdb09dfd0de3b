package handlers

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// formNames are the fields that the form names otherwise than the rules do.
var formNames = map[string]string{
	"refs.remarks": "remarks", "refs.contracts[0].order_number": "order.number", "refs.contracts[0].order_date": "order.date",
}

// formName is the form's name of a field.
func formName(field string) string {
	if name, ok := formNames[field]; ok {
		return name
	}
	return field
}

// canonical is the rules' name of a field of the form, the reverse of formName.
func canonical(name string) string {
	switch name {
	case "remarks":
		return "refs.remarks"
	case "order.number", "order.date":
		return "refs.contracts[0].order_" + strings.TrimPrefix(name, "order.")
	}
	return name
}

// fieldLabels are the fields of the form by their names without indexes, with the words
// for each; "%d" stands where the number of a row does.
var fieldLabels = sync.OnceValue(func() map[string]string {
	labels := map[string]string{"prices": "Prices", "lines[]": "Line %d", "round": "Rounding", "brought": "Figures as they came"}
	addLabels(labels, "", "", headInputs)
	addLabels(labels, "", "", numberField)
	addLabels(labels, "", "", roundField)
	addLabels(labels, "buyer.", "Buyer’s ", partyInputs)
	addLabels(labels, "ship.", "Consignee’s ", partyInputs)
	addLabels(labels, "dispatch.", "Dispatch ", dispatchInputs)
	addLabels(labels, "payment.", "Payment, ", paymentInputs)
	addLabels(labels, "terms.", "Payment, ", termsInputs)
	addLabels(labels, "transport.", "Transport, ", transportInputs)
	addLabels(labels, "export.", "Export, ", exportInputs)
	addLabels(labels, "eway.", "E-way bill, ", ewayInputs)
	addLabels(labels, "totals.", "", totalFigures)
	addLabels(labels, "refs.preceding[].", "Original document %d, ", precedingInputs)
	addLabels(labels, "refs.contracts[].", "Order or contract %d, ", contractInputs)
	addLabels(labels, "docs[].", "Supporting document %d, ", docInputs)
	addLabels(labels, "lines[].", "Line %d, ", lineInputs)
	addLabels(labels, "lines[].", "Line %d, ", lineFigures)
	addLabels(labels, "lines[].batch.", "Line %d, ", batchInputs)
	addLabels(labels, "lines[].attributes[].", "Line %d, property %d, ", attributeInputs)
	return labels
})

func addLabels[T any](labels map[string]string, prefix, words string, in inputs[T]) {
	for _, i := range in {
		labels[prefix+i.name] = words + i.label
	}
}

// otherLabels name what the form has no field for.
var otherLabels = func() map[string]string {
	labels := map[string]string{
		"lines": "Lines", "docs": "Supporting documents", "refs.preceding": "Original documents", "refs.contracts": "Orders and contracts",
		"lines[].attributes": "Line %d, properties", "export": "Export", "eway": "E-way bill",
	}
	addLabels(labels, "seller.", "Seller’s ", partyInputs)
	return labels
}()

var indexes = regexp.MustCompile(`\[\d{1,9}\]`)

// withoutIndexes is the name of a field with empty brackets.
func withoutIndexes(field string) string { return indexes.ReplaceAllString(field, "[]") }

// hasPlace reports whether the form shows messages beside a field of this name. The
// document's type is shown, not asked for, and the number only where it was brought.
func hasPlace(field string, brought bool) bool {
	name := withoutIndexes(canonical(field))
	_, ok := fieldLabels()[name]
	return ok && name != "type" && name != "source" && (name != "number" || brought)
}

// fieldLabel names a field in the words of the form.
func fieldLabel(field string) string {
	field = canonical(field)
	label := fieldLabels()[withoutIndexes(field)]
	if label == "" {
		label = otherLabels[withoutIndexes(field)]
	}
	var rows []any
	for _, index := range indexes.FindAllString(field, -1) {
		n, err := strconv.Atoi(index[1 : len(index)-1])
		if err == nil && strings.Contains(label, "%d") && len(rows) < strings.Count(label, "%d") {
			rows = append(rows, n+1)
		}
	}
	if len(rows) == 0 {
		return label
	}
	return fmt.Sprintf(label, rows...)
}

// splitRow takes "docs[2].url" apart into group, row and the rest; ok is false for
// anything that rowName would write otherwise.
func splitRow(field string) (group string, row int, rest string, ok bool) {
	group, after, ok := strings.Cut(field, "[")
	if !ok {
		return "", 0, "", false
	}
	digits, rest, ok := strings.Cut(after, "].")
	row, err := strconv.Atoi(digits)
	return group, row, rest, ok && err == nil && row >= 0 && strconv.Itoa(row) == digits
}

// splitLine takes "lines[2].hsn" apart.
func splitLine(field string) (at int, column string, ok bool) {
	group, at, column, ok := splitRow(field)
	return at, column, ok && group == "lines"
}

// rowField is a field's name in the form as it stands, whose rows may have gaps.
func rowField(typed typedInvoice, field string) string {
	group, at, rest, ok := splitRow(canonical(field))
	rows := typed.groups[group]
	if !ok || at >= len(rows) {
		return formName(field)
	}
	inner, n, column, ok := splitRow(rest)
	if within := typed.groups[rowName(group, at)+inner]; ok && n < len(within) {
		rest = rowName(inner, within[n]) + column
	}
	return formName(rowName(group, rows[at]) + rest)
}
