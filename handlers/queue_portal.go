package handlers

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

// providerName is a provider in few words.
func providerName(p gst.Provider) string {
	switch p {
	case gst.Alankit:
		return "Alankit"
	case gst.TaxPro:
		return "TaxPro"
	case gst.NIC:
		return "NIC"
	}
	return string(p)
}

// healthStrip says of each provider of a company, in the order in which they are asked, how
// it answers.
func (s *Server) healthStrip(ctx context.Context, company gst.Company) ([]views.ProviderHealth, error) {
	stored, err := s.storedCredentials(ctx, company)
	if err != nil {
		return nil, err
	}
	known := map[gst.Provider]registrar.GSPHealth{}
	for _, h := range s.registrar.Health(company.Mode) {
		known[h.Provider] = h
	}
	strip := make([]views.ProviderHealth, 0, len(stored))
	for _, cred := range stored {
		if cred.Username == "" || cred.Provider == gst.NIC && !cred.Enabled {
			continue // most firms may not call NIC directly, and it would only puzzle them
		}
		strip = append(strip, healthOf(cred, known[cred.Provider], s.now()))
	}
	return strip, nil
}

// healthOf puts into words how a provider answers.
func healthOf(cred gst.Credentials, h registrar.GSPHealth, now time.Time) views.ProviderHealth {
	v := views.ProviderHealth{Name: providerName(cred.Provider)}
	switch {
	case !cred.Enabled:
		v.Kind, v.State = "muted", "Switched off"
		return v
	case h.Open && h.Until.After(now):
		v.Kind, v.State = "bad", "Not used until "+clock(h.Until)
	case h.Open:
		v.Kind, v.State = "bad", "Tried again with the next document"
	case h.Calls == 0:
		v.Kind, v.State = "muted", "Not tried in the last hour"
	case h.Good == 0:
		v.Kind, v.State = "bad", "Does not answer"
	default:
		v.Kind, v.State = "good", "Answers"
	}
	if h.Calls > 0 {
		v.Rate = fmt.Sprintf("%d of %d calls answered in the last hour", h.Good, h.Calls)
		if h.Median > 0 {
			v.Rate += ", mostly in " + seconds(h.Median)
		}
	}
	if v.Why = lastFailure(h, now); v.Why != "" && h.Switched {
		v.Why += "; its other address is used now"
	}
	return v
}

// lastFailure says when and how a provider failed last; empty when that is an hour ago.
func lastFailure(h registrar.GSPHealth, now time.Time) string {
	if h.Why == "" || now.Sub(h.WhyAt) >= time.Hour {
		return ""
	}
	return fmt.Sprintf("Last failure at %s: %s", clock(h.WhyAt), h.Why)
}

// trouble says in one line what is wrong on the way to the portal; nil when nothing is. It
// is asked for with every list, so without trouble it costs nothing.
func (s *Server) trouble(c echo.Context) (*views.Trouble, error) {
	company := companyOf(c)
	t := &views.Trouble{URL: companyURL(company.GSTIN, "queue")}
	if company.Paused {
		t.Text = "The queue to the portal is paused: nothing new is sent."
		return t, nil
	}
	resting := !s.registrar.Reached(company.GSTIN, company.Mode)
	for _, h := range s.registrar.Health(company.Mode) {
		resting = resting || h.Open
	}
	if !resting {
		return nil, nil
	}
	strip, err := s.healthStrip(c.Request().Context(), company)
	if err != nil {
		return nil, err
	}
	for _, h := range strip {
		if h.Kind != "muted" {
			t.Providers = append(t.Providers, h)
		}
	}
	if !anyBad(t.Providers) {
		t.Providers = nil
		if t.Text, err = s.nobodyTakes(c.Request().Context(), company); err != nil || t.Text == "" {
			return nil, err // it is another company's
		}
	}
	st, err := s.registrar.Standing(c.Request().Context(), company.GSTIN, company.Mode)
	if err != nil {
		return nil, err
	}
	if !st.Reachable && st.Open() > 0 {
		wait := waitFor(st.Open()) + ", the oldest " + span(s.now().Sub(st.Oldest)) + ". You can go on billing."
		t.Text = strings.TrimSpace(t.Text + " " + wait)
	}
	return t, nil
}

// nobodyTakes says that no provider of a company can be used though they may answer, as when
// each refuses the password; empty while one can be, or none is switched on.
func (s *Server) nobodyTakes(ctx context.Context, company gst.Company) (string, error) {
	troubles, inUse, err := s.registrar.Troubles(ctx, company.GSTIN, company.Mode)
	if err != nil || inUse == 0 || len(troubles) < inUse {
		return "", err
	}
	refused := 0
	for _, t := range troubles {
		if t.Code == "" {
			return "", nil // it answers again by itself
		}
		if !t.At.IsZero() {
			refused++
		}
	}
	if refused == inUse {
		return "No provider takes your user name and password: nothing is sent until that is put right.", nil
	}
	return "None of your providers can be used: nothing is sent until one is put right.", nil
}

func anyBad(strip []views.ProviderHealth) bool {
	for _, h := range strip {
		if h.Kind == "bad" {
			return true
		}
	}
	return false
}

// seconds is a delay as people say it: "0.8 s".
func seconds(d time.Duration) string {
	tenths := max(d.Round(100*time.Millisecond)/(100*time.Millisecond), 1)
	return fmt.Sprintf("%d.%d s", tenths/10, tenths%10)
}

// span is a time as people say it: "40 s", "9 minutes", "3 h 20 min", "2 days".
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "1 s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < 2*time.Minute:
		return "1 minute"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " minutes"
	case d < 48*time.Hour:
		hours, minutes := int(d/time.Hour), int(d%time.Hour/time.Minute)
		if minutes == 0 {
			return fmt.Sprintf("%d h", hours)
		}
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " days"
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
