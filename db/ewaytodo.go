package db

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mohar/gst"
)

// refusedEWays chooses the bills of a company whose last order was refused while it can
// still be given again: nothing can be mended about one that is over for good. $3 is when
// those ended that can be extended no more.
const refusedEWays = `e.company = $1 AND e.mode = $2 AND e.heading IN ('active', 'part_a', 'others', 'transporter')
  AND e.ends_at > $3 AND e.state IN ('active', 'part_a_only') AND e.asked = '' AND e.refused <> ''`

// toDo reports whether a bill waits for the portal's answer or for a person: it is to be
// made, something else is asked about it, or that was refused.
func toDo(b *gst.EWay, now time.Time) bool {
	if ewayHeading(b) == string(EWaysToDo) || b.Asked != "" {
		return true
	}
	open := b.State == gst.EWayActive || b.State == gst.EWayPartA
	return open && b.Refused != "" && b.Ends().After(now.Add(expiringFrom))
}

// toDoEWays returns the bills of EWaysToDo: those to be made have a heading of their own,
// those with an order stand in the queue, and those with a refused order are few among the
// bills that are not over.
func (s *Store) toDoEWays(ctx context.Context, q EWayQuery, now int64) ([]gst.EWay, error) {
	before := beforeAll(q.After)
	bills, err := list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.heading = $3 AND (e.listed_at, e.id) < ($4, $5)
ORDER BY e.listed_at DESC, e.id DESC
LIMIT $6`, q.Company, q.Mode, EWaysToDo, before.Changed, before.ID, q.Limit)
	if err != nil {
		return nil, err
	}
	ordered, err := list(ctx, s.reader, scanEWay, selectEWay+`
WHERE e.id IN (SELECT eway_id FROM eway_requests WHERE company = $1 AND mode = $2 AND eway_id IS NOT NULL)
  AND e.heading <> $3 AND (e.listed_at, e.id) < ($4, $5)
ORDER BY e.listed_at DESC, e.id DESC
LIMIT $6`, q.Company, q.Mode, EWaysToDo, before.Changed, before.ID, q.Limit)
	if err != nil {
		return nil, err
	}
	refused, err := list(ctx, s.reader, scanEWay, selectEWay+`
WHERE `+refusedEWays+` AND (e.listed_at, e.id) < ($4, $5)
ORDER BY e.listed_at DESC, e.id DESC
LIMIT $6`, q.Company, q.Mode, now+expiringFrom.Milliseconds(), before.Changed, before.ID, q.Limit)
	if err != nil {
		return nil, err
	}
	bills = append(append(bills, ordered...), refused...)
	slices.SortFunc(bills, func(a, b gst.EWay) int {
		return cmp.Or(cmp.Compare(millis(ewayListed(&b)), millis(ewayListed(&a))), cmp.Compare(b.ID, a.ID))
	})
	return bills[:min(q.Limit, len(bills))], nil
}

// countToDo returns how many bills of EWaysToDo do not stand under that heading.
func (s *Store) countToDo(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, now time.Time) (n int64, err error) {
	err = s.reader.row(ctx, `
SELECT (SELECT COUNT(*)
        FROM eway_requests q
        JOIN eways e ON e.id = q.eway_id
        WHERE q.company = $1 AND q.mode = $2 AND e.heading <> 'to_do')
     + (SELECT COUNT(*) FROM eways e WHERE `+refusedEWays+`)`, gstin, mode, millis(now.Add(expiringFrom))).Scan(&n)
	return n, err
}
