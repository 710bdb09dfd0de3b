package db

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"mohar/gst"
)

// EWayTab is a heading of the list of e-way bills. Time moves a bill from one to another.
type EWayTab string

// The tabs. Those of bills that others made hold them in any state.
const (
	EWaysAll         EWayTab = ""
	EWaysToDo        EWayTab = "to_do"     // to be made or asked about at the portal, or refused by it
	EWaysActive      EWayTab = "active"    // valid now
	EWaysPartA       EWayTab = "part_a"    // without Part B, and not discarded yet
	EWaysExpiring    EWayTab = "expiring"  // over within a day, or since less than eight hours; also as transporter
	EWaysExpired     EWayTab = "expired"   // over, or discarded
	EWaysCancelled   EWayTab = "cancelled" // or closed, or refused and given up
	EWaysOthers      EWayTab = "others"    // of others, who name the company as supplier or recipient
	EWaysTransporter EWayTab = "transporter"
	EWaysGate        EWayTab = "gate" // without Part B and not discarded, made by the company or to be carried by it
)

// ewayHeading is the tab that a bill is stored under; time makes EWaysExpired of two.
func ewayHeading(b *gst.EWay) string {
	switch b.Role {
	case gst.EWayOther:
		return string(EWaysOthers)
	case gst.EWayTransporter:
		return string(EWaysTransporter)
	}
	switch b.State {
	case gst.EWayFailed:
		if !b.GivenUp.IsZero() {
			return string(EWaysCancelled)
		}
		return string(EWaysToDo)
	case gst.EWayPending, gst.EWayUnknown:
		return string(EWaysToDo)
	case gst.EWayActive:
		return string(EWaysActive)
	case gst.EWayPartA:
		return string(EWaysPartA)
	case gst.EWayDiscarded:
		return string(EWaysExpired)
	}
	return string(EWaysCancelled)
}

// recountEWays moves a bill from one heading to another; an empty one is none.
func recountEWays(ctx context.Context, t *tx, b *gst.EWay, from, to string) error {
	if from == to {
		return nil
	}
	for heading, by := range map[string]int{from: -1, to: 1} {
		if heading == "" {
			continue
		}
		_, err := t.exec(ctx, `
INSERT INTO eway_counters (company, mode, heading, bills)
VALUES ($1, $2, $3, $4)
ON CONFLICT (company, mode, heading) DO UPDATE
SET bills = eway_counters.bills + $4`, b.Company, b.Mode, heading, by)
		if err != nil {
			return fmt.Errorf("count e-way bills: %w", err)
		}
	}
	return nil
}

// EWayQuery chooses a page of e-way bills.
type EWayQuery struct {
	Company gst.GSTIN
	Mode    gst.Mode
	Tab     EWayTab
	Query   string // part of number, paper's number, party, GSTIN, transporter, vehicle or trip sheet
	After   Cursor // where the page before ended
	Limit   int    // rows; 0: 50

	// From and Until bound when bills were made, or asked for: from the one until before the
	// other; zero: no bound. They count where bills come in that order.
	From, Until time.Time
}

// newest is the place that a list by when bills were made goes on from.
func (q EWayQuery) newest() Cursor {
	before := beforeAll(q.After)
	if !q.Until.IsZero() && before.Changed > millis(q.Until) {
		return Cursor{Changed: millis(q.Until)}
	}
	return before
}

// The expiry board shows what ends between these, seen from now.
const (
	expiringFrom = -8 * time.Hour // Source: CGST Rules 2017, rule 138(10): the time to extend
	expiringTo   = 24 * time.Hour
)

// EWays returns a page of a company's e-way bills, with everything that is kept of them, and
// where the next one begins.
//
// EWaysPartA, EWaysGate and EWaysExpiring come by their end, the nearest first; EWaysActive and
// EWaysExpired by their end, the latest first; all others by when they were made, or asked
// for, newest first. With a query of three characters and more they come newest entered
// first; a shorter one finds the beginning of the paper's number.
func (s *Store) EWays(ctx context.Context, q EWayQuery) ([]gst.EWay, Cursor, error) {
	q.Limit = orDefault(q.Limit)
	more := q
	more.Limit++ // one more tells whether there is a next page
	query := searchable(q.Query)
	var bills []gst.EWay
	var err error
	switch n := utf8.RuneCountInString(query); {
	case n >= minSearch:
		bills, err = s.searchedEWays(ctx, more, query)
	case n > 0:
		bills, err = s.prefixedEWays(ctx, more, query)
	default:
		bills, err = s.listedEWays(ctx, more)
	}
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list e-way bills of %s: %w", q.Company, err)
	}
	var next Cursor
	if len(bills) > q.Limit {
		bills = bills[:q.Limit]
		last := &bills[q.Limit-1]
		next = Cursor{ID: last.ID, Number: gst.NormalNumber(last.Of.Number), Changed: millis(ewayListed(last))}
		if byEnd(q.Tab) && query == "" {
			next.Changed = millis(last.Ends())
		}
	}
	for i := range bills {
		if err := addEWayDetails(ctx, s.reader, &bills[i]); err != nil {
			return nil, Cursor{}, fmt.Errorf("list e-way bills of %s: %w", q.Company, err)
		}
	}
	return bills, next, nil
}

// byEnd reports whether a tab is listed by the end of its bills.
func byEnd(tab EWayTab) bool {
	return tab == EWaysActive || tab == EWaysPartA || tab == EWaysGate || tab == EWaysExpiring || tab == EWaysExpired
}

// listedEWays returns the bills of a tab. The queries differ in the index that serves them.
func (s *Store) listedEWays(ctx context.Context, q EWayQuery) ([]gst.EWay, error) {
	now := millis(s.now())
	switch q.Tab {
	case EWaysAll:
		before := q.newest()
		return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND (e.listed_at, e.id) < ($3, $4) AND e.listed_at >= $5
ORDER BY e.listed_at DESC, e.id DESC
LIMIT $6`, q.Company, q.Mode, before.Changed, before.ID, millis(q.From), q.Limit)
	case EWaysActive:
		before := beforeAll(q.After)
		return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading = $3 AND e.ends_at > $4 AND (e.ends_at, e.id) < ($5, $6)
ORDER BY e.ends_at DESC, e.id DESC
LIMIT $7`, q.Company, q.Mode, q.Tab, now, before.Changed, before.ID, q.Limit)
	case EWaysPartA:
		return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading = $3 AND e.ends_at > $4 AND (e.ends_at, e.id) > ($5, $6)
ORDER BY e.ends_at, e.id
LIMIT $7`, q.Company, q.Mode, q.Tab, now, q.After.Changed, q.After.ID, q.Limit)
	case EWaysExpiring:
		from, to := millis(s.now().Add(expiringFrom)), millis(s.now().Add(expiringTo))
		return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.state = 'active' AND e.role <> 'other'
  AND e.ends_at > $3 AND e.ends_at <= $4 AND (e.ends_at, e.id) > ($5, $6)
ORDER BY e.ends_at, e.id
LIMIT $7`, q.Company, q.Mode, from, to, q.After.Changed, q.After.ID, q.Limit)
	case EWaysExpired:
		return s.expiredEWays(ctx, q, now)
	case EWaysToDo:
		return s.toDoEWays(ctx, q, now)
	case EWaysGate:
		return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading IN ('part_a', 'transporter') AND e.state = 'part_a_only'
  AND e.ends_at > $3 AND (e.ends_at, e.id) > ($4, $5)
ORDER BY e.ends_at, e.id
LIMIT $6`, q.Company, q.Mode, now, q.After.Changed, q.After.ID, q.Limit)
	}
	before := q.newest()
	return list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading = $3 AND (e.listed_at, e.id) < ($4, $5) AND e.listed_at >= $6
ORDER BY e.listed_at DESC, e.id DESC
LIMIT $7`, q.Company, q.Mode, q.Tab, before.Changed, before.ID, millis(q.From), q.Limit)
}

// beforeAll is a place that everything stands behind, for the beginning.
func beforeAll(after Cursor) Cursor {
	if after.IsZero() {
		return Cursor{Changed: 1<<63 - 1, ID: 1<<63 - 1}
	}
	return after
}

// expiredEWays returns bills that are over by time: those with Part B and those without
// stand in the index apart.
func (s *Store) expiredEWays(ctx context.Context, q EWayQuery, now int64) ([]gst.EWay, error) {
	before := beforeAll(q.After)
	var bills []gst.EWay
	for _, heading := range []EWayTab{EWaysActive, EWaysPartA, EWaysExpired} {
		some, err := list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading = $3 AND e.ends_at <= $4 AND (e.ends_at, e.id) < ($5, $6)
ORDER BY e.ends_at DESC, e.id DESC
LIMIT $7`, q.Company, q.Mode, heading, now, before.Changed, before.ID, q.Limit)
		if err != nil {
			return nil, err
		}
		bills = append(bills, some...)
	}
	slices.SortFunc(bills, func(a, b gst.EWay) int {
		return cmp.Or(cmp.Compare(millis(b.Ends()), millis(a.Ends())), cmp.Compare(b.ID, a.ID))
	})
	return bills[:min(q.Limit, len(bills))], nil
}

// prefixedEWays returns bills whose paper's number begins with the query.
func (s *Store) prefixedEWays(ctx context.Context, q EWayQuery, query string) ([]gst.EWay, error) {
	first := gst.NormalNumber(query)
	beyond := first + string(utf8.MaxRune) // no number holds it
	after := q.After
	if after.IsZero() {
		after = Cursor{Number: beyond}
	}
	var found []gst.EWay
	for {
		bills, err := list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.paper_key >= $3 AND e.paper_key < $4 AND (e.paper_key, e.id) < ($5, $6)
ORDER BY e.paper_key DESC, e.id DESC
LIMIT $7`, q.Company, q.Mode, first, beyond, after.Number, after.ID, searchChunk)
		if err != nil {
			return nil, err
		}
		for i := range bills {
			if len(found) < q.Limit && inTab(&bills[i], q.Tab, s.now()) {
				found = append(found, bills[i])
			}
		}
		if len(found) == q.Limit || len(bills) < searchChunk {
			return found, nil
		}
		last := &bills[len(bills)-1]
		after = Cursor{Number: gst.NormalNumber(last.Of.Number), ID: last.ID}
	}
}

// inTab reports whether a bill stands under a tab at a moment.
func inTab(b *gst.EWay, tab EWayTab, now time.Time) bool {
	end, heading := b.Ends(), EWayTab(ewayHeading(b))
	over := !end.After(now)
	switch tab {
	case EWaysAll:
		return true
	case EWaysToDo:
		return toDo(b, now)
	case EWaysGate:
		return b.State == gst.EWayPartA && b.Role != gst.EWayOther && !over
	case EWaysExpiring:
		return b.State == gst.EWayActive && b.Role != gst.EWayOther &&
			end.After(now.Add(expiringFrom)) && !end.After(now.Add(expiringTo))
	case EWaysExpired:
		return heading == EWaysExpired || (heading == EWaysActive || heading == EWaysPartA) && over
	case EWaysActive, EWaysPartA:
		return heading == tab && !over
	}
	return heading == tab
}

// EWayCounts says how many e-way bills of a company stand under each tab.
type EWayCounts struct {
	All, ToDo, Active, PartA, Expiring, Expired, Cancelled, Others, Transporter, Trips int64
}

// EWayCounts returns a company's counts in one mode at a moment. What is over by time is
// told from maintained counters and from the bills that are still valid, so it costs by how
// many of these there are (some milliseconds for twenty thousand) and not by how many
// there ever were.
func (s *Store) EWayCounts(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, now time.Time) (EWayCounts, error) {
	var c EWayCounts
	stored := make(map[EWayTab]int64)
	_, err := list(ctx, s.reader, func(row scanner) (struct{}, error) {
		var heading EWayTab
		var n int64
		err := row.Scan(&heading, &n)
		stored[heading] = n
		c.All += n
		return struct{}{}, err
	}, `SELECT heading, bills FROM eway_counters WHERE company = $1 AND mode = $2`, gstin, mode)
	if err == nil {
		err = s.reader.row(ctx, `
SELECT (SELECT COUNT(*) FROM eways WHERE company = $1 AND mode = $2 AND heading = 'active' AND ends_at > $3),
       (SELECT COUNT(*) FROM eways WHERE company = $1 AND mode = $2 AND heading = 'part_a' AND ends_at > $3),
       (SELECT COUNT(*) FROM eways WHERE company = $1 AND mode = $2 AND state = 'active' AND role <> 'other'
           AND ends_at > $4 AND ends_at <= $5),
       (SELECT COUNT(*) FROM trip_sheets WHERE company = $1 AND mode = $2)`,
			gstin, mode, millis(now), millis(now.Add(expiringFrom)), millis(now.Add(expiringTo))).
			Scan(&c.Active, &c.PartA, &c.Expiring, &c.Trips)
	}
	if err == nil {
		c.ToDo, err = s.countToDo(ctx, gstin, mode, now)
	}
	if err != nil {
		return EWayCounts{}, fmt.Errorf("count e-way bills of %s: %w", gstin, err)
	}
	c.ToDo, c.Cancelled = c.ToDo+stored[EWaysToDo], stored[EWaysCancelled]
	c.Others, c.Transporter = stored[EWaysOthers], stored[EWaysTransporter]
	c.Expired = stored[EWaysExpired] + stored[EWaysActive] - c.Active + stored[EWaysPartA] - c.PartA
	return c, nil
}
