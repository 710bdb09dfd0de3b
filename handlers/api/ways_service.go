package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
)

// serviceOperations are the calls that are about no company.
func (s *Server) serviceOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/health", id: "health", tag: "Service", summary: "Is it up?", open: true,
			about: "Needs no key. `200` when the program can work, `503` when its database cannot be written to.",
			gives: health{}, handle: s.health,
		},
		{
			method: http.MethodPost, path: "/verify", id: "verify", tag: "Service", summary: "Check a signed QR code", scope: db.ScopeRead,
			about: "Checks the text of a signed QR code, or a signed invoice, of anybody's e-invoice against the keys of the portal, and reads it. " +
				"Send `{\"signed\": \"eyJ…\"}`, or the bare text as `text/plain`. Nothing is stored. Signatures by the practice portal are told apart: in law they are nothing.",
			takes: signedText{}, gives: signedWords{}, handle: s.verify,
			example: exampleSigned,
		},
	}
}

// exampleSigned is a text in the form of a signed QR code, with a signature that is none.
const exampleSigned = `{"signed": "` +
	"eyJhbGciOiJSUzI1NiIsImtpZCI6IkVEQzU3REUxMzU4QjMwMEJBOUY3OTM0MEE2Njk2ODMxRjNDODUwNDciLCJ0eXAiOiJKV1QiLCJ4NXQiOiI3Y1Y5NFRXTE1BdXA5NU" +
	"5BcG1sb01mUElVRWMifQ.eyJkYXRhIjoie1wiU2VsbGVyR3N0aW5cIjpcIjI3QUFQRlUwOTM5RjFaVlwiLFwiQnV5ZXJHc3RpblwiOlwiMjdBQUJGSzQ0MTdDMVpTXCIsX" +
	"CJEb2NOb1wiOlwiRVJQLzEwMVwiLFwiRG9jVHlwXCI6XCJJTlZcIixcIkRvY0R0XCI6XCIyMC8xMS8yMDI2XCIsXCJUb3RJbnZWYWxcIjoxMzU0NSxcIkl0ZW1DbnRcIjo" +
	"xLFwiTWFpbkhzbkNvZGVcIjpcIjA4MDEzMjIwXCIsXCJJcm5cIjpcImE1YzEyZGNhODBlNzQzMzIxNzQwYjAwMWZkNzA5NTNlODczOGQxMDk4NjVkMjhiYTQwMTM3NTBmM" +
	"jA0NmYyMjlcIixcIklybkR0XCI6XCIyMDI2LTExLTIwIDEyOjAwOjAwXCJ9IiwiaXNzIjoiTklDIn0.eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh" +
	"4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4e" +
	"Hh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh" +
	"4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eA" +
	`"}`

// health is how the program stands.
type health struct {
	Status   string `json:"status" enum:"ok,down"`
	Version  string `json:"version" doc:"of the program"`
	Time     moment `json:"time" doc:"by the server's clock"`
	Database string `json:"database" enum:"writable,not_writable"`
}

// health handles GET /health.
func (s *Server) health(c echo.Context) error {
	h, status := health{Status: "ok", Version: s.version, Time: moment(s.now()), Database: "writable"}, http.StatusOK
	if err := s.store.Ready(c.Request().Context()); err != nil {
		s.log.ErrorContext(c.Request().Context(), "not ready", "error", err)
		h.Status, h.Database, status = "down", "not_writable", http.StatusServiceUnavailable
	}
	return sendJSON(c, status, echo.MIMEApplicationJSON, h)
}

// signedText is a text to be checked.
type signedText struct {
	Signed string `json:"signed" must:"yes" doc:"the text of the signed QR code, or the signed invoice: three parts with dots between"`
}

// signedWords is what a signed text comes to.
type signedWords struct {
	Verdict string `json:"verdict" enum:"genuine,trial,practice,unknown,not_genuine" doc:"genuine: signed by the portal. trial: by NIC's test system. practice: by a built-in practice portal. unknown: its key is not known here. not_genuine: the signature does not hold"`
	Valid   bool   `json:"signature_valid" doc:"the signature holds under a key that is known here"`
	// Practice is told apart from Valid: what the practice portal signs is nothing in law.
	Practice   bool          `json:"practice" doc:"signed by a practice or test portal: nothing in law"`
	Key        string        `json:"key_id,omitempty"`
	KeyName    string        `json:"key_name,omitempty"`
	Issuer     string        `json:"issuer,omitempty"`
	SignedAt   moment        `json:"signed_at"`
	OutOfTime  bool          `json:"outside_key_validity"`
	Kind       string        `json:"kind" enum:"qr,invoice"`
	Seller     gst.GSTIN     `json:"seller_gstin,omitempty"`
	SellerName string        `json:"seller_name,omitempty" doc:"in signed invoices only"`
	Buyer      gst.GSTIN     `json:"buyer_gstin,omitempty" doc:"URP for exports"`
	BuyerName  string        `json:"buyer_name,omitempty"`
	Type       string        `json:"type,omitempty" enum:"INV,CRN,DBN"`
	Number     string        `json:"number,omitempty"`
	Date       day           `json:"date"`
	Total      money         `json:"total"`
	Items      int           `json:"items"`
	MainHSN    string        `json:"main_hsn,omitempty"`
	IRN        string        `json:"irn,omitempty"`
	IRNMatches bool          `json:"irn_matches" doc:"the IRN is the one that supplier, year, type and number make"`
	AckNo      string        `json:"ack_no,omitempty"`
	Companies  []signedAbout `json:"companies" doc:"of the key's companies those that are named in it"`
}

// signedAbout is a company of the firm that a signed text names.
type signedAbout struct {
	GSTIN    gst.GSTIN `json:"gstin"`
	Role     string    `json:"role" enum:"seller,buyer"`
	Document int64     `json:"document_id,omitempty" doc:"the document that is kept here under the IRN"`
	Differs  []string  `json:"differs,omitempty" doc:"what the document that is kept here says otherwise"`
}

// mostSignedText is how large a text to be checked may be: that of a signed invoice of
// 1,000 items.
const mostSignedText = 4 << 20

// verify handles POST /verify.
func (s *Server) verify(c echo.Context) error {
	data, err := s.body(c, mostSignedText)
	if err != nil {
		return err
	}
	var sent signedText
	if data[0] == '{' || json.Valid(data) && data[0] != '"' {
		if err := readMembers(c, data, &sent); err != nil {
			return err
		}
	} else {
		sent.Signed = strings.Trim(string(data), "\" \r\n\t")
	}
	texts := desk.SignedTexts([]byte(sent.Signed))
	if len(texts) == 0 {
		return errNoSigned
	}
	signed, err := s.desk.CheckSigned(c.Request().Context(), texts[0])
	if errors.Is(err, desk.ErrNoSigned) {
		return errNoSigned
	}
	if err != nil {
		return err
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, signedIn(signed, callOf(c).key))
}

var errNoSigned = plainError{http.StatusUnprocessableEntity, codeInvalid, "No signed text",
	"This is no signed text of the portal: three parts of letters with dots between, the first beginning with eyJ. Send the whole text of the QR code, or SignedInvoice as the portal gave it."}

// signedIn is a checked text for a key: companies that it may not see are not named.
func signedIn(signed desk.Signed, key db.APIKey) signedWords {
	w := signedWords{
		Verdict: string(signed.Verdict), Valid: signed.Verdict != desk.NotKnown && signed.Verdict != desk.NotGenuine,
		Practice: signed.Verdict == desk.OfPractice || signed.Verdict == desk.Trial,
		Key:      signed.Key.ID, KeyName: signed.Key.Name, Issuer: signed.Issuer, SignedAt: moment(signed.At), OutOfTime: signed.OutOfTime,
		Kind: "qr", Seller: signed.Seller, SellerName: signed.SellerName, Buyer: signed.Buyer, BuyerName: signed.BuyerName,
		Type: string(signed.Type), Number: signed.Number, Date: day(signed.Date), Total: money(signed.Total), Items: signed.Lines,
		MainHSN: signed.MainHSN, IRN: signed.IRN, IRNMatches: signed.IRNMatches(), AckNo: signed.AckNo, Companies: []signedAbout{},
	}
	if signed.Whole {
		w.Kind = "invoice"
	}
	for _, o := range signed.Own {
		if !key.For(o.Company.GSTIN) {
			continue
		}
		about := signedAbout{GSTIN: o.Company.GSTIN, Role: "buyer", Differs: o.Differs}
		if o.Seller {
			about.Role = "seller"
		}
		if o.Invoice != nil {
			about.Document = o.Invoice.ID
		}
		w.Companies = append(w.Companies, about)
	}
	return w
}
