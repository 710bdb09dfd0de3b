package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// entry is a registered document.
type entry struct {
	irn, gstin, fy, kind, no string
	date                     gst.Date
	ackNo                    int64
	registered               time.Time // to the second, as signed
	status                   string
	signedInvoice, signedQR  string
	bill                     bill
	house                    house
	source                   string
	way                      *ewb // bill, for the register of e-way bills; only while it is added
}

// bill is the e-way bill of a registered document; no 0 for none.
type bill struct {
	no      int64
	made    time.Time
	until   time.Time // zero without Part B
	remarks string
	status  string // of the register of e-way bills
}

// The states of an IRN.
const (
	statusActive    = "ACT"
	statusCancelled = "CNL"
	statusRejected  = "REJ"
)

// Where documents come from.
const (
	sourceAPI    = "api"    // a call through a face
	sourcePortal = "portal" // typed into the portal itself
)

// errTaken says that the register has the document already.
var errTaken = errors.New("document is registered already")

// ackDate is the time of registration as the envelope has it: to the nearest minute.
// It is the one that deadlines count from.
func (e *entry) ackDate() time.Time { return e.registered.Round(time.Minute) }

// registration returns the entry in the common terms.
func (e *entry) registration() gst.Registration {
	reg := gst.Registration{
		IRN: e.irn, AckNo: strconv.FormatInt(e.ackNo, 10), AckDate: e.ackDate(), Status: e.status,
		SignedInvoice: e.signedInvoice, SignedQR: e.signedQR,
	}
	if e.bill.no != 0 && e.bill.status != statusCancelled {
		reg.EWayBill = e.bill.common()
	}
	return reg
}

func (b bill) common() *gst.EWayBill {
	return &gst.EWayBill{
		Number: strconv.FormatInt(b.no, 10), Date: b.made.Round(time.Minute), ValidUntil: b.until, Remarks: b.remarks,
	}
}

const entryColumns = `irn, gstin, fy, type, no, date, ack_no, registered, status,
	signed_invoice, signed_qr, ewb_no, ewb_made, ewb_until, ewb_remarks, house, source`

// entrySelect has the state of a document's e-way bill behind its columns.
const entrySelect = `SELECT ` + entryColumns + `,
	coalesce((SELECT e.status FROM eways e WHERE e.no = documents.ewb_no), 'ACT') FROM documents `

// find returns the document with this IRN, nil when there is none.
func (st *state) find(ctx context.Context, irn string) (*entry, error) {
	return scanEntry(st.often.findDocument.QueryRowContext(ctx, irn))
}

// another returns the newest other document, of the same company where it has one, nil
// when there is none.
func (st *state) another(ctx context.Context, e *entry) (*entry, error) {
	return scanEntry(st.reader.QueryRowContext(ctx, entrySelect+`WHERE irn <> $1
		ORDER BY gstin = $2 DESC, rowid DESC LIMIT 1`, e.irn, e.gstin))
}

// scanEntry reads one row of entryColumns; nil for no row.
func scanEntry(row *sql.Row) (*entry, error) {
	var e entry
	var registered, made, until int64
	err := row.Scan(&e.irn, &e.gstin, &e.fy, &e.kind, &e.no, &e.date, &e.ackNo, &registered, &e.status,
		&e.signedInvoice, &e.signedQR, &e.bill.no, &made, &until, &e.bill.remarks,
		&e.house, &e.source, &e.bill.status)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	e.registered, e.bill.made, e.bill.until = fromMilli(registered), fromMilli(made), fromMilli(until)
	return &e, nil
}

const addDocument = `
INSERT INTO documents (` + entryColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (irn) DO NOTHING`

// add registers a document. It returns errTaken when the IRN is there already; the
// call is counted in both cases, if it was one.
func (st *state) add(ctx context.Context, e *entry) error {
	taken := false
	err := st.write(ctx, func(tx *sql.Tx) error {
		add := tx.StmtContext(ctx, st.often.addDocument) //nolint:sqlclosecheck // the transaction closes it
		res, err := add.ExecContext(ctx,
			e.irn, e.gstin, e.fy, e.kind, e.no, e.date, e.ackNo, milli(e.registered), e.status,
			e.signedInvoice, e.signedQR, e.bill.no, milli(e.bill.made), milli(e.bill.until), e.bill.remarks,
			e.house, e.source)
		if err != nil {
			return fmt.Errorf("insert document %s: %w", e.irn, err)
		}
		added, err := res.RowsAffected()
		taken = added == 0
		if err == nil && e.way != nil && !taken {
			err = addEWB(ctx, tx, e.way, e.registered)
		}
		if err != nil || e.source == sourcePortal {
			return err
		}
		return st.countGenerate(ctx, tx, e.irn)
	})
	if err == nil && taken {
		return errTaken
	}
	return err
}

const countGenerate = `
INSERT INTO generate_calls (irn, calls) VALUES ($1, 1)
ON CONFLICT (irn) DO UPDATE SET calls = calls + 1`

// countGenerate counts a generate call for a document, registered or not.
func (st *state) countGenerate(ctx context.Context, tx *sql.Tx, irn string) error {
	count := tx.StmtContext(ctx, st.often.countGenerate) //nolint:sqlclosecheck // the transaction closes it
	if _, err := count.ExecContext(ctx, irn); err != nil {
		return fmt.Errorf("count generate call: %w", err)
	}
	return nil
}

// cancelEntry cancels an active document, and reports whether it was active.
func (st *state) cancelEntry(ctx context.Context, irn, reason, remark string, now time.Time) (bool, error) {
	return st.end(ctx, irn, `
		UPDATE documents SET status = 'CNL', cancelled = $1, reason = $2, remark = $3
		WHERE irn = $4 AND status = 'ACT'`, milli(now), reason, remark, irn)
}

// rejectEntry rejects an active document, and reports whether it was active.
func (st *state) rejectEntry(ctx context.Context, irn string) (bool, error) {
	return st.end(ctx, irn, `UPDATE documents SET status = 'REJ' WHERE irn = $1 AND status = 'ACT'`, irn)
}

// end runs a statement that takes an IRN out of force, and reports whether it changed it.
func (st *state) end(ctx context.Context, irn, query string, args ...any) (bool, error) {
	res, err := st.writer.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("end document %s: %w", irn, err)
	}
	changed, err := res.RowsAffected()
	return changed == 1, err
}

// addBill gives an active document an e-way bill, and reports whether it had none that
// stands.
func (st *state) addBill(ctx context.Context, irn string, b bill, way *ewb) (bool, error) {
	added := false
	err := st.write(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			UPDATE documents SET ewb_no = $1, ewb_made = $2, ewb_until = $3, ewb_remarks = $4
			WHERE irn = $5 AND status = 'ACT'`,
			b.no, milli(b.made), milli(b.until), b.remarks, irn)
		if err != nil {
			return fmt.Errorf("add e-way bill to %s: %w", irn, err)
		}
		changed, err := res.RowsAffected()
		if err != nil || changed == 0 {
			return err
		}
		added = true
		return addEWB(ctx, tx, way, b.made)
	})
	var taken *errPaperTaken
	if errors.As(err, &taken) {
		return false, nil
	}
	return added, err
}

// milli returns unix milliseconds, 0 for the zero time.
func milli(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMilli(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).In(gst.IST)
}

// numbers hands out acknowledgement and e-way bill numbers. They rise; a number given
// to a document that is refused after all stays unused.
type numbers struct {
	ack  map[house]*atomic.Int64
	bill atomic.Int64
}

// Numbers of the same shape as the portal's: 15 digits with the house at the first and
// the year at the third and fourth place, and 12 digits.
const (
	houseAck  = 100_000_000_000_000
	firstAck  = 1_00_10_000_000_000
	yearsAck  = 100_000_000_000
	firstBill = 391_000_000_000
)

func loadNumbers(ctx context.Context, st *state) (*numbers, error) {
	n := &numbers{ack: map[house]*atomic.Int64{}}
	n.bill.Store(firstBill)
	for _, h := range houses {
		var ack, ewb int64
		err := st.reader.QueryRowContext(ctx, `
			SELECT coalesce(max(ack_no), 0), coalesce(max(ewb_no), 0) FROM documents WHERE house = $1`, h).Scan(&ack, &ewb)
		if err != nil {
			return nil, fmt.Errorf("read last numbers: %w", err)
		}
		n.ack[h] = &atomic.Int64{}
		n.ack[h].Store(ack)
		n.bill.Store(max(ewb, n.bill.Load()))
	}
	var last int64
	if err := st.reader.QueryRowContext(ctx, `SELECT coalesce(max(no), 0) FROM eways`).Scan(&last); err != nil {
		return nil, fmt.Errorf("read last number of e-way bills: %w", err)
	}
	n.bill.Store(max(last, n.bill.Load()))
	return n, nil
}

// nextAck returns the next acknowledgement number of a house. It rises even when the
// clock goes back.
func (n *numbers) nextAck(h house, now time.Time) int64 {
	first := h.digit()*houseAck + firstAck + int64(now.In(gst.IST).Year()%100)*yearsAck
	ack := n.ack[h]
	for {
		last := ack.Load()
		next := max(last, first) + 1
		if ack.CompareAndSwap(last, next) {
			return next
		}
	}
}

func (n *numbers) nextBill() int64 { return n.bill.Add(1) }

// acknowledge returns the payload of a generated or fetched document. On TaxPro's
// decrypted paths it has the signed texts opened and the QR code drawn beside them.
func (s *Sandbox) acknowledge(c *call, e *entry) (any, error) {
	ack := nic.NewAcknowledgement(e.registration())
	if !c.plain {
		return ack, nil
	}
	return withExtras(c, ack)
}
