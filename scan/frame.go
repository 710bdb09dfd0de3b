package scan

import (
	"math"
	"math/bits"
	"slices"
)

// frame is the surroundings of one mark: its middle, and the ways of one module to the
// right and downwards in the code.
type frame struct {
	middle point
	u, v   point
}

// newFrame measures a mark along the code's directions, to parts of a pixel: by its
// likeness first, then by its outer edges where these are clear. right and down point
// along them.
func newFrame(g *grey, m mark, right, down point) frame {
	right, down = right.times(1/right.length()), down.times(1/down.length())
	f := frame{middle: m.point, u: right.times(m.module), v: down.times(m.module)}
	f = f.fitted(g, 1, 0.25, 0.18)
	// A line across a turned mark is longer than its side.
	side := m.module * max(math.Abs(right.x), math.Abs(right.y))
	other := frame{middle: m.point, u: right.times(side), v: down.times(side)}.fitted(g, 1, 0.25, 0.18)
	if squareLike(g, other.middle, other.u, other.v) > squareLike(g, f.middle, f.u, f.v) {
		f = other
	}
	f = f.fitted(g, 0.25, 0.0625, 0.05)
	sharp, level := f, f.level(g)
	for range 3 {
		sharp = sharp.refined(g, level)
	}
	if squareLike(g, sharp.middle, sharp.u, sharp.v) < squareLike(g, f.middle, f.u, f.v)-0.01 {
		return f
	}
	return sharp
}

// fitted moves the frame to where it is most like a mark, reach modules each way, and
// stretches it by so much.
func (f frame) fitted(g *grey, reach, step, stretch float64) frame {
	best, fit := f, squareLike(g, f.middle, f.u, f.v)
	try := func(c frame) {
		if like := squareLike(g, c.middle, c.u, c.v); like > fit {
			best, fit = c, like
		}
	}
	for a := -reach; a <= reach; a += step {
		for b := -reach; b <= reach; b += step {
			try(frame{f.middle.step(f.u, f.v, a, b), f.u, f.v})
		}
	}
	middle := best
	for _, wide := range []float64{1 - stretch, 1 - stretch/2, 1, 1 + stretch/2, 1 + stretch} {
		for _, tall := range []float64{1 - stretch, 1 - stretch/2, 1, 1 + stretch/2, 1 + stretch} {
			try(frame{middle.middle, middle.u.times(wide), middle.v.times(tall)})
		}
	}
	return best
}

// level is the grey between the mark's dark and light parts.
func (f frame) level(g *grey) float64 {
	dark, light := 0.0, 0.0
	for _, d := range []point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		p := f.middle.step(f.u, f.v, d.x*2, d.y*2)
		light += g.at(p.x, p.y)
		p = f.middle.step(f.u, f.v, d.x*0.7, d.y*0.7)
		dark += g.at(p.x, p.y)
	}
	return (dark + light) / 8
}

// refined moves and stretches the frame so that its outer edges lie 3.5 modules from the
// middle.
func (f frame) refined(g *grey, level float64) frame {
	var edges [4]float64 // modules to the edge: right, left, down, up
	for i, way := range []point{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		var far []float64
		for _, aside := range []float64{-2, -1, 0, 1, 2} {
			if d := f.edge(g, level, way, aside); d > 0 {
				far = append(far, d)
			}
		}
		if len(far) == 0 {
			return f
		}
		slices.Sort(far)
		edges[i] = far[len(far)/2]
	}
	return frame{
		middle: f.middle.step(f.u, f.v, (edges[0]-edges[1])/2, (edges[2]-edges[3])/2),
		u:      f.u.times((edges[0] + edges[1]) / 7),
		v:      f.v.times((edges[2] + edges[3]) / 7),
	}
}

// edge is how many modules it is to the outer edge of the mark, going one way at a
// distance aside from the middle; 0 when there is none near.
func (f frame) edge(g *grey, level float64, way point, aside float64) float64 {
	across := point{way.y, way.x}
	const step = 0.125
	last := 0.0
	for d := 2.75; d < 4.5; d += step {
		p := f.middle.step(f.u, f.v, way.x*d+across.x*aside, way.y*d+across.y*aside)
		value := g.at(p.x, p.y)
		if value >= level && last > 0 && last < level {
			return d - step*(value-level)/(value-last)
		}
		last = max(value, 0.1)
	}
	return 0
}

// versionBits returns the six by three modules beside a mark that name the version, of
// the upper right mark or, with mirror, of the lower left one.
//
// Source: ISO/IEC 18004:2015, section 7.10.
func (f frame) versionBits(g *grey, mirror bool) uint32 {
	level := f.level(g)
	var word uint32
	for i := range 18 {
		a, b := float64(i%3)-7, float64(i/3)-3
		if mirror {
			a, b = b, a
		}
		p := f.middle.step(f.u, f.v, a, b)
		if g.cubic(p.x, p.y) < level {
			word |= 1 << i
		}
	}
	return word
}

// versionWord is a version with its check bits.
func versionWord(version int) uint32 {
	rest := uint32(version) << 12
	for i := 17; i >= 12; i-- {
		if rest>>i&1 != 0 {
			rest ^= 0x1f25 << (i - 12)
		}
	}
	return uint32(version)<<12 | rest
}

// versions returns the versions that a code can have, likeliest first: those that it names
// itself, then those that its size suggests.
func versions(g *grey, origin, right, below frame) []int {
	wide := right.middle.minus(origin.middle).length() / ((origin.u.length() + right.u.length()) / 2)
	tall := below.middle.minus(origin.middle).length() / ((origin.v.length() + below.v.length()) / 2)
	about := ((wide+tall)/2 + 7 - 17) / 4
	var list []int
	add := func(v int) {
		if v >= 1 && v <= 40 && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	for _, word := range []uint32{right.versionBits(g, false), below.versionBits(g, true)} {
		for v := 7; v <= 40; v++ {
			if bits.OnesCount32(word^versionWord(v)) <= 3 && math.Abs(float64(v)-about) < 3+about/3 {
				add(v)
			}
		}
	}
	for _, d := range []float64{0, 1, -1, 2, -2} {
		add(int(math.Round(about + d)))
	}
	return list
}
