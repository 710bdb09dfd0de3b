package scan

import (
	"bytes"
	"fmt"
)

// picture is a picture of a page: greys, and for a stencil where it lets colour through.
type picture struct {
	*grey
	stencil bool // 0 paints, 255 leaves what is there
}

// picture reads a picture of a page. Kinds of compression that QR codes do not come in
// (JPEG 2000, JBIG2) are ErrKind.
//
// Source: ISO 32000-1:2008, section 8.9.5.
func (f *pdfFile) picture(s *stream, resources dict) (*picture, error) {
	w, h := int(f.number(either(s.dict, "Width", "W"), 0)), int(f.number(either(s.dict, "Height", "H"), 0))
	if w <= 0 || h <= 0 {
		return nil, ErrKind
	}
	if w > MaxPixels/h {
		return nil, fmt.Errorf("%w: a picture of %d × %d pixels", ErrTooBig, w, h)
	}
	data, rest, err := f.decoded(s)
	if err != nil {
		return nil, err
	}
	stencil, _ := f.resolve(either(s.dict, "ImageMask", "IM")).(bool)
	depth := int(f.number(either(s.dict, "BitsPerComponent", "BPC"), 8))
	space := f.space(either(s.dict, "ColorSpace", "CS"), resources)
	switch rest {
	case "":
	case "CCITTFaxDecode", "CCF":
		_, params := f.filters(s.dict)
		data, err = f.fax(data, f.dict(params[len(params)-1]), h)
		depth = 1
	case "DCTDecode", "DCT":
		return f.photo(data, s)
	default:
		return nil, fmt.Errorf("%w: a picture under %s", ErrKind, rest)
	}
	if err != nil {
		return nil, err
	}
	if stencil {
		depth, space = 1, colours{parts: 1}
	}
	g, err := unpackPixels(data, w, h, depth, space, f.numbers(either(s.dict, "Decode", "D"), 2))
	if err != nil {
		return nil, err
	}
	if stencil {
		return &picture{g, true}, nil
	}
	f.fade(g, s)
	return &picture{g, false}, nil
}

// photo reads a JPEG of a page. One in four inks has them mostly upside down, as Adobe
// writes them, which Go's reader has set right.
func (f *pdfFile) photo(data []byte, s *stream) (*picture, error) {
	p, err := photo(data)
	if err != nil {
		return nil, err
	}
	g := greyOf(p)
	if d := f.numbers(s.dict["Decode"], 2); d != nil && d[0] > d[1] {
		for i := range g.pix {
			g.pix[i] = 255 - g.pix[i]
		}
	}
	f.fade(g, s)
	return &picture{g, false}, nil
}

// fade lays a picture with a mask of its own on white.
func (f *pdfFile) fade(g *grey, s *stream) {
	m, ok := f.resolve(s.dict["SMask"]).(*stream)
	if !ok || m.dict["SMask"] != nil {
		return
	}
	mask, err := f.picture(m, nil)
	if err != nil {
		return // without its mask it can still be looked at
	}
	for y := range g.h {
		for x := range g.w {
			opacity := int(mask.pix[(y*mask.h/g.h)*mask.w+x*mask.w/g.w])
			at := y*g.w + x
			g.pix[at] = uint8((int(g.pix[at])*opacity + 255*(255-opacity)) / 255)
		}
	}
}

// colours is a colour space as far as it makes greys.
type colours struct {
	parts   int     // numbers a pixel
	ink     bool    // more is darker: separations
	palette []uint8 // greys by index; nil: none
}

// space reads a colour space.
//
// Source: ISO 32000-1:2008, section 8.6.
func (f *pdfFile) space(v any, resources dict) colours {
	v = f.resolve(v)
	if n, ok := v.(name); ok {
		switch n {
		case "DeviceRGB", "RGB", "CalRGB":
			return colours{parts: 3}
		case "DeviceCMYK", "CMYK":
			return colours{parts: 4}
		case "DeviceGray", "G", "CalGray", "Pattern":
			return colours{parts: 1}
		}
		named, ok := f.dict(resources["ColorSpace"])[n]
		if !ok {
			return colours{parts: 1}
		}
		if v = f.resolve(named); v == n {
			return colours{parts: 1}
		}
	}
	a, _ := v.(array)
	if len(a) == 0 {
		if n, ok := v.(name); ok && resources != nil {
			return f.space(n, nil)
		}
		return colours{parts: 1}
	}
	switch f.name(a[0]) {
	case "CalRGB", "Lab", "DeviceRGB":
		return colours{parts: 3}
	case "DeviceCMYK":
		return colours{parts: 4}
	case "ICCBased":
		if len(a) > 1 {
			return colours{parts: int(min(max(f.number(f.dict(a[1])["N"], 3), 1), 4))}
		}
	case "Separation":
		return colours{parts: 1, ink: true}
	case "DeviceN":
		if len(a) > 1 {
			return colours{parts: max(1, min(len(f.array(a[1])), 32)), ink: true}
		}
	case "Indexed", "I":
		if len(a) > 3 {
			return colours{parts: 1, palette: f.palette(f.space(a[1], nil), a[3])}
		}
	}
	return colours{parts: 1}
}

func (f *pdfFile) palette(base colours, table any) []uint8 {
	var data []byte
	switch v := f.resolve(table).(type) {
	case text:
		data = []byte(v)
	case *stream:
		data, _, _ = f.decoded(v) // without it all is black
	}
	greys := make([]uint8, 256)
	for i := range greys {
		if (i+1)*base.parts <= len(data) {
			parts := make([]float64, base.parts)
			for j := range parts {
				parts[j] = float64(data[i*base.parts+j]) / 255
			}
			greys[i] = base.grey(parts)
		}
	}
	return greys
}

// grey is a colour as a grey; its parts are between 0 and 1.
func (c colours) grey(parts []float64) uint8 {
	v := 0.0
	switch {
	case c.ink:
		for _, p := range parts {
			v = max(v, p)
		}
		v = 1 - v
	case len(parts) == 3:
		v = 0.299*parts[0] + 0.587*parts[1] + 0.114*parts[2]
	case len(parts) == 4:
		v = (1 - parts[3]) * (1 - 0.299*parts[0] - 0.587*parts[1] - 0.114*parts[2])
	case len(parts) > 0:
		v = parts[0]
	}
	return uint8(max(0, min(v, 1))*255 + 0.5)
}

// unpackPixels reads uncompressed pixels; missing ones are white.
func unpackPixels(data []byte, w, h, depth int, c colours, decode []float64) (*grey, error) {
	switch depth {
	case 1, 2, 4, 8, 16:
	default:
		return nil, fmt.Errorf("%w: %d bits a part", ErrKind, depth)
	}
	g := newGrey(w, h)
	copy(g.pix, bytes.Repeat([]byte{255}, len(g.pix)))
	line := (w*c.parts*depth + 7) / 8
	turned := decode != nil && decode[0] > decode[1]
	most := float64(int(1)<<min(depth, 8) - 1)
	parts := make([]float64, c.parts)
	for y := range h {
		if (y+1)*line > len(data) {
			break
		}
		row := data[y*line : (y+1)*line]
		for x := range w {
			raw := 0
			for i := range parts {
				raw = sample(row, x*c.parts+i, depth)
				parts[i] = float64(raw) / most
				if turned {
					parts[i] = 1 - parts[i]
				}
			}
			if c.palette != nil {
				g.pix[y*w+x] = c.palette[raw&0xff]
			} else {
				g.pix[y*w+x] = c.grey(parts)
			}
		}
	}
	return g, nil
}

// sample is the n-th number of a row; of 16 bits the upper eight.
func sample(row []byte, n, depth int) int {
	switch depth {
	case 8:
		return int(row[n])
	case 16:
		return int(row[2*n])
	}
	bit := n * depth
	return int(row[bit/8]>>(8-depth-bit%8)) & (1<<depth - 1)
}
