package gst

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// How much a company's paper may say.
const (
	MostPaperLines = 6
	MostPaperTerms = 8
	MostCopies     = 12 // of one document; beyond that somebody's finger slipped
)

// The forms of the numbers that a firm bears.
var (
	// Source: Ministry of Corporate Affairs, corporate identity number: listed or not,
	// industry, State, year, kind of company, registration.
	cinPattern = regexp.MustCompile(`^[LU][0-9]{5}[A-Z]{2}[0-9]{4}[A-Z]{3}[0-9]{6}$`)
	// Source: Ministry of MSME, notification of 26-06-2020: UDYAM, State, district, number.
	udyamPattern = regexp.MustCompile(`^UDYAM-[A-Z]{2}-[0-9]{2}-[0-9]{7}$`)
	// Source: Foreign Trade Policy 2023, para 2.05: the PAN, or the ten digits given
	// before.
	iecPattern = regexp.MustCompile(`^([A-Z]{5}[0-9]{4}[A-Z]|[0-9]{10})$`)
	// Source: Reserve Bank of India, IFSC: four letters of the bank, 0, six of the branch.
	ifscPattern = regexp.MustCompile(`^[A-Z]{4}0[A-Z0-9]{6}$`)
	// Source: INV-01 schema v1.1, PayDtls.AccDet: 18 characters.
	accountPattern = regexp.MustCompile(`^[0-9A-Za-z/-]{1,18}$`)
	branchPattern  = regexp.MustCompile(`^[A-Z0-9]{1,6}$`)
)

// Sizes of an enterprise.
//
// Source: MSMED Act 2006, section 7.
var udyamSizes = []string{"micro", "small", "medium"}

// ValidatePaper checks what a company's documents say of it beside the particulars of the
// law, and what new documents begin with. Field names are cin, udyam, udyam_size, iec,
// lines[i], luts[i].year, luts[i].number, bank.payee, bank.name, bank.branch,
// bank.account, bank.ifsc, terms[i], interest, days, jurisdiction, signatory,
// copies.TYPE, prices.
func ValidatePaper(company Company) Faults {
	p, c := company.Paper, &checker{}
	c.form("paper.cin", "cin", p.CIN, cinPattern)
	c.form("paper.udyam", "udyam", p.Udyam, udyamPattern)
	c.choice("udyam_size", p.UdyamSize, udyamSizes...)
	if p.UdyamSize != "" && p.Udyam == "" {
		c.add("required", "udyam")
	}
	c.form("paper.iec", "iec", p.IEC, iecPattern)
	c.texts("lines", p.Lines, MostPaperLines, 100)
	c.undertakings(p.LUTs)
	c.bank(p.Bank)
	c.texts("terms", p.Terms, MostPaperTerms, 250)
	c.text("interest", p.Interest, 1, 250, optional)
	c.number("days", int64(p.Days), 9999, whole)
	c.text("jurisdiction", p.Jurisdiction, 1, 100, optional)
	c.text("signatory", p.Signatory, 1, 100, optional)
	for _, t := range slices.Sorted(maps.Keys(p.Copies)) {
		c.number("copies."+string(t), int64(p.Copies[t]), MostCopies, whole)
	}
	// Prices in another currency need its rate, which only a document has.
	c.choice("prices", string(company.Prices), string(PricesInclusive))
	return c.faults
}

// form checks an optional text against a pattern; rule is reported where it does not fit.
func (c *checker) form(rule, field, s string, pattern *regexp.Regexp) {
	if s != "" && !pattern.MatchString(s) {
		c.add(rule, field)
	}
}

// texts checks the lines of a list.
func (c *checker) texts(field string, lines []string, most, longest int) {
	for i, line := range lines {
		at := fmt.Sprintf("%s[%d]", field, i)
		if i >= most {
			c.add("paper.lines", at, strconv.Itoa(most))
			return
		}
		c.text(at, line, 1, longest, required)
	}
}

// undertakings checks the letters of undertaking: one a financial year.
//
// Source: CGST Rules 2017, rule 96A; Circular 8/8/2017.
func (c *checker) undertakings(luts []LUT) {
	years := map[string]bool{}
	for i, l := range luts {
		block := fmt.Sprintf("luts[%d].", i)
		switch {
		case !isFinancialYear(l.Year):
			c.add("lut.year", block+"year")
		case years[l.Year]:
			c.add("lut.twice", block+"year", l.Year)
		}
		years[l.Year] = true
		c.text(block+"number", l.Number, 1, 30, required)
	}
}

// isFinancialYear reports whether s is one since GST began, as "2026-27".
func isFinancialYear(s string) bool {
	if len(s) != len("2026-27") || s[4] != '-' {
		return false
	}
	first, err := strconv.Atoi(s[:4])
	if err != nil || first < 2017 || first > 2099 {
		return false
	}
	return s[5:] == fmt.Sprintf("%02d", (first+1)%100)
}

// bank checks the account that buyers pay into.
func (c *checker) bank(b Bank) {
	c.text("bank.payee", b.Payee, 1, 100, optional)
	c.text("bank.name", b.Name, 1, 100, optional)
	c.text("bank.branch", b.Branch, 1, 100, optional)
	c.form("paper.account", "bank.account", b.Account, accountPattern)
	c.form("paper.ifsc", "bank.ifsc", b.IFSC, ifscPattern)
	if b.IFSC != "" && b.Account == "" { // leads nowhere
		c.add("required", "bank.account")
	}
}

// ValidateBranches checks the further places of business. Field names are
// branches[i].code, name, address1, address2, place, pin and series: their limits are
// those of the place that goods leave from.
//
// Source: INV-01 schema v1.1, DispDtls.
func ValidateBranches(company Company) Faults {
	c := &checker{inv: &Invoice{}, portal: true}
	codes := map[string]bool{}
	for i, b := range company.Branches {
		c.block = fmt.Sprintf("branches[%d].", i)
		code := strings.ToUpper(b.Code)
		switch {
		case code == "":
			c.add("required", "code")
		case !branchPattern.MatchString(code):
			c.add("branch.code", "code")
		case codes[code]:
			c.add("branch.twice", "code", b.Code)
		}
		codes[code] = true
		c.branchAddress(b, company.State)
	}
	return c.faults
}

// branchAddress checks a branch's place: in the State of the registration, since another
// State needs one of its own.
//
// Source: CGST Act 2017, section 22(1).
func (c *checker) branchAddress(b Branch, state string) {
	c.text("name", b.Name, 3, 100, required)
	c.text("address1", b.Address1, 1, 100, required)
	c.text("address2", b.Address2, 3, 100, optional)
	c.text("place", b.Place, 3, 100, required)
	start := len(c.faults)
	c.placeCode("branch", Party{PIN: b.PIN, State: state}, "state.place", "")
	for i, f := range c.faults[start:] {
		c.faults[start+i].Field = strings.Replace(f.Field, "branch.", "", 1)
	}
}
