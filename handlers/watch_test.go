package handlers

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// stream opens the events of a document and returns its lines.
func (s *site) stream(address string) *bufio.Scanner {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute) // only against a test that hangs
	s.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL+address+"/events", nil)
	if err != nil {
		s.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || got != "text/event-stream" {
		s.Fatalf("got %s, %s", resp.Status, got)
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return lines
}

// event reads one event and returns its data; false when the stream has ended.
func event(lines *bufio.Scanner) (name, data string, more bool) {
	for lines.Scan() {
		switch line := lines.Text(); {
		case line == "":
			return name, data, true
		case strings.HasPrefix(line, "event: "):
			name = strings.TrimPrefix(line, "event: ")
		default:
			data += strings.TrimPrefix(line, "data: ") + "\n"
		}
	}
	return name, data, false
}

func TestOpenPageHearsOfTheIRN(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	lines := s.stream(address)
	name, data, more := event(lines)
	if !more || name != "state" || !strings.Contains(data, "Waiting for the portal") || !strings.Contains(data, "data-watch") {
		t.Fatalf("the first event is %q, %q", name, data)
	}
	s.step()
	inv, _ := s.stored(address)
	heard := false
	for {
		_, data, more := event(lines)
		if !more {
			break
		}
		if heard = strings.Contains(data, inv.IRN.Registration.IRN); heard && strings.Contains(data, "data-watch") {
			t.Error("the page is told to go on listening")
		}
	}
	if !heard {
		t.Error("the last event does not hold the IRN")
	}
	if err := lines.Err(); err != nil {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestOpenPageHearsOfARefusal(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("lines[0].hsn", "521211"))
	lines := s.stream(address)
	s.step()
	last := ""
	for _, data, more := event(lines); more; _, data, more = event(lines) {
		last = data
	}
	for _, want := range []string{"2176", "Fix and retry", address + "/edit"} {
		if !strings.Contains(last, want) {
			t.Errorf("%q is not in the last event:\n%s", want, last)
		}
	}
}

func TestPollingGetsTheSameParts(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.want(s.get(address+"/events"), http.StatusOK, `id="state"`, `id="state-word"`, `id="einvoice"`, "data-watch")
	s.step()
	r := s.get(address + "/events")
	inv, _ := s.stored(address)
	s.want(r, http.StatusOK, inv.IRN.Registration.IRN, "Cancel IRN")
	s.wantNot(r, "<html", "data-watch")
}

func TestSignedOutPageHearsNothing(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.browser = s.newBrowser()
	r := s.get(address+"/events", "Accept", "text/event-stream")
	s.want(r, http.StatusSeeOther)
	s.wantNot(r, "Konkan")
}
