package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// figure is a number in thousandths that is written with its decimals.
type figure int64

// MarshalJSON writes at least one decimal, as the portal does.
func (f figure) MarshalJSON() ([]byte, error) {
	s := bound(int64(f))
	if f < 0 && int64(f) > -one {
		s = "-" + s
	}
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return []byte(s), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (f *figure) UnmarshalJSON(b []byte) error {
	n, _, ok := readFigure(string(b))
	if !ok {
		return fmt.Errorf("number %s", b)
	}
	*f = figure(n)
	return nil
}

// partA is what an e-way bill says of goods and parties, in the names of the wire.
type partA struct {
	UserGstin         string    `json:"userGstin"`
	SupplyType        string    `json:"supplyType"`
	SubSupplyType     string    `json:"subSupplyType"`
	SubSupplyDesc     string    `json:"subSupplyDesc,omitempty"`
	DocType           string    `json:"docType"`
	DocNo             string    `json:"docNo"`
	DocDate           string    `json:"docDate"`
	FromGstin         string    `json:"fromGstin"`
	FromTrdName       string    `json:"fromTrdName"`
	FromAddr1         string    `json:"fromAddr1"`
	FromAddr2         string    `json:"fromAddr2"`
	FromPlace         string    `json:"fromPlace"`
	FromPincode       int       `json:"fromPincode"`
	FromStateCode     int       `json:"fromStateCode"`
	ToGstin           string    `json:"toGstin"`
	ToTrdName         string    `json:"toTrdName"`
	ToAddr1           string    `json:"toAddr1"`
	ToAddr2           string    `json:"toAddr2"`
	ToPlace           string    `json:"toPlace"`
	ToPincode         int       `json:"toPincode"`
	ToStateCode       int       `json:"toStateCode"`
	ActFromStateCode  int       `json:"actFromStateCode"`
	ActToStateCode    int       `json:"actToStateCode"`
	TransactionType   int       `json:"transactionType"`
	TotalValue        figure    `json:"totalValue"`
	TotInvValue       figure    `json:"totInvValue"`
	CgstValue         figure    `json:"cgstValue"`
	SgstValue         figure    `json:"sgstValue"`
	IgstValue         figure    `json:"igstValue"`
	CessValue         figure    `json:"cessValue"`
	CessNonAdvolValue figure    `json:"cessNonAdvolValue"`
	OtherValue        figure    `json:"otherValue"`
	TransporterId     string    `json:"transporterId"`
	TransporterName   string    `json:"transporterName"`
	ActualDist        int       `json:"actualDist"`
	VehicleType       string    `json:"vehicleType"`
	ItemList          []ewbItem `json:"itemList"`
}

// ewbItem is a row of goods.
type ewbItem struct {
	ItemNo        int         `json:"itemNo"`
	ProductId     int         `json:"productId"`
	ProductName   string      `json:"productName"`
	ProductDesc   string      `json:"productDesc"`
	HsnCode       json.Number `json:"hsnCode"`
	Quantity      figure      `json:"quantity"`
	QtyUnit       string      `json:"qtyUnit"`
	CgstRate      figure      `json:"cgstRate"`
	SgstRate      figure      `json:"sgstRate"`
	IgstRate      figure      `json:"igstRate"`
	CessRate      figure      `json:"cessRate"`
	CessNonAdvol  figure      `json:"cessNonAdvol"`
	TaxableAmount figure      `json:"taxableAmount"`
}

// ewbVehicle is one entry of Part B.
type ewbVehicle struct {
	Mode      string    `json:"updMode"`
	Vehicle   string    `json:"vehicleNo"`
	Place     string    `json:"fromPlace"`
	State     int       `json:"fromState"`
	Trip      int64     `json:"trip"`
	By        string    `json:"by"`
	Entered   time.Time `json:"entered"`
	TransMode string    `json:"transMode"`
	DocNo     string    `json:"transDocNo"`
	DocDate   string    `json:"transDocDate"`
	Group     int       `json:"group"`
	Quantity  figure    `json:"quantity"`
}

// ewbGroup is a movement by several vehicles.
type ewbGroup struct {
	Group     int       `json:"group"`
	Asked     string    `json:"asked"` // what it was started with, to know it again
	Unit      string    `json:"unit"`
	Quantity  figure    `json:"quantity"`
	TransMode string    `json:"transMode"`
	FromPlace string    `json:"fromPlace"`
	FromState int       `json:"fromState"`
	Started   time.Time `json:"started"`
}

// The states of an e-way bill beside statusActive and statusCancelled.
const (
	statusDiscarded = "DIS"
	statusClosed    = "CLS"
)

// ewb is an e-way bill in the register: those made with an IRN too.
type ewb struct {
	partA
	No        int64        `json:"no"`
	Maker     string       `json:"maker"`
	GenMode   string       `json:"genMode"`
	IRN       string       `json:"irn"`
	Made      time.Time    `json:"made"`
	Assigned  time.Time    `json:"assigned"` // when the transporter was named
	Until     time.Time    `json:"until"`    // zero without Part B
	Status    string       `json:"status"`
	Extended  int          `json:"extended"`
	Rejected  time.Time    `json:"rejected"`
	Cancelled time.Time    `json:"cancelled"`
	Reason    string       `json:"reason"` // of the cancellation
	Remark    string       `json:"remark"`
	Closed    string       `json:"closed"`   // dd/MM/yyyy
	Verified  bool         `json:"verified"` // by an officer on the road
	Vehicles  []ewbVehicle `json:"vehicles"` // oldest first
	Groups    []ewbGroup   `json:"groups"`
	FirstMove time.Time    `json:"first"` // first entry of Part B
	Oversized bool         `json:"odc"`   // days are of 20 km
}

// owner is whose paper it is: the supplier's, or the maker's where that has no GSTIN.
func (e *ewb) owner() string {
	if e.FromGstin == gst.URP {
		return e.Maker
	}
	return e.FromGstin
}

// day is the day on which it was made.
func (e *ewb) day() gst.Date { return gst.DateOf(e.Made) }

// fiscal is the financial year of its paper.
func (e *ewb) fiscal() string { return day(e.DocDate).FinancialYear() }

// partAOnly reports whether Part B is missing.
func (e *ewb) partAOnly() bool { return len(e.Vehicles) == 0 }

// partADays is how long Part A waits for Part B.
//
// Source: CGST Rules 2017, rule 138(1), as the portal's manual has it.
const partADays = 15

// at brings a bill to how it stands now: Part A alone lapses.
func (e *ewb) at(now time.Time) *ewb {
	if e.Status == statusActive && e.partAOnly() && now.After(e.Made.AddDate(0, 0, partADays)) {
		e.Status = statusDiscarded
	}
	return e
}

// expired reports whether its validity is over.
func (e *ewb) expired(now time.Time) bool { return !e.Until.IsZero() && now.After(e.Until) }

// assigned reports whether somebody else than its maker is named to carry the goods.
func (e *ewb) assigned() bool { return e.TransporterId != "" && e.TransporterId != e.Maker }

// moved reports whether a party entered Part B.
func (e *ewb) moved(by string) bool {
	for _, v := range e.Vehicles {
		if v.By == by {
			return true
		}
	}
	return false
}

// names reports whether a GSTIN stands on the bill.
func (e *ewb) names(gstin string) bool {
	return gstin == e.Maker || gstin == e.FromGstin || gstin == e.ToGstin || gstin == e.TransporterId
}

// otherParty reports whether a GSTIN is supplier or recipient without having made it.
func (e *ewb) otherParty(gstin string) bool {
	return gstin != e.Maker && (gstin == e.FromGstin || gstin == e.ToGstin)
}

// number is the bill's number as text.
func (e *ewb) number() string { return strconv.FormatInt(e.No, 10) }

// days is for how many days it is valid.
func (e *ewb) days() int {
	if e.Until.IsZero() {
		return 0
	}
	made, until := e.FirstMove.In(gst.IST), e.Until.In(gst.IST)
	first := time.Date(made.Year(), made.Month(), made.Day(), 0, 0, 0, 0, gst.IST)
	return int(until.Sub(first) / (24 * time.Hour))
}

// errPaperTaken says that a paper has a bill that stands.
type errPaperTaken struct{ no int64 }

// Error names the bill.
func (e *errPaperTaken) Error() string {
	return fmt.Sprintf("e-way bill %d is of the same paper", e.no)
}

// takenPaper finds the bill that stands for the same paper; nil for none.
func takenPaper(ctx context.Context, tx querier, e *ewb, now time.Time) (*ewb, error) {
	rows, err := selectEWBs(ctx, tx, `owner = $1 AND type = $2 AND doc = $3 AND fy = $4 AND status IN ('ACT', 'CLS')`,
		e.owner(), e.DocType, strings.ToUpper(e.DocNo), e.fiscal())
	if err != nil {
		return nil, err
	}
	for _, held := range rows {
		if held.at(now).Status != statusDiscarded {
			return held, nil
		}
	}
	return nil, nil
}

// addEWB puts a bill in the register, unless its paper has one: then it returns
// *errPaperTaken.
func addEWB(ctx context.Context, tx *sql.Tx, e *ewb, now time.Time) error {
	held, err := takenPaper(ctx, tx, e, now)
	if err != nil {
		return err
	}
	if held != nil {
		return &errPaperTaken{held.No}
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO eways (no, owner, type, doc, fy, maker, supplier, recipient, transporter, irn, day, assigned, status, facts)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		e.No, e.owner(), e.DocType, strings.ToUpper(e.DocNo), e.fiscal(), e.Maker, e.FromGstin, e.ToGstin, e.TransporterId,
		e.IRN, e.day(), gst.DateOf(e.Assigned), e.Status, string(mustJSON(e)))
	if err != nil {
		return fmt.Errorf("insert e-way bill %d: %w", e.No, err)
	}
	return nil
}

// keepEWB writes a bill that was changed.
func keepEWB(ctx context.Context, tx *sql.Tx, e *ewb) error {
	_, err := tx.ExecContext(ctx, `UPDATE eways SET transporter = $1, assigned = $2, status = $3, facts = $4 WHERE no = $5`,
		e.TransporterId, gst.DateOf(e.Assigned), e.Status, string(mustJSON(e)), e.No)
	if err == nil && e.IRN != "" {
		_, err = tx.ExecContext(ctx, `UPDATE documents SET ewb_until = $1 WHERE ewb_no = $2`, milli(e.Until), e.No)
	}
	if err != nil {
		return fmt.Errorf("keep e-way bill %d: %w", e.No, err)
	}
	return nil
}

// querier is a transaction or the whole database.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// selectEWBs returns the bills of a condition, oldest first.
func selectEWBs(ctx context.Context, q querier, where string, args ...any) ([]*ewb, error) {
	rows, err := q.QueryContext(ctx, `SELECT facts FROM eways WHERE `+where+` ORDER BY no`, args...)
	if err != nil {
		return nil, fmt.Errorf("read e-way bills: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	var list []*ewb
	for rows.Next() {
		var facts []byte
		e := &ewb{}
		if err := rows.Scan(&facts); err != nil {
			return nil, fmt.Errorf("read e-way bill: %w", err)
		}
		if err := json.Unmarshal(facts, e); err != nil {
			return nil, fmt.Errorf("read e-way bill: %w", err)
		}
		list = append(list, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read e-way bills: %w", err)
	}
	return list, nil
}

// findEWB returns a bill as it stands now, nil for none.
func findEWB(ctx context.Context, q querier, no int64, now time.Time) (*ewb, error) {
	list, err := selectEWBs(ctx, q, `no = $1`, no)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0].at(now), nil
}

// changeEWB lets f change a bill in one transaction. A number that the register does not
// have is refused with 301.
func (st *state) changeEWB(ctx context.Context, no int64, now time.Time, f func(*ewb) error) error {
	return st.write(ctx, func(tx *sql.Tx) error {
		e, err := findEWB(ctx, tx, no, now)
		if err != nil {
			return err
		}
		if e == nil {
			return refuse("301")
		}
		if err := f(e); err != nil {
			return err
		}
		return keepEWB(ctx, tx, e)
	})
}

// countMake counts a call that asked for a bill of a paper, refused ones included.
func (st *state) countMake(ctx context.Context, maker, kind, doc string) error {
	_, err := st.writer.ExecContext(ctx, `
		INSERT INTO eway_calls (maker, type, doc, calls) VALUES ($1, $2, $3, 1)
		ON CONFLICT (maker, type, doc) DO UPDATE SET calls = calls + 1`, maker, kind, strings.ToUpper(doc))
	if err != nil {
		return fmt.Errorf("count call for an e-way bill: %w", err)
	}
	return nil
}

// closing reports whether the rules of settingClosing are in force.
func (st *state) closing(ctx context.Context) (bool, error) {
	var n int64
	err := st.reader.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, settingClosing).Scan(&n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("read setting %s: %w", settingClosing, err)
	}
	return n == 1, nil
}

// setClosing puts the rules of settingClosing in force, or on hold.
func (st *state) setClosing(ctx context.Context, on bool) error {
	n := 0
	if on {
		n = 1
	}
	_, err := st.writer.ExecContext(ctx, `
		INSERT INTO settings (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, settingClosing, n)
	if err != nil {
		return fmt.Errorf("keep setting %s: %w", settingClosing, err)
	}
	return nil
}
