package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// makeTraining handles POST /companies/training: a company to learn with, ready at once.
func (s *Server) makeTraining(c echo.Context) error {
	company, err := s.desk.MakeTraining(c.Request().Context())
	if err != nil {
		return drillFault(err)
	}
	return redirect(c, companyURL(company.GSTIN, "training?done=training"))
}

// showTraining handles GET /c/{gstin}/training: the drills, and how each stands.
func (s *Server) showTraining(c echo.Context) error {
	company := companyOf(c)
	if company.Mode != gst.Practice {
		return gst.ErrNotFound
	}
	starts, running, err := s.drillStarts(c.Request().Context(), company.GSTIN)
	if err != nil {
		return err
	}
	view, mark, err := s.trainingView(c, company, starts, running)
	if err != nil {
		return err
	}
	if wantsFragment(c) && c.QueryParam("seen") == mark {
		return c.NoContent(http.StatusNoContent) // no news: what has the focus keeps it
	}
	page := s.frame(c, "Training")
	page.Nav, page.Drill = "training", nil // the cards say it
	if view.PollURL != "" {
		page.Refresh = 5
	}
	return s.show(c, http.StatusOK, views.TrainingPage(page, view), views.Drills(view))
}

// drillStarts returns, by drill, the start that its card is about, followed up to now: the
// one that runs, else the one that was shown, else the latest.
func (s *Server) drillStarts(ctx context.Context, company gst.GSTIN) (starts map[string]db.Drill, running bool, err error) {
	found, err := s.store.Drills(ctx, company)
	if err != nil {
		return nil, false, err
	}
	starts = map[string]db.Drill{}
	for _, d := range found { // the latest first
		latest, have := starts[d.Name]
		if !have {
			if d, err = s.registrar.FollowDrill(ctx, d); err != nil {
				return nil, false, err
			}
		}
		if !have || !latest.Ended.IsZero() && latest.InvoiceID == 0 && d.InvoiceID != 0 && !s.awaited(latest) {
			starts[d.Name] = d
		}
		running = running || d.Ended.IsZero() || s.awaited(d)
	}
	return starts, running, nil
}

// awaited reports whether a drill that has ended may still show what it is about: what
// waited while the providers were down goes out only then.
func (s *Server) awaited(d db.Drill) bool {
	return d.Name == registrar.DrillBothDown && d.InvoiceID == 0 && !d.Ended.IsZero() && s.now().Sub(d.Ended) < awaitedFor
}

// awaitedFor is how long pages are kept up to date for that.
const awaitedFor = 5 * time.Minute

// trainingView is the page of the drills, and a mark that changes when it does.
func (s *Server) trainingView(c echo.Context, company gst.Company, starts map[string]db.Drill, running bool) (views.TrainingView, string, error) {
	ctx, home := c.Request().Context(), companyURL(company.GSTIN, "training")
	newURL, err := s.filledInvoice(ctx, company)
	if err != nil {
		return views.TrainingView{}, "", err
	}
	var view views.TrainingView
	done, mark := 0, ""
	for _, name := range registrar.Drills() {
		d := starts[name]
		card := drillCard(company, name, d, newURL)
		card.StartURL, card.EndURL = home+"/"+name+"/start", ""
		switch {
		case d.ID != 0 && d.Ended.IsZero():
			card.Kind, card.Word, card.Since = "wait", drillText("state.running"), "since "+d.Started.In(gst.IST).Format("15:04")
			card.EndURL = home + "/end"
		case d.InvoiceID != 0:
			done++
			card.Kind, card.Word, card.StartLabel = "good", drillText("state.done"), drillText("again")
			if card.Document, err = s.shownBy(ctx, company, d.InvoiceID); err != nil {
				return view, "", err
			}
		case s.awaited(d):
			card.Kind, card.Word = "wait", drillText("state.after")
		}
		mark += fmt.Sprintf("%s%d.%d.", card.Kind[:1], d.ID, d.InvoiceID)
		view.Cards = append(view.Cards, card)
	}
	view.Progress = drillText("progress", strconv.Itoa(done), strconv.Itoa(len(view.Cards)))
	if running {
		view.PollURL = home + "?seen=" + mark
	}
	return view, mark, nil
}

// drillText is a text about drills.
func drillText(key string, args ...string) string { return lang.English.Text("drill."+key, args...) }

// mostSteps is how many steps a drill has at most.
const mostSteps = 4

// drillCard is a drill that was not done yet, with its words.
func drillCard(company gst.Company, name string, d db.Drill, newURL string) views.DrillCard {
	card := views.DrillCard{
		Name: name, Title: drillText(name + ".title"), What: drillText(name + ".what"), See: drillText(name + ".see"),
		Kind: "muted", Word: drillText("state.new"), StartLabel: drillText("start"), EndLabel: endLabel(name),
	}
	for n := 1; n <= mostSteps; n++ {
		key := fmt.Sprintf("%s.step%d", name, n)
		if !lang.English.Has("drill." + key) {
			break
		}
		card.Steps = append(card.Steps, views.DrillStep{Text: drillText(key, desk.SuspendedBuyer(company))})
	}
	runs := d.ID != 0 && d.Ended.IsZero()
	if runs && d.DraftID != 0 {
		card.Steps[0].Link = views.Link{Label: drillText("draft"), URL: companyURL(company.GSTIN, "invoices/"+strconv.FormatInt(d.DraftID, 10))}
	} else if runs {
		card.Steps[0].Link = views.Link{Label: drillText("new"), URL: newURL}
	}
	return card
}

// endLabel is the button that ends a drill.
func endLabel(name string) string {
	if name == registrar.DrillBothDown {
		return drillText("back")
	}
	return drillText("end")
}

// filledInvoice is the address of a new invoice, filled in like an earlier one where there
// is one: in a drill nobody should have to type.
func (s *Server) filledInvoice(ctx context.Context, company gst.Company) (string, error) {
	rows, _, err := s.store.Invoices(ctx, db.InvoiceFilter{Company: company.GSTIN, Mode: company.Mode, Type: gst.TaxInvoice})
	if err != nil {
		return "", err
	}
	for _, row := range rows {
		if row.Supply == gst.B2B && row.IRNState == gst.IRNRegistered {
			return companyURL(company.GSTIN, "invoices/new?copy="+strconv.FormatInt(row.ID, 10)), nil
		}
	}
	return companyURL(company.GSTIN, "invoices/new"), nil
}

// shownBy links to the document that showed what a drill is about.
func (s *Server) shownBy(ctx context.Context, company gst.Company, id int64) (views.Link, error) {
	inv, _, err := s.store.Invoice(ctx, company.GSTIN, id)
	if err != nil {
		return views.Link{}, err
	}
	return views.Link{Label: inv.Number, URL: companyURL(company.GSTIN, "invoices/"+strconv.FormatInt(id, 10))}, nil
}

// startDrill handles POST /c/{gstin}/training/{drill}/start.
func (s *Server) startDrill(c echo.Context) error {
	company, name := companyOf(c), c.Param("drill")
	if err := s.desk.StartDrill(c.Request().Context(), company, name); err != nil {
		return drillFault(err)
	}
	return redirect(c, companyURL(company.GSTIN, "training?done=started#drill-"+name))
}

// drillFault words what can keep a drill from being started.
func drillFault(err error) error {
	switch {
	case errors.Is(err, registrar.ErrFewProviders):
		return sentence{http.StatusConflict, drillText("fault.providers")}
	case errors.Is(err, registrar.ErrNumberHeld):
		return sentence{http.StatusConflict, drillText("fault.number")}
	case errors.Is(err, registrar.ErrNoPractice):
		return sentence{http.StatusServiceUnavailable, drillText("fault.portal")}
	}
	return err
}

// endDrill handles POST /c/{gstin}/training/end.
func (s *Server) endDrill(c echo.Context) error {
	ctx, company := c.Request().Context(), companyOf(c)
	d, err := s.store.RunningDrill(ctx, company.GSTIN)
	switch {
	case errors.Is(err, gst.ErrNotFound): // it has ended by itself
		return redirect(c, companyURL(company.GSTIN, "training"))
	case err != nil:
		return err
	}
	if err := s.registrar.EndDrill(ctx, company.GSTIN, d.ID); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "training?done=ended#drill-"+d.Name))
}

// drillStrip is the drill that runs at a company, as every page of it says; nil when none
// does. A page does not fail for want of it.
func (s *Server) drillStrip(c echo.Context, company gst.Company) *views.DrillStrip {
	if company.Mode != gst.Practice {
		return nil
	}
	d, err := s.store.RunningDrill(c.Request().Context(), company.GSTIN)
	if err != nil {
		if !errors.Is(err, gst.ErrNotFound) {
			s.log.WarnContext(c.Request().Context(), "running drill cannot be read", "error", err)
		}
		return nil
	}
	home := companyURL(company.GSTIN, "training")
	return &views.DrillStrip{
		Words: drillText(d.Name + ".running"), URL: home + "#drill-" + d.Name, EndURL: home + "/end", EndLabel: endLabel(d.Name),
		PollURL: home + "/strip?drill=" + strconv.FormatInt(d.ID, 10),
	}
}

// showDrillStrip handles GET /c/{gstin}/training/strip?drill=: the strip once there is news
// of the drill.
func (s *Server) showDrillStrip(c echo.Context) error {
	ctx, company := c.Request().Context(), companyOf(c)
	id, err := strconv.ParseInt(c.QueryParam("drill"), 10, 64)
	if err != nil {
		return gst.ErrNotFound
	}
	d, err := s.store.Drill(ctx, company.GSTIN, id)
	if err == nil {
		d, err = s.registrar.FollowDrill(ctx, d)
	}
	switch {
	case err != nil:
		return err
	case d.Ended.IsZero():
		return c.NoContent(http.StatusNoContent)
	}
	strip := views.DrillStrip{Words: drillText("over"), URL: companyURL(company.GSTIN, "training#drill-"+d.Name)}
	if d.InvoiceID != 0 {
		strip.Words = drillText("shown", drillText(d.Name+".title"))
		if strip.Document, err = s.shownBy(ctx, company, d.InvoiceID); err != nil {
			return err
		}
	}
	return s.show(c, http.StatusOK, views.DrillStripNote(strip), nil)
}
