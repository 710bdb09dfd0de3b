package nic

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// ewayRequest is the request for an e-way bill by IRN: the transport as in a document,
// the IRN in front, and places that the document did not have.
//
// Source: NIC release notes, version 1.03 of the e-way bill by IRN.
var ewayRequest = newObject(ewayMembers()...)

func ewayMembers() []member[gst.EWayRequest] {
	all := []member[gst.EWayRequest]{
		textAt("Irn", "irn", func(r *gst.EWayRequest) *string { return &r.IRN }),
	}
	for _, m := range ewbDtls.members {
		all = append(all, lift(m, func(r *gst.EWayRequest) *gst.EWayDetails { return &r.EWayDetails }))
	}
	return append(all,
		member[gst.EWayRequest]{"ExpShipDtls", "ship", maybe[gst.EWayRequest, gst.Party]{
			object: newObject(pick("Addr1", "Addr2", "Loc", "Pin", "Stcd")...),
			at:     func(r *gst.EWayRequest) **gst.Party { return &r.ExportShipTo },
		}},
		member[gst.EWayRequest]{"DispDtls", "dispatch", maybe[gst.EWayRequest, gst.Party]{
			object: newObject(pick("Nm", "Addr1", "Addr2", "Loc", "Pin", "Stcd")...),
			at:     func(r *gst.EWayRequest) **gst.Party { return &r.Dispatch },
		}},
	)
}

// EncodeEWayRequest returns the request as the portal takes it: nothing empty but the
// distance, of which 0 asks the portal to work it out. It fails on an IRN that is none
// and on text that is not UTF-8; other rules are the portal's to check.
func EncodeEWayRequest(r *gst.EWayRequest) ([]byte, error) {
	if !ValidIRN(strings.ToLower(r.IRN)) {
		return nil, fmt.Errorf("encode e-way bill request: IRN %q is not 64 hex digits", r.IRN)
	}
	b := ewayRequest.write(make([]byte, 0, 512), r)
	if !utf8.Valid(b) {
		return nil, errors.New("encode e-way bill request: text is not UTF-8")
	}
	return b, nil
}

// EWayReply is what the portal gives for an e-way bill by IRN, and for one that is asked
// for by IRN; the last two only for the latter.
type EWayReply struct {
	EwbNo        Digits
	EwbDt        Moment
	EwbValidTill Moment // null without Part B
	Remarks      Text
	Status       Text // ACT, CNL …
	GenGstin     Text
}

// Bill returns the e-way bill, with what the portal said beside it, in our terms. It
// fails when the number or the date is missing.
func (r EWayReply) Bill(infos ...Info) (gst.EWayBill, error) {
	switch {
	case r.EwbNo == "":
		return gst.EWayBill{}, errors.New("e-way bill has no number")
	case r.EwbDt.IsZero():
		return gst.EWayBill{}, errors.New("e-way bill has no date")
	}
	bill := gst.EWayBill{
		Number: string(r.EwbNo), Date: r.EwbDt.Time, ValidUntil: r.EwbValidTill.Time, Remarks: string(r.Remarks),
		Status: strings.ToUpper(string(r.Status)), MadeBy: gst.GSTIN(strings.ToUpper(string(r.GenGstin))),
	}
	for _, i := range infos {
		if text := i.Text(); text != "" {
			bill.Notes = append(bill.Notes, text)
		}
	}
	return bill, nil
}
