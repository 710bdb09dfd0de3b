package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"mohar/db"
	"mohar/handlers"
	"mohar/sandbox"
)

// How long a stop may take, ten seconds in all: answers under way are finished, then
// the rest is cut. Nothing is lost by the cut, what is due stands in the store.
const (
	stopWithin       = 8 * time.Second
	stopPortalWithin = time.Second
	registrarGrace   = 6 * time.Second
)

// serve runs the program until ctx is done.
func serve(ctx context.Context, args []string, std streams) error {
	f := newFlags("serve", std)
	dir := f.text("data", "./data", "data folder")
	listen := f.text("listen", "127.0.0.1:8080", "address to listen on")
	portal := f.text("sandbox", "", "root of another practice portal; empty: the built-in one")
	lan := f.yes("insecure-lan", "serve plain HTTP to other machines of the local network")
	var limits limitFlags
	limits.add(f)
	var secure tlsFlags
	secure.add(f)
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	calls, err := limits.read()
	if err != nil {
		return err
	}
	log := newLog(std.err)
	l, err := secure.listen(ctx, *listen)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // the server has closed it, unless something failed before
	unlock, err := lockData(*dir)
	if err != nil {
		return err
	}
	defer unlock()
	if *portal == "" {
		p, err := startPortal(ctx, sandbox.Options{Path: filepath.Join(*dir, "sandbox.db"), Now: time.Now, Log: log}, log)
		if err != nil {
			return err
		}
		defer func() { stopPortal(p, log) }()
		*portal = p.URL
	}
	h, err := buildHouse(ctx, *dir, *portal, calls, time.Now, log)
	if err != nil {
		return err
	}
	defer closeStore(h.store, log)
	web, err := buildWeb(h, handlers.Options{
		Now: time.Now, Log: log, InsecureLAN: *lan, TLS: secure.on(), Version: release + revision(),
	}, calls.api)
	if err != nil {
		return err
	}
	defer closeWeb(web, log)
	if _, err := fmt.Fprintf(std.out, "Mohar is ready. Open %s in your browser. Ctrl+C stops it.\n", secure.address(l.Addr())); err != nil {
		return err
	}
	return serveUntilDone(ctx, l, web, h, log)
}

func closeStore(store *db.Store, log *slog.Logger) {
	if err := store.Close(); err != nil {
		log.Error("close the store", "error", err)
	}
}

func stopPortal(p *practicePortal, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), stopPortalWithin)
	defer cancel()
	if err := p.stop(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		log.Error("stop the practice portal", "error", err)
	}
}

// serveUntilDone runs the web server and the registrar side by side. Either one's
// failure stops both, and so does ctx.
func serveUntilDone(ctx context.Context, l net.Listener, web http.Handler, h *house, log *slog.Logger) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var jobs sync.WaitGroup
	jobs.Go(func() { h.desk.RunBulks(ctx, log) })
	jobs.Go(func() { h.desk.RunSubmissions(ctx, log) })
	jobs.Go(func() { h.courier.Run(ctx) })
	jobs.Go(func() {
		if err := h.registrar.Run(ctx); err != nil && ctx.Err() == nil {
			cancel(fmt.Errorf("registrar: %w", err))
		}
	})
	server := &http.Server{
		Handler:           web,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		// Open event streams end with the program instead of holding it up.
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	go func() {
		if err := server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			cancel(fmt.Errorf("web server: %w", err))
		}
	}()
	<-ctx.Done()
	stopping, done := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer done()
	if err := server.Shutdown(stopping); err != nil {
		_ = server.Close() // the time is up: cut what is left
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		jobs.Wait()
	}()
	select {
	case <-stopped:
	case <-stopping.Done():
		log.Warn("the registrar did not stop in time; what was under way is looked up at the next start")
	}
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}
