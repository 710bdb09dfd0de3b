package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/pdf"
)

// Media types of what a document comes as.
const (
	kindPDF  = "application/pdf"
	kindText = "text/plain"
	kindSVG  = "image/svg+xml"
)

// How many pixels a module of a QR code has.
const (
	qrStandard = 4
	qrHigh     = 8
)

var sizeParam = param{name: "size", in: "query", kind: "string", values: []string{"standard", "high"},
	about: "`standard`: 4 pixels a module; `high`: 8, for print"}

// picture is a format that a QR code is drawn in.
type picture struct {
	ending string
	kind   string
	format pdf.PictureFormat // empty: SVG
}

// pictures are the formats.
var pictures = []picture{
	{"png", "image/png", pdf.PNG}, {"jpeg", "image/jpeg", pdf.JPEG}, {"gif", "image/gif", pdf.GIF}, {"svg", kindSVG, ""},
}

// artefactOperations are the calls that give a document as a file.
func (s *Server) artefactOperations() []operation {
	const tag, unsigned = "Documents as files", "Of a document that has no IRN, or whose signed data was not brought yet: 409."
	list := []operation{
		{
			method: http.MethodGet, path: documentPath + "/pdf", id: "getDocumentPDF", tag: tag, summary: "The document on paper", scope: db.ScopeRead,
			about:  "With its signed QR code once it is registered. A draft, and what lacks its IRN, is marked so.",
			params: []param{copiesParam}, file: kindPDF, handle: s.documentPDF,
		},
		{
			method: http.MethodGet, path: documentPath + "/inv01", id: "getDocumentINV01", tag: tag, summary: "The document as INV-01", scope: db.ScopeRead,
			about: "Byte for byte what was or will be sent to the portal.", file: echo.MIMEApplicationJSON, handle: s.documentINV01,
		},
		{
			method: http.MethodGet, path: documentPath + "/signed-invoice", id: "getSignedInvoice", tag: tag, summary: "What the portal signed", scope: db.ScopeRead,
			about: "The portal's answer in its own members: AckNo, AckDt, Irn, SignedInvoice, SignedQRCode. " + unsigned, file: echo.MIMEApplicationJSON, handle: s.signedInvoice,
		},
		{
			method: http.MethodGet, path: documentPath + "/signed-qr", id: "getSignedQR", tag: tag, summary: "The text of the signed QR code", scope: db.ScopeRead,
			about: "To be printed as a QR code by a program that makes its own paper. " + unsigned, file: kindText, handle: s.signedQR,
		},
	}
	for _, p := range pictures {
		params := []param{sizeParam}
		if p.format == "" {
			params = nil
		}
		list = append(list, operation{
			method: http.MethodGet, path: documentPath + "/qr." + p.ending, id: "getQR" + strings.ToUpper(p.ending), tag: tag,
			summary: "The signed QR code as " + strings.ToUpper(p.ending), scope: db.ScopeRead, about: "With its quiet zone. " + unsigned,
			params: params, file: p.kind, handle: s.qrPicture(p),
		})
	}
	return list
}

// sendOwnFile answers with a file under its ETag: 304 without it when the caller has it.
func sendOwnFile(c echo.Context, name, kind string, content []byte) error {
	sum := sha256.Sum256(content)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h := c.Response().Header()
	h.Set("ETag", tag)
	if tagged(c.Request().Header.Get("If-None-Match"), func(t string) bool { return t == tag }) {
		return c.NoContent(http.StatusNotModified)
	}
	h.Set(echo.HeaderContentDisposition, disposition(name))
	return c.Blob(http.StatusOK, kind, content)
}

// disposition names a file, also for programs that know no letters but ASCII's.
//
// Source: RFC 6266, section 4.3 and appendix D.
func disposition(name string) string {
	name = strings.Map(func(r rune) rune { // a draft's number may be anything
		if unicode.IsControl(r) || r == '/' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + url.PathEscape(name)
}

// fileName is a document as part of a file's name: its number, or for a draft its id.
func fileName(inv *gst.Invoice) string {
	if inv.Number == "" {
		return "Draft " + strconv.FormatInt(inv.ID, 10)
	}
	return strings.ReplaceAll(inv.Number, "/", "-")
}

// documentPDF handles GET …/documents/{id}/pdf.
func (s *Server) documentPDF(c echo.Context) error {
	company, inv, _, err := s.documentAt(c, db.ScopeRead)
	if err != nil {
		return err
	}
	options := printed(inv)
	if c.QueryParam("copies") == "all" {
		options.Copies = pdf.CopyLabels(inv, company)
	}
	var file bytes.Buffer
	if err := s.printer.WriteInvoice(&file, inv, company, options); err != nil {
		return err
	}
	return sendOwnFile(c, strings.TrimSpace(fileName(inv)+" "+inv.Buyer.LegalName)+".pdf", kindPDF, file.Bytes())
}

// printed marks what the paper must not pass for.
func printed(inv *gst.Invoice) pdf.Options {
	o := pdf.Options{Practice: inv.Mode == gst.Practice, Draft: inv.State == gst.Draft}
	if inv.State == gst.Issued {
		o.NotValid = !slices.Contains([]gst.IRNState{gst.IRNRegistered, gst.IRNNotRequired}, inv.IRN.State)
	}
	// Of what was cancelled at the portal only the day is known on which it was seen.
	if inv.State == gst.Void && !inv.IRN.CancelledAt.IsZero() && inv.IRN.CancelReason != "" {
		o.Cancelled = gst.DateOf(inv.IRN.CancelledAt).String()
	}
	return o
}

// documentINV01 handles GET …/documents/{id}/inv01.
func (s *Server) documentINV01(c echo.Context) error {
	_, inv, body, err := s.documentAt(c, db.ScopeRead)
	if err != nil {
		return err
	}
	file, err := desk.INV01(inv, body, desk.FileIn(body))
	if err != nil {
		return err
	}
	return sendOwnFile(c, fileName(inv)+" INV-01.json", echo.MIMEApplicationJSON, file)
}

// errUnsigned says that the portal signed nothing yet.
var errUnsigned = notNow("This document has nothing that the portal signed: it has no IRN, or its signed data was not brought yet. See irn_state.")

// signed is the registration of the document that the path names.
func (s *Server) signed(c echo.Context) (*gst.Invoice, *gst.Registration, error) {
	_, inv, _, err := s.documentAt(c, db.ScopeRead)
	if err != nil {
		return nil, nil, err
	}
	reg := inv.IRN.Registration
	if reg == nil {
		return nil, nil, errUnsigned
	}
	return inv, reg, nil
}

// signedInvoice handles GET …/documents/{id}/signed-invoice.
func (s *Server) signedInvoice(c echo.Context) error {
	inv, reg, err := s.signed(c)
	if err != nil {
		return err
	}
	if reg.SignedInvoice == "" {
		return errUnsigned
	}
	file, err := desk.SignedJSON(inv)
	if err != nil {
		return err
	}
	return sendOwnFile(c, fileName(inv)+" signed.json", echo.MIMEApplicationJSON, file)
}

// signedQR handles GET …/documents/{id}/signed-qr.
func (s *Server) signedQR(c echo.Context) error {
	inv, reg, err := s.signed(c)
	if err != nil {
		return err
	}
	if reg.SignedQR == "" {
		return errUnsigned
	}
	return sendOwnFile(c, fileName(inv)+" QR.txt", kindText+"; charset=utf-8", []byte(reg.SignedQR))
}

// qrPicture handles GET …/documents/{id}/qr.png and the other formats.
func (s *Server) qrPicture(p picture) echo.HandlerFunc {
	return func(c echo.Context) error {
		inv, reg, err := s.signed(c)
		if err != nil {
			return err
		}
		if reg.SignedQR == "" {
			return errUnsigned
		}
		file, err := drawQR(reg.SignedQR, p, c.QueryParam("size"))
		if err != nil {
			return err
		}
		return sendOwnFile(c, fileName(inv)+" QR."+p.ending, p.kind, file)
	}
}

func drawQR(text string, p picture, size string) ([]byte, error) {
	if p.format == "" {
		svg, err := pdf.QRSVG(text)
		return []byte(svg), err
	}
	scale := qrStandard
	if size == "high" {
		scale = qrHigh
	}
	return pdf.QRPicture(text, p.format, scale)
}
