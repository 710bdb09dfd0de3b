package desk

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"mohar/gst"
)

func TestASellerThatIsLeftOutIsTheCompany(t *testing.T) {
	h := build(t)
	whole := string(inv01())
	from, to := strings.Index(whole, `"SellerDtls"`), strings.Index(whole, `"BuyerDtls"`)
	p, err := h.Compose(h.company, []byte(whole[:from]+whole[to:]), Making{})
	h.must(err)
	if p.Invoice.Seller != h.company.Party() || len(p.Unread) > 0 || !bytes.Contains(p.File, []byte(`"SellerDtls":{"Gstin":"`+string(h.company.GSTIN)+`"`)) {
		t.Errorf("%+v, unread %v\n%s", p.Invoice.Seller, p.Unread, p.File)
	}
	p, err = h.Compose(h.company, []byte(`{}`), Making{})
	h.must(err)
	if p.Invoice.Seller != h.company.Party() || len(p.Strange()) > 0 {
		t.Errorf("%+v, strange %v", p.Invoice.Seller, p.Strange())
	}
}

func TestWhatIsBroughtStaysAsItIsSpelt(t *testing.T) {
	h := build(t)
	p, err := h.Compose(h.company, inv01(`"Qty":15`, `"Qty":15.0`), Making{})
	h.must(err)
	h.must(h.KeepComposed(t.Context(), h.company, p, WithFile(nil, p.File)))
	draft, form, err := h.store.Invoice(t.Context(), h.company.GSTIN, p.Invoice.ID)
	h.must(err)
	h.must(h.IssueStored(t.Context(), h.company, draft, form, nil))
	_, body := h.stored(draft.ID)
	if !bytes.Contains(body, []byte(`"Qty":15.0`)) || draft.Number != "ERP/77" {
		t.Errorf("%s is sent as %s", draft.Number, body)
	}
}

func TestComputedDocumentsWithANumberKeepItAndTheirFigures(t *testing.T) {
	h := build(t)
	for number, brought := range map[string]bool{"SHOP/1": true, "": false} {
		p, err := h.Compose(h.company, inv01("ERP/77", number, `"AssAmt":12900`, `"AssAmt":1`, `"TotInvVal":13545`, `"TotInvVal":2`), Making{Compute: true})
		h.must(err)
		if p.Invoice.Brought != brought || p.Invoice.Totals.Total != 13_545_00 || p.File != nil {
			t.Errorf("%q: brought %v, total %v", number, p.Invoice.Brought, p.Invoice.Totals.Total)
		}
		h.must(h.IssueComposed(t.Context(), h.company, p))
		if stored, _ := h.stored(p.Invoice.ID); stored.Number == "" || number != "" && stored.Number != number {
			t.Errorf("%q became %q", number, stored.Number)
		}
	}
}

func TestAmountsThatAreWorkedOutMayBeMissingAndARateMayNot(t *testing.T) {
	h := build(t)
	p, err := h.Compose(h.company, inv01(`"TotAmt":12900,`, "", `"AssAmt":12900,`, "", `"GstRt":5,`, ""), Making{Compute: true})
	h.must(err)
	err = h.IssueComposed(t.Context(), h.company, p)
	var bad gst.Invalid
	if !errors.As(err, &bad) || len(bad.For("lines[0].rate")) == 0 || len(bad.For("lines[0].amount")) > 0 {
		t.Errorf("%v", err)
	}
}

func TestAnAmendedDocumentKeepsItsNumber(t *testing.T) {
	h := build(t)
	h.company.ByHand = true
	p, err := h.Compose(h.company, inv01(), Making{})
	h.must(err)
	h.must(h.IssueComposed(t.Context(), h.company, p))
	stored, _ := h.stored(p.Invoice.ID)
	other, err := h.Compose(h.company, inv01("ERP/77", "ERP/78"), Making{})
	h.must(err)
	err = h.AmendComposed(t.Context(), h.company, other, stored)
	var bad gst.Invalid
	if !errors.As(err, &bad) || bad.Faults[0].Rule != "number.kept" {
		t.Errorf("%v", err)
	}
	for _, number := range []string{`"No":"erp/77"`, `"No":null`} {
		stored, _ := h.stored(p.Invoice.ID)
		same, err := h.Compose(h.company, inv01(`"No":"ERP/77"`, number, "Cashew kernels W320", "Cashew kernels "+number[6:9]), Making{})
		h.must(err)
		h.must(h.AmendComposed(t.Context(), h.company, same, stored))
		if now, _ := h.stored(p.Invoice.ID); now.Number != "ERP/77" {
			t.Errorf("%s: it is called %s now", number, now.Number)
		}
	}
}

func TestTheFileOfADraftLiesInItsForm(t *testing.T) {
	file := []byte(`{"Version":"1.1","a":"1&2=3"}`)
	for _, form := range []string{"", "buyer.name=Konkan"} {
		kept := WithFile([]byte(form), file)
		if got := FileIn(kept); !bytes.Equal(got, file) || !bytes.HasPrefix(kept, []byte(form)) {
			t.Errorf("%q: %s", form, got)
		}
	}
	if FileIn([]byte("buyer.name=Konkan")) != nil || FileIn(nil) != nil || len(WithFile(nil, nil)) > 0 {
		t.Error("a file where none was kept")
	}
}
