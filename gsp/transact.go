package gsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"mohar/gst"
	"mohar/nic"
)

// errSealed says that a reply does not open under the session's key.
var errSealed = errors.New("reply does not open")

// transact makes the call, when its line is not resting and its turn has come.
//
// It returns a *Wait when the call was kept back, ErrNotSent when no host can be
// reached, and otherwise what the answer means.
func (p *Portal) transact(ctx context.Context, s gst.Session, op call) (err error) {
	bases, err := p.bases()
	if err != nil {
		return err
	}
	leave, err := p.enter(ctx, op)
	if err != nil {
		p.keptBack(ctx, op, err)
		return err
	}
	err = &Wait{} // a panic, of whoever watches, says nothing about the line
	defer func() { leave(ctx, err) }()
	err = p.tryHosts(ctx, s, op, bases)
	if op.when == onSignIn && errors.Is(err, ErrNotSent) {
		p.uncountSignIn(ctx)
	}
	return err
}

// enter asks whatever may keep a call back: the line's breaker, the cap on calls, and
// for a sign-in the portal's limit. The function that it returns has to be told how the
// call ended.
func (p *Portal) enter(ctx context.Context, op call) (leave func(context.Context, error), err error) {
	leave = func(context.Context, error) {}
	if op.op != gst.OpPing {
		permit, err := p.c.lines.enter(p.line(op.op), p.c.now())
		if err != nil {
			return nil, err
		}
		leave = func(ctx context.Context, err error) { permit.leave(resultOf(ctx, err), p.c.now()) }
	}
	err = p.c.pace.turn(ctx, p.way(), p.c.now)
	if err == nil && op.when == onSignIn {
		err = p.countSignIn(ctx)
	}
	if err != nil {
		leave(ctx, err)
		return nil, err
	}
	return leave, nil
}

// tryHosts makes the call at the first host that can be reached and reads the answer.
// A question also goes on to the next host when no answer came; what may have been acted
// upon never does. Every outcome is remembered of the host, so that the next call knows
// whom to ask first.
func (p *Portal) tryHosts(ctx context.Context, s gst.Session, op call, bases []string) error {
	var err error
	for _, base := range p.hosts().order(bases, p.c.now()) {
		err = p.tryHost(ctx, s, op, base)
		if ctx.Err() != nil {
			return err // we hung up: no fault of the host
		}
		unreached, silent := errors.Is(err, ErrNotSent), errors.Is(err, ErrNoAnswer)
		p.hosts().note(base, !unreached && !silent, p.c.now())
		question := op.method == http.MethodGet && op.when != onSignIn
		if !unreached && (!silent || !question || isTimeOut(err)) {
			return err
		}
	}
	return err
}

// tryHost makes the call at one host.
func (p *Portal) tryHost(ctx context.Context, s gst.Session, op call, base string) error {
	began := p.c.now()
	h := p.headers(s, op)
	r, err := exchange(ctx, p.client(), base+op.path, op, h)
	if err == nil {
		r.base = base
		err = p.understand(s, op, r)
	}
	ended := p.c.now()
	if ctx.Err() == nil || err == nil {
		p.c.vitals.note(p.way(), ended, ended.Sub(began), err)
	}
	if seen := watcher(ctx); seen != nil {
		seen(p.exchanged(s, op, base, h, r, err, began, ended))
	}
	return err
}

// understand reads a reply: a refusal, an answer that op takes what it wants from, or
// none that can be understood.
func (p *Portal) understand(s gst.Session, op call, r *reply) error {
	if op.op == gst.OpPing {
		return op.read(nil, nil, r)
	}
	e, err := p.read(r)
	if err != nil {
		return err
	}
	if op.when == onSignIn {
		r.opened, err = e.Plain()
	} else {
		r.opened, err = p.api.shape.open(s, e)
	}
	if err != nil {
		return fmt.Errorf("%w: %w: %w", ErrNoAnswer, errSealed, err)
	}
	if err := op.read(e, r.opened, r); err != nil {
		return fmt.Errorf("%w: %w", ErrNoAnswer, err)
	}
	return nil
}

// reads returns what reads the JSON inside a good reply into v.
func reads(v any) func(*nic.Envelope, json.RawMessage, *reply) error {
	return func(_ *nic.Envelope, data json.RawMessage, _ *reply) error {
		if len(data) == 0 {
			return errors.New("reply without data")
		}
		return json.Unmarshal(data, v)
	}
}

// client is the HTTP client that p's calls go through.
func (p *Portal) client() *http.Client {
	if p.cred.Mode == gst.Practice {
		return p.c.local
	}
	return p.c.http
}

// headers returns what op carries. The names keep the provider's spelling, which
// http.Header.Set would change.
func (p *Portal) headers(s gst.Session, op call) http.Header {
	h := http.Header{"Accept": {"application/json"}, "Content-Type": {"application/json"}}
	for _, one := range p.api.headers {
		if one.on == always || one.on == op.when {
			h[one.name] = []string{p.value(one.what, s)}
		}
	}
	if op.irp != "" {
		h["irp"] = []string{op.irp}
	}
	return h
}

// isTimeOut reports whether err is about time that ran out, so that asking on would
// take as long again.
func isTimeOut(err error) bool {
	var slow net.Error
	return errors.As(err, &slow) && slow.Timeout()
}
