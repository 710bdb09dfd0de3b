package sheet

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// HSNCode is one line of the government's list: an HSN or service code of 2 to 8 digits
// and its description.
type HSNCode struct{ Code, Description string }

// ReadHSN reads the government's list of HSN and service codes: the workbook of the GST
// portal (sheets HSN_MSTR and SAC_MSTR), the same as CSV, or a JSON array of objects.
// Columns and members are known by their names: one with "hsn", "sac" or "code", one
// with "desc". Codes keep their leading zeros, also where a spreadsheet lost them. A code
// that stands twice is kept once. The result is sorted by code.
//
// A file without any code is refused with a gst.Invalid about the field "file".
func ReadHSN(name string, data []byte) ([]HSNCode, error) {
	list := hsnList{seen: map[string]bool{}}
	if text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")), " \t\r\n"); len(data) <= MaxFile &&
		len(text) > 0 && (text[0] == '[' || text[0] == '{') {
		if err := list.fromJSON(text); err != nil {
			return nil, err
		}
	} else {
		t, err := ReadTable(name, data)
		if err != nil {
			return nil, err
		}
		for _, s := range t.Sheets {
			list.fromSheet(s)
		}
	}
	if len(list.codes) == 0 {
		return nil, refuse(gst.Fault{Rule: "sheet.hsn"})
	}
	slices.SortFunc(list.codes, func(a, b HSNCode) int { return strings.Compare(a.Code, b.Code) })
	return list.codes, nil
}

// hsnList gathers codes.
type hsnList struct {
	codes []HSNCode
	seen  map[string]bool
}

// add takes a code that is one.
func (l *hsnList) add(code, description string) {
	code = hsnDigits(tidy(code))
	if len(code) < 2 || strings.Trim(code, "0") == "" || l.seen[code] {
		return
	}
	description = strings.Join(strings.Fields(tidy(description)), " ")
	if description == "" || len(description) > MaxCell {
		return
	}
	l.seen[code] = true
	l.codes = append(l.codes, HSNCode{Code: code, Description: description})
}

// fromSheet takes the codes below the first row that has headings for both.
func (l *hsnList) fromSheet(s Sheet) {
	for i := range min(len(s.Rows), headingRows) {
		code, description := hsnColumns(s.Rows[i].Cells)
		if code < 0 {
			continue
		}
		for _, r := range s.Rows[i+1:] {
			if code < len(r.Cells) && description < len(r.Cells) {
				l.add(r.Cells[code], r.Cells[description])
			}
		}
		return
	}
}

// hsnColumns finds the columns of code and description; −1 when one is missing.
func hsnColumns(headings []string) (code, description int) {
	code, description = -1, -1
	for i, h := range headings {
		switch isCode, isDescription := hsnNames(h); {
		case isDescription && description < 0:
			description = i
		case isCode && code < 0:
			code = i
		}
	}
	if description < 0 {
		return -1, -1
	}
	return code, description
}

// hsnNames reports whether a heading or member is the code's or the description's:
// "HSN_CD" and "HSN_Description".
func hsnNames(name string) (code, description bool) {
	name = strings.ToLower(name)
	if strings.Contains(name, "desc") {
		return false, true
	}
	return len(name) <= 40 && (strings.Contains(name, "hsn") || strings.Contains(name, "sac") || strings.Contains(name, "code")), false
}

// fromJSON takes the codes of a JSON array of objects, which may stand within objects.
func (l *hsnList) fromJSON(text []byte) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return refuse(gst.Fault{Rule: "sheet.json"})
		}
		if token != json.Delim('[') {
			continue
		}
		for d.More() {
			var entry map[string]any
			if err := d.Decode(&entry); err != nil {
				return refuse(gst.Fault{Rule: "sheet.json"})
			}
			l.fromEntry(entry)
			if len(l.codes) > MaxRows {
				return refuse(gst.Fault{Rule: "sheet.rows", Args: []string{strconv.Itoa(MaxRows)}})
			}
		}
		return nil
	}
}

// fromEntry takes the code of one object. Of several members that may be the code, the
// first by name is taken that holds digits, so that the result does not depend on chance.
func (l *hsnList) fromEntry(entry map[string]any) {
	names := make([]string, 0, len(entry))
	for n := range entry {
		names = append(names, n)
	}
	slices.Sort(names)
	code, description := "", ""
	for _, n := range names {
		text := ""
		switch v := entry[n].(type) {
		case string:
			text = v
		case json.Number:
			text = v.String()
		}
		switch isCode, isDescription := hsnNames(n); {
		case isDescription && description == "":
			description = text
		case isCode && code == "" && hsnDigits(text) != "":
			code = text
		}
	}
	l.add(code, description)
}
