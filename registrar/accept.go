package registrar

import (
	"context"
	"errors"
	"fmt"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// errNotBelieved means that what came as a registration is no proof of one: it is not
// signed as it must be, or it is about something else.
var errNotBelieved = errors.New("registration not believed")

// accept checks what a provider gave for a document that was just sent, and stores
// it. What does not hold counts as no answer: the portal is asked again.
func (r *Registrar) accept(ctx context.Context, e *errand, reg *gst.Registration) (turn, error) {
	err := r.verify(ctx, e.IRNRequest, reg)
	if err == nil && reg.Status == gst.RegistrationCancelled {
		err = errors.New("it is said to be cancelled as it is made")
	}
	switch {
	case err == nil && reg.Status == gst.RegistrationRejected:
		return turn{}, r.reject(ctx, e, reg)
	case err == nil:
		return turn{}, wrap("save registration", r.register(ctx, e, reg))
	}
	err = fmt.Errorf("%w: %w", errNotBelieved, err)
	if e.Disbelieved+1 >= mostDisbelieved {
		return turn{}, r.disbelieve(ctx, e, err)
	}
	e.Disbelieved++
	return r.undecided(ctx, e, err)
}

// believe checks what a look-up found. It returns nil for our document, otherDocument for
// another one under the number, and errNotBelieved for what is no proof of either. The
// document that was signed decides, not what the reply says beside it; the answer to somebody
// else's question says nothing about ours.
func (r *Registrar) believe(ctx context.Context, req *db.IRNRequest, reg *gst.Registration) error {
	if other := otherNumber(req, reg); other != "" {
		return fmt.Errorf("%w: it is that of %s", errNotBelieved, other)
	}
	err := r.verify(ctx, req, reg)
	unlike := errors.Is(err, nic.ErrOtherDocument)
	if err != nil && !unlike {
		return fmt.Errorf("%w: %w", errNotBelieved, err)
	}
	var other otherDocument
	same := sameDocument(req.Body, reg)
	switch {
	case errors.As(same, &other):
		return other
	case unlike: // the document that was signed is ours, and what the reply says beside it is not
		return fmt.Errorf("%w: %w", errNotBelieved, err)
	case same != nil:
		return fmt.Errorf("%w: %w", errNotBelieved, same)
	}
	return nil
}

// attach stores what a look-up found, if it is our document; one that was cancelled
// at the portal meanwhile is stored as such. If it is another document, the number
// is used up. found is what believe says.
func (r *Registrar) attach(ctx context.Context, e *errand, reg *gst.Registration, found error) error {
	if found != nil {
		return wrap("save conflict", r.store.SaveRefusal(keep(ctx), e.request(), conflictWith(reg, found), gst.IRNConflict))
	}
	if reg.Status == gst.RegistrationRejected {
		return r.reject(ctx, e, reg)
	}
	return wrap("save registration", r.store.SaveFound(keep(ctx), e.request(), *reg))
}

// reject stores that the portal holds the document with an IRN that counts for nothing.
// Source: NIC release notes: status REJ.
func (r *Registrar) reject(ctx context.Context, e *errand, reg *gst.Registration) error {
	no := gst.Refusal{Provider: reg.Provider, Duplicate: reg, Codes: []gst.RefusalCode{{Code: gst.RegistrationRejected}}}
	return wrap("save rejection", r.store.SaveRefusal(keep(ctx), e.request(), no, gst.IRNConflict))
}

// mostDisbelieved is how many answers about one document may prove nothing before a person
// has to see it.
const mostDisbelieved = 12

// disbelieve gives back a document of which a provider brought no proof: it is looked up
// again, and after too much of that parked with the reason.
func (r *Registrar) disbelieve(ctx context.Context, e *errand, why error) error {
	if e.Disbelieved++; e.Disbelieved < mostDisbelieved {
		return r.pause(ctx, e, lookUp, why)
	}
	no := gst.Refusal{
		Provider: e.SentThrough, Codes: []gst.RefusalCode{{Code: db.NotBelieved, Message: why.Error()}},
	}
	return wrap("save disbelief", r.store.SaveRefusal(keep(ctx), e.request(), no, gst.IRNConflict))
}

// verify checks both signatures and that they speak of the document that was sent,
// and notes in reg what they say. A key that is not known leaves reg without KeyID,
// shown as not verified; everything else must hold.
func (r *Registrar) verify(ctx context.Context, req *db.IRNRequest, reg *gst.Registration) error {
	ring, err := r.keys(ctx)
	if err != nil {
		r.log.WarnContext(ctx, "signing keys cannot be read", "error", err)
		ring = nic.NewKeyring() // knows none: not verified, but compared
	}
	keyID, signed, practice, err := nic.CheckRegistration(ring, *reg, req.Body)
	reg.SignedAckDate = signed
	reg.Practice = req.Mode == gst.Practice
	switch {
	case errors.Is(err, nic.ErrUnknownKey):
		return nil
	case err != nil:
		return err
	case practice != reg.Practice:
		return fmt.Errorf("%w: key %s is not for %s documents", nic.ErrBadSignature, keyID, req.Mode)
	}
	reg.KeyID = keyID
	return nil
}
