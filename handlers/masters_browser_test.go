package handlers

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// page is the owner's browser, signed in: a real one. It skips the test where there is
// none, but never in CI.
type page struct {
	*site
	ctx context.Context
}

func (s *site) openBrowser(t *testing.T) *page {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium; CI skips nothing")
		}
		t.Skip("SKIPPED: no Chromium: apt install chromium runs the browser tests")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.WindowSize(1440, 900), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	p := &page{site: s, ctx: ctx}
	p.run("sign in", chromedp.Navigate("about:blank"), chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetCookie, network.SetCookieParams{Name: "mohar", Value: s.cookie(), URL: s.server.URL})
		return err
	}))
	return p
}

func (p *page) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.Fatalf("%s: %v", what, err)
	}
}

// holds waits until a JavaScript expression holds, also on the page that comes next.
func holds(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		for {
			if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && ok {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("%s: %w", expression, ctx.Err())
			case <-time.After(20 * time.Millisecond):
			}
		}
	})
}

func TestMastersInARealBrowser(t *testing.T) {
	s := newCompanySite(t)
	p := s.openBrowser(t)
	says := func(id, text string) chromedp.Action[chromedp.Void] {
		return holds(`document.querySelector(` + "`" + id + "`" + `)?.textContent.includes("` + text + `")`)
	}
	p.run("a GSTIN is looked at while it is typed", chromedp.Navigate(s.server.URL+customersURL+"/new"),
		chromedp.SendKeys("#customer-gstin", "29AWGPV7107B1S1"), says("#gstin-note", "Karnataka"))
	p.run("the portal fills the form", chromedp.SendKeys("#customer-email", "kept@example.in"), chromedp.Click(`button[value="fill"]`),
		holds(`document.getElementById("customer-name").value !== "" && document.getElementById("customer-supply").value === "SEZWP"`),
		holds(`document.getElementById("customer-email").value === "kept@example.in"`))
	p.run("an address comes", chromedp.Click(`button[value="add"]`), chromedp.SendKeys("#customer-addresses-0-label", "Plant 2"))
	p.run("and goes", chromedp.Click(`button[value="drop:0"]`), holds(`!document.getElementById("customer-addresses-0-label")`),
		holds(`!document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")`)) // what moves is missed by a click
	p.run("saved", chromedp.Click(`.panel-foot button[value="save"]`), says("#customers", "Active · SEZ"))
	p.run("the list follows what is typed", chromedp.SendKeys(`.search input[type=search]`, "nobody"), says("#customers", "Nothing found"))

	p.run("a code says what it is called", chromedp.Navigate(s.server.URL+itemsURL+"/new"),
		chromedp.SendKeys("input#item-hsn", "1006"), says("#hsn-note", "Rice"), holds(`document.querySelector("#item-hsn-codes option")`))

	file := filepath.Join(t.TempDir(), "Master.xml")
	if err := os.WriteFile(file, []byte(tallyMasters), 0o600); err != nil {
		t.Fatal(err)
	}
	p.run("a file is looked into and brought over", chromedp.Navigate(s.server.URL+customersURL+"/import"),
		chromedp.SetUploadFiles("#file", []string{file}), chromedp.Click(`main form .panel-foot button`), says("main", "Mill Supply"),
		chromedp.Click(`button[value="bring"]`), says("main", "2 customers and suppliers are new."))
	p.run("all are asked for", chromedp.Click(`form[action$="/statuses"] button`), says("#check", "0 of 1 asked"))
	if err := s.registrar.RunChecks(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.run("and the page follows", says("#check", "1 of 1 asked"))
}

// The editor opens the forms in a dialog; what stands around them does not matter here.
func TestFormsWorkInsideADialog(t *testing.T) {
	s := newCompanySite(t)
	p := s.openBrowser(t)
	says := func(id, text string) chromedp.Action[chromedp.Void] {
		return holds(`document.querySelector(` + "`" + id + "`" + `)?.textContent.includes("` + text + `")`)
	}
	open := func(path string) chromedp.Action[chromedp.Void] {
		return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(() => {
				const dialog = document.createElement("dialog");
				dialog.innerHTML = '<div id="create-body"></div>';
				document.body.append(dialog);
				for (const name of ["customer-saved", "item-saved"]) document.addEventListener(name, ({ detail }) => { window.saved = detail; });
				htmx.ajax("GET", "`+path+`", { target: "#create-body", swap: "innerHTML" }).then(() => dialog.showModal());
				return true;
			})()`))
			return err
		})
	}
	p.run("a customer with a fault", chromedp.Navigate(s.server.URL+customersURL), holds("window.htmx"),
		open(customersURL+"/new?dialog=1&buyer.name=Nila"), holds(`document.querySelector("dialog[open] #customer-name")?.value === "Nila"`),
		chromedp.SendKeys("#customer-gstin", "27AAB"), chromedp.Click(`dialog .panel-foot button`), holds(`document.getElementById("customer-gstin-error")`))
	p.run("is saved once it is mended", chromedp.SetValue("#customer-gstin", konkan), chromedp.Click(`dialog .panel-foot button`),
		holds(`window.saved?.["buyer.gstin"] === "`+konkan+`" && window.saved["supply"] === "B2B"`))
	if c := s.customerNamed("nila"); c.GSTIN != konkan {
		t.Errorf("stored %+v", c)
	}
	p.run("an item", chromedp.Navigate(s.server.URL+customersURL), holds("window.htmx"), open(itemsURL+"/new?dialog=1&description=Jaggery"),
		holds(`document.querySelector("dialog[open] #item-description")?.value === "Jaggery"`),
		chromedp.SendKeys("input#item-hsn", "1006"), says("#hsn-note", "Rice"), holds(`document.querySelector("dialog[open] #item-hsn-codes option")`),
		chromedp.SetValue("#item-rate", "5"), chromedp.SendKeys("#item-price", "44"), chromedp.Click(`dialog .panel-foot button`),
		holds(`window.saved?.price === "44" && window.saved.rate === "5"`))
	s.want(s.get(itemsURL), http.StatusOK, "Jaggery")
}
