package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// docsPath is where programmers read what there is.
const docsPath = "/api/docs"

// docsRoutes are what anybody may read: there is nothing of a company in it.
func (s *Server) docsRoutes(e *echo.Echo) {
	e.GET("/api", func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, docsPath) })
	e.GET(docsPath, s.showDocs)
	e.GET(openapiPath, describe)
}

// describe handles GET /api/v1/openapi.json.
func describe(c echo.Context) error {
	sum := sha256.Sum256(openapiFile)
	tag := `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`
	c.Response().Header().Set("ETag", tag)
	c.Response().Header().Set(echo.HeaderCacheControl, "no-cache") // asked again each time, sent when it is another
	if tagged(c.Request().Header.Get("If-None-Match"), func(t string) bool { return t == tag }) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", openapiFile)
}

// exampleGSTIN is the company of the samples until somebody names one: its seller is that of
// the examples in the description.
const exampleGSTIN gst.GSTIN = "27AAPFU0939F1ZV"

// showDocs handles GET /api/docs, with gstin=… of the company that the samples are for.
func (s *Server) showDocs(c echo.Context) error {
	v := views.APIDocsView{GSTIN: string(exampleGSTIN), Root: address(c) + "/api/", JSONURL: openapiPath, KeysURL: "/settings/keys"}
	company := exampleGSTIN
	if typed := strings.TrimSpace(c.QueryParam("gstin")); typed != "" {
		v.GSTIN = typed
		if g, err := gst.ParseGSTIN(typed); err != nil {
			v.Problem = "This is no GSTIN: it has 15 letters and digits, of which the last is a check digit. Check it."
		} else {
			company, v.GSTIN = g, string(g)
		}
	}
	v.Samples = s.samples(address(c), company)
	var page bytes.Buffer
	if err := views.APIDocsPage(views.Page{Title: "API", Scripts: []string{"apidocs.js", "calls.js"}}, v).Render(c.Request().Context(), &page); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	return c.HTMLBlob(http.StatusOK, page.Bytes())
}

// samples are what works when it is pasted against a company in practice, one after another.
func (s *Server) samples(address string, company gst.GSTIN) []views.APISample {
	now := s.now().In(gst.IST)
	today, number := gst.DateOf(now).String(), "TRY/"+now.Format("020106150405")
	own := address + ownRoot + "/companies/" + string(company)
	post := func(url, body string, headers ...string) string {
		var b strings.Builder
		b.WriteString("curl -u \"$API_KEY\" -X POST '" + url + "'")
		for _, h := range headers {
			b.WriteString(" \\\n  -H '" + h + "'")
		}
		if body != "" {
			b.WriteString(" \\\n  -H 'Content-Type: application/json' -d @- <<'JSON'\n" + body + "\nJSON")
		}
		return b.String()
	}
	document := strings.Replace(exampleDocument, "20/11/2026", today, 1)
	return []views.APISample{
		{ID: "key", Title: "Keep the key in the terminal", Text: "Key Id, a colon, Key Secret.", Code: "export API_KEY='M123456789012345678:secret'"},
		{ID: "companies", Title: "See your companies", Code: "curl -u \"$API_KEY\" '" + address + ownRoot + "/companies'"},
		{
			ID: "document", Title: "Make an invoice and get its IRN",
			Text: "issue=yes issues it under the next number, compute=yes works the amounts out, wait=15 waits for the portal. The same call again with its Idempotency-Key makes no second one.",
			Code: post(own+"/documents?issue=yes&compute=yes&wait=15", document, "Idempotency-Key: "+number),
		},
		{
			ID: "print", Title: "Print it", Text: "Take id from the answer in place of 1.",
			Code: "curl -u \"$API_KEY\" -o invoice.pdf '" + own + "/documents/1/pdf'",
		},
		{
			ID: "eway", Title: "Make its e-way bill",
			Code: post(own+"/documents/1/ewaybill?wait=15", `{"mode": "1", "vehicle": "MH12AB1234", "distance": 160}`, "Idempotency-Key: "+number+"/E"),
		},
		{
			ID: "octa", Title: "The same as programs for Octa GST do it", Text: "The seller in the document decides the company; the answer has the QR code as a picture and the print.",
			Code: post(address+"/api/einvoice/generateirn?qrcode=yes&pdf=yes", octaSample(company, today, number)),
		},
		{ID: "verify", Title: "Check a signed QR code, anybody’s", Text: "This one is made up, so its signature does not hold.", Code: post(address+ownRoot+"/verify", exampleSigned)},
	}
}

// octaSample is exampleINV01 of another seller, which may lie in another State.
func octaSample(company gst.GSTIN, today, number string) string {
	text := strings.NewReplacer("20/11/2026", today, "ERP/101", number, string(exampleGSTIN), string(company)).Replace(exampleINV01)
	state := string(company[:2])
	if state == "27" { // that of the example's buyer
		return text
	}
	return strings.NewReplacer(
		`"Loc": "Pune", "Pin": 411002, "Stcd": "27"`, fmt.Sprintf(`"Loc": "Town", "Pin": %d, "Stcd": "%s"`, pinOf(state), state),
		`"CgstAmt": 322.50, "SgstAmt": 322.50`, `"IgstAmt": 645`, `"CgstVal": 322.50, "SgstVal": 322.50`, `"IgstVal": 645`,
	).Replace(text)
}

// pinOf is some PIN code of a State.
func pinOf(state string) int {
	for pin := 110001; pin < gst.ForeignPIN; pin += 1000 {
		if master.PINInState(pin, state) {
			return pin
		}
	}
	return 110001
}
