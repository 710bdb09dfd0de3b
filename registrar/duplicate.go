package registrar

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
)

// fetchDuplicate gets the document that the portal holds under the number, and
// attaches it when it is ours: most likely an answer of it was lost. by is the provider
// that brought the news.
func (r *Registrar) fetchDuplicate(ctx context.Context, e *errand, by gst.Provider, why error) (turn, error) {
	d := namedDuplicate(e, why)
	var late, odd error
	open := false // somebody who did not answer may yet show it
	for _, p := range first(e.portals, by) {
		reg, err := fetch(ctx, p, e, d)
		switch r.heard(e, p, gst.OpByIRN, err) {
		case agreed:
			if err = r.believe(ctx, e.IRNRequest, reg); !errors.Is(err, errNotBelieved) {
				r.withEWay(ctx, p, e.Body, reg)
				return turn{}, r.attach(ctx, e, reg, err)
			}
			odd = err
		case expired:
			late = err
		case unsent, unanswered, busy:
			open = true
		}
	}
	e.Duplicate = d
	switch {
	case late != nil && d != nil:
		return turn{}, r.keepDuplicate(ctx, e, d)
	case late != nil:
		return turn{}, r.refuse(ctx, e, late, gst.IRNConflict)
	case odd != nil:
		return turn{}, r.disbelieve(ctx, e, odd)
	case open:
		return turn{}, r.pause(ctx, e, lookUp, why)
	}
	return turn{}, r.refuse(ctx, e, why, gst.IRNConflict)
}

// namedDuplicate is the IRN that the portal names for the number (DUPIRN): what it said
// now, or before. One that does not come of the number by NIC's recipe is not ours; the
// document is looked up by its number then.
func namedDuplicate(e *errand, why error) *gst.Registration {
	d := refusalOf(why).Duplicate
	if d == nil {
		d = e.Duplicate
	}
	if d == nil || d.IRN != nic.IRN(e.Company, e.Date, e.Type, e.Number) {
		return nil
	}
	return d
}

// duplicateOf is the refusal that named a duplicate, made anew.
func duplicateOf(d *gst.Registration) error {
	return &gst.Refusal{
		Provider: d.Provider, Duplicate: d,
		Codes: []gst.RefusalCode{{Code: codeDuplicate, Message: "Duplicate IRN"}},
	}
}

// fetch gets a duplicate by its IRN when that is known, else by document.
func fetch(ctx context.Context, p *gsp.Portal, e *errand, d *gst.Registration) (*gst.Registration, error) {
	if d != nil {
		return p.ByIRN(ctx, d.IRN)
	}
	return p.ByDocument(ctx, e.Type, e.Number, e.Date)
}

// keepDuplicate keeps what is known of an IRN that the portal shows no more: IRN, AckNo and
// AckDt, without the signed texts. It was registered after the document got its present
// content, so it is ours: the answer was lost, and nobody asked in time. Buyer and total
// cannot be compared, and until its QR code is brought it is no paper to hand out.
//
// One that was registered before that is another document.
// Source: NIC's code 2283: a document is shown for two days; CGST Rules 2017, rule 46(r).
func (r *Registrar) keepDuplicate(ctx context.Context, e *errand, d *gst.Registration) error {
	settled, err := r.settled(ctx, e.IRNRequest)
	if err != nil {
		return err
	}
	if d.AckDate.Add(time.Minute).Before(settled) { // AckDt is rounded to the minute
		const day = "02/01/2006 15:04"
		other := otherDocument{
			there: "registered " + d.AckDate.In(gst.IST).Format(day),
			here:  "made " + settled.In(gst.IST).Format(day) + ". The portal shows it no more",
		}
		return wrap("save conflict", r.store.SaveRefusal(keep(ctx), e.request(), conflictWith(d, other), gst.IRNConflict))
	}
	reg := *d
	reg.Status, reg.Practice = gst.RegistrationActive, e.Mode == gst.Practice
	return wrap("save registration", r.store.SaveFound(keep(ctx), e.request(), reg))
}

// settled returns when a document got its present content: when it was issued or last
// amended.
func (r *Registrar) settled(ctx context.Context, req *db.IRNRequest) (at time.Time, err error) {
	events, err := r.store.Events(ctx, req.Company, req.InvoiceID)
	if err != nil {
		return at, fmt.Errorf("when it was made: %w", err)
	}
	for _, event := range events {
		if event.Kind == db.EventIssued || event.Kind == db.EventAmended {
			at = event.At
		}
	}
	return at, nil
}
