package views

// EWaysView is the list of e-way bills.
type EWaysView struct {
	ListURL, NewURL, FetchURL, GateURL string
	Chips                              []Chip
	Tab, Query                         string
	Trouble                            *Trouble
	List                               EWayList
}

// EWayList is what a search or a tab replaces.
type EWayList struct {
	Sections              []EWaySection
	Board                 bool // bills that expire, each with its extension beside it
	Newest, Older, Count  string
	Filtered              bool
	ClearURL              string
	NewURL                string
	EmptyTitle, EmptyText string
	TripURL               string // GET with the ticked bills: a trip sheet of them; empty: nothing to tick
	PrintURL              string // GET with the ticked bills: one PDF of them; empty: none
	TripsURL              string // empty: the list is no list of trip sheets
}

// EWaySection is a part of the list; the only one has no title.
type EWaySection struct {
	ID, Title, Text string
	Rows            []EWayRow
}

// EWayRow is one e-way bill, ready to print.
type EWayRow struct {
	ID             string // what its box sends
	URL            string
	Number         string // "3010 0299 9920", "Not made yet"
	Made           string // "22 Nov 2026"
	Paper          string // its document's number
	PaperURL       string // empty: none of ours
	PaperNote      string // "Tax invoice of 22 Nov 2026"
	Party, Journey string // Journey: "Pune → Bengaluru · 842 km"
	Vehicle        string
	Left, LeftKind string // "6 h left"; see StateDot
	Until          string // "until 24 Nov, 23:59"
	Kind, State    string // see StateDot
	Why            string // what it waits for, why it was refused, what is to be heeded
	Bad            bool   // a person must mend that
	Tick           bool   // it can go into a trip sheet or be printed
	Extend         *EWayQuick
}

// EWayQuick asks for more time from the list itself: all but the reason is filled in.
type EWayQuick struct {
	URL     string
	Text    string // "From MH12AB1234 at Satara" or why it is not offered
	Label   string // "Extend", "Extend when the window opens"; empty: not offered
	FormURL string // the whole form
	Reasons []Option
	Hidden  []Sum // names and values sent along
	Left    Field // km left; without an id of its own
	Remark  Field
}

// nothing returns the title and the sentence of an empty list.
func (l EWayList) nothing() (title, text string) {
	if l.EmptyTitle != "" {
		return l.EmptyTitle, l.EmptyText
	}
	return "Nothing found", "No e-way bill fits. Search for a number, a document, a party or a vehicle."
}

// rows is how many bills the list shows.
func (l EWayList) rows() (n int) {
	for _, s := range l.Sections {
		n += len(s.Rows)
	}
	return n
}

// ticks reports whether anything can be ticked.
func (l EWayList) ticks() bool { return l.TripURL != "" || l.PrintURL != "" }

// TripsView is the list of trip sheets.
type TripsView struct {
	Chips         []Chip
	Rows          []TripRow
	Newest, Older string
	BillsURL      string // where bills are chosen for one
}

// TripRow is one trip sheet.
type TripRow struct {
	URL, Number, Made    string
	Vehicle, From, Bills string
	Kind, State          string // see StateDot
	Why                  string
	Bad                  bool
}
