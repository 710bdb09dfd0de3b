package sandbox

import (
	"bytes"
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Sizes of the replies that are meant to fill memory.
const (
	hugeReply = 10 << 20
	bombBlock = 1 << 20 // bytes that one gzip member unpacks to
	bombCount = 128
)

const garbagePage = "<!DOCTYPE html><html><head><title>Service notice</title></head>" +
	"<body><h1>We will be back soon</h1></body></html>\n"

// defaultRetry is after how many seconds a caller may come back.
const defaultRetry = 30

// close leaves a call without an answer; the connection is closed on delivery.
func (s *Sandbox) close(c *call) outgoing {
	c.outcome = closed
	return outgoing{}
}

// dropReply closes the connection without sending a byte.
func (s *Sandbox) dropReply(w http.ResponseWriter, _ *call, _ outgoing) { hangUp(w) }

// hangUp closes the connection as it is.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close() // there is nobody left to tell
			return
		}
	}
	panic(http.ErrAbortHandler) // HTTP/2: net/http resets the stream
}

// announce sends the head of a reply with the length that the body should have.
func announce(w http.ResponseWriter, out outgoing) {
	w.Header().Set("Content-Type", out.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	w.WriteHeader(out.status)
}

// flush sends what was written so far, where the writer can.
func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// truncate sends half the reply and closes the connection.
func (s *Sandbox) truncate(w http.ResponseWriter, _ *call, out outgoing) {
	announce(w, out)
	_, _ = w.Write(out.body[:len(out.body)/2])
	flush(w)
	panic(http.ErrAbortHandler)
}

// resetHalfway sends half the reply and resets the connection, as a firewall does; where
// there is no connection of its own to reset, it is closed.
func (s *Sandbox) resetHalfway(w http.ResponseWriter, c *call, out outgoing) {
	h, ok := w.(http.Hijacker)
	if !ok {
		s.truncate(w, c, out)
		return
	}
	conn, _, err := h.Hijack()
	if err != nil {
		s.truncate(w, c, out)
		return
	}
	_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
		out.status, http.StatusText(out.status), out.kind, len(out.body), out.body[:len(out.body)/2])
	under := conn
	if t, ok := conn.(*tls.Conn); ok {
		under = t.NetConn()
	}
	if t, ok := under.(*net.TCPConn); ok {
		_ = t.SetLinger(0) // unsent bytes are thrown away: the peer sees a reset
	}
	_ = under.Close()
}

// sendNothing sends 200 without a body.
func (s *Sandbox) sendNothing(w http.ResponseWriter, _ *call, out outgoing) {
	s.send(w, reply(http.StatusOK, out.kind, nil))
}

// delay sends the reply late, or not at all when the caller has left.
func (s *Sandbox) delay(w http.ResponseWriter, c *call, out outgoing) {
	if s.pause(c) {
		s.send(w, out)
	}
}

// drip sends the reply byte by byte.
func (s *Sandbox) drip(w http.ResponseWriter, c *call, out outgoing) {
	announce(w, out)
	for i := range out.body {
		if i > 0 && !s.pause(c) {
			return
		}
		_, _ = w.Write(out.body[i : i+1])
		flush(w)
	}
}

// sendHuge sends a reply that is an envelope with 10 MB of Data.
func (s *Sandbox) sendHuge(w http.ResponseWriter, _ *call, _ outgoing) {
	body := append([]byte(`{"Status":1,"Data":"`), bytes.Repeat([]byte("A"), hugeReply)...)
	s.send(w, reply(http.StatusOK, jsonType, append(body, `","ErrorDetails":null,"InfoDtls":null}`...)))
}

// sendBomb sends a reply of gzip members that together unpack to more than 100 MB.
func (s *Sandbox) sendBomb(w http.ResponseWriter, c *call, _ outgoing) {
	head, err1 := zipped([]byte(`{"Status":1,"Data":"`))
	block, err2 := zipped(bytes.Repeat([]byte("A"), bombBlock))
	tail, err3 := zipped([]byte(`"}`))
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			s.send(w, s.refused(c, err))
			return
		}
	}
	w.Header().Set("Content-Encoding", "gzip")
	body := append(head, bytes.Repeat(block, bombCount)...)
	s.send(w, reply(http.StatusOK, jsonType, append(body, tail...)))
}

func zipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	return out.Bytes(), nil
}

// sendGarbage sends a page where JSON is expected.
func (s *Sandbox) sendGarbage(w http.ResponseWriter, _ *call, _ outgoing) {
	s.send(w, reply(http.StatusOK, htmlType, []byte(garbagePage)))
}

// timeOutAfter answers as a gateway whose patience ended.
func (s *Sandbox) timeOutAfter(w http.ResponseWriter, c *call, _ outgoing) {
	s.send(w, gatewayFailure(c.face, http.StatusGatewayTimeout))
}

// redirect sends the caller to a place that is not there.
func (s *Sandbox) redirect(c *call) outgoing {
	out := s.fail(c, http.StatusFound)
	out.header.Set("Location", "https://elsewhere.invalid"+c.r.URL.Path)
	return out
}

// fail answers in the name of something in front of the portal.
func (s *Sandbox) fail(c *call, status int) outgoing {
	c.outcome = httpOutcome(status)
	out := gatewayFailure(c.face, status)
	out.header = http.Header{}
	if status == http.StatusTooManyRequests {
		seconds := int((time.Duration(c.fault.MS)*time.Millisecond + time.Second - 1) / time.Second)
		if seconds == 0 {
			seconds = defaultRetry
		}
		out.header.Set("Retry-After", strconv.Itoa(seconds))
	}
	return out
}

// gatewayFailure is the answer of something in front of the portal: in Alankit's shape
// where its gateway itself refuses, else a web server's page.
func gatewayFailure(f *face, status int) outgoing {
	if f.name == faceAlankit && status < http.StatusInternalServerError && status >= http.StatusBadRequest {
		return reply(status, jsonType, mustJSON(map[string]any{"statusCode": status, "message": http.StatusText(status)}))
	}
	return reply(status, htmlType, fmt.Appendf(nil, "<html><body><h1>%d %s</h1></body></html>\n", status, http.StatusText(status)))
}
