package gst

// EWayRequest asks for an e-way bill of a document that is registered already.
//
// Source: NIC's API Generate E-way Bill by IRN, version 1.03.
type EWayRequest struct {
	IRN string // 64 hex digits
	EWayDetails
	// ExportShipTo is where an export is taken to inside India, when the document has no
	// place of its own for that; of it the address counts.
	ExportShipTo *Party
	// Dispatch is where the goods leave from, when the document does not say so and it is
	// not the seller's place; of it the name and the address count.
	Dispatch *Party
}
