package gst_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"mohar/gst"
	"mohar/nic"
)

// maker makes documents that break no rule, out of a seed.
type maker struct{ *rand.Rand }

func oneOf[T any](m maker, all ...T) T { return all[m.IntN(len(all))] }

// sometimes is true once in n times.
func (m maker) sometimes(n int) bool { return m.IntN(n) == 0 }

func gstinOf(state string, n int, kind byte) string {
	g := fmt.Sprintf("%sAABC%c%04dP1%c", state, 'A'+n%26, n%10000, kind)
	return g + string(gst.GSTIN(g+"0").WantCheckDigit())
}

func (m maker) party(gstin string) gst.Party {
	at := oneOf(m, "29 560037", "27 400001", "07 110001", "32 682001", "97 999999")
	if gstin != "" {
		at = map[string]string{"29": "29 560037", "27": "27 400001", "07": "07 110001"}[gstin[:2]]
	}
	pin, _ := strconv.Atoi(at[3:])
	return gst.Party{GSTIN: gstin, LegalName: "Deccan & Sons", Address1: "4 Mill Lane", Place: "Town", PIN: pin, State: at[:2]}
}

// document makes a typed document and the rules that it is good under.
func (m maker) document() (*gst.Invoice, gst.Rules) {
	seller := gstinOf(oneOf(m, "29", "27", "07"), m.IntN(9000), 'Z')
	rules := gst.Rules{Today: oneOf(m, gst.Date(20250115), 20251120, 20260131, 20261122), Company: gst.Company{
		GSTIN: gst.GSTIN(seller), Mode: gst.Live, Taxpayer: gst.Regular,
		Turnover: oneOf(m, gst.SlabUpTo5, gst.Slab5To10, gst.Slab50To100), RoundOff: m.sometimes(2),
	}}
	inv := &gst.Invoice{
		Mode: gst.Live, Date: rules.Today, Number: "INV/" + strconv.Itoa(m.IntN(1e6)),
		Type:   oneOf(m, gst.TaxInvoice, gst.TaxInvoice, gst.TaxInvoice, gst.CreditNote, gst.DebitNote, gst.DeliveryChallan, gst.Quotation, gst.Proforma),
		Supply: oneOf(m, gst.B2B, gst.B2B, gst.B2C, gst.SEZWP, gst.SEZWOP, gst.EXPWP, gst.EXPWOP, gst.DEXP),
		Prices: oneOf(m, gst.PricesPlain, gst.PricesInclusive, gst.PricesForeign), Purpose: "Approval",
	}
	inv.Seller = m.party(seller)
	m.buyer(inv)
	if inv.Prices == gst.PricesForeign {
		if inv.Export == nil {
			inv.Export = &gst.Export{}
		}
		inv.Export.Currency, inv.Export.Rate = "USD", gst.ExchangeRate(1+m.IntN(90_000_000))
	}
	for range 1 + m.IntN(5) {
		inv.Lines = append(inv.Lines, m.line(inv.Prices))
	}
	if m.sometimes(3) {
		inv.Lines = append(inv.Lines, gst.Line{Charge: gst.ChargeFreight, UnitPrice: 50_000, TypedPrice: 50_000})
	}
	if m.sometimes(4) {
		inv.Totals.OtherCharges, inv.Terms.Days = gst.Paise(m.IntN(100_00)), m.IntN(90)
	}
	if inv.RoundOffTyped = m.sometimes(4); inv.RoundOffTyped {
		inv.Totals.RoundOff = gst.Paise(m.IntN(19_000) - 9_500)
		inv.Totals.OtherCharges += 100_00 // so that it never falls below nothing
	}
	gst.Compute(inv, rules.Company.RoundOff, nil)
	return inv, rules
}

func (m maker) buyer(inv *gst.Invoice) {
	switch inv.Supply {
	case gst.EXPWP, gst.EXPWOP:
		inv.Buyer = gst.Party{GSTIN: gst.URP, LegalName: "Gulf Traders", Address1: "Deira", Place: "Dubai", PIN: 999999, State: "96"}
		inv.PlaceOfSupply, inv.Export = "96", &gst.Export{Country: "AE"}
	case gst.B2C:
		inv.Buyer = m.party("")
		inv.Buyer.GSTIN, inv.PlaceOfSupply = gst.URP, inv.Buyer.State
	default:
		inv.Buyer = m.party(gstinOf(oneOf(m, "29", "27", "07"), 9000+m.IntN(900), 'Z'))
		inv.PlaceOfSupply = oneOf(m, inv.Buyer.State, "36")
		inv.ReverseCharge = m.sometimes(5) && inv.Supply != gst.DEXP
	}
}

func (m maker) line(basis gst.PriceBasis) gst.Line {
	l := gst.Line{
		Description: "Goods", HSN: oneOf(m, "820411", "61149090", "24022090"), Unit: oneOf(m, "NOS", "KGS"),
		Quantity: gst.Milli(1 + m.IntN(20_000_000)), GSTRate: oneOf(m, gst.Rate(0), 250, 3_000, 5_000, 18_000),
	}
	if m.sometimes(4) {
		l = gst.Line{Description: "Work", HSN: "998313", Service: true, GSTRate: 18_000}
	}
	price := gst.Milli(1 + m.IntN(9_000_000))
	if basis == gst.PricesPlain {
		l.UnitPrice = price
	} else {
		l.TypedPrice = price
	}
	switch m.IntN(4) {
	case 0:
		l.DiscountRate, l.DiscountRate2 = gst.Rate(m.IntN(100_001)), gst.Rate(m.IntN(100_001))
	case 1:
		l.StateCessRate, l.OtherCharges = 1_000, gst.Paise(m.IntN(500))
	case 2:
		l.CessRate, l.RetailPrice = 1_000, price*2
	}
	return l
}

// Whatever is made of typed figures has no fault, computed twice it is the same, and what
// goes to the portal comes back from its JSON as the same document, without fault.
func FuzzDocument(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		inv, rules := maker{rand.New(rand.NewPCG(seed, 7))}.document()
		if err := gst.Validate(inv, rules).Err(); err != nil {
			t.Fatalf("%v\n%+v", err, inv)
		}
		text, err := nic.Encode(inv)
		if err != nil {
			t.Fatal(err)
		}
		gst.Compute(inv, rules.Company.RoundOff, nil)
		if again, err := nic.Encode(inv); err != nil || !bytes.Equal(text, again) {
			t.Fatalf("computing twice changes the document (%v):\n%s\n%s", err, text, again)
		}
		if gst.NeedsIRN(inv, rules) != "" {
			return
		}
		back, body, err := nic.Decode(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !bytes.Equal(text, body) {
			t.Fatalf("the JSON changes:\n%s\n%s", text, body)
		}
		back.Mode = gst.Live
		if err := gst.Validate(back, rules).Err(); err != nil {
			t.Fatalf("read back: %v\n%s", err, text)
		}
	})
}
