package pdf

import (
	"fmt"
	"strconv"
	"strings"

	"rsc.io/qr"
)

// quiet is the white margin around a QR code, in modules, that scanners need.
const quiet = 4

// run is a row of dark modules beside each other; x and y count from the top left
// module of the symbol.
type run struct{ x, y, length int }

// symbol is a QR code as horizontal runs.
type symbol struct {
	size int // modules along one side, without the quiet zone
	runs []run
}

// newSymbol encodes a text at error correction level L: with a signed QR of about a
// thousand characters the larger modules help a scanner more than redundancy does. It
// fails for texts beyond 2,953 bytes.
func newSymbol(text string) (*symbol, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, fmt.Errorf("encode QR code of %d bytes: %w", len(text), err)
	}
	s := &symbol{size: code.Size}
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			start := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > start {
				s.runs = append(s.runs, run{start, y, x - start})
			}
		}
	}
	return s, nil
}

// full is the width of the symbol with its quiet zone, when the symbol alone is drawn
// size wide.
func (s *symbol) full(size float64) float64 {
	return size * float64(s.size+2*quiet) / float64(s.size)
}

// symbol draws a QR code size millimetres wide, with its quiet zone around it on white.
// x and y are the corner of the quiet zone. All modules are one path, so that no
// renderer leaves seams between them and the page stays small.
func (c *canvas) symbol(x, y, size float64, s *symbol) {
	full := s.full(size)
	c.fill(x, y, full, full, colour{255, 255, 255})
	margin := (full - size) / 2
	_, tall := c.pdf.GetPageSize()
	scale := size / perPoint / float64(s.size)
	b := make([]byte, 0, 16*len(s.runs))
	b = fmt.Appendf(b, "q 0 g %.5f 0 0 %.5f %.3f %.3f cm\n", scale, scale,
		(x+margin)/perPoint, (tall-y-margin-size)/perPoint)
	for _, r := range s.runs {
		b = strconv.AppendInt(b, int64(r.x), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(s.size-1-r.y), 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(r.length), 10)
		b = append(b, " 1 re\n"...)
	}
	c.pdf.RawWriteStr(string(append(b, "f\nQ"...)))
}

// QRSVG returns a QR code of the text as an SVG element for a page: one path on white
// with its quiet zone, sized by the page's style sheet. It carries no style and no
// script, so a strict Content-Security-Policy lets it pass. The text must not be longer
// than 2,953 bytes.
func QRSVG(text string) (string, error) {
	s, err := newSymbol(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	side := s.size + 2*quiet
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="QR code" shape-rendering="crispEdges">`, side, side)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, side, side)
	for _, r := range s.runs {
		fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", r.x+quiet, r.y+quiet, r.length, r.length)
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
