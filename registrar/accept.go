package registrar

import (
	"context"
	"errors"
	"fmt"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// accept checks what a provider gave for a document that was just sent, and stores
// it. What does not hold counts as no answer: the portal is asked again.
func (r *Registrar) accept(ctx context.Context, req *db.IRNRequest, reg *gst.Registration) (turn, error) {
	err := r.verify(ctx, req, reg)
	if err != nil {
		return r.undecided(ctx, req, fmt.Errorf("registration not believed: %w", err))
	}
	return turn{}, wrap("save registration", r.store.SaveRegistration(keep(ctx), req, *reg))
}

// attach stores what a look-up found, if it is our document; one that was cancelled
// at the portal meanwhile is stored as such. If it is another document, the number
// is used up.
func (r *Registrar) attach(ctx context.Context, req *db.IRNRequest, reg *gst.Registration) (turn, error) {
	err := r.verify(ctx, req, reg)
	unlike := errors.Is(err, nic.ErrOtherDocument)
	other := otherDocument{there: "another document"} // in what, only the signed texts know
	if err == nil || unlike {
		same := sameDocument(req.Body, reg)
		if errors.As(same, &other) {
			unlike = true
		} else if err == nil {
			err = same
		}
	}
	switch {
	case unlike:
		no := gst.Refusal{
			Provider: reg.Provider, Duplicate: reg,
			Codes: []gst.RefusalCode{{Code: codeDuplicate, Message: other.Error()}},
		}
		return turn{}, wrap("save conflict", r.store.SaveRefusal(keep(ctx), req, no, gst.IRNConflict))
	case err != nil:
		return turn{}, r.pause(ctx, req, lookUp, fmt.Errorf("registration not believed: %w", err))
	}
	return turn{}, wrap("save registration", r.store.SaveFound(keep(ctx), req, *reg))
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
