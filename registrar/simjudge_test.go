package registrar_test

import (
	"errors"
	"net/http"
	"time"

	"mohar/gsp"
	"mohar/gst"
)

// calm ends all that goes wrong: faults, weather, the disk, passwords, pauses.
func (s *sim) calm() {
	s.note("calm")
	s.rough, s.deadly, s.full, s.left = 0, nil, 0, -1
	s.tell(http.MethodDelete, "/_sandbox/faults", nil, nil)
	s.want("go on", s.store.SetPaused(s.t.Context(), sharda, false))
	for _, cred := range gsp.PracticeCredentials() {
		s.want("save credentials", s.store.SaveCredentials(s.t.Context(), sharda, cred))
	}
}

// drain lets the registrar work until nothing waits any more.
func (s *sim) drain() {
	for range 3000 {
		if s.step() {
			continue
		}
		stands, err := s.desk.Standing(s.t.Context(), sharda, gst.Practice)
		s.must(err)
		switch now := s.clock.now(); {
		case stands.Open() == 0:
			return
		case stands.Next.After(now):
			s.advance(stands.Next.Sub(now))
		default: // due, and yet not taken up: something else must pass first
			s.advance(5 * time.Second)
		}
	}
	s.fail("it does not come to an end")
}

// judge compares what everybody says in the end.
func (s *sim) judge() {
	book := s.book()
	s.numbered()
	for _, p := range s.papers {
		e, there := book[p.number]
		s.settle(p, e, there)
		is := s.stored(p).IRN
		s.ends[is.State]++
		s.judgePaper(p, is, e, there)
		s.note("%s content %d ends %s", p.number, p.content, is.State)
	}
	for number, e := range book {
		if f := s.fate(number); f.held == "" {
			s.fail("the portal holds %s, and nobody saw it come: %+v", number, e)
		}
	}
	findings, err := s.store.Check(s.t.Context())
	s.must(err)
	if len(findings) > 0 {
		s.fail("the store is damaged: %v", findings)
	}
	if s.wire.lost {
		s.fail("a call left for another host")
	}
}

// numbered wants the numbers to be without a gap, and nothing that a biller was told of
// to be missing.
func (s *sim) numbered() {
	for i, p := range s.papers {
		if p.number != number(i+1) {
			s.fail("document %d has the number %s", i+1, p.number)
		}
	}
	_, _, err := s.store.InvoiceByNumber(s.t.Context(), sharda, gst.Practice, gst.TaxInvoice, "2026-27", number(len(s.papers)+1))
	if !errors.Is(err, gst.ErrNotFound) {
		s.fail("there are more documents than were issued: %v", err)
	}
}

// settle asks once more for a cancellation that nobody could be sure of.
func (s *sim) settle(p *paper, e booked, there bool) {
	if there && p.meant && e.Status == "CNL" && s.stored(p).IRN.State == gst.IRNRegistered {
		s.want("cancel again", s.desk.Cancel(s.t.Context(), sharda, p.id, gst.CancelDataEntry, "wrong quantity"))
	}
}

// judgePaper compares one document with what the portal holds under its number.
func (s *sim) judgePaper(p *paper, is gst.IRNStatus, e booked, there bool) {
	ours := there && s.fate(p.number).held == string(text(p.number, p.date, p.content))
	wrong := ""
	switch is.State {
	case gst.IRNRegistered:
		// What the portal shows no more cannot be compared, and is kept without its QR code.
		reg := is.Registration
		proved := reg != nil && (ours && reg.KeyID != "" || reg.Unsigned() && reg.KeyID == "")
		if !proved || e.Status != "ACT" || reg.IRN != e.IRN || reg.AckNo != e.AckNo {
			wrong = "is not what the portal registered"
		}
	case gst.IRNCancelled:
		if !ours || e.Status != "CNL" || !p.meant {
			wrong = "is not cancelled"
		}
	case gst.IRNConflict:
		if is.Refusal == nil || ours && !is.Refusal.Has("2283") {
			wrong = "is the document that the portal holds"
		}
	case gst.IRNFailed:
		if is.Refusal == nil || len(is.Refusal.Codes) == 0 || ours && e.Status == "ACT" {
			wrong = "is held by the portal"
		}
	default:
		wrong = "is not decided"
	}
	if wrong != "" {
		s.fail("%s ends %s (%v), and %s: portal %+v", p.number, is.State, is.Refusal, wrong, e)
	}
}
