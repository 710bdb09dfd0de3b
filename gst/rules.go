package gst

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// codeOf lists every rule that Validate and ValidateCompany may report, by the name of
// its words in the lang room ("fault."+rule), with the code that NIC's portal gives for
// the same breach; empty where the rule is the law's or ours alone. 5002 is the
// portal's one code for every breach of the INV-01 schema.
//
// Source: INV-01 schema v1.1; NIC's list of e-invoice API error codes.
var codeOf = map[string]string{
	// Schema: any text, number or date.
	"required":     "5002",
	"length":       "5002",
	"length.max":   "5002",
	"characters":   "5002",
	"negative":     "5002",
	"large":        "5002",
	"choice":       "5002",
	"date.pattern": "5002",
	"phone":        "5002",
	"email":        "5002",

	// Document.
	"type.unknown":      "5002",
	"supply.unknown":    "5002",
	"number.pattern":    "5002",
	"date.future":       "2163",
	"date.floor":        "2218",
	"date.window":       "2305",
	"date.window.last":  "2305",
	"date.window.maybe": "2305",
	"reverse.supply":    "2162",
	"pos.unknown":       "2243",
	"pos.abroad":        "2242",
	"pos.export":        "2232",
	"intra.pos":         "2262",
	"note.original":     "2191",
	"note.late":         "",
	"note.exceeds":      "",
	"note.tax":          "",
	"date.locked":       "",
	"branch.unknown":    "",
	"challan.purpose":   "",
	"invoice.exempt":    "",
	"lut.missing":       "",
	"composition.inter": "",
	"ecom.tcs":          "2195",

	// Parties.
	"gstin.pattern":      "5002",
	"gstin.state":        "3028",
	"gstin.check":        "3028",
	"seller.company":     "2143",
	"seller.sez":         "2231",
	"seller.composition": "2300",
	"seller.urp":         "5002",
	"seller.state":       "2258",
	"buyer.same":         "2211",
	"buyer.urp":          "2212",
	"buyer.urp.deemed":   "2171",
	"buyer.export":       "2248",
	"buyer.abroad":       "2261",
	"buyer.state":        "2265",
	"buyer.pin":          "2244",
	"buyer.b2c":          "",
	"buyer.details":      "",
	"seller.pin":         "5002",
	"state.seller":       "2259",
	"state.buyer":        "2260",
	"state.place":        "2200",
	"pin.range":          "5002",
	"pin.state":          "3039",
	"ship.export":        "2236",
	"ship.gstin":         "",
	"ship.same":          "2323",
	"ship.state":         "2325",

	// Lines.
	"lines.none":          "2228",
	"lines.many":          "2173",
	"line.number":         "5002",
	"line.duplicate":      "2233",
	"description.missing": "",
	"hsn.pattern":         "5002",
	"hsn.unknown":         "2176",
	"hsn.service":         "2176",
	"hsn.goods":           "2176",
	"hsn.six":             "2311",
	"hsn.six.maybe":       "2311",
	"hsn.paper":           "",
	"price.cess":          "",
	"charge.untaxed":      "",
	"retail.goods":        "",
	"retail.missing":      "",
	"bill.tax":            "",
	"bill.rate":           "",
	"composition.tax":     "",
	"quantity.missing":    "2238",
	"unit.missing":        "2239",
	"unit.pattern":        "5002",
	"unit.unknown":        "2177",
	"discount.large":      "5002",
	"rate.unknown":        "2240",
	"rate.old":            "",
	"amount.product":      "2192",
	"taxable.difference":  "2193",
	"tax.intra":           "2172",
	"tax.inter":           "2174",
	"tax.export":          "2180",
	"tax.sez":             "2237",
	"tax.zero":            "2235",
	"tax.igst":            "2235",
	"tax.halves":          "2227",
	"tax.half":            "2234",
	"tax.missing":         "2241",
	"cess.amount":         "2266",
	"cess.state":          "2267",
	"cess.ended":          "",
	"line.total":          "2194",
	"origin.unknown":      "5002",

	// Totals.
	"totals.taxable":  "2182",
	"totals.sgst":     "2183",
	"totals.cgst":     "2184",
	"totals.igst":     "2185",
	"totals.cess":     "2186",
	"totals.state":    "2187",
	"totals.roundoff": "5002",
	"totals.total":    "2189",

	// The rest.
	"period.order":     "2219",
	"preceding.number": "5002",
	"preceding.late":   "",
	"export.missing":   "2208",
	"country.missing":  "2208",
	"country.unknown":  "2202",
	"port.unknown":     "2201",
	"currency.unknown": "2203",
	"currency.missing": "",
	"exchange.missing": "",

	// E-way bill with the IRN. What breaks the schema stops the IRN; the rest only the
	// e-way bill.
	"eway.transporter":   "5002",
	"eway.document":      "5002",
	"eway.vehicle":       "5002",
	"eway.type":          "4010",
	"eway.services":      "4009",
	"eway.part_a":        "4019",
	"eway.mode":          "4028",
	"eway.vehicle.need":  "4011",
	"eway.vtype.need":    "4022",
	"eway.document.need": "4012",
	"eway.date.need":     "4023",
	"eway.date.future":   "4016",
	"eway.date.early":    "4021",
	"eway.odc":           "4024",
	"eway.ship.need":     "4040",
	"eway.ship.regular":  "4039",

	// The company's own, which go nowhere by themselves.
	"paper.cin":     "",
	"paper.udyam":   "",
	"paper.iec":     "",
	"paper.lines":   "",
	"paper.account": "",
	"paper.ifsc":    "",
	"lut.year":      "",
	"lut.twice":     "",
	"branch.code":   "",
	"branch.twice":  "",

	// What a form could not read at all; see ParseFault.
	"parse.number":   "5002",
	"parse.decimals": "5002",
	"parse.large":    "5002",
	"parse.date":     "5002",
}

// RuleNames returns the names of all rules, sorted; each has its words in the lang room.
func RuleNames() []string {
	names := make([]string, 0, len(codeOf))
	for name := range codeOf {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checker collects the faults of one document.
type checker struct {
	inv    *Invoice
	rules  Rules
	live   bool   // wrong check digits and dates before e-invoicing began are faults
	portal bool   // the document goes to the portal, so the portal's own limits bind
	block  string // what the field names of the moment begin with, "lines[0]."; "" outside the lines
	faults Faults
}

// add reports a fault.
func (c *checker) add(rule, field string, args ...string) {
	c.faults = append(c.faults, Fault{Rule: rule, Code: codeOf[rule], Field: c.block + field, Args: args})
}

// warn reports something that does not stop the document.
func (c *checker) warn(rule, field string, args ...string) {
	c.faults = append(c.faults, Fault{Rule: rule, Code: codeOf[rule], Field: c.block + field, Args: args, Warning: true})
}

// malformed gives the fault that was just reported the schema's code when the text does
// not even have the form that the schema wants: the portal looks at its rules only after
// the schema.
func (c *checker) malformed(broken bool) {
	if broken {
		c.faults[len(c.faults)-1].Code = codeOf["choice"]
	}
}

// need says whether a text must be there.
type need bool

const (
	optional need = false
	required need = true
)

// text checks a text's length in characters and its characters. Lower limits and the
// ban on ", \ and control characters are the portal's alone; upper limits always hold,
// and what is not UTF-8 is no text anywhere.
//
// The schema would let control characters pass. They are refused because nobody sees
// them: they come with what was pasted, cannot be printed, and where a program on the
// way leaves them out, the signed document is not the one that was sent.
//
// Source: INV-01 schema v1.1, minLength, maxLength and the pattern ^([^\\"])*$.
func (c *checker) text(field, s string, shortest, longest int, n need) {
	length := utf8.RuneCountInString(s)
	switch {
	case length == 0:
		if n {
			c.add("required", field)
		}
	case c.portal && length < shortest:
		c.add("length", field, strconv.Itoa(shortest), strconv.Itoa(longest))
	case length > longest:
		c.add("length.max", field, strconv.Itoa(longest))
	}
	if !utf8.ValidString(s) || c.portal && strings.ContainsFunc(s, unwanted) {
		c.add("characters", field)
	}
}

func unwanted(r rune) bool { return r == '"' || r == '\\' || unicode.IsControl(r) }

// money checks that an amount is not negative and not above the schema's limit.
func (c *checker) money(field string, p, limit Paise) {
	c.number(field, int64(p), int64(limit), rupees)
}

// number checks 0 ≤ n ≤ limit; write gives the limit as people read it.
func (c *checker) number(field string, n, limit int64, write func(int64) string) {
	switch {
	case n < 0:
		c.add("negative", field)
	case n > limit:
		c.add("large", field, write(limit))
	}
}

func rupees(n int64) string { return Paise(n).Indian() }

// groupedRupees writes whole rupees with Indian grouping: "50,000".
func groupedRupees(n int) string { return strings.TrimSuffix((Paise(n) * 100).Indian(), ".00") }

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// choice checks that an optional text is one of the choices.
func (c *checker) choice(field, s string, choices ...string) {
	if s != "" && !slices.Contains(choices, s) {
		c.add("choice", field, strings.Join(choices, ", "))
	}
}

// date checks an optional day against the schema's pattern, which ends in 2029 and binds
// only what the portal reads: medicine lasts longer. It reports whether there is a day and
// it is well formed.
//
// Source: INV-01 schema v1.1, ^[0-3][0-9]\/[0-1][0-9]\/[2][0][1-2][0-9]$.
func (c *checker) date(field string, d Date) bool {
	if d == 0 {
		return false
	}
	if c.portal && (d < 20100101 || d > 20291231) {
		c.add("date.pattern", field)
		return false
	}
	return true
}
