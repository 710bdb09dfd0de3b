// Package static holds the style sheet, scripts and icons that pages load, embedded
// in the binary, and serves them under URLs that carry a hash of the content, so that
// browsers may keep them for ever. It knows nothing of pages.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
)

//go:embed dist/app.css vendor/htmx.min.js vendor/*.gz js/*.js img/*.svg
var files embed.FS

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

// hashLength is how many characters of the content hash stand in a URL: 60 bits tell
// the versions of one file apart beyond any doubt.
const hashLength = 10

// asset is one file, ready to be sent.
type asset struct {
	url         string // with the hash
	contentType string
	gzip        []byte        // nil: not worth it
	plain       func() []byte // as it is
}

// assets are all files by their short name ("app.css") and by hashed name. They are
// read once, at first use, and never change.
var assets = sync.OnceValue(load)

// URL returns the address of a file by its short name: "app.css", "htmx.min.js",
// "editor.js", "mohar.svg". It panics on an unknown name, which is a mistake in a view
// that any test of that view finds.
func URL(name string) string {
	a, ok := assets().byName[name]
	if !ok {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return a.url
}

// Handler serves the files under Prefix. Answers may be kept for a year because a
// changed file has a changed URL; an unknown or outdated URL gets 404.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets().byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		a.send(w, r)
	})
}

func (a *asset) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.contentType)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	var body []byte
	if a.gzip != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	} else {
		body = a.plain()
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the browser went away: nobody is left to tell
}

// acceptsGzip reports whether an Accept-Encoding header allows gzip.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "gzip" {
			return !refused.MatchString(params)
		}
	}
	return false
}

var refused = regexp.MustCompile(`^\s*q=0(\.0*)?\s*$`)

// contentTypes by file ending: fixed here, because the machine's own table may differ.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// collection is every asset by name and by URL path.
type collection struct{ byName, byURL map[string]*asset }

// load reads the embedded files. A failure can only mean that the binary was built
// wrongly, so it panics.
func load() collection {
	c := collection{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		c.add(name)
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("static: embedded files: %v", err))
	}
	return c
}

// imported matches the file that a module of ours imports from.
var imported = regexp.MustCompile(`\b(from|import) "\./([\w-]+\.js)"`)

// add reads a file and, before it, the modules that it imports: it names them by their
// URLs, so that a change of one changes the URLs of all that use it.
func (c collection) add(name string) *asset {
	if a, ok := c.byName[path.Base(name)]; ok {
		return a
	}
	data, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("static: embedded files: %v", err))
	}
	if packed, ok := strings.CutSuffix(name, ".gz"); ok {
		return c.put(packedAsset(path.Base(packed), data), path.Base(packed))
	}
	data = imported.ReplaceAllFunc(data, func(match []byte) []byte {
		parts := imported.FindSubmatch(match)
		module := c.add(path.Join(path.Dir(name), string(parts[2])))
		return fmt.Appendf(nil, "%s %q", parts[1], module.url)
	})
	return c.put(newAsset(path.Base(name), data), path.Base(name))
}

// put makes an asset known by its name and its URL.
func (c collection) put(a *asset, name string) *asset {
	c.byName[name] = a
	c.byURL[a.url] = a
	return a
}

// packedAsset is a large file that lies in the binary packed, and is unpacked for the few
// who cannot do that themselves.
func packedAsset(name string, packed []byte) *asset {
	a := bareAsset(name, packed)
	a.gzip, a.plain = packed, sync.OnceValue(func() []byte {
		r, err := gzip.NewReader(bytes.NewReader(packed))
		var data []byte
		if err == nil {
			data, err = io.ReadAll(r)
		}
		if err != nil {
			panic(fmt.Sprintf("static: embedded file %s: %v", name, err))
		}
		return data
	})
	return a
}

func newAsset(name string, data []byte) *asset {
	a := bareAsset(name, data)
	a.plain = func() []byte { return data }
	if zipped := compress(data); len(zipped) < len(data) {
		a.gzip = zipped
	}
	return a
}

// bareAsset is the asset of a file with these bytes, before it has any to send.
func bareAsset(name string, data []byte) *asset {
	sum := sha256.Sum256(data)
	hash := base64.RawURLEncoding.EncodeToString(sum[:])[:hashLength]
	ext := path.Ext(name)
	return &asset{
		url:         Prefix + strings.TrimSuffix(name, ext) + "." + hash + ext,
		contentType: contentTypes[ext],
	}
}

// compress returns data as gzip. Writing to memory cannot fail.
func compress(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant that exists
	}
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}
