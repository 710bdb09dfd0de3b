package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mohar/gst"
)

const testIRN = "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe"

// portalHeading is that of the table which the portal gives after a bulk upload.
const portalHeading = "Sl. No,IRN,Ack No,Ack Date,Doc No,Doc Typ,Doc Date,Inv Value.,Recipient GSTIN,Status,Signed QR Code,EWB No./ If Any Errors While Creating EWB.\n"

func replyRows(t *testing.T, file string) []gst.PortalReply {
	t.Helper()
	replies, _, err := Replies(mustRead(t, []byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	return replies
}

func TestThePortalsTableIsRead(t *testing.T) {
	rows := replyRows(t, portalHeading+
		"1,"+strings.ToUpper(testIRN)+",112610000000001,2026-11-22 12:00:00,INV/1,INV,22/11/2026,13545.00,27AABFK4417C1ZS,ACT,eyJ.q.s,\n"+
		"2,"+testIRN+",112610000000002,22/11/2026 12:01,CN/1,CRN,22/11/2026,100,URP,CNL,eyJ.q.s,331000000012\n"+
		"3,"+testIRN+",112610000000003,22/11/2026,INV/3,INV,22/11/2026,100,,ACT,eyJ.q.s,4019:Provide Transporter ID\n"+
		"4,,,,INV/4,INV,22/11/2026,100,,,,2176 : Invalid HSN; 3028:GSTIN is not present\n")
	first, note, third, refused := rows[0], rows[1], rows[2], rows[3]
	if first.Place != 2 || first.Number != "INV/1" || first.Type != gst.TaxInvoice || first.Date != 20261122 || first.Total != 13545_00 ||
		first.Buyer != "27AABFK4417C1ZS" || first.Registration.IRN != testIRN || first.Registration.AckNo != "112610000000001" || first.Registration.Status != "ACT" ||
		first.Registration.AckDate.In(gst.IST).Format("02/01 15:04") != "22/11 12:00" || len(first.Faults) > 0 {
		t.Errorf("read %+v", first)
	}
	if note.Type != gst.CreditNote || note.Registration.Status != "CNL" || note.Registration.EWayBill.Number != "331000000012" || note.Buyer != "" || note.Registration.AckDate.Minute() != 1 {
		t.Errorf("read %+v", note)
	}
	if third.AckDay != 20261122 || !third.Registration.AckDate.IsZero() || !third.Registration.EWayRefusal.Has("4019") {
		t.Errorf("read %+v", third)
	}
	if !refused.Refused() || len(refused.Codes) != 2 || refused.Codes[0] != (gst.RefusalCode{Code: "2176", Message: "Invalid HSN"}) || len(refused.Faults) > 0 {
		t.Errorf("read %+v", refused)
	}
}

func TestRepliesOfManyHeadings(t *testing.T) {
	for name, file := range map[string]string{
		"names as in JSON": "Irn;AckNo;AckDt;DocNo;DocTyp;DocDt;SignedQRCode\n" + testIRN + ";112610000000001;2026-11-22 12:00:00;INV/1;INV;22/11/2026;q\n",
		"long names":       "A report\nInvoice Reference Number\tAcknowledgement Number\tAcknowledgement Date\tDocument Number\tDocument Type\tDocument Date\tQR Code\n" + testIRN + "\t112610000000001\t22-11-2026 12:00:00\tINV/1\tTax Invoice\t22-Nov-2026\tq\n",
		"a broken QR code": "IRN,Ack No,Ack Date,Doc No,Doc Typ,Doc Date,Signed QR\n" + testIRN + ",112610000000001,22/11/2026 12:00,INV/1,INV,22/11/2026,\"q\n\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := replyRows(t, file)[0]
			if r.Registration.IRN != testIRN || r.Number != "INV/1" || r.Date != 20261122 || r.Type != gst.TaxInvoice || r.Registration.SignedQR != "q" ||
				r.Registration.AckDate.In(gst.IST).Hour() != 12 || len(r.Faults) > 0 {
				t.Errorf("read %+v", r)
			}
		})
	}
}

// Numbers and dates that a spreadsheet took for such.
func TestTheTableAsAWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for at, v := range map[string]any{
		"A1": "IRN", "B1": "Ack No", "C1": "Doc No", "D1": "Doc Typ", "E1": "Doc Date", "F1": "Inv Value.", "G1": "Signed QR Code",
		"A2": testIRN, "B2": 112610000000001, "C2": "1", "D2": "INV", "E2": "22/11/2026", "F2": 13545.5, "G2": strings.Repeat("q", 1000),
	} {
		if err := f.SetCellValue("Sheet1", at, v); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		t.Fatal(err)
	}
	r := replyRows(t, file.String())[0]
	if r.Registration.AckNo != "112610000000001" || r.Total != 13545_50 || len(r.Registration.SignedQR) != 1000 || len(r.Faults) > 0 {
		t.Errorf("read %+v", r)
	}
}

func TestRowsThatSayTooLittleSaySo(t *testing.T) {
	for name, test := range map[string]struct{ row, rule string }{
		"an AckNo that was shortened": {testIRN + ",1.1261E+14,22/11/2026,INV/1,INV,22/11/2026,1,,ACT,q,", "replies.ackno"},
		"no AckNo":                    {testIRN + ",,22/11/2026,INV/1,INV,22/11/2026,1,,ACT,q,", "replies.noack"},
		"a short IRN":                 {"ab12,112610000000001,22/11/2026,INV/1,INV,22/11/2026,1,,ACT,q,", "sheet.irn"},
		"neither IRN nor error":       {",,,INV/1,INV,22/11/2026,1,,ACT,,", "replies.nothing"},
		"a day that is none":          {testIRN + ",112610000000001,22/11/2026,INV/1,INV,31/02/2026,1,,ACT,q,", "parse.date"},
	} {
		t.Run(name, func(t *testing.T) {
			r := replyRows(t, portalHeading+"1,"+test.row+"\n")[0]
			if len(r.Faults) != 1 || r.Faults[0].Rule != test.rule {
				t.Errorf("faults %+v, want %s", r.Faults, test.rule)
			}
		})
	}
}

func TestTablesWithoutAnswersAreRefused(t *testing.T) {
	for rule, file := range map[string]string{
		"sheet.heading": "Name,City\nA,B\n",
		"replies.none":  portalHeading + "1,,,,,,,13545,,,,\n",
		"replies.many":  portalHeading + strings.Repeat("1,,,,INV/1,INV,22/11/2026,1,,,,2176\n", MaxReplies+1),
	} {
		_, _, err := Replies(mustRead(t, []byte(file)))
		refused(t, err, rule)
	}
}
