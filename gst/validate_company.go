package gst

// ValidateCompany checks all that is typed of a company: its particulars, what its paper
// says and its branches. Field names are those of ValidateParticulars, ValidatePaper and
// ValidateBranches.
func ValidateCompany(company Company) Faults {
	faults := ValidateParticulars(company)
	faults = append(faults, ValidatePaper(company)...)
	return append(faults, ValidateBranches(company)...)
}

// ValidateParticulars checks what is typed when a company is added or changed. Field names
// are gstin, name, trade, address1, address2, place, pin, state, phone, email. A live
// company needs a right check digit; in practice a wrong one is a warning, since the
// GSTINs of NIC's test system have wrong ones.
//
// Source: INV-01 schema v1.1, SellerDtls, whose limits the company's own particulars
// must keep on every document.
func ValidateParticulars(company Company) Faults {
	seller := company.Party()
	c := &checker{inv: &Invoice{Seller: seller}, live: company.Mode == Live, portal: true}
	c.gstin("gstin", seller.GSTIN)
	c.text("name", seller.LegalName, 3, 100, required)
	start := len(c.faults)
	c.address("seller", seller, 50)
	c.placeCode("seller", seller, "state.seller", "seller.state")
	for i := start; i < len(c.faults); i++ {
		c.faults[i].Field = c.faults[i].Field[len("seller."):]
	}
	return c.faults
}
