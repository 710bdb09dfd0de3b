package registrar

import (
	"context"
	"fmt"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// GSPHealth is how a provider answered in the last hour; gsp's, for rooms that reach the
// portal through the registrar.
type GSPHealth = gsp.Health

// Health returns how the providers answered in one mode in the last hour, in the order that
// they are known here.
func (r *Registrar) Health(mode gst.Mode) []GSPHealth { return r.gsp.Health(mode) }

// Standing is how a company stands with the portal.
type Standing struct {
	db.QueueSummary
	Reachable bool      // the last document that was tried got an answer, or none was tried
	Since     time.Time // since when no provider answers; zero while one does
	Next      time.Time // when the next document is tried; zero: none waits
	Why       string    // code of the last try that reached nobody; empty: no connection

	// The e-way bill system fails apart from that of e-invoices.
	EWaysReachable bool
	EWaysSince     time.Time // since when nobody takes what is asked about e-way bills; zero: somebody does
	EWaysWhy       string    // as Why
}

// Standing returns how a company stands with the portal in one mode. Whether it can be
// reached is known of what was tried since the program started.
func (r *Registrar) Standing(ctx context.Context, company gst.GSTIN, mode gst.Mode) (Standing, error) {
	summary, err := r.store.QueueSummary(ctx, company, mode)
	if err != nil {
		return Standing{}, fmt.Errorf("standing of %s: %w", company, err)
	}
	s := Standing{QueueSummary: summary, Reachable: true, Next: summary.Next}
	if closed, shut := r.gate.standing(client{company, mode}); shut {
		s.Reachable, s.Since, s.Why = false, closed.since, closed.why
		if s.Next.Before(closed.until) && summary.Open() > 0 {
			s.Next = closed.until
		}
	}
	s.EWaysReachable = true
	if closed, shut := r.ewayGates.standing(client{company, mode}); shut {
		s.EWaysReachable, s.EWaysSince, s.EWaysWhy = false, closed.since, closed.why
		if s.EWaysNext.Before(closed.until) && s.EWays > 0 {
			s.EWaysNext = closed.until
		}
	}
	return s, nil
}

// Reached reports whether the last document of a company that was tried in a mode got an
// answer, or none was tried since the program started. Nothing is read for it.
func (r *Registrar) Reached(company gst.GSTIN, mode gst.Mode) bool {
	_, shut := r.gate.standing(client{company, mode})
	return !shut
}

// TryNow has all waiting documents and e-way bills of a company in one mode tried at once,
// whatever was found a moment ago.
func (r *Registrar) TryNow(ctx context.Context, company gst.GSTIN, mode gst.Mode) error {
	r.gate.open(client{company, mode})
	r.ewayGates.open(client{company, mode})
	r.gsp.TryAgain(mode)
	return wrap("try now", r.store.TryNow(ctx, company, mode))
}
