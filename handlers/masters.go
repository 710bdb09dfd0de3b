package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// masterReader reads the form of one of the masters, whose controls all bear a prefix:
// "customer.name". It notes what cannot be read under the name without the prefix.
type masterReader struct {
	values url.Values
	prefix string
	faults gst.Faults
}

// text is a field's text without the spaces around it; line breaks and tabs become spaces.
func (r *masterReader) text(name string) string {
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, r.values.Get(r.prefix+"."+name)))
}

// whole reads a whole number from 0 on; an empty field is 0.
func (r *masterReader) whole(name, rule string, args ...string) int {
	text := strings.ReplaceAll(r.text(name), " ", "")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		r.faults = append(r.faults, gst.Fault{Rule: rule, Field: name, Args: args})
		return 0
	}
	return n
}

// read reads a field by a parser; an empty one is the zero value.
func read[T any](r *masterReader, name string, parse func(string) (T, error)) T {
	var none T
	text := r.text(name)
	if text == "" {
		return none
	}
	value, err := parse(text)
	if err != nil {
		r.faults = append(r.faults, gst.ParseFault(name, err))
		return none
	}
	return value
}

// party reads the particulars of a party.
func (r *masterReader) party(block string) gst.Party {
	return gst.Party{
		GSTIN:     strings.ToUpper(r.text(block + "gstin")),
		LegalName: r.text(block + "name"),
		TradeName: r.text(block + "trade"),
		Address1:  r.text(block + "address1"),
		Address2:  r.text(block + "address2"),
		Place:     r.text(block + "place"),
		PIN:       r.whole(block+"pin", "pin.range"),
		State:     r.text(block + "state"),
		Phone:     strings.NewReplacer(" ", "", "-", "").Replace(r.text(block + "phone")),
		Email:     r.text(block + "email"),
	}
}

// putParty writes the particulars of a party as a form shows them.
func putParty(values map[string]string, p gst.Party) {
	values["gstin"], values["name"], values["trade"] = p.GSTIN, p.LegalName, p.TradeName
	values["address1"], values["address2"], values["place"] = p.Address1, p.Address2, p.Place
	values["pin"], values["state"], values["phone"], values["email"] = filled(p.PIN), p.State, p.Phone, p.Email
}

// filled is a whole number as typed; nothing for 0.
func filled(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// written is a price, rate or amount as typed; nothing for 0.
func written[T interface {
	~int64
	String() string
}](n T) string {
	if n == 0 {
		return ""
	}
	return n.String()
}

// typedAs is a form with the words of its faults: what stops it, and what is only pointed
// out.
func typedAs(prefix string, values map[string]string, faults gst.Faults) views.Typed {
	t := views.Typed{Prefix: prefix, Values: values, Problems: map[string]string{}, Warnings: map[string]string{}}
	for _, f := range faults {
		into := t.Problems
		if f.Warning {
			into = t.Warnings
		}
		if into[f.Field] == "" {
			into[f.Field] = lang.English.Text("fault."+f.Rule, f.Args...)
		}
	}
	return t
}

// id reads the id in the address.
func masterID(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, gst.ErrNotFound
	}
	return id, nil
}

// takenBy is the other entry when err says that there is one.
func takenBy(err error) (id int64, ok bool) {
	var taken *db.Taken
	if !errors.As(err, &taken) {
		return 0, false
	}
	return taken.By, true
}

// usedOn is when an entry was used last.
func usedOn(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return gst.DateOf(t).Long()
}

// entries is a number of them.
func entries(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return counted(n) + " " + many
}

// pageURL is a list with a search and from a place on.
func pageURL(address, query, kind string, after db.Cursor) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": query, "kind": kind, "after": after.String()} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// inDialog reports whether the editor asks for a form inside its dialog.
func inDialog(c echo.Context) bool {
	asked := c.FormValue("dialog") != "" || c.Request().Header.Get("HX-Target") == "create-body"
	return asked && wantsFragment(c)
}

// savedInDialog tells the editor's script what was saved, by its own field names: the
// event closes the dialog and fills the fields.
func savedInDialog(c echo.Context, event string, detail map[string]string) error {
	text, err := json.Marshal(map[string]any{event: detail})
	if err != nil {
		return fmt.Errorf("tell what was saved: %w", err)
	}
	c.Response().Header().Set("HX-Trigger", inASCII(string(text)))
	return c.NoContent(http.StatusNoContent)
}

// inASCII writes JSON without any character that a header may not carry: browsers read
// headers as Latin-1.
func inASCII(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r < utf8Self:
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// utf8Self is the first character that ASCII has not.
const utf8Self = 0x80

// counted is a number with lakh and crore grouping.
func counted(n int) string { return strings.TrimSuffix(gst.Paise(n*100).Indian(), ".00") }
