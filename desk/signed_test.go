package desk

import (
	"encoding/json"
	"errors"
	"testing"

	"mohar/gst"
	"mohar/nic"
)

func TestSignedJSONIsWhatThePortalGave(t *testing.T) {
	h := build(t)
	inv := h.issue()
	if _, err := SignedJSON(inv); !errors.Is(err, gst.ErrState) {
		t.Errorf("before it is registered: %v, want ErrState", err)
	}
	h.step()
	stored, _ := h.stored(inv.ID)
	text, err := SignedJSON(stored)
	h.must(err)
	var given nic.Acknowledgement
	h.must(json.Unmarshal(text, &given))
	got, err := given.Registration()
	h.must(err)
	want := stored.IRN.Registration
	if got.IRN != want.IRN || got.AckNo != want.AckNo || !got.AckDate.Equal(want.AckDate) ||
		got.SignedInvoice != want.SignedInvoice || got.SignedQR != want.SignedQR {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
