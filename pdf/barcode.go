package pdf

import (
	"fmt"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// barcode returns a text of ASCII as Code 128: its dark bars, in modules from the left,
// and how many modules it is wide, without the quiet zones.
func barcode(text string) (bars []run, width int, err error) {
	m, err := oned.NewCode128Writer().Encode(text, gozxing.BarcodeFormat_CODE_128, 0, 1,
		map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_MARGIN: 0})
	if err != nil {
		return nil, 0, fmt.Errorf("encode %q as Code 128: %w", text, err)
	}
	width = m.GetWidth()
	for x := 0; x < width; x++ {
		start := x
		for x < width && m.Get(x, 0) {
			x++
		}
		if x > start {
			bars = append(bars, run{start, 0, x - start})
		}
	}
	return bars, width, nil
}

// barcode draws a Code 128 of the text around x, the top of its bars at y, with the quiet
// zones that scanners need left of it and right of it on white.
func (c *canvas) barcode(x, y, wide, tall float64, text string) error {
	bars, width, err := barcode(text)
	if err != nil {
		return err
	}
	const quietZone = 10 // modules
	module := wide / float64(width+2*quietZone)
	c.fill(x-wide/2, y, wide, tall, colour{255, 255, 255})
	from := x - wide/2 + quietZone*module
	for _, b := range bars {
		c.fill(from+float64(b.x)*module, y, float64(b.length)*module, tall, colour{0, 0, 0})
	}
	return nil
}
