package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// octaBody is the body of a small call: an object whose members are read one by one, numbers as
// texts and texts as numbers, as clients send them. What cannot be read is kept for the end, so
// that all of it is said at once.
type octaBody struct {
	within  string // name of the object in the body, with a point; empty: the body itself
	members map[string]json.RawMessage
	faults  *gst.Faults
}

// openOctaBody reads a body. It returns *desk.FileError for what is no JSON object.
func openOctaBody(data []byte) (*octaBody, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if err := wellFormed(data); err != nil {
		return nil, err
	}
	b := &octaBody{faults: new(gst.Faults)}
	b.read(data)
	return b, nil
}

// read takes the members of an object that is well formed.
func (b *octaBody) read(data []byte) {
	b.members = map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(data))
	_, _ = d.Token() // the brace; it was checked before
	for d.More() {
		key, _ := d.Token()
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return
		}
		name, _ := key.(string)
		if _, twice := b.members[strings.ToLower(name)]; twice {
			b.add("inv01.twice", name, b.within+name)
		}
		b.members[strings.ToLower(name)] = value
	}
}

// add notes what is wrong with a member.
func (b *octaBody) add(rule, name string, args ...string) {
	*b.faults = append(*b.faults, gst.Fault{Rule: rule, Field: b.within + name, Args: args})
}

// text is a member as text, without blanks around it; empty when it is absent or null.
func (b *octaBody) text(name string) string {
	raw := b.members[strings.ToLower(name)]
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return ""
	case raw[0] == '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			b.add("inv01.text", name, b.within+name)
		}
		return strings.TrimSpace(text)
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw)
	}
	b.add("inv01.text", name, b.within+name)
	return ""
}

// needed is text for a member that has to be there.
func (b *octaBody) needed(name string) string {
	known := len(*b.faults)
	text := b.text(name)
	if text == "" && len(*b.faults) == known {
		b.add("required", name)
	}
	return text
}

// oneOf is needed for a member of which only some texts are taken; rule says which.
func (b *octaBody) oneOf(name, rule string, texts ...string) string {
	text := b.needed(name)
	if text != "" && !slices.Contains(texts, text) {
		b.add(rule, name)
	}
	return text
}

// whole is a member as a whole number from 0 to most.
func (b *octaBody) whole(name string, most int) int {
	text := b.text(name)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		b.add("inv01.number", name, b.within+name, text)
	case n < 0 || n > most:
		b.add("inv01.range", name, b.within+name, text, "0", strconv.Itoa(most))
	default:
		return n
	}
	return 0
}

// day is a member as a day, written DD/MM/YYYY; 0 when it is absent.
func (b *octaBody) day(name string) gst.Date {
	text := b.text(name)
	if text == "" {
		return 0
	}
	day, err := gst.ParseDate(text)
	if err != nil {
		b.add("inv01.date", name, b.within+name, text)
	}
	return day
}

// object is a member that is an object; nil when it is absent or null.
func (b *octaBody) object(name string) *octaBody {
	raw := b.members[strings.ToLower(name)]
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if raw[0] != '{' {
		b.add("inv01.block", name, b.within+name)
		return nil
	}
	inner := &octaBody{within: b.within + name + ".", faults: b.faults}
	inner.read(raw)
	return inner
}

// err is what was wrong with the members read so far; nil when nothing was.
func (b *octaBody) err() error { return b.faults.Err() }

// irn is the member Irn, which has to be there.
func (b *octaBody) irn() string {
	irn := strings.ToLower(b.needed("Irn"))
	if irn != "" && !isIRN(irn) {
		b.add("api.irn", "Irn", b.within+"Irn", irn)
	}
	return irn
}
