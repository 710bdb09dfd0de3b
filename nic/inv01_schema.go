package nic

import (
	"strings"

	"mohar/gst"
)

// Version is the version of INV-01 that is written, whichever was read: the portal
// takes this one alone.
const Version = "1.1"

// olderVersions are what documents of 2020 say, which have the same members. A
// document of any other version, or of none, may mean something else by them.
var olderVersions = []string{"1.0", "1.00", "1.01", "1.02", "1.03"}

// What the schema allows of its kinds of numbers.
// Source: INV-01 schema v1.1, minimum, maximum and multipleOf of its numbers.
var (
	quantities = &limits{decimals: 3, max: 9_999_999_999_999}
	prices     = &limits{decimals: 3, max: 999_999_999_999_999}
	rates      = &limits{decimals: 3, max: 999_999}
	amounts    = &limits{decimals: 2, fewest: 2, max: 99_999_999_999_999}
	sums       = &limits{decimals: 2, fewest: 2, max: 9_999_999_999_999_999}
	roundings  = &limits{decimals: 2, fewest: 2, min: -9999, max: 9999}
	pins       = &limits{min: 100_000, max: 999_999}
	distances  = &limits{max: 4000}
	days       = &limits{max: 9999}
)

// Short forms for the tables below. at says where the value lives.

func textAt[T any](name, field string, at func(*T) *string) member[T] {
	return member[T]{name, field, text[T]{at: at}}
}

func capitalsAt[T any](name, field string, at func(*T) *string) member[T] {
	return member[T]{name, field, text[T]{at: at, shape: strings.ToUpper}}
}

// stateAt is a state code: one digit, sent as "1" or 1, is padded to two, since the
// portal's own master has two.
func stateAt[T any](name, field string, at func(*T) *string) member[T] {
	return member[T]{name, field, text[T]{at: at, shape: padState}}
}

func dayAt[T any](name, field string, at func(*T) *gst.Date) member[T] {
	return member[T]{name, field, day[T]{at}}
}

func numberAt[T any, N ~int | ~int64](name, field string, l *limits, at func(*T) *N) member[T] {
	return member[T]{name, field, number[T, N]{l, at}}
}

// needed makes a number one that is written when it is zero, too.
func needed[T any](m member[T]) member[T] {
	return neededIf(m, func(*T) bool { return true })
}

// mandatory is a number, flag, list or block that the schema wants in every document. It
// is told apart from zero here, because nobody can later: a rate that was forgotten is not
// 0 %.
type mandatory[T any] struct {
	codec[T]
	// makeUp works the member out of what was read before it, and reports whether it could;
	// nil: it has to be sent.
	makeUp func(*T) bool
}

// asked makes a member mandatory. Texts need no such mark: an empty one is seen as
// missing by gst.
func asked[T any](m member[T]) member[T] { return askedOr(m, nil) }

// askedOr makes a member mandatory that can be worked out where it was not sent.
func askedOr[T any](m member[T], makeUp func(*T) bool) member[T] {
	return member[T]{m.name, m.field, mandatory[T]{m.codec, makeUp}}
}

func neededIf[T any](m member[T], when func(*T) bool) member[T] {
	return member[T]{m.name, m.field, zeroToo[T]{m.codec, when}}
}

// inv01 is the whole document in the order of the schema. Irn, which the portal
// works out, is not sent and not read. The form has no blocks for TranDtls and
// DocDtls; they have names all the same, for what is wrong with a whole block.
var inv01 = newObject(
	member[gst.Invoice]{"Version", "version", constant[gst.Invoice]{value: Version, older: olderVersions, must: true}},
	block("TranDtls", "transaction", newObject(
		member[gst.Invoice]{"TaxSch", "/tax_scheme", constant[gst.Invoice]{value: "GST"}},
		capitalsAt("SupTyp", "/supply", func(i *gst.Invoice) *string { return (*string)(&i.Supply) }),
		member[gst.Invoice]{"RegRev", "/reverse", yesNo[gst.Invoice]{
			at: func(i *gst.Invoice) *bool { return &i.ReverseCharge }, always: true,
		}},
		textAt("EcmGstin", "/ecom", func(i *gst.Invoice) *string { return &i.EcommerceGSTIN }),
		member[gst.Invoice]{"IgstOnIntra", "/igst_on_intra", yesNo[gst.Invoice]{
			at: func(i *gst.Invoice) *bool { return &i.IGSTOnIntra },
		}},
	)),
	block("DocDtls", "document", newObject(
		capitalsAt("Typ", "/type", func(i *gst.Invoice) *string { return (*string)(&i.Type) }),
		textAt("No", "/number", func(i *gst.Invoice) *string { return &i.Number }),
		dayAt("Dt", "/date", func(i *gst.Invoice) *gst.Date { return &i.Date }),
	)),
	block("SellerDtls", "seller", newObject(
		liftAll(func(i *gst.Invoice) *gst.Party { return &i.Seller },
			"Gstin", "LglNm", "TrdNm", "Addr1", "Addr2", "Loc", "Pin", "Stcd", "Ph", "Em")...,
	)),
	block("BuyerDtls", "buyer", newObject(buyerMembers()...)),
	member[gst.Invoice]{"DispDtls", "dispatch", maybe[gst.Invoice, gst.Party]{
		object: newObject(pick("Nm", "Addr1", "Addr2", "Loc", "Pin", "Stcd")...),
		at:     func(i *gst.Invoice) **gst.Party { return &i.Dispatch },
	}},
	member[gst.Invoice]{"ShipDtls", "ship", maybe[gst.Invoice, gst.Party]{
		object: newObject(pick("Gstin", "LglNm", "TrdNm", "Addr1", "Addr2", "Loc", "Pin", "Stcd")...),
		at:     func(i *gst.Invoice) **gst.Party { return &i.ShipTo },
	}},
	asked(member[gst.Invoice]{"ItemList", "lines", list[gst.Invoice, gst.Line]{
		object: itemList, at: func(i *gst.Invoice) *[]gst.Line { return &i.Lines }, lines: true,
	}}),
	askedOr(lift(block("ValDtls", "totals", valDtls), func(i *gst.Invoice) *gst.Totals { return &i.Totals }), sumUp),
	member[gst.Invoice]{"PayDtls", "payment", maybe[gst.Invoice, gst.Payment]{
		object: payDtls, at: func(i *gst.Invoice) **gst.Payment { return &i.Payment },
	}},
	lift(block("RefDtls", "refs", refDtls), func(i *gst.Invoice) *gst.References { return &i.Refs }),
	member[gst.Invoice]{"AddlDocDtls", "docs", list[gst.Invoice, gst.SupportingDocument]{
		object: addlDocDtls, at: func(i *gst.Invoice) *[]gst.SupportingDocument { return &i.Docs },
	}},
	member[gst.Invoice]{"ExpDtls", "export", maybe[gst.Invoice, gst.Export]{
		object: expDtls, at: func(i *gst.Invoice) **gst.Export { return &i.Export },
	}},
	member[gst.Invoice]{"EwbDtls", "eway", maybe[gst.Invoice, gst.EWayDetails]{
		object: ewbDtls, at: func(i *gst.Invoice) **gst.EWayDetails { return &i.EWay }, asks: true,
	}},
).alias("AddlDtls", "AddlDocDtls").alias("AddlDtl", "AddlDocDtls")

// partyMembers are the members of all parties; each block picks its own.
var partyMembers = []member[gst.Party]{
	textAt("Gstin", "gstin", func(p *gst.Party) *string { return &p.GSTIN }),
	textAt("LglNm", "name", func(p *gst.Party) *string { return &p.LegalName }),
	textAt("Nm", "name", func(p *gst.Party) *string { return &p.LegalName }),
	textAt("TrdNm", "trade", func(p *gst.Party) *string { return &p.TradeName }),
	textAt("Addr1", "address1", func(p *gst.Party) *string { return &p.Address1 }),
	textAt("Addr2", "address2", func(p *gst.Party) *string { return &p.Address2 }),
	textAt("Loc", "place", func(p *gst.Party) *string { return &p.Place }),
	numberAt("Pin", "pin", pins, func(p *gst.Party) *int { return &p.PIN }),
	stateAt("Stcd", "state", func(p *gst.Party) *string { return &p.State }),
	textAt("Ph", "phone", func(p *gst.Party) *string { return &p.Phone }),
	textAt("Em", "email", func(p *gst.Party) *string { return &p.Email }),
}

// pick returns the party members of these names.
func pick(names ...string) []member[gst.Party] {
	picked := make([]member[gst.Party], 0, len(names))
	for _, name := range names {
		for _, m := range partyMembers {
			if m.name == name {
				picked = append(picked, m)
			}
		}
	}
	return picked
}

// liftAll returns the party members of these names as members of the document.
func liftAll(at func(*gst.Invoice) *gst.Party, names ...string) []member[gst.Invoice] {
	lifted := make([]member[gst.Invoice], 0, len(names)+1)
	for _, m := range pick(names...) {
		lifted = append(lifted, lift(m, at))
	}
	return lifted
}

// buyerMembers has the place of supply among the buyer's members, where INV-01
// keeps it; for the form and for us it belongs to the document.
func buyerMembers() []member[gst.Invoice] {
	at := func(i *gst.Invoice) *gst.Party { return &i.Buyer }
	all := liftAll(at, "Gstin", "LglNm", "TrdNm")
	all = append(all, stateAt("Pos", "/pos", func(i *gst.Invoice) *string { return &i.PlaceOfSupply }))
	return append(all, liftAll(at, "Addr1", "Addr2", "Loc", "Pin", "Stcd", "Ph", "Em")...)
}
