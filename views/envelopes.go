package views

import "strconv"

// CallsView is what was said to the portal about a document, the newest first.
type CallsView struct {
	Document string // "INV/26-27/0418"
	URL      string // the document's page
	Calls    []CallView
	Older    int    // calls that are left out of the page
	AllURL   string // the page with all of them; empty: these are all
	FileURL  string // the same as a text file
	Text     string // for a help desk, ready to be copied
}

// CallView is one call and what came back.
type CallView struct {
	Title    string // "Get the IRN"
	Provider string
	When     string // "22 Nov 2026, 10:44:08.120"
	Kind     string // good, wait, bad or muted
	Outcome  string // "Answered"
	Code     string // "2150"; may be empty
	Meaning  string // of the code, or what went wrong; may be empty
	Facts    []Sum  // attempt, duration, HTTP status
	Method   string
	URL      string
	Request  string // head and body, ready to be read; empty: none was kept
	Reply    string
}

// count says how many calls the page shows, in words.
func (v CallsView) count() string {
	if len(v.Calls) == 1 && v.Older == 0 {
		return "1 call"
	}
	if v.Older > 0 {
		return "The latest " + strconv.Itoa(len(v.Calls)) + " of " + strconv.Itoa(len(v.Calls)+v.Older) + " calls"
	}
	return strconv.Itoa(len(v.Calls)) + " calls"
}
