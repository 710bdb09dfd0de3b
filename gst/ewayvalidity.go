package gst

import (
	"time"

	"mohar/gst/master"
)

// The periods of an e-way bill.
const (
	ewayPartADays    = 15             // Part A waits for Part B. CGST Rules 2017, rule 138(9), second proviso
	ewayCancelWithin = 24 * time.Hour // from making. CGST Rules 2017, rule 138(9)
	ewayRejectWithin = 72 * time.Hour // from making. CGST Rules 2017, rule 138(12)
	ewayExtendAround = 8 * time.Hour  // before and behind the end. CGST Rules 2017, rule 138(10), provisos; error 382
)

// EWayValidity returns until when an e-way bill is valid that gets its first Part B at
// start and is for km: one day for every 200 km or part, for over-dimensional cargo and
// where a ship is on the way (odc) for every 20 km or part, each day ending at the
// midnight after the day of the start. It is for previews and practice: what counts is
// what the portal says. nil law is the one that the program brings.
//
// Source: CGST Rules 2017, rule 138(10) and its explanation 1.
func EWayValidity(start time.Time, km int, odc bool, law *master.Law) time.Time {
	rule := master.RuleEWayDay
	if odc {
		rule = master.RuleEWayDayODC
	}
	first := DateOf(start)
	perDay, holds := law.Value(rule, int32(first))
	if !holds || perDay <= 0 { // e-way bills began with the first row
		return time.Time{}
	}
	days := max(1, (max(km, 0)+perDay-1)/perDay)
	return lastMinute(first.AddDays(days))
}

// lastMinute is 23:59 of the day, where the portal ends a validity.
func lastMinute(d Date) time.Time { return d.AddDays(1).Time().Add(-time.Minute) }

// StateAt returns how the e-way bill stands at a moment: as stored, but for what time has
// done to it since.
func (b *EWay) StateAt(now time.Time) EWayState {
	switch {
	case b.State == EWayActive && !b.ValidUntil.IsZero() && now.After(b.ValidUntil):
		return EWayExpired
	case b.State == EWayPartA && !b.Made.IsZero() && now.After(b.PartBUntil()):
		return EWayDiscarded
	}
	return b.State
}

// PartBUntil returns the last moment for the first Part B, the zero time while the bill is
// not made.
//
// Source: CGST Rules 2017, rule 138(9), second proviso.
func (b *EWay) PartBUntil() time.Time {
	if b.Made.IsZero() {
		return time.Time{}
	}
	return b.Made.AddDate(0, 0, ewayPartADays)
}

// Ends returns when the e-way bill ends by itself: its validity, or the wait for Part B;
// the zero time when it does not or is over for another reason.
func (b *EWay) Ends() time.Time {
	switch b.State {
	case EWayActive:
		return b.ValidUntil
	case EWayPartA:
		return b.PartBUntil()
	}
	return time.Time{}
}

// HoursLeft returns how many whole hours the e-way bill has until it ends by itself (see
// Ends), below 0 when that is over; false when it does not end by itself.
func (b *EWay) HoursLeft(now time.Time) (hours int, ends bool) {
	end := b.Ends()
	if end.IsZero() {
		return 0, false
	}
	left := end.Sub(now)
	hours = int(left / time.Hour)
	if left < 0 {
		hours = min(-1, hours)
	}
	return hours, true
}

// extendedAtMost returns the last moment up to which the bill can be extended in all; the
// zero time when the law knows no end on the day.
//
// Source: advisory of 17-12-2024; error 821.
func (b *EWay) extendedAtMost(now time.Time, law *master.Law) time.Time {
	days, holds := law.Value(master.RuleEWayExtension, int32(DateOf(now)))
	if !holds || b.Made.IsZero() {
		return time.Time{}
	}
	return lastMinute(DateOf(b.Made).AddDays(days))
}
