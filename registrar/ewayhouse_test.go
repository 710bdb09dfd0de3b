package registrar_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
)

// The operations on e-way bills, as the wire tells them apart; a read is opEWayGet.
const (
	opEWayAuth   = "eway_auth"
	opEWayMake   = "eway_make"
	opEWayChange = "eway_change"
	opEWayGet    = "eway_get"
)

// ewayOperation names what a call on e-way bills asks for; empty for any other.
func ewayOperation(p *passage) string {
	path, query := p.req.URL.Path, p.req.URL.Query()
	byIRN := strings.Contains(path, "/eiewb/")
	if !byIRN && !strings.Contains(path, "ewaybill") && !strings.Contains(path, "/taxpro/v1.03/dec/") {
		return ""
	}
	action := query.Get("action")
	if action == "" {
		var body struct{ Action string }
		_ = json.Unmarshal(p.body, &body) // a read has none
		action = body.Action
	}
	switch {
	case strings.HasSuffix(path, "/auth"):
		return opEWayAuth
	case p.req.Method == http.MethodGet:
		return opEWayGet
	case byIRN, action == "GENEWAYBILL":
		return opEWayMake
	}
	return opEWayChange
}

// ewaySays is the e-way bill system's refusal with a code, which never acts.
func ewaySays(code string) treatment { return said(http.StatusOK, jsons, ewayRefusal(code)) }

func ewayRefusal(code string) string {
	text := base64.StdEncoding.EncodeToString([]byte(`{"errorCodes":"` + code + `"}`))
	return `{"status":"0","error":"` + text + `","info":null}`
}

// The other ends of consignments.
const (
	konkanLLP = "27AABFK4417C1ZS"
	carrier   = "27AAACT2727Q1ZW"
)

// consignment is what goes to a consumer in Navi Mumbai by our own van.
func consignment(number string, change ...func(*gst.Consignment)) gst.Consignment {
	c := gst.Consignment{
		Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: number, Date: 20261120, Transaction: 1,
		From: gst.ConsignmentEnd{
			GSTIN: string(sharda), Name: "Sharda Traders", State: "27", Address1: "14 Dana Bazaar", Place: "Pune", PIN: 411002, PlaceState: "27",
		},
		To: gst.ConsignmentEnd{
			GSTIN: gst.UnregisteredParty, Name: "R. Kulkarni", State: "27", Address1: "Plot 12, Sector 19", Place: "Navi Mumbai", PIN: 400703, PlaceState: "27",
		},
		Lines: []gst.ConsignmentLine{{
			Name: "Cashew kernels W320", HSN: "08013220", Quantity: 150_000, Unit: "KGS", Taxable: 129_000_00, CGST: 2_500, SGST: 2_500,
		}},
		Totals:    gst.ConsignmentTotals{Taxable: 129_000_00, CGST: 3_225_00, SGST: 3_225_00, Total: 135_450_00},
		Transport: gst.EWayDetails{Mode: "1", Distance: 130, Vehicle: "MH12AB1234", VehicleType: "R"},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

// partAOnly leaves the vehicle out: the transporter will enter it.
func partAOnly(c *gst.Consignment) {
	c.Transport = gst.EWayDetails{TransporterID: string(sharda), Distance: 130}
}

// ask stores a bill that the e-way bill system is to make.
func (h *house) ask(number string, change ...func(*gst.Consignment)) int64 {
	h.t.Helper()
	id, err := h.store.AddEWay(h.t.Context(), &gst.EWay{
		Company: sharda, Mode: gst.Practice, Route: gst.EWayDirect, Of: consignment(number, change...),
	})
	h.must(err)
	return id
}

// askByIRN stores a bill that is to be made of a document.
func (h *house) askByIRN(invoice int64) int64 {
	h.t.Helper()
	inv, _, err := h.store.Invoice(h.t.Context(), sharda, invoice)
	h.must(err)
	id, err := h.store.AddEWay(h.t.Context(), &gst.EWay{
		Company: sharda, Mode: gst.Practice, InvoiceID: invoice, Route: gst.EWayByIRN,
		Of: consignment(inv.Number, func(c *gst.Consignment) {
			c.To.GSTIN, c.To.Name = inv.Buyer.GSTIN, inv.Buyer.LegalName
			c.Totals = gst.ConsignmentTotals{Taxable: inv.Totals.Taxable, CGST: inv.Totals.CGST, SGST: inv.Totals.SGST, Total: inv.Totals.Total}
		}),
	})
	h.must(err)
	return id
}

// made makes a bill and returns it.
func (h *house) made(number string, change ...func(*gst.Consignment)) *gst.EWay {
	h.t.Helper()
	id := h.ask(number, change...)
	h.ewayStep()
	return h.eway(id)
}

// order asks for something about a bill.
func (h *house) order(id int64, o gst.EWayOrder) {
	h.t.Helper()
	h.must(h.store.OrderEWay(h.t.Context(), sharda, id, o))
}

// ewayStep does one step and wants there to be one.
func (h *house) ewayStep() {
	h.t.Helper()
	done, err := h.desk.EWayOne(h.t.Context())
	h.must(err)
	if !done {
		h.t.Fatal("nothing is due about e-way bills")
	}
}

// ewayIdle wants nothing to be due about e-way bills.
func (h *house) ewayIdle() {
	h.t.Helper()
	done, err := h.desk.EWayOne(h.t.Context())
	h.must(err)
	if done {
		h.t.Fatal("something is due about e-way bills")
	}
}

// eway returns a bill as it is kept.
func (h *house) eway(id int64) *gst.EWay {
	h.t.Helper()
	b, err := h.store.EWay(h.t.Context(), sharda, id)
	h.must(err)
	return b
}

// ewayKinds returns the kinds of a bill's events, oldest first.
func (h *house) ewayKinds(id int64) string {
	h.t.Helper()
	events, err := h.store.EWayEvents(h.t.Context(), sharda, id)
	h.must(err)
	var kinds []string
	for _, e := range events {
		kinds = append(kinds, strings.TrimSuffix(string(e.Kind)+":"+e.Code, ":"))
	}
	return strings.Join(kinds, " ")
}

// bookedEWay is an e-way bill in the sandbox's ledger.
type bookedEWay struct {
	No         string
	GSTIN      string
	DocNo      string `json:"doc_no"`
	IRN        string
	Status     string
	MakeCalls  int    `json:"make_calls"`
	ValidUntil string `json:"valid_until"`
	Extensions int
	Vehicles   json.RawMessage
	Trip       json.RawMessage
}

// ewayBook is the portal's ledger of the bills of a paper.
func (h *house) ewayBook(paper string) []bookedEWay {
	h.t.Helper()
	var ledger struct{ EWays []bookedEWay }
	h.admin(http.MethodGet, "/_sandbox/ledger", nil, &ledger)
	return slices.DeleteFunc(ledger.EWays, func(b bookedEWay) bool { return b.DocNo != paper })
}

// ewayBook is that of a lab.
func (l *lab) ewayBook(paper string) []bookedEWay {
	l.t.Helper()
	var ledger struct{ EWays []bookedEWay }
	l.tell(http.MethodGet, "/_sandbox/ledger", nil, &ledger)
	return slices.DeleteFunc(ledger.EWays, func(b bookedEWay) bool { return b.DocNo != paper })
}

// only leaves the company one provider.
func (h *house) only(p gst.Provider) {
	h.t.Helper()
	for _, cred := range practiceUsers() {
		cred.Enabled = cred.Provider == p
		h.must(h.store.SaveCredentials(h.t.Context(), sharda, cred))
	}
}

// onWay is Part B with another vehicle, from Lonavala.
func onWay(vehicle string) *gst.PartB {
	return &gst.PartB{Mode: "1", Vehicle: vehicle, VehicleType: "R", Place: "Lonavala", State: "27", Reason: "2", Remark: "trans-shipped"}
}

// moreTime is an extension on the way.
func moreTime() *gst.EWayExtension {
	return &gst.EWayExtension{
		PartB: gst.PartB{Mode: "1", Vehicle: "MH12AB1234", VehicleType: "R", Place: "Lonavala", State: "27", Reason: "1", Remark: "landslide"},
		PIN:   410401, Distance: 60,
	}
}

// nearItsEnd moves the clock into the window in which a bill may be extended.
func (c *clock) nearItsEnd(b *gst.EWay) { c.advance(b.ValidUntil.Add(-2 * time.Hour).Sub(c.now())) }

// trip is a trip sheet of bills in one vehicle.
func trip(vehicle string, bills ...*gst.EWay) *gst.TripSheet {
	t := &gst.TripSheet{
		Company: sharda, Mode: gst.Practice, State: gst.EWayPending,
		PartB: gst.PartB{Mode: "1", Vehicle: vehicle, VehicleType: "R", Place: "Pune", State: "27"},
	}
	for _, b := range bills {
		t.Bills = append(t.Bills, gst.TripBill{
			EWayID: b.ID, Number: b.Number, Date: b.Made, ValidUntil: b.ValidUntil, Paper: b.Of.Number, PaperDate: b.Of.Date, Total: b.Of.Totals.Total,
		})
	}
	return t
}

// sentEvents counts how often something was sent for a bill.
func (h *house) sentEvents(id int64) (n int) {
	h.t.Helper()
	events, err := h.store.EWayEvents(h.t.Context(), sharda, id)
	h.must(err)
	for _, e := range events {
		if e.Kind == db.EventEWaySent {
			n++
		}
	}
	return n
}
