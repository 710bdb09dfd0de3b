package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
	"mohar/gst/master"
)

// CustomerRow is one customer or supplier of a file with what is wrong with it.
type CustomerRow struct {
	Row      int // its number in the file: of the row, or of the ledger among the ledgers
	Customer gst.Customer
	Faults   []Fault
}

// OK reports whether the row may be used as it is.
func (r CustomerRow) OK() bool { return sound(r.Faults) }

var customerLayout = layout{
	anchors: []string{"name", "gstin", "ledger", "legal", "trade"},
	columns: []column{
		{"name", "Name", "Name of the customer or supplier. Needed.", []string{"Party Name", "Party", "Customer Name", "Customer",
			"Buyer", "Buyer Name", "Name of Party", "Name of Customer", "Supplier Name", "Vendor Name", "Vendor", "Account Name",
			"Company Name", "Company", "Firm Name", "Receiver Name", "Recipient Name", "Particulars", "Client", "Client Name",
			"Contact Name", "Display Name", "Billing Name", "Party's Name", "Dealer Name"}},
		{"legal", "Legal Name", "Legal name, where it differs from the name.", []string{"Legal Name of Business", "Registered Name"}},
		{"trade", "Trade Name", "Trade name, where there is one.", []string{"Brand Name", "Trade/Brand Name"}},
		{"gstin", "GSTIN", "GSTIN of 15 characters; empty for a person without one.", []string{"GSTIN/UIN", "GST No", "GST Number",
			"GST", "GSTIN No", "GSTIN Number", "GST IN", "Party GSTIN", "Customer GSTIN", "GST Identification Number", "UIN",
			"GSTIN/UIN of Recipient", "GSTIN of Recipient", "Buyer GSTIN", "GST Registration No", "GST Registration Number",
			"GST Regn No", "GSTIN/Unique ID", "Tax ID", "GST ID", "GSTNo", "GST Treatment Number"}},
		{"address", "Address", "Address without city, State and PIN code.", []string{"Billing Address", "Full Address", "Mailing Address",
			"Party Address", "Customer Address", "Registered Address", "Bill to Address", "Street", "Billing Street"}},
		{"address1", "Address 1", "", []string{"Address Line 1", "Address1", "Addr1", "Building", "Billing Address 1",
			"Billing Address Line 1", "Address Line1", "Add1"}},
		{"address2", "Address 2", "", []string{"Address Line 2", "Address2", "Addr2", "Locality", "Billing Address 2",
			"Billing Address Line 2", "Billing Street 2", "Address Line2", "Add2", "Area", "Landmark"}},
		{"address3", "Address 3", "", []string{"Address Line 3", "Address3", "Addr3", "Add3"}},
		{"place", "City", "City, town or village.", []string{"Place", "Town", "Location", "Billing City", "City/Town", "City/Place", "Station"}},
		{"district", "District", "", nil},
		{"pin", "PIN", "PIN code of six digits.", []string{"Pincode", "PIN Code", "Postal Code", "ZIP", "Zip Code", "Post Code",
			"Billing Pincode", "Billing Code", "Pin No", "Billing Zip"}},
		{"state", "State", "Name or number of the State; where it is empty, that of the GSTIN is taken.", []string{"State Name",
			"State Code", "Billing State", "State/UT", "State & Code", "Party State", "State Code & Name", "GST State", "State (Code)"}},
		{"pos", "Place of Supply", "State, where it is not the customer's own.", []string{"POS", "Place of Contact"}},
		{"country", "Country", "", []string{"Country Name", "Billing Country", "Country of Residence"}},
		{"mobile", "Mobile", "", []string{"Mobile No", "Mobile Number", "Cell", "WhatsApp", "WhatsApp No", "Contact Number", "Contact No"}},
		{"phone", "Phone", "Digits.", []string{"Phone No", "Phone Number", "Telephone", "Tel", "Telephone No", "Phone/Mobile",
			"Ph", "Ph No", "Mobile/Phone"}},
		{"email", "E-mail", "", []string{"Email", "Email ID", "E-mail ID", "Mail", "Mail ID", "Email Address", "EmailID"}},
		{"days", "Credit Days", "Days of credit.", []string{"Credit Period", "Payment Terms", "Due Days", "Credit Term", "Terms", "Payment Days",
			"Default Credit Period", "Credit"}},
		{"kind", "Type", "Customer or Supplier; or Regular, Unregistered, SEZ, Overseas, Deemed Export.", []string{"Party Type",
			"Customer Type", "Supplier/Customer", "Customer/Supplier", "Account Type", "Group", "Parent", "Under", "Ledger Group",
			"Group Name", "Account Group", "Contact Type", "Parent Group"}},
		{"registration", "Registration Type", "", []string{"GST Registration Type", "GST Type", "Taxpayer Type", "Dealer Type",
			"GST Treatment", "Supply Type", "Type of Supply", "Registration"}},
		{"ledger", "Ledger", "Exact name of the ledger in your books (Tally), where it differs from the name.", []string{"Ledger Name", "Tally Name", "Name of Ledger",
			"Tally Ledger", "Tally Ledger Name", "Account", "Ledger Account"}},
	},
	example: []string{"Anand Traders", "", "", "27AAACA1234A1ZK", "12, Station Road", "", "", "", "Pune", "", "411001", "27-Maharashtra",
		"", "", "9800000000", "", "accounts@example.in", "30", "Customer", "", ""},
}

// Customers reads a table of customers and suppliers. Its faults are told row by row; a
// table without a heading that names a party is refused with a gst.Invalid.
func Customers(t Table) ([]CustomerRow, Heading, error) {
	at, err := customerLayout.locate(t)
	if err != nil {
		return nil, Heading{}, err
	}
	var rows []CustomerRow
	at.each(func(c *cells) { rows = append(rows, c.customer()) })
	tellTwins(rows)
	return rows, at.Heading, nil
}

// customer makes a customer of a row.
func (c *cells) customer() CustomerRow {
	var p gst.Customer
	p.GSTIN = c.gstin("gstin")
	c.names(&p)
	c.address(&p)
	c.places(&p)
	p.Phone = c.phone("mobile")
	if p.Phone == "" {
		p.Phone = c.phone("phone")
	}
	p.Email = c.email("email")
	p.Terms.Days = c.days("days")
	c.kinds(&p)
	return CustomerRow{Row: c.row, Customer: p, Faults: c.faults}
}

// names sets legal and trade name, and the ledger's, which is kept to the letter.
func (c *cells) names(p *gst.Customer) {
	p.LedgerName = c.text["ledger"]
	name := c.first("legal", "name", "trade", "ledger")
	if name == "" {
		c.add("name", gst.Fault{Rule: "required", Code: "5002"})
	}
	p.LegalName = c.oneLine("name", name, 100)
	trade := c.text["trade"]
	if trade == "" && c.text["legal"] != "" {
		trade = c.text["name"]
	}
	if !strings.EqualFold(trade, name) {
		p.TradeName = c.oneLine("trade", trade, 100)
	}
}

// address fills the two address lines of INV-01 from however many the file has.
func (c *cells) address(p *gst.Customer) {
	var lines []string
	for _, n := range []string{"address", "address1", "address2", "address3"} {
		for line := range strings.SplitSeq(c.text[n], "\n") {
			if line = strings.Trim(strings.Join(strings.Fields(line), " "), " ,"); line != "" {
				lines = append(lines, line)
			}
		}
	}
	p.Address1, p.Address2 = twoLines(lines)
	if long := max(utf8.RuneCountInString(p.Address1), utf8.RuneCountInString(p.Address2)); long > 100 {
		c.add(c.filled("address", "address1", "address2", "address3"), gst.Fault{Rule: "length.max", Args: []string{"100"}})
	}
}

// filled returns the first of the names whose cell is not empty.
func (c *cells) filled(names ...string) string {
	for _, n := range names {
		if c.text[n] != "" {
			return n
		}
	}
	return names[0]
}

// twoLines joins lines into two, the first as full as 100 characters let it be when
// there are more, and parts a single line that is longer than that.
func twoLines(lines []string) (first, second string) {
	if len(lines) == 2 && utf8.RuneCountInString(lines[0]) <= 100 && utf8.RuneCountInString(lines[1]) <= 100 {
		return lines[0], lines[1]
	}
	all := strings.Join(lines, ", ")
	if utf8.RuneCountInString(all) <= 100 {
		return all, ""
	}
	runes := []rune(all)
	at := 100
	for i := 100; i > 40; i-- {
		if runes[i] == ' ' {
			at = i
			if runes[i-1] == ',' {
				break
			}
		}
	}
	return strings.Trim(string(runes[:at]), " ,"), strings.Trim(string(runes[at:]), " ,")
}

// pinInText is a PIN code at the end of an address: "Pune - 411001".
var pinInText = regexp.MustCompile(`(?:^|[^0-9])([1-9][0-9]{2}) ?([0-9]{3})\.?$`)

// places sets place, PIN code and State; what is missing is taken from what says it.
func (c *cells) places(p *gst.Customer) {
	p.Place = c.oneLine("place", c.first("place", "district"), 100)
	p.PIN = c.pin("pin")
	p.State = c.stateOf("state")
	own := gst.GSTIN(p.GSTIN).State()
	if p.State == "" && own != "99" {
		p.State = own
	}
	if country := strings.ToLower(c.text["country"]); country != "" && country != "india" && country != "in" && !absent(country) && own == "" {
		p.State = master.Abroad
	}
	if p.PIN == 0 && p.State != "" && c.text["pin"] == "" {
		p.PIN = pinOfAddress(p.Party)
	}
	if states := master.PINState(p.PIN); p.State == "" && len(states) == 1 {
		p.State = states[0]
	}
	if own != "" && own != "99" && p.State != own && p.State != "" {
		c.add("state", gst.Fault{Rule: "buyer.state", Code: "2265", Args: []string{own, master.StateName(own)}})
	}
	if p.PIN != 0 && p.State != "" && p.State != master.Abroad && !master.PINInState(p.PIN, p.State) {
		c.add("pin", gst.Fault{Rule: "pin.state", Code: "3039", Args: []string{strconv.Itoa(p.PIN), master.StateName(p.State)}})
	}
	if c.text["pos"] != "" {
		if pos := c.stateOf("pos"); pos != p.State {
			p.PlaceOfSupply = pos
		}
	}
}

// pinOfAddress returns the PIN code that the address ends in, if it lies in the State.
func pinOfAddress(p gst.Party) int {
	for _, line := range []string{p.Address2, p.Address1, p.Place} {
		if m := pinInText.FindStringSubmatch(line); m != nil {
			if pin, err := strconv.Atoi(m[1] + m[2]); err == nil && master.PINInState(pin, p.State) {
				return pin
			}
		}
	}
	return 0
}

// kinds sets what the party is and how it is usually supplied. SEZ and abroad are taken
// with payment of tax, which needs no letter of undertaking; the firm changes it.
func (c *cells) kinds(p *gst.Customer) {
	kind := plain(c.text["kind"])
	p.Supplier = strings.Contains(kind, "supplier") || strings.Contains(kind, "creditor") || strings.Contains(kind, "vendor")
	p.Supply = gst.B2C
	if p.GSTIN != "" {
		p.Supply = gst.B2B
	}
	if s, ok := supplyOf(c.text["registration"]); ok {
		p.Supply = s
	} else if s, ok := supplyOf(c.text["kind"]); ok {
		p.Supply = s
	}
	switch {
	case (p.Supply == gst.EXPWP || p.Supply == gst.EXPWOP) && p.GSTIN != "": // who has a GSTIN is not abroad
		p.Supply = gst.B2B
	case p.Supply == gst.EXPWP || p.Supply == gst.EXPWOP:
		p.GSTIN = gst.URP
		if p.State == "" {
			p.State = master.Abroad
		}
	case p.State == master.Abroad && p.GSTIN == "":
		p.Supply, p.GSTIN = gst.EXPWP, gst.URP
	case p.Supply == gst.B2C && p.GSTIN != "":
		p.Supply = gst.B2B
	case p.Supply == gst.B2B && p.GSTIN == "":
		p.Supply = gst.B2C
	}
	if p.State == master.Abroad && p.PIN == 0 {
		p.PIN = master.PINAbroad
	}
}

// supplyOf reads how a party is supplied, by INV-01's word, GSTR-1's, or the
// registration type that accounting programs give.
func supplyOf(text string) (gst.SupplyType, bool) {
	s := plain(text)
	without := strings.Contains(s, "without") || strings.Contains(s, "wop") || strings.Contains(s, "lut")
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	switch {
	case has("sez", "special economic"):
		if without {
			return gst.SEZWOP, true
		}
		return gst.SEZWP, true
	case has("deemed", "dexp"), s == "de":
		return gst.DEXP, true
	case has("overseas", "export", "foreign", "abroad", "expwp", "expwop"):
		if without {
			return gst.EXPWOP, true
		}
		return gst.EXPWP, true
	case has("unregistered", "consumer", "b2c"):
		return gst.B2C, true
	case has("b2b", "regular", "composition"):
		return gst.B2B, true
	}
	return "", false
}

// tellTwins warns where a GSTIN, or without one a name, stood before. It is no mistake
// when a firm has two branches in one State.
func tellTwins(rows []CustomerRow) {
	before := make(map[string]int, len(rows))
	for i := range rows {
		r := &rows[i]
		key, field := r.Customer.GSTIN, "gstin"
		if key == "" || key == gst.URP {
			key, field = strings.ToLower(r.Customer.LegalName), "name"
		}
		if key == "" {
			continue
		}
		if at, ok := before[key]; ok {
			r.Faults = append(r.Faults, twin(r.Row, at, field, key))
			continue
		}
		before[key] = r.Row
	}
}

// twin is the warning that a row says again what another said.
func twin(row, before int, field, text string) Fault {
	return Fault{Row: row, Text: text, Fault: gst.Fault{Rule: "sheet.twice", Field: field,
		Args: []string{text, strconv.Itoa(before)}, Warning: true}}
}
