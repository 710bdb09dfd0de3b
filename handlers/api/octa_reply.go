package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/pdf"
)

// octaEInvoice is the answer of the calls about an IRN: all members always, null where there is
// nothing to say, since strongly typed clients rely on that.
//
// Source: Octa API, Get IRN, reply.
type octaEInvoice struct {
	Success         bool
	AckNo           *string
	AckTime         *string
	IrnStatus       *string
	Irn             *string
	SignedInvoice   *string
	SignedQRCode    *string
	EwbStatus       *string
	EwbNo           *string
	EwbTime         *string
	EwbValidTill    *string
	QRCodeImagePng  *string
	QRCodeImageJpeg *string
	QRCodeImageGif  *string
	EinvoicePdf     *string
	EwbPdf          *string
	Errors          []octaError
}

// octaEWay is the answer of the calls about one e-way bill.
//
// Source: Octa API, Generate E-Way Bill by IRN, reply.
type octaEWay struct {
	Success      bool
	EwbStatus    *string
	EwbNo        *string
	EwbTime      *string
	EwbValidTill *string
}

// octaEWayPrint is octaEWay with its print.
type octaEWayPrint struct {
	octaEWay
	EwbPdf *string
}

// orNull is a member with a text; null without one.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// octaTime writes a moment as Octa does: in India, without a zone; null when there is none.
func octaTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return orNull(t.In(gst.IST).Format("02/01/2006 15:04:05"))
}

// coded is a file in a member.
func coded(file []byte) *string { return orNull(base64.StdEncoding.EncodeToString(file)) }

// sendOcta answers a call that went well.
func sendOcta(c echo.Context, v any) error {
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, v)
}

// sendEInvoice answers with a document that has an IRN.
func (s *Server) sendEInvoice(c echo.Context, company gst.Company, inv *gst.Invoice, o octaExtras) error {
	answer, err := s.einvoice(c.Request().Context(), company, inv, o)
	if err != nil {
		return err
	}
	sayEWayRefusal(c, inv)
	return sendOcta(c, answer)
}

// einvoice is a document that has an IRN as Octa shows it.
func (s *Server) einvoice(ctx context.Context, company gst.Company, inv *gst.Invoice, o octaExtras) (*octaEInvoice, error) {
	reg := inv.IRN.Registration
	answer := &octaEInvoice{
		Success: true, AckNo: orNull(reg.AckNo), AckTime: octaTime(reg.AckDate), IrnStatus: orNull(gst.RegistrationActive),
		Irn: orNull(reg.IRN), SignedInvoice: orNull(reg.SignedInvoice), SignedQRCode: orNull(reg.SignedQR),
	}
	if inv.IRN.State == gst.IRNCancelled {
		answer.IrnStatus = orNull(gst.RegistrationCancelled)
	}
	bill, err := s.billOf(ctx, company, inv)
	if err != nil {
		return nil, err
	}
	if bill != nil {
		e := s.octaEWay(bill)
		answer.EwbStatus, answer.EwbNo, answer.EwbTime, answer.EwbValidTill = e.EwbStatus, e.EwbNo, e.EwbTime, e.EwbValidTill
	}
	if err := answer.draw(reg.SignedQR, o); err != nil {
		return nil, err
	}
	if !o.pdf {
		return answer, nil
	}
	var file bytes.Buffer
	if err := s.printer.WriteInvoice(&file, inv, company, octaPaper(inv)); err != nil {
		return nil, err
	}
	answer.EinvoicePdf = coded(file.Bytes())
	if bill != nil {
		answer.EwbPdf, err = s.ewayPrint(bill)
	}
	return answer, err
}

// draw puts the picture of a QR code into the member of the format that was asked for.
func (a *octaEInvoice) draw(qr string, o octaExtras) error {
	if !o.qr || qr == "" {
		return nil
	}
	file, err := pdf.QRPicture(qr, o.format, o.scale)
	if err != nil {
		return err
	}
	*map[pdf.PictureFormat]**string{
		pdf.PNG: &a.QRCodeImagePng, pdf.JPEG: &a.QRCodeImageJpeg, pdf.GIF: &a.QRCodeImageGif,
	}[o.format] = coded(file)
	return nil
}

// octaPaper is how a document that has an IRN is printed.
func octaPaper(inv *gst.Invoice) pdf.Options {
	o := pdf.Options{Practice: inv.Mode == gst.Practice}
	// Of what was cancelled at the portal only the day is known on which it was seen.
	if inv.State == gst.Void && inv.IRN.CancelReason != "" && !inv.IRN.CancelledAt.IsZero() {
		o.Cancelled = gst.DateOf(inv.IRN.CancelledAt).String()
	}
	return o
}

// billOf is the newest e-way bill of a document, as far as it is known here; nil: there is none.
func (s *Server) billOf(ctx context.Context, company gst.Company, inv *gst.Invoice) (*gst.EWay, error) {
	if inv.ID != 0 {
		bill, err := s.store.EWayOfInvoice(ctx, company.GSTIN, inv.ID)
		switch {
		case err == nil && bill.Number != "":
			return bill, nil
		case err != nil && !errors.Is(err, gst.ErrNotFound):
			return nil, fmt.Errorf("e-way bill of document %d: %w", inv.ID, err)
		}
	}
	told := inv.IRN.Registration.EWayBill
	if told == nil || told.Number == "" {
		return nil, nil
	}
	bill := &gst.EWay{
		Company: company.GSTIN, Mode: company.Mode, InvoiceID: inv.ID, Role: gst.EWayOurs, Route: gst.EWayWithIRN, State: gst.EWayActive,
		Number: told.Number, Made: told.Date, MadeBy: company.GSTIN, ValidUntil: told.ValidUntil,
		Of: gst.ConsignmentOf(inv, s.desk.Rules(company)),
	}
	if told.MadeBy != "" {
		bill.MadeBy = told.MadeBy
	}
	if told.Status == gst.RegistrationCancelled {
		bill.State = gst.EWayCancelled
	}
	return bill, nil
}

// octaEWay is an e-way bill that was made, as Octa shows it. The status is what the portal last
// said of it; that its time is over, the other members say.
func (s *Server) octaEWay(bill *gst.EWay) octaEWay {
	status := gst.RegistrationActive
	if bill.State == gst.EWayCancelled {
		status = gst.RegistrationCancelled
	}
	return octaEWay{
		Success: true, EwbStatus: orNull(status), EwbNo: orNull(bill.Number),
		EwbTime: octaTime(bill.Made), EwbValidTill: octaTime(bill.ValidUntil),
	}
}

// ewayPrint is the detailed print of an e-way bill.
func (s *Server) ewayPrint(bill *gst.EWay) (*string, error) {
	var file bytes.Buffer
	if err := s.printer.WriteEWays(&file, []gst.EWay{*bill}, pdf.EWayOptions{Now: s.now()}); err != nil {
		return nil, err
	}
	return coded(file.Bytes()), nil
}

// sayEWayRefusal says in the headers why no e-way bill came with an IRN that was made: the
// answer has no member for it, and nothing may be added to what clients know by heart.
func sayEWayRefusal(c echo.Context, inv *gst.Invoice) {
	no := inv.IRN.Registration.EWayRefusal
	if inv.EWay == nil || no == nil {
		return
	}
	t := refused(no)
	message := t.detail
	if t.code != "" && len(t.faults) > 0 {
		message = t.code + " " + message
	}
	c.Response().Header().Set("Octa-ErrorCode", codeSlow)
	c.Response().Header().Set("Octa-ErrorMessage", headerText("No e-way bill was made: "+message))
}
