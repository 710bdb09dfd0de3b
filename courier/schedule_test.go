package courier

import (
	"net/http"
	"testing"
	"time"

	"mohar/db"
)

func TestMessageIsTriedByTheSchedule(t *testing.T) {
	h, r := newHouse(t), newReceiver(t)
	r.status(http.StatusInternalServerError)
	w, _ := h.hook(r.URL)
	h.happens()
	schedule := []time.Duration{0, 5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	for i, pause := range schedule {
		if pause > 0 {
			h.clock.advance(pause - time.Millisecond)
			h.deliver(0)
			h.clock.advance(time.Millisecond)
		}
		h.deliver(1)
		if d := h.log(w)[0]; d.Tries != i+1 || d.Status != 500 || (d.State == db.DeliveryFailed) != (i == len(schedule)-1) {
			t.Fatalf("after try %d: %+v", i+1, d)
		}
	}
	h.clock.advance(100 * time.Hour)
	h.deliver(0)
	all := r.seen()
	for _, m := range all {
		if m.header.Get("Webhook-Id") != all[0].header.Get("Webhook-Id") || m.body != all[0].body {
			t.Error("a retry is another message")
		}
	}
	if all[0].header.Get("Webhook-Timestamp") == all[1].header.Get("Webhook-Timestamp") {
		t.Error("the timestamp is not that of the try")
	}
	r.status(http.StatusOK)
	h.must(h.store.ResendDelivery(t.Context(), w.ID, h.log(w)[0].ID))
	h.deliver(1)
	if d := h.log(w)[0]; d.State != db.DeliveryDone || d.Tries != 1 || d.Key != all[0].header.Get("Webhook-Id") {
		t.Errorf("sent again: %+v", d)
	}
}

func TestPausesGrowByJitterOnly(t *testing.T) {
	c := New(Options{Random: func() float64 { return 0.5 }})
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if got := c.next(2, now, Answer{Status: 500}).Sub(now); got != 5*time.Minute+15*time.Second {
		t.Errorf("pause %v", got)
	}
}

func TestRetryAfterIsHeeded(t *testing.T) {
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		status int
		text   string
		want   time.Duration
	}{
		{429, "120", 2 * time.Minute}, {503, "Sun, 22 Nov 2026 11:00:00 GMT", time.Hour}, {503, " 7 ", 7 * time.Second},
		{500, "120", 0}, {200, "120", 0}, {429, "", 0}, {429, "soon", 0}, {429, "-5", 0}, {503, "Sun, 22 Nov 2026 09:00:00 GMT", 0},
		{429, "9999999", 24 * time.Hour}, {429, "99999999999999999999", 0},
	} {
		if got := retryAfter(tt.status, http.Header{"Retry-After": {tt.text}}, now); got != tt.want {
			t.Errorf("%d %q: %v, want %v", tt.status, tt.text, got, tt.want)
		}
	}
	h, r := newHouse(t), newReceiver(t)
	r.answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	w, _ := h.hook(r.URL)
	h.happens()
	h.deliver(1)
	if d := h.log(w)[0]; !d.Due.Equal(h.clock.now().Add(10 * time.Minute)) {
		t.Errorf("tried again at %v", d.Due)
	}
	r.answers(nil)
	h.happens()
	h.deliver(0) // it asked to be left alone, so another message waits too
	h.courier.Hasten(w.ID)
	h.deliver(1)
	h.clock.advance(10 * time.Minute)
	h.deliver(1)
}
