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
		if line, column, ok := strings.Cut(f.Field, "]."); ok && !f.Warning && typedColumns[column] {
			wrong[line] = true
		}
	}
	if len(wrong) == 0 {
		return faults
	}
	kept := make(gst.Faults, 0, len(faults))
	for _, f := range faults {
		line, column, ok := strings.Cut(f.Field, "].")
		echo := ok && wrong[line] && !typedColumns[column] || strings.HasPrefix(f.Field, "totals.")
		if !echo {
			kept = append(kept, f)
		}
	}
	return kept
}

// typedColumns are the columns of a line that people type; all others are computed.
var typedColumns = map[string]bool{
	"description": true, "hsn": true, "qty": true, "unit": true, "price": true, "discount": true, "rate": true,
}
