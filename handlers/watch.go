package handlers

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/views"
)

// watchEvery is how often an open page is looked after even when no change was heard:
// changes made by another process are not, and proxies cut streams that say nothing.
const watchEvery = 5 * time.Second

// watchInvoice handles GET /c/{gstin}/invoices/{id}/events. A page with script hears
// each change as a server-sent event "state"; a plain GET gets the fragment once.
func (s *Server) watchInvoice(c echo.Context) error {
	inv, _, err := s.invoice(c)
	if err != nil {
		return err
	}
	if !strings.Contains(c.Request().Header.Get(echo.HeaderAccept), "text/event-stream") {
		state, err := s.invoiceState(c, inv, cancelTyped{})
		if err != nil {
			return err
		}
		return s.show(c, http.StatusOK, views.InvoiceStateParts(state), nil)
	}
	changed, stop := s.store.Watch(inv.ID)
	defer stop()
	return s.stream(c, changed, s.sendState)
}

// sendState sends how the document stands now; more is false once nothing more is to
// be expected.
func (s *Server) sendState(c echo.Context) (more bool, err error) {
	inv, _, err := s.invoice(c)
	if err != nil {
		return false, err
	}
	state, err := s.invoiceState(c, inv, cancelTyped{})
	if err != nil {
		return false, err
	}
	var html bytes.Buffer
	if err := views.InvoiceStateParts(state).Render(c.Request().Context(), &html); err != nil {
		return false, fmt.Errorf("draw the state: %w", err)
	}
	return sendEvent(c, html.Bytes()) && state.WatchURL != "", nil
}

// stream sends what send writes, once now and again after each change, until it says that
// nothing more comes.
func (s *Server) stream(c echo.Context, changed <-chan struct{}, send func(echo.Context) (more bool, err error)) error {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream")
	h.Set(echo.HeaderCacheControl, "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx in front must not wait for more
	c.Response().WriteHeader(http.StatusOK)
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		// Whoever has signed out since must not go on reading.
		if user, err := s.sessions.user(c.Request(), c.Response()); err != nil || user == 0 {
			return err
		}
		more, err := send(c)
		if err != nil || !more {
			return err
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-c.Request().Context().Done():
			return nil
		}
	}
}

// sendEvent sends HTML as the event "state"; false when the browser has gone.
func sendEvent(c echo.Context, html []byte) bool {
	var event bytes.Buffer
	event.WriteString("event: state\n")
	for line := range bytes.Lines(html) {
		event.WriteString("data: ")
		event.Write(bytes.TrimRight(line, "\r\n"))
		event.WriteByte('\n')
	}
	event.WriteByte('\n')
	if _, err := c.Response().Write(event.Bytes()); err != nil {
		return false
	}
	c.Response().Flush()
	return true
}
