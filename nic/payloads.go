package nic

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

// AuthReply is the Data of a good sign-in.
type AuthReply struct {
	ClientId    string
	UserName    string
	AuthToken   string
	Sek         string // base64 of the session key, encrypted under the AppKey
	TokenExpiry Moment
}

// Key returns the session key of the reply; ErrDecrypt when it does not open under
// the AppKey it was asked with.
func (a AuthReply) Key(appKey []byte) ([]byte, error) {
	sek, err := DecryptText(appKey, a.Sek)
	if err != nil {
		return nil, fmt.Errorf("open session key: %w", err)
	}
	if err := checkKey(sek); err != nil {
		return nil, fmt.Errorf("open session key: %w", err)
	}
	return sek, nil
}

// Acknowledgement is what the portal gives for a generated IRN, and for one that
// is asked for by IRN or by document.
type Acknowledgement struct {
	AckNo         Digits
	AckDt         Moment // rounded to the minute; the signed invoice has the seconds
	Irn           string
	SignedInvoice string
	SignedQRCode  string
	Status        string // ACT, CNL or REJ
	EwbNo         Digits // null unless an e-way bill was made with it
	EwbDt         Moment
	EwbValidTill  Moment // null without Part B
	Remarks       Text
}

// Registration returns the acknowledgement, and what the portal said beside it, in
// our terms. It fails when IRN, AckNo or AckDt is missing or malformed. Signatures
// are not checked here; see CheckRegistration.
func (a Acknowledgement) Registration(infos ...Info) (gst.Registration, error) {
	reg, err := Duplicate{AckNo: a.AckNo, AckDt: a.AckDt, Irn: a.Irn}.Registration()
	if err != nil {
		return gst.Registration{}, err
	}
	reg.SignedInvoice = a.SignedInvoice
	reg.SignedQR = a.SignedQRCode
	reg.Status = strings.ToUpper(a.Status)
	if a.EwbNo != "" {
		reg.EWayBill = &gst.EWayBill{
			Number: string(a.EwbNo), Date: a.EwbDt.Time, ValidUntil: a.EwbValidTill.Time, Remarks: string(a.Remarks),
		}
	} else if a.Remarks != "" {
		reg.Notes = append(reg.Notes, string(a.Remarks))
	}
	for _, i := range infos {
		switch {
		case i.Code == InfoEWayRefusal:
			if reg.EWayRefusal == nil {
				reg.EWayRefusal = &gst.Refusal{}
			}
			reg.EWayRefusal.Codes = append(reg.EWayRefusal.Codes, i.Codes()...)
		case i.Text() != "":
			reg.Notes = append(reg.Notes, i.Text())
		}
	}
	return reg, nil
}

// NewAcknowledgement returns the acknowledgement of a registration, as the portal
// would send it.
func NewAcknowledgement(reg gst.Registration) Acknowledgement {
	a := Acknowledgement{
		AckNo: Digits(reg.AckNo), AckDt: Moment{reg.AckDate}, Irn: reg.IRN,
		SignedInvoice: reg.SignedInvoice, SignedQRCode: reg.SignedQR, Status: reg.Status,
	}
	if e := reg.EWayBill; e != nil {
		a.EwbNo, a.EwbDt, a.EwbValidTill = Digits(e.Number), Moment{e.Date}, Moment{e.ValidUntil}
		a.Remarks = Text(e.Remarks)
	}
	return a
}

// Duplicate is what a DUPIRN says of the IRN held under a number already used.
type Duplicate struct {
	AckNo Digits
	AckDt Moment
	Irn   string
}

// Registration returns the duplicate in our terms; the signed texts, which the
// portal does not repeat here, are empty.
func (d Duplicate) Registration() (gst.Registration, error) {
	irn := strings.ToLower(strings.TrimSpace(d.Irn))
	switch {
	case !ValidIRN(irn):
		return gst.Registration{}, fmt.Errorf("IRN %q is not 64 hex digits", d.Irn)
	case d.AckNo == "":
		return gst.Registration{}, errors.New("acknowledgement has no AckNo")
	case d.AckDt.IsZero():
		return gst.Registration{}, errors.New("acknowledgement has no AckDt")
	}
	return gst.Registration{IRN: irn, AckNo: string(d.AckNo), AckDate: d.AckDt.Time}, nil
}

// Info returns the DUPIRN that a refusal 2150 carries.
func (d Duplicate) Info() (Info, error) {
	desc, err := marshal(d)
	if err != nil {
		return Info{}, fmt.Errorf("write %s: %w", InfoDuplicate, err)
	}
	return Info{Code: InfoDuplicate, Desc: desc}, nil
}

// EWayRefusalInfo returns the EWBERR beside an IRN whose e-way bill was refused.
func EWayRefusalInfo(codes []gst.RefusalCode) (Info, error) {
	desc, err := marshal(wireCodes(codes))
	if err != nil {
		return Info{}, fmt.Errorf("write %s: %w", InfoEWayRefusal, err)
	}
	return Info{Code: InfoEWayRefusal, Desc: desc}, nil
}

// CancelRequest asks for the cancellation of an IRN.
type CancelRequest struct {
	Irn    string
	CnlRsn Text // "1" … "4", see gst.CancelReason; a number is read too
	CnlRem string
}

// CancelReply is the portal's answer to a CancelRequest.
type CancelReply struct {
	Irn        string
	CancelDate Moment
}

// TaxpayerReply is what the portal's register says of a GSTIN.
type TaxpayerReply struct {
	Gstin     string
	TradeName Text
	LegalName Text
	AddrBnm   Text // building name
	AddrBno   Text // door or building number
	AddrFlno  Text // floor
	AddrSt    Text // street
	AddrLoc   Text // place
	StateCode Digits
	AddrPncd  Digits // PIN code
	TxpType   Text   // REG, SEZ, SED, COM …
	Status    Text   // ACT, CNL, SUS …
	BlkStatus Text   // U free, B blocked
	DtReg     Day
	DtDReg    Day
}

// Taxpayer returns the reply in our terms: door, building and floor make the first
// address line, the street the second.
func (t TaxpayerReply) Taxpayer() gst.Taxpayer {
	first := joinParts(t.AddrBno, t.AddrBnm, t.AddrFlno)
	second := joinParts(t.AddrSt)
	if first == "" {
		first, second = second, ""
	}
	return gst.Taxpayer{
		GSTIN:        gst.GSTIN(strings.ToUpper(strings.TrimSpace(t.Gstin))),
		LegalName:    string(t.LegalName),
		TradeName:    string(t.TradeName),
		Address1:     first,
		Address2:     second,
		Place:        joinParts(t.AddrLoc),
		PIN:          t.AddrPncd.small(),
		State:        padState(string(t.StateCode)),
		Type:         strings.ToUpper(string(t.TxpType)),
		Status:       strings.ToUpper(string(t.Status)),
		Blocked:      strings.EqualFold(string(t.BlkStatus), "B"),
		Registered:   gst.Date(t.DtReg),
		Deregistered: gst.Date(t.DtDReg),
		Building:     joinParts(t.AddrBnm),
		Door:         joinParts(t.AddrBno),
		Floor:        joinParts(t.AddrFlno),
		Street:       joinParts(t.AddrSt),
	}
}

// small returns the number when it has at most nine digits, else 0.
func (d Digits) small() int {
	if len(d) > 9 {
		return 0
	}
	n := 0
	for _, c := range d {
		n = n*10 + int(c-'0')
	}
	return n
}

// joinParts joins address parts by commas, leaving out empty and repeated ones.
func joinParts(parts ...Text) string {
	var kept []string
	for _, p := range parts {
		s := strings.Trim(string(p), " ,")
		if s != "" && (len(kept) == 0 || kept[len(kept)-1] != s) {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, ", ")
}

// padState writes a state code in two digits: the register has 1, INV-01 "01".
func padState(code string) string {
	if len(code) == 1 {
		return "0" + code
	}
	return code
}

// Day is a day in a reply, "yyyy-MM-dd" or "dd/MM/yyyy"; null, "" and 1900-01-01
// are no day.
type Day gst.Date

// MarshalJSON writes "yyyy-MM-dd", or null for no day.
func (d Day) MarshalJSON() ([]byte, error) {
	if d == 0 {
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, `"%04d-%02d-%02d"`, d/10000, d/100%100, d%100), nil
}

// UnmarshalJSON reads a day; a time after it is left out.
func (d *Day) UnmarshalJSON(b []byte) error {
	s, _, _ := strings.Cut(scalar(b), " ")
	s, _, _ = strings.Cut(s, "T")
	*d = 0
	if s == "" {
		return nil
	}
	for _, layout := range [...]string{time.DateOnly, "2/1/2006", "2-1-2006"} {
		t, err := time.ParseInLocation(layout, s, gst.IST)
		if err != nil {
			continue
		}
		if t.Year() > 1900 {
			*d = Day(gst.DateOf(t))
		}
		return nil
	}
	return fmt.Errorf("%q is not a day", s)
}
