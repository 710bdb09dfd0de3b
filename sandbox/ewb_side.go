package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// settingClosing is the switch of the rules that were announced and are on hold: the
// ship-to GSTIN and the closing of bills.
//
// Source: GSTN advisory 668 of 30-07-2026.
const settingClosing = "closing"

// LedgerEWay is an e-way bill of the register.
type LedgerEWay struct {
	No          string `json:"no"`
	GSTIN       string `json:"gstin"` // of its maker
	Supplier    string `json:"supplier"`
	Recipient   string `json:"recipient"`
	Transporter string `json:"transporter"`
	DocType     string `json:"doc_type"`
	DocNo       string `json:"doc_no"`
	IRN         string `json:"irn"`         // "" for a bill made without
	Status      string `json:"status"`      // ACT, CNL, CLS, DIS
	State       string `json:"state"`       // in words, with what time has done
	Rejected    bool   `json:"rejected"`    // by the other party
	MakeCalls   int64  `json:"make_calls"`  // for its paper, refused ones included
	ValidUntil  string `json:"valid_until"` // RFC 3339; "" without Part B
	Extensions  int    `json:"extensions"`
	Vehicles    int    `json:"vehicles"` // entries of Part B
	Groups      int    `json:"groups"`   // movements by several vehicles
	Trip        string `json:"trip"`     // number of the newest trip sheet; "" for none
}

// ledgerRow is a bill as the ledger has it.
func (e *ewb) ledgerRow(now time.Time, calls int64) LedgerEWay {
	r := LedgerEWay{
		No: e.number(), GSTIN: e.Maker, Supplier: e.FromGstin, Recipient: e.ToGstin, Transporter: e.TransporterId, DocType: e.DocType,
		DocNo: e.DocNo, IRN: e.IRN, Status: e.at(now).Status, Rejected: !e.Rejected.IsZero(), MakeCalls: calls, Extensions: e.Extended,
		Vehicles: len(e.Vehicles), Groups: len(e.Groups),
	}
	if !e.Until.IsZero() {
		r.ValidUntil = e.Until.In(gst.IST).Format(time.RFC3339)
	}
	for _, v := range e.Vehicles {
		if v.Trip != 0 {
			r.Trip = strconv.FormatInt(v.Trip, 10)
		}
	}
	switch {
	case e.Status == statusCancelled:
		r.State = "cancelled"
	case e.Status == statusClosed:
		r.State = "closed"
	case e.Status == statusDiscarded:
		r.State = "discarded"
	case e.partAOnly():
		r.State = "Part A only"
	case e.expired(now):
		r.State = "expired"
	default:
		r.State = "active"
	}
	return r
}

// ewayLedger returns the bills whose number, paper or party holds a text, in the order of
// making; of the newest as many as asked, all of them for -1.
func (st *state) ewayLedger(ctx context.Context, now time.Time, holding string, limit int) ([]LedgerEWay, error) {
	rows, err := st.reader.QueryContext(ctx, `
		SELECT e.facts, coalesce(c.calls, 0)
		FROM eways e LEFT JOIN eway_calls c ON c.maker = e.maker AND c.type = e.type AND c.doc = e.doc
		WHERE instr(e.doc || ' ' || e.no || ' ' || e.maker || ' ' || e.supplier || ' ' || e.recipient || ' ' || e.transporter, upper($1)) > 0
		ORDER BY e.no DESC LIMIT $2`, holding, limit)
	if err != nil {
		return nil, fmt.Errorf("read ledger of e-way bills: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	list := []LedgerEWay{}
	for rows.Next() {
		var facts []byte
		var calls int64
		e := &ewb{}
		if err := rows.Scan(&facts, &calls); err != nil {
			return nil, fmt.Errorf("read ledger of e-way bills: %w", err)
		}
		if err := json.Unmarshal(facts, e); err != nil {
			return nil, fmt.Errorf("read ledger of e-way bills: %w", err)
		}
		list = append(list, e.ledgerRow(now, calls))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read ledger of e-way bills: %w", err)
	}
	slices.Reverse(list)
	return list, nil
}

// showEWays handles GET /_sandbox/eways; ?q= searches.
func (s *Sandbox) showEWays(w http.ResponseWriter, r *http.Request) {
	list, err := s.state.ewayLedger(r.Context(), s.clock.now(), strings.TrimSpace(r.URL.Query().Get("q")), -1)
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"eways": list})
}

// showEWay handles GET /_sandbox/eways/{no}: a bill with all that was done about it.
func (s *Sandbox) showEWay(w http.ResponseWriter, r *http.Request) {
	no, err := strconv.ParseInt(r.PathValue("no"), 10, 64)
	var e *ewb
	if err == nil {
		e, err = findEWB(r.Context(), s.state.reader, no, s.clock.now())
	}
	if err != nil || e == nil {
		s.adminRefusal(w, r, http.StatusNotFound, "no e-way bill has this number")
		return
	}
	writeJSON(w, http.StatusOK, e)
}

// typedDeed is any action of the API, done on the portal by whoever is named.
type typedDeed struct {
	GSTIN   string          `json:"gstin"`  // who does it
	Action  string          `json:"action"` // GENEWAYBILL, VEHEWB, …
	Request json.RawMessage `json:"request"`
}

// actHere handles POST /_sandbox/eways.
func (s *Sandbox) actHere(w http.ResponseWriter, r *http.Request) {
	var ask typedDeed
	if s.readAdmin(w, r, &ask) {
		s.doHere(w, r, ask.GSTIN, ask.Action, ask.Request)
	}
}

// doHere does an action by the rules of the API and tells its answer.
func (s *Sandbox) doHere(w http.ResponseWriter, r *http.Request, gstin, action string, request []byte) {
	about := ""
	req, err := ask(request)
	var out answer
	if err == nil {
		deed := ewbDeed{asked: req, by: strings.ToUpper(strings.TrimSpace(gstin)), now: s.clock.now(), mode: "WEB", about: &about}
		out, err = s.ewbDo(context.WithoutCancel(r.Context()), strings.ToUpper(action), deed)
	}
	var no *refusal
	switch {
	case errors.As(err, &no):
		for i, c := range no.codes {
			no.codes[i].Message = ewbText(c.Code)
		}
		s.refuseTyped(w, r, no)
	case err != nil:
		s.adminError(w, r, err)
	default:
		s.done(w, r, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, out.data) })
	}
}

// othersBill is a bill that is made up of a few facts, for people who want to see one of
// somebody else.
type othersBill struct {
	Maker       string `json:"maker"` // "": the supplier
	Supplier    string `json:"supplier"`
	Recipient   string `json:"recipient"`
	Transporter string `json:"transporter"`
	No          string `json:"no"`
	Vehicle     string `json:"vehicle"` // "": Part A only
	Value       int64  `json:"value"`   // taxable, in rupees
	KM          int    `json:"km"`      // 0: the portal works it out
}

// makeHere handles POST /_sandbox/eways/make.
func (s *Sandbox) makeHere(w http.ResponseWriter, r *http.Request) {
	ask := othersBill{Value: 60_000}
	if !s.readAdmin(w, r, &ask) {
		return
	}
	for _, text := range []*string{&ask.Maker, &ask.Supplier, &ask.Recipient, &ask.Transporter} {
		*text = strings.ToUpper(strings.TrimSpace(*text))
	}
	if ask.Maker == "" {
		ask.Maker = ask.Supplier
	}
	for _, g := range []string{ask.Supplier, ask.Recipient} {
		if !partyIsGSTIN(g) {
			s.adminRefusal(w, r, http.StatusBadRequest, "supplier and recipient are GSTINs")
			return
		}
	}
	if ask.Vehicle == "" && ask.Transporter == "" {
		s.adminRefusal(w, r, http.StatusBadRequest, "give a vehicle, or a transporter who will enter it")
		return
	}
	s.doHere(w, r, ask.Maker, actMake, mustJSON(s.madeUp(ask)))
}

// madeUp makes up a request for a bill of goods at 18 %.
func (s *Sandbox) madeUp(ask othersBill) map[string]any {
	from := details(gst.GSTIN(ask.Supplier), s.taxpayers.of(ask.Supplier))
	to := details(gst.GSTIN(ask.Recipient), s.taxpayers.of(ask.Recipient))
	tax := ask.Value * 18 / 100
	item := map[string]any{
		"productName": "Spanners", "hsnCode": 820411, "quantity": 10, "qtyUnit": "NOS", "taxableAmount": ask.Value,
		"cgstRate": 9, "sgstRate": 9, "igstRate": 0, "cessRate": 0, "cessNonAdvol": 0,
	}
	m := map[string]any{
		"supplyType": "O", "subSupplyType": "1", "docType": "INV", "docNo": ask.No, "docDate": s.clock.now().In(gst.IST).Format("02/01/2006"),
		"fromGstin": ask.Supplier, "fromTrdName": from.TradeName, "fromAddr1": from.AddrBno + ", " + from.AddrSt, "fromPlace": from.AddrLoc,
		"fromPincode": from.AddrPncd, "fromStateCode": from.StateCode, "actFromStateCode": from.StateCode,
		"toGstin": ask.Recipient, "toTrdName": to.TradeName, "toAddr1": to.AddrBno + ", " + to.AddrSt, "toPlace": to.AddrLoc,
		"toPincode": to.AddrPncd, "toStateCode": to.StateCode, "actToStateCode": to.StateCode, "transactionType": 1,
		"totalValue": ask.Value, "cgstValue": tax / 2, "sgstValue": tax / 2, "igstValue": 0, "totInvValue": ask.Value + tax,
		"transDistance": ask.KM, "transporterId": ask.Transporter,
	}
	if from.AddrPncd == to.AddrPncd && ask.KM == 0 {
		m["transDistance"] = 1
	}
	if ask.Maker == ask.Recipient {
		m["supplyType"] = "I"
	}
	if ask.Supplier[:2] != ask.Recipient[:2] {
		m["cgstValue"], m["sgstValue"], m["igstValue"] = 0, 0, tax
		item["cgstRate"], item["sgstRate"], item["igstRate"] = 0, 0, 18
	}
	if ask.Vehicle != "" {
		m["transMode"], m["vehicleNo"], m["vehicleType"] = "1", ask.Vehicle, "R"
	}
	m["itemList"] = []any{item}
	return m
}

// endedEWB is what is done to one bill on the portal.
type endedEWB struct {
	No      string `json:"no"`
	GSTIN   string `json:"gstin"`   // who does it; "": whoever may
	Reason  string `json:"reason"`  // 1 to 4, of a cancellation
	Remark  string `json:"remark"`  // of a cancellation
	Vehicle string `json:"vehicle"` // of Part B
	Mode    string `json:"mode"`    // of Part B; "": road
}

// onBill reads what is to be done to a bill, and the bill; it answers and returns nil
// where there is none.
func (s *Sandbox) onBill(w http.ResponseWriter, r *http.Request) (*endedEWB, *ewb) {
	ask := &endedEWB{Reason: "2", Remark: "Cancelled on the portal", Mode: "1"}
	if !s.readAdmin(w, r, ask) {
		return nil, nil
	}
	no, err := strconv.ParseInt(strings.ReplaceAll(ask.No, " ", ""), 10, 64)
	if err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest, "no is not the number of an e-way bill")
		return nil, nil
	}
	e, err := findEWB(r.Context(), s.state.reader, no, s.clock.now())
	if err != nil {
		s.adminError(w, r, err)
		return nil, nil
	}
	if e == nil {
		s.adminRefusal(w, r, http.StatusNotFound, "no e-way bill has this number")
	}
	return ask, e
}

// moveHere handles POST /_sandbox/eways/part_b: the transporter, or the maker where none
// is named, enters a vehicle.
func (s *Sandbox) moveHere(w http.ResponseWriter, r *http.Request) {
	ask, e := s.onBill(w, r)
	if e == nil {
		return
	}
	by := ask.GSTIN
	if by == "" {
		if by = e.TransporterId; by == "" {
			by = e.Maker
		}
	}
	reason := "4"
	if !e.partAOnly() {
		reason = "2"
	}
	s.doHere(w, r, by, actPartB, mustJSON(map[string]any{
		"ewbNo": e.number(), "vehicleNo": ask.Vehicle, "fromPlace": e.FromPlace, "fromState": e.ActFromStateCode, "reasonCode": reason,
		"reasonRem": "entered on the portal", "transMode": ask.Mode, "vehicleType": "R",
	}))
}

// rejectEWBHere handles POST /_sandbox/eways/reject: the other party rejects the bill.
func (s *Sandbox) rejectEWBHere(w http.ResponseWriter, r *http.Request) {
	ask, e := s.onBill(w, r)
	if e == nil {
		return
	}
	by := ask.GSTIN
	if by == "" {
		if by = e.ToGstin; by == e.Maker {
			by = e.FromGstin
		}
	}
	s.doHere(w, r, by, actReject, mustJSON(map[string]any{"ewbNo": e.number()}))
}

// cancelEWBHere handles POST /_sandbox/eways/cancel. No window stands in the way: what
// clients must see can be shown at any time.
func (s *Sandbox) cancelEWBHere(w http.ResponseWriter, r *http.Request) {
	ask, of := s.onBill(w, r)
	s.shiftHere(w, r, of, func(e *ewb) error {
		if e.Status != statusActive {
			return fmt.Errorf("the e-way bill is not active: its status is %s", e.Status)
		}
		e.cancel(ask.Reason, ask.Remark, s.clock.now())
		return nil
	})
}

// verifyHere handles POST /_sandbox/eways/verify: an officer checks the vehicle on the
// road, after which the bill cannot be cancelled.
func (s *Sandbox) verifyHere(w http.ResponseWriter, r *http.Request) {
	_, of := s.onBill(w, r)
	s.shiftHere(w, r, of, func(e *ewb) error {
		e.Verified = true
		return nil
	})
}

// shiftHere changes a bill outside the rules of the API and tells how it stands.
func (s *Sandbox) shiftHere(w http.ResponseWriter, r *http.Request, of *ewb, shift func(*ewb) error) {
	if of == nil { // onBill has answered
		return
	}
	var kept *ewb
	var refused error
	now := s.clock.now()
	err := s.state.changeEWB(context.WithoutCancel(r.Context()), of.No, now, func(e *ewb) error {
		kept, refused = e, shift(e)
		return refused
	})
	switch {
	case refused != nil:
		s.adminRefusal(w, r, http.StatusConflict, refused.Error())
	case err != nil:
		s.adminError(w, r, err)
	default:
		s.done(w, r, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, kept.ledgerRow(now, 0)) })
	}
}

// switches are the rules that can be turned on and off.
type switches struct {
	Closing *bool `json:"closing"` // ship-to GSTIN and closing, as announced
}

// showSwitches handles GET /_sandbox/switches.
func (s *Sandbox) showSwitches(w http.ResponseWriter, r *http.Request) {
	on, err := s.state.closing(r.Context())
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, switches{&on})
}

// setSwitches handles POST /_sandbox/switches.
func (s *Sandbox) setSwitches(w http.ResponseWriter, r *http.Request) {
	var ask switches
	if !s.readAdmin(w, r, &ask) {
		return
	}
	if ask.Closing != nil {
		if err := s.state.setClosing(r.Context(), *ask.Closing); err != nil {
			s.adminError(w, r, err)
			return
		}
	}
	s.done(w, r, s.showSwitches)
}
