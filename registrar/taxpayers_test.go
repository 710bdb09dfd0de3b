package registrar_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mohar/gsp"
	"mohar/gst"
)

// keep stores a customer with a GSTIN. The fourteenth character says how the built-in
// portal has it registered.
func (h *house) keep(name, gstin string) gst.Customer {
	h.t.Helper()
	c := gst.Customer{Party: gst.Party{GSTIN: gstin, LegalName: name}}
	h.must(h.store.SaveCustomer(h.t.Context(), sharda, &c))
	return c
}

// status is what is stored of a customer.
func (h *house) status(c gst.Customer) gst.Customer {
	h.t.Helper()
	c, err := h.store.Customer(h.t.Context(), sharda, c.ID)
	h.must(err)
	return c
}

func (h *house) company() gst.Company {
	h.t.Helper()
	c, err := h.store.Company(h.t.Context(), sharda)
	h.must(err)
	return c
}

func TestTheRegisterIsAskedAboutCustomersMonthly(t *testing.T) {
	h := build(t)
	active, sez := h.keep("Konkan Agro", "27AABFK4417C1ZS"), h.keep("Zone Unit", "29AWGPV7107B1S1")
	suspended, cancelled := h.keep("Late Filer", "29AWGPV7107B1U1"), h.keep("Gone Away", "29AWGPV7107B1X1")
	odd := h.keep("Mistyped", "29AWGPV")
	nobody := h.keep("Walk-in", "")
	asked, err := h.desk.AskStatuses(t.Context(), h.company(), 100)
	h.must(err)
	if asked != 5 {
		t.Errorf("%d asked, want all five with a GSTIN", asked)
	}
	for c, want := range map[*gst.Customer]string{
		&active: "REG ACT", &sez: "SEZ ACT", &suspended: "REG SUS", &cancelled: "REG CNL", &odd: "UNK", &nobody: "",
	} {
		got := h.status(*c)
		if strings.TrimSpace(got.Taxpayer+" "+got.Status) != want {
			t.Errorf("%s stands as %q %q, want %q", c.LegalName, got.Taxpayer, got.Status, want)
		}
	}
	if at := h.status(active).StatusAt; !at.Equal(h.clock.now()) {
		t.Errorf("asked at %v", at)
	}
	h.clock.advance(29 * 24 * time.Hour)
	if again, err := h.desk.AskStatuses(t.Context(), h.company(), 100); err != nil || again != 0 {
		t.Errorf("within the month %d asked, %v", again, err)
	}
	h.clock.advance(2 * 24 * time.Hour)
	if again, err := h.desk.AskStatuses(t.Context(), h.company(), 3); err != nil || again != 3 {
		t.Errorf("after the month %d of at most 3 asked, %v", again, err)
	}
}

func TestLiveNobodyIsAskedForWhoNeverWas(t *testing.T) {
	h := build(t)
	h.keep("Konkan Agro", "27AABFK4417C1ZS")
	live := h.company()
	live.Mode = gst.Live
	asked, err := h.desk.AskStatuses(t.Context(), live, 100)
	if asked != 0 || err != nil {
		t.Errorf("%d asked, %v; each call costs money", asked, err)
	}
}

func TestARoundStopsWhereTheProviderDoesNotAnswer(t *testing.T) {
	h := build(t)
	for i := range 5 {
		h.keep(fmt.Sprintf("Customer %d", i), fmt.Sprintf("29AWGPV710%dB1Z1", i))
	}
	asked, err := h.desk.AskStatuses(t.Context(), h.company(), 2)
	h.must(err)
	h.fault("*", "*", "down", 0)
	more, err := h.desk.AskStatuses(t.Context(), h.company(), 100)
	if asked != 2 || more != 0 || !errors.Is(err, gsp.ErrNotSent) && !errors.Is(err, gsp.ErrNoAnswer) {
		t.Errorf("%d asked, then %d, %v", asked, more, err)
	}
	if err := h.desk.AskDue(t.Context()); err != nil {
		t.Errorf("the round for all companies: %v, want it to go on later", err)
	}
	due, err := h.store.CountCustomersDue(t.Context(), sharda, h.clock.now(), true)
	h.must(err)
	if due != 3 {
		t.Errorf("%d are due still, want the three without an answer", due)
	}
}

func TestACheckAsksAllAndSaysHowFarItHasCome(t *testing.T) {
	h := build(t)
	const all = 120
	for i := range all {
		h.keep(fmt.Sprintf("Customer %d", i), fmt.Sprintf("29AWGPV%04dB1Z1", i))
	}
	if _, started := h.desk.Check(sharda); started {
		t.Error("a check stands before one was started")
	}
	h.must(h.desk.StartCheck(t.Context(), sharda))
	if c, _ := h.desk.Check(sharda); c.Total != all || c.Asked != 0 || c.Done {
		t.Errorf("started: %+v", c)
	}
	h.must(h.desk.RunChecks(t.Context()))
	if c, _ := h.desk.Check(sharda); c.Asked != all || !c.Done || c.Err != nil {
		t.Errorf("ended: %+v", c)
	}
	h.must(h.desk.StartCheck(t.Context(), sharda))
	if c, _ := h.desk.Check(sharda); c.Total != 0 || !c.Done {
		t.Errorf("pressed again within a day: %+v", c)
	}
	h.clock.advance(25 * time.Hour)
	h.must(h.desk.StartCheck(t.Context(), sharda))
	h.fault("*", "*", "down", 0)
	h.must(h.desk.RunChecks(t.Context()))
	if c, _ := h.desk.Check(sharda); c.Total != all || c.Asked != 0 || !c.Done || c.Err == nil {
		t.Errorf("without a portal: %+v", c)
	}
}

func TestRunCarriesOutACheck(t *testing.T) {
	h := build(t)
	c := h.keep("Konkan Agro", "27AABFK4417C1ZS")
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- h.desk.Run(ctx) }()
	h.must(h.desk.StartCheck(ctx, sharda))
	deadline := time.After(20 * time.Second)
	for done := false; !done; {
		select {
		case <-deadline:
			t.Fatal("the check was not carried out")
		case <-time.After(5 * time.Millisecond):
			check, _ := h.desk.Check(sharda)
			done = check.Done
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if got := h.status(c); got.Status != gst.StatusActive {
		t.Errorf("it stands as %q", got.Status)
	}
}
