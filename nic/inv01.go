package nic

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"mohar/gst"
)

// MaxDocument is the largest INV-01 file that is read, in bytes: the portal's own
// limit on a payload.
const MaxDocument = 2 << 20

// ErrTooLarge says that a file is larger than MaxDocument.
var ErrTooLarge = errors.New("file is larger than 2 MB")

// codeSchema is NIC's code for all breaches of INV-01's schema.
// Source: NIC's list of e-invoice API error codes, 5002.
const codeSchema = "5002"

// Encode returns the document as canonical INV-01 JSON: members in the order of the
// schema, nothing empty, amounts as numbers printed from whole paise. Numbers that
// the schema demands are written though zero; the e-way bill block only when one is
// asked for. Facts that INV-01 has no member for are left out.
//
// It writes drafts and documents that the portal never sees, too, so a good result
// is not yet a valid document; that is for gst.Validate. It fails only on text that
// is not UTF-8.
func Encode(inv *gst.Invoice) ([]byte, error) {
	b := inv01.write(make([]byte, 0, 1024+512*len(inv.Lines)), inv)
	if !utf8.Valid(b) {
		return nil, errors.New("encode INV-01: text is not UTF-8")
	}
	return b, nil
}

// Decode reads an INV-01 document as other programs write it: keys in any case and
// order, blocks by a singular name too (ValDtl), PrecDocDtls and ContrDtls at the top as
// well as in RefDtls, unknown members ignored, null and "" for absent ones, numbers as
// text and text as numbers. Without ValDtls the lines are totalled. It returns the
// document and its canonical body: the schema's spelling and order, figures as sent
// (100.0 stays 100.0), state codes in two digits, Version as it must be today.
//
// The error is ErrTooLarge, a *SyntaxError, also for brackets that go too deep, or
// gst.Invalid with every member that has the wrong type, too many decimals, a number out
// of range, a date that does not exist or half a letter in its text, every name that
// stands twice in one object (which one counts would be chance), and a Version that is
// missing or not known; of a file with very many, the first thousand. In the last case
// the document is returned as far as it was read. Other rules, text patterns and lengths
// among them, are for gst.Validate.
func Decode(data []byte) (*gst.Invoice, []byte, error) {
	if len(data) > MaxDocument {
		return nil, nil, ErrTooLarge
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // the mark that Windows programs put in front
	if err := checkSyntax(data); err != nil {
		return nil, nil, err
	}
	d := &decoder{code: codeSchema, body: make([]byte, 0, len(data))}
	inv := &gst.Invoice{Brought: true}
	inv01.read(d, bringHome(bytes.TrimSpace(data)), inv)
	inv.Company = gst.GSTIN(inv.Seller.GSTIN)
	return inv, d.body, d.faults.Err()
}

// strays are lists that some programs write at the top of a document, with their names in
// RefDtls, where they belong.
var strays = map[string]string{
	"precdocdtls": "PrecDocDtls", "precdocdtl": "PrecDocDtls", "contrdtls": "ContrDtls", "contrdtl": "ContrDtls",
}

// bringHome moves the lists that stray at the top of a document into RefDtls, each unless
// RefDtls has its own. What stands twice is moved twice, so that it is found at its new
// place.
func bringHome(document []byte) []byte {
	var moved [][]byte
	var names []string
	var refs []byte
	for key, value := range members(document) {
		switch name := lowerKey(key); {
		case strays[name] != "":
			moved = append(moved, pair([]byte(`"`+strays[name]+`"`), value))
			names = append(names, strays[name])
		case name == "refdtls" || name == "refdtl":
			if refs == nil || !isEmpty(value) {
				refs = value
			}
		}
	}
	if len(moved) == 0 || (!isEmpty(refs) && refs[0] != '{') {
		return document
	}
	if isEmpty(refs) {
		return withReferences(document, refs, braced(moved))
	}
	own := make(map[string]bool)
	var stay [][]byte
	for key, value := range members(refs) {
		name := strays[lowerKey(key)]
		if name == "" || !isEmpty(value) {
			stay = append(stay, pair(key, value))
			own[name] = true
		}
	}
	var home [][]byte
	for i, name := range names {
		if !own[name] {
			home = append(home, moved[i])
		}
	}
	return withReferences(document, refs, braced(append(home, stay...)))
}

// withReferences puts other references in the place of a document's, or behind it when
// it has none, and leaves out the strays.
func withReferences(document, old, references []byte) []byte {
	var all [][]byte
	for key, value := range members(document) {
		if strays[lowerKey(key)] == "" && (old == nil || &value[0] != &old[0]) {
			all = append(all, pair(key, value))
		}
	}
	return braced(append(all, pair([]byte(`"RefDtls"`), references)))
}

func lowerKey(key []byte) string { return strings.ToLower(unquote(key)) }

// pair joins the key, in quotes, and the value of a member.
func pair(key, value []byte) []byte { return bytes.Join([][]byte{key, value}, []byte(":")) }

// braced makes an object of members.
func braced(members [][]byte) []byte {
	return bytes.Join([][]byte{{'{'}, bytes.Join(members, []byte(",")), {'}'}}, nil)
}

// names are the paths and form fields of the table, indexes left out.
type names struct{ fields, paths map[string]string }

var tableNames = sync.OnceValue(func() names {
	n := names{make(map[string]string), make(map[string]string)}
	inv01.visit("", "", func(e entry) {
		n.fields[e.path] = e.field
		if _, taken := n.paths[e.field]; !taken && e.field != "" {
			n.paths[e.field] = e.path
		}
	})
	return n
})

// FieldOf returns the form's name of a member of INV-01: "buyer.pin" for
// "BuyerDtls.Pin", "lines[0].qty" for "ItemList[0].Qty"; "" for one it has not.
func FieldOf(path string) string { return translate(tableNames().fields, path) }

// PathOf returns INV-01's name of a form field, the reverse of FieldOf.
func PathOf(field string) string { return translate(tableNames().paths, field) }

var indexes = regexp.MustCompile(`\[\d*\]`)

// translate looks a name up with empty brackets and puts its indexes back.
func translate(table map[string]string, name string) string {
	found := indexes.FindAllString(name, -1)
	return indexes.ReplaceAllStringFunc(table[indexes.ReplaceAllString(name, "[]")], func(string) string {
		first := found[0]
		found = found[1:]
		return first
	})
}
