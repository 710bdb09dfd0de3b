package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/gst"
)

// billed is a registered invoice of two lines: 15 KGS at 860.00 and 10 NOS at 100.00.
func billed(s *site) string {
	s.Helper()
	form := invoiceForm()
	setRow(form, 1, "Steel tray", "73239390", "10", "NOS", "100", "", "18")
	address := s.issue(form)
	s.step()
	return address
}

func noteFormOf(kind string, change ...string) url.Values {
	return with(url.Values{"type": {kind}}, change...)
}

func TestCreditNoteOfAllThatIsLeftInOnePress(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	original, _ := s.stored(address)
	r := s.get(address + "/note?type=CRN")
	s.want(r, http.StatusOK, "Credit note to INV/26-27/0001", "Cashew kernels W320", "15 KGS", "12,900.00", "Steel tray", "Sale cancelled after the 24 hours",
		"All that is left", "Issue & register", "Type a quantity or a value")
	r = s.get(address + "/note?type=CRN&do=all")
	s.want(r, http.StatusOK, `name="lines[0].qty" value="15"`, `name="lines[1].taxable" value="1000.00"`, original.Totals.Total.Indian())

	r = s.post(address+"/note", noteFormOf("CRN", "reason", "undone", "do", "issue", "seen", "0"))
	s.want(r, http.StatusSeeOther)
	note, _ := s.stored(r.Header.Get("Location"))
	if note.Type != gst.CreditNote || note.Source != original.ID || note.Totals != original.Totals || note.Refs.Remarks != "Sale cancelled" ||
		note.Lines[1].Against != 2 || note.Refs.Preceding[0].Number != original.Number || note.IRN.State != gst.IRNPending {
		t.Errorf("note %+v", note)
	}
	s.step()
	s.want(s.get(address), http.StatusOK, "Linked documents", "CRN/26-27/0001", "₹\u20090.00 of ₹\u200914,725.00 is not credited")
	s.want(s.get(r.Header.Get("Location")), http.StatusOK, "To tax invoice", "INV/26-27/0001")
	s.want(s.get(address+"/note"), http.StatusOK, "All of it is credited")
	again := s.post(address+"/note", noteFormOf("CRN", "lines[0].qty", "1", "do", "issue", "seen", "1"))
	s.want(again, http.StatusUnprocessableEntity, "0 is left to credit for this item")
}

func TestNoteTakesNoMoreThanIsLeft(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	s.want(s.post(address+"/note", noteFormOf("CRN", "lines[1].qty", "4", "reason", "returned", "do", "issue", "seen", "0")), http.StatusSeeOther)
	r := s.get(address + "/note")
	s.want(r, http.StatusOK, "6 of 10 NOS", "600.00 of 1,000.00", "₹\u200914,253.00 of ₹\u200914,725.00 is not credited")
	tests := []struct {
		name, field, value, words string
	}{
		{"a quantity above what is left", "lines[1].qty", "7", "Only 6 is left to credit for this item"},
		{"a value above what is left", "lines[1].taxable", "600.01", "Only 600.00 is left to credit for this item"},
		{"a text", "lines[0].qty", "a dozen", "Type only a number"},
		{"less than zero", "lines[0].taxable", "-5", "less than zero"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s.TB = t
			for _, do := range []string{"issue", "draft"} {
				r := s.post(address+"/note", noteFormOf("CRN", test.field, test.value, "do", do, "seen", "1"))
				s.want(r, http.StatusUnprocessableEntity, test.words, `value="`+test.value+`"`, `aria-invalid="true"`)
			}
			r := s.post(address+"/note", noteFormOf("CRN", test.field, test.value), "HX-Request", "true")
			s.want(r, http.StatusOK, `id="note-result"`, test.words)
			s.wantNot(r, "<html")
		})
	}
	s.TB = t
	s.want(s.post(address+"/note", noteFormOf("CRN", "do", "issue", "seen", "1")), http.StatusUnprocessableEntity, "Add at least one item")
	s.want(s.post(address+"/note", noteFormOf("CRN", "lines[1].qty", "1"), "HX-Request", "true"), http.StatusOK, "118.00")
}

func TestSecondPressMakesNoSecondNote(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	form := noteFormOf("CRN", "lines[0].qty", "1", "do", "issue", "seen", "0")
	statuses := make(chan int, 8)
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			statuses <- s.post(address+"/note", form).StatusCode
		}()
	}
	all.Wait()
	close(statuses)
	got := map[int]int{}
	for status := range statuses {
		got[status]++
	}
	if got[http.StatusSeeOther] != 1 || got[http.StatusUnprocessableEntity] != 7 {
		t.Errorf("answers %v, want one note and seven refusals", got)
	}
	s.want(s.post(address+"/note", form), http.StatusUnprocessableEntity, "CRN/26-27/0001 of ₹ 903.00 was made for this document in the meantime")
}

func TestNotesThroughTheEditorAreCheckedToo(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("date", "20/11/2026"))
	s.step()
	note := invoiceForm("type", "CRN", "refs.preceding[0].number", "INV/26-27/0001", "refs.preceding[0].date", "20/11/2026", "lines[0].qty", "10")
	s.want(s.post(invoicesURL, note), http.StatusSeeOther)
	s.want(s.post(invoicesURL, note), http.StatusUnprocessableEntity, "Only 5 is left to credit for this item")
	with(note, "lines[0].qty", "5")
	s.want(s.post(invoicesURL, note), http.StatusSeeOther)
	s.want(s.get(address), http.StatusOK, "₹\u20090.00 of ₹\u200913,545.00 is not credited")
}

func TestNoteAsDraftOpensInTheEditor(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	r := s.post(address+"/note", noteFormOf("CRN", "lines[0].taxable", "500", "reason", "discount", "do", "draft"))
	s.want(r, http.StatusSeeOther)
	note, _ := s.stored(r.Header.Get("Location"))
	if note.State != gst.Draft || note.Lines[0].Quantity != 0 || note.Lines[0].Taxable != 500_00 || note.Totals.Total != 525_00 || note.Source == 0 {
		t.Errorf("draft %+v", note)
	}
	s.want(s.get(r.Header.Get("Location")), http.StatusOK, "credit note", "Proof PDF", `value="INV/26-27/0001"`, `value="Discount after the sale"`)
	s.want(s.get(address), http.StatusOK, "Linked documents", "Not issued")

	form := valuesOf(note) // as the editor sends it back
	with(form, "do", "issue", "id", strconv.FormatInt(note.ID, 10), "version", strconv.FormatInt(note.Version, 10))
	s.want(s.post(invoicesURL, form), http.StatusSeeOther)
	issued, _ := s.stored(r.Header.Get("Location"))
	if issued.State != gst.Issued || issued.Source != note.Source || issued.Lines[0].Against != 1 || issued.Totals.Total != 525_00 {
		t.Errorf("issued %+v", issued)
	}
	s.want(s.get(address), http.StatusOK, "CRN/26-27/0001", "₹\u200914,200.00 of ₹\u200914,725.00 is not credited")
}

func TestDebitNoteAddsToItsOriginal(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	r := s.post(address+"/note", noteFormOf("DBN", "lines[1].taxable", "5000", "reason", "low", "do", "issue", "seen", "0"))
	s.want(r, http.StatusSeeOther)
	note, _ := s.stored(r.Header.Get("Location"))
	if note.Type != gst.DebitNote || note.Totals.Total != 5900_00 || note.Refs.Remarks != "Rate charged too low" {
		t.Errorf("note %+v", note)
	}
	s.step()
	r = s.get(r.Header.Get("Location"))
	s.want(r, http.StatusOK, "Debit note", `href="`+address+`/note?type=CRN"`, "To tax invoice")
	s.want(s.get(address+"/note?type=DBN"), http.StatusOK, "Debit note to INV/26-27/0001", "Quantity more", "Rate charged too low")
}

func TestNotesNeedADocumentThatStands(t *testing.T) {
	s := newCompanySite(t)
	waiting := s.issue(invoiceForm())
	s.want(s.get(waiting+"/note"), http.StatusConflict)
	s.wantNot(s.get(waiting), "Credit note")
	draft := strings.TrimSuffix(s.issue(invoiceForm("do", "draft")), "?done=saved")
	s.want(s.get(draft+"/note"), http.StatusConflict)
	s.want(s.post(draft+"/note", noteFormOf("CRN", "do", "issue")), http.StatusConflict)
	s.want(s.get(invoicesURL+"/999/note"), http.StatusNotFound)
}

func TestPageSaysWhetherToCancelOrToCredit(t *testing.T) {
	s := newCompanySite(t)
	address := billed(s)
	r := s.get(address)
	s.want(r, http.StatusOK, "Cancel or credit note", "Cancel IRN", `data-variant="outline"`, "Credit note")
	s.clock.add(25 * time.Hour)
	s.want(s.post("/login", url.Values{"email": {ownerEmail}, "password": {ownerPassword}}), http.StatusSeeOther)
	r = s.get(address)
	s.want(r, http.StatusOK, "The 24 hours for cancelling ended", `<a class="btn" href="`+address+`/note?type=CRN">`)
	s.wantNot(r, "Cancel or credit note", "Cancel IRN")
}
