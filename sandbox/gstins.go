package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"mohar/gst"
)

// setTaxpayer is what was set of a GSTIN that would else be made up.
type setTaxpayer struct {
	GSTIN   string `json:"gstin"`
	Status  string `json:"status"`  // ACT, SUS, CNL; "": as made up
	Type    string `json:"type"`    // REG, SEZ, SED, COM, TDS, …; "": as made up
	Name    string `json:"name"`    // "": as made up
	Enabled *bool  `json:"enabled"` // for e-invoicing; null: yes
	Blocked *bool  `json:"blocked"` // for e-way bills; null: as made up
	Stale   *bool  `json:"stale"`   // the portal's copy is old until it is synced; null: no
	Code    string `json:"code"`    // what an old copy answers: 3028 or 3029; "": 3028
}

// taxpayerForm is a type of taxpayer as the register writes it.
var taxpayerForm = regexp.MustCompile(`^[A-Z]{3}$`)

func (t setTaxpayer) check() error {
	if _, err := gst.ParseGSTIN(t.GSTIN); err != nil {
		return fmt.Errorf("gstin %q is none: %w", t.GSTIN, err)
	}
	if !slices.Contains([]string{"", statusActive, statusSuspended, statusCancelled}, t.Status) {
		return fmt.Errorf("status %q is none of ACT, SUS, CNL", t.Status)
	}
	if t.Type != "" && !taxpayerForm.MatchString(t.Type) {
		return fmt.Errorf("type %q is not three capital letters, such as REG, COM, SEZ, SED, TDS, TCS, ISD", t.Type)
	}
	if !slices.Contains([]string{"", "3028", "3029"}, t.Code) {
		return fmt.Errorf("code %q is none of 3028, 3029", t.Code)
	}
	return nil
}

// over returns what was set, with what is set now laid over it.
func (t setTaxpayer) over(old setTaxpayer) setTaxpayer {
	old.GSTIN = t.GSTIN
	for _, m := range []struct{ to, from *string }{
		{&old.Status, &t.Status}, {&old.Type, &t.Type}, {&old.Name, &t.Name}, {&old.Code, &t.Code},
	} {
		if *m.from != "" {
			*m.to = *m.from
		}
	}
	for _, m := range []struct{ to, from **bool }{{&old.Enabled, &t.Enabled}, {&old.Blocked, &t.Blocked}, {&old.Stale, &t.Stale}} {
		if *m.from != nil {
			*m.to = *m.from
		}
	}
	return old
}

// standing is what the portal knows of a GSTIN, set or made up.
type standing struct {
	status, kind, name string // name "" where it is made up
	statusSet, kindSet bool   // otherwise the status binds nobody: it is only shown
	blocked, enabled   bool
	told               bool   // somebody set that it makes e-invoices
	old                string // the code that an old copy is answered with; "" for a good one
}

// taxpayers is the register of those that were set; all others are made up.
type taxpayers struct {
	mu  sync.Mutex
	set map[string]setTaxpayer
}

func loadTaxpayers(ctx context.Context, st *state) (*taxpayers, error) {
	all := &taxpayers{set: map[string]setTaxpayer{}}
	rows, err := st.reader.QueryContext(ctx, `SELECT facts FROM taxpayers`)
	if err != nil {
		return nil, fmt.Errorf("read taxpayers: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		var facts []byte
		var t setTaxpayer
		if err := rows.Scan(&facts); err != nil {
			return nil, fmt.Errorf("read taxpayer: %w", err)
		}
		if err := json.Unmarshal(facts, &t); err != nil {
			return nil, fmt.Errorf("read taxpayer: %w", err)
		}
		all.set[t.GSTIN] = t
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read taxpayers: %w", err)
	}
	return all, nil
}

// of returns how a well-formed GSTIN stands.
func (all *taxpayers) of(gstin string) standing {
	at := standing{
		status: taxpayerStatus(gst.GSTIN(gstin)), kind: taxpayerType(gst.GSTIN(gstin)),
		blocked: strings.HasSuffix(gstin, blockedEnding), enabled: true,
	}
	all.mu.Lock()
	t, ok := all.set[gstin]
	all.mu.Unlock()
	if !ok {
		return at
	}
	at.name = t.Name
	if t.Status != "" {
		at.status, at.statusSet = t.Status, true
	}
	if t.Type != "" {
		at.kind, at.kindSet = t.Type, true
	}
	if t.Enabled != nil {
		at.enabled, at.told = *t.Enabled, *t.Enabled
	}
	if t.Blocked != nil {
		at.blocked = *t.Blocked
	}
	if t.Stale != nil && *t.Stale {
		at.old = "3028"
		if t.Code != "" {
			at.old = t.Code
		}
	}
	return at
}

// refusal returns the code under which documents that name the GSTIN are refused, ""
// for none: an old copy does not know it, a new one knows that it is not in force.
//
// Source: NIC's list of errors, 3028 and 3029.
func (at standing) refusal() string {
	if at.old != "" {
		return at.old
	}
	if at.statusSet && at.status != statusActive {
		return "3029"
	}
	return ""
}

// put lays what is set over what was set before, keeps it and returns it.
func (all *taxpayers) put(ctx context.Context, st *state, t setTaxpayer) (setTaxpayer, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	t = t.over(all.set[t.GSTIN])
	_, err := st.writer.ExecContext(ctx, `
		INSERT INTO taxpayers (gstin, facts) VALUES ($1, $2)
		ON CONFLICT (gstin) DO UPDATE SET facts = excluded.facts`, t.GSTIN, string(mustJSON(t)))
	if err != nil {
		return t, fmt.Errorf("keep taxpayer %s: %w", t.GSTIN, err)
	}
	all.set[t.GSTIN] = t
	return t, nil
}

// sync brings the portal's copy of a GSTIN up to date.
func (all *taxpayers) sync(ctx context.Context, st *state, gstin string) error {
	if all.of(gstin).old == "" {
		return nil
	}
	fresh := false
	_, err := all.put(ctx, st, setTaxpayer{GSTIN: gstin, Stale: &fresh})
	return err
}

// list returns what was set, by GSTIN.
func (all *taxpayers) list() []setTaxpayer {
	all.mu.Lock()
	defer all.mu.Unlock()
	list := []setTaxpayer{}
	for _, t := range all.set {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b setTaxpayer) int { return strings.Compare(a.GSTIN, b.GSTIN) })
	return list
}

func (all *taxpayers) reset() {
	all.mu.Lock()
	defer all.mu.Unlock()
	all.set = map[string]setTaxpayer{}
}

// setGSTIN handles POST /_sandbox/gstin.
func (s *Sandbox) setGSTIN(w http.ResponseWriter, r *http.Request) {
	var t setTaxpayer
	if !s.readAdmin(w, r, &t) {
		return
	}
	for _, text := range []*string{&t.GSTIN, &t.Status, &t.Type} {
		*text = strings.ToUpper(strings.TrimSpace(*text))
	}
	if err := t.check(); err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest, err.Error())
		return
	}
	kept, err := s.taxpayers.put(r.Context(), s.state, t)
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	s.done(w, r, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, kept) })
}

// showGSTINs handles GET /_sandbox/gstin.
func (s *Sandbox) showGSTINs(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string][]setTaxpayer{"gstins": s.taxpayers.list()})
}

// age makes the portal's copy of a document's recipient old, the first time that the fault
// meets it; of an export, the supplier's.
func (s *Sandbox) age(ctx context.Context, c *call, d *document) error {
	if c.fault.Fault != faultStaleGSTIN {
		return nil
	}
	gstin := d.buyer.text("Gstin")
	if gstin == gst.URP {
		gstin = d.sgstin
	}
	if _, err := gst.ParseGSTIN(gstin); err != nil || !s.faults.first(c.fault, gstin) {
		return nil //nolint:nilerr // what is no GSTIN is refused as such, and has no copy
	}
	old := true
	_, err := s.taxpayers.put(ctx, s.state, setTaxpayer{GSTIN: gstin, Stale: &old, Code: "3028"})
	return err
}
