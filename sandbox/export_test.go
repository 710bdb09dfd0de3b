package sandbox

// SchemaRow is one member of INV-01 as the sandbox checks it, for tests that go through
// all of them.
type SchemaRow struct {
	Path              string // "ItemList[].BchDtls.Nm"
	Type              string // string, number, object or array
	Must              bool   // mandatory in its block
	Shortest, Longest int
	Pattern           string // "" for none
	Low, High         int64  // thousandths
	Decimals          int

	fits func(string) bool
}

// Fits reports whether a text keeps to length and pattern of the row.
func (r SchemaRow) Fits(s string) bool {
	n := len([]rune(s))
	return n >= r.Shortest && n <= r.Longest && (r.fits == nil || r.fits(s))
}

// SchemaRows returns every member of INV-01, blocks before what is in them.
func SchemaRows() []SchemaRow { return rowsOf(inv01(), "") }

func rowsOf(fields []field, parent string) []SchemaRow {
	var rows []SchemaRow
	for i := range fields {
		f := &fields[i]
		row := SchemaRow{
			Path: f.path(parent), Must: f.must, Shortest: f.shortest, Longest: f.longest,
			Low: f.low, High: f.high, Decimals: f.decimals,
		}
		switch f.kind {
		case textKind:
			row.Type = "string"
		case numberKind:
			row.Type = "number"
		case objectKind:
			row.Type = "object"
		default:
			row.Type = "array"
		}
		if f.form != nil {
			row.Pattern, row.fits = f.form.pattern, f.form.fits
		}
		rows = append(rows, row)
		below := row.Path
		if f.kind == listKind {
			below += "[]"
		}
		rows = append(rows, rowsOf(f.fields, below)...)
	}
	return rows
}
