package sandbox

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// ewbRead answers what is only read: the method stands in the path, or on plain paths in
// the query. 239.
func (s *Sandbox) ewbRead(ctx context.Context, c *call) (answer, error) {
	method := c.r.PathValue("method")
	if method == "" {
		method = asksFor(c.r, "action")
	}
	for name, read := range map[string]func(context.Context, *call) (answer, error){
		"GetEwayBill": s.ewbOne, "GetEwayBillGeneratedByConsigner": s.ewbOfPaper, "GetTripSheet": s.ewbTripSheet,
		"GetGSTINDetails": s.ewbTaxpayer, "GetTransporterDetails": s.ewbCarrier, "GetHsnDetailsByHsnCode": s.ewbHSN,
		"GetErrorList": s.ewbErrorList,
	} {
		if strings.EqualFold(method, name) {
			return read(ctx, c)
		}
	}
	for name, l := range ewbLists {
		if strings.EqualFold(method, name) {
			return s.ewbList(ctx, c, l)
		}
	}
	return answer{}, refuse("239")
}

// ewbFull is a bill as it is read. The name of the vehicles' list is misspelt on the wire.
type ewbFull struct {
	No        json.Number `json:"ewbNo"`
	Date      string      `json:"ewayBillDate"`
	GenMode   string      `json:"genMode"`
	SubSupply string      `json:"subSupplyType"` // over that of Part A
	partA
	Status   string           `json:"status"`
	Days     int              `json:"noValidDays"`
	Until    string           `json:"validUpto"`
	Extended int              `json:"extendedTimes"`
	Rejected string           `json:"rejectStatus"`
	Vehicles []ewbVehicleRead `json:"VehiclListDetails"`
}

// ewbVehicleRead is an entry of Part B as it is read.
type ewbVehicleRead struct {
	Mode      string  `json:"updMode"`
	Vehicle   string  `json:"vehicleNo"`
	Place     string  `json:"fromPlace"`
	State     int     `json:"fromState"`
	Trip      int64   `json:"tripshtNo"`
	By        string  `json:"userGSTINTransin"`
	Entered   string  `json:"enteredDate"`
	TransMode string  `json:"transMode"`
	DocNo     string  `json:"transDocNo"`
	DocDate   *string `json:"transDocDate"`
	Group     string  `json:"groupNo"`
}

// subSupplyWidth is the width that the kind of supply is padded to.
const subSupplyWidth = 3

// full writes a bill as it is read: the newest entry of Part B first.
func (e *ewb) full() ewbFull {
	out := ewbFull{
		No: json.Number(e.number()), Date: ewbStamp(e.Made), GenMode: e.GenMode, partA: e.partA, Status: e.Status, Days: e.days(),
		SubSupply: e.SubSupplyType + strings.Repeat(" ", max(0, subSupplyWidth-len(e.SubSupplyType))),
		Until:     ewbStamp(e.Until), Extended: e.Extended, Rejected: letterOf(!e.Rejected.IsZero()), Vehicles: []ewbVehicleRead{},
	}
	for _, v := range slices.Backward(e.Vehicles) {
		row := ewbVehicleRead{
			Mode: v.Mode, Vehicle: v.Vehicle, Place: v.Place, State: v.State, Trip: v.Trip, By: v.By, Entered: ewbStamp(v.Entered),
			TransMode: v.TransMode, DocNo: v.DocNo, Group: strconv.Itoa(v.Group),
		}
		if v.DocDate != "" {
			row.DocDate = &v.DocDate
		}
		out.Vehicles = append(out.Vehicles, row)
	}
	return out
}

func letterOf(is bool) string {
	if is {
		return "Y"
	}
	return "N"
}

// ewbOne reads a bill that names the caller. 301, 325.
func (s *Sandbox) ewbOne(ctx context.Context, c *call) (answer, error) {
	text := asksFor(c.r, "ewbNo")
	c.about = text
	no, err := strconv.ParseInt(text, 10, 64)
	if err != nil || len(text) != 12 {
		return answer{}, refuse("301")
	}
	e, err := findEWB(ctx, s.state.reader, no, c.now)
	switch {
	case err != nil:
		return answer{}, err
	case e == nil:
		return answer{}, refuse("301")
	case !e.names(c.session.gstin):
		return answer{}, refuse("325")
	}
	return answer{data: e.full()}, nil
}

// ewbOfPaper finds the caller's own bill of a paper: the one that stands, else the newest.
// 418.
func (s *Sandbox) ewbOfPaper(ctx context.Context, c *call) (answer, error) {
	kind, no := strings.ToUpper(asksFor(c.r, "docType")), asksFor(c.r, "docNo")
	c.about = kind + " " + no
	list, err := selectEWBs(ctx, s.state.reader, `maker = $1 AND type = $2 AND doc = $3`, c.session.gstin, kind, strings.ToUpper(no))
	if err != nil {
		return answer{}, err
	}
	if len(list) == 0 {
		return answer{}, refuse("418")
	}
	best := list[len(list)-1].at(c.now)
	for _, e := range list {
		if e.at(c.now).Status == statusActive {
			best = e
		}
	}
	return answer{data: struct {
		No     json.Number `json:"ewbNo"`
		Date   string      `json:"ewayBillDate"`
		Until  string      `json:"validUpto"`
		Status string      `json:"status"`
	}{json.Number(best.number()), ewbStamp(best.Made), ewbStamp(best.Until), best.Status}}, nil
}

// ewbListed is a list of bills of a day: which ones, and what it calls their date.
type ewbListed struct {
	where string // $1 the day, $2 the caller
	date  string // the member's name; empty: rows are ewbOtherRow
	pick  func(c *call, e *ewb) bool
}

// ewbLists are the lists of the API.
//
// Source: NIC e-way bill API 1.03.
var ewbLists = map[string]ewbListed{
	"GetEwayBillsByDate":         {`day = $1 AND maker = $2`, "ewbDate", nil},
	"GetEwayBillsForTransporter": {`day = $1 AND transporter = $2`, "ewbDate", nil},
	"GetEwayBillsForTransporterByGstin": {`day = $1 AND transporter = $2`, "ewbDate", func(c *call, e *ewb) bool {
		return strings.EqualFold(asksFor(c.r, "Gen_gstin"), e.Maker)
	}},
	"GetEwayBillsForTransporterByState":          {`day = $1 AND transporter = $2`, "ewbDate", ofState},
	"GetEwayBillReportByTransporterAssignedDate": {`assigned = $1 AND transporter = $2`, "ewayBillDate", ofState},
	"GetEwayBillsofOtherParty":                   {`day = $1 AND maker <> $2 AND (supplier = $2 OR recipient = $2)`, "", nil},
	"GetEwayBillsRejectedByOthers": {`day = $1 AND maker = $2`, "ewayBillDate", func(_ *call, e *ewb) bool {
		return !e.Rejected.IsZero()
	}},
}

// ofState picks the bills whose maker is of a state.
func ofState(c *call, e *ewb) bool {
	state, err := strconv.Atoi(asksFor(c.r, "stateCode"))
	return err == nil && strings.HasPrefix(e.Maker, twoDigits(state))
}

// ewbRow is a row of a list.
type ewbRow struct {
	No        json.Number `json:"ewbNo"`
	Date      string      `json:"ewbDate,omitempty"`
	BillDate  string      `json:"ewayBillDate,omitempty"`
	Status    string      `json:"status"`
	Maker     string      `json:"genGstin"`
	DocNo     string      `json:"docNo"`
	DocDate   string      `json:"docDate"`
	PIN       int         `json:"delPinCode"`
	State     int         `json:"delStateCode"`
	Place     string      `json:"delPlace"`
	Until     string      `json:"validUpto"`
	Extended  int         `json:"extendedTimes"`
	RejectedY string      `json:"rejectStatus"`
}

// ewbList reads a list of a day. 601, 351, 418.
func (s *Sandbox) ewbList(ctx context.Context, c *call, l ewbListed) (answer, error) {
	on := day(asksFor(c.r, "date"))
	c.about = asksFor(c.r, "date")
	if on == 0 {
		return answer{}, refuse("601")
	}
	list, err := selectEWBs(ctx, s.state.reader, l.where, on, c.session.gstin)
	if err != nil {
		return answer{}, err
	}
	var rows []any
	for _, e := range list {
		if l.pick != nil && !l.pick(c, e) {
			continue
		}
		if e = e.at(c.now); l.date == "" {
			rows = append(rows, e.otherRow())
			continue
		}
		rows = append(rows, e.row(l.date))
	}
	if len(rows) == 0 {
		return answer{}, refuse("418")
	}
	return answer{data: rows}, nil
}

func (e *ewb) row(date string) ewbRow {
	r := ewbRow{
		No: json.Number(e.number()), Status: e.Status, Maker: e.Maker, DocNo: e.DocNo, DocDate: e.DocDate, PIN: e.ToPincode,
		State: e.ToStateCode, Place: e.ToPlace, Until: ewbStamp(e.Until), Extended: e.Extended, RejectedY: letterOf(!e.Rejected.IsZero()),
	}
	if date == "ewbDate" {
		r.Date = ewbStamp(e.Made)
	} else {
		r.BillDate = ewbStamp(e.Made)
	}
	return r
}

// ewbOtherRow is a row of the list of bills that others made: it says whose goods they are,
// and what, instead of where they go.
//
// Source: NIC e-way bill API 1.03, Get e-way bills of other party.
type ewbOtherRow struct {
	No        json.Number `json:"ewbNo"`
	Date      string      `json:"ewayBillDate"`
	GenMode   string      `json:"genMode"`
	Maker     string      `json:"genGstin"`
	DocNo     string      `json:"docNo"`
	DocDate   string      `json:"docDate"`
	From      string      `json:"fromGstin"`
	FromName  string      `json:"fromTradeName"`
	To        string      `json:"toGstin"`
	ToName    string      `json:"toTradeName"`
	Total     figure      `json:"totInvValue"`
	HSN       json.Number `json:"hsnCode"`
	HSNName   string      `json:"hsnDesc"`
	Status    string      `json:"status"`
	RejectedY string      `json:"rejectStatus"`
}

func (e *ewb) otherRow() ewbOtherRow {
	r := ewbOtherRow{
		No: json.Number(e.number()), Date: ewbStamp(e.Made), GenMode: e.GenMode, Maker: e.Maker, DocNo: e.DocNo, DocDate: e.DocDate,
		From: e.FromGstin, FromName: e.FromTrdName, To: e.ToGstin, ToName: e.ToTrdName, Total: e.TotInvValue,
		Status: e.Status, RejectedY: letterOf(!e.Rejected.IsZero()),
	}
	if len(e.ItemList) > 0 {
		r.HSN, r.HSNName = e.ItemList[0].HsnCode, e.ItemList[0].ProductDesc
	}
	return r
}

// ewbTaxpayer looks up a GSTIN. 326.
func (s *Sandbox) ewbTaxpayer(_ context.Context, c *call) (answer, error) {
	c.about = asksFor(c.r, lookedUp)
	g, err := gst.ParseGSTIN(c.about)
	if err != nil {
		return answer{}, refuse("326")
	}
	t := details(g, s.taxpayers.of(string(g)))
	return answer{data: struct {
		Gstin     string `json:"gstin"`
		TradeName string `json:"tradeName"`
		LegalName string `json:"legalName"`
		Address1  string `json:"address1"`
		Address2  string `json:"address2"`
		StateCode string `json:"stateCode"`
		PinCode   string `json:"pinCode"`
		TxpType   string `json:"txpType"`
		Status    string `json:"status"`
		BlkStatus string `json:"blkStatus"`
	}{
		string(g), string(t.TradeName), string(t.LegalName), string(t.AddrBno + ", " + t.AddrSt), string(t.AddrLoc),
		g.State(), string(t.AddrPncd), string(t.TxpType), string(t.Status), string(t.BlkStatus),
	}}, nil
}

// lookedUp is the parameter of a look-up: other than the caller's, it is in capitals.
const lookedUp = "GSTIN"

// ewbCarrier looks up a transporter by GSTIN or enrolment number. 328.
func (s *Sandbox) ewbCarrier(_ context.Context, c *call) (answer, error) {
	id := strings.ToUpper(asksFor(c.r, "trn_no"))
	c.about = id
	if !carrierNamed(id) {
		return answer{}, refuse("328")
	}
	t := details(gst.GSTIN(id), s.taxpayers.of(id))
	return answer{data: struct {
		ID        string `json:"transin"`
		TradeName string `json:"tradeName"`
		LegalName string `json:"legalName"`
		Address1  string `json:"address1"`
		Address2  string `json:"address2"`
		StateCode string `json:"stateCode"`
		PinCode   string `json:"pinCode"`
	}{id, string(t.TradeName), string(t.LegalName), string(t.AddrBno + ", " + t.AddrSt), string(t.AddrLoc), id[:2], string(t.AddrPncd)}}, nil
}
