package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"unicode"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
)

const (
	submissionsPath = "/companies/{gstin}/submissions"
	submissionPath  = submissionsPath + "/{id}"

	// mostSubmission is how large all documents of a submission may be together, unpacked.
	mostSubmission = 64 << 20
	// uploads is how many submissions are read at once: each is held in memory until it is
	// stored.
	uploads = 2
)

// submission is many documents that a program sent at once: how they stand.
type submission struct {
	ID         int64     `json:"id"`
	Company    gst.GSTIN `json:"company"`
	Mode       string    `json:"mode" enum:"practice,live"`
	State      string    `json:"state" enum:"working,stopped,registering,done" doc:"working: documents are still to be taken. registering: all are taken, and some wait for the portal"`
	Register   bool      `json:"register" doc:"its documents go to the portal by themselves"`
	Documents  int64     `json:"documents" doc:"all of it"`
	Taken      int64     `json:"taken" doc:"stored or refused so far"`
	Stored     int64     `json:"stored" doc:"documents of the company now; those in the next three are among them"`
	Pending    int64     `json:"pending" doc:"they wait for the portal"`
	Registered int64     `json:"registered" doc:"they have their IRN, cancelled since or not"`
	Failed     int64     `json:"failed" doc:"the portal refused them"`
	Refused    int64     `json:"refused" doc:"not stored: something is wrong with them"`
	Created    moment    `json:"created_at"`
	Stopped    moment    `json:"stopped_at"`
	Ended      moment    `json:"ended_at" doc:"when the last document was taken"`
}

// submissionRow is one document of a submission.
type submissionRow struct {
	Row      int            `json:"row" doc:"its place, from 1"`
	State    string         `json:"state" enum:"waiting,stored,refused"`
	Number   string         `json:"number" doc:"as it says"`
	Document int64          `json:"document_id" doc:"of stored ones; 0: none"`
	IRNState string         `json:"irn_state" doc:"of stored ones, as it is now"`
	IRN      string         `json:"irn"`
	Errors   []problemError `json:"errors" doc:"what is wrong with a refused one, with pointers into the document itself; what the portal said of a failed one"`
}

var (
	registerParam = param{name: "register", in: "query", kind: "string", values: []string{"yes", "no"},
		about: "`no`: they are issued and held, to be registered later; without it they go to the portal by themselves"}
	rowStateParam = param{name: "state", in: "query", kind: "string",
		values: []string{db.RowWaiting, db.RowStored, db.RowRefused, db.RowPending, db.RowRegistered, db.RowFailed}, about: "only these"}
)

// submissionOperations are the calls about many documents at once.
func (s *Server) submissionOperations() []operation {
	const tag = "Many documents at once"
	return []operation{
		{
			method: http.MethodPost, path: submissionsPath, id: "createSubmission", tag: tag, summary: "Submit up to 10,000 documents", scope: db.ScopeWrite,
			about: "The body is a JSON list of INV-01 documents, or one document a line (NDJSON), or `{\"documents\": […]}`; at most 64 MB unpacked and 2 MB a document, gzip is taken. " +
				"It is answered as soon as all of it is stored durably. Each document is then taken by itself, as a single one that is sent under its own number with its own figures: " +
				"what is wrong with one holds no other up, one that is here already is not made twice, and the work goes on after a restart.",
			params: []param{registerParam}, takes: []inv01Body{}, gives: submission{}, status: http.StatusAccepted, example: exampleSubmission,
			handle: s.createSubmission, again: s.submissionMade,
		},
		{
			method: http.MethodGet, path: submissionsPath, id: "listSubmissions", tag: tag, summary: "List submissions", scope: db.ScopeRead, about: "The newest first.",
			params: pageParams, gives: page[submission]{}, handle: s.listSubmissions,
		},
		{
			method: http.MethodGet, path: submissionPath, id: "getSubmission", tag: tag, summary: "How a submission stands", scope: db.ScopeRead,
			gives: submission{}, handle: s.showSubmission,
		},
		{
			method: http.MethodGet, path: submissionPath + "/rows", id: "listSubmissionRows", tag: tag, summary: "What came of each document", scope: db.ScopeRead,
			about: "In their order. `pending`, `registered` and `failed` are stored ones by what the portal said.", params: slices.Concat([]param{rowStateParam}, pageParams),
			gives: page[submissionRow]{}, handle: s.listSubmissionRows,
		},
		{
			method: http.MethodPost, path: submissionPath + "/stop", id: "stopSubmission", tag: tag, summary: "Stop a submission", scope: db.ScopeWrite,
			about: "No more documents are taken; what is stored stays.", gives: submission{}, handle: s.stopSubmission, again: s.submissionAgain,
		},
		{
			method: http.MethodPost, path: submissionPath + "/resume", id: "resumeSubmission", tag: tag, summary: "Go on with a submission that was stopped", scope: db.ScopeWrite,
			gives: submission{}, handle: s.resumeSubmission, again: s.submissionAgain,
		},
	}
}

// exampleSubmission is two documents of a company in practice, of which the second is wrong.
const exampleSubmission = `[{"Version": "1.1"}, {"Version": "1.1"}]`

// showsSubmission is a submission as it is shown.
func showsSubmission(sub db.Submission) submission {
	v := submission{
		ID: sub.ID, Company: sub.Company, Mode: string(sub.Mode), State: "working", Register: sub.Register, Documents: sub.Documents, Taken: sub.Taken,
		Stored: sub.Stored, Pending: sub.Pending, Registered: sub.Registered, Failed: sub.Failed, Refused: sub.Refused,
		Created: moment(sub.Created), Stopped: moment(sub.Stopped), Ended: moment(sub.Ended),
	}
	switch {
	case sub.Done():
		v.State = "done"
	case !sub.Ended.IsZero():
		v.State = "registering"
	case !sub.Stopped.IsZero():
		v.State = "stopped"
	}
	return v
}

// createSubmission handles POST /companies/{gstin}/submissions.
func (s *Server) createSubmission(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	r := c.Request()
	ctx := r.Context()
	// All of it is here before one of the few places is taken: a slow client holds none.
	body, forget, err := setAside(http.MaxBytesReader(c.Response(), r.Body, mostSubmission), io.Discard)
	if err != nil {
		return unreadBody(err, mostSubmission)
	}
	defer forget()
	r.Body = io.NopCloser(body)
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	case <-ctx.Done():
		return ctx.Err()
	}
	from, done, err := s.unpacked(c, mostSubmission)
	if err != nil {
		return err
	}
	defer done()
	docs, err := readDocuments(from)
	if err != nil {
		return err
	}
	c.Set(placesContext, places(storedPlaces))
	submit := s.desk.Submit
	if c.QueryParam("register") == "no" {
		submit = s.desk.SubmitHeld
	}
	id, err := submit(ctx, company, docs)
	if err != nil {
		return err
	}
	return s.submissionMade(c, id)
}

// submissionMade answers createSubmission.
func (s *Server) submissionMade(c echo.Context, id int64) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, ownPath(company.GSTIN, "submissions", id))
	return s.sendSubmission(c, http.StatusAccepted, company, id)
}

// submissionAgain answers stopSubmission and resumeSubmission once more.
func (s *Server) submissionAgain(c echo.Context, id int64) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	return s.sendSubmission(c, http.StatusOK, company, id)
}

func (s *Server) sendSubmission(c echo.Context, status int, company gst.Company, id int64) error {
	sub, err := s.store.Submission(c.Request().Context(), company.GSTIN, id)
	if err != nil {
		return err
	}
	shown := showsSubmission(sub)
	return sendTagged(c, status, fingerprint(shown), shown)
}

// What is no submission.
var (
	errNoDocuments   = &desk.FileError{Text: "The body must be a JSON list of documents, one document a line, or {\"documents\": […]}."}
	errManyDocuments = plainError{http.StatusRequestEntityTooLarge, codeInvalid, "Too many",
		fmt.Sprintf("There are more than %d documents; send the rest as another submission. Nothing was stored.", db.MostSubmitted)}
)

// readDocuments reads the documents of a submission one after the other, in any of its three
// shapes, and gives up as soon as there are too many or one is too large.
func readDocuments(from io.Reader) ([]json.RawMessage, error) {
	r := bufio.NewReader(from)
	if mark, err := r.Peek(3); err == nil && string(mark) == "\xef\xbb\xbf" { // that Windows programs put in front
		_, _ = r.Discard(len(mark)) // it was peeked at
	}
	first, err := firstOf(r)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(r)
	switch {
	case first == '[':
		return listOf(d)
	case first != '{':
		return nil, errNoDocuments
	}
	docs, wrapped, err := firstObject(d)
	if err != nil {
		return nil, err
	}
	if wrapped {
		return docs, atEnd(d, len(docs))
	}
	for {
		var doc json.RawMessage
		switch err := d.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return docs, nil
		case err != nil:
			return nil, unreadDocuments(d, err, len(docs))
		}
		if docs, err = withDocument(docs, doc); err != nil {
			return nil, err
		}
	}
}

// firstOf is the first character of a body that is no blank, which stays there.
func firstOf(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return 0, plainError{http.StatusBadRequest, codeInvalid, "Empty", "The body is empty; this call takes JSON."}
		case err != nil:
			return 0, unreadBody(err, mostSubmission)
		case !unicode.IsSpace(rune(b)):
			return b, r.UnreadByte()
		}
	}
}

// firstObject reads the first object: a document, or all of them wrapped.
func firstObject(d *json.Decoder) (docs []json.RawMessage, wrapped bool, err error) {
	var first json.RawMessage
	if err := d.Decode(&first); err != nil {
		return nil, false, unreadDocuments(d, err, 0)
	}
	var wrapper struct {
		Documents *json.RawMessage `json:"documents"`
	}
	if err := json.Unmarshal(first, &wrapper); err != nil || wrapper.Documents == nil {
		docs, err = withDocument(nil, first)
		return docs, false, err
	}
	list := json.NewDecoder(bytes.NewReader(*wrapper.Documents))
	docs, err = listOf(list)
	return docs, true, err
}

// listOf reads a list of documents.
func listOf(d *json.Decoder) (docs []json.RawMessage, err error) {
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return nil, errNoDocuments
	}
	for d.More() {
		var doc json.RawMessage
		if err := d.Decode(&doc); err != nil {
			return nil, unreadDocuments(d, err, len(docs))
		}
		if docs, err = withDocument(docs, doc); err != nil {
			return nil, err
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, unreadDocuments(d, err, len(docs))
	}
	return docs, atEnd(d, len(docs))
}

// atEnd returns an error where more follows after all documents: it would be lost.
func atEnd(d *json.Decoder, read int) error {
	switch _, err := d.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return unreadDocuments(d, err, read)
	}
	return &desk.FileError{Text: fmt.Sprintf("More follows after the list of %d documents. Send one list. Nothing was stored.", read)}
}

// withDocument adds a document.
func withDocument(docs []json.RawMessage, doc json.RawMessage) ([]json.RawMessage, error) {
	switch {
	case len(docs) == db.MostSubmitted:
		return nil, errManyDocuments
	case len(doc) > desk.MaxFile:
		return nil, plainError{http.StatusRequestEntityTooLarge, codeInvalid, "Too large",
			fmt.Sprintf("Document %d is larger than 2 MB, the most that the portal takes.", len(docs)+1)}
	}
	return append(docs, doc), nil
}

// unreadDocuments says where a submission stops being JSON.
func unreadDocuments(d *json.Decoder, err error, read int) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &desk.FileError{Text: fmt.Sprintf("Document %d, at byte %d: this is not JSON (%s). Nothing was stored.", read+1, d.InputOffset(), err)}
	}
	return unreadBody(err, mostSubmission)
}

// listSubmissions handles GET /companies/{gstin}/submissions.
func (s *Server) listSubmissions(c echo.Context) error {
	company, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	after, limit, err := pageOf(c)
	if err != nil {
		return err
	}
	found, err := s.store.Submissions(c.Request().Context(), company.GSTIN, company.Mode, after.ID, limit+1)
	if err != nil {
		return err
	}
	var next db.Cursor
	if len(found) > limit {
		found = found[:limit]
		next.ID = found[limit-1].ID
	}
	shown := make([]submission, len(found))
	for i, sub := range found {
		shown[i] = showsSubmission(sub)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, next))
}

// submissionOf reads the submission that the path names, for a key with a scope.
func (s *Server) submissionOf(c echo.Context, scope db.Scope) (gst.Company, db.Submission, error) {
	company, err := s.company(c, c.Param("gstin"), scope)
	if err != nil {
		return company, db.Submission{}, err
	}
	id, err := idOf(c)
	if err != nil {
		return company, db.Submission{}, err
	}
	sub, err := s.store.Submission(c.Request().Context(), company.GSTIN, id)
	return company, sub, err
}

// showSubmission handles GET /companies/{gstin}/submissions/{id}.
func (s *Server) showSubmission(c echo.Context) error {
	company, sub, err := s.submissionOf(c, db.ScopeRead)
	if err != nil {
		return err
	}
	return s.sendSubmission(c, http.StatusOK, company, sub.ID)
}

// listSubmissionRows handles GET /companies/{gstin}/submissions/{id}/rows.
func (s *Server) listSubmissionRows(c echo.Context) error {
	company, sub, err := s.submissionOf(c, db.ScopeRead)
	if err != nil {
		return err
	}
	after, limit, err := pageOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	rows, err := s.store.SubmissionRows(ctx, company.GSTIN, sub.ID, c.QueryParam("state"), int(after.ID), limit+1)
	if err != nil {
		return err
	}
	var next db.Cursor
	if len(rows) > limit {
		rows = rows[:limit]
		next.ID = int64(rows[limit-1].Row)
	}
	shown := make([]submissionRow, len(rows))
	for i, r := range rows {
		at := places(storedPlaces)
		if len(r.Faults) > 0 { // pointers are into what was sent, which refused rows keep
			if body, err := s.store.SubmittedBody(ctx, company.GSTIN, sub.ID, r.Row); err == nil {
				at = sentPlaces(body)
			}
		}
		shown[i] = showsSubmissionRow(r, at)
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, next))
}

// showsSubmissionRow is a document of a submission as it is shown.
func showsSubmissionRow(r db.SubmissionRow, at places) submissionRow {
	v := submissionRow{
		Row: r.Row, State: r.State, Number: r.Number, Document: r.InvoiceID, IRNState: string(r.IRNState), IRN: r.IRN, Errors: []problemError{},
	}
	for _, f := range r.Faults {
		if f.Warning {
			continue
		}
		e := problemError{Code: f.Code, Rule: f.Rule, Message: lang.English.Text("fault."+f.Rule, f.Args...)}
		if f.Field != "" {
			e.Pointer, e.Field = at(f.Field)
		}
		v.Errors = append(v.Errors, e)
	}
	v.Errors = append(v.Errors, errorsOf(r.Refusal)...)
	return v
}

// stopSubmission handles POST /companies/{gstin}/submissions/{id}/stop.
func (s *Server) stopSubmission(c echo.Context) error {
	company, sub, err := s.submissionOf(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := s.desk.StopSubmission(c.Request().Context(), company, sub.ID); err != nil {
		return err
	}
	return s.sendSubmission(c, http.StatusOK, company, sub.ID)
}

// resumeSubmission handles POST /companies/{gstin}/submissions/{id}/resume.
func (s *Server) resumeSubmission(c echo.Context) error {
	company, sub, err := s.submissionOf(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := s.desk.ResumeSubmission(c.Request().Context(), company, sub.ID); err != nil {
		if errors.Is(err, gst.ErrState) {
			return notNow("This submission was made in practice, before the company went live. It stays stopped.")
		}
		return err
	}
	return s.sendSubmission(c, http.StatusOK, company, sub.ID)
}
