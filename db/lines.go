package db

import (
	"context"
	"fmt"
	"reflect"

	"mohar/gst"
)

// lineExtra holds the parts of a line that few lines have and no report asks for.
type lineExtra struct {
	Barcode      string
	PreTaxValue  gst.Paise
	OrderLine    string
	Origin       string
	SerialNumber string
	Batch        *gst.Batch
	Attributes   []gst.Attribute
	DiscountRate gst.Rate

	DiscountRate2 gst.Rate
	TypedPrice    gst.Milli
	TypedDiscount gst.Paise
	RetailPrice   gst.Milli
	Charge        gst.Charge
	Against       int
}

const insertLine = `
INSERT INTO invoice_lines (` + lineColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26)`

// putLines stores the lines of a document, nothing when they are those of before, and
// returns their rows.
func putLines(ctx context.Context, t *tx, before, inv *gst.Invoice) (rows [][]any, err error) {
	rows = make([][]any, len(inv.Lines))
	for i := range inv.Lines {
		if rows[i], err = lineArgs(inv.ID, i+1, &inv.Lines[i]); err != nil {
			return nil, err
		}
	}
	if before != nil {
		if reflect.DeepEqual(before.Lines, inv.Lines) {
			return rows, nil
		}
		if _, err := t.exec(ctx, `DELETE FROM invoice_lines WHERE invoice_id = $1`, inv.ID); err != nil {
			return nil, fmt.Errorf("remove lines: %w", err)
		}
	}
	for i, args := range rows {
		if _, err := t.exec(ctx, insertLine, args...); err != nil {
			return nil, fmt.Errorf("insert line %d: %w", i+1, err)
		}
	}
	return rows, nil
}

// lineColumns are the columns of a line's row, in the order of lineArgs.
const lineColumns = `
invoice_id, position, number, description, service, hsn, quantity, free_quantity, unit, unit_price,
amount, discount, taxable, gst_rate, igst, cgst, sgst, cess_rate, cess, cess_fixed, state_cess_rate,
state_cess, state_cess_fixed, other_charges, total, extra`

// lineWidth is how many they are.
const lineWidth = 26

// lineArgs are the values of a line's row, $1 to $26.
func lineArgs(id int64, position int, l *gst.Line) ([]any, error) {
	e := lineExtra{
		Barcode: l.Barcode, PreTaxValue: l.PreTaxValue, OrderLine: l.OrderLine, Origin: l.Origin,
		SerialNumber: l.SerialNumber, Batch: l.Batch, Attributes: l.Attributes, DiscountRate: l.DiscountRate,
		DiscountRate2: l.DiscountRate2, TypedPrice: l.TypedPrice, TypedDiscount: l.TypedDiscount,
		RetailPrice: l.RetailPrice, Charge: l.Charge, Against: l.Against,
	}
	text, err := compactJSON(e)
	if text == "{}" {
		text = ""
	}
	return []any{
		id, position, l.Number, l.Description, flag(l.Service), l.HSN, l.Quantity, l.FreeQty, l.Unit,
		l.UnitPrice, l.Amount, l.Discount, l.Taxable, l.GSTRate, l.IGST, l.CGST, l.SGST, l.CessRate,
		l.Cess, l.CessFixed, l.StateCessRate, l.StateCess, l.StateCessFixed, l.OtherCharges, l.Total, text,
	}, err
}

// readLines returns the lines of a document that the caller has found within its
// company.
func readLines(ctx context.Context, from *statements, id int64) ([]gst.Line, error) {
	return list(ctx, from, scanLine, `
SELECT number, description, service, hsn, quantity, free_quantity, unit, unit_price, amount,
       discount, taxable, gst_rate, igst, cgst, sgst, cess_rate, cess, cess_fixed,
       state_cess_rate, state_cess, state_cess_fixed, other_charges, total, extra
FROM invoice_lines
WHERE invoice_id = $1
ORDER BY position`, id)
}

func scanLine(row scanner) (l gst.Line, err error) {
	var rest string
	err = row.Scan(&l.Number, &l.Description, &l.Service, &l.HSN, &l.Quantity, &l.FreeQty, &l.Unit,
		&l.UnitPrice, &l.Amount, &l.Discount, &l.Taxable, &l.GSTRate, &l.IGST, &l.CGST, &l.SGST,
		&l.CessRate, &l.Cess, &l.CessFixed, &l.StateCessRate, &l.StateCess, &l.StateCessFixed,
		&l.OtherCharges, &l.Total, &rest)
	if err != nil || rest == "" {
		return l, err
	}
	var e lineExtra
	if err := readJSON(rest, &e); err != nil {
		return l, fmt.Errorf("stored line: %w", err)
	}
	l.Barcode, l.PreTaxValue, l.OrderLine, l.Origin = e.Barcode, e.PreTaxValue, e.OrderLine, e.Origin
	l.SerialNumber, l.Batch, l.Attributes, l.DiscountRate = e.SerialNumber, e.Batch, e.Attributes, e.DiscountRate
	l.DiscountRate2, l.TypedPrice, l.TypedDiscount, l.RetailPrice = e.DiscountRate2, e.TypedPrice, e.TypedDiscount, e.RetailPrice
	l.Charge, l.Against = e.Charge, e.Against
	return l, nil
}
