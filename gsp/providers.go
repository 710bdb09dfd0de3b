package gsp

import (
	"fmt"
	"net/url"
	"strings"

	"mohar/gst"
)

// provider is everything that differs between GSPs, as data. Another GSP of either
// shape is one more entry.
type provider struct {
	face    string   // its face below the sandbox's root
	hosts   []string // live base addresses, in the order they are tried
	shape   shape
	paths   paths
	headers []header
}

// paths are what follows the base address. {x} stands for a value.
type paths struct {
	signIn, generate, cancel, byIRN, byDocument, taxpayer, sync string
}

// header is one header of a provider, spelt as its documentation spells it.
type header struct {
	name  string
	on    occasion
	value func(p *Portal, s gst.Session) string
}

// occasion says which calls carry a header.
type occasion int

const (
	always   occasion = iota
	onSignIn          // only when signing in
	signedIn          // only once signed in
)

// nicPaths are NIC's own paths, which an encrypted pass-through keeps.
var nicPaths = paths{
	signIn:     "/eivital/v1.04/auth",
	generate:   "/eicore/v1.03/Invoice",
	cancel:     "/eicore/v1.03/Invoice/Cancel",
	byIRN:      "/eicore/v1.03/Invoice/irn/{irn}",
	byDocument: "/eicore/v1.03/Invoice/irnbydocdetails?doctype={type}&docnum={number}&docdate={date}",
	taxpayer:   "/eivital/v1.04/Master/gstin/{gstin}",
	sync:       "/eivital/v1.04/Master/syncgstin/{gstin}",
}

// plainPaths are those of a GSP that encrypts on our behalf.
var plainPaths = paths{
	signIn:     "/eivital/dec/v1.04/auth",
	generate:   "/eicore/dec/v1.03/Invoice",
	cancel:     "/eicore/dec/v1.03/Invoice/Cancel",
	byIRN:      "/eicore/dec/v1.03/Invoice/irn/{irn}",
	byDocument: "/eicore/dec/v1.03/Invoice/irnbydocdetails?doctype={type}&docnum={number}&docdate={date}",
	taxpayer:   "/eivital/dec/v1.04/Master/gstin/{gstin}",
	sync:       "/eivital/dec/v1.04/Master/syncgstin/{gstin}",
}

// providers is the table of the GSPs that Mohar knows. Secrets travel in headers,
// never in addresses, which others log.
var providers = map[gst.Provider]provider{
	gst.Alankit: {
		face:  "/alankit/eInvoiceGateway",
		hosts: []string{"https://www.alankitgst.com/eInvoiceGateway"},
		shape: passThrough{},
		paths: nicPaths,
		headers: []header{
			{"Ocp-Apim-Subscription-Key", always, func(p *Portal, _ gst.Session) string { return p.cred.SubscriptionKey }},
			{"Gstin", always, companyOf},
			{"user_name", signedIn, userOf},
			{"AuthToken", signedIn, tokenOf},
		},
	},
	gst.TaxPro: {
		face: "/taxpro",
		hosts: []string{
			"https://einvapi.charteredinfo.com",
			"https://einvapimum1.charteredinfo.com",
			"https://einvapidel2.charteredinfo.com",
		},
		shape: plain{},
		paths: plainPaths,
		headers: []header{
			{"aspid", always, func(p *Portal, _ gst.Session) string { return p.cred.ASPID }},
			{"password", always, func(p *Portal, _ gst.Session) string { return p.cred.ASPPassword }},
			{"Gstin", always, companyOf},
			{"user_name", always, userOf},
			{"eInvPwd", onSignIn, func(p *Portal, _ gst.Session) string { return p.cred.Password }},
			{"AuthToken", signedIn, tokenOf},
		},
	},
}

func companyOf(p *Portal, _ gst.Session) string { return string(p.company) }
func userOf(p *Portal, _ gst.Session) string    { return p.cred.Username }
func tokenOf(_ *Portal, s gst.Session) string   { return s.Token }

// PracticeCredentials are the sandbox's ready API users, good for every GSTIN, one
// for each provider.
func PracticeCredentials() []gst.Credentials {
	user := gst.Credentials{
		Mode: gst.Practice, Enabled: true, Username: "MOHAR_PRACTICE", Password: "Practice@123",
	}
	alankit, taxpro := user, user
	alankit.Provider, alankit.Order = gst.Alankit, 1
	alankit.SubscriptionKey = "ALPRACTICE00000001"
	taxpro.Provider, taxpro.Order = gst.TaxPro, 2
	taxpro.ASPID, taxpro.ASPPassword = "1000000001", "practice"
	return []gst.Credentials{alankit, taxpro}
}

// fill puts values, escaped, in the place of the {names} of a path.
func fill(path string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		path = strings.ReplaceAll(path, "{"+pairs[i]+"}", url.QueryEscape(pairs[i+1]))
	}
	return path
}

// bases returns the base addresses of the portal p, in the order they are tried.
// Practice credentials never leave for a live host.
func (p *Portal) bases() ([]string, error) {
	if p.cred.Mode == gst.Practice {
		if p.c.sandbox == "" {
			return nil, fmt.Errorf("%w: no sandbox is running for practice", ErrNotSent)
		}
		return []string{p.c.sandbox + p.api.face}, nil
	}
	if len(p.cred.BaseURLs) == 0 {
		return p.api.hosts, nil
	}
	bases := make([]string, 0, len(p.cred.BaseURLs))
	for _, base := range p.cred.BaseURLs {
		if !safeBase(base) {
			return nil, gst.Faults{{Rule: "credentials.base_url", Field: "base_urls", Args: []string{base}}}.Err()
		}
		bases = append(bases, strings.TrimRight(base, "/"))
	}
	return bases, nil
}

// safeBase reports whether secrets may be sent to base: over TLS, or to this very
// machine, where a firm's own relay may stand.
func safeBase(base string) bool {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return false
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https"
}
