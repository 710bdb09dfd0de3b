package desk

import (
	"errors"
	"testing"

	"mohar/gst"
)

func TestEWayOfPaperReadsTheStoreThenThePortal(t *testing.T) {
	h := build(t)
	here := h.made()
	b, err := h.EWayOfPaper(t.Context(), sharda, gst.PaperInvoice, here.Of.Number)
	if err != nil || b.ID != here.ID {
		t.Errorf("here: %+v, %v", b, err)
	}
	c := here.Of
	c.Number = "ELSE/1"
	made, err := h.portal().MakeEWay(t.Context(), &c)
	h.must(err)
	there, err := h.EWayOfPaper(t.Context(), sharda, gst.PaperInvoice, "ELSE/1")
	h.must(err)
	if there.ID != 0 || there.Number != made.Number || there.State != gst.EWayActive || !there.ValidUntil.Equal(made.ValidUntil) || there.Of.Number != "ELSE/1" {
		t.Errorf("there: %+v", there)
	}
	_, err = h.portal().CancelEWay(t.Context(), made.Number, gst.EWayCancelOrder, "not wanted")
	h.must(err)
	if there, err = h.EWayOfPaper(t.Context(), sharda, gst.PaperInvoice, "ELSE/1"); err != nil || there.State != gst.EWayCancelled {
		t.Errorf("cancelled there: %+v, %v", there, err)
	}
	if _, err := h.EWayOfPaper(t.Context(), sharda, gst.PaperChallan, "ELSE/1"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("another kind of paper: %v", err)
	}
}

func TestEWayOfIRNReadsTheStoreThenThePortal(t *testing.T) {
	h := build(t)
	bill := h.toBuyer()
	inv, _ := h.stored(bill.InvoiceID)
	here, err := h.EWayOfIRN(t.Context(), h.company, inv.IRN.Registration.IRN)
	if err != nil || here.ID != bill.ID {
		t.Errorf("here: %+v, %v", here, err)
	}
	irn := h.typedThere(`"ValDtls"`, `"EwbDtls":{"TransMode":"1","Distance":130,"VehNo":"MH12AB1234","VehType":"R"},"ValDtls"`)
	there, err := h.EWayOfIRN(t.Context(), h.company, irn)
	h.must(err)
	if there.ID != 0 || len(there.Number) != 12 || there.State != gst.EWayActive || there.ValidUntil.IsZero() || there.Of.IRN != irn {
		t.Errorf("there: %+v", there)
	}
	bare := h.typedThere("ERP/77", "ERP/78")
	if _, err := h.EWayOfIRN(t.Context(), h.company, bare); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("an IRN without bill: %v", err)
	}
}

const plainConsignment = `{"supplyType":"O","subSupplyType":"1","docType":"INV","docNo":"CON/1","docDate":"22/11/2026",
"fromGstin":"27AAPFU0939F1ZV","fromTrdName":"Sharda Traders","fromAddr1":"14 Dana Bazaar","fromPlace":"Pune","fromPincode":411002,
"actFromStateCode":27,"fromStateCode":27,"toGstin":"URP","toTrdName":"R. Kulkarni","toAddr1":"Plot 12, Sector 19","toPlace":"Navi Mumbai",
"toPincode":400703,"actToStateCode":27,"toStateCode":27,"transactionType":1,"totalValue":12900,"cgstValue":322.5,"sgstValue":322.5,
"totInvValue":13545,"transMode":"1","transDistance":"130","vehicleNo":"MH12AB1234","vehicleType":"R",
"itemList":[{"productName":"Cashew kernels","hsnCode":8013220,"quantity":15,"qtyUnit":"KGS","cgstRate":2.5,"sgstRate":2.5,"taxableAmount":12900}]}`

func TestAConsignmentOfAnotherProgramIsMade(t *testing.T) {
	h := build(t)
	c, err := OpenConsignment([]byte(plainConsignment))
	h.must(err)
	id, err := h.MakeEWay(t.Context(), sharda, 0, c)
	h.must(err)
	h.ewayStep()
	if b := h.eway(id); b.State != gst.EWayActive || b.Of.Number != "CON/1" || b.Of.Lines[0].HSN != "08013220" {
		t.Errorf("it stands %q: %v, %+v", b.State, b.Refusal, b.Of)
	}
	c.To.PIN, c.Lines[0].CGST = 110001, 9_000
	_, err = h.MakeEWay(t.Context(), sharda, 0, c)
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want gst.Invalid", err)
	}
	members := map[string]bool{}
	for _, f := range bad.Faults {
		members[EWayMember(f.Field)] = true
	}
	if !members["toPincode"] || !members["itemList[0].sgstRate"] {
		t.Errorf("faults at %v", members)
	}
}

func TestOpenConsignmentRefusesWhatIsNoObject(t *testing.T) {
	for _, text := range []string{"", "[]", "null", `{"docNo":`, plainConsignment + "}"} {
		var file *FileError
		if _, err := OpenConsignment([]byte(text)); !errors.As(err, &file) {
			t.Errorf("%.30q: %v, want a FileError", text, err)
		}
	}
}
