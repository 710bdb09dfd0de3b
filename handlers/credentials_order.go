package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// moveCredentials handles POST /c/{gstin}/settings/credentials/{provider}/move: one place up
// or down in the order in which the providers are tried.
func (s *Server) moveCredentials(c echo.Context) error {
	ctx, company := c.Request().Context(), companyOf(c)
	all, err := s.allCredentials(ctx, company)
	if err != nil {
		return err
	}
	if _, err := storedAt(all, c.Param("provider")); err != nil {
		return err
	}
	var order []gst.Provider
	for _, one := range all {
		if one.There {
			order = append(order, one.Provider)
		}
	}
	at := slices.Index(order, gst.Provider(c.Param("provider")))
	to := at - 1
	if c.FormValue("to") == "down" {
		to = at + 1
	}
	if at >= 0 && to >= 0 && to < len(order) {
		order[at], order[to] = order[to], order[at]
		if err := s.store.OrderCredentials(ctx, company.GSTIN, company.Mode, order); err != nil {
			return err
		}
	}
	return redirect(c, companyURL(company.GSTIN, "settings/credentials"))
}

// useCredentials handles POST /c/{gstin}/settings/credentials/{provider}/use: it switches a
// provider on or off. One that lacks something stays off, and its card says what.
func (s *Server) useCredentials(c echo.Context) error {
	ctx, company := c.Request().Context(), companyOf(c)
	all, err := s.allCredentials(ctx, company)
	if err != nil {
		return err
	}
	one, err := storedAt(all, c.Param("provider"))
	if err != nil {
		return err
	}
	on := c.FormValue("on") == "1"
	if on && !one.Closed {
		if wrong := s.checkCredentials(one, true); len(wrong) > 0 {
			return s.showRefusedCard(c, one, wrong)
		}
	}
	if err := s.store.UseCredentials(ctx, company.GSTIN, company.Mode, one.Provider, on); err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/credentials"))
}

// pingProvider handles POST /c/{gstin}/settings/credentials/{provider}/ping: it asks whether
// the portal is alive behind a provider, which needs no sign-in.
func (s *Server) pingProvider(c echo.Context) error {
	ctx, company := c.Request().Context(), companyOf(c)
	all, err := s.allCredentials(ctx, company)
	if err != nil {
		return err
	}
	one, err := storedAt(all, c.Param("provider"))
	if err != nil {
		return err
	}
	words, took, err := s.registrar.Ping(ctx, company.GSTIN, one.Credentials)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	ping := &views.PingResult{OK: err == nil, Text: "Answered in " + spent(took) + ": " + words}
	if err != nil {
		ping.Text = s.portalAnswer(c, err)
	}
	view, err := s.credentialsView(c)
	if err != nil {
		return err
	}
	for i := range view.Gateways {
		if view.Gateways[i].Provider == string(one.Provider) {
			view.Gateways[i].Ping = ping
		}
	}
	return s.showCredentialsView(c, http.StatusOK, view, views.Gateways(view.Gateways))
}

// gatewayRows are the providers in the order they are tried, with how each answers.
func (s *Server) gatewayRows(company gst.Company, all []stored) []views.GatewayRow {
	rows := make([]views.GatewayRow, 0, len(all))
	place := 0
	for i, one := range all {
		url := companyURL(company.GSTIN, "settings/credentials/"+string(one.Provider))
		row := views.GatewayRow{
			Provider: string(one.Provider), Name: one.Provider.Name(), Enabled: one.There && one.Enabled, There: one.There,
			MoveURL: url + "/move", UseURL: url + "/use", PingURL: url + "/ping",
			Up: one.There && i > 0, Down: one.There && i+1 < len(all) && all[i+1].There,
		}
		if row.Enabled {
			place++
			row.Place = strconv.Itoa(place)
		}
		s.describeHealth(&row, one)
		rows = append(rows, row)
	}
	return rows
}

// describeHealth says how the provider of a row answers, in its mode, to all companies.
func (s *Server) describeHealth(row *views.GatewayRow, one stored) {
	h, now := one.Gateway.Health, s.now()
	switch {
	case !one.There:
		row.Kind, row.State = "muted", "No API user yet"
	case !one.Enabled:
		row.Kind, row.State = "muted", "Switched off"
	case h.Open && h.Until.After(now):
		row.Kind, row.State = "wait", "Not used until "+clock(h.Until)
	case h.Open:
		row.Kind, row.State = "wait", "Being tried again"
	case h.Calls == 0:
		row.Kind, row.State = "muted", "Not called in the last hour"
	case h.Good == 0:
		row.Kind, row.State = "bad", "Does not answer"
	default:
		row.Kind, row.State = "good", "Answers"
	}
	if h.Calls > 0 {
		row.Rate = strconv.Itoa(h.Good) + " of " + strconv.Itoa(h.Calls) + " calls answered in the last hour"
		if h.Calls == 1 {
			row.Rate = strconv.Itoa(h.Good) + " of 1 call answered in the last hour"
		}
		if h.Median > 0 {
			row.Rate += ", mostly in " + spent(h.Median)
		}
	}
	row.Why = lastFailure(h, now)
	if h.Switched {
		row.Note = "Its first address does not answer; calls go to the next one."
	}
	if one.Closed {
		row.Kind, row.State, row.Note = "bad", "Password cannot be opened", lang.English.Text("portal.no_key")
	}
}

// spent is a short time as people say it.
func spent(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	tenths := d.Round(100*time.Millisecond).Milliseconds() / 100
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " s"
}

// forLong is how long something goes on: "5 h 40 min".
func forLong(d time.Duration) string {
	minutes := int64(d.Round(time.Minute) / time.Minute)
	hours := strconv.FormatInt(minutes/60, 10) + " h"
	rest := strconv.FormatInt(minutes%60, 10) + " min"
	switch {
	case minutes < 60:
		return rest
	case minutes%60 == 0:
		return hours
	}
	return hours + " " + rest
}
