package registrar_test

import (
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
	"mohar/sandbox"
)

const committedMark = db.Committed

// faces are where things go wrong: the two providers.
var faces = []gst.Provider{gst.Alankit, gst.TaxPro}

// sandboxFaults are the portal's own.
var sandboxFaults = []struct{ op, kind string }{
	{opGenerate, "drop-reply"}, {opGenerate, "http-504"}, {opGenerate, "http-504-after"}, {opGenerate, "garbage"},
	{opGenerate, "5001"}, {opGenerate, "token-revoked"}, {opGenerate, "down"},
	{opGet, "drop-reply"}, {opGet, "http-504"}, {opGet, "garbage"}, {opGet, "5001"}, {opGet, "token-revoked"}, {opGet, "down"},
	{opCancel, "drop-reply"}, {opCancel, "http-504-after"}, {opCancel, "garbage"}, {opCancel, "5001"},
	{opAuth, "auth-blocked"}, {opAuth, "garbage"}, {opAuth, "down"}, {opAuth, "drop-reply"},
	{"*", "down"}, {"*", "5001"}, {"*", "http-504"}, {"*", "token-revoked"},
}

// plant gives one of the providers a fault of the sandbox.
func (s *sim) plant() {
	f, face, times := sandboxFaults[s.chance.IntN(len(sandboxFaults))], faces[s.chance.IntN(2)], s.chance.IntN(5)
	s.note("plant %s at %s's %s, %d times", f.kind, face, f.op, times)
	s.tell(http.MethodPost, "/_sandbox/faults", map[string]any{"face": face, "op": f.op, "fault": f.kind, "times": times}, nil)
}

// unplant takes all faults of the sandbox away.
func (s *sim) unplant() {
	s.note("no faults any more")
	s.tell(http.MethodDelete, "/_sandbox/faults", nil, nil)
}

// turnWeather makes the way to the portal rougher, or calm.
func (s *sim) turnWeather() {
	s.rough = []int{0, 0, 10, 30, 60}[s.chance.IntN(5)]
	s.note("of 100 calls %d meet something", s.rough)
}

// credentials changes those of one provider.
func (s *sim) credentials(p gst.Provider, change func(*gst.Credentials)) {
	for _, cred := range gsp.PracticeCredentials() {
		if cred.Provider == p {
			change(&cred)
			s.note("%s: enabled %v, password %s", p, cred.Enabled, cred.Password)
			s.want("save credentials", s.store.SaveCredentials(s.t.Context(), sharda, cred))
		}
	}
}

// switchProvider switches a provider off or on.
func (s *sim) switchProvider() {
	s.credentials(faces[s.chance.IntN(2)], func(c *gst.Credentials) { c.Enabled = s.chance.IntN(2) == 0 })
}

// changePassword gives a provider a wrong password or the right one.
func (s *sim) changePassword() {
	s.credentials(faces[s.chance.IntN(2)], func(c *gst.Credentials) {
		if s.chance.IntN(2) == 0 {
			c.Password = "wrong"
		}
	})
}

// anyPaper picks a document that was issued; nil when there is none.
func (s *sim) anyPaper() *paper {
	if len(s.papers) == 0 {
		return nil
	}
	return s.papers[s.chance.IntN(len(s.papers))]
}

// stored returns a paper's document, and puts its id down for one whose biller was never told
// it.
func (s *sim) stored(p *paper) *gst.Invoice {
	inv, _, err := s.store.InvoiceByNumber(s.t.Context(), sharda, gst.Practice, gst.TaxInvoice, "2026-27", p.number)
	s.must(err)
	p.id = inv.ID
	return inv
}

// cancelOne asks for the cancellation of a registered document.
func (s *sim) cancelOne() {
	p := s.anyPaper()
	if p == nil || s.stored(p).IRN.State != gst.IRNRegistered {
		return
	}
	p.meant = true
	err := s.desk.Cancel(s.t.Context(), sharda, p.id, gst.CancelDataEntry, "wrong quantity")
	s.note("cancel %s: %v", p.number, err)
	var no *gst.Refusal
	if err != nil && !errors.As(err, &no) && !errors.Is(err, gsp.ErrNoAnswer) && !errors.Is(err, gsp.ErrNotSent) {
		s.want("cancel", err)
	}
}

// amendOne mends a document that was refused, or changes one whose number is used.
func (s *sim) amendOne() {
	p := s.anyPaper()
	if p == nil {
		return
	}
	before := s.stored(p)
	if st := before.IRN.State; st != gst.IRNFailed && st != gst.IRNConflict {
		return
	}
	content := s.chance.IntN(2)
	if content == p.content { // what was refused goes out changed only
		content = 1 - content
	}
	body := text(p.number, p.date, content)
	inv, _, err := nic.Decode(body)
	s.must(err)
	inv.ID, inv.Version, inv.Mode, inv.IRN.State = before.ID, before.Version, gst.Practice, gst.IRNPending
	err = s.store.AmendInvoice(s.t.Context(), inv, func(*gst.Invoice) ([]byte, error) { return body, nil }, true)
	s.note("amend %s to content %d: %v", p.number, content, err)
	s.want("amend", err)
	if err == nil || s.dead && s.diedAt == committedMark {
		p.content = content
		s.fate(p.number).open, s.fate(p.number).refused = false, "" // a person decided that it is sent again
	}
}

// dieSomewhere has the program die at one of its next statements.
func (s *sim) dieSomewhere() {
	s.left = s.chance.IntN(60)
	s.note("will die in %d statements", s.left)
}

// dieOnTheWire has the program die during its next call.
func (s *sim) dieOnTheWire() {
	moments := []struct {
		name  string
		treat treatment
	}{
		{"before it leaves", func(*passage) (*http.Response, error) { s.die(); return nil, errDied }},
		{"after the portal acted", func(p *passage) (*http.Response, error) { _, _ = p.arrive(); s.die(); return nil, errDied }},
		{"before its answer is stored", func(p *passage) (*http.Response, error) { s.left = 0; return p.arrive() }},
	}
	m := moments[s.chance.IntN(len(moments))]
	s.note("the next call dies %s", m.name)
	s.deadly = m.treat
}

// fillDisk has the next commits fail.
func (s *sim) fillDisk() {
	s.full = 1 + s.chance.IntN(4)
	s.note("the disk is full for %d commits", s.full)
}

func (s *sim) pauseOrGoOn() {
	paused := s.chance.IntN(2) == 0
	s.note("paused: %v", paused)
	s.want("pause", s.store.SetPaused(s.t.Context(), sharda, paused))
}

func (s *sim) tryNow() {
	s.note("try now")
	s.want("try now", s.store.TryNow(s.t.Context(), sharda, gst.Practice))
}

// beOutrun has another program register a document under the next number, with the same
// content or another, and then issues ours.
func (s *sim) beOutrun() {
	number, err := s.store.PreviewNumber(s.t.Context(), sharda, gst.Practice, gst.TaxInvoice, "", gst.DateOf(s.clock.now()))
	if err != nil {
		s.want("preview", err)
		return
	}
	theirs, ours := s.chance.IntN(refusedContent), s.chance.IntN(2)
	if s.fate(number).held != "" { // it was quicker before, and our document could not be stored
		s.issuePaper(ours)
		return
	}
	s.others.register(text(number, s.today(), theirs))
	s.note("another program registers %s with content %d", number, theirs)
	s.fate(number).held = string(text(number, s.today(), theirs))
	s.issuePaper(ours)
}

// beCancelled has another program cancel one of our documents at the portal.
func (s *sim) beCancelled() {
	p := s.anyPaper()
	if p == nil {
		return
	}
	if e, ok := s.book()[p.number]; ok && e.Status == "ACT" {
		s.note("another program cancels %s", p.number)
		p.meant = true
		s.others.cancel(e.IRN)
	}
}

// otherProgram is somebody else who works for the same company, at the portal itself.
type otherProgram struct {
	sim   *sim
	token string
	key   []byte
	until time.Time
}

// call asks the portal's own face, around the wire.
func (o *otherProgram) call(path string, body []byte) *nic.Envelope {
	s := o.sim
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/nic"+path, strings.NewReader(string(body)))
	for name, value := range map[string]string{
		"client_id": sandbox.NICClient, "client_secret": sandbox.NICSecret, "Gstin": string(sharda),
		"user_name": sandbox.User, "AuthToken": o.token,
	} {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.box.ServeHTTP(w, r)
	e, err := nic.ParseEnvelope(w.Body.Bytes())
	s.must(err)
	return e
}

// signIn signs in when the last time is long ago.
func (o *otherProgram) signIn() {
	s := o.sim
	if s.clock.now().Before(o.until) {
		return
	}
	appKey, err := nic.NewKey()
	s.must(err)
	data, err := nic.SealAuth(s.portalKey(), nic.Login{UserName: sandbox.User, Password: sandbox.Password, AppKey: appKey})
	s.must(err)
	body, err := nic.Body(data)
	s.must(err)
	text, err := o.call("/eivital/v1.04/auth", body).Plain()
	s.must(err)
	var a nic.AuthReply
	s.must(json.Unmarshal(text, &a))
	o.token, o.until = a.AuthToken, a.TokenExpiry.Time
	o.key, err = a.Key(appKey)
	s.must(err)
}

// portalKey is the key that sign-ins are encrypted under.
func (l *lab) portalKey() *rsa.PublicKey {
	var keys struct{ Encryption struct{ EInvoice string } }
	l.tell(http.MethodGet, "/_sandbox/keys", nil, &keys)
	key, err := nic.ParsePublicKey([]byte(keys.Encryption.EInvoice))
	l.must(err)
	return key
}

// register registers a document.
func (o *otherProgram) register(document []byte) {
	o.signIn()
	body, err := nic.SealBody(o.key, document)
	o.sim.must(err)
	if e := o.call("/eicore/v1.03/Invoice", body); !e.OK {
		o.sim.fail("another program cannot register: %+v", e.Errors)
	}
}

// cancel cancels an IRN, which may be too late.
func (o *otherProgram) cancel(irn string) {
	o.signIn()
	request, err := json.Marshal(nic.CancelRequest{Irn: irn, CnlRsn: "2", CnlRem: "not ours"})
	o.sim.must(err)
	body, err := nic.SealBody(o.key, request)
	o.sim.must(err)
	if e := o.call("/eicore/v1.03/Invoice/Cancel", body); !e.OK {
		o.sim.note("which is refused: %+v", e.Errors)
	}
}
