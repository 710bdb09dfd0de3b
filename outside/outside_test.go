package outside

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
)

func TestPublicNames(t *testing.T) {
	for host, public := range map[string]bool{
		"erp.firm.in": true, "erp.firm.in.": true, "xn--bcher-kva.example": true, "a-b.co": true,
		"": false, "localhost": false, "erp.localhost": false, "relay": false, "nas.home.arpa": false, "erp.corp": false,
		"127.0.0.1": false, "127.1": false, "2130706433": false, "0x7f.1": false, "127.0.0.0x1": false, "::1": false, "fe80::1%eth0": false,
		"erp..in": false, "erp_1.firm.in": false, "१.firm.in": false,
	} {
		if got := PublicName(host); got != public {
			t.Errorf("%q: public %v, want %v", host, got, public)
		}
	}
}

func TestAddressWithUserOrFragmentIsNotPlain(t *testing.T) {
	for text, plain := range map[string]bool{
		"https://erp.firm.in/hook?a=1": true, "http://localhost:1": true,
		"": false, "erp.firm.in": false, "https:": false, "https:///x": false, "https://:443/x": false, "mailto:a@firm.in": false,
		"https://u:p@erp.firm.in": false, "https://erp.firm.in/#x": false, "https://erp.firm.in:65535/": true, "https://erp.firm.in:99999/": false, "https://erp.firm.in/\n": false,
	} {
		if _, err := ParsePlain(text); (err == nil) != plain {
			t.Errorf("%q: %v, want plain %v", text, err, plain)
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
		"fec0::1": false, "ff02::1": false, "2001:db8::1": false, "2002:7f00:1::": false, "3fff::1": false, "5f00::1": false, "2001::1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false, "100::1": false,
	} {
		if got := PublicAddress(netip.MustParseAddr(text)); got != public {
			t.Errorf("%s: public %v, want %v", text, got, public)
		}
	}
}

func TestProxyOfTheEnvironmentMayBeDialled(t *testing.T) {
	proxy := NewDialler(false)
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
	if conn, err := proxy.Dial(t.Context(), "tcp", address); err == nil {
		t.Errorf("%s was dialled", conn.RemoteAddr())
	} else if !errors.Is(err, ErrInside) {
		t.Errorf("dialling inside: %v", err)
	}
	proxy.remember(&url.URL{Scheme: "http", Host: address})
	conn, err := proxy.Dial(t.Context(), "tcp", address)
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
