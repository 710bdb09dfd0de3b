package desk

import (
	"testing"

	"mohar/gst"
)

// What the desk lets pass the portal must take too: the sandbox reads the rules on its
// own, so each kind of document has passed two readers.
func TestWhatIsIssuedIsRegistered(t *testing.T) {
	abroad := func(supply gst.SupplyType) func(*gst.Invoice) {
		return func(i *gst.Invoice) {
			i.Supply, i.Export = supply, &gst.Export{Country: "AE", Port: "INNSA1", Currency: "USD"}
			i.Buyer = gst.Party{LegalName: "Gulf Foods FZE", Address1: "Jebel Ali", Place: "Dubai"}
		}
	}
	karnataka := func(supply gst.SupplyType) func(*gst.Invoice) {
		return func(i *gst.Invoice) {
			i.Supply, i.Buyer.GSTIN, i.Buyer.Place, i.Buyer.PIN = supply, mysore, "Bengaluru", 560001
		}
	}
	note := func(kind gst.DocumentType) func(*gst.Invoice) {
		return func(i *gst.Invoice) {
			i.Type, i.Refs.Preceding = kind, []gst.PrecedingDocument{{Number: "INV/26-27/0001", Date: 20261101}}
		}
	}
	tests := []struct {
		name   string
		change func(*gst.Invoice)
	}{
		{"within the State", nil},
		{"to another State", karnataka(gst.B2B)},
		{"to a SEZ with payment", karnataka(gst.SEZWP)},
		{"to a SEZ under LUT", karnataka(gst.SEZWOP)},
		{"deemed export", karnataka(gst.DEXP)},
		{"export with payment", abroad(gst.EXPWP)},
		{"export under LUT", abroad(gst.EXPWOP)},
		{"credit note", note(gst.CreditNote)},
		{"debit note", note(gst.DebitNote)},
		{"credit note without its original", func(i *gst.Invoice) { i.Type = gst.CreditNote }},
		{"note about a price difference", func(i *gst.Invoice) {
			note(gst.CreditNote)(i)
			i.Refs.Preceding[0].Number = "INV/26-27/0002" // nothing is left of the first
			i.Lines[0].Quantity, i.Lines[0].UnitPrice = 0, 250_000
		}},
		{"reverse charge", func(i *gst.Invoice) { i.ReverseCharge = true }},
		{"IGST although within the State", func(i *gst.Invoice) { i.IGSTOnIntra = true }},
		{"a service without quantity", func(i *gst.Invoice) {
			i.Lines[0] = gst.Line{Description: "Freight", HSN: "996511", UnitPrice: 6_500_000, GSTRate: 18_000}
		}},
		{"a quarter percent in two halves", func(i *gst.Invoice) {
			i.Lines[0] = gst.Line{Description: "Rough diamonds", HSN: "71023100", Quantity: 1_333, Unit: "GMS", UnitPrice: 99_999_999, GSTRate: 250}
		}},
		{"discounts", func(i *gst.Invoice) {
			i.Lines = append(i.Lines, i.Lines[0], i.Lines[0])
			i.Lines[1].DiscountRate, i.Lines[2].Discount = 33_333, 12_34
		}},
		{"odd prices, rounded off", func(i *gst.Invoice) { i.Lines[0].Quantity, i.Lines[0].UnitPrice = 7_333, 111_119 }},
		{"shipped elsewhere, with an order", func(i *gst.Invoice) {
			i.ShipTo = &gst.Party{LegalName: "Cold Store", Address1: "Gate 2", Place: "Bengaluru", PIN: 560001, State: "29"}
			i.Refs.Contracts = []gst.ContractReference{{OrderNumber: "PO-9", OrderDate: 20261101}}
			i.Refs.Remarks = "Handle cold"
		}},
		{"a free line", func(i *gst.Invoice) {
			i.Lines = append(i.Lines, gst.Line{Description: "Sample", HSN: "08013220", Quantity: 1_000, Unit: "KGS", GSTRate: 5_000})
		}},
	}
	h := build(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inv := typed(orNothing(test.change))
			if err := h.Issue(t.Context(), h.company, inv); err != nil {
				t.Fatal(err)
			}
			if _, err := h.registrar.RegisterOne(t.Context()); err != nil {
				t.Fatal(err)
			}
			stored, body := h.stored(inv.ID)
			if stored.IRN.State != gst.IRNRegistered {
				t.Errorf("it stands %q: %v\n%s", stored.IRN.State, stored.IRN.Refusal, body)
			}
		})
	}
}
