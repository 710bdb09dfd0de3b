package nic

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

const ewayIRN = "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe"

func TestEWayRequestIsWrittenAsThePortalTakesIt(t *testing.T) {
	place := &gst.Party{
		GSTIN: "URP", LegalName: "Godown", Address1: "Plot 3", Address2: "Near port", Place: "Chennai", PIN: 600001, State: "33",
	}
	tests := []struct {
		name string
		in   gst.EWayRequest
		want string
	}{
		{
			"a distance of 0 is sent, nothing else that is empty",
			gst.EWayRequest{IRN: ewayIRN, EWayDetails: gst.EWayDetails{TransporterID: "27AAPFU0939F1ZV"}},
			`{"Irn":"` + ewayIRN + `","TransId":"27AAPFU0939F1ZV","Distance":0}`,
		},
		{
			"by road, in full",
			gst.EWayRequest{
				IRN: ewayIRN,
				EWayDetails: gst.EWayDetails{
					TransporterID: "27AAPFU0939F1ZV", TransporterName: "Konkan Roadways", Mode: "1", Distance: 567,
					DocumentNumber: "LR 1", DocumentDate: 20261122, Vehicle: "MH12AB1234", VehicleType: "R",
				},
				ExportShipTo: place, Dispatch: place,
			},
			`{"Irn":"` + ewayIRN + `","TransId":"27AAPFU0939F1ZV","TransName":"Konkan Roadways","TransMode":"1","Distance":567,` +
				`"TransDocNo":"LR 1","TransDocDt":"22/11/2026","VehNo":"MH12AB1234","VehType":"R",` +
				`"ExpShipDtls":{"Addr1":"Plot 3","Addr2":"Near port","Loc":"Chennai","Pin":600001,"Stcd":"33"},` +
				`"DispDtls":{"Nm":"Godown","Addr1":"Plot 3","Addr2":"Near port","Loc":"Chennai","Pin":600001,"Stcd":"33"}}`,
		},
	}
	for _, tt := range tests {
		got, err := EncodeEWayRequest(&tt.in)
		if diff := cmp.Diff(tt.want, string(got)); err != nil || diff != "" {
			t.Errorf("%s: %v, -want +got:\n%s", tt.name, err, diff)
		}
	}
}

func TestEWayRequestNeedsAnIRNAndText(t *testing.T) {
	for _, r := range []gst.EWayRequest{
		{}, {IRN: "123"}, {IRN: ewayIRN, EWayDetails: gst.EWayDetails{Vehicle: "\xff"}},
	} {
		if got, err := EncodeEWayRequest(&r); err == nil {
			t.Errorf("%+v became %s", r, got)
		}
	}
}

func TestEWayReplyIsReadInBothFormsOfDates(t *testing.T) {
	at := time.Date(2026, 11, 22, 15, 9, 0, 0, gst.IST)
	until := time.Date(2026, 11, 23, 23, 59, 0, 0, gst.IST)
	for _, in := range []string{
		`{"EwbNo":391000000001,"EwbDt":"2026-11-22 15:09:00","EwbValidTill":"2026-11-23 23:59:00","Remarks":"ok","Status":"act","GenGstin":"27aapfu0939f1zv"}`,
		`{"ewbNo":"391000000001","EwbDt":"22/11/2026 03:09:00 PM","EwbValidTill":"23/11/2026 11:59:00 PM","Remarks":"ok","Status":"ACT","GenGstin":"27AAPFU0939F1ZV"}`,
	} {
		var r EWayReply
		if err := json.Unmarshal([]byte(in), &r); err != nil {
			t.Fatal(err)
		}
		got, err := r.Bill(TextInfo(InfoEWayAlert, "vehicle is not in the register"))
		want := gst.EWayBill{
			Number: "391000000001", Date: at, ValidUntil: until, Remarks: "ok", Status: "ACT", MadeBy: "27AAPFU0939F1ZV",
			Notes: []string{"vehicle is not in the register"},
		}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v, -want +got:\n%s", err, diff)
		}
	}
	for _, in := range []string{`{}`, `{"EwbNo":391000000001}`, `{"EwbDt":"2026-11-22 15:09:00"}`} {
		var r EWayReply
		if err := json.Unmarshal([]byte(in), &r); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Bill(); err == nil {
			t.Errorf("%s is an e-way bill", in)
		}
	}
}

func TestSeveralRefusalsOfTheEWayBillAreKeptTogether(t *testing.T) {
	ack := Acknowledgement{AckNo: "112610000000001", AckDt: Moment{time.Date(2026, 11, 22, 12, 0, 0, 0, gst.IST)}, Irn: ewayIRN}
	infos := parseInfos([]byte(`[{"Desc":"4019 : x","InfCd":"EWBERR"},{"InfCd":"EWBPPD","Desc":"5 km"},{"InfCd":"ewberr","Desc":[{"ErrorCode":"4011"}]}]`))
	reg, err := ack.Registration(infos...)
	if err != nil || reg.EWayRefusal == nil || !reg.EWayRefusal.Has("4019") || !reg.EWayRefusal.Has("4011") {
		t.Errorf("got %+v, %v", reg.EWayRefusal, err)
	}
	if strings.Join(reg.Notes, ";") != "5 km" {
		t.Errorf("notes %q", reg.Notes)
	}
}
