package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/sheet"
	"mohar/views"
)

// What a preview shows.
const (
	shownRows   = 200  // of those in order
	shownWarned = 500  // of those with something to look at
	shownWrong  = 2000 // of those left out
)

// previewRow is a row of a file as the preview needs it.
type previewRow struct {
	number     int
	name, note string
	faults     []sheet.Fault
	ok, known  bool
}

// bringPreview is what the page says of a file before anything is stored.
func (s *Server) bringPreview(c echo.Context, b broughtMasters) (views.BringView, error) {
	var v views.BringView
	var counts []string
	customers, err := s.previewCustomers(c, b.customers)
	if err != nil {
		return v, err
	}
	items, err := s.previewItems(c, b.items)
	if err != nil {
		return v, err
	}
	sound, soundItems := b.sound()
	if len(customers) > 0 {
		v.Sections = append(v.Sections, bringSection("Customers and suppliers", customers, b.customerHead))
	}
	if len(items) > 0 {
		v.Sections = append(v.Sections, bringSection("Items", items, b.itemHead))
	}
	if n := len(sound); n > 0 {
		counts = append(counts, entries(n, "customer or supplier", "customers and suppliers"))
	}
	if n := len(soundItems); n > 0 {
		counts = append(counts, entries(n, "item", "items"))
	}
	if len(counts) > 0 {
		v.Ready = "Bring over " + strings.Join(counts, " and ")
	}
	if len(v.Sections) == 0 {
		v.Problem = "There is no row below its heading."
	}
	return v, nil
}

func (s *Server) previewCustomers(c echo.Context, rows []sheet.CustomerRow) ([]previewRow, error) {
	all := make([]gst.Customer, len(rows))
	for i, r := range rows {
		all[i] = r.Customer
	}
	known, err := s.store.CustomersKnown(c.Request().Context(), companyOf(c).GSTIN, all)
	if err != nil {
		return nil, err
	}
	preview := make([]previewRow, len(rows))
	for i, r := range rows {
		note := partyNote(r.Customer.Party)
		if r.Customer.Supplier {
			note += " · supplier"
		}
		preview[i] = previewRow{number: r.Row, name: r.Customer.LegalName, note: note, faults: r.Faults, ok: r.OK(), known: known[i]}
	}
	return preview, nil
}

func (s *Server) previewItems(c echo.Context, rows []sheet.ItemRow) ([]previewRow, error) {
	all := make([]gst.Item, len(rows))
	for i, r := range rows {
		all[i] = r.Item
	}
	known, err := s.store.ItemsKnown(c.Request().Context(), companyOf(c).GSTIN, all)
	if err != nil {
		return nil, err
	}
	preview := make([]previewRow, len(rows))
	for i, r := range rows {
		note := strings.Trim(r.Item.HSN+" · "+r.Item.Unit+" · "+r.Item.GSTRate.String()+"%", " ·")
		preview[i] = previewRow{number: r.Row, name: r.Item.Description, note: note, faults: r.Faults, ok: r.OK(), known: known[i]}
	}
	return preview, nil
}

// bringSection is the preview of the rows of one kind: their number by outcome, the first
// ones, and all that something is wrong with.
func bringSection(title string, rows []previewRow, heading sheet.Heading) views.BringSection {
	section := views.BringSection{Title: title, Used: strings.Join(heading.Used, ", "), LeftOut: strings.Join(heading.LeftOut, ", ")}
	var fresh, known, wrong, twice int
	room := map[bool]map[bool]int{true: {true: shownRows, false: shownWarned}, false: {false: shownWrong}}
	for _, r := range whatNeedsALook(rows) {
		switch {
		case !r.ok:
			wrong++
		case r.known:
			known++
		default:
			fresh++
		}
		if twin(r.faults) {
			twice++
		}
		if clean := len(r.faults) == 0; room[r.ok][clean] > 0 {
			room[r.ok][clean]--
			section.Rows = append(section.Rows, bringRow(r))
		}
	}
	for _, count := range []struct {
		n          int
		word, kind string
	}{{fresh, "new", "good"}, {known, "there already", "muted"}, {twice, "twice in the file", "wait"}, {wrong, "not in order, left out", "bad"}} {
		if count.n > 0 {
			section.Counts = append(section.Counts, views.Figure{Value: counted(count.n), Label: count.word, Kind: count.kind})
		}
	}
	if more := len(rows) - len(section.Rows); more > 0 {
		section.More = entries(more, "more row", "more rows") + " like these"
	}
	return section
}

// whatNeedsALook puts the rows first that are left out, then those with something to look
// at, then the others: a few mistakes must not hide among hundreds of good rows.
func whatNeedsALook(rows []previewRow) []previewRow {
	rank := func(r previewRow) int {
		switch {
		case !r.ok:
			return 0
		case len(r.faults) > 0:
			return 1
		}
		return 2
	}
	return slices.SortedStableFunc(slices.Values(rows), func(a, b previewRow) int { return rank(a) - rank(b) })
}

// twin reports whether the row says again what another said.
func twin(faults []sheet.Fault) bool {
	for _, f := range faults {
		if f.Rule == "sheet.twice" {
			return true
		}
	}
	return false
}

// bringRow is one row with what becomes of it.
func bringRow(r previewRow) views.BringRow {
	row := views.BringRow{Number: strconv.Itoa(r.number), Name: r.name, Note: r.note, Kind: "good", Word: "New"}
	switch {
	case !r.ok:
		row.Kind, row.Word = "bad", "Left out"
	case r.known:
		row.Kind, row.Word = "muted", "There already"
	}
	if row.Name == "" {
		row.Name = "—"
	}
	for _, f := range r.faults {
		row.Faults = append(row.Faults, views.BringFault{
			Column: f.Column, Held: shortened(f.Text), Text: lang.English.Text("fault."+f.Rule, f.Args...), Warning: f.Warning,
		})
	}
	return row
}

// shortened is what a cell holds, cut where it is long.
func shortened(text string) string {
	const most = 60
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
