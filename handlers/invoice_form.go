package handlers

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mohar/gst"
)

// maxFormLines bounds the rows of a form: INV-01's thousand lines, and room for rows that
// were taken out or left empty.
const maxFormLines = 1200

// typedInvoice is the editor's form, read.
type typedInvoice struct {
	*gst.Invoice            // as far as it could be read
	unread       gst.Faults // the fields that could not
	rows         []int      // for each line of the document its row in the form
}

// formReader turns the text of a form into typed values and notes each field that
// cannot be read.
type formReader struct {
	values url.Values
	faults gst.Faults
}

// parseInvoice reads the editor's form. Rows that nothing was typed into are no lines.
func parseInvoice(values url.Values) typedInvoice {
	r := &formReader{values: values}
	inv := &gst.Invoice{
		ID: r.integer("id"), Version: r.integer("version"),
		Type:          gst.DocumentType(r.text("type")),
		Date:          r.date("date"),
		Supply:        gst.SupplyType(r.text("supply")),
		PlaceOfSupply: r.text("pos"),
		ReverseCharge: r.yes("reverse"),
		IGSTOnIntra:   r.yes("igst_on_intra"),
		Buyer:         r.party("buyer"),
	}
	if ship := r.party("ship"); ship != (gst.Party{}) {
		inv.ShipTo = &ship
	}
	inv.Refs.Remarks = r.text("remarks")
	if number, date := r.text("order.number"), r.date("order.date"); number != "" || date != 0 {
		inv.Refs.Contracts = []gst.ContractReference{{OrderNumber: number, OrderDate: date}}
	}
	if inv.Supply == gst.EXPWP || inv.Supply == gst.EXPWOP {
		inv.Export = &gst.Export{
			Country: strings.ToUpper(r.text("export.country")), Port: strings.ToUpper(r.text("export.port")),
			Currency: strings.ToUpper(r.text("export.currency")),
		}
	}
	if number, date := r.text("refs.preceding[0].number"), r.date("refs.preceding[0].date"); number != "" || date != 0 {
		inv.Refs.Preceding = []gst.PrecedingDocument{{Number: number, Date: date}}
	}
	typed := typedInvoice{Invoice: inv}
	for _, row := range r.rows() {
		inv.Lines = append(inv.Lines, r.line(row, len(inv.Lines)))
		typed.rows = append(typed.rows, row)
	}
	typed.unread = r.faults
	return typed
}

// lineName is the form name of a column in a row of the grid.
func lineName(row int, column string) string { return fmt.Sprintf("lines[%d].%s", row, column) }

// rows are the numbers of the rows that something was typed into, in order. Some may be
// missing in between: a row can be taken out without renumbering the others. A form with
// more rows than a document can have is refused, not cut short.
func (r *formReader) rows() []int {
	filled := map[int]bool{}
	for name := range r.values {
		row, column, ok := splitLine(name)
		if !ok || !slices.Contains(lineColumns, column) || r.text(name) == "" {
			continue
		}
		if row < maxFormLines {
			filled[row] = true
		} else if !slices.ContainsFunc(r.faults, tooManyLines) {
			r.faults = append(r.faults, gst.Fault{Rule: "lines.many", Code: "2173", Field: "lines", Args: []string{"1000"}})
		}
	}
	return slices.Sorted(maps.Keys(filled))
}

func tooManyLines(f gst.Fault) bool { return f.Rule == "lines.many" }

// lineColumns are the columns of the grid that people type into.
var lineColumns = []string{"description", "hsn", "qty", "unit", "price", "discount", "rate"}

// line reads a row of the form. Its faults bear the position that the line has in the
// document, at, because a document counts its lines without gaps.
func (r *formReader) line(row, at int) gst.Line {
	name := func(column string) string { return lineName(row, column) }
	before := len(r.faults)
	l := gst.Line{
		Description: r.text(name("description")),
		HSN:         r.text(name("hsn")),
		Quantity:    r.milli(name("qty")),
		Unit:        r.text(name("unit")),
		UnitPrice:   r.milli(name("price")),
		GSTRate:     r.rate(name("rate")),
	}
	l.DiscountRate, l.Discount = r.discount(name("discount"))
	// An empty price or rate is not zero: nil-rated and free goods say 0.
	for _, column := range []string{"price", "rate"} {
		if r.text(name(column)) == "" {
			r.faults = append(r.faults, gst.Fault{Rule: "required.zero", Code: "5002", Field: name(column)})
		}
	}
	for i := before; i < len(r.faults); i++ {
		r.faults[i].Field = strings.Replace(r.faults[i].Field, name(""), lineName(at, ""), 1)
	}
	return l
}

// wholePercent is 100 %.
const wholePercent gst.Rate = 100_000

// discount reads "5%" as a rate and anything else as an amount.
func (r *formReader) discount(name string) (gst.Rate, gst.Paise) {
	if !strings.HasSuffix(r.text(name), "%") {
		return 0, r.paise(name)
	}
	rate := r.rate(name)
	if rate > wholePercent {
		r.faults = append(r.faults, gst.Fault{Rule: "discount.large", Code: "5002", Field: name, Args: []string{"100%"}})
		return 0, 0
	}
	return rate, 0
}

func (r *formReader) party(prefix string) gst.Party {
	p := gst.Party{
		GSTIN:     strings.ToUpper(r.text(prefix + ".gstin")),
		LegalName: r.text(prefix + ".name"),
		TradeName: r.text(prefix + ".trade"),
		Address1:  r.text(prefix + ".address1"),
		Address2:  r.text(prefix + ".address2"),
		Place:     r.text(prefix + ".place"),
		State:     r.text(prefix + ".state"),
		Phone:     r.text(prefix + ".phone"),
		Email:     r.text(prefix + ".email"),
	}
	if pin := strings.ReplaceAll(r.text(prefix+".pin"), " ", ""); pin != "" {
		n, err := strconv.Atoi(pin)
		if err != nil || len(pin) != 6 {
			r.faults = append(r.faults, gst.Fault{Rule: "pin.range", Code: "5002", Field: prefix + ".pin"})
		}
		p.PIN = n
	}
	return p
}

// text is a field's text without the spaces around it. Line breaks and tabs, which come
// along when text is pasted and which the portal does not take, become spaces.
func (r *formReader) text(name string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, r.values.Get(name)))
}

// yes reports whether a box is ticked.
func (r *formReader) yes(name string) bool { return r.values.Get(name) != "" }

// integer reads a hidden number of ours; anything else is 0.
func (r *formReader) integer(name string) int64 {
	n, err := strconv.ParseInt(r.text(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func (r *formReader) date(name string) gst.Date { return parsed(r, name, gst.ParseDate) }

func (r *formReader) milli(name string) gst.Milli { return parsed(r, name, gst.ParseMilli) }

func (r *formReader) paise(name string) gst.Paise { return parsed(r, name, gst.ParsePaise) }

func (r *formReader) rate(name string) gst.Rate { return parsed(r, name, gst.ParseRate) }

// parsed reads one field; an empty one is the zero value.
func parsed[T any](r *formReader, name string, parse func(string) (T, error)) T {
	var value T
	text := r.text(name)
	if text == "" {
		return value
	}
	value, err := parse(text)
	if err != nil {
		r.faults = append(r.faults, gst.ParseFault(name, err))
	}
	return value
}
