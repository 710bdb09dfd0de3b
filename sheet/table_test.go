package sheet

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestTextFilesAreReadWhateverTheirSeparatorAndEncoding(t *testing.T) {
	want := []Row{{1, []string{"Name", "City"}}, {2, []string{"Café, Nagpur", "Pune"}}}
	tests := map[string]string{
		"comma":                        "Name,City\n\"Café, Nagpur\",Pune\n",
		"semicolon":                    "Name;City\nCafé, Nagpur;Pune\n",
		"tab":                          "Name\tCity\r\nCafé, Nagpur\tPune\r\n",
		"bar":                          "Name|City\nCafé, Nagpur|Pune",
		"byte order mark":              "\uFEFFName,City\n\"Café, Nagpur\",Pune",
		"UTF-16, little end first":     string(utf16le("Name\tCity\nCafé, Nagpur\tPune")),
		"UTF-16, big end first":        "\xFE\xFF" + swap(string(utf16le("Name\tCity\nCafé, Nagpur\tPune")[2:])),
		"Windows-1252":                 "Name;City\nCaf\xE9, Nagpur;Pune",
		"invisible characters go":      "Name;City\n\u200eCafé,\u00a0Nagpur ;\u200bPune\x01",
		"empty cells at the end count": "Name;City;;;\nCafé, Nagpur;Pune;;;",
	}
	for name, text := range tests {
		if got := mustRead(t, []byte(text)).Sheets[0].Rows; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func swap(s string) string {
	b := []byte(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func TestRowNumbersAreThoseThatASpreadsheetShows(t *testing.T) {
	for name, text := range map[string]string{
		"empty lines count":               "Name,City\n\n\nA,B\n\"two\nlines\",C\n\nD,E",
		"a line that names the separator": "sep=;\n\n\nA;B\n\"two\nlines\";C\n\nD;E",
	} {
		var numbers []int
		for _, r := range mustRead(t, []byte(text)).Sheets[0].Rows {
			if r.Cells[0] != "Name" {
				numbers = append(numbers, r.Number)
			}
		}
		if !reflect.DeepEqual(numbers, []int{4, 5, 7}) {
			t.Errorf("%s: rows %v", name, numbers)
		}
	}
}

func TestWhatIsNoTableIsRefusedWithTheWayOut(t *testing.T) {
	for rule, data := range map[string]string{
		"sheet.empty":   " \n\t\n",
		"sheet.xls":     "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old",
		"sheet.damaged": "PK\x03\x04 no workbook",
		"sheet.isxml":   "<ENVELOPE><BODY/></ENVELOPE>",
		"sheet.notable": "%PDF-1.7 \n",
		"sheet.rows":    strings.Repeat("a,b\n", MaxRows+1),
		"sheet.cell":    "a,b\nc,\"" + strings.Repeat("x", MaxCell+1),
		"sheet.large":   strings.Repeat("a", MaxFile+1),
	} {
		_, err := ReadTable("x.xlsx", []byte(data))
		refused(t, err, rule)
	}
	for _, text := range []string{"<html><table><tr>", "\x89PNG\r\n\x1a\n\x00\x00", strings.Repeat(",", maxCommas+1)} {
		_, err := ReadTable("x.csv", []byte(text))
		refused(t, err, "sheet.notable")
	}
	_, err := ReadTable("sample.xls", sample(t, "import/excel2tally-sample.xls"))
	refused(t, err, "sheet.xls")
}

func TestWorkbookCellsSayWhatTheyMean(t *testing.T) {
	f := excelize.NewFile()
	style := func(code string) int {
		s, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	builtIn, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	cells := []struct {
		value any
		style int
		want  string
	}{
		{"text", 0, "text"},
		{0.18, style("0%"), "18%"},
		{0.125, style("0%"), "12.5%"},
		{1234.5678, style("#,##0"), "1234.5678"},
		{1234.5, style(`"₹" #,##0.00`), "1234.5"},
		{101, style("0000"), "0101"},
		{112010036563310, 0, "112010036563310"},
		{0.1 + 0.2, 0, "0.3"},
		{45383, style("dd-mmm-yy"), "01/04/2024"},
		{45383, style("dd/mm/yyyy"), "01/04/2024"},
		{45383, style("yyyy-mm-dd hh:mm"), "01/04/2024"},
		{45383, builtIn, "01/04/2024"},
		{time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), builtIn, "22/11/2026"},
		{45383, 0, "45383"},
		{"0042", style("0"), "0042"},
	}
	for i, c := range cells {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetCellValue("Sheet1", at, c.value); err != nil {
			t.Fatal(err)
		}
		if c.style != 0 {
			if err := f.SetCellStyle("Sheet1", at, at, c.style); err != nil {
				t.Fatal(err)
			}
		}
	}
	rows := mustRead(t, written(t, f)).Sheets[0].Rows
	for i, c := range cells {
		if got := rows[i].Cells[0]; got != c.want {
			t.Errorf("%v: got %q, want %q", c.value, got, c.want)
		}
	}
}

func TestTheSheetWhoseHeadingFitsIsTaken(t *testing.T) {
	data := workbook(t,
		[][]any{{"Read me"}, {"Our price list"}},
		[][]any{{"Price list of 2026"}, nil, {"Item Name", "HSN Code", "Rate", "Colour"}, {"Bolt", 7318, 12.5, "black"}})
	rows, at, err := Items(mustRead(t, data), nil)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if at.Sheet != "Sheet2" || at.Row != 3 || rows[0].Row != 4 || !reflect.DeepEqual(at.LeftOut, []string{"Colour"}) || len(at.Used) != 3 {
		t.Errorf("heading %+v, row %d", at, rows[0].Row)
	}
}

func TestATableWithoutHeadingIsRefused(t *testing.T) {
	table := csvTable(t, "a,b,c", "1,2,3")
	_, _, err := Customers(table)
	refused(t, err, "sheet.heading")
	_, _, err = Items(table, nil)
	refused(t, err, "sheet.heading")
	_, _, err = Documents(table, seller, nil)
	refused(t, err, "sheet.heading")
	_, _, err = Customers(csvTable(t, strings.Repeat("x\n", headingRows)+"Name,GSTIN", "A,"+pune))
	refused(t, err, "sheet.heading")
}

func TestEveryHeadingMeansOneThing(t *testing.T) {
	for kind, l := range map[string]layout{"customers": customerLayout, "items": itemLayout, "documents": documentLayout} {
		seen := map[string]string{}
		for _, c := range l.columns {
			for _, h := range append([]string{c.heading}, c.also...) {
				if before, ok := seen[plain(h)]; ok && before != c.name {
					t.Errorf("%s: %q means %s and %s", kind, h, before, c.name)
				}
				if plain(h) == "" {
					t.Errorf("%s: %q says nothing", kind, h)
				}
				seen[plain(h)] = c.name
			}
		}
		if len(l.example) != len(l.columns) {
			t.Errorf("%s: %d cells in the example, %d columns", kind, len(l.example), len(l.columns))
		}
	}
}

func TestAWorkbookThatUnpacksTooFarIsRefused(t *testing.T) {
	row := make([]any, 3000)
	for i := range row {
		row[i] = "x"
	}
	_, err := ReadTable("wide.xlsx", workbook(t, [][]any{row}))
	refused(t, err, "sheet.damaged")
}

func TestTheSchemaWorkbookOfThePortalCanBeRead(t *testing.T) {
	table := mustRead(t, sample(t, "masters/gst_einvoice_schema_v1.1_2020-07-30.xlsx"))
	if len(table.Sheets) != 1 || len(table.Sheets[0].Rows) < 100 {
		t.Errorf("%d sheets", len(table.Sheets))
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add([]byte("Name,GSTIN\nA," + pune))
	f.Add(utf16le("Item\tHSN\nBolt\t7318"))
	f.Add([]byte("sep=;\nNumber;Date;Taxable\n1;45383;(1,00,000.00)"))
	f.Add(workbook(f, [][]any{{"Name", "State"}, {"A", 27}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := ReadTable("x", data)
		if err != nil {
			return
		}
		for _, s := range table.Sheets {
			for i, r := range s.Rows {
				if len(r.Cells) == 0 || r.Cells[len(r.Cells)-1] == "" || i > 0 && r.Number <= s.Rows[i-1].Number {
					t.Fatalf("row %d: %q", r.Number, r.Cells)
				}
			}
		}
		_, _, _ = Customers(table)
		_, _, _ = Items(table, nil)
		rows, _, _ := Documents(table, seller, nil)
		for _, r := range rows {
			if len(r.Rows) != len(r.Invoice.Lines) {
				t.Fatalf("%d rows, %d lines", len(r.Rows), len(r.Invoice.Lines))
			}
		}
		_, _ = ReadHSN("x", data)
	})
}

func BenchmarkCustomers10000(b *testing.B) {
	rows := [][]any{{"Name", "GSTIN", "Address 1", "Address 2", "City", "PIN", "State", "Mobile", "E-mail", "Credit days"}}
	for i := range 10_000 {
		rows = append(rows, []any{fmt.Sprintf("Customer %d", i), pune, "12, Station Road", "Camp", "Pune", 411001, "27-Maharashtra",
			9800000000 + i, "a@example.in", 30})
	}
	data := workbook(b, rows)
	for b.Loop() {
		table, err := ReadTable("c.xlsx", data)
		if err != nil {
			b.Fatal(err)
		}
		if got, _, err := Customers(table); err != nil || len(got) != 10_000 {
			b.Fatal(len(got), err)
		}
	}
}
