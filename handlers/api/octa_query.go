package api

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/pdf"
)

// octaQuery reads the query of a call: names in any case, and all that is wrong with it at once.
type octaQuery struct {
	c      echo.Context
	faults gst.Faults
}

// text is a parameter without blanks around it; empty when it is absent.
func (q *octaQuery) text(name string) string {
	for key, values := range q.c.QueryParams() {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
	}
	return ""
}

// needed is text for a parameter that has to be there.
func (q *octaQuery) needed(name string) string {
	text := q.text(name)
	if text == "" {
		q.add("api.missing", name, name)
	}
	return text
}

// choice is a parameter that is one of a few words, in any case; the first is the default.
func (q *octaQuery) choice(name string, words ...string) string {
	text := q.text(name)
	if text == "" {
		return words[0]
	}
	at := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, text) })
	if at < 0 {
		q.add("api.choice", name, name, text, strings.Join(words, ", "))
		return words[0]
	}
	return words[at]
}

// day is a parameter that is a day, DD/MM/YYYY.
func (q *octaQuery) day(name string) gst.Date {
	text := q.needed(name)
	if text == "" {
		return 0
	}
	day, err := gst.ParseDate(text)
	if err != nil {
		q.add("api.date", name, name, text)
	}
	return day
}

// irn is a parameter that is an IRN.
func (q *octaQuery) irn() string {
	irn := strings.ToLower(q.needed("irn"))
	if irn != "" && !isIRN(irn) {
		q.add("api.irn", "irn", "irn", irn)
	}
	return irn
}

// isIRN reports whether a text in lower case is written as an IRN is.
func isIRN(text string) bool { return len(text) == 64 && strings.Trim(text, "0123456789abcdef") == "" }

// add notes what is wrong with a parameter. Its field is none of a document's.
func (q *octaQuery) add(rule, name string, args ...string) {
	q.faults = append(q.faults, gst.Fault{Rule: rule, Field: "query." + name, Args: args})
}

// octaCompany is the company of a call whose query says gstin, and the query to read on.
func (s *Server) octaCompany(c echo.Context, scope db.Scope) (gst.Company, *octaQuery, error) {
	if err := mayCall(c, scope); err != nil {
		return gst.Company{}, nil, err
	}
	q := &octaQuery{c: c}
	gstin := q.needed("gstin")
	if gstin == "" {
		return gst.Company{}, nil, q.faults.Err()
	}
	company, err := s.company(c, gstin, scope)
	return company, q, err
}

// octaExtras are the pictures and prints that a call wants with its answer.
//
// Source: Octa API, Generate IRN, query parameters.
type octaExtras struct {
	qr     bool
	format pdf.PictureFormat
	scale  int // pixels a module
	pdf    bool
}

// The sizes of a QR code's picture, in pixels a module.
const (
	standardQuality = 4
	highQuality     = 8
)

// extras reads the parameters that ask for pictures and prints.
func (q *octaQuery) extras() octaExtras {
	o := q.plainExtras()
	o.format = pdf.PictureFormat(q.choice("qrcodeformat", string(pdf.PNG), string(pdf.JPEG), string(pdf.GIF)))
	if q.choice("qrcodequality", "high", "standard") == "standard" {
		o.scale = standardQuality
	}
	return o
}

// plainExtras is extras for a call that has one kind of picture.
func (q *octaQuery) plainExtras() octaExtras {
	return octaExtras{qr: q.yes("qrcode"), format: pdf.PNG, scale: highQuality, pdf: q.yes("pdf")}
}

func (q *octaQuery) yes(name string) bool { return q.choice(name, "no", "yes") == "yes" }
