package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"mohar/gst"
)

// tell asks the sandbox's own listener for something.
func (h *house) tell(method, path string, in, out any) {
	h.Helper()
	body, err := json.Marshal(in)
	h.must(err)
	req, err := http.NewRequestWithContext(h.Context(), method, h.root+"/_sandbox/"+path, bytes.NewReader(body))
	h.must(err)
	res, err := http.DefaultClient.Do(req)
	h.must(err)
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode >= 300 {
		why, _ := io.ReadAll(res.Body) // for the message alone
		h.Fatalf("%s %s: %s: %s", method, path, res.Status, why)
	}
	if out != nil {
		h.must(json.NewDecoder(res.Body).Decode(out))
	}
}

// plant plants a fault in the sandbox, on all faces, until it is mended.
func (h *house) plant(op, kind string) {
	h.Helper()
	h.tell(http.MethodPost, "faults", map[string]any{"face": "*", "op": op, "fault": kind}, nil)
}

// send sends a document that the portal is to get.
func (h *house) send(change ...string) Sent {
	h.Helper()
	sent, err := h.Send(h.Context(), h.company, inv01(change...))
	h.must(err)
	return sent
}

// unknownHSN is what the portal refuses with 2176 and our own rules do not know.
var unknownHSN = []string{"08013220", "521211", `"KGS"`, `"MTR"`}

func TestSendStoresOnceAndUnderItsOwnNumber(t *testing.T) {
	h := build(t, func(c *gst.Company) { c.ByHand = true })
	first := h.send(`322.50`, `322.75`, `"TotInvVal":13545`, `"TotInvVal":13545.4`)
	if first.Before || first.Invoice.ID == 0 || first.Invoice.IRN.State != gst.IRNPending {
		t.Fatalf("before %v, id %d, IRN %q", first.Before, first.Invoice.ID, first.Invoice.IRN.State)
	}
	stored, body := h.stored(first.Invoice.ID)
	if !bytes.Equal(body, first.Body) || !bytes.Contains(body, []byte(`"CgstAmt":322.75`)) {
		t.Errorf("stored as %s", body)
	}
	if stored.Number != "ERP/77" || stored.Totals.CGST != 322_75 || stored.Totals.Total != 13_545_40 || !stored.Brought {
		t.Errorf("stored as %s with %+v", stored.Number, stored.Totals)
	}
	waits := h.send(`322.50`, `322.75`, `"TotInvVal":13545`, `"TotInvVal":13545.4`)
	if !waits.Before || waits.Invoice.ID != first.Invoice.ID || waits.Invoice.IRN.State != gst.IRNPending {
		t.Errorf("while it waits: before %v, id %d, IRN %q", waits.Before, waits.Invoice.ID, waits.Invoice.IRN.State)
	}
	h.step()
	again := h.send(`322.50`, `322.75`, `"TotInvVal":13545`, `"TotInvVal":13545.4`)
	reg := again.Invoice.IRN.Registration
	if !again.Before || again.Invoice.ID != first.Invoice.ID || reg == nil || reg.SignedQR == "" {
		t.Errorf("afterwards: before %v, id %d, registration %+v", again.Before, again.Invoice.ID, reg)
	}
	var ledger struct {
		Documents []struct {
			Calls int `json:"generate_calls"`
		}
	}
	h.tell(http.MethodGet, "ledger", nil, &ledger)
	if len(ledger.Documents) != 1 || ledger.Documents[0].Calls != 1 {
		t.Errorf("the portal was asked for %+v", ledger.Documents)
	}
}

func TestTheSameDocumentIsThatOfOneBuyerAndTotal(t *testing.T) {
	h := build(t)
	first := h.send()
	other := []string{`"TotInvVal":13545`, `"TotInvVal":13544.5`}
	if _, err := h.Send(t.Context(), h.company, inv01(other...)); !errors.Is(err, gst.ErrState) {
		t.Errorf("another total while it waits: %v, want ErrState", err)
	}
	h.step()
	for name, change := range map[string][]string{
		"in other words":      {"Cashew kernels W320", "Cashew, whole"},
		"in other letters":    {"ERP/77", "erp/77"},
		"figures as text":     {`"Pin":400703`, `"Pin":"400703"`, `"Qty":15`, `"Qty":"15"`},
		"on another day":      {"20/11/2026", "19/11/2026"},
		"when a rule is hurt": {`"Pin":400703`, `"Pin":560001`},
	} {
		same := h.send(change...)
		if !same.Before || same.Invoice.ID != first.Invoice.ID || same.Invoice.Lines[0].Description != "Cashew kernels W320" {
			t.Errorf("%s: before %v, id %d, %s", name, same.Before, same.Invoice.ID, same.Invoice.Lines[0].Description)
		}
	}
	for name, change := range map[string][]string{
		"another total": other,
		"another buyer": {konkan, "27AAACR5055K1Z7"},
	} {
		_, err := h.Send(t.Context(), h.company, inv01(change...))
		var no *gst.Refusal
		if !errors.As(err, &no) || !no.Has("2150") || no.Duplicate == nil || no.Duplicate.IRN == "" {
			t.Errorf("%s: %v, want 2150 with the IRN that is there", name, err)
		}
	}
	var bad gst.Invalid
	if _, err := h.Send(t.Context(), h.company, inv01(`"AssVal":12900`, `"AssVal":12902`, konkan, "27AAACR5055K1Z7")); !errors.As(err, &bad) {
		t.Errorf("another one with faults: %v, want the faults", err)
	}
}

func TestANumberThatIsGivenUpIsNotSentAgain(t *testing.T) {
	h := build(t)
	inv := h.send().Invoice
	h.step()
	h.must(h.Cancel(t.Context(), h.company, inv.ID, gst.CancelOrder, "order withdrawn"))
	_, err := h.Send(t.Context(), h.company, inv01())
	var no *gst.Refusal
	if !errors.As(err, &no) || !no.Has("2278") {
		t.Errorf("cancelled: %v, want 2278", err)
	}
	void := h.send(append([]string{"ERP/77", "ERP/78"}, unknownHSN...)...).Invoice
	h.step()
	void, _ = h.stored(void.ID)
	h.must(h.store.VoidInvoice(t.Context(), sharda, void.ID, void.Version, "given up"))
	if _, err := h.Send(t.Context(), h.company, inv01("ERP/77", "ERP/78")); !errors.Is(err, gst.ErrState) {
		t.Errorf("void: %v, want ErrState", err)
	}
}

func TestARefusedDocumentIsMendedUnderItsNumber(t *testing.T) {
	h := build(t)
	first := h.send(unknownHSN...).Invoice
	h.step()
	same := h.send(unknownHSN...)
	if !same.Before || same.Invoice.IRN.State != gst.IRNFailed || !same.Invoice.IRN.Refusal.Has("2176") {
		t.Fatalf("unchanged it stands %q: %v", same.Invoice.IRN.State, same.Invoice.IRN.Refusal)
	}
	spelt := h.send(append([]string{"13545}]", "13545.00}]"}, unknownHSN...)...)
	if spelt.Invoice.IRN.State != gst.IRNFailed {
		t.Errorf("spelt otherwise it stands %q", spelt.Invoice.IRN.State)
	}
	var bad gst.Invalid
	if _, err := h.Send(t.Context(), h.company, inv01(`"Pin":400703`, `"Pin":560001`)); !errors.As(err, &bad) {
		t.Errorf("mended with another fault: %v, want gst.Invalid", err)
	}
	mended := h.send(`"AssAmt":12900`, `"AssAmt":12900.0`)
	if !mended.Before || mended.Invoice.ID != first.ID || mended.Invoice.IRN.State != gst.IRNPending {
		t.Fatalf("mended: before %v, id %d, IRN %q", mended.Before, mended.Invoice.ID, mended.Invoice.IRN.State)
	}
	h.step()
	stored, body := h.stored(first.ID)
	if stored.IRN.State != gst.IRNRegistered || stored.Lines[0].HSN != "08013220" || !bytes.Contains(body, []byte("12900.0,")) || !bytes.Equal(body, mended.Body) {
		t.Errorf("it stands %q with HSN %s: %s", stored.IRN.State, stored.Lines[0].HSN, body)
	}
}

func TestARefusalFromOutsideIsTriedAgain(t *testing.T) {
	h := build(t)
	h.plant("generate", "stale-gstin")
	h.plant("taxpayer", "5001")
	inv := h.send().Invoice
	h.step()
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNFailed || !stored.IRN.Refusal.Has("3028") {
		t.Fatalf("it stands %q: %v", stored.IRN.State, stored.IRN.Refusal)
	}
	h.tell(http.MethodDelete, "faults", nil, nil)
	again := h.send()
	if !again.Before || again.Invoice.IRN.State != gst.IRNPending || again.Invoice.IRN.Refusal != nil {
		t.Errorf("it stands %+v", again.Invoice.IRN)
	}
	h.step()
	if stored, _ := h.stored(inv.ID); stored.IRN.State != gst.IRNRegistered {
		t.Errorf("it stands %q: %v", stored.IRN.State, stored.IRN.Refusal)
	}
}

func TestWhatIsHeldStaysUntilItIsSent(t *testing.T) {
	h := build(t)
	held, err := h.SendHeld(t.Context(), h.company, inv01())
	h.must(err)
	if held.Invoice.IRN.State != gst.IRNHeld {
		t.Fatalf("it stands %q", held.Invoice.IRN.State)
	}
	again, err := h.SendHeld(t.Context(), h.company, inv01())
	h.must(err)
	if !again.Before || again.Invoice.ID != held.Invoice.ID || again.Invoice.IRN.State != gst.IRNHeld {
		t.Errorf("again it stands %q", again.Invoice.IRN.State)
	}
	other, err := h.SendHeld(t.Context(), h.company, inv01("Plot 12", "Plot 13"))
	h.must(err)
	if !other.Before || other.Invoice.Buyer.Address1 != "Plot 13, Sector 19" || other.Invoice.IRN.State != gst.IRNHeld {
		t.Errorf("amended it stands %q at %s", other.Invoice.IRN.State, other.Invoice.Buyer.Address1)
	}
	if sent := h.send("Plot 12", "Plot 13"); sent.Invoice.ID != held.Invoice.ID || sent.Invoice.IRN.State != gst.IRNPending {
		t.Errorf("sent it stands %q", sent.Invoice.IRN.State)
	}
}

func TestANumberTypedHereIsNoProgramsToMend(t *testing.T) {
	h := build(t)
	typed := h.refused()
	_, err := h.Send(t.Context(), h.company, inv01("ERP/77", typed.Number))
	if !errors.Is(err, gst.ErrState) {
		t.Errorf("%v, want ErrState", err)
	}
	if stored, _ := h.stored(typed.ID); stored.Version != typed.Version {
		t.Error("it was changed")
	}
}

func TestManyWhoSendTheSameGetOneDocument(t *testing.T) {
	h := build(t)
	for _, round := range []struct {
		name   string
		change []string
		fresh  int
	}{{"new", unknownHSN, 1}, {"mended", nil, 0}} {
		var wait sync.WaitGroup
		results := make([]Sent, 16)
		for i := range results {
			wait.Go(func() {
				var err error
				if results[i], err = h.Send(t.Context(), h.company, inv01(round.change...)); err != nil {
					t.Errorf("%s: %v", round.name, err)
				}
			})
		}
		wait.Wait()
		fresh := 0
		for _, r := range results {
			if r.Invoice == nil || r.Invoice.ID != results[0].Invoice.ID || r.Invoice.IRN.State != gst.IRNPending {
				t.Fatalf("%s: %+v", round.name, r.Invoice)
			}
			if !r.Before {
				fresh++
			}
		}
		if fresh != round.fresh {
			t.Errorf("%s: %d of them were told that it was not here before", round.name, fresh)
		}
		h.step()
	}
}

func TestSendRefusesWhatIsNoDocumentAndStoresNothing(t *testing.T) {
	h := build(t)
	for name, data := range map[string][]byte{
		"cut off":           inv01()[:400],
		"a text":            []byte(`"INV"`),
		"null":              []byte(`null`),
		"nothing":           nil,
		"two in a row":      append(inv01(), inv01()...),
		"not UTF-8":         inv01("Konkan", "K\xffnkan"),
		"33 levels":         inv01(`"Version"`, `"x":`+strings.Repeat("[", 32)+strings.Repeat("]", 32)+`,"Version"`),
		"more than 2 MB":    inv01(`"Version"`, `"x":"`+strings.Repeat("a", MaxFile)+`","Version"`),
		"a list of two":     []byte("[" + plainINV01 + "," + plainINV01 + "]"),
		"a million of open": bytes.Repeat([]byte("["), 1_000_000),
	} {
		_, err := h.Send(t.Context(), h.company, data)
		var file *FileError
		if !errors.As(err, &file) {
			t.Errorf("%s: %v, want a FileError", name, err)
		}
	}
	h.nothingStored()
}

// plainLines are the lines of plainINV01.
var plainLines = plainINV01[strings.Index(plainINV01, `{"SlNo":"1"`):strings.Index(plainINV01, "],\n\"ValDtls\"")]

// times is a text so often, with commas between.
func times(text string, n int) string {
	return strings.TrimSuffix(strings.Repeat(text+",", n), ",")
}

func TestSendRefusesWhatCannotBeReadAndStoresNothing(t *testing.T) {
	h := build(t)
	lines := `"ItemList":[` + plainLines + `]`
	for name, tt := range map[string]struct {
		data        []byte
		field, rule string
		member      string // as told; empty: any
		alone       bool   // nothing else is wrong
	}{
		"no lines":          {inv01(lines, `"ItemList":null`), "lines", "required", "ItemList", true},
		"none at all":       {inv01(lines+`,`, ``), "lines", "required", "ItemList", true},
		"1,001 lines":       {inv01(plainLines, times(plainLines, 1001)), "lines", "lines.many", "", false},
		"10,001 of nothing": {inv01(plainLines, times("{}", 10_001)), "lines", "inv01.many", "ItemList", false},
		"a million numbers": {inv01(plainLines, times("1", 900_000)), "lines[0]", "inv01.block", "ItemList[0]", false},
		"a wrong kind":      {inv01(`"Qty":15`, `"Qty":{"a":1}`), "lines[0].qty", "inv01.number", "ItemList[0].Qty", true},
		"no block":          {inv01(`"DocDtls":{"Typ":"INV","No":"ERP/77","Dt":"20/11/2026"}`, `"DocDtls":"ERP/77"`), "document", "inv01.block", "DocDtls", false},
		"beyond all":        {inv01(`"UnitPrice":860`, `"UnitPrice":1e400`), "lines[0].price", "inv01.range", "ItemList[0].UnitPrice", true},
		"400 digits":        {inv01(`"UnitPrice":860`, `"UnitPrice":`+strings.Repeat("9", 400)), "lines[0].price", "inv01.range", "ItemList[0].UnitPrice", true},
		"a name twice":      {inv01(`"No":"ERP/77"`, `"No":"ERP/77","No":"ERP/78"`), "number", "inv01.twice", "DocDtls.No", true},
		"a stranger twice":  {inv01(`"Version"`, `"x":{"list":[{"a":1,"a":2}]},"Version"`), "", "inv01.twice", "x.list.a", true},
	} {
		_, err := h.Send(t.Context(), h.company, tt.data)
		var bad gst.Invalid
		if !errors.As(err, &bad) {
			t.Errorf("%s: %.300v, want gst.Invalid", name, err)
			continue
		}
		found := bad.For(tt.field)
		if len(found) == 0 || found[0].Rule != tt.rule || tt.member != "" && found[0].Args[0] != tt.member || tt.alone && len(bad.Faults) > 1 {
			t.Errorf("%s: %.500s", name, fmt.Sprintf("%+v", bad.Faults))
		}
	}
	h.nothingStored()
}

func TestSendTellsAllFaultsAtOnce(t *testing.T) {
	h := build(t)
	_, err := h.Send(t.Context(), h.company, inv01(`"Qty":15`, `"Qty":"many"`, `"Pin":400703`, `"Pin":560001`, string(sharda), "27AAACR5055K1Z7"))
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want gst.Invalid", err)
	}
	for field, rule := range map[string]string{"lines[0].qty": "inv01.number", "buyer.pin": "pin.state", "seller.gstin": "seller.company"} {
		if f := bad.For(field); len(f) != 1 || f[0].Rule != rule {
			t.Errorf("%s: got %+v, want %s", field, f, rule)
		}
	}
}
