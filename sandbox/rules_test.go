package sandbox_test

import (
	"strings"
	"testing"
)

func TestRulesRefuseWithThePortalsCodes(t *testing.T) {
	tests := []struct {
		name   string
		change []changes
		want   string
	}{
		{"a good invoice is registered", nil, "ok"},
		{"between States", []changes{interState}, "ok"},
		{"for export with payment of tax", []changes{exported}, "ok"},
		{"for export, buyer without PIN code", []changes{exported, {"BuyerDtls.Pin": "-"}}, "ok"},
		{"to a SEZ in the same State", []changes{toSEZ}, "ok"},
		{"a service without quantity and unit", []changes{service}, "ok"},
		{"keys in other cases", []changes{{"SellerDtls.Gstin": "-", "SellerDtls.GSTIN": `"29AAFCD5862R000"`}}, "ok"},
		{"members that the portal does not know", []changes{{"ItemList.0.ItemNo": "7", "Custom": "{}"}}, "ok"},
		{"a document of weeks ago", []changes{{"DocDtls.Dt": `"01/11/2026"`}}, "ok"},
		{"2218 a document from before e-invoicing", []changes{{"DocDtls.Dt": `"30/09/2020"`}}, "2218 2305"},
		{"5002 an IRN of another length", []changes{{"Irn": `"x"`}}, "5002"},
		{"an IRN, which is worked out all the same", []changes{{"Irn": `"` + strings.Repeat("0", 64) + `"`}}, "ok"},
		{"an older version of the schema", []changes{{"Version": `"1.01"`}}, "5002"},

		{"2143 another seller than the one signed in", []changes{{"SellerDtls.Gstin": `"29AAFCD5862R001"`}}, "2143"},
		{"2169 neither seller nor operator is signed in", []changes{{"SellerDtls.Gstin": `"29AAFCD5862R001"`, "TranDtls.EcmGstin": `"29AAFCD5862R1C3"`}}, "2169"},
		{"an operator registers for a seller", []changes{{"SellerDtls.Gstin": `"29AAFCD5862R001"`, "TranDtls.EcmGstin": `"29AAFCD5862R000"`}}, "ok"},
		{"2195 the operator is an ordinary taxpayer", []changes{{"TranDtls.EcmGstin": `"29AWGPV7107B1Z1"`}}, "2195"},
		{"2300 the seller only collects tax at source", []changes{{"SellerDtls.Gstin": `"29AAFCD5862R1C3"`}}, "2143 2300"},
		{"2231 the seller is a SEZ unit", []changes{{"SellerDtls.Gstin": `"29AAFCD5862R1S3"`}}, "2143 2231"},
		{"2246 a SEZ unit bought as anybody", []changes{{"BuyerDtls.Gstin": `"29AWGPV7107B1S1"`}}, "2246"},
		{"2246 in another State", []changes{interState, {"BuyerDtls.Gstin": `"27AWGPV7107B1S5"`}}, "2246"},
		{"a SEZ unit bought as one", []changes{toSEZ, {"BuyerDtls.Gstin": `"29AWGPV7107B1S1"`}}, "ok"},
		{"deemed export to a SEZ unit", []changes{{"TranDtls.SupTyp": `"DEXP"`, "BuyerDtls.Gstin": `"29AWGPV7107B1S1"`}}, "ok"},
		{"an S without PAN is no SEZ unit", []changes{{"BuyerDtls.Gstin": `"2917SGP29001OSV"`}}, "ok"},
		{"2195 the operator is a SEZ unit", []changes{{"TranDtls.EcmGstin": `"29AWGPV7107B1S1"`}}, "2195"},
		{"2211 seller and buyer are one", []changes{{"BuyerDtls.Gstin": `"29AAFCD5862R000"`}}, "2211"},
		{"2212 to a consumer", []changes{{"BuyerDtls.Gstin": `"URP"`}}, "2212"},
		{"2171 deemed export to a consumer", []changes{{"BuyerDtls.Gstin": `"URP"`, "TranDtls.SupTyp": `"DEXP"`}}, "2171"},
		{"2163 dated tomorrow", []changes{{"DocDtls.Dt": `"23/11/2026"`}}, "2163"},
		{"the thirtieth day before today", []changes{{"DocDtls.Dt": `"23/10/2026"`}}, "ok"},
		{"2305 the thirty-first day before today", []changes{{"DocDtls.Dt": `"22/10/2026"`}}, "2305"},
		{"2225 no day of the calendar", []changes{{"DocDtls.Dt": `"31/02/2026"`}}, "2225"},
		{"2162 export under reverse charge", []changes{exported, {"TranDtls.RegRev": `"Y"`}}, "2162"},
		{"3028 buyer's GSTIN of an unknown state", []changes{{"BuyerDtls.Gstin": `"45AWGPV7107B1Z1"`}}, "3028 2265"},
		{"3028 consignee's GSTIN of an unknown state", []changes{{"ShipDtls": `{"Gstin":"45AWGPV7107B1Z1","LglNm":"Site","Addr1":"1 Road","Loc":"Mysuru","Pin":570001,"Stcd":"29"}`}}, "3028"},
		{"3028 operator's GSTIN of an unknown state", []changes{{"TranDtls.EcmGstin": `"45AWGPV7107B1C1"`}}, "3028"},
		{"2219 period that ends before it begins", []changes{{"RefDtls.DocPerdDtls.InvStDt": `"02/11/2026"`, "RefDtls.DocPerdDtls.InvEndDt": `"01/11/2026"`}}, "2219"},

		{"2258 seller's state is another than the GSTIN's", []changes{{"SellerDtls.Stcd": `"27"`, "SellerDtls.Pin": "400001", "BuyerDtls.Pos": `"27"`}}, "2258"},
		{"2265 buyer's state is another than the GSTIN's", []changes{{"BuyerDtls.Stcd": `"27"`, "BuyerDtls.Pin": "400001"}}, "2265"},
		{"2260 buyer's state does not exist", []changes{{"BuyerDtls.Stcd": `"77"`}}, "2260 2265"},
		{"2243 place of supply does not exist", []changes{interState, {"BuyerDtls.Pos": `"77"`}}, "2243"},
		{"2243 place of supply of the Centre's jurisdiction", []changes{interState, {"BuyerDtls.Pos": `"99"`}}, "2243"},
		{"2242 place of supply abroad", []changes{interState, {"BuyerDtls.Pos": `"96"`}}, "2242"},
		{"2244 buyer without PIN code", []changes{{"BuyerDtls.Pin": "-"}}, "2244"},
		{"3039 seller's PIN code lies elsewhere", []changes{{"SellerDtls.Pin": "110001"}}, "3039"},
		{"3039 buyer's PIN code lies elsewhere", []changes{{"BuyerDtls.Pin": "110001"}}, "3039"},
		{"3039 place of dispatch", []changes{{"DispDtls": `{"Nm":"Store","Addr1":"1 Road","Loc":"Mysuru","Pin":110001,"Stcd":"29"}`}}, "3039"},
		{"2200 consignee's state does not exist", []changes{{"ShipDtls": `{"LglNm":"Site","Addr1":"1 Road","Loc":"Mysuru","Pin":570001,"Stcd":"77"}`}}, "2200"},
		{"2262 IGST on intra-State supply between States", []changes{interState, {"TranDtls.IgstOnIntra": `"Y"`}}, "2262"},
		{"IGST on intra-State supply", []changes{toSEZ, {"TranDtls.SupTyp": `"B2B"`, "TranDtls.IgstOnIntra": `"Y"`}}, "ok"},

		{"2248 export to a registered buyer", []changes{exported, {"BuyerDtls.Gstin": `"27AWGPV7107B1Z5"`}}, "2248"},
		{"2232 export with place of supply in India", []changes{exported, {"BuyerDtls.Pos": `"27"`}}, "2232"},
		{"2261 export with the buyer's state in India", []changes{exported, {"BuyerDtls.Stcd": `"27"`}}, "2261"},
		{"2208 export without country", []changes{exported, {"ExpDtls": "-"}}, "2208"},
		{"2202 country that does not exist", []changes{exported, {"ExpDtls.CntCode": `"QQ"`}}, "2202"},
		{"2201 port that does not exist", []changes{exported, {"ExpDtls.Port": `"QQQQ9"`}}, "2201"},
		{"2203 currency that does not exist", []changes{exported, {"ExpDtls.ForCur": `"QQQ"`}}, "2203"},
		{"2235 export without payment, but with tax", []changes{exported, {"TranDtls.SupTyp": `"EXPWOP"`}}, "2235"},
		{"2235 even a little tax without payment", []changes{withoutPayment, {"ItemList.0.IgstAmt": "0.5"}}, "2235"},
		{"a cess rate without payment", []changes{withoutPayment, {"ItemList.0.CesRt": "12", "ItemList.0.StateCesRt": "1"}}, "ok"},
		{"2266 cess without payment", []changes{withoutPayment, {"ItemList.0.CesRt": "12", "ItemList.0.CesAmt": "120", "ItemList.0.TotItemVal": "1120", "ValDtls.CesVal": "120", "ValDtls.TotInvVal": "1120"}}, "2266"},
		{"export with payment, totals without the tax", []changes{exported, {"ItemList.0.TotItemVal": "1000", "ValDtls.TotInvVal": "1000"}}, "ok"},

		{"2228 no items", []changes{{"ItemList": "[]", "ValDtls": `{"AssVal":0,"TotInvVal":0}`}}, "2228"},
		{"2233 a serial number twice", []changes{twoLines, {"ItemList.1.SlNo": `"1"`}}, "2233"},
		{"2176 heading that does not exist", []changes{{"ItemList.0.HsnCd": `"111111"`}}, "2176"},
		{"2176 code that the portal's master lacks", []changes{{"ItemList.0.HsnCd": `"521211"`}}, "2176"},
		{"2176 goods code on a service", []changes{{"ItemList.0.IsServc": `"Y"`}}, "2176"},
		{"2176 service code on goods", []changes{{"ItemList.0.HsnCd": `"998713"`}}, "2176"},
		{"2238 goods without quantity", []changes{{"ItemList.0.Qty": "-"}}, "2238"},
		{"2239 goods without unit", []changes{{"ItemList.0.Unit": "-"}}, "2239"},
		{"2177 unit that does not exist", []changes{{"ItemList.0.Unit": `"XYZ"`}}, "2177"},
		{"2240 rate that does not exist", []changes{{"ItemList.0.GstRt": "17", "ItemList.0.CgstAmt": "85", "ItemList.0.SgstAmt": "85", "ItemList.0.TotItemVal": "1170", "ValDtls.CgstVal": "85", "ValDtls.SgstVal": "85", "ValDtls.TotInvVal": "1170"}}, "2240"},
		{"2240 the rate of a day to come", []changes{{"DocDtls.Dt": `"21/09/2025"`, "ItemList.0.GstRt": "40", "ItemList.0.CgstAmt": "200", "ItemList.0.SgstAmt": "200", "ItemList.0.TotItemVal": "1400", "ValDtls.CgstVal": "200", "ValDtls.SgstVal": "200", "ValDtls.TotInvVal": "1400"}}, "2305 2240"},
		{"a rate that ended, for a supply from before", []changes{{"ItemList.0.GstRt": "28", "ItemList.0.CgstAmt": "140", "ItemList.0.SgstAmt": "140", "ItemList.0.TotItemVal": "1280", "ValDtls.CgstVal": "140", "ValDtls.SgstVal": "140", "ValDtls.TotInvVal": "1280"}}, "ok"},
		{"2192 quantity times price", []changes{{"ItemList.0.Qty": "11"}}, "2192"},
		{"a rupee of difference is let pass", []changes{{"ItemList.0.UnitPrice": "100.1"}}, "ok"},
		{"2192 a little more than a rupee", []changes{{"ItemList.0.UnitPrice": "100.101"}}, "2192"},
		{"2193 discount", []changes{{"ItemList.0.Discount": "5"}}, "2193"},
		{"2172 IGST inside a State", []changes{{"ItemList.0.IgstAmt": "180", "ItemList.0.TotItemVal": "1360", "ValDtls.IgstVal": "180", "ValDtls.TotInvVal": "1360"}}, "2172"},
		{"2241 no tax inside a State", []changes{{"ItemList.0.CgstAmt": "-", "ItemList.0.SgstAmt": "-", "ItemList.0.TotItemVal": "1000", "ValDtls": `{"AssVal":1000,"TotInvVal":1000}`}}, "2241"},
		{"2227 2234 halves that differ", []changes{{"ItemList.0.CgstAmt": "80", "ItemList.0.SgstAmt": "100", "ValDtls.CgstVal": "80", "ValDtls.SgstVal": "100"}}, "2227 2234"},
		{"2234 wrong tax inside a State", []changes{{"ItemList.0.CgstAmt": "80", "ItemList.0.SgstAmt": "80", "ItemList.0.TotItemVal": "1160", "ValDtls.CgstVal": "80", "ValDtls.SgstVal": "80", "ValDtls.TotInvVal": "1160"}}, "2234"},
		{"2174 2235 CGST and SGST between States", []changes{{"BuyerDtls.Pos": `"27"`}}, "2174 2235"},
		{"2180 2235 CGST and SGST on an export", []changes{exported, halves}, "2180 2235"},
		{"2237 2235 CGST and SGST to a SEZ", []changes{toSEZ, halves}, "2237 2235"},
		{"2235 wrong tax between States", []changes{interState, {"ItemList.0.IgstAmt": "170", "ItemList.0.TotItemVal": "1170", "ValDtls.IgstVal": "170", "ValDtls.TotInvVal": "1170"}}, "2235"},
		{"2266 cess without rate", []changes{{"ItemList.0.CesAmt": "50", "ItemList.0.TotItemVal": "1230", "ValDtls.CesVal": "50", "ValDtls.TotInvVal": "1230"}}, "2266"},
		{"2267 state cess without rate", []changes{{"ItemList.0.StateCesAmt": "50", "ItemList.0.TotItemVal": "1230", "ValDtls.StCesVal": "50", "ValDtls.TotInvVal": "1230"}}, "2267"},
		{"fixed cesses need no rate", []changes{{"ItemList.0.CesNonAdvlAmt": "50", "ItemList.0.StateCesNonAdvlAmt": "5", "ItemList.0.TotItemVal": "1235", "ValDtls.CesVal": "50", "ValDtls.StCesVal": "5", "ValDtls.TotInvVal": "1235"}}, "ok"},
		{"2194 total of an item", []changes{{"ItemList.0.TotItemVal": "1190", "ValDtls.TotInvVal": "1190"}}, "2194"},
		{"other charges of an item are in its total", []changes{{"ItemList.0.OthChrg": "20", "ItemList.0.TotItemVal": "1200", "ValDtls.TotInvVal": "1200"}}, "ok"},
		{"reverse charge, totals without the tax", []changes{{"TranDtls.RegRev": `"Y"`, "ItemList.0.TotItemVal": "1000", "ValDtls.TotInvVal": "1000"}}, "ok"},
		{"reverse charge, totals with the tax", []changes{{"TranDtls.RegRev": `"Y"`}}, "ok"},
		{"a note is not compared with its rate", []changes{{"DocDtls.Typ": `"CRN"`, "ItemList.0.CgstAmt": "10", "ItemList.0.SgstAmt": "10", "ItemList.0.TotItemVal": "1020", "ValDtls.CgstVal": "10", "ValDtls.SgstVal": "10", "ValDtls.TotInvVal": "1020"}}, "ok"},
		{"a note of value only", []changes{{"DocDtls.Typ": `"DBN"`, "ItemList.0.Qty": "0"}}, "ok"},
		{"tobacco taxed by its retail price", []changes{{"ItemList.0.HsnCd": `"24022090"`, "ItemList.0.CgstAmt": "200", "ItemList.0.SgstAmt": "200", "ItemList.0.GstRt": "40", "ItemList.0.TotItemVal": "1400", "ValDtls.CgstVal": "200", "ValDtls.SgstVal": "200", "ValDtls.TotInvVal": "1400"}}, "ok"},
		{"tobacco by a heading too short to tell", []changes{{"ItemList.0.HsnCd": `"2404"`, "ItemList.0.CgstAmt": "200", "ItemList.0.SgstAmt": "200", "ItemList.0.GstRt": "40", "ItemList.0.TotItemVal": "1400", "ValDtls.CgstVal": "200", "ValDtls.SgstVal": "200", "ValDtls.TotInvVal": "1400"}}, "ok"},
		{"2234 tobacco in the time before", []changes{{"DocDtls.Dt": `"31/01/2026"`, "ItemList.0.HsnCd": `"24022090"`, "ItemList.0.GstRt": "40"}}, "2305 2234"},

		{"2182 taxable value", []changes{{"ValDtls.AssVal": "1002"}}, "2182"},
		{"2183 SGST", []changes{{"ValDtls.SgstVal": "92"}}, "2183"},
		{"2184 CGST", []changes{{"ValDtls.CgstVal": "92"}}, "2184"},
		{"2185 IGST", []changes{{"ValDtls.IgstVal": "2"}}, "2185"},
		{"2186 cess", []changes{{"ValDtls.CesVal": "2"}}, "2186"},
		{"2187 state cess", []changes{{"ValDtls.StCesVal": "2"}}, "2187"},
		{"2189 invoice value", []changes{{"ValDtls.TotInvVal": "1182"}}, "2189"},
		{"discount, other charges and rounding of the document", []changes{{"ValDtls.Discount": "30", "ValDtls.OthChrg": "10", "ValDtls.RndOffAmt": "-0.5", "ValDtls.TotInvVal": "1159.50"}}, "ok"},
		{"every broken rule is told", []changes{{"BuyerDtls.Gstin": `"URP"`, "BuyerDtls.Pin": "-", "ItemList.0.Unit": `"XYZ"`, "ValDtls.TotInvVal": "9"}}, "2212 2244 2177 2189"},
	}
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			number := changes{"DocDtls.No": `"R/` + strings.Repeat("0", i%3) + string(rune('A'+i%26)) + string(rune('A'+i/26)) + `"`}
			r := c.generate(altered(t, append(tt.change, number)...))
			if got := r.codes(); got != tt.want {
				t.Errorf("answered %s, want %s: %v", got, tt.want, r.Errors)
			}
		})
	}
}

var (
	halves         = changes{"ItemList.0.IgstAmt": "-", "ItemList.0.CgstAmt": "90", "ItemList.0.SgstAmt": "90", "ValDtls.CgstVal": "90", "ValDtls.SgstVal": "90", "ValDtls.IgstVal": "-"}
	withoutPayment = changes{
		"TranDtls.SupTyp": `"EXPWOP"`, "BuyerDtls.Gstin": `"URP"`, "BuyerDtls.Pos": `"96"`, "BuyerDtls.Stcd": `"96"`,
		"BuyerDtls.Pin": `999999`, "ExpDtls.CntCode": `"US"`, "ItemList.0.CgstAmt": "-", "ItemList.0.SgstAmt": "-",
		"ItemList.0.TotItemVal": "1000", "ValDtls": `{"AssVal":1000,"TotInvVal":1000}`,
	}
	twoLines = changes{
		"ItemList.1": `{"SlNo":"2","IsServc":"N","HsnCd":"820411","Qty":1,"Unit":"NOS","UnitPrice":0,"TotAmt":0,"AssAmt":0,"GstRt":18,"TotItemVal":0}`,
	}
)
