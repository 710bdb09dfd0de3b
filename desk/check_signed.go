package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Verdict is what checking a signed text comes to.
type Verdict string

// The verdicts.
const (
	Genuine    Verdict = "genuine"     // signed by the portal
	Trial      Verdict = "trial"       // signed by NIC's own test system: nothing in law
	OfPractice Verdict = "practice"    // signed by a built-in portal: nothing in law
	NotKnown   Verdict = "unknown"     // its key is not known here: it may be genuine
	NotGenuine Verdict = "not_genuine" // the signature does not hold
)

// ErrNoSigned says that a text is no signed text of the portal at all.
var ErrNoSigned = errors.New("no signed text of the portal")

// Signed is what a signed text of anybody's e-invoice says, and whether that is true.
type Signed struct {
	Verdict Verdict
	Key     Key       // of the signature; only KeyID when it is not known
	Issuer  string    // "NIC"
	At      time.Time // when the portal signed, by its own clock; zero: it does not say
	// OutOfTime says that the portal signed outside the key's validity: a remark only.
	OutOfTime bool
	// Whole says that this is the signed invoice, and not its QR code.
	Whole bool

	// What it says. All of it is empty when that cannot be read.
	Seller, Buyer         gst.GSTIN // Buyer: "URP" for exports
	SellerName, BuyerName string    // of a signed invoice; a QR code has none
	Number                string
	Type                  gst.DocumentType
	Date                  gst.Date
	Total                 gst.Paise
	Lines                 int
	MainHSN               string
	IRN                   string
	AckNo                 string // of a signed invoice

	// Computed is the IRN that supplier, year, type and number make.
	Computed string
	Own      []Own
}

// Readable reports whether the text says which document it is about.
func (s Signed) Readable() bool { return s.Number != "" }

// IRNMatches reports whether the IRN is the one that its parts make.
func (s Signed) IRNMatches() bool { return s.Computed != "" && strings.EqualFold(s.IRN, s.Computed) }

// Own is a company of this firm that a signed text is about.
type Own struct {
	Company gst.Company
	Seller  bool // else the buyer
	// Invoice is the document held here under the IRN; nil when there is none.
	Invoice *gst.Invoice
	// Differs are what the document here says otherwise: "total", "date", "number",
	// "buyer".
	Differs []string
}

// signedText is what a signed text looks like.
var signedText = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)

// SignedTexts returns the signed texts in what somebody pasted or in a file of the
// portal's answer: one alone, also broken into lines, or those among other text, each
// once. There are none in most texts.
func SignedTexts(text []byte) []string {
	text = bytes.TrimPrefix(bytes.TrimSpace(text), []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(text, []byte("eyJ")) { // mails break long lines
		text = bytes.Join(bytes.Fields(text), nil)
		if !signedText.Match(text) {
			return nil
		}
		return []string{string(text)}
	}
	var found []string
	for _, t := range signedText.FindAll(text, -1) {
		if s := string(t); !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// CheckSigned verifies one signed text and reads it, whoever's document it is about. It
// stores nothing. It returns ErrNoSigned for anything else.
func (d *Desk) CheckSigned(ctx context.Context, text string) (Signed, error) {
	ring, err := d.registrar.Keyring(ctx)
	if err != nil {
		return Signed{}, fmt.Errorf("read signing keys: %w", err)
	}
	s, err := ReadSigned(ring, text)
	if err != nil {
		return s, err
	}
	s.Own, err = d.own(ctx, s)
	return s, err
}

// ReadSigned is CheckSigned by the keys of a ring alone, without looking for companies and
// documents of this firm.
func ReadSigned(ring *nic.Keyring, text string) (Signed, error) {
	text = strings.TrimSpace(text)
	signed, err := ring.Verify(text)
	s := Signed{}
	switch {
	case errors.Is(err, nic.ErrNotSigned):
		return s, fmt.Errorf("%w: %w", ErrNoSigned, err)
	case errors.Is(err, nic.ErrUnknownKey):
		s.Verdict = NotKnown
	case err != nil:
		s.Verdict = NotGenuine
	case signed.Practice:
		s.Verdict = OfPractice
	case signed.Trial():
		s.Verdict = Trial
	default:
		s.Verdict = Genuine
	}
	if signed == nil { // what it claims; the verdict stands
		if signed, err = nic.Read(text); err != nil {
			return s, fmt.Errorf("%w: %w", ErrNoSigned, err)
		}
	}
	s.Key = keyOf(signed.Key)
	if s.Key.ID = signed.KeyID; s.Verdict == NotGenuine {
		if key, ok := ring.Key(signed.KeyID); ok {
			s.Key = keyOf(key)
		}
	}
	s.Issuer, s.At, s.OutOfTime = signed.Issuer, signed.At(), signed.OutOfTime()
	s.read(signed)
	return s, nil
}

// read fills in what the text says.
func (s *Signed) read(signed *nic.Signed) {
	if qr, err := signed.QR(); err == nil {
		s.Seller, s.Buyer = gst.GSTIN(qr.SellerGSTIN), gst.GSTIN(qr.BuyerGSTIN)
		s.Number, s.Type, s.Date, s.Total = qr.Number, qr.Type, qr.Date, qr.Total
		s.Lines, s.MainHSN, s.IRN = qr.Lines, qr.MainHSN, qr.IRN
	} else {
		inv, _, err := nic.Decode(signed.Data)
		if inv == nil || err != nil && inv.Number == "" {
			return
		}
		s.Whole = true
		s.Seller, s.SellerName = gst.GSTIN(inv.Seller.GSTIN), inv.Seller.LegalName
		s.Buyer, s.BuyerName = gst.GSTIN(inv.Buyer.GSTIN), inv.Buyer.LegalName
		s.Number, s.Type, s.Date, s.Total, s.Lines = inv.Number, inv.Type, inv.Date, inv.Totals.Total, len(inv.Lines)
		s.MainHSN = mainHSN(inv)
		s.IRN, s.AckNo = signed.Acknowledged()
	}
	s.Computed = nic.IRN(s.Seller, s.Date, s.Type, s.Number)
}

// mainHSN is the code of the line with the highest taxable value.
//
// Source: NIC, signed QR code, MainHsnCode.
func mainHSN(inv *gst.Invoice) string {
	if len(inv.Lines) == 0 {
		return ""
	}
	return slices.MaxFunc(inv.Lines, func(a, b gst.Line) int { return int(a.Taxable - b.Taxable) }).HSN
}

// own finds the companies of this firm that a signed text names, and the document held.
func (d *Desk) own(ctx context.Context, s Signed) ([]Own, error) {
	companies, err := d.store.Companies(ctx)
	if err != nil {
		return nil, err
	}
	var list []Own
	for _, c := range companies {
		if c.GSTIN != s.Seller && c.GSTIN != s.Buyer {
			continue
		}
		o := Own{Company: c, Seller: c.GSTIN == s.Seller}
		if o.Seller && s.IRN != "" {
			inv, _, err := d.store.InvoiceByIRN(ctx, c.GSTIN, strings.ToLower(s.IRN))
			if err != nil && !errors.Is(err, gst.ErrNotFound) {
				return nil, err
			}
			if err == nil {
				o.Invoice, o.Differs = inv, differences(inv, s)
			}
		}
		list = append(list, o)
	}
	return list, nil
}

// differences are what a document here says otherwise than a signed text about it.
func differences(inv *gst.Invoice, s Signed) []string {
	var list []string
	add := func(name string, differs bool) {
		if differs {
			list = append(list, name)
		}
	}
	add("number", !strings.EqualFold(inv.Number, s.Number))
	add("date", inv.Date != s.Date)
	add("total", inv.Totals.Total != s.Total)
	buyer := inv.Buyer.GSTIN
	if buyer == "" {
		buyer = "URP" // as the portal writes it
	}
	add("buyer", !strings.EqualFold(buyer, string(s.Buyer)))
	return list
}
