package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
)

func TestIssueSaysHowTheDocumentStandsWithThePortal(t *testing.T) {
	consumer := func(i *gst.Invoice) { i.Supply, i.Buyer.GSTIN, i.Buyer.State = gst.B2C, "", "27" }
	tests := []struct {
		name    string
		company func(*gst.Company)
		change  func(*gst.Invoice)
		want    gst.IRNState
		reason  gst.NoIRNReason
	}{
		{"it is sent", nil, nil, gst.IRNPending, ""},
		{"the company registers by hand", func(c *gst.Company) { c.ByHand = true }, nil, gst.IRNHeld, ""},
		{"a consumer's needs none", nil, consumer, gst.IRNNotRequired, gst.NoIRNB2C},
		{"nor by hand", func(c *gst.Company) { c.ByHand = true }, consumer, gst.IRNNotRequired, gst.NoIRNB2C},
		{"a bill of supply needs none", nil, func(i *gst.Invoice) { i.Type, i.Lines[0].GSTRate = gst.BillOfSupply, 0 }, gst.IRNNotRequired, gst.NoIRNType},
		{"a challan needs none", nil, func(i *gst.Invoice) { i.Type = gst.DeliveryChallan }, gst.IRNNotRequired, gst.NoIRNType},
		{"small firms need none", func(c *gst.Company) { c.Turnover = gst.SlabUpTo5 }, nil, gst.IRNNotRequired, gst.NoIRNTurnover},
		{"none before the company's own day", func(c *gst.Company) { c.StartsOn = 20261201 }, nil, gst.IRNNotRequired, gst.NoIRNBeforeStart},
		{"exempt companies need none", func(c *gst.Company) { c.Exempt = true }, nil, gst.IRNNotRequired, gst.NoIRNExempt},
		{"SEZ units need none", func(c *gst.Company) { c.Taxpayer = gst.SEZUnit }, nil, gst.IRNNotRequired, gst.NoIRNSEZUnit},
		{"wholly exempt goods need none", nil, func(i *gst.Invoice) { i.Lines[0].GSTRate = 0 }, gst.IRNNotRequired, gst.NoIRNWhollyExempt},
		{"composition dealers give bills of supply", func(c *gst.Company) { c.Taxpayer = gst.Composition }, func(i *gst.Invoice) { i.Type = gst.BillOfSupply }, gst.IRNNotRequired, gst.NoIRNType},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t, orNothing(test.company))
			inv := h.issue(orNothing(test.change))
			if inv.State != gst.Issued || inv.Number == "" || inv.ID == 0 {
				t.Errorf("issued as %q, %q, id %d", inv.State, inv.Number, inv.ID)
			}
			stored, body := h.stored(inv.ID)
			if stored.IRN.State != test.want || stored.IRN.Reason != test.reason {
				t.Errorf("stands %q because of %q, want %q because of %q", stored.IRN.State, stored.IRN.Reason, test.want, test.reason)
			}
			if !strings.Contains(string(body), `"No":"`+inv.Number+`"`) {
				t.Errorf("the body does not bear the number %s: %s", inv.Number, body)
			}
			due, err := h.store.NextDue(t.Context(), h.clock.now().Add(-time.Second))
			h.must(err)
			if queued := !due.IsZero(); queued != (test.want == gst.IRNPending) {
				t.Errorf("queued is %v", queued)
			}
		})
	}
}

// orNothing is a change that changes nothing where there is none.
func orNothing[T any](change func(*T)) func(*T) {
	if change == nil {
		return func(*T) {}
	}
	return change
}

func TestIssueListsEveryFaultAndStoresNothing(t *testing.T) {
	h := build(t)
	inv := typed(func(i *gst.Invoice) { i.Buyer.PIN, i.Lines[0].HSN, i.Lines[0].GSTRate = 560001, "0801", 7_000 })
	err := h.Issue(t.Context(), h.company, inv)
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want gst.Invalid", err)
	}
	for _, field := range []string{"buyer.pin", "lines[0].hsn", "lines[0].rate"} {
		if len(bad.For(field)) == 0 {
			t.Errorf("nothing is said about %s: %v", field, bad)
		}
	}
	counts, err := h.store.Counts(t.Context(), sharda, gst.Practice)
	h.must(err)
	if counts.All != 0 || inv.ID != 0 || inv.Number != "" {
		t.Errorf("%d documents are stored; this one has id %d and number %q", counts.All, inv.ID, inv.Number)
	}
	if next := h.issue(); next.Number != "INV/26-27/0001" {
		t.Errorf("the refused one left a gap: the next is %s", next.Number)
	}
}

// In UTC the year turns five and a half hours late.
func TestNumbersBeginAnewAtMidnightInIndia(t *testing.T) {
	h := build(t)
	for _, step := range []struct {
		at     time.Time
		typ    gst.DocumentType
		number string
	}{
		{time.Date(2027, 3, 31, 23, 59, 58, 0, gst.IST), gst.TaxInvoice, "INV/26-27/0001"},
		{time.Date(2027, 3, 31, 23, 59, 59, 0, gst.IST), gst.TaxInvoice, "INV/26-27/0002"},
		{time.Date(2027, 4, 1, 0, 0, 0, 0, gst.IST), gst.TaxInvoice, "INV/27-28/0001"},
		{time.Date(2027, 4, 1, 0, 0, 1, 0, gst.IST), gst.CreditNote, "CRN/27-28/0001"},
		{time.Date(2027, 4, 1, 5, 30, 0, 0, gst.IST), gst.TaxInvoice, "INV/27-28/0002"},
	} {
		h.clock.advance(step.at.Sub(h.clock.now()))
		inv := h.issue(func(i *gst.Invoice) { i.Type, i.Date = step.typ, 0 })
		if inv.Number != step.number || inv.Date != gst.DateOf(step.at) {
			t.Errorf("at %s: %s of %s, want %s", step.at, inv.Number, inv.Date, step.number)
		}
	}
	late := h.issue(func(i *gst.Invoice) { i.Date = 20270331 }) // typed on 1 April for the day before
	if late.Number != "INV/26-27/0003" {
		t.Errorf("of the year before: %s", late.Number)
	}
}

func TestIssueTwice(t *testing.T) {
	h := build(t)
	draft := typed()
	h.must(h.SaveDraft(t.Context(), h.company, draft, []byte("form")))
	twice := *draft
	h.must(h.Issue(t.Context(), h.company, draft))
	if err := h.Issue(t.Context(), h.company, &twice); !errors.Is(err, gst.ErrState) {
		t.Errorf("the second time: %v, want ErrState", err)
	}
	late := typed(func(i *gst.Invoice) { i.ID, i.Version = draft.ID, draft.Version })
	if err := h.SaveDraft(t.Context(), h.company, late, nil); !errors.Is(err, gst.ErrState) {
		t.Errorf("saved as a draft once more: %v, want ErrState", err)
	}
}

func TestIssueOfAnOldVersionIsAConflict(t *testing.T) {
	h := build(t)
	draft := typed()
	h.must(h.SaveDraft(t.Context(), h.company, draft, nil))
	old := *draft
	h.must(h.SaveDraft(t.Context(), h.company, draft, nil))
	if err := h.Issue(t.Context(), h.company, &old); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("issued: %v, want ErrConflict", err)
	}
	if err := h.SaveDraft(t.Context(), h.company, &old, nil); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("saved: %v, want ErrConflict", err)
	}
}

func TestSaveDraftKeepsTheFormAsTyped(t *testing.T) {
	h := build(t)
	form := []byte("lines%5B0%5D.qty=a+dozen&remarks=%E2%82%B9")
	draft := typed(func(i *gst.Invoice) {
		i.Lines[0].Quantity, i.Number, i.IRN.State, i.State = 0, "MINE/1", gst.IRNRegistered, gst.Issued
	})
	h.must(h.SaveDraft(t.Context(), h.company, draft, form))
	stored, body := h.stored(draft.ID)
	if string(body) != string(form) {
		t.Errorf("the form came back as %q", body)
	}
	if stored.State != gst.Draft || stored.Number != "" || stored.IRN.State != "" || stored.Buyer.State != "27" {
		t.Errorf("stored %q, number %q, IRN %q, State %q", stored.State, stored.Number, stored.IRN.State, stored.Buyer.State)
	}
	empty := &gst.Invoice{}
	h.must(h.SaveDraft(t.Context(), h.company, empty, nil))
	if empty.ID == 0 || empty.Version != 1 {
		t.Errorf("an empty draft has id %d, version %d", empty.ID, empty.Version)
	}
}

// refused issues a document that the portal refuses, because it does not know the
// six-digit code although its heading exists, and returns it.
func (h *house) refused() *gst.Invoice {
	h.Helper()
	inv := h.issue(func(i *gst.Invoice) { i.Lines[0].HSN, i.Lines[0].Unit = "521211", "MTR" })
	h.step()
	stored, _ := h.stored(inv.ID)
	if stored.IRN.State != gst.IRNFailed || !stored.IRN.Refusal.Has("2176") {
		h.Fatalf("it stands %q, refusal %v", stored.IRN.State, stored.IRN.Refusal)
	}
	return stored
}

func TestAmendARefusedDocument(t *testing.T) {
	h := build(t)
	inv := h.refused()
	mended := typed(func(i *gst.Invoice) {
		i.ID, i.Version, i.Number = inv.ID, inv.Version, inv.Number
		i.Lines[0].HSN, i.Lines[0].Unit = "52121100", "MTR"
	})
	wrong := *mended
	wrong.Buyer.PIN = 560001
	var bad gst.Invalid
	if err := h.Amend(t.Context(), h.company, &wrong); !errors.As(err, &bad) {
		t.Errorf("with a fault: %v, want gst.Invalid", err)
	}
	old := *mended
	old.Version--
	if err := h.Amend(t.Context(), h.company, &old); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("an old version: %v, want ErrConflict", err)
	}
	h.must(h.Amend(t.Context(), h.company, mended))
	h.step()
	stored, _ := h.stored(inv.ID)
	if stored.IRN.State != gst.IRNRegistered || stored.Number != inv.Number || stored.Lines[0].HSN != "52121100" {
		t.Errorf("%s stands %q with HSN %s", stored.Number, stored.IRN.State, stored.Lines[0].HSN)
	}
}

func TestAmendOnlyWithoutIRN(t *testing.T) {
	h := build(t)
	amended := func(inv *gst.Invoice) error {
		again := typed(func(i *gst.Invoice) { i.ID, i.Version, i.Number = inv.ID, inv.Version, inv.Number })
		return h.Amend(t.Context(), h.company, again)
	}
	pending := h.issue()
	if err := amended(pending); !errors.Is(err, gst.ErrState) {
		t.Errorf("pending: %v, want ErrState", err)
	}
	h.step()
	registered, _ := h.stored(pending.ID)
	if err := amended(registered); !errors.Is(err, gst.ErrState) {
		t.Errorf("registered: %v, want ErrState", err)
	}
	draft := typed()
	h.must(h.SaveDraft(t.Context(), h.company, draft, nil))
	if err := amended(draft); !errors.Is(err, gst.ErrState) {
		t.Errorf("draft: %v, want ErrState", err)
	}
	void := h.refused()
	h.must(h.store.VoidInvoice(t.Context(), sharda, void.ID, void.Version, "given up"))
	void, _ = h.stored(void.ID)
	if err := amended(void); !errors.Is(err, gst.ErrState) {
		t.Errorf("void: %v, want ErrState", err)
	}
}

func TestHeldDocumentsAreAmendedAndRegisteredByHand(t *testing.T) {
	h := build(t, func(c *gst.Company) { c.ByHand = true })
	held := h.issue()
	again := typed(func(i *gst.Invoice) {
		i.ID, i.Version, i.Number, i.Lines[0].Quantity = held.ID, held.Version, held.Number, 16_000
	})
	h.must(h.Amend(t.Context(), h.company, again))
	if stored, _ := h.stored(held.ID); stored.IRN.State != gst.IRNHeld || stored.Totals.Taxable != 13_760_00 {
		t.Errorf("amended it stands %q with %s", stored.IRN.State, stored.Totals.Taxable)
	}
	h.must(h.Register(t.Context(), h.company, held.ID))
	if err := h.Register(t.Context(), h.company, held.ID); !errors.Is(err, gst.ErrState) {
		t.Errorf("registered twice: %v, want ErrState", err)
	}
	h.step()
	if stored, _ := h.stored(held.ID); stored.IRN.State != gst.IRNRegistered {
		t.Errorf("it stands %q", stored.IRN.State)
	}
}

func TestCancelSaysWhatIsMissing(t *testing.T) {
	tests := []struct {
		name, remark string
		reason       gst.CancelReason
		fields       string
	}{
		{"no reason", "wrong buyer", "", "reason"},
		{"a reason that is none", "wrong buyer", "5", "reason"},
		{"no remark", "  ", gst.CancelOrder, "remark"},
		{"a long remark", strings.Repeat("अ", 101), gst.CancelOrder, "remark"},
		{"a quotation mark", `the "wrong" buyer`, gst.CancelOrder, "remark"},
		{"a backslash", `a\b`, gst.CancelOrder, "remark"},
		{"neither", "", "", "reason remark"},
	}
	h := build(t)
	inv := h.issue()
	h.step()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := h.Cancel(t.Context(), h.company, inv.ID, test.reason, test.remark)
			var bad gst.Invalid
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want gst.Invalid", err)
			}
			var fields []string
			for _, f := range bad.Faults {
				fields = append(fields, f.Field)
			}
			if got := strings.Join(fields, " "); got != test.fields {
				t.Errorf("faults on %s, want %s", got, test.fields)
			}
		})
	}
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNRegistered {
		t.Errorf("it stands %q after nothing was cancelled", stored.IRN.State)
	}
}

func TestCancelWithin24Hours(t *testing.T) {
	tests := []struct {
		name  string
		after time.Duration
		code  string
	}{
		{"at once", 0, ""},
		{"after 23 hours 59 minutes", 23*time.Hour + 59*time.Minute, ""},
		{"after 24 hours 1 minute", 24*time.Hour + time.Minute, "2270"}, // Source: error 2270.
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t)
			inv := h.issue()
			h.step()
			h.clock.advance(test.after)
			err := h.Cancel(t.Context(), h.company, inv.ID, gst.CancelDataEntry, " "+strings.Repeat("अ", 100)+" ")
			stored, _ := h.stored(inv.ID)
			var no *gst.Refusal
			switch {
			case test.code == "":
				h.must(err)
				if stored.State != gst.Void || stored.IRN.State != gst.IRNCancelled || stored.IRN.CancelReason != gst.CancelDataEntry {
					t.Errorf("it is %q, IRN %q, reason %q", stored.State, stored.IRN.State, stored.IRN.CancelReason)
				}
			case !errors.As(err, &no) || !no.Has(test.code):
				t.Errorf("got %v, want %s", err, test.code)
			case stored.State != gst.Issued || stored.IRN.State != gst.IRNRegistered:
				t.Errorf("it is %q, IRN %q", stored.State, stored.IRN.State)
			}
		})
	}
}

func TestCancelNeedsAnIRN(t *testing.T) {
	h := build(t)
	inv := h.issue()
	if err := h.Cancel(t.Context(), h.company, inv.ID, gst.CancelOrder, "too early"); !errors.Is(err, gst.ErrState) {
		t.Errorf("pending: %v, want ErrState", err)
	}
	h.step()
	h.must(h.Cancel(t.Context(), h.company, inv.ID, gst.CancelOrder, "order withdrawn"))
	if err := h.Cancel(t.Context(), h.company, inv.ID, gst.CancelOrder, "once more"); !errors.Is(err, gst.ErrState) {
		t.Errorf("cancelled before: %v, want ErrState", err)
	}
	if err := h.Cancel(t.Context(), h.company, inv.ID+1, gst.CancelOrder, "nothing"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("no such document: %v, want ErrNotFound", err)
	}
}

func TestRefusedDocumentIsNotSentAgainUnchanged(t *testing.T) {
	for _, tt := range []struct{ code, rule string }{{"2193", "amend.unchanged"}, {"3029", "amend.resend"}} {
		h := build(t)
		inv := h.issue(func(*gst.Invoice) {})
		lanes, err := h.store.DueLanes(t.Context())
		h.must(err)
		req, err := h.store.TakeNext(t.Context(), db.Take{Lane: lanes[0], Lease: time.Minute})
		h.must(err)
		h.must(h.store.SaveRefusal(t.Context(), req, gst.Refusal{Codes: []gst.RefusalCode{{Code: tt.code}}}, gst.IRNFailed))
		stored, _ := h.stored(inv.ID)
		var bad gst.Invalid
		if err := h.Amend(t.Context(), h.company, stored); !errors.As(err, &bad) || bad.Faults[0].Rule != tt.rule {
			t.Errorf("%s: %v, want %s", tt.code, err, tt.rule)
		}
		err = h.SendAgain(t.Context(), h.company, inv.ID)
		if may := tt.rule == "amend.resend"; may != (err == nil) {
			t.Errorf("%s: sending again: %v", tt.code, err)
		}
		if tt.code == "2193" {
			stored.Buyer.PIN = 400709
			h.must(h.Amend(t.Context(), h.company, stored))
		}
		if now, _ := h.stored(inv.ID); now.IRN.State != gst.IRNPending || now.IRN.Refusal != nil {
			t.Errorf("%s: %+v, want it queued", tt.code, now.IRN)
		}
	}
}
