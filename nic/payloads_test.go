package nic

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

var irn = strings.Repeat("0a", 32)

func ist(year int, month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(year, month, day, hour, minute, second, 0, gst.IST)
}

func TestMomentsAreISTInEveryForm(t *testing.T) {
	want := ist(2026, 11, 22, 15, 4, 5)
	for _, s := range []string{
		"2026-11-22 15:04:05", "22/11/2026 03:04:05 PM", "22/11/2026 03:04:05 pm", "22/11/202603:04:05 PM", "22/11/2026 15:04:05", " 2026-11-22T15:04:05 ",
	} {
		got, err := ParseMoment(s)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	if got, err := ParseMoment(""); err != nil || !got.IsZero() {
		t.Errorf("nothing: %v, %v", got, err)
	}
	if _, err := ParseMoment("yesterday"); err == nil {
		t.Error("yesterday is a time")
	}
	b, err := json.Marshal([]Moment{{want.UTC()}, {}})
	if err != nil || string(b) != `["2026-11-22 15:04:05",null]` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestAcknowledgementBecomesARegistration(t *testing.T) {
	tests := []struct {
		name, in string
		infos    []Info
		want     gst.Registration
	}{
		{
			"without e-way bill",
			`{"AckNo":112610000000042,"AckDt":"2026-11-22 15:09:00","Irn":"` + irn + `","SignedInvoice":"i","SignedQRCode":"q","Status":"ACT","EwbNo":null,"EwbDt":null,"EwbValidTill":null,"Remarks":null}`, nil,
			gst.Registration{IRN: irn, AckNo: "112610000000042", AckDate: ist(2026, 11, 22, 15, 9, 0), SignedInvoice: "i", SignedQR: "q", Status: "ACT"},
		},
		{
			"with e-way bill, numbers as text, other form of time",
			`{"AckNo":"112610000000042","AckDt":"22/11/2026 03:09:00 PM","Irn":"` + strings.ToUpper(irn) + `","EwbNo":"391009149369","EwbDt":"22/11/2026 03:09:00 PM","EwbValidTill":"23/11/2026 11:59:00 PM","Remarks":"r"}`,
			[]Info{TextInfo(InfoEWayDistance, "Pin-Pin calc distance: 2467KM"), TextInfo(InfoOther, "")},
			gst.Registration{
				IRN: irn, AckNo: "112610000000042", AckDate: ist(2026, 11, 22, 15, 9, 0),
				EWayBill: &gst.EWayBill{Number: "391009149369", Date: ist(2026, 11, 22, 15, 9, 0), ValidUntil: ist(2026, 11, 23, 23, 59, 0), Remarks: "r"},
				Notes:    []string{"Pin-Pin calc distance: 2467KM"},
			},
		},
		{
			"e-way bill refused", `{"AckNo":1,"AckDt":"2026-11-22 15:09:00","Irn":"` + irn + `","Remarks":"noted"}`,
			[]Info{{Code: InfoEWayRefusal, Desc: json.RawMessage(`[{"ErrorCode":"4019","ErrorMessage":"Provide Transporter ID"}]`)}},
			gst.Registration{
				IRN: irn, AckNo: "1", AckDate: ist(2026, 11, 22, 15, 9, 0), Notes: []string{"noted"},
				EWayRefusal: &gst.Refusal{Codes: []gst.RefusalCode{{Code: "4019", Message: "Provide Transporter ID"}}},
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var a Acknowledgement
			if err := json.Unmarshal([]byte(tt.in), &a); err != nil {
				t.Fatal(err)
			}
			got, err := a.Registration(tt.infos...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			back, err := NewAcknowledgement(got).Registration()
			if err != nil {
				t.Fatal(err)
			}
			got.Notes, got.EWayRefusal = nil, nil
			if diff := cmp.Diff(got, back); diff != "" {
				t.Errorf("-sent +read:\n%s", diff)
			}
		})
	}
}

func TestAcknowledgementsMustBeWhole(t *testing.T) {
	whole := Acknowledgement{AckNo: "1", AckDt: Moment{ist(2026, 11, 22, 15, 9, 0)}, Irn: irn}
	for name, spoil := range map[string]func(*Acknowledgement){
		"IRN too short": func(a *Acknowledgement) { a.Irn = irn[1:] },
		"IRN not hex":   func(a *Acknowledgement) { a.Irn = "g" + irn[1:] },
		"no AckNo":      func(a *Acknowledgement) { a.AckNo = "" },
		"no AckDt":      func(a *Acknowledgement) { a.AckDt = Moment{} },
	} {
		a := whole
		spoil(&a)
		if _, err := a.Registration(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	var a Acknowledgement
	for _, bad := range []string{`{"AckNo":"12x"}`, `{"AckNo":1.5}`, `{"AckDt":"soon"}`, `{"Remarks":{}}`} {
		if err := json.Unmarshal([]byte(bad), &a); err == nil {
			t.Errorf("%s: taken", bad)
		}
	}
	if _, err := json.Marshal(Digits("012")); err == nil {
		t.Error("a number with a leading zero was written")
	}
}

func TestPublishedAcknowledgements(t *testing.T) {
	for _, file := range sampleFiles(t, "einvoice/responses/ic-*.json") {
		var reply struct {
			Success bool
			Result  json.RawMessage
			Info    json.RawMessage
		}
		if strings.Contains(file, "-request") {
			continue
		}
		readJSON(t, file, &reply)
		var a Acknowledgement
		if !reply.Success || json.Unmarshal(reply.Result, &a) != nil || a.AckNo == "" {
			continue
		}
		reg, err := a.Registration(parseInfos(reply.Info)...)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if (reg.EWayBill == nil) != (a.EwbNo == "") {
			t.Errorf("%s: e-way bill %v", file, reg.EWayBill)
		}
	}
}

func TestDuplicateGoesThereAndBack(t *testing.T) {
	want := Duplicate{AckNo: "112610000000042", AckDt: Moment{ist(2026, 11, 22, 15, 9, 0)}, Irn: irn}
	info, err := want.Info()
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"AckNo":112610000000042,"AckDt":"2026-11-22 15:09:00","Irn":"` + irn + `"}`; string(info.Desc) != want {
		t.Errorf("got  %s\nwant %s", info.Desc, want)
	}
	body, err := Reply{Errors: []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}, Infos: []Info{info}}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	e, err := ParseEnvelope(body)
	if err != nil {
		t.Fatal(err)
	}
	held, ok := e.Info(InfoDuplicate)
	if !ok {
		t.Fatalf("no DUPIRN in %s", body)
	}
	got, err := held.Duplicate()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, ok := e.Info(InfoEWayRefusal); ok {
		t.Error("found what is not there")
	}
	if _, err := TextInfo(InfoDuplicate, "x").Duplicate(); err == nil {
		t.Error("a sentence is a duplicate")
	}
}

func TestEWayRefusalGoesThereAndBack(t *testing.T) {
	want := []gst.RefusalCode{{Code: "4019", Message: "Provide Transporter ID"}, {Code: "4013", Message: "x"}}
	info, err := EWayRefusalInfo(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, info.Codes()); diff != "" {
		t.Error(diff)
	}
}

func TestSessionKeyOpens(t *testing.T) {
	appKey, sek := testKey("app"), testKey("sek")
	text, err := EncryptText(appKey, sek)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) != 64 { // 48 bytes of ciphertext, as captured
		t.Errorf("Sek has %d characters", len(text))
	}
	got, err := AuthReply{Sek: text}.Key(appKey)
	if err != nil || string(got) != string(sek) {
		t.Errorf("%x, %v", got, err)
	}
	if _, err := (AuthReply{Sek: text}).Key(testKey("other")); err == nil {
		t.Error("opened under another AppKey")
	}
	short, err := EncryptText(appKey, sek[:16])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (AuthReply{Sek: short}).Key(appKey); err == nil {
		t.Error("a session key of 16 bytes was taken")
	}
}

func TestTaxpayer(t *testing.T) {
	tests := []struct {
		name, in string
		want     gst.Taxpayer
	}{
		{
			"as the register has it",
			`{"Gstin":"01AMBPG7773M002","TradeName":"T","LegalName":"L","AddrBnm":"Shanti Bhavan","AddrBno":"12","AddrFlno":"2nd","AddrSt":"MG Road","AddrLoc":"Jammu","StateCode":1,"AddrPncd":180001,"TxpType":"REG","Status":"ACT","BlkStatus":"U","DtReg":"2017-07-01","DtDReg":null}`,
			gst.Taxpayer{GSTIN: "01AMBPG7773M002", TradeName: "T", LegalName: "L", Address1: "12, Shanti Bhavan, 2nd", Address2: "MG Road", Place: "Jammu", PIN: 180001, State: "01", Type: "REG", Status: "ACT", Registered: 20170701, Building: "Shanti Bhavan", Door: "12", Floor: "2nd", Street: "MG Road"},
		},
		{
			"other spellings, gaps",
			`{"gstin":" 29aakfm4821q1zx ","legalname":"L","AddrBnm":"","AddrBno":null,"AddrFlno":", ","AddrSt":"MG Road","StateCode":"29","AddrPncd":"560001","Status":"CNL","BlkStatus":"B","DtReg":"01/07/2017","DtDReg":"2020-03-31 00:00:00"}`,
			gst.Taxpayer{GSTIN: "29AAKFM4821Q1ZX", LegalName: "L", Address1: "MG Road", PIN: 560001, State: "29", Status: "CNL", Blocked: true, Registered: 20170701, Deregistered: 20200331, Street: "MG Road"},
		},
		{"no dates", `{"Gstin":"X","DtReg":"","DtDReg":"1900-01-01","AddrPncd":12345678901}`, gst.Taxpayer{GSTIN: "X"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var r TaxpayerReply
			if err := json.Unmarshal([]byte(tt.in), &r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, r.Taxpayer()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	b, err := json.Marshal(TaxpayerReply{StateCode: "29", DtReg: 20170701})
	if err != nil || !strings.Contains(string(b), `"StateCode":29,"AddrPncd":null`) || !strings.Contains(string(b), `"DtReg":"2017-07-01","DtDReg":null`) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestCancelRequest(t *testing.T) {
	var r CancelRequest
	if err := json.Unmarshal([]byte(`{"Cnlrem":"Wrong","Cnlrsn":2,"Irn":"x"}`), &r); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil || string(b) != `{"Irn":"x","CnlRsn":"2","CnlRem":"Wrong"}` {
		t.Errorf("%s, %v", b, err)
	}
}
