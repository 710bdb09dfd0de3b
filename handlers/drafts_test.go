package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"mohar/desk"
)

func TestADraftThatAProgramSentOpensInTheEditor(t *testing.T) {
	s := newCompanySite(t)
	company, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil {
		t.Fatal(err)
	}
	sent := strings.Replace(sampleINV01(t), `"GstRt": 5`, `"GstRt": null`, 1)
	for name, form := range map[string]func(p desk.Composition) []byte{
		"with its form": func(p desk.Composition) []byte { return DraftForm(p.Invoice, p.File, p.Unread) },
		"with its file": func(p desk.Composition) []byte { return desk.WithFile(nil, p.File) },
		"with neither":  func(desk.Composition) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			p, err := s.desk.Compose(company, []byte(sent), desk.Making{})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.desk.KeepComposed(t.Context(), company, p, form(p)); err != nil {
				t.Fatal(err)
			}
			_, kept, err := s.store.Invoice(t.Context(), companyGSTIN, p.Invoice.ID)
			if err != nil {
				t.Fatal(err)
			}
			page := s.get("/c/" + companyGSTIN + "/invoices/" + strconv.FormatInt(p.Invoice.ID, 10))
			s.want(page, http.StatusOK, "Konkan Agro", `value="`+p.Invoice.Number+`"`, `value="`+p.Invoice.Lines[0].HSN+`"`)
			missing := UnreadInForm(kept)
			if name == "with its form" && (len(missing) != 1 || missing[0].Field != "lines[0].rate") {
				t.Errorf("a rate that was not sent is missing, and not 0 %%: %v", missing)
			}
			if name != "with its form" && len(missing) > 0 {
				t.Errorf("%v", missing)
			}
		})
	}
}
