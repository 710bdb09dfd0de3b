package db

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// everyKind is a store with a document in each state: 1 registered, 2 cancelled, 3
// amended and registered, 4 given up, 5 pending, 6 unknown, 7 failed, 8 a draft, 9
// pending and issued from a draft; 10 was a draft and is deleted.
func everyKind(t *testing.T) *Store {
	t.Helper()
	s, c := newStore(t)
	ctx := t.Context()
	no := gst.Refusal{Codes: []gst.RefusalCode{{Code: "2193", Message: "wrong sum"}}}
	register(t, s, issue(t, s, newInvoice(ours, 2)))
	cancelled := issue(t, s, newInvoice(ours, 2))
	register(t, s, cancelled)
	check(t, s.SaveCancellation(ctx, ours, cancelled.ID, c.now(), gst.CancelOrder, "withdrawn"))
	amended := issue(t, s, newInvoice(ours, 2))
	check(t, s.SaveRefusal(ctx, next(t, s), no, gst.IRNFailed))
	amended, _, err := s.Invoice(ctx, ours, amended.ID)
	check(t, err)
	amended.Lines[0].Description = "Rice, mended"
	check(t, s.AmendInvoice(ctx, amended, mended, true))
	register(t, s, amended)
	void := newInvoice(ours, 1)
	check(t, s.IssueInvoice(ctx, void, body, false))
	check(t, s.VoidInvoice(ctx, ours, void.ID, void.Version, "typed twice"))
	issue(t, s, newInvoice(ours, 1))
	issue(t, s, newInvoice(ours, 1))
	issue(t, s, newInvoice(ours, 1))
	check(t, s.PostponeIRN(ctx, next(t, s), c.now().Add(time.Hour), "", "later"))
	unknown := next(t, s)
	check(t, s.MarkSent(ctx, unknown, gst.TaxPro))
	check(t, s.MarkUnknown(ctx, unknown, gst.TaxPro, "", "away", c.now().Add(time.Hour)))
	check(t, s.SaveRefusal(ctx, next(t, s), no, gst.IRNFailed))
	check(t, s.SaveDraft(ctx, newInvoice(ours, 3), nil))
	draft := newInvoice(ours, 3)
	check(t, s.SaveDraft(ctx, draft, nil))
	issue(t, s, draft)
	gone := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, gone, nil))
	check(t, s.DeleteDraft(ctx, ours, gone.ID, gone.Version))
	return s
}

// tamperings are things that somebody with a SQLite shell may do, and what Check says.
var tamperings = []struct{ name, query, want string }{
	{"an entry edited", dropTriggers + `UPDATE edit_log SET actor = 'x' WHERE id = 3`, "edit log: entry 3 was changed"},
	{"an entry taken out", dropTriggers + `DELETE FROM edit_log WHERE id = 4`, "edit log: entry 4 is missing"},
	{"a digest taken out", dropTriggers + `UPDATE edit_log SET digest = X'' WHERE id = 5`, "edit log: entry 5 was changed"},
	{"the end cut off", dropTriggers + `DELETE FROM edit_log WHERE id >= (SELECT MAX(id) FROM edit_log WHERE subject_id = '9')`, "document 9 of 29AAGCB1286Q000 is in version 2, but the log has 1 entries"},
	{"a number changed", `UPDATE invoices SET number = 'X', number_key = 'X' WHERE number LIKE '%2'`, "INV/26-27/0002 is missing"},
	{"a counter changed", `UPDATE counters SET documents = 7 WHERE chip = 'draft'`, "counted 7, are 1"},
	{"month totals swapped", `UPDATE month_totals SET cgst = cgst + 1, sgst = sgst - 1`, "INV 202611: counted amounts differ"},
	{"a request removed", `DELETE FROM irn_requests WHERE invoice_id = 5`, "requests: document 5"},
	{"a parent removed", `PRAGMA foreign_keys = 0; DELETE FROM companies`, "companies that is missing"},

	{"a registration removed", `DELETE FROM registrations WHERE invoice_id = 1`, "registration: document 1 of 29AAGCB1286Q000: IRN \"registered\", registration kept: false"},
	{"a registration for a pending document", `UPDATE registrations SET invoice_id = 5 WHERE invoice_id = 1`, "registration: document 5"},
	{"declared registered", `UPDATE invoices SET irn_state = 'registered', chip = 'registered' WHERE id = 7`, "registration: document 7"},
	{"the newest document deleted", `DELETE FROM events WHERE invoice_id = 9; DELETE FROM irn_requests WHERE invoice_id = 9; DELETE FROM invoice_lines WHERE invoice_id = 9;
DELETE FROM invoice_details WHERE invoice_id = 9; DELETE FROM invoices WHERE id = 9; UPDATE series SET next = next - 1`, "document 9 of 29AAGCB1286Q000 stands in the edit log and is missing"},
	{"total", `UPDATE invoices SET total = total + 100 WHERE id = 1`, "document 1 of 29AAGCB1286Q000: its content"},
	{"total, and the month with it", `UPDATE invoices SET total = total + 100 WHERE id = 3; UPDATE month_totals SET total = total + 100`, "document 3 of 29AAGCB1286Q000: its content"},
	{"taxable value", `UPDATE invoices SET taxable = 1 WHERE id = 2`, "document 2 of 29AAGCB1286Q000: its content"},
	{"buyer", `UPDATE invoices SET buyer_name = 'Somebody' WHERE id = 4`, "document 4 of 29AAGCB1286Q000: its content"},
	{"buyer's GSTIN", `UPDATE invoices SET buyer_gstin = '27AAPFU0939F1ZV' WHERE id = 9`, "document 9 of 29AAGCB1286Q000: its content"},
	{"date", `UPDATE invoices SET date = 20261121 WHERE id = 6`, "document 6 of 29AAGCB1286Q000: its content"},
	{"number as printed", `UPDATE invoices SET number = lower(number) WHERE id = 1`, "document 1 of 29AAGCB1286Q000: its content"},
	{"seller", `UPDATE invoice_details SET extra = replace(extra, 'Bharat', 'Bharati') WHERE invoice_id = 7`, "document 7 of 29AAGCB1286Q000: its content"},
	{"body", `UPDATE invoice_details SET body = CAST('{}' AS BLOB) WHERE invoice_id = 1`, "document 1 of 29AAGCB1286Q000: its content"},
	{"price of a line", `UPDATE invoice_lines SET unit_price = 1 WHERE invoice_id = 1 AND position = 2`, "document 1 of 29AAGCB1286Q000: its content"},
	{"quantity of an amended line", `UPDATE invoice_lines SET quantity = 1 WHERE invoice_id = 3 AND position = 1`, "document 3 of 29AAGCB1286Q000: its content"},
	{"a line removed", `DELETE FROM invoice_lines WHERE invoice_id = 9 AND position = 3`, "document 9 of 29AAGCB1286Q000: its content"},
	{"a line added", `INSERT INTO invoice_lines SELECT 1, 3, number, description, service, hsn, quantity, free_quantity, unit, unit_price, amount, discount, taxable, gst_rate, igst, cgst, sgst, cess_rate, cess, cess_fixed, state_cess_rate, state_cess, state_cess_fixed, other_charges, total, extra FROM invoice_lines WHERE invoice_id = 1 AND position = 1`, "document 1 of 29AAGCB1286Q000: its content"},
	{"acknowledged earlier", `UPDATE invoices SET ack_at = ack_at - 60000 WHERE id = 1`, "document 1 of 29AAGCB1286Q000: its state, IRN"},
	{"another AckNo", `UPDATE invoices SET ack_no = '1' WHERE id = 3`, "document 3 of 29AAGCB1286Q000: its state, IRN"},
	{"another IRN", `UPDATE invoices SET irn = 'f' WHERE id = 2`, "document 2 of 29AAGCB1286Q000: its state, IRN"},
	{"a signature replaced", `UPDATE registrations SET signed_qr = 'x' WHERE invoice_id = 3`, "document 3 of 29AAGCB1286Q000: its state, IRN"},
	{"verified by hand", `UPDATE registrations SET key_id = 'OTHER' WHERE invoice_id = 1`, "document 1 of 29AAGCB1286Q000: its state, IRN"},
	{"a cancellation undone", `UPDATE invoices SET state = 'issued', chip = 'registered', irn_state = 'registered', cancelled_at = 0, cancel_reason = '', cancel_remark = '' WHERE id = 2`, "document 2 of 29AAGCB1286Q000: its state, IRN"},
	{"brought back to life", `UPDATE invoices SET state = 'issued', chip = 'pending' WHERE id = 4`, "document 4 of 29AAGCB1286Q000: its state, IRN"},
	{"declared not required", `UPDATE invoices SET irn_state = 'not_required', chip = 'not_required' WHERE id = 5; DELETE FROM irn_requests WHERE invoice_id = 5`, "document 5 of 29AAGCB1286Q000: its state, IRN"},
	{"two headings swapped", `UPDATE invoices SET chip = CASE id WHEN 5 THEN 'to_fix' ELSE 'pending' END WHERE id IN (5, 7)`, `with IRN "failed" stand under "pending"`},

	{"a trigger removed", `DROP TRIGGER edit_log_no_delete`, "schema: trigger edit_log_no_delete is missing"},
	{"a trigger made harmless", `DROP TRIGGER edit_log_no_update; CREATE TRIGGER edit_log_no_update BEFORE UPDATE ON edit_log BEGIN SELECT 1; END`, "schema: trigger edit_log_no_update was changed"},
	{"an index removed", `DROP INDEX invoices_number`, "schema: index invoices_number is missing"},
	{"a trigger added", `CREATE TRIGGER mine AFTER INSERT ON events BEGIN SELECT 1; END`, "schema: trigger mine is not ours"},

	{"a gap hidden behind the beginning", `UPDATE series SET first = 2`, "series: 29AAGCB1286Q000 practice: its beginning INV/26-27/0002"},

	{"out of the search index", `DELETE FROM invoice_search WHERE rowid = 1099511627776 - 3`, "search index: document 3 is not in it"},
	{"an older layout of the search index", `DELETE FROM invoice_search; INSERT INTO invoice_search (rowid, scope, words) SELECT id, '002', number FROM invoices`, "search index: document 1 is not in it"},
	{"another scope in the search index", `DELETE FROM invoice_search; INSERT INTO invoice_search (rowid, scope, words) SELECT 1099511627776 - id, '  1', number FROM invoices`, `search index: document 1 is not found by "INV/26-27/0001"`},
}

const dropTriggers = `DROP TRIGGER edit_log_no_update; DROP TRIGGER edit_log_no_delete; `

func TestCheckFindsWhatSomebodyDidToTheFile(t *testing.T) {
	whole := everyKind(t)
	wantFindings(t, whole, "")
	for _, test := range tamperings {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			check(t, copyFrom(t.Context(), whole.pool, filepath.Join(dir, databaseFile)))
			execRaw(t, raw(t, dir), test.query)
			s, err := OpenExisting(t.Context(), Options{Dir: dir, Key: testKey})
			check(t, err)
			wantFindings(t, s, test.want)
			check(t, s.Close())
		})
	}
}

// wantFindings wants one that holds a text, or none for "".
func wantFindings(t *testing.T, s *Store, want string) {
	t.Helper()
	findings, err := s.Check(t.Context())
	check(t, err)
	var all []string
	for _, f := range findings {
		all = append(all, f.Where+": "+f.What)
	}
	text := strings.Join(all, "\n")
	if want == "" && text != "" || !strings.Contains(text, want) {
		t.Errorf("findings:\n%s\nwant %q", text, want)
	}
}

func TestSeriesThatWasSetIsInOrder(t *testing.T) {
	s, _ := newStore(t)
	mine := Series{Type: gst.TaxInvoice, FY: "2026-27", Prefix: "MH/", Next: 413, Width: 5}
	for _, next := range []int64{1, 413, 500} {
		mine.Next = next
		check(t, s.SetSeries(t.Context(), ours, gst.Practice, mine))
		issue(t, s, newInvoice(ours, 1))
		wantFindings(t, s, "")
	}
	execRaw(t, raw(t, s.dir), `UPDATE series SET first = 501, next = 501`)
	wantFindings(t, s, "its beginning MH/00501")
}

// TestEntriesWithoutDigestTellNothing shows that data of an older program, whose edit log
// has no digests, is not taken for changed.
func TestEntriesWithoutDigestTellNothing(t *testing.T) {
	dir := t.TempDir()
	olderFile(t, dir, 4)
	db := raw(t, dir)
	columns := strings.ReplaceAll(strings.ReplaceAll(frozenColumns, "i.", ""), "\n", " ")
	execRaw(t, db, `UPDATE companies SET id = 700`) // its scope in the search index is "12w"
	execRaw(t, db, `INSERT INTO series VALUES ($1, 'practice', 'INV', '2026-27', 'A/', 3, 4, 1)`, ours)
	execRaw(t, db, fmt.Sprintf(`
INSERT INTO invoices (id, state, chip, version, changed_at, irn_state, irn_tries, irn_code, irn, ack_no,
                      ack_at, cancelled_at, cancel_reason, cancel_remark, %s)
VALUES (1, 'issued', 'not_required', 1, 1, 'not_required', 0, '', '', '', 0, 0, '', '',
        $1, 'practice', 1, 1, 'INV', '2026-27', 'A/3', 'A/3', 20261122, 'B2C', '29', 0, 0, '', 0, 'URP', 'Buyer',
        '', '', '', '', 0, '29', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'b2c')`, columns), ours)
	execRaw(t, db, `INSERT INTO invoice_details VALUES (1, '{}', '', NULL)`)
	execRaw(t, db, `INSERT INTO counters VALUES ($1, 'practice', 'not_required', 1)`, ours)
	execRaw(t, db, `INSERT INTO month_totals VALUES ($1, 'practice', 202611, 'INV', 1, 0, 0, 0, 0, 0, 0, 0)`, ours)
	previous := []byte{}
	for _, e := range []sealedEntry{
		{ID: 1, Company: string(ours), Action: "changed", Subject: "series", Which: "practice INV 2026-27"},
		{ID: 2, Company: string(ours), Action: "issued", Subject: "invoice", Which: "1"},
	} {
		var err error
		previous, err = e.chain(previous)
		check(t, err)
		execRaw(t, db, `INSERT INTO edit_log VALUES ($1, 0, '', '', '', $2, $3, $4, $5, '', '', $6)`,
			e.ID, e.Company, e.Action, e.Subject, e.Which, previous)
	}
	s := open(t, dir, time.Now)
	wantFindings(t, s, "")
	rows, _, err := s.Invoices(t.Context(), InvoiceFilter{Company: ours, Mode: gst.Practice, Query: "buyer"})
	check(t, err)
	if len(rows) != 1 {
		t.Errorf("%d documents found after migrating, want 1", len(rows))
	}
}
