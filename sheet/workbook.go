package sheet

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"mohar/gst"
)

// How much a workbook may make of little: a text shared by many cells is copied for
// each, a row at a time.
const (
	maxShared   = 256 << 10  // bytes of one shared text with its formatting
	maxRowMarks = 8_000      // "<" in one row; a filled cell has four
	maxLoops    = 10_000_000 // cells of a file, empty ones before a filled one too
)

// readWorkbook reads all sheets of a workbook.
func readWorkbook(data []byte) (t Table, err error) {
	// The reader of workbooks is not ours, and has stopped with a panic on damaged ones.
	defer func() {
		if recover() != nil {
			t, err = Table{}, refuse(gst.Fault{Rule: "sheet.damaged"})
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped,
	})
	if err != nil {
		return Table{}, refuse(gst.Fault{Rule: "sheet.damaged"})
	}
	defer func() { _ = f.Close() }() // it was read from memory
	if !modest(f) {
		return Table{}, refuse(gst.Fault{Rule: "sheet.damaged"})
	}
	var b budget
	for _, name := range f.GetSheetList() {
		s, err := readSheet(f, name, &b)
		if err != nil {
			return Table{}, err
		}
		if len(s.Rows) > 0 {
			t.Sheets = append(t.Sheets, s)
		}
	}
	if len(t.Sheets) == 0 {
		return Table{}, refuse(gst.Fault{Rule: "sheet.empty"})
	}
	return t, nil
}

// modest reports whether no row and no shared text is so large that reading one row
// could fill the memory.
func modest(f *excelize.File) bool {
	ok := true
	f.Pkg.Range(func(_, part any) bool {
		text, isBytes := part.([]byte)
		switch {
		case !isBytes:
		case bytes.Contains(text, []byte("sheetData")):
			for segment := range bytes.SplitSeq(text, []byte("row>")) {
				ok = ok && bytes.Count(segment, []byte("<")) <= maxRowMarks
			}
		case bytes.Contains(text, []byte("sst")):
			for segment := range bytes.SplitSeq(text, []byte("si>")) {
				ok = ok && len(segment) <= maxShared
			}
		}
		return ok
	})
	return ok
}

// readSheet reads one sheet twice in step: as stored, and as shown. Stored numbers keep
// their decimals; only what is shown tells a date or a percentage from a number.
func readSheet(f *excelize.File, name string, b *budget) (Sheet, error) {
	s := Sheet{Name: name}
	stored, err := f.Rows(name)
	if err != nil {
		return s, nil // a sheet of charts has no rows
	}
	defer func() { _ = stored.Close() }()
	shown, err := f.Rows(name)
	if err != nil {
		return s, nil
	}
	defer func() { _ = shown.Close() }()
	epoch1904 := false
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		epoch1904 = *p.Date1904
	}
	for number := 1; stored.Next() && shown.Next(); number++ {
		raw, err := stored.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return s, refuse(gst.Fault{Rule: "sheet.damaged"})
		}
		seen, err := shown.Columns()
		if err != nil {
			return s, refuse(gst.Fault{Rule: "sheet.damaged"})
		}
		if b.cells += len(raw) + 1; b.cells > maxLoops || number > excelize.TotalRows {
			return s, refuse(gst.Fault{Rule: "sheet.large", Args: []string{strconv.Itoa(maxText >> 20)}})
		}
		cells := shownCells(raw, seen, epoch1904)
		if len(cells) == 0 {
			continue
		}
		if err := b.add(number, cells); err != nil {
			return s, err
		}
		s.Rows = append(s.Rows, Row{Number: number, Cells: cells})
	}
	return s, nil
}

// shownCells joins the two readings of a row.
func shownCells(raw, seen []string, epoch1904 bool) []string {
	n := min(len(raw), len(seen), maxColumns)
	cells := make([]string, n)
	for i := range n {
		cells[i] = tidy(cellText(raw[i], seen[i], epoch1904))
	}
	return trimEnd(cells)
}

// dateShown is a day as number formats write it: 22-11-26, 22/11/2026, 22-Nov-26 …
var dateShown = regexp.MustCompile(`^(\w+, )?\d{1,4}[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/., ]+\d{2,4}\b|^[A-Za-z]{3,9} \d{1,2}, \d{4}`)

// lastSerial is Excel's number of 31-12-9999.
const lastSerial = 2958465

// cellText returns what a cell means: a date as dd/mm/yyyy whichever way it is shown, a
// percentage with its sign, a code with the leading zeros that its format gives it, and
// any other number with all its decimals.
func cellText(raw, seen string, epoch1904 bool) string {
	if raw == seen {
		return raw
	}
	n, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil:
		return seen
	case dateShown.MatchString(seen) && n >= 1 && n < lastSerial+1:
		if day, err := excelize.ExcelDateToTime(n, epoch1904); err == nil {
			return day.Format("02/01/2006")
		}
	case strings.HasSuffix(seen, "%"):
		return plainNumber(n*100) + "%"
	case len(seen) > len(raw) && digits(seen) && digits(raw):
		return seen
	}
	return plainNumber(n)
}

// plainNumber writes a number with the fifteen digits that Excel keeps. The file itself
// holds binary fractions, 18.1 as 18.100000000000001; nothing is reckoned with them.
func plainNumber(n float64) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		return strconv.FormatFloat(n, 'g', 15, 64)
	}
	if short > 1e18 || short < -1e18 {
		return strconv.FormatFloat(short, 'g', -1, 64)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// trimEnd leaves out the empty cells at the end.
func trimEnd(cells []string) []string {
	n := len(cells)
	for n > 0 && cells[n-1] == "" {
		n--
	}
	return cells[:n]
}
