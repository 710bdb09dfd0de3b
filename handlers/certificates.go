package handlers

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// certificatesURL is the page of the keys that signatures are checked against, which all
// companies share.
const certificatesURL = "/settings/certificates"

// showCertificates handles GET /settings/certificates.
func (s *Server) showCertificates(c echo.Context) error {
	return s.showCertificatesPage(c, http.StatusOK, views.CertificatesView{})
}

func (s *Server) showCertificatesPage(c echo.Context, status int, view views.CertificatesView) error {
	keys, err := s.desk.Certificates(c.Request().Context())
	if err != nil {
		return err
	}
	for _, k := range keys {
		view.Rows = append(view.Rows, certificateRow(k, s.now()))
	}
	if view.Unverified, err = s.store.CountUnverified(c.Request().Context()); err != nil {
		return err
	}
	view.URL = certificatesURL
	return s.show(c, status, views.CertificatesPage(s.firmFrame(c), view), nil)
}

func certificateRow(k desk.Key, now time.Time) views.CertificateRow {
	row := views.CertificateRow{
		KeyID: k.ID, Name: k.Name, Subject: k.Subject, Issuer: k.Issuer, Bits: k.Bits, Bundled: k.Bundled, Practice: k.Practice, Seen: k.Seen,
		From: k.From.In(gst.IST).Format("02 Jan 2006"), To: k.To.In(gst.IST).Format("02 Jan 2006"), PEM: k.PEM,
	}
	if !k.Added.IsZero() {
		row.Added = moment(k.Added)
	}
	switch {
	case k.Practice:
		row.State, row.StateKind = "practice only", "wait"
	case k.Seen:
		row.State, row.StateKind = "key without certificate", "muted"
	case now.Before(k.From):
		row.State, row.StateKind = "to come", "muted"
	case now.After(k.To):
		row.State, row.StateKind = "validity ended", "muted"
	default:
		row.State, row.StateKind = "valid", "good"
	}
	return row
}

// addCertificate handles POST /settings/certificates: first what was read is shown, then it
// is kept.
func (s *Server) addCertificate(c echo.Context) error {
	text, err := typedCertificate(c)
	if err != nil {
		return err
	}
	view := views.CertificatesView{Pasted: string(text)}
	ctx := c.Request().Context()
	key, err := s.desk.ReadCertificate(ctx, text)
	var again registrar.Again
	if keep := c.FormValue("do") == "keep"; err == nil && keep {
		again, err = s.desk.AddCertificate(ctx, text, c.FormValue("practice") != "")
		if err == nil {
			return s.showAgain(c, "The certificate is kept.", again)
		}
	}
	var bad gst.Invalid
	if errors.As(err, &bad) {
		if view.Problem = strings.TrimSpace(faultWords(bad.Faults)); isBinary(text) || strings.Contains(view.Pasted, "PRIVATE KEY") {
			view.Pasted = "" // cannot be typed, or must not go back over the line
		}
		return s.showCertificatesPage(c, http.StatusUnprocessableEntity, view)
	}
	if err != nil {
		return err
	}
	row := certificateRow(key, s.now())
	view.Read, view.Pasted = &row, ""
	return s.showCertificatesPage(c, http.StatusOK, view)
}

// typedCertificate is the certificate that was chosen or pasted.
func typedCertificate(c echo.Context) ([]byte, error) {
	header, err := c.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && header.Size == 0 {
		return []byte(strings.TrimSpace(c.FormValue("certificate"))), nil
	}
	if err != nil {
		return nil, unreadable(err)
	}
	file, err := header.Open()
	if err != nil {
		return nil, unreadable(err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxPEM))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, unreadable(err)
	}
	return data, nil
}

func isBinary(data []byte) bool { return !isText(data) }

// showAgain says what verifying anew came to.
func (s *Server) showAgain(c echo.Context, done string, again registrar.Again) error {
	view := views.CertificatesView{Done: done}
	if again.Verified > 0 {
		view.DoneText = counted(again.Verified) + plural(again.Verified, " registered document is", " registered documents are") + " verified now."
	}
	if again.Broken > 0 {
		view.Problem = counted(again.Broken) + plural(again.Broken, " stored signature does", " stored signatures do") + " not hold under the key named. Run mohar check, which lists what is not in order."
	}
	return s.showCertificatesPage(c, http.StatusOK, view)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// verifyAgain handles POST /settings/certificates/verify.
func (s *Server) verifyAgain(c echo.Context) error {
	again, err := s.desk.VerifyAgain(c.Request().Context())
	if err != nil {
		return err
	}
	done := "Checked again."
	if again.Verified == 0 {
		done = "Checked again: their keys are still not known here."
	}
	return s.showAgain(c, done, again)
}

// removeCertificate handles POST /settings/certificates/remove.
func (s *Server) removeCertificate(c echo.Context) error {
	err := s.store.DeleteCertificate(c.Request().Context(), c.FormValue("key"))
	if errors.Is(err, gst.ErrState) {
		return s.showCertificatesPage(c, http.StatusConflict, views.CertificatesView{
			Problem: "Documents here were verified under this certificate, so it stays: without it that could be proved no longer.",
		})
	}
	if err != nil {
		return err
	}
	return redirect(c, certificatesURL+"?done=deleted")
}
