package main

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestManyDocumentsAtOnce ticks thirty documents that are registered by hand, has them
// registered while one provider is down, follows the bar to its end, and stops more of them
// in a paused queue.
func TestManyDocumentsAtOnce(t *testing.T) {
	p := openBrowser(t)
	portal := start(t, "sandbox", "--listen", "127.0.0.1:0", "--state", filepath.Join(t.TempDir(), "sandbox.db"))
	setFault(t, portal.URL, "alankit", "*", "down", 0, 0)
	dir := install(t)
	mohar := start(t, "serve", "--data", dir, "--listen", freePort(t), "--sandbox", portal.URL)
	v := signIn(t, mohar.URL)
	v.registersByHand()
	hold := func(n int) {
		for range n {
			v.issue(typedInvoice(time.Now()))
		}
	}
	hold(30)
	d := &workday{person: p, company: mohar.URL + "/c/" + testGSTIN}
	d.do("sign in", chromedp.Navigate(mohar.URL+"/login"))
	d.types("email", testEmail, "password", testPassword)
	d.presses("Sign in")
	d.sees("27AAPFU0939F1ZV · Pune, Maharashtra")

	d.opens("/invoices?state=pending")
	d.ticks()
	d.picture("bulk-list")
	d.presses("Register")
	d.sees("Registering 30 documents")
	d.picture("bulk-under-way")
	d.waits(`document.getElementById("bulk")?.innerText.includes("30 of 30")`)
	d.sees("Ended")
	d.picture("bulk-ended")
	if n := len(readLedger(t, portal.URL).Documents); n != 30 {
		t.Errorf("the portal holds %d documents, want 30", n)
	}

	setFault(t, portal.URL, "taxpro", "*", "down", 0, 0)
	hold(3)
	d.opens("/queue")
	d.picture("queue-held")
	d.presses("Register all 3")
	d.sees("Registering 3 documents")
	d.sees("No provider answers")
	d.picture("bulk-no-provider")
	d.opens("/queue")
	d.sees("3 documents wait, the oldest")
	d.picture("queue-waiting")
	call(t, http.MethodDelete, portal.URL+"/_sandbox/faults", "")
	d.presses("Try all now")
	d.sees("Nothing waits for the portal")

	hold(12)
	d.presses("Pause")
	d.sees("Paused: nothing new is sent")
	d.presses("Register all 12")
	d.sees("It goes on once you press Resume")
	d.picture("bulk-paused")
	d.opens("/queue")
	d.picture("queue-paused")
	d.do("the work", chromedp.Click(chromedp.CSS(`.queue-who a[href*="/bulk/"]`)))
	d.waits(`document.getElementById("bulk-stop")`)
	d.presses("Stop")
	d.waits(`document.getElementById("bulk")?.innerText.includes("12 of 12") && !document.getElementById("bulk-stop")`)
	d.sees("Stopped")
	d.picture("bulk-stopped")
	d.opens("/queue")
	d.presses("Resume")
	d.sees("Register all 12")
	d.sees("Nothing is on its way to the portal")
	d.picture("queue-resumed")
	if err := chromedp.Cancel(p.ctx); err != nil {
		t.Log(err)
	}
	mohar.stop()
	mustRun(t, "", "check", "--data", dir)
}

// ticks chooses all documents of the page: two by keyboard and mouse, the rest by the box in
// the heading.
func (d *workday) ticks() {
	d.t.Helper()
	d.waits(ready + ` && !document.querySelector("[data-tick-page]").closest("label").hidden`)
	d.do("first row", chromedp.Focus(chromedp.CSS(".docs-number a")))
	d.strikes("X")
	d.sees("1 ticked")
	d.reads(`document.querySelectorAll("[data-tick]")[2].dispatchEvent(new MouseEvent("click", {bubbles: true, shiftKey: true})) ? "" : ""`)
	d.sees("3 ticked")
	d.do("all", chromedp.Click(chromedp.CSS("[data-tick-page]")))
	d.sees("30 ticked")
}

// registersByHand has the company's documents wait until somebody registers them.
func (v *visitor) registersByHand() {
	v.t.Helper()
	address := "/c/" + testGSTIN + "/settings/einvoice"
	form := readForm(v.get(address).body).values
	form.Set("register", "by_hand")
	if a := v.post(address, form); a.status != http.StatusSeeOther {
		v.t.Fatalf("register by hand: %d", a.status)
	}
}
