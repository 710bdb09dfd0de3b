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

// sandboxHelp stands behind the flags of mohar sandbox -h: what somebody needs who tests
// another program against it.
const sandboxHelp = `
Other programs reach it by these base addresses in place of the live ones:
  NIC direct  http://LISTEN/nic                      client_id %s, client_secret %s
  Alankit     http://LISTEN/alankit/eInvoiceGateway  Ocp-Apim-Subscription-Key %s
  TaxPro      http://LISTEN/taxpro                   aspid %s, password %s
API user of every GSTIN: %s, password %s.

A page to watch and steer it: http://LISTEN/_sandbox/
The same for programs, with JSON:
  GET    /_sandbox/keys      public keys: for sign-ins, and for the signed texts
  GET    /_sandbox/ledger    what is registered and what was refused; ?calls=1 the last calls
  POST   /_sandbox/faults    {"face":"taxpro","op":"generate","fault":"drop-reply","times":1}
  GET    /_sandbox/faults    what is planted, and every kind of fault; DELETE removes all
  POST   /_sandbox/clock     {"now":"2026-11-22T10:00:00+05:30"} or {"advance":"24h"}
  POST   /_sandbox/gstin     {"gstin":"…","status":"SUS"}, "type", "name", "enabled", "stale"
  POST   /_sandbox/house     {"face":"taxpro","house":"NIC2"}
  POST   /_sandbox/register  {"inv01":{…}}: somebody types it into the portal
  POST   /_sandbox/cancel    {"irn":"…","reason":"2","remark":"…"}, and /_sandbox/reject {"irn":"…"}
  POST   /_sandbox/reset     forgets everything but the keys, where there is no state file
The README has an example to paste.
`

// runSandbox serves the practice portal alone, for other programs too.
func runSandbox(ctx context.Context, args []string, std streams) error {
	f := newFlags("sandbox", std)
	listen := f.text("listen", "127.0.0.1:8090", "address to listen on")
	state := f.text("state", "", "file that keeps keys and documents; empty: memory")
	life := f.text("token-life", sandbox.DefaultTokenLife.String(), "how long a sign-in is good for; NIC's own sandbox has 60m")
	strict := f.yes("strict", "reads the rules narrowly: five sign-ins in 15 minutes, 30 days with the first, HSN of six digits")
	usage := f.Usage
	f.Usage = func() {
		if usage != nil {
			usage()
		} else {
			f.PrintDefaults()
		}
		_, _ = fmt.Fprintf(f.Output(), sandboxHelp, sandbox.NICClient, sandbox.NICSecret, sandbox.AlankitKey,
			sandbox.TaxProID, sandbox.TaxProPassword, sandbox.User, sandbox.Password)
	}
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	tokenLife, err := time.ParseDuration(*life)
	if err != nil || tokenLife <= 0 {
		return usageError{fmt.Sprintf("sandbox: --token-life %q is not a duration such as 60m", *life)}
	}
	s, err := sandbox.Open(ctx, sandbox.Options{Path: *state, Now: time.Now, Log: newLog(std.err), TokenLife: tokenLife, Strict: *strict})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // its register is written as it goes
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", *listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s (is another program there? choose another with --listen): %w", *listen, err)
	}
	if _, err := fmt.Fprintf(std.out, "Practice portal on http://%s (faces /nic, /alankit, /taxpro; page /_sandbox/). Ctrl+C stops it.\n", l.Addr()); err != nil {
		return err
	}
	return serveSandbox(ctx, s, l)
}

// serveSandbox serves until ctx is done.
func serveSandbox(ctx context.Context, s *sandbox.Sandbox, l net.Listener) error {
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
