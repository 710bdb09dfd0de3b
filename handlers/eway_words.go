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

// ewayKinds are the colours of the states of an e-way bill; see StateDot.
var ewayKinds = map[gst.EWayState]string{
	gst.EWayPending: "wait", gst.EWayUnknown: "wait", gst.EWayFailed: "bad", gst.EWayPartA: "wait", gst.EWayActive: "good",
	gst.EWayExpired: "bad", gst.EWayDiscarded: "muted", gst.EWayCancelled: "muted", gst.EWayClosed: "muted",
}

// ewayLook is the colour and the word of a state.
func ewayLook(state gst.EWayState) (kind, word string) {
	return ewayKinds[state], ewayWords("state", state)
}

// ewayWords are the words of a code of the e-way bill system, which stand below "eway." and
// the kind of code; the code itself where it has none.
func ewayWords[C ~string](kind string, code C) string {
	key := "eway." + kind + "." + string(code)
	if lang.English.Has(key) {
		return lang.English.Text(key)
	}
	return string(code)
}

// ewayOptions are a choice of codes with their words, behind what stands for none of them.
func ewayOptions(kind, none string, codes ...string) []views.Option {
	var options []views.Option
	if none != "" {
		options = append(options, views.Option{Label: none})
	}
	for _, code := range codes {
		options = append(options, views.Option{Value: code, Label: ewayWords(kind, code)})
	}
	return options
}

// The code lists that people choose from, in the order of the e-way bill system.
//
// Source: e-way bill API 1.03, master codes.
func ewayModes() []views.Option { return ewayOptions("mode", "", "1", "2", "3", "4") }

// partBReasons are why Part B changes; the first entry has a reason of its own.
func partBReasons() []views.Option { return ewayOptions("reason", "Choose …", "1", "2", "3") }

// extensionReasons are why more time is asked for.
func extensionReasons() []views.Option {
	return ewayOptions("extend", "Choose …", "1", "2", "4", "5", "99")
}

// ewayCancelReasons are in another order than those of the IRN.
func ewayCancelReasons() []views.Option {
	return ewayOptions("cancel", "Choose …", string(gst.EWayCancelDuplicate), string(gst.EWayCancelOrder), string(gst.EWayCancelDataEntry), string(gst.EWayCancelOthers))
}

// transits are where goods wait that are on no vehicle.
func transits() []views.Option {
	return ewayOptions("transit", "Moving on the vehicle", "R", "W", "O")
}

// ewayDeeds are what is said of each action: its icon, the button, what is asked for, what is
// done, and what was refused. Its name is ewayWords("action", …).
var ewayDeeds = map[gst.EWayAction]struct{ icon, submit, asked, done, refused string }{
	gst.EWayMake:        {"send", "Make it", "E-way bill asked for", "E-way bill made", "Refused"},
	gst.EWayPartB:       {"truck", "Send to the portal", "Vehicle sent", "Vehicle entered", "Vehicle refused"},
	gst.EWayExtend:      {"clock", "Extend", "Extension asked for", "Extended", "Extension refused"},
	gst.EWayReassign:    {"users", "Give it to them", "Transporter sent", "Given to a transporter", "Transporter refused"},
	gst.EWayCancel:      {"ban", "Cancel this e-way bill", "Cancelling asked for", "Cancelled", "Cancelling refused"},
	gst.EWayReject:      {"x", "Reject this e-way bill", "Rejecting asked for", "Rejected", "Rejecting refused"},
	gst.EWayTrip:        {"file-text", "", "Trip sheet asked for", "On a trip sheet", "Trip sheet refused"},
	gst.EWayTripAgain:   {"repeat", "", "Trip sheet asked for again", "Trip sheet made again", "Trip sheet refused"},
	gst.EWayGroupStart:  {"repeat", "Begin", "Several vehicles asked for", "Split over several vehicles", "Several vehicles refused"},
	gst.EWayGroupAdd:    {"plus", "Add the vehicle", "Vehicle of a group sent", "Vehicle of a group added", "Vehicle of a group refused"},
	gst.EWayGroupChange: {"repeat", "Change it", "Change in a group sent", "Vehicle of a group changed", "Change in a group refused"},
	gst.EWayClose:       {"circle-check", "Close it", "Closing asked for", "Closed", "Closing refused"},
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
