package handlers

import (
	"net/url"

	"mohar/gst"
)

// DraftForm is the form that is kept with a draft which a program sent, so that it opens in
// the editor as one that came in a file does: what is missing is empty there, and not zero.
// file is the INV-01 that it came as, nil for none.
func DraftForm(inv *gst.Invoice, file []byte, missing gst.Faults) []byte {
	return broughtForm(inv, file, missing)
}

// UnreadInForm returns what could not be read in the form of a draft, as it was typed.
func UnreadInForm(form []byte) gst.Faults {
	values, err := url.ParseQuery(string(form))
	if err != nil {
		return nil
	}
	values.Del(fileField)
	if len(values) == 0 {
		return nil
	}
	return parseInvoice(values).unread
}
