// As in the program itself.
//
//go:debug urlmaxqueryparams=60000
package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mohar/gst"
)

// INV-01 allows a thousand lines, and each may say all that a line can say.
func TestAFormOfAThousandFullLines(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a form of few lines goes the same way")
	}
	s := newCompanySite(t)
	form, one := fullForm(), fullForm()
	one.Del("lines[0].charge")
	for row := 1; row < 1000; row++ {
		for name := range one {
			if at, column, ok := splitLine(name); ok && at == 0 {
				form.Set(lineName(row, column), one.Get(name))
			}
		}
		form.Set(lineName(row, "number"), fmt.Sprint(row+1))
	}
	for name, of := range map[string]gst.Paise{"totals.taxable": 12_900_00, "totals.cgst": 322_50, "totals.sgst": 322_50, "totals.total": 13_545_00} {
		form.Set(name, (1000 * of).String())
	}
	s.want(s.post(invoicesURL+"/preview", form), http.StatusOK, "1,35,45,000.00")
	draft := strings.TrimSuffix(s.issue(with(form, "do", "draft")), "?done=saved")
	page := s.get(draft)
	s.want(page, http.StatusOK)
	s.wantTyped(page, form)
	inv, _ := s.stored(s.issue(with(formOf(page.body), "do", "issue")))
	if len(inv.Lines) != 1000 || inv.Lines[999].Batch == nil || inv.Totals.Total != 1_35_45_000_00 {
		t.Errorf("%d lines, total %s", len(inv.Lines), inv.Totals.Total)
	}
}
