package scan

import (
	"bytes"
	"context"
	"errors"
	"math"
	"strings"
)

// A page is drawn at 300 dots per inch, within so many pixels.
const (
	dots       = 300.0 / 72
	pagePixels = 14_000_000
)

// readPDF finds the codes and the signed texts of a PDF: what is attached, the pictures of
// each page as they came, and then the page itself with the shapes on it.
func readPDF(ctx context.Context, file []byte, f *found) error {
	pdf, err := openPDF(file)
	if err != nil {
		return err
	}
	if err := pdf.attached(ctx, f); err != nil {
		return err
	}
	for _, p := range pdf.pages() {
		if ctx.Err() != nil || f.signed {
			return nil
		}
		if err := pdf.look(ctx, p, f); err != nil {
			return err
		}
	}
	return nil
}

// attached finds signed texts in attached files.
func (f *pdfFile) attached(ctx context.Context, to *found) error {
	for n := range f.offsets {
		s, ok := f.object(n).(*stream)
		if !ok || f.name(s.dict["Type"]) != "EmbeddedFile" || ctx.Err() != nil {
			continue
		}
		data, rest, err := f.decoded(s)
		if err != nil {
			return err
		}
		if rest == "" {
			for _, text := range token.FindAll(data, -1) {
				to.add(string(text))
			}
		}
	}
	return nil
}

// look draws a page and looks at it.
func (f *pdfFile) look(ctx context.Context, p page, to *found) error {
	box := p.box
	w, h := math.Abs(box[2]-box[0]), math.Abs(box[3]-box[1])
	if !(w >= 1 && h >= 1 && w < 1e5 && h < 1e5) {
		return nil
	}
	scale := min(dots, math.Sqrt(pagePixels/(w*h)))
	a := &artist{
		ctx: ctx, file: f, to: to, visited: map[int]bool{},
		sheet: newGrey(int(w*scale)+1, int(h*scale)+1),
	}
	copy(a.sheet.pix, bytes.Repeat([]byte{255}, len(a.sheet.pix)))
	a.state = state{
		// Up on paper is down in pictures.
		m:    matrix{scale, 0, 0, -scale, -min(box[0], box[2]) * scale, max(box[1], box[3]) * scale},
		clip: window{0, 0, float64(a.sheet.w), float64(a.sheet.h)},
	}
	a.state.space.parts = 1
	contents, err := f.contents(p.dict["Contents"])
	if err != nil {
		return err
	}
	if err := a.run(contents, p.resources, 0); err != nil {
		return err
	}
	for _, t := range token.FindAllString(a.words.String(), -1) {
		to.add(t)
	}
	if a.drawn && !to.signed {
		look(ctx, a.sheet, to)
	}
	return nil
}

// contents are a page's contents, which may come in several streams.
func (f *pdfFile) contents(v any) ([]byte, error) {
	parts := array{v}
	if a := f.array(v); a != nil {
		parts = a
	}
	var all []byte
	for _, part := range parts {
		s, ok := f.resolve(part).(*stream)
		if !ok {
			continue
		}
		data, _, err := f.decoded(s)
		if err != nil {
			return nil, err
		}
		all = append(append(all, data...), '\n')
	}
	return all, nil
}

// state is what q saves and Q brings back.
type state struct {
	m      matrix
	clip   window
	space  colours
	colour uint8
	hidden bool // painting with a pattern, which is no colour
}

// artist draws what a page says, as far as codes are made of it: filled shapes and
// pictures. Text it only collects.
//
// Source: ISO 32000-1:2008, sections 8 and 9.
type artist struct {
	ctx     context.Context
	file    *pdfFile
	to      *found
	sheet   *grey
	words   strings.Builder
	visited map[int]bool // pictures looked at by themselves
	state   state
	saved   []state
	path    *path
	clips   bool // the path bounds what comes after it
	drawn   bool // there is more on the sheet than text
	steps   int
}

// Bounds of what a page may ask for.
const (
	mostSteps = 3_000_000
	mostSaved = 200
	mostForms = 12 // forms within forms
)

// run draws contents.
func (a *artist) run(contents []byte, resources dict, depth int) error {
	l := lexer{data: contents}
	var operands []any
	a.path = newPath()
	for l.at < len(contents) {
		v := l.next()
		op, ok := v.(operator)
		if !ok {
			if _, stray := v.(end); !stray && len(operands) < 64 {
				operands = append(operands, v)
			}
			continue
		}
		if a.steps++; a.steps > mostSteps || a.steps%16 == 0 && a.ctx.Err() != nil {
			return nil
		}
		var err error
		switch op {
		case "Do":
			err = a.do(operands, resources, depth)
		case "BI":
			err = a.inline(&l, resources)
		default:
			a.operate(op, operands, resources)
		}
		if err != nil {
			return err
		}
		operands = operands[:0]
	}
	return nil
}

// operate does everything that needs no further stream.
func (a *artist) operate(op operator, operands []any, resources dict) {
	if a.draws(op, numbersOf(operands)) {
		return
	}
	switch op {
	case "q":
		if len(a.saved) < mostSaved {
			a.saved = append(a.saved, a.state)
		}
	case "Q":
		if n := len(a.saved); n > 0 {
			a.state, a.saved = a.saved[n-1], a.saved[:n-1]
		}
	case "cm":
		if n := numbersOf(operands); len(n) == 6 {
			a.state.m = matrix(n).then(a.state.m)
		}
	case "g", "rg", "k":
		a.state.hidden = false
		a.state.space = colours{parts: len(operands)}
		a.state.colour = a.state.space.grey(numbersOf(operands))
	case "cs":
		if len(operands) == 1 {
			a.state.space = a.file.space(operands[0], resources)
			a.state.hidden = a.file.name(operands[0]) == "Pattern"
			a.state.colour = 0
		}
	case "sc", "scn":
		n := numbersOf(operands)
		if a.state.hidden = len(n) < len(operands) || len(n) == 0; !a.state.hidden {
			a.state.colour = a.state.shade(n)
		}
	case "Tj", "'", "\"", "TJ":
		a.say(operands)
	}
}

// shade is the grey of a colour in the colour space at hand.
func (s *state) shade(n []float64) uint8 {
	if s.space.palette != nil {
		return s.space.palette[int(n[0])&0xff]
	}
	return s.space.grey(n)
}

// draws does the operators that make shapes.
func (a *artist) draws(op operator, n []float64) bool {
	m := a.state.m
	switch op {
	case "m":
		if len(n) == 2 {
			a.path.move(m.of(n[0], n[1]))
		}
	case "l":
		if len(n) == 2 {
			a.path.line(m.of(n[0], n[1]))
		}
	case "c":
		if len(n) == 6 {
			a.path.curve(m.of(n[0], n[1]), m.of(n[2], n[3]), m.of(n[4], n[5]))
		}
	case "v", "y":
		if len(n) == 4 {
			a.path.curve(m.of(n[0], n[1]), m.of(n[2], n[3]), m.of(n[2], n[3]))
		}
	case "re":
		if len(n) == 4 {
			a.path.move(m.of(n[0], n[1]))
			a.path.line(m.of(n[0]+n[2], n[1]))
			a.path.line(m.of(n[0]+n[2], n[1]+n[3]))
			a.path.line(m.of(n[0], n[1]+n[3]))
		}
	case "W", "W*":
		a.clips = true
	case "f", "F", "f*", "B", "B*", "b", "b*":
		if !a.state.hidden {
			a.drawn = true
			a.sheet.fill(a.path, a.state.colour, a.state.clip)
		}
		a.ended()
	case "n", "S", "s":
		a.ended()
	case "h":
	default:
		return false
	}
	return true
}

// ended begins the next shape. Of a shape that bounds, its edges are taken.
func (a *artist) ended() {
	if a.clips {
		a.state.clip = a.state.clip.within(a.path.edges)
		a.clips = false
	}
	a.path = newPath()
}

// say collects text.
func (a *artist) say(operands []any) {
	if a.words.Len() > 1<<20 {
		return
	}
	for _, v := range operands {
		switch v := v.(type) {
		case text:
			a.words.WriteString(string(v))
		case array:
			a.say(v)
		}
	}
}

func numbersOf(operands []any) []float64 {
	var list []float64
	for _, v := range operands {
		if n, ok := v.(float64); ok {
			list = append(list, n)
		}
	}
	return list
}

// do paints a picture or a form.
func (a *artist) do(operands []any, resources dict, depth int) error {
	if len(operands) != 1 || depth > mostForms {
		return nil
	}
	key, _ := operands[0].(name)
	s, ok := a.file.resolve(a.file.dict(resources["XObject"])[key]).(*stream)
	if !ok {
		return nil
	}
	switch a.file.name(s.dict["Subtype"]) {
	case "Image":
		return a.picture(s, resources)
	case "Form":
	default:
		return nil
	}
	data, _, err := a.file.decoded(s)
	if err != nil {
		return err
	}
	saved, stack := a.state, a.saved
	if n := a.file.numbers(s.dict["Matrix"], 6); n != nil {
		a.state.m = matrix(n).then(a.state.m)
	}
	own := a.file.dict(s.dict["Resources"])
	if len(own) == 0 {
		own = resources
	}
	a.saved = nil
	err = a.run(data, own, depth+1)
	a.state, a.saved, a.path = saved, stack, newPath()
	return err
}

// picture paints a picture, and looks at a larger one by itself: it may be finer than the
// sheet.
func (a *artist) picture(s *stream, resources dict) error {
	p, err := a.file.picture(s, resources)
	if err != nil {
		if errors.Is(err, ErrTooBig) {
			return err
		}
		return nil // a kind that codes do not come in
	}
	if (s.number == 0 || !a.visited[s.number]) && min(p.w, p.h) >= 300 && !a.to.signed {
		a.visited[s.number] = true
		look(a.ctx, p.grey, a.to)
	}
	if !a.state.hidden || !p.stencil {
		a.drawn = true
		a.sheet.draw(p, a.state.m, a.state.colour, a.state.clip)
	}
	return nil
}

// inline paints a picture that stands within the contents.
func (a *artist) inline(l *lexer, resources dict) error {
	d := dict{}
	for {
		key := l.next()
		if op, ok := key.(operator); ok && op == "ID" {
			break
		}
		k, ok := key.(name)
		if !ok {
			return nil
		}
		d[k] = l.next()
	}
	l.at = min(l.at+1, len(l.data))
	rest := l.data[l.at:]
	stop := -1
	for from := 0; ; {
		i := bytes.Index(rest[from:], []byte("EI"))
		if i < 0 {
			l.at = len(l.data)
			return nil
		}
		i += from
		if i > 0 && isSpace(rest[i-1]) && (i+2 == len(rest) || isSpace(rest[i+2])) {
			stop = i
			break
		}
		from = i + 2
	}
	l.at += stop + 2
	return a.picture(&stream{d, rest[:stop], 0}, resources)
}
