package gsp

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"mohar/gst"
	"mohar/outside"
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
		return u.Scheme == "https" && outside.PublicName(host)
	case u.Scheme == "https":
		return host != ""
	}
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
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
