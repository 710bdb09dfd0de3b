package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// PictureFormat is a file format of pictures.
type PictureFormat string

// The formats that QRPicture draws.
const (
	PNG  PictureFormat = "PNG"
	JPEG PictureFormat = "JPEG"
	GIF  PictureFormat = "GIF"
)

// The values of a pixel, as places in blackOnWhite.
const (
	white uint8 = iota
	black
)

var blackOnWhite = color.Palette{color.Gray{Y: 255}, color.Gray{Y: 0}}

// quick packs pictures fast: two colours pack well anyhow.
var quick = png.Encoder{CompressionLevel: png.BestSpeed}

// QRPicture returns a QR code of the text as a picture file, scale pixels a module, with its
// quiet zone. It fails for a text beyond 2,953 bytes and for a format that it does not know.
func QRPicture(text string, format PictureFormat, scale int) ([]byte, error) {
	s, err := newSymbol(text)
	if err != nil {
		return nil, err
	}
	encode := map[PictureFormat]func(io.Writer, *image.Paletted) error{
		PNG: func(w io.Writer, m *image.Paletted) error { return quick.Encode(w, m) },
		GIF: func(w io.Writer, m *image.Paletted) error { return gif.Encode(w, m, nil) },
		// Sharp edges are what JPEG is bad at: below this quality they smear.
		JPEG: func(w io.Writer, m *image.Paletted) error { return jpeg.Encode(w, grey(m), &jpeg.Options{Quality: 90}) },
	}[format]
	if encode == nil {
		return nil, fmt.Errorf("draw QR code: unknown format %q", format)
	}
	var b bytes.Buffer
	if err := encode(&b, s.picture(max(1, scale))); err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	return b.Bytes(), nil
}

// picture draws the symbol with scale pixels a module.
func (s *symbol) picture(scale int) *image.Paletted {
	side := (s.size + 2*quiet) * scale
	m := image.NewPaletted(image.Rect(0, 0, side, side), blackOnWhite)
	for _, r := range s.runs {
		left, top := (r.x+quiet)*scale, (r.y+quiet)*scale
		row := m.Pix[top*m.Stride+left:][:r.length*scale]
		for i := range row {
			row[i] = black
		}
		for y := 1; y < scale; y++ { // the other rows of the run are the same
			copy(m.Pix[(top+y)*m.Stride+left:], row)
		}
	}
	return m
}

// grey is a picture in the colours that JPEG has at a third of the work.
func grey(m *image.Paletted) *image.Gray {
	g := image.NewGray(m.Rect)
	for i, p := range m.Pix {
		if p == white {
			g.Pix[i] = 255
		}
	}
	return g
}
