package pdf

import "fmt"

// form is a paper of numbered parts with labelled facts and tables, as the portal's own
// prints are, on any size of page.
type form struct {
	*canvas
	wide, tall float64 // the page
	margin     float64
	scale      float64 // of type, 1 on A4
	ghosts     []string
	running    string // on top of further pages, and in the foot

	first int // page
	y     float64
}

// newForm prepares a form on an empty canvas.
func newForm(c *canvas, a5 bool) *form {
	if a5 {
		return &form{canvas: c, wide: 148, tall: 210, margin: 9, scale: 0.86}
	}
	return &form{canvas: c, wide: pageWidth, tall: pageHeight, margin: left, scale: 1}
}

func (f *form) left() float64   { return f.margin }
func (f *form) right() float64  { return f.wide - f.margin }
func (f *form) width() float64  { return f.wide - 2*f.margin }
func (f *form) bottom() float64 { return f.tall - 13 }

// sized returns the style as large as the paper allows.
func (f *form) sized(st style) style {
	st.size *= f.scale
	return st
}

// page starts a page with the large marks below everything else.
func (f *form) page() {
	f.addPage()
	st := style{true, 84 * f.wide / pageWidth, ghost}
	y := f.tall * 0.72
	for _, mark := range f.ghosts {
		one := st
		if most := f.wide * 1.05; f.canvas.width(mark, one) > most {
			one.size *= most / f.canvas.width(mark, one)
		}
		f.slanted(f.wide/2, y, mark, one)
		y -= 62 * f.wide / pageWidth
	}
	f.y = f.margin
}

// room goes on to a new page when less than h is left on this one.
func (f *form) room(h float64) bool {
	if f.y+h <= f.bottom() {
		return false
	}
	f.page()
	st := f.sized(style{true, 8, ink})
	f.text(f.left(), f.y+st.ascent(), f.running, st)
	f.y += st.height() + 1.6
	f.rule(f.left(), f.right(), f.y, hair, hairline)
	f.y += 2.4
	return true
}

// part writes the heading of a part, and keeps need millimetres of it on the same page.
func (f *form) part(title string, need float64) {
	st := f.sized(style{true, 8.6, ink})
	h := st.height() + 1.6
	f.room(h + need + 2)
	f.y += 2
	f.fill(f.left(), f.y, f.width(), h, panel)
	f.text(f.left()+1.6, f.y+0.8+st.ascent(), title, st)
	f.y += h + 1.2
}

// fact is a label with its value.
type fact struct{ label, value string }

// facts writes facts in columns, row by row; those without value are left out.
func (f *form) facts(columns int, list ...fact) {
	label, body := f.sized(labelStyle), f.sized(bodyStyle)
	gap := 4.0
	each := (f.width() - gap*float64(columns-1)) / float64(columns)
	var shown []fact
	for _, one := range list {
		if oneLine(one.value) != "" {
			shown = append(shown, one)
		}
	}
	for i := 0; i < len(shown); i += columns {
		var cells [][]textLine
		tallest := 0.0
		for _, one := range shown[i:min(i+columns, len(shown))] {
			lines := append([]textLine{{one.label, label}}, limit(f.wrap(one.value, each, body), 8)...)
			cells, tallest = append(cells, lines), max(tallest, height(lines))
		}
		f.room(tallest)
		for n, lines := range cells {
			f.block(f.left()+float64(n)*(each+gap), f.y, lines)
		}
		f.y += tallest + 1.1
	}
}

// formColumn is a column of a table of a form: its share of the width, and whether its
// text ends at the right.
type formColumn struct {
	head  string
	share float64
	right bool
}

// rows draws a table; every cell may take several lines.
func (f *form) rows(columns []formColumn, rows [][]string) {
	head, cell := f.sized(style{true, 7, ink}), f.sized(style{false, 7.4, ink})
	heads := make([]string, len(columns))
	for i, c := range columns {
		heads[i] = c.head
	}
	drawHead := func() {
		f.row(columns, heads, head)
		f.rule(f.left(), f.right(), f.y, 0.25, ink)
		f.y += 0.5
	}
	if f.room(f.rowHeight(columns, heads, head) + 2*cell.height()) {
		f.y += 1
	}
	drawHead()
	for _, row := range rows {
		if f.room(f.rowHeight(columns, row, cell)) {
			drawHead()
		}
		f.row(columns, row, cell)
		f.rule(f.left(), f.right(), f.y, hair, hairline)
		f.y += 0.4
	}
}

// mostCellLines keeps one cell from filling a page.
const mostCellLines = 10

func (f *form) cell(c formColumn, s string, st style) []textLine {
	return limit(f.wrap(s, c.share*f.width()-1.6, st), mostCellLines)
}

func (f *form) rowHeight(columns []formColumn, cells []string, st style) float64 {
	tallest := st.height()
	for i, c := range columns {
		tallest = max(tallest, height(f.cell(c, cells[i], st)))
	}
	return tallest + 0.9
}

func (f *form) row(columns []formColumn, cells []string, st style) {
	x := f.left()
	h := f.rowHeight(columns, cells, st)
	for i, c := range columns {
		y := f.y + 0.4
		for _, l := range f.cell(c, cells[i], st) {
			if c.right {
				f.textRight(x+c.share*f.width()-0.8, y+st.ascent(), l.s, st)
			} else {
				f.text(x+0.8, y+st.ascent(), l.s, st)
			}
			y += st.height()
		}
		x += c.share * f.width()
	}
	f.y += h
}

// numberPages writes the foot of the pages since first.
func (f *form) numberPages() {
	st := f.sized(labelStyle)
	last := f.pdf.PageCount()
	for n := f.first; n <= last; n++ {
		f.openPage(n)
		f.rule(f.left(), f.right(), f.tall-11.2, hair, hairline)
		f.text(f.left(), f.tall-7.6, joined(" · ", append([]string{f.running}, f.ghosts...)...), st)
		f.textRight(f.right(), f.tall-7.6, fmt.Sprintf("Page %d of %d", n-f.first+1, last-f.first+1), st)
	}
	f.openPage(last)
}
