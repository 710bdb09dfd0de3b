package api

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"mohar/desk"
	"mohar/gst"
)

// octaSubject is a member of a document that Octa checks itself: its code, and what Octa's
// message calls it.
type octaSubject struct{ code, words string }

// octaSubjects are those members, by our own name of the field. Octa's list goes on after 052,
// but where is not published: what comes later has NIC's codes here.
//
// Source: Octa API, e-invoice, error codes OCTA-001 to OCTA-052.
var octaSubjects = numbered(
	"seller.gstin", "seller GSTIN", "seller.name", "seller legal name", "seller.trade", "seller trade name",
	"seller.address1", "seller address 1", "seller.address2", "seller address 2", "seller.place", "seller location",
	"seller.pin", "seller pincode", "seller.state", "seller state code", "seller.phone", "seller phone", "seller.email", "seller email",

	"tax_scheme", "tax scheme", "supply", "supply type", "type", "document type", "number", "document no",
	"date", "document date", "reverse", "reverse charge", "pos", "place of supply", "igst_on_intra", "IGST on intra-state",
	"ecom", "e-commerce GSTIN", "refs.remarks", "remarks",

	"buyer.gstin", "buyer GSTIN", "buyer.name", "buyer legal name", "buyer.trade", "buyer trade name",
	"buyer.address1", "buyer address 1", "buyer.address2", "buyer address 2", "buyer.place", "buyer location",
	"buyer.pin", "buyer pincode", "buyer.state", "buyer state code", "buyer.phone", "buyer phone", "buyer.email", "buyer email",

	"dispatch.name", "dispatch name", "dispatch.address1", "dispatch address 1", "dispatch.address2", "dispatch address 2",
	"dispatch.place", "dispatch location", "dispatch.pin", "dispatch pincode", "dispatch.state", "dispatch state code",

	"ship.gstin", "ship-to GSTIN", "ship.name", "ship-to legal name", "ship.trade", "ship-to trade name",
	"ship.address1", "ship-to address 1", "ship.address2", "ship-to address 2", "ship.place", "ship-to location",
	"ship.pin", "ship-to pincode", "ship.state", "ship-to state code",

	"export.shipping_bill", "shipping bill no", "export.shipping_bill_date", "shipping bill date", "export.port", "port code",
	"export.country", "country code", "export.currency", "currency code", "totals.total_foreign", "value in foreign currency",
	"export.refund_claim", "claim refund", "totals.discount", "discount",
)

// numbered gives fields and their subjects, in turn, the codes from OCTA-001 on.
func numbered(fieldsAndWords ...string) map[string]octaSubject {
	all := make(map[string]octaSubject, len(fieldsAndWords)/2)
	for i := 0; i < len(fieldsAndWords); i += 2 {
		all[fieldsAndWords[i]] = octaSubject{fmt.Sprintf("OCTA-%03d", i/2+1), fieldsAndWords[i+1]}
	}
	return all
}

// octaCode is the code of a fault in Octa's family: its own for the members that it checks
// itself, NIC's for everything else, and that of an invalid request where NIC has none.
func octaCode(f fault) string {
	if s, ok := octaSubjects[f.field]; ok {
		return s.code
	}
	return cmp.Or(f.code, codeInvalid)
}

// octaMessage is the message of a fault in Octa's family. There is no place for the member's
// name there, so that the message begins with it unless its words say it.
func octaMessage(f fault) string {
	if s, ok := octaSubjects[f.field]; ok {
		return "Invalid " + s.words + ": " + f.message
	}
	if f.field == "" || strings.HasPrefix(f.rule, "inv01.") || strings.HasPrefix(f.rule, "api.") {
		return f.message
	}
	return cmp.Or(desk.Member(f.field), f.field) + ": " + f.message
}

// renamed gives the faults of an error the names that a call's body has for the fields, so that
// they are not taken for those of a document. What name has no word for keeps its own.
func renamed(err error, name func(field string) string) error {
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	faults := make(gst.Faults, len(bad.Faults))
	for i, f := range bad.Faults {
		if f.Field != "" {
			f.Field = cmp.Or(name(f.Field), f.Field)
		}
		faults[i] = f
	}
	return gst.Invalid{Faults: faults}
}

// named is a table of names for renamed.
func named(names map[string]string) func(string) string {
	return func(field string) string { return names[field] }
}
