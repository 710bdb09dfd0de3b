package views_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// alt presses a key together with Alt.
func alt(key string) action { return chromedp.KeyEvent(key, chromedp.KeyModifiers(kb.ModifierAlt)) }

// value is the text of the field with an id, in JavaScript.
func value(id string) string { return `document.getElementById("` + id + `").value` }

// paste puts a text into the focused field as the clipboard would.
func paste(text string) action {
	return chromedp.Evaluate[chromedp.Void](`(() => {
		const data = new DataTransfer();
		data.setData("text/plain", ` + strconv.Quote(text) + `);
		document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`)
}

const lineCount = `document.querySelectorAll("tbody.line").length`

func openEditor(s *site, page string) action {
	return chromedp.Steps(chromedp.Navigate(s.URL+"/page/"+page), truth(`document.readyState === "complete" && `+lineCount+` > 0`))
}

func TestBlockFromASpreadsheet(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "a block goes rightwards and downwards from the focused cell", openEditor(s, "editor-fresh"), chromedp.Focus("#lines-0-description"),
		paste("Cumin\t09093129\t10\tKGS\t₹ 300.00\t\t5%\nPepper\t09041110\t4\tKGS\t700\t10+5%\t5\r\nCloves\t09071010\t1\tKGS\t900\t\t5\n"),
		truth(lineCount+` === 4 && `+value("lines-0-price")+` === "300.00" && `+value("lines-0-rate")+` === "5" && `+value("lines-1-discount")+` === "10+5%" && `+value("lines-2-qty")+` === "1"`),
		truth(`document.activeElement.id === "lines-3-description"`))
	run(t, ctx, "its headings say which column is which, also of the further fields", chromedp.Focus("#lines-3-description"),
		paste("Sl\tRate\tItem\tQty\tBatch\n1\t55\tTurmeric\t6\tT-9\n2\t80\t\"Chilli \"\"Guntur\"\"\nred\"\t2\t\n"),
		truth(lineCount+` === 6 && `+value("lines-3-description")+` === "Turmeric" && `+value("lines-3-price")+` === "55" && `+value("lines-3-batch-name")+` === "T-9"`),
		truth(value("lines-4-description")+` === 'Chilli "Guntur" red' && !document.getElementById("lines-4-batch-name")`))
	run(t, ctx, "Alt Z takes the last block back", alt("z"),
		truth(lineCount+` === 4 && `+value("lines-3-description")+` === "" && `+value("lines-2-description")+` === "Cloves"`))
	run(t, ctx, "a word without tab or line break is pasted as ever", chromedp.Focus("#lines-3-description"),
		chromedp.Evaluate[chromedp.Void](`document.addEventListener("paste", (e) => document.title = String(e.defaultPrevented), { once: true })`),
		paste("Saffron"), truth(`document.title === "false"`))
}

func TestMoreOfALine(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const details = `document.querySelector('[data-line="1"] tr.line-more details')`
	run(t, ctx, "lines have no further fields until they are asked for", openEditor(s, "invoice-edit"),
		truth(`document.querySelectorAll("tr.line-more").length === 0`))
	run(t, ctx, "Alt M opens them", chromedp.Focus("#lines-1-qty"), alt("m"), truth(`document.activeElement.id === "lines-1-free-qty"`))
	run(t, ctx, "typed into, they mark the line", chromedp.SendKeys("#lines-1-batch-name", "W-77"),
		truth(`document.querySelector('[data-line="1"] [data-more]').hasAttribute("data-filled")`))
	run(t, ctx, "Alt M closes them, and the row says what they hold", alt("m"),
		truth(`!`+details+`.open && `+details+`.querySelector(".fold-sum").textContent === "Batch W-77" && document.activeElement.id === "lines-1-description"`))
	run(t, ctx, "a property more", alt("m"), chromedp.Click(`[data-line="1"] [data-add-attribute]`),
		truth(`document.activeElement.name === "lines[1].attributes[2].name" && document.querySelector('[name="lines[1].attributes[2].value"]') !== null`))
	run(t, ctx, "Alt D puts a copy below, all of it under the new number", chromedp.Focus("#lines-1-qty"), alt("d"),
		truth(`document.activeElement.id === "lines-2-qty" && `+value("lines-2-batch-name")+` === "W-77" && `+value("lines-3-description")+` === "Cold-chain freight to Vashi"`))
	run(t, ctx, "Alt Up moves a line", press("ArrowUp", 38, 1),
		truth(`document.activeElement.id === "lines-1-qty"`), press("ArrowUp", 38, 1),
		truth(value("lines-0-description")+` === "Cashew kernels W320" && `+value("lines-1-description")+` === "Alphonso mango pulp, 850 g tin" && `+value("lines-0-batch-name")+` === "W-77"`))
	run(t, ctx, "a remembered item brings its further fields along", openEditor(s, "editor-fresh"), chromedp.Focus("#lines-0-description"), chromedp.KeyEvent("Masala cola 300 ml"),
		truth(value("lines-0-retail-price")+` === "30" && document.querySelector('[data-line="0"] [data-more]').hasAttribute("data-filled")`))
}

func TestCharges(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "a charge stands below the goods, and shares their HSN and rate", openEditor(s, "invoice-edit"),
		chromedp.Click(`[data-menu] summary`), chromedp.Click(`[data-add-charge="packing"]`),
		truth(`document.activeElement.id === "lines-3-price" && `+value("lines-3-description")+` === "Packing" && document.querySelector('[name="lines[3].charge"]').value === "packing"`),
		truth(`document.getElementById("lines-3-hsn").placeholder === "as goods" && !document.querySelector("[data-menu]").open && `+lineCount+` === 5`))
	run(t, ctx, "Enter passes its HSN and rate", chromedp.Focus("#lines-3-description"), press("Enter", 13, 0), truth(`document.activeElement.id === "lines-3-unit"`))
	run(t, ctx, "removed and brought back, it is still a charge", press("Delete", 46, 1), truth(lineCount+` === 4`), alt("z"),
		truth(`document.querySelector('[data-line="3"] [name="lines[3].charge"]').value === "packing"`))
}

func TestRowsOfAGroup(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "one more supporting document", openEditor(s, "editor-fresh"), chromedp.Click(`#docs-fold > summary`), chromedp.Click(`[data-group="docs"] [data-add-row]`),
		truth(`document.activeElement.name === "docs[1].url" && document.querySelector('label[for="docs-1-info"]') !== null`))
	run(t, ctx, "closed, the fold says what it holds", chromedp.SendKeys("#docs-1-url", "https://docs.example"), chromedp.Click(`#docs-fold > summary`),
		truth(`document.querySelector("#docs-fold .fold-sum").textContent === "https://docs.example"`))
	run(t, ctx, "an export asks for its fields", truth(`!document.getElementById("export-fold").checkVisibility()`),
		chromedp.Evaluate[chromedp.Void](`document.getElementById("supply").value = "EXPWP"; document.getElementById("supply").dispatchEvent(new Event("change", { bubbles: true }))`),
		truth(`document.getElementById("export-country").checkVisibility()`))
	run(t, ctx, "a typed round-off is meant", chromedp.Click(`#whole-fold > summary`), chromedp.SendKeys("#totals-round-off", "0.40"), truth(value("round")+` === "typed"`))
}

func TestMessagesComeWhileTyping(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const hsn = `document.getElementById("lines-3-hsn")`
	run(t, ctx, "nobody is told off before they left the field", openEditor(s, "invoice-edit"), chromedp.SendKeys("#lines-3-description", "Jaggery"), truth(`document.getElementById("messages").dataset.messages.includes("lines[3].hsn")`),
		truth(`!document.getElementById("lines-3-hsn-error") && !`+hsn+`.hasAttribute("aria-invalid")`))
	run(t, ctx, "the message stands below the line, tied to the field", chromedp.Focus("#lines-3-hsn"), chromedp.Focus("#lines-3-qty"),
		truth(`document.getElementById("lines-3-hsn-error").textContent === "HSN/SAC: An HSN code is missing." && `+hsn+`.getAttribute("aria-invalid") === "true" && `+hsn+`.getAttribute("aria-describedby").includes("lines-3-hsn-error")`))
	run(t, ctx, "it follows its line to another number", chromedp.Focus("#lines-0-qty"), press("Delete", 46, 1),
		truth(`document.getElementById("lines-2-hsn-error") !== null`))
	run(t, ctx, "and goes with its cause", chromedp.SendKeys("#lines-2-hsn", "17011490"),
		truth(`!document.querySelector("#lines .error-text") && !document.querySelector("#lines [aria-describedby$='-error']")`))
	run(t, ctx, "what the item cost last time hangs below its price", chromedp.Focus("#lines-0-price"),
		truth(`document.getElementById("lines-0-last").checkVisibility() && document.getElementById("lines-0-last").textContent.includes("₹ 860")`))
	run(t, ctx, "a form that came back with messages says new ones at once, and opens their folds", openEditor(s, "invoice-faults"), chromedp.Focus("#lines-0-qty"), chromedp.KeyEvent("9"),
		truth(`document.getElementById("payment-fold").open && document.getElementById("payment-ifsc-error").textContent === "An IFSC has 11 characters."`),
		truth(`!document.getElementById("lines-1-hsn-error") && !document.getElementById("buyer-pin-error")`))
}

func TestCreatedInPlace(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "Alt C in the grid makes an item, which fills the line", openEditor(s, "editor-fresh"), chromedp.SendKeys("#lines-0-description", "Jaggery"), alt("c"),
		truth(`document.getElementById("create").open && document.activeElement.value === "Jaggery"`),
		chromedp.Click("#create-body button"), truth(`!document.getElementById("create").open && `+value("lines-0-hsn")+` === "17011490" && `+value("lines-0-cess-rate")+` === "1" && document.activeElement.id === "lines-0-qty"`))
	run(t, ctx, "elsewhere a customer", chromedp.Focus("#buyer-name"), chromedp.KeyEvent("Nila"), alt("c"), truth(`document.getElementById("create").open && document.activeElement.value === "Nila"`),
		chromedp.Click("#create-body button"), truth(value("buyer-gstin")+` === "33AAACN5512P1ZE" && document.activeElement.id === "supply"`))
	run(t, ctx, "HSN codes are suggested from two digits on", chromedp.SendKeys("#lines-1-hsn", "17"), truth(`document.querySelector("#hsn-codes option")?.value === "17011490"`))
}

// logged runs a step and logs how long the page took over it.
func logged(t *testing.T, ctx context.Context, what, script string) {
	t.Helper()
	took, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`(() => { const start = performance.now(); `+script+`; document.body.offsetHeight; return performance.now() - start })()`))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	t.Logf("%s: %.0f ms", what, took)
}

func TestLongDocumentIsFluid(t *testing.T) {
	s := newSite(t)
	s.lines.Store(250)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "open", chromedp.Navigate(s.URL+"/long"), truth(lineCount+` === 251`))
	logged(t, ctx, "a key in a cell", `const i = document.getElementById("lines-120-qty"); i.value = "7"; i.dispatchEvent(new Event("input", { bubbles: true }))`)
	logged(t, ctx, "removing the first line", `document.querySelector('[data-line="0"] [data-drop-line]').click()`)
	logged(t, ctx, "pasting 200 lines", `const data = new DataTransfer(); data.setData("text/plain", "Cumin\t09093129\t10\tKGS\t300\t\t5\n".repeat(200));
		document.getElementById("lines-249-description").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))`)
	run(t, ctx, "all lines are there", truth(lineCount+` === 450 && `+value("lines-448-hsn")+` === "09093129"`))
	logged(t, ctx, "taking them back", `document.querySelector("#toasts button").click()`)
	run(t, ctx, "and gone", truth(lineCount+` === 250`))
	logged(t, ctx, "opening the further fields of a line", `document.querySelector('[data-line="40"] [data-more]').click()`)
}

func TestWhatIsRememberedOfACustomerIsFilledInOnce(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const again = `(() => { const name = document.getElementById("buyer-name"); name.value += "x"; name.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" })); name.value = name.value.slice(0, -1); name.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "deleteContentBackward" })); })()`
	const chosen = `(() => { const supply = document.getElementById("supply"); supply.value = "EXPWP"; supply.dispatchEvent(new Event("change", { bubbles: true })) })()`
	s.remembers.Store(true)
	run(t, ctx, "the suggestions follow what is typed", openEditor(s, "editor-fresh"), chromedp.Focus("#buyer-name"), chromedp.KeyEvent("Ko"),
		truth(`document.querySelector('#customers option[value^="Konkan"]').dataset.buyerAddress1 === "Plot 14"`),
		chromedp.Evaluate[chromedp.Void](`document.getElementById("buyer-name").value = ""`))
	run(t, ctx, "a supply type chosen before the buyer stays", chromedp.Evaluate[chromedp.Void](chosen),
		chromedp.Focus("#buyer-name"), chromedp.KeyEvent("Konkan Agro Foods LLP"),
		truth(value("buyer-gstin")+` === "27AABFK4417C1ZS" && `+value("supply")+` === "EXPWP"`))
	run(t, ctx, "known details close, and Enter passes them", truth(`!document.querySelector(".buyer-details").open`),
		chromedp.Focus("#date"), press("Enter", 13, 0), truth(`document.activeElement.id === "lines-0-description"`))
	run(t, ctx, "what was typed over them stays, though the name is touched again", chromedp.Evaluate[chromedp.Void](`document.getElementById("buyer-address1").value = "Gate 3"`),
		chromedp.Evaluate[chromedp.Void](again), truth(value("buyer-address1")+` === "Gate 3"`))
	run(t, ctx, "another customer brings all of its own", chromedp.Evaluate[chromedp.Void](`document.getElementById("buyer-name").value = ""`),
		chromedp.Focus("#buyer-name"), chromedp.KeyEvent("Deccan Tools & Dies Pvt Ltd"),
		truth(value("buyer-gstin")+` === "29AADCD8832K1ZJ" && `+value("supply")+` === "B2B" && `+value("buyer-address1")+` === ""`))
}

func TestNothingMovesUnderThePointer(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const pointer = `document.getElementById("lines-0-qty").dispatchEvent(new PointerEvent(%s, { bubbles: true }))`
	down, up := strings.Replace(pointer, "%s", `"pointerdown"`, 1), strings.Replace(pointer, "%s", `"pointerup"`, 1)
	const message = `document.getElementById("lines-3-hsn-error")`
	run(t, ctx, "a message waits while a button is pressed", openEditor(s, "invoice-edit"), chromedp.SendKeys("#lines-3-description", "Jaggery"), truth(`document.getElementById("messages").dataset.messages.includes("lines[3].hsn")`),
		chromedp.Focus("#lines-3-hsn"), chromedp.Evaluate[chromedp.Void](down), chromedp.Focus("#lines-3-qty"), truth(`!`+message))
	run(t, ctx, "and comes after the click", chromedp.Evaluate[chromedp.Void](up), truth(message+` !== null`))
	run(t, ctx, "what was said of a field is not said of what is typed there now", openEditor(s, "invoice-edit"), chromedp.SendKeys("#lines-3-description", "Jaggery"), truth(`document.getElementById("messages").dataset.messages.includes("lines[3].hsn")`),
		chromedp.Evaluate[chromedp.Void](`(() => { const hsn = document.getElementById("lines-3-hsn"); hsn.focus(); hsn.value = "17011490"; hsn.dispatchEvent(new Event("input", { bubbles: true })); document.getElementById("lines-3-qty").focus(); document.title = String(`+message+` === null) })()`),
		truth(`document.title === "true"`))
}

func TestTheGridShowsUsualValuesWhole(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const cut = `[...document.querySelectorAll('[data-line="0"] > tr:first-child input:not([type=hidden])')].filter((el) => el.scrollWidth > el.clientWidth && !el.name.endsWith("description")).map((el) => el.name).join() === ""`
	run(t, ctx, "codes in groups, lakhs and double discounts are not cut", openEditor(s, "editor-fresh"), chromedp.Focus("#lines-0-description"),
		paste("Mango pulp\t2008 99 11\t1,000.125\tKGS\t1,25,000.00\t12.5+5%\t18\n"), truth(value("lines-0-hsn")+` === "2008 99 11" && `+cut))
	run(t, ctx, "a property is called by its name in the summary", chromedp.Focus("#lines-0-qty"), alt("m"),
		chromedp.SendKeys(`[name="lines[0].attributes[0].name"]`, "Grade"), chromedp.SendKeys(`[name="lines[0].attributes[0].value"]`, "A"), alt("m"),
		truth(`document.querySelector('[data-line="0"] .fold-sum').textContent === "Grade A"`))
}

func TestShortDates(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "an editor", openEditor(s, "editor-fresh"), chromedp.Click("#order-fold > summary"))
	types := func(id, text string) action {
		return chromedp.Steps(chromedp.Focus("#"+id), chromedp.Evaluate[chromedp.Void](`document.getElementById("`+id+`").select()`), chromedp.KeyEvent(text), press("Enter", 13, 0))
	}
	for _, test := range []struct{ typed, want string }{
		{"5", "05/11/2026"}, {"5-1", "05/01/2027"}, {"20/11", "20/11/2026"}, {"1.12.25", "01/12/2025"}, {"31/2", "31/2"},
		{"21/11/2026", "21/11/2026"}, {"21-Nov-2026", "21-Nov-2026"}, {"soon", "soon"},
	} {
		run(t, ctx, test.typed+" is "+test.want, chromedp.Evaluate[chromedp.Void](`(() => { const date = document.getElementById("date"); date.value = "22/11/2026"; date.dispatchEvent(new Event("change", { bubbles: true })) })()`),
			types("order-date", test.typed), truth(value("order-date")+` === "`+test.want+`"`))
	}
	run(t, ctx, "days are near to the document's own", types("date", "15-8-24"), types("order-date", "10"), truth(value("date")+` === "15/08/2024" && `+value("order-date")+` === "10/08/2024"`))
}
