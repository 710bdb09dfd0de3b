package scan

import (
	"image"
	"math"
)

// grey is a picture of greys: 0 is black, 255 is white.
type grey struct {
	w, h int
	pix  []uint8
}

func newGrey(w, h int) *grey { return &grey{w, h, make([]uint8, w*h)} }

// greyOf returns a picture's greys; what is transparent is white, as on paper.
func greyOf(picture image.Image) *grey {
	b := picture.Bounds()
	g := newGrey(b.Dx(), b.Dy())
	switch p := picture.(type) {
	case *image.YCbCr:
		for y := range g.h {
			copy(g.pix[y*g.w:(y+1)*g.w], p.Y[p.YOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.Gray:
		for y := range g.h {
			copy(g.pix[y*g.w:(y+1)*g.w], p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):])
		}
	case *image.Paletted:
		var greys [256]uint8
		for i, c := range p.Palette {
			greys[i] = onWhite(c.RGBA())
		}
		for y := range g.h {
			for x := range g.w {
				g.pix[y*g.w+x] = greys[p.Pix[p.PixOffset(b.Min.X+x, b.Min.Y+y)]]
			}
		}
	default:
		for y := range g.h {
			for x := range g.w {
				g.pix[y*g.w+x] = onWhite(picture.At(b.Min.X+x, b.Min.Y+y).RGBA())
			}
		}
	}
	return g
}

// onWhite is a colour, as 16 bits multiplied by its opacity, as a grey on white paper.
func onWhite(r, g, b, a uint32) uint8 {
	return uint8((299*r + 587*g + 114*b + 1000*(0xffff-a)) / 1000 >> 8)
}

// at returns the grey at a point between the pixels, whose middles have whole coordinates.
func (g *grey) at(x, y float64) float64 {
	x, y = max(0, min(x, float64(g.w-1))), max(0, min(y, float64(g.h-1)))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, g.w-1), min(y0+1, g.h-1)
	fx, fy := x-float64(x0), y-float64(y0)
	top := float64(g.pix[y0*g.w+x0])*(1-fx) + float64(g.pix[y0*g.w+x1])*fx
	bottom := float64(g.pix[y1*g.w+x0])*(1-fx) + float64(g.pix[y1*g.w+x1])*fx
	return top*(1-fy) + bottom*fy
}

// cubic is at with a cubic curve through four pixels each way, which keeps the contrast of
// modules that are hardly larger than a pixel.
func (g *grey) cubic(x, y float64) float64 {
	x0, y0 := int(math.Floor(x)), int(math.Floor(y))
	wx, wy := catmullRom(x-float64(x0)), catmullRom(y-float64(y0))
	sum := 0.0
	for j := range 4 {
		row := max(0, min(y0+j-1, g.h-1)) * g.w
		line := 0.0
		for i := range 4 {
			line += wx[i] * float64(g.pix[row+max(0, min(x0+i-1, g.w-1))])
		}
		sum += wy[j] * line
	}
	return sum
}

// catmullRom are the weights of four neighbours at a fraction behind the second.
func catmullRom(t float64) [4]float64 {
	return [4]float64{
		((-t+2)*t - 1) * t / 2,
		((3*t-5)*t*t + 2) / 2,
		((-3*t+4)*t + 1) * t / 2,
		(t - 1) * t * t / 2,
	}
}

// enlarged is the picture n times as large, so that finder patterns have pixels enough
// to be seen.
func (g *grey) enlarged(n int) *grey {
	wide := newGrey(g.w*n, g.h)
	for y := range g.h {
		enlargeLine(g.pix[y*g.w:(y+1)*g.w], wide.pix[y*wide.w:], n, 1)
	}
	large := newGrey(wide.w, g.h*n)
	column := make([]uint8, g.h)
	for x := range wide.w {
		for y := range g.h {
			column[y] = wide.pix[y*wide.w+x]
		}
		enlargeLine(column, large.pix[x:], n, large.w)
	}
	return large
}

// enlargeLine writes n pixels for each, every stride-th.
func enlargeLine(from, to []uint8, n, stride int) {
	weights := make([][4]float64, n)
	shift := make([]int, n)
	for i := range n {
		at := (float64(i)+0.5)/float64(n) - 0.5
		shift[i] = int(math.Floor(at))
		weights[i] = catmullRom(at - float64(shift[i]))
	}
	for x := range from {
		for i := range n {
			sum := 0.0
			for k := range 4 {
				sum += weights[i][k] * float64(from[max(0, min(x+shift[i]+k-1, len(from)-1))])
			}
			to[(x*n+i)*stride] = uint8(max(0, min(sum+0.5, 255)))
		}
	}
}

// reduced is the picture at half the size, which takes the noise out.
func (g *grey) reduced() *grey {
	half := newGrey(g.w/2, g.h/2)
	for y := range half.h {
		a, b := g.pix[2*y*g.w:], g.pix[(2*y+1)*g.w:]
		for x := range half.w {
			half.pix[y*half.w+x] = uint8((int(a[2*x]) + int(a[2*x+1]) + int(b[2*x]) + int(b[2*x+1]) + 2) / 4)
		}
	}
	return half
}

// localMean marks what is darker than its surroundings, within reach pixels each way.
func (g *grey) localMean(reach int) []bool {
	sums := make([]uint32, (g.w+1)*(g.h+1)) // sums overflow; their differences do not
	for y := range g.h {
		line := uint32(0)
		for x := range g.w {
			line += uint32(g.pix[y*g.w+x])
			sums[(y+1)*(g.w+1)+x+1] = sums[y*(g.w+1)+x+1] + line
		}
	}
	dark := make([]bool, g.w*g.h)
	for y := range g.h {
		top, bottom := max(0, y-reach)*(g.w+1), min(g.h, y+reach+1)*(g.w+1)
		rows := min(g.h, y+reach+1) - max(0, y-reach)
		for x := range g.w {
			left, right := max(0, x-reach), min(g.w, x+reach+1)
			sum := uint64(sums[bottom+right] - sums[bottom+left] - sums[top+right] + sums[top+left])
			dark[y*g.w+x] = uint64(g.pix[y*g.w+x])*uint64(rows*(right-left))*100 < sum*93
		}
	}
	return dark
}

// otsu marks what is dark by one level for the whole picture, the one that parts its
// greys best.
func (g *grey) otsu() []bool {
	var count [256]int
	for _, v := range g.pix {
		count[v]++
	}
	total, sum := len(g.pix), 0
	for v, n := range count {
		sum += v * n
	}
	level, best := 127, -1.0
	below, sumBelow := 0, 0
	for v := range 255 {
		below, sumBelow = below+count[v], sumBelow+v*count[v]
		if below == 0 || below == total {
			continue
		}
		apart := float64(sumBelow)/float64(below) - float64(sum-sumBelow)/float64(total-below)
		if between := apart * apart * float64(below) * float64(total-below); between > best {
			level, best = v, between
		}
	}
	dark := make([]bool, len(g.pix))
	for i, v := range g.pix {
		dark[i] = int(v) <= level
	}
	return dark
}
