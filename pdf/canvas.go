package pdf

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/jung-kurt/gofpdf"
)

// files holds Noto Sans, cut to the characters of charset.go. ReadFile copies, so each
// document has bytes of its own: gofpdf moves a read position inside them.
//
//go:embed fonts/*.ttf
var files embed.FS

// The A4 page and its margins, in millimetres. Text may fill the height down to
// bottom; the foot stands below it.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
	left       = 12.0
	right      = pageWidth - left
	top        = 11.0
	bottom     = 283.0
	foot       = 289.0
)

// perPoint is the number of millimetres in a typographic point.
const perPoint = 25.4 / 72

// family is the name under which Noto Sans is known inside a document.
const family = "noto"

// colour is a colour in red, green and blue, 0 to 255.
type colour struct{ r, g, b int }

// The house colours, for paper: text stays dark enough for a monochrome printer.
var (
	ink      = colour{23, 30, 44}
	soft     = colour{92, 98, 110}   // labels, second lines
	seal     = colour{196, 48, 24}   // what must not be overlooked; nothing else
	hairline = colour{201, 197, 190} // hairlines
	panel    = colour{246, 244, 240} // behind column heads and the grand total
	ghost    = colour{252, 231, 226} // the large marks across the page
)

// style is how a piece of text looks; size is in points.
type style struct {
	bold bool
	size float64
	ink  colour
}

// height is the distance between two lines of the style, in millimetres.
func (s style) height() float64 { return s.size * perPoint * 1.32 }

// ascent is how far below the top of its line the style's baseline lies.
func (s style) ascent() float64 { return s.size * perPoint * 1.02 }

// canvas draws text and lines on the pages of one document. Positions are in
// millimetres from the top left corner.
type canvas struct {
	pdf     *gofpdf.Fpdf
	current style
	chosen  bool // current is selected on the current page
	advance *metrics
}

// metrics are the widths of all printable characters, of regular and bold type, in
// millimetres for one point.
type metrics [2][]float64

// newCanvas starts a document without pages. Made is the moment the file claims to be
// from, so that the same document always gives the same bytes.
func newCanvas(made time.Time, m *metrics) (*canvas, error) {
	return newCanvasOf("A4", made, m)
}

// newCanvasOf is newCanvas on paper of another size, "A5".
func newCanvasOf(size string, made time.Time, m *metrics) (*canvas, error) {
	p := gofpdf.New("P", "mm", size, "")
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	p.SetCatalogSort(true)
	p.SetCreationDate(made)
	p.SetModificationDate(made)
	if err := addFonts(p); err != nil {
		return nil, err
	}
	return &canvas{pdf: p, advance: m}, nil
}

// addFonts gives a document its own copy of both weights.
func addFonts(p *gofpdf.Fpdf) error {
	for i, weight := range []string{"Regular", "Bold"} {
		font, err := files.ReadFile("fonts/NotoSans-" + weight + ".ttf")
		if err != nil {
			return fmt.Errorf("read embedded font: %w", err)
		}
		p.AddUTF8FontFromBytes(family, weightStyle(i == 1), font)
	}
	return p.Error()
}

// readMetrics measures the characters in a document without pages: on a page gofpdf
// would write down each font that is selected for measuring.
func readMetrics() (*metrics, error) {
	p := gofpdf.New("P", "mm", "A4", "")
	if err := addFonts(p); err != nil {
		return nil, err
	}
	var m metrics
	for i := range m {
		p.SetFont(family, weightStyle(i == 1), 1)
		m[i] = advances(p)
	}
	return &m, p.Error()
}

func weightStyle(bold bool) string {
	if bold {
		return "B"
	}
	return ""
}

// advances reads the widths of the selected font.
func advances(p *gofpdf.Fpdf) []float64 {
	last := printable.R16[len(printable.R16)-1].Hi
	widths := make([]float64, int(last)+1)
	for _, span := range printable.R16 {
		for r := int(span.Lo); r <= int(span.Hi); r++ {
			widths[r] = float64(p.GetStringSymbolWidth(string(rune(r)))) / 1000 * perPoint
		}
	}
	return widths
}

// width is how wide clean text is in the style.
func (c *canvas) width(s string, st style) float64 {
	table := c.advance[0]
	if st.bold {
		table = c.advance[1]
	}
	sum := 0.0
	for _, r := range s {
		if int(r) < len(table) {
			sum += table[r]
		}
	}
	return sum * st.size
}

// textLine is one line of text that fits where it is to stand.
type textLine struct {
	s  string
	st style
}

// wrap breaks text into lines of the style that fit into a width.
func (c *canvas) wrap(s string, width float64, st style) []textLine {
	parts := wrap(s, width, func(part string) float64 { return c.width(part, st) })
	lines := make([]textLine, len(parts))
	for i, part := range parts {
		lines[i] = textLine{part, st}
	}
	return lines
}

// wrapNotes sets notes one after another with dots between them. A line breaks inside a
// note only when the note is longer than a line.
func (c *canvas) wrapNotes(notes []string, width float64, st style) []textLine {
	var lines []textLine
	line := ""
	for _, note := range notes {
		both := joined(" · ", line, note)
		if line != "" && c.width(both, st) > width {
			lines = append(lines, c.wrap(line, width, st)...)
			both = oneLine(note)
		}
		line = both
	}
	return append(lines, c.wrap(line, width, st)...)
}

// shorten cuts text that is wider than width and ends it with an ellipsis, so that the
// cut is seen.
func (c *canvas) shorten(s string, width float64, st style) string {
	s = oneLine(s)
	if c.width(s, st) <= width {
		return s
	}
	lines := c.wrap(s, width-c.width("…", st), st)
	return lines[0].s + "…"
}

// text writes one line with its baseline at y, starting at x.
func (c *canvas) text(x, y float64, s string, st style) {
	if s = oneLine(s); s == "" {
		return
	}
	c.choose(st)
	c.pdf.Text(x, y, s)
}

// textRight writes one line that ends at x.
func (c *canvas) textRight(x, y float64, s string, st style) {
	s = oneLine(s)
	c.text(x-c.width(s, st), y, s, st)
}

// textMiddle writes one line around x.
func (c *canvas) textMiddle(x, y float64, s string, st style) {
	s = oneLine(s)
	c.text(x-c.width(s, st)/2, y, s, st)
}

// block writes lines below each other, the first one's top at y, and returns where the
// next thing may start.
func (c *canvas) block(x, y float64, lines []textLine) float64 {
	for _, l := range lines {
		c.text(x, y+l.st.ascent(), l.s, l.st)
		y += l.st.height()
	}
	return y
}

// height is what block needs for the lines.
func height(lines []textLine) float64 {
	sum := 0.0
	for _, l := range lines {
		sum += l.st.height()
	}
	return sum
}

// choose selects font, size and colour, unless they are selected already.
func (c *canvas) choose(st style) {
	if c.chosen && st == c.current {
		return
	}
	if !c.chosen || st.bold != c.current.bold || st.size != c.current.size {
		c.pdf.SetFont(family, weightStyle(st.bold), st.size)
	}
	c.pdf.SetTextColor(st.ink.r, st.ink.g, st.ink.b)
	c.current, c.chosen = st, true
}

// addPage starts an empty page.
func (c *canvas) addPage() {
	c.pdf.AddPage()
	c.chosen = false
}

// openPage goes back to a page, to add to it.
func (c *canvas) openPage(n int) {
	c.pdf.SetPage(n)
	c.chosen = false
}

// rule draws a horizontal line of the given thickness.
func (c *canvas) rule(x1, x2, y, thickness float64, col colour) {
	c.fill(x1, y-thickness/2, x2-x1, thickness, col)
}

// fill draws a filled rectangle.
func (c *canvas) fill(x, y, w, h float64, col colour) {
	c.pdf.SetFillColor(col.r, col.g, col.b)
	c.pdf.Rect(x, y, w, h, "F")
}

// frame draws the outline of a rectangle.
func (c *canvas) frame(x, y, w, h, thickness float64, col colour) {
	c.pdf.SetDrawColor(col.r, col.g, col.b)
	c.pdf.SetLineWidth(thickness)
	c.pdf.Rect(x, y, w, h, "D")
}

// slanted writes one large line rising across the page around a point.
func (c *canvas) slanted(x, y float64, s string, st style) {
	c.pdf.TransformBegin()
	c.pdf.TransformRotate(42, x, y)
	c.chosen = false // the graphics state is restored after it
	c.textMiddle(x, y+st.ascent()/3, s, st)
	c.pdf.TransformEnd()
	c.chosen = false
}

// joined puts the parts that are not empty together.
func joined(separator string, parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p = oneLine(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}
