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
