package gsp

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

func TestHealthOfTheLastHour(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}, refusedWith("2176"), {status: 502, body: "<html>"}}}
	p, c := taxpro(t, s)
	of := func() Health {
		all := p.c.Health(gst.Practice)
		if len(all) != 3 || all[0].Provider != gst.Alankit || all[1].Provider != gst.TaxPro || all[2].Provider != gst.NIC {
			t.Fatalf("health %+v", all)
		}
		if all[0] != (Health{Provider: gst.Alankit}) {
			t.Errorf("nobody called %+v", all[0])
		}
		return all[1]
	}
	_, _ = p.Generate(t.Context(), []byte(`{}`)) // the sign-in and a good answer
	c.advance(time.Minute)
	_, _ = p.Generate(t.Context(), []byte(`{}`)) // a clear no
	c.advance(time.Minute)
	if h := of(); h.Calls != 3 || h.Good != 3 || h.Why != "" || h.Open || !h.Last.Equal(noon.Add(time.Minute)) {
		t.Errorf("health %+v", h)
	}
	for range 3 { // two failures, and one call that is kept back
		_, _ = p.Generate(t.Context(), []byte(`{}`))
	}
	h := of()
	if h.Calls != 5 || h.Good != 3 || !h.Open || !h.Until.Equal(c.now().Add(30*time.Second)) || !h.WhyAt.Equal(c.now()) || !strings.Contains(h.Why, "502") {
		t.Errorf("health %+v", h)
	}
	if other := p.c.Health(gst.Live)[1]; other.Calls != 0 || other.Open {
		t.Errorf("live: %+v", other)
	}
	c.advance(59 * time.Minute)
	if h := of(); h.Calls != 2 || h.Good != 0 || !h.Open || !h.Until.IsZero() || h.Median != 0 {
		t.Errorf("an hour after the answers: %+v", h)
	}
}

func TestMedianOfTheLatestAnswers(t *testing.T) {
	var v vital
	for i := range 3 * samples {
		v.note(noon, time.Duration(i)*time.Millisecond, nil)
	}
	v.note(noon, time.Hour, ErrNoAnswer)
	if h := v.health(noon); h.Median != (2*samples+samples/2)*time.Millisecond || h.Calls != 3*samples+1 || h.Good != 3*samples {
		t.Errorf("health %+v", h)
	}
	v.note(noon.Add(time.Minute), 0, errors.Join(ErrNoAnswer, errors.New(strings.Repeat("ü", 1000))))
	if h := v.health(noon.Add(time.Minute)); len(h.Why) > maxWhy || strings.ContainsRune(h.Why, '�') {
		t.Errorf("why %q", h.Why)
	}
}

func TestHealthSaysThatAnotherHostIsUsed(t *testing.T) {
	c := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}})
	c.hosts.note(providers[gst.TaxPro].hosts[0], false, noon)
	for _, h := range c.Health(gst.Live) {
		if h.Switched != (h.Provider == gst.TaxPro) {
			t.Errorf("%s: switched %v", h.Provider, h.Switched)
		}
	}
}

func BenchmarkNote(b *testing.B) {
	var v vitals
	for b.Loop() {
		v.note(way{gst.Live, gst.TaxPro}, noon, time.Millisecond, nil)
	}
}

func TestHealthSaysWhyWithoutAddresses(t *testing.T) {
	for want, a := range map[string]answer{"it hung up without an answer": {cut: true}, "502": {status: 502, body: "x"}} {
		p, _ := taxpro(t, &script{answers: []answer{a}})
		_, _ = p.ByIRN(t.Context(), "a") // how it ends is what the health is asked for
		h := p.c.Health(gst.Practice)
		i := slices.IndexFunc(h, func(one Health) bool { return one.Provider == gst.TaxPro })
		if why := h[i].Why; !strings.Contains(why, want) || strings.Contains(why, "http://") {
			t.Errorf("%+v: %q, want %q and no address", a, why, want)
		}
	}
}
