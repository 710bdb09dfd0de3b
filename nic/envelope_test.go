package nic

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestParseEnvelopeTakesEveryShape(t *testing.T) {
	list := base64.StdEncoding.EncodeToString([]byte(`[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}]`))
	duplicate := []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}
	tests := []struct {
		name, in string
		want     Envelope
	}{
		{"good, as the portal writes it", `{"Status":1,"Data":"QUJD","ErrorDetails":null,"InfoDtls":null}`, Envelope{OK: true, Data: json.RawMessage(`"QUJD"`)}},
		{"Status as text", `{"Status":"1","Data":{"a":1}}`, Envelope{OK: true, Data: json.RawMessage(`{"a":1}`)}},
		{"Status as boolean, keys in small letters", `{"status":true,"data":null}`, Envelope{OK: true}},
		{"refused", `{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}]}`, Envelope{Errors: duplicate}},
		{"refusals in base64", `{"Status":"0","ErrorDetails":"` + list + `"}`, Envelope{Errors: duplicate}},
		{"refusals as JSON in text", `{"Status":"0","ErrorDetails":"[{\"ErrorCode\":2150,\"ErrorMessage\":\"Duplicate IRN\"}]"}`, Envelope{Errors: duplicate}},
		{"one refusal, not a list", `{"Status":false,"ErrorDetails":{"error_code":"2150","error_message":"Duplicate IRN"}}`, Envelope{Errors: duplicate}},
		{"refusal as a sentence", `{"Status":0,"ErrorDetails":"2150 : Duplicate IRN"}`, Envelope{Errors: duplicate}},
		{"sentence without code", `{"Status":0,"ErrorDetails":"Time out: try later"}`, Envelope{Errors: []gst.RefusalCode{{Message: "Time out: try later"}}}},
		{"sentences in a list", `{"Status":0,"ErrorDetails":["2150 : Duplicate IRN",null,[1]]}`, Envelope{Errors: duplicate}},
		{"codes with a comma behind", `{"Status":0,"ErrorDetails":[{"ErrorCode":"301,","ErrorMessage":""}]}`, Envelope{Errors: []gst.RefusalCode{{Code: "301"}}}},
		{"a list of codes in one text", `{"status":"0","ErrorDetails":{"errorCodes":"301,302,"}}`, Envelope{Errors: []gst.RefusalCode{{Code: "301"}, {Code: "302"}}}},
		{"refusals in base64 without its padding", `{"Status":0,"ErrorDetails":"` + strings.TrimRight(list, "=") + `"}`, Envelope{Errors: duplicate}},
		{"with the mark of Windows programs in front", "\xef\xbb\xbf" + `{"Status":1,"Data":{"a":1}}`, Envelope{OK: true, Data: json.RawMessage(`{"a":1}`)}},
		{"several informations of one kind", `{"Status":1,"InfoDtls":[{"InfCd":"EWBERR","Desc":"4019 : x"},{"InfCd":"EWBERR","Desc":"4011 : y"}]}`, Envelope{OK: true, Infos: []Info{{Code: "EWBERR", Desc: json.RawMessage(`"4019 : x"`)}, {Code: "EWBERR", Desc: json.RawMessage(`"4011 : y"`)}}}},
		{
			"what the portal holds", `{"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}],"InfoDtls":[{"Desc":{"Irn":"x"},"InfCd":"DUPIRN"},{"InfCd":"addnlnfo","Desc":"hello"}],"Status":0}`,
			Envelope{Errors: duplicate, Infos: []Info{{Code: "DUPIRN", Desc: json.RawMessage(`{"Irn":"x"}`)}, {Code: "ADDNLNFO", Desc: json.RawMessage(`"hello"`)}}},
		},
		{"description as JSON in text", `{"Status":1,"InfoDtls":[{"InfCd":"EWBERR","Desc":"[{\"ErrorCode\":\"4019\"}]"}]}`, Envelope{OK: true, Infos: []Info{{Code: "EWBERR", Desc: json.RawMessage(`[{"ErrorCode":"4019"}]`)}}}},
		{"one information, in text", `{"Status":1,"InfoDtls":"{\"InfCd\":\"EWBALERT\",\"Desc\":\"x\"}"}`, Envelope{OK: true, Infos: []Info{{Code: "EWBALERT", Desc: json.RawMessage(`"x"`)}}}},
		{"information that is none", `{"Status":1,"InfoDtls":"none"}`, Envelope{OK: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseEnvelope([]byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, *got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestParseEnvelopeRefusesWhatIsNotThePortals(t *testing.T) {
	for _, in := range []string{"", "<html>502</html>", "[]", `"x"`, "{}", `{"Status":null}`, `{"Status":"maybe"}`, `{"status_cd":"0","error":{}}`} {
		if _, err := ParseEnvelope([]byte(in)); !errors.Is(err, ErrNotEnvelope) {
			t.Errorf("%s: %v", in, err)
		}
	}
}

func TestDataOpensInEveryShape(t *testing.T) {
	sek := testKey("sek")
	sealed, err := EncryptText(sek, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{`"` + sealed + `"`, `{"a":1}`, `"{\"a\":1}"`} {
		e := &Envelope{OK: true, Data: json.RawMessage(data)}
		if got, err := e.Open(sek); err != nil || string(got) != `{"a":1}` {
			t.Errorf("%s: %s, %v", data, got, err)
		}
	}
	if got, err := (&Envelope{}).Open(sek); got != nil || err != nil {
		t.Errorf("no Data: %s, %v", got, err)
	}
	if _, err := (&Envelope{Data: json.RawMessage(`"` + sealed + `"`)}).Open(testKey("other")); !errors.Is(err, ErrDecrypt) {
		t.Errorf("another key: %v", err)
	}
	if _, err := (&Envelope{Data: json.RawMessage(`"` + sealed + `"`)}).Plain(); err == nil {
		t.Error("ciphertext is plain JSON")
	}
	if got, err := (&Envelope{Data: json.RawMessage(`"{\"a\":1}"`)}).Plain(); err != nil || string(got) != `{"a":1}` {
		t.Errorf("plain text: %s, %v", got, err)
	}
}

func TestRepliesAreWrittenAsThePortalWritesThem(t *testing.T) {
	tests := []struct {
		name  string
		reply Reply
		want  string
	}{
		{"ciphertext", Reply{Data: "QUJD+/="}, `{"Status":1,"Data":"QUJD+/=","ErrorDetails":null,"InfoDtls":null}`},
		{"object", Reply{Data: CancelReply{Irn: "x"}}, `{"Status":1,"Data":{"Irn":"x","CancelDate":null},"ErrorDetails":null,"InfoDtls":null}`},
		{"Status as text", Reply{Data: `{"a":"<&>"}`, TextStatus: true}, `{"Status":"1","Data":"{\"a\":\"<&>\"}","ErrorDetails":null,"InfoDtls":null}`},
		{
			"refusal with information", Reply{Errors: []gst.RefusalCode{{Code: "2150", Message: "Duplicate IRN"}}, Infos: []Info{TextInfo(InfoOther, "seen")}},
			`{"Status":0,"Data":null,"ErrorDetails":[{"ErrorCode":"2150","ErrorMessage":"Duplicate IRN"}],"InfoDtls":[{"InfCd":"ADDNLNFO","Desc":"seen"}]}`,
		},
	}
	for _, tt := range tests {
		got, err := tt.reply.Bytes()
		if err != nil || string(got) != tt.want {
			t.Errorf("%s:\ngot  %s, %v\nwant %s", tt.name, got, err, tt.want)
		}
	}
}
