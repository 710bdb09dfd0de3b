package nic

import (
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// One table (inv01_schema.go) says of each member of INV-01 how it is spelt, what
// the form calls it and where it lives in gst.Invoice. The codecs below read and
// write by it, so that both directions cannot drift apart.

// codec reads and writes one member of a T.
type codec[T any] interface {
	// read reads a value that is neither null nor "" into the T and appends its
	// canonical form to d.body; what is faulty is noted and appends nothing.
	read(d *decoder, raw []byte, into *T)
	// write appends the value, or nothing when there is none.
	write(b []byte, from *T) []byte
	// visit calls f for the values below, path and field being those of this one.
	visit(path, field string, f func(entry))
}

// entry describes one value of the table.
type entry struct {
	path, field string // "ItemList[].Qty", "lines[].qty"
	limits      *limits
}

// member is one named member of an object.
type member[T any] struct {
	name  string // as INV-01 spells it
	field string // as the form names it in its block; a leading slash means: not in its block
	codec[T]
}

// object is a codec for an object whose members all live in one T.
type object[T any] struct {
	members []member[T]
	index   map[string]int // by exact and by lower-case name
}

// maxMembers is how many members the largest object, a consignment, may have here.
const maxMembers = 44

func newObject[T any](members ...member[T]) *object[T] {
	o := &object[T]{members: members, index: make(map[string]int, 2*len(members))}
	for i, m := range members {
		o.index[m.name] = i
		o.index[strings.ToLower(m.name)] = i
	}
	for i, m := range members { // blocks are known by a singular name too: ValDtl
		if one, ok := strings.CutSuffix(strings.ToLower(m.name), "dtls"); ok {
			o.index[one+"dtl"] = i
		}
	}
	return o
}

// alias lets a member be read under another spelling too.
func (o *object[T]) alias(other, name string) *object[T] {
	o.index[strings.ToLower(other)] = o.index[name]
	return o
}

func (o *object[T]) find(key []byte) (int, bool) {
	if i, ok := o.index[string(key[1:len(key)-1])]; ok {
		return i, true
	}
	i, ok := o.index[lowerKey(key)]
	return i, ok
}

func (o *object[T]) read(d *decoder, raw []byte, into *T) {
	if raw[0] != '{' {
		d.fault("inv01.block", raw)
		return
	}
	var values [maxMembers][]byte
	var twice [maxMembers]bool
	var strange []string // names that are not ours
	for key, value := range members(raw) {
		i, ok := o.find(key)
		switch {
		case !ok:
			strange = append(strange, unquote(key))
			d.stranger(key, value)
		case values[i] == nil:
			values[i] = value
		default:
			twice[i] = twice[i] || !isEmpty(values[i]) && !isEmpty(value) || !o.spelt(raw, i)
			if !isEmpty(value) {
				values[i] = value
			}
		}
	}
	d.strangersTwice(strange)
	start := len(d.body)
	d.body = append(d.body, '{')
	for i := range o.members {
		m := &o.members[i]
		d.enter(m.name, m.field)
		if twice[i] {
			d.fault("inv01.twice", values[i])
		}
		_, fixed := m.codec.(constant[T])
		must, asked := m.codec.(mandatory[T])
		switch {
		case fixed || !isEmpty(values[i]):
			before, faults := len(d.body), len(d.faults)
			m.readInto(d, values[i], before > start+1, into)
			if asked && len(d.body) == before && len(d.faults) == faults {
				d.trail[len(d.trail)-1].index = -1
				d.fault("required", values[i]) // a list of nothing
			}
		case asked && !m.madeUp(d, must, len(d.body) > start+1, into):
			d.fault("required", values[i])
		}
		d.leave()
	}
	d.body = closeObject(d.body, start)
}

// spelt reports whether all members that are read as member i are spelt differently, as ValDtl
// and ValDtls are: of those one may be empty. One name that stands twice is a mistake.
func (o *object[T]) spelt(raw []byte, i int) bool {
	seen := make(map[string]bool)
	for key := range members(raw) {
		if at, ok := o.find(key); ok && at == i {
			name := lowerKey(key)
			if seen[name] {
				return false
			}
			seen[name] = true
		}
	}
	return true
}

// madeUp works out a mandatory member that was not sent, where the rest of the document tells it,
// and appends it behind its name.
func (m *member[T]) madeUp(d *decoder, must mandatory[T], more bool, into *T) bool {
	if must.makeUp == nil || !must.makeUp(into) {
		return false
	}
	d.body = m.write(appendKey(d.body, m.name, more), into)
	return true
}

// readInto reads the member's value and appends it behind its name, or nothing when
// nothing came of it; more says that members stand before it.
func (m *member[T]) readInto(d *decoder, raw []byte, more bool, into *T) {
	mark := len(d.body)
	d.body = appendKey(d.body, m.name, more)
	before := len(d.body)
	m.read(d, raw, into)
	if len(d.body) == before {
		d.body = d.body[:mark]
	}
}

func (o *object[T]) write(b []byte, from *T) []byte {
	start := len(b)
	b = append(b, '{')
	for i := range o.members {
		mark := len(b)
		b = appendKey(b, o.members[i].name, mark > start+1)
		before := len(b)
		if b = o.members[i].write(b, from); len(b) == before {
			b = b[:mark]
		}
	}
	return closeObject(b, start)
}

func (o *object[T]) visit(path, field string, f func(entry)) {
	if path != "" {
		f(entry{path: path, field: field})
	}
	for _, m := range o.members {
		m.visit(strings.TrimPrefix(path+"."+m.name, "."), joinField(field, m.field), f)
	}
}

func appendKey(b []byte, name string, more bool) []byte {
	if more {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// closeObject ends the object begun at start, or takes it back when it is empty.
func closeObject(b []byte, start int) []byte {
	if len(b) == start+1 {
		return b[:start]
	}
	return append(b, '}')
}

func isEmpty(raw []byte) bool {
	return len(raw) == 0 || string(raw) == "null" || string(raw) == `""`
}

// within lets the member of a B be a member of the T that holds the B.
type within[T, B any] struct {
	codec[B]
	at func(*T) *B
}

func (w within[T, B]) read(d *decoder, raw []byte, into *T) { w.codec.read(d, raw, w.at(into)) }
func (w within[T, B]) write(b []byte, from *T) []byte       { return w.codec.write(b, w.at(from)) }
func lift[T, B any](m member[B], at func(*T) *B) member[T] {
	return member[T]{m.name, m.field, within[T, B]{m.codec, at}}
}
func block[T any](name, field string, o *object[T]) member[T] { return member[T]{name, field, o} }

// maybe is a block that a document may lack. It is nil when nothing is in it.
type maybe[T any, B comparable] struct {
	*object[B]
	at func(*T) **B
	// asks is for a block whose mere presence says something, however empty its
	// values (EwbDtls).
	asks bool
}

func (m maybe[T, B]) read(d *decoder, raw []byte, into *T) {
	var b, zero B
	start := len(d.body)
	m.object.read(d, raw, &b)
	if b != zero || (m.asks && len(d.body) > start) {
		*m.at(into) = &b
	}
}

func (m maybe[T, B]) write(b []byte, from *T) []byte {
	if p := *m.at(from); p != nil {
		return m.object.write(b, p)
	}
	return b
}

// mostElements is how many elements of a list are read. No document has as many; a file that
// was made to have a million must not take up the memory for them.
const mostElements = 10_000

// list is a list of blocks. An element with nothing in it is left out, unless the
// list is the document's lines.
type list[T, E any] struct {
	*object[E]
	at    func(*T) *[]E
	lines bool
}

func (l list[T, E]) read(d *decoder, raw []byte, into *T) {
	if raw[0] != '[' {
		d.fault("inv01.list", raw)
		return
	}
	start, index := len(d.body), 0
	d.body = append(d.body, '[')
	for value := range elements(raw) {
		if index == mostElements {
			d.trail[len(d.trail)-1].index = -1
			d.fault(tooMany, nil, strconv.Itoa(mostElements))
			break
		}
		d.trail[len(d.trail)-1].index = index
		index++
		if isEmpty(value) {
			continue
		}
		l.readElement(d, value, len(d.body) > start+1, l.at(into))
	}
	d.body = closeList(d.body, start)
}

func (l list[T, E]) readElement(d *decoder, raw []byte, more bool, into *[]E) {
	mark, faults := len(d.body), len(d.faults)
	if more {
		d.body = append(d.body, ',')
	}
	var e E
	before := len(d.body)
	l.object.read(d, raw, &e)
	if len(d.body) == before {
		if raw[0] != '{' || (!l.lines && len(d.faults) == faults) {
			d.body = d.body[:mark]
			return
		}
		d.body = append(d.body, "{}"...) // keeps the places of the elements after it
	}
	*into = append(*into, e)
}

func (l list[T, E]) write(b []byte, from *T) []byte {
	start := len(b)
	b = append(b, '[')
	for i := range *l.at(from) {
		mark := len(b)
		if mark > start+1 {
			b = append(b, ',')
		}
		before := len(b)
		if b = l.object.write(b, &(*l.at(from))[i]); len(b) == before {
			b = b[:mark]
		}
	}
	return closeList(b, start)
}

func (l list[T, E]) visit(path, field string, f func(entry)) {
	f(entry{path: path, field: field})
	l.object.visit(path+"[]", field+"[]", f)
}

func closeList(b []byte, start int) []byte {
	if len(b) == start+1 {
		return b[:start]
	}
	return append(b, ']')
}

// decoder collects what reading yields beside the document.
type decoder struct {
	code   string // NIC's, of every breach; empty: it has none
	body   []byte // the canonical document
	faults gst.Faults
	trail  []step // where we are
}

type step struct {
	name, field string
	index       int // in a list, else -1
}

func (d *decoder) enter(name, field string) { d.trail = append(d.trail, step{name, field, -1}) }
func (d *decoder) leave()                   { d.trail = d.trail[:len(d.trail)-1] }

// mostFaults is how many faults are told of one document: enough to mend a long one, and no
// more than can be handled of one that was made to have a million.
const mostFaults = 1000

// tooMany is the rule that a list has too many elements. It is told once whatever was told
// before.
const tooMany = "inv01.many"

// fault notes that the value here breaks the schema. NIC has one code for all such
// breaches. The arguments are the member's path, the value as sent, and args.
func (d *decoder) fault(rule string, raw []byte, args ...string) {
	if n := len(d.faults); n > mostFaults || n == mostFaults && rule != tooMany {
		return
	}
	var path, field string
	for _, s := range d.trail {
		path, field = path+"."+s.name, joinField(field, s.field)
		if s.index >= 0 {
			n := fmt.Sprintf("[%d]", s.index)
			path, field = path+n, field+n
		}
	}
	d.faults = append(d.faults, gst.Fault{
		Rule: rule, Code: d.code, Field: field,
		Args: append([]string{strings.TrimPrefix(path, "."), clip(raw)}, args...),
	})
}

// joinField names a member's field in its block's.
func joinField(block, field string) string {
	if rest, absolute := strings.CutPrefix(field, "/"); absolute {
		return rest
	}
	if block == "" || field == "" {
		return block + field
	}
	return block + "." + field
}

// clip returns a value for a message, without quotes and not too long.
func clip(raw []byte) string {
	const longest = 40
	s := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		s = unquote(raw)
	}
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return s
}
