package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/pdf"
	"mohar/registrar"
)

// ewaysPath is where the e-way bills of a company are, below ownRoot.
const ewaysPath = "/companies/{gstin}/ewaybills"

// ewayTabs are the headings of the list.
var ewayTabs = []string{
	string(db.EWaysToDo), string(db.EWaysActive), string(db.EWaysPartA), string(db.EWaysExpiring), string(db.EWaysExpired),
	string(db.EWaysCancelled), string(db.EWaysOthers), string(db.EWaysTransporter), string(db.EWaysGate),
}

// listEWays handles GET /companies/{gstin}/ewaybills.
func (s *Server) listEWays(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	q := db.EWayQuery{Company: company.GSTIN, Mode: company.Mode, Tab: db.EWayTab(c.QueryParam("tab")), Query: strings.TrimSpace(c.QueryParam("q"))}
	if q.After, q.Limit, err = pageOf(c); err != nil {
		return err
	}
	if number := strings.ReplaceAll(c.QueryParam("number"), " ", ""); number != "" {
		return s.listEWay(c, company, number)
	}
	if vehicle := gst.NormalVehicle(c.QueryParam("vehicle")); vehicle != "" {
		q.Query = vehicle
	}
	from, err := dayQuery(c, "from")
	if err != nil {
		return err
	}
	to, err := dayQuery(c, "to")
	if err != nil {
		return err
	}
	q.From = from.Time()
	if to != 0 {
		q.Until = to.Time().AddDate(0, 0, 1)
	}
	if (from != 0 || to != 0) && (q.Query != "" || byEnd(q.Tab)) {
		return badQuery("from, to", "not together with q, vehicle, or a tab that comes by the end of its bills (to_do, active, part_a, expiring, expired, gate).")
	}
	bills, next, err := s.store.EWays(c.Request().Context(), q)
	if err != nil {
		return err
	}
	rows := make([]eway, len(bills))
	for i := range bills {
		rows[i] = s.showEWay(&bills[i])
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(rows, next))
}

// byEnd reports whether a tab does not come by when its bills were made.
func byEnd(tab db.EWayTab) bool {
	switch tab {
	case db.EWaysAll, db.EWaysCancelled, db.EWaysOthers, db.EWaysTransporter:
		return false
	}
	return true
}

// listEWay is the list of the bill of a number, or of none.
func (s *Server) listEWay(c echo.Context, company gst.Company, number string) error {
	rows := []eway{}
	b, err := s.store.EWayByNumber(c.Request().Context(), company.GSTIN, company.Mode, number)
	switch {
	case err == nil:
		rows = append(rows, s.showEWay(b))
	case !errors.Is(err, gst.ErrNotFound):
		return err
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(rows, db.Cursor{}))
}

// getEWay handles GET /companies/{gstin}/ewaybills/{id}.
func (s *Server) getEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeRead)
	if err != nil {
		return err
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// awaitEWay reads a bill once nothing is asked about it, or when wait is over.
func (s *Server) awaitEWay(c echo.Context, company gst.GSTIN, id int64, wait time.Duration) (*gst.EWay, error) {
	ctx := c.Request().Context()
	if wait == 0 {
		return s.store.EWay(ctx, company, id)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return s.desk.AwaitEWay(ctx, company, id)
}

// getEWayOf handles GET /companies/{gstin}/documents/{id}/ewaybill.
func (s *Server) getEWayOf(c echo.Context) error {
	company, id, err := s.ewayDocument(c, db.ScopeRead)
	if err != nil {
		return err
	}
	b, err := s.store.EWayOfInvoice(c.Request().Context(), company.GSTIN, id)
	if err != nil {
		return err
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// ewayDocument is the company and the document's id that the address names.
func (s *Server) ewayDocument(c echo.Context, scope db.Scope) (gst.Company, int64, error) {
	company, err := s.company(c, c.Param("gstin"), scope)
	if err != nil {
		return company, 0, err
	}
	id, err := idOf(c)
	callOf(c).document = id
	return company, id, err
}

// event is one line of a timeline.
type event struct {
	At       moment `json:"at"`
	Kind     string `json:"kind"`
	Actor    string `json:"actor"`
	Provider string `json:"provider" doc:"through whom the portal was asked"`
	Code     string `json:"code" doc:"what the portal or the provider answered, or what was asked"`
	Detail   string `json:"detail"`
}

// listEWayEvents handles GET /companies/{gstin}/ewaybills/{id}/events.
func (s *Server) listEWayEvents(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeRead)
	if err != nil {
		return err
	}
	events, err := s.store.EWayEvents(c.Request().Context(), company.GSTIN, b.ID)
	if err != nil {
		return err
	}
	rows := make([]event, len(events))
	for i, e := range events {
		rows[i] = event{moment(e.At), string(e.Kind), e.Actor, string(e.Provider), e.Code, e.Detail}
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(rows, db.Cursor{}))
}

// ewayPDF handles GET /companies/{gstin}/ewaybills/{id}/pdf.
func (s *Server) ewayPDF(c echo.Context) error {
	_, b, err := s.eway(c, db.ScopeRead)
	if err != nil {
		return err
	}
	if b.Number == "" {
		return plainError{http.StatusConflict, codeInvalid, "Not made yet", "The portal has not made this e-way bill yet, so there is nothing to print."}
	}
	var file bytes.Buffer
	o := pdf.EWayOptions{Slip: c.QueryParam("layout") == "slip", A5: c.QueryParam("paper") == "a5", Now: s.now()}
	if err := s.printer.WriteEWays(&file, []gst.EWay{*b}, o); err != nil {
		return err
	}
	return sendPDF(c, "E-way bill "+b.Number+".pdf", file.Bytes())
}

// sendPDF answers with a file to be shown, under a name to save it by.
//
// Source: RFC 6266, section 4.3.
func sendPDF(c echo.Context, name string, file []byte) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, "inline; filename*=UTF-8''"+url.PathEscape(name))
	return c.Blob(http.StatusOK, "application/pdf", file)
}

// refreshEWay handles POST /companies/{gstin}/ewaybills/{id}/refresh.
func (s *Server) refreshEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if b.Number == "" {
		return plainError{http.StatusConflict, codeInvalid, "Not made yet", "The portal has not made this e-way bill yet, so there is nothing to read."}
	}
	if err := s.desk.ReadEWay(c.Request().Context(), company.GSTIN, b.ID); err != nil {
		return unknownThere(err)
	}
	return s.sendEWay(c, http.StatusOK, company.GSTIN, b.ID)
}

// unknownThere words that the portal knows no such bill.
func unknownThere(err error) error {
	if errors.Is(err, gst.ErrNotFound) {
		return plainError{http.StatusNotFound, codeNotFound, "Not known at the portal", "The portal does not know this e-way bill, or the company is not named on it."}
	}
	return err
}

// ewayNumberSent names an e-way bill.
type ewayNumberSent struct {
	Number string `json:"number" must:"yes" doc:"12 digits" example:"301002999920"`
}

// adoptEWay handles POST /companies/{gstin}/ewaybills/adopt.
func (s *Server) adoptEWay(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	var sent ewayNumberSent
	if err := readJSON(s, c, mostSmall, &sent); err != nil {
		return err
	}
	id, err := s.desk.AdoptEWay(c.Request().Context(), company.GSTIN, sent.Number)
	if err != nil {
		return unknownThere(err)
	}
	c.Response().Header().Set(echo.HeaderLocation, ewayAddress(company.GSTIN, id))
	return s.sendEWay(c, http.StatusOK, company.GSTIN, id)
}

// ewayAddress is where a bill is.
func ewayAddress(company gst.GSTIN, id int64) string {
	return ownRoot + "/companies/" + string(company) + "/ewaybills/" + strconv.FormatInt(id, 10)
}

// ewayLists are the portal's lists of a day.
var ewayLists = map[string]registrar.EWayList{
	"made": registrar.ListMade, "others": registrar.ListOtherParty, "transporter": registrar.ListTransporter, "rejected": registrar.ListRejected,
}

// ewayFetch asks for a list of the portal.
type ewayFetch struct {
	List string `json:"list" must:"yes" enum:"made,others,transporter,rejected" doc:"made: by the company. others: by others in its name. transporter: given to it to carry. rejected: its own that the other party rejected"`
	From day    `json:"from" must:"yes" doc:"first day"`
	To   day    `json:"to" doc:"last day, at most a month later; without it the first"`
}

// ewayFetched is how many bills came.
type ewayFetched struct {
	Added   int `json:"added" doc:"bills that were not here"`
	Changed int `json:"changed" doc:"bills that stood otherwise at the portal"`
}

// fetchEWays handles POST /companies/{gstin}/ewaybills/fetch.
func (s *Server) fetchEWays(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	var sent ewayFetch
	if err := readJSON(s, c, mostSmall, &sent); err != nil {
		return err
	}
	list, known := ewayLists[sent.List]
	var faults gst.Faults
	if !known {
		faults = append(faults, gst.Fault{Rule: "member.value", Field: "list", Args: []string{"list", sent.List, "made, others, transporter, rejected"}})
	}
	if sent.From == 0 {
		faults = append(faults, gst.Fault{Rule: "required", Field: "from"})
	}
	if err := faults.Err(); err != nil {
		return err
	}
	added, changed, err := s.desk.FetchEWays(c.Request().Context(), company.GSTIN, list, gst.Date(sent.From), gst.Date(cmp.Or(sent.To, sent.From)))
	if err != nil {
		return unknownThere(err)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, ewayFetched{added, changed})
}

// ewayShared is a link for a driver.
type ewayShared struct {
	URL     string `json:"url" doc:"shows the e-way bill to whoever has it; it is told this once"`
	Expires moment `json:"expires_at"`
}

// driverPath is where the driver's links lead, on the pages' side.
const driverPath = "/d/"

// shareEWay handles POST /companies/{gstin}/ewaybills/{id}/share.
func (s *Server) shareEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	token, expires, err := s.desk.ShareEWay(c.Request().Context(), company.GSTIN, b.ID)
	if errors.Is(err, gst.ErrState) {
		return plainError{http.StatusConflict, codeInvalid, "Not valid", "Only an e-way bill that is valid, or that waits for its vehicle, can be shared."}
	}
	if err != nil {
		return err
	}
	return sendJSON(c, http.StatusCreated, echo.MIMEApplicationJSON, ewayShared{address(c) + driverPath + token, moment(expires)})
}

// unshareEWay handles DELETE /companies/{gstin}/ewaybills/{id}/share.
func (s *Server) unshareEWay(c echo.Context) error {
	company, b, err := s.eway(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := s.store.RevokeShares(c.Request().Context(), company.GSTIN, b.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// address is the beginning of this server's addresses, as the caller knows it.
func address(c echo.Context) string {
	scheme := "http"
	if c.Scheme() == "https" { // told by a proxy in front, too
		scheme = "https"
	}
	return scheme + "://" + c.Request().Host
}

// ewayProposal is what an e-way bill of a document would say.
type ewayProposal struct {
	ByIRN     bool            `json:"by_irn" doc:"it has to be made of the document's IRN"`
	Transport ewayTransport   `json:"transport" doc:"how the goods go, as far as it is known: to be completed and sent to make the bill"`
	Request   json.RawMessage `json:"ewaybill" schema:"EWayBillRequest" doc:"the whole as NIC's e-way bill JSON; null where it cannot be written yet"`
	Errors    []problemError  `json:"errors" doc:"what is missing or wrong yet; pointers lead into ewaybill"`
}

// proposeEWay handles GET /companies/{gstin}/documents/{id}/ewaybill/proposal.
func (s *Server) proposeEWay(c echo.Context) error {
	company, id, err := s.ewayDocument(c, db.ScopeRead)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	inv, _, err := s.store.Invoice(ctx, company.GSTIN, id)
	if err != nil {
		return err
	}
	of, err := s.desk.ProposeEWay(ctx, company.GSTIN, id)
	if err != nil {
		return err
	}
	faults, err := s.desk.CheckEWay(ctx, company, of)
	if err != nil {
		return err
	}
	p := ewayProposal{ByIRN: gst.EWayNeedsIRNRoute(inv, s.desk.Rules(company)), Transport: transportOf(of.Transport), Errors: []problemError{}}
	if request, err := desk.EWayJSON(&of); err == nil {
		p.Request = request
	}
	for _, f := range faultsOf(faults) {
		e := problemError{Code: f.code, Rule: f.rule, Message: f.message}
		e.Pointer, e.Field = ewayPlaces(f.field)
		p.Errors = append(p.Errors, e)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, p)
}

// ewayPlaces are those of a body that is NIC's e-way bill JSON.
func ewayPlaces(field string) (pointer, name string) {
	if name = desk.EWayMember(field); name == "" {
		return "", field
	}
	return pointerOf(name), name
}

// notIssued words that a document moves no goods yet.
func notIssued(err error) error {
	var not *desk.NotOffered
	if errors.Is(err, gst.ErrState) && !errors.As(err, &not) {
		return plainError{http.StatusConflict, codeInvalid, "Not issued", "Only an issued document of the company's present mode can have an e-way bill."}
	}
	return ewayProblem(err)
}

// noBody reports whether a call came without a body, where one may be left out.
func noBody(c echo.Context) bool {
	r := c.Request()
	return r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0
}
