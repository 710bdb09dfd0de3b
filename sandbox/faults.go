package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"
)

// The faults that can be planted.
const (
	faultDropReply = "drop-reply"     // acted upon, then the connection closes without a byte
	faultDelay     = "delay"          // acted upon at once, answered after ms milliseconds
	fault504       = "http-504"       // not acted upon
	fault504After  = "http-504-after" // acted upon
	faultGarbage   = "garbage"        // acted upon, 200 with HTML
	fault5001      = "5001"           // not acted upon
	faultRevoked   = "token-revoked"  // the call's token is forgotten: 1005
	faultBlocked   = "auth-blocked"   // sign-ins are refused
	faultDown      = "down"           // closed before acting
)

// anything stands for every face or every operation.
const anything = "*"

// fault is a fault planted on an operation of a face.
type fault struct {
	Face  string `json:"face"`
	Op    string `json:"op"`
	Fault string `json:"fault"`
	Times int    `json:"times"` // 0: until all faults are removed
	MS    int    `json:"ms"`    // for delay
}

// check reports what is wrong with a fault that somebody wants to plant.
func (f fault) check() error {
	if !slices.Contains([]string{faceNIC, faceAlankit, faceTaxPro, anything}, f.Face) {
		return fmt.Errorf("face %q is none of nic, alankit, taxpro, *", f.Face)
	}
	ops := []string{string(opAuth), string(opGenerate), string(opGet), string(opCancel), string(opEWB), anything}
	if !slices.Contains(ops, f.Op) {
		return fmt.Errorf("op %q is none of auth, generate, get, cancel, ewb, *", f.Op)
	}
	kinds := []string{
		faultDropReply, faultDelay, fault504, fault504After, faultGarbage,
		fault5001, faultRevoked, faultBlocked, faultDown,
	}
	if !slices.Contains(kinds, f.Fault) {
		return fmt.Errorf("fault %q is none of %v", f.Fault, kinds)
	}
	if f.Op != anything && !f.fits(operation(f.Op)) {
		return fmt.Errorf("fault %q cannot happen to op %q", f.Fault, f.Op)
	}
	if f.Times < 0 || f.MS < 0 {
		return errors.New("times and ms cannot be negative")
	}
	return nil
}

// fits reports whether the fault can happen to the operation: only sign-ins are
// blocked, and they have no token yet that could be revoked.
func (f fault) fits(op operation) bool {
	switch f.Fault {
	case faultBlocked:
		return op == opAuth
	case faultRevoked:
		return op != opAuth && op != opPing
	}
	return true
}

// faults are the planted faults, oldest first. They are not kept over a restart.
type faults struct {
	mu   sync.Mutex
	list []fault
}

func (f *faults) plant(planted fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, planted)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

func (f *faults) all() []fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.list)
}

// take returns the oldest fault for the call and counts it; the zero fault for none.
func (f *faults) take(faceName string, op operation) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, planted := range f.list {
		if (planted.Face != faceName && planted.Face != anything) || (planted.Op != string(op) && planted.Op != anything) || !planted.fits(op) {
			continue
		}
		switch planted.Times {
		case 0:
		case 1:
			f.list = slices.Delete(f.list, i, i+1)
		default:
			f.list[i].Times--
		}
		return planted
	}
	return fault{}
}

// before does what a fault does ahead of the operation, and reports whether the call
// ends with it.
func (s *Sandbox) before(w http.ResponseWriter, c *call, f fault) bool {
	switch f.Fault {
	case faultDown:
		hangUp(w)
	case fault504:
		s.send(w, gatewayTimeout())
	case fault5001:
		s.send(w, s.refused(c, refuse("5001")))
	case faultBlocked:
		s.send(w, s.refused(c, refuse("1007")))
	case faultRevoked:
		if err := s.sessions.drop(c.context(), s.state, c.param("authtoken")); err != nil {
			s.log.Error("revoke token", "error", err)
		}
		s.send(w, s.refused(c, refuse("1005")))
	default:
		return false
	}
	return true
}

// after sends the reply, or what a fault makes of it. A delay comes after the act, so
// that a caller who does not wait for it leaves a registered document behind.
func (s *Sandbox) after(w http.ResponseWriter, c *call, f fault, out outgoing) {
	switch f.Fault {
	case faultDelay:
		if pause(c, time.Duration(f.MS)*time.Millisecond) {
			s.send(w, out)
		}
	case faultDropReply:
		hangUp(w)
	case fault504After:
		s.send(w, gatewayTimeout())
	case faultGarbage:
		s.send(w, outgoing{http.StatusOK, "text/html; charset=utf-8", []byte(garbagePage)})
	default:
		s.send(w, out)
	}
}

const garbagePage = "<!DOCTYPE html><html><head><title>Service notice</title></head>" +
	"<body><h1>We will be back soon</h1></body></html>\n"

func gatewayTimeout() outgoing {
	return outgoing{http.StatusGatewayTimeout, "text/html; charset=utf-8",
		[]byte("<html><body><h1>504 Gateway Time-out</h1></body></html>\n")}
}

// pause waits in real time, and reports false when the caller left meanwhile.
func pause(c *call, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-c.r.Context().Done():
		return false
	}
}

// hangUp closes the connection without sending a byte.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close() // there is nobody left to tell
			return
		}
	}
	panic(http.ErrAbortHandler) // HTTP/2: net/http resets the stream
}
