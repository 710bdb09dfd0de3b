package gsp

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"mohar/gst"
)

// provider is everything that differs between the ways to the portal, as data. Another
// GSP of either shape is one more entry.
type provider struct {
	face    string   // its face below the sandbox's root
	hosts   []string // live base addresses, in the order they are tried
	houses  []string // which of the portal's houses stands behind each host; empty: not known
	shape   shape
	paths   paths
	headers []header
	codes   *codes
	life    time.Duration // of a token whose own word makes no sense
}

// paths are what follows the base address. {x} stands for a value.
type paths struct {
	signIn, generate, cancel, byIRN, byDocument, taxpayer, sync, ewayByIRN, ewayOfIRN, ping string
	change, ask, master                                                                     string // of the e-way bill system
}

// header is one header of a provider, spelt as its documentation spells it.
type header struct {
	name string
	on   occasion
	what value
}

// occasion says which calls carry a header.
type occasion int

const (
	always   occasion = iota
	onSignIn          // only when signing in
	signedIn          // only once signed in
)

// value names what a header says.
type value int

const (
	companyGSTIN value = iota
	userName
	userPassword
	sessionToken
	subscriptionKey
	aspID
	aspPassword
	clientID
	clientSecret
)

// secret reports whether the value is never shown to anybody.
func (v value) secret() bool {
	switch v {
	case companyGSTIN, userName, aspID, clientID:
		return false
	}
	return true
}

// value returns what a header of p says.
func (p *Portal) value(v value, s gst.Session) string {
	switch v {
	case companyGSTIN:
		return string(p.company)
	case userName:
		return p.cred.Username
	case userPassword:
		return p.cred.Password
	case sessionToken:
		return s.Token
	case subscriptionKey:
		return p.cred.SubscriptionKey
	case aspID:
		return p.cred.ASPID
	case aspPassword:
		return p.cred.ASPPassword
	case clientID:
		return p.cred.ClientID
	case clientSecret:
		return p.cred.ClientSecret
	}
	return ""
}

// nicPaths are NIC's own paths, which an encrypted pass-through keeps.
var nicPaths = paths{
	signIn:     "/eivital/v1.04/auth",
	generate:   "/eicore/v1.03/Invoice",
	cancel:     "/eicore/v1.03/Invoice/Cancel",
	byIRN:      "/eicore/v1.03/Invoice/irn/{irn}",
	byDocument: "/eicore/v1.03/Invoice/irnbydocdetails?doctype={type}&docnum={number}&docdate={date}",
	taxpayer:   "/eivital/v1.04/Master/gstin/{gstin}",
	sync:       "/eivital/v1.04/Master/syncgstin/{gstin}",
	ewayByIRN:  "/eiewb/v1.03/ewaybill",
	ewayOfIRN:  "/eiewb/v1.03/ewaybill/irn/{irn}",
	ping:       "/eivital/v1.04/heartbeat/ping",
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
	ewayByIRN:  "/eiewb/dec/v1.03/ewaybill",
	ewayOfIRN:  "/eiewb/dec/v1.03/ewaybill/irn/{irn}",
	ping:       "/eivital/dec/v1.04/heartbeat/ping",
}

// known are the providers in the order in which people see them.
var known = []gst.Provider{gst.Alankit, gst.TaxPro, gst.NIC}

// providers is the table of the ways to the portal that Mohar knows. Secrets travel in
// headers, never in addresses, which others log.
var providers = map[gst.Provider]provider{
	gst.Alankit: {
		face:  "/alankit/eInvoiceGateway",
		hosts: []string{"https://www.alankitgst.com/eInvoiceGateway"},
		shape: passThrough{},
		paths: nicPaths,
		codes: &invoiceCodes,
		life:  shortestLife,
		headers: []header{
			{"Ocp-Apim-Subscription-Key", always, subscriptionKey},
			{"Gstin", always, companyGSTIN},
			{"user_name", signedIn, userName},
			{"AuthToken", signedIn, sessionToken},
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
		codes: &invoiceCodes,
		life:  shortestLife,
		headers: []header{
			{"aspid", always, aspID},
			{"password", always, aspPassword},
			{"Gstin", always, companyGSTIN},
			{"user_name", always, userName},
			{"eInvPwd", onSignIn, userPassword},
			{"AuthToken", signedIn, sessionToken},
		},
	},
	gst.NIC: {
		face:   "/nic",
		hosts:  []string{"https://api.einvoice1.gst.gov.in", "https://api.einvoice2.gst.gov.in"},
		houses: houses[:],
		shape:  passThrough{},
		paths:  nicPaths,
		codes:  &invoiceCodes,
		life:   shortestLife,
		headers: []header{
			{"client_id", always, clientID},
			{"client_secret", always, clientSecret},
			{"Gstin", always, companyGSTIN}, // once: a doubled one is refused
			{"user_name", signedIn, userName},
			{"AuthToken", signedIn, sessionToken},
		},
	},
}

// Hosts are a provider's own base addresses for live use, in the order in which they are
// tried; none for an unknown provider.
func Hosts(provider gst.Provider) []string { return slices.Clone(providers[provider].hosts) }

// PracticeCredentials are the sandbox's ready API users, good for every GSTIN, one
// for each provider. That of the portal itself is switched off: few firms have one.
func PracticeCredentials() []gst.Credentials {
	user := gst.Credentials{
		Mode: gst.Practice, Enabled: true, Username: "MOHAR_PRACTICE", Password: "Practice@123",
	}
	alankit, taxpro, direct := user, user, user
	alankit.Provider, alankit.Order = gst.Alankit, 1
	alankit.SubscriptionKey = "ALPRACTICE00000001"
	taxpro.Provider, taxpro.Order = gst.TaxPro, 2
	taxpro.ASPID, taxpro.ASPPassword = "1000000001", "practice"
	direct.Provider, direct.Order, direct.Enabled = gst.NIC, 3, false
	direct.ClientID, direct.ClientSecret = "practice-client", "practice-secret"
	return []gst.Credentials{alankit, taxpro, direct}
}

// fill puts values, escaped, in the place of the {names} of a path.
func fill(path string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		path = strings.ReplaceAll(path, "{"+pairs[i]+"}", url.QueryEscape(pairs[i+1]))
	}
	return path
}
