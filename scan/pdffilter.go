package scan

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"fmt"
	"image"
	"image/jpeg"
	"io"

	"golang.org/x/image/ccitt"
	"golang.org/x/image/tiff/lzw"
)

// decoded returns what a stream holds. The last filter of some pictures stays on and is
// returned; such filters have readers of their own. It returns ErrTooBig beyond the
// bounds; of a broken stream it returns what could be read.
//
// Source: ISO 32000-1:2008, section 7.4.
func (f *pdfFile) decoded(s *stream) (data []byte, rest name, err error) {
	filters, params := f.filters(s.dict)
	data = s.raw
	for i, filter := range filters {
		switch filter {
		case "FlateDecode", "Fl":
			data, err = f.inflated(data)
		case "LZWDecode", "LZW":
			data, err = f.bounded(lzw.NewReader(bytes.NewReader(data), lzw.MSB, 8))
		case "ASCII85Decode", "A85":
			data, err = f.bounded(ascii85.NewDecoder(bytes.NewReader(plain85(data))))
		case "ASCIIHexDecode", "AHx":
			l := lexer{data: append([]byte("<"), data...)}
			data = []byte(l.hex())
		case "RunLengthDecode", "RL":
			data, err = f.runs(data)
		case "Crypt":
		default:
			return data, filter, nil
		}
		if err != nil {
			return nil, "", err
		}
		if data, err = f.unpredicted(data, f.dict(params[i])); err != nil {
			return nil, "", err
		}
	}
	return data, "", nil
}

// filters returns the filters of a stream and their parameters.
func (f *pdfFile) filters(d dict) (filters []name, params []any) {
	filter, param := f.resolve(either(d, "Filter", "F")), f.resolve(either(d, "DecodeParms", "DP"))
	switch v := filter.(type) {
	case name:
		return []name{v}, []any{param}
	case array:
		list, _ := param.(array)
		for i := range v {
			filters = append(filters, f.name(v[i]))
			if i < len(list) {
				params = append(params, list[i])
			} else {
				params = append(params, nil)
			}
		}
	}
	return filters, params
}

// either is a member by its name or, in a page's contents, by its short one.
func either(d dict, long, short name) any {
	if v, ok := d[long]; ok {
		return v
	}
	return d[short]
}

// bounded reads all, as far as the bounds of the file allow.
func (f *pdfFile) bounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(mostUnpacked-f.unpacked)+1))
	if f.unpacked += len(data); f.unpacked > mostUnpacked {
		return nil, fmt.Errorf("%w: the file unpacks to more than %d bytes", ErrTooBig, mostUnpacked)
	}
	if err != nil {
		return data, nil // broken at its end: take what is there
	}
	return data, nil
}

func (f *pdfFile) inflated(data []byte) ([]byte, error) {
	r, err := zlib.NewReader(bytes.NewReader(bytes.TrimLeft(data, "\r\n")))
	if err != nil {
		return nil, nil
	}
	return f.bounded(r)
}

// plain85 takes the marks around base 85 away.
func plain85(data []byte) []byte {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("<~"))
	data, _, _ = bytes.Cut(data, []byte("~"))
	return data
}

func (f *pdfFile) runs(data []byte) ([]byte, error) {
	var b []byte
	for i := 0; i < len(data); {
		n := int(data[i])
		i++
		switch {
		case n < 128:
			stop := min(i+n+1, len(data))
			b = append(b, data[i:stop]...)
			i = stop
		case n > 128 && i < len(data):
			b = append(b, bytes.Repeat(data[i:i+1], 257-n)...)
			i++
		default:
			i = len(data)
		}
		if f.unpacked+len(b) > mostUnpacked {
			return nil, ErrTooBig
		}
	}
	f.unpacked += len(b)
	return b, nil
}

// unpredicted takes the differences between lines and pixels back.
//
// Source: ISO 32000-1:2008, section 7.4.4.4; PNG, section 9.
func (f *pdfFile) unpredicted(data []byte, d dict) ([]byte, error) {
	predictor := int(f.number(d["Predictor"], 1))
	if predictor < 2 {
		return data, nil
	}
	columns, colours, depth := f.number(d["Columns"], 1), f.number(d["Colors"], 1), f.number(d["BitsPerComponent"], 8)
	if columns < 1 || columns > 1<<20 || colours < 1 || colours > 32 || depth < 1 || depth > 16 {
		return nil, fmt.Errorf("%w: predictor", ErrKind)
	}
	pixel := max(1, int(colours*depth)/8)
	line := (int(columns*colours*depth) + 7) / 8
	if predictor == 2 {
		if depth == 8 {
			for at := 0; at+line <= len(data); at += line {
				for i := pixel; i < line; i++ {
					data[at+i] += data[at+i-pixel]
				}
			}
		}
		return data, nil
	}
	out := make([]byte, 0, len(data))
	above := make([]byte, line)
	for len(data) > 1 {
		kind := data[0]
		row := data[1:min(len(data), line+1)]
		data = data[1+len(row):]
		unfilter(kind, row, above, pixel)
		out = append(out, row...)
		above = row
	}
	return out, nil
}

// unfilter takes PNG's filter off a line.
func unfilter(kind byte, row, above []byte, pixel int) {
	for i := range row {
		left, corner, up := 0, 0, int(above[i])
		if i >= pixel {
			left, corner = int(row[i-pixel]), int(above[i-pixel])
		}
		switch kind {
		case 1:
			row[i] += byte(left)
		case 2:
			row[i] += byte(up)
		case 3:
			row[i] += byte((left + up) / 2)
		case 4:
			row[i] += byte(paeth(left, up, corner))
		}
	}
}

func paeth(left, up, corner int) int {
	distance := func(a int) int { return max(left+up-corner-a, a-left-up+corner) }
	switch {
	case distance(left) <= distance(up) && distance(left) <= distance(corner):
		return left
	case distance(up) <= distance(corner):
		return up
	}
	return corner
}

// fax reads a black-and-white picture as faxes send them.
func (f *pdfFile) fax(data []byte, d dict, h int) ([]byte, error) {
	mode := ccitt.Group3
	if f.number(d["K"], 0) < 0 {
		mode = ccitt.Group4
	}
	black, _ := f.resolve(d["BlackIs1"]).(bool)
	align, _ := f.resolve(d["EncodedByteAlign"]).(bool)
	w := int(f.number(d["Columns"], 1728))
	return f.bounded(ccitt.NewReader(bytes.NewReader(data), ccitt.MSB, mode, w, h, &ccitt.Options{Invert: !black, Align: align}))
}

// photo reads a JPEG within the bounds.
func photo(data []byte) (image.Image, error) {
	head, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKind, err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > MaxPixels/head.Height {
		return nil, fmt.Errorf("%w: %d × %d pixels", ErrTooBig, head.Width, head.Height)
	}
	return jpeg.Decode(bytes.NewReader(data))
}
