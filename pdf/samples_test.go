package pdf

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// acknowledged is when the invented documents were registered and issued.
var acknowledged = time.Date(2026, 11, 22, 10, 44, 0, 0, gst.IST)

// company is the invented seller.
func company() gst.Company {
	return gst.Company{
		GSTIN: "27AAPFU0939F1ZV", LegalName: "Sharda Traders", Address1: "14 Dana Bazaar", Address2: "Market Yard",
		Place: "Pune", PIN: 411037, State: "27", Phone: "02024260000", Email: "accounts@sharda.example",
		Taxpayer: gst.Regular, Mode: gst.Live, UPI: "sharda@upi",
	}
}

// goods are invented lines: description, HSN, unit, quantity, price and rate.
var goods = []gst.Line{
	{Description: "Alphonso mango pulp, 850 g tin", HSN: "20079910", Unit: "CTN", Quantity: 240_000, UnitPrice: 620_000, GSTRate: 5000},
	{Description: "Cashew kernels W320, vacuum packed", HSN: "08013220", Unit: "KGS", Quantity: 15_500, UnitPrice: 860_000, GSTRate: 5000},
	{Description: "Cold-chain freight to Vashi", HSN: "996511", Service: true, Quantity: 1000, Unit: "OTH", UnitPrice: 6_500_000, GSTRate: 18000},
	{Description: "Corrugated box, 5 ply, 450 × 300 × 250 mm", HSN: "48191010", Unit: "NOS", Quantity: 500_000, UnitPrice: 27_450, GSTRate: 18000},
	{Description: "Stainless steel drum, 200 l, with lid and clamp", HSN: "73101090", Unit: "NOS", Quantity: 12_000, UnitPrice: 4_875_000, GSTRate: 18000},
}

// invoice returns a computed invoice with n lines, within the State.
func invoice(n int) *gst.Invoice {
	c := company()
	inv := &gst.Invoice{
		Company: c.GSTIN, Mode: gst.Live, State: gst.Issued, Issued: acknowledged,
		Type: gst.TaxInvoice, Number: "INV/26-27/0418", Date: 20261122, Supply: gst.B2B, PlaceOfSupply: "27",
		Seller: c.Party(),
		Buyer: gst.Party{
			GSTIN: "27AABCK1234M1Z5", LegalName: "Konkan Provision Stores Private Limited", TradeName: "Konkan Fresh",
			Address1: "Gala 7, APMC Phase II, Sector 19", Place: "Vashi, Navi Mumbai", PIN: 400703, State: "27",
			Phone: "9820012345", Email: "accounts@konkan.example",
		},
		Payment: &gst.Payment{Payee: "Sharda Traders", Account: "50200012345678", IFSC: "HDFC0000123", Mode: "NEFT", Terms: "30 days net", CreditDays: 30},
	}
	inv.Refs.Contracts = []gst.ContractReference{{OrderNumber: "PO-2291", OrderDate: 20261118}}
	for i := range n {
		inv.Lines = append(inv.Lines, goods[i%len(goods)])
	}
	gst.Compute(inv, true, nil)
	return inv
}

// interState sends the invoice to another State and computes it anew.
func interState(inv *gst.Invoice) *gst.Invoice {
	inv.PlaceOfSupply = "29"
	inv.Buyer.GSTIN, inv.Buyer.State, inv.Buyer.Place, inv.Buyer.PIN = "29AABCK1234M1Z1", "29", "Bengaluru", 560001
	gst.Compute(inv, true, nil)
	return inv
}

// register gives the invoice a registration with a signed QR of the usual length.
func register(inv *gst.Invoice) *gst.Invoice {
	inv.IRN = gst.IRNStatus{State: gst.IRNRegistered, Registration: &gst.Registration{
		IRN:   "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
		AckNo: "122610089137321", AckDate: acknowledged, SignedQR: signedQR(), Status: "ACT", Provider: gst.TaxPro,
	}}
	return inv
}

// withEWayBill adds an e-way bill to the registration.
func withEWayBill(inv *gst.Invoice) *gst.Invoice {
	inv.IRN.Registration.EWayBill = &gst.EWayBill{
		Number: "181644200912", Date: acknowledged, ValidUntil: time.Date(2026, 11, 23, 23, 59, 0, 0, gst.IST),
	}
	inv.EWay = &gst.EWayDetails{TransporterName: "Deccan Roadways", Vehicle: "MH12AB1234", Distance: 140, DocumentNumber: "LR-4471", DocumentDate: 20261122}
	return inv
}

// signedQR returns a text like the portal's: a token of about a thousand characters.
func signedQR() string {
	random := rand.New(rand.NewPCG(20261122, 418))
	noise := make([]byte, 256)
	for i := range noise {
		noise[i] = byte(random.UintN(256))
	}
	code := base64.RawURLEncoding.EncodeToString
	header := `{"alg":"RS256","kid":"1513B821EE46C749A63B86E318BF711099287D1F","x5t":"FRO4Ie5Gx0mmO4bjGL9xEJkofR8","typ":"JWT"}`
	data := `{"data":"{\"SellerGstin\":\"27AAPFU0939F1ZV\",\"BuyerGstin\":\"27AABCK1234M1Z5\",\"DocNo\":\"INV/26-27/0418\",\"DocTyp\":\"INV\",\"DocDt\":\"22/11/2026\",\"TotInvVal\":184620.00,\"ItemCnt\":5,\"MainHsnCode\":\"20079910\",\"Irn\":\"a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229\",\"IrnDt\":\"2026-11-22 10:44:09\"}","iss":"NIC"}`
	return code([]byte(header)) + "." + code([]byte(data)) + "." + code(noise)
}

// exportInvoice is an export under a letter of undertaking, in dollars.
func exportInvoice() *gst.Invoice {
	inv := invoice(3)
	inv.Supply, inv.PlaceOfSupply = gst.EXPWOP, "96"
	inv.Buyer = gst.Party{
		GSTIN: gst.URP, LegalName: "Müller & Søn Feinkost GmbH", Address1: "Große Elbstraße 27", Place: "22767 Hamburg",
		PIN: 999999, State: "96", Email: "einkauf@mueller-soen.example",
	}
	inv.ShipTo = &gst.Party{LegalName: "Rotterdam Cold Store B.V.", Address1: "Maasvlakte 400", Place: "Rotterdam", PIN: 999999, State: "96"}
	inv.Export = &gst.Export{ShippingBill: "4471820", ShippingBillDate: 20261121, Port: "INNSA1", RefundClaim: "N", Currency: "USD", Country: "DE"}
	inv.Totals.TotalForeign = 2_018_45
	gst.Compute(inv, true, nil)
	return inv
}

// creditNote corrects two invoices.
func creditNote() *gst.Invoice {
	inv := invoice(2)
	inv.Type, inv.Number = gst.CreditNote, "CRN/26-27/0007"
	inv.Refs.Preceding = []gst.PrecedingDocument{{Number: "INV/26-27/0398", Date: 20261102}, {Number: "INV/26-27/0401", Date: 20261105}}
	inv.Refs.Remarks = "Two cartons arrived dented and were returned with challan 118."
	return inv
}

// rich uses discount, cess, batches, other charges, round-off, all parties and payment.
func rich() *gst.Invoice {
	inv := interState(invoice(4))
	inv.ShipTo = &gst.Party{GSTIN: "29AABCK1234M1Z1", LegalName: "Konkan Provision Stores, warehouse 3", Address1: "Survey 118, Hoskote", Place: "Bengaluru Rural", PIN: 562114, State: "29"}
	inv.Dispatch = &gst.Party{LegalName: "Sharda Traders godown", Address1: "Plot 9, MIDC Bhosari", Place: "Pune", PIN: 411026, State: "27"}
	inv.EcommerceGSTIN = "29AABCE1234M1CX"
	l := &inv.Lines[0]
	l.DiscountRate, l.CessRate, l.CessFixed, l.StateCessRate = 2500, 12000, 120_00, 1000
	l.Batch = &gst.Batch{Name: "B-2026/114", Expiry: 20280331}
	l.FreeQty, l.SerialNumber, l.Barcode, l.Origin = 10_000, "SN-88123", "8901234567890", "IN"
	l.Attributes = []gst.Attribute{{Name: "Crop", Value: "2026"}, {Name: "Brix", Value: "16°"}}
	inv.Lines[1].OtherCharges = 150_00
	inv.Totals.OtherCharges, inv.Totals.Discount = 250_50, 99_00
	inv.Payment.Paid, inv.Payment.Due = 50_000_00, 1_50_000_00
	inv.Refs.PeriodFrom, inv.Refs.PeriodTo = 20261101, 20261130
	inv.Refs.Remarks = "Goods once sold are taken back only within seven days.\nInterest of 18% a year on late payment."
	gst.Compute(inv, true, nil)
	return inv
}

// longWinded fills every text with more than the portal would take.
func longWinded() *gst.Invoice {
	inv := rich()
	long := strings.Repeat("Shri Ganesh Industrial Chemicals and Allied Products Manufacturing ", 4)
	solid := strings.Repeat("ABCDEFGHIJ0123456789", 12)
	for _, v := range []*gst.Party{&inv.Seller, &inv.Buyer, inv.ShipTo, inv.Dispatch} {
		v.LegalName, v.TradeName, v.Address1, v.Address2, v.Place = long, "T "+long, solid, long, long
		v.Phone, v.Email = "98200123459820012345", solid+"@example.in"
	}
	for i := range inv.Lines {
		inv.Lines[i].Description = long + solid
		inv.Lines[i].Unit, inv.Lines[i].HSN = "UNITSOFX", "1234567890123"
	}
	inv.Lines[1].Description = strings.Repeat(long+"\n", 40)
	inv.Payment.Terms, inv.Payment.Instruction, inv.Payment.Payee = long, long+solid, long
	inv.Refs.Contracts[0].OrderNumber, inv.Refs.Contracts[0].Project = solid, long
	inv.Refs.Preceding = []gst.PrecedingDocument{{Number: solid, Date: 20261102, Other: long}}
	inv.Refs.Remarks = strings.Repeat(long, 30)
	inv.Number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return inv
}

// huge holds the largest amounts INV-01 allows, in every column.
func huge() *gst.Invoice {
	inv := invoice(2)
	for i := range inv.Lines {
		l := &inv.Lines[i]
		const most = 999_999_999_999_99
		l.Quantity, l.UnitPrice = 9_999_999_999_999, 999_999_999_999_999
		l.Amount, l.Discount, l.Taxable, l.CGST, l.SGST, l.Cess, l.Total = most, most, most, most, most, most, most
	}
	inv.Totals = gst.Totals{Taxable: 99_999_999_999_999_99, CGST: 99_999_999_999_999_99, SGST: 99_999_999_999_999_99, Cess: 1, Total: 99_999_999_999_999_99}
	return inv
}

// render draws a document and fails the test when that fails.
func render(t testing.TB, inv *gst.Invoice, c gst.Company, o Options) []byte {
	t.Helper()
	var b strings.Builder
	if err := New().WriteInvoice(&b, inv, c, o); err != nil {
		t.Fatalf("WriteInvoice: %v", err)
	}
	return []byte(b.String())
}

// describe names a sample for messages.
func describe(inv *gst.Invoice) string { return fmt.Sprintf("%s %s", inv.Type, inv.Number) }

// letterhead is the invented seller as a company with everything on its paper.
func letterhead() gst.Company {
	c := company()
	c.LegalName = "Sharda Traders Private Limited"
	c.Paper = gst.Paper{
		CIN: "U51909PN2011PTC138765", Udyam: "UDYAM-MH-26-0012345", UdyamSize: "small", IEC: "AAPFU0939F",
		Lines: []string{"FSSAI 11521034000123", "Drug licence MH-PZ1-204417"},
		LUTs:  []gst.LUT{{Year: "2025-26", Number: "AD270325009911X"}, {Year: "2026-27", Number: "AD270326001234W"}},
		Bank:  gst.Bank{Payee: "Sharda Traders Private Limited", Name: "HDFC Bank", Branch: "Market Yard, Pune", Account: "50200012345678", IFSC: "HDFC0000123"},
		Terms: []string{
			"Goods once sold are taken back only within seven days and in their packing.",
			"Our responsibility ends when the goods leave our godown; transit risk is the buyer's.",
			"Shortages are to be noted on the transporter's receipt.",
		},
		Jurisdiction: "Subject to Pune jurisdiction only.", Signatory: "Meera Joshi, Director",
	}
	c.Branches = []gst.Branch{{Code: "BHO", Name: "Bhosari godown", Address1: "Plot 9, MIDC Bhosari", Place: "Pune", PIN: 411026}}
	return c
}

// as makes the letterhead the seller of an invoice.
func as(inv *gst.Invoice) *gst.Invoice {
	inv.Seller = letterhead().Party()
	return inv
}

// full fills everything at once: three originals, all of transport, terms, free goods,
// two discounts, retail price, charges, advance and a branch.
func full() *gst.Invoice {
	inv := as(rich())
	inv.Branch = "BHO"
	inv.Refs.Contracts = []gst.ContractReference{{
		OrderNumber: "KPS/PUR/2026-27/NOV/002291-A", OrderDate: 20261118, Contract: "Rate contract 14", Tender: "T-77",
		Project: "Vashi depot", External: "EXT-5", AdviceNumber: "RA-1", AdviceDate: 20261119,
	}}
	inv.Refs.Preceding = []gst.PrecedingDocument{
		{Number: "INV/26-27/0398", Date: 20261102}, {Number: "INV/26-27/0401", Date: 20261105}, {Number: "INV/26-27/0405", Date: 20261109, Other: "short supply"},
	}
	inv.Transport = gst.Transport{
		ChallanNumber: "DC/26-27/0031", ChallanDate: 20261121, LRNumber: "LR-4471", LRDate: 20261122, Transporter: "Deccan Roadways",
		Vehicle: "MH12AB1234", Destination: "Hoskote", Packages: "252 cartons, 1 bag", Freight: "To pay",
	}
	inv.Terms = gst.Terms{Days: 30, Due: 20261222, Interest: "Interest of 18% a year is charged on late payment."}
	inv.Lines[0].DiscountRate, inv.Lines[0].DiscountRate2, inv.Lines[0].Discount = 10_000, 5_000, 0
	inv.Lines[1].FreeQty, inv.Lines[1].RetailPrice = 2_000, 1_150_000
	freight := gst.Line{Description: "Freight and forwarding", HSN: "20079910", Charge: gst.ChargeFreight, Quantity: 1000, UnitPrice: 1_800_000, GSTRate: 5000, Unit: "OTH"}
	inv.Lines = append(inv.Lines, freight)
	gst.Compute(inv, true, nil)
	return inv
}

// offer is a quotation or a proforma.
func offer(d gst.DocumentType, number string) *gst.Invoice {
	inv := as(invoice(4))
	inv.Type, inv.Number, inv.Payment = d, number, nil
	inv.Terms = gst.Terms{Days: 15}
	return inv
}

// cumBill is a sale over the counter of taxable and exempt goods together.
func cumBill() *gst.Invoice {
	inv := as(invoice(2))
	inv.Supply, inv.Payment = gst.B2C, nil
	inv.Buyer = gst.Party{LegalName: "Asha Kulkarni", Address1: "11 Prabhat Road", Place: "Pune", PIN: 411004, State: "27"}
	inv.Lines = append(inv.Lines, gst.Line{Description: "Fresh Alphonso mangoes, loose", HSN: "08045020", Unit: "KGS", Quantity: 12_500, UnitPrice: 240_000})
	inv.Terms.Cash = true
	gst.Compute(inv, true, nil)
	inv.Payment = &gst.Payment{Mode: "Cash", Paid: inv.Totals.Total}
	return inv
}

// inclusive is typed with prices that hold the tax.
func inclusive() *gst.Invoice {
	inv := as(invoice(5))
	inv.Prices = gst.PricesInclusive
	for i := range inv.Lines {
		l := &inv.Lines[i]
		l.TypedPrice = l.UnitPrice + l.UnitPrice*gst.Milli(l.GSTRate)/100_000
	}
	return inv
}

// foreignPrices is an export priced in dollars.
func foreignPrices() *gst.Invoice {
	inv := as(exportInvoice())
	inv.Prices, inv.Export.Rate = gst.PricesForeign, 83_452_500
	for i := range inv.Lines {
		inv.Lines[i].TypedPrice = gst.Milli(int64(inv.Lines[i].UnitPrice) * 1_000_000 / int64(inv.Export.Rate))
	}
	return inv
}

// draft is an invoice without number.
func draft() *gst.Invoice {
	inv := as(invoice(3))
	inv.State, inv.Number, inv.Issued = gst.Draft, "", time.Time{}
	return inv
}

// elsewhere is a record of what another program issued.
func elsewhere() *gst.Invoice {
	inv := as(invoice(3))
	inv.Elsewhere, inv.Number = true, "T/0231"
	return inv
}
