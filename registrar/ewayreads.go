package registrar

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// EWayList is a list of e-way bills that the portal keeps by day; gsp's, for rooms that reach
// the portal through the registrar.
type EWayList = gsp.EWayList

// The lists.
const (
	ListMade        = gsp.ListMade        // made by the company
	ListOtherParty  = gsp.ListOtherParty  // made by others, naming the company as supplier or recipient
	ListTransporter = gsp.ListTransporter // given to the company to carry
	ListRejected    = gsp.ListRejected    // made by the company and rejected by the other party
)

// mostDays is how many days one fetching covers: each is a call of its own.
const mostDays = 31

// ReadEWay reads an e-way bill from the portal and keeps what it shows.
//
// It returns gst.ErrState for one without number, gst.ErrNotFound when the portal knows none,
// gsp.ErrNotSent or gsp.ErrNoAnswer when nobody answered, and a *gst.Refusal otherwise.
func (r *Registrar) ReadEWay(ctx context.Context, company gst.GSTIN, id int64) error {
	bill, err := r.store.EWay(ctx, company, id)
	if err != nil {
		return fmt.Errorf("read e-way bill %d: %w", id, err)
	}
	if bill.Number == "" {
		return fmt.Errorf("read e-way bill %d: %w", id, gst.ErrState)
	}
	calls, end := r.withGrace(ctx)
	defer end()
	calls, kept := r.keepingEWay(calls, company, id)
	defer kept()
	there, err := r.readEWay(calls, company, bill.Mode, bill.Number)
	if err != nil {
		return fmt.Errorf("read e-way bill %s: %w", bill.Number, err)
	}
	_, err = r.keepEWay(ctx, company, bill.Mode, there)
	return wrap("keep e-way bill "+bill.Number, err)
}

// AdoptEWay reads the e-way bill of a number from the portal and keeps it with those of the
// company. Errors are those of ReadEWay; gst.Invalid for a number that cannot be one.
func (r *Registrar) AdoptEWay(ctx context.Context, company gst.GSTIN, number string) (id int64, err error) {
	if !gst.EWayNumber(number) {
		return 0, gst.Faults{{Rule: "eway.number", Field: "number", Args: []string{number}}}.Err()
	}
	c, err := r.store.Company(ctx, company)
	if err != nil {
		return 0, fmt.Errorf("adopt e-way bill %s: %w", number, err)
	}
	calls, end := r.withGrace(ctx)
	defer end()
	var heard diary
	there, err := r.readEWay(gsp.Watching(calls, heard.add), company, c.Mode, number)
	if err != nil {
		return 0, fmt.Errorf("adopt e-way bill %s: %w", number, err)
	}
	if id, err = r.keepEWay(ctx, company, c.Mode, there); err != nil {
		return 0, fmt.Errorf("adopt e-way bill %s: %w", number, err)
	}
	r.keepCalls(ctx, company, id, &heard)
	return id, nil
}

// readEWay reads one bill.
func (r *Registrar) readEWay(ctx context.Context, company gst.GSTIN, mode gst.Mode, number string) (*gst.EWay, error) {
	var bill *gst.EWay
	err := r.askEWay(ctx, company, mode, gst.OpEWayRead, func(p *gsp.Portal) (err error) {
		bill, err = p.EWay(ctx, number)
		return err
	})
	if err != nil {
		return nil, err
	}
	return bill, nil
}

// keepEWay keeps what was read of a bill.
func (r *Registrar) keepEWay(ctx context.Context, company gst.GSTIN, mode gst.Mode, there *gst.EWay) (id int64, err error) {
	there.ReadAt = r.now()
	id, _, err = r.store.KeepEWay(keep(ctx), company, mode, *there)
	return id, err
}

// FetchEWays asks the portal for a list of each day from one to another, and keeps the bills
// in them that are not kept here or stand otherwise there. Those that stand as they are here
// cost no call of their own.
//
// It returns gst.Invalid for more than a month, and otherwise errors as ReadEWay does, with
// what was kept until then.
func (r *Registrar) FetchEWays(ctx context.Context, company gst.GSTIN, list EWayList, from, to gst.Date) (added, changed int, err error) {
	if days := to.DaysSince(from) + 1; days < 1 || days > mostDays {
		return 0, 0, gst.Faults{{Rule: "eway.days", Field: "to", Args: []string{strconv.Itoa(mostDays)}}}.Err()
	}
	c, err := r.store.Company(ctx, company)
	if err != nil {
		return 0, 0, fmt.Errorf("fetch e-way bills: %w", err)
	}
	for day := from; day <= to; day = day.AddDays(1) {
		a, n, err := r.fetchDay(ctx, c, list, day)
		added, changed = added+a, changed+n
		if err != nil {
			return added, changed, fmt.Errorf("fetch e-way bills of %s: %w", day, err)
		}
	}
	return added, changed, nil
}

func (r *Registrar) fetchDay(ctx context.Context, c gst.Company, list EWayList, day gst.Date) (added, changed int, err error) {
	calls, end := r.withGrace(ctx)
	defer end()
	var bills []gst.EWay
	err = r.askEWay(calls, c.GSTIN, c.Mode, gst.OpEWayList, func(p *gsp.Portal) (err error) {
		bills, err = p.EWays(calls, list, day)
		return err
	})
	if errors.Is(err, gst.ErrNotFound) { // none that day
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	for _, b := range bills {
		known, err := r.store.EWayByNumber(ctx, c.GSTIN, c.Mode, b.Number)
		isNew := errors.Is(err, gst.ErrNotFound)
		if err != nil && !isNew {
			return added, changed, err
		}
		if !isNew && standsAs(known, &b) {
			continue
		}
		var heard diary
		there, err := r.readEWay(gsp.Watching(calls, heard.add), c.GSTIN, c.Mode, b.Number)
		if err != nil {
			return added, changed, fmt.Errorf("%s: %w", b.Number, err)
		}
		id, err := r.keepEWay(ctx, c.GSTIN, c.Mode, there)
		if err != nil {
			return added, changed, err
		}
		r.keepCalls(ctx, c.GSTIN, id, &heard)
		if isNew {
			added++
		} else {
			changed++
		}
	}
	return added, changed, nil
}

// standsAs reports whether a bill stands here as a line of a list says.
func standsAs(here, line *gst.EWay) bool {
	return (here.State == gst.EWayCancelled) == (line.State == gst.EWayCancelled) && here.ValidUntil.Equal(line.ValidUntil) &&
		here.Extensions == line.Extensions && here.RejectedAt.IsZero() == line.RejectedAt.IsZero()
}

// askEWay has one provider after the other asked, until one answers. A person waits for it.
func (r *Registrar) askEWay(ctx context.Context, company gst.GSTIN, mode gst.Mode, op gst.Operation, ask func(*gsp.Portal) error) error {
	portals, err := r.portals(ctx, company, mode)
	if err != nil {
		return fmt.Errorf("%w: %w", gsp.ErrNotSent, err)
	}
	r.gsp.TryAgain(mode)
	return r.askPortals(client{company, mode}, &r.ewayGates.direct, ready(portals, op), judgeEWay, ask)
}

// askPortals puts a question to one provider after the other until one answers.
func (r *Registrar) askPortals(c client, g *gate, portals []*gsp.Portal, judge func(error) verdict, ask func(*gsp.Portal) error) (err error) {
	for _, p := range portals {
		err = ask(p)
		v := judge(err)
		if v != unsent && v != unanswered { // somebody can be reached: nobody need wait
			g.open(c)
		}
		switch v {
		case unsent, unanswered, busy:
			continue // it is a question only: the next provider may be asked
		case absent:
			return errors.Join(gst.ErrNotFound, err)
		}
		return err
	}
	return err
}

// LookUpTransporter returns what the portal's register says of a transporter's GSTIN or TRANSIN.
// Errors are those of ReadEWay.
func (r *Registrar) LookUpTransporter(ctx context.Context, company gst.GSTIN, id string) (*gst.Taxpayer, error) {
	c, err := r.store.Company(ctx, company)
	if err != nil {
		return nil, fmt.Errorf("look up transporter: %w", err)
	}
	calls, end := r.withGrace(ctx)
	defer end()
	var t *gst.Taxpayer
	err = r.askEWay(calls, company, c.Mode, gst.OpEWayRegister, func(p *gsp.Portal) (err error) {
		t, err = p.Transporter(calls, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look up transporter %s: %w", id, err)
	}
	return t, nil
}

// keepingEWay returns a context whose calls are kept with an e-way bill, once kept is called.
func (r *Registrar) keepingEWay(ctx context.Context, company gst.GSTIN, id int64) (calls context.Context, kept func()) {
	heard := &diary{}
	return gsp.Watching(ctx, heard.add), func() { r.keepCalls(ctx, company, id, heard) }
}

func (r *Registrar) keepCalls(ctx context.Context, company gst.GSTIN, id int64, heard *diary) {
	calls := heard.take()
	if len(calls) == 0 {
		return
	}
	if err := r.store.AddEWayExchanges(keep(ctx), company, id, calls...); err != nil {
		r.log.WarnContext(ctx, "calls are not kept", "e-way bill", id, "error", err)
	}
}

// orderExtensions asks for the extensions whose window has opened.
func (r *Registrar) orderExtensions(ctx context.Context) error {
	due, err := r.store.DueExtensions(ctx, r.now())
	if err != nil {
		return fmt.Errorf("look for extensions that are due: %w", err)
	}
	for _, d := range due {
		if err := r.orderExtension(db.WithActor(ctx, actor), d); err != nil {
			return fmt.Errorf("ask for the extension of e-way bill %d: %w", d.ID, err)
		}
	}
	return nil
}

func (r *Registrar) orderExtension(ctx context.Context, d db.DueExtension) error {
	b, err := r.store.EWay(ctx, d.Company, d.ID)
	if err != nil || b.Scheduled == nil {
		return err
	}
	err = r.store.OrderEWay(ctx, d.Company, d.ID, gst.EWayOrder{Action: gst.EWayExtend, Extension: b.Scheduled})
	if errors.Is(err, gst.ErrState) { // the bill stands otherwise by now
		return r.store.Unschedule(ctx, d.Company, d.ID, "the e-way bill stands otherwise by now")
	}
	return err
}
