package db

import (
	"context"
	"errors"
	"fmt"

	"mohar/gst"
)

const selectRegistration = `
SELECT i.company, i.mode, i.type, i.number, i.irn, i.ack_no, i.ack_at, r.signed_ack_at, r.status, r.provider,
       r.portal, r.key_id, r.practice, r.extra, r.signed_qr, r.signed_invoice, d.body,
       COALESCE(d.extra ->> '$.Elsewhere', 0)
FROM registrations r
JOIN invoices i ON i.id = r.invoice_id
JOIN invoice_details d ON d.invoice_id = r.invoice_id`

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
	rows, err := s.reader.query(ctx, selectRegistration+" ORDER BY r.invoice_id")
	if err != nil {
		return fmt.Errorf("read registrations: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		r, err := scanRegistration(rows)
		if err != nil {
			return fmt.Errorf("read registrations: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// readRegistration returns the registration of a document that the caller has found
// within its company.
func readRegistration(ctx context.Context, from *statements, id int64) (*gst.Registration, error) {
	r, err := scanRegistration(from.row(ctx, selectRegistration+" WHERE r.invoice_id = $1", id))
	return &r.Registration, err
}

func scanRegistration(row scanner) (r StoredRegistration, err error) {
	reg := &r.Registration
	var acknowledged, signed int64
	var text string
	err = row.Scan(&r.Company, &r.Mode, &r.Type, &r.Number, &reg.IRN, &reg.AckNo, &acknowledged, &signed,
		&reg.Status, &reg.Provider, &reg.Portal, &reg.KeyID, &reg.Practice, &text, &reg.SignedQR,
		&reg.SignedInvoice, &r.Body, &r.Elsewhere)
	if err != nil {
		return r, err
	}
	reg.AckDate, reg.SignedAckDate = moment(acknowledged), moment(signed)
	var e registrationExtra
	if err := readJSON(text, &e); err != nil {
		return r, fmt.Errorf("stored registration: %w", err)
	}
	reg.EWayBill, reg.EWayRefusal, reg.Notes = e.EWayBill, e.EWayRefusal, e.Notes
	return r, nil
}
