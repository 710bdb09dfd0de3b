package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// ewayPanel is the e-way bill of a document on the document's page; nil where there is none
// and none is needed.
func (s *Server) ewayPanel(ctx context.Context, company gst.Company, inv *gst.Invoice) (*views.EWayPanel, error) {
	b, err := s.store.EWayOfInvoice(ctx, company.GSTIN, inv.ID)
	switch {
	case errors.Is(err, gst.ErrNotFound):
		return s.wantedPanel(company, inv), nil
	case err != nil:
		return nil, err
	}
	now := s.now()
	p := &views.EWayPanel{URL: ewayURL(b.Company, b.ID, ""), Number: grouped(b.Number)}
	p.Kind, p.State = ewayLook(b.StateAt(now))
	p.Waits = b.Asked != "" || b.State == gst.EWayPending || b.State == gst.EWayUnknown
	left, _, until := leftOf(b, now)
	p.Until = joinParts(until, left)
	switch state := b.StateAt(now); {
	case state == gst.EWayFailed:
		p.Text = "The portal did not make it."
		if inv.IRN.State == gst.IRNRegistered {
			p.Text = "The document has its IRN; no e-way bill was made of it."
		}
		if reg := inv.IRN.Registration; reg == nil || reg.EWayRefusal == nil { // else it stands above
			p.Details = ewayDetails(b.Refusal)
		}
		if inv.Mode == company.Mode {
			p.MakeURL, p.MakeLabel, p.Main = ewayURL(b.Company, b.ID, "mend"), "Mend and make it", inv.State == gst.Issued
			if b.Of.IRN != "" || inv.IRN.State == gst.IRNRegistered {
				p.MakeLabel = "Mend and make it by IRN"
			}
		}
	case state == gst.EWayPartA:
		p.Text = "Goods must not move before a vehicle is entered."
	case state == gst.EWayCancelled || state == gst.EWayDiscarded:
		if wanted := s.wantedPanel(company, inv); wanted != nil {
			p.Text, p.MakeURL, p.MakeLabel = wanted.Text, wanted.MakeURL, "Make a new one"
		}
	case b.Asked != "":
		p.Text = ewayAskedWords(b)
	}
	return p, nil
}

// wantedPanel says that goods need an e-way bill, or perhaps do; nil where they do not, and
// for a document that moves nothing now.
func (s *Server) wantedPanel(company gst.Company, inv *gst.Invoice) *views.EWayPanel {
	if inv.State != gst.Issued || inv.Elsewhere || inv.Mode != company.Mode || inv.IRN.State == gst.IRNFailed || inv.IRN.State == gst.IRNConflict {
		return nil
	}
	answer := gst.NeedsEWayBill(inv, s.desk.Rules(company))
	if answer.Need == gst.NeedNo {
		return nil
	}
	p := &views.EWayPanel{
		Kind: "wait", State: "Needed", Text: lang.English.Text("ewayneed."+answer.Reason, answer.Args...) + ".",
		MakeURL: newEWayURL(inv.Company, inv.ID), MakeLabel: "Make the e-way bill", Main: answer.Need == gst.NeedYes && inv.IRN.State != gst.IRNHeld,
	}
	if answer.Need == gst.NeedMaybe {
		p.Kind, p.State = "muted", "Perhaps needed"
	}
	if aging := s.agingOf(inv.Date); aging != nil {
		p.Text += " " + aging.Text
		if aging.Kind == "bad" {
			p.MakeURL, p.Main = "", false
		}
	}
	return p
}

// showEWayCalls handles GET /c/{gstin}/ewaybills/{id}/calls: what was said to the portal.
func (s *Server) showEWayCalls(c echo.Context) error {
	b, inv, calls, err := s.ewayCalls(c)
	if err != nil {
		return err
	}
	v := views.CallsView{Document: "e-way bill " + b.Number, URL: ewayURL(b.Company, b.ID, ""), FileURL: ewayURL(b.Company, b.ID, "calls.txt")}
	if b.Number == "" {
		v.Document = "the e-way bill of " + b.Of.Number
	}
	if len(calls) > mostCalls && c.QueryParam("all") == "" {
		v.Older, v.AllURL = len(calls)-mostCalls, ewayURL(b.Company, b.ID, "calls")+"?all=1"
		calls = calls[:mostCalls]
	}
	for _, e := range calls {
		v.Calls = append(v.Calls, ewayCallView(e))
	}
	v.Text = s.helpText(companyOf(c), inv, calls)
	page := s.roomFrame(c, "What was said to the portal", "eways")
	page.Back, page.Scripts = ewayURL(b.Company, b.ID, ""), []string{"calls.js"}
	return s.show(c, http.StatusOK, views.CallsPage(page, v), nil)
}

// ewayCallView is a call with the meaning of its code in the e-way bill system.
func ewayCallView(e gst.Exchange) views.CallView {
	v := callView(e)
	if words := ewayWhy(e.Code); words != "" {
		v.Meaning = words
	}
	return v
}

// ewayCallsText handles GET /c/{gstin}/ewaybills/{id}/calls.txt: all of it as a text file.
func (s *Server) ewayCallsText(c echo.Context) error {
	b, inv, calls, err := s.ewayCalls(c)
	if err != nil {
		return err
	}
	name := strings.TrimSpace("E-way bill " + b.Number)
	return sendFile(c, toSave, name+" calls.txt", "text/plain; charset=utf-8", []byte(s.helpText(companyOf(c), inv, calls)))
}

// ewayCalls reads the calls that were made for a bill, the newest first, without secrets,
// and the bill as a document for a help desk.
func (s *Server) ewayCalls(c echo.Context) (*gst.EWay, *gst.Invoice, []gst.Exchange, error) {
	b, err := s.eway(c)
	if err != nil {
		return nil, nil, nil, err
	}
	ctx := c.Request().Context()
	calls, err := s.store.EWayExchanges(ctx, b.Company, b.ID)
	if err != nil {
		return nil, nil, nil, err
	}
	inv := &gst.Invoice{Company: b.Company, Mode: b.Mode, Type: gst.DocumentType(b.Of.Paper), Number: b.Of.Number, Date: b.Of.Date}
	blot, err := s.blotter(ctx, inv)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range calls {
		e := &calls[i]
		for _, text := range []*string{&e.URL, &e.Sent, &e.Got, &e.Why, &e.Code} {
			*text = blot.Replace(*text)
		}
	}
	slices.Reverse(calls)
	return b, inv, calls, nil
}

// fillEWays shows in the queue the e-way bills about which something is asked of the portal,
// or was refused. While something is asked the page follows it, as for documents.
func (s *Server) fillEWays(ctx context.Context, company gst.Company, v *views.QueueView) error {
	bills, next, err := s.store.EWays(ctx, db.EWayQuery{Company: company.GSTIN, Mode: company.Mode, Tab: db.EWaysToDo, Limit: queueFew})
	if err != nil || len(bills) == 0 {
		return err
	}
	counts, err := s.store.EWayCounts(ctx, company.GSTIN, company.Mode, s.now())
	if err != nil {
		return err
	}
	section := views.QueueSection{
		ID: "eways", Kind: "wait", Title: "E-way bills", Count: counted(int(counts.ToDo)),
		Text: "What is asked for is sent by itself; what was refused wants mending.",
	}
	for i := range bills {
		b := &bills[i]
		row := views.QueueRow{
			URL: ewayURL(b.Company, b.ID, ""), Number: b.Of.Number, Customer: otherSide(b), Total: b.Of.Totals.Total.Indian(), Date: ewayWords("state", b.State),
		}
		row.Why, row.Bad = s.ewayRowWhy(b)
		section.Rows = append(section.Rows, row)
		if b.Asked != "" {
			v.Busy, v.Every, v.NowURL = true, "2s", companyURL(company.GSTIN, "queue/now")
		}
	}
	if !next.IsZero() {
		section.AllURL, section.AllLabel = ewaysURL(company.GSTIN, db.EWaysToDo, "", db.Cursor{}), "All e-way bills to do"
	}
	v.Sections = append(v.Sections, section)
	if v.Promise.Kind == "good" { // true of documents only
		v.Promise = views.Problem{Kind: "wait", Title: "No document waits for its IRN", Text: "E-way bills do need something: see below."}
	}
	return nil
}
