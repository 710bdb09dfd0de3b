package desk

import (
	"strings"
	"testing"

	"mohar/gst"
	"mohar/registrar"
)

func refusal(inv *gst.Invoice, code string) gst.PortalReply {
	return gst.PortalReply{Place: 1, Type: inv.Type, Number: inv.Number, Date: inv.Date, Codes: []gst.RefusalCode{{Code: code, Message: "words"}}}
}

func TestRefusalsByHandAreKeptWhereTheyAreAboutTheDocument(t *testing.T) {
	tests := []struct {
		name, code string
		given      bool
		want       registrar.Adopted
		state      gst.IRNState
	}{
		{"a fault of the document", "2176", true, registrar.AdoptRefused, gst.IRNFailed},
		{"registered at another portal", "2295", true, registrar.AdoptRefused, gst.IRNConflict},
		{"the number is registered", "2150", true, registrar.AdoptDuplicate, gst.IRNHeld},
		{"the portal was not able to", "2146", true, registrar.AdoptBusy, gst.IRNHeld},
		{"a code of looking up", "2148", true, registrar.AdoptNothing, gst.IRNHeld},
		{"while it waits for the providers", "2176", false, registrar.AdoptWaits, gst.IRNPending},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t)
			inv := h.issue()
			if test.given {
				h.giveOut(inv)
			}
			for i, want := range []registrar.Adopted{test.want, registrar.AdoptAlready} {
				if i == 1 && test.want != registrar.AdoptRefused {
					break
				}
				brought, err := h.BringReplies(t.Context(), h.company, []gst.PortalReply{refusal(inv, test.code)})
				h.must(err)
				h.came(brought, want)
				if brought[0].Detail != test.code+" words" {
					t.Errorf("it says %q", brought[0].Detail)
				}
			}
			if stored, _ := h.stored(inv.ID); stored.IRN.State != test.state {
				t.Errorf("it stands %q", stored.IRN.State)
			}
		})
	}
}

func TestAnswerCancelledAtThePortalMakesTheDocumentVoid(t *testing.T) {
	h := build(t)
	inv := h.issue()
	h.giveOut(inv)
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	gone := reg
	gone.Status = "CNL"
	h.came(h.bring(h.answer(gone)), registrar.AdoptCancelled)
	if stored, _ := h.stored(inv.ID); stored.State != gst.Void || stored.IRN.State != gst.IRNCancelled {
		t.Errorf("it is %q, IRN %q", stored.State, stored.IRN.State)
	}
	second := h.issue()
	_, body = h.stored(second.ID)
	reg = h.atPortal(body)
	h.came(h.bring(h.answer(reg)), registrar.AdoptRegistered)
	reg.Status = "CNL"
	h.came(h.bring(h.answer(reg)), registrar.AdoptGone)
	if stored, _ := h.stored(second.ID); stored.State != gst.Issued {
		t.Errorf("it is %q", stored.State)
	}
}

// Two rows of one document, and the providers at work on it: one registration.
func TestOneAnswerTwiceInAFileIsTakenOnce(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	text := h.answer(h.atPortal(body))
	took := map[registrar.Adopted]int{}
	for _, b := range h.bring("[" + strings.Repeat(text+",", 19) + text + "]") {
		took[b.Result]++
	}
	if took[registrar.AdoptRegistered] != 1 || took[registrar.AdoptAlready]+took[registrar.AdoptMeanwhile] != 19 {
		t.Errorf("it came to %v", took)
	}
}
