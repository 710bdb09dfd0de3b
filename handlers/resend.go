package handlers

import (
	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// offerResend offers to send a document again as it is, when the cause of its refusal lies
// outside of it.
func offerResend(changes *views.Changes, inv *gst.Invoice) {
	if inv.IRN.State != gst.IRNFailed && inv.IRN.State != gst.IRNConflict || inv.IRN.Refusal == nil {
		return
	}
	if may, _ := registrar.MayResend(*inv.IRN.Refusal); may {
		changes.ResendURL = invoiceURL(inv, "resend")
	}
}

// resendInvoice handles POST /c/{gstin}/invoices/{id}/resend.
func (s *Server) resendInvoice(c echo.Context) error {
	inv, err := s.changeable(c)
	if err != nil {
		return err
	}
	if err := s.desk.SendAgain(c.Request().Context(), companyOf(c), inv.ID); err != nil {
		return err
	}
	return redirect(c, invoiceURL(inv, ""))
}
