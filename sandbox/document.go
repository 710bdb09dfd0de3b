package sandbox

import (
	"errors"
	"strings"
	"time"

	"mohar/gst"
)

// document is a document that keeps to the schema, ready for the rules.
type document struct {
	root *value

	tran, doc, seller, buyer, dispatch, ship, totals, export, eway *value

	items []*value

	supply  gst.SupplyType
	kind    gst.DocumentType
	number  string // as it counts: in capitals from 01-06-2025
	date    gst.Date
	sgstin  string // the seller's
	state   string // the seller's, two digits
	pos     string // place of supply, two digits
	reverse bool
}

// upperFrom is the first date whose document numbers are written in capitals.
// Source: GSTN advisory of 04-04-2025.
const upperFrom gst.Date = 20250601

// readDocument reads a payload: JSON first, then the schema. It returns a refusal
// that lists every breach.
func (s *Sandbox) readDocument(payload []byte) (*document, error) {
	v, err := parseValue(payload)
	if errors.Is(err, errNotUTF8) {
		return nil, refuse("5002", notUTF8Text)
	}
	if err != nil || v.kind != objectKind {
		return nil, refuse("2140")
	}
	var b breaches
	root := bind(s.inv01, v, "", &b)
	if len(b.codes) > 0 {
		return nil, &refusal{codes: b.codes}
	}
	d := newDocument(root)
	if d.date == 0 { // fits the pattern, but is no day of the calendar
		return nil, refuse("2225")
	}
	return d, nil
}

func newDocument(root *value) *document {
	d := &document{
		root: root,
		tran: root.get("TranDtls"), doc: root.get("DocDtls"), seller: root.get("SellerDtls"), buyer: root.get("BuyerDtls"),
		dispatch: root.get("DispDtls"), ship: root.get("ShipDtls"), totals: root.get("ValDtls"),
		export: root.get("ExpDtls"), eway: root.get("EwbDtls"),
	}
	if list := root.get("ItemList"); list != nil {
		d.items = list.list
	}
	d.supply = gst.SupplyType(d.tran.upper("SupTyp"))
	d.kind = gst.DocumentType(d.doc.upper("Typ"))
	d.date = day(d.doc.text("Dt"))
	d.number = d.doc.text("No")
	if d.date >= upperFrom {
		d.number = strings.ToUpper(d.number)
		if no := d.doc.get("No"); no != nil {
			no.raw = d.number
		}
	}
	d.sgstin = d.seller.text("Gstin")
	d.state = stateCode(d.seller.text("Stcd"))
	d.pos = stateCode(d.buyer.text("Pos"))
	d.reverse = d.tran.text("RegRev") == "Y"
	return d
}

// day reads dd/mm/yyyy; 0 for what is no day.
func day(s string) gst.Date {
	t, err := time.ParseInLocation("02/01/2006", s, gst.IST)
	if err != nil {
		return 0
	}
	return gst.DateOf(t)
}

// stateCode writes a state code in two digits: the schema takes 1 for 01.
func stateCode(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// note reports whether the document is a credit or debit note.
func (d *document) note() bool { return d.kind != gst.TaxInvoice }

// abroad reports whether it is an export.
func (d *document) abroad() bool { return d.supply == gst.EXPWP || d.supply == gst.EXPWOP }

// toSEZ reports whether it is a supply to a special economic zone.
func (d *document) toSEZ() bool { return d.supply == gst.SEZWP || d.supply == gst.SEZWOP }

// untaxed reports whether it goes out under bond or letter of undertaking.
func (d *document) untaxed() bool { return d.supply == gst.EXPWOP || d.supply == gst.SEZWOP }

// integrated reports whether IGST is due, not CGST and SGST.
func (d *document) integrated() bool {
	return d.abroad() || d.toSEZ() || d.tran.text("IgstOnIntra") == "Y" || d.pos != d.state
}

// sum adds up a figure of all items.
func (d *document) sum(names ...string) int64 {
	var sum int64
	for _, it := range d.items {
		for _, name := range names {
			sum += it.figure(name)
		}
	}
	return sum
}

// mainHSN is the code of the item with the highest taxable value, the first of equals.
func (d *document) mainHSN() string {
	best, hsn := int64(-1), ""
	for _, it := range d.items {
		if v := it.figure("AssAmt"); v > best {
			best, hsn = v, it.text("HsnCd")
		}
	}
	return hsn
}
