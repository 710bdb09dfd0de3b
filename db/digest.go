package db

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"fmt"
	"strconv"
)

// The edit log says what people changed; that the rows still say what was logged is
// shown by digests, which the chain covers like everything else in an entry. An entry
// that issues or amends a document carries two, one behind the other: of the content,
// which stays, and of the standing. Entries that move it on carry that of the standing.
// The entry of a series carries that of its row.

// digestSize is that of SHA-256.
const digestSize = sha256.Size

// frozenColumns are those columns of a document that only issuing and amending set.
const frozenColumns = `
i.company, i.mode, i.created_at, i.issued_at, i.type, i.fy, i.number, i.number_key, i.date, i.supply,
i.pos, i.reverse_charge, i.igst_on_intra, i.ecommerce_gstin, i.brought, i.buyer_gstin, i.buyer_name,
i.buyer_trade, i.buyer_address1, i.buyer_address2, i.buyer_place, i.buyer_pin, i.buyer_state,
i.buyer_phone, i.buyer_email, i.taxable, i.cgst, i.sgst, i.igst, i.cess, i.state_cess, i.discount,
i.other_charges, i.round_off, i.total, i.total_foreign, i.irn_reason`

// frozen picks the values of frozenColumns from those of invoiceColumns.
func frozen(args []any) [][]any {
	return [][]any{args[0:2], args[5:6], args[7:40], args[41:42]}
}

// standingColumns are those that say how a document stands, and all of its registration.
// Whether a waiting document was sent already is no part of it: that changes without an
// entry.
const standingColumns = `
i.state, i.chip, i.version, CASE i.irn_state WHEN 'unknown' THEN 'pending' ELSE i.irn_state END,
i.irn_code, i.irn, i.ack_no, i.ack_at, i.cancelled_at, i.cancel_reason, i.cancel_remark, d.refusal,
r.signed_ack_at, r.status, r.provider, r.portal, r.key_id, r.practice, r.extra, r.signed_qr,
r.signed_invoice`

// freshStanding picks the values of standingColumns from those of invoiceColumns, for a
// document that the portal has not answered yet.
func freshStanding(args []any) [][]any {
	const refusal, registration = "", 9
	return [][]any{args[2:5], args[40:41], args[43:50], {refusal}, make([]any, registration)}
}

// storedRows are the rows of one document just as they were written, for their digest.
type storedRows struct {
	columns []any   // of invoiceColumns
	extra   string  // of invoice_details
	body    []byte  // likewise
	lines   [][]any // of insertLine
}

// digest is that of an issued or amended document: content, then standing.
func (r *storedRows) digest() ([]byte, error) {
	content := append(frozen(r.columns), []any{r.extra, r.body})
	first, err := digestOf(append(content, r.lines...)...)
	if err != nil {
		return nil, err
	}
	second, err := digestOf(freshStanding(r.columns)...)
	return append(first, second...), err
}

// standingDigest is that of a document as it stands in t.
func standingDigest(ctx context.Context, t *tx, id int64) ([]byte, error) {
	values, err := scanValues(t.row(ctx, `
SELECT `+standingColumns+`
FROM invoices i
JOIN invoice_details d ON d.invoice_id = i.id
LEFT JOIN registrations r ON r.invoice_id = i.id
WHERE i.id = $1`, id), standingWidth)
	if err != nil {
		return nil, fmt.Errorf("digest: %w", known(err))
	}
	return digestOf(values)
}

// How many columns the lists above have.
const (
	frozenWidth   = 37
	standingWidth = 21
)

// scanValues reads a row of so many columns as the database gives it.
func scanValues(row scanner, width int) ([]any, error) {
	values, into := make([]any, width), make([]any, width)
	for i := range values {
		into[i] = &values[i]
	}
	err := row.Scan(into...)
	return values, err
}

// digestOf returns the SHA-256 of values in the form that the database keeps them in:
// whole numbers, texts, blobs and nulls, each with its kind and length in front, so that
// nothing can move from one value to the next. An empty blob counts as null, since it is
// read as one.
func digestOf(rows ...[]any) ([]byte, error) {
	b := make([]byte, 0, 4096)
	for _, row := range rows {
		for _, v := range row {
			value, err := driver.DefaultParameterConverter.ConvertValue(v)
			if err != nil {
				return nil, fmt.Errorf("digest: %w", err)
			}
			switch x := value.(type) {
			case int64:
				b = append(strconv.AppendInt(append(b, 'i'), x, 10), ' ')
			case string:
				b = append(append(strconv.AppendInt(append(b, 't'), int64(len(x)), 10), ' '), x...)
			case []byte:
				if len(x) == 0 {
					b = append(b, 'n')
					continue
				}
				b = append(append(strconv.AppendInt(append(b, 'b'), int64(len(x)), 10), ' '), x...)
			case nil:
				b = append(b, 'n')
			default:
				return nil, fmt.Errorf("digest: a value of type %T", x)
			}
		}
	}
	sum := sha256.Sum256(b)
	return sum[:], nil
}
