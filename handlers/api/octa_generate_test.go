package api

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

var octaMoment = regexp.MustCompile(`^\d\d/\d\d/2026 \d\d:\d\d:\d\d$`)

func TestGenerateIRNAnswersWithEveryMemberOfItsTable(t *testing.T) {
	s := newAPI(t)
	got := s.register()
	for name, want := range map[string]string{
		"AckNo": `^\d{15}$`, "AckTime": octaMoment.String(), "IrnStatus": `^ACT$`, "Irn": `^[0-9a-f]{64}$`,
		"SignedInvoice": `^eyJ`, "SignedQRCode": `^eyJ`,
	} {
		if !regexp.MustCompile(want).MatchString(said(got[name])) {
			t.Errorf("%s is %.40s, want %s", name, said(got[name]), want)
		}
	}
	for _, name := range []string{"EwbStatus", "EwbNo", "EwbTime", "EwbValidTill", "QRCodeImagePng", "QRCodeImageJpeg", "QRCodeImageGif", "EinvoicePdf", "EwbPdf"} {
		if string(got[name]) != "null" {
			t.Errorf("%s is %.40s, want null", name, got[name])
		}
	}
	at, err := time.ParseInLocation("02/01/2006 15:04:05", said(got["AckTime"]), gst.IST)
	if err != nil || s.clock.Now().Sub(at).Abs() > 2*time.Minute {
		t.Errorf("AckTime is %v, now it is %v", at, s.clock.Now())
	}
}

func TestGeneratedDocumentIsKeptLikeOneTypedByHandAndTheCallIsLogged(t *testing.T) {
	s := newAPI(t)
	irn := said(s.register()["Irn"])
	inv, _, err := s.store.InvoiceByIRN(t.Context(), sharda, irn)
	s.must(err)
	if inv.Number != "ERP/77" || inv.State != gst.Issued || !inv.Brought {
		t.Errorf("kept as %s, %s, brought %v", inv.Number, inv.State, inv.Brought)
	}
	s.must(s.api.Close(t.Context()))
	calls, _, err := s.store.APICalls(t.Context(), s.keys[0], 0, 10)
	s.must(err)
	if len(calls) != 1 || calls[0].Company != sharda || calls[0].Document != inv.ID || calls[0].Status != 200 || calls[0].Code != "" {
		t.Errorf("logged as %+v", calls)
	}
}

func TestEachQueryParameterFillsItsMemberAndNoOther(t *testing.T) {
	s := newAPI(t)
	body := inv01()
	sides := map[string]int{}
	tests := []struct {
		query, member, format string
	}{
		{"", "", ""},
		{"?qrcode=no&pdf=no", "", ""},
		{"?qrcode=yes", "QRCodeImagePng", "png"},
		{"?qrcode=yes&qrcodeformat=PNG", "QRCodeImagePng", "png"},
		{"?qrcode=yes&qrcodeformat=JPEG", "QRCodeImageJpeg", "jpeg"},
		{"?QRCODE=Yes&QrCodeFormat=gif", "QRCodeImageGif", "gif"},
		{"?qrcode=yes&qrcodequality=high", "QRCodeImagePng", "png"},
		{"?qrcode=yes&qrcodequality=standard", "QRCodeImagePng", "png"},
		{"?qrcodeformat=GIF&qrcodequality=standard", "", ""},
		{"?pdf=yes", "EinvoicePdf", "pdf"},
	}
	for _, tt := range tests {
		r := s.post(generate+tt.query, body)
		s.want(r, http.StatusOK)
		got := shaped(t, r.body, "einvoice")
		for _, name := range []string{"QRCodeImagePng", "QRCodeImageJpeg", "QRCodeImageGif", "EinvoicePdf", "EwbPdf"} {
			if (string(got[name]) != "null") != (name == tt.member) {
				t.Errorf("%q: %s is %.20s", tt.query, name, got[name])
			}
		}
		if tt.member == "" {
			continue
		}
		file, err := base64.StdEncoding.DecodeString(said(got[tt.member]))
		s.must(err)
		if tt.format == "pdf" {
			if !bytes.HasPrefix(file, []byte("%PDF-")) {
				t.Errorf("%q: no PDF", tt.query)
			}
			continue
		}
		m, format, err := image.Decode(bytes.NewReader(file))
		if err != nil || format != tt.format {
			t.Fatalf("%q: %q, %v", tt.query, format, err)
		}
		sides[tt.query] = m.Bounds().Dx()
	}
	if high := sides["?qrcode=yes"]; high != 2*sides["?qrcode=yes&qrcodequality=standard"] || high != sides["?qrcode=yes&qrcodequality=high"] {
		t.Errorf("the sizes are %v", sides)
	}
}

func TestWrongQueryParametersAreAllSaidAndNothingIsStored(t *testing.T) {
	s := newStillAPI(t)
	errors := s.failed(s.post(generate+"?qrcode=maybe&qrcodeformat=BMP&qrcodequality=best&pdf=1", inv01()))
	if len(errors) != 4 {
		t.Errorf("%v", errors)
	}
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestSameDocumentAgainGetsTheSameAnswer(t *testing.T) {
	s := newAPI(t)
	first, second := s.post(generate, inv01()), s.post(generate, inv01())
	if !bytes.Equal(first.body, second.body) {
		t.Errorf("first %s\nthen %s", first.body, second.body)
	}
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents are stored", n)
	}
	s.refusedWith(s.post(generate, inv01(`"Qty":15`, `"Qty":30`, `12900`, `25800`, `322.50`, `645.00`, `13545`, `27090`)), "2150")
}

func TestSameDocumentSentByManyAtOnceIsRegisteredOnce(t *testing.T) {
	s := newAPI(t)
	answers := make([]string, 16)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() { answers[i] = string(s.post(generate, inv01()).body) })
	}
	all.Wait()
	for i, a := range answers {
		if a != answers[0] || !strings.Contains(a, `"Success":true`) {
			t.Errorf("answer %d: %.300s", i, a)
		}
	}
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestPausedQueueIsSaidAtOnce(t *testing.T) {
	s := newAPI(t)
	s.must(s.store.SetPaused(t.Context(), sharda, true))
	r := s.post(generate, inv01())
	s.refusedWith(r, "151", "ERP/77 is kept", "paused")
	if r.Header.Get("Retry-After") == "" {
		t.Error("nobody says when to ask again")
	}
}

func TestDocumentsComeInAnyShapeAndAnySpellingOfThePath(t *testing.T) {
	s := newAPI(t)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err := w.Write([]byte(changed(t, "DocDtls.No", `"G/1"`)))
	s.must(err)
	s.must(w.Close())
	s.want(s.post("/API/eInvoice/GenerateIRN/", packed.Bytes(), "Content-Encoding", "gzip"), http.StatusOK, `"Success":true`)
	shapes := map[string]string{
		"singular names":             strings.ReplaceAll(changed(t, "DocDtls.No", `"S/1"`, "RefDtls.InvRm", `"Urgent"`), "ValDtls", "ValDtl"),
		"numbers as texts":           changed(t, "DocDtls.No", `"S/2"`, "ItemList.Qty", `"15"`, "SellerDtls.Pin", `"411002"`, "BuyerDtls.Stcd", `27`),
		"no totals":                  strings.Replace(changed(t, "DocDtls.No", `"S/3"`), `"ValDtls"`, `"Ignored"`, 1),
		"members that nobody knows":  changed(t, "DocDtls.No", `"S/4"`, "Erp", `{"a":[1,2]}`),
		"the mark of Windows before": "\xef\xbb\xbf" + changed(t, "DocDtls.No", `"S/5"`),
	}
	for name, body := range shapes {
		if r := s.post(generate, body); !strings.Contains(string(r.body), `"Success":true`) {
			t.Errorf("%s: %s", name, r.body)
		}
	}
}

// blocks are blocks that the usual document has not, in order.
var blocks = map[string]string{
	"DispDtls": `{"Nm":"Store","Addr1":"2 Station Road","Loc":"Pune","Pin":411001,"Stcd":"27"}`,
	"ShipDtls": `{"Gstin":"29AABCT1332L1ZD","LglNm":"Mysore Foods","Addr1":"1 MG Road","Loc":"Bengaluru","Pin":560001,"Stcd":"29"}`,
	"ExpDtls":  `{"ShipBNo":"1234567","ShipBDt":"20/11/2026","Port":"INNSA1","RefClm":"N","ForCur":"USD","CntCode":"US"}`,
}

func TestEveryOwnCodeOfOctaIsSaidForItsMember(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Wait = time.Millisecond })
	lines := dataLines(t, "codes.txt")
	if len(lines) != 51 || len(octaSubjects) != 52 {
		t.Fatalf("%d codes are tried, %d known", len(lines), len(octaSubjects))
	}
	for _, line := range lines {
		parts := strings.SplitN(line, " | ", 3)
		code, subject, _ := strings.Cut(parts[0], " ")
		change := []string{parts[1], parts[2]}
		block, _, _ := strings.Cut(parts[1], ".")
		change = append([]string{block, blocks[block]}, change...)
		if blocks[block] == "" {
			change = change[2:]
		}
		if block == "ExpDtls" { // the rules see to it on exports alone
			change = append(change, "TranDtls.SupTyp", `"EXPWP"`)
		}
		r := s.post(generate, changed(t, change...))
		found := slices.ContainsFunc(s.failed(r), func(e [2]string) bool {
			return e[0] == code && strings.HasPrefix(e[1], "Invalid "+subject+": ")
		})
		if !found {
			t.Errorf("%s: %s", line, r.body)
		}
	}
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestAllFaultsAreSaidAtOnceWithNICsCodesElsewhere(t *testing.T) {
	s := newStillAPI(t)
	errors := s.failed(s.post(generate, changed(t,
		"SellerDtls.Pin", `"abc"`, "BuyerDtls.Addr1", `""`, "ItemList.HsnCd", `"0001"`, "ValDtls.TotInvVal", `2`)))
	codes := map[string]string{}
	for _, e := range errors {
		codes[e[0]] += e[1]
	}
	for code, words := range map[string]string{
		"OCTA-007": "Invalid seller pincode: SellerDtls.Pin", "OCTA-024": "Invalid buyer address 1", "2176": "ItemList[0].HsnCd: ", "2189": "ValDtls.TotInvVal: ",
	} {
		if !strings.Contains(codes[code], words) {
			t.Errorf("%s: %q is not said in %v", code, words, errors)
		}
	}
}

func TestWhatThePortalRefusesComesInItsOwnCode(t *testing.T) {
	s := newAPI(t)
	wrong := inv01(`08013220`, `521211`)
	r := s.post(generate, wrong)
	errors := s.failed(r)
	if len(errors[0][0]) != 4 || errors[0][1] == "" {
		t.Errorf("%v", errors)
	}
	if again := s.post(generate, wrong); !bytes.Equal(again.body, r.body) {
		t.Errorf("again %s", again.body)
	}
	s.want(s.post(generate, inv01()), http.StatusOK, `"Success":true`) // mended under its number
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestSlowPortalIsAnsweredWithACallToRepeat(t *testing.T) {
	s := newStillAPI(t, func(o *Options) { o.Wait = 20 * time.Millisecond })
	r := s.post(generate, inv01())
	s.refusedWith(r, "151", "ERP/77 is kept", "Repeat this call")
	if r.Header.Get("Retry-After") == "" || r.Header.Get("Octa-ErrorCode") != "151" {
		t.Errorf("the headers are %v", r.Header)
	}
	s.drain()
	s.want(s.post(generate, inv01()), http.StatusOK, `"Success":true`, `"IrnStatus":"ACT"`)
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestWithoutCredentialsTheDocumentIsKeptAndTheClientToldAtOnce(t *testing.T) {
	s := newStillAPI(t)
	creds, err := s.store.Credentials(t.Context(), sharda, gst.Practice)
	s.must(err)
	for _, c := range creds {
		c.Enabled = false
		s.must(s.store.SaveCredentials(t.Context(), sharda, c))
	}
	s.refusedWith(s.post(generate, inv01()), "153", "ERP/77 is kept", "No provider")
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestDocumentsThatGetNoIRNAreToldWhyAndNotStored(t *testing.T) {
	s := newStillAPI(t)
	s.refusedWith(s.post(generate, inv01(`"B2B"`, `"B2C"`, `"Gstin":"`+konkan+`"`, `"Gstin":null`)), "OCTA-012", "generatepaymentqrcode")
	s.refusedWith(s.post(generate, inv01(`"INV"`, `"CHL"`)), "OCTA-013")
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}

func TestEWayBillComesWithTheIRN(t *testing.T) {
	s := newAPI(t)
	r := s.post(generate+"?pdf=yes", changed(t, "EwbDtls", `{"TransMode":"1","Distance":145,"VehNo":"MH12AB1234","VehType":"R"}`))
	s.want(r, http.StatusOK, `"Success":true`)
	got := shaped(t, r.body, "einvoice")
	for name, want := range map[string]string{"EwbStatus": `^ACT$`, "EwbNo": `^\d{12}$`, "EwbTime": octaMoment.String(), "EwbValidTill": octaMoment.String(), "EwbPdf": `^JVBERi`} {
		if !regexp.MustCompile(want).MatchString(said(got[name])) {
			t.Errorf("%s is %.40s, want %s", name, said(got[name]), want)
		}
	}
}

// badInputs are bodies that are no document at all or break a limit, with the status.
func badInputs(t *testing.T) map[string]struct {
	body   []byte
	status int
	pack   bool
} {
	type bad = struct {
		body   []byte
		status int
		pack   bool
	}
	items := make([]json.RawMessage, 1001)
	for i := range items {
		items[i] = json.RawMessage(fmt.Sprintf(`{"SlNo":"%d","PrdDesc":"X","IsServc":"N","HsnCd":"08013220","Qty":1,"Unit":"KGS","UnitPrice":1,"TotAmt":1,"AssAmt":1,"GstRt":0,"TotItemVal":1}`, i+1))
	}
	list, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]bad{
		"truncated":                  {[]byte(inv01()[:400]), 400, false},
		"no JSON":                    {[]byte("<Invoice/>"), 400, false},
		"empty":                      {[]byte("  "), 400, false},
		"a number":                   {[]byte("7"), 400, false},
		"two documents":              {[]byte("[" + inv01() + "," + inv01() + "]"), 400, false},
		"something behind":           {[]byte(inv01() + "}"), 400, false},
		"deep nesting":               {[]byte(strings.Repeat("[", 100_000)), 400, false},
		"deep nesting in a document": {[]byte(strings.TrimSuffix(inv01(), "}") + `,"X":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001)), 400, false},
		"3 MB":                       {[]byte(strings.TrimSuffix(inv01(), "}") + `,"X":"` + strings.Repeat("a", 3<<20) + `"}`), 413, false},
		"a gzip bomb":                {bytes.Repeat([]byte(" "), 100<<20), 413, true},
		"no gzip":                    {[]byte("plain"), 400, false},
		"wrong kinds":                {[]byte(changed(t, "DocDtls", `"x"`, "ItemList", `{}`, "BuyerDtls", `7`)), 200, false},
		"no members":                 {[]byte("{}"), 200, false},
		"duplicate keys":             {[]byte(inv01(`"DocDtls":`, `"DocDtls":{"Typ":"CRN"},"DocDtls":`)), 200, false},
		"a huge number":              {[]byte(inv01(`13545}}`, `1e400}}`)), 200, false},
		"a long number":              {[]byte(inv01(`13545}}`, strings.Repeat("9", 400)+`}}`)), 200, false},
		"1,001 items":                {[]byte(changed(t, "ItemList", string(list))), 200, false},
		"a GSTIN that is none":       {[]byte(inv01(`"27AAPFU0939F1ZV"`, `"27AAPFU"`)), 200, false},
		"a GSTIN of nobody":          {[]byte(inv01(`"27AAPFU0939F1ZV"`, `"33AAPFU0939F1Z1"`)), 404, false},
		"another company's GSTIN":    {[]byte(inv01(`"27AAPFU0939F1ZV"`, `"24AAACN1234E1ZA"`)), 404, false},
	}
}

func TestBadInputIsRefusedClearlyAndNothingIsStored(t *testing.T) {
	all := newStillAPI(t)
	s := all.as(all.key(db.Scopes(), sharda))
	for name, bad := range badInputs(t) {
		body, headers := bad.body, []string(nil)
		if bad.pack {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			_, err := w.Write(body)
			s.must(err)
			s.must(w.Close())
			body = packed.Bytes()
		}
		if bad.pack || name == "no gzip" {
			headers = []string{"Content-Encoding", "gzip"}
		}
		r := s.post(generate, body, headers...)
		if r.StatusCode != bad.status {
			t.Errorf("%s: %s, want %d: %.300s", name, r.Status, bad.status, r.body)
			continue
		}
		for _, e := range s.errorsIn(r) {
			if e[0] == "" || len(e[1]) < 10 {
				t.Errorf("%s: %v", name, e)
			}
		}
	}
	if n, m := s.documents(sharda), s.documents(narmada); n+m != 0 {
		t.Errorf("%d and %d documents are stored", n, m)
	}
}

func TestCompanyThatTheKeyMayNotSeeLooksAbsent(t *testing.T) {
	all := newStillAPI(t)
	s := all.as(all.key(db.Scopes(), narmada))
	other, nobody := s.post(generate, inv01()), s.post(generate, inv01(`"27AAPFU0939F1ZV"`, `"33AAPFU0939F1Z1"`))
	if other.StatusCode != 404 || nobody.StatusCode != 404 ||
		strings.ReplaceAll(string(other.body), "27AAPFU0939F1ZV", "G") != strings.ReplaceAll(string(nobody.body), "33AAPFU0939F1Z1", "G") {
		t.Errorf("%s %s\n%s %s", other.Status, other.body, nobody.Status, nobody.body)
	}
}

func TestScopesBindTheCalls(t *testing.T) {
	all := newStillAPI(t)
	reader := all.as(all.key([]db.Scope{db.ScopeRead}))
	writer := all.as(all.key([]db.Scope{db.ScopeWrite}))
	for _, r := range []reply{
		reader.post(generate, inv01()), writer.post("/api/einvoice/cancelirn?gstin="+string(sharda), `{}`),
		writer.get("/api/einvoice/getirn?gstin=" + string(sharda)), reader.post("/api/einvoice/generateewaybill?gstin="+string(sharda), `{}`),
	} {
		all.want(r, http.StatusForbidden)
		if e := all.errorsIn(r); e[0][0] != "52" {
			t.Errorf("%v", e)
		}
	}
}

func TestASellerThatIsNobodyIsSaidInOctasCode(t *testing.T) {
	s := newStillAPI(t)
	for _, gstin := range []string{"", "27AAPFU0939", "ABCDE"} {
		s.want(s.post("/api/einvoice/generateirn", inv01("27AAPFU0939F1ZV", gstin)), http.StatusOK, `"Code":"OCTA-001"`, "Invalid seller GSTIN")
	}
	if n := s.documents(sharda); n != 0 {
		t.Errorf("%d documents are stored", n)
	}
}
