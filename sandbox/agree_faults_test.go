package sandbox_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mohar/gst"
)

// planter makes one mistake in a good document: in its facts, or in the text that is
// written of it. Its name begins with the portal's code for the mistake, unless that is
// the schema's.
type planter struct {
	name     string
	at       string                  // the member that both must blame, as INV-01 names it
	fits     func(*gst.Invoice) bool // nil: every document
	plant    func(*gst.Invoice)
	text     changes
	fine     bool // no mistake: the last thing that is allowed
	full     bool // the document is one that has every block
	live     bool // gst takes the company for a live one
	turnover gst.TurnoverSlab
}

// code is the portal's code for the mistake; "" where there is none.
func (p *planter) code() string {
	if p.fine {
		return ""
	}
	if code, _, _ := strings.Cut(p.name, " "); len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return "5002"
}

// planters are all mistakes that both sides can see.
func planters() []planter {
	all := append(schemaFaults(), rowFaults()...)
	for _, more := range [][]planter{
		dateFaults(), partyFaults(), placeFaults(), supplyFaults(), exportFaults(), lineFaults(), amountFaults(), taxFaults(), totalFaults(),
	} {
		all = append(all, more...)
	}
	return all
}

// changed makes changes in a document's text.
func changed(t *testing.T, text []byte, c changes) []byte {
	t.Helper()
	var doc any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for path, value := range c {
		doc = put(t, doc, strings.Split(path, "."), value)
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// member is a mistake in one member of the text.
func member(path, value string) planter {
	what := value
	if len(what) > 24 {
		what = what[:24] + "…"
	}
	return planter{name: path + " = " + what, at: bracketed(path), text: changes{path: value}}
}

var places = regexp.MustCompile(`\.([0-9]+)`)

// bracketed writes a path of changes as INV-01's: ItemList.0.Qty is ItemList[0].Qty.
func bracketed(path string) string { return places.ReplaceAllString(path, "[$1]") }

func fineMember(path, value string) planter {
	p := member(path, value)
	p.fine = true
	return p
}

// What a document must be for a mistake to be possible.

func exports(inv *gst.Invoice) bool { return inv.Supply == gst.EXPWP || inv.Supply == gst.EXPWOP }
func toZone(inv *gst.Invoice) bool  { return inv.Supply == gst.SEZWP || inv.Supply == gst.SEZWOP }
func home(inv *gst.Invoice) bool    { return !exports(inv) }
func plainB2B(inv *gst.Invoice) bool {
	return inv.Supply == gst.B2B
}
func shipped(inv *gst.Invoice) bool    { return inv.ShipTo != nil }
func dispatched(inv *gst.Invoice) bool { return inv.Dispatch != nil }
func invoices(inv *gst.Invoice) bool   { return inv.Type == gst.TaxInvoice }
func goods(inv *gst.Invoice) bool      { return !inv.Lines[0].Service }
func untaxed(inv *gst.Invoice) bool    { return inv.Supply == gst.EXPWOP || inv.Supply == gst.SEZWOP }

// intra and inter are decided by the taxes that stand there.
func intra(inv *gst.Invoice) bool { return inv.Lines[0].CGST > 5_00 }
func inter(inv *gst.Invoice) bool { return inv.Lines[0].IGST > 5_00 }

// ratesBind: the tax must be the rate's, and is not left out of the totals.
func ratesBind(inv *gst.Invoice) bool {
	l := inv.Lines[0]
	return invoices(inv) && !inv.ReverseCharge && inv.Supply != gst.EXPWP &&
		!strings.HasPrefix(l.HSN, "240") && !strings.HasPrefix(l.HSN, "2106")
}

func all(fits ...func(*gst.Invoice) bool) func(*gst.Invoice) bool {
	return func(inv *gst.Invoice) bool {
		for _, f := range fits {
			if !f(inv) {
				return false
			}
		}
		return true
	}
}

// with changes the first line and lets the sums follow.
func with(change func(*gst.Line)) func(*gst.Invoice) {
	return func(inv *gst.Invoice) {
		change(&inv.Lines[0])
		resum(inv)
	}
}

func dateFaults() []planter {
	dated := func(by int) func(*gst.Invoice) {
		return func(inv *gst.Invoice) { inv.Date = inv.Date.AddDays(by) }
	}
	late := func(inv *gst.Invoice) bool { return inv.Date > 20250701 && timeless(inv) } // the window of April 2025
	early := func(inv *gst.Invoice) bool { return inv.Date < 20250401 }
	return []planter{
		{name: "2163 dated a month ahead", at: "DocDtls.Dt", plant: dated(31)},
		{name: "2305 dated two months ago by a seller who is bound", turnover: gst.Slab20To50, at: "DocDtls.Dt", plant: dated(-61), fits: late},
		{name: "2305 dated thirty-one days ago by a seller who is bound", turnover: gst.Slab10To20, at: "DocDtls.Dt", plant: dated(-31), fits: all(late, sentAtOnce)},
		{name: "dated thirty days ago by a seller who is bound", turnover: gst.Slab10To20, fine: true, plant: dated(-30), fits: all(late, sentAtOnce, longCodes)},
		{name: "2305 dated two months ago by a small seller", turnover: gst.SlabUpTo5, at: "DocDtls.Dt", plant: dated(-61), fits: late},
		{name: "2218 from before e-invoicing", live: true, at: "DocDtls.Dt", plant: func(inv *gst.Invoice) { inv.Date = 20200930 }, fits: all(early, timeless)},
		{name: "from the first day of e-invoicing", live: true, fine: true, plant: func(inv *gst.Invoice) { inv.Date = 20201001 }, fits: all(early, timeless)},
		{name: "2305 dated two months ago", at: "DocDtls.Dt", plant: dated(-61), fits: late},
		{name: "2219 period that ends before it begins", at: "RefDtls.DocPerdDtls.InvEndDt", plant: func(inv *gst.Invoice) {
			inv.Refs.PeriodFrom, inv.Refs.PeriodTo = 20240202, 20240201
		}},
		{name: "period without an end", at: "RefDtls.DocPerdDtls.InvEndDt", plant: func(inv *gst.Invoice) { inv.Refs.PeriodFrom, inv.Refs.PeriodTo = 20240202, 0 }},
		{name: "note without its original", fine: true, plant: func(inv *gst.Invoice) { inv.Refs.Preceding = nil }},
		{name: "preceding document without date", at: "RefDtls.PrecDocDtls[0].InvDt", plant: func(inv *gst.Invoice) {
			inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "A1"}}
		}},
		{name: "preceding document of one character", at: "RefDtls.PrecDocDtls[0].InvNo", plant: func(inv *gst.Invoice) {
			inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "7", Date: 20240202}}
		}},
	}
}

// sentAtOnce: the document is dated on the day it is sent.
func sentAtOnce(inv *gst.Invoice) bool { return slices.Contains(days, inv.Date) }

// longCodes: every line has an HSN code of six digits at least.
func longCodes(inv *gst.Invoice) bool {
	return !slices.ContainsFunc(inv.Lines, func(l gst.Line) bool { return len(l.HSN) < 6 })
}

// timeless: no line is taxed in a way that depends on the day.
func timeless(inv *gst.Invoice) bool {
	return !slices.ContainsFunc(inv.Lines, func(l gst.Line) bool {
		return l.GSTRate == 6000 || l.GSTRate == 40_000 || strings.HasPrefix(l.HSN, "24") || strings.HasPrefix(l.HSN, "2106")
	})
}

func partyFaults() []planter {
	return []planter{
		{name: "2143 another seller", at: "SellerDtls.Gstin", plant: func(inv *gst.Invoice) {
			inv.EcommerceGSTIN, inv.Seller.GSTIN = "", gstinOf(inv.Seller.State, 4242, 'Z')
		}},
		{name: "2169 neither seller nor operator", at: "SellerDtls.Gstin", plant: func(inv *gst.Invoice) {
			inv.EcommerceGSTIN, inv.Seller.GSTIN = gstinOf("27", 56, 'C'), gstinOf(inv.Seller.State, 4242, 'Z')
		}},
		{name: "2195 operator without registration for TCS", at: "TranDtls.EcmGstin", plant: func(inv *gst.Invoice) { inv.EcommerceGSTIN = gstinOf("27", 56, 'Z') }},
		{name: "3028 wrong check digit of a live buyer", live: true, at: "BuyerDtls.Gstin", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = offByOne(inv.Buyer.GSTIN) }},
		{name: "wrong check digit in practice", fine: true, fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = offByOne(inv.Buyer.GSTIN) }},
		{name: "seller without GSTIN", at: "SellerDtls.Gstin", plant: func(inv *gst.Invoice) { inv.Seller.GSTIN = gst.URP }},
		{name: "2211 seller and buyer are one", at: "BuyerDtls.Gstin", fits: home, plant: func(inv *gst.Invoice) {
			inv.Buyer.GSTIN, inv.Buyer.State, inv.Buyer.PIN = inv.Seller.GSTIN, inv.Seller.State, inv.Seller.PIN
		}},
		{name: "2212 buyer without GSTIN", at: "BuyerDtls.Gstin", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2212 SEZ buyer without GSTIN", at: "BuyerDtls.Gstin", fits: toZone, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2171 deemed export without GSTIN", at: "BuyerDtls.Gstin", fits: func(inv *gst.Invoice) bool { return inv.Supply == gst.DEXP },
			plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2246 B2B with a SEZ unit", at: "BuyerDtls.Gstin", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf(inv.Buyer.GSTIN[:2], 9, 'S') }},
		{name: "2248 export to a registered buyer", at: "BuyerDtls.Gstin", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("27", 9, 'Z') }},
		{name: "buyer of the Centre's jurisdiction", fits: plainB2B, fine: true, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("99", 9, 'Z') }},
		{name: "3028 buyer's GSTIN of an unknown state", at: "BuyerDtls.Gstin", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("45", 9, 'Z') }},
		{name: "3028 consignee's GSTIN of an unknown state", at: "ShipDtls.Gstin", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.GSTIN = gstinOf("45", 9, 'Z') }},
		{name: "3028 operator's GSTIN of an unknown state", at: "TranDtls.EcmGstin", plant: func(inv *gst.Invoice) { inv.EcommerceGSTIN = gstinOf("45", 9, 'C') }},
	}
}

// offByOne is a GSTIN with a wrong check digit.
func offByOne(gstin string) string {
	if strings.HasSuffix(gstin, "7") {
		return gstin[:14] + "8"
	}
	return gstin[:14] + "7"
}

func placeFaults() []planter {
	return []planter{
		{name: "2258 seller's state is not the GSTIN's", at: "SellerDtls.Stcd", fits: exports, plant: func(inv *gst.Invoice) { inv.Seller.State, inv.Seller.PIN = "33", 600001 }},
		{name: "2259 seller's state does not exist", at: "SellerDtls.Stcd", fits: exports, plant: func(inv *gst.Invoice) { inv.Seller.State = "45" }},
		{name: "2265 buyer's state is not the GSTIN's", at: "BuyerDtls.Stcd", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "33", 600001 }},
		{name: "2260 buyer's state does not exist", at: "BuyerDtls.Stcd", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.State = "45" }},
		{name: "2265 buyer's state abroad", at: "BuyerDtls.Stcd", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "96", 999999 }},
		{name: "2243 place of supply does not exist", at: "BuyerDtls.Pos", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "45" }},
		{name: "2243 place of supply of the Centre", at: "BuyerDtls.Pos", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "99" }},
		{name: "2242 place of supply abroad", at: "BuyerDtls.Pos", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "96" }},
		{name: "2244 buyer without PIN code", at: "BuyerDtls.Pin", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 0 }},
		{name: "seller without PIN code", at: "SellerDtls.Pin", plant: func(inv *gst.Invoice) { inv.Seller.PIN = 0 }},
		{name: "place of dispatch without PIN code", at: "DispDtls.Pin", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.PIN = 0 }},
		{name: "3039 seller's PIN code", at: "SellerDtls.Pin", plant: func(inv *gst.Invoice) { inv.Seller.PIN = 600001 }},
		{name: "3039 buyer's PIN code", at: "BuyerDtls.Pin", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 600001 }},
		{name: "3039 buyer's PIN code in India", at: "BuyerDtls.Pin", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 600001 }},
		{name: "3039 PIN code of dispatch", at: "DispDtls.Pin", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.PIN = 600001 }},
		{name: "3039 consignee's PIN code", at: "ShipDtls.Pin", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.PIN = 600001 }},
		{name: "2200 state of dispatch", at: "DispDtls.Stcd", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.State = "45" }},
		{name: "2200 consignee's state", at: "ShipDtls.Stcd", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.State = "45" }},
		{name: "consignee abroad", fits: shipped, fine: true, plant: func(inv *gst.Invoice) { inv.ShipTo.State, inv.ShipTo.PIN, inv.ShipTo.GSTIN = "96", 999999, "" }},
	}
}

func supplyFaults() []planter {
	reverse := func(inv *gst.Invoice) { inv.ReverseCharge = true }
	return []planter{
		{name: "2162 export under reverse charge", at: "TranDtls.RegRev", fits: exports, plant: reverse},
		{name: "2162 deemed export under reverse charge", at: "TranDtls.RegRev", fits: func(inv *gst.Invoice) bool { return inv.Supply == gst.DEXP }, plant: reverse},
		{name: "2262 IGST within the State between States", at: "TranDtls.IgstOnIntra", fits: func(inv *gst.Invoice) bool {
			return plainB2B(inv) && inter(inv) && !inv.IGSTOnIntra
		}, plant: func(inv *gst.Invoice) { inv.IGSTOnIntra = true }},
		{name: "2262 IGST within the State on an export", at: "TranDtls.IgstOnIntra", fits: exports, plant: func(inv *gst.Invoice) { inv.IGSTOnIntra = true }},
		{name: "2172 IGST taxes moved within the State", at: "ItemList[0].IgstAmt", fits: all(plainB2B, inter), plant: func(inv *gst.Invoice) {
			inv.PlaceOfSupply, inv.IGSTOnIntra = inv.Seller.State, false
		}},
		{name: "2174 CGST and SGST between States", at: "ItemList[0].CgstAmt", fits: intra, plant: func(inv *gst.Invoice) {
			inv.PlaceOfSupply = "33"
		}},
		{name: "2237 CGST and SGST to a zone", at: "ItemList[0].CgstAmt", fits: all(toZone, inter), plant: halved},
		{name: "2180 CGST and SGST on an export", at: "ItemList[0].CgstAmt", fits: all(exports, inter), plant: halved},
		{name: "2235 tax on an export without payment", at: "ItemList[0].IgstAmt", fits: all(untaxed, exports), plant: with(func(l *gst.Line) { l.IGST, l.Total = 5_00, l.Total+5_00 })},
		{name: "2235 tax on a supply to a zone without payment", at: "ItemList[0].IgstAmt", fits: all(untaxed, toZone), plant: with(func(l *gst.Line) { l.IGST, l.Total = 5_00, l.Total+5_00 })},
		{name: "2235 a little tax without payment", at: "ItemList[0].IgstAmt", fits: all(untaxed, exports), plant: with(func(l *gst.Line) { l.IGST = 50 })},
		{name: "2180 CGST and SGST on an export without payment", at: "ItemList[0].CgstAmt", fits: all(untaxed, exports), plant: with(func(l *gst.Line) { l.CGST, l.SGST, l.Total = 5_00, 5_00, l.Total+10_00 })},
		{name: "2237 CGST and SGST to a zone without payment", at: "ItemList[0].CgstAmt", fits: all(untaxed, toZone), plant: with(func(l *gst.Line) { l.CGST, l.SGST, l.Total = 5_00, 5_00, l.Total+10_00 })},
		{name: "2266 cess without payment", at: "ItemList[0].CesAmt", fits: untaxed, plant: with(func(l *gst.Line) { l.CessRate, l.Cess, l.Total = 0, 5_00, l.Total+5_00-l.Cess })},
		{name: "cess rate without payment and without cess", fits: untaxed, fine: true, plant: with(func(l *gst.Line) {
			l.CessRate, l.Total, l.Cess = 50_000, l.Total-l.Cess, 0
		})},
	}
}

// halved writes the first line's IGST as CGST and SGST.
func halved(inv *gst.Invoice) {
	with(func(l *gst.Line) { l.CGST, l.SGST, l.IGST = l.IGST/2, l.IGST-l.IGST/2, 0 })(inv)
}

func exportFaults() []planter {
	return []planter{
		{name: "2208 export without its details", at: "ExpDtls.CntCode", fits: exports, plant: func(inv *gst.Invoice) { inv.Export = nil }},
		{name: "2208 export without country", at: "ExpDtls.CntCode", fits: exports, plant: func(inv *gst.Invoice) { inv.Export = &gst.Export{Currency: "USD"} }},
		{name: "2202 country that does not exist", at: "ExpDtls.CntCode", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Country = "QQ" }},
		{name: "2202 country on a supply at home", at: "ExpDtls.CntCode", fits: home, plant: func(inv *gst.Invoice) { inv.Export = &gst.Export{Country: "QQ"} }},
		{name: "country in small letters", at: "ExpDtls.CntCode", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Country = "us" }},
		{name: "2201 port that does not exist", at: "ExpDtls.Port", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Port = "QQQQ9" }},
		{name: "port with a dash", at: "ExpDtls.Port", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Port = "IN-1" }},
		{name: "2203 currency that does not exist", at: "ExpDtls.ForCur", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Currency = "QQQ" }},
		{name: "currency of two letters", at: "ExpDtls.ForCur", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Currency = "US" }},
		{name: "refund claim", at: "ExpDtls.RefClm", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.RefundClaim = "X" }},
		{name: "shipping bill of 21 characters", at: "ExpDtls.ShipBNo", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.ShippingBill = strings.Repeat("1", 21) }},
		{name: "2232 export with place of supply in India", at: "BuyerDtls.Pos", fits: exports, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "33" }},
		{name: "2261 export with the buyer's state in India", at: "BuyerDtls.Stcd", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "33", 600001 }},
		{name: "2261 export, buyer's state does not exist", at: "BuyerDtls.Stcd", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.State = "45" }},
	}
}
