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

// codes are the codes that steer this package, of one of the portal's systems.
type codes struct {
	token    []string // the token has ended: sign in again and repeat the call once
	staleKey []string // the sign-in could not be read: the sandbox has another key
	signIn   []string // about the API user, the client or the token; given to any call, they say nothing of the document
	pauses   map[string]time.Duration
}

// pause returns for how long a refusal wants to be left alone; 0 for most.
func (c *codes) pause(r *gst.Refusal) time.Duration {
	var longest time.Duration
	for _, one := range r.Codes {
		longest = max(longest, c.pauses[one.Code])
	}
	return longest
}

// TaxPro's own codes that steer this package.
// Source: TaxPro's list of GSP error codes.
const (
	gspToken     = "GSP022" // token expired or invalid
	gspEWayToken = "GSP102" // the same of the e-way bill system
	gspManyCalls = "GSP025" // too many calls
)

// invoiceCodes are those of the e-invoice system. Source: NIC's list of error codes.
var invoiceCodes = codes{
	token:    []string{"1005", gspToken},
	staleKey: []string{"1013", "1020", "5001"},
	signIn: []string{
		"1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008", "1009", "1010",
		"1011", "1012", "1013", "1014", "1015", "1016", "1017", "1018", "1019", "1020",
	},
}

// ewayCodes are those of the e-way bill system. Its codes for troubles of its own (240,
// 309, 800 …) stay refusals: whoever asked knows whether to look up what came of it.
//
// Source: e-way bill API 1.03, list of error codes.
var ewayCodes = codes{
	token:    []string{"105", "106", "109", "238", gspEWayToken, gspToken}, // 109: the session key has changed
	staleKey: []string{"109"},
	signIn: []string{
		"101", "102", "103", "104", "105", "106", "107", "108", "109", "110", "111", "112", "113", "116", "227", "228", "237", "238",
	},
	pauses: map[string]time.Duration{
		"118": 5 * time.Minute, // "try after 5 minutes"
		"658": time.Minute,     // more requests than allowed
	},
}

// unsure are the TaxPro codes that speak of a failure behind the provider, so that
// the portal may have acted. Source: TaxPro's list of GSP error codes.
var unsure = []string{
	"GSP027",     // network error
	"GSP030",     // GST server unreachable
	"GSP032",     // time-out; to be checked by document
	"GSP050D",    // the portal's reply could not be decrypted
	"GSP099",     // no response from the portal
	"GSP500",     // GST portal unavailable
	"GSP501",     // e-way bill portal unavailable
	"GSPGSTDOWN", // the same, of another GSP
}

// sorted returns what a refused call means: no answer at all, a refused sign-in, or
// the refusal itself.
func (p *Portal) sorted(r *gst.Refusal) error {
	switch {
	case r.Has(unsure...):
		return fmt.Errorf("%w: %w", ErrNoAnswer, r)
	case r.Gateway || r.Has(p.api.codes.signIn...):
		return fmt.Errorf("%w: %w", ErrSignIn, r)
	}
	return r
}
