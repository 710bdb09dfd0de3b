package pdf

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// missing stands for a character that the fonts cannot show: never nothing, so that a
// reader sees that something was there.
const missing = '?'

// Unprintable returns the characters of s that the embedded fonts cannot show and that
// would come out as "?" on paper, each once, in the order of appearance. Screens warn
// with it before a document is issued. Broken UTF-8 counts as U+FFFD; characters
// without a shape (controls, joiners) are no loss and are left out.
func Unprintable(s string) []rune {
	var lost []rune
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		broken := r == utf8.RuneError && size == 1
		if !broken && (unicode.Is(printable, r) || shapeless(r) || lookalike(r) != "") {
			continue
		}
		if !slices.Contains(lost, r) {
			lost = append(lost, r)
		}
	}
	return lost
}

// clean makes any text safe to draw. gofpdf panics on broken UTF-8 and on characters
// above U+FFFF, and shows others that the font lacks as empty boxes. Line breaks stay.
func clean(s string) string {
	if plain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, string(missing)), "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case shapeless(r):
		case unicode.Is(printable, r):
			b.WriteRune(r)
		case lookalike(r) != "":
			b.WriteString(lookalike(r))
		default:
			b.WriteRune(missing)
		}
	}
	return b.String()
}

// oneLine cleans s and puts it on one line.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

// plain reports whether s is ASCII without controls, as most text of an invoice is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// shapeless reports whether r marks nothing on paper: controls, joiners, byte order
// marks, soft hyphens, variation selectors.
func shapeless(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector)
}

// lookalike returns what is drawn instead of a common sign that Noto Sans lacks, and
// "" where there is no fair substitute.
func lookalike(r rune) string {
	switch r {
	case '\u2212': // minus sign, of negative amounts
		return "–"
	case '\u2300', '\u2205': // diameter sign, empty set, both typed for a diameter
		return "Ø"
	case '\u2206': // increment
		return "Δ"
	case '\u2264':
		return "<="
	case '\u2265':
		return ">="
	case '\u2190':
		return "<-"
	case '\u2192':
		return "->"
	case '\u25CF', '\u25AA', '\u25A0', '\u2219', '\u22C5': // bullets of lists
		return "•"
	case '\u2713', '\u2714': // ticks
		return "•"
	}
	return ""
}

// wrap breaks text into lines that fit into width: at line breaks, at blanks, and
// inside a word that is wider than a whole line. It returns no line for empty text.
func wrap(text string, width float64, measure func(string) float64) []string {
	var lines []string
	for _, part := range strings.Split(clean(text), "\n") {
		lines = append(lines, wrapWords(strings.Fields(part), width, measure)...)
	}
	return lines
}

// wrapWords fills lines with words.
func wrapWords(words []string, width float64, measure func(string) float64) []string {
	var lines []string
	line := ""
	for _, word := range words {
		joined := word
		if line != "" {
			joined = line + " " + word
		}
		if measure(joined) <= width {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		whole, rest := splitWord(word, width, measure)
		lines = append(lines, whole...)
		line = rest
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// splitWord cuts full lines off a word that is too wide for one, and returns what is
// left over. A line holds at least one character, however narrow it is.
func splitWord(word string, width float64, measure func(string) float64) (lines []string, rest string) {
	start, used := 0, 0.0
	for i, r := range word {
		wide := measure(string(r))
		if used+wide > width && i > start {
			lines = append(lines, word[start:i])
			start, used = i, 0
		}
		used += wide
	}
	return lines, word[start:]
}

// limit keeps the first lines of a block that cannot run over a page. The ellipsis
// shows that more was there.
func limit(lines []textLine, most int) []textLine {
	if len(lines) <= most {
		return lines
	}
	cut := slices.Clone(lines[:most])
	cut[most-1].s += " …"
	return cut
}
