package gsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"mohar/gst"
)

// Fault is something that the sandbox is to do wrong. See its GET /_sandbox/faults for the
// kinds.
type Fault struct {
	Face  string    `json:"face"` // alankit, taxpro, nic or *
	Op    string    `json:"op"`   // generate, get, cancel, … or *
	Kind  string    `json:"fault"`
	Times int       `json:"times"` // 0: until it is removed
	MS    int       `json:"ms"`    // of delays
	GSTIN gst.GSTIN `json:"gstin"` // whose calls it is confined to
	Label string    `json:"label"` // to find and remove it by
}

// PlantFault has the sandbox fail.
func (c *Caller) PlantFault(ctx context.Context, f Fault) error {
	return c.steer(ctx, http.MethodPost, "faults", f, nil)
}

// Faults returns the faults that are planted under a label and have not struck as often as
// they shall.
func (c *Caller) Faults(ctx context.Context, label string) ([]Fault, error) {
	var all struct{ Faults []Fault }
	if err := c.steer(ctx, http.MethodGet, "faults", nil, &all); err != nil {
		return nil, err
	}
	var own []Fault
	for _, f := range all.Faults {
		if f.Label == label {
			own = append(own, f)
		}
	}
	return own, nil
}

// RemoveFaults has the sandbox forget the faults under a label, which may be none.
func (c *Caller) RemoveFaults(ctx context.Context, label string) error {
	return c.steer(ctx, http.MethodDelete, "faults?label="+url.QueryEscape(label), nil, nil)
}

// RegisterElsewhere registers an INV-01 document at the sandbox as if another program had
// done it. It returns a *gst.Refusal for one that the portal does not take, with code 2150
// when it has the number.
func (c *Caller) RegisterElsewhere(ctx context.Context, inv01 []byte) error {
	return c.steer(ctx, http.MethodPost, "register", map[string]json.RawMessage{"inv01": inv01}, nil)
}

// SetTaxpayer has the sandbox's register say that a GSTIN has a status: ACT, SUS or CNL.
func (c *Caller) SetTaxpayer(ctx context.Context, g gst.GSTIN, status, name string) error {
	return c.steer(ctx, http.MethodPost, "gstin", map[string]string{"gstin": string(g), "status": status, "name": name}, nil)
}

// steer makes a call of the sandbox's admin API. It returns ErrNotSent when no sandbox is
// there.
func (c *Caller) steer(ctx context.Context, method, path string, ask, answer any) error {
	if c.sandbox == "" {
		return fmt.Errorf("%w: no sandbox is running", ErrNotSent)
	}
	what := call{method: method}
	if ask != nil {
		body, err := json.Marshal(ask)
		if err != nil {
			return fmt.Errorf("steer the sandbox: %w", err)
		}
		what.body = body
	}
	r, err := exchange(ctx, c.local, c.sandbox+"/_sandbox/"+path, what, http.Header{"Content-Type": {"application/json"}})
	if err != nil {
		return fmt.Errorf("steer the sandbox: %w", err)
	}
	var refused struct{ Codes []gst.RefusalCode }
	if r.status == http.StatusUnprocessableEntity && json.Unmarshal(r.body, &refused) == nil {
		return &gst.Refusal{Codes: refused.Codes, HTTP: r.status}
	}
	if r.status >= http.StatusMultipleChoices {
		return fmt.Errorf("steer the sandbox: %s: status %d with %q", path, r.status, snippet(r.body))
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(r.body, answer); err != nil {
		return errors.Join(errors.New("steer the sandbox: reply cannot be read"), err)
	}
	return nil
}

// apart are the companies in practice whose lines and hosts are judged by themselves: what
// is planted for one must not have the others wait or go another way.
type apart struct {
	mu   sync.Mutex
	each map[gst.GSTIN]*hosts
}

// of returns the hosts as a company that is apart meets them; nil for one that is not.
func (a *apart) of(company gst.GSTIN) *hosts {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.each[company]
}

// apart returns the hosts as p alone meets them; nil when it goes with the others.
func (p *Portal) apart() *hosts {
	if p.cred.Mode != gst.Practice {
		return nil
	}
	return p.c.apart.of(p.company)
}

// hosts keeps which hosts failed as p meets them.
func (p *Portal) hosts() *hosts {
	if own := p.apart(); own != nil {
		return own
	}
	return &p.c.hosts
}

// SetApart has whatever fails for a company in practice from now on count for it alone. What
// failed before is forgotten.
func (c *Caller) SetApart(company gst.GSTIN) {
	c.Rejoin(company)
	c.apart.mu.Lock()
	defer c.apart.mu.Unlock()
	if c.apart.each == nil {
		c.apart.each = map[gst.GSTIN]*hosts{}
	}
	c.apart.each[company] = &hosts{}
}

// Rejoin has a company go with the others again, and forgets what failed while it was
// apart: whoever removes a planted fault knows that it is over.
func (c *Caller) Rejoin(company gst.GSTIN) {
	c.apart.mu.Lock()
	delete(c.apart.each, company)
	c.apart.mu.Unlock()
	c.lines.mu.Lock()
	defer c.lines.mu.Unlock()
	for l := range c.lines.each {
		if l.company == company {
			delete(c.lines.each, l)
		}
	}
}
