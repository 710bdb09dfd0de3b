package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// MostKeyDays is the longest that a key may last which expires at all: ten years, more is
// a mistyped number.
const MostKeyDays = 3650

// mostKeyName is how many characters a key's name may have: the edit log and timelines
// show it in one line.
const mostKeyName = 60

// KeyName returns the name of a key as it is kept, or an error that says what is wrong
// with it.
func KeyName(typed string) (string, error) {
	name := strings.Join(strings.Fields(typed), " ")
	switch {
	case name == "":
		return "", errors.New("say what the key is for, such as the name of the program")
	case len([]rune(name)) > mostKeyName:
		return "", fmt.Errorf("at most %d characters", mostKeyName)
	case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return "", errors.New("letters, digits and signs only: it holds a character that cannot be shown")
	}
	return name, nil
}

// KeyState says in a word or two whether a key is in force.
func KeyState(k db.APIKey, now time.Time) string {
	switch {
	case !k.Revoked.IsZero():
		return "revoked"
	case k.Over(now):
		return "expired"
	}
	return "in force"
}

// The choices of how long a key lasts, in days; and a day that is typed.
const (
	keyForEver = "never"
	keyToDay   = "date"
)

var keyDays = []string{"30", "90", "365"}

// typedKey is the form of a new key.
type typedKey struct {
	Name      string
	Scopes    []string
	Which     string // "all" or "some" companies
	Companies []string
	Expiry    string
	Until     string // dd/mm/yyyy, with keyToDay
}

// keyFormOf reads the form of a new key.
func keyFormOf(c echo.Context) (typedKey, error) {
	values, err := c.FormParams()
	if err != nil {
		return typedKey{}, unreadable(err)
	}
	return typedKey{
		Name: values.Get("name"), Scopes: values["scope"], Which: values.Get("which"), Companies: values["company"],
		Expiry: values.Get("expiry"), Until: strings.TrimSpace(values.Get("until")),
	}, nil
}

// read returns the key that was typed and what is wrong with it.
func (f typedKey) read(now time.Time) (db.APIKey, Problems) {
	wrong, key := Problems{}, db.APIKey{}
	var err error
	if key.Name, err = KeyName(f.Name); err != nil {
		wrong.put("name", sentenceOf(err))
	}
	for _, scope := range db.Scopes() {
		if slices.Contains(f.Scopes, string(scope)) {
			key.Scopes = append(key.Scopes, scope)
		}
	}
	if len(key.Scopes) == 0 {
		wrong.put("scope", "Tick at least one: a key that may do nothing is of no use.")
	}
	if f.Which == "some" {
		for _, company := range f.Companies {
			key.Companies = append(key.Companies, gst.GSTIN(company))
		}
		if len(key.Companies) == 0 {
			wrong.put("company", "Tick at least one company, or choose all companies.")
		}
	}
	var words string
	key.Expires, words = f.expires(now)
	wrong.put(map[bool]string{true: "until", false: "expiry"}[f.Expiry == keyToDay], words)
	return key, wrong
}

// sentenceOf is an error as a sentence of its own.
func sentenceOf(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// expires is when the key ends, and what is wrong with what was typed. A day that is typed
// is the last one.
func (f typedKey) expires(now time.Time) (at time.Time, wrong string) {
	switch {
	case f.Expiry == keyForEver:
		return time.Time{}, ""
	case f.Expiry == keyToDay:
		day, err := gst.ParseDate(f.Until)
		switch {
		case err != nil:
			return time.Time{}, lang.English.Text("fault.parse.date")
		case day < gst.DateOf(now):
			return time.Time{}, "This day is over. Type today or a later day."
		case day > gst.DateOf(now.AddDate(0, 0, MostKeyDays)):
			return time.Time{}, "Type a day within ten years, or let the key last for ever."
		}
		return day.AddDays(1).Time(), ""
	case slices.Contains(keyDays, f.Expiry):
		n, err := strconv.Atoi(f.Expiry)
		if err != nil {
			return time.Time{}, err.Error()
		}
		return now.AddDate(0, 0, n), ""
	}
	return time.Time{}, "Choose how long the key lasts."
}

// newKey handles GET /settings/keys/new.
func (s *Server) newKey(c echo.Context) error {
	form := typedKey{Which: "all", Expiry: keyForEver}
	for _, scope := range db.Scopes() {
		form.Scopes = append(form.Scopes, string(scope))
	}
	return s.showKeyForm(c, http.StatusOK, form, nil)
}

// showKeyForm shows the form of a new key as it was typed.
func (s *Server) showKeyForm(c echo.Context, status int, form typedKey, wrong Problems) error {
	companies, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return err
	}
	view := views.KeyForm{
		URL: keysURL, Name: form.Name, All: form.Which != "some", Until: form.Until, Problems: wrong,
		Expiries: views.Options(form.Expiry,
			views.Option{Value: keyForEver, Label: "Never"}, views.Option{Value: "30", Label: "In 30 days"},
			views.Option{Value: "90", Label: "In 90 days"}, views.Option{Value: "365", Label: "In a year"},
			views.Option{Value: keyToDay, Label: "After a day that I type"}),
	}
	for _, scope := range db.Scopes() {
		view.Scopes = append(view.Scopes, views.Option{
			Value: string(scope), Label: scopeWords[scope].label, Help: scopeWords[scope].help, Selected: slices.Contains(form.Scopes, string(scope)),
		})
	}
	view.Companies = companyChoices(companies, form.Companies)
	return s.show(c, status, views.KeyFormPage(s.firmFrame(c), view), nil)
}

// scopeWords are the scopes for people.
var scopeWords = map[db.Scope]struct{ label, help, short string }{
	db.ScopeRead:   {"Read", "Companies, customers, items, documents, e-way bills, PDFs; look up GSTINs.", "read"},
	db.ScopeWrite:  {"Make and register", "Invoices, notes and e-way bills, and what belongs to them; customers and items too.", "make and register"},
	db.ScopeCancel: {"Cancel", "IRNs and e-way bills; reject those of others, give up documents without an IRN.", "cancel"},
}

// companyChoices are companies to be ticked, with those that are.
func companyChoices(companies []gst.Company, ticked []string) (choices []views.Option) {
	for _, company := range companies {
		tag := tagOf(company)
		note := tag.GSTIN
		if tag.Practice {
			note += " · practice"
		}
		choices = append(choices, views.Option{Value: tag.GSTIN, Label: tag.Name, Help: note, Selected: slices.Contains(ticked, tag.GSTIN)})
	}
	return choices
}
