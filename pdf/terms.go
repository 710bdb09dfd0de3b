package pdf

import (
	"fmt"
	"regexp"
	"strings"

	"mohar/gst"
)

// termFields say when the document is to be paid.
func (p *paper) termFields() []field {
	if !p.words.due && !p.words.offer {
		return nil
	}
	t, days, text := p.inv.Terms, p.inv.Terms.Days, ""
	if pay := p.inv.Payment; pay != nil {
		text = oneLine(pay.Terms)
		if days == 0 {
			days = pay.CreditDays
		}
	}
	if t.Cash {
		if !strings.EqualFold(text, "cash") {
			text = joined(", ", "Cash", text)
		}
		return []field{{"Payment terms", text, false}}
	}
	if text == "" && days > 0 {
		text = fmt.Sprintf("Credit, %d days", days)
	}
	return []field{{"Payment terms", text, false}, {"Due date", p.dueDate(days), false}}
}

// dueDate is the day by which to pay, with the days of credit. What bills nothing has
// none unless it was typed.
func (p *paper) dueDate(days int) string {
	due := p.inv.Terms.Due
	switch {
	case due == 0 && (days <= 0 || p.words.offer):
		return ""
	case due == 0:
		due = p.inv.Date.AddDays(days)
	}
	if days > 0 && due == p.inv.Date.AddDays(days) {
		return fmt.Sprintf("%s (%d days)", due, days)
	}
	return due.String()
}

// payment lists how the document is to be paid: the account that it names itself, else
// the company's; of what is paid in full, how it was.
func (p *paper) payment() []field {
	if !p.words.due {
		return nil
	}
	b, t := p.company.Paper.Bank, gst.Payment{}
	if p.inv.Payment != nil {
		t = *p.inv.Payment
	}
	if total := p.inv.Totals.Total; total > 0 && t.Paid >= total {
		return []field{{"Paid by", t.Mode, false}}
	}
	if t.Account != "" && t.Account != b.Account {
		b = gst.Bank{Account: t.Account}
	}
	if t.Payee != "" {
		b.Payee = t.Payee
	}
	if t.IFSC != "" {
		b.IFSC = t.IFSC
	}
	upi := p.company.UPI
	if p.inv.Supply == gst.EXPWP || p.inv.Supply == gst.EXPWOP {
		upi = "" // nobody abroad can pay by it
	}
	return []field{
		{"Pay to", joined(" · ", b.Payee, joined(", ", b.Name, b.Branch), prefixed("A/c ", b.Account), prefixed("IFSC ", b.IFSC), t.Mode), false},
		{"Payment instruction", joined(" · ", t.Instruction, prefixed("Credit transfer ", t.CreditTransfer),
			prefixed("Direct debit ", t.DirectDebit)), false},
		{"UPI", upi, false},
	}
}

// paid lists what was paid before and what is left. A balance of nothing is said only
// where all is paid.
func (p *paper) paid() []totalLine {
	t := p.inv.Payment
	if t == nil || !p.words.due {
		return nil
	}
	var list []totalLine
	if t.Paid != 0 {
		label := "Advance received"
		if p.inv.Terms.Cash {
			label = "Paid"
		}
		list = append(list, totalLine{label: label, amount: money(t.Paid)})
	}
	if t.Due != 0 || (t.Paid != 0 && t.Paid >= p.inv.Totals.Total) {
		list = append(list, totalLine{label: "Balance due", amount: money(t.Due), strong: true})
	}
	return list
}

// interest is the line about late payment, which says what it is about.
func interest(text string) string {
	if text == "" || strings.Contains(strings.ToLower(text), "interest") {
		return text
	}
	return "Interest on late payment: " + text
}

// typedNumber is the number that people write before a term; the paper counts them itself.
var typedNumber = regexp.MustCompile(`^\d{1,2}[.)]\s+`)

// conditions sets the terms that the company trades on.
func (p *paper) conditions(width float64) []textLine {
	if !p.words.due && !p.words.offer {
		return nil
	}
	var terms []string
	for _, s := range append(append([]string{}, p.company.Paper.Terms...), interest(p.inv.Terms.Interest)) {
		if s = typedNumber.ReplaceAllString(oneLine(s), ""); s != "" {
			terms = append(terms, s)
		}
	}
	var lines []textLine
	if len(terms) > 0 {
		lines = append(lines, textLine{"Terms and conditions", labelStyle})
	}
	for i, s := range terms {
		if len(terms) > 1 {
			s = itoa(i+1) + ". " + s
		}
		lines = append(lines, p.wrap(s, width, finePrint)...)
	}
	return append(lines, p.wrap(p.company.Paper.Jurisdiction, width, style{true, finePrint.size, ink})...)
}
