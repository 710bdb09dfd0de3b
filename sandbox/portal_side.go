package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// typedIn is a document that somebody types into the portal.
type typedIn struct {
	INV01 json.RawMessage `json:"inv01"`
	House string          `json:"house"` // "": NIC1
}

// registerHere handles POST /_sandbox/register: the portal's own page registers a
// document, by the same rules, without a call of the company's program.
func (s *Sandbox) registerHere(w http.ResponseWriter, r *http.Request) {
	ask := typedIn{House: string(nic1)}
	if !s.readAdmin(w, r, &ask) {
		return
	}
	at, err := parseHouse(ask.House)
	if err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest, err.Error())
		return
	}
	e, infos, err := s.typeIn(context.WithoutCancel(r.Context()), ask.INV01, at)
	var no *refusal
	switch {
	case errors.As(err, &no):
		s.refuseTyped(w, r, no)
		return
	case err != nil:
		s.adminError(w, r, err)
		return
	}
	s.done(w, r, func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusCreated, struct {
			IRN     string     `json:"irn"`
			AckNo   string     `json:"ack_no"`
			AckDate string     `json:"ack_date"` // RFC 3339
			House   house      `json:"house"`
			Infos   []nic.Info `json:"infos"`
		}{e.irn, strconv.FormatInt(e.ackNo, 10), e.ackDate().In(gst.IST).Format(time.RFC3339), e.house, infos})
	})
}

// refuseTyped tells every code of a refusal.
func (s *Sandbox) refuseTyped(w http.ResponseWriter, r *http.Request, no *refusal) {
	type shown struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	var codes []shown
	texts := []string{}
	for _, c := range no.codes {
		codes = append(codes, shown{c.Code, c.Message})
		texts = append(texts, c.Code+" "+c.Message)
	}
	if isForm(r) {
		s.page(w, r, http.StatusUnprocessableEntity, "Refused: "+strings.Join(texts, "; "))
		return
	}
	writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": "refused: " + no.outcome(), "codes": codes})
}

// typeIn registers a document of whoever is its supplier.
func (s *Sandbox) typeIn(ctx context.Context, payload []byte, at house) (*entry, []nic.Info, error) {
	d, err := s.readDocument(payload)
	if err != nil {
		return nil, nil, err
	}
	now := s.clock.now()
	if codes := s.check(d, d.sgstin, now); len(codes) > 0 {
		return nil, nil, &refusal{codes: codes}
	}
	irn := nic.IRN(gst.GSTIN(d.sgstin), d.date, d.kind, d.number)
	for range 2 { // once more when a call was quicker
		held, err := s.state.find(ctx, irn)
		if err != nil {
			return nil, nil, err
		}
		if held != nil {
			return nil, nil, refuseDuplicate(held)
		}
		e, infos, err := s.enter(ctx, d, irn, at, sourcePortal, now)
		if !errors.Is(err, errTaken) {
			return e, infos, err
		}
	}
	return nil, nil, errTaken
}

// ended is what takes an IRN out of force.
type ended struct {
	IRN    string `json:"irn"`
	Reason string `json:"reason"` // 1 to 4, of a cancellation
	Remark string `json:"remark"`
}

// cancelHere handles POST /_sandbox/cancel: the document is cancelled on the portal
// itself. Neither the 24 hours nor an e-way bill stand in the way: what clients must see
// can be shown at any time.
func (s *Sandbox) cancelHere(w http.ResponseWriter, r *http.Request) {
	ask := ended{Reason: "2", Remark: "Cancelled on the portal"}
	if !s.readAdmin(w, r, &ask) {
		return
	}
	if !slices.Contains([]string{"1", "2", "3", "4"}, ask.Reason) || ask.Remark == "" || len(ask.Remark) > 100 {
		s.adminRefusal(w, r, http.StatusBadRequest, "reason is 1 to 4, and remark has 1 to 100 characters")
		return
	}
	s.end(w, r, ask.IRN, func(ctx context.Context, irn string) (bool, error) {
		return s.state.cancelEntry(ctx, irn, ask.Reason, ask.Remark, s.clock.now().Truncate(time.Second))
	})
}

// rejectHere handles POST /_sandbox/reject: the document's status becomes REJ.
func (s *Sandbox) rejectHere(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		IRN string `json:"irn"`
	}
	if s.readAdmin(w, r, &ask) {
		s.end(w, r, ask.IRN, s.state.rejectEntry)
	}
}

// end takes an active document out of force and shows it.
func (s *Sandbox) end(w http.ResponseWriter, r *http.Request, irn string, end func(context.Context, string) (bool, error)) {
	ctx := context.WithoutCancel(r.Context())
	irn = strings.ToLower(strings.TrimSpace(irn))
	if !nic.ValidIRN(irn) {
		s.adminRefusal(w, r, http.StatusBadRequest, "irn is not 64 hexadecimal digits")
		return
	}
	changed, err := end(ctx, irn)
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	docs, err := s.state.ledger(ctx, irn, 1)
	switch {
	case err != nil:
		s.adminError(w, r, err)
	case len(docs) == 0:
		s.adminRefusal(w, r, http.StatusNotFound, "no document has this irn")
	case !changed:
		s.adminRefusal(w, r, http.StatusConflict, "the document is not active: its status is "+docs[0].Status)
	default:
		s.done(w, r, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, docs[0]) })
	}
}

// reset handles POST /_sandbox/reset: a portal in memory becomes as new, but for its keys.
// One that keeps a file forgets nothing.
func (s *Sandbox) reset(w http.ResponseWriter, r *http.Request) {
	if s.opts.Path != "" {
		s.adminRefusal(w, r, http.StatusConflict, "this sandbox keeps a state file, which is not emptied; start it on another file, or without one")
		return
	}
	if err := s.state.forget(r.Context()); err != nil {
		s.adminError(w, r, err)
		return
	}
	s.sessions.reset()
	s.taxpayers.reset()
	s.faults.clear()
	s.homes.reset()
	s.lines.reset()
	s.clock.advance(-s.clock.ahead())
	s.done(w, r, s.showLedger)
}
