package registrar

import (
	"errors"
	"slices"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// verdict is what an answer of the portal, or its absence, comes to.
type verdict int

const (
	agreed     verdict = iota // it did what was asked
	unsent                    // it certainly did nothing here: ask the next provider
	unanswered                // it may have acted: look the document up
	busy                      // it says to try again later, without saying what it did: look up later
	absent                    // it holds no such document: the one answer after which it may be sent
	duplicate                 // it holds a document under this number: compare
	expired                   // it holds it, but for too long to show it
	elsewhere                 // another registration portal holds it
	stale                     // its copy of a taxpayer is old: sync and try once more
	refused                   // it refuses the document: never sent again unchanged
)

// codeDuplicate is NIC's code for a number that is used already.
const codeDuplicate = "2150"

// verdicts is what the portal's codes come to; any other code refuses the document.
// Source: NIC's list of error codes and best practices.
var verdicts = map[string]verdict{
	"2139":        busy, // error while creating the invoice
	"2146":        busy, // unable to create IRN, try after some time
	"2147":        busy, // unable to sign, try after some time
	"5001":        busy, // application error
	"2148":        absent,
	"2154":        absent,
	"3001":        absent,
	codeDuplicate: duplicate,
	"2283":        expired,
	"2295":        elsewhere,
	"3028":        stale,
	"3029":        stale,
}

// outside are refusals whose cause lies outside the document, so that it may be taken as it
// is another day. True are those whose cause lies on the way to the portal alone: what a
// person uploads there may be taken at once.
//
// Source: NIC's list of error codes.
var outside = map[string]bool{
	"2139": true,  // error while creating the invoice
	"2140": true,  // error while checking it
	"2143": true,  // the GSTIN that signed in is another one: the API user is wrong
	"2146": true,  // unable to create IRN
	"2147": true,  // unable to sign
	"2231": false, // the portal has the company as a SEZ unit
	"2300": false, // the portal has the company as a taxpayer who makes no e-invoices
	"3026": false, // the GSTIN is not enabled for e-invoices
	"3028": false, // GSTIN unknown: perhaps too new for the portal's copy of the register
	"3029": false, // GSTIN not active: perhaps its suspension has ended
	"3030": false, // GSTIN not found
	"5001": true,  // application error
	"5003": true,  // the message came empty

	db.NotBelieved: false, // the answers proved nothing
}

// MayResend reports whether a document that was refused so may be sent again as it is,
// when a person wants it: no code asks for a change of the document. lookUp says that the
// portal may hold it although it was refused so: it is asked for that before.
func MayResend(no gst.Refusal) (may, lookUp bool) {
	for _, c := range no.Codes {
		if _, ok := outside[c.Code]; !ok {
			return false, false
		}
		if c.Code == db.NotBelieved || verdicts[c.Code] == busy {
			lookUp = true
		}
	}
	return len(no.Codes) > 0, lookUp
}

// MayGoByHand reports whether a refusal is about the way to the portal alone: the provider's
// own no, the portal that says "try later", or credentials. Such a document may be
// registered by hand as it is.
//
// Source: NIC's list of error codes, 1004 to 1020: signing in and what is sent around the
// document.
func MayGoByHand(no gst.Refusal) bool {
	if len(no.Codes) == 0 {
		return false
	}
	return no.Gateway || !slices.ContainsFunc(no.Codes, func(c gst.RefusalCode) bool {
		signIn := len(c.Code) == 4 && c.Code >= "1004" && c.Code <= "1020"
		return !signIn && !outside[c.Code]
	})
}

// judge returns the verdict on how a call ended. Several codes together refuse the
// document unless all of them say the same.
func judge(err error) verdict {
	var no *gst.Refusal
	switch {
	case err == nil:
		return agreed
	case errors.Is(err, gsp.ErrNoAnswer):
		return unanswered
	case errors.Is(err, gsp.ErrNotSent), errors.Is(err, gsp.ErrSignIn), isFault(err):
		return unsent
	case !errors.As(err, &no) || len(no.Codes) == 0:
		return unanswered // we do not understand it, so nothing can be ruled out
	}
	first, known := verdicts[no.Codes[0].Code]
	if !known {
		return refused
	}
	for _, c := range no.Codes[1:] {
		if v, ok := verdicts[c.Code]; !ok || v != first {
			return refused
		}
	}
	return first
}

// isFault reports whether err is about credentials that lack something, so that
// nothing was sent.
func isFault(err error) bool {
	var bad gst.Invalid
	return errors.As(err, &bad)
}

// codeOf returns the code that says why a document waits: one of db's own, or the first
// that the portal or the GSP gave; "" when there is none.
func codeOf(err error) string {
	switch {
	case errors.Is(err, errNoProvider):
		return db.WaitNoProvider
	case errors.Is(err, db.ErrSealed):
		return db.WaitNoKey
	case errors.Is(err, errNotBelieved):
		return db.NotBelieved
	}
	if code := lackOf(err); code != "" {
		return code
	}
	if no := refusalOf(err); len(no.Codes) > 0 {
		return no.Codes[0].Code
	}
	return ""
}

// lacks are the codes of what credentials lack, by the rule that says so.
var lacks = map[string]string{
	"credentials.portal_key_missing": db.WaitNoPortalKey,
	"credentials.portal_key":         db.WaitBadPortalKey,
	"credentials.base_url":           db.WaitBadAddress,
}

// lackOf returns the code of what credentials lack; "" when err is about something else.
func lackOf(err error) string {
	var bad gst.Invalid
	if errors.As(err, &bad) {
		for _, f := range bad.Faults {
			if code := lacks[f.Rule]; code != "" {
				return code
			}
		}
	}
	return ""
}

// refusalOf returns the refusal inside err; an empty one when there is none.
func refusalOf(err error) gst.Refusal {
	var no *gst.Refusal
	if errors.As(err, &no) {
		return *no
	}
	return gst.Refusal{}
}
