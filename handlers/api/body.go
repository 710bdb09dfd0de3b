package api

import (
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// usualPatience is how long a client may send nothing while its body is read.
const usualPatience = 30 * time.Second

// awaitBody has the connection of a call cut when its client stops sending: it would hold
// the call, and its Idempotency-Key, for ever.
func (s *Server) awaitBody(c echo.Context) {
	if r := c.Request(); r.Body != nil && r.Body != http.NoBody {
		body := &awaited{r.Body, http.NewResponseController(c.Response()), s.patience}
		body.extend() // for the web server too, which reads what no handler did
		r.Body = body
	}
}

// awaited is a body that must keep coming.
type awaited struct {
	io.ReadCloser
	connection *http.ResponseController
	patience   time.Duration
}

// extend gives the client time for its next piece. The connection's clock is the system's
// own; one that knows no deadlines has none.
func (a *awaited) extend() { _ = a.connection.SetReadDeadline(time.Now().Add(a.patience)) }

// Read reads on.
func (a *awaited) Read(b []byte) (int, error) {
	a.extend()
	n, err := a.ReadCloser.Read(b)
	if errors.Is(err, io.EOF) { // from here on the connection is only watched for its end
		_ = a.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}
