package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"mohar/gst"
)

func TestIssueBroughtKeepsNumberAndFigures(t *testing.T) {
	h := build(t)
	// Half a rupee off everywhere, as an ERP rounds: NIC's tolerance lets it pass.
	data := inv01(`322.50`, `322.75`, `"TotInvVal":13545`, `"TotInvVal":13545.4`)
	inv, err := h.IssueBrought(t.Context(), h.company, data)
	h.must(err)
	if inv.Number != "ERP/77" || inv.IRN.State != gst.IRNPending || !inv.Brought {
		t.Errorf("issued %q, IRN %q, brought %v", inv.Number, inv.IRN.State, inv.Brought)
	}
	stored, body := h.stored(inv.ID)
	if stored.Totals.CGST != 322_75 || stored.Lines[0].SGST != 322_75 || stored.Totals.Total != 13_545_40 {
		t.Errorf("figures became %+v", stored.Totals)
	}
	var want, got any
	h.must(json.Unmarshal(data, &want))
	h.must(json.Unmarshal(body, &got))
	if w, g := compact(t, want), compact(t, got); !bytes.Equal(w, g) {
		t.Errorf("the body became\n%s, brought was\n%s", g, w)
	}
	h.step()
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNRegistered {
		t.Errorf("it stands %q: %v", stored.IRN.State, stored.IRN.Refusal)
	}
	if next := h.issue(); next.Number != "INV/26-27/0001" {
		t.Errorf("the series went on at %s", next.Number)
	}
}

func compact(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestIssueBroughtOfAUsedNumber(t *testing.T) {
	h := build(t)
	_, err := h.IssueBrought(t.Context(), h.company, inv01())
	h.must(err)
	for _, number := range []string{"ERP/77", "erp/77"} {
		if _, err := h.IssueBrought(t.Context(), h.company, inv01("ERP/77", number)); !errors.Is(err, gst.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", number, err)
		}
	}
	_, err = h.IssueBrought(t.Context(), h.company, inv01("20/11/2026", "20/03/2026", "322.50", "322.5"))
	h.must(err) // in the financial year before it is another number
}

func TestIssueBroughtSaysWhatIsWrong(t *testing.T) {
	tests := []struct {
		name   string
		change []string
		rules  map[string]string // by field
	}{
		{"another company's document", []string{"27AAPFU0939F1ZV", mysore, `"Pin":411002,"Stcd":"27"`, `"Pin":560001,"Stcd":"29"`, `"Pos":"27"`, `"Pos":"29"`},
			map[string]string{"seller.gstin": "seller.company"}},
		{"what cannot be read comes with what breaks a rule", []string{`"Qty":15`, `"Qty":"many"`, `"Pin":400703`, `"Pin":560001`},
			map[string]string{"lines[0].qty": "inv01.number", "buyer.pin": "pin.state"}},
		{"figures beyond the tolerance", []string{`"AssVal":12900`, `"AssVal":12902`},
			map[string]string{"totals.taxable": "totals.taxable"}},
		{"no number", []string{`"No":"ERP/77"`, `"No":""`}, map[string]string{"number": "required"}},
		{"a day that has not come", []string{"20/11/2026", "23/11/2026"}, map[string]string{"date": "date.future"}},
	}
	h := build(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := h.IssueBrought(t.Context(), h.company, inv01(test.change...))
			var bad gst.Invalid
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want gst.Invalid", err)
			}
			for field, rule := range test.rules {
				faults := bad.For(field)
				if len(faults) != 1 || faults[0].Rule != rule {
					t.Errorf("%s: got %+v, want one fault %s", field, faults, rule)
				}
			}
		})
	}
	if counts, err := h.store.Counts(t.Context(), sharda, gst.Practice); err != nil || counts.All != 0 {
		t.Errorf("%d documents are stored, %v", counts.All, err)
	}
}

func TestIssueBroughtOfNoJSON(t *testing.T) {
	h := build(t)
	inv, err := h.IssueBrought(t.Context(), h.company, []byte("{\n\"Version\":"))
	var file *FileError
	if inv != nil || !errors.As(err, &file) || file.Line != 2 {
		t.Errorf("got %v, %v; want a FileError on line 2", inv, err)
	}
}

func TestOpenTakesAListOfOne(t *testing.T) {
	one := `{"Version":"1.1"}`
	if inv, _, _ := Open([]byte(" [" + one + "]")); inv == nil {
		t.Error("a list of one document is not read")
	}
	for name, text := range map[string]string{"two": "[" + one + "," + one + "]", "none": "[]", "cut off": "[" + one} {
		var file *FileError
		if inv, _, err := Open([]byte(text)); inv != nil || !errors.As(err, &file) {
			t.Errorf("a list of %s: %v", name, err)
		}
	}
}
