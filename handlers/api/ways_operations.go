package api

import (
	"net/http"
	"slices"

	"mohar/db"
	"mohar/gst"
)

// Headings of the description.
const (
	tagEWays = "E-way bills"
	tagTrips = "Trip sheets"
)

// Examples of bodies.
const (
	exampleNumber   = `{"number": "301002999920"}`
	examplePartB    = `{"mode": "1", "vehicle": "MH12AB1234", "place": "Pune", "state": "27", "reason": "4"}`
	exampleEWayBill = `{"supplyType": "I", "subSupplyType": "1", "docType": "INV", "docNo": "SUP/118", "docDate": "20/11/2026",
 "fromGstin": "29AABCT1332L1ZD", "fromTrdName": "Mysore Metals", "fromAddr1": "3 Ring Road", "fromPlace": "Mysuru",
 "fromPincode": 570001, "fromStateCode": 29, "actFromStateCode": 29,
 "toGstin": "27AAPFU0939F1ZV", "toTrdName": "Sharda Traders", "toAddr1": "14 Dana Bazaar", "toPlace": "Pune",
 "toPincode": 411002, "toStateCode": 27, "actToStateCode": 27, "transactionType": 1,
 "totalValue": 100000, "cgstValue": 0, "sgstValue": 0, "igstValue": 18000, "cessValue": 0, "cessNonAdvolValue": 0,
 "otherValue": 0, "totInvValue": 118000,
 "transMode": "1", "transDistance": "850", "vehicleNo": "KA09AB1234", "vehicleType": "R",
 "itemList": [{"productName": "Steel rods", "hsnCode": "7214", "quantity": 2, "qtyUnit": "MTS", "taxableAmount": 100000,
  "cgstRate": 0, "sgstRate": 0, "igstRate": 18, "cessRate": 0}]}`
)

// about texts that several calls share.
const (
	aboutAnswer = "The portal answers while you wait, at most as long as `wait` says; after that the bill shows what is `asked`, and the program goes on by itself. " +
		"What the portal refused is in `refused` and `errors`; the status is then 200 all the same, since the wish was taken and answered."
	aboutOffers = " Whether it is possible now, until when, or why not, is in the bill's `offers`; what is not possible is answered with 409 and the portal's code for it."
)

// changing are the parameters of a call that changes a bill.
func changing(more ...param) []param { return append([]param{waitParam, ifMatchParam}, more...) }

// paperParam chooses the size of a print.
var paperParam = param{name: "paper", in: "query", kind: "string", values: []string{"a4", "a5"}, about: "size of the paper; a4 without it"}

// ewayOperations are the calls about e-way bills.
func (s *Server) ewayOperations() []operation {
	return slices.Concat(s.ewayReading(), s.ewayMaking(), s.ewayFetching(), s.ewayOrdering())
}

// ewayReading are those that show them.
func (s *Server) ewayReading() []operation {
	const document = "/companies/{gstin}/documents/{id}/ewaybill"
	return []operation{
		{
			method: http.MethodGet, path: ewaysPath, id: "listEWayBills", tag: tagEWays, summary: "List e-way bills", scope: db.ScopeRead,
			about: "Newest first; under the tabs `part_a`, `gate` and `expiring` the one that ends first comes first.",
			params: append([]param{
				{name: "tab", in: "query", kind: "string", values: ewayTabs, about: "to_do: asked of the portal or refused. active: valid now. part_a: without vehicle. expiring: ends within a day, or ended less than eight hours ago. expired. cancelled: or closed, or given up. others: made by others in the company's name. transporter: to be carried by it. gate: waits for its vehicle; all without it"},
				{name: "q", in: "query", kind: "string", about: "part of number, paper's number, party, GSTIN, transporter, vehicle or trip sheet"},
				{name: "number", in: "query", kind: "string", about: "the bill of this number, 12 digits; other filters do not count then"},
				{name: "vehicle", in: "query", kind: "string", about: "part of a vehicle number"},
				{name: "from", in: "query", kind: "string", about: "made, or asked for, on this day or later, as 2026-11-22"},
				{name: "to", in: "query", kind: "string", about: "made, or asked for, on this day or earlier"},
			}, pageParams...),
			gives: page[eway]{}, handle: s.listEWays,
		},
		{
			method: http.MethodGet, path: ewaysPath + "/{id}", id: "getEWayBill", tag: tagEWays, summary: "Read an e-way bill", scope: db.ScopeRead,
			about:  "With `offers`: what can be done about it, until when, or why not. The ETag changes with them.",
			params: []param{waitParam}, gives: eway{}, handle: s.getEWay,
		},
		{
			method: http.MethodGet, path: document, id: "getEWayBillOfDocument", tag: tagEWays, summary: "Read the e-way bill of a document", scope: db.ScopeRead,
			about:  "The newest one, in whatever state.",
			params: []param{waitParam}, gives: eway{}, handle: s.getEWayOf,
		},
		{
			method: http.MethodGet, path: document + "/proposal", id: "proposeEWayBill", tag: tagEWays, summary: "Propose the e-way bill of a document", scope: db.ScopeRead,
			about: "What it would say, and what is still missing. The distance is the one of the last bill between the two PIN codes, the transporter's id the one remembered by the name. Nothing is stored.",
			gives: ewayProposal{}, handle: s.proposeEWay,
		},
		{
			method: http.MethodGet, path: ewaysPath + "/{id}/events", id: "listEWayBillEvents", tag: tagEWays, summary: "List what happened to an e-way bill", scope: db.ScopeRead,
			about: "The oldest first, all in one page.", gives: page[event]{}, handle: s.listEWayEvents,
		},
		{
			method: http.MethodGet, path: ewaysPath + "/{id}/pdf", id: "getEWayBillPDF", tag: tagEWays, summary: "Print an e-way bill", scope: db.ScopeRead,
			params: []param{{name: "layout", in: "query", kind: "string", values: []string{"full", "slip"}, about: "full: Part A and B. slip: the short form for the driver; full without it"}, paperParam},
			file:   "application/pdf", handle: s.ewayPDF,
		},
	}
}

// ewayMaking are those by which a bill comes to be, or is given up.
func (s *Server) ewayMaking() []operation {
	return []operation{
		{
			method: http.MethodPost, path: ewaysPath, id: "makeEWayBill", tag: tagEWays, summary: "Make an e-way bill without a document", scope: db.ScopeWrite,
			about: "For goods that move on somebody else's paper, or without one of those kept here. The body is NIC's e-way bill JSON (API 1.03); numbers may be texts and texts numbers. " +
				"A paper that has a bill already, or one asked for, is answered with 409. " + aboutAnswer,
			params: []param{waitParam}, takes: ewayBillRequest{}, gives: eway{}, status: http.StatusCreated, example: exampleEWayBill, handle: s.makeEWay, again: s.ewayMade,
		},
		{
			method: http.MethodPost, path: "/companies/{gstin}/documents/{id}/ewaybill", id: "makeEWayBillOfDocument", tag: tagEWays, summary: "Make the e-way bill of a document", scope: db.ScopeWrite,
			about: "Paper, goods and values are the document's; the body says how the goods go, and what it leaves out stays as proposed. It goes by the IRN where the law wants that: then it waits for the IRN if that is under way. " +
				"One that the portal refused is asked for again. " + aboutAnswer,
			params: []param{waitParam}, takes: ewayTransport{}, gives: eway{}, status: http.StatusCreated,
			example: `{"mode": "1", "vehicle": "MH12AB1234", "distance": 160}`, handle: s.makeDocumentEWay, again: s.ewayMade,
		},
		{
			method: http.MethodPost, path: ewaysPath + "/{id}/retry", id: "retryEWayBill", tag: tagEWays, summary: "Ask again for a refused e-way bill", scope: db.ScopeWrite,
			about:  "Of a document of the company's the body is the transport, as for making it; of others the whole e-way bill JSON. Without a body the same is asked again. " + aboutAnswer,
			params: changing(), takes: either{ewayTransport{}, ewayBillRequest{}}, gives: eway{}, handle: s.retryEWay, again: s.ewayAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: ewaysPath + "/{id}/drop", id: "dropEWayBill", tag: tagEWays, summary: "Give up a refused e-way bill", scope: db.ScopeWrite,
			about:  "It leaves what is to be done; `retry` takes it up again.",
			params: []param{ifMatchParam}, gives: eway{}, handle: s.dropEWay, again: s.ewayAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: ewaysPath + "/{id}/withdraw", id: "withdrawEWayBillOrder", tag: tagEWays, summary: "Take back what was not sent yet", scope: db.ScopeWrite,
			about: "As long as nothing was sent to the portal. A bill that was to be made and never sent is gone then (204).", gives: eway{}, handle: s.withdrawEWay,
		},
	}
}

// ewayFetching are those that bring bills from the portal, and show them to drivers.
func (s *Server) ewayFetching() []operation {
	return []operation{
		{
			method: http.MethodPost, path: ewaysPath + "/{id}/refresh", id: "refreshEWayBill", tag: tagEWays, summary: "Read an e-way bill anew from the portal", scope: db.ScopeWrite,
			gives: eway{}, handle: s.refreshEWay, again: s.ewayAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: ewaysPath + "/adopt", id: "adoptEWayBill", tag: tagEWays, summary: "Fetch an e-way bill by its number", scope: db.ScopeWrite,
			about: "One that was made elsewhere, on which the company is named; it is kept here from then on.",
			takes: ewayNumberSent{}, gives: eway{}, example: exampleNumber, handle: s.adoptEWay, again: s.ewayAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: ewaysPath + "/fetch", id: "fetchEWayBills", tag: tagEWays, summary: "Fetch a list of e-way bills", scope: db.ScopeWrite,
			about: "Day by day from the portal; bills that stand as they do here cost no call of their own.",
			takes: ewayFetch{}, gives: ewayFetched{}, example: `{"list": "others", "from": "2026-11-22"}`, handle: s.fetchEWays,
		},
		{
			method: http.MethodPost, path: ewaysPath + "/{id}/share", id: "shareEWayBill", tag: tagEWays, summary: "Make a link for the driver", scope: db.ScopeWrite,
			about: "It lives a day longer than the bill, and is told this once.", gives: ewayShared{}, status: http.StatusCreated, handle: s.shareEWay,
		},
		{
			method: http.MethodDelete, path: ewaysPath + "/{id}/share", id: "unshareEWayBill", tag: tagEWays, summary: "End the driver's links", scope: db.ScopeWrite,
			status: http.StatusNoContent, handle: s.unshareEWay,
		},
	}
}

// ewayOrdering are those that ask the portal to change one.
func (s *Server) ewayOrdering() []operation {
	order := func(path, id, summary, about, example string, scope db.Scope, takes any, read orderReader) operation {
		return operation{
			method: http.MethodPost, path: ewaysPath + "/{id}" + path, id: id, tag: tagEWays, summary: summary, scope: scope,
			about: about + aboutOffers + " " + aboutAnswer, params: changing(), takes: takes, gives: eway{}, example: example, handle: s.ordering(scope, read), again: s.ewayAgain(scope),
		}
	}
	list := []operation{
		order("/vehicle", "enterPartB", "Enter the vehicle (Part B)", "The first one, or another one on the way.", examplePartB,
			db.ScopeWrite, partBSent{}, s.orderPartB),
		order("/transporter", "reassignTransporter", "Give it to another transporter", "", `{"transporter_id": "29AABCT1332L1ZD", "transporter_name": "Deccan Roadways"}`,
			db.ScopeWrite, transporterSent{}, s.orderTransporter),
		order("/cancel", "cancelEWayBill", "Cancel an e-way bill", "Within 24 hours, by who made it.", `{"reason": "3", "remark": "Wrong quantity"}`,
			db.ScopeCancel, cancelSent{}, s.orderCancel),
		order("/reject", "rejectEWayBill", "Reject an e-way bill of another", "Within 72 hours, by the other party. The body may be left out.", `{"remark": "Not ordered"}`,
			db.ScopeCancel, rejectSent{}, s.orderReject),
		order("/close", "closeEWayBill", "Say that the goods were delivered", "The government has put this on hold.", `{"closed_on": "2026-11-22", "remark": "Delivered"}`,
			db.ScopeCancel, closeSent{}, s.orderClose),
		order("/vehicles/start", "startVehicles", "Begin a movement by several vehicles", "From a place on the way to another.",
			`{"from_place": "Pune", "from_state": "27", "to_place": "Navi Mumbai", "to_state": "27", "mode": "1", "quantity": 10, "unit": "KGS", "reason": "2"}`,
			db.ScopeWrite, groupSent{}, s.orderGroup),
		order("/vehicles/add", "addVehicle", "Add a vehicle to a movement by several", "", `{"group": 1, "vehicle": "MH12AB4321", "quantity": 5}`,
			db.ScopeWrite, groupVehicleSent{}, s.orderGroupVehicle),
		order("/vehicles/change", "changeVehicle", "Change a vehicle of a movement by several", "",
			`{"group": 1, "old_vehicle": "MH12AB4321", "new_vehicle": "MH12CD7777", "place": "Lonavala", "state": "27", "reason": "1"}`,
			db.ScopeWrite, groupSwapSent{}, s.orderGroupSwap),
	}
	return append(list,
		operation{
			method: http.MethodPost, path: ewaysPath + "/{id}/extend", id: "extendEWayBill", tag: tagEWays, summary: "Extend the validity", scope: db.ScopeWrite,
			about: "Possible from eight hours before its end to eight hours behind it. With `when` = `open` it is planned, and asked for as soon as that begins. " +
				"What is left out of vehicle, document and place stays as it was entered last." + aboutOffers + " " + aboutAnswer,
			params: changing(), takes: extensionSent{}, gives: eway{}, example: `{"when": "open", "distance": 120, "reason": "4"}`, handle: s.extendEWay, again: s.ewayAgain(db.ScopeWrite),
		},
		operation{
			method: http.MethodDelete, path: ewaysPath + "/{id}/extend", id: "unplanExtension", tag: tagEWays, summary: "Give up a planned extension", scope: db.ScopeWrite,
			gives: eway{}, handle: s.unplanEWay,
		})
}

// tripOperations are the calls about trip sheets.
func (s *Server) tripOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: tripsPath, id: "listTrips", tag: tagTrips, summary: "List trip sheets", scope: db.ScopeRead,
			about: "Newest first.", params: pageParams, gives: page[trip]{}, handle: s.listTrips,
		},
		{
			method: http.MethodPost, path: tripsPath, id: "makeTrip", tag: tagTrips, summary: "Make a trip sheet", scope: db.ScopeWrite,
			about:  "One paper for all e-way bills that a vehicle carries. Bills that are not kept here may be among them.",
			params: []param{waitParam}, takes: tripSent{}, gives: trip{}, status: http.StatusCreated,
			example: `{"bills": ["301002999920", "301002999921"], "vehicle": "MH12AB1234", "place": "Pune", "state": "27"}`, handle: s.makeTrip, again: s.tripMade,
		},
		{
			method: http.MethodGet, path: tripsPath + "/{id}", id: "getTrip", tag: tagTrips, summary: "Read a trip sheet", scope: db.ScopeRead,
			params: []param{waitParam}, gives: trip{}, handle: s.getTrip,
		},
		{
			method: http.MethodGet, path: tripsPath + "/{id}/pdf", id: "getTripPDF", tag: tagTrips, summary: "Print a trip sheet", scope: db.ScopeRead,
			params: []param{paperParam}, file: "application/pdf", handle: s.tripPDF,
		},
		{
			method: http.MethodPost, path: tripsPath + "/{id}/again", id: "makeTripAgain", tag: tagTrips, summary: "Make a trip sheet again with another vehicle", scope: db.ScopeWrite,
			about:  "The new sheet has a number of its own; all its bills get the new vehicle.",
			params: []param{waitParam}, takes: tripAgainSent{}, gives: trip{}, status: http.StatusCreated,
			example: `{"vehicle": "MH12CD7777", "reason": "1", "remark": "Axle broke"}`, handle: s.tripAgain, again: s.tripMade,
		},
		{
			method: http.MethodPost, path: tripsPath + "/{id}/withdraw", id: "withdrawTrip", tag: tagTrips, summary: "Take back a trip sheet that was not sent yet", scope: db.ScopeWrite,
			gives: trip{}, handle: s.withdrawTrip,
		},
	}
}

// ewayBillRequest stands for NIC's e-way bill JSON in the description; desk reads it.
type ewayBillRequest struct{ gst.Consignment }

// either is one of several kinds of body.
type either []any
