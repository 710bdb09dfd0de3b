package registrar

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// TestSignIn asks the portal whether cred is good for company. Secrets left empty
// are taken from what is stored, as when saving. Errors are those of
// gsp.Portal.TestSignIn.
func (r *Registrar) TestSignIn(ctx context.Context, company gst.GSTIN, cred gst.Credentials) (gst.Session, error) {
	return r.testSignIn(ctx, company, cred, (*gsp.Portal).TestSignIn)
}

// TestSignInEWay is TestSignIn for the e-way bill system.
func (r *Registrar) TestSignInEWay(ctx context.Context, company gst.GSTIN, cred gst.Credentials) (gst.Session, error) {
	return r.testSignIn(ctx, company, cred, (*gsp.Portal).TestSignInEWay)
}

func (r *Registrar) testSignIn(ctx context.Context, company gst.GSTIN, cred gst.Credentials, ask func(*gsp.Portal, context.Context) (gst.Session, error)) (gst.Session, error) {
	stored, err := r.store.Credentials(ctx, company, cred.Mode)
	if err != nil && !errors.Is(err, db.ErrSealed) { // those that stay closed may all have been typed anew
		return gst.Session{}, fmt.Errorf("test sign-in: %w", err)
	}
	for _, old := range stored {
		if old.Provider == cred.Provider {
			cred.Password = cmp.Or(cred.Password, old.Password)
			cred.SubscriptionKey = cmp.Or(cred.SubscriptionKey, old.SubscriptionKey)
			cred.ASPPassword = cmp.Or(cred.ASPPassword, old.ASPPassword)
			cred.ClientSecret = cmp.Or(cred.ClientSecret, old.ClientSecret)
			if cred.EWayUsername != "" {
				cred.EWayPassword = cmp.Or(cred.EWayPassword, old.EWayPassword)
			}
		}
	}
	s, err := ask(r.gsp.Portal(company, cred), ctx)
	if err != nil {
		return gst.Session{}, fmt.Errorf("test sign-in: %w", err)
	}
	return s, nil
}

// CheckBase checks an address that credentials name; see gsp.CheckBase.
func (r *Registrar) CheckBase(base string) error { return r.gsp.CheckBase(base) }

// Taxpayer returns what the portal's register says of g, as company may ask it: live
// through its own credentials, in practice also through the sandbox's ready users.
// Company is nil, or not stored yet, while it is being added; that is practice.
//
// It returns gst.ErrNotFound when the portal does not know g, ErrNobody when no provider
// is set up or gives an answer, and a *gst.Refusal otherwise.
func (r *Registrar) Taxpayer(ctx context.Context, company *gst.Company, g gst.GSTIN) (*gst.Taxpayer, error) {
	asking, mode := g, gst.Practice
	if company != nil {
		asking, mode = company.GSTIN, company.Mode
	}
	portals, err := r.portals(ctx, asking, mode)
	switch {
	case errors.Is(err, errNoProvider), errors.Is(err, db.ErrSealed):
		if mode == gst.Practice {
			portals = r.through(asking, gsp.PracticeCredentials())
		}
		err = fmt.Errorf("look up taxpayer: %w: %w", gsp.ErrNotSent, err)
	case err != nil:
		return nil, fmt.Errorf("look up taxpayer: %w", err)
	}
	for _, p := range ready(portals, gst.OpTaxpayer) {
		var t *gst.Taxpayer
		t, err = p.Taxpayer(ctx, g)
		switch judge(err) {
		case agreed:
			return t, nil
		case absent:
			return nil, errors.Join(gst.ErrNotFound, err)
		case unsent, unanswered, busy:
			continue // it is a question only: the next provider may be asked
		default:
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %w", ErrNobody, err)
}
