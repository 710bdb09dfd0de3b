package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// The actions of the e-way bill system.
const (
	actMake        = "GENEWAYBILL"
	actPartB       = "VEHEWB"
	actTrip        = "GENCEWB"
	actTripAgain   = "REGENTRIPSHEET"
	actCancel      = "CANEWB"
	actReject      = "REJEWB"
	actTransporter = "UPDATETRANSPORTER"
	actExtend      = "EXTENDVALIDITY"
	actGroup       = "MULTIVEHMOVINT"
	actGroupAdd    = "MULTIVEHADD"
	actGroupChange = "MULTIVEHUPD"
	actClose       = "CLSEWB"
)

// ewbDeed is one request on its way: who asks for what, and when.
type ewbDeed struct {
	asked
	by    string // GSTIN
	now   time.Time
	mode  string // API, or WEB when typed into the portal
	about *string
}

// ewbAct runs an action. 239.
func (s *Sandbox) ewbAct(ctx context.Context, c *call) (answer, error) {
	action, _ := c.ewbAction()
	req, err := ask(c.payload)
	if err != nil {
		return answer{}, err
	}
	return s.ewbDo(ctx, action, ewbDeed{asked: req, by: c.session.gstin, now: c.now, mode: "API", about: &c.about})
}

// ewbDo runs an action for whoever asks.
func (s *Sandbox) ewbDo(ctx context.Context, action string, d ewbDeed) (answer, error) {
	do, ok := map[string]func(context.Context, ewbDeed) (answer, error){
		actMake: s.ewbMake, actPartB: s.ewbPartB, actTrip: s.ewbTrip, actTripAgain: s.ewbTripAgain,
		actCancel: s.ewbCancel, actReject: s.ewbReject, actTransporter: s.ewbTransporter, actExtend: s.ewbExtend,
		actGroup: s.ewbGroupStart, actGroupAdd: s.ewbGroupAdd, actGroupChange: s.ewbGroupChange, actClose: s.ewbClose,
	}[strings.ToUpper(action)]
	if !ok {
		return answer{}, refuse("239")
	}
	if action != actMake {
		*d.about = d.word("ewbNo") + d.word("tripSheetNo")
	}
	return do(ctx, d)
}

// ewbMade is the answer to GENEWAYBILL.
type ewbMade struct {
	No    json.Number `json:"ewayBillNo"`
	Date  string      `json:"ewayBillDate"`
	Until *string     `json:"validUpto"`
	Alert string      `json:"alert"`
}

// ewbMake makes an e-way bill.
func (s *Sandbox) ewbMake(ctx context.Context, d ewbDeed) (answer, error) {
	*d.about = d.capitals("docType") + " " + d.word("docNo")
	if err := s.state.countMake(ctx, d.by, d.capitals("docType"), d.word("docNo")); err != nil {
		return answer{}, err
	}
	live, err := s.state.closing(ctx)
	if err != nil {
		return answer{}, err
	}
	m := &making{ewbDeed: d, e: d.bill(), known: s.taxpayers, strict: s.opts.Strict, closing: live}
	if err := m.check(ctx, s.state.reader); err != nil {
		return answer{}, err
	}
	e := m.finished()
	e.No = s.numbers.nextBill()
	err = s.state.write(ctx, func(tx *sql.Tx) error { return addEWB(ctx, tx, e, d.now) })
	var taken *errPaperTaken
	if errors.As(err, &taken) {
		return answer{}, refuse("604")
	}
	if err != nil {
		return answer{}, err
	}
	out := ewbMade{No: json.Number(e.number()), Date: ewbStamp(e.Made), Alert: m.alert}
	if !e.partAOnly() {
		until := ewbStamp(e.Until)
		out.Until = &until
	}
	return answer{data: out, alert: m.alert}, nil
}

// making is an e-way bill that is being checked and made.
type making struct {
	ewbDeed
	ewbNotes
	e       *ewb
	known   *taxpayers
	strict  bool
	closing bool // the announced rules hold
	taken   bool // its paper has a bill
	km      int
	alert   string
}

// bill reads a request. What is wrong with it the checks say.
func (d ewbDeed) bill() *ewb {
	sum := func(name string) figure { n, _ := d.amount(name); return n }
	code := func(name string) int { return max(0, d.whole(name)) }
	e := &ewb{Maker: d.by, GenMode: d.mode, Made: d.now.Truncate(time.Second), Status: statusActive, partA: partA{
		UserGstin: d.by, SupplyType: d.capitals("supplyType"), SubSupplyType: strings.TrimLeft(d.word("subSupplyType"), "0"),
		SubSupplyDesc: d.word("subSupplyDesc"), DocType: d.capitals("docType"), DocNo: d.word("docNo"), DocDate: d.word("docDate"),
		FromGstin: d.capitals("fromGstin"), FromTrdName: d.word("fromTrdName"), FromAddr1: d.word("fromAddr1"),
		FromAddr2: d.word("fromAddr2"), FromPlace: d.word("fromPlace"), FromPincode: code("fromPincode"),
		FromStateCode: code("fromStateCode"), ToGstin: d.capitals("toGstin"), ToTrdName: d.word("toTrdName"),
		ToAddr1: d.word("toAddr1"), ToAddr2: d.word("toAddr2"), ToPlace: d.word("toPlace"), ToPincode: code("toPincode"),
		ToStateCode: code("toStateCode"), ActFromStateCode: code("actFromStateCode"), ActToStateCode: code("actToStateCode"),
		TransactionType: code("transactionType"), TotalValue: sum("totalValue"), TotInvValue: sum("totInvValue"),
		CgstValue: sum("cgstValue"), SgstValue: sum("sgstValue"), IgstValue: sum("igstValue"), CessValue: sum("cessValue"),
		CessNonAdvolValue: sum("cessNonAdvolValue"), OtherValue: sum("otherValue"),
		TransporterId: d.capitals("transporterId"), TransporterName: d.word("transporterName"), VehicleType: d.capitals("vehicleType"),
	}}
	for i, row := range d.rows("itemList") {
		e.ItemList = append(e.ItemList, row.item(i+1))
	}
	return e
}

// rows returns the objects of a list.
func (a asked) rows(name string) []asked {
	list := a.find(name)
	if list == nil {
		return nil
	}
	var rows []asked
	for _, row := range list.list {
		if row.kind == objectKind {
			rows = append(rows, asked{row})
		}
	}
	return rows
}

// item reads a row of goods.
func (a asked) item(no int) ewbItem {
	sum := func(name string) figure { n, _ := a.amount(name); return n }
	hsn, err := strconv.Atoi(a.word("hsnCode"))
	if err != nil {
		hsn = 0
	}
	return ewbItem{
		ItemNo: no, ProductName: a.word("productName"), ProductDesc: a.word("productDesc"), HsnCode: json.Number(strconv.Itoa(hsn)),
		Quantity: sum("quantity"), QtyUnit: a.capitals("qtyUnit"), CgstRate: sum("cgstRate"), SgstRate: sum("sgstRate"),
		IgstRate: sum("igstRate"), CessRate: sum("cessRate"), CessNonAdvol: sum("cessNonAdvol"), TaxableAmount: sum("taxableAmount"),
	}
}

// finished gives a bill that passed every check its distance, its validity and its first
// entry of Part B.
func (m *making) finished() *ewb {
	e, now := m.e, m.e.Made
	e.ActualDist = m.km
	if e.TransporterId != "" {
		e.Assigned = now
	}
	if m.given("transMode") && !e.gold() {
		e.move(ewbVehicle{
			Mode: m.mode, Vehicle: plateOf(m.word("vehicleNo")), Place: e.FromPlace, State: e.ActFromStateCode, By: m.by, Entered: now,
			TransMode: m.word("transMode"), DocNo: m.word("transDocNo"), DocDate: m.word("transDocDate"),
		}, e.VehicleType)
	}
	return e
}

// modeShip is transport by ship, alone or with road and rail.
const modeShip = "4"

// move enters Part B. The first entry begins the validity, later ones leave it.
//
// Source: CGST Rules 2017, rule 138(10).
func (e *ewb) move(v ewbVehicle, kind string) {
	if e.partAOnly() {
		e.FirstMove = v.Entered
		e.Oversized = kind == "O" || v.TransMode == modeShip
		e.Until = validUntil(v.Entered, e.ActualDist, e.Oversized)
	}
	if kind != "" {
		e.VehicleType = kind
	}
	e.Vehicles = append(e.Vehicles, v)
}

// dayOf reads dd/MM/yyyy; 0 for what is no day.
func (a asked) dayOf(name string) gst.Date { return day(a.word(name)) }
