package views

import "github.com/a-h/templ"

// EWayFormView asks for an e-way bill, of a document of ours or of another movement.
type EWayFormView struct {
	URL      string  // the form goes there
	Need     []Check // whether one is needed, and why
	Faults   []string
	Refused  *Problem // why the portal refused it last
	Document *EWayDocument
	ByIRN    bool   // it is made by the document's IRN: what the document says is fixed
	PickURL  string // GET ?number=…: of one of our documents; empty: it is of one
	PickNote string // no document has that number
	Number   string // as typed there
	Totals   []Sum  // what the document says, shown
	Ends     []PartyView
	Goods    []EWayGoods
	More     string

	Hidden    []Control
	Transport Group
	PartB     Group
	Parts     []Group // movement, parties, figures
	Folded    bool    // Parts stand in a fold: the document says them
	Open      bool    // of that fold
	Rows      []EWayFormRow
	AddRow    bool
	NewDocURL string // back to the document
	Submit    string
}

// EWayFormRow is one line of goods as typed.
type EWayFormRow struct {
	Number   string
	Drop     string // value of the button that takes it out; empty: it stays
	Controls []Control
}

// EWayFetchView brings bills over that were made elsewhere.
type EWayFetchView struct {
	URL    string
	One    Control
	List   []Control
	Done   *Problem // what came of it
	Faults []string
}

// TripView is one trip sheet.
type TripView struct {
	Number     string
	Practice   bool
	Kind, Word string
	WatchURL   string // the page asks it again while the portal is asked
	Problem    *Problem
	Facts      []Sum
	Bills      []TripBillRow
	Links      []EWayLink
	Again      *EWayActionForm // made again with another vehicle
	OlderNote  string          // it takes the place of another
}

// TripBillRow is a bill of a trip sheet.
type TripBillRow struct{ URL, Number, Paper, Journey, Until, Total, Why string }

// TripFormView makes a trip sheet.
type TripFormView struct {
	URL      string
	Faults   []string
	Bills    []TripBillRow
	IDs      []string
	Group    Group
	BillsURL string
}

// GateView is the page at the gate: what waits for its vehicle.
type GateView struct {
	URL   string
	Cards []GateCard
	Query string
	Form  *GateForm
	Done  *GateDone
	More  string
}

// GateCard is a document that waits for its vehicle.
type GateCard struct {
	URL           string
	Party, Place  string
	Paper, Number string
	Goods, Note   string
	Kind          string
}

// GateForm takes the vehicle of one of them.
type GateForm struct {
	URL, BackURL string
	CheckURL     string // GET ?vehicle=…: answers with GateCheck
	Card         GateCard
	Vehicle      Field
	Check        GateSaid
	Chips        []string // vehicles used last
	Hidden       []Control
	Extra        []Control // what the document does not say
	Faults       []string
}

// GateSaid is what is said of a vehicle number under its field.
type GateSaid struct{ Kind, Text string }

// GateDone is what came of it, in large letters.
type GateDone struct {
	URL                       string // asked again while nothing is known; empty: it is known
	Kind, Title, Text, Number string
	Vehicle                   string
	Details                   []ProblemDetail
	NextURL, FixURL           string
	PrintURL                  string
}

// DriverView is what the driver's link shows.
type DriverView struct {
	Number, State, Kind string
	Until, Vehicle      string
	Left                string
	QR                  templ.Component
	Rows                []Sum
	Links               []EWayLink
	Practice            bool
}
