package gst

// PortalReply is what the portal said of one document, as a file tells it that a person
// fetched there. Nothing of it is verified.
type PortalReply struct {
	Place  int // its row, or its place among the documents of the file, from 1
	Seller GSTIN
	Type   DocumentType
	Number string
	Date   Date
	Buyer  string // GSTIN, where the file itself says it
	Total  Paise  // 0: the file itself does not say it

	Registration Registration  // without IRN: there is none
	AckDay       Date          // where the file tells the day of the acknowledgement but no time
	Codes        []RefusalCode // why there is none
	Faults       Faults        // what of it could not be read; then it is of no use
}

// Refused reports whether the portal gave no IRN.
func (r *PortalReply) Refused() bool { return r.Registration.IRN == "" && len(r.Codes) > 0 }
