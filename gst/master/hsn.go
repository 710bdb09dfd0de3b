package master

import "sync"

// HSNEntry is a chapter, heading or service code with what trade calls it. The text is no
// tariff: it helps to find a code and decides nothing.
type HSNEntry struct {
	Code        string // 2, 4 or 6 digits
	Description string
	Words       string // further words that people look for, Hindi ones in Latin letters
}

var hsnEntries = sync.OnceValue(func() []HSNEntry {
	rows := table("hsn.csv")
	entries := make([]HSNEntry, 0, len(rows))
	for _, row := range rows {
		entries = append(entries, HSNEntry{row[0], row[1], row[2]})
	}
	return entries
})

// HSNEntries returns the chapters, the headings that are traded most and the common
// service codes, by code.
func HSNEntries() []HSNEntry { return append([]HSNEntry(nil), hsnEntries()...) }
