package gsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// What the e-way bill system is asked to tell. The errors of all these are those of
// Generate, as far as they concern a question; they satisfy NoEWay when there is nothing
// to tell of.

// errNoBill says that a good answer names no bill.
var errNoBill = errors.New("the portal names no e-way bill")

// noBillCodes say that there is none, or none that the company may see: 301 and 344 of
// the number, 325 and 418 of any question, 387 of a trip sheet; 4005 of an IRN.
//
// Source: e-way bill API 1.03, list of error codes; NIC's list of e-invoice error codes.
var noBillCodes = []string{"301", "325", "344", "387", "418", "4005"}

// NoEWay reports whether err is the portal's clear word that there is no such e-way bill or
// trip sheet, or none that the company has part in. After it one may be asked for again: of
// a paper that has one after all a second is refused with code 604.
func NoEWay(err error) bool {
	var refused *gst.Refusal
	if errors.Is(err, errNoBill) {
		return true
	}
	return errors.As(err, &refused) && refused.Has(noBillCodes...) && !refused.Gateway && !errors.Is(err, ErrNoAnswer)
}

// EWay returns the e-way bill of this number with everything that the portal tells of it.
// The company has to be its supplier, recipient or transporter.
func (p *Portal) EWay(ctx context.Context, number string) (*gst.EWay, error) {
	bill, _, err := p.RawEWay(ctx, number)
	return bill, err
}

// RawEWay is EWay with the portal's own object beside it, as it came.
func (p *Portal) RawEWay(ctx context.Context, number string) (*gst.EWay, json.RawMessage, error) {
	side := p.eway()
	var bill gst.EWay
	var raw json.RawMessage
	op := side.question(gst.OpEWayRead, side.api.paths.ask, "GetEwayBill", "ewbNo", number)
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.EWayFull
		err := json.Unmarshal(data, &answer)
		if err == nil {
			bill, err = answer.Bill(p.company, p.c.now())
		}
		if err == nil && bill.Number != number {
			err = errors.New("reply about another bill")
		}
		bill.Mode, raw = p.cred.Mode, bytes.Clone(data)
		return err
	}
	if err := side.ask(ctx, op); err != nil {
		return nil, nil, fmt.Errorf("read e-way bill %s: %w", number, err)
	}
	return &bill, raw, nil
}

// EWayOfPaper returns the bill that the company made of a paper: number, moment and
// validity.
func (p *Portal) EWayOfPaper(ctx context.Context, kind gst.PaperKind, number string) (*gst.EWayBill, error) {
	side := p.eway()
	var bill gst.EWayBill
	none := false
	op := side.question(gst.OpEWayRead, side.api.paths.ask, "GetEwayBillGeneratedByConsigner",
		"docType", string(kind), "docNo", number)
	op.read = func(e *nic.Envelope, data json.RawMessage, _ *reply) error {
		answer, there, err := nic.ReadEWayMade(data)
		if err != nil {
			return err
		}
		if none = !there; none {
			return nil
		}
		bill, err = answer.Bill(e.Infos...)
		return err
	}
	err := side.ask(ctx, op)
	if err == nil && none {
		err = errNoBill
	}
	if err != nil {
		return nil, fmt.Errorf("look up e-way bill of %s %s: %w", kind, number, err)
	}
	return &bill, nil
}

// EWayList is one of the portal's lists of a day.
type EWayList int

// The lists.
const (
	ListMade        EWayList = iota // made by the company on the day
	ListOtherParty                  // made by others, naming the company as supplier or recipient
	ListTransporter                 // made by others, naming the company as transporter
	ListRejected                    // made by the company, rejected by the other party
)

// ewayLists are the portal's methods for the lists, and the company's part in what is in
// them.
//
// Source: e-way bill API 1.03, the lists by date.
var ewayLists = map[EWayList]struct {
	method string
	role   gst.EWayRole
}{
	ListMade:        {"GetEwayBillsByDate", gst.EWayOurs},
	ListOtherParty:  {"GetEwayBillsofOtherParty", gst.EWayOther},
	ListTransporter: {"GetEwayBillsForTransporter", gst.EWayTransporter},
	ListRejected:    {"GetEwayBillsRejectedByOthers", gst.EWayOurs},
}

// EWays returns one of the portal's lists of a day, which is empty when it has nothing.
// The portal tells only some facts of each bill there; EWay tells the others. Code 366
// means that the day is not over yet.
func (p *Portal) EWays(ctx context.Context, list EWayList, day gst.Date) ([]gst.EWay, error) {
	bills, _, err := p.RawEWays(ctx, list, day)
	return bills, err
}

// RawEWays is EWays with the portal's own list beside it, as it came; an empty list when it has
// nothing.
func (p *Portal) RawEWays(ctx context.Context, list EWayList, day gst.Date) ([]gst.EWay, json.RawMessage, error) {
	which, known := ewayLists[list]
	if !known {
		return nil, nil, fmt.Errorf("list e-way bills: %w: unknown list %d", ErrNotSent, list)
	}
	side := p.eway()
	var bills []gst.EWay
	raw := json.RawMessage("[]")
	op := side.question(gst.OpEWayList, side.api.paths.ask, which.method, "date", slashes(day))
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		rows, err := nic.ReadEWayRows(data)
		if err != nil {
			return err
		}
		if bills, err = p.listed(rows, list); err == nil {
			raw = nic.EWayRowsAsList(data)
		}
		return err
	}
	err := side.ask(ctx, op)
	if NoEWay(err) {
		return nil, raw, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("list e-way bills of %s: %w", slashes(day), err)
	}
	return bills, raw, nil
}

// listed returns the bills of a list.
func (p *Portal) listed(rows []nic.EWayRow, list EWayList) (bills []gst.EWay, err error) {
	bills = make([]gst.EWay, len(rows))
	for i := range rows {
		if bills[i], err = rows[i].Bill(p.company, ewayLists[list].role, p.c.now()); err != nil {
			return nil, err
		}
		bills[i].Mode = p.cred.Mode
		if list == ListRejected {
			bills[i].RejectedAt = bills[i].ReadAt
		}
	}
	return bills, nil
}

// Trip returns the trip sheet of this number.
func (p *Portal) Trip(ctx context.Context, number string) (*gst.TripSheet, error) {
	side := p.eway()
	var sheet gst.TripSheet
	op := side.question(gst.OpEWayRead, side.api.paths.ask, "GetTripSheet", "tripSheetNo", number)
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.EWayTrip
		err := json.Unmarshal(data, &answer)
		if err == nil {
			sheet, err = answer.Sheet(p.company)
		}
		if err == nil && sheet.Number != number {
			err = errors.New("reply about another trip sheet")
		}
		sheet.Mode = p.cred.Mode
		return err
	}
	if err := side.ask(ctx, op); err != nil {
		return nil, fmt.Errorf("read trip sheet %s: %w", number, err)
	}
	return &sheet, nil
}

// Transporter returns what the portal's register says of a transporter, by GSTIN or
// TRANSIN. Codes 328 and 336 mean that it knows none.
func (p *Portal) Transporter(ctx context.Context, id string) (*gst.Taxpayer, error) {
	side := p.eway()
	var found gst.Taxpayer
	op := side.question(gst.OpEWayRegister, side.api.paths.master, "GetTransporterDetails", "trn_no", id)
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.TransporterReply
		err := json.Unmarshal(data, &answer)
		if err == nil {
			found, err = answer.Taxpayer()
		}
		return err
	}
	if err := side.ask(ctx, op); err != nil {
		return nil, fmt.Errorf("look up transporter %s: %w", id, err)
	}
	if found.GSTIN == "" {
		found.GSTIN = gst.GSTIN(strings.ToUpper(id))
	}
	return &found, nil
}

// question is a call of a GET method with its parameters, in the order of the portal's
// pages.
func (p *Portal) question(op gst.Operation, path, method string, pairs ...string) call {
	path = fill(path, "method", method)
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			path += "&"
		}
		path += pairs[i] + "=" + url.QueryEscape(pairs[i+1])
	}
	return call{op: op, method: http.MethodGet, path: path}
}

// slashes writes a day as dd/MM/yyyy.
func slashes(d gst.Date) string { return fmt.Sprintf("%02d/%02d/%04d", d%100, d/100%100, d/10000) }
