package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"mohar/handlers"
	"mohar/handlers/api"
	"mohar/pdf"
)

// web is everything that answers HTTP: the pages, and the JSON API below /api.
type web struct {
	http.Handler
	api *api.Server
}

// buildWeb builds what answers HTTP for a house. Of o the rooms are filled in here.
func buildWeb(h *house, o handlers.Options, rate float64) (*web, error) {
	o.Store, o.Desk, o.Registrar, o.Printer = h.store, h.desk, h.registrar, pdf.New()
	o.Courier = h.courier
	calls, err := api.New(api.Options{
		Store: o.Store, Desk: o.Desk, Registrar: o.Registrar, Printer: o.Printer,
		Now: o.Now, Log: o.Log, Version: o.Version, Rate: rate,
		Drafts: api.Drafts{Form: handlers.DraftForm, Unread: handlers.UnreadInForm},
	})
	if err != nil {
		return nil, err
	}
	o.API = calls
	pages, err := handlers.New(o)
	if err != nil {
		return nil, errors.Join(err, calls.Close(context.Background()))
	}
	return &web{Handler: pages, api: calls}, nil
}

// callsWithin is how long a stop waits for the calls that are not in the edit log yet.
const callsWithin = 2 * time.Second

// close puts the API's last calls into the edit log; the store must still be open.
func (w *web) close() error {
	ctx, done := context.WithTimeout(context.Background(), callsWithin)
	defer done()
	return w.api.Close(ctx)
}

func closeWeb(w *web, log *slog.Logger) {
	if err := w.close(); err != nil {
		log.Error("calls of the API are missing in the edit log", "error", err)
	}
}
