package scan

import (
	"cmp"
	"math"
	"slices"
)

// boxes holds sums of greys and of their squares, from which those of any rectangle are
// had at once.
type boxes struct {
	w, h    int
	sums    []uint32 // overflow; differences of them do not
	squares []uint64
}

func newBoxes(g *grey) *boxes {
	b := &boxes{w: g.w + 1, h: g.h + 1, sums: make([]uint32, (g.w+1)*(g.h+1)), squares: make([]uint64, (g.w+1)*(g.h+1))}
	for y := range g.h {
		sum, square := uint32(0), uint64(0)
		for x := range g.w {
			v := g.pix[y*g.w+x]
			sum, square = sum+uint32(v), square+uint64(v)*uint64(v)
			at := (y+1)*b.w + x + 1
			b.sums[at], b.squares[at] = b.sums[at-b.w]+sum, b.squares[at-b.w]+square
		}
	}
	return b
}

// sum is the greys within half pixels each way of a place, and how many they are. The
// place must be far enough from the edges.
func (b *boxes) sum(x, y, half float64) (sum, count float64) {
	left, right := int(x-half+0.5), int(x+half+0.5)
	top, bottom := int(y-half+0.5)*b.w, int(y+half+0.5)*b.w
	total := b.sums[bottom+right] - b.sums[bottom+left] - b.sums[top+right] + b.sums[top+left]
	return float64(total), float64((right - left) * ((bottom - top) / b.w))
}

func (b *boxes) square(x, y, half float64) float64 {
	left, right := int(x-half+0.5), int(x+half+0.5)
	top, bottom := int(y-half+0.5)*b.w, int(y+half+0.5)*b.w
	return float64(b.squares[bottom+right] - b.squares[bottom+left] - b.squares[top+right] + b.squares[top+left])
}

// mark is the correlation of a place with a mark of such modules: squares of three and
// seven modules that are dark around ones that are light.
func (b *boxes) mark(x, y, module float64) float64 {
	core, n3 := b.sum(x, y, 1.5*module)
	inner, n5 := b.sum(x, y, 2.5*module)
	ring, n7 := b.sum(x, y, 3.5*module)
	all, n := b.sum(x, y, 4.5*module)
	light, lights := inner-core+all-ring, n5-n3+n-n7
	mean := all / n
	spread := b.square(x, y, 4.5*module) - n*mean*mean
	if spread < n*30 { // hardly any contrast
		return 0
	}
	return (light - lights*mean) / math.Sqrt(spread*lights*(n-lights)/n)
}

// leastMark is the correlation from which a place may be a mark.
const leastMark = 0.55

// smearedMarks finds marks that are too blurred or too noisy for their lines to be
// counted, with modules of 1.5 to 4 pixels, when they stand about upright.
func smearedMarks(g *grey) []mark {
	b := newBoxes(g)
	var list []mark
	for module := 1.5; module < 4.2; module *= 1.14 {
		edge := 4.5*module + 1
		for y := edge; y < float64(g.h)-edge; y += 1.5 {
			for x := edge; x < float64(g.w)-edge; x += 1.5 {
				// The core is darker than what is around: true of few places, and cheap to see.
				core, n3 := b.sum(x, y, 1.5*module)
				inner, n5 := b.sum(x, y, 2.5*module)
				if core*n5 > inner*n3*0.95 {
					continue
				}
				if fit := b.mark(x, y, module); fit > leastMark {
					list = note(list, mark{point{x - 0.5, y - 0.5}, module, int(fit * 100)})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b mark) int { return cmp.Compare(b.seen, a.seen) })
	return list[:min(len(list), mostMarks)]
}

// note keeps the better of two marks that are the same one.
func note(list []mark, m mark) []mark {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].minus(m.point).length() < 3*max(list[i].module, m.module) {
			if m.seen > list[i].seen {
				list[i] = m
			}
			return list
		}
	}
	return append(list, m)
}

// turned is the picture turned about its middle, on white.
func (g *grey) turned(angle float64) *grey {
	sin, cos := math.Sincos(angle)
	long := int(math.Hypot(float64(g.w), float64(g.h))) + 1
	t := newGrey(long, long)
	for y := range long {
		for x := range long {
			p := turnBack(point{float64(x), float64(y)}, t, g, sin, cos)
			if p.x < 0 || p.y < 0 || p.x > float64(g.w-1) || p.y > float64(g.h-1) {
				t.pix[y*long+x] = 255
			} else {
				t.pix[y*long+x] = uint8(g.at(p.x, p.y))
			}
		}
	}
	return t
}

// turnBack is where a place of the turned picture came from.
func turnBack(p point, turned, g *grey, sin, cos float64) point {
	dx, dy := p.x-float64(turned.w)/2, p.y-float64(turned.h)/2
	return point{float64(g.w)/2 + dx*cos + dy*sin, float64(g.h)/2 - dx*sin + dy*cos}
}

// squareLike is the correlation of a place with a mark whose modules lie along u and v.
func squareLike(g *grey, p, u, v point) float64 {
	var light, total, square float64
	for a := -4; a <= 4; a++ {
		for b := -4; b <= 4; b++ {
			q := p.step(u, v, float64(a), float64(b))
			value := g.at(q.x, q.y)
			total, square = total+value, square+value*value
			if ring := max(a, -a, b, -b); ring == 2 || ring == 4 {
				light += value
			}
		}
	}
	const lights, all = 16.0 + 32, 81.0
	mean := total / all
	spread := square - all*mean*mean
	if spread < all*16 {
		return 0
	}
	return (light - lights*mean) / math.Sqrt(spread*lights*(all-lights)/all)
}
