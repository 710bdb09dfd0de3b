package handlers

import (
	"bytes"
	"math"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/pdf"
	"mohar/views"
)

// driverPath is where the driver's links lead.
const driverPath = "/d/"

// longestToken is more than a token of ours ever has.
const longestToken = 64

// shared is the bill that a driver's link shows. Unknown, ended and revoked links look
// alike, and whoever tries many has to wait.
func (s *Server) shared(c echo.Context) (*gst.EWay, gst.Company, error) {
	c.Response().Header().Set("X-Robots-Tag", "noindex, nofollow")
	c.Response().Header().Set("Referrer-Policy", "no-referrer") // the address is the secret
	if wait := s.tries.try("driver "+c.RealIP(), perAddress); wait > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		return nil, gst.Company{}, sentence{http.StatusTooManyRequests, "Too many tries. Wait a moment, then open the link again."}
	}
	token, ctx := c.Param("token"), c.Request().Context()
	if len(token) > longestToken {
		return nil, gst.Company{}, gst.ErrNotFound
	}
	share, err := s.store.Share(ctx, token)
	if err != nil {
		return nil, gst.Company{}, err
	}
	company, err := s.store.Company(ctx, share.Company)
	if err != nil {
		return nil, company, err
	}
	b, err := s.store.EWay(ctx, share.Company, share.EWayID)
	return b, company, err
}

// showDriver handles GET /d/{token}: the bill for the driver's phone, without sign-in.
func (s *Server) showDriver(c echo.Context) error {
	b, _, err := s.shared(c)
	if err != nil {
		return err
	}
	address := driverPath + c.Param("token")
	kind, word := ewayLook(b.StateAt(s.now()))
	v := views.DriverView{
		Number: grouped(b.Number), Kind: kind, State: word, Practice: b.Mode == gst.Practice,
		Rows: []views.Sum{
			{Label: "Document", Value: numberOf(b.Of.Number, b.Of.Date)}, {Label: "From", Value: joinParts(endName(b.Of.From), b.Of.From.Place)},
			{Label: "To", Value: joinParts(endName(b.Of.To), b.Of.To.Place)},
		},
		Links: []views.EWayLink{{Label: "E-way bill (PDF)", Icon: "download", URL: address + "/ewaybill.pdf"}},
	}
	if b.InvoiceID != 0 {
		v.Links = append(v.Links, views.EWayLink{Label: "Invoice (PDF)", Icon: "download", URL: address + "/invoice.pdf"})
	}
	if len(b.Vehicles) > 0 {
		v.Vehicle = b.Vehicles[0].Vehicle
	}
	if b.State == gst.EWayActive && !b.ValidUntil.IsZero() {
		v.Until = "Valid until " + minute(b.ValidUntil)
		v.Left, _, _ = leftOf(b, s.now())
	}
	if v.QR, err = qrView(pdf.EWayQR(b.Number, b.MadeBy, b.Made)); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.DriverPage(views.Page{Title: "E-way bill " + v.Number}, v), nil)
}

// driverEWay handles GET /d/{token}/ewaybill.pdf.
func (s *Server) driverEWay(c echo.Context) error {
	b, _, err := s.shared(c)
	if err != nil {
		return err
	}
	return s.sendEWays(c, []gst.EWay{*b})
}

// driverInvoice handles GET /d/{token}/invoice.pdf: the document of the bill.
func (s *Server) driverInvoice(c echo.Context) error {
	b, company, err := s.shared(c)
	if err != nil {
		return err
	}
	if b.InvoiceID == 0 {
		return gst.ErrNotFound
	}
	inv, _, err := s.store.Invoice(c.Request().Context(), b.Company, b.InvoiceID)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := s.printer.WriteInvoice(&file, inv, company, printOptions(inv)); err != nil {
		return err
	}
	return sendFile(c, toShow, paperName(fileNumber(inv), inv), "application/pdf", file.Bytes())
}
