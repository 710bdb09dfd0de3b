package sandbox

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
)

// Numbers are kept in thousandths, the finest the portal knows: amounts in
// thousandths of a rupee, quantities and rates likewise. Its largest figure,
// 99,999,999,999,999.99 rupees, leaves room for ninety times as much.
const (
	one   = int64(1000)
	rupee = one // the portal's tolerance
)

// readFigure returns the number in thousandths and how many decimals it really
// needs, which is 4 when it needs more than three. It reports false for numbers
// beyond int64.
func readFigure(raw string) (milli int64, decimals int, ok bool) {
	if strings.ContainsAny(raw, "eE") {
		if len(raw) > 32 { // big.Rat would write out every zero of 1e999999999
			return 0, 0, false
		}
		f, good := new(big.Rat).SetString(raw)
		if !good || !exponentSmall(raw) {
			return 0, 0, false
		}
		raw = f.FloatString(6)
	}
	digits, negative := strings.CutPrefix(raw, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	decimals = min(len(fraction), 4)
	fraction = (fraction + "000")[:3]
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	if negative {
		n = -n
	}
	return n, decimals, true
}

// exponentSmall reports whether a number with an exponent is of a size to be read.
func exponentSmall(raw string) bool {
	i := strings.IndexAny(raw, "eE")
	e, err := strconv.Atoi(strings.TrimPrefix(raw[i+1:], "+"))
	return err == nil && e >= -30 && e <= 30
}

// times returns a×b÷d, rounded down, for a and b not negative; the largest number
// when it does not fit.
func times(a, b, d int64) int64 {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	if hi >= uint64(d) {
		return math.MaxInt64
	}
	q, _ := bits.Div64(hi, lo, uint64(d))
	if q > math.MaxInt64 {
		return math.MaxInt64
	}
	return int64(q)
}

// product returns quantity × price.
func product(a, b int64) int64 { return times(a, b, one) }

// percent returns rate percent of an amount.
func percent(amount, rate int64) int64 { return times(amount, rate, 100*one) }

// near reports whether two amounts differ by no more than a rupee.
// Source: the portal's validation rules, tolerance ±1.
func near(a, b int64) bool { return a-b <= rupee && b-a <= rupee }
