package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/scan"
	"mohar/views"
)

// verifyURL is the page that checks anybody's e-invoice, outside a company.
const verifyURL = "/verify"

// scanTime is how long a picture is looked at. A person waits for it.
const scanTime = 15 * time.Second

// mostSigned is how many signed texts of one file are shown.
const mostSigned = 10

// showVerify handles GET /verify and GET /c/{gstin}/verify.
func (s *Server) showVerify(c echo.Context) error {
	return s.showVerifyPage(c, http.StatusOK, views.VerifyView{})
}

// checkSigned handles POST /verify and POST /c/{gstin}/verify: a pasted text, a file or a photo
// is checked and forgotten.
func (s *Server) checkSigned(c echo.Context) error {
	view := views.VerifyView{Text: strings.TrimSpace(c.FormValue("text"))}
	name, data, err := verifyFile(c)
	if err != nil {
		return err
	}
	var texts []string
	switch {
	case len(data) > scan.MaxFile:
		view.Problem = name + " is larger than 12 MB. Take the photo smaller, or of the QR code alone."
	case data != nil:
		view.File, view.Text = name, ""
		texts, view.Problem = s.signedTextsOf(c.Request().Context(), data)
	case view.Text == "":
		view.Problem = "Choose a file, take a photo, or paste the text of the QR code."
	default:
		if texts = desk.SignedTexts([]byte(view.Text)); len(texts) == 0 {
			view.Problem = notSigned(view.Text)
		}
	}
	for _, text := range texts[:min(len(texts), mostSigned)] {
		signed, err := s.desk.CheckSigned(c.Request().Context(), text)
		if errors.Is(err, desk.ErrNoSigned) {
			view.Problem = "It looks like a signed text of the portal, but is not complete, or something else was made to look like one. Scan or copy it again, all of it."
			continue
		}
		if err != nil {
			return err
		}
		view.Results = append(view.Results, verifyResult(signed))
	}
	if len(view.Results) > 0 {
		view.Problem = ""
		return s.showVerifyPage(c, http.StatusOK, view)
	}
	return s.showVerifyPage(c, http.StatusUnprocessableEntity, view)
}

func (s *Server) showVerifyPage(c echo.Context, status int, view views.VerifyView) error {
	page := s.frame(c, "Check an e-invoice")
	page.Nav = "verify"
	view.URL = c.Request().URL.Path
	return s.show(c, status, views.VerifyPage(page, view), nil)
}

// verifyFile is the file that was chosen, or the photo that was taken; data is nil without
// either.
func verifyFile(c echo.Context) (name string, data []byte, err error) {
	for _, field := range []string{"file", "photo"} {
		header, err := c.FormFile(field)
		if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
			continue
		}
		if err != nil {
			return "", nil, unreadable(err)
		}
		if header.Size == 0 {
			continue
		}
		file, err := header.Open()
		if err != nil {
			return "", nil, unreadable(err)
		}
		data, err := io.ReadAll(io.LimitReader(file, scan.MaxFile+1))
		if err = errors.Join(err, file.Close()); err != nil {
			return "", nil, unreadable(err)
		}
		return header.Filename, data, nil
	}
	return "", nil, nil
}

// signedTextsOf finds the signed texts in a file: the portal's answer as JSON, a text, or
// a picture or PDF with QR codes. Otherwise it says why there are none.
func (s *Server) signedTextsOf(ctx context.Context, data []byte) (texts []string, problem string) {
	if isText(data) {
		if texts = desk.SignedTexts(data); len(texts) == 0 {
			problem = "There is no signed text of the portal in this file. Choose the photo or PDF of the invoice, or the JSON that the portal gave (with SignedInvoice or SignedQRCode)."
		}
		return texts, problem
	}
	select { // pictures need memory: one at a time
	case s.scanning <- struct{}{}:
		defer func() { <-s.scanning }()
	case <-ctx.Done():
		return nil, scanProblem(ctx.Err())
	}
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	found, err := scan.Texts(ctx, data)
	if err != nil {
		return nil, scanProblem(err)
	}
	for _, text := range found {
		texts = append(texts, desk.SignedTexts([]byte(text))...)
	}
	if len(texts) == 0 {
		problem = notSigned(found[0])
	}
	return texts, problem
}

// isText reports whether a file is text, and so neither a picture nor a PDF.
func isText(data []byte) bool {
	start := data[:min(len(data), 4096)]
	for cut := 0; cut < utf8.UTFMax-1 && len(start) < len(data) && !utf8.Valid(start); cut++ {
		start = start[:len(start)-1] // a letter cut in two
	}
	return utf8.Valid(start) && bytes.IndexByte(start, 0) < 0 && !bytes.Contains(start[:min(len(start), 1024)], []byte("%PDF-"))
}

// notSigned says that a text is not what the portal signs.
func notSigned(text string) string {
	said := strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "")
	if r := []rune(said); len(r) > 80 {
		said = string(r[:80]) + "…"
	}
	return "This is not the signed QR code of an e-invoice. It says: “" + said + "”. Some papers bear a second QR code, for paying: choose the one with the IRN."
}

// scanProblem says why nothing was read.
func scanProblem(err error) string {
	switch {
	case errors.Is(err, scan.ErrKind):
		return "This file cannot be read. Choose a photo (PNG, JPEG, GIF, WebP), a PDF, or the portal's JSON."
	case errors.Is(err, scan.ErrTooBig):
		return "This file is too big to be read: at most 12 MB, 40 megapixels and what a PDF of 20 pages needs. Take a photo of the QR code alone."
	case errors.Is(err, scan.ErrLocked):
		return "This PDF opens with a password only. Print it to a new PDF without one, or take a photo of the QR code on the screen."
	}
	return "No QR code could be read in it. Photograph the code straight from above, filling half of the picture, sharp and without a shadow across it."
}
