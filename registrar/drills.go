package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// The drills: what can be rehearsed at the practice portal.
const (
	DrillOneDown    = "one_down"    // the first provider is down
	DrillBothDown   = "both_down"   // all are
	DrillLostReply  = "lost_reply"  // the portal registers, and its answer is lost
	DrillToken      = "token"       // the portal no longer knows the sign-in
	DrillTakenOther = "taken_other" // the number was used for another document
	DrillTakenSame  = "taken_same"  // the same document was registered already
	DrillRefused    = "refused"     // the buyer's GSTIN is suspended
	DrillCancel     = "cancel"      // an IRN is cancelled
	DrillSlow       = "slow"        // the answer takes long
)

// ErrFewProviders says that a drill needs two providers to be set up.
var ErrFewProviders = errors.New("the company has not two providers")

// ErrNumberHeld says that the portal holds a document under the next number already, from
// a drill before.
var ErrNumberHeld = errors.New("the practice portal holds the next number already")

// ErrNoPractice says that the practice portal does not answer.
var ErrNoPractice = errors.New("the practice portal does not answer")

// unreached adds ErrNoPractice to an error of steering the practice portal that says so.
func unreached(err error) error {
	if errors.Is(err, gsp.ErrNotSent) || errors.Is(err, gsp.ErrNoAnswer) {
		return fmt.Errorf("%w: %w", ErrNoPractice, err)
	}
	return err
}

// DrillSetting is what a drill needs that only the house side can make.
type DrillSetting struct {
	Number    string    // that the portal is to hold already
	INV01     []byte    // the document under it
	DraftID   int64     // what is ready to be issued; 0: nothing
	Suspended gst.GSTIN // whose registration the portal is to have suspended
}

// drill is how a drill is set up and what shows that it went as it should.
type drill struct {
	name   string
	once   bool // its faults strike once: before that nothing is shown
	faults func(down gst.Provider) []gsp.Fault
	shows  func(db.Drill, *gst.Invoice, []db.Event) bool
}

// drills are all drills, in the order in which they are best done.
var drills = []drill{
	{DrillOneDown, false, downAt, func(d db.Drill, inv *gst.Invoice, events []db.Event) bool {
		return registeredIn(events) && inv.IRN.Registration != nil && inv.IRN.Registration.Provider != d.Provider
	}},
	{DrillBothDown, false, func(gst.Provider) []gsp.Fault { return downAt("*") }, func(d db.Drill, _ *gst.Invoice, events []db.Event) bool {
		waited := slices.ContainsFunc(events, func(e db.Event) bool {
			return !e.At.After(d.Ended) && (e.Kind == db.EventPostponed || e.Kind == db.EventNoAnswer)
		})
		return !d.Ended.IsZero() && waited && registeredIn(events)
	}},
	{DrillLostReply, true, onceAt("drop-reply", 0), func(_ db.Drill, _ *gst.Invoice, events []db.Event) bool {
		return has(events, db.EventNoAnswer) && registeredIn(events)
	}},
	{DrillToken, true, onceAt("token-revoked", 0), func(_ db.Drill, _ *gst.Invoice, events []db.Event) bool { return registeredIn(events) }},
	{DrillTakenOther, false, nil, func(d db.Drill, inv *gst.Invoice, _ []db.Event) bool {
		return inv.IRN.State == gst.IRNConflict && sameNumber(d, inv)
	}},
	{DrillTakenSame, false, nil, func(d db.Drill, inv *gst.Invoice, events []db.Event) bool {
		return registeredIn(events) && sameNumber(d, inv)
	}},
	{DrillRefused, false, nil, func(_ db.Drill, _ *gst.Invoice, events []db.Event) bool {
		return has(events, db.EventRefused) && registeredIn(events)
	}},
	{DrillCancel, false, nil, func(_ db.Drill, _ *gst.Invoice, events []db.Event) bool { return has(events, db.EventCancelled) }},
	{DrillSlow, true, onceAt("delay", slowMS), func(_ db.Drill, _ *gst.Invoice, events []db.Event) bool { return registeredIn(events) }},
}

// slowMS is how long the slow portal takes, in milliseconds: longer than anybody likes to
// watch, and far below the time after which no answer is taken for none.
const slowMS = 8000

// afterwards is how long the drill in which all providers are down is looked after when it
// has ended: only then is there anything to see.
const afterwards = time.Hour

// Drills returns the names of all drills, in the order in which they are best done.
func Drills() []string {
	names := make([]string, len(drills))
	for i, d := range drills {
		names[i] = d.name
	}
	return names
}

// drillOf returns the drill of a name; gst.ErrNotFound when there is none.
func drillOf(name string) (drill, error) {
	at := slices.IndexFunc(drills, func(d drill) bool { return d.name == name })
	if at < 0 {
		return drill{}, fmt.Errorf("drill %q: %w", name, gst.ErrNotFound)
	}
	return drills[at], nil
}

// downAt is a provider that does nothing any more. Signing in goes on to work: the portal
// counts sign-ins, and too many would lock the company out after the drill.
func downAt(provider gst.Provider) []gsp.Fault {
	var faults []gsp.Fault
	for _, op := range []string{"generate", "get", "cancel", "ewb", "taxpayer", "ping"} {
		faults = append(faults, gsp.Fault{Face: string(provider), Op: op, Kind: "down"})
	}
	return faults
}

// onceAt strikes the next document, wherever it is sent.
func onceAt(kind string, ms int) func(gst.Provider) []gsp.Fault {
	return func(gst.Provider) []gsp.Fault {
		return []gsp.Fault{{Face: "*", Op: "generate", Kind: kind, Times: 1, MS: ms}}
	}
}

func has(events []db.Event, kind db.EventKind) bool {
	return slices.ContainsFunc(events, func(e db.Event) bool { return e.Kind == kind })
}

// registeredIn reports whether a document got its IRN in the course of events.
func registeredIn(events []db.Event) bool { return has(events, db.EventRegistered) }

func sameNumber(d db.Drill, inv *gst.Invoice) bool {
	return gst.NormalNumber(inv.Number) == gst.NormalNumber(d.Number)
}

// label is what the faults of a company's drill are planted under; it has one at a time.
func label(company gst.GSTIN) string { return "drill " + string(company) }

// StartDrill begins a drill for a company in practice, and ends the one that runs there:
// what goes wrong from now on goes wrong for this company alone.
//
// It returns gst.ErrNotFound for a drill there is not, gst.ErrState for a company that is
// live, ErrFewProviders, ErrNumberHeld, and ErrNoPractice.
func (r *Registrar) StartDrill(ctx context.Context, company gst.Company, name string, set DrillSetting) error {
	what, err := drillOf(name)
	if err != nil {
		return err
	}
	r.drilling.Lock()
	defer r.drilling.Unlock()
	if company.Mode != gst.Practice {
		return fmt.Errorf("start drill of %s: %w", company.GSTIN, gst.ErrState)
	}
	portals, err := r.portals(ctx, company.GSTIN, gst.Practice)
	if errors.Is(err, errNoProvider) || err == nil && len(portals) < 2 {
		return ErrFewProviders
	}
	if err != nil {
		return err
	}
	if err := r.endRunning(ctx, company.GSTIN); err != nil {
		return err
	}
	err = unreached(r.setUp(ctx, set))
	if errors.Is(err, ErrNumberHeld) && name == DrillTakenOther {
		err = nil // it is taken, and not by what people will type
	}
	if err != nil {
		return err
	}
	d := db.Drill{
		Company: company.GSTIN, Name: name, Number: set.Number, DraftID: set.DraftID,
		Provider: portals[0].Provider(), // which is tried first, as soon as it is set apart
	}
	if err := r.store.StartDrill(ctx, &d); err != nil {
		return err
	}
	if err := r.plant(ctx, what, d); err != nil {
		return errors.Join(unreached(err), r.store.EndDrill(keep(ctx), d.Company, d.ID), r.clearUp(keep(ctx), d.Company))
	}
	return nil
}

// setUp brings the practice portal into the state that a drill begins with.
func (r *Registrar) setUp(ctx context.Context, set DrillSetting) error {
	if set.Suspended != "" {
		if err := r.gsp.SetTaxpayer(ctx, set.Suspended, gst.StatusSuspended, ""); err != nil {
			return fmt.Errorf("suspend %s: %w", set.Suspended, err)
		}
	}
	if set.INV01 != nil {
		err := r.gsp.RegisterElsewhere(ctx, set.INV01)
		if no := refusalOf(err); no.Has(codeDuplicate) {
			return fmt.Errorf("%w: %w", ErrNumberHeld, err)
		}
		if err != nil {
			return fmt.Errorf("use up number %s: %w", set.Number, err)
		}
	}
	return nil
}

// SuspendTaxpayer has the practice portal's register say that a made-up GSTIN is suspended.
// It returns ErrNoPractice when that does not answer.
func (r *Registrar) SuspendTaxpayer(ctx context.Context, g gst.GSTIN, name string) error {
	return unreached(r.gsp.SetTaxpayer(ctx, g, gst.StatusSuspended, name))
}

// plant has the practice portal fail as the drill says, and notes that it was told.
func (r *Registrar) plant(ctx context.Context, what drill, d db.Drill) error {
	if err := r.gsp.RemoveFaults(ctx, label(d.Company)); err != nil {
		return err
	}
	r.gsp.SetApart(d.Company)
	if what.faults != nil {
		for _, f := range what.faults(d.Provider) {
			f.GSTIN, f.Label = d.Company, label(d.Company)
			if err := r.gsp.PlantFault(ctx, f); err != nil {
				return err
			}
		}
	}
	r.planted[d.ID] = true
	return nil
}

// EndDrill ends a drill that runs: its faults go, and what waits is tried at once. A drill
// that has ended stays as it is. It returns gst.ErrNotFound for one the company has not.
func (r *Registrar) EndDrill(ctx context.Context, company gst.GSTIN, id int64) error {
	r.drilling.Lock()
	defer r.drilling.Unlock()
	return r.endDrill(ctx, company, id)
}

func (r *Registrar) endDrill(ctx context.Context, company gst.GSTIN, id int64) error {
	d, err := r.store.Drill(ctx, company, id)
	if err != nil {
		return err
	}
	if d, err = r.followDrill(ctx, d); err != nil || !d.Ended.IsZero() {
		return err
	}
	if err := r.store.EndDrill(ctx, company, id); err != nil {
		return err
	}
	return r.clearUp(keep(ctx), company)
}

// endRunning ends the drill that runs at a company, if one does.
func (r *Registrar) endRunning(ctx context.Context, company gst.GSTIN) error {
	d, err := r.store.RunningDrill(ctx, company)
	if errors.Is(err, gst.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return r.endDrill(ctx, company, d.ID)
}

// clearUp makes the practice portal well again for a company.
func (r *Registrar) clearUp(ctx context.Context, company gst.GSTIN) error {
	if err := r.gsp.RemoveFaults(ctx, label(company)); err != nil && !errors.Is(err, gsp.ErrNotSent) {
		return err // without a portal no faults are left either
	}
	r.gsp.Rejoin(company)
	return r.TryNow(ctx, company, gst.Practice)
}

// FollowDrill looks whether a document has shown what a drill is about, and ends the drill
// with the first that did. It returns the drill as it stands then.
func (r *Registrar) FollowDrill(ctx context.Context, d db.Drill) (db.Drill, error) {
	r.drilling.Lock()
	defer r.drilling.Unlock()
	d, err := r.store.Drill(ctx, d.Company, d.ID) // it may have ended while we waited
	if err != nil {
		return d, err
	}
	return r.followDrill(ctx, d)
}

func (r *Registrar) followDrill(ctx context.Context, d db.Drill) (db.Drill, error) {
	what, err := drillOf(d.Name)
	over := !d.Ended.IsZero() && (d.Name != DrillBothDown || r.now().Sub(d.Ended) > afterwards)
	if err != nil || d.InvoiceID != 0 || over {
		return d, err
	}
	if d.Ended.IsZero() {
		ready, err := r.struck(ctx, what, d)
		if err != nil { // the practice portal is away, which the next look may find otherwise
			r.log.WarnContext(ctx, "drill cannot be followed", "company", d.Company, "drill", d.Name, "error", err)
		}
		if err != nil || !ready {
			return d, nil
		}
	}
	shown, err := r.shown(ctx, what, d)
	if err != nil || shown == 0 {
		return d, err
	}
	if err := r.store.ShowDrill(keep(ctx), d.Company, d.ID, shown); err != nil {
		return d, err
	}
	if d.Ended.IsZero() {
		if err := r.clearUp(keep(ctx), d.Company); err != nil {
			return d, err
		}
	}
	return r.store.Drill(keep(ctx), d.Company, d.ID)
}

// struck reports whether the faults of a running drill have done what they should before
// anything counts. The practice portal forgets its faults when the program ends: they are
// planted again then.
func (r *Registrar) struck(ctx context.Context, what drill, d db.Drill) (bool, error) {
	if !r.planted[d.ID] {
		return !what.once, r.plant(ctx, what, d)
	}
	if !what.once {
		return true, nil
	}
	left, err := r.gsp.Faults(ctx, label(d.Company))
	return len(left) == 0, err
}

// shown returns the first document that showed what a drill is about; 0 when none did.
func (r *Registrar) shown(ctx context.Context, what drill, d db.Drill) (int64, error) {
	events, err := r.store.EventsAfter(ctx, d.Company, d.After)
	if err != nil {
		return 0, err
	}
	var ids []int64
	for id := range events {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		inv, _, err := r.store.Invoice(ctx, d.Company, id)
		if errors.Is(err, gst.ErrNotFound) { // a draft, deleted meanwhile
			continue
		}
		if err != nil {
			return 0, err
		}
		if what.shows(d, inv, events[id]) {
			return id, nil
		}
	}
	return 0, nil
}
