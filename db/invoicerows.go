package db

import (
	"context"
	"database/sql"
	"fmt"

	"mohar/gst"
)

// invoiceColumns are the typed columns of a document, in the order of invoiceArgs.
const invoiceColumns = `
company, mode, state, chip, version, created_at, changed_at, issued_at, type, fy,
number, number_key, date, supply, pos, reverse_charge, igst_on_intra, ecommerce_gstin, brought, buyer_gstin,
buyer_name, buyer_trade, buyer_address1, buyer_address2, buyer_place, buyer_pin, buyer_state, buyer_phone, buyer_email, taxable,
cgst, sgst, igst, cess, state_cess, discount, other_charges, round_off, total, total_foreign,
irn_state, irn_reason, irn_tries, irn_code, irn, ack_no, ack_at, cancelled_at, cancel_reason, cancel_remark`

const invoiceValues = `
$1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
$11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
$21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
$31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
$41, $42, $43, $44, $45, $46, $47, $48, $49, $50`

// invoiceArgs are the values of invoiceColumns.
func invoiceArgs(inv *gst.Invoice) []any {
	key := sql.NullString{String: gst.NormalNumber(inv.Number), Valid: inv.State != gst.Draft}
	reg := registration(inv)
	buyer, totals, irn := &inv.Buyer, &inv.Totals, &inv.IRN
	return []any{
		inv.Company, inv.Mode, inv.State, chipOf(inv.State, irn.State), inv.Version,
		millis(inv.Created), millis(inv.Changed), millis(inv.Issued), inv.Type, inv.Date.FinancialYear(),

		inv.Number, key, inv.Date, inv.Supply, inv.PlaceOfSupply,
		flag(inv.ReverseCharge), flag(inv.IGSTOnIntra), inv.EcommerceGSTIN, flag(inv.Brought), buyer.GSTIN,

		buyer.LegalName, buyer.TradeName, buyer.Address1, buyer.Address2, buyer.Place,
		buyer.PIN, buyer.State, buyer.Phone, buyer.Email, totals.Taxable,

		totals.CGST, totals.SGST, totals.IGST, totals.Cess, totals.StateCess,
		totals.Discount, totals.OtherCharges, totals.RoundOff, totals.Total, totals.TotalForeign,

		irn.State, irn.Reason, irn.Tries, firstCode(irn.Refusal), reg.IRN,
		reg.AckNo, millis(reg.AckDate), millis(irn.CancelledAt), irn.CancelReason, irn.CancelRemark,
	}
}

// registration is the document's, or an empty one.
func registration(inv *gst.Invoice) gst.Registration {
	if inv.IRN.Registration == nil {
		return gst.Registration{}
	}
	return *inv.IRN.Registration
}

// firstCode is the code that lists show of a refusal.
func firstCode(r *gst.Refusal) string {
	if r == nil || len(r.Codes) == 0 {
		return ""
	}
	return r.Codes[0].Code
}

// insertInvoice stores the typed columns of a new document, args, and sets its ID.
func insertInvoice(ctx context.Context, t *tx, inv *gst.Invoice, args []any) error {
	err := t.row(ctx, `INSERT INTO invoices (`+invoiceColumns+`) VALUES (`+invoiceValues+`) RETURNING id`,
		args...).Scan(&inv.ID)
	if err != nil {
		return fmt.Errorf("insert document: %w", known(err))
	}
	return nil
}

// updateInvoice stores the typed columns, args, of a document that is there.
func updateInvoice(ctx context.Context, t *tx, inv *gst.Invoice, args []any) error {
	n, err := t.exec(ctx, `UPDATE invoices SET (`+invoiceColumns+`) = (`+invoiceValues+`) WHERE id = $51`,
		append(args[:len(args):len(args)], inv.ID)...)
	if err := one(n, err); err != nil {
		return fmt.Errorf("update document: %w", err)
	}
	return nil
}

// extra holds the parts of a document that no list or report asks for. It is our own
// form, read and written here only.
type extra struct {
	Seller   gst.Party
	Dispatch *gst.Party
	ShipTo   *gst.Party
	Payment  *gst.Payment
	Refs     gst.References
	Docs     []gst.SupportingDocument
	Export   *gst.Export
	EWay     *gst.EWayDetails

	Prices        gst.PriceBasis
	RoundOffTyped bool
	Branch        string
	Series        string
	Source        int64
	Elsewhere     bool
	BuyerChecked  bool
	Purpose       string
	Terms         gst.Terms
	Transport     gst.Transport
}

// putDetails stores what stands beside the typed columns, and returns the parts without
// columns as they were written.
func putDetails(ctx context.Context, t *tx, inv *gst.Invoice, body []byte) (text string, err error) {
	text, err = compactJSON(extra{
		Seller: inv.Seller, Dispatch: inv.Dispatch, ShipTo: inv.ShipTo, Payment: inv.Payment,
		Refs: inv.Refs, Docs: inv.Docs, Export: inv.Export, EWay: inv.EWay,
		Prices: inv.Prices, RoundOffTyped: inv.RoundOffTyped, Branch: inv.Branch, Series: inv.Series,
		Source: inv.Source, Elsewhere: inv.Elsewhere, BuyerChecked: inv.BuyerChecked, Purpose: inv.Purpose, Terms: inv.Terms, Transport: inv.Transport,
	})
	if err != nil {
		return "", err
	}
	_, err = t.exec(ctx, `
INSERT INTO invoice_details (invoice_id, extra, refusal, body)
VALUES ($1, $2, '', $3)
ON CONFLICT (invoice_id) DO UPDATE
SET extra = $2, refusal = '', body = $3`, inv.ID, text, body)
	if err != nil {
		return "", fmt.Errorf("store details: %w", known(err))
	}
	return text, nil
}

// Invoice returns a company's document and its INV-01 body, nil when it has none yet.
// It returns gst.ErrNotFound when the company has no such document.
func (s *Store) Invoice(ctx context.Context, gstin gst.GSTIN, id int64) (*gst.Invoice, []byte, error) {
	inv, body, err := readInvoice(ctx, s.reader, gstin, id)
	if err != nil {
		return nil, nil, fmt.Errorf("read document %d of %s: %w", id, gstin, err)
	}
	return inv, body, nil
}

// InvoiceByNumber returns the document that a company has under a number, without regard
// to case; gst.ErrNotFound when there is none.
func (s *Store) InvoiceByNumber(ctx context.Context, gstin gst.GSTIN, mode gst.Mode, typ gst.DocumentType, fy, number string) (*gst.Invoice, []byte, error) {
	var id int64
	err := s.reader.row(ctx, `
SELECT id
FROM invoices
WHERE company = $1 AND mode = $2 AND type = $3 AND fy = $4 AND number_key = $5`,
		gstin, mode, typ, fy, gst.NormalNumber(number)).Scan(&id)
	if err != nil {
		return nil, nil, fmt.Errorf("read document %q of %s: %w", number, gstin, known(err))
	}
	return s.Invoice(ctx, gstin, id)
}

// InvoiceByIRN returns the document that a company has under an IRN; gst.ErrNotFound
// when there is none.
func (s *Store) InvoiceByIRN(ctx context.Context, gstin gst.GSTIN, irn string) (*gst.Invoice, []byte, error) {
	var id int64
	err := s.reader.row(ctx, `
SELECT id
FROM invoices
WHERE company = $1 AND irn = $2 AND irn <> ''
ORDER BY id DESC
LIMIT 1`, gstin, irn).Scan(&id)
	if err != nil {
		return nil, nil, fmt.Errorf("read document by IRN of %s: %w", gstin, known(err))
	}
	return s.Invoice(ctx, gstin, id)
}

const selectInvoice = `
SELECT i.id, i.company, i.mode, i.state, i.version, i.created_at, i.changed_at, i.issued_at,
       i.type, i.number, i.date, i.supply, i.pos, i.reverse_charge, i.igst_on_intra,
       i.ecommerce_gstin, i.brought, i.buyer_gstin, i.buyer_name, i.buyer_trade,
       i.buyer_address1, i.buyer_address2, i.buyer_place, i.buyer_pin, i.buyer_state,
       i.buyer_phone, i.buyer_email, i.taxable, i.cgst, i.sgst, i.igst, i.cess, i.state_cess,
       i.discount, i.other_charges, i.round_off, i.total, i.total_foreign, i.irn_state,
       i.irn_reason, i.cancelled_at, i.cancel_reason, i.cancel_remark,
       COALESCE(q.attempts, i.irn_tries), COALESCE(q.due_at, 0), d.extra, d.refusal, d.body
FROM invoices i
JOIN invoice_details d ON d.invoice_id = i.id
LEFT JOIN irn_requests q ON q.invoice_id = i.id
WHERE i.company = $1 AND i.id = $2`

// readInvoice reads a whole document, inside or outside a transaction.
func readInvoice(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (*gst.Invoice, []byte, error) {
	inv, body, err := scanInvoice(from.row(ctx, selectInvoice, gstin, id))
	if err != nil {
		return nil, nil, known(err)
	}
	if inv.Lines, err = readLines(ctx, from, id); err != nil {
		return nil, nil, fmt.Errorf("read lines: %w", err)
	}
	if inv.IRN.State == gst.IRNRegistered || inv.IRN.State == gst.IRNCancelled {
		if inv.IRN.Registration, err = readRegistration(ctx, from, id); err != nil {
			return nil, nil, fmt.Errorf("read registration: %w", known(err))
		}
	}
	return inv, body, nil
}

func scanInvoice(row scanner) (*gst.Invoice, []byte, error) {
	inv := new(gst.Invoice)
	buyer, totals, irn := &inv.Buyer, &inv.Totals, &inv.IRN
	var created, changed, issued, cancelled, due int64
	var rest, refusal string
	var body []byte
	err := row.Scan(&inv.ID, &inv.Company, &inv.Mode, &inv.State, &inv.Version, &created, &changed,
		&issued, &inv.Type, &inv.Number, &inv.Date, &inv.Supply, &inv.PlaceOfSupply,
		&inv.ReverseCharge, &inv.IGSTOnIntra, &inv.EcommerceGSTIN, &inv.Brought, &buyer.GSTIN,
		&buyer.LegalName, &buyer.TradeName, &buyer.Address1, &buyer.Address2, &buyer.Place,
		&buyer.PIN, &buyer.State, &buyer.Phone, &buyer.Email, &totals.Taxable, &totals.CGST,
		&totals.SGST, &totals.IGST, &totals.Cess, &totals.StateCess, &totals.Discount,
		&totals.OtherCharges, &totals.RoundOff, &totals.Total, &totals.TotalForeign, &irn.State,
		&irn.Reason, &cancelled, &irn.CancelReason, &irn.CancelRemark, &irn.Tries, &due, &rest,
		&refusal, &body)
	if err != nil {
		return nil, nil, err
	}
	inv.Created, inv.Changed, inv.Issued = moment(created), moment(changed), moment(issued)
	irn.CancelledAt, irn.NextTry = moment(cancelled), moment(due)
	var e extra
	if err := readJSON(rest, &e); err != nil {
		return nil, nil, fmt.Errorf("stored details: %w", err)
	}
	inv.Seller, inv.Dispatch, inv.ShipTo, inv.Payment = e.Seller, e.Dispatch, e.ShipTo, e.Payment
	inv.Refs, inv.Docs, inv.Export, inv.EWay = e.Refs, e.Docs, e.Export, e.EWay
	inv.Prices, inv.RoundOffTyped, inv.Branch, inv.Series = e.Prices, e.RoundOffTyped, e.Branch, e.Series
	inv.Source, inv.Elsewhere, inv.Purpose = e.Source, e.Elsewhere, e.Purpose
	inv.BuyerChecked, inv.Terms, inv.Transport = e.BuyerChecked, e.Terms, e.Transport
	if refusal != "" {
		irn.Refusal = new(gst.Refusal)
		if err := readJSON(refusal, irn.Refusal); err != nil {
			return nil, nil, fmt.Errorf("stored refusal: %w", err)
		}
	}
	return inv, body, nil
}
