package views

// ByHandView is the page for registering documents by hand at the portal while the
// providers are away.
type ByHandView struct {
	URL      string // POST: do is give, give_all, back, back_all or bring
	Practice bool
	Waiting  int64 // how many wait altogether
	Most     int   // documents a file holds

	Done, DoneText string // what was done just now; empty: nothing
	DoneURL        string // of the file that was made of it; empty: none
	Left           []ByHandLeft

	Rows    []ByHandRow // that can be given out, and those that cannot yet
	More    bool        // there are more than those
	Free    int         // of Rows and beyond, how many the button for all gives out
	Chosen  bool        // the page was asked for one of them
	Batches []ByHandBatch

	File, Problem string // why a file was refused
	Report        *ByHandReport
	Columns       string // that are looked for in a table
}

// ByHandRow is one document.
type ByHandRow struct {
	ID, URL, Number, Kind, Date, Buyer, Total string
	StateKind, State                          string // see StateDot
	Bar                                       string // why it cannot be given out; empty: it can
	Checked                                   bool
}

// ByHandLeft is a document that was left as it was.
type ByHandLeft struct{ Number, Text string }

// ByHandBatch is what was given out at one time and is not back yet.
type ByHandBatch struct {
	At, When, FileURL, Size string
	Rows                    []ByHandRow
	More                    string // rows that are not shown
}

// ByHandReport is what came of a file of the portal's answers.
type ByHandReport struct {
	File    string
	Heading string // where the table was found; empty for JSON
	Counts  []Figure
	Rows    []ByHandOutcome // those that need somebody first
	More    string          // rows that are not shown
}

// ByHandOutcome is what came of one answer.
type ByHandOutcome struct{ Place, Number, URL, Kind, Word, Text string }
