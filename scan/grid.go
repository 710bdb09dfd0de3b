package scan

import "math"

// grid is a code's modules laid over the picture: a mesh through its alignment marks, each
// found where its neighbours let expect it, so that bends and slants add up to nothing.
type grid struct {
	size  int       // modules a side
	lines []float64 // where the mesh has its nodes, in modules, both ways
	nodes [][]point // by row
	fit   float64   // how well the alignment marks were found, 0 to 1
}

// alignment returns where a version has its alignment marks, in modules.
//
// Source: ISO/IEC 18004:2015, annex E.
func alignment(version int) []int {
	if version == 1 {
		return nil
	}
	n := version/7 + 2
	step := (version*8 + n*3 + 5) / (n*4 - 4) * 2
	if version == 32 {
		step = 26
	}
	list := make([]int, n)
	list[0] = 6
	for i, at := n-1, 4*version+10; i >= 1; i, at = i-1, at-step {
		list[i] = at
	}
	return list
}

// newGrid lays a grid of a version between three marks.
func newGrid(g *grey, version int, origin, right, below frame) *grid {
	r := &grid{size: 17 + 4*version}
	places := alignment(version)
	if places == nil {
		places = []int{6, r.size - 7}
	}
	for _, at := range places {
		r.lines = append(r.lines, float64(at)+0.5)
	}
	n := len(places)
	r.nodes = make([][]point, n)
	for i := range r.nodes {
		r.nodes[i] = make([]point, n)
	}
	r.nodes[0][0] = origin.middle.step(origin.u, origin.v, 3, 3)
	r.nodes[0][n-1] = right.middle.step(right.u, right.v, -3, 3)
	r.nodes[n-1][0] = below.middle.step(below.u, below.v, 3, -3)
	total, sought := 0.0, 0
	seek := func(row, column int, at, u, v point, reach float64) {
		found, fit := at, 0.0
		if version > 1 {
			found, fit = align(g, at, u, v, reach)
			total, sought = total+fit, sought+1
		}
		if fit < 0.45 {
			found = at
		}
		r.nodes[row][column] = found
	}
	// Along the edges the way is known at both ends.
	for i := 1; i < n-1; i++ {
		at, u := r.between(r.nodes[0][0], r.nodes[0][n-1], origin.u, right.u, i)
		seek(0, i, at, u, blend(origin.v, right.v, r.share(i)), 1.5)
		at, v := r.between(r.nodes[0][0], r.nodes[n-1][0], origin.v, below.v, i)
		seek(i, 0, at, blend(origin.u, below.u, r.share(i)), v, 1.5)
	}
	for row := 1; row < n; row++ {
		for column := 1; column < n; column++ {
			at, u, v := r.beside(row, column)
			seek(row, column, at, u, v, 2.5)
		}
	}
	if sought > 0 {
		r.fit = total / float64(sought)
	}
	return r
}

// share is how far along an edge a line of the mesh is, from 0 to 1.
func (r *grid) share(i int) float64 {
	first, last := r.lines[0], r.lines[len(r.lines)-1]
	return (r.lines[i] - first) / (last - first)
}

func blend(a, b point, share float64) point { return a.times(1 - share).plus(b.times(share)) }

// between returns the place of a line on an edge from a to b, and the way of one module
// there: the curve that leaves a and reaches b in steps of the sizes seen there.
func (r *grid) between(a, b, stepA, stepB point, i int) (at, step point) {
	span := r.lines[len(r.lines)-1] - r.lines[0]
	t := r.share(i)
	at = a.times(2*t*t*t - 3*t*t + 1).plus(stepA.times(span * (t*t*t - 2*t*t + t))).
		plus(b.times(-2*t*t*t + 3*t*t)).plus(stepB.times(span * (t*t*t - t*t)))
	return at, blend(stepA, stepB, t)
}

// beside expects a node where its three neighbours above and at the left let it, and
// returns the ways of one module there.
func (r *grid) beside(row, column int) (at, u, v point) {
	above, left, corner := r.nodes[row-1][column], r.nodes[row][column-1], r.nodes[row-1][column-1]
	at = above.plus(left).minus(corner)
	u = at.minus(left).times(1 / (r.lines[column] - r.lines[column-1]))
	v = at.minus(above).times(1 / (r.lines[row] - r.lines[row-1]))
	return at, u, v
}

// align looks for an alignment mark around a place: five by five modules, dark, light and
// dark from outside in. fit is 1 for a perfect one.
func align(g *grey, around, u, v point, reach float64) (at point, fit float64) {
	at = around
	for _, pass := range []struct{ reach, step float64 }{{reach, 0.5}, {0.5, 0.125}} {
		middle := at
		for a := -pass.reach; a <= pass.reach; a += pass.step {
			for b := -pass.reach; b <= pass.reach; b += pass.step {
				p := middle.step(u, v, a, b)
				// Nearer ones are believed more: the data around holds chance likenesses.
				if f := likeness(g, p, u, v) - 0.02*math.Hypot(a, b); f > fit {
					at, fit = p, f
				}
			}
		}
	}
	return at, fit
}

// likeness is the correlation of a place with an alignment mark.
func likeness(g *grey, p, u, v point) float64 {
	var dark, light, square float64
	for a := -2; a <= 2; a++ {
		for b := -2; b <= 2; b++ {
			q := p.step(u, v, float64(a), float64(b))
			value := g.at(q.x, q.y)
			square += value * value
			if a*a <= 1 && b*b <= 1 && (a != 0 || b != 0) {
				light += value
			} else {
				dark += value
			}
		}
	}
	const darks, lights, all = 17.0, 8.0, 25.0
	mean := (dark + light) / all
	spread := square - all*mean*mean
	if spread < all*16 { // hardly any contrast
		return 0
	}
	// Σ (value-mean)·(pattern-mean of pattern), pattern 1 where it is light.
	covariance := light - lights*mean
	return covariance / math.Sqrt(spread*darks*lights/all)
}

// place returns where in the picture a place in modules is.
func (r *grid) place(x, y float64) point {
	i, j := r.cell(x), r.cell(y)
	s := (x - r.lines[i]) / (r.lines[i+1] - r.lines[i])
	t := (y - r.lines[j]) / (r.lines[j+1] - r.lines[j])
	return blend(blend(r.nodes[j][i], r.nodes[j][i+1], s), blend(r.nodes[j+1][i], r.nodes[j+1][i+1], s), t)
}

// cell is the part of the mesh for a module; the outer ones reach over the edge.
func (r *grid) cell(at float64) int {
	i := 0
	for i < len(r.lines)-2 && at > r.lines[i+1] {
		i++
	}
	return i
}

// read returns the grey of every module, by row.
func (r *grid) read(g *grey) [][]float64 {
	values := make([][]float64, r.size)
	module := r.place(1, 0).minus(r.place(0, 0)).length()
	for y := range values {
		values[y] = make([]float64, r.size)
		for x := range values[y] {
			mx, my := float64(x)+0.5, float64(y)+0.5
			if module < 3.5 {
				p := r.place(mx, my)
				values[y][x] = g.cubic(p.x, p.y)
				continue
			}
			sum := 0.0
			for _, d := range [5]point{{0, 0}, {0.22, 0.22}, {0.22, -0.22}, {-0.22, 0.22}, {-0.22, -0.22}} {
				p := r.place(mx+d.x, my+d.y)
				sum += g.at(p.x, p.y)
			}
			values[y][x] = sum / 5
		}
	}
	return values
}
