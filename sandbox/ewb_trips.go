package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"mohar/gst"
)

// ewbSheet is a trip sheet: the bills that one vehicle carries.
//
// Source: CGST Rules 2017, rule 138(6), FORM GST EWB-02.
type ewbSheet struct {
	ewbVehicle
	No       int64   `json:"no"`
	Bills    []int64 `json:"bills"`
	Replaced bool    `json:"replaced"` // by one made again
}

// firstTrip is before the first trip sheet's number; they have ten digits.
const firstTrip = 3_900_000_000

// ewbTripMade is the answer to both kinds of making one.
type ewbTripMade struct {
	No string `json:"cEwbNo"`
	At string `json:"cEWBDate"`
}

// ewbTrip makes a trip sheet. 305, 306, 302–304, 391, and of each bill what carried says.
func (s *Sandbox) ewbTrip(ctx context.Context, d ewbDeed) (answer, error) {
	n := &ewbNotes{}
	n.checkFrom(d)
	n.checkMove(d.asked, 0, laterMove)
	rows := d.rows("tripSheetEwbBills")
	n.when(len(rows) == 0, "391")
	if err := n.err(); err != nil {
		return answer{}, err
	}
	sheet := &ewbSheet{ewbVehicle: d.entry()}
	for _, row := range rows {
		no, err := row.number("ewbNo")
		if err != nil {
			return answer{}, err
		}
		sheet.Bills = append(sheet.Bills, no)
	}
	return s.ewbRide(ctx, d, sheet, nil)
}

// ewbTripAgain makes a trip sheet again for another vehicle. 387, 650, 392, 391.
func (s *Sandbox) ewbTripAgain(ctx context.Context, d ewbDeed) (answer, error) {
	n := &ewbNotes{}
	n.checkFrom(d)
	n.checkMove(d.asked, 0, laterMove)
	n.when(d.whole("reasonCode") < 1 || d.whole("reasonCode") > 3, "307")
	n.when(tooLong(d.word("reasonRem"), 50), "308")
	if err := n.err(); err != nil {
		return answer{}, err
	}
	old, err := s.state.trip(ctx, int64(d.whole("tripSheetNo")))
	switch {
	case err != nil:
		return answer{}, err
	case old == nil:
		return answer{}, refuse("387")
	case old.By != d.by:
		return answer{}, refuse("650")
	case old.Replaced:
		return answer{}, refuse("392")
	}
	sheet := &ewbSheet{ewbVehicle: d.entry(), Bills: old.Bills}
	return s.ewbRide(ctx, d, sheet, old)
}

// ewbRide puts the bills of a sheet on its vehicle. Of a sheet made again those stay
// behind that are not valid any more.
func (s *Sandbox) ewbRide(ctx context.Context, d ewbDeed, sheet, old *ewbSheet) (answer, error) {
	err := s.state.write(ctx, func(tx *sql.Tx) error {
		if err := sheet.number(ctx, tx); err != nil {
			return err
		}
		kept := sheet.Bills[:0:0]
		for _, no := range sheet.Bills {
			e, err := findEWB(ctx, tx, no, d.now)
			if err != nil {
				return err
			}
			var not *refusal
			if err := e.carried(d); errors.As(err, &not) && old != nil {
				continue
			} else if err != nil {
				return err
			}
			v := sheet.ewbVehicle
			v.Trip = sheet.No
			e.move(v, "")
			if err := keepEWB(ctx, tx, e); err != nil {
				return err
			}
			kept = append(kept, no)
		}
		if sheet.Bills = kept; len(kept) == 0 {
			return refuse("391")
		}
		if old != nil {
			old.Replaced = true
			if err := old.keep(ctx, tx); err != nil {
				return err
			}
		}
		return sheet.keep(ctx, tx)
	})
	return answer{data: ewbTripMade{strconv.FormatInt(sheet.No, 10), ewbStamp(d.now)}}, err
}

// carried refuses a bill that cannot go on a trip sheet. 301, 391, 845, 812, 648, 381,
// 818, 649, 650.
func (e *ewb) carried(d ewbDeed) error {
	switch {
	case e == nil:
		return refuse("301")
	case e.Status == statusClosed:
		return refuse("845")
	case e.Status != statusActive:
		return refuse("391")
	case e.gold():
		return refuse("812")
	case len(e.Groups) > 0:
		return refuse("648")
	case e.partAOnly():
		return refuse("381")
	case e.expired(d.now):
		return refuse("818")
	}
	return e.mover(d.by, "649", "650")
}

// number gives a sheet the next number.
func (t *ewbSheet) number(ctx context.Context, tx *sql.Tx) error {
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(no), $1) + 1 FROM trips`, firstTrip).Scan(&t.No)
	if err != nil {
		return fmt.Errorf("number trip sheet: %w", err)
	}
	return nil
}

func (t *ewbSheet) keep(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO trips (no, facts) VALUES ($1, $2) ON CONFLICT (no) DO UPDATE SET facts = excluded.facts`,
		t.No, string(mustJSON(t)))
	if err != nil {
		return fmt.Errorf("keep trip sheet %d: %w", t.No, err)
	}
	return nil
}

// trip returns a trip sheet, nil for none.
func (st *state) trip(ctx context.Context, no int64) (*ewbSheet, error) {
	var facts []byte
	err := st.reader.QueryRowContext(ctx, `SELECT facts FROM trips WHERE no = $1`, no).Scan(&facts)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	t := &ewbSheet{}
	if err == nil {
		err = json.Unmarshal(facts, t)
	}
	if err != nil {
		return nil, fmt.Errorf("read trip sheet %d: %w", no, err)
	}
	return t, nil
}

// ewbTripRow is a bill of a trip sheet as it is read.
type ewbTripRow struct {
	No       json.Number `json:"ewbNo"`
	Date     string      `json:"ewbDate"`
	User     string      `json:"userGstin"`
	DocNo    string      `json:"docNo"`
	DocDate  string      `json:"docDate"`
	From     string      `json:"fromGstin"`
	FromName string      `json:"fromTradeName"`
	To       string      `json:"toGstin"`
	ToName   string      `json:"toTradeName"`
	Value    figure      `json:"assessValue"`
}

// ewbTripRead is a trip sheet as it is read.
type ewbTripRead struct {
	No        json.Number  `json:"tripSheetNo"`
	Place     string       `json:"fromPlace"`
	State     int          `json:"fromState"`
	Vehicle   string       `json:"vehicleNo"`
	TransMode string       `json:"transMode"`
	User      string       `json:"userGstin"`
	Entered   string       `json:"enteredDate"`
	DocNo     string       `json:"transDocNo"`
	DocDate   *string      `json:"transDocDate"`
	Bills     []ewbTripRow `json:"tripSheetEwbBills"`
}

// ewbTripSheet reads a trip sheet of the caller. 387, 325.
func (s *Sandbox) ewbTripSheet(ctx context.Context, c *call) (answer, error) {
	c.about = asksFor(c.r, "tripSheetNo")
	no, err := strconv.ParseInt(c.about, 10, 64)
	if err != nil {
		return answer{}, refuse("387")
	}
	t, err := s.state.trip(ctx, no)
	switch {
	case err != nil:
		return answer{}, err
	case t == nil:
		return answer{}, refuse("387")
	case t.By != c.session.gstin:
		return answer{}, refuse("325")
	}
	out := ewbTripRead{
		No: json.Number(strconv.FormatInt(t.No, 10)), Place: t.Place, State: t.State, Vehicle: t.Vehicle, TransMode: t.TransMode,
		User: t.By, Entered: ewbStamp(t.Entered), DocNo: t.DocNo,
	}
	if t.DocDate != "" {
		out.DocDate = &t.DocDate
	}
	for _, no := range t.Bills {
		e, err := findEWB(ctx, s.state.reader, no, c.now)
		if err != nil {
			return answer{}, err
		}
		out.Bills = append(out.Bills, ewbTripRow{
			json.Number(e.number()), ewbStamp(e.Made), e.Maker, e.DocNo, e.DocDate, e.FromGstin, e.FromTrdName, e.ToGstin, e.ToTrdName, e.TotalValue,
		})
	}
	return answer{data: out}, nil
}

// The rules on gold within Kerala.
//
// Source: GSTN advisory of January 2025 on e-way bills for gold in Kerala.
const (
	kerala             = 32
	goldFrom  gst.Date = 20250120
	goldValue          = 1_000_000 * one // with tax
	goldOther          = "7117"          // imitation jewellery is not gold
)

// goldRow reports whether a row of goods is gold or precious stones.
func goldRow(hsn string) bool {
	return len(hsn) >= 4 && hsn[:2] == "71" && hsn[:4] != goldOther
}

// gold reports whether a bill is one for gold within Kerala.
func (e *ewb) gold() bool {
	within := e.ActFromStateCode == kerala && e.ActToStateCode == kerala
	return within && len(e.ItemList) > 0 && goldRow(e.ItemList[0].HsnCode.String()) &&
		int64(e.TotInvValue) >= goldValue && e.day() >= goldFrom
}

// checkGold checks a bill for gold within Kerala, which is Part A alone. 801–806, 808,
// 809, 815.
func (m *making) checkGold() {
	e := m.e
	some, all := false, true
	for _, it := range e.ItemList {
		is := goldRow(it.HsnCode.String())
		some, all = some || is, all && is
	}
	if !some || e.ActFromStateCode != kerala || m.now.Before(time.Date(2025, time.January, 20, 0, 0, 0, 0, gst.IST)) {
		return
	}
	m.when(!all, "809")
	if !e.gold() {
		return
	}
	m.when(e.TransporterId != "", "801")
	m.when(e.TransporterName != "", "802")
	m.when(m.given("transDocNo"), "803")
	m.when(m.given("transDocDate"), "804")
	m.when(m.given("vehicleNo"), "805")
	m.when(m.given("vehicleType"), "806")
	m.when(m.given("transMode") && m.word("transMode") != "1", "815")
}
