package nic

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// seed adds the published samples that match, where they are at hand.
func seed(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join(samples, pattern))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// What decodes has a body that decodes to the same document and to itself, and the
// document, written anew, reads as the same.
func FuzzDecode(f *testing.F) {
	seed(f, "einvoice/requests/*.json")
	f.Add([]byte(`{"Version":"1.1","PrecDocDtls":[{"InvNo":"1"}],"RefDtls":{"PrecDocDtls":null}}`))
	f.Add([]byte(`{"Version":1.01,"DocDtls":{"No":"\ud83d\ude00"},"PrecDocDtls":[{"InvNo":"1"}],"RefDtls":{"InvRm":"x"},"refdtls":{}}`))
	f.Add([]byte(`{"Version":"1.1","ItemList":[{},null,{"Qty":"1e3","AttribDtls":[{},{"Nm":"\ud800"}]}],"EwbDtls":{"Distance":"-0"}}`))
	f.Add([]byte(`{"Version":"1.1","ItemList":[],"ValDtls":{"AssVal":0,"TotInvVal":0}}`))
	f.Add([]byte(`{"Version":"1.1","ValDtl":{"AssVal":"1","TotInvVal":2},"ValDtls":null,"RefDtl":{"ContrDtl":[{"PORefr":1}]},"ContrDtls":[{}],"AddlDtls":[{"Url":"u"}]}`))
	f.Add([]byte(`{"Version":"1.1","ItemList":[{"SlNo":1,"IsServc":"Y","UnitPrice":"1","TotAmt":1e2,"AssAmt":5,"GstRt":5,"TotItemVal":-1}],"x":{"a":1,"a":2},"y":[[[[{}]]]]}`))
	f.Add([]byte(`{"Version":"1.1","ItemList":[{"SlNo":1,"IsServc":"Y","UnitPrice":"1","TotAmt":1e2,"AssAmt":5,"GstRt":5,"TotItemVal":1}],"PrecDocDtl":[{"InvNo":7}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		inv, body, err := Decode(data)
		if err != nil {
			var syntax *SyntaxError
			var bad gst.Invalid
			switch {
			case errors.Is(err, ErrTooLarge), errors.As(err, &syntax):
			case !errors.As(err, &bad) || inv == nil || len(bad.Faults) > mostFaults+1:
				t.Fatalf("%.300v", err)
			}
			return
		}
		if !json.Valid(body) {
			t.Fatalf("body is not JSON: %s", body)
		}
		again, body2, err := Decode(body)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		if !bytes.Equal(body, body2) {
			t.Fatalf("body changes:\n%s\n%s", body, body2)
		}
		if diff := cmp.Diff(inv, again); diff != "" {
			t.Fatal(diff)
		}
		written, err := Encode(inv)
		if err != nil {
			t.Fatal(err)
		}
		back, _, err := Decode(written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if diff := cmp.Diff(inv, back); diff != "" {
			t.Fatalf("%s\n%s", diff, written)
		}
	})
}

// What is an envelope can be written again and says the same.
func FuzzParseEnvelope(f *testing.F) {
	seed(f, "einvoice/responses/*.json")
	f.Add([]byte(`{"Status":"1","Data":"{\"AckNo\":1}","InfoDtls":[{"InfCd":"EWBERR","Desc":[{"ErrorCode":"4019"}]}]}`))
	f.Add([]byte(`{"status":0,"ErrorDetails":"W3siRXJyb3JDb2RlIjoiMjE1MCJ9XQ=="}`))
	f.Add([]byte(`{"Status":true,"ErrorDetails":"2176 : HSN","InfoDtls":"{\"Desc\":\"[1]\"}"}`))
	key := make([]byte, KeySize)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEnvelope(data)
		if err != nil {
			return
		}
		_, _ = e.Open(key) // must not panic; what it finds does not matter here
		for _, i := range e.Infos {
			_, _ = i.Text(), i.Codes()
			_, _ = i.Duplicate()
		}
		if e.OK != (len(e.Errors) == 0) {
			return // cannot be written: our replies are either good or refusals
		}
		written, err := Reply{Data: e.Data, Errors: e.Errors, Infos: e.Infos}.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseEnvelope(written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if back.OK != e.OK || len(back.Errors) != len(e.Errors) || len(back.Infos) != len(e.Infos) {
			t.Fatalf("%+v becomes %+v", e, back)
		}
	})
}

// No text of strangers holds under NIC's keys, except NIC's own.
func FuzzVerify(f *testing.F) {
	seed(f, "jwt/*.jwt")
	f.Add([]byte("e30.e30."))
	f.Add([]byte(`eyJhbGciOiJub25lIn0.eyJkYXRhIjoie30ifQ.`))
	ring := NewKeyring(BundledKeys()...)
	genuine := make(map[string]bool)
	files, _ := filepath.Glob(filepath.Join(samples, "jwt/*.jwt")) // the pattern is well formed
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		genuine[string(bytes.TrimSpace(b))] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Read(string(data)); err == nil {
			_, _ = s.QR() // must not panic
		}
		if _, err := ring.Verify(string(data)); err == nil && !genuine[string(bytes.TrimSpace(data))] {
			t.Fatalf("a text that NIC did not sign holds: %q", data)
		}
	})
}
