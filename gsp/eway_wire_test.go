package gsp

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

const ewb = "301002999920"

const goodEWay = `{"ewayBillNo":301002999920,"ewayBillDate":"22/11/2026 12:00:00 PM","validUpto":"23/11/2026 11:59:00 PM","alert":", Distance between these two pincodes is 118, "}`

// consignment is goods on their way from company.
func consignment(number string) *gst.Consignment {
	return &gst.Consignment{
		Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: number, Date: 20261120, Transaction: 1,
		From:      gst.ConsignmentEnd{GSTIN: string(company), Name: "Sharda Traders", State: "27", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002, PlaceState: "27"},
		To:        gst.ConsignmentEnd{GSTIN: "27AABFK4417C1ZS", Name: "Konkan Agro Foods LLP", State: "27", Address1: "Plot 12", Place: "Navi Mumbai", PIN: 400703, PlaceState: "27"},
		Lines:     []gst.ConsignmentLine{{Name: "Cashew kernels", Description: "W320", HSN: "08013220", Quantity: 150_000, Unit: "KGS", Taxable: 129000_00, CGST: 2_500, SGST: 2_500}},
		Totals:    gst.ConsignmentTotals{Taxable: 129000_00, CGST: 3225_00, SGST: 3225_00, Total: 135450_00},
		Transport: gst.EWayDetails{Mode: "1", Distance: 140, Vehicle: "MH12AB1234", VehicleType: "R"},
	}
}

func TestMakingAnEWayBillTellsWhatIsKnown(t *testing.T) {
	portal := func(code string) answer {
		return answer{status: 200, body: `{"status":"0","error":{"errorCodes":"` + code + `"}}`}
	}
	tests := []struct {
		name   string
		answer answer
		is     error
		not    error
		code   string
	}{
		{"refused by the portal", portal("604,"), nil, ErrSignIn, "604"},
		{"a trouble of the portal's own", portal("240"), nil, ErrNoAnswer, "240"},
		{"twice at the same time", portal("813"), nil, ErrNoAnswer, "813"},
		{"API user of another provider", portal("108"), ErrSignIn, ErrNoAnswer, "108"},
		{"not linked with the provider", portal("111"), ErrSignIn, ErrNoAnswer, "111"},
		{"a code of the business that looks like a status", answer{status: 400, body: `{"status":"0","error":{"errorCodes":"404"}}`}, nil, ErrSignIn, "404"},
		{"status 404 of a gateway", answer{status: 404, body: `not here`}, ErrSignIn, ErrNoAnswer, "404"},
		{"wrong ASP password", answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP020A","message":"Invalid"}}`}, ErrSignIn, ErrNoAnswer, "GSP020A"},
		{"portal down behind the provider", answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP501","message":"down"}}`}, ErrNoAnswer, ErrSignIn, "GSP501"},
		{"the same in words", answer{status: 200, body: `{"success":false,"message":"EWB : GSPGSTDOWN"}`}, ErrNoAnswer, ErrSignIn, "GSPGSTDOWN"},
		{"too many calls", answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP025","message":"slow down"}}`}, ErrSignIn, ErrNoAnswer, "GSP025"},
		{"server error page", answer{status: 502, body: `<html>Bad Gateway</html>`}, ErrNoAnswer, ErrNotSent, ""},
		{"server error as JSON", answer{status: 500, body: `{"status":500,"error":null,"path":"/"}`}, ErrNoAnswer, ErrNotSent, ""},
		{"a message for an answer", answer{status: 200, body: `{"message":"welcome"}`}, ErrNoAnswer, ErrNotSent, ""},
		{"a good answer with a bad status", answer{status: 500, body: goodEWay}, ErrNoAnswer, ErrNotSent, ""},
		{"a refusal without a code", answer{status: 200, body: `{"status":"0","error":null}`}, ErrNoAnswer, ErrNotSent, ""},
		{"no number", answer{status: 200, body: `{"ewayBillDate":"22/11/2026 12:00:00 PM"}`}, ErrNoAnswer, ErrNotSent, ""},
		{"a short number", answer{status: 200, body: `{"ewayBillNo":12,"ewayBillDate":"22/11/2026 12:00:00 PM"}`}, ErrNoAnswer, ErrNotSent, ""},
		{"no date", answer{status: 200, body: `{"ewayBillNo":301002999920}`}, ErrNoAnswer, ErrNotSent, ""},
		{"connection cut", answer{cut: true}, ErrNoAnswer, ErrNotSent, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, _ := taxpro(t, &script{answers: []answer{tt.answer}})
			_, err := p.MakeEWay(t.Context(), consignment("A/1"))
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) || errors.Is(err, tt.not) {
				t.Errorf("%v, want %v and not %v", err, tt.is, tt.not)
			}
			var refused *gst.Refusal
			if got := errors.As(err, &refused); got != (tt.code != "") {
				t.Fatalf("refusal: %v: %v", got, err)
			}
			if tt.code != "" && (refused.Codes[0].Code != tt.code || refused.Provider != gst.TaxPro) {
				t.Errorf("refusal %+v", refused)
			}
		})
	}
}

func TestAConsignmentThatCannotBeWrittenIsNotSent(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodEWay}}}
	p, _ := taxpro(t, s)
	c := consignment("A/1")
	c.From.State = "MH"
	if _, err := p.MakeEWay(t.Context(), c); !errors.Is(err, ErrNotSent) || len(s.seen()) != 0 {
		t.Errorf("%v, %d calls", err, len(s.seen()))
	}
	if _, err := p.RejectEWay(t.Context(), "EWB1"); !errors.Is(err, ErrNotSent) || len(s.seen()) != 0 {
		t.Errorf("%v, %d calls", err, len(s.seen()))
	}
}

func TestTheDecryptedWayToTheEWaySystem(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodEWay}}}
	p, _ := taxpro(t, s)
	p.cred.EWayUsername, p.cred.EWayPassword = "EWAY_USER", "eway secret"
	bill, err := p.MakeEWay(t.Context(), consignment("A/1"))
	if err != nil || bill.Number != ewb || !bill.ValidUntil.Equal(time.Date(2026, 11, 23, 23, 59, 0, 0, gst.IST)) || len(bill.Notes) != 1 {
		t.Fatalf("%+v, %v", bill, err)
	}
	r := s.seen()[0]
	if r.Method != http.MethodPost || r.RequestURI != "/taxpro/v1.03/dec/ewayapi?action=GENEWAYBILL" || !strings.HasPrefix(s.sent(0), `{"supplyType":"O"`) {
		t.Errorf("%s %s with %s", r.Method, r.RequestURI, s.sent(0))
	}
	for name, value := range map[string]string{
		"aspid": "1000000001", "password": "practice", "gstin": string(company), "username": "EWAY_USER", "ewbpwd": "eway secret", "authtoken": "token-1",
	} {
		if got := r.Header.Get(name); got != value {
			t.Errorf("header %s is %q, want %q", name, got, value)
		}
	}
	if _, err := p.Transporter(t.Context(), "88AABCT9077L1Z1"); err == nil {
		t.Error("a bill is a transporter")
	}
	if got := s.seen()[1].RequestURI; got != "/taxpro/v1.03/dec/Master?action=GetTransporterDetails&trn_no=88AABCT9077L1Z1" || s.sent(1) != "" {
		t.Errorf("asked %s with %q", got, s.sent(1))
	}
	if _, err := p.EWayOfPaper(t.Context(), gst.PaperInvoice, "A/1 & B"); err != nil {
		t.Error(err)
	}
	if got := s.seen()[2].RequestURI; got != "/taxpro/v1.03/dec/ewayapi?action=GetEwayBillGeneratedByConsigner&docType=INV&docNo=A%2F1+%26+B" {
		t.Errorf("asked %s", got)
	}
}

func TestATokenThatEndedIsRenewedOnce(t *testing.T) {
	for _, code := range []string{"105", "106,", "238"} {
		refused := answer{status: 200, body: `{"status":"0","error":{"errorCodes":"` + code + `"}}`}
		s := &script{answers: []answer{refused, {status: 200, body: goodEWay}}}
		p, _ := taxpro(t, s)
		if _, err := p.MakeEWay(t.Context(), consignment("A/1")); err != nil || s.signedIn() != 2 {
			t.Errorf("%s: %v after %d sign-ins", code, err, s.signedIn())
		}
		s = &script{answers: []answer{refused}}
		p, _ = taxpro(t, s)
		if _, err := p.MakeEWay(t.Context(), consignment("A/1")); !errors.Is(err, ErrSignIn) || s.signedIn() != 2 || len(s.seen()) != 2 {
			t.Errorf("%s for ever: %v after %d sign-ins", code, err, s.signedIn())
		}
	}
	s := &script{answers: []answer{{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP102","message":"expired"}}`}, {status: 200, body: goodEWay}}}
	p, _ := taxpro(t, s)
	if _, err := p.MakeEWay(t.Context(), consignment("A/1")); err != nil || s.signedIn() != 2 {
		t.Errorf("GSP102: %v after %d sign-ins", err, s.signedIn())
	}
}

func TestTheTwoSystemsHaveSessionsOfTheirOwn(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}, {status: 200, body: goodEWay}}, signIn: []answer{
		{status: 200, body: goodSignIn}, {status: 200, body: `{"status":"1","authtoken":"eway-token","sek":"x"}`},
	}}
	p, c := taxpro(t, s)
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if p.EWaySignedIn(t.Context()) {
		t.Error("the e-way bill system is signed in to by the other sign-in")
	}
	if _, err := p.MakeEWay(t.Context(), consignment("A/1")); err != nil {
		t.Fatal(err)
	}
	if !p.EWaySignedIn(t.Context()) || s.signedIn() != 2 {
		t.Errorf("%d sign-ins", s.signedIn())
	}
	if got := s.seen()[1].Header.Get("authtoken"); got != "eway-token" {
		t.Errorf("token %q", got)
	}
	session, err := p.SignInEWay(t.Context())
	if err != nil || !session.Expires.Equal(noon.Add(6*time.Hour)) {
		t.Errorf("session until %v, %v", session.Expires, err)
	}
	if at, err := p.LastSignInEWay(); err != nil || !at.Equal(noon) {
		t.Errorf("last sign-in %v, %v", at, err)
	}
	c.advance(5*time.Hour + 45*time.Minute)
	if _, err := p.MakeEWay(t.Context(), consignment("A/2")); err != nil || s.signedIn() != 2 {
		t.Errorf("after 5:45 h: %v, %d sign-ins", err, s.signedIn())
	}
	c.advance(10 * time.Minute)
	if _, err := p.MakeEWay(t.Context(), consignment("A/3")); err != nil || s.signedIn() != 3 {
		t.Errorf("after 5:55 h: %v, %d sign-ins", err, s.signedIn())
	}
}

func TestTheEWaySystemCountsFiveSignInsByItself(t *testing.T) {
	for name, store := range map[string]TokenStore{"in memory": &keeping{}, "in the database": openStore(t)} {
		s := &script{}
		p, c := taxpro(t, s)
		restart := func() *Portal {
			return New(Options{Now: c.now, Tokens: store, Sandbox: p.c.sandbox}).Portal(company, p.cred)
		}
		for range mostLogins {
			if _, err := restart().TestSignInEWay(t.Context()); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		var wait *Wait
		if _, err := restart().TestSignInEWay(t.Context()); !errors.As(err, &wait) || s.signedIn() != mostLogins {
			t.Errorf("%s: sixth: %v after %d", name, err, s.signedIn())
		}
		if _, err := restart().TestSignIn(t.Context()); err != nil {
			t.Errorf("%s: the other system: %v", name, err)
		}
	}
}

func TestAWishForFewerCallsIsHeeded(t *testing.T) {
	for code, pause := range map[string]time.Duration{"658": time.Minute, "118": 5 * time.Minute} {
		s := &script{answers: []answer{{status: 200, body: `{"status":"0","error":{"errorCodes":"` + code + `"}}`}, {status: 200, body: goodEWay}, {status: 200, body: goodGenerate}}}
		p, c := taxpro(t, s)
		_, err := p.EWayOfPaper(t.Context(), gst.PaperInvoice, "A/1")
		var refused *gst.Refusal
		if !errors.As(err, &refused) || !refused.Has(code) {
			t.Fatalf("%s: %v", code, err)
		}
		var wait *Wait
		if _, err := p.MakeEWay(t.Context(), consignment("A/1")); !errors.As(err, &wait) || !wait.Until.Equal(noon.Add(pause)) || len(s.seen()) != 1 {
			t.Errorf("%s: at once: %v", code, err)
		}
		if !p.Rests(gst.OpEWayMake).Equal(noon.Add(pause)) || p.Resting(gst.OpGenerate) {
			t.Errorf("%s: rests until %v, the other system %t", code, p.Rests(gst.OpEWayMake), p.Resting(gst.OpGenerate))
		}
		c.advance(pause)
		if _, err := p.MakeEWay(t.Context(), consignment("A/1")); err != nil {
			t.Errorf("%s: afterwards: %v", code, err)
		}
	}
}

func TestTheLinesOfTheEWaySystemBreakByThemselves(t *testing.T) {
	s := &script{answers: []answer{{status: 502}, {status: 502}, {status: 200, body: goodGenerate}}}
	p, _ := taxpro(t, s)
	for range failuresInRow {
		if _, err := p.MakeEWay(t.Context(), consignment("A/1")); !errors.Is(err, ErrNoAnswer) {
			t.Fatal(err)
		}
	}
	var wait *Wait
	if _, err := p.MakeEWay(t.Context(), consignment("A/1")); !errors.As(err, &wait) || len(s.seen()) != failuresInRow {
		t.Errorf("third: %v", err)
	}
	if p.Resting(gst.OpGenerate) {
		t.Error("the e-invoice system rests too")
	}
	if _, err := p.Generate(t.Context(), []byte(`{}`)); err != nil {
		t.Errorf("the e-invoice system: %v", err)
	}
}

func TestNoEWayIsAClearWordOnly(t *testing.T) {
	tests := map[string]struct {
		answer answer
		none   bool
	}{
		"no record":                   {answer{status: 200, body: `{"status":"0","error":{"errorCodes":"418"}}`}, true},
		"could not retrieve":          {answer{status: 200, body: `{"status":"0","error":{"errorCodes":"325,"}}`}, true},
		"invalid number":              {answer{status: 200, body: `{"status":"0","error":{"errorCodes":"301"}}`}, true},
		"an empty list":               {answer{status: 200, body: `[]`}, true},
		"status 418 of a gateway":     {answer{status: 418, body: `teapot`}, false},
		"trouble of the portal's own": {answer{status: 200, body: `{"status":"0","error":{"errorCodes":"357"}}`}, false},
		"nothing":                     {answer{status: 200}, false},
		"an object without a bill":    {answer{status: 200, body: `{}`}, false},
		"portal down":                 {answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP501","message":"down"}}`}, false},
		"a bill":                      {answer{status: 200, body: goodEWay}, false},
	}
	for name, tt := range tests {
		p, _ := taxpro(t, &script{answers: []answer{tt.answer}})
		if _, err := p.EWayOfPaper(t.Context(), gst.PaperInvoice, "A/1"); NoEWay(err) != tt.none {
			t.Errorf("%s: %v", name, err)
		}
	}
	if NoEWay(nil) || !NoEWay(&gst.Refusal{Codes: []gst.RefusalCode{{Code: "4005"}}}) {
		t.Error("of an IRN")
	}
}

func TestListsOfADay(t *testing.T) {
	const row = `{"ewbNo":"301002999920","ewbDate":"22/11/2026 10:00:00 AM","status":"ACT","validUpto":"23/11/2026 11:59:00 PM","docNo":"A/1"}`
	for list, want := range map[EWayList]struct {
		method string
		role   gst.EWayRole
	}{
		ListMade: {"GetEwayBillsByDate", gst.EWayOurs}, ListOtherParty: {"GetEwayBillsofOtherParty", gst.EWayOther},
		ListTransporter: {"GetEwayBillsForTransporter", gst.EWayTransporter}, ListRejected: {"GetEwayBillsRejectedByOthers", gst.EWayOurs},
	} {
		s := &script{answers: []answer{{status: 200, body: `[` + row + `]`}, {status: 200, body: `{"status":"0","error":{"errorCodes":"418"}}`}, {status: 200, body: `[{"ewbNo":7}]`}}}
		p, _ := taxpro(t, s)
		bills, err := p.EWays(t.Context(), list, 20261122)
		if err != nil || len(bills) != 1 || bills[0].Role != want.role || bills[0].Mode != gst.Practice || bills[0].RejectedAt.IsZero() != (list != ListRejected) {
			t.Errorf("%s: %+v, %v", want.method, bills, err)
		}
		if got := s.seen()[0].RequestURI; got != "/taxpro/v1.03/dec/ewayapi?action="+want.method+"&date=22%2F11%2F2026" {
			t.Errorf("asked %s", got)
		}
		if bills, err := p.EWays(t.Context(), list, 20261122); err != nil || len(bills) != 0 {
			t.Errorf("%s of a quiet day: %v, %v", want.method, bills, err)
		}
		if _, err := p.EWays(t.Context(), list, 20261122); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%s with half a bill: %v", want.method, err)
		}
	}
	p, _ := taxpro(t, &script{})
	if _, err := p.EWays(t.Context(), 99, 20261122); !errors.Is(err, ErrNotSent) {
		t.Errorf("an unknown list: %v", err)
	}
}

func TestAnAnswerAboutAnotherBillIsNone(t *testing.T) {
	other := `{"ewayBillNo":"999999999999","cancelDate":"22/11/2026 12:00:00 PM","ewbNo":999999999999,"ewayBillDate":"22/11/2026 12:00:00 PM","tripSheetNo":1}`
	p, _ := taxpro(t, &script{answers: []answer{{status: 200, body: other}}})
	if _, err := p.CancelEWay(t.Context(), ewb, gst.EWayCancelOthers, "x"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("cancel: %v", err)
	}
	if _, err := p.EWay(t.Context(), ewb); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("read: %v", err)
	}
}

func TestLiveWaysToTheEWaySystem(t *testing.T) {
	for _, provider := range known {
		hosts := EWayHosts(provider)
		if len(hosts) == 0 {
			t.Errorf("%s has no way to the e-way bill system", provider)
		}
		for _, host := range hosts {
			if err := CheckBase(host, false); err != nil {
				t.Errorf("%s: %v", host, err)
			}
		}
		cred := PracticeCredentials()[0]
		cred.Provider, cred.Mode = provider, gst.Live
		p := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}}).Portal(company, cred)
		var bad gst.Invalid
		if err := p.CheckEWay(); errors.As(err, &bad) != NeedsPortalKey(provider) || NeedsPortalKey(provider) && len(bad.For("eway_portal_key")) != 1 {
			t.Errorf("%s without key: %v", provider, err)
		}
		cred.EWayPortalKeyPEM = "nonsense"
		p = p.c.Portal(company, cred)
		if err := p.CheckEWay(); NeedsPortalKey(provider) && (!errors.As(err, &bad) || len(bad.For("eway_portal_key")) != 1) {
			t.Errorf("%s with nonsense: %v", provider, err)
		}
		for _, base := range []string{"http://example.com", "https://10.0.0.1/x", "https://localhost/x", "https://metadata.internal/"} {
			cred.EWayBaseURLs = []string{base}
			if _, err := p.c.Portal(company, cred).MakeEWay(t.Context(), consignment("A/1")); !errors.As(err, &bad) {
				t.Errorf("%s to %s: %v", provider, base, err)
			}
			if err := p.c.Portal(company, cred).CheckEWay(); !errors.As(err, &bad) || len(bad.For("eway_base_urls")) != 1 {
				t.Errorf("%s to %s: %v, want a fault of eway_base_urls", provider, base, err)
			}
		}
	}
}

func TestAddressesOfTheEInvoiceSystemAreNotUsedForEWayBills(t *testing.T) {
	wrong, right := &script{answers: []answer{{status: 200, body: goodGenerate}}}, &script{answers: []answer{{status: 200, body: goodEWay}}}
	p := livePair(t, wrong, wrong)
	server := httptest.NewServer(right)
	defer server.Close()
	p.cred.EWayBaseURLs = []string{server.URL + "/ewaybillapi/dec/v1.03"}
	if _, err := p.MakeEWay(t.Context(), consignment("A/1")); err != nil {
		t.Fatal(err)
	}
	if wrong.signedIn() != 0 || right.seen()[0].RequestURI != "/ewaybillapi/dec/v1.03/ewayapi?action=GENEWAYBILL" {
		t.Errorf("%d went wrong, %s", wrong.signedIn(), right.seen()[0].RequestURI)
	}
}

func TestWhatIsSeenOfEWayCallsHoldsNoSecret(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: strings.Replace(goodEWay, "{", `{"echo":"eway secret token-1","ewbpwd":"x1y2","authtoken":"z3",`, 1)}}}
	p, _ := taxpro(t, s)
	p.cred.EWayPassword = "eway secret"
	ctx, seen := watched(t)
	if _, err := p.MakeEWay(ctx, consignment("A/1")); err != nil {
		t.Fatal(err)
	}
	if len(*seen) != 2 || (*seen)[0].Operation != gst.OpEWaySignIn || (*seen)[1].Operation != gst.OpEWayMake || (*seen)[1].Outcome != gst.Answered {
		t.Fatalf("%+v", *seen)
	}
	for _, x := range *seen {
		for _, secret := range []string{"eway secret", "token-1", "practice\n", "x1y2", "z3"} {
			if strings.Contains(x.Sent+x.Got+x.URL+x.Why, secret) {
				t.Errorf("%s shows %q:\n%s\n%s", x.Operation, secret, x.Sent, x.Got)
			}
		}
	}
	if x := (*seen)[1]; !strings.Contains(x.Sent, `"docNo":"A/1"`) || !strings.Contains(x.Sent, "ewbpwd: "+masked) || !strings.Contains(x.Got, ewb) {
		t.Errorf("%s\n%s", x.Sent, x.Got)
	}
}
