package desk

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"mohar/gst"
)

func TestAwaitReturnsWithTheAnswer(t *testing.T) {
	h := build(t)
	inv := h.send().Invoice
	type answer struct {
		inv  *gst.Invoice
		body []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		inv, body, err := h.Await(t.Context(), sharda, inv.ID)
		answers <- answer{inv, body, err}
	}()
	h.step()
	got := <-answers
	h.must(got.err)
	if got.inv.IRN.State != gst.IRNRegistered || got.inv.IRN.Registration.IRN == "" || len(got.body) == 0 {
		t.Errorf("it stands %q", got.inv.IRN.State)
	}
	if now, _, err := h.Await(t.Context(), sharda, inv.ID); err != nil || now.IRN.State != gst.IRNRegistered {
		t.Errorf("afterwards: %v", err)
	}
	refused := h.refused()
	if now, _, err := h.Await(t.Context(), sharda, refused.ID); err != nil || now.IRN.Refusal == nil {
		t.Errorf("a refused one: %v", err)
	}
	if _, _, err := h.Await(t.Context(), sharda, 4711); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("none: %v, want ErrNotFound", err)
	}
}

func TestAwaitIRNKeepsTheDocumentThatTheCallerHas(t *testing.T) {
	h := build(t)
	sent := h.send().Invoice
	h.step()
	now, err := h.AwaitIRN(t.Context(), sent)
	h.must(err)
	stored, _, err := h.Await(t.Context(), sharda, sent.ID)
	h.must(err)
	if now.IRN.State != gst.IRNRegistered || !reflect.DeepEqual(now.IRN.Registration, stored.IRN.Registration) {
		t.Errorf("it stands %q with %+v, want %+v", now.IRN.State, now.IRN.Registration, stored.IRN.Registration)
	}
	if sent.IRN.State != gst.IRNPending || !reflect.DeepEqual(now.Lines, sent.Lines) {
		t.Error("the document that was given was changed, or its content is not in the answer")
	}
	if now, err := h.AwaitIRN(t.Context(), h.refused()); err != nil || now.IRN.Refusal == nil {
		t.Errorf("a refused one: %v", err)
	}
	other := *sent
	other.Company = "29AABCT1332L1ZU"
	if _, err := h.AwaitIRN(t.Context(), &other); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of another company: %v, want ErrNotFound", err)
	}
}

func TestAwaitEndsWithItsTime(t *testing.T) {
	h := build(t)
	inv := h.send().Invoice
	ctx, end := context.WithCancel(t.Context())
	end()
	now, body, err := h.Await(ctx, sharda, inv.ID)
	if err != nil || now.IRN.State != gst.IRNPending || len(body) == 0 {
		t.Errorf("got %v, %v", now, err)
	}
	made := h.made()
	h.must(h.OrderEWay(t.Context(), sharda, made.ID, gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder, Remark: "withdrawn"}}))
	if b, err := h.AwaitEWay(ctx, sharda, made.ID); err != nil || b.Asked != gst.EWayCancel {
		t.Errorf("an e-way bill: %+v, %v", b, err)
	}
}

func TestAwaitEWayReturnsWithTheAnswer(t *testing.T) {
	h := build(t)
	inv := h.issue(consumer)
	id, err := h.MakeEWay(t.Context(), sharda, inv.ID, h.proposed(inv, byVan))
	h.must(err)
	bills := make(chan *gst.EWay, 1)
	go func() {
		b, err := h.AwaitEWay(t.Context(), sharda, id)
		if err != nil {
			t.Error(err)
		}
		bills <- b
	}()
	h.ewayStep()
	if b := <-bills; b == nil || b.State != gst.EWayActive || b.Number == "" {
		t.Errorf("got %+v", b)
	}
	if _, err := h.AwaitEWay(t.Context(), sharda, 4711); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("none: %v, want ErrNotFound", err)
	}
}

// Changes that another process makes ring no bell.
func TestAwaitLooksNowAndThenWithoutABell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, looks := time.Now(), 0
		err := await(t.Context(), nil, func() (bool, error) {
			looks++
			return looks == 3, nil
		})
		if took := time.Since(began); err != nil || took != 2*lookAnyway {
			t.Errorf("%v after %s", err, took)
		}
	})
}
