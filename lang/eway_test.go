package lang_test

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"mohar/gst"
	"mohar/lang"
)

func TestEverythingOfAnEWayBillHasWords(t *testing.T) {
	var keys []string
	add := func(prefix string, codes ...string) {
		for _, code := range codes {
			keys = append(keys, prefix+code)
		}
	}
	add("ewayno.", gst.EWayWhys()...)
	for _, a := range gst.EWayActions() {
		add("eway.action.", string(a))
	}
	for _, s := range []gst.EWayState{
		gst.EWayPending, gst.EWayUnknown, gst.EWayFailed, gst.EWayPartA, gst.EWayActive, gst.EWayExpired, gst.EWayDiscarded, gst.EWayCancelled, gst.EWayClosed,
	} {
		add("eway.state.", string(s))
	}
	add("eway.role.", string(gst.EWayOurs), string(gst.EWayOther), string(gst.EWayTransporter))
	add("eway.route.", string(gst.EWayWithIRN), string(gst.EWayByIRN), string(gst.EWayDirect), string(gst.EWayFound))
	add("eway.cancel.", string(gst.EWayCancelDuplicate), string(gst.EWayCancelOrder), string(gst.EWayCancelDataEntry), string(gst.EWayCancelOthers))
	add("eway.reason.", gst.EWayPartBReasons()...)
	add("eway.extend.", gst.EWayExtensionReasons()...)
	add("eway.transit.", gst.EWayTransits()...)
	add("eway.mode.", "1", "2", "3", "4", "5")
	add("eway.vehicle.", "R", "O")
	add("eway.transaction.", "1", "2", "3", "4")
	for _, d := range []gst.Direction{gst.Outward, gst.Inward} {
		add("eway.direction.", string(d))
		for _, sub := range gst.SubSupplies(d) {
			add("eway.sub.", strconv.Itoa(int(sub)))
			for _, paper := range gst.PapersFor(d, sub) {
				add("eway.paper.", string(paper))
			}
		}
	}
	for _, key := range keys {
		if !lang.English.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

// Every code that the two portals publish for e-way bills has an answer of ours.
func TestEveryPublishedCodeOfEWayBillsHasAnAnswer(t *testing.T) {
	for file, prefix := range map[string]string{"ewb-error-codes.csv": "ewaycode.", "ewb-irn-error-codes.csv": "portal."} {
		f, err := os.Open(filepath.Join("..", "..", "shared", "spec", "data", file))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("the tables are not beside the project: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if closing := f.Close(); err != nil || closing != nil || len(rows) < 50 {
			t.Fatalf("%s: %d rows: %v", file, len(rows), err)
		}
		for _, row := range rows[1:] {
			if !lang.English.Has(prefix + row[0]) {
				t.Errorf("no answer to %s: %s", row[0], row[1])
			}
		}
	}
}

var ewayRuleWithCodes = regexp.MustCompile(`"waybill\.[a-z0-9_.]+":\s+\{"([0-9]*)", "([0-9]*)", "([0-9]*)"\}`)

// What we check ourselves the portal may still refuse.
func TestEveryCodeOfOurEWayRulesHasAnAnswer(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "gst", "ewayrules.go"))
	if err != nil {
		t.Skip("not run in the source folder")
	}
	rules := ewayRuleWithCodes.FindAllStringSubmatch(string(source), -1)
	if len(rules) != len(gst.EWayRuleNames()) {
		t.Fatalf("%d of %d rules found", len(rules), len(gst.EWayRuleNames()))
	}
	for _, rule := range rules {
		for i, prefix := range []string{"ewaycode.", "portal.", "ewaycode."} {
			if code := rule[i+1]; code != "" && !lang.English.Has(prefix+code) {
				t.Errorf("no answer to %s", code)
			}
		}
	}
}
