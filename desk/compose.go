package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"regexp"

	"mohar/gst"
)

// fileField is the name under which a draft's form keeps the INV-01 that it came as.
const fileField = "file"

// WithFile adds the INV-01 that a draft came as to the form that is kept with it.
func WithFile(form, file []byte) []byte {
	if len(file) == 0 {
		return form
	}
	kept := url.Values{fileField: {string(file)}}.Encode()
	if len(form) == 0 {
		return []byte(kept)
	}
	return append(form, "&"+kept...)
}

// FileIn is the INV-01 that is kept in a draft's form; nil where there is none.
func FileIn(form []byte) []byte {
	values, err := url.ParseQuery(string(form))
	if err != nil || values.Get(fileField) == "" {
		return nil
	}
	return []byte(values.Get(fileField))
}

// Composition is an INV-01 document that a program wrote, read as one of a company.
type Composition struct {
	Invoice *gst.Invoice
	File    []byte     // its canonical body; nil: it does not say what Invoice says
	Unread  gst.Faults // members that could not be read, are missing, or of another company
}

// Making says how a document that a program wrote is made one of ours.
type Making struct {
	Compute bool   // its figures are worked out
	Series  string // the number series that it is numbered from; empty: the company's first
	Branch  string // code of the branch that makes it, which may have a series; with Compute only
}

// Compose reads the INV-01 document of a program as one of c, whose particulars fill in a
// seller that is left out.
//
// With how.Compute, amounts are worked out of quantity, price, discount and rate as they are for
// documents that are typed here, and what was sent of them does not count. One that brings
// no number is a typed one from then on, which is computed again when it changes and gets
// the next number of its series; one that brings its number keeps it, and its figures.
//
// It returns *FileError for what is no INV-01 at all.
func (d *Desk) Compose(c gst.Company, data []byte, how Making) (Composition, error) {
	inv, body, err := Open(data)
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return Composition{}, fmt.Errorf("read INV-01: %w", err)
	}
	p := Composition{Invoice: inv, File: body, Unread: unread.Faults}
	if inv.Seller == (gst.Party{}) {
		if p.Invoice, p.File, err = withSeller(body, c); err != nil {
			return Composition{}, err
		}
		inv = p.Invoice
	}
	if inv.Seller.GSTIN != string(c.GSTIN) {
		p.Unread = append(p.Unread, gst.Fault{Rule: "seller.company", Code: "2143", Field: "seller.gstin", Args: []string{string(c.GSTIN)}})
	}
	inv.Company, inv.Series = c.GSTIN, how.Series
	if how.Compute {
		inv.Branch = how.Branch
		p.compute(d.Rules(c))
	}
	return p, nil
}

// withSeller is a canonical body without seller, and its document, with c as the seller.
func withSeller(body []byte, c gst.Company) (*gst.Invoice, []byte, error) {
	text, err := encode(&gst.Invoice{Seller: c.Party()})
	if err != nil {
		return nil, nil, fmt.Errorf("write the seller: %w", err)
	}
	var seller struct{ SellerDtls json.RawMessage }
	if err := json.Unmarshal(text, &seller); err != nil {
		return nil, nil, fmt.Errorf("write the seller: %w", err)
	}
	whole := append([]byte(`{"SellerDtls":`), seller.SellerDtls...)
	if rest := bytes.TrimPrefix(body, []byte("{")); len(rest) > 1 { // of an empty document nothing came
		whole = append(append(whole, ','), rest...)
	} else {
		whole = append(whole, '}')
	}
	inv, whole, err := Open(whole)
	var unread gst.Invalid // what is missing was said of the body as it came
	if err != nil && !errors.As(err, &unread) {
		return nil, nil, fmt.Errorf("read INV-01: %w", err)
	}
	return inv, whole, nil
}

// compute works the figures out.
func (p *Composition) compute(r gst.Rules) {
	unread := gst.Faults{}
	for _, f := range p.Unread {
		if f.Rule != "required" || !workedOut.MatchString(f.Field) {
			unread = append(unread, f)
		}
	}
	p.Unread, p.File = unread, nil
	p.Invoice.Brought = false
	prepare(p.Invoice, r)
	p.Invoice.Brought = p.Invoice.Number != ""
}

// workedOut are the fields that Compute fills in.
var workedOut = regexp.MustCompile(`^(totals(\..*)?|lines\[\d+\]\.(number|service|amount|taxable|total|igst|cgst|sgst|cess|state_cess))$`)

// Strange are the faults that keep a document from being even a draft: of drafts only what
// is missing may be wrong.
func (p Composition) Strange() gst.Faults {
	var strange gst.Faults
	for _, f := range p.Unread {
		if f.Rule != "required" {
			strange = append(strange, f)
		}
	}
	return strange
}

// KeepComposed stores a document as a draft of c, new or, with ID and Version, in the place
// of the stored one. form is what the pages keep with it; see WithFile.
//
// It returns what SaveDraft returns, and gst.Invalid for what cannot be read.
func (d *Desk) KeepComposed(ctx context.Context, c gst.Company, p Composition, form []byte) error {
	if err := p.Strange().Err(); err != nil {
		return err
	}
	return d.SaveDraft(ctx, c, p.Invoice, form)
}

// IssueComposed issues a document at once, under its own number or, without one, under the
// next one of its series. It returns what Issue returns.
func (d *Desk) IssueComposed(ctx context.Context, c gst.Company, p Composition) error {
	if err := d.readable(ctx, c, p.Invoice, p.Unread); err != nil {
		return err
	}
	return d.issueStanding(ctx, c, p.Invoice, p.File)
}

// IssueStored issues a draft of c as it is stored with its form; unread is what could not be
// read in that. It returns what Issue returns.
func (d *Desk) IssueStored(ctx context.Context, c gst.Company, inv *gst.Invoice, form []byte, unread gst.Faults) error {
	if err := d.readable(ctx, c, inv, unread); err != nil {
		return err
	}
	return d.issueStanding(ctx, c, inv, FileIn(form))
}

// AmendComposed replaces the content of an issued document of c that has no IRN, under its
// number, as Amend does and with its errors. A number is brought only if it is the same.
func (d *Desk) AmendComposed(ctx context.Context, c gst.Company, p Composition, stored *gst.Invoice) error {
	inv := p.Invoice
	unread := p.Unread
	switch {
	case inv.Number == "":
		inv.Number = stored.Number
	case gst.NormalNumber(inv.Number) != gst.NormalNumber(stored.Number):
		unread = append(unread, gst.Fault{Rule: "number.kept", Field: "number", Args: []string{stored.Number}})
	}
	if err := d.readable(ctx, c, inv, unread); err != nil {
		return err
	}
	inv.ID, inv.Version = stored.ID, stored.Version
	return d.Amend(ctx, c, inv)
}

// readable returns all that is wrong with a document of which something could not be read.
func (d *Desk) readable(ctx context.Context, c gst.Company, inv *gst.Invoice, unread gst.Faults) error {
	if len(unread) == 0 {
		return nil
	}
	more, err := d.checkAll(ctx, c, inv)
	if err != nil {
		return err
	}
	return gst.Invalid{Faults: unread.Before(withoutNumber(more))}
}

// withoutNumber leaves the lack of a number out of what is wrong with a document that the store
// numbers.
func withoutNumber(faults gst.Faults) gst.Faults {
	rest := gst.Faults{}
	for _, f := range faults {
		if f.Rule != "required" || f.Field != "number" {
			rest = append(rest, f)
		}
	}
	return rest
}

// issueStanding issues a document as it stands.
func (d *Desk) issueStanding(ctx context.Context, c gst.Company, inv *gst.Invoice, file []byte) error {
	switch {
	case !inv.Brought:
		return d.Issue(ctx, c, inv)
	case inv.Number != "":
		return d.IssueOpened(ctx, c, inv, file)
	}
	faults, err := d.checkAll(ctx, c, inv)
	if err != nil {
		return err
	}
	return d.issueChecked(ctx, c, inv, withoutNumber(faults), encode)
}
