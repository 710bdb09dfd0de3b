package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// fetchLists are the lists of the portal, by the name that the form sends.
var fetchLists = []struct {
	name, label string
	list        registrar.EWayList
}{
	{"made", "Made by us", registrar.ListMade},
	{"others", "Made by others in our name", registrar.ListOtherParty},
	{"transporter", "Given to us to carry", registrar.ListTransporter},
	{"rejected", "Ours that the other party rejected", registrar.ListRejected},
}

// showFetch handles GET /c/{gstin}/ewaybills/fetch.
func (s *Server) showFetch(c echo.Context) error {
	day := s.today().String()
	return s.showFetchPage(c, http.StatusOK, url.Values{"from": {day}, "to": {day}}, nil, nil)
}

func (s *Server) showFetchPage(c echo.Context, status int, values url.Values, faults gst.Faults, done *views.Problem) error {
	f := newFormParts("", values)
	f.put(faults)
	v := views.EWayFetchView{URL: companyURL(companyOf(c).GSTIN, "ewaybills/fetch"), Done: done}
	f.text("number", "Number", "12 digits. Your company must be named on it.", 20)
	v.One = f.take()[0]
	var lists []views.Option
	for _, l := range fetchLists {
		lists = append(lists, views.Option{Value: l.name, Label: l.label})
	}
	f.choice("list", "Which", "", lists)
	f.date("from", "From", "")
	f.date("to", "To", "At most a month.")
	v.List = f.take()
	page := s.roomFrame(c, "Fetch from the portal", "eways")
	page.Back = companyURL(companyOf(c).GSTIN, "ewaybills")
	return s.show(c, status, views.EWayFetchPage(page, v), nil)
}

// fetchEWays handles POST /c/{gstin}/ewaybills/fetch: one bill by its number, or a list.
func (s *Server) fetchEWays(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	if values.Get("do") == "one" {
		return s.fetchOne(c, values)
	}
	r := &masterReader{values: plain(values), prefix: "f"}
	from, to := read(r, "from", gst.ParseDate), read(r, "to", gst.ParseDate)
	if to == 0 {
		to = from
	}
	if from == 0 && r.faults.Err() == nil {
		r.faults = gst.Faults{{Rule: "required", Field: "from"}}
	}
	if r.faults.Err() != nil {
		return s.showFetchPage(c, http.StatusUnprocessableEntity, values, r.faults, nil)
	}
	list := fetchLists[0].list
	for _, l := range fetchLists {
		if l.name == values.Get("list") {
			list = l.list
		}
	}
	added, changed, err := s.desk.FetchEWays(c.Request().Context(), companyOf(c).GSTIN, list, from, to)
	var bad gst.Invalid
	switch {
	case errors.As(err, &bad):
		return s.showFetchPage(c, http.StatusUnprocessableEntity, values, bad.Faults, nil)
	case err != nil && c.Request().Context().Err() != nil:
		return err
	case err != nil:
		done := &views.Problem{Kind: "wait", Title: "Not all of it was fetched", Text: s.ewayAnswer(c, err)}
		if added+changed > 0 {
			done.Text += " Until then: " + fetched(added, changed) + "."
		}
		return s.showFetchPage(c, http.StatusBadGateway, values, nil, done)
	}
	done := &views.Problem{Kind: "good", Title: upperFirst(fetched(added, changed)), URL: companyURL(companyOf(c).GSTIN, "ewaybills"), Link: "Open the list"}
	return s.showFetchPage(c, http.StatusOK, values, nil, done)
}

// fetched is how many bills came.
func fetched(added, changed int) string {
	if added+changed == 0 {
		return "nothing that is not here already"
	}
	return entries(added, "bill", "bills") + " added, " + entries(changed, "bill", "bills") + " brought up to date"
}

// fetchOne fetches the bill of a number.
func (s *Server) fetchOne(c echo.Context, values url.Values) error {
	company := companyOf(c)
	id, err := s.desk.AdoptEWay(c.Request().Context(), company.GSTIN, values.Get("number"))
	var bad gst.Invalid
	switch {
	case err == nil:
		return redirect(c, ewayURL(company.GSTIN, id, ""))
	case errors.As(err, &bad):
		return s.showFetchPage(c, http.StatusUnprocessableEntity, values, bad.Faults, nil)
	case c.Request().Context().Err() != nil:
		return err
	}
	note := &views.Problem{Kind: "wait", Title: "It was not fetched", Text: s.ewayAnswer(c, err)}
	return s.showFetchPage(c, http.StatusBadGateway, values, nil, note)
}
