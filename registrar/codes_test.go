package registrar

import (
	"errors"
	"fmt"
	"testing"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

func TestCodeOfWhyADocumentWaits(t *testing.T) {
	lacks := func(rule string) error { return fmt.Errorf("sign in: %w", gst.Faults{{Rule: rule}}.Err()) }
	refusal := func(r gst.Refusal) error { return fmt.Errorf("%w: %w", gsp.ErrSignIn, &r) }
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"no provider", errNoProvider, db.WaitNoProvider},
		{"the key is missing", fmt.Errorf("x: %w", db.ErrSealed), db.WaitNoKey},
		{"NIC's key is missing", lacks("credentials.portal_key_missing"), db.WaitNoPortalKey},
		{"NIC's key cannot be read", lacks("credentials.portal_key"), db.WaitBadPortalKey},
		{"an address that nothing is sent to", lacks("credentials.base_url"), db.WaitBadAddress},
		{"a fault of another kind", lacks("pin.state"), ""},
		{"refused with a code", refusal(gst.Refusal{Codes: []gst.RefusalCode{{Code: "1019"}, {Code: "1020"}}, HTTP: 200}), "1019"},
		{"no answer", gsp.ErrNoAnswer, ""},
		{"something else", errors.New("odd"), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := codeOf(tt.err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
