package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mohar/gst"
	"mohar/gst/master"
)

// cells is one row, or one master of Tally's: the text by the name of the column, what
// the columns are called in the file, and the faults found so far.
type cells struct {
	row    int
	text   map[string]string
	column map[string]string
	law    *master.Law // of the rates; nil: as the program brings it
	faults []Fault
}

// put sets a text and where it stood, unless the text is empty.
func (c *cells) put(name, tag, text string) {
	if text = tidy(text); text != "" {
		c.text[name], c.column[name] = text, tag
	}
}

// first returns the first of the named texts that is not empty.
func (c *cells) first(names ...string) string {
	for _, n := range names {
		if c.text[n] != "" {
			return c.text[n]
		}
	}
	return ""
}

// add reports a fault of the named cell.
func (c *cells) add(name string, f gst.Fault) {
	f.Field = name
	c.faults = append(c.faults, Fault{Fault: f, Row: c.row, Column: c.column[name], Text: c.text[name]})
}

// warn reports something of the named cell that does not stop the row.
func (c *cells) warn(name string, f gst.Fault) {
	f.Warning = true
	c.add(name, f)
}

// oneLine returns a text with its lines joined; it reports one that is too long.
func (c *cells) oneLine(name, text string, longest int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > longest {
		c.add(name, gst.Fault{Rule: "length.max", Args: []string{strconv.Itoa(longest)}})
	}
	return text
}

// absent are the ways to say that there is nothing.
func absent(s string) bool {
	switch strings.ToLower(strings.Trim(s, " .")) {
	case "", "-", "--", "na", "n/a", "nil", "none", "null", "not applicable", "not available", "0", "urp", "unregistered", "un-registered":
		return true
	}
	return false
}

// gstin reads a GSTIN; "" for none. A wrong check digit is a warning: the portal's own
// test GSTINs have one, and nothing is issued before it is mended.
func (c *cells) gstin(name string) string {
	text := strings.Join(strings.Fields(c.text[name]), "")
	if absent(c.text[name]) || absent(text) {
		return ""
	}
	g, err := gst.ParseGSTIN(text)
	if err != nil {
		c.add(name, gst.ParseFault(name, err))
		return ""
	}
	if !g.CheckDigitOK() {
		c.warn(name, gst.Fault{Rule: "gstin.check", Code: "3028", Args: []string{string(g.WantCheckDigit())}})
	}
	return string(g)
}

// stateOf reads the named cell as a State; "" when it is empty or not known, which is
// reported.
func (c *cells) stateOf(name string) string {
	text := c.text[name]
	if absent(text) && text != "0" {
		return ""
	}
	code := stateCode(text)
	if code == "" {
		c.add(name, gst.Fault{Rule: "sheet.state", Args: []string{text}})
	}
	return code
}

// pin reads the named cell as a PIN code; 0 when it is empty or none.
func (c *cells) pin(name string) int {
	text := c.text[name]
	if absent(text) {
		return 0
	}
	n, err := strconv.Atoi(strings.NewReplacer(" ", "", "-", "").Replace(text))
	if err != nil || n < 100000 || n > 999999 {
		c.add(name, gst.Fault{Rule: "pin.range", Code: "5002"})
		return 0
	}
	return n
}

// money reads the named cell as an amount; 0 when it is empty. Dr and Cr, which books
// put behind amounts, are left out; brackets stand for a minus.
func (c *cells) money(name string) gst.Paise {
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(c.text[name], "Dr"), "Cr"))
	if text == "" || text == "-" {
		return 0
	}
	if inner, ok := strings.CutPrefix(text, "("); ok && strings.HasSuffix(inner, ")") {
		text = "-" + strings.TrimSuffix(inner, ")")
	}
	p, err := gst.ParsePaise(rounded(text, 2))
	if err != nil {
		c.add(name, gst.ParseFault(name, err))
	}
	return p
}

// price reads the named cell as a price of a unit: "120.00", "₹ 120", "120.00/Nos".
func (c *cells) price(name string) gst.Milli {
	text, _, _ := strings.Cut(c.text[name], "/")
	if text = strings.TrimSpace(text); text == "" || text == "-" {
		return 0
	}
	m, err := gst.ParseMilli(rounded(text, 3))
	if err == nil && m < 0 {
		c.add(name, gst.Fault{Rule: "negative", Code: "5002"})
		return 0
	}
	if err != nil {
		c.add(name, gst.ParseFault(name, err))
	}
	return m
}

// longDecimals are more decimals than anybody types: what a formula left.
var longDecimals = regexp.MustCompile(`^(.*\d|)\.(\d{5,})$`)

// rounded cuts what a formula of a spreadsheet left behind the decimals that count,
// 1234.5666666667, rounding half up. Fewer than five decimals were typed and stay.
func rounded(text string, places int) string {
	m := longDecimals.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	kept := []byte(m[1] + "." + m[2][:places])
	if m[1] == "" {
		kept = append([]byte("0"), kept...)
	}
	if m[2][places] < '5' {
		return string(kept)
	}
	for i := len(kept) - 1; i >= 0; i-- {
		switch {
		case kept[i] == '9':
			kept[i] = '0'
		case kept[i] >= '0' && kept[i] < '9':
			kept[i]++
			return string(kept)
		}
	}
	return text // 9.99999: the number grows a digit; told as having too many decimals
}

// rate reads the named cell as a percentage: "18%", "GST 18 %", "9%+9%", "Nil". known
// says whether it must be a rate of GST.
func (c *cells) rate(name string, known bool) gst.Rate {
	text := strings.ToLower(c.text[name])
	for _, w := range []string{"igst", "gst", "cess", "rate", "@"} {
		text = strings.ReplaceAll(text, w, "")
	}
	text = strings.TrimSpace(text)
	if absent(text) || strings.HasPrefix(text, "nil") || strings.HasPrefix(text, "exempt") || strings.HasPrefix(text, "non") {
		return 0
	}
	var sum gst.Rate
	for part := range strings.SplitSeq(text, "+") {
		r, err := gst.ParseRate(rounded(strings.ReplaceAll(part, " ", ""), 3))
		if err != nil {
			c.add(name, gst.ParseFault(name, err))
			return 0
		}
		sum += r
	}
	if known && (sum > 100_000 || !c.law.RateKnown(int32(sum))) {
		c.add(name, gst.Fault{Rule: "rate.unknown", Code: "2240", Args: []string{sum.String()}})
		return 0
	}
	return sum
}

// hsn reads the named cell as an HSN or service code. Spreadsheets eat the zero that
// chapters 1 to 9 begin with, which leaves an odd number of digits: it is put back.
func (c *cells) hsn(name string) string {
	if absent(c.text[name]) {
		return ""
	}
	code := hsnDigits(c.text[name])
	switch {
	case len(code) != 4 && len(code) != 6 && len(code) != 8 || strings.Trim(code, "0") == "":
		c.add(name, gst.Fault{Rule: "hsn.pattern", Code: "5002"})
		return ""
	case !master.HSNKnown(code):
		c.warn(name, gst.Fault{Rule: "hsn.unknown", Code: "2176", Args: []string{code[:4]}})
	}
	return code
}

// hsnDigits returns the code's digits with the zero put back; "" when there is anything
// but digits, blanks and dots.
func hsnDigits(text string) string {
	code := strings.NewReplacer(" ", "", ".", "", "'", "", "\n", "").Replace(text)
	if !digits(code) || len(code) > 8 {
		return ""
	}
	if len(code)%2 == 1 {
		code = "0" + code
	}
	return code
}

// digits reports whether s holds digits and nothing else.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Ways to write a day that gst.ParseDate leaves out, since nobody types them.
var fileDates = []string{"2/1/06", "2-1-06", "2.1.06", "2-Jan-06", "2 Jan 06", "20060102", "2006/01/02", "2-January-2006",
	"2 January 2006", "Jan 2, 2006", "2/Jan/2006"}

// withClock is a day followed by a time of the day.
var withClock = regexp.MustCompile(`^(.*\d)[T ]\d{1,2}:\d{2}.*$`)

// date reads the named cell as a day; 0 when it is empty or none. Excel's serial numbers
// are days too: 45383 is 01/04/2024.
func (c *cells) date(name string) gst.Date {
	text := c.text[name]
	if absent(text) {
		return 0
	}
	if m := withClock.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if d, err := gst.ParseDate(text); err == nil {
		return d
	}
	if whole, _, _ := strings.Cut(text, "."); len(whole) == 5 && digits(whole) {
		if n, err := strconv.Atoi(whole); err == nil && n > 60 {
			return gst.DateOf(time.Date(1899, time.December, 30, 0, 0, 0, 0, gst.IST).AddDate(0, 0, n))
		}
	}
	for _, layout := range fileDates {
		if t, err := time.Parse(layout, text); err == nil {
			return gst.NewDate(t.Date())
		}
	}
	c.add(name, gst.Fault{Rule: "parse.date", Code: "5002"})
	return 0
}

// phone reads the named cell as a phone number: its digits, without country code and
// trunk zero. Of several the first counts. What is none is left out with a warning.
func (c *cells) phone(name string) string {
	if absent(c.text[name]) {
		return ""
	}
	text := strings.FieldsFunc(c.text[name], func(r rune) bool { return strings.ContainsRune(",;/|\n", r) })
	if len(text) == 0 {
		return ""
	}
	number := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text[0])
	if len(number) == 12 && strings.HasPrefix(number, "91") {
		number = number[2:]
	}
	if len(number) > 10 {
		number = strings.TrimPrefix(number, "0")
	}
	if len(number) < 6 || len(number) > 12 {
		c.warn(name, gst.Fault{Rule: "phone", Code: "5002"})
		return ""
	}
	return number
}

var emailPattern = regexp.MustCompile(`^[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+$`)

// email reads the named cell as an e-mail address; of several the first counts. What is
// none is left out with a warning.
func (c *cells) email(name string) string {
	if absent(c.text[name]) {
		return ""
	}
	parts := strings.FieldsFunc(c.text[name], func(r rune) bool { return strings.ContainsRune(",;/| \n", r) })
	if len(parts) == 0 || len(parts[0]) < 6 || len(parts[0]) > 100 || !emailPattern.MatchString(parts[0]) {
		c.warn(name, gst.Fault{Rule: "email", Code: "5002"})
		return ""
	}
	return parts[0]
}

// days reads the named cell as days of credit: "30", "30 Days", "4 Weeks".
func (c *cells) days(name string) int {
	if absent(c.text[name]) {
		return 0
	}
	fields := strings.Fields(strings.ToLower(strings.Trim(c.text[name], ".")))
	var n int
	err := strconv.ErrSyntax
	if len(fields) > 0 {
		n, err = strconv.Atoi(strings.TrimSuffix(strings.TrimSuffix(fields[0], "days"), "d"))
	}
	if err == nil && len(fields) > 1 && strings.HasPrefix(fields[1], "week") {
		n *= 7
	} else if len(fields) > 1 && !strings.HasPrefix(fields[1], "day") {
		err = strconv.ErrSyntax // a month is no number of days
	}
	if err != nil || n < 0 || n > 9999 {
		c.warn(name, gst.Fault{Rule: "sheet.days"})
		return 0
	}
	return n
}
