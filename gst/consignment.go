package gst

import "strings"

// Direction is which way goods move, as the company whose e-way bill it is sees it.
type Direction string

// The directions of the e-way bill's supplyType.
const (
	Outward Direction = "O"
	Inward  Direction = "I"
)

// SubSupply is the e-way bill's reason for a movement.
type SubSupply int

// The reasons. Source: e-way bill API 1.03, code list of sub-supply types.
const (
	SubSupplySale         SubSupply = 1
	SubSupplyImport       SubSupply = 2
	SubSupplyExport       SubSupply = 3
	SubSupplyJobWork      SubSupply = 4
	SubSupplyOwnUse       SubSupply = 5
	SubSupplyJobReturn    SubSupply = 6
	SubSupplySalesReturn  SubSupply = 7
	SubSupplyOthers       SubSupply = 8 // wants a word of its own
	SubSupplyLots         SubSupply = 9 // SKD, CKD or in lots
	SubSupplyLineSales    SubSupply = 10
	SubSupplyUnknownBuyer SubSupply = 11
	SubSupplyExhibition   SubSupply = 12
)

// PaperKind is the e-way bill's docType: the paper that goes with the goods.
type PaperKind string

// The papers. Source: e-way bill API 1.03, code list of document types.
const (
	PaperInvoice PaperKind = "INV"
	PaperSupply  PaperKind = "BIL" // bill of supply
	PaperEntry   PaperKind = "BOE" // bill of entry
	PaperChallan PaperKind = "CHL"
	PaperOther   PaperKind = "OTH"
)

// UnregisteredParty stands for the GSTIN of a party that has none.
const UnregisteredParty = "URP"

// ForeignPIN stands for the PIN code of a place abroad.
const ForeignPIN = 999999

// Consignment is what an e-way bill is of: Part A, and Part B as far as it is known.
//
// Source: CGST Rules 2017, rule 138(1), FORM GST EWB-01; e-way bill API 1.03, Generate E-way Bill.
type Consignment struct {
	Direction     Direction
	SubSupply     SubSupply
	SubSupplyText string // up to 20 characters, for SubSupplyOthers
	Paper         PaperKind
	Number        string // of the paper
	Date          Date
	Transaction   int // 1 regular, 2 bill-to/ship-to, 3 bill-from/dispatch-from, 4 both
	From, To      ConsignmentEnd
	Lines         []ConsignmentLine
	Totals        ConsignmentTotals
	Transport     EWayDetails
	IRN           string // when the document has one

	// IGSTInside says that IGST is charged although both ends are in one State: a party is
	// in a special economic zone, or the law makes the supply an inter-State one.
	IGSTInside bool
}

// Unlike says in what another consignment differs from c, so that an e-way bill of it is none
// of c: the paper's number or date, supplier, recipient or total, with the value there and
// here; empty texts when it is the same.
//
// Source: e-way bill API 1.03, Generate E-way Bill, error 604: supplier, paper, number and
// date name a consignment; the rest tells whether one was mistaken for another.
func (c *Consignment) Unlike(other *Consignment) (what, there, here string) {
	for _, m := range []struct{ what, there, here string }{
		{"paper", NormalNumber(other.Number), NormalNumber(c.Number)},
		{"date", other.Date.String(), c.Date.String()},
		{"supplier", other.From.GSTIN, c.From.GSTIN},
		{"recipient", other.To.GSTIN, c.To.GSTIN},
		{"total", other.Totals.Total.String(), c.Totals.Total.String()},
	} {
		if !strings.EqualFold(m.there, m.here) {
			return m.what, m.there, m.here
		}
	}
	return "", "", ""
}

// ConsignmentEnd is who sends or receives, and where the goods really start or end. Who and
// State are the billing side; the address, PIN and PlaceState those of the goods.
type ConsignmentEnd struct {
	GSTIN      string // or UnregisteredParty
	Name       string
	State      string // of the billing party, two digits; "96" abroad
	Address1   string
	Address2   string
	Place      string
	PIN        int    // ForeignPIN abroad
	PlaceState string // where the goods start or end, two digits
	OtherGSTIN string // dispatch-from or ship-to party, when it is not the billing party
	OtherName  string
}

// ConsignmentLine is one kind of goods of an e-way bill.
type ConsignmentLine struct {
	Name        string
	Description string
	HSN         string
	Quantity    Milli
	Unit        string
	Taxable     Paise
	CGST        Rate
	SGST        Rate
	IGST        Rate
	Cess        Rate
	CessFixed   Paise // cess of a fixed amount, for one unit
}

// ConsignmentTotals are the money of an e-way bill. Other may be negative.
type ConsignmentTotals struct {
	Taxable, CGST, SGST, IGST, Cess, CessFixed, Other, Total Paise
}
