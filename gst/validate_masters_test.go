package gst

import (
	"strings"
	"testing"
)

func TestCustomersAreCheckedAsTheirDocumentsWillBe(t *testing.T) {
	tests := []struct {
		name   string
		mode   Mode
		change func(*Customer)
		want   string // the faults as field:rule, a warning with !
	}{
		{"a whole one is right", Live, func(*Customer) {}, ""},
		{"a name is needed", Live, func(c *Customer) { c.LegalName = "" }, "name:required"},
		{"two letters are no name to the portal", Live, func(c *Customer) { c.LegalName = "AB" }, "name:length"},
		{"the GSTIN keeps its form", Live, func(c *Customer) { c.GSTIN = "27AAB" }, "gstin:gstin.pattern"},
		{"live the check digit must be right", Live, func(c *Customer) { c.GSTIN = "27AABFK4417C1Z9" }, "gstin:gstin.check"},
		{"in practice it is pointed out", Practice, func(c *Customer) { c.GSTIN = "27AABFK4417C1Z9" }, "gstin:gstin.check!"},
		{"the State is that of the GSTIN", Live, func(c *Customer) { c.State, c.PIN = "29", 560001 }, "state:buyer.state"},
		{"the PIN code lies in the State", Live, func(c *Customer) { c.PIN = 560001 }, "pin:pin.state"},
		{"an address may come later, but no e-invoice goes without", Live, func(c *Customer) { c.Address1, c.Place, c.PIN = "", "", 0 }, "address1:customer.address!"},
		{"one without GSTIN needs no address", Live, func(c *Customer) { c.Party = Party{LegalName: "Asha"}; c.Supply = B2C }, ""},
		{"B2B needs a GSTIN", Live, func(c *Customer) { c.GSTIN = "" }, "supply:buyer.urp"},
		{"an export has none", Live, func(c *Customer) { c.Supply = EXPWP }, "supply:buyer.export"},
		{"a SEZ unit is supplied as such", Live, func(c *Customer) { c.Taxpayer = "SEZ" }, "supply:buyer.sez"},
		{"so is a SEZ developer", Live, func(c *Customer) { c.Taxpayer = "SED" }, "supply:buyer.sez"},
		{"which may be under a letter of undertaking", Live, func(c *Customer) { c.Taxpayer, c.Supply = "SED", SEZWOP }, ""},
		{"a composition dealer buys as anybody", Live, func(c *Customer) { c.Taxpayer = "COM" }, ""},
		{"an unknown supply type", Live, func(c *Customer) { c.Supply = "X" }, "supply:supply.unknown"},
		{"an unknown place of supply", Live, func(c *Customer) { c.PlaceOfSupply = "45" }, "pos:pos.unknown"},
		{"abroad is for exports", Live, func(c *Customer) { c.PlaceOfSupply = "96" }, "pos:pos.abroad"},
		{"prices have a basis", Live, func(c *Customer) { c.Prices = "net" }, "prices:choice"},
		{"days of credit have four digits", Live, func(c *Customer) { c.Terms.Days = 10000 }, "terms.days:large"},
		{"a further address is checked in its place", Live, func(c *Customer) {
			c.Addresses = []Address{{Label: "Godown"}, {Party: Party{LegalName: "Store", PIN: 560001, State: "27"}}}
		}, "addresses[1].pin:pin.state"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Customer{Supply: B2B, Party: Party{
				GSTIN: "27AABFK4417C1Z" + string(GSTIN("27AABFK4417C1Z").WantCheckDigit()), LegalName: "Konkan Agro", Address1: "Plot 5", Place: "Vashi", PIN: 400703, State: "27",
			}}
			test.change(&c)
			if got := said(ValidateCustomer(c, test.mode)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestItemsAreCheckedAsTheirLinesWillBe(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Item)
		want   string
	}{
		{"a whole one is right", func(*Item) {}, ""},
		{"a description is needed", func(i *Item) { i.Description = "" }, "description:description.missing"},
		{"HSN and unit may come later", func(i *Item) { i.HSN, i.Unit = "", "" }, ""},
		{"a code of five digits", func(i *Item) { i.HSN = "12345" }, "hsn:hsn.pattern"},
		{"a heading that is not there", func(i *Item) { i.HSN = "9871" }, "hsn:hsn.unknown"},
		{"a service of chapter 31", func(i *Item) { i.Service = true }, "hsn:hsn.service"},
		{"an unknown unit", func(i *Item) { i.Unit = "XYZ" }, "unit:unit.unknown"},
		{"a rate that the law has not", func(i *Item) { i.GSTRate = 17_000 }, "rate:rate.unknown"},
		{"a rate that has ended", func(i *Item) { i.GSTRate = 28_000 }, "rate:rate.old!"},
		{"nothing costs less than nothing", func(i *Item) { i.UnitPrice, i.CessFixed, i.RetailPrice = -1, -1, -1 }, "price:negative,cess_fixed:negative,retail_price:negative"},
		{"cess rates have a limit", func(i *Item) { i.CessRate, i.StateCessRate = 1_000_000, -1 }, "cess_rate:large,state_cess_rate:negative"},
		{"a bar code has three characters", func(i *Item) { i.Barcode = "1" }, "barcode:length"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			i := Item{Description: "Urea 45 kg", HSN: "31021000", Unit: "BAG", UnitPrice: 860_000, GSTRate: 5_000}
			test.change(&i)
			if got := said(ValidateItem(i, 20261122)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTransportersAreChecked(t *testing.T) {
	tests := []struct {
		name string
		Transporter
		want string
	}{
		{"a name is enough", Transporter{Name: "Safe Roadlines"}, ""},
		{"a TRANSIN is an id", Transporter{Name: "Safe Roadlines", GSTIN: "88AAACS1234A1Z5"}, ""},
		{"nothing is none", Transporter{}, "name:required"},
		{"an id of three letters", Transporter{Name: "Safe Roadlines", GSTIN: "ABC"}, "id:eway.transporter"},
		{"a phone is digits", Transporter{Name: "Safe Roadlines", Phone: "call"}, "phone:phone"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := said(ValidateTransporter(test.Transporter)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPricesOfACustomer(t *testing.T) {
	tests := []struct {
		name                   string
		customer, firm, become PriceBasis
	}{
		{"the firm's usual", "", PricesInclusive, PricesInclusive},
		{"before tax all the same", PricesBefore, PricesInclusive, PricesPlain},
		{"with tax all the same", PricesInclusive, PricesPlain, PricesInclusive},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := (Customer{Prices: test.customer}).PricesAt(Company{Prices: test.firm}); got != test.become {
				t.Errorf("got %q, want %q", got, test.become)
			}
		})
	}
}

// said writes faults as field:rule, warnings with an exclamation mark.
func said(faults Faults) string {
	var texts []string
	for _, f := range faults {
		text := f.Field + ":" + f.Rule
		if f.Warning {
			text += "!"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ",")
}
