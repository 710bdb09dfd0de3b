package views

// InvoicesView is the invoice list.
type InvoicesView struct {
	ListURL   string // of this page, without query: the search and the chips ask it
	NewURL    string
	NewLabel  string   // "New invoice"
	ImportURL string   // empty: no import
	Kinds     []Option // the documents that can be made, the value being the address; none: invoices alone
	Types     []Option // kinds of documents that the list can be narrowed to; none: no choice
	Figures   []Figure // four, or none
	Trouble   *Trouble // what is wrong on the way to the portal; nil: nothing
	Chips     []Chip
	Query     string // what is searched for, as typed
	State     string // of the current chip; sent along with a search
	List      InvoiceList
}

// InvoiceList is what a search or a chip replaces: the rows and the line below them.
type InvoiceList struct {
	Rows   []InvoiceRow
	Newest string // URLs; empty: this is that page, or there is none
	Older  string
	Count  string // "418 documents · ₹ 3,84,16,220.00"; may be empty
	Bulk   *BulkBar
	// Filtered is true when a search or a chip hides documents, so that an empty list
	// means "nothing found" and not "nothing yet".
	Filtered bool
	ClearURL string // shows everything again
	NewURL   string
	NewLabel string
	// EmptyTitle and EmptyText are what an empty list says while Filtered, where the filter
	// has something better to say than "Nothing found": "Nothing to fix". Both may be empty.
	EmptyTitle, EmptyText string
}

// nothing returns the title and the sentence of an empty list that is filtered.
func (l InvoiceList) nothing() (title, text string) {
	if l.EmptyTitle != "" {
		return l.EmptyTitle, l.EmptyText
	}
	return "Nothing found", "No document fits. Search for a number, a customer, a GSTIN or an IRN; three letters find any part of it."
}

// emptyIcon is the icon over it.
func (l InvoiceList) emptyIcon() string {
	if l.EmptyTitle != "" {
		return "circle-check"
	}
	return "search"
}

// Figure is one of the numbers above the list.
type Figure struct {
	Label, Value string
	Note         string
	Kind         string // of the note: good, wait, bad or muted
	URL          string // leads to what it counts; empty: nowhere
}

// Chip is a filter with its count.
type Chip struct {
	Label, Count, URL string
	Current           bool
}

// InvoiceRow is one line of the invoice list, ready to print.
type InvoiceRow struct {
	ID           string // what its box sends
	Type         string // "Credit note"; empty for tax invoices, of which most are
	URL, PDFURL  string // PDFURL is empty for drafts
	Number, Date string
	Customer     string
	CustomerNote string // "27AABFK4417C1ZS · Maharashtra"
	Total        string // "1,77,455.00", "−4,956.00"
	Kind, State  string // see StateDot
	EWayBill     string // "1816 4420 0912"; empty: none
}
