package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
)

// atPortal registers INV-01 at the portal as a person would do there, and returns what the
// portal gave.
func (h *house) atPortal(body []byte) gst.Registration {
	h.Helper()
	reg, err := h.caller.Portal(sharda, gsp.PracticeCredentials()[1]).Generate(h.Context(), body)
	h.must(err)
	return *reg
}

// answer is what the portal gave as the file that a person downloads there.
func (h *house) answer(reg gst.Registration) string {
	h.Helper()
	text, err := json.Marshal(nic.NewAcknowledgement(reg))
	h.must(err)
	return string(text)
}

// bring brings a file and returns what came of its answers.
func (h *house) bring(file string) []Brought {
	h.Helper()
	replies, err := h.ReadReplies([]byte(file))
	h.must(err)
	brought, err := h.BringReplies(h.Context(), h.company, replies)
	h.must(err)
	return brought
}

// came checks that one answer came to a result.
func (h *house) came(brought []Brought, want registrar.Adopted) {
	h.Helper()
	if len(brought) != 1 || brought[0].Result != want {
		h.Errorf("it came to %+v, want %s", brought, want)
	}
}

// giveOut gives documents out and returns the files.
func (h *house) giveOut(documents ...*gst.Invoice) [][]byte {
	h.Helper()
	ids := make([]int64, len(documents))
	for i, inv := range documents {
		ids[i] = inv.ID
	}
	at, given, left, err := h.GiveOut(h.Context(), h.company, ids)
	h.must(err)
	if given != len(documents) || len(left) != 0 {
		h.Fatalf("%d given out, left %+v", given, left)
	}
	files, err := h.HandFiles(h.Context(), h.company, at)
	h.must(err)
	return files
}

func TestDocumentsGoToThePortalByHandAndComeBackRegistered(t *testing.T) {
	h := build(t)
	first, second := h.issue(), h.issue()
	files := h.giveOut(first, second)
	var list []json.RawMessage
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	h.must(json.Unmarshal(files[0], &list))
	if done, err := h.registrar.RegisterOne(t.Context()); done || err != nil {
		t.Errorf("given out they are sent all the same: %t, %v", done, err)
	}
	answers := make([]string, 0, len(list))
	for _, body := range list {
		answers = append(answers, h.answer(h.atPortal(body)))
	}
	file := "[" + strings.Join(answers, ",") + "]"
	for i, b := range h.bring(file) {
		if b.Result != registrar.AdoptRegistered || b.Unverified || b.ID != []*gst.Invoice{first, second}[i].ID || b.Reply.Place != i+1 {
			t.Errorf("answer %d: %+v", i, b)
		}
	}
	stored, _ := h.stored(first.ID)
	if reg := stored.IRN.Registration; stored.IRN.State != gst.IRNRegistered || reg.KeyID == "" || !reg.Practice || reg.SignedAckDate.IsZero() {
		t.Errorf("stored %+v", stored.IRN)
	}
	for _, b := range h.bring(file) {
		if b.Result != registrar.AdoptAlready {
			t.Errorf("brought again: %+v", b)
		}
	}
	if files, err := h.HandFiles(t.Context(), h.company, time.Time{}); err != nil || len(files) != 0 {
		t.Errorf("still given out: %d files, %v", len(files), err)
	}
}

// What the file holds must be taken by the portal as it is.
func TestFilesForThePortalAreSplitAtItsLimit(t *testing.T) {
	h := build(t)
	var documents []*gst.Invoice
	for range 8 {
		documents = append(documents, h.issue(func(i *gst.Invoice) {
			line := i.Lines[0]
			line.Description = strings.Repeat("Cashew kernels ", 19)
			for range 550 {
				i.Lines = append(i.Lines, line)
			}
		}))
	}
	files := h.giveOut(documents...)
	read := 0
	for _, file := range files {
		var list []json.RawMessage
		h.must(json.Unmarshal(file, &list))
		for _, body := range list {
			inv, _, err := nic.Decode(body)
			h.must(err)
			if inv.Number != documents[read].Number {
				t.Errorf("document %d is %s", read, inv.Number)
			}
			read++
		}
		if len(file) > mostBytes {
			t.Errorf("a file has %d bytes", len(file))
		}
	}
	if len(files) < 2 || read != len(documents) {
		t.Errorf("%d documents in %d files", read, len(files))
	}
}

func TestWhatMayNotBeGivenOutStaysAndSaysWhy(t *testing.T) {
	h := build(t)
	refused := h.refused()
	registered := h.issue()
	h.step()
	given := h.issue()
	h.giveOut(given)
	ids := []int64{refused.ID, registered.ID, given.ID, 4711}
	_, n, left, err := h.GiveOut(t.Context(), h.company, ids)
	h.must(err)
	want := []HandBar{BarRefused, BarGone, BarGiven, BarGone}
	for i, l := range left {
		if n != 0 || l.ID != ids[i] || l.Bar != want[i] {
			t.Errorf("%d given out, left %+v, want %s", n, l, want[i])
		}
	}
	listed, err := h.ByHand(t.Context(), h.company, 10)
	h.must(err)
	if len(left) != len(want) || len(listed) != 0 {
		t.Errorf("left %+v, listed %+v", left, listed)
	}
	if taken, left, err := h.TakeBack(t.Context(), h.company, []int64{given.ID, refused.ID}); err != nil || taken != 1 || len(left) != 1 || left[0].Bar != BarNotGiven {
		t.Errorf("%d taken back, left %+v, %v", taken, left, err)
	}
	h.step()
	if stored, _ := h.stored(given.ID); stored.IRN.State != gst.IRNRegistered {
		t.Errorf("taken back it stands %q", stored.IRN.State)
	}
}

// Registered by hand and sent all the same: the portal says 2150, and its IRN is attached.
func TestTakenBackAfterItWasRegisteredByHand(t *testing.T) {
	h := build(t)
	inv := h.issue()
	h.giveOut(inv)
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	_, _, err := h.TakeBack(t.Context(), h.company, []int64{inv.ID})
	h.must(err)
	h.step()
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNRegistered || stored.IRN.Registration.IRN != reg.IRN || stored.IRN.Registration.AckNo != reg.AckNo {
		t.Errorf("it stands %q with %+v", stored.IRN.State, stored.IRN.Registration)
	}
	h.came(h.bring(h.answer(reg)), registrar.AdoptAlready)
}

// turned is a token with one letter of its signature turned.
func turned(token string) string {
	at := strings.LastIndexByte(token, '.') + 20
	letter := byte('A')
	if token[at] == 'A' {
		letter = 'B'
	}
	return token[:at] + string(letter) + token[at+1:]
}

func TestAnswersThatDoNotHoldChangeNothing(t *testing.T) {
	h := build(t)
	inv, other := h.issue(), h.issue(func(i *gst.Invoice) { i.Lines[0].Quantity = 16_000 })
	h.giveOut(inv, other)
	_, body := h.stored(inv.ID)
	_, otherBody := h.stored(other.ID)
	reg, otherReg := h.atPortal(body), h.atPortal(otherBody)
	changed := func(change func(*gst.Registration)) gst.Registration {
		r := reg
		change(&r)
		return r
	}
	dearer := h.atPortal(inv01("ERP/77", "X/1", `"UnitPrice":860`, `"UnitPrice":861`, "12900", "12915", "322.50", "322.88", "13545", "13560.76"))
	tests := []struct {
		name string
		reg  gst.Registration
		want registrar.Adopted
	}{
		{"a turned signature of the invoice", changed(func(r *gst.Registration) { r.SignedInvoice = turned(r.SignedInvoice) }), registrar.AdoptForged},
		{"a turned signature of the QR code", changed(func(r *gst.Registration) { r.SignedQR = turned(r.SignedQR) }), registrar.AdoptForged},
		{"a turned QR code alone", changed(func(r *gst.Registration) { r.SignedInvoice, r.SignedQR = "", turned(r.SignedQR) }), registrar.AdoptForged},
		{"no QR code", changed(func(r *gst.Registration) { r.SignedQR = "" }), registrar.AdoptNoQR},
		{"no signed texts", changed(func(r *gst.Registration) { r.SignedQR = "q" }), registrar.AdoptUnreadable},
		{"the QR code of another document", changed(func(r *gst.Registration) { r.SignedQR = otherReg.SignedQR }), registrar.AdoptOther},
		{"another document's IRN", changed(func(r *gst.Registration) { r.IRN = otherReg.IRN }), registrar.AdoptWrongIRN},
		{"another AckNo than signed", changed(func(r *gst.Registration) { r.AckNo = "1" + r.AckNo }), registrar.AdoptOther},
		{"an acknowledgement of another day", changed(func(r *gst.Registration) { r.AckDate = r.AckDate.AddDate(0, 0, 1) }), registrar.AdoptWrongDate},
		{"a document that is not here", dearer, registrar.AdoptUnknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h.TB = t
			h.came(h.bring(h.answer(test.reg)), test.want)
			if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNHeld || stored.IRN.Registration != nil {
				t.Errorf("it stands %q, %+v", stored.IRN.State, stored.IRN.Registration)
			}
		})
	}
	h.TB = t
	h.came(h.bring(h.answer(reg)), registrar.AdoptRegistered)
}

func TestAnswerAboutAnotherContentUnderTheNumberIsNotTaken(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	for name, change := range map[string][]string{
		"total": {`"Qty":15`, `"Qty":16`, "12900", "13760", "322.50", "344", "322.5", "344", "13545", "14448"},
		"buyer": {konkan, "27AAACA1234A1ZK"},
		"HSN":   {"08013220", "08013210"},
	} {
		t.Run(name, func(t *testing.T) {
			h := build(t)
			inv := h.issue()
			h.giveOut(inv)
			there := strings.NewReplacer(change...).Replace(string(body))
			if there == string(body) {
				t.Fatalf("nothing was changed in %s", body)
			}
			reg := h.atPortal([]byte(there))
			brought := h.bring(h.answer(reg))
			h.came(brought, registrar.AdoptOther)
			if !strings.Contains(brought[0].Detail, "ere") {
				t.Errorf("it does not say what differs: %q", brought[0].Detail)
			}
			reg.SignedInvoice = ""
			h.came(h.bring(h.answer(reg)), registrar.AdoptOther)
			if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNHeld {
				t.Errorf("it stands %q", stored.IRN.State)
			}
		})
	}
}

func TestAnswerOfAnotherCompanyIsNotTaken(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	their := strings.NewReplacer(konkan, string(sharda), string(sharda), konkan).Replace(string(body))
	portal := h.caller.Portal(konkan, gsp.PracticeCredentials()[1])
	reg, err := portal.Generate(t.Context(), []byte(their))
	h.must(err)
	h.came(h.bring(h.answer(*reg)), registrar.AdoptOurs)
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNPending {
		t.Errorf("it stands %q", stored.IRN.State)
	}
}

// Source: a practice portal's signature proves nothing to anybody else.
func TestPracticeSignatureIsRefusedForALiveDocument(t *testing.T) {
	h := build(t)
	practice := h.issue()
	_, body := h.stored(practice.ID)
	reg := h.atPortal(body)
	h.must(h.store.GoLive(t.Context(), sharda))
	var err error
	h.company, err = h.store.Company(t.Context(), sharda)
	h.must(err)
	live := h.issue()
	if live.Number != practice.Number || live.Mode != gst.Live {
		t.Fatalf("the live document is %s %s", live.Mode, live.Number)
	}
	h.came(h.bring(h.answer(reg)), registrar.AdoptPracticeKey)
	if stored, _ := h.stored(live.ID); stored.IRN.State != gst.IRNPending {
		t.Errorf("it stands %q", stored.IRN.State)
	}
}

func TestUnknownKeyIsTakenOnlyAsNotVerified(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	h.Desk = New(h.store, registrar.New(registrar.Options{
		Store: h.store, GSP: h.caller, Now: h.clock.now, Keys: keysOf(nic.NewKeyring()),
	}), h.clock.now)
	brought := h.bring(h.answer(reg))
	h.came(brought, registrar.AdoptRegistered)
	if stored, _ := h.stored(inv.ID); !brought[0].Unverified || stored.IRN.Registration.KeyID != "" {
		t.Errorf("brought %+v, stored %+v", brought[0], stored.IRN.Registration)
	}
}

// The table that the portal gives has no signed invoice; the JSON that comes later has.
func TestQRCodeAloneIsEnoughAndTheSignedInvoiceFollows(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	alone := reg
	alone.SignedInvoice = ""
	brought, err := h.BringReplies(t.Context(), h.company, []gst.PortalReply{{
		Place: 4, Type: gst.TaxInvoice, Number: strings.ToLower(inv.Number), Date: inv.Date, Buyer: konkan, Total: inv.Totals.Total, Registration: alone,
		AckDay: today,
	}})
	h.must(err)
	h.came(brought, registrar.AdoptQROnly)
	stored, _ := h.stored(inv.ID)
	if got := stored.IRN.Registration; got.SignedInvoice != "" || got.SignedQR != reg.SignedQR || got.KeyID == "" || got.AckNo != reg.AckNo {
		t.Errorf("stored %+v", got)
	}
	h.came(h.bring(h.answer(alone)), registrar.AdoptAlready)
	h.came(h.bring(h.answer(reg)), registrar.AdoptCompleted)
	stored, _ = h.stored(inv.ID)
	if got := stored.IRN.Registration; got.SignedInvoice != reg.SignedInvoice {
		t.Error("the signed invoice did not follow")
	}
}

// The answer was lost, and the portal shows a document for two days only: of such a document
// the IRN alone is kept. What a person downloads completes it, the table or the whole answer.
func TestIRNWithoutItsQRCodeIsCompletedByTheReplyThatIsBrought(t *testing.T) {
	h := build(t)
	inv := h.issue()
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	bare := gst.Registration{IRN: reg.IRN, AckNo: reg.AckNo, AckDate: reg.AckDate, Status: gst.RegistrationActive, Practice: true}
	lanes, err := h.store.DueLanes(t.Context())
	h.must(err)
	request, err := h.store.TakeNext(t.Context(), db.Take{Lane: lanes[0], Lease: time.Minute})
	h.must(err)
	h.must(h.store.SaveFound(t.Context(), request, bare))
	if stored, _ := h.stored(inv.ID); !stored.IRN.Registration.Unsigned() {
		t.Fatalf("stored %+v", stored.IRN.Registration)
	}
	alone := reg
	alone.SignedInvoice = ""
	h.came(h.bring(h.answer(alone)), registrar.AdoptQROnly)
	if stored, _ := h.stored(inv.ID); stored.IRN.Registration.SignedQR != reg.SignedQR || stored.IRN.Registration.KeyID == "" {
		t.Errorf("with the table: %+v", stored.IRN.Registration)
	}
	h.came(h.bring(h.answer(alone)), registrar.AdoptAlready)
	h.came(h.bring(h.answer(reg)), registrar.AdoptCompleted)
	if stored, _ := h.stored(inv.ID); stored.IRN.Registration.SignedInvoice != reg.SignedInvoice || stored.IRN.Registration.SignedAckDate.IsZero() {
		t.Errorf("with the whole answer: %+v", stored.IRN.Registration)
	}
}

func TestTableMayNotDisagreeWithItsOwnQRCode(t *testing.T) {
	h := build(t)
	inv, second := h.issue(), h.issue()
	_, body := h.stored(inv.ID)
	reg := h.atPortal(body)
	reg.SignedInvoice = ""
	row := gst.PortalReply{Place: 2, Registration: reg}
	for name, test := range map[string]struct {
		change func(*gst.PortalReply)
		want   registrar.Adopted
	}{
		"another number":      {func(r *gst.PortalReply) { r.Number = second.Number }, registrar.AdoptWrongIRN},
		"another total":       {func(r *gst.PortalReply) { r.Total = 1_00 }, registrar.AdoptOther},
		"another buyer":       {func(r *gst.PortalReply) { r.Buyer = mysore }, registrar.AdoptOther},
		"another day":         {func(r *gst.PortalReply) { r.Date = inv.Date.AddDays(-1) }, registrar.AdoptOther},
		"another ack day":     {func(r *gst.PortalReply) { r.Registration.AckDate, r.AckDay = time.Time{}, today.AddDays(-3) }, registrar.AdoptWrongDate},
		"another kind":        {func(r *gst.PortalReply) { r.Type = gst.CreditNote }, registrar.AdoptUnknown},
		"what it cannot read": {func(r *gst.PortalReply) { r.Faults = gst.Faults{{Rule: "sheet.irn"}} }, registrar.AdoptUnread},
	} {
		changed := row
		test.change(&changed)
		brought, err := h.BringReplies(t.Context(), h.company, []gst.PortalReply{changed})
		h.must(err)
		if brought[0].Result != test.want {
			t.Errorf("%s: %+v, want %s", name, brought[0].Adoption, test.want)
		}
	}
	row.AckDay, row.Registration.AckDate = today, time.Time{} // the QR code has the time
	brought, err := h.BringReplies(t.Context(), h.company, []gst.PortalReply{row})
	h.must(err)
	h.came(brought, registrar.AdoptQROnly)
	if stored, _ := h.stored(inv.ID); stored.IRN.Registration.AckDate.In(gst.IST).Hour() != 12 {
		t.Errorf("acknowledged %s", stored.IRN.Registration.AckDate)
	}
}

// keysOf is a ring that does not change.
func keysOf(k *nic.Keyring) func(context.Context) (*nic.Keyring, error) {
	return func(context.Context) (*nic.Keyring, error) { return k, nil }
}

func BenchmarkBringReplies1000(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		h := build(b)
		answers := make([]string, 0, 1000)
		for range 1000 {
			inv := h.issue()
			_, body := h.stored(inv.ID)
			answers = append(answers, h.answer(h.atPortal(body)))
		}
		file := bytes.NewBufferString("[" + strings.Join(answers, ",") + "]")
		b.StartTimer()
		for i, one := range h.bring(file.String()) {
			if one.Result != registrar.AdoptRegistered {
				b.Fatal(fmt.Sprint(i), one.Result)
			}
		}
		b.StopTimer()
		h.must(h.store.Close())
		b.StartTimer()
	}
}
