package views_test

import "mohar/views"

const credentialsURL = "/c/27AAPFU0939F1ZV/settings/credentials/"

// exampleCredentials is a live company's: one provider rests, one works, one is off.
func exampleCredentials() views.CredentialsView {
	row := func(provider, name string) views.GatewayRow {
		url := credentialsURL + provider
		return views.GatewayRow{Provider: provider, Name: name, There: true, Enabled: true, MoveURL: url + "/move", UseURL: url + "/use", PingURL: url + "/ping"}
	}
	alankit, taxpro, nic := row("alankit", "Alankit Limited"), row("taxpro", "Chartered Information Systems Pvt Ltd"), row("nic", "NIC, directly")
	alankit.Place, alankit.Down, alankit.Kind, alankit.State = "1", true, "wait", "Not used until 12:04:30"
	alankit.Rate = "38 of 42 calls answered in the last hour, mostly in 820 ms"
	alankit.Why = "Last failure at 12:03:30: it could not be reached"
	taxpro.Place, taxpro.Up, taxpro.Down, taxpro.Kind, taxpro.State = "2", true, true, "good", "Answers"
	taxpro.Rate, taxpro.Note = "11 of 11 calls answered in the last hour, mostly in 1.4 s", "Its first address does not answer; calls go to the next one."
	taxpro.Ping = &views.PingResult{OK: true, Text: "Answered in 412 ms: e-Invoice Vital:-22-11-2026 12:03:58"}
	nic.Enabled, nic.Up, nic.Kind, nic.State = false, true, "muted", "Switched off"
	return views.CredentialsView{Gateways: []views.GatewayRow{alankit, taxpro, nic}, Cards: exampleCards()}
}

func exampleCards() []views.CredentialsCard {
	card := func(provider, name, user string) views.CredentialsCard {
		return views.CredentialsCard{
			Provider: provider, Name: name, URL: credentialsURL + provider, TestURL: credentialsURL + provider + "/test",
			Live: true, PortalKey: true, There: true, Enabled: true, Username: user, HasPassword: true,
		}
	}
	alankit := card("alankit", "Alankit Limited", "SHARDA_API_ALK")
	alankit.HasSubscriptionKey, alankit.SignedIn, alankit.HasPortalKey = true, "16:40 (4 h 36 min)", true
	alankit.KeyText = "In use: RSA, 2048 bits, SHA-256 9f2c41d07be5a813…, certificate till 12 Mar 2028"
	alankit.Hosts = []string{"https://www.alankitgst.com/eInvoiceGateway"}
	taxpro := card("taxpro", "Chartered Information Systems Pvt Ltd", "SHARDA_API_CIS")
	alankit.EWayHosts = []string{"https://newewaybill.alankitgst.com/ewaybillgateway"}
	taxpro.PortalKey, taxpro.ASPID, taxpro.HasASPPassword, taxpro.Refused = false, "1600000001", true, "12:01:14"
	taxpro.Hosts, taxpro.Open = []string{"https://einvapi.charteredinfo.com", "https://einvapimum1.charteredinfo.com", "https://einvapidel2.charteredinfo.com"}, true
	taxpro.Result = &views.SignInResult{At: "12:01:14", Words: "User name or password is wrong. Use the API user, not the portal login.", Said: []string{"1019 Incorrect Password"}}
	taxpro.BaseURLs = "http://relay.sharda.example"
	taxpro.Problems = map[string]string{"base_urls": "Mohar sends passwords only to addresses of the form https://name/path on the public internet. Correct the address http://relay.sharda.example."}
	nic := card("nic", "NIC, directly", "")
	nic.Enabled, nic.HasPassword, nic.Folded = false, false, true
	nic.Hosts = []string{"https://api.einvoice1.gst.gov.in", "https://api.einvoice2.gst.gov.in"}
	return []views.CredentialsCard{alankit, taxpro, nic}
}

// livePage is a page of a company that is live.
func livePage(title, nav string) views.Page {
	p := examplePage(title, nav)
	live := *p.Company
	live.Practice = false
	p.Company, p.Practice = &live, false
	return p
}

// emptyCredentials are those of a company in practice that has none yet.
func emptyCredentials() views.CredentialsView {
	v := exampleCredentials()
	v.Practice, v.PracticeURL = true, credentialsURL+"practice"
	for i := range v.Gateways {
		g := v.Gateways[i]
		v.Gateways[i] = views.GatewayRow{Provider: g.Provider, Name: g.Name, Kind: "muted", State: "No API user yet"}
		c := v.Cards[i]
		v.Cards[i] = views.CredentialsCard{Provider: c.Provider, Name: c.Name, URL: c.URL, TestURL: c.TestURL, PortalKey: c.PortalKey, Folded: c.Folded, Hosts: c.Hosts, Enabled: true}
	}
	return v
}
