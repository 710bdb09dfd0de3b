package sheet

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// Limits of one master of a Tally file: what is deeper or beyond is left out.
const (
	maxNodes = 20_000
	maxDepth = 64
)

// node is an element of a master: its text and the elements in it.
type node struct {
	tag  string
	text []byte
	name string // the attribute NAME
	kids []*node
}

// kid returns the first element of that tag within n; nil when there is none or n is nil.
func (n *node) kid(tag string) *node {
	if n != nil {
		for _, k := range n.kids {
			if k.tag == tag {
				return k
			}
		}
	}
	return nil
}

// all returns the elements of that tag within n.
func (n *node) all(tag string) []*node {
	var found []*node
	if n != nil {
		for _, k := range n.kids {
			if k.tag == tag {
				found = append(found, k)
			}
		}
	}
	return found
}

// get returns the text of the first element of that tag within n; "" without one.
func (n *node) get(tag string) string {
	if k := n.kid(tag); k != nil {
		return tidy(string(k.text))
	}
	return ""
}

// lines returns the texts of the elements of that tag within n, a line each.
func (n *node) lines(tag string) string {
	var texts []string
	for _, k := range n.all(tag) {
		if text := tidy(string(k.text)); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n")
}

// latest returns the entry of a dated list that began last. Tally keeps the history of
// addresses, registrations and rates, each from APPLICABLEFROM (yyyymmdd).
func (n *node) latest(tag string) *node {
	var last *node
	for _, k := range n.all(tag) {
		if len(k.kids) > 0 && (last == nil || k.get("APPLICABLEFROM") >= last.get("APPLICABLEFROM")) {
			last = k
		}
	}
	return last
}

// named returns the name of a master: the attribute, else the element, else the first
// name of its language list.
func (n *node) named() string {
	if n.name != "" {
		return n.name
	}
	if name := n.get("NAME"); name != "" {
		return name
	}
	return n.kid("LANGUAGENAME.LIST").kid("NAME.LIST").get("NAME")
}

// readMasters calls f for each master of a Tally file, as the decoder comes to it.
// Vouchers are passed over.
func readMasters(data []byte, f func(*node) error) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false                                                                   // exports have stray ampersands
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			line, _ := d.InputPos()
			return refuse(gst.Fault{Rule: "sheet.xml", Args: []string{strconv.Itoa(line)}})
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch start.Name.Local {
		case "VOUCHER":
			err = d.Skip()
		case "LEDGER", "STOCKITEM", "UNIT", "GROUP":
			var n *node
			if n, err = readNode(d, start); err == nil && n.named() != "" {
				if err = f(n); err != nil {
					return err
				}
			}
		}
		if err != nil {
			line, _ := d.InputPos()
			return refuse(gst.Fault{Rule: "sheet.xml", Args: []string{strconv.Itoa(line)}})
		}
	}
}

// readNode reads an element with all that is in it, up to the limits.
func readNode(d *xml.Decoder, start xml.StartElement) (*node, error) {
	root := newNode(start)
	path, count := []*node{root}, 0
	for len(path) > 0 {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		here := path[len(path)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if count++; count > maxNodes || len(path) >= maxDepth {
				if err := d.Skip(); err != nil {
					return nil, err
				}
				continue
			}
			k := newNode(t)
			here.kids = append(here.kids, k)
			path = append(path, k)
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(here.text)+len(t) <= 4*MaxCell {
				here.text = append(here.text, t...)
			}
		}
	}
	return root, nil
}

// newNode begins a node.
func newNode(start xml.StartElement) *node {
	n := &node{tag: start.Name.Local}
	for _, a := range start.Attr {
		if a.Name.Local == "NAME" {
			n.name = tidy(a.Value)
		}
	}
	return n
}

// cleanXML leaves out what XML forbids and Tally writes all the same: references such as
// &#4;, which begins Tally's own words ("&#4; Not Applicable"), bare control characters,
// and bytes that are no UTF-8. It works in place.
//
// Source: XML 1.0, production 2 (Char).
func cleanXML(data []byte) []byte {
	out := data[:0]
	for i := 0; i < len(data); {
		c := data[i]
		switch {
		case c == '&' && i+2 < len(data) && data[i+1] == '#':
			if n, r, ok := reference(data[i:]); ok && !allowed(r) {
				i += n
				continue
			}
			out, i = append(out, c), i+1
		case c < utf8.RuneSelf:
			if allowed(rune(c)) {
				out = append(out, c)
			}
			i++
		default:
			r, n := utf8.DecodeRune(data[i:])
			if r != utf8.RuneError && allowed(r) {
				out = append(out, data[i:i+n]...)
			}
			i += n
		}
	}
	return out
}

// reference reads a numeric reference at the beginning of data: its length and its
// character.
func reference(data []byte) (n int, r rune, ok bool) {
	end := bytes.IndexByte(data[:min(len(data), 12)], ';')
	if end < 3 {
		return 0, 0, false
	}
	digits, base := string(data[2:end]), 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseInt(digits, base, 32)
	return end + 1, rune(v), err == nil
}

// allowed reports whether a character may stand in XML.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD ||
		r >= 0x10000 && r <= 0x10FFFF
}
