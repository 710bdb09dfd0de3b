package gsp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	"mohar/gst"
)

// plainly says in words for people why a call reached nobody or got no answer: without the
// address that was called and without the words of the network library.
func plainly(err error) string {
	var dial *net.OpError
	var wait *Wait
	var refused *gst.Refusal
	var called *url.Error
	_, status, foreign := strings.Cut(err.Error(), ErrNoAnswer.Error()+": status ")
	status, _, _ = strings.Cut(status, " ")
	switch {
	case foreign:
		return "an answer that is not the portal's (HTTP status " + status + ")"
	case errors.As(err, &wait):
		return wait.Reason
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer in time"
	case errors.As(err, &dial) && dial.Op == "dial":
		return "it could not be reached"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "it hung up without an answer"
	case errors.As(err, &refused):
		return refused.Error()
	case errors.As(err, &called):
		return "no answer: " + called.Err.Error()
	}
	return err.Error()
}

// withoutAddress is an error as it stands, less the address that was called: that is told
// beside it.
func withoutAddress(err error) string {
	var called *url.Error
	if errors.As(err, &called) {
		return strings.Replace(err.Error(), called.Error(), called.Err.Error(), 1)
	}
	return err.Error()
}
