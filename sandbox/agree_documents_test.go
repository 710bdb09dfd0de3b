package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"mohar/gst"
)

// maker makes documents that break no rule, as different from each other as INV-01 lets
// them be. Its choices follow from the seed alone, so that a disagreement found once is
// found again.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) *maker { return &maker{rand.New(rand.NewPCG(seed, 1))} }

// oneIn is true once in n times.
func (m *maker) oneIn(n int) bool { return m.IntN(n) == 0 }

func choose[T any](m *maker, all []T) T { return all[m.IntN(len(all))] }

// spot is a place with a PIN code of its state.
type spot struct {
	name, state string
	pin         int
}

var (
	spots = []spot{
		{"Bengaluru", "29", 560037}, {"Mumbai", "27", 400001}, {"New Delhi", "07", 110001}, {"Leh", "38", 194101},
		{"Jammu", "01", 180001}, {"Chandigarh", "04", 160017}, {"Hyderabad", "36", 500055}, {"Vijayawada", "37", 520001},
		{"Port Blair", "35", 744101}, {"Offshore", "97", 999999}, {"दमन", "26", 396210}, {"Kochi", "32", 682001},
	}
	// sellerSpots are few: each seller has to sign in.
	sellerSpots = spots[:5]

	partyNames = []string{"Deccan Tools", "A & B <Sons>", "D'Souza/Papers #4", "श्री गणेश ट्रेडर्स", "Zoë 100% Ltd.", "Abc"}
	streets    = []string{"4 Mill Lane", "1", "Plot 7; Phase II, (old no. 9)", "गांधी मार्ग"}

	// days are those on which documents are sent: on both sides of the rules that came
	// or went.
	days = []gst.Date{20250115, 20250815, 20260131, 20260315, 20261121}

	// docNumbers are few on purpose. The portal checks for duplicates after all its
	// rules, so a good document that has another one's number is answered 2150 and need
	// not be signed.
	docNumbers = []string{"A/1", "x9-26/27", "1234567890123456"}

	goodsCodes   = []string{"820411", "61149090", "1103", "330300", "0101", "8549", "24022090", "21069020", "24031921"}
	serviceCodes = []string{"998313", "9954", "998713"}
	goodsUnits   = []string{"NOS", "KGS", "mtr", "OTH", "Box"}
	gstRates     = []gst.Rate{0, 100, 250, 1000, 1500, 3000, 5000, 6000, 7500, 12000, 18000, 28000, 40000}
	supplies     = []gst.SupplyType{gst.B2B, gst.B2B, gst.B2B, gst.B2B, gst.SEZWP, gst.SEZWOP, gst.EXPWP, gst.EXPWOP, gst.DEXP}
	docTypes     = []gst.DocumentType{gst.TaxInvoice, gst.TaxInvoice, gst.TaxInvoice, gst.CreditNote, gst.DebitNote}
)

// gstinOf makes a GSTIN with the right check digit. kind is its fourteenth character.
func gstinOf(state string, n int, kind byte) string {
	g := fmt.Sprintf("%sAAB%c%c%04dP%d%c", state, 'A'+n%26, 'A'+n/26%26, n%10000, 1+n%9, kind)
	return g + string(gst.GSTIN(g+"0").WantCheckDigit())
}

func (m *maker) party(at spot) gst.Party {
	p := gst.Party{
		LegalName: choose(m, partyNames), Address1: choose(m, streets), Place: at.name, PIN: at.pin, State: at.state,
	}
	if m.oneIn(3) {
		p.TradeName, p.Address2 = choose(m, partyNames), "near the lake"
	}
	if m.oneIn(3) {
		p.Phone, p.Email = choose(m, []string{"123456", "919876543210"}), "a.b+c@d-e.in"
	}
	return p
}

// sellers are the GSTINs that documents come from.
func sellers() []string {
	var all []string
	for i, at := range sellerSpots {
		all = append(all, gstinOf(at.state, i, 'Z'))
	}
	return all
}

// document makes a document that is sent on the day.
func (m *maker) document(today gst.Date) *gst.Invoice {
	inv := &gst.Invoice{
		Mode: gst.Practice, Type: choose(m, docTypes), Number: choose(m, docNumbers), Supply: choose(m, supplies),
		Date: today,
	}
	if m.oneIn(4) {
		inv.Date = today.AddDays(-m.IntN(31))
	}
	m.parties(inv)
	m.taxKind(inv)
	for range 1 + m.IntN(4) {
		inv.Lines = append(inv.Lines, m.line(inv))
	}
	if m.oneIn(4) {
		inv.Totals.Discount, inv.Totals.OtherCharges = gst.Paise(m.IntN(100)), gst.Paise(m.IntN(500_00))
	}
	gst.Compute(inv, m.oneIn(2))
	m.twist(inv)
	m.extras(inv)
	return inv
}

// parties puts seller, buyer and the places of the goods on the document.
func (m *maker) parties(inv *gst.Invoice) {
	n := m.IntN(len(sellerSpots))
	inv.Seller = m.party(sellerSpots[n])
	inv.Seller.GSTIN = sellers()[n]
	inv.Company = gst.GSTIN(inv.Seller.GSTIN)
	at := choose(m, spots)
	inv.Buyer, inv.PlaceOfSupply = m.party(at), at.state
	switch inv.Supply {
	case gst.EXPWP, gst.EXPWOP:
		inv.Buyer.GSTIN, inv.Buyer.State, inv.PlaceOfSupply = gst.URP, "96", "96"
		inv.Buyer.PIN = choose(m, []int{0, 999999})
		inv.Export = m.export()
	case gst.SEZWP, gst.SEZWOP:
		inv.Buyer.GSTIN = gstinOf(at.state, 100+m.IntN(9000), choose(m, []byte("ZS")))
	default:
		inv.Buyer.GSTIN = gstinOf(at.state, 100+m.IntN(9000), 'Z')
		if m.oneIn(5) {
			inv.PlaceOfSupply = choose(m, spots).state
		}
	}
	if m.oneIn(4) {
		p := m.party(choose(m, spots))
		p.TradeName, p.Phone, p.Email = "", "", ""
		inv.Dispatch = &p
	}
	if m.oneIn(4) {
		p := m.party(choose(m, spots))
		p.Phone, p.Email = "", ""
		p.GSTIN = choose(m, []string{"", gst.URP, gstinOf(p.State, 77, 'Z')})
		inv.ShipTo = &p
	}
}

func (m *maker) export() *gst.Export {
	e := &gst.Export{Country: choose(m, []string{"US", "AE", "NP"})}
	if m.oneIn(2) {
		e.Port, e.Currency = choose(m, []string{"INABG1", "inagr4"}), choose(m, []string{"USD", "eur"})
		e.ShippingBill, e.ShippingBillDate, e.RefundClaim, e.Duty = "7", 20240131, choose(m, []string{"Y", "N"}), 1_50
	}
	return e
}

// taxKind chooses reverse charge, IGST within a State and an operator.
func (m *maker) taxKind(inv *gst.Invoice) {
	sez := inv.Supply == gst.SEZWP || inv.Supply == gst.SEZWOP
	inv.ReverseCharge = (inv.Supply == gst.B2B || sez) && m.oneIn(6)
	inv.IGSTOnIntra = inv.PlaceOfSupply == inv.Seller.State && m.oneIn(5)
	if m.oneIn(10) {
		inv.EcommerceGSTIN = gstinOf("27", 55, 'C')
	}
}

func (m *maker) line(inv *gst.Invoice) gst.Line {
	l := gst.Line{
		HSN: choose(m, goodsCodes), Unit: choose(m, goodsUnits), UnitPrice: gst.Milli(m.IntN(5_000_000)),
		Quantity: gst.Milli(1000 * (1 + m.IntN(200))), GSTRate: choose(m, gstRates),
	}
	if m.oneIn(3) {
		l.Quantity = gst.Milli(1 + m.IntN(99_999))
	}
	if m.oneIn(4) {
		l.HSN, l.Service = choose(m, serviceCodes), true
		if m.oneIn(2) {
			l.Quantity, l.Unit = 0, ""
		}
	} else if inv.Type != gst.TaxInvoice && m.oneIn(4) {
		l.Quantity = 0 // a note for a difference in price
	}
	m.lineExtras(&l)
	return l
}

func (m *maker) lineExtras(l *gst.Line) {
	if m.oneIn(2) {
		l.Description = choose(m, []string{"Spanner, 1/2 in.", "पाना", "abc"})
	}
	if m.oneIn(4) {
		l.DiscountRate, l.PreTaxValue = gst.Rate(m.IntN(100_001)), 1
	}
	if m.oneIn(6) {
		l.CessRate, l.CessFixed = gst.Rate(m.IntN(60_000)), gst.Paise(m.IntN(10_000))
	}
	if m.oneIn(6) {
		l.StateCessRate, l.StateCessFixed = gst.Rate(m.IntN(2_000)), gst.Paise(m.IntN(10_000))
	}
	if m.oneIn(4) {
		l.OtherCharges = gst.Paise(m.IntN(10_000))
	}
	if m.oneIn(6) {
		l.Barcode, l.FreeQty, l.OrderLine, l.Origin, l.SerialNumber = "B-1", 500, "7", "in", "S1"
		l.Batch = &gst.Batch{Name: "B 7", Expiry: 20270131}
		l.Attributes = []gst.Attribute{{Name: "Colour", Value: "नीला"}}
	}
}

// twist does to a document what is allowed, though it is not how we work things out.
func (m *maker) twist(inv *gst.Invoice) {
	outside := inv.ReverseCharge || inv.Supply == gst.EXPWP
	flip := outside && m.oneIn(2)
	for i := range inv.Lines {
		l := &inv.Lines[i]
		if inv.Type != gst.TaxInvoice && l.Tax() > 0 && m.oneIn(3) || inv.Date >= 20260201 && l.HSN == "24022090" {
			taxBefore := l.Tax()
			l.IGST, l.CGST, l.SGST = l.IGST/3, l.CGST/3, l.SGST/3
			if !inv.ReverseCharge {
				l.Total += l.Tax() - taxBefore
			}
		}
		if l.Tax() == 0 && l.GSTRate > 0 && (inv.Supply == gst.EXPWOP || inv.Supply == gst.SEZWOP) && m.oneIn(3) {
			l.GSTRate = 0
		}
		if flip {
			l.Total = l.Taxable + l.OtherCharges
			if inv.ReverseCharge {
				l.Total += l.Tax() + l.AllCess()
			}
		}
		if m.oneIn(8) {
			l.Total += gst.Paise(m.IntN(99))
		}
	}
	resum(inv)
	if m.oneIn(8) {
		inv.Totals.Total += gst.Paise(m.IntN(100))
	}
	if m.oneIn(10) {
		inv.PlaceOfSupply = oneDigit(inv.PlaceOfSupply)
		inv.Buyer.State = oneDigit(inv.Buyer.State)
	}
}

// oneDigit writes a state code without its leading zero, as the schema lets one.
func oneDigit(state string) string {
	n, err := strconv.Atoi(state)
	if err != nil {
		return state
	}
	return strconv.Itoa(n)
}

// resum makes the totals fit the lines.
func resum(inv *gst.Invoice) {
	t := &inv.Totals
	t.Taxable, t.CGST, t.SGST, t.IGST, t.Cess, t.StateCess, t.Total = 0, 0, 0, 0, 0, 0, 0
	for i := range inv.Lines {
		l := &inv.Lines[i]
		t.Taxable += l.Taxable
		t.CGST, t.SGST, t.IGST = t.CGST+l.CGST, t.SGST+l.SGST, t.IGST+l.IGST
		t.Cess += l.Cess + l.CessFixed
		t.StateCess += l.StateCess + l.StateCessFixed
		t.Total += l.Total
	}
	t.Total = max(0, t.Total+t.OtherCharges+t.RoundOff-t.Discount)
}

// extras are the blocks that no sum depends on.
func (m *maker) extras(inv *gst.Invoice) {
	if m.oneIn(4) {
		inv.Payment = &gst.Payment{Payee: "Z", Account: "1", Mode: "Cash", IFSC: "SBIN0000001", Terms: "30 days", CreditDays: 30, Paid: 1, Due: 2}
	}
	if inv.Type != gst.TaxInvoice && !m.oneIn(4) || m.oneIn(6) {
		inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "AB/9", Date: inv.Date.AddDays(-40), Other: "x"}}
	}
	if m.oneIn(6) {
		inv.Refs.Remarks, inv.Refs.PeriodFrom, inv.Refs.PeriodTo = "see annex", inv.Date.AddDays(-30), inv.Date
		inv.Refs.Contracts = []gst.ContractReference{{Contract: "C/1", OrderNumber: "PO 1", OrderDate: inv.Date}}
	}
	if m.oneIn(6) {
		inv.Docs = []gst.SupportingDocument{{URL: "https://x.in/y?z=1", Info: "drawing"}}
	}
	if inv.Export != nil {
		inv.Totals.TotalForeign = 12_34
	}
	if m.oneIn(5) {
		inv.EWay = &gst.EWayDetails{
			TransporterID: gstinOf("29", 3, 'Z'), TransporterName: "Fast", Mode: "1", Distance: m.IntN(4001),
			Vehicle: "KA01AB1234", VehicleType: choose(m, []string{"R", "O"}), DocumentDate: inv.Date, DocumentNumber: "LR/1",
		}
	}
}
