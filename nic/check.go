package nic

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

// identity is what a document, its signed invoice and its signed QR code must say
// alike.
type identity struct {
	seller string
	typ    string
	number string
	date   string
	total  int64 // paise
}

// CheckRegistration checks that a registration belongs to the document it was given
// for: both signatures hold, and the signed texts speak of the same IRN, AckNo,
// supplier, type, number, date and total as reg and as body, the INV-01 JSON that
// was sent.
//
// It returns the key both hold under, whether that is a practice key, and the
// signed AckDt, which has the seconds. The error is ErrNotSigned, ErrBadSignature,
// ErrOtherDocument (with what differs), or ErrUnknownKey: then everything but the
// signature was compared, and the date is set.
func CheckRegistration(k *Keyring, reg gst.Registration, body []byte) (keyID string, signedAckDate time.Time, practice bool, err error) {
	invoice, unknown, err := verifyOrRead(k, reg.SignedInvoice)
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("signed invoice: %w", err)
	}
	code, unknownQR, err := verifyOrRead(k, reg.SignedQR)
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("signed QR code: %w", err)
	}
	sent, err := identify(body)
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("document: %w", err)
	}
	signedAckDate, err = compareInvoice(reg, sent, invoice)
	if err != nil {
		return "", time.Time{}, false, fmt.Errorf("signed invoice: %w", err)
	}
	if err := compareQR(reg, sent, code); err != nil {
		return "", time.Time{}, false, fmt.Errorf("signed QR code: %w", err)
	}
	if err := errors.Join(unknown, unknownQR); err != nil {
		return "", signedAckDate, false, err
	}
	if invoice.KeyID != code.KeyID {
		return "", signedAckDate, false, fmt.Errorf("%w: invoice under %s, QR code under %s", ErrBadSignature, invoice.KeyID, code.KeyID)
	}
	return invoice.KeyID, signedAckDate, invoice.Practice, nil
}

// CheckStored is CheckRegistration, and for a registration of which the signed QR code alone
// is here, as the portal's tables have it, the same for that. A QR code says no AckNo, so
// that is not compared then, and no time of signing is returned.
func CheckStored(k *Keyring, reg gst.Registration, body []byte) (keyID string, signedAckDate time.Time, practice bool, err error) {
	if reg.SignedInvoice != "" {
		return CheckRegistration(k, reg, body)
	}
	keyID, practice, err = checkQR(k, reg, body)
	return keyID, signedAckDate, practice, err
}

func checkQR(k *Keyring, reg gst.Registration, body []byte) (keyID string, practice bool, err error) {
	code, unknown, err := verifyOrRead(k, reg.SignedQR)
	if err != nil {
		return "", false, fmt.Errorf("signed QR code: %w", err)
	}
	sent, err := identify(body)
	if err != nil {
		return "", false, fmt.Errorf("document: %w", err)
	}
	if err := compareQR(reg, sent, code); err != nil {
		return "", false, fmt.Errorf("signed QR code: %w", err)
	}
	if unknown != nil {
		return "", false, unknown
	}
	return code.KeyID, code.Practice, nil
}

// verifyOrRead verifies a token; one of an unknown key is read all the same and
// the unknown key told apart from other errors.
func verifyOrRead(k *Keyring, token string) (signed *Signed, unknown, err error) {
	signed, err = k.Verify(token)
	if errors.Is(err, ErrUnknownKey) {
		unknown = err
		signed, err = Read(token)
	}
	return signed, unknown, err
}

// identify reads what identifies a document from its INV-01 JSON.
func identify(document []byte) (identity, error) {
	var wire struct {
		SellerDtls struct{ Gstin Text }
		DocDtls    struct{ Typ, No, Dt Text }
		ValDtls    struct{ TotInvVal json.RawMessage }
	}
	if err := json.Unmarshal(without(document, "ItemList"), &wire); err != nil {
		return identity{}, fmt.Errorf("read INV-01: %w", err)
	}
	total, err := parseDecimal(scalar(wire.ValDtls.TotInvVal), 2)
	if err != nil {
		return identity{}, fmt.Errorf("read INV-01: total: %w", err)
	}
	return identity{
		seller: string(wire.SellerDtls.Gstin), typ: string(wire.DocDtls.Typ), number: string(wire.DocDtls.No),
		date: string(wire.DocDtls.Dt), total: total,
	}, nil
}

// without returns a JSON object without the members of a name, which is exact: to read past a
// thousand lines takes longer than to read all else. What is no object, or no JSON, comes back
// as it is.
func without(object []byte, name string) []byte {
	if checkSyntax(object) != nil {
		return object
	}
	return withoutMember(object, name)
}

// withoutMember is without for a valid JSON object.
func withoutMember(object []byte, name string) []byte {
	out := make([]byte, 1, 4096)
	out[0] = '{'
	for key, value := range members(object) {
		if unquote(key) == name {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, key...), ':'), value...)
	}
	return append(out, '}')
}

// compareInvoice compares a signed invoice with the registration and the document,
// and returns its AckDt.
func compareInvoice(reg gst.Registration, sent identity, invoice *Signed) (time.Time, error) {
	var ack Duplicate
	data := invoice.Data
	if invoice.Key.Public == nil { // Verify has checked that what it returns is JSON, and Read has not
		data = without(data, "ItemList")
	} else if data[skipSpace(data, 0)] == '{' {
		data = withoutMember(data, "ItemList")
	}
	if err := json.Unmarshal(data, &ack); err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	signed, err := identify(data)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	if string(ack.AckNo) != reg.AckNo {
		return time.Time{}, differ("AckNo", ack.AckNo, reg.AckNo)
	}
	return ack.AckDt.Time, compare(reg.IRN, ack.Irn, sent, signed)
}

func compareQR(reg gst.Registration, sent identity, code *Signed) error {
	qr, err := code.QR()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotSigned, err)
	}
	return compare(reg.IRN, qr.IRN, sent, identity{
		seller: qr.SellerGSTIN, typ: string(qr.Type), number: qr.Number,
		date: strings.Trim(string(appendDay(nil, qr.Date)), `"`), total: int64(qr.Total),
	})
}

// compare tells the first difference. Case does not count: the portal writes
// numbers and types in capitals.
func compare(irn, signedIRN string, sent, signed identity) error {
	switch {
	case !strings.EqualFold(irn, signedIRN):
		return differ("IRN", signedIRN, irn)
	case !strings.EqualFold(sent.seller, signed.seller):
		return differ("supplier", signed.seller, sent.seller)
	case !strings.EqualFold(sent.typ, signed.typ):
		return differ("type", signed.typ, sent.typ)
	case !strings.EqualFold(sent.number, signed.number):
		return differ("number", signed.number, sent.number)
	case sent.date != signed.date:
		return differ("date", signed.date, sent.date)
	case sent.total != signed.total:
		return differ("total", gst.Paise(signed.total), gst.Paise(sent.total))
	}
	return nil
}

func differ(what string, signed, want any) error {
	return fmt.Errorf("%w: %s is %v there, %v here", ErrOtherDocument, what, signed, want)
}
