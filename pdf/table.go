package pdf

// column is one column of a table. Its width follows from what stands in it.
type column struct {
	head  string
	left  bool // text from the left; figures end at the right
	width float64
}

// table draws rows under a head that is repeated on every page.
type table struct {
	*paper
	columns []column
	wide    int // the column that takes the space left over and may hold several lines
	size    float64
}

// padding is the space left of a column's text, and right of it.
const padding = 1.5

func (t *table) headStyle() style { return style{true, t.size - 0.6, ink} }
func (t *table) cellStyle() style { return style{false, t.size, ink} }
func (t *table) sumStyle() style  { return style{true, t.size, ink} }

// fit sets the widths for the rows so that they fill the page, and returns the width left
// for the wide column.
func (t *table) fit(rows [][]string, sums []string) float64 {
	rest := right - left
	for i := range t.columns {
		if i == t.wide {
			continue
		}
		w := t.width(t.columns[i].head, t.headStyle())
		for _, row := range rows {
			w = max(w, t.width(row[i], t.cellStyle()))
		}
		if sums != nil {
			w = max(w, t.width(sums[i], t.sumStyle()))
		}
		t.columns[i].width = w + 2*padding
		rest -= t.columns[i].width
	}
	t.columns[t.wide].width = rest
	return rest
}

// begin draws the head where the first rows fit below it, and on each further page too
// until end.
func (t *table) begin(rows float64) {
	t.room(t.headHeight() + rows)
	t.head()
	t.repeat = t.head
}

func (t *table) end() { t.repeat = nil }

func (t *table) headHeight() float64 { return t.headStyle().height() + 2.2 }

func (t *table) head() {
	h := t.headHeight()
	t.fill(left, t.y, right-left, h, panel)
	t.rule(left, right, t.y, hair, hairline)
	heads := make([]string, len(t.columns))
	for i, c := range t.columns {
		heads[i] = c.head
	}
	t.cells(t.y+1.1, heads, t.headStyle())
	t.y += h
	t.rule(left, right, t.y, 0.25, ink)
}

// cells writes one line of cells, its top at y; the empty ones are skipped.
func (t *table) cells(y float64, cells []string, st style) {
	x := left
	for i, c := range t.columns {
		if s := cells[i]; s != "" {
			if c.left {
				t.text(x+padding, y+st.ascent(), s, st)
			} else {
				t.textRight(x+c.width-padding, y+st.ascent(), s, st)
			}
		}
		x += c.width
	}
}

// rowSpace is the space above and below the text of a row.
const rowSpace = 1.1

// rowHeight is what must be left on a page for a row to begin there: all of it, unless
// it is so long that it may be divided.
func (t *table) rowHeight(wide []textLine) float64 {
	return min(max(height(wide), t.cellStyle().height())+2*rowSpace, 120)
}

// row draws one row: single cells, and the lines of the wide column. A row moves to the
// next page whole, unless it is longer than a page.
func (t *table) row(cells []string, wide []textLine) {
	st := t.cellStyle()
	t.room(t.rowHeight(wide))
	t.y += rowSpace
	t.cells(t.y, cells, st)
	if len(wide) == 0 {
		t.y += st.height()
	}
	x := left + padding
	for _, c := range t.columns[:t.wide] {
		x += c.width
	}
	for _, l := range wide {
		t.room(l.st.height())
		t.y = t.block(x, t.y, []textLine{l})
	}
	t.y += rowSpace
	t.rule(left, right, t.y, hair, hairline)
}

// sum draws the closing row of a table.
func (t *table) sum(cells []string) {
	st := t.sumStyle()
	h := st.height() + 2.4
	t.room(h)
	t.rule(left, right, t.y, 0.25, ink)
	t.cells(t.y+1.2, cells, st)
	t.y += h
	t.rule(left, right, t.y, 0.25, ink)
}
