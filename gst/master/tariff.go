package master

import (
	"strings"
	"sync"
)

// headings holds every four-digit heading of the tariff.
var headings = sync.OnceValue(func() map[string]bool {
	text, err := files.ReadFile("data/headings.txt")
	if err != nil {
		panic("master: " + err.Error())
	}
	known := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		for _, span := range fields[1:] {
			from, to, isRange := strings.Cut(span, "-")
			if !isRange {
				to = from
			}
			for n := number(from); n <= number(to); n++ {
				known[fields[0]+string([]byte{byte('0' + n/10), byte('0' + n%10)})] = true
			}
		}
	}
	return known
})

// HSNKnown reports whether the chapter and heading (the first four digits) of an HSN
// or service code exist. The portal's own master goes deeper and has gaps: it refuses
// 521211, though heading 5212 is there, and takes its eight-digit children.
func HSNKnown(code string) bool { return len(code) >= 4 && headings()[code[:4]] }

// ServiceCode reports whether the code is a service's (chapter 99).
func ServiceCode(code string) bool { return strings.HasPrefix(code, "99") }
