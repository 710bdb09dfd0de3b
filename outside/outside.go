// Package outside says which addresses of the internet the program may call, and makes the
// connections: passwords, documents and messages leave the house through it. Without it
// whoever may type an address could have the program look at what is inside the firm's
// network. It knows no portal, no company and no message.
package outside

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrInside is the error of Dial for an address that is not of the public internet.
var ErrInside = errors.New("not of the public internet")

// insideNames are the ends of names that lead nowhere on the public internet.
// Source: RFC 6761, 6762 and 8375, and ICANN's reservation of .internal.
var insideNames = []string{"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa"}

// PublicName reports whether a host in lower case is a name that may be of the public
// internet: of several labels, in plain letters, and no number that dialling takes for an
// address.
func PublicName(host string) bool {
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

// ParsePlain reads a whole address of some host, without user, password and fragment. The
// error says nothing of what was typed.
func ParsePlain(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "" || u.User != nil || strings.Contains(text, "#") {
		return nil, errors.New("not a whole address")
	}
	if port := u.Port(); port != "" {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return nil, errors.New("no such port")
		}
	}
	return u, nil
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
	netip.MustParsePrefix("3fff::/20"),
	netip.MustParsePrefix("5f00::/16"), // segments of routes
	netip.MustParsePrefix("fec0::/10"),
}

// nat64 carries an IPv4 address in its last four bytes. Source: RFC 6052.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

// PublicAddress reports whether a is an address of the public internet.
func PublicAddress(a netip.Addr) bool {
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

// Times of a connection.
const (
	connectTime = 5 * time.Second
	keepAlive   = 30 * time.Second
)

// Dialler makes connections to public addresses only, whatever the name service says,
// but to the proxies that the operator named in the environment.
type Dialler struct {
	private bool     // any address will do
	proxies sync.Map // host:port of each proxy in use
}

// NewDialler returns a dialler; with private any address will do.
func NewDialler(private bool) *Dialler { return &Dialler{private: private} }

// Proxy returns the environment's proxy for r, and remembers its address. It is for
// http.Transport.
func (d *Dialler) Proxy(r *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(r)
	if u != nil {
		d.remember(u)
	}
	return u, err
}

// remember keeps the address of a proxy, as it is dialled.
func (d *Dialler) remember(proxy *url.URL) {
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
	}
	d.proxies.Store(net.JoinHostPort(proxy.Hostname(), port), true)
}

// Dial connects within five seconds. It is for http.Transport. The error is ErrInside for
// an address that is not public, and then nothing was connected.
func (d *Dialler) Dial(ctx context.Context, network, address string) (net.Conn, error) {
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
	if !PublicAddress(to.Addr()) {
		return fmt.Errorf("address %s is %w", to.Addr(), ErrInside)
	}
	return nil
}
