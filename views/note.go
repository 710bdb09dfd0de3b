package views

// NoteView is the page that makes a credit or debit note to a document in one press.
type NoteView struct {
	URL      string // of the page: its form goes there
	Type     string // CRN or DBN
	Debit    bool
	OtherURL string // the same page for the other kind of note
	Seen     string // how many notes the page knows of, so that none is made twice

	Original, OriginalURL string
	OriginalText          string // "22 Nov 2026 · Konkan Agro Foods LLP · ₹ 13,545.00"
	LeftText              string // "₹ 2,360.00 of ₹ 11,800.00 is not credited"
	Nothing               bool   // nothing is left to credit

	Faults  []string // what is wrong with none of the fields
	Reason  Field
	Reasons []Option
	Remarks Field
	Lines   []NoteLine
	Result  NoteResult

	IssueLabel string
}

// NoteLine is a line of the original with what is to be credited of it.
type NoteLine struct {
	Number, Description, HSN string
	Left                     string // "8 of 10 KGS"
	LeftValue                string // "7,200.00 of 9,000.00"
	Qty, Value               Field  // as typed
	Gone                     bool   // nothing is left
}

// NoteResult is what the note amounts to so far; typing replaces it.
type NoteResult struct {
	URL    string
	Empty  string // what to do first; empty: the sums say it
	Sums   []Sum
	Total  string
	Words  string
	Checks []Check
}

// LinkedView is a document that another one goes back to, or that goes back to it.
type LinkedView struct {
	Relation string // "Credit note", "Made from quotation"
	URL      string
	Number   string
	Note     string // "22 Nov 2026 · ₹ 2,360.00"
	Kind     string // of the state; see StateDot
	State    string
}

// MakeInvoice offers the invoice of a quotation, a proforma invoice or a challan.
type MakeInvoice struct {
	URL   string
	Made  string // "INV/26-27/0003": there is one already, so that it is asked first; may be empty
	Again string // the question
	Open  bool   // it is asked now
}

// VoidForm gives a document up, with the reason.
type VoidForm struct {
	URL, Label, Question, Answer string
	Open                         bool // it came back with messages
	Reason                       Field
	Copy                         string // words of a second button that gives it up and copies it; empty: none
}

// noteLabel is the word over a cell of a debit or a credit note.
func noteLabel(debit bool, more, back string) string {
	if debit {
		return more
	}
	return back
}
