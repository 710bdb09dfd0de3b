package views_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestAKeysSecretIsCopied(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 390, 900)
	clipboard := func(what string) action {
		return chromedp.Evaluate[chromedp.Void](`Object.defineProperty(navigator, "clipboard", { configurable: true, value: ` + what + ` })`)
	}
	const button = `[data-copy="key-secret"]`
	run(t, ctx, "each button copies its own", chromedp.Navigate(s.URL+"/page/key-made"), clipboard(`{ writeText: async (text) => { window.copied = text } }`),
		chromedp.Click(button), truth(`document.querySelector('`+button+` [data-copy-label]').textContent === "Copied"`),
		truth(`window.copied === "b7Qm2XeT9LsR4wYzK1vNc8Ha"`),
		chromedp.Click(`[data-copy="key-curl"]`), truth(`window.copied.startsWith("curl -s -u M204816357092846135:")`))
	run(t, ctx, "where a browser does not allow it, it is selected to be copied by hand", chromedp.Navigate(s.URL+"/page/key-made?again"),
		clipboard("undefined"), chromedp.Click(button), truth(`document.activeElement.id === "key-secret" && document.activeElement.selectionEnd === 24`))
}

func TestTheFormOfAKeyShowsOnlyWhatTheChoicesLeave(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 900)
	shown := func(selector, yes string) action {
		return truth(`(document.querySelector("` + selector + `").offsetHeight > 0) === ` + yes)
	}
	run(t, ctx, "as it came back", chromedp.Navigate(s.URL+"/page/key-form"), shown(".key-until", "true"), shown(".key-companies", "true"))
	run(t, ctx, "for all companies, and for ever", chromedp.Click(`[name=which][value=all]`),
		chromedp.Evaluate[chromedp.Void](`document.querySelector("[name=expiry]").value = "never"`), shown(".key-companies", "false"), shown(".key-until", "false"))
}
