package registrar_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"mohar/gst"
)

// patience ends a test that waits for something that does not come.
const patience = 20 * time.Second

// start runs the registrar's loop and returns the function that stops it and waits.
func (h *house) start() (stop func()) {
	h.t.Helper()
	ctx, cancel := context.WithCancel(h.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.desk.Run(ctx) }()
	return func() {
		h.t.Helper()
		cancel()
		select {
		case err := <-ended:
			h.must(err)
		case <-time.After(patience):
			h.t.Fatal("the loop does not end")
		}
	}
}

// await waits until the documents have the state.
func (h *house) await(want gst.IRNState, ids ...int64) {
	h.t.Helper()
	ticks, end := h.store.Watch(0)
	defer end()
	limit := time.After(patience)
	for _, id := range ids {
		for h.standing(id).State != want {
			select {
			case <-ticks:
			case <-limit:
				h.t.Fatalf("document %d is %q: %s", id, h.standing(id).State, h.kinds(id))
			}
		}
	}
}

func TestRunRegistersWhatIsQueued(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t) })
	h := build(t)
	t.Cleanup(h.gsp.Close)
	ids := []int64{h.issue(number(1)), h.issue(number(2)), h.issue(number(3))}
	stop := h.start()
	h.await(gst.IRNRegistered, ids...)
	for n := 4; n <= 9; n++ {
		ids = append(ids, h.issue(number(n)))
	}
	h.await(gst.IRNRegistered, ids...)
	stop()
	l := h.ledger()
	if len(l) != len(ids) {
		t.Errorf("%d documents at the portal, want %d", len(l), len(ids))
	}
	for _, e := range l {
		if e.Calls != 1 {
			t.Errorf("%s was sent %d times", e.Number, e.Calls)
		}
	}
}

func TestRunComesBackToUndecidedDocuments(t *testing.T) {
	h := build(t)
	h.fault("alankit", "generate", "drop-reply", 1)
	h.fault("*", "get", "down", 0)
	id := h.issue(number(1))
	stop := h.start()
	h.await(gst.IRNUnknown, id)
	h.mend()
	h.clock.advance(2 * time.Second)
	h.await(gst.IRNRegistered, id)
	stop()
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 {
		t.Errorf("ledger %+v, want one call", l)
	}
}

func TestRunLooksUpWhatTheLastRunLeft(t *testing.T) {
	h := build(t)
	id := h.issue(number(1))
	req, err := h.take(time.Hour)
	h.must(err)
	h.must(h.store.MarkSent(t.Context(), req, gst.Alankit))
	_, err = h.portal(gst.Alankit).Generate(t.Context(), req.Body)
	h.must(err)
	stop := h.start()
	h.await(gst.IRNRegistered, id)
	stop()
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 {
		t.Errorf("ledger %+v, want one call", l)
	}
}

// TestRunIsNotHeldUpByAClockThatWentBack starts on a computer whose clock was a day ahead
// when a document was put off, and was set right since.
func TestRunIsNotHeldUpByAClockThatWentBack(t *testing.T) {
	const ahead = 24 * time.Hour
	h := build(t)
	h.clock.advance(ahead)
	h.fault("*", "generate", "drop-reply", 1)
	h.fault("*", "get", "down", 0)
	id := h.issue(number(1))
	h.step()
	if is := h.standing(id); is.State != gst.IRNUnknown {
		t.Fatalf("it is %s, want unknown", is.State)
	}
	h.mend()
	h.clock.advance(-ahead)
	h.must(h.store.Close())
	h.open()
	h.employ(h.keys)
	stop := h.start()
	h.await(gst.IRNRegistered, id)
	stop()
	if l := h.ledger(); len(l) != 1 || l[0].Calls != 1 {
		t.Errorf("ledger %+v, want one call", l)
	}
}

func TestStopGivesCallsLittleTime(t *testing.T) {
	h := build(t)
	h.fault("*", "generate", "delay", 0) // an hour
	id := h.issue(number(1))
	ticks, end := h.store.Watch(id)
	defer end()
	stop := h.start()
	select {
	case <-ticks: // it is marked as sent
	case <-time.After(patience):
		t.Fatal("nothing was sent")
	}
	began := time.Now()
	stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("stopping took %v", took)
	}
	if is := h.standing(id); is.State != gst.IRNUnknown && is.State != gst.IRNPending {
		t.Errorf("state %q", is.State)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	h := build(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.desk.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
