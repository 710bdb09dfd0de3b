package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
)

// documentRow is a document as lists show it.
type documentRow struct {
	ID            int64         `json:"id"`
	Type          string        `json:"type" enum:"INV,CRN,DBN,BOS,CHL,QTN,PRO" doc:"INV invoice, CRN credit note, DBN debit note, BOS bill of supply, CHL delivery challan, QTN quotation, PRO proforma invoice"`
	Number        string        `json:"number" doc:"empty: a draft that gets it when it is issued"`
	Date          day           `json:"date"`
	FinancialYear string        `json:"financial_year" doc:"2026-27"`
	State         string        `json:"state" enum:"draft,issued,void"`
	IRNState      string        `json:"irn_state" enum:",not_required,held,pending,unknown,registered,failed,conflict,cancelled" doc:"empty: a draft. held: waits for registerDocument. pending: waits for the portal or is being sent. unknown: sent without answer, it is looked up by itself. failed: refused, see errors. conflict: the portal holds another document under this number"`
	NoIRN         string        `json:"no_irn_reason,omitempty" doc:"why it needs none: b2c, type, turnover, before_start, exempt, sez_unit, composition, wholly_exempt, elsewhere"`
	IRN           string        `json:"irn"`
	AckNo         string        `json:"ack_no"`
	AckDate       moment        `json:"ack_date"`
	Taxable       money         `json:"taxable"`
	Total         money         `json:"total"`
	Buyer         documentBuyer `json:"buyer"`
	EWay          *documentEWay `json:"eway" doc:"its e-way bill; null: none"`
	Version       int64         `json:"version" doc:"rises with each change; the number in front of the ETag's dot"`
	Changed       moment        `json:"changed_at"`
}

// documentBuyer is who a document is for.
type documentBuyer struct {
	GSTIN string `json:"gstin" doc:"URP for somebody without one"`
	Name  string `json:"name"`
}

// documentEWay is the e-way bill of a document; more of it at /ewaybills/{id}.
type documentEWay struct {
	ID     int64  `json:"id"`
	Number string `json:"number" doc:"empty until made"`
	State  string `json:"state" enum:"pending,unknown,failed,part_a_only,active,expired,discarded,cancelled,closed"`
}

// document is a document as our own API shows it.
type document struct {
	documentRow
	Company   gst.GSTIN          `json:"company"`
	Mode      string             `json:"mode" enum:"practice,live"`
	Created   moment             `json:"created_at"`
	Issued    moment             `json:"issued_at"`
	Computed  bool               `json:"computed" doc:"its figures are worked out here; false: they are kept as they were sent"`
	Practice  bool               `json:"practice" doc:"its IRN is of the practice portal: nothing in law"`
	Waiting   *documentWait      `json:"waiting" doc:"why it waits for its IRN; null: it does not wait"`
	Errors    []problemError     `json:"errors" doc:"why the portal refused it; of its e-way bill, where that alone was refused"`
	Cancelled *documentCancelled `json:"cancelled" doc:"when and why its IRN was cancelled, or the document was given up"`
	Source    int64              `json:"source_id" doc:"the document that it was made from; 0: none"`
	Document  json.RawMessage    `json:"document" schema:"INV01" doc:"the document as INV-01, as it was or will be sent"`
}

// documentWait is why a document waits.
type documentWait struct {
	Code    string `json:"code" doc:"of the portal or the provider, or a word for what is set up here; empty: none is known"`
	Message string `json:"message"`
	Tries   int    `json:"tries"`
	NextTry moment `json:"next_try_at"`
}

// documentCancelled is when and why a document stands no more.
type documentCancelled struct {
	At     moment `json:"at" doc:"null: it was given up without IRN"`
	Reason string `json:"reason" doc:"1 to 4, as it was cancelled; empty: it was given up, or cancelled at the portal"`
	Remark string `json:"remark"`
}

// documentEvent is one entry of a document's timeline.
type documentEvent struct {
	At       moment `json:"at"`
	Kind     string `json:"kind" doc:"created, issued, amended, queued, sent, no_answer, switched, postponed, looked_up, registered, refused, cancelled, voided, … ; those of its e-way bill begin with eway_"`
	By       string `json:"by" doc:"who did it"`
	Provider string `json:"provider" doc:"the GSP that it went through"`
	Code     string `json:"code" doc:"what the portal or the provider answered"`
	Detail   string `json:"detail"`
}

// showsRow is a document as lists show it.
func showsRow(r db.InvoiceRow) documentRow {
	row := documentRow{
		ID: r.ID, Type: string(r.Type), Number: r.Number, Date: day(r.Date), FinancialYear: r.Date.FinancialYear(),
		State: string(r.State), IRNState: string(r.IRNState), NoIRN: string(r.Reason), IRN: r.IRN, AckNo: r.AckNo, AckDate: moment(r.AckDate),
		Taxable: money(r.Taxable), Total: money(r.Total), Buyer: documentBuyer{r.BuyerGSTIN, r.BuyerName}, Version: r.Version, Changed: moment(r.Changed),
	}
	if r.EWay.ID != 0 {
		row.EWay = &documentEWay{r.EWay.ID, r.EWay.Number, string(r.EWay.State)}
	}
	return row
}

// rowOf is a document as lists would show it.
func rowOf(inv *gst.Invoice) documentRow {
	r := db.InvoiceRow{
		ID: inv.ID, Type: inv.Type, Number: inv.Number, Date: inv.Date, State: inv.State, IRNState: inv.IRN.State, Reason: inv.IRN.Reason,
		Taxable: inv.Totals.Taxable, Total: inv.Totals.Total, BuyerName: inv.Buyer.LegalName, BuyerGSTIN: inv.Buyer.GSTIN,
		Version: inv.Version, Changed: inv.Changed,
	}
	if reg := inv.IRN.Registration; reg != nil {
		r.IRN, r.AckNo, r.AckDate = reg.IRN, reg.AckNo, reg.AckDate
	}
	return showsRow(r)
}

// showsDocument is a stored document as it is shown. body is what is kept with it.
func (s *Server) showsDocument(ctx context.Context, inv *gst.Invoice, body []byte) (document, error) {
	v := document{
		documentRow: rowOf(inv), Company: inv.Company, Mode: string(inv.Mode), Created: moment(inv.Created), Issued: moment(inv.Issued),
		Computed: !inv.Brought, Source: inv.Source, Errors: errorsOf(inv.IRN.Refusal),
	}
	if reg := inv.IRN.Registration; reg != nil {
		v.Practice = reg.Practice
		v.Errors = append(v.Errors, errorsOf(reg.EWayRefusal)...)
	}
	switch bill, err := s.store.EWayOfInvoice(ctx, inv.Company, inv.ID); {
	case err == nil:
		v.EWay = &documentEWay{bill.ID, bill.Number, string(bill.StateAt(s.now()))}
	case !errors.Is(err, gst.ErrNotFound):
		return v, err
	}
	switch w, err := s.store.Waiting(ctx, inv.Company, inv.ID); {
	case err == nil:
		v.Waiting = &documentWait{w.Code, waitWords(w), w.Tries, moment(w.Next)}
	case !errors.Is(err, gst.ErrNotFound):
		return v, err
	}
	if inv.State == gst.Void {
		v.Cancelled = &documentCancelled{moment(inv.IRN.CancelledAt), string(inv.IRN.CancelReason), inv.IRN.CancelRemark}
	}
	var err error
	v.Document, err = desk.INV01(inv, body, desk.FileIn(body))
	return v, err
}

// waitWords say why a document waits.
func waitWords(w db.Waiting) string {
	if w.Code == "" {
		return w.Why
	}
	return cmp.Or(lang.English.Text("portal."+w.Code), w.Why)
}

// errorsOf are the codes of a refusal.
func errorsOf(no *gst.Refusal) []problemError {
	list := []problemError{}
	if no == nil {
		return list
	}
	for _, f := range refused(no).faults {
		list = append(list, problemError{Code: f.code, Message: f.message})
	}
	return list
}

// sendDocument answers with a document as it stands now.
func (s *Server) sendDocument(c echo.Context, status int, company gst.GSTIN, id int64) error {
	inv, body, err := s.store.Invoice(c.Request().Context(), company, id)
	if err != nil {
		return err
	}
	callOf(c).document = id
	shown, err := s.showsDocument(c.Request().Context(), inv, body)
	if err != nil {
		return err
	}
	return sendTagged(c, status, inv.Version, shown)
}
