package gsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// What the e-way bill system is asked to do. The errors of all these are those of
// Generate: ErrNotSent or a refusal marked ErrSignIn when the system did not get to see
// what was asked, ErrNoAnswer when it may have done it, and any other *gst.Refusal when it
// refused. Of those, its codes for troubles of its own (240, 309, 800, 813 …) leave open,
// too, what came of it.

// MakeEWay asks for an e-way bill without IRN. Code 604 means that the paper has one, which
// EWayOfPaper returns.
func (p *Portal) MakeEWay(ctx context.Context, c *gst.Consignment) (*gst.EWayBill, error) {
	body, err := nic.EncodeConsignment(c)
	var bill gst.EWayBill
	if err == nil {
		err = p.eway().makeEWay(ctx, body, &bill)
	} else {
		err = fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	if err != nil {
		return nil, fmt.Errorf("make e-way bill: %w", err)
	}
	return &bill, nil
}

func (p *Portal) makeEWay(ctx context.Context, body []byte, bill *gst.EWayBill) error {
	op := call{op: gst.OpEWayMake, action: "GENEWAYBILL", payload: body}
	op.read = func(e *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.EWayMade
		err := json.Unmarshal(data, &answer)
		if err == nil {
			*bill, err = answer.Bill(e.Infos...)
		}
		return err
	}
	return p.act(ctx, op)
}

// EWayUpdate is what the portal says of a change.
type EWayUpdate struct {
	At         time.Time // when it was made
	ValidUntil time.Time // of the bill from now on; zero when not said
}

// UpdatePartB enters who carries the goods of the bill of this number.
func (p *Portal) UpdatePartB(ctx context.Context, number string, b gst.PartB) (EWayUpdate, error) {
	body, err := nic.EncodePartB(number, b)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "VEHEWB", number, body, err)
	if err != nil {
		return EWayUpdate{}, fmt.Errorf("update Part B of %s: %w", number, err)
	}
	return EWayUpdate{answer.At(), answer.ValidUpto.Time}, nil
}

// ReassignEWay names another transporter, a GSTIN or TRANSIN, and returns when it was done.
func (p *Portal) ReassignEWay(ctx context.Context, number, transporterID string) (time.Time, error) {
	body, err := nic.EncodeReassign(number, transporterID)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "UPDATETRANSPORTER", number, body, err)
	if err != nil {
		return time.Time{}, fmt.Errorf("update transporter of %s: %w", number, err)
	}
	return answer.At(), nil
}

// ExtendEWay asks for more time.
func (p *Portal) ExtendEWay(ctx context.Context, number string, x gst.EWayExtension) (EWayUpdate, error) {
	body, err := nic.EncodeExtension(number, x)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "EXTENDVALIDITY", number, body, err)
	if err == nil && answer.ValidUpto.IsZero() {
		err = fmt.Errorf("%w: extension without validity", ErrNoAnswer)
	}
	if err != nil {
		return EWayUpdate{}, fmt.Errorf("extend %s: %w", number, err)
	}
	return EWayUpdate{answer.At(), answer.ValidUpto.Time}, nil
}

// CancelEWay cancels the bill and returns when it was done. Code 312 may mean that it was
// cancelled already, which EWay shows.
func (p *Portal) CancelEWay(ctx context.Context, number string, r gst.EWayCancelReason, remark string) (time.Time, error) {
	body, err := nic.EncodeEWayCancel(number, r, remark)
	answer, err := p.changeEWay(ctx, gst.OpEWayCancel, "CANEWB", number, body, err)
	if err != nil {
		return time.Time{}, fmt.Errorf("cancel %s: %w", number, err)
	}
	return answer.At(), nil
}

// RejectEWay rejects a bill that somebody else made and that names the company, and
// returns when it was done.
func (p *Portal) RejectEWay(ctx context.Context, number string) (time.Time, error) {
	body, err := nic.EncodeEWayReject(number)
	answer, err := p.changeEWay(ctx, gst.OpEWayReject, "REJEWB", number, body, err)
	if err != nil {
		return time.Time{}, fmt.Errorf("reject %s: %w", number, err)
	}
	return answer.At(), nil
}

// CloseEWay says that the goods were delivered on a day.
func (p *Portal) CloseEWay(ctx context.Context, number string, day gst.Date, remark string) error {
	body, err := nic.EncodeEWayClose(number, day, remark)
	if err == nil {
		op := call{op: gst.OpEWayChange, action: "CLSEWB", payload: body}
		op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
			answer, err := readChanged(data, number)
			if err == nil && answer.ClosureDate == 0 && answer.EwayBillNo == "" && answer.EwbNo == "" {
				err = errors.New("reply names neither bill nor day")
			}
			return err
		}
		err = p.eway().act(ctx, op)
	} else {
		err = fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	if err != nil {
		return fmt.Errorf("close %s: %w", number, err)
	}
	return nil
}

// MakeTrip asks for a trip sheet of several bills, or with t.Old for one that takes the
// place of another, and returns its number and when it was made.
func (p *Portal) MakeTrip(ctx context.Context, t *gst.TripSheet) (number string, at time.Time, err error) {
	body, err := nic.EncodeTrip(t)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make trip sheet: %w: %w", ErrNotSent, err)
	}
	op := call{op: gst.OpEWayTrip, action: "GENCEWB", payload: body}
	if t.Old != "" {
		op.action = "REGENTRIPSHEET"
	}
	op.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		var answer nic.EWayChanged
		err := json.Unmarshal(data, &answer)
		if err == nil {
			number, at, err = answer.Trip()
		}
		return err
	}
	if err := p.eway().act(ctx, op); err != nil {
		return "", time.Time{}, fmt.Errorf("make trip sheet: %w", err)
	}
	return number, at, nil
}

// StartGroup starts a movement by several vehicles and returns the number that the portal
// gives it.
func (p *Portal) StartGroup(ctx context.Context, number string, g gst.EWayGroup) (group int, at time.Time, err error) {
	body, err := nic.EncodeGroup(number, g)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "MULTIVEHMOVINT", number, body, err)
	if err == nil && answer.Group() == 0 {
		err = fmt.Errorf("%w: group without number", ErrNoAnswer)
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("start group of %s: %w", number, err)
	}
	return answer.Group(), answer.At(), nil
}

// AddToGroup adds a vehicle to a group and returns when it was done.
func (p *Portal) AddToGroup(ctx context.Context, number string, v gst.EWayGroupVehicle) (time.Time, error) {
	body, err := nic.EncodeGroupVehicle(number, v)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "MULTIVEHADD", number, body, err)
	if err != nil {
		return time.Time{}, fmt.Errorf("add vehicle to group of %s: %w", number, err)
	}
	return answer.At(), nil
}

// ChangeInGroup changes a vehicle or transport document of a group for another and returns
// when it was done.
func (p *Portal) ChangeInGroup(ctx context.Context, number string, s gst.EWayGroupSwap) (time.Time, error) {
	body, err := nic.EncodeGroupSwap(number, s)
	answer, err := p.changeEWay(ctx, gst.OpEWayChange, "MULTIVEHUPD", number, body, err)
	if err != nil {
		return time.Time{}, fmt.Errorf("change vehicle in group of %s: %w", number, err)
	}
	return answer.At(), nil
}

// changeEWay sends a request that was encoded, with the error of that, and returns the
// reply, which says when it was done.
func (p *Portal) changeEWay(
	ctx context.Context, op gst.Operation, action, number string, body []byte, err error,
) (answer nic.EWayChanged, _ error) {
	if err != nil {
		return answer, fmt.Errorf("%w: %w", ErrNotSent, err)
	}
	ask := call{op: op, action: action, payload: body}
	ask.read = func(_ *nic.Envelope, data json.RawMessage, _ *reply) (err error) {
		if answer, err = readChanged(data, number); err == nil && answer.At().IsZero() {
			err = errors.New("reply without a date")
		}
		return err
	}
	return answer, p.eway().act(ctx, ask)
}

// readChanged reads the reply to an action on a bill; one about another bill is none.
func readChanged(data json.RawMessage, number string) (answer nic.EWayChanged, err error) {
	if len(data) == 0 {
		return answer, errors.New("reply without data")
	}
	if err = json.Unmarshal(data, &answer); err == nil && !answer.Of(number) {
		err = errors.New("reply about another bill")
	}
	return answer, err
}

// act sends an action.
func (p *Portal) act(ctx context.Context, op call) error {
	op.method, op.path = http.MethodPost, fill(p.api.paths.change, "action", op.action)
	return p.ask(ctx, op)
}
