package gst

import (
	"slices"
	"strconv"
	"strings"

	"mohar/gst/master"
)

// What the portal's register says of a taxpayer: Customer.Status.
const (
	StatusActive    = "ACT"
	StatusSuspended = "SUS"
	StatusCancelled = "CNL"
	StatusInactive  = "INA"
	StatusUnknown   = "UNK" // ours: the portal does not know the GSTIN
)

// PricesBefore says of a customer that prices are typed before tax, also where the
// company's usual ones have the tax in them. It stands in Customer.Prices alone, whose
// zero value is the company's usual.
const PricesBefore PriceBasis = "before"

// PricesAt returns how the prices of a document for the customer are typed.
func (c Customer) PricesAt(company Company) PriceBasis {
	switch c.Prices {
	case "":
		return company.Prices
	case PricesBefore:
		return PricesPlain
	}
	return c.Prices
}

// SEZ reports whether the register says that the customer is in a special economic zone,
// as unit or developer.
func (c Customer) SEZ() bool { return c.Taxpayer == "SEZ" || c.Taxpayer == "SED" }

// Registered reports whether the customer has a GSTIN.
func (c Customer) Registered() bool { return c.GSTIN != "" && c.GSTIN != URP }

// ForSEZ reports whether the supply type is one of the two for special economic zones.
func (s SupplyType) ForSEZ() bool { return s.sez() }

// Export reports whether the supply type is one of the two exports.
func (s SupplyType) Export() bool { return s.export() }

// ValidateCustomer checks a customer or supplier as it is kept. Field names are gstin,
// name, trade, address1, address2, place, pin, state, phone, email, supply, pos, prices,
// terms.days and addresses[n]. with label and those of the party. A master may be
// unfinished: what only a document needs may be missing, which is a warning where an
// e-invoice would be refused for it. A live company's customers need right check digits.
//
// Source: INV-01 schema v1.1, BuyerDtls; errors 2212, 2246, 2248, 2265, 3039.
func ValidateCustomer(customer Customer, mode Mode) Faults {
	c := &checker{inv: &Invoice{Supply: customer.Supply}, live: mode == Live}
	p := customer.Party
	if customer.Registered() {
		c.gstin("gstin", p.GSTIN)
	}
	c.keptParty("", p)
	c.customerSupply(customer)
	c.choice("prices", string(customer.Prices), string(PricesBefore), string(PricesInclusive), string(PricesForeign))
	if d := customer.Terms.Days; d < 0 || d > 9999 { // CrDay has four digits
		c.add("large", "terms.days", "9999")
	}
	c.text("terms.interest", customer.Terms.Interest, 0, 200, optional)
	for i, a := range customer.Addresses {
		block := "addresses[" + strconv.Itoa(i) + "]."
		c.text(block+"label", a.Label, 0, 60, optional)
		if a.GSTIN != "" && a.GSTIN != URP {
			c.gstin(block+"gstin", a.GSTIN)
		}
		c.keptParty(block, a.Party)
	}
	if customer.Registered() && (p.Address1 == "" || p.Place == "" || p.PIN == 0) {
		c.faults = append(c.faults, Fault{Rule: "customer.address", Field: "address1", Warning: true})
	}
	return c.faults
}

// keptParty checks a party of the masters. Its texts keep to the portal's limits, so that
// documents can be made of them; but for the name of a customer they may be missing.
func (c *checker) keptParty(block string, p Party) {
	const own = "party."
	start := len(c.faults)
	c.portal = true
	c.text(own+"name", p.LegalName, 3, 100, need(block == ""))
	c.address("party", p, 100)
	c.placeCode("party", p, "state.buyer", "buyer.state")
	c.portal = false
	kept := c.faults[:start]
	for _, f := range c.faults[start:] {
		if f.Field = strings.TrimPrefix(f.Field, own); f.Rule != "required" || f.Field == "name" {
			f.Field = block + f.Field
			kept = append(kept, f)
		}
	}
	c.faults = kept
}

// customerSupply checks how a customer is usually supplied.
func (c *checker) customerSupply(customer Customer) {
	s := customer.Supply
	wrong := func(rule, code string, args ...string) {
		c.faults = append(c.faults, Fault{Rule: rule, Code: code, Field: "supply", Args: args})
	}
	switch {
	case s == "":
	case !slices.Contains([]SupplyType{B2B, B2C, SEZWP, SEZWOP, EXPWP, EXPWOP, DEXP}, s):
		c.add("supply.unknown", "supply")
	case customer.SEZ() && !s.sez(): // 2246
		wrong("buyer.sez", "2246", string(s))
	case s.export() && customer.Registered(): // 2248
		wrong("buyer.export", "2248")
	case !s.export() && s != B2C && !customer.Registered(): // 2212
		wrong("buyer.urp", "2212")
	}
	pos := twoDigits(customer.PlaceOfSupply)
	switch {
	case pos == "":
	case !master.StateExists(pos): // 2243
		c.add("pos.unknown", "pos")
	case pos == master.Abroad && s != "" && !s.export(): // 2242
		c.add("pos.abroad", "pos")
	}
}

// ValidateItem checks an item as it is kept, by the law of a day. Field names are those of
// a line: description, hsn, unit, price, rate, cess_rate, cess_fixed, state_cess_rate,
// retail_price, barcode. HSN and unit may be missing until an invoice needs them.
//
// Source: INV-01 schema v1.1, ItemList; errors 2176, 2177, 2240.
func ValidateItem(item Item, today Date) Faults {
	line := &Line{
		Description: item.Description, HSN: item.HSN, Service: item.Service, Unit: item.Unit, Quantity: 1000,
		UnitPrice: item.UnitPrice, GSTRate: item.GSTRate, Barcode: item.Barcode,
	}
	c := &checker{inv: &Invoice{Type: TaxInvoice, Supply: B2C, Date: today}, portal: true}
	l := lineChecker{c, line}
	l.texts()
	c.portal = false // whether six digits are needed depends on the document
	l.hsn()
	if line.Unit != "" {
		l.quantity()
	}
	l.number("price", int64(item.UnitPrice), maxMilli, thousandths)
	l.rate()
	l.number("cess_rate", int64(item.CessRate), maxRate, thousandths)
	l.money("cess_fixed", item.CessFixed, maxLineMoney)
	l.number("state_cess_rate", int64(item.StateCessRate), maxRate, thousandths)
	l.number("retail_price", int64(item.RetailPrice), maxMilli, thousandths)
	return c.faults
}

// ValidateTransporter checks a transporter as it is kept. Field names are name, id, phone.
//
// Source: e-way bill API, transporterId and transporterName.
func ValidateTransporter(t Transporter) Faults {
	c := &checker{inv: &Invoice{}, portal: true}
	c.text("name", t.Name, 3, 100, required)
	if t.GSTIN != "" && !gstinPattern(t.GSTIN) {
		c.add("eway.transporter", "id")
	}
	if t.Phone != "" && !phonePattern.MatchString(t.Phone) {
		c.add("phone", "phone")
	}
	if slices.ContainsFunc(t.Vehicles, func(number string) bool { return !vehiclePattern.MatchString(number) }) {
		c.add("eway.vehicle", "vehicles")
	}
	return c.faults
}
