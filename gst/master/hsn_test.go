package master

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBundledCodesAreOfKnownHeadings(t *testing.T) {
	chapters := map[string]bool{}
	for heading := range headings() {
		chapters[heading[:2]] = true
	}
	goods := 0
	for _, e := range HSNEntries() {
		switch len(e.Code) {
		case 2:
			if !chapters[e.Code] {
				t.Errorf("there is no chapter %s", e.Code)
			}
			delete(chapters, e.Code)
		case 4, 6:
			if !HSNKnown(e.Code) {
				t.Errorf("%s is of no heading", e.Code)
			}
			if len(e.Code) == 6 && !ServiceCode(e.Code) {
				t.Errorf("%s: goods go down to headings only", e.Code)
			}
			if !ServiceCode(e.Code) {
				goods++
			}
		default:
			t.Errorf("code %q has %d digits", e.Code, len(e.Code))
		}
	}
	if len(chapters) > 0 {
		t.Errorf("chapters left out: %v", chapters)
	}
	if goods < 600 {
		t.Errorf("%d headings of goods", goods)
	}
}

func TestBundledCodesAreSortedUniqueAndShort(t *testing.T) {
	before := ""
	for _, e := range HSNEntries() {
		if e.Code <= before {
			t.Errorf("%s stands behind %s", e.Code, before)
		}
		before = e.Code
		if n := utf8.RuneCountInString(e.Description); n == 0 || n > 80 {
			t.Errorf("%s: description of %d characters", e.Code, n)
		}
		for _, text := range []string{e.Description, e.Words} {
			if text != strings.TrimSpace(text) || strings.Contains(text, "  ") {
				t.Errorf("%s: blanks in %q", e.Code, text)
			}
		}
	}
	HSNEntries()[0].Code = "changed"
	if HSNEntries()[0].Code == "changed" {
		t.Error("a caller can change the table")
	}
}

func TestEveryServiceHeadingIsBundled(t *testing.T) {
	bundled := map[string]bool{}
	for _, e := range HSNEntries() {
		bundled[e.Code] = true
	}
	for heading := range headings() {
		if ServiceCode(heading) && !bundled[heading] {
			t.Errorf("%s is missing", heading)
		}
	}
	for _, code := range []string{"998313", "996511", "998314", "997212", "998722", "995411", "998599"} {
		if !bundled[code] {
			t.Errorf("%s is missing", code)
		}
	}
}
