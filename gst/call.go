package gst

import "time"

// Operation is one kind of call to the portal.
type Operation string

// The operations. Source: NIC's list of e-invoice APIs.
const (
	OpSignIn     Operation = "auth"
	OpGenerate   Operation = "generate"
	OpCancel     Operation = "cancel"
	OpByIRN      Operation = "get_irn"
	OpByDocument Operation = "get_document"
	OpTaxpayer   Operation = "gstin"
	OpSync       Operation = "sync"
	OpEWayByIRN  Operation = "ewb_generate"
	OpEWayOfIRN  Operation = "ewb_get"
	OpPing       Operation = "ping"

	// Those of the e-way bill system.
	OpEWaySignIn   Operation = "eway_auth"
	OpEWayMake     Operation = "eway_make"
	OpEWayChange   Operation = "eway_change" // Part B, transporter, extension, several vehicles, closing
	OpEWayCancel   Operation = "eway_cancel"
	OpEWayReject   Operation = "eway_reject"
	OpEWayTrip     Operation = "eway_trip"
	OpEWayRead     Operation = "eway_read"
	OpEWayList     Operation = "eway_list"
	OpEWayRegister Operation = "eway_register" // taxpayers and transporters
)

// Outcome is how a call ended.
type Outcome string

// The outcomes.
const (
	Answered    Outcome = "answered"  // the portal did what was asked
	CallRefused Outcome = "refused"   // a clear no, of the portal or of the provider
	NoAnswer    Outcome = "no_answer" // it left, and no answer came that can be understood
	NotSent     Outcome = "not_sent"  // it never left: no connection, or kept back on purpose
)

// Exchange is one request to a provider and what came back, as the provider's help desk
// wants to see it. It holds no secret: passwords, keys and tokens are masked, and what was
// encrypted is shown as it was before.
type Exchange struct {
	At        time.Time
	Took      time.Duration
	Provider  Provider
	Operation Operation
	Attempt   int    // of the document's request; 0: not for a waiting document
	Method    string // GET or POST
	URL       string // without secrets
	Sent      string // header lines, an empty line, the body; long ones shortened in the middle
	Status    int    // of HTTP; 0: no answer
	Got       string // like Sent
	Outcome   Outcome
	Code      string // the first of a refusal
	Why       string // what went wrong, in our words; empty when nothing did
}
