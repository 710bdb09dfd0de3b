package gst

import (
	"slices"
	"strings"

	"mohar/gst/master"
)

// retailValue returns the retail sale price of the whole line where its tax is worked out
// from that, and whether it is: for goods of the notified codes with a retail price typed,
// supplied since the rule holds. The taxable value stays the net sale value.
//
// Source: CGST Rules 2017, rule 31D; Notifications 19/2025-Central Tax (Rate) and
// 20/2025-Central Tax; GSTN advisory of 23-01-2026.
func (inv computation) retailValue(line *Line) (Paise, bool) {
	if line.RetailPrice <= 0 || !retailPriced(line.HSN) || !inv.law.On(master.RuleRSPTobacco, int32(inv.supplied())) {
		return 0, false
	}
	if inv.priceAlone(line) {
		return 0, true // a note for a difference in value changes no retail price
	}
	return inv.product(line, line.RetailPrice), true
}

// supplied returns the day whose law the tax follows: the document's, on a note that of
// the earliest original it names.
//
// Source: CGST Act 2017, sections 12 to 14 and 34.
func (inv *Invoice) supplied() Date {
	if !inv.note() {
		return inv.Date
	}
	return inv.originalDate()
}

// originalDate returns the day of the earliest document that this one names as its
// original; its own when it names none.
func (inv *Invoice) originalDate() Date {
	day := inv.Date
	for _, p := range inv.Refs.Preceding {
		if p.Date != 0 && (p.Date < day || day == 0) {
			day = p.Date
		}
	}
	return day
}

// retailPriced reports whether the code is of the goods valued by retail sale price:
// pan masala and tobacco, except tobacco leaves and biris. A code too short to tell
// counts as one.
//
// Source: Notification 19/2025-Central Tax (Rate) and 20/2025-Central Tax.
func retailPriced(hsn string) bool {
	biris := []string{"24031921", "24031929"}
	goods := []string{"21069020", "2401", "2402", "2403", "24041100", "24041900"}
	return !slices.Contains(biris, hsn) && slices.ContainsFunc(goods, func(g string) bool {
		return strings.HasPrefix(hsn, g) || (len(hsn) >= 4 && strings.HasPrefix(g, hsn))
	})
}
