package sandbox

import (
	"context"
	_ "embed" // the words of the codes
	"slices"
	"strings"

	"mohar/gst/master"
)

// ewbTexts are the codes of the e-way bill system with the portal's words, one a line.
// Refusals come without them.
//
// Source: the published lists of e-way bill error codes.
//
//go:embed ewb_texts.txt
var ewbTexts string

// ewbHSN looks up the words of an HSN code. 327, 337.
func (s *Sandbox) ewbHSN(_ context.Context, c *call) (answer, error) {
	hsn := asksFor(c.r, "hsncode")
	c.about = hsn
	if hsn == "" || strings.Trim(hsn, "0123456789") != "" {
		return answer{}, refuse("327")
	}
	if !master.HSNKnown(hsn) || slices.Contains(gaps, hsn) {
		return answer{}, refuse("337")
	}
	words := "Goods of heading " + hsn[:4]
	for _, e := range master.HSNEntries() {
		if e.Code == hsn {
			words = e.Description
		}
	}
	return answer{data: struct {
		Code  string `json:"hsnCode"`
		Words string `json:"hsnDesc"`
	}{hsn, words}}, nil
}

// ewbErrorRow is a code and its words.
type ewbErrorRow struct {
	Code  string `json:"errorCode"`
	Words string `json:"errorDesc"`
}

// ewbErrorList tells the words of every code.
func (s *Sandbox) ewbErrorList(context.Context, *call) (answer, error) {
	var rows []ewbErrorRow
	for _, line := range strings.Split(strings.TrimSpace(ewbTexts), "\n") {
		code, words, _ := strings.Cut(line, " ")
		rows = append(rows, ewbErrorRow{code, words})
	}
	return answer{data: rows}, nil
}

// ewbText returns the words of a code, "" for one that the list does not have.
func ewbText(code string) string {
	for _, line := range strings.Split(ewbTexts, "\n") {
		if of, words, _ := strings.Cut(line, " "); of == code {
			return words
		}
	}
	return ""
}
