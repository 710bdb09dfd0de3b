package gsp

import (
	"errors"
	"fmt"
	"time"

	"mohar/gst"
)

// How a call can end without an answer that says what happened. A clear answer is
// nil or *gst.Refusal.
var (
	// ErrNotSent means that the portal certainly did not act: no connection came
	// about, or signing in failed so that the call itself was never made.
	ErrNotSent = errors.New("not sent")

	// ErrNoAnswer means that the call may have been acted upon: it left, and no
	// answer came that can be understood.
	ErrNoAnswer = errors.New("no answer")

	// ErrSignIn marks a *gst.Refusal that concerns the API user or the provider's
	// access, not the document: another provider may well take it.
	ErrSignIn = errors.New("sign-in refused")
)

// Wait says that a provider is left alone until a moment, because it or the portal
// would block us. It is an ErrNotSent.
type Wait struct {
	Until  time.Time
	Reason string // for logs
}

// Error gives the reason and the moment in IST.
func (w *Wait) Error() string {
	return fmt.Sprintf("%s; not before %s", w.Reason, w.Until.In(gst.IST).Format("15:04:05"))
}

// Is makes a Wait an ErrNotSent.
func (w *Wait) Is(target error) bool { return target == ErrNotSent }

// Codes that steer this package.
const (
	codeToken = "1005"   // NIC: invalid token
	gspToken  = "GSP022" // TaxPro: token expired or invalid
)

// unsure are the TaxPro codes that speak of a failure behind the provider, so that
// the portal may have acted. Source: TaxPro's list of GSP error codes.
var unsure = []string{
	"GSP027",  // network error
	"GSP030",  // GST server unreachable
	"GSP032",  // time-out; to be checked by document
	"GSP050D", // the portal's reply could not be decrypted
	"GSP099",  // no response from the portal
	"GSP500",  // GST portal unavailable
	"GSP501",  // e-way bill portal unavailable
}

// signInCodes are NIC's codes about the API user, the client or the token; given to
// any call, they say nothing about the document.
var signInCodes = []string{
	"1001", "1002", "1003", "1004", codeToken, "1006", "1007", "1008", "1009", "1010",
	"1011", "1012", "1013", "1014", "1015", "1016", "1017", "1018", "1019", "1020",
}

// sorted returns what a refused call means: no answer at all, a refused sign-in, or
// the refusal itself.
func sorted(r *gst.Refusal) error {
	switch {
	case r.Has(unsure...):
		return fmt.Errorf("%w: %w", ErrNoAnswer, r)
	case r.Gateway || r.Has(signInCodes...):
		return fmt.Errorf("%w: %w", ErrSignIn, r)
	}
	return r
}
