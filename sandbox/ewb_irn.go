package sandbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// stands reports whether a document has a bill that is in force.
func (b bill) stands(now time.Time) bool {
	if b.no == 0 || b.status == statusCancelled {
		return false
	}
	return !b.until.IsZero() || !now.After(b.made.AddDate(0, 0, partADays))
}

// bill makes the register's entry of a bill that was made with an IRN or by it: from here
// on it is one like any other.
func (j journey) bill(b bill, km int, by, irn string) *ewb {
	d := j.document
	from, to := firstValue(d.dispatch, j.get("DispDtls"), d.seller), firstValue(d.ship, j.get("ExpShipDtls"), d.buyer)
	e := &ewb{No: b.no, Maker: by, GenMode: "API", IRN: irn, Made: b.made, Status: statusActive, partA: partA{
		UserGstin: by, SupplyType: "O", SubSupplyType: "1", DocType: "INV", DocNo: d.number, DocDate: d.doc.text("Dt"),
		FromGstin: d.sgstin, FromTrdName: d.seller.text("LglNm"), FromAddr1: from.text("Addr1"), FromAddr2: from.text("Addr2"),
		FromPlace: from.text("Loc"), FromPincode: j.from, FromStateCode: stateOfCode(d.seller), ActFromStateCode: stateOfCode(from),
		ToGstin: d.buyer.text("Gstin"), ToTrdName: d.buyer.text("LglNm"), ToAddr1: to.text("Addr1"), ToAddr2: to.text("Addr2"),
		ToPlace: to.text("Loc"), ToPincode: j.to, ToStateCode: stateOfCode(d.buyer), ActToStateCode: stateOfCode(to), TransactionType: 1,
		TotalValue: figure(d.totals.figure("AssVal")), TotInvValue: figure(d.totals.figure("TotInvVal")),
		CgstValue: figure(d.totals.figure("CgstVal")), SgstValue: figure(d.totals.figure("SgstVal")),
		IgstValue: figure(d.totals.figure("IgstVal")), CessValue: figure(d.totals.figure("CesVal")),
		OtherValue:    figure(d.totals.figure("OthChrg") + d.totals.figure("RndOffAmt") - d.totals.figure("Discount")),
		TransporterId: j.upper("TransId"), TransporterName: j.text("TransName"), ActualDist: km, VehicleType: j.upper("VehType"),
	}}
	if d.abroad() {
		e.SubSupplyType = "3"
	}
	if to != d.buyer {
		e.TransactionType = 2
	}
	if from != d.seller {
		e.TransactionType += 2
	}
	if e.TransporterId != "" {
		e.Assigned = b.made
	}
	e.ItemList = d.goodsRows()
	if mode := j.text("TransMode"); mode != "" {
		e.move(ewbVehicle{
			Mode: "API", Vehicle: plateOf(j.text("VehNo")), Place: e.FromPlace, State: e.ActFromStateCode, By: by, Entered: b.made,
			TransMode: mode, DocNo: j.text("TransDocNo"), DocDate: j.text("TransDocDt"),
		}, e.VehicleType)
		e.Until = b.until
	}
	return e
}

// stateOfCode is the state of a party or place as a number.
func stateOfCode(at *value) int {
	n, err := strconv.Atoi(at.text("Stcd"))
	if err != nil {
		return 0
	}
	return n
}

// goodsRows are the items of a document as an e-way bill has them.
func (d *document) goodsRows() []ewbItem {
	var rows []ewbItem
	for i, it := range d.items {
		row := ewbItem{
			ItemNo: i + 1, ProductName: it.text("PrdDesc"), ProductDesc: it.text("PrdDesc"), HsnCode: json.Number(strings.TrimLeft(it.text("HsnCd"), "0")),
			Quantity: figure(it.figure("Qty")), QtyUnit: it.upper("Unit"), CessRate: figure(it.figure("CesRt")),
			CessNonAdvol: figure(it.figure("CesNonAdvlAmt")), TaxableAmount: figure(it.figure("AssAmt")),
		}
		rate := figure(it.figure("GstRt"))
		if d.integrated() {
			row.IgstRate = rate
		} else {
			row.CgstRate, row.SgstRate = rate/2, rate/2
		}
		rows = append(rows, row)
	}
	return rows
}

// paperOf finds the bill that stands for a document, made in whatever way; nil for none.
func (s *Sandbox) paperOf(ctx context.Context, d *document, now time.Time) (*ewb, error) {
	e := &ewb{partA: partA{FromGstin: d.sgstin, DocType: "INV", DocNo: d.number, DocDate: d.doc.text("Dt")}}
	return takenPaper(ctx, s.state.reader, e, now)
}

// adoptBills puts the bills of earlier states in the register of e-way bills, where they
// are not yet. A bill that cannot be made out stays what it was: a number of its document.
func (s *Sandbox) adoptBills(ctx context.Context) error {
	irns, err := s.state.unadopted(ctx)
	if err != nil {
		return err
	}
	for _, irn := range irns {
		if err := s.adoptBill(ctx, irn); err != nil {
			s.log.WarnContext(ctx, "e-way bill of an earlier state is not in the register", "irn", irn, "error", err)
		}
	}
	return nil
}

func (s *Sandbox) adoptBill(ctx context.Context, irn string) error {
	e, err := s.state.find(ctx, irn)
	if err != nil {
		return err
	}
	d, err := s.reopen(e)
	if err != nil {
		return err
	}
	j := s.newJourney(d, firstValue(d.eway, &value{kind: objectKind}), e.bill.made)
	way := j.bill(e.bill, roadKM(j.from, j.to), e.gstin, e.irn)
	if way.partAOnly() && !e.bill.until.IsZero() { // by IRN: what it was asked with is not kept
		way.move(ewbVehicle{Mode: "API", Place: way.FromPlace, State: way.ActFromStateCode, By: e.gstin, Entered: e.bill.made, TransMode: "1"}, "R")
		way.Until = e.bill.until
	}
	return s.state.write(ctx, func(tx *sql.Tx) error { return addEWB(ctx, tx, way, e.bill.made) })
}

// unadopted are the documents with a bill that the register of e-way bills lacks.
func (st *state) unadopted(ctx context.Context) ([]string, error) {
	rows, err := st.reader.QueryContext(ctx, `
		SELECT irn FROM documents WHERE ewb_no > 0 AND NOT EXISTS (SELECT 1 FROM eways WHERE no = ewb_no)`)
	if err != nil {
		return nil, fmt.Errorf("read documents with e-way bills: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	var irns []string
	for rows.Next() {
		var irn string
		if err := rows.Scan(&irn); err != nil {
			return nil, fmt.Errorf("read document with e-way bill: %w", err)
		}
		irns = append(irns, irn)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read documents with e-way bills: %w", err)
	}
	return irns, nil
}

// roadKM is the distance between two PIN codes: a known one, or else made up.
func roadKM(a, b int) int {
	if km := knownRoads[[2]int{min(a, b), max(a, b)}]; km > 0 {
		return km
	}
	return distance(a, b)
}

// tooFar reports whether a distance that was typed is longer than the portal takes: by
// more than a tenth where it knows the road, and within one PIN code.
func tooFar(from, to, km int) bool {
	known := knownRoads[[2]int{min(from, to), max(from, to)}]
	return km > maxKM || from == to && from < pinUnknown && km > samePINKM || known > 0 && km > known*11/10
}
