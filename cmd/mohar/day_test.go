package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mohar/gst"
)

// Whom and what the day's documents are about.
const (
	dayCustomer = "Konkan Agro Foods LLP"
	dayItem     = "Alphonso mango pulp, 850 g tin"
)

// ready is an expression that holds when the page's scripts run.
const ready = `document.readyState === "complete"`

// workday is a person at work in one company.
type workday struct {
	*person
	company string // address of the company's pages
	dir     string // for what is downloaded
	numbers []string
}

// TestDayOfWork makes every kind of document that a firm makes in a day, in a real
// browser: the customer and the item on the way, an invoice by keyboard alone, a
// quotation that becomes an invoice, a credit note, and the rest.
func TestDayOfWork(t *testing.T) {
	needs(t, "pdftoppm", "poppler-utils")
	needs(t, "pdftotext", "poppler-utils")
	needs(t, "zbarimg", "zbar-tools")
	p := openBrowser(t)
	dir := install(t)
	mohar := start(t, "serve", "--data", dir, "--listen", freePort(t))
	d := &workday{person: p, company: mohar.URL + "/c/" + testGSTIN, dir: t.TempDir()}

	d.do("sign in", chromedp.Navigate(mohar.URL+"/login"))
	d.types("email", testEmail, "password", testPassword)
	d.presses("Sign in")
	d.sees("27AAPFU0939F1ZV · Pune, Maharashtra")

	invoice := d.invoiceByKeyboard()
	d.quotationBecomesInvoice()
	d.creditsAPart(invoice)
	d.billOfSupply()
	d.challan()
	d.pastesABlock()
	d.twoWindows()
	d.opensAFile()
	d.reportsTheNumbers()
	d.picturesOfTheRest()
	if err := chromedp.Cancel(p.ctx); err != nil {
		t.Log(err)
	}
	mohar.stop()
	mustRun(t, "", "check", "--data", dir)
}

// opens goes to a page of the company and waits until its scripts run.
func (d *workday) opens(path string) {
	d.t.Helper()
	d.do("open "+path, chromedp.Navigate(d.company+path))
	d.waits(ready)
}

// issued waits for the page of the document that was just issued, and notes its number.
func (d *workday) issued(words ...string) (address string) {
	d.t.Helper()
	d.do("document", chromedp.WaitVisible(chromedp.CSS(".document")))
	for _, word := range words {
		d.sees(word)
	}
	d.numbers = append(d.numbers, d.reads(`document.querySelector(".paper-title strong").textContent`))
	return d.reads(`location.href`)
}

// registered is issued for a document that gets an IRN.
func (d *workday) registered(words ...string) (address string) {
	d.t.Helper()
	return d.issued(append([]string{"Registered with the portal", "Signature verified"}, words...)...)
}

// paper is the text of the page's PDF, words a blank apart.
func (d *workday) paper() string {
	d.t.Helper()
	file := filepath.Join(d.dir, "paper.pdf")
	encoded := d.reads(`fetch(location.pathname + '/pdf').then(r => r.arrayBuffer()).then(b => btoa([...new Uint8Array(b)].map(c => String.fromCharCode(c)).join('')))`)
	if err := os.WriteFile(file, decode64(d.t, encoded), 0o600); err != nil {
		d.t.Fatal(err)
	}
	text, err := exec.CommandContext(d.ctx, "pdftotext", "-layout", file, "-").Output()
	if err != nil {
		d.t.Fatalf("pdftotext: %v", err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// prints wants texts on the page's PDF.
func (d *workday) prints(texts ...string) {
	d.t.Helper()
	paper := d.paper()
	for _, text := range texts {
		if !strings.Contains(paper, text) {
			d.t.Errorf("%q is not on paper:\n%s", text, paper)
		}
	}
}

// customer chooses the day's customer, whose details then fill the form.
func (d *workday) customer() {
	d.t.Helper()
	d.types("buyer.name", dayCustomer)
	d.waits(valued("buyer-gstin", "27AABFK4417C1ZS"))
}

// item sells so many of the day's item, which fills the line.
func (d *workday) item(qty string) {
	d.t.Helper()
	d.types("lines[0].description", dayItem)
	d.waits(valued("lines-0-hsn", "20089911") + " || " + valued("lines-0-hsn", "2008 99 11"))
	d.types("lines[0].qty", qty)
}

func (d *workday) invoiceByKeyboard() (address string) {
	today := gst.DateOf(time.Now()).String()
	d.opens("/invoices")
	d.strikes("N")
	d.waits(ready + " && " + focused("buyer-name"))
	d.customerInPlace()
	d.tabsTo("#lines-0-description", "Tab")
	d.itemInPlace()
	d.writes("240")
	d.fills("#lines-0-discount", "10+5%")
	d.strikes("Alt+M")
	d.waits(focused("lines-0-free-qty"))
	d.fills("#lines-0-batch-name", "L-2611")
	d.strikes("Alt+M")
	d.waits(focused("lines-0-description"))
	d.tabsTo("[data-menu] summary", "Tab")
	d.strikes("Space")
	d.tabsTo(`[data-add-charge="freight"]`, "Tab")
	d.strikes("Space")
	d.waits(focused("lines-1-price"))
	d.writes("6500")
	d.tabsTo("#order-fold > summary", "Tab")
	d.strikes("Space")
	d.fills("#order-number", "PO-4417", "#order-date", today, "#terms-days", "30", "#terms-interest", "18% a year",
		"#transport-transporter", "Sharda Roadlines", "#transport-vehicle", "MH12AB1234", "#transport-lr-number", "LR-5512",
		"#transport-destination", "Vashi", "#transport-packages", "240 cartons")
	d.sees("Draft saved")
	d.sees("1,40,410.00")
	d.picture("day-editor")
	d.strikes("Ctrl+Enter")
	address = d.registered("Freight", "PO-4417", "L-2611", "Sharda Roadlines", "240 cartons", "Due ")
	d.picture("day-invoice")
	d.prints("PO-4417", "LR-5512", "MH12AB1234", "Sharda Roadlines", "240 cartons", "Vashi", "18% a year", "L-2611", "10+5%", "Freight",
		"1,40,410.00", d.numbers[0])
	if qr := decodedQR(d.t, d.person, d.dir); !strings.HasPrefix(qr, "eyJ") || strings.Count(qr, ".") != 2 {
		d.t.Errorf("the QR code says %q", qr)
	}
	return address
}

// customerInPlace makes a customer without leaving the form.
func (d *workday) customerInPlace() {
	d.writes(dayCustomer)
	d.strikes("Alt+C")
	d.waits(focused("customer-name"))
	d.picture("day-new-customer")
	d.tabsTo("#customer-gstin", "Shift+Tab")
	d.writes("27AABFK4417C1ZS")
	d.fills("#customer-address1", "Plot 12, Sector 19", "#customer-place", "Vashi, Navi Mumbai", "#customer-pin", "400703")
	d.strikes("Enter")
	d.waits(focused("supply") + " && " + valued("buyer-gstin", "27AABFK4417C1ZS") + " && " + valued("buyer-pin", "400703"))
}

// itemInPlace makes an item without leaving the form.
func (d *workday) itemInPlace() {
	d.writes(dayItem)
	d.strikes("Alt+C")
	d.waits(focused("item-description"))
	d.fills("#item-hsn", "20089911", "#item-unit", "CTN", "#item-rate", "5")
	d.picture("day-new-item")
	d.tabsTo("#item-price", "Shift+Tab")
	d.writes("620")
	d.strikes("Enter")
	d.waits(focused("lines-0-qty") + " && " + valued("lines-0-rate", "5") + " && " + valued("lines-0-unit", "CTN"))
}

func (d *workday) quotationBecomesInvoice() {
	d.opens("/invoices/new?type=" + string(gst.Quotation))
	d.customer()
	d.item("10")
	d.sees("6,510.00")
	d.picture("day-quotation-editor")
	d.presses("Issue")
	d.issued("QUOTATION", "Make invoice")
	d.picture("day-quotation")
	d.prints("QUOTATION", "6,510.00")
	quotation := d.numbers[len(d.numbers)-1]
	d.presses("Make invoice")
	d.waits(valued("lines-0-qty", "10"))
	d.presses("Issue & register")
	d.registered("Made from quotation", quotation, "6,510.00")
	d.picture("day-invoice-of-quotation")
}

// creditsAPart takes 40 cartons of the invoice back.
func (d *workday) creditsAPart(invoice string) {
	d.do("the invoice", chromedp.Navigate(invoice))
	d.sees("What happened")
	d.presses("Credit note")
	d.waits(ready + ` && window.htmx && document.getElementById("note-form")`)
	d.do("reason", chromedp.SetValue("#reason", "returned"))
	d.types("lines[0].qty", "40")
	d.sees("22,264.00")
	d.picture("day-note")
	d.presses("Issue & register")
	note := d.registered("CREDIT NOTE", "To tax invoice", "22,264.00")
	d.picture("day-credit-note")
	d.prints("CREDIT NOTE", "22,264.00", d.numbers[0])
	d.do("the invoice again", chromedp.Navigate(invoice))
	d.sees("1,18,146.00 of ₹\u20091,40,410.00 is not credited")
	d.sees(d.numbers[len(d.numbers)-1])
	d.picture("day-invoice-with-note")
	if note == invoice {
		d.t.Error("the note has the invoice's page")
	}
}

func (d *workday) billOfSupply() {
	d.opens("/invoices/new?type=" + string(gst.BillOfSupply))
	d.customer()
	d.types("lines[0].description", "Fresh mangoes, Alphonso", "lines[0].hsn", "0804 50 20", "lines[0].qty", "50",
		"lines[0].unit", "KGS", "lines[0].price", "180", "lines[0].rate", "0")
	d.sees("9,000.00")
	d.presses("Issue")
	d.issued("BILL OF SUPPLY", "9,000.00")
	d.picture("day-bill-of-supply")
	d.prints("BILL OF SUPPLY", "9,000.00")
}

func (d *workday) challan() {
	d.opens("/invoices/new?type=" + string(gst.DeliveryChallan))
	d.customer()
	d.types("purpose", "Job work")
	d.item("5")
	d.picture("day-challan-editor")
	d.presses("Issue")
	d.issued("DELIVERY CHALLAN", "Job work")
	d.picture("day-challan")
	d.prints("DELIVERY CHALLAN", "Job work")
}

// pastesABlock leaves a draft with 20 lines from a spreadsheet.
func (d *workday) pastesABlock() {
	d.opens("/invoices/new")
	d.customer()
	var block strings.Builder
	for i := range 20 {
		fmt.Fprintf(&block, "Cumin seed, grade %d\t09093129\t%d\tKGS\t₹ 300.00\t\t5%%\n", i+1, i+1)
	}
	d.do("paste", chromedp.Focus("#lines-0-description"), chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", `+quoted(block.String())+`);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`))
	d.waits(`document.querySelectorAll("tbody.line").length === 21 && ` + valued("lines-19-qty", "20") + ` && ` + valued("lines-19-rate", "5"))
	d.sees("66,150.00") // 210 kg at 300.00, and 5 %
	d.sees("Draft saved")
	d.picture("day-block")
}

// twoWindows opens the draft on the page in a second window. What is saved there first
// stays; this window is told, and keeps what was typed in it.
func (d *workday) twoWindows() {
	ctx, cancel := chromedp.NewContext(d.ctx, chromedp.WithNewWindow(true))
	defer cancel()
	d.waits(`/\/invoices\/\d+$/.test(location.pathname)`)
	other := &person{t: d.t, ctx: ctx, shots: d.shots}
	other.do("the same draft", chromedp.Navigate(d.reads("location.href")))
	other.waits(valued("lines-19-qty", "20"))
	other.types("lines[0].qty", "101")
	other.presses("Save draft")
	other.waits(ready + ` && location.search === "?done=saved"`)

	d.types("lines[1].qty", "202")
	d.sees("Not saved: changed in another window")
	d.presses("Save draft")
	d.sees("while you had it open. Open it again and repeat your change.")
	d.waits(valued("lines-1-qty", "202") + ` && ` + valued("lines-19-qty", "20"))
	d.picture("day-two-windows")
	other.do("again", chromedp.Reload())
	other.waits(valued("lines-0-qty", "101") + " && " + valued("lines-1-qty", "2"))
}

// opensAFile opens an INV-01 file as a draft and downloads it again.
func (d *workday) opensAFile() {
	file, err := filepath.Abs(filepath.Join("testdata", "every-block.json"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.opens("/invoices/import")
	d.picture("day-import")
	d.do("choose the file", chromedp.SetUploadFiles("#file", []string{file}))
	d.presses("Open as draft")
	d.waits(valued("number", "OLD/26-27/77"))
	d.picture("day-opened-file")
	sameJSON(d.t, file, d.reads(`fetch(location.pathname + '/inv01').then(r => r.text())`))
	d.presses("Save draft") // through the form and back it is the same file still
	d.waits(`location.search === "?done=saved" && ` + valued("number", "OLD/26-27/77"))
	sameJSON(d.t, file, d.reads(`fetch(location.pathname + '/inv01').then(r => r.text())`))
}

// sameJSON wants a text to say what a file says.
func sameJSON(t *testing.T, file, text string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%s came back as\n%s", filepath.Base(file), text)
	}
}

func (d *workday) reportsTheNumbers() {
	d.opens("/reports/documents")
	d.do("this month", chromedp.SetValue("#period", d.reads(`document.querySelector("#period option").value`)))
	d.presses("Show")
	d.sees("Invoices for outward supply")
	d.sees("Credit notes")
	page := d.text()
	for _, number := range d.numbers {
		if strings.HasPrefix(number, "QTN") == strings.Contains(page, number) {
			t := d.t
			t.Errorf("%s: quotations are not in the report, everything else is:\n%s", number, page)
		}
	}
	d.picture("day-report")
}

// picturesOfTheRest leaves pictures of the pages that the day did not come to.
func (d *workday) picturesOfTheRest() {
	if d.shots == "" {
		return
	}
	for name, path := range map[string]string{
		"list": "/invoices", "customers": "/customers", "customer": "/customers/1", "customer-new": "/customers/new", "customers-bring": "/customers/import",
		"items": "/items", "item": "/items/1", "items-bring": "/items/import", "hsn": "/hsn", "transporters": "/transporters",
		"transporter-new": "/transporters/new", "elsewhere": "/invoices/elsewhere", "series": "/settings/series", "lock": "/settings/lock",
		"print": "/settings/print", "branches": "/settings/branches", "debit-note": "/invoices/1/note?type=DBN",
	} {
		d.opens(path)
		d.picture("day-" + name)
	}
	d.do("rules", chromedp.Navigate(strings.Split(d.company, "/c/")[0]+"/settings/rules"))
	d.picture("day-rules")
}
