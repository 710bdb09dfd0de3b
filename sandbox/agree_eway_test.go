package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/sandbox"
)

// ewayCodes are the reasons against an e-way bill with the IRN that gst warns of: those
// that can be told from the transport alone.
var ewayCodes = []string{"4009", "4010", "4011", "4012", "4016", "4019", "4021", "4022", "4023", "4024", "4028", "4039", "4040"}

// What gst warns of must keep the portal from making the e-way bill, and the portal must
// know no reason of that kind that gst did not warn of.
func TestWarningsAndRefusedEWayBillsAgree(t *testing.T) {
	m := newMaker(20261124)
	var trials []*trial
	documents := 600
	if testing.Short() { // for the race detector, which is slow
		documents = 300
	}
	for i := range documents {
		today := days[len(days)-1]
		inv := m.document(today)
		m.journey(inv)
		if m.oneIn(2) { // dates that can be right
			inv.EWay.DocumentDate = inv.Date.AddDays(m.IntN(3) - 1)
		}
		if m.oneIn(3) {
			inv.Type = gst.TaxInvoice
		}
		inv.Number = fmt.Sprintf("E/%d", i)
		trials = append(trials, written(t, inv, planter{name: "journey", fine: true}, today))
	}
	askBoth(t, trials, sandbox.Options{})
	seen := map[string]int{}
	for _, tr := range trials {
		if len(tr.mohar)+len(tr.portal) > 0 {
			continue
		}
		warned := known(tr.warned)
		for _, code := range warned {
			seen[code]++
		}
		if len(warned) > 0 && len(tr.billless) == 0 {
			t.Errorf("gst warns of %v, and there is an e-way bill: %.2000s", warned, tr.text)
		}
		for _, code := range known(tr.billless) {
			if !slices.Contains(warned, code) {
				t.Errorf("gst warns of %v, the portal says %v: %s", warned, tr.billless, tr.text[strings.Index(string(tr.text), `"EwbDtls"`):])
			}
		}
	}
	for _, code := range ewayCodes {
		if seen[code] == 0 {
			t.Errorf("%s was never warned of", code)
		}
	}
}

// known picks the codes that gst knows of.
func known(codes []string) []string {
	return slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return !slices.Contains(ewayCodes, c) })
}
