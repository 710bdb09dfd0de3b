package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

// The validation of gst and the sandbox were written by two readers of the same rules.
// Here each checks the other: what one accepts the other must accept, and what both
// refuse they must refuse for a reason in common.

// trial is a document on its way through both.
type trial struct {
	name     string // of the planted fault, or of the file
	code, at string // what both must say is wrong, and of which member; "" for anything
	fine     bool   // both should take it
	signedIn string
	company  gst.Company // as gst knows who is signed in
	today    gst.Date
	text     []byte
	mohar    []string // codes
	blamed   bool     // gst has that code for that member
	portal   []string
	warned   []string // codes of gst's warnings
	billless []string // why the portal made no e-way bill with the IRN
	hint     string   // the rules that mohar found broken, or the portal's words
}

// agreeCount is how many documents are made, once without and once with a fault;
// MOHAR_AGREE=50000 asks for a longer run. Each fault must have its turn a few times,
// since it does not show the same way in every document.
func agreeCount(t *testing.T) int {
	t.Helper()
	text := os.Getenv("MOHAR_AGREE")
	switch {
	case text == "" && testing.Short(): // for the race detector, which is slow: each fault has its turn once
		return 2000
	case text == "":
		return 5000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 5000 {
		t.Fatalf("MOHAR_AGREE=%q is no number of documents from 5000 on", text)
	}
	return n
}

func TestValidationAndPortalAgree(t *testing.T) {
	m, faults := newMaker(20261122), planters()
	var trials []*trial
	for i := range agreeCount(t) {
		today := days[i%len(days)]
		m.full = m.oneIn(50)
		trials = append(trials, written(t, m.document(today), planter{name: "nothing planted", fine: true, live: i%2 == 0}, today))
		p := faults[i%len(faults)]
		m.full = p.full
		inv, today := m.fitting(t, p)
		trials = append(trials, written(t, inv, p, today))
	}
	if len(faults) > len(trials)/4 && !testing.Short() {
		t.Errorf("%d faults do not all have their turn twice", len(faults))
	}
	t.Logf("%d documents, half of them with one of %d faults", len(trials), len(faults))
	askBoth(t, trials, sandbox.Options{})
	compare(t, trials, explained)
}

func TestValidationAndPortalAgreeOnPublishedRequests(t *testing.T) {
	files, err := filepath.Glob(samples + "/einvoice/requests/*.json")
	if err != nil || len(files) == 0 {
		t.Skipf("the published samples are not beside the project (%v)", err)
	}
	var trials []*trial
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		trials = append(trials, published(t, filepath.Base(file), text))
	}
	tokens, err := filepath.Glob(samples + "/jwt/invoice-*.jwt")
	if err != nil || len(tokens) == 0 {
		t.Fatalf("the published signed invoices are not beside the others (%v)", err)
	}
	for _, file := range tokens {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := nic.Read(string(text))
		if err != nil {
			t.Fatal(err)
		}
		trials = append(trials, published(t, filepath.Base(file), signed.Data))
	}
	askBoth(t, trials, sandbox.Options{})
	for _, tr := range trials {
		tr.fine = len(tr.mohar) == 0 // which of them are good is asked elsewhere
	}
	compare(t, trials, nil)
}

// published is a document from elsewhere, sent on its own day.
func published(t *testing.T, name string, text []byte) *trial {
	t.Helper()
	seller, noon := identity(t, text)
	return &trial{
		name: name, signedIn: seller, today: gst.DateOf(noon), text: text,
		company: gst.Company{GSTIN: gst.GSTIN(seller), Mode: gst.Practice},
	}
}

// A strict portal takes everybody for a seller above 10 crore, and gst is told so.
func TestValidationAndStrictPortalAgree(t *testing.T) {
	m := newMaker(20261123)
	var trials []*trial
	for range 1000 {
		today := choose(m, days)
		tr := written(t, m.document(today), planter{name: "nothing planted", turnover: gst.Slab20To50}, today)
		tr.code = ""
		trials = append(trials, tr)
	}
	askBoth(t, trials, sandbox.Options{Strict: true})
	seen := map[string]int{}
	for _, tr := range trials {
		tr.fine = len(tr.mohar) == 0
		seen[strings.Join(tr.mohar, " ")+"|"+strings.Join(tr.portal, " ")]++
	}
	if seen["|"] < 300 || seen["2311|2311"] < 100 {
		t.Errorf("too few of a kind: %v", seen)
	}
	compare(t, trials, []difference{
		{"nothing planted", "", "2305", "on the thirtieth day gst warns: the advisory's example refuses it, NIC's words do not"},
	})
}

// fitting makes a document in which the mistake can be made, and the day it is sent.
func (m *maker) fitting(t *testing.T, p planter) (*gst.Invoice, gst.Date) {
	t.Helper()
	for range 10_000 {
		today := choose(m, days)
		if inv := m.document(today); p.fits == nil || p.fits(inv) {
			return inv, today
		}
	}
	t.Fatalf("%s: no document is made that it fits", p.name)
	return nil, 0
}

// written plants a fault and writes the document as INV-01.
func written(t *testing.T, inv *gst.Invoice, p planter, today gst.Date) *trial {
	t.Helper()
	tr := &trial{name: p.name, code: p.code(), at: p.at, fine: p.fine, signedIn: inv.Seller.GSTIN, today: today}
	if inv.EcommerceGSTIN == operator && inv.Totals.Discount%2 == 1 { // the seller, or the operator for it
		tr.signedIn = operator
	}
	tr.company = gst.Company{GSTIN: gst.GSTIN(tr.signedIn), Mode: gst.Practice, Turnover: p.turnover}
	if p.live {
		tr.company.Mode = gst.Live
	}
	if p.plant != nil {
		p.plant(inv)
	}
	var err error
	if tr.text, err = nic.Encode(inv); err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	if len(p.text) > 0 {
		tr.text = changed(t, tr.text, p.text)
	}
	return tr
}

// askBoth lets gst judge every document, and the sandbox what would be sent of it.
func askBoth(t *testing.T, trials []*trial, o sandbox.Options) {
	t.Helper()
	o.TokenLife = 100 * 365 * 24 * time.Hour // the clock jumps by years
	p := startWith(t, o)
	tokens := map[string]string{}
	byDay := map[gst.Date][]*trial{}
	for _, tr := range trials {
		byDay[tr.today] = append(byDay[tr.today], tr)
	}
	for _, today := range slices.Sorted(maps.Keys(byDay)) {
		p.SetClock(func() time.Time { return today.Time().Add(12 * time.Hour) })
		for _, tr := range byDay[today] {
			if tokens[tr.signedIn] == "" {
				tokens[tr.signedIn] = p.caller("taxpro", tr.signedIn).signIn().token
			}
		}
		p.judge(byDay[today], tokens)
	}
}

// askers is how many documents are under way at once.
const askers = 4

// judge hands documents of one day round to a few workers with one connection each.
func (p *portal) judge(trials []*trial, tokens map[string]string) {
	p.t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: askers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	queue := make(chan *trial)
	var workers sync.WaitGroup
	for range askers {
		workers.Go(func() {
			for tr := range queue {
				body := tr.ask()
				if err := p.ask(client, tr, tokens[tr.signedIn], body); err != nil {
					p.t.Errorf("%s: %v", tr.name, err)
				}
			}
		})
	}
	for _, tr := range trials {
		queue <- tr
	}
	close(queue)
	workers.Wait()
}

// ask notes the codes of what gst finds wrong and returns what is sent: the canonical
// document, or the text as it came of one that Mohar would not send.
func (tr *trial) ask() []byte {
	inv, body, err := nic.Decode(tr.text)
	var unread gst.Invalid
	if errors.As(err, &unread) {
		body = tr.text
	} else if err != nil {
		tr.mohar, tr.hint = []string{"2140"}, err.Error()
		return tr.text
	}
	faults := append(slices.Clone(unread.Faults), gst.Validate(inv, gst.Rules{Today: tr.today, Company: tr.company})...)
	for _, f := range faults {
		if !f.Warning {
			tr.mohar = append(tr.mohar, f.Code)
			tr.blamed = tr.blamed || f.Code == tr.code && within(nic.PathOf(f.Field), tr.at)
			tr.hint += f.Field + " " + f.Rule + "; "
		} else {
			tr.warned = append(tr.warned, f.Code)
		}
	}
	tr.mohar = sorted(tr.mohar)
	if len(tr.mohar) > 0 {
		return tr.text
	}
	return body
}

// ask sends a document and notes the codes of the refusal. A duplicate has passed all
// rules.
func (p *portal) ask(client *http.Client, tr *trial, token string, body []byte) error {
	const path = "/taxpro/eicore/dec/v1.03/Invoice"
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.root+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for k, v := range map[string]string{
		"aspid": sandbox.TaxProID, "password": sandbox.TaxProPassword,
		"Gstin": tr.signedIn, "user_name": sandbox.User, "AuthToken": token,
	} {
		req.Header.Set(k, v)
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	env, err := nic.ParseEnvelope(answer)
	if err != nil {
		return fmt.Errorf("answered %.200s: %w", answer, err)
	}
	for _, e := range env.Errors {
		if e.Code != "2150" {
			tr.portal = append(tr.portal, e.Code)
			tr.hint += "| " + e.Message
		}
	}
	if refusal, found := env.Info(nic.InfoEWayRefusal); found {
		for _, c := range refusal.Codes() {
			tr.billless = append(tr.billless, c.Code)
		}
	}
	tr.portal = sorted(tr.portal)
	return nil
}

func sorted(codes []string) []string {
	slices.Sort(codes)
	return slices.Compact(codes)
}

// within reports whether a path is a member's, or of something in it.
func within(path, member string) bool {
	rest, ok := strings.CutPrefix(path, member)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// told reports whether both say what was planted.
func (tr *trial) told() bool {
	return tr.code == "" || tr.blamed && slices.Contains(tr.portal, tr.code)
}

// agreed reports whether both took the document, or refuse it with a code in common.
func (tr *trial) agreed() bool {
	if len(tr.mohar) == 0 || len(tr.portal) == 0 {
		return len(tr.mohar) == len(tr.portal)
	}
	return slices.ContainsFunc(tr.mohar, func(c string) bool { return slices.Contains(tr.portal, c) })
}

// difference is a disagreement that stays: what was planted, what each says to it, and
// why that is right.
type difference struct {
	planted, mohar, portal string // codes with blanks between them; "" for none, "*" for any
	why                    string
}

func (tr *trial) difference() difference {
	return difference{planted: tr.name, mohar: strings.Join(tr.mohar, " "), portal: strings.Join(tr.portal, " ")}
}

func (e difference) explains(g difference) bool {
	return e.planted == g.planted && (e.mohar == "*" || e.mohar == g.mohar) && (e.portal == "*" || e.portal == g.portal)
}

// compare reports every kind of disagreement once, every planted fault that nobody
// noticed, and explanations that explain nothing any more.
func compare(t *testing.T, trials []*trial, explanations []difference) {
	t.Helper()
	groups := map[difference][]*trial{}
	for _, tr := range trials {
		if !tr.agreed() || !tr.told() || tr.fine != (len(tr.mohar) == 0) {
			groups[tr.difference()] = append(groups[tr.difference()], tr)
		}
	}
	for _, e := range explanations {
		before := len(groups)
		maps.DeleteFunc(groups, func(g difference, _ []*trial) bool { return e.explains(g) })
		if len(groups) == before && !testing.Short() { // which has too few documents to show each
			t.Errorf("%s: no longer seen, explained by: %s", e.planted, e.why)
		}
	}
	for g, all := range groups {
		tr := all[0]
		t.Errorf("%s: gst says [%s], the sandbox [%s], %d times; wanted %s at %s; %s: %s\n%.2500s",
			g.planted, g.mohar, g.portal, len(all), tr.code, tr.at, tr.today, tr.hint, tr.text)
	}
}
