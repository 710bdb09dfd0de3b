package db

import (
	"context"
	"errors"
	"fmt"

	"mohar/gst"
)

const selectStoredRegistration = `
SELECT ` + registrationColumns + `, i.company, i.mode, i.type, i.number, d.body,
       COALESCE(d.extra ->> '$.Elsewhere', 0)
FROM registrations r
JOIN invoices i ON i.id = r.invoice_id
JOIN invoice_details d ON d.invoice_id = r.invoice_id`

const selectRegistration = `
SELECT ` + registrationColumns + `
FROM registrations r
JOIN invoices i ON i.id = r.invoice_id`

// registrationColumns are what registrationRow takes.
const registrationColumns = `i.irn, i.ack_no, i.ack_at, r.signed_ack_at, r.status, r.provider, r.portal, r.key_id,
       r.practice, r.extra, r.signed_qr, r.signed_invoice`

// StoredRegistration is a registration with the document it belongs to.
type StoredRegistration struct {
	Company      gst.GSTIN
	Mode         gst.Mode
	Type         gst.DocumentType
	Number       string
	Body         []byte // INV-01, as it was sent
	Elsewhere    bool   // issued by another program: without signed data
	Registration gst.Registration
}

// EachRegistration calls f with every registration of all companies, oldest document
// first, until f returns an error, which it returns.
func (s *Store) EachRegistration(ctx context.Context, f func(StoredRegistration) error) (err error) {
	rows, err := s.reader.query(ctx, selectStoredRegistration+" ORDER BY r.invoice_id")
	if err != nil {
		return fmt.Errorf("read registrations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := scanStoredRegistration(rows)
		if err != nil {
			return fmt.Errorf("read registrations: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Registration returns the registration of a company's document; gst.ErrNotFound when it has
// none.
func (s *Store) Registration(ctx context.Context, gstin gst.GSTIN, id int64) (*gst.Registration, error) {
	reg, err := scanRegistration(s.reader.row(ctx, selectRegistration+" WHERE r.invoice_id = $1 AND i.company = $2", id, gstin))
	if err != nil {
		return nil, fmt.Errorf("read registration of document %d of %s: %w", id, gstin, known(err))
	}
	return reg, nil
}

// readRegistration returns the registration of a document that the caller has found
// within its company.
func readRegistration(ctx context.Context, from *statements, id int64) (*gst.Registration, error) {
	return scanRegistration(from.row(ctx, selectRegistration+" WHERE r.invoice_id = $1", id))
}

func scanRegistration(row scanner) (*gst.Registration, error) {
	var r registrationRow
	if err := row.Scan(r.columns()...); err != nil {
		return nil, err
	}
	return &r.reg, r.read()
}

func scanStoredRegistration(row scanner) (stored StoredRegistration, err error) {
	var r registrationRow
	err = row.Scan(append(r.columns(), &stored.Company, &stored.Mode, &stored.Type, &stored.Number, &stored.Body, &stored.Elsewhere)...)
	if err != nil {
		return stored, err
	}
	err = r.read()
	stored.Registration = r.reg
	return stored, err
}

// registrationRow is a row of registrationColumns on its way into reg.
type registrationRow struct {
	reg                  gst.Registration
	acknowledged, signed int64
	extra                string
}

// columns are where the row is scanned to; read comes behind that.
func (r *registrationRow) columns() []any {
	return []any{&r.reg.IRN, &r.reg.AckNo, &r.acknowledged, &r.signed, &r.reg.Status, &r.reg.Provider, &r.reg.Portal,
		&r.reg.KeyID, &r.reg.Practice, &r.extra, &r.reg.SignedQR, &r.reg.SignedInvoice}
}

// read fills in what does not stand in a column of its own kind.
func (r *registrationRow) read() error {
	r.reg.AckDate, r.reg.SignedAckDate = moment(r.acknowledged), moment(r.signed)
	var e registrationExtra
	if err := readJSON(r.extra, &e); err != nil {
		return fmt.Errorf("stored registration: %w", err)
	}
	r.reg.EWayBill, r.reg.EWayRefusal, r.reg.Notes = e.EWayBill, e.EWayRefusal, e.Notes
	return nil
}
