package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mohar/gst"
)

// Who carries the goods of the tests, on what.
const (
	bayVehicle = "KA01AA9999"
	gateTyped  = "mh 12 ab 1234"
	gateAs     = "MH12AB1234"
)

// bay is a person at the loading bay on a clock that can be put forward.
type bay struct {
	*workday
	site  string // address of the program
	clock *clock
	plain *visitor // the same company without a browser, for what only leads to the point
}

// waybill is an e-way bill of the test.
type waybill struct{ page, document, number string }

// openBay starts the program at ten in the morning of tomorrow: documents are of that day
// whatever the machine's own hour is.
func openBay(t *testing.T) *bay {
	t.Helper()
	p := openBrowser(t)
	c := &clock{}
	now := time.Now().In(gst.IST)
	c.Set(time.Date(now.Year(), now.Month(), now.Day()+1, 10, 0, 0, 0, gst.IST))
	site := serveAt(t, install(t), c)
	b := &bay{
		workday: &workday{person: p, company: site + "/c/" + testGSTIN, dir: t.TempDir()},
		site:    site, clock: c, plain: signIn(t, site),
	}
	b.signsIn()
	return b
}

// signsIn signs in on the page.
func (b *bay) signsIn() {
	b.t.Helper()
	b.do("sign in", chromedp.Navigate(b.site+"/login"))
	b.types("email", testEmail, "password", testPassword)
	b.presses("Sign in")
	b.sees("27AAPFU0939F1ZV · Pune, Maharashtra")
}

// TestLifeOfAnEWayBill goes the whole way of e-way bills in a real browser: made with the
// IRN and later, the vehicle at the gate, a trip sheet, the papers, the driver's link, the
// cancelling and more time.
func TestLifeOfAnEWayBill(t *testing.T) {
	for _, name := range []string{"pdftoppm", "pdftotext"} {
		needs(t, name, "poppler-utils")
	}
	needs(t, "zbarimg", "zbar-tools")
	b := openBay(t)
	together := b.madeWithTheIRN()
	later := b.madeLaterAndGatedByPhone()
	third := b.gatedWithoutScript()
	b.fitsAPhone(together)
	b.cancelledBeforeTheIRN()
	b.onATripSheet(together, later)
	b.printed(together)
	b.showsTheDriver(later)
	b.extended(together, later, third)
}

// madeWithTheIRN types an invoice with its transport. Everything about the bill comes onto
// the open page by itself.
func (b *bay) madeWithTheIRN() waybill {
	b.t.Helper()
	b.opens("/invoices/new")
	b.types("buyer.name", "Deccan Tools", "buyer.gstin", "29AADCD8832K1Z7", "buyer.address1", "4 Mill Road", "buyer.place", "Bengaluru",
		"buyer.pin", "560001", "lines[0].description", dayItem, "lines[0].hsn", "2008 99 11", "lines[0].qty", "240",
		"lines[0].unit", "CTN", "lines[0].price", "620", "lines[0].rate", "5")
	b.do("transport", chromedp.Click(chromedp.CSS("#eway-fold > summary")))
	b.do("by road", chromedp.SetValue(chromedp.CSS(`[name="eway.mode"]`), "1"))
	b.types("eway.distance", "842", "eway.vehicle", bayVehicle)
	b.sees("1,56,240.00")
	b.presses("Issue & register")
	address := b.registered()
	b.waits(`document.querySelector(".eway-panel a.eway-panel-number")`)
	b.sees("until")
	b.picture("eway-with-irn")
	bill := b.opensBill(address)
	b.sees("Valid until")
	b.sees(bayVehicle)
	b.sees("Active")
	b.picture("eway-bill")
	return bill
}

// opensBill follows the link of the document on the page to its e-way bill.
func (b *bay) opensBill(document string) waybill {
	b.t.Helper()
	b.do("the bill", chromedp.Click(chromedp.CSS("a.eway-panel-number")))
	b.waits(ready + ` && document.getElementById("eway-paper")`)
	return b.here(document)
}

// here is the bill whose page is open.
func (b *bay) here(document string) waybill {
	b.t.Helper()
	w := waybill{page: b.reads(`location.pathname`), document: document}
	w.number = strings.ReplaceAll(strings.TrimSpace(b.reads(`document.querySelector(".eway-number").textContent`)), " ", "")
	if !regexp.MustCompile(`^\d{12}$`).MatchString(w.number) {
		b.t.Fatalf("the number of the e-way bill is %q\n%s", w.number, b.text())
	}
	return w
}

// goTo opens a page of the program.
func (b *bay) goTo(path string) {
	b.t.Helper()
	b.do("open "+path, chromedp.Navigate(b.site+path))
	b.waits(ready)
}

// farInvoice issues a document to Bengaluru and waits until the portal has registered it.
func (b *bay) farInvoice(more ...string) (path string) {
	b.t.Helper()
	form := typedInvoice(b.clock.Now().In(gst.IST))
	far := []string{
		"pos", "29", "buyer.gstin", "29AADCD8832K1Z7", "buyer.name", "Deccan Tools", "buyer.address1", "4 Mill Road",
		"buyer.place", "Bengaluru", "buyer.pin", "560001", "buyer.state", "29",
	}
	for i, pairs := 0, append(far, more...); i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	path = b.plain.issue(form)
	eventually(b.t, path+" is registered", func() bool { return strings.Contains(b.plain.get(path).body, "Registered with the portal") })
	return path
}

// asksForPartA asks on the page of a document for its bill without a vehicle.
func (b *bay) asksForPartA(document string) waybill {
	b.t.Helper()
	b.goTo(document)
	b.sees("Needed")
	b.presses("Make the e-way bill")
	b.waits(ready + ` && document.querySelector('[name="transporter_id"]')`)
	b.types("distance", "842", "transporter_id", testGSTIN)
	b.presses("Make the e-way bill")
	b.waits(ready + ` && document.getElementById("eway-paper")`)
	b.sees("Not valid for movement: a vehicle is missing")
	b.sees("No vehicle yet")
	b.waits(`document.querySelector('#eway-links a[href$="/pdf"]')`)
	return b.here(document)
}

// madeLaterAndGatedByPhone makes the bill of a registered document, Part A alone, and lets
// its goods out at the gate with a phone in one hand.
func (b *bay) madeLaterAndGatedByPhone() waybill {
	b.t.Helper()
	bill := b.asksForPartA(b.farInvoice())
	b.phone()
	b.opens("/gate")
	b.sees("Deccan Tools")
	b.fits("the gate")
	b.thumbs("the gate")
	b.do("the card", chromedp.Click(chromedp.CSS(".gate-cards a")))
	b.waits(ready + ` && window.htmx && document.getElementById("gate-vehicle")`)
	b.fits("the vehicle at the gate")
	b.thumbs("the vehicle at the gate")
	b.types("vehicle", gateTyped)
	b.sees("✓ " + gateAs)
	b.presses("May leave")
	b.sees("Done: may leave")
	b.sees("until ")
	b.sees(gateAs)
	b.fits("what came of it")
	b.thumbs("what came of it")
	b.picture("eway-gate-done")
	b.desktop()
	return bill
}

// gatedWithoutScript lets goods out with a browser that runs no script.
func (b *bay) gatedWithoutScript() waybill {
	b.t.Helper()
	bill := b.asksForPartA(b.farInvoice())
	b.scripts(false)
	b.phone()
	b.do("the gate", chromedp.Navigate(b.company+"/gate"))
	b.sees("Deccan Tools")
	b.do("the card", chromedp.Click(chromedp.CSS(".gate-cards a")), chromedp.WaitVisible(chromedp.CSS("#gate-vehicle")))
	if b.is(`window.htmx`) {
		b.t.Error("scripts run")
	}
	b.types("vehicle", "12")
	b.do("send", chromedp.Click(chromedp.CSS(".gate-form .gate-go")), chromedp.WaitVisible(chromedp.CSS("#gate-check.error-text")))
	b.types("vehicle", "KA-02 cd 5678")
	b.do("send", chromedp.Click(chromedp.CSS(".gate-form .gate-go")), chromedp.WaitVisible(chromedp.CSS("#gate-done")))
	b.sees("Done: may leave") // the page asks again by itself, or is done at once
	b.sees("KA02CD5678")
	b.scripts(true)
	b.desktop()
	return bill
}

// fitsAPhone looks at the pages beside the gate at the width of a phone.
func (b *bay) fitsAPhone(bill waybill) {
	b.t.Helper()
	b.phone()
	for _, path := range []string{"/c/" + testGSTIN + "/ewaybills", bill.page, "/c/" + testGSTIN + "/ewaybills/new", bill.document} {
		b.goTo(strings.TrimPrefix(path, b.site))
		b.fits(path)
	}
	b.desktop()
}

// cancelledBeforeTheIRN shows that a bill keeps its IRN, and lets it go once it is cancelled.
func (b *bay) cancelledBeforeTheIRN() {
	b.t.Helper()
	document := b.farInvoice("eway.mode", "1", "eway.distance", "842", "eway.vehicle", "MH14 GH 0042", "eway.vehicle_type", "R")
	b.goTo(document)
	bill := b.opensBill(document)
	b.goTo(document)
	b.cancelsIRN()
	b.sees("Cancel e-way bill " + bill.number)
	b.picture("eway-keeps-irn")

	b.goTo(bill.page)
	b.presses("Cancel")
	b.do("reason", chromedp.SetValue(chromedp.CSS(`[name="cancel.reason"]`), string(gst.EWayCancelDataEntry)))
	b.types("cancel.remark", "Wrong goods")
	b.presses("Cancel this e-way bill")
	b.sees("Data entry mistake · Wrong goods")
	b.waits(`document.getElementById("state-word").innerText.includes("Cancelled")`)
	b.picture("eway-cancelled")

	b.goTo(document)
	b.cancelsIRN()
	b.sees("Void")
	if page := b.text(); strings.Contains(page, "E-way bill first") {
		b.t.Errorf("a cancelled bill still keeps the IRN:\n%s", page)
	}
}

// cancelsIRN fills in the form that cancels the IRN of the document on the page.
func (b *bay) cancelsIRN() {
	b.t.Helper()
	b.presses("Cancel IRN")
	b.do("reason", chromedp.SetValue(chromedp.CSS(`[name="reason"]`), "2"))
	b.types("remark", "Wrong goods")
	b.presses("Cancel this IRN")
}

// onATripSheet puts two bills on one sheet and reads the sheet's paper.
func (b *bay) onATripSheet(bills ...waybill) {
	b.t.Helper()
	b.opens("/ewaybills")
	for _, bill := range bills {
		b.do("tick", chromedp.Click(chromedp.CSS(fmt.Sprintf(`tr:has(a[href=%q]) [data-tick]`, bill.page))))
	}
	b.sees(fmt.Sprintf("%d ticked", len(bills)))
	b.presses("Trip sheet")
	b.waits(ready + ` && document.querySelector('[name="trip.vehicle"]')`)
	b.types("trip.vehicle", gateAs)
	b.presses("Make the trip sheet")
	b.waits(`/^\d{10}$/.test(document.querySelector("#trip .eway-number")?.textContent.trim())`)
	b.waits(`document.getElementById("state-word").innerText.trim() === "Made" && document.querySelector('#eway-links a[href$="/pdf"]')`)
	b.picture("eway-trip")
	number := b.reads(`document.querySelector("#trip .eway-number").textContent.trim()`)
	paper := b.paper() // of this page, as a PDF
	for _, want := range []string{number, bills[0].number, bills[1].number} {
		if !strings.Contains(strings.ReplaceAll(paper, " ", ""), want) {
			b.t.Errorf("%s is not on the trip sheet:\n%s", want, paper)
		}
	}
	if status, kind := b.fetches("/c/" + testGSTIN + "/trips/1/pdf"); status != http.StatusOK || kind != "application/pdf" {
		b.t.Errorf("the trip sheet comes as %d %s", status, kind)
	}
}

// printed reads the codes of both prints of a bill.
func (b *bay) printed(bill waybill) {
	b.t.Helper()
	b.goTo(bill.page)
	prints := []string{"", "?slip=1"}
	if testing.Short() {
		prints = prints[1:]
	}
	for _, print := range prints {
		codes := b.codes(bill.page + "/pdf" + print)
		if !regexp.MustCompile(`(?m)^CODE-128:` + bill.number + `$`).MatchString(codes) {
			b.t.Errorf("pdf%s: the bar code is not %s:\n%s", print, bill.number, codes)
		}
		text := `(?m)^QR-Code:` + bill.number + `/` + testGSTIN + `/` + b.clock.Now().In(gst.IST).Format("02-01-2006") + ` \d\d:\d\d:\d\d$`
		if !regexp.MustCompile(text).MatchString(codes) {
			b.t.Errorf("pdf%s: the QR code is not %s:\n%s", print, text, codes)
		}
	}
}

// showsTheDriver makes the driver's link and opens it where nobody is signed in.
func (b *bay) showsTheDriver(bill waybill) {
	b.t.Helper()
	b.goTo(bill.page)
	b.presses("Make a link")
	b.do("link", chromedp.WaitVisible(chromedp.CSS("#share-link")))
	link, err := url.Parse(b.reads(`document.getElementById("share-link").value`))
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	defer cancel()
	driver := &bay{workday: &workday{person: &person{t: b.t, ctx: ctx, shots: b.shots}, dir: b.dir}, site: b.site}
	driver.phone()
	driver.goTo("/c/" + testGSTIN + "/ewaybills")
	driver.sees("Sign in")
	driver.goTo(link.Path)
	driver.sees(bill.number[:4] + " " + bill.number[4:8] + " " + bill.number[8:])
	driver.sees("Valid until")
	driver.sees(gateAs)
	driver.fits("the driver's page")
	driver.thumbs("the driver's page")
	driver.picture("eway-driver")
	for _, path := range []string{link.Path + "/ewaybill.pdf", link.Path + "/invoice.pdf"} {
		if status, kind := driver.fetches(path); status != http.StatusOK || kind != "application/pdf" {
			b.t.Errorf("%s comes as %d %s", path, status, kind)
		}
	}
	if status, _ := driver.fetches(link.Path + "x"); status != http.StatusNotFound {
		b.t.Errorf("a wrong link answers %d", status)
	}
	b.presses("End all links")
	b.sees("Driver’s links ended")
	if status, _ := driver.fetches(link.Path); status != http.StatusNotFound {
		b.t.Errorf("a link that was ended answers %d", status)
	}
}

// extended plans more time for one bill, and when the window is open presses for another on
// the board; the planned one happens by itself.
func (b *bay) extended(now, planned, untouched waybill) {
	b.t.Helper()
	b.goTo(planned.page)
	b.presses("Plan an extension")
	b.do("reason", chromedp.SetValue(chromedp.CSS(`[name="extend.reason"]`), "99"))
	b.types("extend.remark", "Road closed", "extend.distance", "300")
	b.presses("Extend when the window opens")
	b.sees("An extension is planned")
	b.sees("300 km left")
	b.picture("eway-planned")
	until := b.validUntil()

	b.clock.Set(until.Add(-5*time.Hour - 30*time.Minute))
	b.signsIn() // it is days later
	b.opens("/ewaybills?tab=expiring")
	b.sees("Ends within 24 hours")
	b.sees("5 h left")
	b.picture("eway-board")
	row := fmt.Sprintf(`li:has(a[href=%q]) `, now.page)
	b.do("fill the row", chromedp.SetValue(chromedp.CSS(row+`[name="extend.reason"]`), "1"),
		chromedp.Clear(chromedp.CSS(row+`[name="extend.distance"]`)), chromedp.SendKeys(chromedp.CSS(row+`[name="extend.distance"]`), "240"),
		chromedp.SendKeys(chromedp.CSS(row+`[name="extend.remark"]`), "Flood"), chromedp.Click(chromedp.CSS(row+`button[type="submit"]`)))
	b.waits(ready + ` && document.getElementById("eway-paper")`)
	b.validAfter(until, 2)
	b.goTo(planned.page)
	b.validAfter(until, 2)
	b.goTo(untouched.page)
	if got := b.validUntil(); !got.Equal(until) {
		b.t.Errorf("a bill that nobody extended is valid until %s, was %s", got, until)
	}
}

var validUntil = regexp.MustCompile(`Valid until (\d+ \w+ \d{4}, \d\d:\d\d)`)

// validUntil is what the bill on the page says.
func (b *bay) validUntil() time.Time {
	b.t.Helper()
	said := validUntil.FindStringSubmatch(b.text())
	if said == nil {
		b.t.Fatalf("no validity on the page:\n%s", b.text())
	}
	until, err := time.ParseInLocation("2 Jan 2006, 15:04", said[1], gst.IST)
	if err != nil {
		b.t.Fatal(err)
	}
	return until
}

// validAfter waits until the bill on the page has been given so many days more.
//
// Source: CGST Rules 2017, rule 138(10): a day for each 200 km or part of them.
func (b *bay) validAfter(old time.Time, days int) {
	b.t.Helper()
	b.sees("1 time")
	b.sees("Extended")
	if got, want := b.validUntil(), old.AddDate(0, 0, days); !got.Equal(want) {
		b.t.Errorf("valid until %s, want %s, was %s", got, want, old)
	}
}
