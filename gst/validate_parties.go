package gst

import (
	"regexp"
	"strconv"
	"strings"

	"mohar/gst/master"
)

// seller checks the company's own side.
func (c *checker) seller() {
	p := c.inv.Seller
	if strings.EqualFold(p.GSTIN, URP) { // 5002: the schema comes before 2213
		c.add("seller.urp", "seller.gstin")
	} else if c.gstin("seller.gstin", p.GSTIN) {
		c.sellerIsCompany()
	}
	c.sellerMayRegister()
	c.text("seller.name", p.LegalName, 3, 100, required)
	c.address("seller", p, 50)
	c.placeCode("seller", p, "state.seller", "seller.state")
}

// sellerIsCompany: the portal takes a document only from its seller, or from the
// e-commerce operator named in it. Source: errors 2143 and 2169.
func (c *checker) sellerIsCompany() {
	own := string(c.rules.Company.GSTIN)
	if own != "" && !strings.EqualFold(c.inv.Seller.GSTIN, own) && !strings.EqualFold(c.inv.EcommerceGSTIN, own) {
		c.add("seller.company", "seller.gstin", own)
		if c.inv.EcommerceGSTIN != "" { // 2169
			c.faults[len(c.faults)-1].Code = "2169"
		}
	}
}

// sellerMayRegister: a composition taxpayer may not charge tax, so gives bills of
// supply only, but may record what it billed before it joined the scheme; a SEZ unit gives
// invoices without IRN, which is told, not refused.
//
// Source: CGST Act 2017, sections 10(4) and 31(3)(c), error 2300; Notification 61/2020,
// error 2231.
func (c *checker) sellerMayRegister() {
	switch c.rules.Company.Taxpayer {
	case Composition:
		if c.inv.Type == TaxInvoice && !c.inv.Elsewhere {
			c.add("seller.composition", "type")
		}
	case SEZUnit:
		if c.inv.Type == TaxInvoice {
			c.warn("seller.sez", "type")
		}
	}
}

// buyer checks the recipient.
func (c *checker) buyer() {
	p := c.inv.Buyer
	c.buyerGSTIN()
	c.text("buyer.name", p.LegalName, 3, 100, c.buyerNamed())
	c.address("buyer", p, 100)
	c.placeCode("buyer", p, "state.buyer", "buyer.state")
	c.buyerAbroad()
	c.unregisteredDetails()
}

// buyerNamed says whether the buyer's name must be there: on paper that of a registered
// recipient and of one abroad; see unregisteredDetails for the others.
//
// Source: CGST Rules 2017, rule 46(d) and its third proviso, rule 49(d).
func (c *checker) buyerNamed() need {
	inv := c.inv
	registered := inv.Buyer.GSTIN != "" && !strings.EqualFold(inv.Buyer.GSTIN, URP)
	switch {
	case c.portal:
		return required
	case inv.Supply == B2C, inv.Type == DeliveryChallan, inv.free():
		return optional
	}
	return need(inv.Type != BillOfSupply || registered || inv.Supply.export())
}

// buyerGSTIN checks who may stand without a GSTIN and who may not have one.
// Source: errors 2171, 2211, 2212, 2248.
func (c *checker) buyerGSTIN() {
	g, supply := c.inv.Buyer.GSTIN, c.inv.Supply
	none := g == "" || strings.EqualFold(g, URP)
	switch {
	case supply == B2C:
		if !none {
			c.warn("buyer.b2c", "buyer.gstin")
		}
	case supply.export():
		if !none || (g == "" && c.portal) { // 2248
			c.add("buyer.export", "buyer.gstin")
			c.malformed(!gstinPattern(g))
		}
	case none && (c.inv.Type == BillOfSupply || c.inv.Type == DeliveryChallan || c.inv.free()):
	case g == "":
		c.add("required", "buyer.gstin")
	case none && supply == DEXP: // 2171
		c.add("buyer.urp.deemed", "buyer.gstin")
	case none: // 2212
		c.add("buyer.urp", "buyer.gstin")
	case !c.gstin("buyer.gstin", g):
	case strings.EqualFold(g, c.inv.Seller.GSTIN) && c.inv.Type != DeliveryChallan: // 2211
		c.add("buyer.same", "buyer.gstin")
	}
}

// buyerAbroad: an export's buyer is in state 96. Source: error 2261.
func (c *checker) buyerAbroad() {
	if s := c.inv.Buyer.State; c.inv.Supply.export() && s != "" && s != master.Abroad {
		c.add("buyer.abroad", "buyer.state")
	}
}

// unregisteredDetails: from 50,000 rupees of taxable value an invoice to a person
// without GSTIN names that person, the address and the State. Below, the name may be
// left out; the State always shows in the place of supply.
//
// Source: CGST Rules 2017, rule 46(e) and (f).
func (c *checker) unregisteredDetails() {
	p := c.inv.Buyer
	from, holds := c.rules.Law.Value(master.RuleBuyerNamed, int32(c.inv.Date))
	if c.inv.Supply != B2C || c.inv.Type != TaxInvoice || !holds || c.inv.Totals.Taxable < Paise(from)*100 {
		return
	}
	report := c.add
	if c.inv.Elsewhere { // it is out of the house
		report = c.warn
	}
	for _, d := range []struct{ field, text string }{
		{"buyer.name", p.LegalName}, {"buyer.address1", p.Address1}, {"buyer.state", p.State},
	} {
		if d.text == "" {
			report("buyer.details", d.field, groupedRupees(from))
		}
	}
}

func (c *checker) dispatch() {
	if p := c.inv.Dispatch; p != nil {
		c.text("dispatch.name", p.LegalName, 3, 100, required)
		c.address("dispatch", *p, 100)
		c.placeCode("dispatch", *p, "state.place", "")
	}
}

func (c *checker) shipTo() {
	p := c.inv.ShipTo
	if p == nil {
		return
	}
	if p.GSTIN != "" && !strings.EqualFold(p.GSTIN, URP) {
		c.gstin("ship.gstin", p.GSTIN)
	}
	c.text("ship.name", p.LegalName, 3, 100, required)
	c.address("ship", *p, 100)
	c.placeCode("ship", *p, "state.place", "")
	c.consignee(p)
	// Exported goods travel to an Indian port; the e-way bill ends there. Error 2236.
	if c.inv.EWay != nil && c.inv.Supply.export() && p.State == master.Abroad {
		c.warn("ship.export", "ship.state")
	}
}

// gstin checks one GSTIN and reports whether it is well formed.
func (c *checker) gstin(field, s string) bool {
	if s == "" {
		c.add("required", field)
		return false
	}
	g := GSTIN(s)
	switch {
	case !gstinPattern(s):
		c.add("gstin.pattern", field)
		return false
	case !master.StateExists(g.State()):
		c.add("gstin.state", field, g.State())
		return false
	case g.CheckDigitOK():
	case c.live:
		c.add("gstin.check", field, string(g.WantCheckDigit()))
	default:
		c.warn("gstin.check", field, string(g.WantCheckDigit()))
	}
	return true
}

var (
	phonePattern = regexp.MustCompile(`^[0-9]{6,12}$`)
	emailPattern = regexp.MustCompile(`^[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+$`)
)

// address checks the texts of a party below its name; place is the longest place name.
// On paper only, an address may be missing, and telephone numbers and e-mail addresses are
// as people write them.
//
// Source: INV-01 schema v1.1, SellerDtls, BuyerDtls, DispDtls, ShipDtls.
func (c *checker) address(block string, p Party, place int) {
	n := need(c.portal)
	c.text(block+".trade", p.TradeName, 3, 100, optional)
	c.text(block+".address1", p.Address1, 1, 100, n)
	c.text(block+".address2", p.Address2, 3, 100, optional)
	c.text(block+".place", p.Place, 3, place, n)
	if c.portal && p.Phone != "" && !phonePattern.MatchString(p.Phone) {
		c.add("phone", block+".phone")
	}
	if c.portal && p.Email != "" && (len(p.Email) < 6 || len(p.Email) > 100 || !emailPattern.MatchString(p.Email)) {
		c.add("email", block+".email")
	}
}

// placeCode checks PIN code and state of a party: that they exist and fit each other
// and the GSTIN. unknown is the rule for a state code that does not exist, differs the
// one for a state that is not the GSTIN's ("" when that is not checked). Postal districts
// cross borders and new PIN codes come, so that on paper a PIN code that seems to lie in
// another State is only pointed out.
//
// Source: errors 2200, 2244, 2258, 2259, 2260, 2265, 3039.
func (c *checker) placeCode(block string, p Party, unknown, differs string) {
	c.pinGiven(block, p)
	state := twoDigits(p.State)
	switch {
	case state == "":
		if c.portal || block == "seller" {
			c.add("required", block+".state")
		}
		return
	case !master.StateExists(state):
		c.add(unknown, block+".state", p.State)
		c.malformed(!stateForm(p.State))
		return
	}
	if differs != "" && gstinPattern(p.GSTIN) && p.GSTIN[:2] != state && !foreignRegistration(p.GSTIN) {
		c.add(differs, block+".state", p.GSTIN[:2], master.StateName(p.GSTIN[:2]))
	}
	if p.PIN >= 100000 && p.PIN <= 999999 && !master.PINInState(p.PIN, state) {
		report := c.add
		if !c.portal {
			report = c.warn
		}
		report("pin.state", block+".pin", strconv.Itoa(p.PIN), master.StateName(state))
	}
}

// foreignRegistration reports whether the GSTIN is of the Centre's jurisdiction (99),
// whose holders have an address elsewhere.
func foreignRegistration(gstin string) bool { return gstin[:2] == "99" }

// pinGiven checks that the PIN code is there where it must be, and has six digits.
func (c *checker) pinGiven(block string, p Party) {
	switch {
	case p.PIN == 0:
		c.pinMissing(block)
	case p.PIN < 100000 || p.PIN > 999999:
		c.add("pin.range", block+".pin")
	}
}

// pinMissing reports a missing PIN code; only an export's buyer may have none.
func (c *checker) pinMissing(block string) {
	switch {
	case !c.portal:
	case block == "seller": // the schema's
		c.add("seller.pin", "seller.pin")
	case block != "buyer":
		c.add("required", block+".pin")
	case !c.inv.Supply.export(): // 2244
		c.add("buyer.pin", "buyer.pin")
	}
}
