package views_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mohar/static"
	"mohar/views"
)

// policy is the Content-Security-Policy under which the program serves its pages.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// site serves the example pages as the program would, and counts what the editor asks.
type site struct {
	*httptest.Server
	previews, saves, issues atomic.Int32
	away, signedOut         atomic.Bool  // nothing is answered, or only "You are signed out"
	status                  atomic.Int32 // of what a proxy answers in place of the program; 0: none
	lines                   atomic.Int32 // of the form at /long
	draft                   atomic.Value // url.Values of the last save
	remembers               atomic.Bool  // more of the customers than the page was drawn with
}

// fail answers in the program's place while the site is away, behind a proxy that says
// so, or signed out.
func (s *site) fail(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.away.Load():
			panic(http.ErrAbortHandler)
		case s.status.Load() != 0:
			http.Error(w, "<h1>proxy</h1>", int(s.status.Load()))
		case s.signedOut.Load() && r.Header.Get("HX-Request") == "true":
			w.Header().Set("HX-Retarget", "#note")
			w.Header().Set("HX-Reswap", "outerHTML")
			w.WriteHeader(http.StatusUnauthorized)
			_ = views.ErrorNote("You are signed out. Sign in again.").Render(r.Context(), w)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{}
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("POST /c/27AAPFU0939F1ZV/invoices/preview", func(w http.ResponseWriter, r *http.Request) {
		s.previews.Add(1)
		p := exampleEditor().Preview
		p.Total = "line 2: " + r.PostFormValue("lines[1].description")
		p.Taxables[0] = "qty " + r.PostFormValue("lines[0].qty")
		p.Hints = []string{"last ₹ 860 on 12/10/2026"}
		p.Messages = exampleMessages(r)
		for i := len(p.Taxables); i < int(s.lines.Load()); i++ {
			p.Taxables = append(p.Taxables, fmt.Sprintf("%d.00", i))
		}
		_ = views.EditorAnswer(p).Render(r.Context(), w)
	})
	mux.HandleFunc("POST /c/27AAPFU0939F1ZV/invoices/draft", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		s.draft.Store(r.PostForm)
		s.saves.Add(1)
		w.Header().Set("HX-Replace-Url", "/c/27AAPFU0939F1ZV/invoices/31")
		_ = views.DraftSaved("Draft saved 10:43", "31", "5", false).Render(r.Context(), w)
	})
	mux.HandleFunc("POST /c/27AAPFU0939F1ZV/invoices", func(w http.ResponseWriter, r *http.Request) {
		s.issues.Add(1)
		_, _ = fmt.Fprintf(w, "<p id=done>%s %s</p>", r.PostFormValue("do"), r.PostFormValue("version"))
	})
	mux.HandleFunc("GET /c/27AAPFU0939F1ZV/invoices/31", func(w http.ResponseWriter, r *http.Request) {
		v := exampleEditor()
		if draft, ok := s.draft.Load().(url.Values); ok {
			v.Values["buyer.name"], v.Lines[3].Description = draft.Get("buyer.name"), draft.Get("lines[3].description")
			v.Lines = append(v.Lines, views.EditorLine{})
		}
		w.Header().Set("Content-Security-Policy", policy)
		_ = views.InvoiceFormPage(editorPage(), v).Render(r.Context(), w)
	})
	mux.HandleFunc("GET /c/27AAPFU0939F1ZV/invoices/customers", func(w http.ResponseWriter, r *http.Request) {
		known := exampleEditor().Customers
		if s.remembers.Load() { // what the page was not drawn with
			known[0].Supply, known[0].Address1, known[1].Supply = "B2B", "Plot 14", "B2B"
		}
		_ = views.CustomerOptions(known).Render(r.Context(), w)
	})
	mux.HandleFunc("GET /c/27AAPFU0939F1ZV/{kind}/new", createForm)
	mux.HandleFunc("POST /c/27AAPFU0939F1ZV/{kind}", created)
	mux.HandleFunc("GET /c/27AAPFU0939F1ZV/hsn", func(w http.ResponseWriter, r *http.Request) {
		_ = views.CodeOptions([]views.Option{{Value: r.FormValue("q") + "011490", Label: "Jaggery"}}).Render(r.Context(), w)
	})
	mux.HandleFunc("GET /long", func(w http.ResponseWriter, r *http.Request) {
		v := exampleEditor()
		for len(v.Lines) < int(s.lines.Load()) {
			v.Lines = append(v.Lines, v.Lines[0])
		}
		_ = views.InvoiceFormPage(editorPage(), v).Render(r.Context(), w)
	})
	mux.HandleFunc("GET /watch", func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept"), "text/event-stream") {
			_ = views.InvoiceStateParts(exampleInvoice().State).Render(r.Context(), w)
			return
		}
		http.Error(w, "no events today", http.StatusBadGateway)
	})
	mux.HandleFunc("GET /page/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = pages()[r.PathValue("name")].Render(r.Context(), w)
	})
	s.Server = httptest.NewServer(s.fail(mux))
	t.Cleanup(s.Close)
	return s
}

// exampleMessages are about an HSN code that is missing from the last line with an item,
// and about an IFSC.
func exampleMessages(r *http.Request) views.Messages {
	m := views.Messages{"payment.ifsc": {{Text: "An IFSC has 11 characters."}}}
	for i := range 10 {
		line := fmt.Sprintf("lines[%d].", i)
		if r.PostFormValue(line+"description") != "" && r.PostFormValue(line+"hsn") == "" {
			m[line+"hsn"] = []views.Message{{Text: "An HSN code is missing."}}
		}
	}
	return m
}

// createForm is the inside of the dialog that makes a customer or an item.
func createForm(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprintf(w, `<form hx-post="/c/27AAPFU0939F1ZV/%s" hx-target="#create-body"><input aria-label="Name" value="%s"><button>Save</button></form>`,
		r.PathValue("kind"), r.FormValue("description")+r.FormValue("buyer.name"))
}

// created answers the dialog's form with what it saved.
func created(w http.ResponseWriter, r *http.Request) {
	event := `{"item-saved": {"description": "Jaggery", "hsn": "17011490", "unit": "KGS", "price": "44", "rate": "5", "cess_rate": "1"}}`
	if r.PathValue("kind") == "customers" {
		event = `{"customer-saved": {"buyer.name": "Nila Textiles", "buyer.gstin": "33AAACN5512P1ZE", "buyer.state": "", "supply": "B2B"}}`
	}
	w.Header().Set("HX-Trigger", event)
	w.WriteHeader(http.StatusNoContent)
}

// browser starts a headless Chromium, or skips the test where there is none (never in CI), and
// with -short, which is for the race detector: nothing of the program runs here beside another.
func browser(t *testing.T, width, height int) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: pages in a browser are looked at without it")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium; CI skips nothing")
		}
		t.Skip("no Chromium: apt install chromium runs the browser tests")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.WindowSize(width, height), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	complain(t, ctx)
	ctx, stop = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(stop)
	return ctx
}

// complain fails the test when the page writes an error to the console: an exception,
// or something that the Content-Security-Policy forbids.
func complain(t *testing.T, ctx context.Context) {
	t.Helper()
	done := make(chan struct{})
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer close(done)
		for message, err := range chromedp.Console(ctx) {
			if err != nil {
				return
			}
			bad := message.Type == chromedp.ConsoleError || message.Type == chromedp.ConsoleException
			meant := strings.Contains(message.Text, "Failed to load resource") || strings.HasPrefix(message.Text, "htmx:") ||
				strings.HasPrefix(message.Text, "Response Status Error") // the test's own refusals
			if bad && !meant {
				t.Errorf("the page says: %s", message.Text)
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
}

type action = chromedp.Action[chromedp.Void]

func run(t *testing.T, ctx context.Context, what string, actions ...action) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// press presses a key as a keyboard does: what cancels the key going down also cancels
// the character, which chromedp.KeyEvent sends regardless.
func press(key string, code int64, modifiers int64) action {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
				Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: code, NativeVirtualKeyCode: code, Modifiers: modifiers,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// truth waits until a JavaScript expression holds.
func truth(expression string) action {
	return chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(10*time.Second))
}

func TestEditorByKeyboard(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "open", chromedp.Navigate(s.URL+"/page/invoice-edit"), truth(`document.querySelectorAll("tbody.line").length === 4`))
	run(t, ctx, "typing into the last line brings a new one",
		chromedp.SendKeys("#lines-3-description", "Jaggery"), truth(`document.querySelectorAll("tbody.line").length === 5`))
	for _, step := range []struct{ typed, next string }{
		{"", "lines-3-hsn"}, {"17011490", "lines-3-qty"}, {"10", "lines-3-unit"}, {"KGS", "lines-3-price"},
		{"44", "lines-3-rate"}, {"5", "lines-4-description"},
	} {
		run(t, ctx, "Enter goes to the next empty cell but a discount, and then to the next line: "+step.next,
			typed(step.typed), press("Enter", 13, 0), truth(`document.activeElement.id === "`+step.next+`"`))
	}
	run(t, ctx, "a remembered item fills its line",
		chromedp.KeyEvent("Cashew kernels W320"), truth(`document.getElementById("lines-4-hsn").value === "08013220"`))
	run(t, ctx, "removing a line renumbers the rest",
		chromedp.Click(`[data-line="0"] [data-drop-line]`),
		truth(`document.getElementById("lines-0-description").value === "Cashew kernels W320" && document.querySelectorAll('[name="lines[3].description"]').length === 1`))
	run(t, ctx, "Alt Delete removes the line", chromedp.Focus("#lines-1-qty"), press("Delete", 46, 1),
		truth(`document.getElementById("lines-1-description").value === "Jaggery"`))
	run(t, ctx, "and its toast brings it back", chromedp.Click("#toasts button"),
		truth(`document.activeElement.id === "lines-1-description" && document.activeElement.value === "Cold-chain freight to Vashi"`),
		truth(`document.getElementById("lines-2-description").value === "Jaggery" && !document.querySelector("#toasts button")`))
	run(t, ctx, "the preview follows without taking the focus",
		truth(`document.querySelector("#totals .grand strong").textContent === "line 2: Cold-chain freight to Vashi"`),
		truth(`document.activeElement.closest("tbody.line") !== null`))
	run(t, ctx, "the draft saves itself", truth(`document.getElementById("saved").textContent.includes("10:43")`))
	run(t, ctx, "and the address is the draft's", truth(`location.pathname === "/c/27AAPFU0939F1ZV/invoices/31"`))
	run(t, ctx, "Alt A goes to the empty line", chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierAlt)),
		truth(`document.activeElement.id === "lines-4-description"`))
	run(t, ctx, "Ctrl Enter issues, naming the version last saved",
		chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)), chromedp.WaitReady("#done"), truth(`document.getElementById("done").textContent === "issue 5"`))
	if s.issues.Load() != 1 || s.previews.Load() == 0 || s.saves.Load() == 0 {
		t.Errorf("issued %d times, previewed %d, saved %d", s.issues.Load(), s.previews.Load(), s.saves.Load())
	}
}

// typed types text where the focus is; none is no key at all.
func typed(text string) action {
	if text == "" {
		return chromedp.Sleep(0)
	}
	return chromedp.KeyEvent(text)
}

func TestReloadKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "saved", chromedp.Navigate(s.URL+"/page/invoice-edit"), chromedp.SendKeys("#lines-3-description", "Jaggery"),
		truth(`location.pathname === "/c/27AAPFU0939F1ZV/invoices/31"`))
	run(t, ctx, "read again", chromedp.Reload(),
		truth(`document.getElementById("lines-3-description").value === "Jaggery" && document.getElementById("lines-4-description").value === ""`))
}

const said = `document.getElementById("toasts").textContent.includes("Mohar does not answer")`

// hush takes away the toasts.
func hush() action {
	return chromedp.Evaluate[chromedp.Void](`document.getElementById("toasts").textContent = ""`)
}

func TestPageIsNotLeftWhileTheServerIsAway(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "open", chromedp.Navigate(s.URL+"/page/invoice-edit"), truth(`document.querySelectorAll("tbody.line").length === 4`))
	s.away.Store(true)
	run(t, ctx, "at once, Issue stays on the page", chromedp.Click(`.top-actions [value="issue"]`), truth(said))
	run(t, ctx, "a background request fails", hush(), chromedp.SendKeys("#lines-3-description", "Jaggery"), truth(said))
	run(t, ctx, "Issue stays on the page", hush(),
		chromedp.Click(`.top-actions [value="issue"]`), truth(said), truth(`document.getElementById("lines-3-description").value === "Jaggery"`))
	run(t, ctx, "so does Save draft", hush(), chromedp.Click(`.top-actions [value="draft"]`), truth(said))
	s.away.Store(false)
	s.status.Store(http.StatusBadGateway)
	run(t, ctx, "so it does behind a proxy", hush(), chromedp.Click(`.top-actions [value="draft"]`), truth(said),
		truth(`document.querySelector("#saved [name=version]").value === "4" && !document.body.textContent.includes("proxy")`))
	if s.issues.Load() != 0 {
		t.Errorf("issued %d times while away", s.issues.Load())
	}
	s.status.Store(0)
	run(t, ctx, "pressed again and twice, it is issued once", chromedp.Evaluate[chromedp.Void](
		`for (let i = 0; i < 2; i++) document.querySelector('.top-actions [value="issue"]').click()`), chromedp.WaitReady("#done"),
		truth(`document.getElementById("done").textContent === "issue 5"`))
	if s.issues.Load() != 1 {
		t.Errorf("issued %d times", s.issues.Load())
	}
}

func TestSignedOutWhileTyping(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "open", chromedp.Navigate(s.URL+"/page/invoice-edit"), truth(`document.querySelectorAll("tbody.line").length === 4`))
	s.signedOut.Store(true)
	run(t, ctx, "the page says so", chromedp.SendKeys("#lines-3-description", "Jaggery"),
		truth(`document.getElementById("note").textContent.includes("You are signed out")`))
	run(t, ctx, "Issue stays on the page", chromedp.Click(`.top-actions [value="issue"]`),
		truth(`document.getElementById("toasts").textContent.includes("You are signed out")`), truth(`document.getElementById("lines-3-description").value === "Jaggery"`))
	if s.issues.Load() != 0 || s.saves.Load() != 0 {
		t.Errorf("issued %d times, saved %d", s.issues.Load(), s.saves.Load())
	}
	s.signedOut.Store(false)
	run(t, ctx, "signed in again, the draft saves itself and the notice goes",
		truth(`document.getElementById("saved").textContent.includes("10:43")`), truth(`document.getElementById("note").hidden`))
}

func TestLeavingSavesWhatWasTyped(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	open := chromedp.Steps(chromedp.Navigate(s.URL+"/page/invoice-edit"), chromedp.WaitReady(`[data-line="3"]`), chromedp.Sleep(200*time.Millisecond))
	run(t, ctx, "left untouched", open, chromedp.Navigate("about:blank"), chromedp.Sleep(200*time.Millisecond))
	if n := s.saves.Load(); n != 0 {
		t.Errorf("saved %d times, though nothing was typed", n)
	}
	run(t, ctx, "left at once", open, chromedp.SendKeys("#lines-3-description", "Jaggery"), chromedp.WaitReady(`[data-line="4"]`), chromedp.Navigate("about:blank"))
	for end := time.Now().Add(5 * time.Second); s.saves.Load() == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	draft, _ := s.draft.Load().(url.Values)
	if got := draft.Get("lines[3].description"); got != "Jaggery" || s.saves.Load() != 1 {
		t.Errorf("saved %q on leaving, in all %d times", got, s.saves.Load())
	}
}

func TestManyLines(t *testing.T) {
	s := newSite(t)
	s.lines.Store(300)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "the taxable values of all lines follow", chromedp.Navigate(s.URL+"/long"), truth(`document.querySelectorAll("tbody.line").length === 301`),
		retype("lines-0-qty", "77"), truth(`document.getElementById("lines-0-taxable").textContent === "qty 77"`),
		truth(`document.getElementById("lines-299-taxable").textContent === "299.00"`))
}

// retype puts a text in the place of a field's own.
func retype(id, text string) action {
	return chromedp.Steps(
		chromedp.Evaluate[chromedp.Void](`document.getElementById("`+id+`").select()`), chromedp.KeyEvent(text),
	)
}

func TestPlaceOfSupplyFollowsTheBuyer(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	const fields = `[document.getElementById("buyer-state").value, document.getElementById("pos").value].join(",")`
	run(t, ctx, "a customer whose place of supply is another State", chromedp.Navigate(s.URL+"/page/invoice-edit"),
		truth(`document.querySelectorAll("tbody.line").length === 4`), retype("buyer-name", "Deccan Tools & Dies Pvt Ltd"), truth(fields+` === "29,27"`))
	run(t, ctx, "one where it is the same", retype("buyer-name", "Konkan Agro Foods LLP"), truth(fields+` === "27,"`))
	run(t, ctx, "a GSTIN sets the State, not the place of supply", chromedp.Evaluate[chromedp.Void](`document.querySelector("details.fold").open = true`),
		retype("buyer-gstin", "29aadcd8832k1zj"), truth(fields+` === "29,"`))
}

func TestGSTINIsJudgedWhileTyped(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "a slip in the last character", chromedp.Navigate(s.URL+"/page/invoice-faults"),
		chromedp.Evaluate[chromedp.Void](`document.getElementById("buyer-gstin").value = ""`), chromedp.SendKeys("#buyer-gstin", "27aapfu0939f1zx"),
		truth(`document.getElementById("buyer-gstin").value === "27AAPFU0939F1ZX"`),
		truth(`document.getElementById("buyer-gstin-typed").textContent.includes("should be V")`))
	run(t, ctx, "a message leads to its field", chromedp.Click(`#ready a[href="#lines-1-hsn"]`),
		truth(`document.activeElement.id === "lines-1-hsn"`))
}

func TestWaitingPageHearsTheAnswer(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 860)
	run(t, ctx, "polling takes over where events fail", chromedp.Navigate(s.URL+"/page/invoice-waiting"),
		truth(`document.getElementById("state-word").textContent.trim() === "Registered"`),
		truth(`document.querySelector("#einvoice .irn").textContent.length === 64 && !document.querySelector("[data-watch]")`),
		truth(`document.querySelector("#signed-json a") !== null`))
}

func TestNothingIsWiderThanAPhone(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 390, 844)
	for name := range pages() {
		run(t, ctx, name, chromedp.EmulateViewport(390, 844), chromedp.Navigate(s.URL+"/page/"+name))
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`document.documentElement.scrollWidth <= 390 ? [] :
			[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 391).map(e => e.tagName + "." + e.className).slice(0, 5)`))
		if err != nil {
			t.Fatal(err)
		}
		if len(wide) > 0 {
			t.Errorf("%s is wider than 390 px: %v", name, wide)
		}
	}
}

func TestSidebarStaysOnLongPages(t *testing.T) {
	s := newSite(t)
	ctx := browser(t, 1440, 600)
	run(t, ctx, "scrolled", chromedp.EmulateViewport(1440, 600), chromedp.Navigate(s.URL+"/page/invoice-faults"),
		truth(`(scrollTo(0, 300), scrollY > 200 && document.getElementById("side").getBoundingClientRect().top === 0)`))
}
