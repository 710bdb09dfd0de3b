package registrar

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"mohar/db"
	"mohar/gst"
)

// When the register is asked about customers. Each call costs credits at the providers.
const (
	askAgain    = 30 * 24 * time.Hour // how long an answer counts
	askedLately = 24 * time.Hour      // how long it counts where people want all asked now
	askEvery    = time.Hour           // how often it is seen to
	firstAsk    = time.Minute         // after the start, when documents had their turn
	askAtOnce   = 50                  // customers of a company at a time
)

// AskStatus asks the portal's register, in the name of a company, about one of its
// customers and stores what it says. A GSTIN that the portal does not know becomes
// gst.StatusUnknown. Errors are those of Taxpayer, but for gst.ErrNotFound: that is the
// company's, when the customer is not there.
func (r *Registrar) AskStatus(ctx context.Context, company *gst.Company, customer gst.Customer) error {
	kind, status := "", gst.StatusUnknown
	if g, err := gst.ParseGSTIN(customer.GSTIN); err == nil { // any other is not worth a call
		t, err := r.Taxpayer(ctx, company, g)
		switch {
		case err == nil:
			kind, status = t.Type, cmp.Or(t.Status, gst.StatusUnknown)
		case errors.Is(err, gst.ErrNotFound), judge(err) == stale:
		case judge(err) == refused && !refusalByGateway(err):
			// An answer that says nothing of the GSTIN: what was known stays, and the next is asked.
			kind, status = customer.Taxpayer, cmp.Or(customer.Status, gst.StatusUnknown)
		default:
			return err
		}
	}
	ctx = keep(db.WithActor(ctx, actor))
	if err := r.store.SetCustomerStatus(ctx, company.GSTIN, customer.ID, kind, status, r.now()); err != nil {
		return fmt.Errorf("ask status of customer %d: %w", customer.ID, err)
	}
	return nil
}

func refusalByGateway(err error) bool {
	no := refusalOf(err)
	return no.Gateway
}

// AskStatuses asks about those customers and suppliers of a company, at most limit, whose
// last answer is a month old. One that nobody ever asked for is left out in live mode,
// where calls cost money. It stops at the first that gets no answer, or when signing in
// fails, and returns that error with how many were asked until then.
func (r *Registrar) AskStatuses(ctx context.Context, company gst.Company, limit int) (asked int, err error) {
	return r.ask(ctx, company, r.now().Add(-askAgain), company.Mode == gst.Practice, limit, func() {})
}

// ask asks about customers that are due and calls each after every one.
func (r *Registrar) ask(ctx context.Context, company gst.Company, before time.Time, never bool, limit int, each func()) (asked int, err error) {
	due, err := r.store.CustomersDue(ctx, company.GSTIN, before, never, limit)
	if err != nil {
		return 0, fmt.Errorf("ask statuses: %w", err)
	}
	for _, customer := range due {
		if err := ctx.Err(); err != nil {
			return asked, err
		}
		err := r.AskStatus(ctx, &company, customer)
		if err != nil && !errors.Is(err, gst.ErrNotFound) { // deleted meanwhile
			return asked, fmt.Errorf("ask statuses of %s: %w", company.GSTIN, err)
		}
		asked++
		each()
	}
	return asked, nil
}

// AskDue does one round for all companies: a few customers of each whose answer is old.
// Companies whose portal does not answer now are left for the next round.
func (r *Registrar) AskDue(ctx context.Context) error {
	companies, err := r.store.Companies(ctx)
	if err != nil {
		return fmt.Errorf("ask due statuses: %w", err)
	}
	for _, company := range companies {
		if _, err := r.AskStatuses(ctx, company, askAtOnce); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "customers' status was not asked", "company", company.GSTIN, "error", err)
		}
	}
	return ctx.Err()
}

// Check is how far asking about all customers of a company has come.
type Check struct {
	Asked, Total int
	Done         bool
	Err          error // why it stopped before its end; nil while it goes on
}

// StartCheck has all customers and suppliers of a company asked for, except those that
// were within a day; Run does it. A check that is under way goes on.
func (r *Registrar) StartCheck(ctx context.Context, company gst.GSTIN) error {
	total, err := r.store.CountCustomersDue(ctx, company, r.now().Add(-askedLately), true)
	if err != nil {
		return fmt.Errorf("start check: %w", err)
	}
	r.checking.Lock()
	defer r.checking.Unlock()
	if c, ok := r.checks[company]; ok && !c.Done {
		return nil
	}
	if r.checks == nil {
		r.checks = map[gst.GSTIN]Check{}
	}
	r.checks[company] = Check{Total: total, Done: total == 0}
	select {
	case r.check <- struct{}{}:
	default: // it is awake
	}
	return nil
}

// Check says how the latest check of a company stands; false when none was started since
// the program was.
func (r *Registrar) Check(company gst.GSTIN) (Check, bool) {
	r.checking.Lock()
	defer r.checking.Unlock()
	c, ok := r.checks[company]
	return c, ok
}

// note changes how a check stands.
func (r *Registrar) note(company gst.GSTIN, change func(*Check)) {
	r.checking.Lock()
	defer r.checking.Unlock()
	c := r.checks[company]
	change(&c)
	r.checks[company] = c
}

// RunChecks carries out the checks that were started, and returns when none is left.
func (r *Registrar) RunChecks(ctx context.Context) error {
	for {
		gstin, ok := r.nextCheck()
		if !ok {
			return nil
		}
		company, err := r.store.Company(ctx, gstin)
		for err == nil {
			// By the day of each batch: what was asked in this check is not due again.
			var asked int
			asked, err = r.ask(ctx, company, r.now().Add(-askedLately), true, askAtOnce, func() {
				r.note(gstin, func(c *Check) { c.Asked++ })
			})
			if asked < askAtOnce {
				break
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.log.WarnContext(ctx, "check of customers stopped", "company", gstin, "error", err)
		}
		r.note(gstin, func(c *Check) { c.Done, c.Err = true, err })
	}
}

// nextCheck is a company whose check is not done.
func (r *Registrar) nextCheck() (gst.GSTIN, bool) {
	r.checking.Lock()
	defer r.checking.Unlock()
	for company, c := range r.checks {
		if !c.Done {
			return company, true
		}
	}
	return "", false
}

// watchCustomers asks about customers when it is time or somebody wants it, until ctx is
// done.
func (r *Registrar) watchCustomers(ctx context.Context) {
	timer := time.NewTimer(firstAsk)
	defer timer.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-r.check:
			err = r.RunChecks(ctx)
		case <-timer.C:
			timer.Reset(askEvery)
			err = r.AskDue(ctx)
		}
		if err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "customers cannot be asked for", "error", err)
		}
	}
}
