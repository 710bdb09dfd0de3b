package handlers

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sampleINV01 is a document of the test company, as another program would bring it.
func sampleINV01(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "cmd", "mohar", "samples", "1-b2b-intra.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// upload sends a file, none without a name, with further fields.
func (s *site) upload(path, name, content string, fields ...string) reply {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			s.Fatal(err)
		}
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			s.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			s.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.Fatal(err)
	}
	return s.do(http.MethodPost, path, &body, "Content-Type", form.FormDataContentType())
}

func TestImportINV01(t *testing.T) {
	s := newCompanySite(t)
	good := sampleINV01(t)
	tests := []struct {
		name, content string
		status        int
		says          []string
	}{
		{"not JSON", "hello", http.StatusUnprocessableEntity, []string{"line 1"}},
		{"cut off", good[:len(good)/2], http.StatusUnprocessableEntity, []string{"line "}},
		{"wrong PIN", strings.Replace(good, "400703", "560001", 1), http.StatusUnprocessableEntity, []string{"BuyerDtls.Pin", "3039"}},
		{"text for a number", strings.Replace(good, `"Qty": 240`, `"Qty": "many"`, 1), http.StatusUnprocessableEntity, []string{"ItemList[0].Qty"}},
		{"sums that do not add up", strings.Replace(good, `"TotInvVal": 177455`, `"TotInvVal": 1`, 1), http.StatusUnprocessableEntity, []string{"2189"}},
		{"another seller", strings.Replace(good, "27AAPFU0939F1ZV", "29AADCD8832K1Z7", 1), http.StatusUnprocessableEntity, []string{"2143"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s.want(s.upload(invoicesURL+"/import", "bill.json", tt.content), tt.status, append(tt.says, "bill.json")...)
		})
	}
	if counts, err := s.store.Counts(t.Context(), companyGSTIN, "practice"); err != nil || counts.All != 0 {
		t.Fatalf("%d documents stored, %v", counts.All, err)
	}
}
