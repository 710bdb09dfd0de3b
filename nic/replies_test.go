package nic

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mohar/gst"
)

// publishedReply reads a published answer of the portal; it skips where they are not here.
func publishedReply(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "samples", "einvoice", "responses", name))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the published samples are not here")
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPublishedRepliesAreReadInTheirWrappings(t *testing.T) {
	tests := []struct {
		file, number, irn, ack string
		typ                    gst.DocumentType
	}{
		{"ct-json-api-l1139.json", "DAOC/007", "6308a69f", "112010000022258", gst.TaxInvoice},
		{"fg-adaequare-valid-irn-response.json", "SINV-21-B2B-0021", "2dcf96de", "132110029183779", gst.TaxInvoice},
		{"ic-debit-invoice.json", "g2qxhY", "24f37c80", "", gst.DebitNote},
		{"ic-service-item.json", "g2qxhY", "", "", gst.TaxInvoice},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			replies, err := ReadReplies(publishedReply(t, test.file))
			if err != nil || len(replies) != 1 {
				t.Fatalf("%d answers, %v", len(replies), err)
			}
			r := replies[0]
			if r.Number != test.number || r.Type != test.typ || !strings.HasPrefix(r.Registration.IRN, test.irn) || r.Date == 0 ||
				test.ack != "" && r.Registration.AckNo != test.ack || r.Registration.SignedQR == "" || len(r.Faults) > 0 {
				t.Errorf("read %+v", r)
			}
		})
	}
}

const replyIRN = "35054cc24d97033afc24f49ec4444dbab81f542c555f9d30359dc75794e06bbe"

func TestRepliesOfAllShapes(t *testing.T) {
	good := `{"AckNo":112610000000001,"AckDt":"2026-11-22 12:00:00","Irn":"` + replyIRN + `","SignedInvoice":"a","SignedQRCode":"q","Status":"ACT","EwbNo":null}`
	quoted, _ := json.Marshal(good)
	for name, file := range map[string]string{
		"alone":                         good,
		"a list":                        "[" + good + "]",
		"Windows text":                  "\xef\xbb\xbf\r\n" + good,
		"the portal's envelope":         `{"Status":1,"Data":` + good + `,"ErrorDetails":null,"InfoDtls":null}`,
		"text within the envelope":      `{"Status":"1","Data":` + string(quoted) + `}`,
		"a list within data":            `{"data":[` + good + `]}`,
		"a provider's list":             `[{"document_status":"X","errors":null,"govt_response":` + good + `,"transaction":{"Irn":"x","AckNo":1}}]`,
		"small letters and underscores": `{"result":{"ack_no":"112610000000001","ack_date":"22/11/2026 12:00:00","irn":"` + strings.ToUpper(replyIRN) + `","signed_invoice":"a","signed_qr_code":"q"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			replies, err := ReadReplies([]byte(file))
			if err != nil || len(replies) != 1 {
				t.Fatalf("%d answers, %v", len(replies), err)
			}
			reg := replies[0].Registration
			if reg.IRN != replyIRN || reg.AckNo != "112610000000001" || reg.SignedQR != "q" || reg.SignedInvoice != "a" || reg.Status != "ACT" ||
				reg.AckDate.In(gst.IST).Format("02/01/2006 15:04") != "22/11/2026 12:00" || len(replies[0].Faults) > 0 {
				t.Errorf("read %+v", replies[0])
			}
		})
	}
}

func TestRefusalsAreReadWithTheirDocument(t *testing.T) {
	const doc = `"DocDtls":{"Typ":"inv","No":"A/1","Dt":"22/11/2026"}`
	for name, test := range map[string]struct{ file, number, codes string }{
		"beside what was asked": {`{"request":{` + doc + `},"response":{"Status":0,"ErrorDetails":[{"ErrorCode":"2176","ErrorMessage":"Invalid HSN"}]}}`, "A/1", "2176 Invalid HSN"},
		"flat":                  {`[{"DocNo":"A/1","DocTyp":"INV","DocDt":"22/11/2026","ErrorCode":2150,"ErrorMessage":"Duplicate IRN"}]`, "A/1", "2150 Duplicate IRN"},
		"several":               {`{` + doc + `,"ErrorDetails":[{"error_code":"2176","error_message":"x"},{"error_code":"3028"}]}`, "A/1", "2176 x; 3028"},
		"of nothing":            {`{"Status":0,"ErrorDetails":[{"ErrorCode":"2148"}],"InfoDtls":[{"InfCd":"DUPIRN","Desc":{"Irn":"` + replyIRN + `","AckNo":1}}]}`, "", "2148"},
	} {
		t.Run(name, func(t *testing.T) {
			replies, err := ReadReplies([]byte(test.file))
			if err != nil || len(replies) != 1 {
				t.Fatalf("%d answers, %v", len(replies), err)
			}
			r := replies[0]
			no := gst.Refusal{Codes: r.Codes}
			if !r.Refused() || r.Number != test.number || strings.TrimPrefix(no.Error(), "refused: ") != test.codes || (len(r.Faults) > 0) != (test.number == "") {
				t.Errorf("read %+v", r)
			}
			if test.number != "" && (r.Type != gst.TaxInvoice || r.Date != 20261122) {
				t.Errorf("of %s, %s", r.Type, r.Date)
			}
		})
	}
}

func TestRemarksStayWithTheirAnswer(t *testing.T) {
	file := `{"Status":1,"Data":{"AckNo":1,"AckDt":"2026-11-22 12:00:00","Irn":"` + replyIRN + `","SignedQRCode":"q"},
		"InfoDtls":[{"InfCd":"EWBERR","Desc":[{"ErrorCode":"4019","ErrorMessage":"Provide Transporter ID"}]}]}`
	replies, err := ReadReplies([]byte(file))
	if err != nil || len(replies) != 1 {
		t.Fatalf("%+v, %v", replies, err)
	}
	if no := replies[0].Registration.EWayRefusal; no == nil || !no.Has("4019") {
		t.Errorf("read %+v", replies[0].Registration)
	}
}

func TestWhatIsNoFileOfRepliesIsRefused(t *testing.T) {
	many := "[" + strings.Repeat(`{"ErrorCode":"1","DocNo":"A"},`, MaxReplies) + `{"ErrorCode":"1","DocNo":"A"}]`
	for name, test := range map[string]struct{ file, rule string }{
		"nothing":            {" ", "replies.none"},
		"no JSON":            {"[{", "replies.json"},
		"not UTF-8":          {"[\"\xff\"]", "replies.json"},
		"no answer":          {`{"a":[1,2,{"b":"c"}]}`, "replies.none"},
		"an INV-01":          {`{"Version":"1.1","DocDtls":{"Typ":"INV","No":"1","Dt":"22/11/2026"}}`, "replies.none"},
		"too many":           {many, "replies.many"},
		"deep lists":         {strings.Repeat("[", 9000) + strings.Repeat("]", 9000), "replies.none"},
		"deeper than Go may": {strings.Repeat("[", 100_000), "replies.json"},
		"too large":          {"[" + strings.Repeat(" ", MaxReplyFile) + "]", "replies.large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadReplies([]byte(test.file))
			var bad gst.Invalid
			if !errors.As(err, &bad) || bad.Faults[0].Rule != test.rule {
				t.Errorf("got %v, want %s", err, test.rule)
			}
		})
	}
}

func TestAcknowledgementsThatCannotBeReadSayWhy(t *testing.T) {
	for name, test := range map[string]struct{ members, rule string }{
		"a shortened AckNo": {`"AckNo":"1.1261E+14","AckDt":"2026-11-22 12:00:00"`, "replies.ackno"},
		"a strange date":    {`"AckNo":1,"AckDt":"Sunday"`, "replies.ackdate"},
		"no AckNo":          {`"AckDt":"2026-11-22 12:00:00"`, "replies.incomplete"},
	} {
		t.Run(name, func(t *testing.T) {
			replies, err := ReadReplies(fmt.Appendf(nil, `{"Irn":%q,"SignedQRCode":"q",%s}`, replyIRN, test.members))
			if err != nil || len(replies) != 1 || len(replies[0].Faults) != 1 || replies[0].Faults[0].Rule != test.rule {
				t.Errorf("read %+v, %v", replies, err)
			}
		})
	}
}

// Whatever a stranger's file holds, reading it ends, gives no more than is allowed, and
// numbers what it gives.
func FuzzReadReplies(f *testing.F) {
	f.Add([]byte(`[{"AckNo":1,"AckDt":"2026-11-22 12:00:00","Irn":"` + replyIRN + `","SignedInvoice":"a.b.c","SignedQRCode":"a.b.c","Status":"CNL"}]`))
	f.Add([]byte(`{"Status":"1","Data":"{\"Irn\":\"x\",\"AckNo\":\"2\"}","InfoDtls":"W10="}`))
	f.Add([]byte(`{"request":{"DocDtls":{"No":1}},"error":"2150 : Duplicate"}`))
	f.Add([]byte(`[[[[[{"errors":[[["x"]]]}]]]]]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		replies, err := ReadReplies(data)
		if (err == nil) == (len(replies) == 0) || len(replies) > MaxReplies {
			t.Fatalf("%d answers, %v", len(replies), err)
		}
		for i, r := range replies {
			if r.Place != i+1 {
				t.Errorf("answer %d is numbered %d", i, r.Place)
			}
			if len(r.Faults) == 0 && !r.Refused() && !ValidIRN(r.Registration.IRN) {
				t.Errorf("answer without fault, IRN or code: %+v", r)
			}
			Complete(&r)
		}
	})
}
