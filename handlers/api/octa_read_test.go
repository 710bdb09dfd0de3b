package api

import (
	"bytes"
	"image"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"encoding/base64"

	"mohar/db"
)

// query is an address with its parameters, names and values in turn.
func query(path string, params ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		v.Set(params[i], params[i+1])
	}
	return path + "?" + v.Encode()
}

const ours = string(sharda)

func TestEInvoiceIsReadByIRNAndByDocument(t *testing.T) {
	s := newAPI(t)
	made := s.post(generate, inv01())
	irn := said(shaped(t, made.body, "einvoice")["Irn"])
	byDocument := []string{"gstin", ours, "doctype", "INV", "docno", "ERP/77", "docdate", "20/11/2026"}
	for name, r := range map[string]reply{
		"by IRN":                   s.get(query("/api/einvoice/getirn", "gstin", ours, "irn", irn)),
		"by IRN in capitals":       s.get(query("/api/einvoice/getirn/", "GSTIN", strings.ToLower(ours), "Irn", strings.ToUpper(irn))),
		"by document":              s.get(query("/api/einvoice/getirnbydoc", byDocument...)),
		"by document, other cases": s.get(query("/api/EInvoice/GetIrnByDoc", append([]string{"DocType", "inv"}, byDocument...)...)),
	} {
		s.want(r, http.StatusOK)
		shaped(t, r.body, "einvoice")
		if !bytes.Equal(r.body, made.body) {
			t.Errorf("%s: %s\nmade %s", name, r.body, made.body)
		}
	}
	r := s.get(query("/api/einvoice/getdocirninfo", append([]string{"qrcode", "yes", "pdf", "yes", "qrcodeformat", "GIF"}, byDocument...)...))
	s.want(r, http.StatusOK)
	got := shaped(t, r.body, "docirninfo")
	if said(got["Irn"]) != irn || !strings.HasPrefix(said(got["QRCodeImagePng"]), "iVBOR") || !strings.HasPrefix(said(got["EinvoicePdf"]), "JVBERi") {
		t.Errorf("%.300s", r.body)
	}
	got = shaped(t, s.get(query("/api/einvoice/getirn", "gstin", ours, "irn", irn, "qrcode", "yes", "qrcodeformat", "JPEG", "qrcodequality", "standard", "pdf", "yes")).body, "einvoice")
	if string(got["QRCodeImagePng"]) != "null" || !strings.HasPrefix(said(got["QRCodeImageJpeg"]), "/9j/") || !strings.HasPrefix(said(got["EinvoicePdf"]), "JVBERi") {
		t.Errorf("getirn with pictures: %.80s %.80s", got["QRCodeImageJpeg"], got["EinvoicePdf"])
	}
}

func TestQRCodeOfTheAnswerScansAsTheSignedText(t *testing.T) {
	scanner, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not here: no picture was scanned")
	}
	s := newAPI(t)
	for _, format := range []string{"PNG", "JPEG", "GIF"} {
		for _, quality := range []string{"standard", "high"} {
			got := shaped(t, s.post(query(generate, "qrcode", "yes", "qrcodeformat", format, "qrcodequality", quality), inv01()).body, "einvoice")
			name := map[string]string{"PNG": "QRCodeImagePng", "JPEG": "QRCodeImageJpeg", "GIF": "QRCodeImageGif"}[format]
			file, err := base64.StdEncoding.DecodeString(said(got[name]))
			s.must(err)
			path := filepath.Join(t.TempDir(), "code."+strings.ToLower(format))
			s.must(os.WriteFile(path, file, 0o600))
			text, err := exec.CommandContext(t.Context(), scanner, "-q", "--raw", path).Output()
			if err != nil || strings.TrimSpace(string(text)) != said(got["SignedQRCode"]) {
				t.Errorf("%s, %s: %v: %.60s", format, quality, err, text)
			}
		}
	}
}

func TestReadingSaysWhatIsWrongWithTheQuestion(t *testing.T) {
	s := newAPI(t)
	none := strings.Repeat("0", 64)
	for _, tt := range []struct{ path, code, words string }{
		{query("/api/einvoice/getirn"), "100", "gstin is missing"},
		{query("/api/einvoice/getirn", "gstin", ours), "100", "irn is missing"},
		{query("/api/einvoice/getirn", "gstin", ours, "irn", "abc"), "100", "64 characters"},
		{query("/api/einvoice/getirn", "gstin", ours, "irn", none), "", ""},
		{query("/api/einvoice/getirnbydoc", "gstin", ours, "doctype", "BIL", "docno", "1", "docdate", "20/11/2026"), "100", "doctype is “BIL”"},
		{query("/api/einvoice/getirnbydoc", "gstin", ours, "doctype", "INV", "docno", "NO/1", "docdate", "20/11/2026"), "", ""},
		{query("/api/einvoice/getirnbydoc", "gstin", ours, "doctype", "INV", "docno", "NO/1", "docdate", "yesterday"), "100", "docdate is"},
		{query("/api/einvoice/getdocirninfo", "gstin", ours, "doctype", "INV", "docno", "NO/1", "docdate", "20/11/2026"), "2154", "no document"},
	} {
		errors := s.failed(s.get(tt.path))
		if tt.code != "" && errors[0][0] != tt.code || !strings.Contains(errors[0][1], tt.words) || errors[0][1] == "" {
			t.Errorf("%s: %v", tt.path, errors)
		}
	}
	if errors := s.failed(s.get(query("/api/einvoice/getirnbydoc", "gstin", ours))); len(errors) != 3 {
		t.Errorf("not all that is missing is said: %v", errors)
	}
}

func TestOtherCompaniesDocumentIsNotFoundByItsIRN(t *testing.T) {
	all := newAPI(t)
	irn := said(all.register()["Irn"])
	s := all.as(all.key(db.Scopes(), narmada))
	s.want(s.get(query("/api/einvoice/getirn", "gstin", ours, "irn", irn)), http.StatusNotFound)
	if e := s.failed(s.get(query("/api/einvoice/getirn", "gstin", string(narmada), "irn", irn))); strings.Contains(e[0][1], ours) {
		t.Errorf("%v", e)
	}
}

func TestIRNIsCancelledOnceAndTheCallMayBeRepeated(t *testing.T) {
	s := newAPI(t)
	irn := said(s.register()["Irn"])
	path := query("/api/einvoice/cancelirn", "gstin", ours)
	if e := s.failed(s.post(path, `{}`)); len(e) != 3 {
		t.Errorf("not all that is missing is said: %v", e)
	}
	s.refusedWith(s.post(path, map[string]any{"Irn": irn, "CnlRsn": "7", "CnlRem": "x"}), "100", "CnlRsn: ")
	s.want(s.post(path, `{"Irn":`), http.StatusBadRequest)
	body := map[string]any{"Irn": strings.ToUpper(irn), "CnlRsn": 2, "CnlRem": "Wrong HSN codes reported", "Other": nil}
	first := s.post(path, body)
	s.want(first, http.StatusOK)
	got := shaped(t, first.body, "cancelirn")
	if said(got["Irn"]) != irn || !octaMoment.MatchString(said(got["CancelTime"])) {
		t.Errorf("%s", first.body)
	}
	if again := s.post(path, body); !bytes.Equal(again.body, first.body) {
		t.Errorf("again: %s", again.body)
	}
	if status := said(shaped(t, s.get(query("/api/einvoice/getirn", "gstin", ours, "irn", irn)).body, "einvoice")["IrnStatus"]); status != "CNL" {
		t.Errorf("IrnStatus is %s", status)
	}
	s.refusedWith(s.post(generate, inv01()), "2278")
}

func TestIRNIsNotCancelledAfterADay(t *testing.T) {
	s := newAPI(t)
	irn := said(s.register("DocDtls.No", `"LATE/1"`)["Irn"])
	s.clock.add(25 * time.Hour)
	s.refusedWith(s.post(query("/api/einvoice/cancelirn", "gstin", ours), map[string]string{"Irn": irn, "CnlRsn": "1", "CnlRem": "Twice"}), "2270")
}

// consumer is a sale to a consumer in another State, as in Octa's own sample.
func consumer(t testing.TB, change ...string) string {
	t.Helper()
	return changed(t, append([]string{
		"TranDtls.SupTyp", `"B2C"`, "DocDtls.No", `"B2C/1"`,
		"BuyerDtls", `{"Gstin":null,"LglNm":"Walk-in","Pos":"29","Addr1":"1 MG Road","Loc":"Bengaluru","Pin":560001,"Stcd":"29"}`,
		"ItemList", `[{"SlNo":"1","PrdDesc":"Mixer","IsServc":"N","HsnCd":"85094010","Qty":1,"Unit":"NOS","UnitPrice":5000,"TotAmt":5000,"AssAmt":5000,"GstRt":18,"IgstAmt":900,"TotItemVal":5900}]`,
		"ValDtls", `{"AssVal":5000,"IgstVal":900,"TotInvVal":5900}`,
	}, change...)...)
}

func TestPaymentQRCodeOfASaleToAConsumer(t *testing.T) {
	s := newStillAPI(t)
	r := s.post("/api/einvoice/generatepaymentqrcode?qrcode=yes&qrcodeformat=GIF", consumer(t))
	s.want(r, http.StatusOK)
	got := shaped(t, r.body, "paymentqr")
	link := said(got["PaymentQrCode"])
	want := "upi://pay?pa=sharda@upi&pn=Sharda%20Traders&tn=SELLER:27AAPFU0939F1ZV%20NO:B2C/1%20DT:20-11-2026%20Taxable:%e2%82%b95000%20IGST:%e2%82%b9900&am=5900&cu=INR&mode=01"
	if link != want {
		t.Errorf("got  %s\nwant %s", link, want)
	}
	file, err := base64.StdEncoding.DecodeString(said(got["QRCodeImageGif"]))
	s.must(err)
	if _, format, err := image.Decode(bytes.NewReader(file)); err != nil || format != "gif" || string(got["QRCodeImagePng"]) != "null" {
		t.Errorf("%s, %v, %.40s", format, err, got["QRCodeImagePng"])
	}
	own := shaped(t, s.post("/api/einvoice/generatepaymentqrcode", consumer(t, "PayDtls", `{"Nm":"Sharda & Sons","AccDet":"sons@okbank"}`)).body, "paymentqr")
	if link := said(own["PaymentQrCode"]); !strings.HasPrefix(link, "upi://pay?pa=sons@okbank&pn=Sharda%20%26%20Sons&") || string(own["QRCodeImagePng"]) != "null" {
		t.Errorf("%s", link)
	}
	s.refusedWith(s.post("/api/einvoice/generatepaymentqrcode", inv01()), "OCTA-012", "consumers")
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestPaymentQRCodeNeedsSomebodyToBePaid(t *testing.T) {
	s := newStillAPI(t)
	c := s.company
	c.UPI = ""
	s.must(s.store.UpdateCompany(t.Context(), c))
	s.refusedWith(s.post("/api/einvoice/generatepaymentqrcode", consumer(t)), "153", "UPI")
}

func TestTaxpayerFactsComeFlatAndInTheWordsOfThePublicSearch(t *testing.T) {
	s := newAPI(t)
	r := s.get(query("/api/einvoice/getgstin", "gstin", ours, "partygstin", konkan))
	s.want(r, http.StatusOK)
	if got := shaped(t, r.body, "taxpayer"); said(got["Gstin"]) != konkan || said(got["Status"]) != "ACT" || string(got["StateCode"]) != "27" {
		t.Errorf("%s", r.body)
	}
	for _, path := range []string{"/api/gst/getgstin", "/api/octa/gst/getgstin"} {
		r = s.get(query(path, "gstin", konkan))
		s.want(r, http.StatusOK)
		got := shaped(t, shaped(t, r.body, "publictaxpayer")["Result"], "publicresult")
		shaped(t, got["PrincipalAddr"], "publicaddress")
		if said(got["Pan"]) != konkan[2:12] || said(got["TaxPayerStatus"]) != "Active" {
			t.Errorf("%s", r.body)
		}
	}
}

func TestPublicSearchSuggestsTheRightCheckDigit(t *testing.T) {
	s := newAPI(t)
	wrong := "27AABFK4417C1ZX"
	s.tell("/_sandbox/gstin", map[string]any{"gstin": wrong, "stale": true, "code": "3028"})
	for typed, suggestions := range map[string]string{"27AABFK4417": "[]", wrong: `["` + konkan + `"]`} {
		r := s.get(query("/api/gst/getgstin", "gstin", typed))
		s.want(r, http.StatusOK)
		got := shaped(t, r.body, "publicfailure")
		if string(got["Suggestions"]) != suggestions || r.Header.Get("Octa-ErrorCode") != "100" {
			t.Errorf("%s %v", r.body, r.Header)
		}
	}
	if list := suggested("27AABFK4417C1ZX"); len(list) != 1 || list[0] != konkan {
		t.Errorf("%v", list)
	}
	if list := suggested(konkan); len(list) != 0 {
		t.Errorf("%v", list)
	}
}

func TestReturnsAndJobsAreNotSupported(t *testing.T) {
	s := newStillAPI(t)
	for _, r := range []reply{
		s.post("/api/gstr2a/pull", `{}`, "Octa-Company", "oc-3372"), s.post("/api/gstr2a/export", `{}`), s.get("/api/robot/jobstatus/6492341"),
	} {
		if r.StatusCode < 400 || r.Header.Get("Octa-ErrorCode") != "51" || r.Header.Get("Octa-ErrorMessage") == "" {
			t.Errorf("%s: %s %v", r.Request.URL, r.Status, r.Header)
		}
		if e := s.errorsIn(r); e[0][0] != "51" {
			t.Errorf("%v", e)
		}
	}
}
