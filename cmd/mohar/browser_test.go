package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// needs finds a program that a test looks at results with. Where it is missing the test
// is skipped with a word; with CI=true it fails.
func needs(t *testing.T, name, debianPackage string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing (Debian package %s), and CI skips nothing", name, debianPackage)
	}
	t.Skipf("SKIPPED: %s is missing (Debian package %s)", name, debianPackage)
	return ""
}

// person is somebody with a browser.
type person struct {
	t     *testing.T
	ctx   context.Context
	shots string // folder for pictures; empty: none
}

// openBrowser starts a headless Chromium. With MOHAR_SHOTS=DIR the test leaves pictures
// of its way there.
func openBrowser(t *testing.T) *person {
	t.Helper()
	path := needs(t, "chromium", "chromium")
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithAllocatorOptions(
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true), chromedp.UserDataDir(t.TempDir()),
	))
	t.Cleanup(cancel)
	p := &person{t: t, ctx: ctx, shots: os.Getenv("MOHAR_SHOTS")}
	p.do("window", chromedp.EmulateViewport(1440, 900))
	return p
}

// do carries out steps; what names them when they fail.
func (p *person) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.picture("failed")
		p.t.Fatalf("%s: %v\n%s", what, err, p.text())
	}
}

// text is what the page shows.
func (p *person) text() string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body?.innerText ?? ''"))
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return text
}

// sees waits until the page shows a text. A page that is just being left has no text.
func (p *person) sees(text string) {
	p.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for !strings.Contains(p.text(), text) {
		select {
		case <-tick.C:
		case <-limit:
			p.picture("failed")
			p.t.Fatalf("%q is not on the page:\n%s", text, p.text())
		}
	}
}

func quoted(text string) string {
	q, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has JSON
	}
	return string(q)
}

// types fills in fields of the form by name, as keys pressed.
func (p *person) types(pairs ...string) {
	p.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		field := chromedp.CSS(fmt.Sprintf(`[name="%s"]`, pairs[i]))
		p.do("type "+pairs[i], chromedp.Clear(field), chromedp.SendKeys(field, pairs[i+1]))
	}
}

// presses clicks the button or link that shows the words.
func (p *person) presses(words string) {
	p.t.Helper()
	script := fmt.Sprintf(`(() => {
		const shown = [...document.querySelectorAll('button, a.btn, summary')].filter(b => b.offsetParent && b.innerText.trim().startsWith(%s));
		if (!shown.length) return false;
		shown[0].click();
		return true;
	})()`, quoted(words))
	pressed, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](script))
	if err != nil || !pressed {
		p.picture("failed")
		p.t.Fatalf("no button %q (%v)\n%s", words, err, p.text())
	}
}

// pressEnter presses Enter as a keyboard does, where the focus is: what cancels the key
// going down also cancels the character, which chromedp.SendKeys sends regardless.
func pressEnter() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
				Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// picture leaves screenshots of the page, wide and narrow, light and dark.
func (p *person) picture(name string) {
	if p.shots == "" {
		return
	}
	for _, look := range []struct {
		suffix        string
		width, height int64
		scheme        string
	}{{"-dark", 1440, 900, "dark"}, {"", 1440, 900, "light"}, {"-390", 390, 844, "light"}} {
		scheme := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}}
		err := chromedp.Do(p.ctx, chromedp.EmulateViewport(look.width, look.height), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, scheme)
			return err
		}))
		if err != nil {
			p.t.Logf("picture %s: %v", name, err)
			return
		}
		// Colours glide from one scheme to the other; the picture is of where they arrive.
		_, _ = chromedp.Run(p.ctx, chromedp.Evaluate[bool]("new Promise(done => setTimeout(() => done(true), 500))", chromedp.EvalAwaitPromise))
		shot, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(p.shots, name+look.suffix+".png"), shot, 0o600)
		}
		if err != nil {
			p.t.Logf("picture %s: %v", name, err)
		}
	}
	_ = chromedp.Do(p.ctx, chromedp.EmulateViewport(1440, 900)) // back to the test's own size
}

// TestFirstSteps goes the whole way of a new user in a real browser: the owner's
// account, the first company, credentials, an invoice that registers itself on the open
// page, its PDF with a QR code that decodes, the list, and the cancelling.
func TestFirstSteps(t *testing.T) {
	needs(t, "pdftoppm", "poppler-utils")
	needs(t, "zbarimg", "zbar-tools")
	p := openBrowser(t)
	dir := t.TempDir()
	mohar := start(t, "serve", "--data", dir, "--listen", freePort(t))

	p.do("open", chromedp.Navigate(mohar.URL))
	p.sees("Your account")
	p.picture("setup")
	p.types("email", testEmail, "name", "Asha", "password", testPassword, "again", testPassword)
	p.presses("Create the account")
	p.sees("Add your company")
	p.presses("Add company")
	p.types("gstin", testGSTIN)
	p.sees("Maharashtra · PAN AAPFU0939F")
	p.presses("Fill from the portal")
	p.do("filled", chromedp.WaitVisible(chromedp.CSS(`[role="status"]`)))
	p.types("name", "Sharda Traders", "trade", "Sharda Traders", "address1", "14 Dana Bazaar", "address2", "Market Yard",
		"place", "Pune", "pin", "411002")
	p.picture("company")
	p.presses("Add company")
	p.sees("Your first invoice")
	p.picture("empty")

	p.do("settings", chromedp.Navigate(mohar.URL+"/c/"+testGSTIN+"/settings/einvoice"))
	p.sees("E-Invoice Configuration")
	p.picture("configuration")
	p.do("credentials", chromedp.Navigate(mohar.URL+"/c/"+testGSTIN+"/settings/credentials"))
	p.presses("Fill in practice users")
	p.sees("The practice users are filled in")
	p.presses("Test sign-in")
	p.sees("Signed in")
	p.picture("credentials")
	if html, err := chromedp.Run(p.ctx, chromedp.OuterHTML("html", chromedp.AtLeast(1))); err != nil || strings.Contains(html, "Practice@123") {
		t.Errorf("the API password is on the page (%v)", err)
	}

	p.do("new invoice", chromedp.Navigate(mohar.URL+"/c/"+testGSTIN+"/invoices/new"))
	p.sees("Ready for the portal")
	p.picture("editor-empty")
	p.types("buyer.name", "Konkan Agro Foods LLP", "buyer.gstin", "27AABFK4417C1ZS", "buyer.address1", "Plot 12, Sector 19",
		"buyer.place", "Vashi, Navi Mumbai", "buyer.pin", "400703")
	p.types("lines[0].description", "Alphonso mango pulp, 850 g tin", "lines[0].hsn", "2008 99 11", "lines[0].qty", "240",
		"lines[0].unit", "CTN", "lines[0].price", "620", "lines[0].rate", "5")
	p.do("Enter goes to the next line", pressEnter())
	p.types("lines[1].description", "Cold-chain freight to Vashi", "lines[1].hsn", "9965 11", "lines[1].qty", "1",
		"lines[1].unit", "OTH", "lines[1].price", "6500", "lines[1].rate", "18")
	p.sees("1,63,910.00")
	p.sees("Draft saved")
	p.picture("editor")
	p.presses("Issue & register")
	p.do("document", chromedp.WaitVisible(chromedp.CSS(".document")))
	p.sees("Registered with the portal")
	p.sees("Signature verified")
	p.picture("invoice")

	qr := decodedQR(t, p, dir)
	if !strings.HasPrefix(qr, "eyJ") || strings.Count(qr, ".") != 2 {
		t.Errorf("the QR code says %q", qr)
	}
	out := mustRun(t, qr, "verify", "--data", dir)
	if !strings.Contains(out, "Signature holds under the practice key") || !strings.Contains(out, "1,63,910.00") {
		t.Errorf("verify says:\n%s", out)
	}

	page, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	p.do("list", chromedp.Navigate(mohar.URL+"/c/"+testGSTIN+"/invoices?q=konkan"))
	p.sees("Konkan Agro Foods LLP")
	p.picture("list")
	p.do("back", chromedp.Navigate(page))
	p.presses("Cancel IRN")
	p.do("reason", chromedp.SetValue(chromedp.CSS(`[name="reason"]`), "2"))
	p.types("remark", "Wrong quantity")
	p.presses("Cancel this IRN")
	p.sees("Void")
	p.sees("Cancelled")
	p.picture("cancelled")
	if err := chromedp.Cancel(p.ctx); err != nil {
		t.Log(err)
	}
	mohar.stop()
	mustRun(t, "", "check", "--data", dir)
}

// decodedQR fetches the PDF of the page's document as the browser would, draws it at
// 150 dpi and reads its QR code.
func decodedQR(t *testing.T, p *person, dir string) string {
	t.Helper()
	const script = `fetch(location.pathname + '/pdf').then(r => r.arrayBuffer()).then(b => btoa([...new Uint8Array(b)].map(c => String.fromCharCode(c)).join('')))`
	encoded, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	file, picture := filepath.Join(dir, "test.pdf"), filepath.Join(dir, "test")
	if err := os.WriteFile(file, decode64(t, encoded), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(p.ctx, "pdftoppm", "-r", "150", "-png", "-singlefile", file, picture).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v\n%s", err, out)
	}
	var said bytes.Buffer
	zbar := exec.CommandContext(p.ctx, "zbarimg", "--raw", "-q", picture+".png")
	zbar.Stdout = &said
	if err := zbar.Run(); err != nil {
		t.Fatalf("the QR code does not decode: %v", err)
	}
	return strings.TrimSpace(said.String())
}
