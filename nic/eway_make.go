package nic

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"mohar/gst"
)

// consignment is the request for an e-way bill without IRN, and the part of a bill that is
// read in which both are alike.
//
// Source: e-way bill API 1.03, Generate E-way Bill.
type consignment struct {
	SupplyType      Text        `json:"supplyType"`
	SubSupplyType   Text        `json:"subSupplyType"`
	SubSupplyDesc   Text        `json:"subSupplyDesc,omitempty"`
	DocType         Text        `json:"docType"`
	DocNo           Text        `json:"docNo"`
	DocDate         ewayDay     `json:"docDate"`
	FromGstin       Text        `json:"fromGstin"`
	FromTrdName     Text        `json:"fromTrdName,omitempty"`
	FromAddr1       Text        `json:"fromAddr1,omitempty"`
	FromAddr2       Text        `json:"fromAddr2,omitempty"`
	FromPlace       Text        `json:"fromPlace,omitempty"`
	FromPincode     pinNumber   `json:"fromPincode"`
	ActFromState    stateNumber `json:"actFromStateCode"`
	FromState       stateNumber `json:"fromStateCode"`
	ToGstin         Text        `json:"toGstin"`
	ToTrdName       Text        `json:"toTrdName,omitempty"`
	ToAddr1         Text        `json:"toAddr1,omitempty"`
	ToAddr2         Text        `json:"toAddr2,omitempty"`
	ToPlace         Text        `json:"toPlace,omitempty"`
	ToPincode       pinNumber   `json:"toPincode"`
	ActToState      stateNumber `json:"actToStateCode"`
	ToState         stateNumber `json:"toStateCode"`
	TransactionType whole       `json:"transactionType"`
	DispatchGSTIN   Text        `json:"dispatchFromGSTIN,omitempty"`
	DispatchName    Text        `json:"dispatchFromTradeName,omitempty"`
	ShipToGSTIN     Text        `json:"shipToGSTIN,omitempty"`
	ShipToName      Text        `json:"shipToTradeName,omitempty"`
	OtherValue      rupees      `json:"otherValue"`
	TotalValue      rupees      `json:"totalValue"`
	CgstValue       rupees      `json:"cgstValue"`
	SgstValue       rupees      `json:"sgstValue"`
	IgstValue       rupees      `json:"igstValue"`
	CessValue       rupees      `json:"cessValue"`
	CessFixed       rupees      `json:"cessNonAdvolValue"`
	TotInvValue     rupees      `json:"totInvValue"`
	TransporterId   Text        `json:"transporterId,omitempty"`
	TransporterName Text        `json:"transporterName,omitempty"`
}

// consignmentWay is what only the request has: Part B.
type consignmentWay struct {
	TransDocNo    Text   `json:"transDocNo,omitempty"`
	TransDocDate  string `json:"transDocDate,omitempty"`
	TransMode     Text   `json:"transMode,omitempty"`
	TransDistance Text   `json:"transDistance"`
	VehicleNo     Text   `json:"vehicleNo,omitempty"`
	VehicleType   Text   `json:"vehicleType,omitempty"`
}

// consignmentItem is one kind of goods, as it is asked for and as it is read.
type consignmentItem struct {
	ProductName  Text    `json:"productName,omitempty"`
	ProductDesc  Text    `json:"productDesc,omitempty"`
	HsnCode      Text    `json:"hsnCode"` // as text, which keeps the zero in front of 0801
	Quantity     amount3 `json:"quantity"`
	QtyUnit      Text    `json:"qtyUnit,omitempty"`
	CgstRate     amount3 `json:"cgstRate"`
	SgstRate     amount3 `json:"sgstRate"`
	IgstRate     amount3 `json:"igstRate"`
	CessRate     amount3 `json:"cessRate"`
	CessNonadvol rupees  `json:"cessNonAdvol"`
	Taxable      rupees  `json:"taxableAmount"`
}

// EncodeConsignment returns the request for an e-way bill as GENEWAYBILL takes it. Texts
// are cut to the lengths that the system takes, names of goods to its characters; what is
// empty is left out. It fails on text that is not UTF-8 and on a State that is no number;
// other rules are checked before or by the portal.
//
// Source: e-way bill API 1.03, Generate E-way Bill.
func EncodeConsignment(c *gst.Consignment) ([]byte, error) {
	wire := struct {
		consignment
		consignmentWay
		ItemList []consignmentItem `json:"itemList"`
	}{wireConsignment(c), wireWay(&c.Transport), make([]consignmentItem, len(c.Lines))}
	for i := range c.Lines {
		wire.ItemList[i] = wireItem(&c.Lines[i])
	}
	return encodeEWay(wire)
}

// encodeEWay writes a request.
func encodeEWay(v any) ([]byte, error) {
	b, err := marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode e-way bill request: %w", err)
	}
	if !utf8.Valid(b) {
		return nil, errors.New("encode e-way bill request: text is not UTF-8")
	}
	return b, nil
}

func wireConsignment(c *gst.Consignment) consignment {
	from, to, sum := &c.From, &c.To, &c.Totals
	w := consignment{
		SupplyType: Text(c.Direction), SubSupplyType: Text(fmt.Sprint(int(c.SubSupply))),
		DocType: Text(c.Paper), DocNo: Text(c.Number), DocDate: ewayDay(c.Date), TransactionType: whole(c.Transaction),

		FromGstin: Text(from.GSTIN), FromTrdName: Text(cut(from.Name, longName)), FromPlace: Text(cut(from.Place, longPlace)),
		FromAddr1: Text(cut(from.Address1, longAddress)), FromAddr2: Text(cut(from.Address2, longAddress)),
		FromPincode: pinNumber(from.PIN), FromState: stateNumber(from.State), ActFromState: stateNumber(from.PlaceState),
		DispatchGSTIN: Text(from.OtherGSTIN), DispatchName: Text(cut(from.OtherName, longName)),

		ToGstin: Text(to.GSTIN), ToTrdName: Text(cut(to.Name, longName)), ToPlace: Text(cut(to.Place, longPlace)),
		ToAddr1: Text(cut(to.Address1, longAddress)), ToAddr2: Text(cut(to.Address2, longAddress)),
		ToPincode: pinNumber(to.PIN), ToState: stateNumber(to.State), ActToState: stateNumber(to.PlaceState),
		ShipToGSTIN: Text(to.OtherGSTIN), ShipToName: Text(cut(to.OtherName, longName)),

		TotalValue: rupees(sum.Taxable), CgstValue: rupees(sum.CGST), SgstValue: rupees(sum.SGST), IgstValue: rupees(sum.IGST),
		CessValue: rupees(sum.Cess), CessFixed: rupees(sum.CessFixed), OtherValue: rupees(sum.Other), TotInvValue: rupees(sum.Total),

		TransporterId: Text(c.Transport.TransporterID), TransporterName: Text(cut(c.Transport.TransporterName, longName)),
	}
	if c.SubSupply == gst.SubSupplyOthers {
		w.SubSupplyDesc = Text(cut(c.SubSupplyText, longReason))
	}
	return w
}

// wireWay is Part B as far as it is known. Without a mode there is none: the portal takes
// a vehicle or document without mode for a mistake.
//
// Source: e-way bill API 1.03, codes 621 and 622.
func wireWay(d *gst.EWayDetails) consignmentWay {
	w := consignmentWay{TransDistance: Text(fmt.Sprint(d.Distance))}
	if d.Mode == "" {
		return w
	}
	w.TransMode = Text(d.Mode)
	w.TransDocNo = Text(documentTail(d.DocumentNumber))
	if w.TransDocNo != "" {
		w.TransDocDate = dayText(d.DocumentDate)
	}
	if d.Vehicle != "" {
		w.VehicleNo, w.VehicleType = Text(d.Vehicle), Text(d.VehicleType)
	}
	return w
}

func wireItem(l *gst.ConsignmentLine) consignmentItem {
	return consignmentItem{
		ProductName: Text(goodsName(l.Name)), ProductDesc: Text(goodsName(l.Description)), HsnCode: Text(l.HSN),
		Quantity: amount3(l.Quantity), QtyUnit: Text(l.Unit), Taxable: rupees(l.Taxable),
		CgstRate: amount3(l.CGST), SgstRate: amount3(l.SGST), IgstRate: amount3(l.IGST), CessRate: amount3(l.Cess),
		CessNonadvol: rupees(l.CessFixed),
	}
}

// consignment returns what a bill that was read is of. The lines come beside it.
func (w *consignment) consignment() gst.Consignment {
	return gst.Consignment{
		Direction: gst.Direction(w.SupplyType), SubSupply: gst.SubSupply(Digits(w.SubSupplyType).small()), SubSupplyText: string(w.SubSupplyDesc),
		Paper: gst.PaperKind(w.DocType), Number: string(w.DocNo), Date: gst.Date(w.DocDate), Transaction: int(w.TransactionType),
		From: gst.ConsignmentEnd{
			GSTIN: string(w.FromGstin), Name: string(w.FromTrdName), State: string(w.FromState), Address1: string(w.FromAddr1),
			Address2: string(w.FromAddr2), Place: string(w.FromPlace), PIN: int(w.FromPincode), PlaceState: string(w.ActFromState),
			OtherGSTIN: string(w.DispatchGSTIN), OtherName: string(w.DispatchName),
		},
		To: gst.ConsignmentEnd{
			GSTIN: string(w.ToGstin), Name: string(w.ToTrdName), State: string(w.ToState), Address1: string(w.ToAddr1),
			Address2: string(w.ToAddr2), Place: string(w.ToPlace), PIN: int(w.ToPincode), PlaceState: string(w.ActToState),
			OtherGSTIN: string(w.ShipToGSTIN), OtherName: string(w.ShipToName),
		},
		Totals: gst.ConsignmentTotals{
			Taxable: gst.Paise(w.TotalValue), CGST: gst.Paise(w.CgstValue), SGST: gst.Paise(w.SgstValue), IGST: gst.Paise(w.IgstValue),
			Cess: gst.Paise(w.CessValue), CessFixed: gst.Paise(w.CessFixed), Other: gst.Paise(w.OtherValue), Total: gst.Paise(w.TotInvValue),
		},
		Transport: gst.EWayDetails{TransporterID: string(w.TransporterId), TransporterName: string(w.TransporterName)},
	}
}

// line returns goods that were read. Their HSN comes as a number, without a zero in front:
// codes have an even number of digits.
func (w *consignmentItem) line() gst.ConsignmentLine {
	hsn := string(w.HsnCode)
	if len(hsn)%2 == 1 && hsn != "0" {
		hsn = "0" + hsn
	}
	return gst.ConsignmentLine{
		Name: string(w.ProductName), Description: string(w.ProductDesc), HSN: hsn, Quantity: gst.Milli(w.Quantity),
		Unit: string(w.QtyUnit), Taxable: gst.Paise(w.Taxable), CGST: gst.Rate(w.CgstRate), SGST: gst.Rate(w.SgstRate),
		IGST: gst.Rate(w.IgstRate), Cess: gst.Rate(w.CessRate), CessFixed: gst.Paise(w.CessNonadvol),
	}
}
