package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mohar/handlers"
	"mohar/sandbox"
)

// serveAt runs the program with its practice portal inside the test, both on the test's
// clock, and returns its address.
func serveAt(t *testing.T, dir string, c *clock) (address string) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	portal, err := startPortal(t.Context(), sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Now: c.Now, Log: log}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopPortal(portal, log) })
	h, err := buildHouse(t.Context(), dir, portal.URL, callLimits{}, c.Now, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(h.store, log) })
	web, err := buildWeb(h, handlers.Options{Now: c.Now, Log: log}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- serveUntilDone(ctx, l, web, h, log) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	return "http://" + l.Addr().String()
}

// phone makes the window as wide as a phone.
func (p *person) phone() {
	p.t.Helper()
	p.do("phone", chromedp.EmulateViewport(390, 844))
}

// desktop makes the window wide again.
func (p *person) desktop() {
	p.t.Helper()
	p.do("desktop", chromedp.EmulateViewport(1440, 900))
}

// scripts lets the pages that come run scripts, or not.
func (p *person) scripts(run bool) {
	p.t.Helper()
	p.do("scripts", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run})
		return err
	}))
}

// fits wants the page to need no scrolling sideways.
func (p *person) fits(what string) {
	p.t.Helper()
	p.waits(`document.readyState === "complete"`)
	wide := p.reads(`document.documentElement.scrollWidth <= innerWidth ? "" :
		[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
		.slice(0, 8).map(e => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)).join("\n") || "?"`)
	if wide != "" {
		p.t.Errorf("%s is wider than the window:\n%s", what, wide)
	}
}

// thumbs wants everything of the page's content that is pressed to be as large as a thumb
// needs: 44 px each way.
//
// Source: WCAG 2.2, success criterion 2.5.5.
func (p *person) thumbs(what string) {
	p.t.Helper()
	small := p.reads(`[...document.querySelectorAll(".top > .btn, main a, main button, main input, main select, main summary")]
		.filter(e => e.offsetParent).map(e => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width < 44 || r.height < 44)
		.map(([e, r]) => e.outerHTML.slice(0, 80) + " " + r.width + "×" + r.height).join("\n")`)
	if small != "" {
		p.t.Errorf("%s: too small for a thumb:\n%s", what, small)
	}
}

// fetches asks for a file as the browser does.
func (p *person) fetches(path string) (status int, kind string) {
	p.t.Helper()
	said := p.reads(`fetch(` + quoted(path) + `).then(r => r.status + " " + (r.headers.get("content-type") ?? ""))`)
	if _, err := fmt.Sscanf(said, "%d %s", &status, &kind); err != nil {
		p.t.Fatalf("%s: %q: %v", path, said, err)
	}
	return status, kind
}

// codes draws the first sheet of a PDF at 150 dpi and reads what is printed in codes, a line
// each with its kind.
func (d *workday) codes(path string) string {
	d.t.Helper()
	file, picture := filepath.Join(d.dir, "codes.pdf"), filepath.Join(d.dir, "codes")
	encoded := d.reads(`fetch(` + quoted(path) + `).then(r => r.arrayBuffer()).then(b => btoa([...new Uint8Array(b)].map(c => String.fromCharCode(c)).join('')))`)
	if err := os.WriteFile(file, decode64(d.t, encoded), 0o600); err != nil {
		d.t.Fatal(err)
	}
	if out, err := exec.CommandContext(d.ctx, "pdftoppm", "-r", "150", "-png", "-singlefile", file, picture).CombinedOutput(); err != nil {
		d.t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
	said, err := exec.CommandContext(d.ctx, "zbarimg", "-q", picture+".png").Output()
	if err != nil {
		d.t.Fatalf("%s: no code decodes: %v", path, err)
	}
	return strings.TrimSpace(string(said))
}
