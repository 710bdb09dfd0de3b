package handlers

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// mostCalls is how many calls the page shows at first. A portal that is away for days is asked
// hundreds of times.
const mostCalls = 20

// callsLink is the address of what was said to the portal about a document, "" while nothing
// was.
func callsLink(inv *gst.Invoice, events []db.Event) string {
	if slices.ContainsFunc(events, func(e db.Event) bool { return e.Provider != "" }) {
		return invoiceURL(inv, "calls")
	}
	return ""
}

// showCalls handles GET /c/{gstin}/invoices/{id}/calls: what was said to the portal.
func (s *Server) showCalls(c echo.Context) error {
	inv, calls, err := s.calls(c)
	if err != nil {
		return err
	}
	slices.Reverse(calls)
	v := views.CallsView{Document: cmp.Or(inv.Number, "the draft"), URL: invoiceURL(inv, ""), FileURL: invoiceURL(inv, "calls.txt")}
	if len(calls) > mostCalls && c.QueryParam("all") == "" {
		v.Older, v.AllURL = len(calls)-mostCalls, invoiceURL(inv, "calls")+"?all=1"
		calls = calls[:mostCalls]
	}
	for _, e := range calls {
		v.Calls = append(v.Calls, callView(e))
	}
	v.Text = s.helpText(companyOf(c), inv, calls)
	page := s.frame(c, "What was said to the portal")
	page.Nav, page.Back, page.Scripts = "invoices", invoiceURL(inv, ""), []string{"calls.js"}
	return s.show(c, http.StatusOK, views.CallsPage(page, v), nil)
}

// callsText handles GET /c/{gstin}/invoices/{id}/calls.txt: all of it as one text file.
func (s *Server) callsText(c echo.Context) error {
	inv, calls, err := s.calls(c)
	if err != nil {
		return err
	}
	slices.Reverse(calls)
	text := s.helpText(companyOf(c), inv, calls)
	return sendFile(c, toSave, strings.TrimSpace(fileNumber(inv)+" calls.txt"), "text/plain; charset=utf-8", []byte(text))
}

// calls reads the calls that were made for the document which the address names, the oldest
// first, and blots out of them whatever is a secret of the company.
func (s *Server) calls(c echo.Context) (*gst.Invoice, []gst.Exchange, error) {
	inv, _, err := s.invoice(c)
	if err != nil {
		return nil, nil, err
	}
	ctx := c.Request().Context()
	calls, err := s.store.Exchanges(ctx, inv.Company, inv.ID)
	if err != nil {
		return nil, nil, err
	}
	blot, err := s.blotter(ctx, inv)
	if err != nil {
		return nil, nil, err
	}
	for i := range calls {
		e := &calls[i]
		for _, text := range []*string{&e.URL, &e.Sent, &e.Got, &e.Why, &e.Code} {
			*text = blot.Replace(*text)
		}
	}
	return inv, calls, nil
}

// shortestSecret keeps the blotter from tearing holes into every text: nothing shorter is
// taken for a secret.
const shortestSecret = 4

// blotter blots out a company's secrets, as they are and as addresses and JSON write them.
// Calls are masked before they are kept; this is for what a provider may have sent back in a
// place where nobody looked for it.
func (s *Server) blotter(ctx context.Context, inv *gst.Invoice) (*strings.Replacer, error) {
	creds, err := s.store.Credentials(ctx, inv.Company, inv.Mode)
	if err != nil && !errors.Is(err, db.ErrSealed) { // what cannot be opened cannot be told either
		return nil, err
	}
	var secrets []string
	for _, cred := range creds {
		secrets = append(secrets, cred.Password, cred.SubscriptionKey, cred.ASPPassword, cred.ClientSecret, cred.EWayPassword)
		for _, read := range []func(context.Context, gst.GSTIN, gst.Mode, gst.Provider) (gst.Session, error){s.store.Session, s.store.EWaySession} {
			session, err := read(ctx, inv.Company, inv.Mode, cred.Provider)
			if err != nil && !errors.Is(err, gst.ErrNotFound) {
				return nil, err
			}
			secrets = append(secrets, session.Token)
			if len(session.Key) > 0 {
				secrets = append(secrets, base64.StdEncoding.EncodeToString(session.Key))
			}
		}
	}
	var pairs []string
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		inJSON, err := json.Marshal(secret)
		if err != nil {
			return nil, fmt.Errorf("write a secret as JSON: %w", err)
		}
		forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(inJSON), `"`)}
		slices.Sort(forms)
		for _, form := range slices.Compact(forms) {
			pairs = append(pairs, form, "•••")
		}
	}
	return strings.NewReplacer(pairs...), nil
}

// outcomeKinds are the colours of how calls ended.
var outcomeKinds = map[gst.Outcome]string{
	gst.Answered: "good", gst.CallRefused: "bad", gst.NoAnswer: "wait", gst.NotSent: "muted",
}

func callView(e gst.Exchange) views.CallView {
	v := views.CallView{
		Title: callWord(e.Operation), Provider: e.Provider.Name(), When: callTime(e.At), Kind: cmp.Or(outcomeKinds[e.Outcome], "muted"),
		Outcome: lang.English.Text("outcome." + string(e.Outcome)), Code: e.Code, Meaning: callMeaning(e),
		Method: e.Method, URL: e.URL, Request: pretty(e.Sent), Reply: pretty(e.Got),
	}
	attempt := "by a person"
	if e.Attempt > 0 {
		attempt = strconv.Itoa(e.Attempt)
	}
	v.Facts = []views.Sum{{Label: "Attempt", Value: attempt}, {Label: "Took", Value: tookText(e.Took)}, {Label: "HTTP status", Value: statusText(e.Status)}}
	return v
}

// callMeaning is what a call's code means, or else what went wrong.
func callMeaning(e gst.Exchange) string {
	if e.Code != "" {
		if words := lang.English.Text("portal." + e.Code); words != "" {
			return words
		}
	}
	return e.Why
}

// callWord is an operation in words.
func callWord(op gst.Operation) string {
	key := "call." + string(op)
	if !lang.English.Has(key) {
		return string(op)
	}
	return lang.English.Text(key)
}

// callTime is a moment to the millisecond, by which a help desk finds the call.
func callTime(t time.Time) string { return t.In(gst.IST).Format("02 Jan 2006, 15:04:05.000") }

// tookText is how long a call took.
func tookText(d time.Duration) string {
	if d < time.Second {
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	}
	return seconds(d)
}

func statusText(status int) string {
	if status == 0 {
		return "none"
	}
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// pretty sets the JSON of a call's body in lines. What is no JSON, as a text shortened in its
// middle, stays as it is.
func pretty(text string) string {
	head, body, found := strings.Cut(text, "\n\n")
	if !found {
		head, body = "", text
	}
	var lines bytes.Buffer
	if body = strings.TrimSpace(body); body != "" && json.Indent(&lines, []byte(body), "", "  ") == nil {
		body = lines.String()
	}
	return strings.TrimSpace(head + "\n\n" + body)
}

// helpText tells a help desk all it asks for: document, GSTIN, providers, times, codes,
// requests and replies, and which program made them.
func (s *Server) helpText(company gst.Company, inv *gst.Invoice, calls []gst.Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Program   %s\n", strings.TrimSpace("Mohar "+s.version))
	fmt.Fprintf(&b, "Company   %s %s (%s)\n", company.GSTIN, company.LegalName, inv.Mode)
	fmt.Fprintf(&b, "Document  %s %s of %s\n", inv.Type, inv.Number, inv.Date)
	if reg := inv.IRN.Registration; reg != nil {
		fmt.Fprintf(&b, "IRN       %s, Ack %s\n", reg.IRN, reg.AckNo)
	}
	fmt.Fprintf(&b, "Written   %s IST; the newest call comes first\n", callTime(s.now()))
	for i, e := range calls {
		writeCall(&b, len(calls)-i, e)
	}
	return b.String()
}

// writeCall writes one call.
func writeCall(b *strings.Builder, number int, e gst.Exchange) {
	v := callView(e)
	fmt.Fprintf(b, "\n=== %d · %s IST · %s · %s (%s)\n", number, v.When, v.Provider, v.Title, e.Operation)
	fmt.Fprintf(b, "%s · %s\n", joinParts(v.Outcome, strings.TrimSpace(v.Code+" "+v.Meaning)), factsText(v.Facts))
	if v.URL != "" {
		fmt.Fprintf(b, "%s %s\n", v.Method, v.URL)
	}
	for _, part := range []struct{ title, text string }{{"request", v.Request}, {"reply", v.Reply}} {
		if part.text != "" {
			fmt.Fprintf(b, "--- %s\n%s\n", part.title, part.text)
		}
	}
}

func factsText(facts []views.Sum) string {
	parts := make([]string, 0, len(facts))
	for _, f := range facts {
		parts = append(parts, f.Label+" "+f.Value)
	}
	return strings.Join(parts, " · ")
}
