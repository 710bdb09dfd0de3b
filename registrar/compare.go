package registrar

import (
	"fmt"
	"strings"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// otherDocument says, for people, in what the document that the portal holds under a
// number first differs from ours.
type otherDocument struct{ there, here string }

func (e otherDocument) Error() string {
	if e.here == "" {
		return "There: " + e.there + "."
	}
	return "There: " + e.there + ". Here: " + e.here + "."
}

// conflictWith is the refusal of a number under which the portal holds another document.
func conflictWith(reg *gst.Registration, unlike error) gst.Refusal {
	return gst.Refusal{
		Provider: reg.Provider, Duplicate: reg,
		Codes: []gst.RefusalCode{{Code: codeDuplicate, Message: unlike.Error()}},
	}
}

// sameDocument compares what the portal signed with the document as it was sent, down to
// the lines: two documents under one number may well agree in buyer and total. It returns
// an otherDocument, or why the signed texts cannot be read.
func sameDocument(body []byte, reg *gst.Registration) error {
	here, _, err := nic.Decode(body)
	if err != nil {
		return fmt.Errorf("read own document: %w", err)
	}
	there, err := signedDocument(reg.SignedInvoice)
	if err != nil {
		return fmt.Errorf("signed invoice: %w", err)
	}
	code, err := nic.Read(reg.SignedQR)
	if err != nil {
		return fmt.Errorf("signed QR code: %w", err)
	}
	qr, err := code.QR()
	if err != nil {
		return fmt.Errorf("signed QR code: %w", err)
	}
	for _, c := range []struct{ what, there, here string }{
		{"supplier", there.Seller.GSTIN, here.Seller.GSTIN},
		{"buyer", there.Buyer.GSTIN, here.Buyer.GSTIN},
		{"buyer", qr.BuyerGSTIN, here.Buyer.GSTIN},
		{"date", there.Date.String(), here.Date.String()},
		{"total", there.Totals.Total.String(), here.Totals.Total.String()},
	} {
		if !strings.EqualFold(c.there, c.here) {
			return otherDocument{c.what + " " + c.there, c.here}
		}
	}
	return sameLines(there.Lines, here.Lines)
}

// otherNumber returns type and number of the document that was signed when it does not
// bear ours: then it is not what was asked for. It is empty for our number, and for what
// cannot be read.
func otherNumber(req *db.IRNRequest, reg *gst.Registration) string {
	there, err := signedDocument(reg.SignedInvoice)
	if err != nil || there.Type == req.Type && gst.NormalNumber(there.Number) == gst.NormalNumber(req.Number) {
		return ""
	}
	return fmt.Sprintf("%s %s", there.Type, there.Number)
}

// sameLines compares number, HSN and taxable values of lines.
func sameLines(there, here []gst.Line) error {
	if len(there) != len(here) {
		return otherDocument{fmt.Sprintf("%d lines", len(there)), fmt.Sprint(len(here))}
	}
	for i := range here {
		switch {
		case there[i].HSN != here[i].HSN:
			return otherDocument{fmt.Sprintf("line %d HSN %s", i+1, there[i].HSN), here[i].HSN}
		case there[i].Taxable != here[i].Taxable:
			return otherDocument{fmt.Sprintf("line %d taxable value %s", i+1, there[i].Taxable), here[i].Taxable.String()}
		}
	}
	return nil
}

// signedDocument reads the document in a signed invoice. It passed the portal's rules,
// so what ours find in it does not count.
func signedDocument(token string) (*gst.Invoice, error) {
	signed, err := nic.Read(token)
	if err != nil {
		return nil, err
	}
	inv, _, err := nic.Decode(signed.Data)
	if inv == nil {
		return nil, err
	}
	return inv, nil
}
