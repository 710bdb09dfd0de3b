package desk

import (
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

func TestWhatTheRegisterHasAgainstABuyer(t *testing.T) {
	tests := []struct {
		name             string
		taxpayer, status string
		change           func(*gst.Invoice)
		confirmed        bool
		want             string // field:rule, a warning with !
	}{
		{"an active one", "REG", "ACT", nil, false, ""},
		{"one that nobody asked for", "", "", nil, false, ""},
		{"a suspended one may be billed", "REG", "SUS", nil, false, "buyer.gstin:buyer.suspended!"},
		{"a cancelled one may not", "REG", "CNL", nil, false, "buyer.gstin:buyer.cancelled"},
		{"unless somebody has checked", "REG", "CNL", nil, true, "buyer.gstin:buyer.cancelled!"},
		{"a note to it puts right what was supplied before", "REG", "CNL", func(i *gst.Invoice) { i.Type = gst.CreditNote }, false, "buyer.gstin:buyer.cancelled!"},
		{"billed as a consumer it is nobody's GSTIN", "REG", "CNL", func(i *gst.Invoice) { i.Buyer.GSTIN, i.Supply = gst.URP, gst.B2C }, false, ""},
		{"a GSTIN that the portal does not know", "", "UNK", nil, false, "buyer.gstin:buyer.unknown!"},
		{"a SEZ unit is not supplied as anybody", "SEZ", "ACT", nil, false, "supply:buyer.sez"},
		{"nor a SEZ developer", "SED", "ACT", nil, false, "supply:buyer.sez"},
		{"but with payment of tax", "SEZ", "ACT", func(i *gst.Invoice) { i.Supply = gst.SEZWP }, false, ""},
		{"or under a letter of undertaking", "SED", "ACT", func(i *gst.Invoice) { i.Supply = gst.SEZWOP }, false, ""},
		{"a challan to a SEZ is no supply", "SEZ", "ACT", func(i *gst.Invoice) { i.Type = gst.DeliveryChallan }, false, ""},
		{"a regular taxpayer is in no SEZ", "REG", "ACT", func(i *gst.Invoice) { i.Supply = gst.SEZWP }, false, "supply:buyer.not_sez"},
		{"a composition dealer buys as anybody", "COM", "ACT", nil, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t)
			customer := gst.Customer{Party: gst.Party{GSTIN: konkan, LegalName: "Konkan Agro"}}
			h.must(h.store.SaveCustomer(t.Context(), sharda, &customer))
			if test.status != "" {
				h.must(h.store.SetCustomerStatus(t.Context(), sharda, customer.ID, test.taxpayer, test.status, h.clock.now()))
			}
			inv := typed(orNothing(test.change))
			inv.BuyerChecked = test.confirmed
			faults, err := h.CheckBuyer(t.Context(), h.company, inv)
			h.must(err)
			var got []string
			for _, f := range faults {
				text := f.Field + ":" + f.Rule
				if f.Warning {
					text += "!"
				}
				got = append(got, text)
			}
			if strings.Join(got, ",") != test.want {
				t.Errorf("got %v, want %q", got, test.want)
			}
		})
	}
}

func TestTheStatusNamesTheDayOfTheAnswer(t *testing.T) {
	h := build(t)
	customer := gst.Customer{Party: gst.Party{GSTIN: konkan, LegalName: "Konkan Agro"}}
	h.must(h.store.SaveCustomer(t.Context(), sharda, &customer))
	h.must(h.store.SetCustomerStatus(t.Context(), sharda, customer.ID, "REG", "SUS", h.clock.now().Add(-48*time.Hour)))
	faults, err := h.CheckBuyer(t.Context(), h.company, typed())
	h.must(err)
	if len(faults) != 1 || faults[0].Args[0] != "20/11/2026" {
		t.Errorf("got %+v", faults)
	}
	stranger := typed(func(i *gst.Invoice) { i.Buyer.GSTIN = mysore })
	if faults, err := h.CheckBuyer(t.Context(), h.company, stranger); err != nil || len(faults) != 0 {
		t.Errorf("a buyer who is not kept: %v, %v", faults, err)
	}
}
