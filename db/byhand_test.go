package db

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mohar/gst"
)

// handDocument reads a document as the page for registering by hand does.
func handDocument(t *testing.T, s *Store, id int64) HandDocument {
	t.Helper()
	h, err := s.HandDocument(t.Context(), ours, gst.Practice, id)
	check(t, err)
	return h
}

func TestGivenOutDocumentsAreSentOnlyWhenTakenBack(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	at := c.now()
	check(t, s.GiveOut(ctx, ours, inv.ID, handDocument(t, s, inv.ID).Version, at))
	h := handDocument(t, s, inv.ID)
	if h.IRN != gst.IRNHeld || !h.GivenOut.Equal(at) || h.Request != "" {
		t.Errorf("given out it is %+v", h)
	}
	if _, err := nextRequest(ctx, s); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("it is sent all the same: %v", err)
	}
	out, err := s.GivenOut(ctx, ours, gst.Practice)
	check(t, err)
	waiting, err := s.HandDocuments(ctx, ours, gst.Practice, 10)
	check(t, err)
	if len(out) != 1 || len(waiting) != 0 {
		t.Errorf("%d given out, %d waiting", len(out), len(waiting))
	}
	check(t, s.QueueIRN(ctx, ours, inv.ID))
	if h := handDocument(t, s, inv.ID); !h.GivenOut.IsZero() || h.IRN != gst.IRNPending {
		t.Errorf("taken back it is %+v", h)
	}
	if _, err := nextRequest(ctx, s); err != nil {
		t.Errorf("taken back it is not sent: %v", err)
	}
	noFindings(t, s)
}

func TestWhatIsGivenOutIsNotAmongWhatWaitsForAPerson(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	ids := issueHeld(t, s, 3)
	is := func(step string, want ...int64) {
		t.Helper()
		rows, _, err := s.HeldInvoices(ctx, ours, gst.Practice, Cursor{}, 10)
		check(t, err)
		var got []int64
		for _, r := range rows {
			got = append(got, r.ID)
		}
		n, err := s.CountGivenOut(ctx, ours, gst.Practice)
		check(t, err)
		if !slices.Equal(got, want) || int(n) != len(ids)-len(want) {
			t.Errorf("%s: %v wait for a person and %d are given out, want %v", step, got, n, want)
		}
	}
	is("before", ids...)
	check(t, s.GiveOut(ctx, ours, ids[1], handDocument(t, s, ids[1]).Version, c.now()))
	is("one given out", ids[0], ids[2])
	check(t, s.QueueIRN(ctx, ours, ids[1]))
	h := handDocument(t, s, ids[1])
	check(t, s.GiveOut(ctx, ours, ids[1], h.Version, c.now()))
	is("given out once more", ids[0], ids[2])
}

func TestRegisteringManyLeavesOutWhatIsGivenOut(t *testing.T) {
	s, c := newStore(t)
	ids := issueHeld(t, s, 2)
	check(t, s.GiveOut(t.Context(), ours, ids[0], handDocument(t, s, ids[0]).Version, c.now()))
	id := startBulk(t, s, BulkRegister, ids...)
	_, err := s.WorkBulk(t.Context(), id, func(gst.Refusal) (may, lookUp bool) { return false, false })
	check(t, err)
	rows, err := s.BulkRows(t.Context(), id, BulkSkipped, 10)
	check(t, err)
	if len(rows) != 1 || rows[0].InvoiceID != ids[0] || rows[0].Why != SkipGiven {
		t.Errorf("left out are %+v, want the one in a file", rows)
	}
	if h := handDocument(t, s, ids[1]); h.IRN != gst.IRNPending {
		t.Errorf("the other one is %s, want it queued", h.IRN)
	}
	check(t, s.QueueIRN(t.Context(), ours, ids[0])) // somebody says so of it alone
}

func TestOnlyWhatWasNotSentIsGivenOut(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	version := handDocument(t, s, inv.ID).Version
	try := func(name string, want error) {
		t.Helper()
		if err := s.GiveOut(ctx, ours, inv.ID, version, time.Time{}); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	r, err := nextRequest(ctx, s)
	check(t, err)
	try("taken up", gst.ErrConflict)
	check(t, s.MarkSent(ctx, r, gst.Alankit))
	try("being sent", gst.ErrConflict)
	check(t, s.MarkUnknown(ctx, r, gst.Alankit, "", "no answer", time.Now()))
	try("looked up", gst.ErrConflict)
	check(t, s.SaveRegistration(ctx, r, testRegistration(inv, 1)))
	try("registered", gst.ErrState)
	if _, err := s.HandDocument(ctx, ours, gst.Live, inv.ID); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("in the other mode: %v", err)
	}
	other := issue(t, s, newInvoice(ours, 1))
	if err := s.GiveOut(ctx, theirs, other.ID, other.Version, time.Time{}); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another company's: %v", err)
	}
	if err := s.GiveOut(ctx, ours, other.ID, other.Version+1, time.Time{}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("changed meanwhile: %v", err)
	}
}

// Whoever has the request in hand while somebody brings the IRN finds it gone.
func TestBroughtRegistrationEndsTheRequest(t *testing.T) {
	for name, sent := range map[string]bool{"ready": false, "sent": true} {
		t.Run(name, func(t *testing.T) {
			s, _ := newStore(t)
			ctx := t.Context()
			inv := issue(t, s, newInvoice(ours, 1))
			r, err := nextRequest(ctx, s)
			check(t, err)
			if sent {
				check(t, s.MarkSent(ctx, r, gst.Alankit))
			}
			version := handDocument(t, s, inv.ID).Version
			reg := testRegistration(inv, 1)
			if err := s.BringRegistration(ctx, ours, inv.ID, version+1, reg); !errors.Is(err, gst.ErrConflict) {
				t.Fatalf("an older version: %v", err)
			}
			check(t, s.BringRegistration(ctx, ours, inv.ID, version, reg))
			if err := s.SaveRegistration(ctx, r, reg); !errors.Is(err, gst.ErrConflict) {
				t.Errorf("the worker's answer: %v, want ErrConflict", err)
			}
			if err := s.BringRegistration(ctx, ours, inv.ID, version+1, reg); !errors.Is(err, gst.ErrState) {
				t.Errorf("once more: %v, want ErrState", err)
			}
			stored, _, err := s.InvoiceByIRN(ctx, ours, reg.IRN)
			check(t, err)
			if stored.ID != inv.ID || stored.IRN.State != gst.IRNRegistered || stored.IRN.Registration.SignedQR != reg.SignedQR {
				t.Errorf("stored %+v", stored.IRN)
			}
			if got := lastEvent(t, s, inv.ID); got.Kind != EventBroughtIn || got.Detail != reg.AckNo {
				t.Errorf("the timeline ends with %+v", got)
			}
			noFindings(t, s)
		})
	}
}

func TestRegistrationWithoutSignedInvoiceIsCompletedOnce(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	whole := testRegistration(inv, 1)
	reg := whole
	reg.SignedInvoice, reg.SignedAckDate = "", time.Time{}
	check(t, s.BringRegistration(ctx, ours, inv.ID, handDocument(t, s, inv.ID).Version, reg))
	other := whole
	other.IRN = "00"
	if err := s.CompleteRegistration(ctx, ours, inv.ID, other); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("of another IRN: %v", err)
	}
	check(t, s.CompleteRegistration(ctx, ours, inv.ID, whole))
	version := stored(t, s, inv.ID).Version
	check(t, s.CompleteRegistration(ctx, ours, inv.ID, whole))
	if again := stored(t, s, inv.ID).Version; again != version {
		t.Errorf("twice: version %d after %d", again, version)
	}
	if got := stored(t, s, inv.ID).IRN.Registration; got.SignedInvoice != whole.SignedInvoice || !got.SignedAckDate.Equal(whole.SignedAckDate) {
		t.Errorf("stored %+v", got)
	}
	noFindings(t, s)
}

// The portal shows a document for two days only. What was kept of one it showed no more is
// its IRN alone, and what a person brings for it may be its QR code alone, or all of it.
func TestIRNWithoutItsQRCodeIsCompletedByWhatIsBrought(t *testing.T) {
	s, _ := newStore(t)
	inv := issue(t, s, newInvoice(ours, 1))
	whole := testRegistration(inv, 1)
	bare := whole
	bare.SignedInvoice, bare.SignedQR, bare.KeyID, bare.SignedAckDate = "", "", "", time.Time{}
	check(t, s.SaveFound(t.Context(), next(t, s), bare))
	table := whole
	table.SignedInvoice, table.SignedAckDate = "", time.Time{}
	check(t, s.CompleteRegistration(t.Context(), ours, inv.ID, table))
	if got := stored(t, s, inv.ID).IRN.Registration; got.SignedQR != whole.SignedQR || got.SignedInvoice != "" || got.KeyID != whole.KeyID {
		t.Errorf("with its QR code: %+v", got)
	}
	check(t, s.CompleteRegistration(t.Context(), ours, inv.ID, whole))
	if got := stored(t, s, inv.ID).IRN.Registration; got.SignedInvoice != whole.SignedInvoice || !got.SignedAckDate.Equal(whole.SignedAckDate) {
		t.Errorf("with all of it: %+v", got)
	}
	noFindings(t, s)
}

func TestBroughtRegistrationReplacesTheRefusal(t *testing.T) {
	s, c := newStore(t)
	inv := refusedInvoice(t, s)
	reg := testRegistration(inv, 1)
	reg.Status = gst.RegistrationCancelled
	check(t, s.BringRegistration(t.Context(), ours, inv.ID, inv.Version, reg))
	got := stored(t, s, inv.ID)
	if got.IRN.Refusal != nil || got.State != gst.Void || !got.IRN.CancelledAt.Equal(c.now()) || got.IRN.CancelRemark != CancelledThere {
		t.Errorf("%s, %+v", got.State, got.IRN)
	}
	noFindings(t, s)
}

func TestBroughtRefusalIsOnlyOfWhatIsHeldOrRefused(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	no := gst.Refusal{Codes: []gst.RefusalCode{{Code: "2176", Message: "Invalid HSN"}}}
	h := handDocument(t, s, inv.ID)
	if err := s.BringRefusal(ctx, ours, inv.ID, h.Version, no, gst.IRNFailed); !errors.Is(err, gst.ErrState) {
		t.Errorf("while it waits: %v", err)
	}
	check(t, s.GiveOut(ctx, ours, inv.ID, h.Version, time.Time{}))
	check(t, s.BringRefusal(ctx, ours, inv.ID, h.Version+1, no, gst.IRNFailed))
	h = handDocument(t, s, inv.ID)
	if h.IRN != gst.IRNFailed || h.Refusal == nil || !h.Refusal.Has("2176") || !h.GivenOut.IsZero() {
		t.Errorf("refused it is %+v", h)
	}
	check(t, s.GiveOut(ctx, ours, inv.ID, h.Version, time.Time{})) // who may be is the desk's to say
	noFindings(t, s)
}

func lastEvent(t *testing.T, s *Store, id int64) Event {
	t.Helper()
	events, err := s.Events(t.Context(), ours, id)
	check(t, err)
	return events[len(events)-1]
}

// noFindings fails the test unless the file is in order.
func noFindings(t *testing.T, s *Store) {
	t.Helper()
	findings, err := s.Check(t.Context())
	check(t, err)
	for _, f := range findings {
		t.Errorf("%s: %s", f.Where, f.What)
	}
}
