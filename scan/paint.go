package scan

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// matrix turns places of one system into those of another: x' = a·x + c·y + e and
// y' = b·x + d·y + f.
type matrix [6]float64

// then is first m, then n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) of(x, y float64) point {
	return point{m[0]*x + m[2]*y + m[4], m[1]*x + m[3]*y + m[5]}
}

func (m matrix) back() (matrix, bool) {
	det := m[0]*m[3] - m[1]*m[2]
	if math.Abs(det) < 1e-12 {
		return m, false
	}
	return matrix{
		m[3] / det, -m[1] / det, -m[2] / det, m[0] / det,
		(m[2]*m[5] - m[3]*m[4]) / det, (m[1]*m[4] - m[0]*m[5]) / det,
	}, true
}

// window is a part of a bitmap: from left and top up to right and bottom.
type window struct{ left, top, right, bottom float64 }

func (a window) within(b window) window {
	return window{max(a.left, b.left), max(a.top, b.top), min(a.right, b.right), min(a.bottom, b.bottom)}
}

// empty reports whether there is nothing in it; places that are no numbers are nothing.
func (a window) empty() bool { return !(a.right > a.left && a.bottom > a.top) }

// pixels is the window in whole pixels.
func (a window) pixels(g *grey) (left, top, right, bottom int) {
	a = a.within(window{0, 0, float64(g.w), float64(g.h)})
	if a.empty() {
		return 0, 0, 0, 0
	}
	return int(a.left), int(a.top), min(g.w, int(math.Ceil(a.right))), min(g.h, int(math.Ceil(a.bottom)))
}

// path is a shape of straight lines, in pixels.
type path struct {
	lines [][]point // closed
	edges window
}

func newPath() *path {
	return &path{edges: window{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}}
}

func (p *path) move(at point) { p.lines = append(p.lines, nil); p.line(at) }

func (p *path) line(to point) {
	if len(p.lines) == 0 {
		p.lines = append(p.lines, nil)
	}
	last := len(p.lines) - 1
	p.lines[last] = append(p.lines[last], to)
	p.edges.left, p.edges.right = min(p.edges.left, to.x), max(p.edges.right, to.x)
	p.edges.top, p.edges.bottom = min(p.edges.top, to.y), max(p.edges.bottom, to.y)
}

// last is the point drawn last.
func (p *path) last() point {
	if n := len(p.lines); n > 0 && len(p.lines[n-1]) > 0 {
		return p.lines[n-1][len(p.lines[n-1])-1]
	}
	return point{}
}

// curve draws a Bézier curve as a few lines: codes have none that matter.
func (p *path) curve(a, b, to point) {
	from := p.last()
	for i := 1; i <= 8; i++ {
		t := float64(i) / 8
		s := 1 - t
		p.line(from.times(s * s * s).plus(a.times(3 * s * s * t)).plus(b.times(3 * s * t * t)).plus(to.times(t * t * t)))
	}
}

// fill paints a shape in a grey, as far as the window goes.
func (g *grey) fill(p *path, value uint8, clip window) {
	left, top, right, bottom := p.edges.within(clip).pixels(g)
	if right <= left || bottom <= top {
		return
	}
	r := vector.NewRasterizer(right-left, bottom-top)
	bound := func(q point) (x, y float32) { // far outside it makes no difference how far
		return float32(max(-1e5, min(q.x-float64(left), 1e5))), float32(max(-1e5, min(q.y-float64(top), 1e5)))
	}
	for _, line := range p.lines {
		for i, q := range line {
			x, y := bound(q)
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	}
	mask := image.NewAlpha(image.Rect(0, 0, right-left, bottom-top))
	r.Draw(mask, mask.Bounds(), image.NewUniform(color.Opaque), image.Point{})
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			a := int(mask.Pix[(y-top)*mask.Stride+x-left])
			if a == 0 {
				continue
			}
			at := y*g.w + x
			g.pix[at] = uint8((int(g.pix[at])*(255-a) + int(value)*a) / 255)
		}
	}
}

// draw paints a picture into the unit square that m turns into pixels.
func (g *grey) draw(p *picture, m matrix, value uint8, clip window) {
	back, ok := m.back()
	if !ok {
		return
	}
	edges := newPath()
	for _, c := range []point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		edges.line(m.of(c.x, c.y))
	}
	left, top, right, bottom := edges.edges.within(clip).pixels(g)
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			sum, n := 0, 0
			for i := range 9 {
				q := back.of(float64(x)+float64(2*(i%3)+1)/6, float64(y)+float64(2*(i/3)+1)/6)
				if q.x < 0 || q.y < 0 || q.x >= 1 || q.y >= 1 {
					continue
				}
				sum += int(p.pix[int((1-q.y)*float64(p.h)*0.9999999)*p.w+int(q.x*float64(p.w))])
				n++
			}
			if n == 0 {
				continue
			}
			at := y*g.w + x
			old, level := int(g.pix[at]), sum/n
			if p.stencil {
				level = (old*level + int(value)*(255-level)) / 255
			}
			g.pix[at] = uint8((old*(9-n) + level*n) / 9)
		}
	}
}
