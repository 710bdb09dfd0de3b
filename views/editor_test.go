package views_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"mohar/views"
)

var (
	controlTag = regexp.MustCompile(`<(input|select|textarea)\s[^>]*>`)
	attribute  = regexp.MustCompile(`\s([\w-]+)(?:="([^"]*)")?`)
	choiceTag  = regexp.MustCompile(`<label class="choice">`)
	forTag     = regexp.MustCompile(`<label for="([^"]+)">`)
	templates  = regexp.MustCompile(`(?s)<template.*?</template>`)
)

// controls are the form controls of a page by name, each with its attributes; hidden ones
// are not among them.
func controls(page string) map[string]map[string]string {
	found := map[string]map[string]string{}
	for _, tag := range controlTag.FindAllStringSubmatch(page, -1) {
		attrs := map[string]string{"tag": tag[1]}
		for _, m := range attribute.FindAllStringSubmatch(tag[0], -1) {
			attrs[m[1]] = html.UnescapeString(m[2])
		}
		if attrs["type"] != "hidden" {
			found[attrs["name"]] = attrs
		}
	}
	return found
}

// value is what a control of the page holds.
func (c control) value(page string) string {
	switch {
	case c["type"] == "checkbox":
		if _, ticked := c["checked"]; ticked {
			return "on"
		}
		return ""
	case c["tag"] == "select":
		_, rest, _ := strings.Cut(page, ` name="`+c["name"]+`"`)
		rest, _, _ = strings.Cut(rest, "</select>")
		if m := regexp.MustCompile(`<option value="([^"]*)" selected`).FindStringSubmatch(rest); m != nil {
			return m[1]
		}
		return ""
	}
	return c["value"]
}

type control map[string]string

// INV-01 can say 150 things, and the house some more; whoever typed one finds it again.
func TestEveryFieldOfTheFormHoldsWhatWasTyped(t *testing.T) {
	page := templates.ReplaceAllString(render(t, views.InvoiceForm(fullEditor())), "")
	have := controls(page)
	want := typedFields()
	for column, text := range typedDetails() {
		want = append(want, "lines[0]."+column, text)
	}
	for i := 0; i < len(want); i += 2 {
		c, ok := have[want[i]]
		if !ok {
			t.Errorf("the form has no field %s", want[i])
			continue
		}
		if got := control(c).value(page); got != want[i+1] {
			t.Errorf("%s holds %q, want %q", want[i], got, want[i+1])
		}
	}
}

func TestEveryFieldHasAnAccessibleName(t *testing.T) {
	for name, v := range editors() {
		page := templates.ReplaceAllString(render(t, views.InvoiceForm(v)), "")
		labelled := map[string]bool{}
		for _, m := range forTag.FindAllStringSubmatch(page, -1) {
			labelled[m[1]] = true
		}
		boxes := 0
		for field, c := range controls(page) {
			if c["type"] == "checkbox" {
				boxes++
			} else if !labelled[c["id"]] && c["aria-label"] == "" {
				t.Errorf("%s: %s has no name", name, field)
			}
		}
		if n := len(choiceTag.FindAllString(page, -1)); n != boxes {
			t.Errorf("%s: %d boxes in %d labels", name, boxes, n)
		}
	}
}

// Each field shows its messages beside it, and whatever hides it stands open.
func TestEveryMessageStandsBesideItsField(t *testing.T) {
	v := everyFault()
	page := templates.ReplaceAllString(render(t, views.InvoiceForm(v)), "")
	have := controls(page)
	for name, messages := range v.Faults {
		if name == "" {
			continue
		}
		if !strings.Contains(page, html.EscapeString(messages[0].Text)) {
			t.Errorf("the message about %s is not on the page", name)
		}
		c, ok := have[name]
		if !ok {
			continue // nobody types a total
		}
		by := c["aria-describedby"]
		if !strings.Contains(by, views.FieldID(name)+"-error") && !strings.Contains(by, views.FieldID(name)+"-help") {
			t.Errorf("%s is not tied to its message: %q", name, by)
		}
		if stops := !messages[0].Warning; stops != (c["aria-invalid"] == "true") && c["type"] != "checkbox" {
			t.Errorf("%s: aria-invalid is %q, the message stops: %v", name, c["aria-invalid"], stops)
		}
	}
	for _, closed := range regexp.MustCompile(`<details class="panel fold[^>]*>`).FindAllString(page, -1) {
		if !strings.Contains(closed, " open") && strings.Contains(closed, "-fold") {
			t.Errorf("a fold with messages is closed: %s", closed)
		}
	}
}

func TestFormOfAUsualBillIsSmall(t *testing.T) {
	page := templates.ReplaceAllString(render(t, views.InvoiceForm(freshEditor())), "")
	if n := strings.Count(page, "<details open") + strings.Count(page, " open>"); n != 1 { // the export's, which is hidden
		t.Errorf("%d parts stand open", n)
	}
	for _, absent := range []string{`name="series"`, `name="branch"`, `name="purpose"`, `name="brought"`, "line-more", `name="refs.preceding[1].number"`} {
		if strings.Contains(page, absent) {
			t.Errorf("the form of a usual bill has %s", absent)
		}
	}
}

// 250 lines that say nothing special carry no fields for it.
func TestLongDocumentIsLight(t *testing.T) {
	v := exampleEditor()
	for len(v.Lines) < 250 {
		v.Lines = append(v.Lines, v.Lines[0])
	}
	size := len(render(t, views.InvoiceForm(v)))
	t.Logf("250 lines: %d kB", size/1000)
	if most := 900_000; size > most {
		t.Errorf("the form of 250 lines has %d bytes, at most %d", size, most)
	}
}

// Browsers without script press buttons that say what to do.
func TestButtonsWithoutScript(t *testing.T) {
	page := render(t, views.InvoiceForm(fullEditor()))
	for _, do := range []string{
		"issue", "line", "customer", "drop:1", "more:1", "charge:freight", "charge:packing", "charge:insurance", "charge:other",
		"add:refs.preceding", "add:refs.contracts", "add:docs", "add:lines[1].attributes",
	} {
		if !strings.Contains(page, `name="do" value="`+do+`"`) {
			t.Errorf("no button says do=%s", do)
		}
	}
	v := freshEditor()
	v.Open, v.Groups, v.Lines = "docs", map[string]int{"docs": 2}, []views.EditorLine{{Description: "Cumin", Open: true}, {}}
	page = render(t, views.InvoiceForm(v))
	for _, want := range []string{`id="docs-fold" open`, `name="docs[1].url"`, `name="lines[0].batch.name"`} {
		if !strings.Contains(page, want) {
			t.Errorf("after a press the form lacks %s", want)
		}
	}
}

func TestLineCarriesWhatItWasBroughtWith(t *testing.T) {
	page := render(t, views.InvoiceForm(broughtEditor()))
	for name, value := range map[string]string{
		"lines[0].number": "1", "lines[0].amount": "148800.00", "lines[0].total": "156240.00",
		"totals.taxable": "168200.00", "totals.total": "177455.00",
	} {
		if !strings.Contains(page, fmt.Sprintf(`type="hidden" name="%s" value="%s"`, name, value)) {
			t.Errorf("%s does not come along", name)
		}
	}
}
