package gsp

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"mohar/gst"
)

// renamed is a GSP that nobody has: one of ours under other paths and header names.
type renamed struct {
	prefix  string            // before its paths
	like    string            // the sandbox's face behind it
	headers map[string]string // its name for each header of that face
	path    func(string) string
}

// serve starts the GSP in front of a sandbox. A header under its old name does not pass.
func (r renamed) serve(t *testing.T, sandbox string) *httptest.Server {
	t.Helper()
	root, err := url.Parse(sandbox)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(root)
		in := p.In.Header.Clone()
		for theirs, ours := range r.headers {
			p.Out.Header.Del(ours)
			if text := in.Get(theirs); text != "" {
				p.Out.Header.Del(theirs)
				p.Out.Header[ours] = []string{text}
			}
		}
		p.Out.URL.Path = r.like + r.path(strings.TrimPrefix(p.In.URL.Path, r.prefix))
		p.Out.URL.RawPath = ""
	}}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server
}

func TestAnotherGSPOfEitherShapeIsOneTableEntry(t *testing.T) {
	through := nicPaths
	through.signIn, through.generate = "/v9/login", "/v9/irn/new"
	decrypted := plainPaths
	decrypted.signIn, decrypted.generate = "/v9/login", "/v9/irn/new"
	back := func(own paths) func(string) string {
		return func(path string) string {
			return strings.NewReplacer("/v9/login", own.signIn, "/v9/irn/new", own.generate).Replace(path)
		}
	}
	tests := []struct {
		name string
		gsp  renamed
		api  provider
		cred gst.Credentials
	}{
		{
			"a pass-through",
			renamed{"/own", "/alankit/eInvoiceGateway", map[string]string{"X-Own-Key": "Ocp-Apim-Subscription-Key", "X-Taxpayer": "Gstin", "X-User": "user_name", "X-Session": "AuthToken"}, back(nicPaths)},
			provider{face: "/own", shape: passThrough{}, paths: through, headers: []header{
				{"X-Own-Key", always, subscriptionKey}, {"X-Taxpayer", always, companyGSTIN},
				{"X-User", signedIn, userName}, {"X-Session", signedIn, sessionToken},
			}},
			PracticeCredentials()[0],
		},
		{
			"one that encrypts on our behalf",
			renamed{"/own", "/taxpro", map[string]string{"X-Account": "aspid", "X-Account-Password": "password", "X-Taxpayer": "Gstin", "X-User": "user_name", "X-User-Password": "eInvPwd", "X-Session": "AuthToken"}, back(plainPaths)},
			provider{face: "/own", shape: plain{}, paths: decrypted, headers: []header{
				{"X-Account", always, aspID}, {"X-Account-Password", always, aspPassword}, {"X-Taxpayer", always, companyGSTIN},
				{"X-User", always, userName}, {"X-User-Password", onSignIn, userPassword}, {"X-Session", signedIn, sessionToken},
			}},
			PracticeCredentials()[1],
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			box := openPractice(t)
			if _, _, err := box.caller.SandboxKeys(t.Context()); err != nil {
				t.Fatal(err)
			}
			tt.cred.Provider = "own"
			p := box.caller.Portal(company, tt.cred)
			p.api = tt.api
			box.caller.sandbox = tt.gsp.serve(t, box.root).URL
			reg, err := p.Generate(t.Context(), invoice("OWN/1"))
			if err != nil {
				t.Fatal(err)
			}
			if found, err := p.ByDocument(t.Context(), gst.TaxInvoice, "OWN/1", 20261120); err != nil || found.IRN != reg.IRN || found.Provider != "own" {
				t.Errorf("looked up: %+v, %v", found, err)
			}
			if _, err := p.Cancel(t.Context(), reg.IRN, gst.CancelOrder, "not wanted"); err != nil {
				t.Errorf("cancelled: %v", err)
			}
		})
	}
}

func TestEveryProviderIsCompleteAndReachedSafely(t *testing.T) {
	if got, want := slices.Sorted(slices.Values(known)), slices.Sorted(maps.Keys(providers)); !slices.Equal(got, want) {
		t.Errorf("shown are %v, known are %v", got, want)
	}
	for name, api := range providers {
		for _, host := range api.hosts {
			if err := CheckBase(host, false); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		all := []string{
			api.paths.signIn, api.paths.generate, api.paths.cancel, api.paths.byIRN, api.paths.byDocument,
			api.paths.taxpayer, api.paths.sync, api.paths.ewayByIRN, api.paths.ewayOfIRN, api.paths.ping,
		}
		for _, path := range all {
			if !strings.HasPrefix(path, "/ei") {
				t.Errorf("%s has the path %q", name, path)
			}
		}
		if len(api.hosts) == 0 || api.shape == nil || (len(api.houses) > 0 && len(api.houses) != len(api.hosts)) {
			t.Errorf("%s is not complete", name)
		}
	}
}

func TestHeadersOfThePortalItself(t *testing.T) {
	box := openPractice(t)
	var calls []http.Header
	root, err := url.Parse(box.root)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(root)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/nic/") {
			calls = append(calls, r.Header.Clone())
		}
		forward.ServeHTTP(w, r)
	}))
	defer server.Close()
	box.caller.sandbox = server.URL
	direct := box.portals[2]
	if _, err := direct.Generate(t.Context(), invoice("NIC/1")); err != nil {
		t.Fatal(err)
	}
	if len(calls) != 2 {
		t.Fatalf("%d calls, want a sign-in and a registration", len(calls))
	}
	for i, h := range calls {
		for name, want := range map[string]string{
			"Client_id": "practice-client", "Client_secret": "practice-secret", "Gstin": string(company),
			"User_name": []string{"", "MOHAR_PRACTICE"}[i], "Ocp-Apim-Subscription-Key": "", "Aspid": "", "Password": "",
		} {
			if got := strings.Join(h[name], "|"); got != want {
				t.Errorf("call %d: %s is %q, want %q", i, name, got, want)
			}
		}
		if (h.Get("AuthToken") != "") != (i == 1) {
			t.Errorf("call %d: token %q", i, h.Get("AuthToken"))
		}
	}
}

func TestHouseBehindTheHostThatAnsweredIsKept(t *testing.T) {
	first := httptest.NewServer(&script{answers: []answer{{status: 200, body: goodGenerate}}})
	defer first.Close()
	second := httptest.NewServer(&script{answers: []answer{{status: 200, body: goodGenerate}}})
	defer second.Close()
	cred := PracticeCredentials()[1] // plain, so that no key is needed
	cred.Mode = gst.Live
	for _, tt := range []struct {
		hosts []string
		want  string
	}{
		{[]string{first.URL, second.URL}, "NIC1"},
		{[]string{"http://127.0.0.1:1", second.URL}, "NIC2"},
	} {
		caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}, PrivateHosts: true})
		p := caller.Portal(company, cred)
		p.api.hosts, p.api.houses = tt.hosts, providers[gst.NIC].houses
		if reg, err := p.Generate(t.Context(), []byte(`{}`)); err != nil || reg.Portal != tt.want {
			t.Errorf("%v: %+v, %v, want %s", tt.hosts, reg, err, tt.want)
		}
	}
}

func TestOtherCredentialsAreOtherCredentials(t *testing.T) {
	c := New(Options{Tokens: &tokens{}})
	seen := map[[32]byte]bool{}
	for _, change := range []func(*gst.Credentials){
		func(*gst.Credentials) {},
		func(c *gst.Credentials) { c.ClientID = "x" },
		func(c *gst.Credentials) { c.ClientSecret = "x" },
		func(c *gst.Credentials) { c.Password = "x" },
		func(c *gst.Credentials) { c.SubscriptionKey = "x" },
		func(c *gst.Credentials) { c.ASPPassword = "x" },
		func(c *gst.Credentials) { c.PortalKeyPEM = "x" },
	} {
		cred := PracticeCredentials()[2]
		change(&cred)
		seen[c.Portal(company, cred).fingerprint()] = true
	}
	if len(seen) != 7 {
		t.Errorf("%d fingerprints of 7 credentials", len(seen))
	}
}

func TestUnknownProviderSendsNothing(t *testing.T) {
	p := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}}).Portal(company, gst.Credentials{Provider: "nobody"})
	_, generate := p.Generate(t.Context(), []byte(`{}`))
	_, ping := p.Ping(t.Context())
	_, signIn := p.SignIn(t.Context())
	for _, err := range []error{generate, ping, signIn} {
		if !errors.Is(err, ErrNotSent) {
			t.Errorf("got %v", err)
		}
	}
}

func TestCredentialsThatCannotBeUsedSayWhy(t *testing.T) {
	tests := []struct {
		name string
		cred gst.Credentials
		rule string // empty: nothing is in the way
	}{
		{"practice needs no key of its own", gst.Credentials{Provider: gst.Alankit, Mode: gst.Practice}, ""},
		{"live, Alankit needs NIC's key", gst.Credentials{Provider: gst.Alankit, Mode: gst.Live}, "credentials.portal_key_missing"},
		{"and so does NIC itself", gst.Credentials{Provider: gst.NIC, Mode: gst.Live, PortalKeyPEM: "no key"}, "credentials.portal_key"},
		{"TaxPro encrypts for us", gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live}, ""},
		{"an address without TLS", gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, BaseURLs: []string{"http://a.example"}}, "credentials.base_url"},
	}
	c := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := c.Portal(company, tt.cred).Check()
			var bad gst.Invalid
			if tt.rule == "" && err != nil || tt.rule != "" && (!errors.As(err, &bad) || bad.Faults[0].Rule != tt.rule) {
				t.Errorf("got %v, want %q", err, tt.rule)
			}
		})
	}
}
