package handlers

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
	"mohar/sheet"
	"mohar/views"
)

// showByHand handles GET /c/{gstin}/byhand, where "document" names one to begin with.
func (s *Server) showByHand(c echo.Context) error {
	return s.showByHandPage(c, http.StatusOK, views.ByHandView{})
}

// doByHand handles POST /c/{gstin}/byhand: documents are given out or sent after all, or
// the portal's answers are brought.
func (s *Server) doByHand(c echo.Context) error {
	switch c.FormValue("do") {
	case "give", "give_all":
		return s.giveOut(c)
	case "back", "back_all":
		return s.takeBack(c)
	}
	return s.bringReplies(c)
}

// giveOut gives the chosen documents out, or all that can be.
func (s *Server) giveOut(c echo.Context) error {
	company := companyOf(c)
	ids, err := chosenIDs(c)
	if err == nil && c.FormValue("do") == "give_all" {
		ids, err = s.freeIDs(c)
	}
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return s.showByHandPage(c, http.StatusUnprocessableEntity, views.ByHandView{Left: []views.ByHandLeft{{Text: "Tick a document first."}}})
	}
	ids = ids[:min(len(ids), desk.MostByHand)]
	at, given, left, err := s.desk.GiveOut(c.Request().Context(), company, ids)
	if err != nil {
		return err
	}
	v := views.ByHandView{Left: leftViews(left)}
	if given > 0 {
		v.Done, v.DoneURL = "The file with "+documents(int64(given))+" is ready", handFileURL(company.GSTIN, at)
		v.DoneText = "Upload the file at the portal, then bring the result back below."
	}
	return s.showByHandPage(c, http.StatusOK, v)
}

// takeBack has the chosen documents sent through the providers after all, or all of those
// that were given out together.
func (s *Server) takeBack(c echo.Context) error {
	company := companyOf(c)
	ids, err := chosenIDs(c)
	if err == nil && c.FormValue("do") == "back_all" {
		ids, err = s.givenIDs(c)
	}
	if err != nil {
		return err
	}
	taken, left, err := s.desk.TakeBack(c.Request().Context(), company, ids)
	if err != nil {
		return err
	}
	v := views.ByHandView{Left: leftViews(left)}
	if taken > 0 {
		v.Done = documents(int64(taken)) + " back in the queue."
		v.DoneText = "If one was uploaded by hand after all, the portal says so and its IRN is taken over."
	}
	return s.showByHandPage(c, http.StatusOK, v)
}

// chosenIDs are the documents that were ticked. Numbers that are none are left out: no
// page of ours sends them.
func chosenIDs(c echo.Context) ([]int64, error) {
	form, err := c.FormParams()
	if err != nil {
		return nil, unreadable(err)
	}
	var ids []int64
	for _, text := range form["id"] {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// freeIDs are all documents that can be given out, as many as go together.
func (s *Server) freeIDs(c echo.Context) ([]int64, error) {
	waiting, err := s.desk.ByHand(c.Request().Context(), companyOf(c), desk.MostByHand)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, h := range waiting {
		if h.Bar == "" {
			ids = append(ids, h.ID)
		}
	}
	return ids, nil
}

// givenIDs are the documents that were given out at the moment that the form names.
func (s *Server) givenIDs(c echo.Context) ([]int64, error) {
	company := companyOf(c)
	out, err := s.store.GivenOut(c.Request().Context(), company.GSTIN, company.Mode)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, h := range out {
		if strconv.FormatInt(h.GivenOut.UnixMilli(), 10) == c.FormValue("at") {
			ids = append(ids, h.ID)
		}
	}
	return ids, nil
}

// handFileURL is where the file of the documents lies that were given out at a moment.
func handFileURL(gstin gst.GSTIN, at time.Time) string {
	return companyURL(gstin, "byhand/file") + "?at=" + strconv.FormatInt(at.UnixMilli(), 10)
}

// handFile handles GET /c/{gstin}/byhand/file: what was given out at a moment and is not
// back yet, as the portal's bulk upload takes it; as a zip where one file is too large.
func (s *Server) handFile(c echo.Context) error {
	company := companyOf(c)
	millis, err := strconv.ParseInt(c.QueryParam("at"), 10, 64)
	if err != nil {
		return gst.ErrNotFound
	}
	at := time.UnixMilli(millis)
	files, err := s.desk.HandFiles(c.Request().Context(), company, at)
	if err != nil {
		return err
	}
	name := string(company.GSTIN) + "_bulk_" + at.In(gst.IST).Format("2006-01-02_150405")
	switch len(files) {
	case 0:
		return gst.ErrNotFound
	case 1:
		return sendFile(c, toSave, name+".json", echo.MIMEApplicationJSON, files[0])
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	for i, file := range files {
		w, err := z.Create(fmt.Sprintf("%s_%d_of_%d.json", name, i+1, len(files)))
		if err != nil {
			return err
		}
		if _, err := w.Write(file); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return sendFile(c, toSave, name+".zip", "application/zip", packed.Bytes())
}

// bringReplies takes over what the portal gave.
func (s *Server) bringReplies(c echo.Context) error {
	name, data, problem := uploadedFile(c, desk.MaxReplyFile)
	refuse := func(problem string) error {
		return s.showByHandPage(c, http.StatusUnprocessableEntity, views.ByHandView{File: name, Problem: problem})
	}
	if problem != "" {
		return refuse(problem)
	}
	replies, heading, err := s.readReplies(name, data)
	var bad gst.Invalid
	if errors.As(err, &bad) {
		return refuse(strings.TrimSpace(faultWords(bad.Faults)))
	}
	if err != nil {
		return err
	}
	brought, err := s.desk.BringReplies(c.Request().Context(), companyOf(c), replies)
	if err != nil {
		return err
	}
	report := broughtReport(companyOf(c), brought)
	report.File, report.Heading = name, heading
	return s.showByHandPage(c, http.StatusOK, views.ByHandView{Report: report})
}

// readReplies reads the portal's answers from JSON or a table; which it is, is seen from
// the content. heading says where the table was found.
func (s *Server) readReplies(name string, data []byte) (replies []gst.PortalReply, heading string, err error) {
	if len(data) > desk.MaxReplyFile {
		return nil, "", gst.Invalid{Faults: gst.Faults{{Rule: "replies.large", Field: "file", Args: []string{strconv.Itoa(desk.MaxReplyFile >> 20)}}}}
	}
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("[")) {
		replies, err = s.desk.ReadReplies(data)
		return replies, "", err
	}
	table, err := sheet.ReadTable(name, data)
	if err != nil {
		return nil, "", err
	}
	replies, at, err := sheet.Replies(table)
	if err != nil {
		return nil, "", err
	}
	return replies, headingText(at), nil
}
