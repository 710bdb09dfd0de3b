package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
)

// octaMakeEWayByIRN handles POST /api/einvoice/generateewbbyirn: it makes the e-way bill of a
// document that has its IRN, and waits for it. A bill that stands already is the answer, so that
// the call may be repeated.
//
// Source: Octa API, Generate E-Way Bill by IRN.
func (s *Server) octaMakeEWayByIRN(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	b, err := s.octaBody(c)
	if err != nil {
		return err
	}
	print := q.yes("pdf")
	irn, way := b.irn(), carriage(b)
	shipTo, dispatch := placeOf(b.object("ExpShipDtls"), false), placeOf(b.object("DispDtls"), true)
	if err := append(q.faults, *b.faults...).Err(); err != nil {
		return err
	}
	inv, err := s.findIRN(c, company, irn)
	switch {
	case err != nil:
		return err
	case inv.ID == 0:
		return gst.Faults{{Rule: "api.irn.elsewhere"}}.Err()
	case inv.IRN.State == gst.IRNCancelled:
		return &gst.Refusal{Codes: []gst.RefusalCode{{Code: "4000"}}}
	}
	bill, err := s.makeEWayOf(c.Request().Context(), company, inv, func(c *gst.Consignment) {
		c.Transport = way
		shipTo.over(&c.To)
		dispatch.over(&c.From)
	})
	if err != nil {
		return err
	}
	return s.sendEWayPrint(c, bill, print)
}

// carriage is how the goods go, as a call by IRN says it.
func carriage(b *octaBody) gst.EWayDetails {
	b.needed("Distance")
	return gst.EWayDetails{
		TransporterID: b.text("TransId"), TransporterName: b.text("TransName"), Mode: b.text("TransMode"), Distance: b.whole("Distance", 4000),
		DocumentNumber: b.text("TransDocNo"), DocumentDate: b.day("TransDocDt"), Vehicle: b.text("VehNo"), VehicleType: b.text("VehType"),
	}
}

// octaPlace is a place that a call by IRN names; nil: none.
type octaPlace struct {
	name, address1, address2, place, state string
	pin                                    int
}

func placeOf(b *octaBody, withName bool) *octaPlace {
	if b == nil {
		return nil
	}
	p := &octaPlace{address1: b.needed("Addr1"), address2: b.text("Addr2"), place: b.needed("Loc"), state: b.needed("Stcd"), pin: b.whole("Pin", gst.ForeignPIN)}
	if withName {
		p.name = b.needed("Nm")
	}
	if len(p.state) == 1 {
		p.state = "0" + p.state
	}
	return p
}

// over puts the place into an end of a consignment.
func (p *octaPlace) over(e *gst.ConsignmentEnd) {
	if p == nil {
		return
	}
	e.Address1, e.Address2, e.Place, e.PlaceState, e.PIN = p.address1, p.address2, p.place, p.state, p.pin
	if p.name != "" {
		e.OtherName = p.name
	}
}

// byIRNNames are the names that a call by IRN has for the fields of a consignment.
var byIRNNames = map[string]string{
	"transporter_id": "TransId", "transporter_name": "TransName", "mode": "TransMode", "distance": "Distance",
	"document_number": "TransDocNo", "document_date": "TransDocDt", "vehicle": "VehNo", "vehicle_type": "VehType",
	"to.address1": "ExpShipDtls.Addr1", "to.address2": "ExpShipDtls.Addr2", "to.place": "ExpShipDtls.Loc", "to.pin": "ExpShipDtls.Pin",
	"to.place_state": "ExpShipDtls.Stcd", "from.address1": "DispDtls.Addr1", "from.address2": "DispDtls.Addr2", "from.place": "DispDtls.Loc",
	"from.pin": "DispDtls.Pin", "from.place_state": "DispDtls.Stcd", "from.other_name": "DispDtls.Nm",
	"number": "DocDtls.No", "date": "DocDtls.Dt",
}

// makeEWayOf returns the e-way bill of a document: the one that it has, else one that is made
// now of what the document says and change makes of it.
func (s *Server) makeEWayOf(ctx context.Context, company gst.Company, inv *gst.Invoice, change func(*gst.Consignment)) (*gst.EWay, error) {
	bill, err := s.store.EWayOfInvoice(ctx, company.GSTIN, inv.ID)
	if err == nil && s.stands(bill) {
		return s.awaitBill(ctx, company, bill.ID)
	}
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return nil, err
	}
	consignment, err := s.desk.ProposeEWay(ctx, company.GSTIN, inv.ID)
	if err != nil {
		return nil, err
	}
	change(&consignment)
	id, err := s.desk.MakeEWay(ctx, company.GSTIN, inv.ID, consignment)
	if errors.Is(err, gst.ErrConflict) { // somebody else asked for it at this moment
		if bill, err = s.store.EWayOfInvoice(ctx, company.GSTIN, inv.ID); err == nil {
			id = bill.ID
		}
	}
	if err != nil {
		return nil, renamed(err, named(byIRNNames))
	}
	return s.awaitBill(ctx, company, id)
}

// stands reports whether a bill is made or being made, so that no other is.
func (s *Server) stands(bill *gst.EWay) bool {
	switch bill.StateAt(s.now()) {
	case gst.EWayPending, gst.EWayUnknown, gst.EWayActive, gst.EWayPartA, gst.EWayExpired, gst.EWayClosed:
		return true
	}
	return false
}

// awaitBill waits until the portal has made a bill, and returns it. It returns the portal's
// refusal, and an error that says that the call may be repeated when there is no answer yet.
func (s *Server) awaitBill(ctx context.Context, company gst.Company, id int64) (*gst.EWay, error) {
	const kept = "The request for the e-way bill is kept."
	bill, err := s.store.EWay(ctx, company.GSTIN, id)
	if err != nil {
		return nil, err
	}
	if bill.Asked != "" {
		if err := s.reachable(ctx, company, kept); err != nil {
			return nil, err
		}
		wait, cancel := context.WithTimeout(ctx, s.wait)
		defer cancel()
		if bill, err = s.desk.AwaitEWay(wait, company.GSTIN, id); err != nil {
			return nil, err
		}
	}
	switch {
	case bill.Number != "":
		return bill, nil
	case bill.State == gst.EWayFailed && bill.Refusal != nil:
		return nil, bill.Refusal
	case db.IsWait(bill.LastCode):
		return nil, notSetUp(kept, bill.LastCode)
	}
	return nil, slow{after: askAgainIn, detail: kept + " The portal has not answered yet, and Mohar goes on asking. Repeat this call to get the number: no bill is made twice."}
}

// sendEWayPrint answers with a bill and, where it is wanted, its print.
func (s *Server) sendEWayPrint(c echo.Context, bill *gst.EWay, print bool) error {
	callOf(c).document = bill.InvoiceID
	answer := octaEWayPrint{octaEWay: s.octaEWay(bill)}
	if print {
		file, err := s.ewayPrint(bill)
		if err != nil {
			return err
		}
		answer.EwbPdf = file
	}
	return sendOcta(c, answer)
}

// octaEWayByIRN handles GET /api/einvoice/getewbbyirn: the e-way bill of an IRN, from the store
// and else from the portal.
//
// Source: Octa API, Get E-Way Bill by IRN.
func (s *Server) octaEWayByIRN(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	irn, print := q.irn(), q.yes("pdf")
	if err := q.faults.Err(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	bill, err := s.desk.EWayOfIRN(ctx, company, irn)
	if errors.Is(err, gst.ErrNotFound) && !isRefusal(err) {
		return gst.Faults{{Rule: "api.eway.none", Code: "4005"}}.Err()
	}
	if err != nil {
		return err
	}
	if print && bill.ID == 0 { // the portal tells little; what is on it, the document says
		inv, err := s.findIRN(c, company, irn)
		if err != nil {
			return err
		}
		bill.Of = gst.ConsignmentOf(inv, s.desk.Rules(company))
	}
	return s.sendEWayPrint(c, bill, print)
}

// octaMakeEWay handles POST /api/einvoice/generateewaybill: an e-way bill without IRN. The bill
// that the paper has already is the answer, so that the call may be repeated.
//
// Source: Octa API, Generate E-Way Bill; e-way bill API 1.03, Generate E-way Bill, error 604.
func (s *Server) octaMakeEWay(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return err
	}
	print := q.yes("pdf")
	if err := q.faults.Err(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	consignment, err := s.openConsignment(ctx, company, data)
	if err != nil {
		return renamed(err, desk.EWayMember)
	}
	id, err := s.makeEWayOfPaper(ctx, company, consignment)
	if err != nil {
		return renamed(err, desk.EWayMember)
	}
	bill, err := s.awaitBill(ctx, company, id)
	if err != nil {
		return err
	}
	if !print { // Octa lists no print here: a client that asks for none does not know the member
		callOf(c).document = bill.InvoiceID
		return sendOcta(c, s.octaEWay(bill))
	}
	return s.sendEWayPrint(c, bill, print)
}

// openConsignment reads a request for an e-way bill. What cannot be read and what the rules find
// comes together.
func (s *Server) openConsignment(ctx context.Context, company gst.Company, data []byte) (gst.Consignment, error) {
	consignment, err := desk.OpenConsignment(data)
	var unread gst.Invalid
	if !errors.As(err, &unread) {
		return consignment, err
	}
	more, err := s.desk.CheckEWay(ctx, company, consignment)
	if err != nil {
		return consignment, err
	}
	return consignment, unread.Faults.Before(more).Err()
}

// makeEWayOfPaper has a bill of a paper made, unless there is one, and returns its id. The
// portal's error 604 is said for a paper whose bill is of another consignment.
func (s *Server) makeEWayOfPaper(ctx context.Context, company gst.Company, consignment gst.Consignment) (int64, error) {
	known, err := s.billOfPaper(ctx, company, consignment)
	switch {
	case err != nil:
		return 0, err
	case known == nil:
		return s.desk.MakeEWay(ctx, company.GSTIN, 0, consignment)
	case known.State == gst.EWayFailed && known.InvoiceID != 0:
		return s.desk.MakeEWay(ctx, company.GSTIN, known.InvoiceID, consignment)
	case known.State == gst.EWayFailed:
		return known.ID, s.desk.RetryEWay(ctx, company.GSTIN, known.ID, consignment)
	}
	if what, _, _ := consignment.Unlike(&known.Of); what != "" {
		return 0, &gst.Refusal{Codes: []gst.RefusalCode{{Code: "604", Message: fmt.Sprintf(
			"E-way bill %s is there for this document number, with another %s. Cancel it first, or use another number.", known.Number, what)}}}
	}
	return known.ID, nil
}

// billOfPaper is the bill of the company's that stands for a paper, is being made or was
// refused; nil: there is none.
func (s *Server) billOfPaper(ctx context.Context, company gst.Company, consignment gst.Consignment) (*gst.EWay, error) {
	bills, _, err := s.store.EWays(ctx, db.EWayQuery{Company: company.GSTIN, Mode: company.Mode, Query: consignment.Number})
	if err != nil {
		return nil, err
	}
	for i := range bills {
		b := &bills[i]
		same := b.Of.Paper == consignment.Paper && gst.NormalNumber(b.Of.Number) == gst.NormalNumber(consignment.Number) &&
			b.Of.Date.FinancialYear() == consignment.Date.FinancialYear()
		if same && b.Role == gst.EWayOurs && (s.stands(b) || b.State == gst.EWayFailed) {
			return s.store.EWay(ctx, company.GSTIN, b.ID)
		}
	}
	return nil, nil
}

// octaResponse is an answer that hands the portal's own object on.
type octaResponse struct {
	Success  bool
	Response json.RawMessage
}

// octaRawEWay handles GET /api/einvoice/getewaybill: an e-way bill as the portal writes it.
//
// Source: Octa API, Get E-Way Bill.
func (s *Server) octaRawEWay(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	number := q.needed("ewbNo")
	if err := q.faults.Err(); err != nil {
		return err
	}
	raw, err := s.desk.RawEWay(c.Request().Context(), company.GSTIN, number)
	if err != nil {
		return renamed(noEWay(err), named(map[string]string{"number": "ewbNo"}))
	}
	return sendOcta(c, octaResponse{Success: true, Response: raw})
}

// noEWay says in the portal's code that it knows no such bill.
func noEWay(err error) error {
	if errors.Is(err, gst.ErrNotFound) && !isRefusal(err) {
		return gst.Faults{{Rule: "api.eway.unknown", Code: "325"}}.Err()
	}
	return err
}

// octaRawEWays handles GET /api/einvoice/getewaybillsofotherparty: the bills that others made on
// a day and that name the company, as the portal lists them.
//
// Source: Octa API, Get E-Way Bills of Other Party.
func (s *Server) octaRawEWays(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	day := q.day("date")
	if err := q.faults.Err(); err != nil {
		return err
	}
	raw, err := s.desk.RawEWays(c.Request().Context(), company.GSTIN, day)
	if err != nil && (!errors.Is(err, gst.ErrNotFound) || isRefusal(err)) {
		return err
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		raw = json.RawMessage("[]")
	}
	return sendOcta(c, octaResponse{Success: true, Response: raw})
}

// octaEWayOfPaper handles GET /api/einvoice/getewaybillgeneratedbyconsigner: the company's own
// bill by its paper.
//
// Source: Octa API, Get E-Way Bill Generated By Consigner.
func (s *Server) octaEWayOfPaper(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	kind := gst.PaperKind(q.choice("doctype", "", string(gst.PaperInvoice), string(gst.PaperSupply), string(gst.PaperEntry), string(gst.PaperChallan), string(gst.PaperOther)))
	if kind == "" && q.text("doctype") == "" {
		q.add("api.missing", "doctype", "doctype")
	}
	number := q.needed("docno")
	if err := q.faults.Err(); err != nil {
		return err
	}
	bill, err := s.desk.EWayOfPaper(c.Request().Context(), company.GSTIN, kind, number)
	if err != nil {
		return noEWay(err)
	}
	callOf(c).document = bill.InvoiceID
	return sendOcta(c, s.octaEWay(bill))
}
