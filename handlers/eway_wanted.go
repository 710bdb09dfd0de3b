package handlers

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// agingHurry is how many days before the portal takes a document no more this is said.
const agingHurry = 15

// agingOf says how old a document is where the portal soon makes no e-way bill of it any
// more, or none already; nil where there is time.
//
// Source: NIC's advisory of 17-12-2024, in force from 01-01-2025; e-way bill API, error 820.
func (s *Server) agingOf(date gst.Date) *views.Check {
	limit, age := s.documentDays(), s.today().DaysSince(date)
	days := entries(age, "day", "days")
	switch {
	case date == 0 || limit == 0 || age <= limit-agingHurry:
		return nil
	case age > limit:
		return &views.Check{Kind: "bad", Text: "The document is " + days + " old: the portal makes e-way bills of none older than " + strconv.Itoa(limit) + " days."}
	case age == limit:
		return &views.Check{Kind: "wait", Text: "The document is " + days + " old; the portal takes it today for the last time."}
	}
	return &views.Check{Kind: "wait", Text: "The document is " + days + " old; the portal takes it for " + entries(limit-age, "day", "days") + " more."}
}

// documentDays is for how many days from its date the portal takes a document; 0: for ever.
func (s *Server) documentDays() int {
	days, _ := s.desk.Law().Value(master.RuleEWayAge, int32(s.today()))
	return days
}

// lastPartA reports whether no other bill can be made of a document once its Part A has
// lapsed.
func (s *Server) lastPartA(b *gst.EWay) bool {
	limit := s.documentDays()
	return b.State == gst.EWayPartA && b.Of.Date != 0 && limit > 0 && gst.DateOf(b.Ends()).DaysSince(b.Of.Date) > limit
}

// mostWanted is how many documents are looked at for whether they want an e-way bill.
const mostWanted = 60

// wantedEWays are the documents of some days that need an e-way bill and have none, the
// newest first. More says that there may be others behind them.
func (s *Server) wantedEWays(ctx context.Context, company gst.Company, from, to gst.Date) (wanted []*gst.Invoice, more bool, err error) {
	rules := s.desk.Rules(company)
	rows, err := s.store.WithoutEWay(ctx, company.GSTIN, company.Mode, from, to, leastEWay(rules), mostWanted)
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		inv, need, err := s.wantsEWay(ctx, company, r.ID, rules)
		if err != nil {
			return nil, false, err
		}
		if need == gst.NeedYes {
			wanted = append(wanted, inv)
		}
	}
	return wanted, len(rows) == mostWanted, nil
}

// foundEWays are wantedEWays of any day that the portal still takes, by a search for them.
// Who searches for a document knows it, so those that need a bill perhaps are among them.
func (s *Server) foundEWays(ctx context.Context, company gst.Company, query string) (wanted []*gst.Invoice, more bool, err error) {
	rows, next, err := s.store.Invoices(ctx, db.InvoiceFilter{Company: company.GSTIN, Mode: company.Mode, Query: query, Limit: mostWanted})
	if err != nil {
		return nil, false, err
	}
	rules := s.desk.Rules(company)
	for _, r := range rows {
		aging := s.agingOf(r.Date)
		had := r.EWay.ID != 0 && r.EWay.State != gst.EWayCancelled && r.EWay.State != gst.EWayDiscarded
		if r.State != gst.Issued || had || aging != nil && aging.Kind == "bad" {
			continue
		}
		inv, need, err := s.wantsEWay(ctx, company, r.ID, rules)
		if err != nil {
			return nil, false, err
		}
		if need == gst.NeedYes || need == gst.NeedMaybe && inv.Type != gst.CreditNote && inv.Type != gst.DebitNote {
			wanted = append(wanted, inv)
		}
	}
	return wanted, !next.IsZero(), nil
}

// leastEWay is the lowest limit of value that holds anywhere today: a document below it
// needs no e-way bill, whatever it is of, unless it goes for job work.
func leastEWay(rules gst.Rules) gst.Paise {
	least, _ := rules.Law.Value(master.RuleEWayInter, int32(rules.Today))
	for _, state := range master.States() {
		for _, rule := range []string{master.RuleEWayIntra, master.RuleEWayListed, master.RuleEWayGold} {
			if rupees, known := rules.Law.Value(rule+state.Code, int32(rules.Today)); known && rupees > 0 {
				least = min(least, rupees)
			}
		}
	}
	return gst.Paise(least) * 100
}

// wantsEWay says whether a document that has no e-way bill needs one now.
func (s *Server) wantsEWay(ctx context.Context, company gst.Company, id int64, rules gst.Rules) (*gst.Invoice, gst.Need, error) {
	inv, _, err := s.store.Invoice(ctx, company.GSTIN, id)
	if err != nil {
		return nil, gst.NeedNo, err
	}
	if inv.Elsewhere || inv.IRN.State == gst.IRNFailed || inv.IRN.State == gst.IRNConflict {
		return inv, gst.NeedNo, nil
	}
	return inv, gst.NeedsEWayBill(inv, rules).Need, nil
}

// agingSection are the documents without e-way bill of which the portal soon makes none.
func (s *Server) agingSection(ctx context.Context, company gst.Company) (views.EWaySection, error) {
	section := views.EWaySection{ID: "aging", Title: "Documents without e-way bill"}
	limit := s.documentDays()
	if limit == 0 {
		return section, nil
	}
	section.Text = "They need one, and soon they are too old: the portal takes a document for " + strconv.Itoa(limit) + " days."
	today := s.today()
	wanted, _, err := s.wantedEWays(ctx, company, today.AddDays(-limit), today.AddDays(agingHurry-1-limit))
	for _, inv := range wanted {
		row := views.EWayRow{
			URL: newEWayURL(company.GSTIN, inv.ID), Number: "Not asked for", Paper: inv.Number, PaperNote: joinParts(documentKinds[inv.Type], inv.Date.Long()),
			Party: orWalkIn(inv.Buyer.LegalName), Kind: "wait", State: "Needed",
		}
		if aging := s.agingOf(inv.Date); aging != nil {
			row.Why, row.Bad = aging.Text, true
		}
		section.Rows = append(section.Rows, row)
	}
	return section, err
}

// whyRefused says in a line why the portal refused what was asked last: its first code and
// what that means.
func whyRefused(no *gst.Refusal) string {
	if no == nil || len(no.Codes) == 0 {
		return "the portal gave no reason"
	}
	first := no.Codes[0]
	words := cmp.Or(ewayWhy(first.Code), first.Message, "The portal gave no words for it.")
	return strings.TrimSpace(first.Code + " " + words)
}
