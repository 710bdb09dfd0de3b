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
	return inv, body, asFileError(err)
}

// asFileError makes a *FileError of what says that a file is none of ours at all.
func asFileError(err error) error {
	var syntax *nic.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return &FileError{syntax.Line, syntax.Column, "this is not JSON (" + syntax.Text + ")"}
	case errors.Is(err, nic.ErrTooLarge):
		return &FileError{Text: "The file is larger than 2 MB; the portal takes no more."}
	}
	return err
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

// encode writes a document as the portal gets it.
func encode(inv *gst.Invoice) ([]byte, error) { return nic.Encode(withPayment(inv)) }

// asBrought is a document as INV-01: the file that it came as, with its figures as they
// were spelt there, as long as it says nothing else than the file.
func asBrought(inv *gst.Invoice, file []byte) ([]byte, error) {
	body, err := encode(inv)
	if err != nil || !inv.Brought || len(file) == 0 {
		return body, err
	}
	if was, _, err := nic.Decode(file); err == nil {
		if said, err := nic.Encode(was); err == nil && bytes.Equal(said, body) {
			return file, nil
		}
	}
	return body, nil
}

// INV01 is a stored document as INV-01: body, which is or was sent, or for a draft what it
// says so far, with or without a number; file is what a brought draft came as. Documents
// that the portal does not take keep their own type in it.
func INV01(inv *gst.Invoice, body, file []byte) ([]byte, error) {
	if inv.State != gst.Draft && len(body) > 0 {
		return body, nil
	}
	return asBrought(inv, file)
}

// OpenDraft stores the document of an INV-01 file as a draft of c, whatever is wrong with
// it, so that it can be mended in the form. Its number and figures are kept. form makes
// the form to keep with the draft, from what the document is, its canonical body, and the
// members that could not be read.
//
// The faults are those of reading the file; it returns *FileError for what is not INV-01
// at all.
func (d *Desk) OpenDraft(ctx context.Context, c gst.Company, data []byte, form func(*gst.Invoice, []byte, gst.Faults) []byte) (*gst.Invoice, gst.Faults, error) {
	inv, body, err := Open(data)
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return nil, nil, fmt.Errorf("read INV-01: %w", err)
	}
	if err := d.SaveDraft(ctx, c, inv, form(inv, body, unread.Faults)); err != nil {
		return nil, nil, fmt.Errorf("keep INV-01: %w", err)
	}
	return inv, unread.Faults, nil
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
		return inv, gst.Invalid{Faults: beside(unread.Faults, d.Check(c, inv))}
	}
	return inv, d.issue(ctx, c, inv, func(*gst.Invoice) ([]byte, error) { return body, nil })
}
