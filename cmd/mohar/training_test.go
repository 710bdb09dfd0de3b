package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestTraining is the first hour of somebody new: one press makes a training company, and
// an outage is gone through with the program's own portal, loop and pages.
func TestTraining(t *testing.T) {
	p := openBrowser(t)
	mohar := start(t, "serve", "--data", t.TempDir(), "--listen", freePort(t))
	p.do("open", chromedp.Navigate(mohar.URL))
	p.sees("Your account")
	p.types("email", testEmail, "name", "Asha", "password", testPassword, "again", testPassword)
	p.presses("Create the account")
	p.sees("Add your company")
	p.picture("training-home-empty")
	p.presses("Make a training company")
	p.sees("Your training company is ready")
	p.sees("0 of 9 done.")
	p.picture("training")
	home, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	home, _, _ = strings.Cut(home, "/training")
	for n := range 3 { // the list is as of its opening; a document's page tells when it is registered
		p.do("document", chromedp.Navigate(fmt.Sprintf("%s/invoices/%d", home, n+1)))
		p.sees("Ack no.")
	}
	p.do("list", chromedp.Navigate(home+"/invoices?state=registered"))
	p.sees("Kandla Zone Exports")
	p.picture("training-list")

	p.do("start", chromedp.Navigate(home+"/training"), chromedp.Click(chromedp.CSS(`#drill-both_down button`)))
	p.sees("Bring the providers back")
	p.picture("training-running")
	p.do("new invoice", chromedp.Click(chromedp.CSS(`#drill-both_down ol a`)))
	p.sees("Drill running: both providers are down.")
	p.picture("training-strip")
	p.presses("Issue & register")
	p.sees("Checking with the portal")
	p.picture("training-waiting")
	p.presses("Bring the providers back")
	p.sees("1 of 9 done.") // by itself: nobody presses anything
	p.sees("INV/26-27/0004")
	p.picture("training-done")
	p.do("home", chromedp.Navigate(mohar.URL))
	p.sees("Make a training company")
	p.picture("training-home")
	mohar.stop()
}
