package views

// ElsewhereView is the page that records documents which another program issued.
type ElsewhereView struct {
	URL         string
	TemplateURL string

	Done string // "412 documents recorded."; empty: nothing was
	// DoneText is what that means.
	DoneText string
	Offers   []SeriesOffer // series that could go on behind the highest number

	Form   ElsewhereForm
	Upload *ElsewhereUpload // a file that was read; nil: none yet
	// Problem says why a file as a whole was refused.
	File, Problem string
}

// ElsewhereForm is one document, typed.
type ElsewhereForm struct {
	Open    bool
	Problem string
	Type    Field
	Types   []Option
	Supply  Field
	Kinds   []Option
	Place   Field
	Places  []Option
	Head    []Field // number, date, buyer, GSTIN
	Figures []Field // HSN, rate, taxable value, taxes, total
	Portal  []Field // IRN, acknowledgement
	Note    []Field // the original of a note
	Reverse Field
	Void    Field

	ReverseOn, VoidOn bool
}

// ElsewhereUpload is a file that was read, before anything is recorded.
type ElsewhereUpload struct {
	File    string
	Heading string // "Sheet Data, heading in row 1; not used: Remarks"
	Kept    string // the file, to be sent back with the second press; empty: choose it again
	Good    int
	Bad     int // documents with faults
	Summary string
	Faults  []ElsewhereFault
	More    int // faults that are not shown
	Rows    []ElsewhereRow
	Rest    int // good documents that are not shown
}

// ElsewhereFault is what is wrong with one cell.
type ElsewhereFault struct {
	Row, Column, Cell, Text string
	Warning                 bool
}

// ElsewhereRow is one document of the file.
type ElsewhereRow struct{ Row, Kind, Number, Date, Buyer, Taxable, Tax, Total, Note string }

// SeriesOffer asks whether the numbers of a kind of document are to go on behind those of
// the other program.
type SeriesOffer struct{ URL, Type, Kind, Last, Next string }
