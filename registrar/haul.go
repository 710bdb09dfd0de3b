package registrar

import (
	"context"
	"errors"
	"regexp"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// haul is something asked about e-way bills in a worker's hand, with what was learnt on the
// way.
type haul struct {
	*db.EWayTask
	contact
	deed    deed
	portals []*gsp.Portal
	calls   diary

	silent    gst.Provider // the one that took it and did not answer; empty: none
	duplicate error        // the portal's word that it is done already; nil: it did not say so
	tired     error        // the "try later" that was one too many; nil: there was none

	after     gst.EWay      // what the bill is once it was done
	afterTrip gst.TripSheet // likewise
}

// deed is how one action is asked for at the portal, and how one sees there that it was done.
type deed struct {
	op     gst.Operation // of asking
	readOp gst.Operation // of seeing

	// ask has it done, and puts what it made of the bill into the haul.
	ask func(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error
	// seek reports whether it was done, and if so puts what the portal shows into the haul.
	seek func(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) (bool, error)

	done   []string // codes that refuse it because it is done already
	reread bool     // what it changes is worth one more call to have it in the portal's words
}

// Deeds of bills that stand, by action.
var deeds = map[gst.EWayAction]deed{
	gst.EWayPartB:       {op: gst.OpEWayChange, ask: askPartB, seek: seenIn(tookPartB), reread: true},
	gst.EWayReassign:    {op: gst.OpEWayChange, ask: askReassign, seek: seenIn(tookReassign)},
	gst.EWayExtend:      {op: gst.OpEWayChange, ask: askExtend, seek: seenIn(tookExtend), reread: true},
	gst.EWayCancel:      {op: gst.OpEWayCancel, ask: askCancel, seek: seenIn(tookCancel), done: []string{"312"}, reread: true},
	gst.EWayReject:      {op: gst.OpEWayReject, ask: askReject, seek: seenIn(tookReject)},
	gst.EWayClose:       {op: gst.OpEWayChange, ask: askClose, seek: seenIn(tookClose), done: []string{"829"}},
	gst.EWayGroupStart:  {op: gst.OpEWayChange, ask: askGroupStart, seek: seenIn(tookGroupStart)},
	gst.EWayGroupAdd:    {op: gst.OpEWayChange, ask: askGroupAdd, seek: seenIn(tookGroupAdd)},
	gst.EWayGroupChange: {op: gst.OpEWayChange, ask: askGroupChange, seek: seenIn(tookGroupChange)},
	gst.EWayTrip:        {op: gst.OpEWayTrip, ask: askTrip, seek: seekTrip},
	gst.EWayTripAgain:   {op: gst.OpEWayTrip, ask: askTrip, seek: seekTrip},
}

// The two ways to make a bill.
var (
	makeDirect = deed{op: gst.OpEWayMake, readOp: gst.OpEWayRead, ask: askDirect, seek: seekByPaper}
	makeByIRN  = deed{op: gst.OpEWayByIRN, readOp: gst.OpEWayOfIRN, ask: askByIRN, seek: seekByIRN}
)

// deedOf is how a task is done; false for one that nobody knows.
func deedOf(t *db.EWayTask) (deed, bool) {
	switch {
	case t.Order.Action != gst.EWayMake:
		d, ok := deeds[t.Order.Action]
		d.readOp = gst.OpEWayRead
		return d, ok && (t.Trip != nil || t.Bill != nil)
	case t.Bill == nil:
		return deed{}, false
	case t.Bill.Route == gst.EWayByIRN:
		return makeByIRN, true
	}
	return makeDirect, true
}

// byIRN reports whether it goes through the e-invoice system.
func (d deed) byIRN() bool { return d.op == gst.OpEWayByIRN }

// signIn signs in at the system that it goes through.
func (h *haul) signIn(ctx context.Context, p *gsp.Portal) (gst.Operation, error) {
	if h.deed.byIRN() {
		_, err := p.SignIn(ctx)
		return gst.OpSignIn, err
	}
	_, err := p.SignInEWay(ctx)
	return gst.OpEWaySignIn, err
}

// watch has the calls made under the context it returns kept with the task.
func (h *haul) watch(ctx context.Context) context.Context {
	return gsp.Watching(ctx, func(x gst.Exchange) {
		x.Attempt = max(h.Attempts, 1)
		h.calls.add(x)
	})
}

// task is the task with the calls that its next step in the store is to keep.
func (h *haul) task() *db.EWayTask {
	h.Exchanges = append(h.Exchanges, h.calls.take()...)
	return h.EWayTask
}

// heardEWay judges how a call through p ended and notes whether the portal was reached by it.
func (r *Registrar) heardEWay(h *haul, p *gsp.Portal, op gst.Operation, err error) verdict {
	v := h.judge(err)
	r.noteContact(&h.contact, p, op, v, err)
	return v
}

// ewayVerdicts is what the codes of the e-way bill system come to, and those that the
// e-invoice system gives about e-way bills; any other code refuses what was asked.
//
// Source: e-way bill API 1.03, list of error codes; NIC's list of e-invoice error codes.
var ewayVerdicts = map[string]verdict{
	"604":  duplicate, // made already of the same document
	"4002": duplicate, // made already of the same IRN
	"4026": duplicate, // made already of the same document, by the e-way bill system itself

	"114": busy, // technical error
	"118": busy, // try after five minutes
	"240": busy, // could not make it
	"309": busy, // could not update the vehicle
	"313": busy,
	"317": busy, // could not cancel
	"322": busy, // could not make the trip sheet
	"325": busy, // could not retrieve data
	"347": busy,
	"350": busy,
	"357": busy,
	"368": busy, // could not update the transporter
	"383": busy, // error while extending
	"388": busy,
	"397": busy, // error in starting a group
	"401": busy,
	"403": busy,
	"658": busy, // too many calls
	"800": busy,
	"813": busy, // the same request at the same time
	"825": busy,
	"841": busy, // could not close

	"4001": busy, // error while making it
	"4004": busy, // error while reading the IRN
	"5001": busy, // application error
}

// stateCodes refuse something because the bill stands otherwise than was thought: it is read
// again then.
var stateCodes = []string{"280", "281", "311", "312", "316", "343", "379", "653", "829", "843", "844", "845", "849"}

// judge returns the verdict on how a call about an e-way bill ended.
func (h *haul) judge(err error) verdict {
	v := judgeEWay(err)
	if no := refusalOf(err); v == refused && len(h.deed.done) > 0 && no.Has(h.deed.done...) {
		return duplicate
	}
	return v
}

func judgeEWay(err error) verdict {
	switch v := judge(err); {
	case v == agreed, v == unsent, v == unanswered:
		return v
	case gsp.NoEWay(err):
		return absent
	}
	no := refusalOf(err)
	first, known := ewayVerdicts[no.Codes[0].Code]
	if !known {
		return refused
	}
	for _, c := range no.Codes[1:] {
		if v, ok := ewayVerdicts[c.Code]; !ok || v != first {
			return refused
		}
	}
	return first
}

// twelve finds the number of an e-way bill in the portal's words, such as those of 4026.
var twelve = regexp.MustCompile(`\b[1-9][0-9]{11}\b`)

// numberIn returns the number of the e-way bill that a refusal names; empty when it names none.
func numberIn(err error) string {
	var no *gst.Refusal
	if errors.As(err, &no) {
		for _, c := range no.Codes {
			if n := twelve.FindString(c.Message); n != "" {
				return n
			}
		}
	}
	return ""
}
