package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// parts builds a workbook by hand from the XML of its shared texts and its one sheet.
func parts(t *testing.T, shared, sheet string) []byte {
	t.Helper()
	const open = `<?xml version="1.0" encoding="UTF-8"?>`
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>`,
		"_rels/.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` +
			office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` +
			office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/sharedStrings.xml":     `<sst xmlns="` + main + `">` + shared + `</sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="` + main + `"><sheetData>` + sheet + `</sheetData></worksheet>`,
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(open + text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	cell := func(at string, shared int) string { return fmt.Sprintf(`<c r="%s" t="s"><v>%d</v></c>`, at, shared) }
	good := parts(t, "<si><t>Name</t></si>", `<row r="3">`+cell("A3", 0)+`</row>`)
	if rows := mustRead(t, good).Sheets[0].Rows; len(rows) != 1 || rows[0].Number != 3 || rows[0].Cells[0] != "Name" {
		t.Errorf("a good one: %+v", rows)
	}
	long := "<si><t>" + strings.Repeat("x", maxShared+1) + "</t></si>"
	tests := map[string][3]string{
		"one long text that many cells share": {long, `<row r="1">` + strings.Repeat(cell("A1", 0), 3) + `</row>`, "sheet.damaged"},
		"a text just short enough, in every cell": {"<si><t>" + strings.Repeat("x", MaxCell) + "</t></si>",
			strings.Repeat(`<row>`+strings.Repeat(`<c t="s"><v>0</v></c>`, 100)+`</row>`, 30), "sheet.large"},
		"a text longer than a cell may be": {"<si><t>" + strings.Repeat("x", MaxCell+1) + "</t></si>", `<row r="1">` + cell("A1", 0) + `</row>`, "sheet.cell"},
		"rows at the far right":            {"<si><t>x</t></si>", strings.Repeat(`<row><c r="XFD1" t="s"><v>0</v></c></row>`, 5_000), "sheet.large"},
		"a row beyond the last":            {"<si><t>x</t></si>", `<row r="999999999">` + cell("A999999999", 0) + `</row>`, "sheet.large"},
		"a text that is not there":         {"", `<row r="1">` + cell("A1", -7) + `</row>`, "sheet.damaged"},
		"nothing":                          {"", "", "sheet.empty"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ReadTable("x", parts(t, test[0], test[1]))
			refused(t, err, test[2])
		})
	}
}
