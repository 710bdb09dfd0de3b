package nic

import (
	"fmt"

	"mohar/gst"
)

// The requests that change an e-way bill. The numbers of bills and trip sheets, States and
// PIN codes go as numbers, codes of reasons and modes as the portal's pages print them.
//
// Source: e-way bill API 1.03, the pages of the actions.

// carrier is who carries the goods from where: of Part B, extensions and trip sheets.
type carrier struct {
	VehicleNo    Text        `json:"vehicleNo,omitempty"`
	FromPlace    Text        `json:"fromPlace"`
	FromState    stateNumber `json:"fromState"`
	TransDocNo   Text        `json:"transDocNo,omitempty"`
	TransDocDate string      `json:"transDocDate,omitempty"`
	TransMode    Text        `json:"transMode"`
}

func wireCarrier(b *gst.PartB) carrier {
	c := carrier{
		VehicleNo: Text(b.Vehicle), FromPlace: Text(cut(b.Place, longPlace)), FromState: stateNumber(b.State),
		TransDocNo: Text(documentTail(b.DocumentNumber)), TransMode: Text(b.Mode),
	}
	if c.TransDocNo != "" {
		c.TransDocDate = dayText(b.DocumentDate)
	}
	return c
}

// change is why something is changed.
type change struct {
	ReasonCode Text `json:"reasonCode"`
	ReasonRem  Text `json:"reasonRem"`
}

func wireChange(code, remark string) change { return change{Text(code), Text(cut(remark, longRemark))} }

// EncodePartB returns the request of VEHEWB: Part B of the bill of this number. It fails on
// a number that is none and on text that is not UTF-8, as all encoders of changes do.
func EncodePartB(number string, b gst.PartB) ([]byte, error) {
	wire := struct {
		EwbNo Digits `json:"ewbNo"`
		carrier
		change
		VehicleType Text `json:"vehicleType,omitempty"`
	}{Digits(number), wireCarrier(&b), wireChange(b.Reason, b.Remark), ""}
	if b.Vehicle != "" {
		wire.VehicleType = Text(b.VehicleType)
	}
	return encodeEWay(wire)
}

// EncodeReassign returns the request of UPDATETRANSPORTER.
func EncodeReassign(number, transporterID string) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo         Digits `json:"ewbNo"`
		TransporterId string `json:"transporterId"`
	}{Digits(number), transporterID})
}

// Goods in an extension: on the move, or waiting on the way.
const (
	goodsMove = "M"
	goodsWait = "T"
	modeWait  = "5" // transMode of goods that wait
)

// EncodeExtension returns the request of EXTENDVALIDITY. Whether the goods move follows from
// the mode; only of goods that wait the kind of place and its address are sent.
//
// Source: e-way bill API 1.03, codes 705 to 708 and 711 to 713.
func EncodeExtension(number string, x gst.EWayExtension) ([]byte, error) {
	wire := struct {
		EwbNo Digits `json:"ewbNo"`
		carrier
		FromPincode       int    `json:"fromPincode"`
		RemainingDistance int    `json:"remainingDistance"`
		ExtnRsnCode       Digits `json:"extnRsnCode"`
		ExtnRemarks       Text   `json:"extnRemarks"`
		ConsignmentStatus string `json:"consignmentStatus"`
		TransitType       string `json:"transitType"`
		AddressLine1      Text   `json:"addressLine1,omitempty"`
		AddressLine2      Text   `json:"addressLine2,omitempty"`
		AddressLine3      Text   `json:"addressLine3,omitempty"`
	}{
		EwbNo: Digits(number), carrier: wireCarrier(&x.PartB), FromPincode: x.PIN, RemainingDistance: x.Distance,
		ExtnRsnCode: Digits(x.Reason), ExtnRemarks: Text(cut(x.Remark, longRemark)), ConsignmentStatus: goodsMove,
	}
	if x.Mode == modeWait {
		wire.ConsignmentStatus, wire.TransitType = goodsWait, x.Transit
		wire.AddressLine1 = Text(cut(x.Address[0], longAddress))
		wire.AddressLine2 = Text(cut(x.Address[1], longAddress))
		wire.AddressLine3 = Text(cut(x.Address[2], longAddress))
	}
	return encodeEWay(wire)
}

// EncodeEWayCancel returns the request of CANEWB.
func EncodeEWayCancel(number string, r gst.EWayCancelReason, remark string) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo         Digits `json:"ewbNo"`
		CancelRsnCode Digits `json:"cancelRsnCode"`
		CancelRmrk    Text   `json:"cancelRmrk"`
	}{Digits(number), Digits(r), Text(cut(remark, longRemark))})
}

// EncodeEWayReject returns the request of REJEWB.
func EncodeEWayReject(number string) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo Digits `json:"ewbNo"`
	}{Digits(number)})
}

// EncodeEWayClose returns the request of CLSEWB, whose member names NIC has announced but
// not shown.
//
// Source: GSTN advisory on the closure of e-way bills, 2026; on hold since 30-07-2026.
func EncodeEWayClose(number string, day gst.Date, remark string) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo       Digits  `json:"ewbNo"`
		ClosureDate ewayDay `json:"closureDate"`
		Remarks     Text    `json:"remarks"`
	}{Digits(number), ewayDay(day), Text(cut(remark, longRemark))})
}

// EncodeTrip returns the request of GENCEWB, or of REGENTRIPSHEET for a sheet that takes
// the place of another, whose bills stay as they are.
func EncodeTrip(t *gst.TripSheet) ([]byte, error) {
	if t.Old != "" {
		return encodeEWay(struct {
			TripSheetNo Digits `json:"tripSheetNo"`
			carrier
			change
		}{Digits(t.Old), wireCarrier(&t.PartB), wireChange(t.PartB.Reason, t.PartB.Remark)})
	}
	type bill struct {
		EwbNo Digits `json:"ewbNo"`
	}
	bills := make([]bill, len(t.Bills))
	for i := range t.Bills {
		bills[i].EwbNo = Digits(t.Bills[i].Number)
	}
	return encodeEWay(struct {
		carrier
		Bills []bill `json:"tripSheetEwbBills"`
	}{wireCarrier(&t.PartB), bills})
}

// EncodeGroup returns the request of MULTIVEHMOVINT.
func EncodeGroup(number string, g gst.EWayGroup) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo Digits `json:"ewbNo"`
		change
		FromPlace     Text        `json:"fromPlace"`
		FromState     stateNumber `json:"fromState"`
		ToPlace       Text        `json:"toPlace"`
		ToState       stateNumber `json:"toState"`
		TransMode     Text        `json:"transMode"`
		TotalQuantity amount3     `json:"totalQuantity"`
		UnitCode      Text        `json:"unitCode"`
	}{
		Digits(number), wireChange(g.Reason, g.Remark), Text(cut(g.FromPlace, longPlace)), stateNumber(g.FromState),
		Text(cut(g.ToPlace, longPlace)), stateNumber(g.ToState), Text(g.Mode), amount3(g.Quantity), Text(g.Unit),
	})
}

// EncodeGroupVehicle returns the request of MULTIVEHADD.
func EncodeGroupVehicle(number string, v gst.EWayGroupVehicle) ([]byte, error) {
	wire := struct {
		EwbNo        Digits  `json:"ewbNo"`
		GroupNo      string  `json:"groupNo"`
		VehicleNo    Text    `json:"vehicleNo,omitempty"`
		TransDocNo   Text    `json:"transDocNo,omitempty"`
		TransDocDate string  `json:"transDocDate,omitempty"`
		Quantity     amount3 `json:"quantity"`
	}{
		EwbNo: Digits(number), GroupNo: fmt.Sprint(v.Group), VehicleNo: Text(v.Vehicle),
		TransDocNo: Text(documentTail(v.DocumentNumber)), Quantity: amount3(v.Quantity),
	}
	if wire.TransDocNo != "" {
		wire.TransDocDate = dayText(v.DocumentDate)
	}
	return encodeEWay(wire)
}

// EncodeGroupSwap returns the request of MULTIVEHUPD.
func EncodeGroupSwap(number string, s gst.EWayGroupSwap) ([]byte, error) {
	return encodeEWay(struct {
		EwbNo        Digits      `json:"ewbNo"`
		GroupNo      string      `json:"groupNo"`
		OldVehicleNo Text        `json:"oldvehicleNo,omitempty"` // so spelt
		NewVehicleNo Text        `json:"newVehicleNo,omitempty"`
		OldTranNo    Text        `json:"oldTranNo,omitempty"`
		NewTranNo    Text        `json:"newTranNo,omitempty"`
		FromPlace    Text        `json:"fromPlace"`
		FromState    stateNumber `json:"fromState"`
		change
	}{
		EwbNo: Digits(number), GroupNo: fmt.Sprint(s.Group), OldVehicleNo: Text(s.OldVehicle), NewVehicleNo: Text(s.NewVehicle),
		OldTranNo: Text(documentTail(s.OldDocument)), NewTranNo: Text(documentTail(s.NewDocument)),
		FromPlace: Text(cut(s.Place, longPlace)), FromState: stateNumber(s.State), change: wireChange(s.Reason, s.Remark),
	})
}
