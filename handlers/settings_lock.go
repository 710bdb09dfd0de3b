package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// showLock handles GET /c/{gstin}/settings/lock.
func (s *Server) showLock(c echo.Context) error {
	day := monthEnd(s.today(), 1)
	if locked := companyOf(c).LockedTo; locked >= day {
		day = locked
	}
	return s.showLockForm(c, http.StatusOK, views.LockView{To: day.String()})
}

// monthEnd is the last day of the month so many months before a day's own.
func monthEnd(d gst.Date, before int) gst.Date {
	for ; before > 0; before-- {
		d = (d/100*100 + 1).AddDays(-1)
	}
	return d
}

// setLock handles POST /c/{gstin}/settings/lock: close up to a day, or open again.
func (s *Server) setLock(c echo.Context) error {
	company := companyOf(c)
	form := views.LockView{To: strings.TrimSpace(c.FormValue("to"))}
	version, err := strconv.ParseInt(c.FormValue("version"), 10, 64)
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
	}
	var to gst.Date
	if c.FormValue("do") != "open" {
		if to, form.Problem = s.closingDay(form.To); form.Problem != "" {
			return s.showLockForm(c, http.StatusUnprocessableEntity, form)
		}
	}
	err = s.store.SetLock(c.Request().Context(), company.GSTIN, to, version)
	if errors.Is(err, gst.ErrConflict) {
		form.Conflict = settingsConflict["form"]
		return s.showLockForm(c, http.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "settings/lock?done=saved"))
}

// closingDay reads the day up to which the books are to be closed, and says what is
// wrong with it. New documents are dated today, so today stays open.
func (s *Server) closingDay(text string) (gst.Date, string) {
	to, err := gst.ParseDate(text)
	switch {
	case err != nil:
		return 0, "Type the date as dd/mm/yyyy."
	case to >= s.today():
		return 0, "Close up to yesterday at most: documents of today could not be issued any more."
	}
	return to, ""
}

func (s *Server) showLockForm(c echo.Context, status int, form views.LockView) error {
	company := companyOf(c)
	form.URL = companyURL(company.GSTIN, "settings/lock")
	form.Version = strconv.FormatInt(company.Version, 10)
	if company.LockedTo != 0 {
		form.Locked = company.LockedTo.Long()
	}
	for before := 1; before <= 3; before++ {
		form.Offers = append(form.Offers, monthEnd(s.today(), before).String())
	}
	var err error
	if form.History, err = s.lockHistory(c.Request().Context(), company.GSTIN); err != nil {
		return err
	}
	return s.show(c, status, views.LockPage(s.settingsFrame(c), form), nil)
}

// lockHistory is who closed and opened the books of late, the newest first. A company's
// own changes are few, so its last hundred hold them.
func (s *Server) lockHistory(ctx context.Context, gstin gst.GSTIN) ([]views.LockEntry, error) {
	entries, err := s.store.EditLog(ctx, db.LogFilter{Company: gstin, Subject: "company", Which: string(gstin)})
	if err != nil {
		return nil, err
	}
	var history []views.LockEntry
	for _, e := range entries {
		if e.Action != "locked" || len(history) == 5 {
			continue
		}
		var after struct{ LockedTo gst.Date }
		if err := json.Unmarshal([]byte(e.After), &after); err != nil {
			continue // the page is no place to judge the log; mohar check is
		}
		entry := views.LockEntry{By: e.Actor.Name, At: e.At.In(gst.IST).Format("2 Jan 2006, 15:04")}
		if after.LockedTo != 0 {
			entry.To = after.LockedTo.Long()
		}
		history = append(history, entry)
	}
	return history, nil
}
