// Package scan reads the texts of QR codes out of photos and PDF files, and signed texts
// that stand in a PDF as text or as an attachment. It knows nothing of invoices: what a
// text says, and whether it is true, others find out.
//
// Signed QR codes are dense, with more than a hundred modules along a side, and people
// photograph them from crumpled paper. So the code's own landmarks are followed from one
// to the next over the whole symbol, and the grey of each module is judged beside that of
// its neighbours (see grid.go and equal.go), instead of cutting the picture into black and
// white first.
package scan

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // a kind that Texts reads
	_ "image/jpeg" // a kind that Texts reads
	_ "image/png"  // a kind that Texts reads
	"regexp"
	"slices"

	_ "golang.org/x/image/webp" // a kind that Texts reads
)

// The bounds of a file. A4 in colour at 600 dots per inch has 35 million pixels.
const (
	MaxFile   = 12 << 20 // bytes
	MaxPixels = 40_000_000
	MaxPages  = 20 // of a PDF; later pages are not looked at
)

// What Texts can find.
var (
	// ErrKind says that a file is neither a picture nor a PDF, or a broken one.
	ErrKind = errors.New("neither a picture nor a PDF that can be read")
	// ErrNoCode says that no QR code was found, or none that can be read.
	ErrNoCode = errors.New("no QR code can be read")
	// ErrTooBig says that a file, or what it unpacks to, is beyond the bounds.
	ErrTooBig = errors.New("too big to be read")
	// ErrLocked says that a PDF opens with a password only.
	ErrLocked = errors.New("the PDF is locked with a password")
)

// Texts returns the texts of all QR codes in a PNG, JPEG, GIF or WebP picture or in a PDF
// file, and in a PDF also the signed texts beside them; each once. Which kind a file is,
// its content says. Codes may be turned, mirrored and bent; how a camera was held does not
// matter, so neither does what a photo says about that.
//
// While no text looks signed it looks ever harder, until ctx ends: then what was found
// is returned, or the error of ctx. Other errors are ErrKind, ErrNoCode, ErrTooBig and
// ErrLocked.
func Texts(ctx context.Context, file []byte) (texts []string, err error) {
	if len(file) > MaxFile {
		return nil, fmt.Errorf("%w: the file has %d bytes", ErrTooBig, len(file))
	}
	defer func() {
		if r := recover(); r != nil { // a broken file must not take the program down
			texts, err = nil, fmt.Errorf("%w: %v", ErrKind, r)
		}
	}()
	f := &found{}
	if bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")) {
		err = readPDF(ctx, file, f)
	} else {
		err = readPicture(ctx, file, f)
	}
	switch {
	case len(f.texts) > 0:
		return f.texts, nil
	case err != nil:
		return nil, err
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	return nil, ErrNoCode
}

// found collects texts.
type found struct {
	texts  []string
	signed bool // one looks signed, so that nobody need look harder
}

// token is what a signed text looks like: three parts of base64url, of which the first
// begins a JSON object.
var token = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{64,}`)

func (f *found) add(text string) {
	if text == "" || slices.Contains(f.texts, text) {
		return
	}
	f.texts = append(f.texts, text)
	f.signed = f.signed || token.MatchString(text)
}

// readPicture finds the codes of a picture.
func readPicture(ctx context.Context, file []byte, f *found) error {
	g, err := decodePicture(file)
	if err != nil {
		return err
	}
	look(ctx, g, f)
	return nil
}

// decodePicture reads a picture of any kind as grey, once its size is known to be within
// the bounds.
func decodePicture(file []byte) (*grey, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKind, err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > MaxPixels/head.Height {
		return nil, fmt.Errorf("%w: %d × %d pixels", ErrTooBig, head.Width, head.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKind, err)
	}
	return greyOf(picture), nil
}
