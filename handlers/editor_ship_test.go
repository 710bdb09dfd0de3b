package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// withGodowns is a customer with two further addresses, whose prices hold the tax.
func withGodowns() url.Values {
	return customerTypedForm("customer.supply", "", "customer.prices", "inclusive",
		"customer.addresses[0].label", "Bhiwandi godown", "customer.addresses[0].address1", "Plot 9, MIDC", "customer.addresses[0].place", "Bhiwandi",
		"customer.addresses[0].pin", "421302", "customer.addresses[0].state", "27",
		"customer.addresses[1].label", "Depot", "customer.addresses[1].name", "Konkan Depot", "customer.addresses[1].address1", "Ring Road 4", "customer.addresses[1].place", "Surat",
		"customer.addresses[1].pin", "395002", "customer.addresses[1].state", "24")
}

func TestGoodsGoToAFurtherAddressOfTheBuyerWithoutScript(t *testing.T) {
	s := newCompanySite(t)
	s.wantRedirect(s.post(customersURL, withGodowns()), customersURL+"?done=saved")
	r := s.post(invoicesURL, url.Values{"do": {"customer"}, "type": {"INV"}, "buyer.name": {"Konkan Agro Industries"}})
	s.want(r, http.StatusOK, `>Bhiwandi godown</option>`, `>Depot, Surat</option>`)
	form := formOf(r.body)
	if form.Get("supply") != "B2B" || form.Get("prices") != "inclusive" || form.Get("terms.days") != "30" {
		t.Errorf("the customer's usual terms came as %q, %q, %q", form.Get("supply"), form.Get("prices"), form.Get("terms.days"))
	}
	form = formOf(s.post(invoicesURL, with(form, "do", "ship", "ship_to", "0")).body)
	if form.Get("ship.name") != "Konkan Agro Industries" || form.Get("ship.pin") != "421302" || form.Get("ship.state") != "27" {
		t.Errorf("to the godown: %v", form)
	}
	r = s.post(invoicesURL, with(form, "do", "ship", "ship_to", "1"))
	s.want(r, http.StatusOK, `<option value="1" selected>Depot, Surat</option>`, `value="Konkan Depot"`)
	typed := formOf(s.post(invoicesURL, with(formOf(r.body), "do", "line", "ship.address1", "Elsewhere 5")).body)
	if typed.Get("ship_to") != "typed" || formOf(s.post(invoicesURL, with(typed, "do", "ship")).body).Get("ship.address1") != "Elsewhere 5" {
		t.Error("an address that was typed is not kept")
	}
	if own := formOf(s.post(invoicesURL, with(typed, "do", "ship", "ship_to", "")).body); own.Get("ship.address1") != "" || own.Get("ship.name") != "" {
		t.Errorf("to the buyer: %v", own)
	}
	s.wantNot(s.post(invoicesURL, url.Values{"do": {"line"}, "type": {"INV"}, "buyer.name": {"Nobody"}}), "Bhiwandi")
}

func TestACustomerWithoutGSTINIsBilledAsAConsumerUnlessItSaysOtherwise(t *testing.T) {
	s := newCompanySite(t)
	s.post(customersURL, customerTypedForm("customer.gstin", "", "customer.supply", "", "customer.state", "27", "customer.name", "Asha Stores"))
	s.want(s.get(invoicesURL+"/customers?buyer.name=asha"), http.StatusOK, `data-supply="B2C"`)
	s.want(s.get(customersURL), http.StatusOK, "no GSTIN · Maharashtra")
}

func TestTheEditorTakesAddressesAndPricesOfACustomerOver(t *testing.T) {
	s := newCompanySite(t)
	s.post(customersURL, withGodowns())
	p := s.openBrowser(t)
	value := func(id, want string) chromedp.Action[chromedp.Void] {
		return holds(`document.getElementById("` + id + `")?.value === "` + want + `"`)
	}
	p.run("the buyer's addresses are offered", chromedp.Navigate(s.server.URL+invoicesURL+"/new"), holds("window.htmx"),
		holds(`(() => {
			const name = document.getElementById("buyer-name");
			if (document.getElementsByName("prices")[0].value === "inclusive") return true;
			name.value = "Konkan Agro Industries";
			name.dispatchEvent(new Event("input", { bubbles: true }));
		})()`), holds(`document.querySelectorAll("[name=ship_to] option").length === 4`))
	p.run("one fills the fields", holds(`(() => { const s = document.querySelector("[name=ship_to]"); s.value = "1"; s.dispatchEvent(new Event("change", { bubbles: true })); return true; })()`),
		value("ship-place", "Surat"), value("ship-name", "Konkan Depot"))
	p.run("another buyer's goods do not go there", chromedp.Evaluate[chromedp.Void](`(() => {
			for (const [id, text] of [["buyer-gstin", ""], ["buyer-name", "Nobody Known"]]) {
				const field = document.getElementById(id);
				field.value = text;
				field.dispatchEvent(new Event("input", { bubbles: true }));
			}
		})()`), value("ship-place", ""), holds(`document.getElementById("ship-to-choice").hidden`))
	p.run("Alt C opens an item's form", chromedp.Evaluate[chromedp.Void](`(() => {
			const field = document.getElementById("lines-0-description");
			field.value = "Jaggery";
			field.dispatchEvent(new KeyboardEvent("keydown", { key: "c", code: "KeyC", altKey: true, bubbles: true }));
		})()`), holds(`document.querySelector("dialog[open] #item-description")?.value === "Jaggery"`))
	p.run("which stays while its code is typed", chromedp.SendKeys("input#item-hsn", "1006"), holds(`document.querySelector("#item-hsn-codes option")`))
	p.run("and its price comes with the tax, as the document's prices are meant",
		holds(`(document.getElementsByName("prices")[0].value = "inclusive")`),
		chromedp.SetValue("#item-rate", "5"), chromedp.SendKeys("#item-price", "100"), chromedp.Click(`dialog .panel-foot button`), value("lines-0-price", "105"))
}

func TestAFewMistakesOfAFileStandBeforeTheGoodRows(t *testing.T) {
	rows := []previewRow{{number: 2, ok: true, name: "Good"}, {number: 3, ok: false, name: "Bad"}, {number: 4, ok: true, name: "Fine"}}
	var names []string
	for _, r := range whatNeedsALook(rows) {
		names = append(names, r.name)
	}
	if got := strings.Join(names, " "); got != "Bad Good Fine" {
		t.Errorf("in the order %s", got)
	}
}
