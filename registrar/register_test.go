package registrar_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"strings"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
)

func TestDocumentIsRegisteredThroughFirstProvider(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	h.step()
	h.idle()
	is := h.standing(id)
	if is.State != gst.IRNRegistered || is.Registration == nil {
		t.Fatalf("state %q, registration %v", is.State, is.Registration)
	}
	reg := is.Registration
	if reg.Provider != gst.Alankit || reg.KeyID == "" || !reg.Practice || reg.SignedAckDate.IsZero() || reg.SignedQR == "" {
		t.Errorf("registration %+v, want a verified one through Alankit", reg)
	}
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 || l[0].IRN != reg.IRN {
		t.Errorf("ledger %+v, want this IRN once", l)
	}
}

// planted is a fault of the sandbox.
type planted struct {
	face, op, kind string
	times          int
}

func TestOneIRNWhateverHappens(t *testing.T) {
	tests := []struct {
		name   string
		faults []planted
		steps  int // until registered; a second and more passes between them
		via    gst.Provider
		calls  int // generate calls for this document that got past the gateway
	}{
		{"first provider is down", []planted{{"alankit", "*", "down", 0}}, 1, gst.TaxPro, 1},
		{"first provider refuses to sign us in", []planted{{"alankit", "auth", "auth-blocked", 0}}, 1, gst.TaxPro, 1},
		{"answer lost after the portal acted", []planted{{"alankit", "generate", "drop-reply", 1}}, 1, gst.TaxPro, 1},
		{"gateway timed out after the portal acted", []planted{{"alankit", "generate", "http-504-after", 1}}, 1, gst.TaxPro, 1},
		{"page instead of an answer", []planted{{"alankit", "generate", "garbage", 1}}, 1, gst.TaxPro, 1},
		{"gateway timed out before the portal acted", []planted{{"alankit", "generate", "http-504", 1}}, 1, gst.TaxPro, 1},
		{"gateway always times out", []planted{{"alankit", "generate", "http-504", 0}}, 1, gst.TaxPro, 1},
		{"token revoked", []planted{{"alankit", "generate", "token-revoked", 1}}, 1, gst.Alankit, 1},
		{"portal says application error", []planted{{"alankit", "generate", "5001", 1}}, 2, gst.Alankit, 1},
		{
			"answer lost, and nobody reached for a while",
			[]planted{{"alankit", "generate", "drop-reply", 1}, {"*", "get", "http-504", 4}},
			3, gst.TaxPro, 1,
		},
		{"nobody reached for a while", []planted{{"*", "auth", "down", 4}}, 3, gst.Alankit, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t)
			for _, f := range tt.faults {
				h.fault(f.face, f.op, f.kind, f.times)
			}
			id := h.issue(number(1))
			steps := 0
			for ; steps < 8 && h.standing(id).State != gst.IRNRegistered; steps++ {
				h.step()
				h.clock.advance(7 * time.Minute)
			}
			is := h.standing(id)
			if is.State != gst.IRNRegistered {
				t.Fatalf("state %q after %d steps: %s", is.State, steps, h.kinds(id))
			}
			t.Logf("%d steps: %s", steps, h.kinds(id))
			l := h.ledger()
			if len(l) != 1 || l[0].IRN != is.Registration.IRN {
				t.Fatalf("ledger %+v, want only %s", l, is.Registration.IRN)
			}
			if steps != tt.steps || l[0].Calls != tt.calls || (tt.via != "" && is.Registration.Provider != tt.via) {
				t.Errorf("%d steps, %d generate calls, through %s; want %d, %d, %s",
					steps, l[0].Calls, is.Registration.Provider, tt.steps, tt.calls, tt.via)
			}
		})
	}
}

func TestRefusedDocumentIsNotSentAgain(t *testing.T) {
	h := build(t)
	id := h.issue(number(1), change{`"AssAmt":12900`, `"AssAmt":12000`})
	h.step()
	is := h.standing(id)
	if is.State != gst.IRNFailed || is.Refusal == nil || !is.Refusal.Has("2193") {
		t.Fatalf("state %q, refusal %v; want failed with 2193", is.State, is.Refusal)
	}
	h.clock.advance(24 * time.Hour)
	h.idle()
}

// plainLine is the only line of plainInvoice.
var plainLine = plainInvoice[strings.Index(plainInvoice, `{"SlNo"`):strings.Index(plainInvoice, `],`)]

// halfLine is one of two lines that come to the same as plainLine.
func halfLine(number string) string {
	return strings.NewReplacer(`"SlNo":"1"`, `"SlNo":"`+number+`"`, `"Qty":15`, `"Qty":7.5`, `12900`, `6450`,
		`322.50`, `161.25`, `13545`, `6772.50`).Replace(plainLine)
}

func TestNumberThatThePortalHolds(t *testing.T) {
	tests := []struct {
		name string
		held change // how the document that the portal holds differs
		want gst.IRNState
		says string // of the conflict
	}{
		{"same document, its answer lost", change{}, gst.IRNRegistered, ""},
		{
			"other buyer", change{"27AABFK4417C1ZS", "27AAACT2727Q1ZW"}, gst.IRNConflict,
			"There: buyer 27AAACT2727Q1ZW. Here: 27AABFK4417C1ZS.",
		},
		{
			"other total", change{`"TotInvVal":13545`, `"RndOffAmt":0.5,"TotInvVal":13545.5`}, gst.IRNConflict,
			"There: total 13545.50. Here: 13545.00.",
		},
		{
			"other date", change{`"Dt":"20/11/2026"`, `"Dt":"19/11/2026"`}, gst.IRNConflict,
			"There: date 19/11/2026. Here: 20/11/2026.",
		},
		{"other goods", change{`08013220`, `08013210`}, gst.IRNConflict, "There: line 1 HSN 08013210. Here: 08013220."},
		{
			"the same money in two lines", change{plainLine, halfLine("1") + "," + halfLine("2")}, gst.IRNConflict,
			"There: 2 lines. Here: 1.",
		},
		{
			"a discount that freight makes up for",
			change{`"Discount":0,"AssAmt":12900,"GstRt":5,"IgstAmt":0,"CgstAmt":322.50,"SgstAmt":322.50,"TotItemVal":13545}],
"ValDtls":{"AssVal":12900,"CgstVal":322.50,"SgstVal":322.50,"IgstVal":0,"TotInvVal":13545}`, `"Discount":100,"AssAmt":12800,"GstRt":5,"IgstAmt":0,"CgstAmt":320,"SgstAmt":320,"OthChrg":105,"TotItemVal":13545}],
"ValDtls":{"AssVal":12800,"CgstVal":320,"SgstVal":320,"IgstVal":0,"TotInvVal":13545}`},
			gst.IRNConflict, "There: line 1 taxable value 12800.00. Here: 12900.00.",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := build(t)
			held, err := h.portal(gst.TaxPro).Generate(t.Context(), document(number(1), tt.held))
			h.must(err)
			id := h.issue(number(1))
			h.step()
			h.clock.advance(time.Hour)
			h.idle()
			is := h.standing(id)
			if is.State != tt.want {
				t.Fatalf("state %q, want %q", is.State, tt.want)
			}
			if tt.says != "" && is.Refusal.Codes[0] != (gst.RefusalCode{Code: "2150", Message: tt.says}) {
				t.Errorf("the conflict says %+v, want %q", is.Refusal.Codes, tt.says)
			}
			if tt.want == gst.IRNRegistered && (is.Registration.IRN != held.IRN || is.Registration.KeyID == "") {
				t.Errorf("registration %+v, want the verified one of %s", is.Registration, held.IRN)
			}
			if l := h.ledger(); len(l) != 1 {
				t.Errorf("ledger %+v, want one document", l)
			}
		})
	}
}

func TestCancelledAtThePortalBeforeWeKnew(t *testing.T) {
	h := build(t)
	h.fault("alankit", "generate", "drop-reply", 1)
	h.fault("*", "get", "down", 0)
	id := h.issue(number(1))
	h.step()
	h.mend()
	if is := h.standing(id); is.State != gst.IRNUnknown {
		t.Fatalf("state %q, want unknown", is.State)
	}
	_, err := h.portal(gst.TaxPro).Cancel(t.Context(), h.ledger()[0].IRN, gst.CancelDataEntry, "by hand on the portal")
	h.must(err)
	h.clock.advance(2 * time.Second)
	h.step()
	if is := h.standing(id); is.State != gst.IRNCancelled {
		t.Errorf("state %q, want cancelled", is.State)
	}
}

func TestWithoutProviderNothingIsLost(t *testing.T) {
	h := buildBare(t)
	id := h.issue(number(1))
	h.step()
	h.idle()
	if is := h.standing(id); is.State != gst.IRNPending {
		t.Fatalf("state %q, want pending", is.State)
	}
	h.equip(gst.Alankit, gst.TaxPro)
	h.clock.advance(2 * time.Second)
	h.step()
	if is := h.standing(id); is.State != gst.IRNRegistered {
		t.Errorf("state %q, want registered", is.State)
	}
}

func TestSignaturesAreChecked(t *testing.T) {
	h := build(t)
	genuine, err := h.keys(t.Context())
	h.must(err)
	_, signing, err := h.gsp.SandboxKeys(t.Context())
	h.must(err)
	forger, err := rsa.GenerateKey(rand.Reader, 2048)
	h.must(err)
	forged, official := signing[0], signing[0]
	forged.Public = &forger.PublicKey
	official.Practice = false
	tests := []struct {
		name     string
		ring     *nic.Keyring
		err      error
		want     gst.IRNState
		verified bool
	}{
		{"known key", genuine, nil, gst.IRNRegistered, true},
		{"unknown key", nic.NewKeyring(), nil, gst.IRNRegistered, false},
		{"keys cannot be read", nil, errors.New("no keys today"), gst.IRNRegistered, false},
		{"signed by another key", nic.NewKeyring(forged), nil, gst.IRNUnknown, false},
		{"signed by the government's key, in practice", nic.NewKeyring(official), nil, gst.IRNUnknown, false},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h.employ(func(context.Context) (*nic.Keyring, error) { return tt.ring, tt.err })
			id := h.issue(number(i + 1))
			h.step()
			is := h.standing(id)
			if is.State != tt.want {
				t.Fatalf("state %q, want %q: %s", is.State, tt.want, h.kinds(id))
			}
			if reg := is.Registration; reg != nil && (reg.KeyID != "") != tt.verified {
				t.Errorf("key %q, want verified %v", reg.KeyID, tt.verified)
			}
		})
	}
	h.employ(h.keys)
	h.clock.advance(2 * time.Second)
	h.step()
	h.step()
	for _, e := range h.ledger() {
		if e.Calls != 1 {
			t.Errorf("%s was sent %d times", e.Number, e.Calls)
		}
	}
}

// TestDeathAfterThePortalActed imitates kill -9 between the portal's answer and
// writing it down: the program is left with a request marked sent.
func TestDeathAfterThePortalActed(t *testing.T) {
	for _, acted := range []bool{true, false} {
		h := build(t)
		id := h.issue(number(1))
		req, err := h.take(time.Hour)
		h.must(err)
		h.must(h.store.MarkSent(t.Context(), req, gst.Alankit))
		if acted {
			_, err = h.portal(gst.Alankit).Generate(t.Context(), req.Body)
			h.must(err)
		}
		h.must(h.store.Close())

		h.open()
		h.must(h.store.RecoverIRN(t.Context()))
		if is := h.standing(id); is.State != gst.IRNUnknown {
			t.Fatalf("acted %v: state %q after restart, want unknown", acted, is.State)
		}
		h.step()
		h.idle()
		is := h.standing(id)
		if is.State != gst.IRNRegistered || is.Registration.KeyID == "" {
			t.Fatalf("acted %v: state %q, want registered: %s", acted, is.State, h.kinds(id))
		}
		if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 || l[0].IRN != is.Registration.IRN {
			t.Errorf("acted %v: ledger %+v, want one call and one IRN", acted, l)
		}
	}
}
