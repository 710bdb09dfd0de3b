package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// maker makes documents that break no rule, as different from each other as INV-01 lets
// them be. Its choices follow from the seed alone, so that a disagreement found once is
// found again.
type maker struct {
	*rand.Rand
	full bool // every block is to be there
}

func newMaker(seed uint64) *maker { return &maker{Rand: rand.New(rand.NewPCG(seed, 1))} }

// oneIn is true once in n times.
func (m *maker) oneIn(n int) bool { return m.IntN(n) == 0 }

// some is true once in n times, and always when every block is to be there.
func (m *maker) some(n int) bool { return m.oneIn(n) || m.full }

func choose[T any](m *maker, all []T) T { return all[m.IntN(len(all))] }

// spot is a place with a PIN code of its state.
type spot struct {
	name, state string
	pin         int
}

var (
	spots = []spot{
		{"Bengaluru", "29", 560037}, {"Mumbai", "27", 400001}, {"New Delhi", "07", 110001}, {"Leh", "38", 194101},
		{"Offshore", "97", 999999}, {"Jammu", "01", 180001}, {"Chandigarh", "04", 160017}, {"Hyderabad", "36", 500055},
		{"Vijayawada", "37", 520001}, {"Port Blair", "35", 744101}, {"दमन", "26", 396210}, {"Kochi", "32", 682001},
		{"Daman, as it was", "25", 396210}, {"Andhra, undivided", "28", 500055},
	}
	// sellerSpots are few: each seller has to sign in.
	sellerSpots = spots[:6]

	// days are those on which documents are sent: on both sides of the rules that came
	// or went.
	days = []gst.Date{20250115, 20250815, 20251001, 20260131, 20260315, 20261121}

	// docNumbers are few on purpose. The portal checks for duplicates after all its
	// rules, so a good document that has another one's number is answered 2150 and need
	// not be signed.
	docNumbers = []string{"A/1", "x9-26/27", "1234567890123456", "Z"}

	goodsCodes   = []string{"820411", "61149090", "1103", "330300", "0101", "8549", "24022090", "21069020", "24031921", "240411", "2106"}
	serviceCodes = []string{"998313", "9954", "998713", "99831311"}
	goodsUnits   = []string{"NOS", "KGS", "mtr", "OTH", "Box"}
	supplies     = []gst.SupplyType{gst.B2B, gst.B2B, gst.B2B, gst.B2B, gst.SEZWP, gst.SEZWOP, gst.EXPWP, gst.EXPWOP, gst.DEXP}
	docTypes     = []gst.DocumentType{gst.TaxInvoice, gst.TaxInvoice, gst.TaxInvoice, gst.CreditNote, gst.DebitNote}
)

// gstRates are the rates that there are, by the day on which each began.
var gstRates = map[gst.Date][]gst.Rate{
	20170701: {0, 100, 250, 1000, 1500, 3000, 5000, 6000, 7500, 12000, 18000, 28000},
	20250922: {40000},
}

// rate is one that had begun by a day.
func (m *maker) rate(on gst.Date) gst.Rate {
	if on >= 20250922 && m.oneIn(10) {
		return choose(m, gstRates[20250922])
	}
	return choose(m, gstRates[20170701])
}

// emails are of any length that the schema allows.
var emails = []string{"a.b+c@d-e.in", "a@b.in", strings.Repeat("a", 95) + "@b.in"}

// gstinOf makes a GSTIN with the right check digit. kind is its fourteenth character.
func gstinOf(state string, n int, kind byte) string {
	g := fmt.Sprintf("%sAAB%c%c%04dP%d%c", state, 'A'+n%26, 'A'+n/26%26, n%10000, 1+n%9, kind)
	return g + string(gst.GSTIN(g+"0").WantCheckDigit())
}

// words are what texts are made of: the letters of several scripts, marks that join the
// letter before them, and every sign that the schema lets pass and programs trip over.
var words = []string{
	"Deccan Tools", "A & B <Sons>", "D'Souza/Papers #4", "श्री गणेश", "Zoë 100% Ltd.", "गांधी मार्ग", "தமிழ்", "4 Mill Lane;",
	"Phase II, (old no. 9)", "{}[]", "₹ 5/-", "😀", "C:", "=1+1", "--", "a@b.in", "null", "0", "\u00a0x", "İı",
}

// text is a text of shortest to longest characters, often of exactly as many.
func (m *maker) text(shortest, longest int) string {
	n := shortest + m.IntN(min(longest-shortest, 40)+1)
	switch {
	case m.oneIn(12):
		n = shortest
	case m.oneIn(12):
		n = longest
	}
	var r []rune
	for len(r) < n {
		r = append(r, []rune(choose(m, words))...)
	}
	r = r[:n]
	if r[n-1] == ' ' {
		r[n-1] = '.'
	}
	return string(r)
}

// maybe is such a text or none.
func (m *maker) maybe(shortest, longest int) string {
	if m.some(2) {
		return m.text(shortest, longest)
	}
	return ""
}

// day is a day that the schema can write.
func (m *maker) day() gst.Date {
	return gst.NewDate(2010+m.IntN(20), time.Month(1+m.IntN(12)), 1+m.IntN(28))
}

// amount is an amount of up to a limit, mostly a small one.
func (m *maker) amount(limit gst.Paise) gst.Paise {
	if m.oneIn(20) {
		return choose(m, []gst.Paise{0, 1, limit})
	}
	return gst.Paise(m.IntN(100_000))
}

// The largest amounts of a line and of a document.
const (
	lineLimit = 999_999_999_999_99
	docLimit  = 99_999_999_999_999_99
)

func (m *maker) party(at spot) gst.Party {
	p := gst.Party{
		LegalName: m.text(3, 100), Address1: m.text(1, 100), Place: at.name, PIN: at.pin, State: at.state,
	}
	if m.some(3) {
		p.TradeName, p.Address2, p.Place = m.text(3, 100), m.text(3, 100), m.text(3, 50)
	}
	if m.some(3) {
		p.Phone, p.Email = choose(m, []string{"123456", "919876543210"}), choose(m, emails)
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
	m.places(inv)
	m.taxKind(inv)
	lines := 1 + m.IntN(4)
	if m.oneIn(400) {
		lines = 60
	}
	for range lines {
		inv.Lines = append(inv.Lines, m.line(inv))
	}
	if m.some(4) {
		inv.Totals.Discount, inv.Totals.OtherCharges = gst.Paise(m.IntN(100)), m.amount(docLimit/10)
	}
	gst.Compute(inv, m.oneIn(2), nil)
	m.twist(inv)
	m.extras(inv)
	return inv
}

// parties puts seller and buyer on the document.
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
		inv.Export = &gst.Export{Country: choose(m, []string{"US", "AE", "NP"})}
	case gst.SEZWP, gst.SEZWOP:
		inv.Buyer.GSTIN = gstinOf(at.state, 100+m.IntN(9000), choose(m, []byte("ZS")))
	default:
		inv.Buyer.GSTIN = gstinOf(at.state, 100+m.IntN(9000), choose(m, []byte("ZZZDC")))
		if m.oneIn(5) {
			inv.PlaceOfSupply = choose(m, spots).state
		}
	}
	if m.some(8) {
		m.exportDetails(inv)
	}
}

// places are where the goods start and end.
func (m *maker) places(inv *gst.Invoice) {
	if m.some(4) {
		p := m.party(choose(m, spots))
		p.TradeName, p.Phone, p.Email = "", "", ""
		inv.Dispatch = &p
	}
	if m.some(4) {
		p := m.party(choose(m, append(spots, spot{"Dubai", "96", 999999})))
		p.Phone, p.Email = "", ""
		if p.GSTIN = choose(m, []string{"", gst.URP}); p.State != "96" && m.oneIn(2) {
			p.GSTIN = gstinOf(p.State, 77, 'Z')
		}
		inv.ShipTo = &p
	}
}

// exportDetails fills the block of exports, which supplies at home may have, too.
func (m *maker) exportDetails(inv *gst.Invoice) {
	e := inv.Export
	if e == nil {
		e = &gst.Export{Country: choose(m, []string{"", "US", "ZW"})}
		inv.Export = e
	}
	e.Port, e.Currency = choose(m, []string{"INABG1", "inagr4"}), choose(m, []string{"USD", "eur"})
	e.ShippingBill, e.ShippingBillDate = m.text(1, 20), m.day()
	e.RefundClaim, e.Duty = choose(m, []string{"Y", "N"}), m.amount(lineLimit)
}

// taxKind chooses reverse charge, IGST within a State and an operator.
func (m *maker) taxKind(inv *gst.Invoice) {
	sez := inv.Supply == gst.SEZWP || inv.Supply == gst.SEZWOP
	inv.ReverseCharge = (inv.Supply == gst.B2B || sez) && m.oneIn(6)
	inv.IGSTOnIntra = inv.PlaceOfSupply == inv.Seller.State && m.oneIn(5)
	if m.some(10) {
		inv.EcommerceGSTIN = operator
	}
}

// operator is an e-commerce operator, who may register its sellers' documents.
var operator = gstinOf("27", 55, 'C')

// oneDigit writes a state code without its leading zero, as the schema lets one.
func oneDigit(state string) string {
	n, err := strconv.Atoi(state)
	if err != nil {
		return state
	}
	return strconv.Itoa(n)
}
