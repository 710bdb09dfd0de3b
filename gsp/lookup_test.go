package gsp

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

const notThere = `{"Status":0,"ErrorDetails":[{"ErrorCode":"2148","ErrorMessage":"Requested IRN data is not available"}]}`

func TestLookUpAsksBothHouses(t *testing.T) {
	there := answer{status: 200, body: goodGenerate}
	absent := answer{status: 200, body: notThere}
	refuses := answer{status: 200, body: `{"Status":0,"ErrorDetails":[{"ErrorCode":"1010","ErrorMessage":"x"}]}`}
	tests := []struct {
		name    string
		answers []answer
		asked   string // the irp header of each call
		portal  string
		check   func(error) bool
	}{
		{"in the house that is asked", []answer{there}, "", "", isNil},
		{"in the second house", []answer{absent, absent, there}, ",NIC1,NIC2", "NIC2", isNil},
		{"in neither", []answer{absent}, ",NIC1,NIC2", "", NotThere},
		{"a house may not be asked", []answer{absent, refuses, absent}, ",NIC1,NIC2", "", NotThere},
		{"a house does not answer", []answer{absent, {cut: true}}, ",NIC1", "", isNoAnswer},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{answers: tt.answers}
			p, _ := taxpro(t, s)
			p.c.local.Transport = &http.Transport{DisableKeepAlives: true} // or Go repeats a GET on a cut connection
			reg, err := p.ByIRN(t.Context(), irn)
			if !tt.check(err) {
				t.Fatalf("error %v", err)
			}
			if err == nil && reg.Portal != tt.portal {
				t.Errorf("portal %q, want %q", reg.Portal, tt.portal)
			}
			asked := make([]string, 0, len(s.seen()))
			for _, r := range s.seen() {
				asked = append(asked, r.Header.Get("irp"))
			}
			if got := strings.Join(asked, ","); got != tt.asked {
				t.Errorf("asked %q, want %q", got, tt.asked)
			}
		})
	}
}

func isNil(err error) bool      { return err == nil }
func isNoAnswer(err error) bool { return errors.Is(err, ErrNoAnswer) && !NotThere(err) }

func TestUnreadableReplyGivesUpTheSession(t *testing.T) {
	box := openPractice(t)
	alankit := box.portals[0]
	s, err := alankit.SignIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	reg, err := alankit.Generate(t.Context(), invoice("INV/1"))
	if err != nil {
		t.Fatal(err)
	}
	s.Key[0] ^= 1
	if err := box.caller.tokens.SaveSession(t.Context(), company, gst.Practice, gst.Alankit, s); err != nil {
		t.Fatal(err)
	}
	if _, err := alankit.ByIRN(t.Context(), reg.IRN); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("with a wrong key: %v, want ErrNoAnswer", err)
	}
	if _, err := alankit.ByIRN(t.Context(), reg.IRN); err != nil {
		t.Errorf("after that: %v, want a new session", err)
	}
}

func TestPausesAskedFor(t *testing.T) {
	for value, want := range map[string]time.Duration{
		"":                                time.Minute,
		"nonsense":                        time.Minute,
		"5":                               5 * time.Second,
		"0":                               time.Second,
		"86400":                           15 * time.Minute,
		"Sun, 22 Nov 2026 06:35:00 GMT":   5 * time.Minute,
		"Sun, 22 Nov 2026 06:00:00 GMT":   time.Second,
		"Sunday, 22-Nov-26 06:32:00 GMT":  2 * time.Minute,
		"Sunday, 22-Nov-2026 06:32:00 GM": time.Minute,
	} {
		if got := restTime(http.Header{"Retry-After": {value}}, noon); got != want {
			t.Errorf("Retry-After %q: %v, want %v", value, got, want)
		}
	}
}

func TestErrorsOfTaxPro(t *testing.T) {
	for body, want := range map[string]gst.RefusalCode{
		`{"error_cd":"GSP019","message":"no credit"}`: {Code: "GSP019", Message: "no credit"},
		`"Error: Invalid"`:                            {Message: "Error: Invalid"},
		`[]`:                                          {},
		``:                                            {},
	} {
		if got := taxProError([]byte(body)); got != want {
			t.Errorf("%s: %+v, want %+v", body, got, want)
		}
	}
}
