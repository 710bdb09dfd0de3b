package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"mohar/gst"
	"mohar/gst/master"
)

// Format is a kind of file that is written.
type Format string

// The formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv" // UTF-8 with byte order mark, which Excel needs to see that it is
)

// WriteCustomers writes customers and suppliers as a table that Customers reads back.
// Every cell is text: no formula comes to life, and no zero is lost.
func WriteCustomers(w io.Writer, f Format, customers []gst.Customer) error {
	rows := make([][]string, len(customers))
	for i, c := range customers {
		rows[i] = customerCells(c)
	}
	return customerLayout.write(w, f, rows)
}

// WriteItems writes items as a table that Items reads back, every cell as text.
func WriteItems(w io.Writer, f Format, items []gst.Item) error {
	rows := make([][]string, len(items))
	for i, it := range items {
		rows[i] = itemCells(it)
	}
	return itemLayout.write(w, f, rows)
}

// WriteCustomerForm writes an empty workbook for customers to fill in: the headings, an
// example row and a sheet that explains the columns.
func WriteCustomerForm(w io.Writer) error {
	return customerLayout.write(w, XLSX, [][]string{customerLayout.example})
}

// WriteItemForm is WriteCustomerForm for items.
func WriteItemForm(w io.Writer) error {
	return itemLayout.write(w, XLSX, [][]string{itemLayout.example})
}

// WriteDocumentForm is WriteCustomerForm for documents issued elsewhere.
func WriteDocumentForm(w io.Writer) error {
	return documentLayout.write(w, XLSX, [][]string{documentLayout.example})
}

// customerCells writes a customer in the order of customerLayout.
func customerCells(c gst.Customer) []string {
	kind := "Customer"
	if c.Supplier {
		kind = "Supplier"
	}
	state := c.State
	if name := master.StateName(c.State); name != "" {
		state += "-" + name
	}
	gstin := c.GSTIN
	if gstin == gst.URP {
		gstin = ""
	}
	legal, name := "", c.LegalName
	return []string{name, legal, c.TradeName, gstin, "", c.Address1, c.Address2, "", c.Place, "", number(c.PIN), state,
		c.PlaceOfSupply, "", "", c.Phone, c.Email, number(c.Terms.Days), kind, string(c.Supply), c.LedgerName}
}

// itemCells writes an item in the order of itemLayout.
func itemCells(i gst.Item) []string {
	kind := "Goods"
	if i.Service {
		kind = "Service"
	}
	fixed := ""
	if i.CessFixed != 0 {
		fixed = i.CessFixed.String()
	}
	return []string{i.Description, i.HSN, i.Unit, i.UnitPrice.String(), i.GSTRate.String(), "", "", thousandths(i.CessRate), fixed,
		thousandths(i.RetailPrice), i.Barcode, kind, i.LedgerName}
}

// number writes a whole number; "" for 0.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// thousandths writes a rate or price; "" for 0.
func thousandths[T interface {
	~int64
	String() string
}](n T) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

// write writes rows below the headings of the layout.
func (l layout) write(w io.Writer, f Format, rows [][]string) error {
	headings := make([]string, len(l.columns))
	for i, c := range l.columns {
		headings[i] = c.heading
	}
	if f == CSV {
		return WriteCSV(w, slices.Insert(slices.Clone(rows), 0, headings))
	}
	return l.writeWorkbook(w, headings, rows)
}

// WriteCSV writes rows as spreadsheet programs read them, so that they take no cell for a
// formula. It returns the errors of w.
func WriteCSV(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = guarded(cell)
		}
		if err := out.Write(safe); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// writeWorkbook writes the table and a sheet that explains its columns.
func (l layout) writeWorkbook(w io.Writer, headings []string, rows [][]string) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }() // it stands in memory only
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // "@": what is typed stays text
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := f.SetSheetName("Sheet1", "Data"); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if _, err := f.NewSheet("Help"); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	help := [][]string{}
	for _, c := range l.columns {
		help = append(help, []string{c.heading, c.help})
	}
	if err := fill(f, "Data", 18, bold, text, headings, rows); err != nil {
		return err
	}
	if err := fill(f, "Help", 40, bold, text, []string{"Column", "What to write"}, help); err != nil {
		return err
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// fill streams rows into a sheet below a heading that stays in sight.
func fill(f *excelize.File, sheet string, width float64, bold, text int, headings []string, rows [][]string) error {
	s, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("write sheet %s: %w", sheet, err)
	}
	err = s.SetColWidth(1, len(headings), width)
	if err == nil {
		err = s.SetColStyle(1, len(headings), text)
	}
	if err == nil {
		err = s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	for i, row := range slices.Insert(slices.Clone(rows), 0, headings) {
		if err != nil {
			break
		}
		style := text
		if i == 0 {
			style = bold
		}
		cells := make([]any, len(row))
		for j, c := range row {
			if c != "" {
				cells[j] = excelize.Cell{StyleID: style, Value: c}
			}
		}
		err = s.SetRow("A"+strconv.Itoa(i+1), cells)
	}
	if err == nil {
		err = s.Flush()
	}
	if err != nil {
		return fmt.Errorf("write sheet %s: %w", sheet, err)
	}
	return nil
}
