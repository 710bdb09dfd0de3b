package gsp

import (
	"errors"
	"testing"

	"mohar/gst"
)

// What is planted for a company must have no other one wait.
func TestWhatFailsForACompanyThatIsSetApartIsItsOwn(t *testing.T) {
	p := openPractice(t)
	const other = gst.GSTIN("29AAPFU0939F1ZR")
	if err := p.caller.PlantFault(t.Context(), Fault{Face: "*", Op: "generate", Kind: "down", GSTIN: company, Label: "ours"}); err != nil {
		t.Fatal(err)
	}
	p.caller.SetApart(company)
	broken, well := p.portals[0], p.caller.Portal(other, PracticeCredentials()[0])
	for range failuresInRow {
		if _, err := broken.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrNoAnswer) {
			t.Fatalf("while it is down: %v", err)
		}
	}
	if !broken.Resting(gst.OpGenerate) || well.Resting(gst.OpGenerate) {
		t.Errorf("resting: %v, the other company: %v", broken.Resting(gst.OpGenerate), well.Resting(gst.OpGenerate))
	}
	if err := p.caller.RemoveFaults(t.Context(), "ours"); err != nil {
		t.Fatal(err)
	}
	if !broken.Resting(gst.OpGenerate) {
		t.Error("nobody said that it is over")
	}
	p.caller.Rejoin(company)
	if broken.Resting(gst.OpGenerate) {
		t.Error("it rests although it goes with the others again")
	}
}

func TestFaultsAreListedByTheirLabel(t *testing.T) {
	p := openPractice(t)
	for _, label := range []string{"ours", "theirs"} {
		if err := p.caller.PlantFault(t.Context(), Fault{Face: "*", Op: "generate", Kind: "5001", Times: 1, GSTIN: company, Label: label}); err != nil {
			t.Fatal(err)
		}
	}
	for struck, want := range []int{1, 0} {
		left, err := p.caller.Faults(t.Context(), "ours")
		if err != nil || len(left) != want {
			t.Errorf("after %d calls %d are left, %v", struck, len(left), err)
		}
		_, _ = p.portals[0].Generate(t.Context(), []byte(`{}`))
	}
	if left, err := p.caller.Faults(t.Context(), "theirs"); err != nil || len(left) != 0 {
		t.Errorf("%d are left of the others, %v", len(left), err)
	}
	err := New(Options{}).PlantFault(t.Context(), Fault{})
	if !errors.Is(err, ErrNotSent) {
		t.Errorf("without a sandbox: %v", err)
	}
	err = p.caller.PlantFault(t.Context(), Fault{Face: "*", Op: "generate", Kind: "bad luck"})
	if err == nil {
		t.Error("a fault there is not was planted")
	}
	err = p.caller.RegisterElsewhere(t.Context(), []byte(`{"Version":"1.1"}`))
	var no *gst.Refusal
	if !errors.As(err, &no) || len(no.Codes) == 0 {
		t.Errorf("a document that is none: %v", err)
	}
}
