// Command mohar registers GST invoices with the Invoice Registration Portal and
// prints them: the web program, the built-in practice portal and the small tools
// around them, in one binary. See the README, or mohar help.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	collectLess()
	err := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	var wrong usageError
	switch {
	case err == nil:
	case errors.As(err, &wrong):
		fmt.Fprintln(os.Stderr, "mohar:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "mohar:", err)
		os.Exit(1)
	}
}
