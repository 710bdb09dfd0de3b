// Package lang holds the words that people read, by key. It knows nothing of where
// they are shown and imports nothing of ours; the names of faults, states and reasons
// are strings here.
//
// Keys: "fault.<rule>" for what is wrong with a field, "portal.<code>" for the plain
// answer to a code of the portal or a GSP, "noirn.<reason>" for why a document needs no
// IRN, "ewayneed.<reason>" for why it needs an e-way bill or none, "why.…" for the sentences
// around both, "irn.<state>" for how it stands with the portal, "cancel.<1-4>" for the
// reasons of cancelling, "call.<operation>" and "outcome.<outcome>" for calls to the portal,
// "note.<reason>" for the reasons of a note, "rule.<rule>" for what the dated law is called.
package lang

import (
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Language is one language's words. The zero value has none.
type Language struct{ words map[string]string }

//go:embed en.json
var english []byte

// English is the language that has every key.
var English = load(english)

// load reads the words of a language. The files are part of the program and a test
// reads each, so a malformed one can only be a mistake of the build: it panics.
func load(file []byte) Language {
	var words map[string]string
	if err := json.Unmarshal(file, &words); err != nil {
		panic("lang: " + err.Error())
	}
	return Language{words: words}
}

// Has reports whether the language has words for the key.
func (l Language) Has(key string) bool {
	_, ok := l.words[key]
	return ok
}

// Text returns the words of the key with args put in place of {0}, {1} …; a place
// without an argument stays empty. For an unknown key it returns the key itself, so
// that a gap shows, but "" for "portal." and "ewaycode." keys: codes are the portal's and
// new ones come, and the portal's own words are shown then.
func (l Language) Text(key string, args ...string) string {
	text, ok := l.words[key]
	if !ok {
		if strings.HasPrefix(key, "portal.") || strings.HasPrefix(key, "ewaycode.") {
			return ""
		}
		return key
	}
	return fill(text, args)
}

// Keys returns all keys, sorted.
func (l Language) Keys() []string { return slices.Sorted(maps.Keys(l.words)) }

// fill replaces {0}, {1} … by args in one pass, so that braces inside an argument stay
// as they are.
func fill(text string, args []string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inside, after, closed := strings.Cut(rest, "}")
		n, err := strconv.Atoi(inside)
		if !closed || err != nil || n < 0 {
			b.WriteByte('{')
			text = rest
			continue
		}
		if n < len(args) {
			b.WriteString(args[n])
		}
		text = after
	}
}
