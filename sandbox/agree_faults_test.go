package sandbox_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"mohar/gst"
)

// planter makes one mistake in a good document: in its facts, or in the text that is
// written of it.
type planter struct {
	name  string
	fits  func(*gst.Invoice) bool // nil: every document
	plant func(*gst.Invoice)
	text  changes
	fine  bool // no mistake: the last thing that is allowed
}

// planters are all mistakes that both sides can see.
func planters() []planter {
	all := schemaFaults()
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
	return planter{name: path + " = " + what, text: changes{path: value}}
}

func fineMember(path, value string) planter {
	p := member(path, value)
	p.fine = true
	return p
}

// letters is a JSON text of n characters that take two bytes each.
func letters(n int) string { return `"` + strings.Repeat("é", n) + `"` }

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
	late := func(inv *gst.Invoice) bool { return inv.Date > 20250701 } // the window of April 2025
	return []planter{
		{name: "2163 dated a month ahead", plant: dated(31)},
		{name: "2305 dated two months ago", plant: dated(-61), fits: late},
		{name: "2219 period that ends before it begins", plant: func(inv *gst.Invoice) {
			inv.Refs.PeriodFrom, inv.Refs.PeriodTo = 20240202, 20240201
		}},
		{name: "period without an end", plant: func(inv *gst.Invoice) { inv.Refs.PeriodFrom, inv.Refs.PeriodTo = 20240202, 0 }},
		{name: "note without its original", fine: true, plant: func(inv *gst.Invoice) { inv.Refs.Preceding = nil }},
		{name: "preceding document without date", plant: func(inv *gst.Invoice) {
			inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "A1"}}
		}},
		{name: "preceding document of one character", plant: func(inv *gst.Invoice) {
			inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "7", Date: 20240202}}
		}},
	}
}

func partyFaults() []planter {
	return []planter{
		{name: "2143 another seller", plant: func(inv *gst.Invoice) {
			inv.EcommerceGSTIN, inv.Seller.GSTIN = "", gstinOf(inv.Seller.State, 4242, 'Z')
		}},
		{name: "2169 neither seller nor operator", plant: func(inv *gst.Invoice) {
			inv.EcommerceGSTIN, inv.Seller.GSTIN = gstinOf("27", 56, 'C'), gstinOf(inv.Seller.State, 4242, 'Z')
		}},
		{name: "2195 operator without registration for TCS", plant: func(inv *gst.Invoice) { inv.EcommerceGSTIN = gstinOf("27", 56, 'Z') }},
		{name: "2211 seller and buyer are one", fits: home, plant: func(inv *gst.Invoice) {
			inv.Buyer.GSTIN, inv.Buyer.State, inv.Buyer.PIN = inv.Seller.GSTIN, inv.Seller.State, inv.Seller.PIN
		}},
		{name: "2212 buyer without GSTIN", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2212 SEZ buyer without GSTIN", fits: toZone, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2171 deemed export without GSTIN", fits: func(inv *gst.Invoice) bool { return inv.Supply == gst.DEXP },
			plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gst.URP }},
		{name: "2246 B2B with a SEZ unit", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf(inv.Buyer.State, 9, 'S') }},
		{name: "2248 export to a registered buyer", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("27", 9, 'Z') }},
		{name: "buyer of the Centre's jurisdiction", fits: plainB2B, fine: true, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("99", 9, 'Z') }},
		{name: "buyer's GSTIN of an unknown state", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.GSTIN = gstinOf("45", 9, 'Z') }},
		{name: "consignee's GSTIN of an unknown state", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.GSTIN = gstinOf("45", 9, 'Z') }},
		{name: "operator's GSTIN of an unknown state", plant: func(inv *gst.Invoice) { inv.EcommerceGSTIN = gstinOf("45", 9, 'C') }},
	}
}

func placeFaults() []planter {
	return []planter{
		{name: "2258 seller's state is not the GSTIN's", fits: exports, plant: func(inv *gst.Invoice) { inv.Seller.State, inv.Seller.PIN = "33", 600001 }},
		{name: "2259 seller's state does not exist", fits: exports, plant: func(inv *gst.Invoice) { inv.Seller.State = "45" }},
		{name: "2265 buyer's state is not the GSTIN's", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "33", 600001 }},
		{name: "2260 buyer's state does not exist", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.State = "45" }},
		{name: "2260 buyer's state abroad", fits: plainB2B, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "96", 999999 }},
		{name: "2243 place of supply does not exist", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "45" }},
		{name: "2243 place of supply of the Centre", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "99" }},
		{name: "2242 place of supply abroad", fits: toZone, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "96" }},
		{name: "2244 buyer without PIN code", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 0 }},
		{name: "seller without PIN code", plant: func(inv *gst.Invoice) { inv.Seller.PIN = 0 }},
		{name: "place of dispatch without PIN code", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.PIN = 0 }},
		{name: "3039 seller's PIN code", plant: func(inv *gst.Invoice) { inv.Seller.PIN = 600001 }},
		{name: "3039 buyer's PIN code", fits: home, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 600001 }},
		{name: "3039 buyer's PIN code in India", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.PIN = 600001 }},
		{name: "3039 PIN code of dispatch", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.PIN = 600001 }},
		{name: "3039 consignee's PIN code", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.PIN = 600001 }},
		{name: "2200 state of dispatch", fits: dispatched, plant: func(inv *gst.Invoice) { inv.Dispatch.State = "45" }},
		{name: "2200 consignee's state", fits: shipped, plant: func(inv *gst.Invoice) { inv.ShipTo.State = "45" }},
		{name: "consignee abroad", fits: shipped, fine: true, plant: func(inv *gst.Invoice) { inv.ShipTo.State, inv.ShipTo.PIN, inv.ShipTo.GSTIN = "96", 999999, "" }},
	}
}

func supplyFaults() []planter {
	reverse := func(inv *gst.Invoice) { inv.ReverseCharge = true }
	return []planter{
		{name: "2162 export under reverse charge", fits: exports, plant: reverse},
		{name: "2162 deemed export under reverse charge", fits: func(inv *gst.Invoice) bool { return inv.Supply == gst.DEXP }, plant: reverse},
		{name: "2262 IGST within the State between States", fits: func(inv *gst.Invoice) bool {
			return plainB2B(inv) && inter(inv) && !inv.IGSTOnIntra
		}, plant: func(inv *gst.Invoice) { inv.IGSTOnIntra = true }},
		{name: "2262 IGST within the State on an export", fits: exports, plant: func(inv *gst.Invoice) { inv.IGSTOnIntra = true }},
		{name: "2172 IGST taxes moved within the State", fits: all(plainB2B, inter), plant: func(inv *gst.Invoice) {
			inv.PlaceOfSupply, inv.IGSTOnIntra = inv.Seller.State, false
		}},
		{name: "2174 CGST and SGST between States", fits: intra, plant: func(inv *gst.Invoice) {
			inv.PlaceOfSupply = "33"
		}},
		{name: "2237 CGST and SGST to a zone", fits: all(toZone, inter), plant: halved},
		{name: "2180 CGST and SGST on an export", fits: all(exports, inter), plant: halved},
		{name: "2235 tax on an export without payment", fits: all(untaxed, exports), plant: with(func(l *gst.Line) { l.IGST, l.Total = 5_00, l.Total+5_00 })},
		{name: "2235 tax on a supply to a zone without payment", fits: all(untaxed, toZone), plant: with(func(l *gst.Line) { l.IGST, l.Total = 5_00, l.Total+5_00 })},
		{name: "2235 a little tax without payment", fits: all(untaxed, exports), plant: with(func(l *gst.Line) { l.IGST = 50 })},
		{name: "CGST and SGST without payment", fits: untaxed, plant: with(func(l *gst.Line) { l.CGST, l.SGST, l.Total = 5_00, 5_00, l.Total+10_00 })},
		{name: "cess without payment", fits: untaxed, plant: with(func(l *gst.Line) { l.CessRate, l.Cess, l.Total = 0, 5_00, l.Total+5_00-l.Cess })},
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
		{name: "2208 export without its details", fits: exports, plant: func(inv *gst.Invoice) { inv.Export = nil }},
		{name: "2208 export without country", fits: exports, plant: func(inv *gst.Invoice) { inv.Export = &gst.Export{Currency: "USD"} }},
		{name: "2202 country that does not exist", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Country = "QQ" }},
		{name: "2202 country on a supply at home", fits: home, plant: func(inv *gst.Invoice) { inv.Export = &gst.Export{Country: "QQ"} }},
		{name: "country in small letters", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Country = "us" }},
		{name: "2201 port that does not exist", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Port = "QQQQ9" }},
		{name: "port with a dash", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Port = "IN-1" }},
		{name: "2203 currency that does not exist", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Currency = "QQQ" }},
		{name: "currency of two letters", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.Currency = "US" }},
		{name: "refund claim", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.RefundClaim = "X" }},
		{name: "shipping bill of 21 characters", fits: exports, plant: func(inv *gst.Invoice) { inv.Export.ShippingBill = strings.Repeat("1", 21) }},
		{name: "2232 export with place of supply in India", fits: exports, plant: func(inv *gst.Invoice) { inv.PlaceOfSupply = "33" }},
		{name: "2261 export with the buyer's state in India", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.State, inv.Buyer.PIN = "33", 600001 }},
		{name: "2261 export, buyer's state does not exist", fits: exports, plant: func(inv *gst.Invoice) { inv.Buyer.State = "45" }},
	}
}
