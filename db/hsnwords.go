package db

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"mohar/gst/master"
)

// ownTable is the program's own table of tariff codes, ready to be searched.
type ownTable struct {
	entries []ownEntry
	byCode  map[string]master.HSNEntry
}

// ownEntry is a code with its words, folded.
type ownEntry struct {
	HSNCode
	description []string
	words       []string
}

// ownCodes reads the table once.
var ownCodes = sync.OnceValue(func() ownTable {
	all := master.HSNEntries()
	t := ownTable{byCode: make(map[string]master.HSNEntry, len(all))}
	for _, e := range all {
		t.byCode[e.Code] = e
		t.entries = append(t.entries, ownEntry{
			HSNCode{Code: e.Code, Description: e.Description}, folded(e.Description), folded(e.Words),
		})
	}
	return t
})

// beginning returns the codes of a length that begin with some digits.
func (t ownTable) beginning(start string, length int) (found []HSNCode) {
	for _, e := range t.entries {
		if len(e.Code) == length && strings.HasPrefix(e.Code, start) {
			found = append(found, e.HSNCode)
		}
	}
	return found
}

// fitting returns the codes that words fit, by grade and within it those first whose
// description begins with a word, and chapters last: no document may name one.
func (t ownTable) fitting(words []string) (found [grades][]HSNCode) {
	type hit struct {
		HSNCode
		chapter, later bool
	}
	var hits [grades][]hit
	for i := range t.entries {
		e := &t.entries[i]
		if g := e.grade(words); g < grades {
			later := len(e.description) == 0 || !slices.ContainsFunc(words, func(w string) bool {
				return strings.HasPrefix(e.description[0], w)
			})
			hits[g] = append(hits[g], hit{e.HSNCode, len(e.Code) == 2, later})
		}
	}
	for g := range hits {
		slices.SortStableFunc(hits[g], func(a, b hit) int {
			return cmp.Or(cmp.Compare(flag(a.chapter), flag(b.chapter)), cmp.Compare(flag(a.later), flag(b.later)),
				cmp.Compare(len(a.Code), len(b.Code)), strings.Compare(a.Code, b.Code))
		})
		for _, h := range hits[g] {
			found[g] = append(found[g], h.HSNCode)
		}
	}
	return found
}

// grade is how well all words fit; grades when one does not.
func (e *ownEntry) grade(words []string) grade {
	best := inDescription
	whole := true // all words stand there as a whole
	described := true
	for _, w := range words {
		begins := func(token string) bool { return strings.HasPrefix(token, w) }
		inText, inFurther := slices.Contains(e.description, w), slices.Contains(e.words, w)
		startsText := slices.ContainsFunc(e.description, begins)
		if !startsText && !slices.ContainsFunc(e.words, begins) && !strings.HasPrefix(e.Code, w) {
			return grades
		}
		if !inText {
			best = inWords
		}
		whole = whole && (inText || inFurther)
		described = described && startsText
	}
	switch {
	case whole:
		return best
	case described:
		return beginning
	}
	return anywhere
}

// ownWords are the words by which the program's own table finds a code or the longest
// beginning of it below its chapter, so that a list finds its codes by them as well.
func ownWords(code string) string {
	for end := len(code); end >= 4; end-- {
		if e, ok := ownCodes().byCode[code[:end]]; ok {
			return strings.Join(folded(e.Description+" "+e.Words), " ")
		}
	}
	return ""
}

// folded cuts a text into words that compare: in small letters, without plural endings.
func folded(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		words[i] = singular(w)
	}
	return words
}

// singular is a word without its plural ending, roughly: battery, batteries and the
// beginning batteri are one. Wrong forms do no harm, all words go through it.
func singular(w string) string {
	if len(w) < 4 {
		return w
	}
	for _, ending := range []string{"xes", "ches", "shes", "sses"} {
		if strings.HasSuffix(w, ending) {
			return strings.TrimSuffix(w, "es")
		}
	}
	if !strings.HasSuffix(w, "ss") {
		w = strings.TrimSuffix(w, "s")
	}
	switch {
	case strings.HasSuffix(w, "ie"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "y"):
		return w[:len(w)-1] + "i"
	}
	return w
}
