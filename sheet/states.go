package sheet

import (
	"strings"
	"sync"
	"unicode"

	"mohar/gst/master"
)

// stateAliases are names and short names that States go by beside those of the table.
// The two letters are those of ISO 3166-2:IN and of vehicle numbers.
const stateAliases = `
01 jk jammukashmir
02 hp
03 pb
04 ch chandigarhut
05 uk ut ua uttaranchal uttrakhand
06 hr
07 dl newdelhi delhinct nctdelhi
08 rj
09 up uttarpardesh
10 br
11 sk
12 ar
13 nl
14 mn
15 mz
16 tr
17 ml
18 as
19 wb bengal
20 jh
21 od or orissa
22 cg ct chattisgarh chhatisgarh
23 mp
24 gj
26 dn dd dh dnhdd dadranagarhaveli dadraandnagarhaveli damandiu damananddiu dadranagarhavelianddamandiu dadranagarhavelidamandiu
27 mh
29 ka
30 ga
31 ld lakshadweep
32 kl
33 tn tamilnad
34 py pondicherry puduchery
35 an andamannicobarislands andamannicobar andamanandnicobar
36 ts tg telengana
37 ap ad andhrapradeshnew
38 la ladhak
96 outsideindia foreign foreigncountry othercountry export overseas
97 otherterritories`

// stateNames gives the code of a State by its letters in small.
var stateNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, s := range master.States() {
		names[stateLetters(s.Name)] = s.Code
	}
	for line := range strings.Lines(stateAliases) {
		if fields := strings.Fields(line); len(fields) > 0 {
			for _, alias := range fields[1:] {
				names[alias] = fields[0]
			}
		}
	}
	return names
})

// stateLetters keeps the letters of a name, in small, without "of" and "the".
func stateLetters(s string) string {
	s = strings.ReplaceAll(strings.ToLower(s), "&", " and ")
	words := strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	var b strings.Builder
	for _, w := range words {
		if w != "of" && w != "the" && w != "state" {
			b.WriteString(w)
		}
	}
	return b.String()
}

// stateCode reads a State as files name it: "27", "7", "27-Maharashtra", "Maharashtra
// (27)", "Maharashtra", "MH". It returns "" for what is none.
func stateCode(s string) string {
	number := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	letters := stateLetters(s)
	if len(number) == 1 {
		number = "0" + number
	}
	if len(number) == 2 && master.StateExists(number) {
		// A number that contradicts its name is a mistake that only a person can mend.
		if code, ok := stateNames()[letters]; ok && code != number {
			return ""
		}
		return number
	}
	if number != "" {
		return ""
	}
	return stateNames()[letters]
}
