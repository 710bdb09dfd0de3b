package scan

import (
	"context"
	"math"
)

// look finds the codes of a picture: as it is first, then enlarged, so that small modules
// have pixels enough, or reduced, which takes noise away. What is too blurred for that is
// sought by its likeness to the marks of a code.
func look(ctx context.Context, g *grey, f *found) {
	long := max(g.w, g.h)
	lookAt(ctx, g, g, 1, f)
	lookSmeared(ctx, g, 0, f)
	if long <= 2400 && !f.signed {
		lookAt(ctx, g.enlarged(2), g, 2, f)
	}
	for half := g; max(half.w, half.h) > 1400 && !f.signed && ctx.Err() == nil; {
		half = half.reduced()
		lookAt(ctx, half, half, 1, f)
	}
	if long <= 1600 && !f.signed {
		lookAt(ctx, g.enlarged(3), g, 3, f)
	}
	for _, degrees := range []float64{30, 60} {
		lookSmeared(ctx, g, degrees*math.Pi/180, f)
	}
}

// largestSmeared is the longest side of a picture that is searched for smeared marks.
const largestSmeared = 2600

// lookSmeared finds marks by likeness in ever smaller copies of a picture, turned first,
// and reads the codes between them from the picture itself.
func lookSmeared(ctx context.Context, g *grey, angle float64, f *found) {
	copied, scale := g, 1.0
	for max(copied.w, copied.h) > largestSmeared {
		copied, scale = copied.reduced(), scale/2
	}
	if max(copied.w, copied.h) < largestSmeared/2 {
		copied, scale = copied.enlarged(2), scale*2
	}
	sin, cos := math.Sincos(angle)
	for ; min(copied.w, copied.h) > 100; copied, scale = copied.reduced(), scale/2 {
		if ctx.Err() != nil || f.signed {
			return
		}
		upright := copied
		if angle != 0 {
			upright = copied.turned(angle)
		}
		list := smearedMarks(upright)
		for i, m := range list {
			if angle != 0 {
				m.point = turnBack(m.point, upright, copied, sin, cos)
			}
			list[i].point = point{(m.x+0.5)/scale - 0.5, (m.y+0.5)/scale - 0.5}
			list[i].module = m.module / scale
		}
		readCorners(ctx, g, list, f)
	}
}

// lookAt finds marks in a picture and reads the codes between them from g, of which it is
// so many times as large.
func lookAt(ctx context.Context, large, g *grey, times int, f *found) {
	long := max(large.w, large.h)
	for _, split := range []func() []bool{
		func() []bool { return large.localMean(max(12, long/60)) },
		func() []bool { return large.localMean(max(24, long/16)) },
		large.otsu,
	} {
		if ctx.Err() != nil || f.signed {
			return
		}
		list := marks(split(), large.w, large.h)
		for i, m := range list {
			scale := 1 / float64(times)
			list[i].point = point{(m.x+0.5)*scale - 0.5, (m.y+0.5)*scale - 0.5}
			list[i].module = m.module * scale
		}
		readCorners(ctx, g, list, f)
	}
}

// readCorners reads the codes between marks. The marks of one that was read are used up.
func readCorners(ctx context.Context, g *grey, list []mark, f *found) {
	used := map[point]bool{}
	for _, c := range corners(list) {
		if ctx.Err() != nil {
			return
		}
		if used[c.origin.point] || used[c.right.point] || used[c.below.point] {
			continue
		}
		if text, ok := readCode(ctx, g, c); ok {
			f.add(text)
			used[c.origin.point], used[c.right.point], used[c.below.point] = true, true, true
		}
	}
}

// leastFit is the mean likeness of alignment marks below which a grid lies beside the code.
const leastFit = 0.3

// readCode reads the code with these marks.
func readCode(ctx context.Context, g *grey, c corner) (string, bool) {
	right, down := c.right.minus(c.origin.point), c.below.minus(c.origin.point)
	origin := newFrame(g, c.origin, right, down)
	upper := newFrame(g, c.right, right, down)
	lower := newFrame(g, c.below, right, down)
	for _, version := range versions(g, origin, upper, lower) {
		if ctx.Err() != nil {
			return "", false
		}
		r := newGrid(g, version, origin, upper, lower)
		if version > 1 && r.fit < leastFit {
			continue
		}
		if text, ok := decode(r.read(g)); ok {
			return text, true
		}
	}
	return "", false
}
