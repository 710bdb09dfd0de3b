package scan

import "math"

// signs are modules as numbers: -1 dark, 1 light. Around the code everything is light.
type signs struct {
	size int
	of   []float64
}

func (s signs) at(x, y int) float64 {
	if x < 0 || y < 0 || x >= s.size || y >= s.size {
		return 1
	}
	return s.of[y*s.size+x]
}

// taps is how much of a module and of its eight neighbours a grey is made of, and a
// constant behind them.
type taps [10]float64

// blurred is the grey that taps make of the modules around a place.
func (t *taps) blurred(s signs, x, y int) float64 {
	sum := t[9]
	for i := range 9 {
		sum += t[i] * s.at(x+i%3-1, y+i/3-1)
	}
	return sum
}

// unblur decides every module together with its neighbours: from a first guess it learns
// how the picture smears modules into each other, then turns over what explains the greys
// better, and learns again. It returns modules that are dark below zero.
//
// That is maximum-likelihood detection by iterated conditional modes; see J. Besag, "On
// the Statistical Analysis of Dirty Pictures", 1986.
func unblur(values [][]float64) [][]float64 {
	n := len(values)
	even := evened(sharpened(values, 1.2))
	guess := signs{n, make([]float64, n*n)}
	for i, v := range even {
		guess.of[i] = math.Copysign(1, v)
	}
	seen := evened(values)
	for range 4 {
		t, ok := learn(seen, guess)
		if !ok {
			break
		}
		for range 4 {
			if turned(seen, guess, &t) == 0 {
				break
			}
		}
	}
	rows := make([][]float64, n)
	for y := range n {
		rows[y] = guess.of[y*n : (y+1)*n]
	}
	return rows
}

// evened takes light and contrast of the surroundings out of greys.
func evened(values [][]float64) []float64 {
	n := len(values)
	level := means(values)
	apart := make([][]float64, n)
	for y := range n {
		apart[y] = make([]float64, n)
		for x := range n {
			apart[y][x] = math.Abs(values[y][x] - level[y][x])
		}
	}
	contrast := means(apart)
	even := make([]float64, n*n)
	for y := range n {
		for x := range n {
			even[y*n+x] = (values[y][x] - level[y][x]) / max(contrast[y][x], 1)
		}
	}
	return even
}

// learn fits taps to greys and the modules they are believed to come from, by least
// squares.
func learn(seen []float64, s signs) (taps, bool) {
	var normal [10][11]float64
	var row [10]float64
	row[9] = 1
	for y := range s.size {
		for x := range s.size {
			for i := range 9 {
				row[i] = s.at(x+i%3-1, y+i/3-1)
			}
			value := seen[y*s.size+x]
			for i := range 10 {
				for j := i; j < 10; j++ {
					normal[i][j] += row[i] * row[j]
				}
				normal[i][10] += row[i] * value
			}
		}
	}
	for i := range 10 {
		for j := range i {
			normal[i][j] = normal[j][i]
		}
	}
	return solved(&normal)
}

// solved solves ten equations by elimination.
func solved(m *[10][11]float64) (t taps, ok bool) {
	for i := range 10 {
		best := i
		for j := i + 1; j < 10; j++ {
			if math.Abs(m[j][i]) > math.Abs(m[best][i]) {
				best = j
			}
		}
		m[i], m[best] = m[best], m[i]
		if math.Abs(m[i][i]) < 1e-9 {
			return t, false
		}
		for j := i + 1; j < 10; j++ {
			f := m[j][i] / m[i][i]
			for k := i; k < 11; k++ {
				m[j][k] -= f * m[i][k]
			}
		}
	}
	for i := 9; i >= 0; i-- {
		sum := m[i][10]
		for k := i + 1; k < 10; k++ {
			sum -= m[i][k] * t[k]
		}
		t[i] = sum / m[i][i]
	}
	return t, true
}

// turned turns over each module whose other value explains the greys around it better, and
// returns how many.
func turned(seen []float64, s signs, t *taps) (n int) {
	rest := make([]float64, len(seen)) // what the taps leave unexplained
	for y := range s.size {
		for x := range s.size {
			rest[y*s.size+x] = seen[y*s.size+x] - t.blurred(s, x, y)
		}
	}
	for y := range s.size {
		for x := range s.size {
			change := -2 * s.of[y*s.size+x]
			gain := 0.0
			around(s.size, x, y, func(at, tap int) {
				d := t[tap] * change
				gain += d * (2*rest[at] - d)
			})
			if gain <= 0 {
				continue
			}
			n++
			s.of[y*s.size+x] += change
			around(s.size, x, y, func(at, tap int) { rest[at] -= t[tap] * change })
		}
	}
	return n
}

// around calls f for each grey that a module has a part in, with the tap of that part.
func around(size, x, y int, f func(at, tap int)) {
	for i := range 9 {
		gx, gy := x-(i%3-1), y-(i/3-1)
		if gx >= 0 && gy >= 0 && gx < size && gy < size {
			f(gy*size+gx, i)
		}
	}
}
