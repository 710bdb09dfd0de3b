package views

import "github.com/a-h/templ"

// QueueView is the page of all documents that are on their way to the portal.
type QueueView struct {
	URL      string // of what is shown, which the page asks for again
	Every    string // how often: "2s"
	Promise  Problem
	Busy     bool // something waits
	Paused   bool
	PauseURL string
	NowURL   string // has everything tried at once; empty: nothing waits
	BulkURL  string
	Held     int64  // how many were not sent yet
	AllURL   string // back to all parts; empty: these are all
	Figures  []Figure
	Health   []ProviderHealth
	Sections []QueueSection
	Bulks    []BulkLine
}

// QueueSection is one part of the queue.
type QueueSection struct {
	ID, Kind, Title, Text, Count string
	Rows                         []QueueRow
	AllURL, AllLabel             string // leads to all of it
	Newest, Older                string // pages of it
	Held                         bool   // its documents are not sent yet
}

// QueueRow is one document of it, ready to print; what is not known is empty.
type QueueRow struct {
	URL, Number, Customer, Total string
	Date                         string // of the document, where it does not wait
	Age                          string // how long it waits: "9 minutes"
	Tries, Next, Through         string
	Why                          string
	Bad                          bool // the reason is one that a person must mend
}

// ProviderHealth is how one provider answers, in words.
type ProviderHealth struct {
	Name        string
	Kind, State string // see StateDot
	Rate        string // "41 of 42 calls answered in the last hour, mostly in 0.8 s"
	Why         string // what went wrong last
}

// Trouble is what is wrong on the way to the portal, in a line.
type Trouble struct {
	Text      string
	Providers []ProviderHealth
	URL       string // leads to the queue
}

// BulkLine is a piece of work in a list.
type BulkLine struct {
	URL, Title, Text, Note string
	Kind, State            string // see StateDot
}

// refreshed has a part of a page asked for again and again.
func refreshed(url, every string) templ.Attributes {
	return templ.Attributes{"hx-get": url, "hx-trigger": "every " + every, "hx-swap": "outerHTML"}
}

// following has the progress asked for each second while there is some.
func (v BulkView) following() templ.Attributes {
	if v.Ended {
		return nil
	}
	return refreshed(v.URL, "1s")
}
