package sandbox_test

import (
	"strconv"
	"strings"

	"mohar/gst"
)

func lineFaults() []planter {
	return []planter{
		{name: "2228 no lines", at: "ItemList", plant: func(inv *gst.Invoice) { inv.Lines, inv.Totals = nil, gst.Totals{} }, text: changes{"ItemList": "[]"}},
		{name: "no list of lines", at: "ItemList", plant: func(inv *gst.Invoice) { inv.Lines, inv.Totals = nil, gst.Totals{} }},
		{name: "2173 a thousand lines and one", at: "ItemList", fits: modest, plant: func(inv *gst.Invoice) {
			for len(inv.Lines) <= 1000 {
				inv.Lines = append(inv.Lines, inv.Lines[0])
			}
			renumber(inv)
			resum(inv)
		}},
		{name: "a thousand lines", fine: true, fits: modest, plant: func(inv *gst.Invoice) {
			for len(inv.Lines) < 1000 {
				inv.Lines = append(inv.Lines, inv.Lines[0])
			}
			renumber(inv)
			resum(inv)
		}},
		{name: "2233 serial number twice", at: "ItemList[1].SlNo", plant: func(inv *gst.Invoice) {
			inv.Lines = append(inv.Lines[:1:1], inv.Lines...)
			resum(inv)
		}},
		{name: "2233 serial number twice, written otherwise", fine: true, plant: func(inv *gst.Invoice) {
			inv.Lines = append(inv.Lines, inv.Lines[0])
			inv.Lines[len(inv.Lines)-1].Number = "01"
			resum(inv)
		}},
		{name: "2176 heading that does not exist", at: "ItemList[0].HsnCd", fits: goods, plant: with(func(l *gst.Line) { l.HSN = "111111" })},
		{name: "2176 service that does not exist", at: "ItemList[0].HsnCd", plant: with(func(l *gst.Line) { l.Service, l.HSN = true, "995500" })},
		{name: "2176 code that the portal lacks", at: "ItemList[0].HsnCd", fits: goods, plant: with(func(l *gst.Line) { l.HSN = "521211" })},
		{name: "2176 goods as a service", at: "ItemList[0].HsnCd", fits: goods, plant: with(func(l *gst.Line) { l.Service = true })},
		{name: "2176 service as goods", at: "ItemList[0].HsnCd", fits: goods, plant: with(func(l *gst.Line) { l.HSN = "998313" })},
		{name: "2238 goods without quantity", at: "ItemList[0].Qty", fits: all(goods, invoices), plant: with(func(l *gst.Line) { l.Quantity = 0 }), text: changes{"ItemList.0.Qty": "-"}},
		{name: "2238 note of goods without quantity", at: "ItemList[0].Qty", fits: func(inv *gst.Invoice) bool { return goods(inv) && !invoices(inv) },
			plant: with(func(l *gst.Line) { l.Quantity = 0 }), text: changes{"ItemList.0.Qty": "-"}},
		{name: "goods of zero quantity and value", at: "ItemList[0].Qty", fits: all(goods, invoices), plant: with(worthless)},
		{name: "2239 goods without unit", at: "ItemList[0].Unit", fits: goods, plant: with(func(l *gst.Line) { l.Unit = "" })},
		{name: "2177 unit that does not exist", at: "ItemList[0].Unit", plant: with(func(l *gst.Line) { l.Unit = "XYZ" })},
		{name: "unit of two letters", at: "ItemList[0].Unit", plant: with(func(l *gst.Line) { l.Unit = "KG" })},
		{name: "unit with a digit", at: "ItemList[0].Unit", plant: with(func(l *gst.Line) { l.Unit = "KG1" })},
		{name: "2240 rate that does not exist", at: "ItemList[0].GstRt", fits: untaxed, plant: with(func(l *gst.Line) { l.GSTRate = 17_000 })},
		{name: "2240 rate of a day to come", at: "ItemList[0].GstRt", fits: all(untaxed, func(inv *gst.Invoice) bool { return inv.Date < 20250922 }),
			plant: with(func(l *gst.Line) { l.GSTRate = 40_000 })},
		{name: "rate that ended", fine: true, fits: untaxed, plant: with(func(l *gst.Line) { l.GSTRate = 28_000 })},
		{name: "2240 half of a rate", at: "ItemList[0].GstRt", fits: untaxed, plant: with(func(l *gst.Line) { l.GSTRate = 2_500 })},
	}
}

func amountFaults() []planter {
	return []planter{
		{name: "2192 amount", at: "ItemList[0].TotAmt", fits: counted, plant: with(func(l *gst.Line) { l.Amount, l.Discount = l.Amount+2_00, l.Discount+2_00 })},
		{name: "2192 amount a rupee off", fits: roundAmount, fine: true, plant: with(func(l *gst.Line) { l.Amount, l.Discount = l.Amount+1_00, l.Discount+1_00 })},
		{name: "2192 amount a rupee and a paisa off", at: "ItemList[0].TotAmt", fits: roundAmount, plant: with(func(l *gst.Line) { l.Amount, l.Discount = l.Amount+1_01, l.Discount+1_01 })},
		{name: "2192 service of zero quantity", fits: func(inv *gst.Invoice) bool {
			return invoices(inv) && inv.Lines[0].Service && inv.Lines[0].Amount > 2_00
		}, fine: true, plant: with(func(l *gst.Line) { l.Quantity = 0 })},
		{name: "2192 service whose quantity is written as 0", at: "ItemList[0].TotAmt", fits: func(inv *gst.Invoice) bool {
			return invoices(inv) && inv.Lines[0].Service && inv.Lines[0].Amount > 2_00
		}, text: changes{"ItemList.0.Qty": "0"}},
		{name: "2193 discount", at: "ItemList[0].AssAmt", plant: with(func(l *gst.Line) { l.Discount += 2_00 })},
		{name: "2193 discount a rupee off", fine: true, plant: with(func(l *gst.Line) { l.Discount += 1_00 })},
		{name: "2194 total of a line", at: "ItemList[0].TotItemVal", fits: ratesBind, plant: with(func(l *gst.Line) { l.Total += 3_00 })},
		{name: "2194 total of a line under reverse charge", at: "ItemList[0].TotItemVal", fits: func(inv *gst.Invoice) bool {
			return inv.ReverseCharge && inv.Lines[0].Tax() < 10_00 && inv.Lines[0].AllCess() < 10_00
		}, plant: with(func(l *gst.Line) { l.Total += 30_00 })},
		{name: "2266 cess", at: "ItemList[0].CesAmt", fits: ratesBind, plant: with(func(l *gst.Line) { l.Cess, l.Total = l.Cess+2_00, l.Total+2_00 })},
		{name: "2267 state cess", at: "ItemList[0].StateCesAmt", fits: ratesBind, plant: with(func(l *gst.Line) { l.StateCess, l.Total = l.StateCess+2_00, l.Total+2_00 })},
		{name: "any cess on a note", fits: func(inv *gst.Invoice) bool {
			return !invoices(inv) && !untaxed(inv) && !inv.ReverseCharge && inv.Supply != gst.EXPWP
		},
			fine: true, plant: with(func(l *gst.Line) { l.Cess, l.Total = l.Cess+7_00, l.Total+7_00 })},
	}
}

// modest: the first line can stand there a thousand times.
func modest(inv *gst.Invoice) bool { return inv.Lines[0].Amount < 1_000_000_000_00 }

func renumber(inv *gst.Invoice) {
	for i := range inv.Lines {
		inv.Lines[i].Number = strconv.Itoa(i + 1)
	}
}

// worthless takes quantity and all value from a line.
func worthless(l *gst.Line) {
	*l = gst.Line{Number: l.Number, HSN: l.HSN, Unit: l.Unit}
}

// counted: the amount is the product of a quantity and a price.
func counted(inv *gst.Invoice) bool { return inv.Lines[0].Quantity > 0 }

// roundAmount: that product is a whole number of paise.
func roundAmount(inv *gst.Invoice) bool {
	l := inv.Lines[0]
	return l.Quantity > 0 && int64(l.Quantity)*int64(l.UnitPrice)%10_000 == 0
}

func taxFaults() []planter {
	tax := func(c, s, i gst.Paise) func(*gst.Invoice) {
		return with(func(l *gst.Line) {
			l.CGST, l.SGST, l.IGST, l.Total = l.CGST+c, l.SGST+s, l.IGST+i, l.Total+c+s+i
		})
	}
	return []planter{
		{name: "2172 IGST beside CGST and SGST", at: "ItemList[0].IgstAmt", fits: intra, plant: tax(0, 0, 3_00)},
		{name: "2172 a rupee of IGST beside CGST and SGST", at: "ItemList[0].IgstAmt", fits: intra, plant: tax(0, 0, 1_00)},
		{name: "2174 a rupee of CGST beside IGST", at: "ItemList[0].CgstAmt", fits: all(plainB2B, inter), plant: tax(1_00, 0, 0)},
		{name: "2227 halves that differ", at: "ItemList[0].SgstAmt", fits: intra, plant: tax(2_00, -2_00, 0)},
		{name: "2227 halves that differ on a note", at: "ItemList[0].SgstAmt", fits: func(inv *gst.Invoice) bool { return intra(inv) && !invoices(inv) }, plant: tax(2_00, 0, 0)},
		{name: "2234 wrong halves", at: "ItemList[0].CgstAmt", fits: all(intra, ratesBind), plant: tax(2_00, 2_00, 0)},
		{name: "2235 wrong IGST", at: "ItemList[0].IgstAmt", fits: all(inter, ratesBind), plant: tax(0, 0, 2_00)},
		{name: "2241 no tax within the State", at: "ItemList[0].CgstAmt", fits: all(intra, ratesBind), plant: with(func(l *gst.Line) {
			l.Total, l.CGST, l.SGST = l.Total-l.Tax(), 0, 0
		})},
		{name: "2235 no tax between States", at: "ItemList[0].IgstAmt", fits: all(inter, ratesBind), plant: with(func(l *gst.Line) {
			l.Total, l.IGST = l.Total-l.Tax(), 0
		})},
		{name: "any equal halves on a note", fits: func(inv *gst.Invoice) bool { return intra(inv) && !invoices(inv) && !inv.ReverseCharge },
			fine: true, plant: tax(7_00, 7_00, 0)},
		{name: "any tax on retail-priced goods", fits: func(inv *gst.Invoice) bool {
			return inv.Date >= 20260201 && inter(inv) && invoices(inv) && !inv.ReverseCharge && inv.Supply != gst.EXPWP && inv.Lines[0].HSN == "24022090"
		}, fine: true, plant: tax(0, 0, 99_00)},
		{name: "2235 wrong tax on biris", at: "ItemList[0].IgstAmt", fits: func(inv *gst.Invoice) bool {
			return inv.Date >= 20260201 && inter(inv) && invoices(inv) && inv.Lines[0].HSN == "24031921"
		}, plant: tax(0, 0, 99_00)},
		{name: "retail price told by a heading too short", fits: func(inv *gst.Invoice) bool {
			return inv.Date >= 20260201 && inter(inv) && ratesBind(inv) && goods(inv)
		}, fine: true, plant: func(inv *gst.Invoice) {
			inv.Lines[0].HSN = "2404"
			tax(0, 0, 99_00)(inv)
		}},
	}
}

func totalFaults() []planter {
	total := func(change func(*gst.Totals)) func(*gst.Invoice) {
		return func(inv *gst.Invoice) { change(&inv.Totals) }
	}
	return []planter{
		{name: "2182 taxable value", at: "ValDtls.AssVal", plant: total(func(t *gst.Totals) { t.Taxable += 1_01 })},
		{name: "2182 taxable value a rupee off", fine: true, plant: total(func(t *gst.Totals) { t.Taxable += 1_00 })},
		{name: "2183 SGST", at: "ValDtls.SgstVal", plant: total(func(t *gst.Totals) { t.SGST += 1_01 })},
		{name: "2184 CGST", at: "ValDtls.CgstVal", plant: total(func(t *gst.Totals) { t.CGST += 1_01 })},
		{name: "2185 IGST", at: "ValDtls.IgstVal", plant: total(func(t *gst.Totals) { t.IGST += 1_01 })},
		{name: "2186 cess", at: "ValDtls.CesVal", plant: total(func(t *gst.Totals) { t.Cess += 1_01 })},
		{name: "2187 state cess", at: "ValDtls.StCesVal", plant: total(func(t *gst.Totals) { t.StateCess += 1_01 })},
		{name: "2189 total", at: "ValDtls.TotInvVal", fits: ratesBind, plant: total(func(t *gst.Totals) { t.Total += 3_00 })},
		{name: "2189 charges that are not in the total", at: "ValDtls.TotInvVal", plant: total(func(t *gst.Totals) { t.OtherCharges += 987_654_00 })},
		{name: "2189 rounding that is not in the total", at: "ValDtls.TotInvVal", fits: ratesBind, plant: total(func(t *gst.Totals) { t.RoundOff = 50_00 })},
		{name: "rounding by a hundred rupees", at: "ValDtls.RndOffAmt", text: changes{"ValDtls.RndOffAmt": "100.00"}},
		{name: "2189 totals with tax where the lines have none", fits: func(inv *gst.Invoice) bool {
			return inv.ReverseCharge && inv.Lines[0].Tax() > 10_00
		}, fine: true, plant: func(inv *gst.Invoice) {
			var all gst.Paise
			for i := range inv.Lines {
				l := &inv.Lines[i]
				l.Total = l.Taxable + l.OtherCharges
				all += l.Total + l.Tax() + l.AllCess()
			}
			t := &inv.Totals
			t.Total = all + t.OtherCharges + t.RoundOff - t.Discount
		}},
		{name: "2189 more discount than the total", at: "ValDtls.TotInvVal", plant: total(func(t *gst.Totals) { t.Discount = t.Total + t.Discount + 5_00 }), fits: func(inv *gst.Invoice) bool { return inv.Totals.Total > 0 }},
	}
}

// badMembers are members with values, between blanks, that break the schema; "-" leaves
// the member out.
var badMembers = []struct{ path, values string }{
	{"Version", `"2.0" "1" -`},
	{"TranDtls.TaxSch", `"VAT"`},
	{"TranDtls.SupTyp", `"B2X" -`},
	{"TranDtls.RegRev", `"X" true`},
	{"TranDtls.EcmGstin", `"29AAFCD5862R00" "29aafcd5862r1c3" "2XAAFCD5862R1C3"`},
	{"TranDtls.IgstOnIntra", `"X"`},
	{"DocDtls.Typ", `"XYZ" -`},
	{"DocDtls.No", `"0A" "/A" "-A" "A_1" "12345678901234567" - "É1"`},
	{"DocDtls.Dt", `"2026-11-21" -`},
	{"SellerDtls.Gstin", `-`},
	{"SellerDtls.LglNm", `"ab" - "a\"bc" "a\\bc"`},
	{"SellerDtls.Addr1", `-`},
	{"SellerDtls.Addr2", `"ab"`},
	{"SellerDtls.Loc", `"ab" -`},
	{"SellerDtls.Pin", `99999 1000000 560037.5 -560037`},
	{"SellerDtls.Stcd", `"00" "290" "A1" -`},
	{"SellerDtls.Ph", `"12345" "1234567890123" "12345a"`},
	{"SellerDtls.Em", `"a@b.c" "name.at.place" "né@place.in"`},
	{"BuyerDtls.Gstin", `"29AWGPV7107B1Z" "X" -`},
	{"BuyerDtls.Pos", `"0" "123" - "XX"`},
	{"BuyerDtls.LglNm", `"ab" -`},
	{"BuyerDtls.Pin", `99999`},
	{"BuyerDtls.Stcd", `"000" -`},
	{"DispDtls", `{"Nm":"Store","Addr1":"1","Pin":560037,"Stcd":"29"} {"Addr1":"1","Loc":"abc","Pin":560037,"Stcd":"29"} {"Nm":"Store","Addr1":"1","Loc":"abc","Pin":560037}`},
	{"ShipDtls", `{"LglNm":"Site","Loc":"abc","Pin":560037,"Stcd":"29"} {"LglNm":"Site","Addr1":"1","Loc":"abc","Stcd":"29"} {"Gstin":"URX","LglNm":"Site","Addr1":"1","Loc":"abc","Pin":560037,"Stcd":"29"}`},
	{"ItemList.0.SlNo", `"1a" "1234567" -`},
	{"ItemList.0.PrdDesc", `"ab"`},
	{"ItemList.0.IsServc", `"X"`},
	{"ItemList.0.HsnCd", `"0000" "12345" "ABCD" - "820"`},
	{"ItemList.0.Barcde", `"ab"`},
	{"ItemList.0.Qty", `1.2345 -1 10000000000`},
	{"ItemList.0.FreeQty", `0.0001`},
	{"ItemList.0.UnitPrice", `1.2345 -1 1000000000000`},
	{"ItemList.0.Discount", `0.001 -1`},
	{"ItemList.0.PreTaxVal", `1000000000000`},
	{"ItemList.0.GstRt", `18.0001 -1 1000`},
	{"ItemList.0.CesRt", `1000`},
	{"ItemList.0.OthChrg", `0.123`},
	{"ItemList.0.TotItemVal", `1000000000000`},
	{"ItemList.0.OrgCntry", `"QQ" "I" "IND"`},
	{"ItemList.0.BchDtls", `{"Nm":"ab"} {"ExpDt":"31/01/2027"} {"Nm":"abc","ExpDt":"31-01-2027"}`},
	{"ValDtls.TotInvVal", `100000000000000`},
	{"ValDtls.TotInvValFc", `0.001`},
	{"PayDtls.CrDay", `10000 1.5 -1`},
	{"PayDtls.AccDet", `"1234567890123456789"`},
	{"PayDtls.FinInsBr", `"SBIN00000012"`},
	{"PayDtls.PaidAmt", `-0.01`},
	{"RefDtls.InvRm", `"ab"`},
	{"RefDtls.PrecDocDtls", `[{"InvNo":"0A","InvDt":"01/01/2024"}] [{"InvDt":"01/01/2024"}]`},
	{"RefDtls.ContrDtls", `[{"PORefDt":"2024-01-01"}] [{"PORefr":"12345678901234567"}]`},
	{"AddlDocDtls", `[{"Url":"ab"}]`},
	{"EwbDtls", `{"TransId":"1"} {"TransMode":"5","Distance":0} {"Distance":4001} {"Distance":0,"VehNo":"KA-01"} {"Distance":0,"TransDocNo":"1234567890123456"} {"Distance":0,"VehType":"X"} {"Distance":0,"TransDocDt":"1/1/2024"}`},
}

// schemaFaults is every class of limit that the schema sets, on the members that have
// their own.
func schemaFaults() []planter {
	var all []planter
	for _, p := range badMembers {
		for value := range strings.FieldsSeq(p.values) {
			all = append(all, member(p.path, value))
		}
	}
	for _, path := range []string{
		"ItemList.0.IsServc", "ItemList.0.UnitPrice", "ItemList.0.TotAmt", "ItemList.0.AssAmt", "ItemList.0.GstRt",
		"ItemList.0.TotItemVal", "ValDtls.AssVal", "ValDtls.TotInvVal", "EwbDtls.Distance",
	} {
		p := member(path, "-")
		if path == "EwbDtls.Distance" {
			p = member("EwbDtls", `{"TransId":"29AAFCD5862R1Z3"}`)
		}
		p.name = "needed figure left out"
		all = append(all, p)
	}
	return append(all, oddFaults()...)
}

// oddFaults are what no single limit of the schema forbids or allows.
func oddFaults() []planter {
	return []planter{
		{name: "line break in a name", at: "BuyerDtls.LglNm", text: changes{"BuyerDtls.LglNm": `"Kaveri\nPapers"`}},
		{name: "date of no calendar", at: "DocDtls.Dt", text: changes{"DocDtls.Dt": `"31/02/2026"`}},
		{name: "period's date of no calendar", at: "RefDtls.DocPerdDtls.InvStDt", text: changes{"RefDtls.DocPerdDtls": `{"InvStDt":"31/02/2026","InvEndDt":"01/03/2026"}`}},
		{name: "year beyond the schema", at: "RefDtls.DocPerdDtls.InvStDt", text: changes{"RefDtls.DocPerdDtls": `{"InvStDt":"01/01/2030","InvEndDt":"02/01/2030"}`}},
		fineMember("Custom", `{"Irn":"x"}`),
		fineMember("EwbDtls", `{"Distance":0}`),
		fineMember("PayDtls", "null"),
		fineMember("RefDtls.InvRm", `""`),
		fineMember("TranDtls.TaxSch", "-"),
		fineMember("Irn", `"`+strings.Repeat("0", 64)+`"`),
		fineMember("PayDtls.CrDay", "3e1"),
		fineMember("PayDtls.CrDay", `"30"`),
		fineMember("PayDtls.PaidAmt", "1.10000"),
		fineMember("ItemList.0.FreeQty", "0.000"),
		fineMember("SellerDtls.Ph", "919876543210"),
		fineMember("DispDtls", "{}"),
		fineMember("AddlDocDtls", "[]"),
		fineMember("AddlDocDtls", "[null,{}]"),
	}
}
