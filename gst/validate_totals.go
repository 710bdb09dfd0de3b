package gst

// totals checks the document's sums. Source: errors 2182 to 2187 and 2189.
func (c *checker) totals() {
	t := c.inv.Totals
	var sum Totals
	var base, tax, cess Paise
	for i := range c.inv.Lines {
		line := &c.inv.Lines[i]
		sum.add(line)
		base += line.Taxable + line.OtherCharges
		tax += line.Tax()
		cess += line.AllCess()
	}
	for _, s := range []struct {
		rule, field string
		have, want  Paise
	}{
		{"totals.taxable", "totals.taxable", t.Taxable, sum.Taxable},      // 2182
		{"totals.cgst", "totals.cgst", t.CGST, sum.CGST},                  // 2184
		{"totals.sgst", "totals.sgst", t.SGST, sum.SGST},                  // 2183
		{"totals.igst", "totals.igst", t.IGST, sum.IGST},                  // 2185
		{"totals.cess", "totals.cess", t.Cess, sum.Cess},                  // 2186
		{"totals.state", "totals.state_cess", t.StateCess, sum.StateCess}, // 2187
	} {
		c.money(s.field, s.have, maxPaise)
		if !near(s.have, s.want) {
			c.add(s.rule, s.field, s.want.Indian())
		}
	}
	c.documentTotal(append(c.withAndWithoutTax(base, tax, cess), sum.Total))
}

// documentTotal checks charges, discount, rounding and total of the document: the
// lines' totals less discount, plus charges and rounding. Source: error 2189.
func (c *checker) documentTotal(lines []Paise) {
	t := c.inv.Totals
	c.money("totals.discount", t.Discount, maxPaise)
	c.money("totals.other", t.OtherCharges, maxPaise)
	if t.RoundOff < -99_99 || t.RoundOff > 99_99 {
		c.add("totals.roundoff", "totals.round_off")
	}
	c.money("totals.total", t.Total, maxPaise)
	adjust := t.OtherCharges - t.Discount + t.RoundOff
	matched := false
	for _, sum := range lines {
		matched = matched || near(sum+adjust, t.Total)
	}
	if !matched { // 2189
		c.add("totals.total", "totals.total", (lines[len(lines)-1] + adjust).Indian())
	}
	c.money("totals.total_foreign", t.TotalForeign, maxPaise)
}
