package api

import (
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
)

// octaByIRN handles GET /api/einvoice/getirn: an e-invoice by its IRN, from the store and else
// from the portal.
//
// Source: Octa API, Get IRN.
func (s *Server) octaByIRN(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	irn, o := q.irn(), q.extras()
	if err := q.faults.Err(); err != nil {
		return err
	}
	inv, err := s.findIRN(c, company, irn)
	if err != nil {
		return err
	}
	return s.sendEInvoice(c, company, inv, o)
}

// findIRN is the document of an IRN.
func (s *Server) findIRN(c echo.Context, company gst.Company, irn string) (*gst.Invoice, error) {
	inv, _, err := s.desk.FindIRN(c.Request().Context(), company, irn)
	switch {
	case errors.Is(err, gst.ErrNotFound) && !isRefusal(err):
		return nil, gst.Faults{{Rule: "api.irn.unknown", Code: "2148"}}.Err()
	case err != nil:
		return nil, err
	}
	callOf(c).document = inv.ID
	return inv, nil
}

// isRefusal reports whether an error has the portal's own words, which then are given.
func isRefusal(err error) bool {
	var no *gst.Refusal
	return errors.As(err, &no)
}

// octaByDocument handles GET /api/einvoice/getirnbydoc: an e-invoice by its document. The
// portal is asked, since the ERP wants to know how it stands there.
//
// Source: Octa API, Get IRN by Doc.
func (s *Server) octaByDocument(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	o := q.extras()
	inv, err := s.findDocument(c, company, q, true)
	if err != nil {
		return err
	}
	return s.sendEInvoice(c, company, inv, o)
}

// octaInfo is the answer of getdocirninfo: that of getirn with one picture only.
type octaInfo struct {
	Success        bool
	AckNo          *string
	AckTime        *string
	IrnStatus      *string
	Irn            *string
	SignedInvoice  *string
	SignedQRCode   *string
	EwbStatus      *string
	EwbNo          *string
	EwbTime        *string
	EwbValidTill   *string
	QRCodeImagePng *string
	EinvoicePdf    *string
	EwbPdf         *string
	Errors         []octaError
}

// octaDocumentInfo handles GET /api/einvoice/getdocirninfo: what is kept here of a document that
// has its IRN. The portal is not asked.
//
// Source: Octa API, Get Doc IRN Info.
func (s *Server) octaDocumentInfo(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	o := q.plainExtras()
	inv, err := s.findDocument(c, company, q, false)
	if err != nil {
		return err
	}
	a, err := s.einvoice(c.Request().Context(), company, inv, o)
	if err != nil {
		return err
	}
	return sendOcta(c, octaInfo{
		Success: a.Success, AckNo: a.AckNo, AckTime: a.AckTime, IrnStatus: a.IrnStatus, Irn: a.Irn,
		SignedInvoice: a.SignedInvoice, SignedQRCode: a.SignedQRCode,
		EwbStatus: a.EwbStatus, EwbNo: a.EwbNo, EwbTime: a.EwbTime, EwbValidTill: a.EwbValidTill,
		QRCodeImagePng: a.QRCodeImagePng, EinvoicePdf: a.EinvoicePdf, EwbPdf: a.EwbPdf,
	})
}

// findDocument is the registered document that a query names by type, number and date; ask: as
// the portal has it.
func (s *Server) findDocument(c echo.Context, company gst.Company, q *octaQuery, ask bool) (*gst.Invoice, error) {
	kind := gst.DocumentType(q.choice("doctype", "", string(gst.TaxInvoice), string(gst.CreditNote), string(gst.DebitNote)))
	if kind == "" && len(q.text("doctype")) == 0 {
		q.add("api.missing", "doctype", "doctype")
	}
	number, day := q.needed("docno"), q.day("docdate")
	if err := q.faults.Err(); err != nil {
		return nil, err
	}
	inv, _, err := s.desk.FindDocument(c.Request().Context(), company, kind, number, day, ask)
	switch {
	case errors.Is(err, gst.ErrNotFound) && !isRefusal(err):
		return nil, gst.Faults{{Rule: "api.document.unknown", Code: "2154"}}.Err()
	case err != nil:
		return nil, err
	}
	callOf(c).document = inv.ID
	if inv.IRN.Registration == nil || inv.IRN.Registration.IRN == "" {
		return nil, gst.Faults{{Rule: "api.document.unregistered", Code: "2154", Args: []string{inv.Number}}}.Err()
	}
	return inv, nil
}

// octaCancelled is the answer of cancelirn.
type octaCancelled struct {
	Success    bool
	Irn        *string
	CancelTime *string
}

// octaCancel handles POST /api/einvoice/cancelirn. An IRN that is cancelled already is answered
// with the moment of that, so that the call may be repeated.
//
// Source: Octa API, Cancel IRN; INV-01 CnlRsn, which has two reasons more than Octa documents.
func (s *Server) octaCancel(c echo.Context) error {
	company, _, err := s.octaCompany(c, db.ScopeCancel)
	if err != nil {
		return err
	}
	b, err := s.octaBody(c)
	if err != nil {
		return err
	}
	irn, reason, remark := b.irn(), gst.CancelReason(b.oneOf("CnlRsn", "cancel.reason", "1", "2", "3", "4")), b.needed("CnlRem")
	if err := b.err(); err != nil {
		return err
	}
	inv, err := s.findIRN(c, company, irn)
	if err != nil {
		return err
	}
	if inv.IRN.State != gst.IRNCancelled {
		if inv.ID == 0 {
			return gst.Faults{{Rule: "api.irn.elsewhere"}}.Err()
		}
		ctx := c.Request().Context()
		if err := s.desk.Cancel(ctx, company, inv.ID, reason, remark); err != nil {
			return renamed(forPrograms(err), named(map[string]string{"reason": "CnlRsn", "remark": "CnlRem"}))
		}
		if inv, _, err = s.store.Invoice(ctx, company.GSTIN, inv.ID); err != nil {
			return err
		}
	}
	return sendOcta(c, octaCancelled{Success: true, Irn: orNull(irn), CancelTime: octaTime(inv.IRN.CancelledAt)})
}

// forPrograms words what keeps an IRN from being cancelled for who has no page before him.
func forPrograms(err error) error {
	var bad gst.Invalid
	if errors.As(err, &bad) && len(bad.Faults) == 1 && bad.Faults[0].Rule == "cancel.eway" {
		return gst.Faults{{Rule: "api.cancel.eway", Code: bad.Faults[0].Code, Args: []string{strings.Join(bad.Faults[0].Args, "")}}}.Err()
	}
	return err
}

// octaBody reads the body of a small call.
func (s *Server) octaBody(c echo.Context) (*octaBody, error) {
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return nil, err
	}
	return openOctaBody(data)
}
