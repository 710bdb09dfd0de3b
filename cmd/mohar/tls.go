package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// tlsFlags say how browsers reach the program over TLS.
type tlsFlags struct {
	certificate, key *string
	proxy            *bool
}

func (t *tlsFlags) add(f flags) {
	t.certificate = f.text("tls-cert", "", "PEM file with the certificate, to serve https")
	t.key = f.text("tls-key", "", "PEM file with the certificate's key")
	t.proxy = f.yes("tls-proxy", "a proxy in front speaks https and passes requests on")
}

// on reports whether browsers use TLS, so that cookies can be kept to it.
func (t *tlsFlags) on() bool { return *t.proxy || *t.certificate != "" }

// listen opens the address, with TLS when there is a certificate.
func (t *tlsFlags) listen(ctx context.Context, address string) (net.Listener, error) {
	if (*t.certificate == "") != (*t.key == "") {
		return nil, usageError{"serve: --tls-cert and --tls-key go together"}
	}
	var config *tls.Config
	if *t.certificate != "" {
		pair, err := tls.LoadX509KeyPair(*t.certificate, *t.key)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s (is another program there? choose another with --listen): %w", address, reason(err))
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	return l, nil
}

// reason is the last link of an error's chain, which says what the system said.
func reason(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}

// address is what to open in a browser of this machine.
func (t *tlsFlags) address(a net.Addr) string {
	scheme := "http"
	if *t.certificate != "" {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return scheme + "://" + a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost" // listening on every address
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}
