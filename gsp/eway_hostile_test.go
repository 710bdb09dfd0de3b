package gsp

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// sealedPortal is an e-way bill system as it stands behind a pass-through: it signs in well
// and then writes what it is told to.
type sealedPortal struct {
	t       *testing.T
	key     *rsa.PrivateKey
	sek     []byte
	signIns int
	asked   []string // "VEHEWB {…}" or the address of a question
	then    func(w http.ResponseWriter, r *http.Request)
}

// newSealed returns the system and a portal of a pass-through before it.
func newSealed(t *testing.T, provider int) (*sealedPortal, *Portal) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sek, err := nic.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s := &sealedPortal{t: t, key: key, sek: sek}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, Sandbox: server.URL})
	return s, caller.Portal(company, PracticeCredentials()[provider])
}

func (s *sealedPortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/_sandbox/keys":
		der, err := x509.MarshalPKIXPublicKey(&s.key.PublicKey)
		if err != nil {
			s.t.Error(err)
		}
		text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		_ = json.NewEncoder(w).Encode(map[string]any{"encryption": map[string]string{"einvoice": text, "ewaybill": text}})
	case strings.HasSuffix(r.URL.Path, "/auth"):
		s.signIns++
		s.signIn(w, r)
	default:
		s.note(r)
		s.then(w, r)
	}
}

// signIn answers a sign-in with the session key under the key that came.
func (s *sealedPortal) signIn(w http.ResponseWriter, r *http.Request) {
	var body struct{ Data string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	cipher, _ := base64.StdEncoding.DecodeString(body.Data)
	inner, err := rsa.DecryptPKCS1v15(nil, s.key, cipher) //nolint:staticcheck // the portal takes no other padding
	if err != nil {
		s.t.Error(err)
	}
	text, _ := base64.StdEncoding.DecodeString(string(inner))
	var login struct {
		Action, Username, Password string
		AppKey                     []byte `json:"app_key"`
	}
	if err := json.Unmarshal(text, &login); err != nil || login.Action != "ACCESSTOKEN" || login.Username != "MOHAR_PRACTICE" || login.Password != "Practice@123" {
		s.t.Errorf("sign-in %s, %v", text, err)
	}
	sealed, err := nic.EncryptText(login.AppKey, s.sek)
	if err != nil {
		s.t.Error(err)
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"status": "1", "authtoken": "token-9", "sek": sealed})
}

func (s *sealedPortal) note(r *http.Request) {
	if r.Method == http.MethodGet {
		s.asked = append(s.asked, r.RequestURI)
		return
	}
	var body struct{ Action, Data string }
	_ = json.NewDecoder(r.Body).Decode(&body)
	inside, err := nic.DecryptText(s.sek, body.Data)
	if err != nil {
		s.t.Error(err)
	}
	s.asked = append(s.asked, body.Action+" "+string(inside))
}

// changes answers a change.
func (s *sealedPortal) changes(answer string) {
	s.then = func(w http.ResponseWriter, _ *http.Request) {
		text, err := nic.EncryptText(s.sek, []byte(answer))
		if err != nil {
			s.t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": "1", "data": text, "alert": nil})
	}
}

// tells answers a question.
func (s *sealedPortal) tells(answer string) {
	s.then = func(w http.ResponseWriter, _ *http.Request) {
		rek, err := nic.NewKey()
		if err != nil {
			s.t.Error(err)
		}
		body, err := nic.SealEWayReply(s.sek, rek, []byte(answer))
		if err != nil {
			s.t.Error(err)
		}
		_, _ = w.Write(body)
	}
}

func TestEveryActionThroughAPassThrough(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 5, 0, 0, gst.IST)
	until := time.Date(2026, 11, 23, 23, 59, 0, 0, gst.IST)
	const stamp, limit = `"22/11/2026 12:05:00 PM"`, `"23/11/2026 11:59:00 PM"`
	road := gst.PartB{Mode: "1", Vehicle: "MH12AB1234", VehicleType: "R", Place: "Pune", State: "27", Reason: "1", Remark: "x"}
	ctx := t.Context()
	tests := []struct {
		action, answer string
		do             func(p *Portal) (time.Time, error)
	}{
		{"VEHEWB", `{"vehUpdDate":` + stamp + `,"validUpto":` + limit + `}`, func(p *Portal) (time.Time, error) {
			u, err := p.UpdatePartB(ctx, ewb, road)
			if err == nil && !u.ValidUntil.Equal(until) {
				t.Errorf("valid until %v", u.ValidUntil)
			}
			return u.At, err
		}},
		{"UPDATETRANSPORTER", `{"ewayBillNo":"301002999920","transporterId":"X","transUpdateDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			return p.ReassignEWay(ctx, ewb, "88AABCT9077L1Z1")
		}},
		{"EXTENDVALIDITY", `{"ewayBillNo":301002999920,"updatedDate":` + stamp + `,"validUpto":` + limit + `}`, func(p *Portal) (time.Time, error) {
			u, err := p.ExtendEWay(ctx, ewb, gst.EWayExtension{PartB: road, PIN: 411002, Distance: 40})
			return u.At, err
		}},
		{"CANEWB", `{"ewayBillNo":"301002999920","cancelDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			return p.CancelEWay(ctx, ewb, gst.EWayCancelOrder, "off")
		}},
		{"REJEWB", `{"ewayBillNo":"301002999920","ewbRejectedDate":` + stamp + `}`, func(p *Portal) (time.Time, error) { return p.RejectEWay(ctx, ewb) }},
		{"CLSEWB", `{"ewayBillNo":"301002999920","closureDate":"22/11/2026"}`, func(p *Portal) (time.Time, error) {
			return at, p.CloseEWay(ctx, ewb, 20261122, "delivered")
		}},
		{"GENCEWB", `{"cEwbNo":3010000001,"cEWBDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			number, at, err := p.MakeTrip(ctx, &gst.TripSheet{PartB: road, Bills: []gst.TripBill{{Number: ewb}}})
			if err == nil && number != "3010000001" {
				t.Errorf("sheet %q", number)
			}
			return at, err
		}},
		{"REGENTRIPSHEET", `{"cEwbNo":"3010000002","cEWBDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			_, at, err := p.MakeTrip(ctx, &gst.TripSheet{PartB: road, Old: "3010000001"})
			return at, err
		}},
		{"MULTIVEHMOVINT", `{"ewbNo":301002999920,"groupNo":"1","createdDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			group, at, err := p.StartGroup(ctx, ewb, gst.EWayGroup{FromState: "27", ToState: "29", Quantity: 1000})
			if err == nil && group != 1 {
				t.Errorf("group %d", group)
			}
			return at, err
		}},
		{"MULTIVEHADD", `{"ewbNo":301002999920,"groupNo":1,"vehAddedDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			return p.AddToGroup(ctx, ewb, gst.EWayGroupVehicle{Group: 1, Vehicle: "MH12AB1234", Quantity: 1000})
		}},
		{"MULTIVEHUPD", `{"ewbNo":301002999920,"groupNo":1,"vehUpdDate":` + stamp + `}`, func(p *Portal) (time.Time, error) {
			return p.ChangeInGroup(ctx, ewb, gst.EWayGroupSwap{Group: 1, OldVehicle: "MH12AB1234", NewVehicle: "MH12AB1235", State: "27"})
		}},
	}
	for i, face := range map[int]string{0: "/alankit/ewaybillgateway", 2: "/nic/ewaybillapi"} {
		portal, p := newSealed(t, i)
		for _, tt := range tests {
			portal.asked = nil
			portal.changes(tt.answer)
			got, err := tt.do(p)
			if err != nil || !got.Equal(at) || len(portal.asked) != 1 || !strings.HasPrefix(portal.asked[0], tt.action+` {`) {
				t.Errorf("%s %s: %v, %v, asked %s", face, tt.action, got, err, portal.asked)
			}
			portal.changes(`{}`)
			if _, err := tt.do(p); !errors.Is(err, ErrNoAnswer) {
				t.Errorf("%s %s answered with nothing: %v", face, tt.action, err)
			}
			p.c.lines.hasten(gst.Practice)
			p.c.hosts = hosts{}
		}
		portal.tells(`{"tripSheetNo":3010000001,"tripSheetEwbBills":[]}`)
		portal.asked = nil
		if sheet, err := p.Trip(ctx, "3010000001"); err != nil || sheet.Mode != gst.Practice || portal.asked[0] != face+"/v1.03/ewayapi/GetTripSheet?tripSheetNo=3010000001" {
			t.Errorf("%+v, %v, asked %s", sheet, err, portal.asked)
		}
		portal.tells(`{"transin":"88AABCT9077L1Z1","tradeName":"Tunga Lines"}`)
		if who, err := p.Transporter(ctx, "88AABCT9077L1Z1"); err != nil || who.TradeName != "Tunga Lines" || portal.asked[1] != face+"/v1.03/Master/GetTransporterDetails?trn_no=88AABCT9077L1Z1" {
			t.Errorf("%+v, %v, asked %s", who, err, portal.asked)
		}
		if portal.signIns != 1 {
			t.Errorf("%d sign-ins", portal.signIns)
		}
	}
}

func TestHostileAnswersOfTheEWaySystemAreNone(t *testing.T) {
	bill := `{"ewbNo":301002999920,"ewayBillDate":"22/11/2026 12:00:00 PM","status":"ACT"}`
	bomb := packed(64 << 20)
	spoiled := func(change func(m map[string]string, sek []byte)) func(*sealedPortal) http.HandlerFunc {
		return func(s *sealedPortal) http.HandlerFunc {
			return func(w http.ResponseWriter, _ *http.Request) {
				rek, _ := nic.NewKey()
				body, err := nic.SealEWayReply(s.sek, rek, []byte(bill))
				if err != nil {
					t.Error(err)
				}
				var m map[string]string
				if err := json.Unmarshal(body, &m); err != nil {
					t.Error(err)
				}
				change(m, s.sek)
				_ = json.NewEncoder(w).Encode(m)
			}
		}
	}
	plainly := func(h http.HandlerFunc) func(*sealedPortal) http.HandlerFunc {
		return func(*sealedPortal) http.HandlerFunc { return h }
	}
	other, _ := nic.NewKey()
	tests := map[string]func(*sealedPortal) http.HandlerFunc{
		"under another key":    spoiled(func(m map[string]string, _ []byte) { m["rek"], _ = nic.EncryptText(other, other) }),
		"with a wrong HMAC":    spoiled(func(m map[string]string, _ []byte) { m["hmac"] = base64.StdEncoding.EncodeToString(other) }),
		"without HMAC":         spoiled(func(m map[string]string, _ []byte) { delete(m, "hmac") }),
		"with other data":      spoiled(func(m map[string]string, sek []byte) { m["data"], _ = nic.EncryptText(sek, []byte(bill)) }),
		"data that is no text": plainly(says(`{"status":"1","data":7}`)),
		"garbage":              plainly(says("\x00\xff\x17garbage")),
		"HTML":                 plainly(says("<html><body>We will be back soon</body></html>")),
		"empty":                plainly(says("")),
		"a bill unsealed":      plainly(says(bill)),
		"status only":          plainly(says(`{"status":"1"}`)),
		"null data":            plainly(says(`{"status":"1","data":null}`)),
		"status 2":             plainly(says(`{"status":"2","data":"x"}`)),
		"an error of nothing":  plainly(says(`{"status":"0","error":{}}`)),
		"deeply nested":        plainly(says(`{"status":"1","data":` + strings.Repeat(`[`, 100_000))),
		"ten megabytes":        plainly(says(`{"status":"1","data":"` + strings.Repeat("x", 10<<20) + `"}`)),
		"a packed bomb": plainly(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb)
		}),
		"redirect": plainly(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}),
		"shorter than said": plainly(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5000")
			_, _ = io.WriteString(w, `{"status":"1"`)
		}),
	}
	for name, reply := range tests {
		t.Run(name, func(t *testing.T) {
			s, p := newSealed(t, 0)
			s.then = reply(s)
			if b, err := p.EWay(t.Context(), ewb); !errors.Is(err, ErrNoAnswer) || NoEWay(err) {
				t.Errorf("read %+v, %v", b, err)
			}
			if b, err := p.MakeEWay(t.Context(), consignment("A/1")); !errors.Is(err, ErrNoAnswer) {
				t.Errorf("made %+v, %v", b, err)
			}
		})
	}
}

func TestASessionKeyThatChangedIsFetchedAnewOnce(t *testing.T) {
	s, p := newSealed(t, 2)
	refused := false
	s.tells(`{"ewbNo":301002999920,"ewayBillDate":"22/11/2026 12:00:00 PM","status":"ACT"}`)
	good := s.then
	s.then = func(w http.ResponseWriter, r *http.Request) {
		if refused {
			good(w, r)
			return
		}
		refused = true
		says(`{"status":"0","error":"eyJlcnJvckNvZGVzIjoiMTA5In0=","info":null}`)(w, r)
	}
	ctx, seen := watched(t)
	if _, err := p.EWay(ctx, ewb); err != nil || s.signIns != 2 {
		t.Errorf("%v after %d sign-ins", err, s.signIns)
	}
	if x := (*seen)[1]; x.Code != "109" || !strings.Contains(x.Got, `"error":{"errorCodes":"109"}`) {
		t.Errorf("seen %s %s", x.Code, x.Got)
	}
}

func TestASessionWhoseKeyDoesNotFitIsGivenUp(t *testing.T) {
	s, p := newSealed(t, 0)
	s.tells(`{"ewbNo":301002999920,"ewayBillDate":"22/11/2026 12:00:00 PM","status":"ACT"}`)
	if _, err := p.EWay(t.Context(), ewb); err != nil {
		t.Fatal(err)
	}
	good := s.then
	s.then = func(w http.ResponseWriter, r *http.Request) {
		other, _ := nic.NewKey()
		body, _ := nic.SealEWayReply(other, other, []byte(`{}`))
		_, _ = w.Write(body)
	}
	if _, err := p.EWay(t.Context(), ewb); !errors.Is(err, ErrNoAnswer) || p.EWaySignedIn(t.Context()) {
		t.Errorf("%v, signed in %t", err, p.EWaySignedIn(t.Context()))
	}
	s.then = good
	if _, err := p.EWay(t.Context(), ewb); err != nil || s.signIns != 2 {
		t.Errorf("%v after %d sign-ins", err, s.signIns)
	}
}
