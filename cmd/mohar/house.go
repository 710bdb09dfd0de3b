package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/time/rate"

	"mohar/courier"
	"mohar/db"
	"mohar/desk"
	"mohar/gsp"
	"mohar/registrar"
	"mohar/sandbox"
)

// house is the rooms that serve and demo share, built and wired.
type house struct {
	store     *db.Store
	registrar *registrar.Registrar
	desk      *desk.Desk
	courier   *courier.Courier
}

// buildHouse opens the store in dir and builds what stands on it. sandboxURL is the
// root of the portal for companies in practice mode.
func buildHouse(
	ctx context.Context, dir, sandboxURL string, limits callLimits, now func() time.Time, log *slog.Logger,
) (*house, error) {
	store, err := openStore(ctx, dir, now, log)
	if err != nil {
		return nil, err
	}
	return furnish(store, sandboxURL, limits, now, log), nil
}

// furnish builds what stands on an open store.
func furnish(store *db.Store, sandboxURL string, limits callLimits, now func() time.Time, log *slog.Logger) *house {
	caller := gsp.New(gsp.Options{
		Now: now, Tokens: store, Sandbox: sandboxURL, Log: log,
		PrivateHosts: limits.private, Rate: rate.Limit(limits.rate),
	})
	keys := &signers{store: store, caller: caller, log: log}
	r := registrar.New(registrar.Options{Store: store, GSP: caller, Keys: keys.keyring, Now: now, Log: log, Grace: registrarGrace})
	c := courier.New(courier.Options{Store: store, Now: now, Log: log, Private: limits.hooks, Version: release})
	return &house{store: store, registrar: r, desk: desk.New(store, r, now), courier: c}
}

// openStore opens the data folder's database, with the key from MOHAR_KEY when the
// operator keeps it apart from the folder.
func openStore(ctx context.Context, dir string, now func() time.Time, log *slog.Logger) (*db.Store, error) {
	key, err := db.ParseKey(os.Getenv("MOHAR_KEY"))
	if err != nil {
		return nil, fmt.Errorf("MOHAR_KEY: %w", err)
	}
	return db.Open(ctx, db.Options{Dir: dir, Key: key, Now: now, Log: log})
}

// existingStore opens the store of an installation that must be there already, only to
// look: nothing in the folder is made or changed.
func existingStore(ctx context.Context, dir string, std streams) (*db.Store, error) {
	key, err := db.ParseKey(os.Getenv("MOHAR_KEY"))
	if err != nil {
		return nil, fmt.Errorf("MOHAR_KEY: %w", err)
	}
	store, err := db.OpenExisting(ctx, db.Options{Dir: dir, Key: key, Now: time.Now, Log: newLog(std.err)})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no installation in %s: mohar.db is not there; give its folder with --data", dir)
	case errors.Is(err, db.ErrOlder):
		return nil, fmt.Errorf("%s is of an older Mohar: start mohar serve on it once, which brings it up to date", dir)
	}
	return store, err
}

func newLog(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, nil))
}

// practicePortal is the built-in portal on a loopback port of its own.
type practicePortal struct {
	URL     string
	server  *http.Server
	sandbox chan *sandbox.Sandbox // the portal once it is open, for stopping
}

// startPortal listens at once and opens the portal beside: its first start makes
// keys, and nobody who only wants the login page should wait for that. Calls that
// come earlier wait in the listener's queue.
func startPortal(ctx context.Context, o sandbox.Options, log *slog.Logger) (*practicePortal, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("practice portal: %w", err)
	}
	p := &practicePortal{
		URL:     "http://" + l.Addr().String(),
		server:  &http.Server{ReadHeaderTimeout: 10 * time.Second},
		sandbox: make(chan *sandbox.Sandbox, 1),
	}
	go func() {
		defer close(p.sandbox)
		s, err := sandbox.Open(ctx, o)
		if err != nil {
			log.Error("practice portal does not open", "error", err)
			_ = l.Close() // nothing will be served; callers see it as down
			return
		}
		p.sandbox <- s
		p.server.Handler = s.Handler()
		if err := p.server.Serve(l); err != nil && !isClosed(err) {
			log.Error("practice portal stopped", "error", err)
		}
	}()
	return p, nil
}

// stop ends the portal's calls and closes its register.
func (p *practicePortal) stop(ctx context.Context) error {
	err := p.server.Shutdown(ctx)
	if s, ok := <-p.sandbox; ok {
		if e := s.Close(); err == nil {
			err = e
		}
	}
	return err
}

func isClosed(err error) bool {
	return errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed)
}
