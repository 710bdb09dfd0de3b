package db

import (
	"testing"

	"mohar/gst"
)

// sentText is what was sent, as calls show it: headers, an empty line, the body.
const sentText = "Accept: application/json\n\n"

// storedSent is what is stored of what was sent last.
func storedSent(t *testing.T, s *Store) (text string) {
	t.Helper()
	var packed []byte
	check(t, s.reader.row(t.Context(), `SELECT sent FROM exchanges ORDER BY id DESC LIMIT 1`).Scan(&packed))
	text, err := inflated(packed)
	check(t, err)
	return text
}

func TestTheBodyOfARegisteredDocumentIsKeptOnceAndShownWithItsCall(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	whole := sentText + string(r.Body)
	r.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpGenerate, Sent: whole, Got: "yes"}}
	check(t, s.SaveRegistration(t.Context(), r, testRegistration(inv, 7)))
	if got := storedSent(t, s); got != sentText+bodyHere {
		t.Errorf("stored: %q", got)
	}
	calls, err := s.Exchanges(t.Context(), ours, inv.ID)
	check(t, err)
	if len(calls) != 1 || calls[0].Sent != whole || calls[0].Got != "yes" {
		t.Errorf("shown: %+v, want %q", calls, whole)
	}
}

func TestTheBodyOfARefusedDocumentIsKeptWithItsCallSinceItMayBeAmended(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	r := next(t, s)
	whole := sentText + string(r.Body)
	r.Exchanges = []gst.Exchange{{At: s.now(), Operation: gst.OpGenerate, Sent: whole}}
	check(t, s.SaveRefusal(t.Context(), r, gst.Refusal{Codes: []gst.RefusalCode{{Code: "2176"}}}, gst.IRNFailed))
	if got := storedSent(t, s); got != whole {
		t.Errorf("stored: %q, want %q", got, whole)
	}
	calls, err := s.Exchanges(t.Context(), ours, inv.ID)
	check(t, err)
	if len(calls) != 1 || calls[0].Sent != whole {
		t.Errorf("shown: %+v", calls)
	}
}
