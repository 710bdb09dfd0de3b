package handlers

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/views"
)

// formGroups are the groups of rows beside the lines.
var formGroups = []string{"refs.preceding", "refs.contracts", "docs"}

// headValues are the form's values without the lines, the rows of groups without gaps.
func headValues(values url.Values, typed typedInvoice) map[string]string {
	head := map[string]string{}
	for name := range values {
		if name == "do" || strings.HasPrefix(name, "lines[") {
			continue
		}
		if field, ok := closeGap(typed.groups, "", canonical(name)); ok {
			head[formName(field)] = values.Get(name)
		}
	}
	return head
}

// closeGap is a field's name when rows that hold nothing are taken out; ok is false for a
// field of such a row. prefix is where the group lives, within names as they stand.
func closeGap(groups map[string][]int, prefix, field string) (name string, ok bool) {
	group, row, rest, isRow := splitRow(field)
	if !isRow {
		return field, true
	}
	at := slices.Index(groups[prefix+group], row)
	return rowName(group, at) + rest, at >= 0
}

// hiddenValues are what the form carries along unseen: the seller of a brought document,
// who need not be written as the company is, what a document was made from, and choices
// that there is nothing to choose from for.
func hiddenValues(v views.EditorView, values url.Values, typed typedInvoice) map[string]string {
	hidden := url.Values{}
	if typed.Brought {
		setParty(hidden, "seller", typed.Seller)
	}
	for name := range values {
		if strings.HasPrefix(name, "seller.") && typed.Brought {
			hidden.Set(name, values.Get(name)) // also what cannot be read
		}
	}
	if typed.Source != 0 {
		hidden.Set("source", strconv.FormatInt(typed.Source, 10))
	}
	if len(v.Series) < 2 && typed.Series != "" {
		hidden.Set("series", typed.Series)
	}
	if len(v.Branches) < 2 && typed.Branch != "" {
		hidden.Set("branch", typed.Branch)
	}
	if len(v.Purposes) == 0 && typed.Purpose != "" {
		hidden.Set("purpose", typed.Purpose)
	}
	return firsts(hidden)
}

// firsts are the first values of a form.
func firsts(values url.Values) map[string]string {
	list := make(map[string]string, len(values))
	for name := range values {
		list[name] = values.Get(name)
	}
	return list
}

// groupRows is how many rows each group shows: those that hold something, one at least,
// and one more where it was asked for.
func groupRows(e editing, typed typedInvoice) map[string]int {
	rows := map[string]int{}
	for _, group := range formGroups {
		n := len(typed.groups[group])
		if group == e.group {
			n++
		}
		rows[group] = max(n, 1)
	}
	return rows
}

// editorLines are the typed rows in order, charges that nothing was typed into yet, and
// empty rows at the end.
func editorLines(e editing, typed typedInvoice) []views.EditorLine {
	cells := lineCells(e.values)
	lines := make([]views.EditorLine, 0, len(typed.rows)+e.spare+1)
	for i, row := range typed.rows {
		line := editorLine(cells[row], typed.groups, i)
		line.Open = e.open == row+1 || e.group == rowName("lines", row)+"attributes"
		lines = append(lines, line)
		delete(cells, row)
	}
	for _, row := range slices.Sorted(maps.Keys(cells)) {
		if line := editorLine(cells[row], nil, 0); line.Charge != "" {
			line.Kept = nil
			lines = append(lines, line)
		}
	}
	for range max(e.spare, 1) {
		lines = append(lines, views.EditorLine{})
	}
	if e.open == addedLine {
		lines[len(typed.rows)].Open = true
	}
	return lines
}

// addedLine stands for the first line that nothing was typed into yet.
const addedLine = -1

// lineCells are the cells of the grid by their rows.
func lineCells(values url.Values) map[int]map[string]string {
	cells := map[int]map[string]string{}
	for name := range values {
		row, column, ok := splitLine(name)
		if !ok || row >= maxFormLines {
			continue
		}
		if cells[row] == nil {
			cells[row] = map[string]string{}
		}
		cells[row][column] = values.Get(name)
	}
	return cells
}

// editorLine is a row of the form; at is its place in the document.
func editorLine(cells map[string]string, groups map[string][]int, at int) views.EditorLine {
	line := views.EditorLine{
		Description: cells["description"], HSN: cells["hsn"], Qty: cells["qty"], Unit: cells["unit"],
		Price: cells["price"], Discount: cells["discount"], Rate: cells["rate"],
		Charge: cells["charge"], Against: cells["against"],
		More: map[string]string{}, Kept: map[string]string{},
	}
	for column, value := range cells {
		switch {
		case value == "" || slices.Contains(lineColumns, column) || column == "charge" || column == "against":
		case fills(lineFigures, column):
			line.Kept[column] = value
		default:
			if name, ok := closeGap(groups, rowName("lines", at), column); ok {
				line.More[name] = value
			}
		}
	}
	return line
}

// changeRows does what the buttons do that only change the rows of the form, for browsers
// without script: do=line, drop:3, drop:docs[1], add:docs, more:3, charge:freight.
func changeRows(e *editing) {
	what, which, _ := strings.Cut(e.values.Get("do"), ":")
	switch what {
	case "drop":
		dropRow(e.values, which)
	case "add":
		e.group = which
	case "more":
		e.open = lineAsked(e.values, which)
	case "charge":
		addCharge(e.values, gst.Charge(which))
	}
	e.spare = 2
}

// lineAsked is the line that is to be unfolded.
func lineAsked(values url.Values, which string) int {
	row, err := strconv.Atoi(which)
	if err != nil {
		return 0
	}
	if !slices.Contains(parseInvoice(values).rows, row) {
		return addedLine
	}
	return row + 1
}

// dropRow takes a row out of the form: of the lines "3", of another group "docs[3]".
func dropRow(values url.Values, row string) {
	prefix := row + "."
	if n, err := strconv.Atoi(row); err == nil {
		prefix = rowName("lines", n)
	} else if _, _, _, ok := splitRow(prefix); !ok {
		return
	}
	for name := range values {
		if strings.HasPrefix(canonical(name), prefix) {
			values.Del(name)
		}
	}
}

// addCharge adds a line for a charge, behind all others.
func addCharge(values url.Values, charge gst.Charge) {
	switch charge {
	case gst.ChargeFreight, gst.ChargePacking, gst.ChargeInsurance, gst.ChargeOther:
	default:
		return
	}
	last := -1
	for name := range values {
		if row, _, ok := splitLine(name); ok && row < maxFormLines-1 {
			last = max(last, row)
		}
	}
	values.Set(lineName(last+1, "charge"), string(charge))
	values.Set(lineName(last+1, "description"), chargeNames[charge])
	values.Set(lineName(last+1, "qty"), "1")
	values.Set(lineName(last+1, "unit"), "OTH")
}

// chargeNames are what charges are called on the document, until something else is typed.
var chargeNames = map[gst.Charge]string{
	gst.ChargeFreight: "Freight", gst.ChargePacking: "Packing", gst.ChargeInsurance: "Insurance", gst.ChargeOther: "Other charges",
}
