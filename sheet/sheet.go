// Package sheet reads and writes the files that a firm keeps its masters in: workbooks,
// CSV, Tally's XML and the government's list of HSN codes. It turns rows of text into
// customers, items and documents, and says of each cell what is wrong with it. It
// stores nothing and decides nothing about tax.
//
// The files come from strangers: their size, rows and cells are bounded, and nothing in
// them may stop the program.
package sheet

import (
	"bytes"
	"strconv"

	"mohar/gst"
)

// How large a file may be.
const (
	MaxFile = 32 << 20 // bytes of a file as uploaded
	MaxRows = 100_000  // filled rows of a file, all its sheets together, and masters of a Tally file
	MaxCell = 32_767   // characters of a cell, Excel's own limit

	maxColumns  = 256      // columns that are looked at
	maxText     = 64 << 20 // bytes of text in all cells
	maxUnzipped = 128 << 20
)

// Table is what a file holds: its sheets in their order. A text file has one, without
// a name.
type Table struct{ Sheets []Sheet }

// Sheet is one sheet of a workbook, without its empty rows.
type Sheet struct {
	Name string
	Rows []Row
}

// Row is one row: its number as a spreadsheet program shows it, from 1, and the text of
// its cells, trimmed, without the empty ones at the end.
type Row struct {
	Number int
	Cells  []string
}

// Fault is what is wrong with one cell. Its words are those of the gst.Fault; Field is
// the form name of what the cell says, such as "pin". A warning does not keep the row
// from being used.
type Fault struct {
	gst.Fault
	Row    int
	Column string // the heading as it stands in the file, or Tally's tag; empty: the whole row
	Text   string // what the cell holds
}

// sound reports whether all faults are warnings.
func sound(faults []Fault) bool {
	for _, f := range faults {
		if !f.Warning {
			return false
		}
	}
	return true
}

// ReadTable reads a workbook (.xlsx, .xlsm) or a text file (CSV, tab separated). What
// the file is, is seen from its content; the name is not trusted. Of a text file the
// separator (comma, semicolon, tab or |) and the encoding (UTF-8, UTF-16 with byte order
// mark, else Windows-1252) are guessed.
//
// A file that cannot be read gives a gst.Invalid about the field "file".
func ReadTable(_ string, data []byte) (Table, error) {
	switch {
	case len(data) > MaxFile:
		return Table{}, refuse(gst.Fault{Rule: "sheet.large", Args: []string{strconv.Itoa(MaxFile >> 20)}})
	case len(bytes.TrimSpace(data)) == 0:
		return Table{}, refuse(gst.Fault{Rule: "sheet.empty"})
	case bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")): // old workbooks, and new ones behind a password
		return Table{}, refuse(gst.Fault{Rule: "sheet.xls"})
	case bytes.HasPrefix(data, []byte("PK")):
		return readWorkbook(data)
	}
	return readText(data)
}

// refuse returns the error for a file that cannot be read.
func refuse(f gst.Fault) error {
	f.Field = "file"
	return gst.Invalid{Faults: gst.Faults{f}}
}

// budget counts what was read so far.
type budget struct{ rows, text, cells int }

// add counts a row and says what is exceeded, if anything is.
func (b *budget) add(number int, cells []string) error {
	b.rows++
	for _, c := range cells {
		b.text += len(c)
		if len(c) > MaxCell && len([]rune(c)) > MaxCell {
			return refuse(gst.Fault{Rule: "sheet.cell", Args: []string{strconv.Itoa(number), strconv.Itoa(MaxCell)}})
		}
	}
	switch {
	case b.rows > MaxRows:
		return refuse(gst.Fault{Rule: "sheet.rows", Args: []string{strconv.Itoa(MaxRows)}})
	case b.text > maxText:
		return refuse(gst.Fault{Rule: "sheet.large", Args: []string{strconv.Itoa(maxText >> 20)}})
	}
	return nil
}
