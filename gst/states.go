package gst

// Mode says whether a company, and each of its documents, talks to the built-in
// portal or to the government's.
type Mode string

// The two modes.
const (
	Practice Mode = "practice"
	Live     Mode = "live"
)

// DocumentType is the kind of document. The first three are INV-01's and are
// written as it writes them; the others are never sent to the portal, and the last two
// bill nothing: they become an invoice, or not.
type DocumentType string

// The document types.
const (
	TaxInvoice      DocumentType = "INV"
	CreditNote      DocumentType = "CRN"
	DebitNote       DocumentType = "DBN"
	BillOfSupply    DocumentType = "BOS"
	DeliveryChallan DocumentType = "CHL"
	Quotation       DocumentType = "QTN"
	Proforma        DocumentType = "PRO"
)

// SupplyType is the kind of transaction (INV-01 TranDtls.SupTyp), and B2C, which
// the portal does not take.
type SupplyType string

// The supply types.
const (
	B2B    SupplyType = "B2B"
	SEZWP  SupplyType = "SEZWP"  // to a SEZ, with payment of tax
	SEZWOP SupplyType = "SEZWOP" // to a SEZ, without payment (LUT or bond)
	EXPWP  SupplyType = "EXPWP"  // export with payment of tax
	EXPWOP SupplyType = "EXPWOP" // export without payment (LUT or bond)
	DEXP   SupplyType = "DEXP"   // deemed export
	B2C    SupplyType = "B2C"    // unregistered buyer: no IRN
)

// DocumentState is where a document stands in the house.
type DocumentState string

// The document states.
const (
	Draft  DocumentState = "draft"  // may be incomplete, has no number
	Issued DocumentState = "issued" // numbered
	Void   DocumentState = "void"   // IRN cancelled, given up or withdrawn; its number is never used again
)

// IRNState is where a document stands with the portal.
type IRNState string

// The IRN states. A draft has none ("").
const (
	IRNNone        IRNState = ""
	IRNNotRequired IRNState = "not_required"
	IRNHeld        IRNState = "held"       // the company registers by hand
	IRNPending     IRNState = "pending"    // waiting or being sent
	IRNUnknown     IRNState = "unknown"    // sent, no answer came: looked up before anything is sent again
	IRNRegistered  IRNState = "registered" // IRN, Ack, signed invoice and QR stored and verified
	IRNFailed      IRNState = "failed"     // the portal refused; never sent again unchanged
	IRNConflict    IRNState = "conflict"   // the portal holds another document under this number
	IRNCancelled   IRNState = "cancelled"
)

// NoIRNReason says why a document needs no IRN, as a key of the lang room
// ("noirn.<reason>").
type NoIRNReason string

// The reasons.
const (
	NoIRNB2C          NoIRNReason = "b2c"
	NoIRNType         NoIRNReason = "type"         // bill of supply, delivery challan
	NoIRNTurnover     NoIRNReason = "turnover"     // AATO not above the threshold
	NoIRNBeforeStart  NoIRNReason = "before_start" // dated before e-invoicing applies to the company
	NoIRNExempt       NoIRNReason = "exempt"       // bank, insurer, GTA … (rule 46(s))
	NoIRNSEZUnit      NoIRNReason = "sez_unit"
	NoIRNComposition  NoIRNReason = "composition"
	NoIRNWhollyExempt NoIRNReason = "wholly_exempt"
	NoIRNElsewhere    NoIRNReason = "elsewhere" // issued by another program, which saw to it
)
