package scan

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// mostUnpacked bounds what all streams of a file may unpack to together.
const mostUnpacked = 160 << 20

// pdfFile is a PDF whose objects are found by going through the file, not by its tables:
// these are wrong in many files that other readers mend silently, and lie in hostile ones.
//
// Source: ISO 32000-1:2008, section 7.5.
type pdfFile struct {
	data     []byte
	offsets  map[int]int // where an object's content begins; the last one counts
	packed   map[int]any // objects out of object streams
	read     map[int]any // objects read so far
	trailer  dict
	cipher   *cipher // nil: not encrypted
	unpacked int     // bytes so far
}

var objectHead = regexp.MustCompile(`(?:^|[\s>\0])(\d{1,8})[ \t\r\n\0]+\d{1,5}[ \t\r\n\0]+obj`)

// openPDF finds the objects of a file.
func openPDF(data []byte) (*pdfFile, error) {
	f := &pdfFile{data: data, offsets: map[int]int{}, packed: map[int]any{}, read: map[int]any{}, trailer: dict{}}
	var order []int
	for _, m := range objectHead.FindAllSubmatchIndex(data, -1) {
		n, err := strconv.Atoi(string(data[m[2]:m[3]]))
		if err != nil {
			continue
		}
		f.offsets[n] = m[1]
		order = append(order, n)
	}
	if len(order) == 0 {
		return nil, fmt.Errorf("%w: no objects in it", ErrKind)
	}
	for at := 0; ; { // the trailers of older files
		i := bytes.Index(data[at:], []byte("trailer"))
		if i < 0 {
			break
		}
		at += i + len("trailer")
		l := lexer{data: data, at: at}
		if d, ok := l.next().(dict); ok {
			f.learn(d)
		}
	}
	for _, n := range order {
		if s, ok := f.object(n).(*stream); ok && s.dict["Type"] == name("XRef") {
			f.learn(s.dict)
		}
	}
	if err := f.unlock(); err != nil {
		return nil, err
	}
	for _, n := range order {
		if s, ok := f.object(n).(*stream); ok && s.dict["Type"] == name("ObjStm") {
			if err := f.unpack(s); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// learn takes the members of a trailer over; later ones count.
func (f *pdfFile) learn(d dict) {
	for _, key := range []name{"Root", "Encrypt", "ID"} {
		if v, ok := d[key]; ok {
			f.trailer[key] = v
		}
	}
}

// object returns an object by its number, nil when there is none.
func (f *pdfFile) object(number int) any {
	if v, ok := f.read[number]; ok {
		return v
	}
	at, ok := f.offsets[number]
	if !ok {
		return f.packed[number]
	}
	f.read[number] = nil // one that refers to itself
	l := lexer{data: f.data, at: at}
	v := l.next()
	if d, ok := v.(dict); ok {
		v = f.withStream(d, &l, number)
	}
	if _, over := v.(end); over {
		v = nil
	}
	if f.cipher != nil {
		v = f.cipher.opened(v, number)
	}
	f.read[number] = v
	return v
}

// withStream is a dictionary with the stream behind it, if there is one.
func (f *pdfFile) withStream(d dict, l *lexer, number int) any {
	l.skipSpace()
	rest := f.data[min(l.at, len(f.data)):]
	if !bytes.HasPrefix(rest, []byte("stream")) {
		return d
	}
	rest = rest[len("stream"):]
	rest = bytes.TrimPrefix(rest, []byte("\r"))
	rest = bytes.TrimPrefix(rest, []byte("\n"))
	if n, ok := f.resolve(d["Length"]).(float64); ok && n >= 0 && int(n) <= len(rest) {
		if bytes.HasPrefix(bytes.TrimLeft(rest[int(n):min(len(rest), int(n)+20)], "\r\n \t"), []byte("endstream")) {
			return &stream{d, rest[:int(n)], number}
		}
	}
	before, _, _ := bytes.Cut(rest, []byte("endstream"))
	return &stream{d, bytes.TrimSuffix(bytes.TrimSuffix(before, []byte("\n")), []byte("\r")), number}
}

// resolve follows references.
func (f *pdfFile) resolve(v any) any {
	for range 10 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.object(r.number)
	}
	return nil
}

// unpack reads the objects of an object stream.
//
// Source: ISO 32000-1:2008, section 7.5.7.
func (f *pdfFile) unpack(s *stream) error {
	data, _, err := f.decoded(s)
	if err != nil {
		return err
	}
	n, _ := f.resolve(s.dict["N"]).(float64)
	first, _ := f.resolve(s.dict["First"]).(float64)
	head := lexer{data: data}
	for range int(min(max(n, 0), 100_000)) {
		number, ok := head.next().(float64)
		at, ok2 := head.next().(float64)
		if !ok || !ok2 {
			break
		}
		start := int(first) + int(at)
		if start < 0 || start >= len(data) {
			continue
		}
		l := lexer{data: data, at: start}
		if v := l.next(); v != (end{}) {
			f.packed[int(number)] = v
		}
	}
	return nil
}

// dict returns a dictionary, also of a stream; an empty one for anything else.
func (f *pdfFile) dict(v any) dict {
	switch v := f.resolve(v).(type) {
	case dict:
		return v
	case *stream:
		return v.dict
	}
	return dict{}
}

func (f *pdfFile) array(v any) array {
	a, _ := f.resolve(v).(array)
	return a
}

func (f *pdfFile) number(v any, or float64) float64 {
	if n, ok := f.resolve(v).(float64); ok {
		return n
	}
	return or
}

func (f *pdfFile) name(v any) name {
	n, _ := f.resolve(v).(name)
	return n
}

// numbers returns an array of exactly n numbers, nil for anything else.
func (f *pdfFile) numbers(v any, n int) []float64 {
	a := f.array(v)
	if len(a) != n {
		return nil
	}
	list := make([]float64, n)
	for i := range a {
		list[i] = f.number(a[i], 0)
	}
	return list
}

// page is a page with what it inherits.
type page struct {
	dict      dict
	resources dict
	box       []float64 // x, y, x, y in points
}

// pages returns the first pages of a file.
func (f *pdfFile) pages() []page {
	var list []page
	visited := map[ref]bool{}
	var walk func(v any, inherited page)
	walk = func(v any, inherited page) {
		if r, ok := v.(ref); ok {
			if visited[r] {
				return
			}
			visited[r] = true
		}
		d := f.dict(v)
		if r, ok := d["Resources"]; ok {
			inherited.resources = f.dict(r)
		}
		if b := f.numbers(d["MediaBox"], 4); b != nil {
			inherited.box = b
		}
		inherited.dict = d
		if kids := f.array(d["Kids"]); kids != nil {
			for _, kid := range kids {
				if len(list) < MaxPages {
					walk(kid, inherited)
				}
			}
			return
		}
		if len(list) < MaxPages && d["Contents"] != nil {
			list = append(list, inherited)
		}
	}
	start := page{resources: dict{}, box: []float64{0, 0, 595, 842}}
	walk(f.dict(f.trailer["Root"])["Pages"], start)
	if len(list) > 0 {
		return list
	}
	for n := range f.offsets { // no page tree: take what says that it is a page
		if d, ok := f.object(n).(dict); ok && d["Type"] == name("Page") {
			walk(d, start)
		}
	}
	return list
}
