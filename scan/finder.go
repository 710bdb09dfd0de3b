package scan

import (
	"cmp"
	"math"
	"slices"
)

// point is a place in a picture, or a way from one to another.
type point struct{ x, y float64 }

func (p point) plus(q point) point    { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point   { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point { return point{p.x * f, p.y * f} }
func (p point) length() float64       { return math.Hypot(p.x, p.y) }
func (p point) cross(q point) float64 { return p.x*q.y - p.y*q.x }
func (p point) dot(q point) float64   { return p.x*q.x + p.y*q.y }
func (p point) step(u, v point, a, b float64) point {
	return point{p.x + a*u.x + b*v.x, p.y + a*u.y + b*v.y}
}

// mark is a place that looks like one of the three large squares of a QR code.
type mark struct {
	point
	module float64 // pixels a module
	seen   int     // how many lines crossed it
}

// mostMarks is how many marks are tried with each other.
const mostMarks = 18

// marks finds the large squares: whatever way they are turned, a line through the middle
// crosses dark, light, dark, light and dark as 1:1:3:1:1.
//
// Source: ISO/IEC 18004:2015, section 6.3.3.
func marks(dark []bool, w, h int) []mark {
	var list []mark
	skip := max(1, h/1600)
	for y := skip / 2; y < h; y += skip {
		row := dark[y*w : (y+1)*w]
		var runs [5]int
		state := 0 // which of the five runs is counted; even ones are dark
		for x := 0; x <= w; x++ {
			isDark := x < w && row[x]
			if isDark == (state%2 == 0) && x < w {
				runs[state]++
				continue
			}
			if state == 0 && runs[0] == 0 {
				continue
			}
			if state < 4 {
				state++
				runs[state] = 1
				continue
			}
			if total, ok := isMark(runs); ok {
				middle := float64(x-runs[4]-runs[3]) - float64(runs[2])/2 - 0.5
				list = confirm(list, dark, w, h, middle, y, total)
			}
			runs = [5]int{runs[2], runs[3], runs[4], 1, 0}
			state = 3
		}
	}
	list = slices.DeleteFunc(list, func(m mark) bool { return m.seen < 2 })
	slices.SortStableFunc(list, func(a, b mark) int { return cmp.Compare(b.seen*int(8*b.module), a.seen*int(8*a.module)) })
	return list[:min(len(list), 3*mostMarks)]
}

// isMark reports whether five runs are as 1:1:3:1:1, and returns their sum.
func isMark(runs [5]int) (total int, ok bool) {
	for _, n := range runs {
		if n == 0 {
			return 0, false
		}
		total += n
	}
	if total < 7 {
		return 0, false
	}
	module := float64(total) / 7
	off := module * 0.55
	for i, want := range [5]float64{1, 1, 3, 1, 1} {
		if math.Abs(float64(runs[i])-want*module) >= off*math.Sqrt(want) {
			return 0, false
		}
	}
	return total, true
}

// confirm crosses a place upright and level as well, and notes it if it is a mark.
func confirm(list []mark, dark []bool, w, h int, x float64, y, total int) []mark {
	column := int(x + 0.5)
	cy, tall, ok := across(func(i int) bool { return dark[i*w+column] }, h, y, total)
	if !ok {
		return list
	}
	row := int(cy + 0.5)
	cx, wide, ok := across(func(i int) bool { return dark[row*w+i] }, w, column, total)
	if !ok {
		return list
	}
	m := mark{point{cx, cy}, float64(tall+wide) / 14, 1}
	for i, old := range list {
		if old.minus(m.point).length() < old.module && math.Abs(old.module-m.module) < max(1, old.module*0.5) {
			n := float64(old.seen)
			list[i] = mark{old.times(n).plus(m.point).times(1 / (n + 1)), (old.module*n + m.module) / (n + 1), old.seen + 1}
			return list
		}
	}
	return append(list, m)
}

// across counts the five runs through a place along a line of n pixels; the sum must be
// about the expected one.
func across(dark func(int) bool, n, at, expected int) (middle float64, total int, ok bool) {
	var runs [5]int
	i := at
	for ; i >= 0 && dark(i); i-- {
		runs[2]++
	}
	for ; i >= 0 && !dark(i) && runs[1] <= expected; i-- {
		runs[1]++
	}
	for ; i >= 0 && dark(i) && runs[0] <= expected; i-- {
		runs[0]++
	}
	i = at + 1
	for ; i < n && dark(i); i++ {
		runs[2]++
	}
	end := i
	for ; i < n && !dark(i) && runs[3] <= expected; i++ {
		runs[3]++
	}
	for ; i < n && dark(i) && runs[4] <= expected; i++ {
		runs[4]++
	}
	total, ok = isMark(runs)
	if !ok || total*10 > expected*17 || total*17 < expected*10 {
		return 0, 0, false
	}
	return float64(end) - float64(runs[2])/2 - 0.5, total, true
}

// corner are three marks that can be those of one code.
type corner struct {
	origin, right, below mark // top left, top right and bottom left
	doubt                float64
}

// corners returns the likeliest threes of marks, best first.
func corners(list []mark) []corner {
	list = list[:min(len(list), mostMarks)]
	var all []corner
	for i := range list {
		for j := i + 1; j < len(list); j++ {
			for k := j + 1; k < len(list); k++ {
				if c, ok := newCorner(list[i], list[j], list[k]); ok {
					all = append(all, c)
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b corner) int { return cmp.Compare(a.doubt, b.doubt) })
	return all[:min(len(all), 12)]
}

// newCorner puts three marks in order: the one with the right angle is the origin, and the
// others lie clockwise of it. Seen askew, sides and angle may be off by a good third.
func newCorner(a, b, c mark) (corner, bool) {
	ab, bc, ca := a.minus(b.point).length(), b.minus(c.point).length(), c.minus(a.point).length()
	switch max(ab, bc, ca) {
	case ab:
		a, c = c, a
	case ca:
		a, b = b, a
	}
	p, q := b.minus(a.point), c.minus(a.point)
	if p.cross(q) < 0 {
		b, c, p, q = c, b, q, p
	}
	least, most := min(a.module, b.module, c.module), max(a.module, b.module, c.module)
	sides := p.length() / q.length()
	cosine := math.Abs(p.dot(q)) / (p.length() * q.length())
	modules := (p.length() + q.length()) / 2 / ((least + most) / 2)
	if most > 1.9*least || sides > 1.7 || sides < 1/1.7 || cosine > 0.42 || modules < 10 || modules > 200 {
		return corner{}, false
	}
	doubt := most/least - 1 + math.Abs(math.Log(sides)) + cosine
	doubt -= 0.3 * math.Log(float64(min(a.seen, b.seen, c.seen)))
	return corner{a, b, c, doubt}, true
}
