package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// EWayView is the page of one e-way bill.
type EWayView struct {
	Number   string // "3010 0299 9920"; empty: not made yet
	Practice bool
	Main     EWayMain
	Side     EWaySide
	Note     *Problem // what came of what was just asked for; nil: nothing was
	Links    []EWayLink
}

// EWayLink is a button of the top line.
type EWayLink struct{ Label, Icon, URL string }

// EWayMain is what the bill says.
type EWayMain struct {
	Number    string
	Left      string // "6 h left"
	LeftKind  string
	Until     string // "Valid until 24 Nov 2026, 23:59"
	QR        templ.Component
	Facts     []Sum
	Document  EWayDocument
	From, To  PartyView
	Goods     []EWayGoods
	MoreGoods string // "and 12 lines more"
	Sums      []Sum
	Vehicles  []EWayVehicleRow
	NoVehicle string // said where there is none
	Groups    []EWayGroupRow
	Trip      *EWayLink
	Notes     []string // the portal's remarks
}

// EWayDocument is the paper of a bill.
type EWayDocument struct{ URL, Kind, Number, Date, Total string }

// EWayGoods is one line of goods.
type EWayGoods struct{ Name, HSN, Qty, Taxable, Rates string }

// EWayVehicleRow is one entry of Part B.
type EWayVehicleRow struct{ Mode, Vehicle, Document, From, Entered, By, Trip, Group string }

// EWayGroupRow is a movement by several vehicles.
type EWayGroupRow struct{ Number, Journey, Quantity, Left, Note string }

// EWaySide is what changes by itself while the portal is asked: how the bill stands, what
// can be done, what happened.
type EWaySide struct {
	Kind, Word string
	WatchURL   string // see InvoiceState
	Problem    *Problem
	Retry      *EWayRetry // a failed making
	Withdraw   string     // POST: what is asked for is taken back; empty: it was sent
	DropURL    string     // POST: a failed making is given up; empty: there is none to give up
	Scheduled  *EWayScheduled
	Actions    []EWayActionForm
	Closed     []EWayClosedAction
	Share      *EWayShare
	ReadURL    string // POST: read it again from the portal
	ReadAt     string
	Events     []EventView
	CallsURL   string
}

// EWayRetry leads to the mending of a bill that was not made.
type EWayRetry struct{ URL, Label string }

// EWayScheduled is an extension that waits for its window.
type EWayScheduled struct{ Text, DropURL string }

// EWayActionForm is one thing that can be done about a bill, with its form.
type EWayActionForm struct {
	ID, Label, Icon string
	URL             string
	Link            string     // leads on to a page of its own instead; empty: it has a form
	Until           *Countdown // nil: no end
	Text            string     // what to know before it
	Open            bool
	Main            bool // what is right now
	Danger          bool
	Controls        []Control
	Columns         string
	Submit          string
	Second          string // words of another button of the form, which sends do=second; empty: none
	Faults          []string
}

// EWayClosedAction is what cannot be done, and why.
type EWayClosedAction struct{ Label, Why string }

// EWayShare is the driver's link.
type EWayShare struct {
	MakeURL   string
	RevokeURL string // empty: there is none
	Link      string // shown once, after making
	WhatsApp  string
	Text      string // until when it leads somewhere
}

// EWayPanel is the e-way bill on its document's page.
type EWayPanel struct {
	Kind, State string
	Text        string
	URL, Number string // of the bill; empty: none
	Until       string
	Details     []ProblemDetail
	MakeURL     string
	MakeLabel   string
	Waits       bool // the portal is asked: the page listens for news
	Main        bool // making it is what comes next
}

// variant is the look of the button that makes it.
func (p EWayPanel) variant() string {
	if p.Main {
		return ""
	}
	return "outline"
}

// variant is the look of an action's button.
func (a EWayActionForm) variant() string {
	if a.Main {
		return ""
	}
	return "outline"
}

// submitVariant is the look of the button that does it.
func (a EWayActionForm) submitVariant() string {
	if a.Danger {
		return "destructive"
	}
	return ""
}

// count is a number as text.
func count(n int) string { return strconv.Itoa(n) }

// seconds is what is left of a deadline, for the page's script.
func seconds(c Countdown) string { return strconv.FormatInt(c.Seconds, 10) }

// polled has an element asked for again while there is an address.
func polled(url, every string) templ.Attributes {
	if url == "" {
		return nil
	}
	return refreshed(url, every)
}
