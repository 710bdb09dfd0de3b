package sandbox_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// invoiceText is a document of one line that breaks no rule. Some of its figures are
// written with decimals that are not needed, to see that they are kept.
const invoiceText = `{"Version":"1.1",
"TranDtls":{"TaxSch":"GST","SupTyp":"B2B","RegRev":"N","EcmGstin":null},
"DocDtls":{"Typ":"INV","No":"A/1","Dt":"22/11/2026"},
"SellerDtls":{"Gstin":"29AAFCD5862R000","LglNm":"Deccan Tools","Addr1":"4 Mill Lane","Loc":"Bengaluru","Pin":560037,"Stcd":"29"},
"BuyerDtls":{"Gstin":"29AWGPV7107B1Z1","LglNm":"Kaveri Papers","Pos":"29","Addr1":"9 Ring Road","Loc":"Bengaluru","Pin":562160,"Stcd":"29"},
"ItemList":[{"SlNo":"1","PrdDesc":"Spanner","IsServc":"N","HsnCd":"820411","Qty":10,"Unit":"NOS","UnitPrice":100.0,
"TotAmt":1000.00,"Discount":0,"AssAmt":1000.00,"GstRt":18.0,"CgstAmt":90,"SgstAmt":90,"TotItemVal":1180.0}],
"ValDtls":{"AssVal":1000.00,"CgstVal":90,"SgstVal":90,"TotInvVal":1180.0}}`

func invoice() []byte { return []byte(invoiceText) }

// changes are what a test makes of the invoice: paths such as "ItemList.0.Qty" and
// values as JSON text; "-" removes the member.
type changes map[string]string

// altered returns the invoice with changes.
func altered(t *testing.T, all ...changes) []byte {
	t.Helper()
	var doc any
	d := json.NewDecoder(bytes.NewReader(invoice()))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for path, text := range c {
			doc = put(t, doc, strings.Split(path, "."), text)
		}
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func put(t *testing.T, at any, path []string, text string) any {
	t.Helper()
	if len(path) == 0 {
		var v any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("change %q: %v", text, err)
		}
		return v
	}
	switch node := at.(type) {
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(node) {
			t.Fatalf("no element %q", path[0])
		}
		if i == len(node) {
			node = append(node, map[string]any{})
		}
		node[i] = put(t, node[i], path[1:], text)
		return node
	case map[string]any:
		if len(path) == 1 && text == "-" {
			delete(node, path[0])
		} else {
			node[path[0]] = put(t, node[path[0]], path[1:], text)
		}
		return node
	default:
		return put(t, map[string]any{}, path, text)
	}
}

// What turns the invoice into one between States, for export and to a SEZ.
var (
	interState = changes{
		"BuyerDtls.Pos": `"27"`, "BuyerDtls.Gstin": `"27AWGPV7107B1Z5"`, "BuyerDtls.Stcd": `"27"`, "BuyerDtls.Pin": `400001`,
		"ItemList.0.CgstAmt": "-", "ItemList.0.SgstAmt": "-", "ItemList.0.IgstAmt": "180",
		"ValDtls.CgstVal": "-", "ValDtls.SgstVal": "-", "ValDtls.IgstVal": "180",
	}
	exported = changes{
		"TranDtls.SupTyp": `"EXPWP"`, "BuyerDtls.Gstin": `"URP"`, "BuyerDtls.Pos": `"96"`, "BuyerDtls.Stcd": `"96"`,
		"BuyerDtls.Pin": `999999`, "ExpDtls.CntCode": `"US"`,
		"ItemList.0.CgstAmt": "-", "ItemList.0.SgstAmt": "-", "ItemList.0.IgstAmt": "180",
		"ValDtls.CgstVal": "-", "ValDtls.SgstVal": "-", "ValDtls.IgstVal": "180",
	}
	toSEZ = changes{
		"TranDtls.SupTyp":    `"SEZWP"`,
		"ItemList.0.CgstAmt": "-", "ItemList.0.SgstAmt": "-", "ItemList.0.IgstAmt": "180",
		"ValDtls.CgstVal": "-", "ValDtls.SgstVal": "-", "ValDtls.IgstVal": "180",
	}
	service = changes{
		"ItemList.0.IsServc": `"Y"`, "ItemList.0.HsnCd": `"998713"`, "ItemList.0.Qty": "-", "ItemList.0.Unit": "-",
	}
)
