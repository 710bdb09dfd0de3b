package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"mohar/gst"
)

// AddTrip stores a trip sheet that the portal is to make, with the request for it, and
// returns its id. Of t count Company, Mode (empty: the company's), PartB, Old and Bills, of
// which those with the number of a bill of ours get its id and facts.
//
// It returns gst.ErrConflict while a trip sheet is asked for that takes the place of the
// same one.
func (s *Store) AddTrip(ctx context.Context, trip *gst.TripSheet) (int64, error) {
	saved := *trip
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		c, err := company(ctx, t.statements, saved.Company)
		if err != nil {
			return err
		}
		if saved.Mode == "" {
			saved.Mode = c.Mode
		}
		saved.ID, saved.Number, saved.Created, saved.State = 0, "", s.now(), gst.EWayPending
		if err := fillTripBills(ctx, t, &saved); err != nil {
			return err
		}
		o := gst.EWayOrder{Action: gst.EWayTrip}
		if saved.Old != "" {
			o.Action = gst.EWayTripAgain
			if err := oneSuccessor(ctx, t, &saved); err != nil {
				return err
			}
		}
		e := Event{Kind: EventEWayAsked, Code: string(o.Action)}
		if err := s.putTrip(ctx, t, nil, &saved, "created", e); err != nil {
			return err
		}
		return s.insertEWayRequest(ctx, t, ewaySubject{trip: saved.ID}, saved.Company, saved.Mode, o, 0)
	})
	if err != nil {
		return 0, fmt.Errorf("add trip sheet: %w", err)
	}
	*trip = saved
	return saved.ID, nil
}

// fillTripBills gives the bills of a trip sheet what is known of those that are kept here.
func fillTripBills(ctx context.Context, t *tx, trip *gst.TripSheet) error {
	bills := make([]gst.TripBill, len(trip.Bills))
	for i, bill := range trip.Bills {
		b, err := scanEWay(t.row(ctx, selectEWay+`
WHERE e.company = $1 AND e.mode = $2 AND e.number = $3 AND e.number <> ''`, trip.Company, trip.Mode, bill.Number))
		switch {
		case err == nil:
			bill = gst.TripBill{
				EWayID: b.ID, Number: b.Number, Date: b.Made, ValidUntil: b.ValidUntil, Paper: b.Of.Number,
				PaperDate: b.Of.Date, From: b.Of.From.Place, To: b.Of.To.Place, Total: b.Of.Totals.Total,
			}
		case absent(err):
			bill.EWayID = 0
		default:
			return known(err)
		}
		bills[i] = bill
	}
	trip.Bills = bills
	return nil
}

// oneSuccessor returns gst.ErrConflict when another sheet takes the place of the same one.
func oneSuccessor(ctx context.Context, t *tx, trip *gst.TripSheet) error {
	var asked bool
	err := t.row(ctx, `
SELECT EXISTS (
    SELECT 1
    FROM trip_sheets p
    WHERE p.company = $1 AND p.mode = $2 AND p.old = $3 AND p.old <> '' AND p.state <> 'failed')`,
		trip.Company, trip.Mode, trip.Old).Scan(&asked)
	if err != nil {
		return known(err)
	}
	if asked {
		return gst.ErrConflict
	}
	return nil
}

// tripLog is what the edit log says of a trip sheet.
type tripLog struct {
	Version int64
	State   gst.EWayState
	Number  string
	PartB   gst.PartB
	Old     string
	Bills   []gst.TripBill
	Refusal *gst.Refusal
}

func loggedTrip(p *gst.TripSheet, version int64) tripLog {
	l := tripLog{version, p.State, p.Number, p.PartB, p.Old, p.Bills, p.Refusal}
	if l.State == gst.EWayUnknown {
		l.State = gst.EWayPending
	}
	return l
}

// putTrip stores a trip sheet as it is after a change, new when before is nil, with its
// timeline and edit log. Its bills never change.
func (s *Store) putTrip(ctx context.Context, t *tx, before, p *gst.TripSheet, action string, e Event) error {
	version := int64(1)
	var then any
	if before != nil {
		err := t.row(ctx, `SELECT version + 1 FROM trip_sheets WHERE id = $1`, p.ID).Scan(&version)
		if err != nil {
			return known(err)
		}
		then = loggedTrip(before, version-1)
	}
	if err := storeTrip(ctx, t, before == nil, p, version); err != nil {
		return err
	}
	if err := s.addEWayEvent(ctx, t, ewaySubject{trip: p.ID}, e); err != nil {
		return err
	}
	if err := s.tellTrip(ctx, t, before, p, e); err != nil {
		return err
	}
	s.rings(t, 0)
	entry := change{company: p.Company, action: action, subject: "trip", which: strconv.FormatInt(p.ID, 10)}
	var err error
	if entry.digest, err = tripDigest(ctx, t.statements, p.ID); err != nil {
		return err
	}
	return s.logDifference(ctx, t, entry, then, loggedTrip(p, version))
}

// storeTrip writes the rows of a trip sheet; of a new one it sets the ID.
func storeTrip(ctx context.Context, t *tx, fresh bool, p *gst.TripSheet, version int64) error {
	part, err := compactJSON(p.PartB)
	if err != nil {
		return err
	}
	refusal := ""
	if p.Refusal != nil {
		if refusal, err = compactJSON(p.Refusal); err != nil {
			return err
		}
	}
	if !fresh {
		n, err := t.exec(ctx, `
UPDATE trip_sheets
SET state = $2, version = $3, number = $4, made_at = $5, vehicle = $6, part = $7, refusal = $8
WHERE id = $1`, p.ID, p.State, version, p.Number, millis(p.Made), p.PartB.Vehicle, part, refusal)
		return one(n, err)
	}
	err = t.row(ctx, `
INSERT INTO trip_sheets (company, mode, state, version, created_at, number, made_at, old, vehicle, part, refusal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id`, p.Company, p.Mode, p.State, version, millis(p.Created), p.Number, millis(p.Made), p.Old, p.PartB.Vehicle,
		part, refusal).Scan(&p.ID)
	if err != nil {
		return fmt.Errorf("insert trip sheet: %w", known(err))
	}
	for i, b := range p.Bills {
		_, err := t.exec(ctx, `
INSERT INTO trip_bills (trip_id, `+tripBillColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			p.ID, i+1, sql.NullInt64{Int64: b.EWayID, Valid: b.EWayID != 0}, b.Number, millis(b.Date), millis(b.ValidUntil),
			b.Paper, b.PaperDate, b.From, b.To, b.Total)
		if err != nil {
			return fmt.Errorf("insert bill of trip sheet: %w", known(err))
		}
	}
	return nil
}

const tripBillColumns = `position, eway_id, number, made_at, valid_until, paper, paper_date, from_place, to_place, total`

const tripBillWidth = 10

// tripDigest is that of a trip sheet's rows as they stand.
func tripDigest(ctx context.Context, from *statements, id int64) ([]byte, error) {
	const width = 12
	standing, err := scanValues(from.row(ctx, `
SELECT company, mode, CASE state WHEN 'unknown' THEN 'pending' ELSE state END, version, created_at, number,
       made_at, old, vehicle, part, refusal, id
FROM trip_sheets
WHERE id = $1`, id), width)
	if err != nil {
		return nil, fmt.Errorf("digest: %w", known(err))
	}
	bills, err := list(ctx, from, func(row scanner) ([]any, error) { return scanValues(row, tripBillWidth) }, `
SELECT `+tripBillColumns+`
FROM trip_bills
WHERE trip_id = $1
ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	return digestOf(append([][]any{standing}, bills...)...)
}

// Trip returns a trip sheet of a company with its bills; gst.ErrNotFound when the company
// has no such one.
func (s *Store) Trip(ctx context.Context, gstin gst.GSTIN, id int64) (*gst.TripSheet, error) {
	p, err := readTrip(ctx, s.reader, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read trip sheet %d of %s: %w", id, gstin, err)
	}
	return p, nil
}

// TripByNumber returns a company's trip sheet of one mode by its ten digits.
func (s *Store) TripByNumber(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, number string) (*gst.TripSheet, error) {
	var id int64
	err := s.reader.row(ctx, `
SELECT id
FROM trip_sheets
WHERE company = $1 AND mode = $2 AND number = $3 AND number <> ''`, gstin, mode, number).Scan(&id)
	if err != nil {
		return nil, fmt.Errorf("look for trip sheet %q of %s: %w", number, gstin, known(err))
	}
	return s.Trip(ctx, gstin, id)
}

const selectTrip = `
SELECT p.id, p.company, p.mode, p.state, p.created_at, p.number, p.made_at, p.old, p.part, p.refusal,
       COALESCE(q.due_at, 0), COALESCE(q.attempts, 0),
       COALESCE((SELECT n.number
                 FROM trip_sheets n
                 WHERE n.company = p.company AND n.mode = p.mode AND n.old = p.number AND n.old <> '' AND n.number <> ''
                 ORDER BY n.id DESC
                 LIMIT 1), '')
FROM trip_sheets p
LEFT JOIN eway_requests q ON q.trip_id = p.id`

func scanTrip(row scanner) (p gst.TripSheet, err error) {
	var created, made, due int64
	var part, refusal string
	err = row.Scan(&p.ID, &p.Company, &p.Mode, &p.State, &created, &p.Number, &made, &p.Old, &part, &refusal, &due, &p.Tries, &p.Next)
	if err != nil {
		return p, err
	}
	p.Created, p.Made, p.NextTry = moment(created), moment(made), moment(due)
	if err := readJSON(part, &p.PartB); err != nil {
		return p, fmt.Errorf("stored trip sheet: %w", err)
	}
	if refusal != "" {
		p.Refusal = new(gst.Refusal)
		err = readJSON(refusal, p.Refusal)
	}
	return p, err
}

func readTrip(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (*gst.TripSheet, error) {
	p, err := scanTrip(from.row(ctx, selectTrip+" WHERE p.company = $1 AND p.id = $2", gstin, id))
	if err != nil {
		return nil, known(err)
	}
	p.Bills, err = list(ctx, from, func(row scanner) (b gst.TripBill, err error) {
		var position, made, until int64
		var eway sql.NullInt64
		err = row.Scan(&position, &eway, &b.Number, &made, &until, &b.Paper, &b.PaperDate, &b.From, &b.To, &b.Total)
		b.EWayID, b.Date, b.ValidUntil = eway.Int64, moment(made), moment(until)
		return b, err
	}, `
SELECT `+tripBillColumns+`
FROM trip_bills
WHERE trip_id = $1
ORDER BY position`, id)
	return &p, err
}

// TripQuery chooses a page of trip sheets.
type TripQuery struct {
	Company gst.GSTIN
	Mode    gst.Mode
	After   Cursor // where the page before ended
	Limit   int    // rows; 0: 50
}

// Trips returns a page of a company's trip sheets, newest first, with their bills, and where
// the next page begins.
func (s *Store) Trips(ctx context.Context, q TripQuery) ([]gst.TripSheet, Cursor, error) {
	limit, before := orDefault(q.Limit), beforeAll(q.After)
	trips, err := list(ctx, s.reader, scanTrip, selectTrip+`
WHERE p.company = $1 AND p.mode = $2 AND p.id < $3
ORDER BY p.id DESC
LIMIT $4`, q.Company, q.Mode, before.ID, limit+1)
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("list trip sheets of %s: %w", q.Company, err)
	}
	var next Cursor
	if len(trips) > limit {
		trips, next = trips[:limit], Cursor{ID: trips[limit-1].ID}
	}
	for i := range trips {
		p, err := readTrip(ctx, s.reader, q.Company, trips[i].ID)
		if err != nil {
			return nil, Cursor{}, fmt.Errorf("list trip sheets of %s: %w", q.Company, err)
		}
		trips[i] = *p
	}
	return trips, next, nil
}

// SaveTrip stores that the portal made a trip sheet, and ends the request. Bills of ours
// that are in it get its number and an entry of Part B.
func (s *Store) SaveTrip(ctx context.Context, k *EWayTask, after gst.TripSheet, e Event) error {
	err := s.finishEWay(ctx, k, func(ctx context.Context, t *tx) error {
		before, err := readTrip(ctx, t.statements, k.Company, k.Trip.ID)
		if err != nil {
			return err
		}
		p := *before
		p.Number, p.Made, p.State, p.Refusal = after.Number, moment(millis(after.Made)), gst.EWayActive, nil
		if e.Kind == "" {
			e.Kind, e.Detail = EventEWayMade, p.Number
		}
		if err := s.putTrip(ctx, t, before, &p, "made", e); err != nil {
			return err
		}
		for _, bill := range p.Bills {
			if bill.EWayID == 0 {
				continue
			}
			if err := s.putOnTrip(ctx, t, &p, bill.EWayID, e.Provider); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save %s: %w", k.name(), err)
	}
	return nil
}

// putOnTrip notes on a bill of ours the trip sheet that it is in.
func (s *Store) putOnTrip(ctx context.Context, t *tx, p *gst.TripSheet, id int64, through gst.Provider) error {
	before, err := readEWay(ctx, t.statements, p.Company, id)
	if err != nil {
		return err
	}
	b := *before
	b.TripSheet = p.Number
	b.Vehicles = vehicleFirst(gst.EWayVehicle{
		PartB: p.PartB, Entered: p.Made, EnteredBy: string(p.Company), TripSheet: p.Number, By: "API",
	}, before.Vehicles)
	e := Event{Kind: EventEWayDone, Provider: through, Code: string(gst.EWayTrip), Detail: p.Number}
	return s.putEWay(ctx, t, before, &b, "on_trip", nil, e)
}

// refuseTrip stores that the portal refused to make a trip sheet.
func (s *Store) refuseTrip(ctx context.Context, t *tx, k *EWayTask, refusal gst.Refusal, e Event) error {
	before, err := readTrip(ctx, t.statements, k.Company, k.Trip.ID)
	if err != nil {
		return err
	}
	p := *before
	p.State, p.Refusal = gst.EWayFailed, &refusal
	return s.putTrip(ctx, t, before, &p, "refused", e)
}

// WithdrawTrip takes back a trip sheet that was asked for and certainly not made: it stands
// as failed. Errors are those of WithdrawEWayOrder.
func (s *Store) WithdrawTrip(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := readTrip(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if _, err := s.takeBackEWay(ctx, t, `SELECT id, state, leased_until, sent_through FROM eway_requests WHERE trip_id = $1`, id); err != nil {
			return err
		}
		p := *before
		p.State = gst.EWayFailed
		return s.putTrip(ctx, t, before, &p, "taken_back", Event{Kind: EventEWayTakenBack, Code: string(gst.EWayTrip)})
	})
	if err != nil {
		return fmt.Errorf("take back trip sheet %d: %w", id, err)
	}
	return nil
}

// isNotFound reports whether err says that a thing is not there, as the driver or we do.
func isNotFound(err error) bool { return absent(err) || errors.Is(err, gst.ErrNotFound) }
