package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// key is a key as a keyboard sends it.
type key struct {
	name, code, text string
	number           int64 // its virtual key code
}

// keys are the keys that tests press by name; letters need none.
var keys = map[string]key{
	"Tab":   {"Tab", "Tab", "", 9},
	"Enter": {"Enter", "Enter", "\r", 13},
	"Space": {" ", "Space", " ", 32},
}

// modifiers are the keys held down with another, as the browser counts them.
var modifiers = map[string]int64{"Alt": 1, "Ctrl": 2, "Shift": 8}

// keyNamed takes "Alt+C" apart.
func keyNamed(name string) (key, int64) {
	parts := strings.Split(name, "+")
	held := int64(0)
	for _, part := range parts[:len(parts)-1] {
		held |= modifiers[part]
	}
	last := parts[len(parts)-1]
	k, ok := keys[last]
	if !ok {
		upper := strings.ToUpper(last)
		k = key{strings.ToLower(last), "Key" + upper, strings.ToLower(last), int64(upper[0])}
	}
	if held&^modifiers["Shift"] != 0 {
		k.text = "" // a command writes nothing
	}
	return k, held
}

// strikes presses keys where the focus is, as a keyboard does: what the page cancels of a
// key going down does not become a character.
func (p *person) strikes(names ...string) {
	p.t.Helper()
	for _, name := range names {
		k, held := keyNamed(name)
		p.do("press "+name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
				event := input.DispatchKeyEventParams{
					Type: kind, Key: k.name, Code: k.code, WindowsVirtualKeyCode: k.number, NativeVirtualKeyCode: k.number, Modifiers: held,
				}
				if kind == input.DispatchKeyEventTypeKeyDown {
					event.Text = k.text
				}
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// writes types a text where the focus is.
func (p *person) writes(text string) {
	p.t.Helper()
	p.do("write "+text, chromedp.KeyEvent(text))
}

// tabStops is how many stops of Tab a field may be away.
const tabStops = 80

// tabsTo goes to a field with Tab alone, or with another key such as Shift+Tab.
func (p *person) tabsTo(selector, with string) {
	p.t.Helper()
	for range tabStops {
		if p.is("document.activeElement?.matches(" + quoted(selector) + ")") {
			return
		}
		p.strikes(with)
	}
	p.picture("failed")
	p.t.Fatalf("%s does not lead to %s", with, selector)
}

// fills goes from field to field with Tab and types: selector, text, selector, text.
func (p *person) fills(pairs ...string) {
	p.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		p.tabsTo(pairs[i], "Tab")
		p.writes(pairs[i+1])
	}
}

// is reports whether an expression of the page holds now.
func (p *person) is(expression string) bool {
	p.t.Helper()
	holds, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
	return err == nil && holds
}

// waits until an expression of the page holds, also on the page that comes next.
func (p *person) waits(expression string) {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(20 * time.Second)
	for !p.is(expression) {
		select {
		case <-tick.C:
		case <-limit:
			p.picture("failed")
			p.t.Fatalf("waited in vain for %s\n%s", expression, p.text())
		}
	}
}

// reads is what an expression of the page, or the promise that it is, comes to.
func (p *person) reads(expression string) string {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

// focused is an expression that holds when a field has the focus.
func focused(id string) string { return fmt.Sprintf("document.activeElement?.id === %s", quoted(id)) }

// valued is an expression that holds when a field has a value.
func valued(id, value string) string {
	return fmt.Sprintf("document.getElementById(%s)?.value === %s", quoted(id), quoted(value))
}
