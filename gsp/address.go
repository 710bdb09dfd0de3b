package gsp

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"

	"mohar/gst"
)

// CheckBase checks a live base address, to which passwords and documents travel: https,
// a host name of the public internet, a path, and nothing else. With private, as the
// operator may allow for a relay of the firm's own, any host will do, and http on this
// very machine.
//
// The error is gst.Invalid with the rule credentials.base_url.
func CheckBase(base string, private bool) error {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Opaque != "" || u.User != nil ||
		u.RawQuery != "" || u.ForceQuery || strings.Contains(base, "#") || !goodHost(u, private) {
		return gst.Faults{{Rule: "credentials.base_url", Field: "base_urls", Args: []string{base}}}.Err()
	}
	return nil
}

// goodHost reports whether secrets may be sent to the host of u by its scheme.
func goodHost(u *url.URL, private bool) bool {
	host := strings.ToLower(u.Hostname())
	switch {
	case !private:
		return u.Scheme == "https" && publicName(host)
	case u.Scheme == "https":
		return host != ""
	}
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// insideNames are the ends of names that lead nowhere on the public internet.
// Source: RFC 6761, 6762 and 8375, and ICANN's reservation of .internal.
var insideNames = []string{"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa"}

// publicName reports whether host is a name that may be of the public internet: of
// several labels, in plain letters, and no number that dialling takes for an address.
func publicName(host string) bool {
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || len(host) > 253 || slices.Contains(insideNames, last) || strings.Trim(last, "0123456789") == "" {
		return false
	}
	for _, label := range labels {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return !strings.HasPrefix(last, "0x") // 127.0.0.0x1 is read as an address by some
}

// insideNets are addresses that are not of the public internet, beside those that
// netip knows. Source: IANA's registries of special-purpose addresses.
var insideNets = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carriers' own, CGNAT
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), // an IPv4 address in the old way
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), // Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4: an IPv4 address inside
	netip.MustParsePrefix("fec0::/10"),
}

// nat64 carries an IPv4 address in its last four bytes. Source: RFC 6052.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// publicAddress reports whether a is an address of the public internet.
func publicAddress(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(insideNets, func(p netip.Prefix) bool { return p.Contains(a) })
}

// dialler makes connections to public addresses only, whatever the name service says,
// but to the proxies that the operator named in the environment.
type dialler struct {
	private bool     // any address will do
	proxies sync.Map // host:port of each proxy in use
}

// proxy returns the environment's proxy for r, and remembers its address.
func (d *dialler) proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if u != nil {
		d.remember(u)
	}
	return u, err
}

// remember keeps the address of a proxy, as it is dialled.
func (d *dialler) remember(proxy *url.URL) {
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
	}
	d.proxies.Store(net.JoinHostPort(proxy.Hostname(), port), true)
}

func (d *dialler) dial(ctx context.Context, network, address string) (net.Conn, error) {
	n := net.Dialer{Timeout: connectTime, KeepAlive: keepAlive}
	if _, proxy := d.proxies.Load(address); !d.private && !proxy {
		n.Control = publicOnly
	}
	return n.DialContext(ctx, network, address)
}

// publicOnly stops a connection to an address that is not public, before it is made.
func publicOnly(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address %s: %w", address, err)
	}
	if !publicAddress(to.Addr()) {
		return fmt.Errorf("address %s is not of the public internet", to.Addr())
	}
	return nil
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
		if err := CheckBase(base, p.c.private); err != nil && p.system == eways {
			return nil, gst.Faults{{Rule: "credentials.base_url", Field: "eway_base_urls", Args: []string{base}}}.Err()
		} else if err != nil {
			return nil, err
		}
		bases = append(bases, strings.TrimRight(base, "/"))
	}
	return bases, nil
}

// house returns which of the portal's houses stands behind a base address, "" when
// that is not known.
func (p *Portal) house(base string) string {
	if i := slices.Index(p.api.hosts, base); i >= 0 && i < len(p.api.houses) {
		return p.api.houses[i]
	}
	return ""
}
