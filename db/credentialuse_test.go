package db

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

// usedStore has API users at two providers, with a session at the first.
func usedStore(t *testing.T) *Store {
	t.Helper()
	s, c := newStore(t)
	for i, p := range []gst.Provider{gst.Alankit, gst.TaxPro} {
		check(t, s.SaveCredentials(t.Context(), ours, gst.Credentials{
			Provider: p, Mode: gst.Practice, Order: i + 1, Enabled: true, Username: "u", Password: "s3cret", BaseURLs: []string{"https://a.example"},
		}))
	}
	check(t, s.SaveSession(t.Context(), ours, gst.Practice, gst.Alankit, gst.Session{Token: "t", Expires: c.now().Add(time.Hour)}))
	return s
}

func TestAnotherOrderOfProvidersChangesNothingElse(t *testing.T) {
	s := usedStore(t)
	ctx := t.Context()
	check(t, s.OrderCredentials(ctx, ours, gst.Practice, []gst.Provider{gst.TaxPro, gst.Alankit}))
	got, err := s.Credentials(ctx, ours, gst.Practice)
	check(t, err)
	for i, want := range []gst.Provider{gst.TaxPro, gst.Alankit} {
		if c := got[i]; c.Provider != want || c.Order != i+1 || !c.Enabled || c.Password != "s3cret" || len(c.BaseURLs) != 1 {
			t.Errorf("place %d: %+v, want %s", i+1, c, want)
		}
	}
	if _, err := s.Session(ctx, ours, gst.Practice, gst.Alankit); err != nil {
		t.Errorf("the session ended: %v", err)
	}
	log, err := s.EditLog(ctx, LogFilter{Company: ours})
	check(t, err)
	entries := len(log)
	check(t, s.OrderCredentials(ctx, ours, gst.Practice, []gst.Provider{gst.TaxPro, gst.Alankit}))
	log, err = s.EditLog(ctx, LogFilter{Company: ours})
	check(t, err)
	if len(log) != entries || log[0].Subject != "credentials" {
		t.Errorf("%d entries after the same order again, want %d; last %+v", len(log), entries, log[0])
	}
	if err := s.OrderCredentials(ctx, theirs, gst.Practice, []gst.Provider{gst.TaxPro}); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
}

func TestSwitchingAProviderHasWaitingDocumentsDue(t *testing.T) {
	s := usedStore(t)
	ctx := t.Context()
	issue(t, s, newInvoice(ours, 1))
	r, err := nextRequest(ctx, s)
	check(t, err)
	check(t, s.PostponeIRN(ctx, r, s.now().Add(time.Hour), WaitNoProvider, "none"))
	check(t, s.UseCredentials(ctx, ours, gst.Practice, gst.Alankit, true)) // it is on
	if lanes, err := s.DueLanes(ctx); err != nil || len(lanes) != 0 {
		t.Errorf("due without a change: %v, %v", lanes, err)
	}
	check(t, s.UseCredentials(ctx, ours, gst.Practice, gst.Alankit, false))
	if lanes, err := s.DueLanes(ctx); err != nil || len(lanes) != 1 {
		t.Errorf("not due after a change: %v, %v", lanes, err)
	}
	got, err := s.Credentials(ctx, ours, gst.Practice)
	check(t, err)
	if got[0].Enabled || !got[1].Enabled || got[0].Password != "s3cret" {
		t.Errorf("stored %+v", got)
	}
	if err := s.UseCredentials(ctx, ours, gst.Practice, gst.NIC, true); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("credentials that are not there: %v", err)
	}
}

func TestWaitsAreToldFromAnswers(t *testing.T) {
	for code, want := range map[string]bool{
		WaitNoProvider: true, WaitNoKey: true, WaitNoPortalKey: true, WaitBadPortalKey: true, WaitBadAddress: true,
		"": false, "1019": false, "GSP020": false,
	} {
		if IsWait(code) != want {
			t.Errorf("IsWait(%q) is %t", code, !want)
		}
	}
}
