package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"mohar/sandbox"
)

// runSandbox serves the practice portal alone, for other programs too.
func runSandbox(ctx context.Context, args []string, std streams) error {
	f := newFlags("sandbox", std)
	listen := f.text("listen", "127.0.0.1:8090", "address to listen on")
	state := f.text("state", "", "file that keeps keys and documents; empty: memory")
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	log := newLog(std.err)
	s, err := sandbox.Open(ctx, sandbox.Options{Path: *state, Now: time.Now, Log: log})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // its register is written as it goes
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", *listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (is another program there? choose another with --listen): %w", *listen, err)
	}
	if _, err := fmt.Fprintf(std.out, "Practice portal on http://%s (faces /nic, /alankit, /taxpro). Ctrl+C stops it.\n", l.Addr()); err != nil {
		return err
	}
	server := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		stopping, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer done()
		if err := server.Shutdown(stopping); err != nil {
			_ = server.Close() // the time is up: cut what is left
		}
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("practice portal: %w", err)
	}
	return nil
}
