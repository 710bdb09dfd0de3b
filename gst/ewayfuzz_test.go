package gst_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"mohar/gst"
)

func FuzzNormalVehicle(f *testing.F) {
	for _, typed := range []string{"KA01AB1234", "dl-1-ab 123", "TR01A123", "NP2KHA1234", "कA०1", "AB123A1234", "\x00\xff"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		normal := gst.NormalVehicle(typed)
		if again := gst.NormalVehicle(normal); again != normal {
			t.Errorf("%q became %q and then %q", typed, normal, again)
		}
		if strings.ContainsFunc(normal, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) {
			t.Errorf("%q became %q", typed, normal)
		}
		if gst.ValidVehicle(normal) && (len(normal) < 7 || len(normal) > 15) {
			t.Errorf("%q has %d characters", normal, len(normal))
		}
	})
}

// Documents that break no rule become consignments whose sums agree and whose parties,
// States, rates and taxes fit; whatever stands in them, nothing panics.
func FuzzConsignmentOf(f *testing.F) {
	for seed := range uint64(64) {
		f.Add(seed, "Shirts & \"Ties\"", 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, text string, odd int) {
		m := maker{rand.New(rand.NewPCG(seed, 1))}
		inv, rules := m.document()
		c := gst.ConsignmentOf(inv, rules)
		sum := c.Totals.Taxable + c.Totals.CGST + c.Totals.SGST + c.Totals.IGST + c.Totals.Cess + c.Totals.CessFixed + c.Totals.Other
		if sum != c.Totals.Total {
			t.Errorf("%+v: the parts are %s", c.Totals, sum)
		}
		for _, fault := range gst.CheckConsignment(c, rules) {
			if strings.HasPrefix(fault.Rule, "waybill.rate") || strings.HasPrefix(fault.Rule, "waybill.tax") || strings.HasPrefix(fault.Rule, "waybill.value.sum") {
				t.Errorf("%s %s from %s to %s: %+v", inv.Type, inv.Supply, c.From.State, c.To.State, fault)
			}
		}
		inv.Buyer = gst.Party{GSTIN: text, LegalName: text, Address1: text, Place: text, PIN: odd, State: text}
		inv.Dispatch, inv.ShipTo = &inv.Buyer, &gst.Party{GSTIN: text, State: text}
		inv.Purpose, inv.Number, inv.Transport.Vehicle, inv.Transport.LRNumber = text, text, text, text
		inv.Date, inv.Totals.Total = gst.Date(odd), gst.Paise(odd)
		for i := range inv.Lines {
			inv.Lines[i].HSN, inv.Lines[i].Description, inv.Lines[i].Quantity, inv.Lines[i].CessFixed = text, text, gst.Milli(odd), gst.Paise(odd)
		}
		wild := gst.ConsignmentOf(inv, rules)
		gst.CheckConsignment(wild, rules)
		wild.IRN = text
		gst.CheckConsignment(wild, rules)
	})
}
