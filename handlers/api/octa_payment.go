package api

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
)

// octaPayment is the answer of generatepaymentqrcode.
type octaPayment struct {
	Success         bool
	QRCodeImagePng  *string
	QRCodeImageJpeg *string
	QRCodeImageGif  *string
	PaymentQrCode   *string
}

// octaPaymentQR handles POST /api/einvoice/generatepaymentqrcode: the payment QR code of a sale
// to a consumer, worked out of the document, which is checked and not stored.
//
// Source: Octa API, Generate Payment QR Code; Notification 14/2020-Central Tax.
func (s *Server) octaPaymentQR(c echo.Context) error {
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return err
	}
	read, _, unread := desk.Open(data)
	company, err := s.sellerOf(c, read, unread)
	if err != nil {
		return err
	}
	q := &octaQuery{c: c}
	o := q.extras()
	if err := q.faults.Err(); err != nil {
		return err
	}
	inv, err := s.consumerSale(company, read, unread)
	if err != nil {
		return err
	}
	link, err := paymentLink(company, inv)
	if err != nil {
		return err
	}
	var pictures octaEInvoice
	if err := pictures.draw(link, o); err != nil {
		return err
	}
	return sendOcta(c, octaPayment{
		Success: true, QRCodeImagePng: pictures.QRCodeImagePng, QRCodeImageJpeg: pictures.QRCodeImageJpeg, QRCodeImageGif: pictures.QRCodeImageGif,
		PaymentQrCode: orNull(link),
	})
}

// consumerSale reads a document that is to be one to a consumer, and checks it.
func (s *Server) consumerSale(company gst.Company, inv *gst.Invoice, err error) (*gst.Invoice, error) {
	var unread gst.Invalid
	if err != nil && !errors.As(err, &unread) {
		return nil, err
	}
	if inv.Supply != gst.B2C {
		unread.Faults = append(unread.Faults, gst.Fault{Rule: "api.not_b2c", Field: "supply"})
	}
	inv.Mode = company.Mode
	return inv, unread.Faults.Before(s.desk.Check(company, inv)).Err()
}

// vpa is a UPI address as it is written: name@handle.
//
// Source: NPCI, UPI linking specification, pa.
var vpa = regexp.MustCompile(`^[0-9A-Za-z._-]{2,256}@[0-9A-Za-z.]{2,64}$`)

// payee is who is to be paid by UPI: as the document says it, else the company's settings.
func payee(company gst.Company, inv *gst.Invoice) (address, name string) {
	name, address = company.LegalName, company.UPI
	if company.TradeName != "" {
		name = company.TradeName
	}
	p := inv.Payment
	if p == nil {
		return address, name
	}
	for _, typed := range []string{p.Account, p.CreditTransfer, p.Instruction, p.Mode} {
		if typed = strings.TrimSpace(typed); vpa.MatchString(typed) {
			address = typed
			break
		}
	}
	if p.Payee != "" {
		name = p.Payee
	}
	return address, name
}

// paymentLink is the UPI link for what is to be paid of a document.
//
// Source: NPCI, UPI linking specification; Octa API, Generate Payment QR Code, sample.
func paymentLink(company gst.Company, inv *gst.Invoice) (string, error) {
	address, name := payee(company, inv)
	if address == "" {
		return "", plainError{http.StatusConflict, codeNotSetUp, "No UPI id",
			"Type the company's UPI id in its settings, or send it in PayDtls.AccDet: a payment QR code needs to say who is paid."}
	}
	day := inv.Date.Time().Format("02-01-2006")
	note := fmt.Sprintf("SELLER:%s NO:%s DT:%s Taxable:%s", inv.Seller.GSTIN, inv.Number, day, rupees(inv.Totals.Taxable))
	for _, tax := range []struct {
		name   string
		amount gst.Paise
	}{
		{"IGST", inv.Totals.IGST},
		{"CGST", inv.Totals.CGST},
		{"SGST", inv.Totals.SGST},
		{"CESS", inv.Totals.Cess + inv.Totals.StateCess},
	} {
		if tax.amount != 0 {
			note += " " + tax.name + ":" + rupees(tax.amount)
		}
	}
	return "upi://pay?pa=" + linkEscaped(address) + "&pn=" + linkEscaped(name) + "&tn=" + linkEscaped(note) +
		"&am=" + short(inv.Totals.Total) + "&cu=INR&mode=01", nil
}

// short is an amount without paise where there are none.
func short(p gst.Paise) string { return strings.TrimSuffix(p.String(), ".00") }

func rupees(p gst.Paise) string { return "₹" + short(p) }

// linkEscaped writes a text for a link, with what UPI programs read as it is left so.
//
// Source: RFC 3986, query.
func linkEscaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:@/", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}
