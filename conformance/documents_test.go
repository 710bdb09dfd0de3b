package conformance

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

type (
	object = map[string]any
	array  = []any
)

// today is the day in IST, as documents carry it.
func today() string { return time.Now().In(ist).Format("02/01/2006") }

// invoice is a document of section 4 that has nothing wrong: 100 sets at 1,000, 18%
// between States.
func invoice(number string) object {
	return object{
		"Version":  "1.1",
		"TranDtls": object{"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N"},
		"DocDtls":  object{"Typ": "INV", "No": number, "Dt": today()},
		"SellerDtls": object{"Gstin": seller, "LglNm": sellerName, "Addr1": "14 Dana Bazaar", "Loc": "Pune",
			"Pin": 411002, "Stcd": "27"},
		"BuyerDtls": object{"Gstin": buyer, "LglNm": "Kaveri Papers", "Pos": "29", "Addr1": "9 Ring Road",
			"Loc": "Bengaluru", "Pin": 562160, "Stcd": "29"},
		"ItemList": array{object{"SlNo": "1", "PrdDesc": "Screwdriver set", "IsServc": "N", "HsnCd": "820540",
			"Qty": 100, "Unit": "NOS", "UnitPrice": 1000, "TotAmt": 100000, "AssAmt": 100000, "GstRt": 18,
			"IgstAmt": 18000, "TotItemVal": 118000}},
		"ValDtls": object{"AssVal": 100000, "IgstVal": 18000, "TotInvVal": 118000},
	}
}

// part is a block of a document, made where it is not there.
func part(doc object, name string) object {
	if doc[name] == nil {
		doc[name] = object{}
	}
	return doc[name].(object)
}

func item(doc object) object { return doc["ItemList"].(array)[0].(object) }

// byRoad is the e-way bill block of section 4.2, by road.
func byRoad() object {
	return object{"TransMode": "1", "Distance": 840, "VehNo": "MH12AB1234", "VehType": "R"}
}

// ewayOf is the body of section 7 for an IRN, by road.
func ewayOf(irn string) object {
	body := byRoad()
	body["Irn"] = irn
	return body
}

// consignment is the body of section 8.1: outward supply of the seller to the buyer.
func consignment(number string) object {
	return object{
		"supplyType": "O", "subSupplyType": "1", "docType": "INV", "docNo": number, "docDate": today(),
		"fromGstin": seller, "fromTrdName": sellerName, "fromAddr1": "14 Dana Bazaar", "fromAddr2": "Near the mill",
		"fromPlace": "Pune", "fromPincode": 411002, "fromStateCode": 27, "actFromStateCode": 27,
		"toGstin": buyer, "toTrdName": "Kaveri Papers", "toAddr1": "9 Ring Road", "toAddr2": "Second Stage",
		"toPlace": "Bengaluru", "toPincode": 562160, "toStateCode": 29, "actToStateCode": 29,
		"transactionType": 1, "otherValue": 0, "totalValue": 100000, "cgstValue": 0, "sgstValue": 0,
		"igstValue": 18000, "cessValue": 0, "cessNonAdvolValue": 0, "totInvValue": 118000,
		"transMode": "1", "transDistance": "840", "vehicleNo": "MH12AB1234", "vehicleType": "R",
		"itemList": array{object{"productName": "Screwdriver set", "productDesc": "Screwdriver set", "hsnCode": 820540,
			"quantity": 100, "qtyUnit": "NOS", "cgstRate": 0, "sgstRate": 0, "igstRate": 18, "cessRate": 0,
			"cessNonadvol": 0, "taxableAmount": 100000}},
	}
}

// inward is the same goods as the buyer's purchase, its e-way bill asked for by the buyer.
func inward(number string) object {
	body := consignment(number)
	body["supplyType"] = "I"
	body["fromGstin"], body["fromTrdName"] = stranger, "Konkan Agro Foods LLP"
	body["fromPlace"], body["fromPincode"] = "Navi Mumbai", 400703
	return body
}

// registered generates the IRN of a document that must be taken.
func registered(t *testing.T, doc object, show ...string) einvoice {
	t.Helper()
	return got[einvoice](t, erp.generateIRN(t, doc, show...))
}

// irnOf is the IRN by the recipe of INV-01, hash of the IRN.
func irnOf(gstin, kind, number string) string {
	now := time.Now().In(ist)
	year := now.Year()
	if now.Month() < time.April {
		year--
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s%d-%02d%s%s", gstin, year, (year+1)%100, kind, strings.ToUpper(number)))
	return hex.EncodeToString(sum[:])
}

// claims opens a JWS of the portal: a string of JSON in "data" (e-invoice API, signed documents).
func claims(t *testing.T, member, jws string) object {
	t.Helper()
	pieces := strings.Split(jws, ".")
	if len(pieces) != 3 {
		t.Fatalf("%s: got %d pieces, want a JWS of three (section 4.3)", member, len(pieces))
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(pieces[1])
	if err != nil {
		t.Fatalf("%s: %v (section 4.3)", member, err)
	}
	var outer struct{ Data, Iss string }
	if err := json.Unmarshal(payload, &outer); err != nil || outer.Iss != "NIC" {
		t.Fatalf("%s: iss: got %q (%v), want NIC (section 4.3, JWS from the portal)", member, outer.Iss, err)
	}
	var inner object
	if err := json.Unmarshal([]byte(outer.Data), &inner); err != nil {
		t.Fatalf("%s: data: %v (section 4.3)", member, err)
	}
	return inner
}
