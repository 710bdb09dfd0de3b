package desk

import (
	"strings"

	"mohar/gst"
)

// withoutEchoes leaves out what is wrong with computed amounts where something typed is
// wrong already: a quantity of −5 makes every amount of its line and every total wrong,
// and only the quantity can be mended.
func withoutEchoes(faults gst.Faults) gst.Faults {
	wrong := map[string]bool{} // lines by their prefix, "lines[2]"
	for _, f := range faults {
		if line, column, ok := strings.Cut(f.Field, "]."); ok && !f.Warning && isTyped(column) {
			wrong[line] = true
		}
	}
	if len(wrong) == 0 {
		return faults
	}
	kept := make(gst.Faults, 0, len(faults))
	for _, f := range faults {
		line, column, ok := strings.Cut(f.Field, "].")
		echo := ok && wrong[line] && !isTyped(column) || computedTotals[f.Field]
		if !echo {
			kept = append(kept, f)
		}
	}
	return kept
}

// beside puts what could not be read before what breaks a rule, without what follows from the
// former alone: where a quantity cannot be read, its line's amount is no product.
func beside(unread, broken gst.Faults) gst.Faults {
	wrong, lines := map[string]bool{}, false
	for _, f := range unread {
		line, _, _ := strings.Cut(f.Field, "].")
		wrong[line] = true
		lines = lines || strings.HasPrefix(f.Field, "lines")
	}
	kept := make(gst.Faults, 0, len(broken))
	for _, f := range broken {
		line, column, ok := strings.Cut(f.Field, "].")
		echo := ok && wrong[line] && !isTyped(column) || lines && computedTotals[f.Field]
		if !echo {
			kept = append(kept, f)
		}
	}
	return unread.Before(kept)
}

// typedColumns are the columns of a line that people type; all others are computed.
var typedColumns = map[string]bool{
	"description": true, "hsn": true, "qty": true, "unit": true, "price": true, "discount": true, "rate": true,
	"free_qty": true, "barcode": true, "pretax": true, "other": true, "retail_price": true, "charge": true, "against": true,
	"cess_rate": true, "cess_fixed": true, "state_cess_rate": true, "state_cess_fixed": true,
	"order_line": true, "origin": true, "serial": true,
	"batch.name": true, "batch.expiry": true, "batch.warranty": true,
}

func isTyped(column string) bool {
	return typedColumns[column] || strings.HasPrefix(column, "attributes[")
}

// computedTotals are the totals that follow from the lines.
var computedTotals = map[string]bool{
	"totals.taxable": true, "totals.cgst": true, "totals.sgst": true, "totals.igst": true, "totals.cess": true,
	"totals.state_cess": true, "totals.total": true,
}
