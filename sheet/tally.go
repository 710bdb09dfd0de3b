package sheet

import (
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// ReadTally reads the masters of a Tally export (List of Accounts or All Masters, as
// XML): customers and suppliers from ledgers, items from stock items. A ledger counts as
// a party when its group lies under Sundry Debtors or Sundry Creditors, or when it has a
// GSTIN. Names of ledgers and items are kept to the letter in LedgerName.
//
// Both ways are read that Tally has kept masters: the fields of ERP 9 and TallyPrime
// before 3.0 beside each other, and the dated lists of TallyPrime 3.0 and later, of
// which the latest entry counts. Vouchers in the file are passed over.
//
// A file that is no XML or has no such master gives a gst.Invalid about the field "file".
// law says which rates there are; nil is the law that the program brings.
func ReadTally(data []byte, law *master.Law) (customers []CustomerRow, items []ItemRow, err error) {
	if len(data) > MaxFile {
		return nil, nil, refuse(gst.Fault{Rule: "sheet.large", Args: []string{strconv.Itoa(MaxFile >> 20)}})
	}
	text, err := decode(data)
	if err != nil {
		return nil, nil, err
	}
	books := tallyBooks{law: law, groups: map[string]string{}, units: map[string]string{}}
	if err := readMasters(cleanXML([]byte(text)), books.take); err != nil {
		return nil, nil, err
	}
	customers, items = books.customers(), books.stock()
	if len(customers) == 0 && len(items) == 0 {
		return nil, nil, refuse(gst.Fault{Rule: "sheet.tally"})
	}
	return customers, items, nil
}

// tallyBooks gathers the masters of a file: groups and units may stand behind the
// ledgers and items that name them.
type tallyBooks struct {
	law     *master.Law
	groups  map[string]string // the parent by the group, in small letters
	units   map[string]string // the unit's code by its symbol, in small letters
	ledgers []tallyLedger
	items   []*cells
}

// tallyLedger is a ledger as texts, with its group and its further addresses.
type tallyLedger struct {
	*cells
	parent string
	places []gst.Address
}

// take takes one master.
func (b *tallyBooks) take(n *node) error {
	switch n.tag {
	case "GROUP":
		b.groups[strings.ToLower(n.named())] = n.get("PARENT")
	case "UNIT":
		b.units[strings.ToLower(n.named())] = tallyUnit(n)
	case "LEDGER":
		b.ledgers = append(b.ledgers, readLedger(n, len(b.ledgers)+1))
	case "STOCKITEM":
		b.items = append(b.items, readStockItem(n, len(b.items)+1))
	}
	if max(len(b.ledgers), len(b.items), len(b.groups), len(b.units)) > MaxRows {
		return refuse(gst.Fault{Rule: "sheet.rows", Args: []string{strconv.Itoa(MaxRows)}})
	}
	return nil
}

// readLedger reads a ledger. Certain, as exports of many versions have them: NAME,
// PARENT, ADDRESS.LIST, PARTYGSTIN, LEDSTATENAME, PINCODE, GSTREGISTRATIONTYPE, EMAIL,
// LEDGERPHONE, LEDGERMOBILE, BILLCREDITPERIOD, LEDGSTREGDETAILS.LIST (GSTIN, STATE,
// PLACEOFSUPPLY) and LEDMAILINGDETAILS.LIST (ADDRESS.LIST, STATE, PINCODE, COUNTRY). Not
// certain, and harmless where absent: STATENAME, PRIORSTATENAME, GSTREGISTRATIONNO,
// LEDMULTIADDRESSLIST.LIST.
func readLedger(n *node, row int) tallyLedger {
	c := &cells{row: row, text: map[string]string{}, column: map[string]string{}}
	name := n.named()
	c.text["ledger"], c.column["ledger"] = name, "NAME"
	registration, mailing := n.latest("LEDGSTREGDETAILS.LIST"), n.latest("LEDMAILINGDETAILS.LIST")
	either := func(field string, sources ...func() (string, string)) {
		for _, s := range sources {
			if tag, text := s(); text != "" && !absent(text) {
				c.put(field, tag, text)
				return
			}
		}
	}
	from := func(at *node, tag string) func() (string, string) {
		return func() (string, string) { return tag, at.get(tag) }
	}
	lines := func(at *node) func() (string, string) {
		return func() (string, string) { return "ADDRESS", at.kid("ADDRESS.LIST").lines("ADDRESS") }
	}
	either("name", from(mailing, "MAILINGNAME"), from(n.kid("MAILINGNAME.LIST"), "MAILINGNAME"), from(n, "MAILINGNAME"),
		func() (string, string) { return "NAME", name })
	either("gstin", from(registration, "GSTIN"), from(n, "PARTYGSTIN"), from(n, "GSTREGISTRATIONNO"))
	either("registration", from(registration, "GSTREGISTRATIONTYPE"), from(n, "GSTREGISTRATIONTYPE"))
	either("address", lines(mailing), lines(n))
	either("state", from(mailing, "STATE"), from(registration, "STATE"), from(n, "LEDSTATENAME"), from(n, "STATENAME"),
		from(n, "PRIORSTATENAME"))
	either("pos", from(registration, "PLACEOFSUPPLY"))
	either("pin", from(mailing, "PINCODE"), from(n, "PINCODE"))
	either("country", from(mailing, "COUNTRY"), from(n, "COUNTRYOFRESIDENCE"), from(n, "COUNTRYNAME"))
	either("mobile", from(n, "LEDGERMOBILE"))
	either("phone", from(n, "LEDGERPHONE"))
	either("email", from(n, "EMAIL"))
	either("days", from(n, "BILLCREDITPERIOD"))
	return tallyLedger{cells: c, parent: n.get("PARENT"), places: furtherPlaces(n)}
}

// furtherPlaces reads the further addresses of a ledger.
func furtherPlaces(n *node) []gst.Address {
	var places []gst.Address
	for _, a := range n.all("LEDMULTIADDRESSLIST.LIST") {
		c := cells{text: map[string]string{}, column: map[string]string{}}
		c.put("address", "ADDRESS", a.kid("ADDRESS.LIST").lines("ADDRESS"))
		c.put("name", "MAILINGNAME", a.get("MAILINGNAME"))
		c.put("pin", "PINCODE", a.get("PINCODE"))
		c.put("state", "LEDSTATENAME", a.get("LEDSTATENAME"))
		c.put("gstin", "PARTYGSTIN", a.get("PARTYGSTIN"))
		if len(c.text) == 0 || len(places) == 100 {
			continue
		}
		row := c.customer() // what is wrong in a further address is mended when it is used
		places = append(places, gst.Address{Label: a.get("ADDRESSNAME"), Party: row.Customer.Party})
	}
	return places
}

// customers makes the parties of the ledgers.
func (b *tallyBooks) customers() []CustomerRow {
	var rows []CustomerRow
	for _, l := range b.ledgers {
		group := b.root(l.parent)
		if group == "" && l.text["gstin"] == "" {
			continue
		}
		l.put("kind", "PARENT", group)
		row := l.customer()
		row.Customer.LedgerName = l.text["ledger"]
		row.Customer.Addresses = l.places
		rows = append(rows, row)
	}
	tellTwins(rows)
	return rows
}

// root returns which of Tally's two groups of parties a group lies under; "" for none.
func (b *tallyBooks) root(group string) string {
	for range 32 { // deeper than any books; a circle ends too
		switch strings.ToLower(group) {
		case "sundry debtors", "sundry creditors":
			return group
		}
		group = b.groups[strings.ToLower(group)]
	}
	return ""
}

// tallyUnit returns the code of a unit: the reporting unit set for GST, else by what it
// is called. GSTREPUOM ("KGS-KILOGRAMS") is certain; REPORTINGUQCDETAILS.LIST is what
// TallyPrime 3.0 and later are believed to write instead.
func tallyUnit(n *node) string {
	texts := []string{n.latest("REPORTINGUQCDETAILS.LIST").get("REPORTINGUQCNAME"), n.get("GSTREPUOM"), n.named(), n.get("ORIGINALNAME")}
	for _, text := range texts {
		if code := Unit(text); text != "" && code != "" {
			return code
		}
	}
	return ""
}

// readStockItem reads a stock item. Certain: NAME, BASEUNITS, GSTTYPEOFSUPPLY,
// GSTDETAILS.LIST with HSNCODE (ERP 9), TAXABILITY and the rates in
// STATEWISEDETAILS.LIST/RATEDETAILS.LIST; HSNDETAILS.LIST/HSNCODE (TallyPrime 3.0 and
// later); STANDARDPRICELIST.LIST/RATE. Not certain: MRPDETAILS.LIST.
func readStockItem(n *node, row int) *cells {
	c := &cells{row: row, text: map[string]string{}, column: map[string]string{}}
	name := n.named()
	c.text["ledger"], c.column["ledger"] = name, "NAME"
	c.put("description", "NAME", name)
	tax := n.latest("GSTDETAILS.LIST")
	for _, code := range []string{n.latest("HSNDETAILS.LIST").get("HSNCODE"), tax.get("HSNCODE"), tax.get("HSN"), n.get("HSNCODE")} {
		if hsnDigits(code) != "" {
			c.put("hsn", "HSNCODE", code)
			break
		}
	}
	c.put("unit", "BASEUNITS", n.get("BASEUNITS"))
	c.put("kind", "GSTTYPEOFSUPPLY", n.get("GSTTYPEOFSUPPLY"))
	c.rates(tax)
	if prices := dated(n.all("STANDARDPRICELIST.LIST")); prices != nil {
		c.put("price", "RATE", prices.get("RATE"))
	}
	mrp := n.latest("MRPDETAILS.LIST").kid("MRPRATEDETAILS.LIST").get("MRPRATE")
	c.put("mrp", "MRPRATE", mrp)
	return c
}

// dated returns the entry with the latest DATE.
func dated(list []*node) *node {
	var last *node
	for _, k := range list {
		if k.get("RATE") != "" && (last == nil || k.get("DATE") >= last.get("DATE")) {
			last = k
		}
	}
	return last
}

// rates takes the rates of a stock item's tax details. ERP 9 calls the heads of duty
// Integrated Tax, Central Tax and State Tax, TallyPrime IGST, CGST and SGST/UTGST. Rates
// that differ by State are of the time before GST; the first entry is that for any State.
func (c *cells) rates(tax *node) {
	for _, r := range tax.kid("STATEWISEDETAILS.LIST").all("RATEDETAILS.LIST") {
		rate := r.get("GSTRATE")
		switch strings.ToLower(r.get("GSTRATEDUTYHEAD")) {
		case "igst", "integrated tax":
			c.put("rate", "GSTRATE", rate)
		case "cgst", "central tax":
			c.put("cgst", "GSTRATE", rate)
		case "sgst", "sgst/utgst", "state tax":
			c.put("sgst", "GSTRATE", rate)
		case "cess":
			if perUnit := r.get("GSTRATEPERUNIT"); perUnit != "" {
				c.put("cess_fixed", "GSTRATEPERUNIT", perUnit)
			}
			if !strings.Contains(strings.ToLower(r.get("GSTRATEVALUATIONTYPE")), "quantity") {
				c.put("cess", "GSTRATE", rate)
			}
		}
	}
	switch strings.ToLower(tax.get("TAXABILITY")) {
	case "exempt", "nil rated":
		c.put("rate", "TAXABILITY", "0")
	}
}

// stock makes the items.
func (b *tallyBooks) stock() []ItemRow {
	rows := make([]ItemRow, 0, len(b.items))
	for _, c := range b.items {
		symbol := c.text["unit"]
		if code := b.units[strings.ToLower(symbol)]; code != "" {
			c.text["unit"] = code
		}
		c.law = b.law
		row := c.item()
		row.Item.LedgerName = c.text["ledger"]
		rows = append(rows, row)
	}
	tellTwinItems(rows)
	return rows
}
