package sandbox

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// maxAdminBody bounds what the admin API reads.
const maxAdminBody = 64 << 10

// mountAdmin puts the admin API on the mux.
func (s *Sandbox) mountAdmin(mux *http.ServeMux) {
	mux.HandleFunc("GET /_sandbox/ledger", s.showLedger)
	mux.HandleFunc("GET /_sandbox/keys", s.showKeys)
	mux.HandleFunc("GET /_sandbox/faults", s.showFaults)
	mux.HandleFunc("POST /_sandbox/faults", s.plantFault)
	mux.HandleFunc("DELETE /_sandbox/faults", s.removeFaults)
	mux.HandleFunc("GET /_sandbox/clock", s.showClock)
	mux.HandleFunc("POST /_sandbox/clock", s.turnClock)
}

// Ledger is what the portal has done so far.
type Ledger struct {
	Calls     int64         `json:"calls"` // on all faces, whatever became of them
	Documents []LedgerEntry `json:"documents"`
}

// LedgerEntry is a registered document.
type LedgerEntry struct {
	GSTIN         string `json:"gstin"`
	FY            string `json:"fy"`
	Type          string `json:"type"`
	No            string `json:"no"`
	IRN           string `json:"irn"`
	AckNo         string `json:"ack_no"`
	Status        string `json:"status"`
	GenerateCalls int64  `json:"generate_calls"` // that the portal acted upon, refused ones included
	EwbNo         string `json:"ewb_no"`         // "" for none
}

// Ledger returns the count of calls and the register in the order of registration.
func (s *Sandbox) Ledger(ctx context.Context) (Ledger, error) {
	calls, err := s.state.calls(ctx)
	if err != nil {
		return Ledger{}, err
	}
	book := Ledger{Calls: calls, Documents: []LedgerEntry{}}
	rows, err := s.state.reader.QueryContext(ctx, `
		SELECT d.gstin, d.fy, d.type, d.no, d.irn, d.ack_no, d.status, d.ewb_no, coalesce(g.calls, 0)
		FROM documents d LEFT JOIN generate_calls g ON g.irn = d.irn
		ORDER BY d.ack_no`)
	if err != nil {
		return Ledger{}, fmt.Errorf("read ledger: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		var e LedgerEntry
		var bill int64
		if err := rows.Scan(&e.GSTIN, &e.FY, &e.Type, &e.No, &e.IRN, &e.AckNo, &e.Status, &bill, &e.GenerateCalls); err != nil {
			return Ledger{}, fmt.Errorf("read ledger: %w", err)
		}
		if bill != 0 {
			e.EwbNo = strconv.FormatInt(bill, 10)
		}
		book.Documents = append(book.Documents, e)
	}
	if err := rows.Err(); err != nil {
		return Ledger{}, fmt.Errorf("read ledger: %w", err)
	}
	return book, nil
}

func (s *Sandbox) showLedger(w http.ResponseWriter, r *http.Request) {
	book, err := s.Ledger(r.Context())
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, book)
}

// showKeys tells the public keys: what sign-ins are encrypted for, and what documents
// are signed with.
func (s *Sandbox) showKeys(w http.ResponseWriter, r *http.Request) {
	type encryption struct {
		EInvoice string `json:"einvoice"`
		EWayBill string `json:"ewaybill"`
	}
	type signing struct {
		Kid         string `json:"kid"`
		X5t         string `json:"x5t"`
		Certificate string `json:"certificate"`
	}
	einvoice, err1 := publicPEM(s.keys.einvoice)
	ewaybill, err2 := publicPEM(s.keys.ewaybill)
	if err := errors.Join(err1, err2); err != nil {
		s.adminError(w, r, err)
		return
	}
	cert := s.keys.certificate
	writeJSON(w, http.StatusOK, struct {
		Encryption encryption `json:"encryption"`
		Signing    []signing  `json:"signing"`
	}{
		encryption{einvoice, ewaybill},
		[]signing{{nic.KeyID(cert), nic.X5T(cert),
			string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))}},
	})
}

func (s *Sandbox) showFaults(w http.ResponseWriter, _ *http.Request) {
	list := s.faults.all()
	if list == nil {
		list = []fault{}
	}
	writeJSON(w, http.StatusOK, map[string][]fault{"faults": list})
}

func (s *Sandbox) plantFault(w http.ResponseWriter, r *http.Request) {
	var f fault
	if !s.readAdmin(w, r, &f) {
		return
	}
	if f.Face == "" {
		f.Face = anything
	}
	if f.Op == "" {
		f.Op = anything
	}
	if err := f.check(); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	s.faults.plant(f)
	s.showFaults(w, r)
}

func (s *Sandbox) removeFaults(w http.ResponseWriter, r *http.Request) {
	s.faults.clear()
	s.showFaults(w, r)
}

func (s *Sandbox) showClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"now": s.clock.now().In(gst.IST).Format(time.RFC3339)})
}

// turnClock sets the clock to a moment or moves it by a duration.
func (s *Sandbox) turnClock(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Now     string `json:"now"`
		Advance string `json:"advance"`
	}
	if !s.readAdmin(w, r, &ask) {
		return
	}
	switch {
	case ask.Now != "" && ask.Advance == "":
		t, err := time.Parse(time.RFC3339, ask.Now)
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": "now is not an RFC 3339 time"})
			return
		}
		s.clock.set(t)
	case ask.Advance != "" && ask.Now == "":
		d, err := time.ParseDuration(ask.Advance)
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]string{"error": "advance is not a duration such as 24h"})
			return
		}
		s.clock.advance(d)
	default:
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "give either now or advance"})
		return
	}
	s.showClock(w, r)
}

// readAdmin reads a JSON body; it answers and reports false when it is none.
func (s *Sandbox) readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAdminBody)).Decode(into); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": "body is not the JSON expected: " + err.Error()})
		return false
	}
	return true
}

func (s *Sandbox) adminError(w http.ResponseWriter, r *http.Request, err error) {
	s.log.ErrorContext(r.Context(), "sandbox admin failed", "path", r.URL.Path, "error", err)
	writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "the sandbox could not answer"})
}
