// Package courier tells programs of the firm what happened: it sends the messages that the
// store wrote together with each change to the webhooks that want them, signed as Standard
// Webhooks says, and tries again until they are taken. It decides nothing about what is
// told and calls no portal.
//
// A message goes out at least once and always under the same key, in no promised order.
package courier

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"mohar/db"
)

// perWebhook is how many messages are on their way to one webhook at a time. Each has its
// own places, so that a slow one keeps nobody else waiting.
const perWebhook = 8

// graceTime is how long messages that are on their way may take once the program stops.
const graceTime = 5 * time.Second

// Options are what the courier needs of the house.
type Options struct {
	Store   *db.Store
	Now     func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: slog.Default
	Random  func() float64   // from 0 up to 1, for jitter; nil: math/rand
	Private bool             // http and addresses of private networks are allowed
	Version string           // of the program, for receivers' logs; may be empty
}

// Courier delivers messages. Its methods may be called from many goroutines.
type Courier struct {
	store   *db.Store
	now     func() time.Time
	log     *slog.Logger
	random  func() float64
	private bool
	agent   string
	client  *http.Client

	mu     sync.Mutex
	out    map[int64]map[int64]bool // deliveries by webhook: on their way, or ended since take looked last
	paused map[int64]time.Time      // until when a webhook has us wait
	forgot time.Time                // when old messages were last forgotten
}

// New returns a courier.
func New(o Options) *Courier {
	c := &Courier{
		store: o.Store, now: o.Now, log: o.Log, random: o.Random, private: o.Private, agent: "Mohar",
		client: newClient(o.Private), out: make(map[int64]map[int64]bool), paused: make(map[int64]time.Time),
	}
	if c.now == nil {
		c.now = time.Now
	}
	if c.log == nil {
		c.log = slog.Default()
	}
	if c.random == nil {
		c.random = rand.Float64
	}
	if o.Version != "" {
		c.agent += "/" + o.Version
	}
	return c
}

// Private reports whether http and addresses of private networks are allowed.
func (c *Courier) Private() bool { return c.private }

// actor is who the edit log names when a webhook is switched off for its answers.
var actor = db.Actor{Kind: "system", Name: "courier"}

// Run delivers what is due until ctx is done, and returns once what was on its way then
// has ended, which takes graceTime at most.
func (c *Courier) Run(ctx context.Context) {
	defer c.client.CloseIdleConnections()
	ended := make(chan struct{}, 1)
	calls, cancel := withGrace(ctx)
	defer cancel()
	var jobs sync.WaitGroup
	defer jobs.Wait()
	for ctx.Err() == nil {
		at := c.now()
		_, err := c.start(calls, &jobs, ended)
		if err == nil {
			err = c.forget(ctx)
		}
		c.nap(ctx, at, err, ended)
	}
}

// withGrace returns a context that ends a while after ctx does.
func withGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	calls, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(graceTime, cancel) })
	return calls, func() {
		stop()
		cancel()
	}
}

// DeliverDue sends what is due now, a place at each webhook for each, waits for the answers
// and returns how many messages went out.
func (c *Courier) DeliverDue(ctx context.Context) (int, error) {
	var jobs sync.WaitGroup
	n, err := c.start(ctx, &jobs, make(chan struct{}, 1))
	jobs.Wait()
	return n, err
}

// start sends out what is due at every webhook that is on, as far as there are places free.
func (c *Courier) start(ctx context.Context, jobs *sync.WaitGroup, ended chan<- struct{}) (n int, err error) {
	hooks, err := c.store.Webhooks(ctx)
	if err != nil {
		return 0, err
	}
	for _, w := range hooks {
		for _, d := range c.take(ctx, w) {
			n++
			jobs.Go(func() {
				c.deliver(ctx, w, &d)
				select {
				case ended <- struct{}{}:
				default: // one tick is enough
				}
			})
		}
	}
	return n, nil
}

// take takes what is due at a webhook as far as there are places free. What is on its way is
// known here alone: a data folder has one server. Were that to die, what was on its way goes
// out once more under the same key.
func (c *Courier) take(ctx context.Context, w db.Webhook) (taken []db.Delivery) {
	if w.Off != db.WebhookOn || !c.free(w.ID) {
		return nil
	}
	due, err := c.store.DueDeliveries(ctx, w.ID, perWebhook) // those on their way are among them
	if err != nil {
		c.log.ErrorContext(ctx, "messages to a webhook cannot be read", "webhook", w.ID, "error", err)
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.out[w.ID]
	room := perWebhook - onTheirWay(out)
	for _, d := range due {
		if _, seen := out[d.ID]; seen || len(taken) == room { // one that ended meanwhile was read before that
			continue
		}
		out[d.ID] = true
		taken = append(taken, d)
	}
	return taken
}

// free reports whether there is a place free at a webhook that does not have us wait.
func (c *Courier) free(webhook int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.out[webhook] == nil {
		c.out[webhook] = make(map[int64]bool)
	}
	maps.DeleteFunc(c.out[webhook], func(_ int64, out bool) bool { return !out })
	return len(c.out[webhook]) < perWebhook && !c.now().Before(c.paused[webhook])
}

func onTheirWay(deliveries map[int64]bool) (n int) {
	for _, out := range deliveries {
		if out {
			n++
		}
	}
	return n
}

// deliver makes one try and stores how it ended.
func (c *Courier) deliver(ctx context.Context, w db.Webhook, d *db.Delivery) {
	defer func() {
		c.mu.Lock()
		c.out[w.ID][d.ID] = false
		c.mu.Unlock()
	}()
	a := c.post(ctx, w, d)
	if a.Status == 0 && ctx.Err() != nil {
		return // the program stops, and whether it was taken is not known: it goes out again
	}
	y := c.tried(d, a)
	c.pause(w.ID, a)
	// Once the answer is known it is stored, also while the program stops.
	if err := c.store.SaveDeliveryTry(db.WithActor(context.WithoutCancel(ctx), actor), y); err != nil {
		c.log.ErrorContext(ctx, "the answer of a webhook cannot be stored", "webhook", w.ID, "message", d.Key, "error", err)
		c.wait(w.ID, c.now().Add(longestNap)) // it is due still: not again at once
	}
}

// tried is a try as it is stored.
func (c *Courier) tried(d *db.Delivery, a Answer) db.DeliveryTry {
	now := c.now()
	y := db.DeliveryTry{
		Delivery: d.ID, Webhook: d.Webhook, At: now, Took: a.Took, Status: a.Status, Answer: a.Text, Problem: a.Problem, Done: a.OK(),
	}
	if !y.Done {
		y.Next, y.GivesUp = c.next(d.Tries+1, now, a), givesUp(now, a)
	}
	return y
}

// pause leaves a webhook alone that asks for it: what else is due would be refused too.
func (c *Courier) pause(webhook int64, a Answer) {
	if a.wait > 0 {
		c.wait(webhook, c.now().Add(a.wait))
	}
}

// wait has nothing sent to a webhook until a moment.
func (c *Courier) wait(webhook int64, until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until.After(c.paused[webhook]) {
		c.paused[webhook] = until
	}
}

// Hasten has what is due at a webhook sent at once, also when that has us wait: a person
// wants it.
func (c *Courier) Hasten(webhook int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.paused, webhook)
}

// Test sends a test to a webhook now, on or off, and returns what the receiver answered. It
// stands in the log and is not tried again. It returns gst.ErrNotFound when there is no such
// webhook.
func (c *Courier) Test(ctx context.Context, webhook int64) (Answer, error) {
	w, err := c.store.Webhook(ctx, webhook)
	if err != nil {
		return Answer{}, err
	}
	d, err := c.store.TestDelivery(ctx, webhook)
	if err != nil {
		return Answer{}, err
	}
	a := c.post(ctx, w, &d)
	y := db.DeliveryTry{Webhook: webhook, At: c.now(), Took: a.Took, Status: a.Status, Answer: a.Text, Problem: a.Problem, Done: a.OK()}
	return a, c.store.SaveTest(context.WithoutCancel(ctx), d, y)
}

// forget gives up old messages, now and then.
func (c *Courier) forget(ctx context.Context) error {
	now := c.now()
	if now.Sub(c.forgot) < forgetEvery && !now.Before(c.forgot) {
		return nil
	}
	c.forgot = now
	for range mostForgets {
		more, err := c.store.ForgetDeliveries(ctx, now.Add(-keptFor))
		if err != nil || !more {
			return err
		}
	}
	c.forgot = time.Time{} // go on after what is due
	return nil
}

// nap waits until something may be due that was not when the store was looked through.
func (c *Courier) nap(ctx context.Context, looked time.Time, trouble error, ended <-chan struct{}) {
	pause := afterTrouble
	if trouble == nil {
		pause, trouble = c.napTime(ctx, looked)
	}
	if trouble != nil && ctx.Err() == nil {
		c.log.ErrorContext(ctx, "webhooks cannot be read", "error", trouble)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-c.store.WakeWebhooks():
	case <-ended:
	case <-timer.C:
	}
}

// napTime returns how long nothing will be due unless something happens.
func (c *Courier) napTime(ctx context.Context, looked time.Time) (time.Duration, error) {
	hooks, err := c.store.Webhooks(ctx)
	if err != nil {
		return afterTrouble, err
	}
	now, pause := c.now(), longestNap
	for _, w := range hooks {
		if w.Off != db.WebhookOn {
			continue
		}
		c.mu.Lock()
		due := c.paused[w.ID]
		c.mu.Unlock()
		if !due.After(now) {
			if due, err = c.store.NextDelivery(ctx, w.ID, looked); err != nil {
				return afterTrouble, err
			}
		}
		if !due.IsZero() {
			pause = min(pause, max(due.Sub(now), shortestNap))
		}
	}
	return pause, nil
}
