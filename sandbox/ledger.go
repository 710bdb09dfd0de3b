package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Ledger is what the portal has done so far.
type Ledger struct {
	Calls     int64         `json:"calls"` // on all faces, whatever became of them
	Documents []LedgerEntry `json:"documents"`
	EWays     []LedgerEWay  `json:"eways"` // every e-way bill, in the order of making
	// Refused has what was refused instead of registered, duplicates too.
	Refused []LedgerRefusal `json:"refused"`
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
	House         string `json:"house"`          // NIC1 or NIC2
	Source        string `json:"source"`         // api; portal: typed in there
	Cancelled     string `json:"cancelled"`      // RFC 3339; "" for not
	Reason        string `json:"reason"`         // of the cancellation, 1 to 4
	Remark        string `json:"remark"`         // of the cancellation
}

// Ledger returns the count of calls and the register in the order of registration.
func (s *Sandbox) Ledger(ctx context.Context) (Ledger, error) {
	calls, err := s.state.calls(ctx)
	if err != nil {
		return Ledger{}, err
	}
	book := Ledger{Calls: calls}
	if book.Documents, err = s.state.ledger(ctx, "", -1); err != nil {
		return Ledger{}, err
	}
	if book.EWays, err = s.state.ewayLedger(ctx, s.clock.now(), "", -1); err != nil {
		return Ledger{}, err
	}
	book.Refused, err = s.state.refused(ctx)
	return book, err
}

// ledger returns the documents whose number or IRN holds a text, in the order of
// registration; of the newest as many as asked, all of them for -1.
func (st *state) ledger(ctx context.Context, holding string, limit int) ([]LedgerEntry, error) {
	rows, err := st.reader.QueryContext(ctx, `
		SELECT d.gstin, d.fy, d.type, d.no, d.irn, d.ack_no, d.status, d.ewb_no, coalesce(g.calls, 0),
			d.house, d.source, d.cancelled, d.reason, d.remark
		FROM documents d LEFT JOIN generate_calls g ON g.irn = d.irn
		WHERE instr(upper(d.no), upper($1)) > 0 OR instr(d.irn, lower($1)) > 0
		ORDER BY d.rowid DESC
		LIMIT $2`, holding, limit)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	list := []LedgerEntry{}
	for rows.Next() {
		var e LedgerEntry
		var bill, cancelled int64
		if err := rows.Scan(&e.GSTIN, &e.FY, &e.Type, &e.No, &e.IRN, &e.AckNo, &e.Status, &bill, &e.GenerateCalls,
			&e.House, &e.Source, &cancelled, &e.Reason, &e.Remark); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		if bill != 0 {
			e.EwbNo = strconv.FormatInt(bill, 10)
		}
		if cancelled != 0 {
			e.Cancelled = fromMilli(cancelled).Format(time.RFC3339)
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	slices.Reverse(list)
	return list, nil
}

// showLedger handles GET /_sandbox/ledger; ?calls=1 adds the last calls.
func (s *Sandbox) showLedger(w http.ResponseWriter, r *http.Request) {
	book, err := s.Ledger(r.Context())
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	if r.URL.Query().Get("calls") == "" {
		writeJSON(w, http.StatusOK, book)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Ledger
		LastCalls []LedgerCall `json:"last_calls"`
	}{book, s.lines.all()})
}
