package views

import (
	"cmp"

	"github.com/a-h/templ"
)

// InvoiceView is one document as it stands: the paper at the left, what happened and
// what can still change at the right.
type InvoiceView struct {
	Kind     string // "Tax invoice", "Credit note"
	Number   string // empty for a draft
	Date     string // "22 Nov 2026"
	Practice bool   // printed across the paper

	Seller PartyView
	Buyer  PartyView
	ShipTo *PartyView
	Facts  []Sum // "Place of supply", "Reverse charge" …

	Lines   []LineView
	Sums    []Sum
	Total   string
	Words   string
	Remarks string

	State   InvoiceState
	PDFURL  string // empty: nothing to print yet
	JSONURL string // the signed document; empty: none

	CopiesURL string // all copies that are printed, each marked; empty: one alone

	INV01URL string // what is sent to the portal; empty: nothing yet

	Note *Problem // what came of what was just asked for, above everything; nil: nothing was
}

// PartyView is a seller, buyer or consignee on paper.
type PartyView struct {
	Heading string // "Buyer (Bill to)"; unused for the seller
	Name    string
	Lines   []string // of the address
	GSTIN   string
}

// LineView is one line on paper.
type LineView struct {
	Number, Description, HSN, Qty, Price, Discount, Taxable, GST string
	Note                                                         string // batch, serial number …; may be empty
}

// InvoiceState is everything on the page that changes by itself while the portal is
// asked; it is drawn anew as a whole.
type InvoiceState struct {
	Kind, Word string // see StateDot
	// WatchURL sends InvoiceStateParts as a server-sent event "state" after each change,
	// and gives them as HTML to a plain GET; empty once nothing more can come.
	WatchURL string
	JSONURL  string // InvoiceView's, for the page that waited for it; empty: not there yet
	HandURL  string // where it is registered by hand; empty: it needs no IRN, or has it
	EInvoice *EInvoiceView
	Problem  *Problem // what stands in the way, with what mends it
	Events   []EventView
	Changes  Changes
	Linked   []LinkedView
	LeftText string     // "₹ 2,360.00 of ₹ 11,800.00 is not credited"; empty: nothing is
	EWay     *EWayPanel // its e-way bill; nil: none is needed and there is none
	Why      []Check    // why the document needs an IRN or an e-way bill, or none
	CallsURL string     // what was said to the portal; empty: nothing was
}

// EInvoiceView is what the portal gave.
type EInvoiceView struct {
	IRN, AckNo, AckDate string
	Signature           string // "Signature verified against the NIC certificate"
	SignatureKind       string // good, wait or bad
	EWayBill            string // "331000000012 until 24 Nov 2026, 23:59"; empty: none was made with it
	Cancelled           string // "Cancelled 22 Nov 2026, 16:02"; empty: it stands
	QR                  templ.Component
}

// Problem is why a document is not registered, in plain words.
type Problem struct {
	Kind    string // wait or bad
	Title   string
	Text    string
	URL     string     // after the text: to the page that mends it; may be empty
	Link    string     // its words: "Open E-Invoice Credentials"
	Sides   []SideView // the portal's document beside this one
	Details []ProblemDetail
}

// SideView is one thing that the portal's document and this one have.
type SideView struct {
	Field, There, Here string
	Differs            bool
}

// ProblemDetail is one code of a refusal.
type ProblemDetail struct {
	Code, Text string
	URL        string // to the field that needs mending; may be empty
	Link       string // its words: "Mend the PIN code"
}

// EventView is one thing that happened, the newest first.
type EventView struct {
	Icon, Kind        string // Kind colours the icon: good, wait, bad or muted
	Title, Text, When string
}

// Changes are what can still be done with the document. What is nil or empty is not
// offered.
type Changes struct {
	RegisterURL string // POST: send what was held
	GivenOut    bool   // it lies in a file, to be registered by hand: sending it is not what comes next
	RetryURL    string // POST: send again after mending, or ask now instead of later
	RetryLabel  string
	ResendURL   string // POST: send again unchanged, where the cause lay outside the document
	AskURL      string // POST: have the portal asked what it holds
	AskLabel    string // "Ask the portal", "Check at the portal"
	EditURL     string
	EditLabel   string // "Mend", "Edit draft"
	CopyURL     string
	CopyLabel   string // empty: "Duplicate"
	NoteURL     string // a credit note to it
	NoteMain    bool   // that is what is right now
	DebitURL    string // a debit note to it
	Invoice     *MakeInvoice
	DeleteURL   string    // POST: throw a draft away
	Void        *VoidForm // give the document up; its number is never used again
	Cancel      *CancelForm
	Text        string // why nothing can change any more; may be empty
	Closed      bool   // the document itself is past changing (void, cancelled): what is offered leads on from it
}

// title is the heading over what is offered.
func (c Changes) title() string {
	if c.Closed {
		return "From here"
	}
	return "Can still change"
}

// CancelForm asks for the cancellation of the IRN.
type CancelForm struct {
	URL     string
	Until   Countdown
	Blocked *Blocked // what must happen first; nil: nothing
	Open    bool     // it came back with messages
	Reasons []Option
	Reason  Field
	Remark  Field
}

// Blocked is an e-way bill that keeps the IRN from being cancelled.
type Blocked struct {
	Text   string // which, until when, and what to do
	Gone   Field  // a tick: the e-way bill is cancelled meanwhile
	Ticked bool
}

// Countdown is a deadline with what is left of it, which the page counts down by itself.
type Countdown struct {
	Until   string // "until 23 Nov, 10:44"
	Left    string // "5 h 12 min left"
	Seconds int64  // what is left, for the page's script
}

// none reports whether there is nothing left to do.
func (c Changes) none() bool {
	return c.RegisterURL == "" && c.RetryURL == "" && c.ResendURL == "" && c.AskURL == "" && c.EditURL == "" && c.CopyURL == "" && c.NoteURL == "" &&
		c.DebitURL == "" && c.Invoice == nil && c.DeleteURL == "" && c.Void == nil && c.Cancel == nil
}

// copyLabel says what copying is for.
func (c Changes) copyLabel() string { return cmp.Or(c.CopyLabel, "Duplicate") }

// noteVariant makes the credit note the main button where it is what is right.
func (c Changes) noteVariant() string {
	if c.NoteMain {
		return ""
	}
	return "outline"
}

// hasDiscount reports whether the paper needs the column.
func (v InvoiceView) hasDiscount() bool {
	for _, l := range v.Lines {
		if l.Discount != "" {
			return true
		}
	}
	return false
}

// watch makes the page listen for changes while any can come.
func watch(url string) templ.Attributes {
	if url == "" {
		return nil
	}
	return templ.Attributes{"data-watch": url}
}
