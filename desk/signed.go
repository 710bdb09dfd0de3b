package desk

import (
	"encoding/json"
	"fmt"

	"mohar/gst"
	"mohar/nic"
)

// SignedJSON is what the portal gave for a registered document, in its own members
// (AckNo, AckDt, Irn, SignedInvoice, SignedQRCode …), to hand on or to verify.
//
// It returns gst.ErrState for a document without IRN.
func SignedJSON(inv *gst.Invoice) ([]byte, error) {
	reg := inv.IRN.Registration
	if reg == nil || reg.SignedInvoice == "" {
		return nil, gst.ErrState
	}
	text, err := json.MarshalIndent(nic.NewAcknowledgement(*reg), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the signed document: %w", err)
	}
	return append(text, '\n'), nil
}
