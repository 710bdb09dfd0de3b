package gst

import "time"

// EWayState is how an e-way bill stands.
type EWayState string

// The states. Those that time alone brings about (EWayExpired, EWayDiscarded) are never
// stored: StateAt says them.
const (
	EWayPending   EWayState = "pending"     // asked for; the portal has not answered yet
	EWayUnknown   EWayState = "unknown"     // sent, no answer came: looked up before it is sent again
	EWayFailed    EWayState = "failed"      // the portal refused to make it
	EWayPartA     EWayState = "part_a_only" // made without vehicle: not valid for movement
	EWayActive    EWayState = "active"
	EWayExpired   EWayState = "expired"
	EWayDiscarded EWayState = "discarded" // Part A without Part B for 15 days
	EWayCancelled EWayState = "cancelled"
	EWayClosed    EWayState = "closed"
)

// EWayRole is the company's part in an e-way bill.
type EWayRole string

// The roles.
const (
	EWayOurs        EWayRole = "generator"   // the company made it
	EWayOther       EWayRole = "other"       // somebody else made it and names the company as supplier or recipient
	EWayTransporter EWayRole = "transporter" // somebody else made it and names the company as transporter
)

// EWayRoute is how an e-way bill came to be.
type EWayRoute string

// The routes.
const (
	EWayWithIRN EWayRoute = "with_irn" // in one call with the IRN
	EWayByIRN   EWayRoute = "by_irn"   // later, of a registered document
	EWayDirect  EWayRoute = "direct"   // by the e-way bill system, without IRN
	EWayFound   EWayRoute = "found"    // made elsewhere and read from the portal
)

// EWayAction is what can be done about an e-way bill at the portal.
type EWayAction string

// The actions, as the e-way bill API has them.
const (
	EWayMake        EWayAction = "make"         // GENEWAYBILL, or by IRN
	EWayPartB       EWayAction = "part_b"       // VEHEWB
	EWayReassign    EWayAction = "transporter"  // UPDATETRANSPORTER
	EWayExtend      EWayAction = "extend"       // EXTENDVALIDITY
	EWayCancel      EWayAction = "cancel"       // CANEWB
	EWayReject      EWayAction = "reject"       // REJEWB
	EWayTrip        EWayAction = "trip"         // GENCEWB, of several bills
	EWayTripAgain   EWayAction = "trip_again"   // REGENTRIPSHEET
	EWayGroupStart  EWayAction = "group_start"  // MULTIVEHMOVINT
	EWayGroupAdd    EWayAction = "group_add"    // MULTIVEHADD
	EWayGroupChange EWayAction = "group_change" // MULTIVEHUPD
	EWayClose       EWayAction = "close"        // CLSEWB, on hold by law
)

// EWay is an e-way bill as a company keeps it, from the moment it is asked for.
type EWay struct {
	ID      int64 // 0 until stored
	Company GSTIN
	Mode    Mode
	Version int64 // rises with each change
	Created time.Time

	InvoiceID int64 // the company's document that it is of; 0: none
	Role      EWayRole
	Route     EWayRoute
	Of        Consignment

	State      EWayState // as stored; StateAt adds what time has done
	Number     string    // 12 digits; empty until made
	Made       time.Time
	MadeBy     GSTIN
	ValidUntil time.Time // zero without Part B
	MadeMode   string    // API, WEB …; empty: not said
	Extensions int
	RejectedAt time.Time // the other party rejected it; a flag beside the state
	Cancelled  EWayCancellation
	ClosedOn   Date
	Vehicles   []EWayVehicle // newest first
	Groups     []EWayGroup
	TripSheet  string // number of the newest one that it is in
	Notes      []string
	ReadAt     time.Time // when it was last read from the portal; zero: never

	// What is asked of the portal now, and how the last asking ended.

	Asked     EWayAction // open; empty: nothing is
	NextTry   time.Time
	Tries     int
	LastCode  string         // why it waits
	Refusal   *Refusal       // of the last asking that was refused; nil once one succeeds
	Refused   EWayAction     // which that was
	Scheduled *EWayExtension // to be asked for when the window opens; nil: nothing is planned
	GivenUp   time.Time      // a person wants the failed one no more; zero: it waits for somebody
}

// Droppable reports whether a person may give the bill up: the portal refused to make it, and
// nobody has given it up yet.
func (b *EWay) Droppable() bool {
	return b.State == EWayFailed && b.Role == EWayOurs && b.Asked == "" && b.GivenUp.IsZero()
}

// EWayCancellation is when and why an e-way bill was cancelled.
type EWayCancellation struct {
	At     time.Time // zero: it was not
	Reason EWayCancelReason
	Remark string
}

// EWayCancelReason is the e-way bill's cancelRsnCode. It numbers the reasons in another
// order than the IRN's CancelReason.
type EWayCancelReason string

// The reasons. Source: e-way bill API 1.03, code list of cancel reasons.
const (
	EWayCancelDuplicate EWayCancelReason = "1"
	EWayCancelOrder     EWayCancelReason = "2"
	EWayCancelDataEntry EWayCancelReason = "3"
	EWayCancelOthers    EWayCancelReason = "4"
)

// EWayVehicle is one entry of Part B.
type EWayVehicle struct {
	PartB
	Entered   time.Time
	EnteredBy string // GSTIN or transporter's id
	Group     int    // of a movement by several vehicles; 0: none
	TripSheet string // empty: none
	Quantity  Milli  // with Group
	By        string // API, WEB …
}

// PartB is who carries the goods from where, and why that changes.
//
// Source: CGST Rules 2017, rule 138(5); e-way bill API 1.03, Update Vehicle Number.
type PartB struct {
	Mode           string // "1" road … "4" ship
	Vehicle        string
	VehicleType    string // "R" or "O"
	DocumentNumber string
	DocumentDate   Date
	Place          string // where it is loaded
	State          string // two digits
	Reason         string // "1" break-down, "2" trans-shipment, "3" others, "4" first time
	Remark         string
}

// EWayExtension asks for more time.
//
// Source: CGST Rules 2017, rule 138(10); e-way bill API 1.03, Extend Validity.
type EWayExtension struct {
	PartB              // Mode "5": in transit, without vehicle; Reason is the extension's code
	PIN      int       // where the goods are now
	Distance int       // km left
	Transit  string    // "R" road, "W" warehouse, "O" others; for Mode "5"
	Address  [3]string // for Mode "5"
	By       string    // who wants it, for the timeline
}

// EWayGroup is a movement by several vehicles from a place on the way.
//
// Source: e-way bill API 1.03, Initiate Multi-Vehicle Movement.
type EWayGroup struct {
	Group                int // as the portal numbers it; 0 until started
	FromPlace, FromState string
	ToPlace, ToState     string
	Mode                 string
	Quantity             Milli
	Unit                 string
	Reason, Remark       string
	Started              time.Time
}

// EWayGroupVehicle adds a vehicle to a group.
type EWayGroupVehicle struct {
	Group          int
	Vehicle        string
	DocumentNumber string
	DocumentDate   Date
	Quantity       Milli
}

// EWayGroupSwap changes a vehicle or transport document of a group for another.
type EWayGroupSwap struct {
	Group                    int
	OldVehicle, NewVehicle   string
	OldDocument, NewDocument string
	Place, State             string
	Reason, Remark           string
}

// TripSheet is a consolidated e-way bill: the bills that one vehicle carries.
//
// Source: CGST Rules 2017, rule 138(6), FORM GST EWB-02; e-way bill API 1.03.
type TripSheet struct {
	ID      int64 // 0 until stored
	Company GSTIN
	Mode    Mode
	Created time.Time
	PartB   PartB  // who carries them; Reason and Remark only when it is made again
	Number  string // 10 digits; empty until made
	Made    time.Time
	Old     string    // number of the sheet that it takes the place of; empty: none
	Next    string    // number of the sheet that took its place; empty: none did
	State   EWayState // pending, unknown, failed or active
	Bills   []TripBill
	NextTry time.Time
	Tries   int
	Refusal *Refusal
}

// TripBill is one e-way bill of a trip sheet.
type TripBill struct {
	EWayID     int64 // 0: none of ours
	Number     string
	Date       time.Time
	ValidUntil time.Time
	Paper      string // its document's number
	PaperDate  Date
	From, To   string // places
	Total      Paise
}

// EWayOrder is one thing asked of the portal about an e-way bill; what the action does not
// need is nil or empty.
type EWayOrder struct {
	Action      EWayAction
	PartB       *PartB
	Transporter *EWayTransporterChoice
	Extension   *EWayExtension
	Cancel      *EWayCancellation // its moment is not sent
	Group       *EWayGroup
	Vehicle     *EWayGroupVehicle
	Swap        *EWayGroupSwap
	ClosedOn    Date
	Remark      string // of closing; of rejecting it is kept by the house and never sent
}

// EWayTransporterChoice is who shall carry the goods.
type EWayTransporterChoice struct{ ID, Name string } // ID: GSTIN or TRANSIN, 15 characters

// EWayOffer says whether an action may be done now, and until when or why not.
type EWayOffer struct {
	Action EWayAction
	Open   bool
	From   time.Time // when it opens, when it is not open yet; zero otherwise
	Until  time.Time // last moment; zero: no end, or it is over
	Why    string    // key below "ewayno." of the lang room; empty when open
	Args   []string
	Code   string // the portal's code that it would refuse with; empty: none
}
