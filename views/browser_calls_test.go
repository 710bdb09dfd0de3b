package views_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

func TestWhatIsLeftOfADeadlineCountsDown(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 900)
	later := func(seconds string) action {
		return chromedp.Evaluate[chromedp.Void](`(() => {
			const old = document.querySelector("[data-left]"), fresh = old.cloneNode(true);
			fresh.dataset.left = "` + seconds + `";
			old.replaceWith(fresh);
			document.dispatchEvent(new Event("visibilitychange"));
		})()`)
	}
	left := func(words string) action {
		return truth(`document.querySelector("[data-left-text]").textContent === "` + words + `"`)
	}
	run(t, ctx, "the page counts from what the server said", chromedp.Navigate(s.URL+"/page/invoice"), left("18 h 4 min left"))
	run(t, ctx, "a part of the page that comes later counts too", later("3599"), left("59 min left"))
	run(t, ctx, "the last minute is said", later("20"), left("less than a minute left"))
	run(t, ctx, "after the end nothing can be sent", later("0"), left("the 24 hours are over"),
		truth(`document.querySelector('form[action$="/cancel"] button').disabled`))
}

func TestTheTextForTheHelpDeskIsCopied(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 390, 900)
	clipboard := func(what string) action {
		return chromedp.Evaluate[chromedp.Void](`Object.defineProperty(navigator, "clipboard", { configurable: true, value: ` + what + ` })`)
	}
	const label = `document.querySelector("[data-copy-label]").textContent`
	run(t, ctx, "all of it", chromedp.Navigate(s.URL+"/page/calls"), clipboard(`{ writeText: async (text) => { window.copied = text } }`),
		chromedp.Click("[data-copy]"), truth(label+` === "Copied"`), truth(`window.copied === document.getElementById("help-desk-text").value`))
	run(t, ctx, "where a browser does not allow it, the text opens, ready to be copied by hand", chromedp.Navigate(s.URL+"/page/calls?again"),
		clipboard("undefined"), chromedp.Click("[data-copy]"), truth(`document.getElementById("help-desk").open`),
		truth(`getSelection().toString() !== "" || document.getElementById("help-desk-text").selectionEnd > 0`))
}
