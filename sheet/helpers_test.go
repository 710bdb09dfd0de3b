package sheet

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mohar/gst"
)

// GSTINs with a right check digit.
const (
	pune      = "27AAACA1234A1ZK"
	ahmedabad = "24AABCB5678B1ZY"
	bengaluru = "29AACCC9012C1Z0"
)

// csvTable reads a table from lines of CSV.
func csvTable(t *testing.T, lines ...string) Table {
	t.Helper()
	return mustRead(t, []byte(strings.Join(lines, "\n")))
}

func mustRead(t *testing.T, data []byte) Table {
	t.Helper()
	table, err := ReadTable("file", data)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return table
}

// workbook builds a workbook with one sheet per list of rows.
func workbook(t testing.TB, sheets ...[][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range sheets {
		name := []string{"Sheet1", "Sheet2", "Sheet3"}[i]
		if i > 0 {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
		}
		s, err := f.NewStreamWriter(name)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			cell, _ := excelize.CoordinatesToCellName(1, r+1)
			if err := s.SetRow(cell, row); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return written(t, f)
}

func written(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rules lists the rules of faults, warnings with a "?" behind.
func rules(faults []Fault) string {
	var names []string
	for _, f := range faults {
		name := f.Field + ":" + f.Rule
		if f.Warning {
			name += "?"
		}
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// refused checks that err is about the file and names the rule.
func refused(t *testing.T, err error, rule string) {
	t.Helper()
	var bad gst.Invalid
	if !errors.As(err, &bad) || len(bad.For("file")) != 1 || bad.Faults[0].Rule != rule {
		t.Errorf("got %v, want the fault %s about the file", err, rule)
	}
}

// sample loads a published sample, or skips where they are not.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "shared", "samples", name))
	if err != nil {
		t.Skipf("SKIPPED, the published samples are not there: %v", err)
	}
	return data
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// utf16le writes ASCII and other text as Tally does, with byte order mark.
func utf16le(text string) []byte {
	b := []byte{0xFF, 0xFE}
	for _, r := range text { // the texts of the tests lie in the basic plane
		b = append(b, byte(r), byte(r>>8))
	}
	return b
}

// seller is a company in Maharashtra.
var seller = gst.Party{GSTIN: pune, LegalName: "Our Firm", State: "27", PIN: 411001}
