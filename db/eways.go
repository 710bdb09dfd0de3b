package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mohar/gst"
)

// ewayColumns are the typed columns of an e-way bill, in the order of ewayArgs.
const ewayColumns = `
company, mode, invoice_id, role, route, state, heading, version, created_at, listed_at,
ends_at, number, made_at, made_by, valid_until, extensions, rejected_at, cancelled_at, read_at, trip_sheet,
asked, refused, scheduled_at, direction, paper, paper_number, paper_key, paper_date, from_gstin, from_name,
from_place, to_gstin, to_name, to_place, transporter_id, transporter, vehicle, vehicles, total, distance`

const ewayValues = `
$1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
$11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
$21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
$31, $32, $33, $34, $35, $36, $37, $38, $39, $40`

// ewayArgs are the values of ewayColumns.
func ewayArgs(b *gst.EWay) []any {
	of := &b.Of
	return []any{
		b.Company, b.Mode, sql.NullInt64{Int64: b.InvoiceID, Valid: b.InvoiceID != 0}, b.Role, b.Route,
		b.State, ewayHeading(b), b.Version, millis(b.Created), millis(ewayListed(b)),

		millis(b.Ends()), b.Number, millis(b.Made), b.MadeBy, millis(b.ValidUntil),
		b.Extensions, millis(b.RejectedAt), millis(ewayEnded(b)), millis(b.ReadAt), b.TripSheet,

		b.Asked, b.Refused, millis(scheduledAt(b)), of.Direction, of.Paper,
		of.Number, gst.NormalNumber(of.Number), of.Date, of.From.GSTIN, of.From.Name,

		of.From.Place, of.To.GSTIN, of.To.Name, of.To.Place, of.Transport.TransporterID,
		of.Transport.TransporterName, ewayVehicle(b), len(b.Vehicles), of.Totals.Total, of.Transport.Distance,
	}
}

// ewayEnded is when people ended a bill: it was cancelled, or given up before it was made.
func ewayEnded(b *gst.EWay) time.Time {
	if b.State == gst.EWayFailed {
		return b.GivenUp
	}
	return b.Cancelled.At
}

// ewayListed is the moment that a bill is listed by.
func ewayListed(b *gst.EWay) time.Time {
	if b.Made.IsZero() {
		return b.Created
	}
	return b.Made
}

// ewayVehicle is the vehicle that lists show.
func ewayVehicle(b *gst.EWay) string {
	for _, v := range b.Vehicles {
		if v.Vehicle != "" {
			return v.Vehicle
		}
	}
	return b.Of.Transport.Vehicle
}

// extendsFrom is how long before its end a bill can first be extended.
// Source: CGST Rules 2017, rule 138(10), third proviso.
const extendsFrom = 8 * time.Hour

// scheduledAt is when a planned extension is to be asked for; zero without one.
func scheduledAt(b *gst.EWay) time.Time {
	if b.Scheduled == nil || b.State != gst.EWayActive || b.ValidUntil.IsZero() {
		return time.Time{}
	}
	return b.ValidUntil.Add(-extendsFrom)
}

// ewayBody holds the parts of an e-way bill without columns, and what it is of as a whole:
// the columns repeat what lists need of that. It is our own form.
type ewayBody struct {
	Of        gst.Consignment
	MadeMode  string
	Cancelled gst.EWayCancellation
	ClosedOn  gst.Date
	Groups    []gst.EWayGroup
	Notes     []string
	Refusal   *gst.Refusal
	Scheduled *storedExtension
}

// storedExtension is an extension as JSON: embedded parts would not be read back.
type storedExtension struct {
	Part     gst.PartB
	PIN      int
	Distance int
	Transit  string
	Address  [3]string
	By       string
}

func storeExtension(x *gst.EWayExtension) *storedExtension {
	if x == nil {
		return nil
	}
	return &storedExtension{x.PartB, x.PIN, x.Distance, x.Transit, x.Address, x.By}
}

func (x *storedExtension) extension() *gst.EWayExtension {
	if x == nil {
		return nil
	}
	return &gst.EWayExtension{
		PartB: x.Part, PIN: x.PIN, Distance: x.Distance, Transit: x.Transit, Address: x.Address, By: x.By,
	}
}

// storedMoments has the moments of a bill as they are read back.
func storedMoments(b *gst.EWay) {
	for _, at := range []*time.Time{&b.Created, &b.Made, &b.ValidUntil, &b.RejectedAt, &b.Cancelled.At, &b.ReadAt, &b.GivenUp} {
		*at = moment(millis(*at))
	}
	b.Vehicles, b.Groups = slices.Clone(b.Vehicles), slices.Clone(b.Groups)
	for i := range b.Vehicles {
		b.Vehicles[i].Entered = moment(millis(b.Vehicles[i].Entered))
	}
	for i := range b.Groups {
		b.Groups[i].Started = moment(millis(b.Groups[i].Started))
	}
}

// storeEWay writes the rows of a bill, new when before is nil, which sets its ID.
func storeEWay(ctx context.Context, t *tx, before, b *gst.EWay) error {
	storedMoments(b)
	body, err := compactJSON(ewayBody{
		Of: b.Of, MadeMode: b.MadeMode, Cancelled: b.Cancelled, ClosedOn: b.ClosedOn, Groups: b.Groups,
		Notes: b.Notes, Refusal: b.Refusal, Scheduled: storeExtension(b.Scheduled),
	})
	if err != nil {
		return err
	}
	if before == nil {
		err = t.row(ctx, `INSERT INTO eways (`+ewayColumns+`) VALUES (`+ewayValues+`) RETURNING id`, ewayArgs(b)...).Scan(&b.ID)
		if err != nil {
			return fmt.Errorf("insert e-way bill: %w", known(err))
		}
	} else {
		n, err := t.exec(ctx, `UPDATE eways SET (`+ewayColumns+`) = (`+ewayValues+`) WHERE id = $41`, append(ewayArgs(b), b.ID)...)
		if err := one(n, err); err != nil {
			return fmt.Errorf("update e-way bill: %w", err)
		}
	}
	_, err = t.exec(ctx, `
INSERT INTO eway_details (eway_id, body)
VALUES ($1, $2)
ON CONFLICT (eway_id) DO UPDATE
SET body = $2`, b.ID, body)
	if err != nil {
		return fmt.Errorf("store details of e-way bill: %w", known(err))
	}
	return putVehicles(ctx, t, before, b)
}

// vehicleColumns are the columns of an entry of Part B.
const vehicleColumns = `position, mode, vehicle, vehicle_type, document_number, document_date, place, state,
       reason, remark, entered_at, entered_by, vehicle_group, trip_sheet, quantity, made_by`

// vehicleWidth is how many those are.
const vehicleWidth = 16

// putVehicles stores the entries of Part B, unless they are those of before.
func putVehicles(ctx context.Context, t *tx, before, b *gst.EWay) error {
	if before != nil {
		if slices.Equal(before.Vehicles, b.Vehicles) {
			return nil
		}
		if _, err := t.exec(ctx, `DELETE FROM eway_vehicles WHERE eway_id = $1`, b.ID); err != nil {
			return fmt.Errorf("remove vehicles: %w", err)
		}
	}
	for i, v := range b.Vehicles {
		_, err := t.exec(ctx, `
INSERT INTO eway_vehicles (eway_id, `+vehicleColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
			b.ID, len(b.Vehicles)-i, v.Mode, v.Vehicle, v.VehicleType, v.DocumentNumber, v.DocumentDate, v.Place,
			v.State, v.Reason, v.Remark, millis(v.Entered), v.EnteredBy, v.Group, v.TripSheet, v.Quantity, v.By)
		if err != nil {
			return fmt.Errorf("insert vehicle %q: %w", v.Vehicle, known(err))
		}
	}
	return nil
}

const selectEWay = `
SELECT e.id, e.company, e.mode, COALESCE(e.invoice_id, 0), e.role, e.route, e.state, e.version, e.created_at,
       e.number, e.made_at, e.made_by, e.valid_until, e.extensions, e.rejected_at, e.cancelled_at, e.read_at,
       e.trip_sheet, e.asked, e.refused, e.direction, e.paper, e.paper_number, e.paper_date, e.from_gstin,
       e.from_name, e.from_place, e.to_gstin, e.to_name, e.to_place, e.transporter_id, e.transporter,
       e.vehicle, e.total, e.distance, COALESCE(q.due_at, 0), COALESCE(q.attempts, 0), COALESCE(q.last_code, '')
FROM eways e
LEFT JOIN eway_requests q ON q.eway_id = e.id`

// scanEWay reads the columns of a bill; addEWayDetails reads the rest.
func scanEWay(row scanner) (b gst.EWay, err error) {
	var created, made, until, rejected, ended, read, due int64
	var vehicle string
	of := &b.Of
	err = row.Scan(&b.ID, &b.Company, &b.Mode, &b.InvoiceID, &b.Role, &b.Route, &b.State, &b.Version, &created,
		&b.Number, &made, &b.MadeBy, &until, &b.Extensions, &rejected, &ended, &read,
		&b.TripSheet, &b.Asked, &b.Refused, &of.Direction, &of.Paper, &of.Number, &of.Date, &of.From.GSTIN,
		&of.From.Name, &of.From.Place, &of.To.GSTIN, &of.To.Name, &of.To.Place, &of.Transport.TransporterID,
		&of.Transport.TransporterName, &vehicle, &of.Totals.Total, &of.Transport.Distance, &due, &b.Tries, &b.LastCode)
	b.Created, b.Made, b.ValidUntil = moment(created), moment(made), moment(until)
	b.RejectedAt, b.Cancelled.At, b.ReadAt, b.NextTry = moment(rejected), moment(ended), moment(read), moment(due)
	if b.State == gst.EWayFailed { // see ewayEnded
		b.Cancelled.At, b.GivenUp = time.Time{}, moment(ended)
	}
	of.Transport.Vehicle = vehicle
	return b, err
}

// EWay returns an e-way bill of a company, with everything that is kept of it;
// gst.ErrNotFound when the company has no such one.
func (s *Store) EWay(ctx context.Context, gstin gst.GSTIN, id int64) (*gst.EWay, error) {
	b, err := readEWay(ctx, s.reader, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read e-way bill %d of %s: %w", id, gstin, err)
	}
	return b, nil
}

// EWayByNumber returns a company's bill of one mode by its twelve digits;
// gst.ErrNotFound when it is not kept.
func (s *Store) EWayByNumber(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, number string) (*gst.EWay, error) {
	id, err := ewayNumbered(ctx, s.reader, gstin, mode, number)
	if err != nil {
		return nil, fmt.Errorf("look for e-way bill %q of %s: %w", number, gstin, err)
	}
	return s.EWay(ctx, gstin, id)
}

func ewayNumbered(ctx context.Context, from *statements, gstin gst.GSTIN, mode gst.Mode, number string) (id int64, err error) {
	err = from.row(ctx, `
SELECT id
FROM eways
WHERE company = $1 AND mode = $2 AND number = $3 AND number <> ''`, gstin, mode, number).Scan(&id)
	return id, known(err)
}

// EWayOfInvoice returns the newest bill of a company's document; gst.ErrNotFound when it
// has none.
func (s *Store) EWayOfInvoice(ctx context.Context, gstin gst.GSTIN, invoiceID int64) (*gst.EWay, error) {
	id, err := newestEWay(ctx, s.reader, gstin, invoiceID)
	if err != nil {
		return nil, fmt.Errorf("look for e-way bill of document %d: %w", invoiceID, err)
	}
	return s.EWay(ctx, gstin, id)
}

func newestEWay(ctx context.Context, from *statements, gstin gst.GSTIN, invoiceID int64) (id int64, err error) {
	err = from.row(ctx, `
SELECT id
FROM eways
WHERE invoice_id = $1 AND company = $2
ORDER BY id DESC
LIMIT 1`, invoiceID, gstin).Scan(&id)
	return id, known(err)
}

// readEWay reads a bill with its details and vehicles.
func readEWay(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (*gst.EWay, error) {
	b, err := scanEWay(from.row(ctx, selectEWay+" WHERE e.company = $1 AND e.id = $2", gstin, id))
	if err != nil {
		return nil, known(err)
	}
	return &b, addEWayDetails(ctx, from, &b)
}

// addEWayDetails reads what of a bill has no columns, and its vehicles.
func addEWayDetails(ctx context.Context, from *statements, b *gst.EWay) error {
	var text string
	if err := from.row(ctx, `SELECT body FROM eway_details WHERE eway_id = $1`, b.ID).Scan(&text); err != nil {
		return known(err)
	}
	var body ewayBody
	err := readJSON(text, &body)
	if err != nil {
		return fmt.Errorf("stored e-way bill: %w", err)
	}
	body.Cancelled.At = b.Cancelled.At
	b.Of, b.MadeMode, b.Cancelled, b.ClosedOn = body.Of, body.MadeMode, body.Cancelled, body.ClosedOn
	b.Groups, b.Notes, b.Refusal, b.Scheduled = body.Groups, body.Notes, body.Refusal, body.Scheduled.extension()
	b.Vehicles, err = list(ctx, from, scanVehicle, `
SELECT `+vehicleColumns+`
FROM eway_vehicles
WHERE eway_id = $1
ORDER BY position DESC`, b.ID)
	return err
}

func scanVehicle(row scanner) (v gst.EWayVehicle, err error) {
	var position, entered int64
	err = row.Scan(&position, &v.Mode, &v.Vehicle, &v.VehicleType, &v.DocumentNumber, &v.DocumentDate, &v.Place,
		&v.State, &v.Reason, &v.Remark, &entered, &v.EnteredBy, &v.Group, &v.TripSheet, &v.Quantity, &v.By)
	v.Entered = moment(entered)
	return v, err
}

// ewayLog is what the edit log says of an e-way bill.
type ewayLog struct {
	Version    int64
	InvoiceID  int64
	Role       gst.EWayRole
	Route      gst.EWayRoute
	Of         gst.Consignment
	State      gst.EWayState
	Number     string
	Made       time.Time
	MadeBy     gst.GSTIN
	ValidUntil time.Time
	MadeMode   string
	Extensions int
	RejectedAt time.Time
	Cancelled  gst.EWayCancellation
	ClosedOn   gst.Date
	Vehicles   []gst.EWayVehicle
	Groups     []gst.EWayGroup
	TripSheet  string
	Notes      []string
	Asked      gst.EWayAction
	Order      *gst.EWayOrder // what is asked, when that is new
	Refusal    *gst.Refusal
	Refused    gst.EWayAction
	Scheduled  *gst.EWayExtension
	GivenUp    time.Time
}

// loggedEWay is a bill as the edit log compares it. Whether the making was sent already is
// no part of it: that changes without an entry.
func loggedEWay(b *gst.EWay) ewayLog {
	state := b.State
	if state == gst.EWayUnknown {
		state = gst.EWayPending
	}
	return ewayLog{
		Version: b.Version, InvoiceID: b.InvoiceID, Role: b.Role, Route: b.Route, Of: b.Of, State: state,
		Number: b.Number, Made: b.Made, MadeBy: b.MadeBy, ValidUntil: b.ValidUntil, MadeMode: b.MadeMode,
		Extensions: b.Extensions, RejectedAt: b.RejectedAt, Cancelled: b.Cancelled, ClosedOn: b.ClosedOn,
		Vehicles: b.Vehicles, Groups: b.Groups, TripSheet: b.TripSheet, Notes: b.Notes, Asked: b.Asked,
		Refusal: b.Refusal, Refused: b.Refused, Scheduled: b.Scheduled, GivenUp: b.GivenUp,
	}
}

// ewayChange is an entry of the edit log about an e-way bill.
func ewayChange(b *gst.EWay, action string) change {
	return change{company: b.Company, action: action, subject: "eway", which: strconv.FormatInt(b.ID, 10)}
}

// putEWay stores a bill as it is after a change, new when before is nil, with everything
// that goes with it: its number of changes, headings, search, timeline and edit log.
func (s *Store) putEWay(ctx context.Context, t *tx, before, b *gst.EWay, action string, order *gst.EWayOrder, e Event) error {
	var then any
	old := ""
	if before != nil {
		b.Version, old = before.Version+1, ewayHeading(before)
		then = loggedEWay(before)
	} else {
		b.Version, b.Created = 1, s.now()
	}
	if err := storeEWay(ctx, t, before, b); err != nil {
		return err
	}
	if err := recountEWays(ctx, t, b, old, ewayHeading(b)); err != nil {
		return err
	}
	if err := putEWaySearch(ctx, t, before, b); err != nil {
		return err
	}
	if err := s.addEWayEvent(ctx, t, ewaySubject{eway: b.ID}, e); err != nil {
		return err
	}
	if err := s.tellEWay(ctx, t, before, b, e); err != nil {
		return err
	}
	s.ringsEWay(t, b)
	now := loggedEWay(b)
	now.Order = order
	entry := ewayChange(b, action)
	var err error
	if entry.digest, err = ewayDigest(ctx, t.statements, b.ID); err != nil {
		return err
	}
	return s.logDifference(ctx, t, entry, then, now)
}

// ringsEWay has the watchers of a bill, and of its document, told once t is committed.
func (s *Store) ringsEWay(t *tx, b *gst.EWay) {
	t.committed(func() {
		s.bell.changed(-b.ID)
		if b.InvoiceID != 0 {
			s.bell.changed(b.InvoiceID)
		}
	})
}

// WatchEWay is Watch for one e-way bill.
func (s *Store) WatchEWay(id int64) (<-chan struct{}, func()) { return s.Watch(-id) }

// ewayStanding are the columns of a bill that its digest is of: all but the moment of the
// last reading, and whether the making was sent already.
const ewayStanding = `
e.company, e.mode, e.invoice_id, e.role, e.route, CASE e.state WHEN 'unknown' THEN 'pending' ELSE e.state END,
e.heading, e.version, e.created_at, e.listed_at, e.ends_at, e.number, e.made_at, e.made_by, e.valid_until,
e.extensions, e.rejected_at, e.cancelled_at, e.trip_sheet, e.asked, e.refused, e.scheduled_at, e.direction,
e.paper, e.paper_number, e.paper_key, e.paper_date, e.from_gstin, e.from_name, e.from_place, e.to_gstin,
e.to_name, e.to_place, e.transporter_id, e.transporter, e.vehicle, e.vehicles, e.total, e.distance, d.body`

// ewayWidth is how many those are.
const ewayWidth = 40

// ewayDigest is that of a bill's rows as they stand.
func ewayDigest(ctx context.Context, from *statements, id int64) ([]byte, error) {
	standing, err := scanValues(from.row(ctx, `
SELECT `+ewayStanding+`
FROM eways e
JOIN eway_details d ON d.eway_id = e.id
WHERE e.id = $1`, id), ewayWidth)
	if err != nil {
		return nil, fmt.Errorf("digest: %w", known(err))
	}
	vehicles, err := list(ctx, from, func(row scanner) ([]any, error) { return scanValues(row, vehicleWidth) }, `
SELECT `+vehicleColumns+`
FROM eway_vehicles
WHERE eway_id = $1
ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	return digestOf(append([][]any{standing}, vehicles...)...)
}
