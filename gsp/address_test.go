package gsp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"mohar/gst"
)

func TestSecretsGoOnlyToTLSAtPublicNames(t *testing.T) {
	for _, good := range []string{
		"https://www.alankitgst.com/eInvoiceGateway", "https://einvapi.charteredinfo.com", "https://api.einvoice1.gst.gov.in/",
		"https://gsp.firm.in:8443/x", "https://GSP.Firm.IN", "https://xn--bcher-kva.example/", "https://gsp.firm.in./",
	} {
		if err := CheckBase(good, false); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "gsp.firm.in", "//gsp.firm.in", "http://gsp.firm.in", "ftp://gsp.firm.in", "https:gsp.firm.in", "https://", "https:///x",
		"https://user@gsp.firm.in", "https://user:secret@gsp.firm.in", "https://gsp.firm.in?x=1", "https://gsp.firm.in?", "https://gsp.firm.in/#x",
		"https://gsp.firm.in#", "https://gsp.firm.in:port", "https://gsp .firm.in", "https://gsp.firm.in\n", "https://gsp..in", "https://.in",
		"https://localhost", "https://localhost.", "https://gsp.localhost", "https://intranet", "https://printer.local", "https://nas.home.arpa",
		"https://metadata.google.internal", "https://gsp.corp", "https://gsp.LOCAL.",
		"https://127.0.0.1", "https://127.1", "https://2130706433", "https://0x7f000001", "https://0x7f.1", "https://127.0.0.0x1", "https://0177.0.0.1",
		"https://10.0.0.5", "https://192.168.1.1", "https://172.16.0.1", "https://169.254.169.254", "https://100.64.0.1", "https://224.0.0.1",
		"https://8.8.8.8", "https://[::1]", "https://[fe80::1%25eth0]", "https://[fd00::1]", "https://[2606:4700::1111]", "https://[::ffff:10.0.0.1]",
		"https://１２７.0.0.1", "https://gsp。firm.in", "https://gsp_1.firm.in", "https://%6cocalhost", "https://" + strings.Repeat("a.", 130) + "in",
	} {
		err := CheckBase(bad, false)
		var faults gst.Invalid
		if !errors.As(err, &faults) || len(faults.For("base_urls")) != 1 {
			t.Errorf("%q: %v, want a fault of base_urls", bad, err)
		}
	}
}

func TestOperatorMayAllowPrivateHosts(t *testing.T) {
	for base, good := range map[string]bool{
		"https://10.0.0.5": true, "https://relay": true, "https://relay.local/x": true, "http://127.0.0.1:9000": true, "http://localhost": true,
		"http://[::1]:80": true, "http://10.0.0.5": false, "http://relay": false, "https://u:p@relay": false, "https://relay?x": false, "ftp://localhost": false,
	} {
		if err := CheckBase(base, true); (err == nil) != good {
			t.Errorf("%s: %v, want good %v", base, err, good)
		}
	}
}

func TestPublicAddresses(t *testing.T) {
	for text, public := range map[string]bool{
		"8.8.8.8": true, "164.100.0.1": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true,
		"127.0.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "172.31.0.1": false, "192.168.0.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "100.127.255.255": false, "192.0.0.1": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.1": false,
		"203.0.113.9": false, "224.0.0.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false,
		"fec0::1": false, "ff02::1": false, "2001:db8::1": false, "2002:7f00:1::": false, "2001::1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "100::1": false,
	} {
		if got := publicAddress(netip.MustParseAddr(text)); got != public {
			t.Errorf("%s: public %v, want %v", text, got, public)
		}
	}
}

// A name may lead inside however it looks, so what is really dialled is looked at too.
func TestNameThatLeadsInsideIsNotDialled(t *testing.T) {
	s := &script{answers: []answer{{status: 200, body: goodGenerate}}}
	inside := httptest.NewTLSServer(s)
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	cred := PracticeCredentials()[1]
	cred.Mode = gst.Live
	caller := New(Options{Now: (&clock{at: noon}).now, Tokens: &tokens{}})
	p := caller.Portal(company, cred)
	p.api.hosts = []string{"https://localhost:" + port} // as if the name service had said so of a public name
	_, err = p.Generate(t.Context(), []byte(`{}`))
	if !errors.Is(err, ErrNotSent) || !strings.Contains(err.Error(), "not of the public internet") {
		t.Errorf("got %v, want the address to be refused", err)
	}
	if s.signedIn() != 0 || len(s.seen()) != 0 {
		t.Error("a call arrived")
	}
}

func TestProxyOfTheEnvironmentMayBeDialled(t *testing.T) {
	proxy := &dialler{}
	u, err := url.Parse("http://127.0.0.1:3128")
	if err != nil {
		t.Fatal(err)
	}
	proxy.remember(u)
	if _, ok := proxy.proxies.Load("127.0.0.1:3128"); !ok {
		t.Error("the proxy is not known")
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	address := server.Listener.Addr().String()
	if conn, err := proxy.dial(t.Context(), "tcp", address); err == nil {
		t.Errorf("%s was dialled", conn.RemoteAddr())
	}
	proxy.remember(&url.URL{Scheme: "http", Host: address})
	conn, err := proxy.dial(t.Context(), "tcp", address)
	if err != nil {
		t.Fatalf("a proxy on this machine: %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	for scheme, port := range map[string]string{"http": "80", "https": "443", "socks5": "1080"} {
		proxy.remember(&url.URL{Scheme: scheme, Host: "proxy"})
		if _, ok := proxy.proxies.Load("proxy:" + port); !ok {
			t.Errorf("%s proxy without port is not known at %s", scheme, port)
		}
	}
}

func TestTLSBelowOneTwoIsRefused(t *testing.T) {
	if v := liveTransport(false).TLSClientConfig; v.MinVersion != 0x0303 || v.InsecureSkipVerify {
		t.Errorf("TLS %x, unverified %v", v.MinVersion, v.InsecureSkipVerify)
	}
	for _, version := range []uint16{tls.VersionTLS11, tls.VersionTLS12} {
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // handshakes are meant to fail
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
		server.StartTLS()
		defer server.Close()
		transport := liveTransport(true)
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
		client := careful(&http.Client{Transport: transport})
		_, err := exchange(t.Context(), client, server.URL, call{method: http.MethodGet}, http.Header{})
		if good := version >= tls.VersionTLS12; (err == nil) != good || (!good && !errors.Is(err, ErrNotSent)) {
			t.Errorf("TLS %x: %v", version, err)
		}
		client.CloseIdleConnections()
	}
}
