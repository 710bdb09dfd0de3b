package gsp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
)

// TestFailuresAreToldInPlainWords shows a failure as the health of a provider tells it: to
// somebody who knows neither its addresses nor the words of the network library.
func TestFailuresAreToldInPlainWords(t *testing.T) {
	called := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://provider.example/eicore/v1.03/Invoice?docnum=INV%2F1", Err: err}
	}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"a connection that closes", fmt.Errorf("%w: %w", ErrNoAnswer, called(io.EOF)), "it hung up without an answer"},
		{"nobody listens", fmt.Errorf("%w: %w", ErrNotSent, called(&net.OpError{Op: "dial", Err: errors.New("connection refused")})), "it could not be reached"},
		{"the time is over", fmt.Errorf("%w: %w", ErrNoAnswer, called(context.DeadlineExceeded)), "no answer in time"},
		{"a page of the gateway", fmt.Errorf("%w: status 502 with %q: %w", ErrNoAnswer, "<html>", errors.New("invalid character")), "an answer that is not the portal's (HTTP status 502)"},
		{"it is left alone", fmt.Errorf("sign in: %w", &Wait{Reason: "too many calls"}), "too many calls"},
		{"anything else on the way", fmt.Errorf("%w: %w", ErrNotSent, called(errors.New("bad certificate"))), "no answer: bad certificate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := plainly(tt.err); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			if got := withoutAddress(tt.err); strings.Contains(got, "provider.example") {
				t.Errorf("the address is told twice: %q", got)
			}
		})
	}
}
