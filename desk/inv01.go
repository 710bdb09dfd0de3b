package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mohar/gst"
	"mohar/nic"
)

// MaxFile is how many bytes an INV-01 file may have; the portal takes no more.
const MaxFile = nic.MaxDocument

// FileError says why a file is no INV-01 at all.
type FileError struct {
	Line   int // where it stops being JSON, from 1; 0: the file as a whole
	Column int // in bytes, from 1
	Text   string
}

// Error gives place and cause.
func (e *FileError) Error() string {
	if e.Line == 0 {
		return e.Text
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// Open reads an INV-01 file. The document comes back as far as it could be read,
// with its canonical body (the bytes that will be sent, figures as they came).
//
// It returns *FileError for what is not INV-01 at all, and gst.Invalid with a fault for
// each member of a wrong kind.
func Open(data []byte) (*gst.Invoice, []byte, error) {
	data, err := onlyDocument(data)
	if err != nil {
		return nil, nil, err
	}
	inv, body, err := nic.Decode(data)
	var syntax *nic.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, nil, &FileError{syntax.Line, syntax.Column, "this is not JSON (" + syntax.Text + ")"}
	case errors.Is(err, nic.ErrTooLarge):
		return nil, nil, &FileError{Text: "The file is larger than 2 MB; the portal takes no more."}
	}
	return inv, body, err
}

// onlyDocument takes the document out of a list of one: the portal's bulk format, in which
// many programs write, is a list.
func onlyDocument(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) || len(data) > MaxFile {
		return data, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return data, nil //nolint:nilerr // nic says where it stops being JSON
	}
	if len(list) != 1 {
		return nil, &FileError{Text: fmt.Sprintf("The file is a list of %d documents; take them one at a time.", len(list))}
	}
	return list[0], nil
}

// Member is INV-01's name of a form field, "BuyerDtls.Pin" for "buyer.pin": what stands in
// the file that is to be mended.
func Member(field string) string { return nic.PathOf(field) }

// IssueBrought stores and issues a document that a file or an ERP brought, under
// its own number and with its own figures, which are checked and never recomputed.
//
// It returns what Issue returns; faults found while reading are listed with those
// of the rules.
func (d *Desk) IssueBrought(ctx context.Context, c gst.Company, data []byte) (*gst.Invoice, error) {
	inv, body, err := Open(data)
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return nil, fmt.Errorf("read INV-01: %w", err)
	}
	if inv.Company != c.GSTIN {
		unread.Faults = append(unread.Faults, gst.Fault{Rule: "seller.company", Code: "2143", Field: "seller.gstin", Args: []string{string(c.GSTIN)}})
	}
	if len(unread.Faults) > 0 {
		return inv, gst.Invalid{Faults: unread.Faults.Before(d.Check(c, inv))}
	}
	return inv, d.issue(ctx, c, inv, func(*gst.Invoice) ([]byte, error) { return body, nil })
}
