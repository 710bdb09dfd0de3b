package lang_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/lang"
)

func TestText(t *testing.T) {
	tests := []struct {
		name, key string
		args      []string
		want      string
	}{
		{"plain", "irn.registered", nil, "Registered"},
		{"with arguments", "fault.pin.state", []string{"400050", "Karnataka"}, "PIN code 400050 is not in Karnataka. Correct the PIN code or the State."},
		{"braces inside an argument stay", "fault.unit.unknown", []string{"{0}"}, "The portal does not know the unit {0}. Choose one from the list; OTH means others."},
		{"a missing argument stays empty", "fault.rate.unknown", nil, "% is not a GST rate. Choose one from the list."},
		{"an unknown key shows", "fault.nothing", nil, "fault.nothing"},
		{"an unknown code of the portal says nothing", "portal.4711", nil, ""},
		{"nor does one of the e-way bill system", "ewaycode.4711", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lang.English.Text(tt.key, tt.args...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEveryRuleHasWords(t *testing.T) {
	for _, rule := range append(gst.RuleNames(), gst.EWayRuleNames()...) {
		if !lang.English.Has("fault." + rule) {
			t.Errorf("no words for fault.%s", rule)
		}
	}
}

func TestEveryStateAndReasonHasWords(t *testing.T) {
	var keys []string
	for _, r := range []gst.NoIRNReason{
		gst.NoIRNB2C, gst.NoIRNType, gst.NoIRNTurnover, gst.NoIRNBeforeStart, gst.NoIRNExempt,
		gst.NoIRNSEZUnit, gst.NoIRNComposition, gst.NoIRNWhollyExempt, gst.NoIRNElsewhere,
	} {
		keys = append(keys, "noirn."+string(r))
	}
	for _, reason := range gst.EWayReasons() {
		keys = append(keys, "ewayneed."+reason)
	}
	for _, s := range []gst.IRNState{
		gst.IRNNotRequired, gst.IRNHeld, gst.IRNPending, gst.IRNUnknown, gst.IRNRegistered,
		gst.IRNFailed, gst.IRNConflict, gst.IRNCancelled,
	} {
		keys = append(keys, "irn."+string(s))
	}
	for _, c := range []gst.CancelReason{gst.CancelDuplicate, gst.CancelDataEntry, gst.CancelOrder, gst.CancelOtherReasons} {
		keys = append(keys, "cancel."+string(c))
	}
	for _, op := range []gst.Operation{
		gst.OpSignIn, gst.OpGenerate, gst.OpCancel, gst.OpByIRN, gst.OpByDocument, gst.OpTaxpayer, gst.OpSync,
		gst.OpEWayByIRN, gst.OpEWayOfIRN, gst.OpPing, gst.OpEWaySignIn, gst.OpEWayMake, gst.OpEWayChange, gst.OpEWayCancel,
		gst.OpEWayReject, gst.OpEWayTrip, gst.OpEWayRead, gst.OpEWayList, gst.OpEWayRegister,
	} {
		keys = append(keys, "call."+string(op))
	}
	for _, outcome := range []gst.Outcome{gst.Answered, gst.CallRefused, gst.NoAnswer, gst.NotSent} {
		keys = append(keys, "outcome."+string(outcome))
	}
	for _, key := range keys {
		if !lang.English.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

// Every code that a rule names, and the portal may give all the same, has its answer.
func TestEveryCodeOfTheRulesHasAnAnswer(t *testing.T) {
	inv := &gst.Invoice{Type: gst.TaxInvoice, Supply: gst.EXPWP, Date: 20990101, Lines: []gst.Line{{HSN: "1111", GSTRate: 1}}}
	for _, f := range gst.Validate(inv, gst.Rules{Today: 20261122}) {
		if f.Code != "" && !lang.English.Has("portal."+f.Code) {
			t.Errorf("no answer to %s (%s)", f.Code, f.Rule)
		}
	}
}

var ruleLiteral = regexp.MustCompile(`Rule:\s*"([a-z0-9_.]+)"|"((?:form|inv01)\.[a-z0-9_]+)"`)

// Rooms above gst make faults of their own, for what they alone can see.
func TestEveryFaultOfOtherRoomsHasWords(t *testing.T) {
	found := 0
	for _, room := range []string{"handlers", "handlers/api", "desk", "nic", "registrar", "sheet", "cmd/mohar", "db", "gst", "gsp"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range ruleLiteral.FindAllStringSubmatch(string(source), -1) {
				found++
				if rule := match[1] + match[2]; !lang.English.Has("fault." + rule) {
					t.Errorf("no words for fault.%s of %s", rule, file)
				}
			}
		}
	}
	if found == 0 {
		t.Skip("not run in the source folder")
	}
}

var place = regexp.MustCompile(`\{[0-9]\}`)

// Words are short, and their places are numbered without gaps.
func TestWordsAreWellFormed(t *testing.T) {
	for _, key := range lang.English.Keys() {
		words := lang.English.Text(key, "{0}", "{1}", "{2}", "{3}", "{4}")
		if words == "" || words != strings.TrimSpace(words) {
			t.Errorf("%s is empty or padded", key)
		}
		if n := len([]rune(words)); n > 170 {
			t.Errorf("%s has %d characters", key, n)
		}
		used := place.FindAllString(words, -1)
		if len(used) > 4 {
			t.Errorf("%s has %d places", key, len(used))
		}
	}
}

// A key that stands twice would silently lose its first words.
func TestKeysAreUnique(t *testing.T) {
	data, err := os.ReadFile("en.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("not run in the source folder")
	}
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	seen := map[string]bool{}
	for n := 0; ; n++ {
		token, err := dec.Token()
		if err != nil {
			break
		}
		if key, isText := token.(string); isText && n%2 == 1 {
			if seen[key] {
				t.Errorf("%s stands twice", key)
			}
			seen[key] = true
		}
	}
	if len(seen) != len(lang.English.Keys()) {
		t.Errorf("%d keys read, %d loaded", len(seen), len(lang.English.Keys()))
	}
}
