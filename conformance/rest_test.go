package conformance

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// consumer is the body of section 9.1.
func consumer(number string) object {
	doc := invoice(number)
	part(doc, "TranDtls")["SupTyp"] = "B2C"
	part(doc, "BuyerDtls")["Gstin"] = nil
	row := item(doc)
	row["Qty"], row["TotAmt"], row["AssAmt"], row["IgstAmt"], row["TotItemVal"] = 5, 5000, 5000, 900, 5900
	doc["ValDtls"] = object{"AssVal": 5000, "IgstVal": 900, "TotInvVal": 5900}
	return doc
}

func TestThePaymentLinkIsThatOfTheSample(t *testing.T) {
	r := got[paymentQR](t, erp.generatePaymentQRCode(t, consumer("B2C/1")))
	onlyPicture(t, "6 generatepaymentqrcode", "", r.QRCodeImagePng, r.QRCodeImageJpeg, r.QRCodeImageGif)
	scheme, query, ok := strings.Cut(r.PaymentQrCode, "?")
	if !ok || scheme != "upi://pay" {
		t.Fatalf("6 generatepaymentqrcode: PaymentQrCode: got %q, want upi://pay?… as plain text (9.1)", r.PaymentQrCode)
	}
	if strings.ContainsAny(query, " +₹") || !strings.Contains(strings.ToLower(query), "%20") || !strings.Contains(strings.ToLower(query), "%e2%82%b9") {
		t.Errorf("6 generatepaymentqrcode: PaymentQrCode: got %q, want blanks as %%20 and ₹ as %%e2%%82%%b9 (9.1)", r.PaymentQrCode)
	}
	link, err := url.ParseQuery(query)
	if err != nil {
		t.Fatalf("6 generatepaymentqrcode: PaymentQrCode %q: %v (9.1)", r.PaymentQrCode, err)
	}
	want := map[string]string{"pa": "practice@upi", "pn": sellerName, "am": "5900", "cu": "INR", "mode": "01",
		"tn": "SELLER:" + seller + " NO:B2C/1 DT:" + strings.ReplaceAll(today(), "/", "-") + " Taxable:₹5000 IGST:₹900"}
	for name, value := range want {
		if link.Get(name) != value {
			t.Errorf("6 generatepaymentqrcode: PaymentQrCode, %s: got %q, want %q (9.1)", name, link.Get(name), value)
		}
	}
	var names []string
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	if order := []string{"pa", "pn", "tn", "am", "cu", "mode"}; !slices.Equal(names, order) {
		t.Errorf("6 generatepaymentqrcode: PaymentQrCode: got parts %v, want %v (9.1)", names, order)
	}
}

func TestThePicturesOfThePaymentQRAreWhatWasAskedFor(t *testing.T) {
	for _, p := range pictures {
		side := map[string]int{}
		for _, quality := range []string{"standard", "high"} {
			r := got[paymentQR](t, erp.generatePaymentQRCode(t, consumer("B2C/2"), asked(p.format, quality, "")...))
			onlyPicture(t, "6 generatepaymentqrcode", p.want, r.QRCodeImagePng, r.QRCodeImageJpeg, r.QRCodeImageGif)
			of := map[string]*binary{"PNG": r.QRCodeImagePng, "JPEG": r.QRCodeImageJpeg, "GIF": r.QRCodeImageGif}[p.want]
			side[quality] = qrSide(t, "6 generatepaymentqrcode: "+p.want, p.want, of)
		}
		if side["standard"] >= side["high"] {
			t.Errorf("6 generatepaymentqrcode: sides of %s: got %v, want standard below high (section 2, qrcodequality)", p.want, side)
		}
	}
}

func TestAPaymentQRRegistersNothing(t *testing.T) {
	got[paymentQR](t, erp.generatePaymentQRCode(t, consumer("B2C/3")))
	refused(t, erp.getIRNByDoc(t, seller, "INV", "B2C/3", today()))
}

func TestAWrongPaymentQRIsRefusedWithAllItsErrors(t *testing.T) {
	doc := consumer("B2C/4")
	part(doc, "SellerDtls")["Pin"] = 99999
	part(doc, "DocDtls")["Dt"] = "2026-11-23"
	wantCodes(t, "6 generatepaymentqrcode", "rule 13.5", refused(t, erp.generatePaymentQRCode(t, doc)), "OCTA-007", "OCTA-015")
}

func TestATaxpayerIsKnownThroughTheEInvoiceSystem(t *testing.T) {
	r := got[party](t, erp.getPartyGSTIN(t, seller, buyer))
	if r.Gstin != buyer || r.LegalName == "" || r.StateCode != 29 {
		t.Errorf("14 einvoice/getgstin: got %s %q of State %d, want %s with a name, of 29 (9.2)", r.Gstin, r.LegalName, r.StateCode, buyer)
	}
	if r.AddrPncd < 100000 || r.AddrPncd > 999999 || r.TxpType == "" {
		t.Errorf("14 einvoice/getgstin: AddrPncd, TxpType: got %d, %q, want six digits and a type (9.2)", r.AddrPncd, r.TxpType)
	}
	if !slices.Contains([]string{"ACT", "CNL", "INA", "PRO"}, r.Status) {
		t.Errorf("14 einvoice/getgstin: Status: got %q, want ACT, CNL, INA or PRO (9.2)", r.Status)
	}
	if r.BlkStatus != nil && *r.BlkStatus != "U" && *r.BlkStatus != "B" {
		t.Errorf("14 einvoice/getgstin: BlkStatus: got %q, want U, B or null (9.2)", *r.BlkStatus)
	}
	refused(t, erp.getPartyGSTIN(t, seller, "29AWGPV7107"))
}

func TestATaxpayerIsKnownThroughThePublicSearch(t *testing.T) {
	for _, path := range []string{"/gst/getgstin", "/octa/gst/getgstin", "/GST/GetGstin/"} {
		r := got[publicTaxpayer](t, erp.send(t, "15 "+path, path, args("gstin", buyer), nil)).Result
		if r.Gstin != buyer || r.Pan != buyer[2:12] || r.LegalName == "" {
			t.Errorf("15 %s: Result: got %s, %s, %q, want %s, %s and a name (9.3)", path, r.Gstin, r.Pan, r.LegalName, buyer, buyer[2:12])
		}
		if a := r.PrincipalAddr; a == nil || a.PinCode == nil || len(*a.PinCode) != 6 {
			t.Errorf("15 %s: Result.PrincipalAddr: got %+v, want an address with PinCode of six digits as a string (9.3)", path, a)
		}
	}
}

func TestAWrongGSTINInThePublicSearchGivesErrorsAndSuggestions(t *testing.T) {
	a := erp.getPublicGSTIN(t, "29AWGPV7107")
	a.mustBe(t, 200)
	var reply noTaxpayer
	a.read(t, &reply)
	if reply.Success || len(reply.Errors) == 0 || reply.Errors[0].Code == "" || reply.Errors[0].Message == "" {
		t.Errorf("15 gst/getgstin: got %s, want Success false with a code and words (9.3)", cut(a.body))
	}
}
