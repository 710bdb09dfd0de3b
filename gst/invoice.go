package gst

import "time"

// Invoice is one document: a tax invoice, credit note, debit note, bill of supply
// or delivery challan, with everything INV-01 v1.1 can say about it, and how it
// stands. All text is as typed or sent; optional parts that are absent are nil,
// zero or empty.
type Invoice struct {
	ID      int64 // 0 until stored
	Company GSTIN // the company it belongs to; equals Seller.GSTIN
	Mode    Mode
	State   DocumentState
	Version int64 // rises with each change; guards against two editors
	Created time.Time
	Changed time.Time
	Issued  time.Time // zero for a draft

	Type           DocumentType
	Number         string // empty for a draft
	Date           Date
	Supply         SupplyType
	PlaceOfSupply  string // state code, "96" for exports
	ReverseCharge  bool
	IGSTOnIntra    bool
	EcommerceGSTIN string

	Seller   Party
	Buyer    Party
	Dispatch *Party // where the goods start, when not at the seller's
	ShipTo   *Party // consignee, when not the buyer

	Lines   []Line
	Totals  Totals
	Payment *Payment
	Refs    References
	Docs    []SupportingDocument
	Export  *Export
	EWay    *EWayDetails

	// Brought is true when the figures came from a file or an ERP: they are kept
	// as sent and checked, never recomputed.
	Brought bool

	// What the house keeps beside INV-01; none of it is sent to the portal.

	Prices        PriceBasis // how the prices of the lines were typed
	RoundOffTyped bool       // Totals.RoundOff was typed and is not worked out
	Branch        string     // code of the company's branch that made it; empty: the main place
	Series        string     // name of the number series; empty: the usual one of the type
	Source        int64      // the document it was made from: a note's original, an invoice's quotation; 0: none
	Elsewhere     bool       // issued by another program; recorded so that registers and notes are right
	BuyerChecked  bool       // the register has the buyer as cancelled, and somebody checked and bills it all the same
	Purpose       string     // of a delivery challan: why the goods move, in words
	Terms         Terms
	Transport     Transport

	IRN IRNStatus
}

// PriceBasis says how the prices of a typed document were given. On any but the usual
// basis each line keeps its price as typed in TypedPrice, and Compute works UnitPrice out.
type PriceBasis string

// The price bases.
const (
	PricesPlain     PriceBasis = ""          // rupees before tax: UnitPrice itself is typed
	PricesInclusive PriceBasis = "inclusive" // rupees with tax and cess in them
	PricesForeign   PriceBasis = "foreign"   // in Export.Currency before tax, at Export.Rate
)

// Terms are when and how the buyer is to pay, as printed. PayDtls of INV-01 is filled
// from them where it was not typed.
type Terms struct {
	Cash     bool // paid on the spot
	Days     int  // of credit
	Due      Date
	Interest string // the line about late payment
}

// Transport is what a document says about the way of the goods and the order behind
// them, whether an e-way bill is made or not. All of it is text for the paper.
type Transport struct {
	ChallanNumber string
	ChallanDate   Date
	LRNumber      string // lorry or railway receipt
	LRDate        Date
	Transporter   string
	Vehicle       string
	Destination   string
	Packages      string // "12 cartons"
	Freight       string // "Paid", "To pay"
}

// IRNStatus is how a document stands with the portal.
type IRNStatus struct {
	State        IRNState
	Reason       NoIRNReason // for not_required
	Tries        int
	NextTry      time.Time
	Refusal      *Refusal      // the portal's last refusal, for failed
	Registration *Registration // for registered and cancelled
	CancelledAt  time.Time
	CancelReason CancelReason
	CancelRemark string
}

// CancelReason is INV-01's CnlRsn: why an IRN is cancelled.
type CancelReason string

// The reasons of the e-invoice system; the e-way bill system swaps 2 and 3.
const (
	CancelDuplicate    CancelReason = "1"
	CancelDataEntry    CancelReason = "2"
	CancelOrder        CancelReason = "3"
	CancelOtherReasons CancelReason = "4"
)

// Party is a seller, a buyer, a consignee or a place of dispatch.
type Party struct {
	GSTIN     string // 15 characters, or "URP" for a person without one
	LegalName string // the name, for a place of dispatch
	TradeName string
	Address1  string
	Address2  string
	Place     string
	PIN       int    // six digits; 0 when absent; 999999 abroad
	State     string // two-digit code
	Phone     string
	Email     string
}

// Line is one item of a document. Amounts are in paise, quantities and prices in
// thousandths, rates in thousandths of a percent.
type Line struct {
	Number         string // SlNo, "1" …
	Description    string
	Service        bool
	HSN            string // HSN or SAC, digits only
	Barcode        string
	Quantity       Milli
	FreeQty        Milli
	Unit           string // UQC, e.g. "NOS"
	UnitPrice      Milli
	Amount         Paise // Quantity × UnitPrice (TotAmt)
	Discount       Paise
	PreTaxValue    Paise
	Taxable        Paise // Amount − Discount (AssAmt)
	GSTRate        Rate  // the full, IGST-equivalent rate
	IGST           Paise
	CGST           Paise
	SGST           Paise
	CessRate       Rate
	Cess           Paise // ad valorem
	CessFixed      Paise // CesNonAdvlAmt
	StateCessRate  Rate
	StateCess      Paise
	StateCessFixed Paise
	OtherCharges   Paise
	Total          Paise // TotItemVal

	OrderLine    string
	Origin       string // country code
	SerialNumber string
	Batch        *Batch
	Attributes   []Attribute

	// What the house keeps beside INV-01; none of it is sent to the portal.

	DiscountRate  Rate  // a typed discount, when it was a percentage of Amount; Compute turns it into Discount
	DiscountRate2 Rate  // a second one, of what the first left: "10+5%"
	TypedPrice    Milli // the price as typed where the document's Prices are not plain
	TypedDiscount Paise // likewise a discount that is an amount
	RetailPrice   Milli // retail sale price of a unit, for goods taxed by it (rule 31D)
	Charge        Charge
	Against       int // on a note: the line's place in Source, from 1; 0: none
}

// Charge is what a line is when it is no item of its own but a charge below the goods.
// Without HSN and rate typed it shares those of the goods it goes with.
//
// Source: CGST Act 2017, section 15(2)(c): incidental expenses are part of the value.
type Charge string

// The charges.
const (
	ChargeNone      Charge = ""
	ChargeFreight   Charge = "freight"
	ChargePacking   Charge = "packing"
	ChargeInsurance Charge = "insurance"
	ChargeOther     Charge = "other"
)

// Batch is a line's batch with its expiry and warranty dates.
type Batch struct {
	Name     string
	Expiry   Date
	Warranty Date
}

// Attribute is a named property of a line.
type Attribute struct{ Name, Value string }

// Totals are the document's sums (ValDtls).
type Totals struct {
	Taxable      Paise
	CGST         Paise
	SGST         Paise
	IGST         Paise
	Cess         Paise // ad valorem and fixed together
	StateCess    Paise // likewise
	Discount     Paise // document level; lowers Total only
	OtherCharges Paise // document level
	RoundOff     Paise // −99.99 … 99.99
	Total        Paise
	TotalForeign Paise // hundredths of Export.Currency
}

// Payment is how the document is to be paid (PayDtls).
type Payment struct {
	Payee          string
	Account        string
	Mode           string
	IFSC           string
	Terms          string
	Instruction    string
	CreditTransfer string
	DirectDebit    string
	CreditDays     int
	Paid           Paise
	Due            Paise
}

// References are the document's links to others (RefDtls).
type References struct {
	Remarks    string
	PeriodFrom Date
	PeriodTo   Date
	Preceding  []PrecedingDocument
	Contracts  []ContractReference
}

// PrecedingDocument is an original document that a note refers to.
type PrecedingDocument struct {
	Number string
	Date   Date
	Other  string
}

// ContractReference is an order, tender or contract behind the document.
type ContractReference struct {
	AdviceNumber string
	AdviceDate   Date
	Tender       string
	Contract     string
	External     string
	Project      string
	OrderNumber  string
	OrderDate    Date
}

// SupportingDocument is a link or text sent along (AddlDocDtls).
type SupportingDocument struct{ URL, Content, Info string }

// Export is what an export says beside the rest (ExpDtls).
type Export struct {
	ShippingBill     string
	ShippingBillDate Date
	Port             string
	RefundClaim      string // "Y", "N" or empty
	Currency         string
	Country          string
	Duty             Paise

	// Rate is how many rupees a unit of Currency is worth. Not part of INV-01.
	Rate ExchangeRate
}

// ExchangeRate is rupees per unit of a foreign currency, in millionths: the customs
// notify up to four decimals, a hundred yen at a time.
type ExchangeRate int64

// EWayDetails asks for an e-way bill together with the IRN (EwbDtls).
type EWayDetails struct {
	TransporterID   string
	TransporterName string
	Mode            string // "1" road … "4" ship
	Distance        int    // km; 0 asks the portal to work it out
	DocumentNumber  string
	DocumentDate    Date
	Vehicle         string
	VehicleType     string // "R" or "O"
}

// What the portal says of a registered document: Registration.Status.
// Source: NIC's e-invoice APIs; REJ: NIC's release notes.
const (
	RegistrationActive    = "ACT"
	RegistrationCancelled = "CNL"
	RegistrationRejected  = "REJ" // another registration portal had it first
)

// Registration is what the portal gave for a registered document.
type Registration struct {
	IRN           string // 64 lower-case hex digits
	AckNo         string
	AckDate       time.Time // the envelope's, rounded to the minute: counts for deadlines
	SignedAckDate time.Time // inside the signed data, true seconds; zero when not read
	SignedInvoice string    // JWS
	SignedQR      string    // JWS; the text of the printed QR code
	Status        string    // RegistrationActive, RegistrationCancelled or RegistrationRejected
	Provider      Provider  // the GSP it came through
	Portal        string    // NIC1 or NIC2 when known
	KeyID         string    // kid of the certificate that both signatures hold under; empty when not verified
	Practice      bool      // signed by the built-in portal
	EWayBill      *EWayBill // when one was made with it
	EWayRefusal   *Refusal  // IRN made, e-way bill refused
	Notes         []string  // the portal's remarks (EWBPPD, ADDNLNFO …)
}

// Unsigned reports whether r is an IRN without its signed QR code, as when the portal
// shows the document no more. Until the code is brought the paper is no e-invoice.
// Source: CGST Rules 2017, rule 46(r).
func (r *Registration) Unsigned() bool { return r != nil && r.IRN != "" && r.SignedQR == "" }

// Lacks reports whether found, which is of the same IRN, has a signed text that r has not.
func (r *Registration) Lacks(found *Registration) bool {
	return r.SignedQR == "" && found.SignedQR != "" || r.SignedInvoice == "" && found.SignedInvoice != ""
}

// EWayBill is an e-way bill as the portal gave it.
type EWayBill struct {
	Number     string // 12 digits
	Date       time.Time
	ValidUntil time.Time // zero without Part B
	Remarks    string
	Status     string   `json:",omitempty"` // ACT or CNL; empty when the portal did not say
	MadeBy     GSTIN    `json:",omitempty"` // empty when the portal did not say
	Notes      []string `json:",omitempty"` // the portal's remarks beside it (EWBPPD, EWBALERT …)
}

// Taxpayer is what the portal's register says of a GSTIN.
type Taxpayer struct {
	GSTIN        GSTIN
	LegalName    string
	TradeName    string
	Address1     string
	Address2     string
	Place        string
	PIN          int
	State        string
	Type         string // REG, SEZ, SED, COM …
	Status       string // ACT, CNL, SUS …
	Blocked      bool   // may not make e-way bills
	Registered   Date
	Deregistered Date

	// The address as the register keeps it; Address1 and Address2 are made of these.
	Building, Door, Floor, Street string
}
