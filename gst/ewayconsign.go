package gst

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mohar/gst/master"
)

// The longest texts of an e-way bill. Source: e-way bill API 1.03, Generate E-way Bill.
const (
	longestEWayName     = 100
	longestEWayAddress  = 120
	longestEWayPlace    = 50
	longestEWayDocument = 15
	longestSubSupply    = 20
	longestEWayRemark   = 50
)

// ConsignmentOf returns what the e-way bill of a document would be of, as far as the
// document says it, with the usual filled in for the rest: direction and reason by the
// kind of document, the kind of transaction by who the parties are, texts in the
// characters and lengths that the portal takes, and an Other value that makes the sums
// agree. Goods of a credit note come back: both ends are swapped. CheckConsignment says
// what is still missing.
//
// Source: CGST Rules 2017, rule 138(1), FORM GST EWB-01; e-way bill API 1.03, Generate
// E-way Bill.
func ConsignmentOf(inv *Invoice, r Rules) Consignment {
	c := Consignment{Direction: Outward, Number: inv.Number, Date: inv.Date}
	c.SubSupply, c.SubSupplyText, c.Paper = movement(inv)
	if reg := inv.IRN.Registration; reg != nil && inv.IRN.State == IRNRegistered {
		c.IRN = reg.IRN
	}
	c.From, c.To = sending(inv), receiving(inv, c)
	if inv.Type == CreditNote {
		c.Direction, c.From, c.To = Inward, c.To, c.From
	}
	c.settleTransaction()
	c.IGSTInside = inv.InterState() && c.From.State == c.To.State
	bare := withoutRates(inv, r)
	for i := range inv.Lines {
		c.Lines = append(c.Lines, consigned(&inv.Lines[i], inv.InterState(), bare))
	}
	c.Totals = consignedTotals(inv, bare)
	c.Transport = transportOf(inv)
	if c.Transport.Distance == 0 && c.From.PIN == c.To.PIN && c.From.PIN != 0 && c.From.PIN != ForeignPIN {
		c.Transport.Distance = 1 // the portal works nothing out for one and the same PIN code
	}
	return c
}

// movement returns why goods move and on what paper, by the kind of document.
//
// Source: e-way bill API 1.03, sub-supply types with their documents.
func movement(inv *Invoice) (SubSupply, string, PaperKind) {
	switch inv.Type {
	case TaxInvoice:
		if inv.Supply.export() {
			return SubSupplyExport, "", PaperInvoice
		}
		return SubSupplySale, "", PaperInvoice
	case BillOfSupply:
		return SubSupplySale, "", PaperSupply
	case CreditNote:
		return SubSupplySalesReturn, "", PaperChallan
	case DeliveryChallan:
		sub, text := challanReason(inv)
		return sub, text, PaperChallan
	case DebitNote:
		return SubSupplyOthers, "Debit note", PaperOther
	}
	return SubSupplyOthers, "", PaperOther
}

// challanReasons are words of a challan's purpose and the reason they stand for, the more
// special ones first: "return of job work" is no job work. Reason 8 says the purpose in
// words.
var challanReasons = []struct {
	words []string
	sub   SubSupply
}{
	{[]string{"return", "approval"}, SubSupplyOthers},
	{[]string{"job work", "jobwork", "job-work", "subcontract", "sub-contract", "sub contract"}, SubSupplyJobWork},
	{[]string{"line sale", "van sale"}, SubSupplyLineSales},
	{[]string{"exhibition", " fair ", " fairs "}, SubSupplyExhibition},
	{[]string{"recipient not known", "buyer not known", "customer not known", "recipient unknown", "buyer unknown"}, SubSupplyUnknownBuyer},
	{[]string{" skd ", " ckd ", "in parts", "in lots", "knocked down"}, SubSupplyLots},
	{[]string{"own use", "stock transfer", "branch transfer", "depot transfer"}, SubSupplyOwnUse},
}

// challanReason returns the reason that a challan's purpose stands for, with the purpose
// as its own word where the portal has none for it. Between places of one GSTIN goods
// move for own use.
func challanReason(inv *Invoice) (SubSupply, string) {
	purpose := " " + strings.Join(strings.FieldsFunc(strings.ToLower(inv.Purpose), func(r rune) bool {
		return strings.ContainsRune(" ,;/()", r)
	}), " ") + " "
	for _, reason := range challanReasons {
		if slices.ContainsFunc(reason.words, func(w string) bool { return strings.Contains(purpose, w) }) {
			if reason.sub == SubSupplyOthers {
				break
			}
			return reason.sub, ""
		}
	}
	if strings.TrimSpace(purpose) == "" && inv.Buyer.GSTIN != "" && inv.Buyer.GSTIN == inv.Seller.GSTIN {
		return SubSupplyOwnUse, ""
	}
	return SubSupplyOthers, cut(EWayText(inv.Purpose), longestSubSupply)
}

// sending is where the goods of a document leave: the seller's place, or that of dispatch.
func sending(inv *Invoice) ConsignmentEnd {
	seller := inv.Seller
	if seller.GSTIN == "" {
		seller.GSTIN = string(inv.Company)
	}
	end := endOf(seller, inv.sellerState())
	if inv.Dispatch != nil {
		end.leadsTo(*inv.Dispatch, seller)
	}
	return end
}

// receiving is where they go: the buyer's place, or the consignee's. An export ends
// abroad; of its IRN, which the portal reads for itself, it ends at the Indian port. Goods
// for which no buyer is named stay the sender's own.
//
// Source: e-way bill API 1.03, errors 373, 374 and 450; e-invoice API 1.03, errors 4031 to
// 4033.
func receiving(inv *Invoice, c Consignment) ConsignmentEnd {
	buyer := inv.Buyer
	if own := buyer.GSTIN == "" && buyer.LegalName == "" && c.SubSupply.mayBeOwn(); own {
		buyer.GSTIN, buyer.LegalName, buyer.TradeName = inv.Seller.GSTIN, inv.Seller.LegalName, inv.Seller.TradeName
		if buyer.State == "" {
			buyer.State = inv.sellerState()
		}
	}
	state := twoDigits(buyer.State)
	if state == "" {
		state = twoDigits(inv.PlaceOfSupply)
	}
	end := endOf(buyer, state)
	switch {
	case inv.Supply.export():
		end.abroad()
		if inv.ShipTo != nil && c.IRN != "" {
			end.place(*inv.ShipTo)
		}
	case inv.ShipTo != nil:
		end.leadsTo(*inv.ShipTo, buyer)
	}
	return end
}

// mayBeOwn reports whether goods that move for the reason usually stay with the sender.
func (s SubSupply) mayBeOwn() bool {
	switch s {
	case SubSupplyOwnUse, SubSupplyLineSales, SubSupplyUnknownBuyer, SubSupplyExhibition:
		return true
	}
	return false
}

// endOf is a party that sends or receives at its own place.
func endOf(p Party, state string) ConsignmentEnd {
	end := ConsignmentEnd{GSTIN: strings.ToUpper(p.GSTIN), Name: partyName(p), State: state}
	if end.GSTIN == "" {
		end.GSTIN = UnregisteredParty
	}
	p.State = state
	end.place(p)
	return end
}

// partyName is the name on the e-way bill, which asks for the trade name.
func partyName(p Party) string {
	if p.TradeName != "" {
		return cut(EWayText(p.TradeName), longestEWayName)
	}
	return cut(EWayText(p.LegalName), longestEWayName)
}

// place makes an address the one where the goods are.
func (e *ConsignmentEnd) place(p Party) {
	e.Address1 = cut(EWayText(p.Address1), longestEWayAddress)
	e.Address2 = cut(EWayText(p.Address2), longestEWayAddress)
	e.Place, e.PIN, e.PlaceState = cut(EWayText(p.Place), longestEWayPlace), p.PIN, twoDigits(p.State)
	if e.PlaceState == "" {
		e.PlaceState = e.State
	}
}

// abroad puts an end outside India.
func (e *ConsignmentEnd) abroad() {
	e.GSTIN, e.State, e.PlaceState, e.PIN = UnregisteredParty, master.Abroad, master.Abroad, ForeignPIN
}

// leadsTo puts the goods of an end at another address. It is somebody else's when the
// GSTIN says so, or without GSTIN the name; two addresses of one person are no bill-to and
// ship-to, unless they lie in two States, which the portal takes for no one party.
//
// Source: e-way bill API 1.03, errors 617, 618, 643 and 644.
func (e *ConsignmentEnd) leadsTo(p, whose Party) {
	e.place(p)
	gstin, name := strings.ToUpper(p.GSTIN), partyName(p)
	registered := gstin != "" && gstin != UnregisteredParty
	other := name != "" && !sameName(p, whose)
	if registered {
		other = gstin != e.GSTIN
	}
	if !other && (registered || e.PlaceState == e.State) {
		return
	}
	if e.OtherGSTIN, e.OtherName = gstin, name; !registered {
		e.OtherGSTIN = UnregisteredParty
	}
	if name == "" {
		e.OtherName = e.Name
	}
}

// sameName reports whether two parties are named alike.
func sameName(p, q Party) bool {
	for _, name := range []string{p.LegalName, p.TradeName} {
		if name != "" && (strings.EqualFold(name, q.LegalName) || strings.EqualFold(name, q.TradeName)) {
			return true
		}
	}
	return false
}

// settleTransaction names the kind of transaction by the parties.
//
// Source: e-way bill API 1.03, code list of transaction types.
func (c *Consignment) settleTransaction() {
	c.Transaction = 1
	if c.To.OtherGSTIN != "" {
		c.Transaction++
	}
	if c.From.OtherGSTIN != "" {
		c.Transaction += 2
	}
}

// transportOf is how the goods of a document go: as the wish for an e-way bill has it, else
// as the paper says.
func transportOf(inv *Invoice) EWayDetails {
	if inv.EWay != nil {
		t := *inv.EWay
		t.Vehicle = NormalVehicle(t.Vehicle)
		return t
	}
	p := inv.Transport
	t := EWayDetails{
		TransporterName: cut(EWayText(p.Transporter), longestEWayName),
		DocumentNumber:  TransportDocument(p.LRNumber), DocumentDate: p.LRDate,
	}
	if vehicle := NormalVehicle(p.Vehicle); ValidVehicle(vehicle) {
		t.Mode, t.Vehicle, t.VehicleType = "1", vehicle, "R"
		return t
	}
	t.DocumentNumber, t.DocumentDate = "", 0 // without a mode the portal takes none
	return t
}

// TransportDocument writes the number of a transport document as the portal takes it:
// letters, digits, / and -, of a longer one the last fifteen.
//
// Source: e-way bill API 1.03, error 223.
func TransportDocument(typed string) string {
	n := strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (allDigits(string(r)) || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '/' || r == '-') {
			return r
		}
		return -1
	}, typed)
	return n[max(0, len(n)-longestEWayDocument):]
}

// EWayText writes a name, an address or a description in the characters that the e-way
// bill system takes: letters and digits of English, @ # - / , & . ( ) * and single blanks.
// What else there is becomes a blank.
//
// Source: e-way bill API 1.03, product names.
func EWayText(s string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', strings.ContainsRune("@#-/,&.()*", r):
			return r
		}
		return ' '
	}, s)
	return strings.Join(strings.Fields(clean), " ")
}

// cut shortens a text of single bytes.
func cut(s string, longest int) string {
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.TrimSpace(s)
}
