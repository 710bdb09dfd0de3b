package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"mohar/db"
	"mohar/gst"
)

const (
	// submitWindow is how many documents of a submission are taken before the next one has
	// its turn, and before a stop is noticed.
	submitWindow = 256
	// submitAtOnce is how many documents are sent side by side: they share commits.
	submitAtOnce = 16
)

// Pauses of RunSubmissions when nobody wakes it.
const (
	submitSoon  = time.Second      // after a failure, doubled up to submitQuiet
	submitQuiet = 30 * time.Second // another process may have submitted something
)

// RunSubmissions sends what Submit keeps until ctx is done, also what an earlier run of the
// program left.
func (d *Desk) RunSubmissions(ctx context.Context, log *slog.Logger) {
	w := d.newSubmitter()
	again := submitSoon
	for {
		took, left, err := w.work(ctx)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, "sending submitted documents fails", "error", err)
		}
		pause := submitQuiet
		if took > 0 {
			again = submitSoon
		}
		if left || err != nil {
			pause, again = again, min(2*again, submitQuiet)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-d.store.WakeSubmissions():
		case <-timer.C:
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// submitter sends the documents of submissions. It remembers how far it has come, so that
// documents that cannot be sent for now do not stand before all others.
type submitter struct {
	*Desk
	send  func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error)
	after map[int64]int // the last row that was tried, by submission
}

func (d *Desk) newSubmitter() *submitter {
	send := func(ctx context.Context, c gst.Company, register bool, data []byte) (Sent, error) {
		if register {
			return d.Send(ctx, c, data)
		}
		return d.SendHeld(ctx, c, data)
	}
	return &submitter{Desk: d, send: send, after: map[int64]int{}}
}

// work sends all that can be sent now, a window of each submission in turn. It returns how
// many documents were taken, and whether some are left for later.
func (w *submitter) work(ctx context.Context) (took int, left bool, err error) {
	if err := w.store.DropHalfSubmissions(ctx); err != nil {
		return 0, true, err
	}
	var errs []error
	tried := map[int64]bool{}
	for {
		subs, err := w.store.OpenSubmissions(ctx)
		if err != nil {
			return took, true, errors.Join(append(errs, err)...)
		}
		more := false
		for _, sub := range subs {
			if tried[sub.ID] || ctx.Err() != nil {
				continue
			}
			n, end, err := w.window(ctx, sub)
			if err != nil {
				errs = append(errs, fmt.Errorf("submission %d: %w", sub.ID, err))
			}
			took += n
			tried[sub.ID] = end
			more = more || !end
		}
		if !more || ctx.Err() != nil {
			return took, len(subs) > 0 && len(errs) > 0, errors.Join(errs...)
		}
	}
}

// window sends the next documents of a submission and notes what came of them. It returns how
// many were taken, and whether the submission's end was reached or to go on has no sense now.
func (w *submitter) window(ctx context.Context, sub db.Submission) (took int, end bool, err error) {
	c, err := w.store.Company(ctx, sub.Company)
	if err != nil {
		return 0, true, err
	}
	if c.Mode != sub.Mode { // practice, and the company has gone live since
		return 0, true, w.store.StopSubmission(ctx, sub.Company, sub.ID)
	}
	docs, err := w.store.NextSubmitted(ctx, sub.ID, w.after[sub.ID], submitWindow)
	if err != nil {
		return 0, true, err
	}
	end = len(docs) < submitWindow
	delete(w.after, sub.ID) // those left behind are tried in the next round
	if !end {
		w.after[sub.ID] = docs[len(docs)-1].Row
	}
	took, err = w.sendAll(ctx, c, sub, docs)
	return took, end || took == 0, err
}

// answer is what came of sending one document.
type answer struct {
	outcome db.SubmissionOutcome
	err     error // it has to be sent again later
}

// sendAll sends documents, several at once, and notes what came of them as the answers
// come. Documents of one number are sent one after another: the later one mends the earlier.
func (w *submitter) sendAll(ctx context.Context, c gst.Company, sub db.Submission, docs []db.SubmittedDocument) (took int, err error) {
	groups := make(chan []db.SubmittedDocument)
	answers := make(chan answer, submitAtOnce)
	var workers sync.WaitGroup
	for range submitAtOnce {
		workers.Go(func() {
			for group := range groups {
				for _, doc := range group {
					o, err := w.sendOne(db.WithActor(ctx, sub.By), c, sub, doc)
					answers <- answer{o, err}
				}
			}
		})
	}
	go func() {
		defer close(answers)
		defer workers.Wait()
		defer close(groups)
		for _, group := range byNumber(docs) {
			select {
			case groups <- group:
			case <-ctx.Done():
				return
			}
		}
	}()
	return w.note(ctx, sub, answers)
}

// note notes answers until there are no more, those that came meanwhile together. Of
// documents that have to be sent again it returns the first reason.
func (w *submitter) note(ctx context.Context, sub db.Submission, answers <-chan answer) (took int, err error) {
	failed := 0
	for a, ok := <-answers; ok; a, ok = <-answers {
		var outcomes []db.SubmissionOutcome
		for more := true; more; {
			if a.err == nil {
				outcomes = append(outcomes, a.outcome)
			} else if failed++; err == nil {
				err = a.err
			}
			select {
			case a, more = <-answers:
			default:
				more = false
			}
		}
		if len(outcomes) == 0 {
			continue
		}
		// What is stored is noted although the program is about to end.
		if e := w.store.KeepOutcomes(context.WithoutCancel(ctx), sub.ID, outcomes); e != nil {
			failed, err = failed+len(outcomes), errors.Join(err, e)
			continue
		}
		took += len(outcomes)
	}
	if err != nil {
		err = fmt.Errorf("%d documents wait, the first because of: %w", failed, err)
	}
	return took, err
}

// sendOne sends one document. A panic becomes an error: one document must not end the
// program, again and again after each start.
func (w *submitter) sendOne(ctx context.Context, c gst.Company, sub db.Submission, doc db.SubmittedDocument) (o db.SubmissionOutcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while sending document %d: %v\n%s", doc.Row, p, debug.Stack())
		}
	}()
	sent, err := w.send(ctx, c, sub.Register, doc.Body)
	if errors.Is(err, gst.ErrState) {
		now, e := w.store.Company(ctx, c.GSTIN)
		if e != nil || now.Mode != sub.Mode { // it is the company that does not take it any more
			return o, errors.Join(err, e)
		}
	}
	return outcomeOf(doc, sent, err)
}

// byNumber puts documents that say the same number together, in the order of the first ones.
func byNumber(docs []db.SubmittedDocument) [][]db.SubmittedDocument {
	groups := make([][]db.SubmittedDocument, 0, len(docs))
	at := make(map[string]int, len(docs))
	for _, doc := range docs {
		number := strings.ToUpper(doc.Number)
		i, seen := at[number]
		if !seen || number == "" {
			i = len(groups)
			at[number] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], doc)
	}
	return groups
}
