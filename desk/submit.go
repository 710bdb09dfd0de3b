package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mohar/db"
	"mohar/gst"
)

// Submit keeps INV-01 documents of c, in their order, and returns the id of the submission:
// from then on RunSubmissions sends each of them, as Send does, also after a restart. What is
// wrong with one is said of that one and holds no other up.
//
// It returns gst.Invalid when there are none, or more than db.MostSubmitted.
func (d *Desk) Submit(ctx context.Context, c gst.Company, docs []json.RawMessage) (int64, error) {
	return d.submit(ctx, c, docs, true)
}

// SubmitHeld is Submit for documents that are not to be registered yet, as SendHeld is Send.
func (d *Desk) SubmitHeld(ctx context.Context, c gst.Company, docs []json.RawMessage) (int64, error) {
	return d.submit(ctx, c, docs, false)
}

func (d *Desk) submit(ctx context.Context, c gst.Company, docs []json.RawMessage, register bool) (int64, error) {
	if len(docs) == 0 {
		return 0, gst.Faults{{Rule: "submitted.none"}}.Err()
	}
	if len(docs) > db.MostSubmitted {
		return 0, gst.Faults{{Rule: "submitted.many", Args: []string{fmt.Sprint(len(docs)), fmt.Sprint(db.MostSubmitted)}}}.Err()
	}
	rows := make([]db.SubmittedDocument, len(docs))
	for i, doc := range docs {
		rows[i] = db.SubmittedDocument{Number: numberIn(doc), Body: doc}
	}
	return d.store.AddSubmission(ctx, c.GSTIN, c.Mode, register, rows)
}

// mostNumber is how much is kept of what stands where a number should; the portal takes 16.
const mostNumber = 40

// numberIn is the number that a document says it has, by which its sender finds it among
// others even when nothing else of it can be read; empty when that cannot be either.
func numberIn(doc []byte) string {
	doc, err := onlyDocument(doc)
	if err != nil || len(doc) > MaxFile {
		return ""
	}
	var head struct{ DocDtls struct{ No json.RawMessage } }
	if err := json.Unmarshal(doc, &head); err != nil {
		return ""
	}
	text := string(head.DocDtls.No)
	if bytes.HasPrefix(head.DocDtls.No, []byte(`"`)) {
		if err := json.Unmarshal(head.DocDtls.No, &text); err != nil {
			return ""
		}
	}
	if letters := []rune(text); len(letters) > mostNumber {
		text = string(letters[:mostNumber])
	}
	return strings.TrimSpace(text)
}

// StopSubmission has nothing more of a submission of c sent. What is under way ends, and what
// is stored stays. It returns gst.ErrNotFound when c has no such submission.
func (d *Desk) StopSubmission(ctx context.Context, c gst.Company, id int64) error {
	return d.store.StopSubmission(ctx, c.GSTIN, id)
}

// ResumeSubmission goes on with a submission of c that was stopped. It returns
// gst.ErrNotFound when c has no such submission, and gst.ErrState for one of practice once c
// has gone live.
func (d *Desk) ResumeSubmission(ctx context.Context, c gst.Company, id int64) error {
	return d.store.ResumeSubmission(ctx, c.GSTIN, id)
}

// outcomeOf says what an answer of Send means for a document of a submission. An error that
// has nothing to do with the document comes back: that one is sent again later.
func outcomeOf(doc db.SubmittedDocument, sent Sent, err error) (db.SubmissionOutcome, error) {
	o := db.SubmissionOutcome{Row: doc.Row}
	var file *FileError
	var bad gst.Invalid
	switch {
	case err == nil:
		o.InvoiceID = sent.Invoice.ID
	case errors.As(err, &file):
		o.Faults = gst.Faults{{Rule: "submitted.file", Args: []string{file.Error()}}}
	case errors.As(err, &bad):
		o.Faults = bad.Faults
	case errors.As(err, &o.Refusal):
	case errors.Is(err, gst.ErrState) && !errors.Is(err, gst.ErrConflict):
		o.Faults = gst.Faults{{Rule: "submitted.state", Field: "number", Args: []string{doc.Number}}}
	default:
		return o, err
	}
	return o, nil
}
