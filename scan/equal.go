package scan

import (
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// sharpenings are how much of the difference to its neighbours a module's grey is given
// back, because blur and coarse pixels took it away.
var sharpenings = []float64{0, 0.6, 1.2, 2.5}

// decode reads the greys of a code's modules as text.
func decode(values [][]float64) (string, bool) {
	for _, s := range sharpenings {
		sharp := sharpened(values, s)
		for _, level := range []func([][]float64) [][]float64{means, middles} {
			if text, ok := decodeBits(sharp, level(sharp)); ok {
				return text, true
			}
		}
	}
	clear := unblur(values)
	zero := make([][]float64, len(clear))
	for y := range zero {
		zero[y] = make([]float64, len(clear))
	}
	return decodeBits(clear, zero)
}

// sharpened adds to every grey its difference to the mean of its neighbours, so many
// times.
func sharpened(values [][]float64, times float64) [][]float64 {
	if times == 0 {
		return values
	}
	n := len(values)
	clamp := func(i int) int { return max(0, min(i, n-1)) }
	sharp := make([][]float64, n)
	for y := range n {
		sharp[y] = make([]float64, n)
		for x := range n {
			beside := values[y][clamp(x-1)] + values[y][clamp(x+1)] + values[clamp(y-1)][x] + values[clamp(y+1)][x]
			sharp[y][x] = values[y][x] + times*(values[y][x]-beside/4)
		}
	}
	return sharp
}

// means are the mean greys around each module.
func means(values [][]float64) [][]float64 {
	const reach = 6
	n := len(values)
	sums := make([][]float64, n+1)
	sums[0] = make([]float64, n+1)
	for y := range n {
		sums[y+1] = make([]float64, n+1)
		line := 0.0
		for x := range n {
			line += values[y][x]
			sums[y+1][x+1] = sums[y][x+1] + line
		}
	}
	level := make([][]float64, n)
	for y := range n {
		level[y] = make([]float64, n)
		top, bottom := max(0, y-reach), min(n, y+reach+1)
		for x := range n {
			left, right := max(0, x-reach), min(n, x+reach+1)
			sum := sums[bottom][right] - sums[bottom][left] - sums[top][right] + sums[top][left]
			level[y][x] = sum / float64((bottom-top)*(right-left))
		}
	}
	return level
}

// middles are the greys halfway between the darkest and the lightest around each module.
func middles(values [][]float64) [][]float64 {
	const reach = 4
	n := len(values)
	level := make([][]float64, n)
	for y := range n {
		level[y] = make([]float64, n)
		for x := range n {
			dark, light := values[y][x], values[y][x]
			for j := max(0, y-reach); j < min(n, y+reach+1); j++ {
				for i := max(0, x-reach); i < min(n, x+reach+1); i++ {
					dark, light = min(dark, values[j][i]), max(light, values[j][i])
				}
			}
			level[y][x] = (dark + light) / 2
		}
	}
	return level
}

// decodeBits reads modules that are dark where they are below their level; also mirrored.
func decodeBits(values, level [][]float64) (string, bool) {
	n := len(values)
	matrix, err := gozxing.NewSquareBitMatrix(n)
	if err != nil {
		return "", false
	}
	for y := range n {
		for x := range n {
			if values[y][x] < level[y][x] {
				matrix.Set(x, y)
			}
		}
	}
	result, err := decoder.NewDecoder().DecodeWithoutHint(matrix)
	if err != nil {
		return "", false
	}
	return result.GetText(), true
}
