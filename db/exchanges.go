package db

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"mohar/gst"
)

// mostLookUps is how many look-ups of one document are kept. A portal that is away for days
// is asked hundreds of times, and they all say the same.
const mostLookUps = 100

// AddExchanges keeps calls that were made for a company's document outside of its request,
// such as a cancellation. It returns gst.ErrNotFound when there is no such document.
func (s *Store) AddExchanges(ctx context.Context, gstin gst.GSTIN, id int64, calls ...gst.Exchange) error {
	if len(calls) == 0 {
		return nil
	}
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := readHead(ctx, t, gstin, id); err != nil {
			return err
		}
		return insertExchanges(ctx, t, id, calls)
	})
	if err != nil {
		return fmt.Errorf("keep calls of document %d: %w", id, err)
	}
	return nil
}

// Exchanges returns the calls that were made for a company's document, the oldest first.
func (s *Store) Exchanges(ctx context.Context, gstin gst.GSTIN, id int64) ([]gst.Exchange, error) {
	calls, err := list(ctx, s.reader, scanExchange, `
SELECT e.at, e.took, e.attempt, e.provider, e.operation, e.method, e.url, e.status, e.outcome, e.code,
       e.why, e.sent, e.got, d.body
FROM exchanges e
JOIN invoices i ON i.id = e.invoice_id
JOIN invoice_details d ON d.invoice_id = e.invoice_id
WHERE i.company = $1 AND e.invoice_id = $2
ORDER BY e.id`, gstin, id)
	if err != nil {
		return nil, fmt.Errorf("read calls of document %d: %w", id, err)
	}
	return calls, nil
}

// bodyHere, at the end of what was sent, stands for the document's own body. JSON and headers
// have no such character.
const bodyHere = "\x00"

// withBodyOnce returns the calls of a request whose document is being registered, without the
// body where all of it was sent: it stands with the document, and from now on nobody can change
// it there.
func withBodyOnce(r *IRNRequest) []gst.Exchange {
	if len(r.Body) == 0 {
		return r.Exchanges
	}
	calls := slices.Clone(r.Exchanges)
	for i := range calls {
		if head, ok := strings.CutSuffix(calls[i].Sent, string(r.Body)); ok {
			calls[i].Sent = head + bodyHere
		}
	}
	return calls
}

// insertExchanges keeps calls of a document.
func insertExchanges(ctx context.Context, t *tx, id int64, calls []gst.Exchange) error {
	for _, e := range calls {
		sent, err := deflated(e.Sent)
		if err != nil {
			return fmt.Errorf("keep request: %w", err)
		}
		got, err := deflated(e.Got)
		if err != nil {
			return fmt.Errorf("keep reply: %w", err)
		}
		_, err = t.exec(ctx, `
INSERT INTO exchanges (invoice_id, at, took, attempt, provider, operation, method, url, status, outcome,
                       code, why, sent, got)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			id, millis(e.At), e.Took.Microseconds(), e.Attempt, e.Provider, e.Operation, e.Method, e.URL, e.Status,
			e.Outcome, e.Code, e.Why, sent, got)
		if err != nil {
			return fmt.Errorf("keep call: %w", known(err))
		}
		if e.Attempt > mostLookUps && e.Attempt%10 == 0 {
			if err := thinOut(ctx, t, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// thinOut gives up all but the latest look-ups of a document.
func thinOut(ctx context.Context, t *tx, id int64) error {
	_, err := t.exec(ctx, `
DELETE FROM exchanges
WHERE invoice_id = $1 AND operation IN ('auth', 'get_document') AND id < (
    SELECT e.id FROM exchanges e
    WHERE e.invoice_id = $1 AND e.operation IN ('auth', 'get_document')
    ORDER BY e.id DESC
    LIMIT 1 OFFSET $2)`, id, mostLookUps-1)
	if err != nil {
		return fmt.Errorf("give up old calls: %w", known(err))
	}
	return nil
}

func scanExchange(row scanner) (e gst.Exchange, err error) {
	var at, took int64
	var sent, got, body []byte
	err = row.Scan(&at, &took, &e.Attempt, &e.Provider, &e.Operation, &e.Method, &e.URL, &e.Status, &e.Outcome,
		&e.Code, &e.Why, &sent, &got, &body)
	if err != nil {
		return e, err
	}
	e.At, e.Took = moment(at), time.Duration(took)*time.Microsecond
	if e.Sent, err = inflated(sent); err != nil {
		return e, fmt.Errorf("stored request: %w", err)
	}
	if head, ok := strings.CutSuffix(e.Sent, bodyHere); ok {
		e.Sent = head + string(body)
	}
	e.Got, err = inflated(got)
	return e, err
}

// deflaters are kept: one takes more than half a megabyte to make.
var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(io.Discard, flate.BestSpeed) // the level is right, so it cannot fail
	return w
}}

// deflated is a text as it is stored; JSON shrinks to a fifth.
func deflated(text string) ([]byte, error) {
	if text == "" {
		return []byte{}, nil
	}
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	if _, err := io.WriteString(w, text); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}

func inflated(packed []byte) (string, error) {
	if len(packed) == 0 {
		return "", nil
	}
	text, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	return string(text), err
}
