package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/views"
)

// ewayAsking is the form that asks for an e-way bill: of a document of ours, or of a
// movement without one; for a bill that was refused, once more.
type ewayAsking struct {
	inv    *gst.Invoice // nil: no document of ours
	old    *gst.EWay    // what was refused; nil: a new one
	of     gst.Consignment
	values url.Values
	faults gst.Faults
	rows   int
	picked string // a document's number that was not found
	said   string // about the look-up
}

// newEWay handles GET /c/{gstin}/ewaybills/new, with invoice=ID or number=… of a document.
func (s *Server) newEWay(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	if number := strings.TrimSpace(c.QueryParam("number")); number != "" {
		id, err := s.numbered(ctx, company, number)
		if err != nil {
			return err
		}
		if id != 0 {
			return redirect(c, newEWayURL(company.GSTIN, id))
		}
		return s.showAsking(c, http.StatusUnprocessableEntity, &ewayAsking{values: freeEWay(company, s.today()), rows: 1, picked: number})
	}
	id, _ := strconv.ParseInt(c.QueryParam("invoice"), 10, 64)
	if id == 0 {
		return s.showAsking(c, http.StatusOK, &ewayAsking{values: freeEWay(company, s.today()), rows: 1})
	}
	a, err := s.askingOf(ctx, company, id)
	if err != nil {
		return err
	}
	if bill, err := s.store.EWayOfInvoice(ctx, company.GSTIN, id); err == nil { // it has one already
		switch bill.State {
		case gst.EWayCancelled, gst.EWayClosed:
		case gst.EWayFailed:
			return redirect(c, ewayURL(company.GSTIN, bill.ID, "mend"))
		default:
			if bill.StateAt(s.now()) != gst.EWayDiscarded {
				return redirect(c, ewayURL(company.GSTIN, bill.ID, ""))
			}
		}
	} else if !errors.Is(err, gst.ErrNotFound) {
		return err
	}
	return s.showAsking(c, http.StatusOK, a)
}

// newEWayURL is the form for a document.
func newEWayURL(company gst.GSTIN, invoice int64) string {
	return companyURL(company, "ewaybills/new") + "?invoice=" + strconv.FormatInt(invoice, 10)
}

// numbered is the id of the newest document with a number; 0 when there is none.
func (s *Server) numbered(ctx context.Context, company gst.Company, number string) (int64, error) {
	rows, err := s.findNumber(ctx, company, number)
	if err != nil {
		return 0, err
	}
	for _, r := range rows {
		if gst.NormalNumber(r.Number) == gst.NormalNumber(number) && r.State == gst.Issued {
			return r.ID, nil
		}
	}
	return 0, nil
}

// askingOf is the form for a document as it is proposed.
func (s *Server) askingOf(ctx context.Context, company gst.Company, id int64) (*ewayAsking, error) {
	inv, _, err := s.store.Invoice(ctx, company.GSTIN, id)
	if err != nil {
		return nil, err
	}
	of, err := s.desk.ProposeEWay(ctx, company.GSTIN, id)
	if err != nil {
		return nil, err
	}
	return &ewayAsking{inv: inv, of: of, values: consignmentValues(&of)}, nil
}

// mendEWay handles GET /c/{gstin}/ewaybills/{id}/mend: what was refused, to be mended.
func (s *Server) mendEWay(c echo.Context) error {
	b, err := s.changeableEWay(c)
	if err != nil {
		return err
	}
	if b.State != gst.EWayFailed {
		return redirect(c, ewayURL(b.Company, b.ID, ""))
	}
	a, err := s.mending(c, b)
	if err != nil {
		return err
	}
	return s.showAsking(c, http.StatusOK, a)
}

// mending is the form of a bill that was refused, as it was asked for.
func (s *Server) mending(c echo.Context, b *gst.EWay) (*ewayAsking, error) {
	a := &ewayAsking{old: b, of: b.Of, values: consignmentValues(&b.Of), rows: len(b.Of.Lines)}
	if b.InvoiceID == 0 {
		return a, nil
	}
	inv, _, err := s.store.Invoice(c.Request().Context(), b.Company, b.InvoiceID)
	if err != nil {
		return nil, err
	}
	a.inv = inv
	return a, nil
}

// makeEWay handles POST /c/{gstin}/ewaybills and /c/{gstin}/ewaybills/{id}/mend.
func (s *Server) makeEWay(c echo.Context) error {
	company, ctx := companyOf(c), c.Request().Context()
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	a, err := s.askedFor(c, values)
	if err != nil {
		return err
	}
	a.values, a.rows = values, rowsOf(values)
	switch do := values.Get("do"); {
	case do == "row":
		a.rows++
		return s.showAsking(c, http.StatusOK, a)
	case do == "lookup":
		s.lookUpCarrier(c, a)
		return s.showAsking(c, http.StatusOK, a)
	case strings.HasPrefix(do, "drop:"):
		dropGoods(a, strings.TrimPrefix(do, "drop:"))
		return s.showAsking(c, http.StatusOK, a)
	}
	a.of, a.faults = readConsignment(values, a.of, a.inv != nil)
	if a.faults.Err() != nil {
		return s.showAsking(c, http.StatusUnprocessableEntity, a)
	}
	id, err := s.askFor(ctx, company, a)
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, ewayURL(company.GSTIN, id, ""))
	case errors.As(err, &bad):
		a.faults = bad.Faults
		return s.showAsking(c, http.StatusUnprocessableEntity, a)
	case errors.Is(err, gst.ErrConflict):
		a.faults = gst.Faults{{Rule: "waybill.made", Field: "number"}}
		return s.showAsking(c, http.StatusUnprocessableEntity, a)
	}
	return err
}

// askFor asks the desk for the bill, and returns its id.
func (s *Server) askFor(ctx context.Context, company gst.Company, a *ewayAsking) (int64, error) {
	if a.old != nil {
		return a.old.ID, s.desk.RetryEWay(ctx, company.GSTIN, a.old.ID, a.of)
	}
	invoice := int64(0)
	if a.inv != nil {
		invoice = a.inv.ID
	}
	return s.desk.MakeEWay(ctx, company.GSTIN, invoice, a.of)
}

// askedFor is what the sent form is about.
func (s *Server) askedFor(c echo.Context, values url.Values) (*ewayAsking, error) {
	if c.Param("id") != "" {
		b, err := s.changeableEWay(c)
		if err != nil {
			return nil, err
		}
		return s.mending(c, b)
	}
	if id, _ := strconv.ParseInt(values.Get("invoice"), 10, 64); id != 0 {
		return s.askingOf(c.Request().Context(), companyOf(c), id)
	}
	return &ewayAsking{}, nil
}

// lookUpCarrier fills in the transporter's name from the portal's register.
func (s *Server) lookUpCarrier(c echo.Context, a *ewayAsking) {
	id := strings.ToUpper(strings.TrimSpace(a.values.Get("transporter_id")))
	found, err := s.desk.LookUpTransporter(c.Request().Context(), companyOf(c).GSTIN, id)
	if err != nil {
		a.said = s.ewayAnswer(c, err)
		return
	}
	a.values.Set("transporter_id", id)
	a.values.Set("transporter_name", found.LegalName)
}

// mostRows is how many lines of goods the form takes.
const mostRows = 250

// rowsOf is how many rows the sent form has.
func rowsOf(values url.Values) int {
	n := 0
	for name := range values {
		if group, row, _, ok := splitRow(name); ok && group == "lines" && row < mostRows {
			n = max(n, row+1)
		}
	}
	return max(n, 1)
}

// dropGoods takes a row out of the form.
func dropGoods(a *ewayAsking, text string) {
	at, err := strconv.Atoi(text)
	if err != nil || at < 0 || at >= a.rows {
		return
	}
	for _, column := range goodsColumns {
		for row := at; row < a.rows; row++ {
			a.values.Set(lineName(row, column), a.values.Get(lineName(row+1, column)))
		}
	}
	a.rows = max(a.rows-1, 1)
}

// showAsking shows the form.
func (s *Server) showAsking(c echo.Context, status int, a *ewayAsking) error {
	v, err := s.askingView(c, a)
	if err != nil {
		return err
	}
	page := s.roomFrame(c, "New e-way bill", "eways")
	page.Back = companyURL(companyOf(c).GSTIN, "ewaybills")
	if a.old != nil {
		page.Title, page.Back = "Mend the e-way bill", ewayURL(a.old.Company, a.old.ID, "")
	}
	return s.show(c, status, views.EWayFormPage(page, v), nil)
}

// askingView is the form as its page shows it.
func (s *Server) askingView(c echo.Context, a *ewayAsking) (views.EWayFormView, error) {
	company, ctx := companyOf(c), c.Request().Context()
	v := views.EWayFormView{URL: companyURL(company.GSTIN, "ewaybills"), Submit: "Make the e-way bill", ByIRN: a.of.IRN != ""}
	f := newFormParts("", a.values)
	f.put(rateFaults(a.faults))
	if a.old != nil {
		v.URL, v.Submit = ewayURL(company.GSTIN, a.old.ID, "mend"), "Try again"
		v.Refused = ewayProblemOf(a.old)
	}
	if a.inv != nil {
		s.askingDocument(company, a, &v)
		f.values.Set("invoice", strconv.FormatInt(a.inv.ID, 10))
		f.hidden("invoice")
		v.Hidden = f.take()
	} else if a.old == nil {
		v.PickURL, v.Number = companyURL(company.GSTIN, "ewaybills/new"), a.picked
		if a.picked != "" {
			v.PickNote = "No issued document of yours has this number."
		}
	}
	distance, err := s.distanceHelp(ctx, company, a)
	if err != nil {
		return v, err
	}
	v.Transport = s.transportGroup(ctx, company.GSTIN, f, distance, a.said)
	v.PartB = s.vehicleGroup(ctx, company, f)
	v.Parts = partyGroups(a, f)
	v.Folded = a.inv != nil
	if a.inv == nil {
		v.Rows, v.AddRow = goodsRows(a, f), a.rows < mostRows
	}
	for _, g := range v.Parts {
		v.Open = v.Open || slices.ContainsFunc(g.Controls, func(c views.Control) bool { return c.Error != "" })
	}
	v.Faults = f.rest()
	return v, nil
}

// askingDocument is what the form shows of the document.
func (s *Server) askingDocument(company gst.Company, a *ewayAsking, v *views.EWayFormView) {
	inv := a.inv
	v.Document = &views.EWayDocument{
		URL: invoiceURL(inv, ""), Kind: documentKinds[inv.Type], Number: inv.Number, Date: inv.Date.Long(), Total: rupees(inv.Totals.Total),
	}
	v.NewDocURL, v.Totals = v.Document.URL, consignmentSums(&a.of)
	v.Ends = []views.PartyView{endView("From", a.of.From), endView("To", a.of.To)}
	v.Goods, v.More = goodsOf(&a.of, 5)
	for _, line := range whyLines(inv, s.desk.Rules(company), false) {
		if strings.Contains(line.Text, "-way bill") {
			v.Need = append(v.Need, line)
		}
	}
	if aging := s.agingOf(inv.Date); aging != nil {
		v.Need = append(v.Need, *aging)
	}
	if irn := inv.IRN.State; gst.EWayNeedsIRNRoute(inv, s.desk.Rules(company)) && irn != gst.IRNRegistered {
		v.Need = append(v.Need, views.Check{Kind: "wait", Text: "It is made by the document’s IRN, as soon as the portal has given that."})
	}
}

// distanceHelp says what is known of the way, and how much more the portal takes.
//
// Source: e-way bill API 1.03, error 702: at most a tenth above the portal's own distance.
func (s *Server) distanceHelp(ctx context.Context, company gst.Company, a *ewayAsking) (string, error) {
	const portal = "Empty or 0: the portal works it out from the PIN codes."
	if a.inv == nil && a.old == nil {
		return portal, nil
	}
	km, byPortal, err := s.store.Distance(ctx, company.GSTIN, a.of.From.PIN, a.of.To.PIN)
	switch {
	case errors.Is(err, gst.ErrNotFound) || err == nil && km == 0:
		return portal, nil
	case err != nil:
		return "", err
	case byPortal:
		return "The portal said " + counted(km) + " km last time; it takes at most " + counted(km*11/10) + " (10 % more).", nil
	}
	return "Last time " + counted(km) + " km. " + portal, nil
}
