package views

import "strconv"

// step is the number in front of a sample.
func step(i int) string { return strconv.Itoa(i+1) + "." }
