package sandbox_test

import (
	"strings"
	"testing"
)

func TestSchemaNamesEveryBreach(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	tests := []struct {
		name   string
		change changes
		want   []string
	}{
		{"too short", changes{"TranDtls.EcmGstin": `"29AAF"`}, []string{
			"The field e-Commerce GSTIN must be a string with a minimum length of 15 and a maximum length of 15.",
			"The field e-Commerce GSTIN must match the regular expression '^([0-9]{2}[0-9A-Z]{13})$'.",
		}},
		{"empty", changes{"BuyerDtls.Addr2": `""`}, []string{
			"The field BuyerDtls.Addr2 must be a string with a minimum length of 3 and a maximum length of 100.",
		}},
		{"too long, counted in characters", changes{"BuyerDtls.Addr2": `"` + strings.Repeat("क", 101) + `"`}, []string{
			"The field BuyerDtls.Addr2 must be a string with a minimum length of 3 and a maximum length of 100.",
		}},
		{"missing", changes{"ValDtls": "-"}, []string{"The ValDtls field is required."}},
		{"null", changes{"SellerDtls.Loc": "null"}, []string{"The SellerDtls.Loc field is required."}},
		{"a text for a number", changes{"SellerDtls.Pin": `"560037"`}, []string{"The field SellerDtls.Pin must be a number."}},
		{"a number for a text", changes{"SellerDtls.Stcd": `29`}, []string{"The field SellerDtls.Stcd must be a string."}},
		{"a text for a block", changes{"PayDtls": `"cash"`}, []string{"The field PayDtls must be an object."}},
		{"a block for a list", changes{"ItemList": `{}`}, []string{"The field ItemList must be an array."}},
		{"a number in a list", changes{"ItemList": `[7]`}, []string{"The field ItemList[0] must be an object."}},
		{"negative", changes{"ItemList.0.Discount": "-1"}, []string{"The field ItemList[0].Discount must be between 0 and 999999999999.99."}},
		{"too large", changes{"ValDtls.TotInvVal": "100000000000000"}, []string{"The field ValDtls.TotInvVal must be between 0 and 99999999999999.99."}},
		{"endless", changes{"ValDtls.TotInvVal": "1e999999999"}, []string{"The field ValDtls.TotInvVal must be between 0 and 99999999999999.99."}},
		{"rounding too large", changes{"ValDtls.RndOffAmt": "-100"}, []string{"The field ValDtls.RndOffAmt must be between -99.99 and 99.99."}},
		{"a third decimal", changes{"ItemList.0.AssAmt": "1000.001"}, []string{"The field ItemList[0].AssAmt must be a number with at most 2 decimals."}},
		{"half a PIN code", changes{"SellerDtls.Pin": "560037.5"}, []string{"The field SellerDtls.Pin must be a number with at most 0 decimals."}},
		{"an HSN code of zeros", changes{"ItemList.0.HsnCd": `"0000"`}, []string{
			"The field ItemList[0].HsnCd must match the regular expression '^(?!0+$)([0-9]{4}|[0-9]{6}|[0-9]{8})$'.",
		}},
		{"a quotation mark", changes{"SellerDtls.LglNm": `"The \"Firm\""`}, []string{
			`The field SellerDtls.LglNm must match the regular expression '^([^\\"])*$'.`,
		}},
		{"a number that begins with 0", changes{"DocDtls.No": `"0A1"`}, []string{
			`The field DocDtls.No must match the regular expression '^([a-zA-Z1-9]{1}[a-zA-Z0-9\/-]{0,15})$'.`,
		}},
		{"several, in the order of the schema", changes{"Version": "-", "ItemList.0.SlNo": "-", "SellerDtls.Em": `"none@"`}, []string{
			"The Version field is required.",
			"The field SellerDtls.Em must be a string with a minimum length of 6 and a maximum length of 100.",
			"The field SellerDtls.Em must match the regular expression '^[a-zA-Z0-9+_.-]+@[a-zA-Z0-9.-]+$'.",
			"The ItemList[0].SlNo field is required.",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := c.generate(altered(t, tt.change))
			var got []string
			for _, e := range r.Errors {
				if e.Code != "5002" {
					t.Errorf("code %s", e.Code)
				}
				got = append(got, e.Message)
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

func TestRefusalsAreInThePortalsWords(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for _, tt := range []struct {
		change changes
		want   string
	}{
		{changes{"ItemList.0.HsnCd": `"521211"`}, "HSN code(s)-521211 is invalid"},
		{changes{"DocDtls.Dt": `"23/11/2026"`}, "The document date should not be future date ."},
		{changes{"SellerDtls.Stcd": `"27"`, "SellerDtls.Pin": "400001", "BuyerDtls.Pos": `"27"`}, "Supplier GSTIN state codedoes not match with the state code passed in supplier details"},
		{changes{"BuyerDtls.Gstin": `"URP"`}, "The recipient GSTIN cannot be URP for supply type B2B"},
		{changes{"ItemList.0.Qty": "11"}, "TotAmt value should be equal to (Qty * UnitPrice) for HSN 820411, Sl. No 1"},
		{changes{"ItemList.0.IsServc": `"Y"`}, "Mismatch between HSN/SAC and Type of Supply for HSN - 820411, Sl. No 1"},
		{changes{"SellerDtls.Pin": "110001"}, "PIN code does not belong to the state - supplier"},
		{changes{"ValDtls.TotInvVal": "5"}, "Invalid total Invoice Value"},
	} {
		r := c.generate(altered(t, tt.change))
		if len(r.Errors) != 1 || r.Errors[0].Message != tt.want {
			t.Errorf("%v, want %q", r.Errors, tt.want)
		}
	}
}
