package handlers

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/views"
)

// ewayStates are the colour and the word of each state of an e-way bill.
var ewayStates = map[gst.EWayState]struct{ kind, word string }{
	gst.EWayPending:   {"wait", "Asked for"},
	gst.EWayUnknown:   {"wait", "Checking with the portal"},
	gst.EWayFailed:    {"bad", "Refused"},
	gst.EWayPartA:     {"wait", "No vehicle yet"},
	gst.EWayActive:    {"good", "Active"},
	gst.EWayExpired:   {"bad", "Expired"},
	gst.EWayDiscarded: {"muted", "Lapsed without vehicle"},
	gst.EWayCancelled: {"muted", "Cancelled"},
	gst.EWayClosed:    {"muted", "Closed"},
}

// subSupplyWords are the reasons of a movement.
//
// Source: e-way bill API 1.03, code list of sub-supply types.
var subSupplyWords = map[gst.SubSupply]string{
	gst.SubSupplySale: "Supply", gst.SubSupplyImport: "Import", gst.SubSupplyExport: "Export", gst.SubSupplyJobWork: "Job work",
	gst.SubSupplyOwnUse: "Own use", gst.SubSupplyJobReturn: "Job work returns", gst.SubSupplySalesReturn: "Sales return",
	gst.SubSupplyOthers: "Others", gst.SubSupplyLots: "In lots, SKD or CKD", gst.SubSupplyLineSales: "Line sales",
	gst.SubSupplyUnknownBuyer: "Recipient not known", gst.SubSupplyExhibition: "Exhibition or fair",
}

var directionWords = map[gst.Direction]string{gst.Outward: "Outward", gst.Inward: "Inward"}

var transactionWords = map[int]string{1: "Regular", 2: "Bill to, ship to", 3: "Bill from, dispatch from", 4: "Dispatched from and shipped to elsewhere"}

var paperWords = map[gst.PaperKind]string{
	gst.PaperInvoice: "Tax invoice", gst.PaperSupply: "Bill of supply", gst.PaperEntry: "Bill of entry",
	gst.PaperChallan: "Delivery challan", gst.PaperOther: "Other paper",
}

var ewayModes = []views.Option{
	{Value: "1", Label: "Road"}, {Value: "2", Label: "Rail"}, {Value: "3", Label: "Air"}, {Value: "4", Label: "Ship"},
}

// partBReasons are why Part B changes. Source: e-way bill API 1.03, code list of vehicle
// update reasons.
var partBReasons = []views.Option{
	{Value: "1", Label: "Break-down"}, {Value: "2", Label: "Trans-shipment"}, {Value: "3", Label: "Others"}, {Value: "4", Label: "First time"},
}

// extensionReasons are why more time is asked for. Source: e-way bill API 1.03, code list of
// extension reasons.
var extensionReasons = []views.Option{
	{Value: "", Label: "Choose …"}, {Value: "1", Label: "Natural calamity"}, {Value: "2", Label: "Law and order"},
	{Value: "4", Label: "Trans-shipment"}, {Value: "5", Label: "Accident"}, {Value: "99", Label: "Others"},
}

// ewayCancelReasons are in the order of the e-way bill system, which is not that of the IRN.
//
// Source: e-way bill API 1.03, code list of cancel reasons.
var ewayCancelReasons = []views.Option{
	{Value: "", Label: "Choose …"}, {Value: string(gst.EWayCancelDuplicate), Label: "Duplicate"},
	{Value: string(gst.EWayCancelOrder), Label: "Order cancelled"}, {Value: string(gst.EWayCancelDataEntry), Label: "Data entry mistake"},
	{Value: string(gst.EWayCancelOthers), Label: "Others"},
}

// transits are where goods wait that are on no vehicle.
var transits = []views.Option{
	{Value: "", Label: "Moving on the vehicle"}, {Value: "R", Label: "Waiting on the road"}, {Value: "W", Label: "Waiting in a warehouse"}, {Value: "O", Label: "Waiting elsewhere"},
}

// ewayDeeds are what is said of each action: the button, its icon, what is asked for, and
// what is done.
var ewayDeeds = map[gst.EWayAction]struct{ label, icon, submit, asked, done string }{
	gst.EWayMake:        {"Make it", "send", "Make it", "E-way bill asked for", "E-way bill made"},
	gst.EWayPartB:       {"Enter the vehicle (Part B)", "truck", "Send to the portal", "Vehicle sent", "Vehicle entered"},
	gst.EWayExtend:      {"Extend the validity", "clock", "Extend", "Extension asked for", "Extended"},
	gst.EWayReassign:    {"Give it to a transporter", "users", "Give it to them", "Transporter sent", "Given to a transporter"},
	gst.EWayCancel:      {"Cancel", "ban", "Cancel this e-way bill", "Cancelling asked for", "Cancelled"},
	gst.EWayReject:      {"Reject: these goods are not ours", "x", "Reject this e-way bill", "Rejecting asked for", "Rejected"},
	gst.EWayTrip:        {"Put on a trip sheet", "file-text", "", "Trip sheet asked for", "On a trip sheet"},
	gst.EWayTripAgain:   {"New vehicle for the trip sheet", "repeat", "", "Trip sheet asked for again", "Trip sheet made again"},
	gst.EWayGroupStart:  {"Split over several vehicles", "repeat", "Begin", "Several vehicles asked for", "Split over several vehicles"},
	gst.EWayGroupAdd:    {"Add a vehicle of the group", "plus", "Add the vehicle", "Vehicle of a group sent", "Vehicle of a group added"},
	gst.EWayGroupChange: {"Change a vehicle of the group", "repeat", "Change it", "Change in a group sent", "Vehicle of a group changed"},
	gst.EWayClose:       {"Close: delivered", "circle-check", "Close it", "Closing asked for", "Closed"},
}

// option is the words of a choice.
func option(options []views.Option, value string) string {
	for _, o := range options {
		if o.Value == value && value != "" {
			return o.Label
		}
	}
	return value
}

// grouped sets the number of an e-way bill in fours, as the portal prints it.
func grouped(number string) string {
	if len(number) != 12 {
		return number
	}
	return number[:4] + " " + number[4:8] + " " + number[8:]
}

// minute is a moment to the minute.
func minute(t time.Time) string { return t.In(gst.IST).Format("2 Jan 2006, 15:04") }

// shortMinute is a moment of these weeks.
func shortMinute(t time.Time) string { return t.In(gst.IST).Format("2 Jan, 15:04") }

// inGeneral is a time in its two largest units, "1 day 6 h", "6 h", "40 min".
func inGeneral(d time.Duration) string {
	days, hours := int(d/(24*time.Hour)), int(d%(24*time.Hour)/time.Hour)
	switch {
	case days >= 3:
		return strconv.Itoa(days) + " days"
	case days > 0 && hours > 0:
		return entries(days, "day", "days") + " " + strconv.Itoa(hours) + " h"
	case days > 0:
		return entries(days, "day", "days")
	case hours > 0:
		return strconv.Itoa(hours) + " h"
	}
	return strconv.Itoa(max(int(d/time.Minute), 1)) + " min"
}

// The hours within which what is left of a bill is said in red and in yellow.
const (
	leftBad  = 8 * time.Hour
	leftWait = 24 * time.Hour
)

// leftOf says what is left of a bill, with its colour, and until when; empty where it does
// not end by itself.
func leftOf(b *gst.EWay, now time.Time) (words, kind, end string) {
	until := b.Ends()
	if until.IsZero() {
		return "", "", ""
	}
	left := until.Sub(now)
	if b.State == gst.EWayPartA {
		end = "until " + until.In(gst.IST).Format("2 Jan, 15:04")
		switch {
		case left < 0:
			return "", "", end
		case left < leftWait:
			return inGeneral(left) + " for the vehicle", "bad", end
		case left < 3*leftWait:
			return inGeneral(left) + " for the vehicle", "wait", end
		}
		return inGeneral(left) + " for the vehicle", "muted", end
	}
	end = "until " + shortMinute(until)
	switch {
	case left < -leftBad:
		return "over", "muted", end
	case left < 0:
		return inGeneral(-left) + " over", "bad", end
	case left < leftBad:
		return inGeneral(left) + " left", "bad", end
	case left < leftWait:
		return inGeneral(left) + " left", "wait", end
	}
	return inGeneral(left) + " left", "good", end
}

// otherSide is who is on the other side of the company's bill.
func otherSide(b *gst.EWay) string {
	from, to := endName(b.Of.From), endName(b.Of.To)
	switch {
	case b.Role == gst.EWayTransporter:
		return from + " → " + to
	case b.Of.To.GSTIN == string(b.Company) && b.Of.From.GSTIN != string(b.Company):
		return from
	}
	return to
}

// endName is who stands at an end of a movement.
func endName(e gst.ConsignmentEnd) string {
	if e.GSTIN == gst.UnregisteredParty {
		return cmp.Or(e.Name, "Unregistered")
	}
	return cmp.Or(e.Name, e.GSTIN)
}

// journey is from where to where, and how far.
func journey(c *gst.Consignment) string {
	way := cmp.Or(c.From.Place, "?") + " → " + cmp.Or(c.To.Place, "?")
	if c.Transport.Distance > 0 {
		way += " · " + counted(c.Transport.Distance) + " km"
	}
	return way
}

// ewayWhy says why something of the e-way bill system waits or was refused, by its code.
func ewayWhy(code string) string {
	for _, key := range []string{"ewaycode." + code, "portal." + code} {
		if code != "" && lang.English.Has(key) {
			return lang.English.Text(key)
		}
	}
	return ""
}

// ewayDetails are the codes of a refusal of the e-way bill system with what they mean.
func ewayDetails(no *gst.Refusal) (details []views.ProblemDetail) {
	if no == nil {
		return nil
	}
	for _, code := range no.Codes {
		words := ewayWhy(code.Code)
		switch {
		case words == "":
			words = cmp.Or(code.Message, "The portal gave no words for it.")
		case code.Message != "" && !strings.EqualFold(code.Message, words):
			words += " (The portal says: " + code.Message + ")"
		}
		details = append(details, views.ProblemDetail{Code: code.Code, Text: words})
	}
	return details
}

// placeWords are an address as a page shows it.
func placeWords(e gst.ConsignmentEnd) []string {
	place := e.Place
	if e.PIN != 0 && e.PIN != gst.ForeignPIN {
		place = strings.TrimSpace(place + " " + strconv.Itoa(e.PIN))
	}
	if name := master.StateName(e.PlaceState); name != "" {
		place = strings.TrimPrefix(place+", "+name, ", ")
	}
	var lines []string
	for _, line := range []string{e.Address1, e.Address2, place} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	if e.OtherName != "" {
		lines = append([]string{"at " + e.OtherName}, lines...)
	}
	return lines
}
