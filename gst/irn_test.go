package gst

import (
	"testing"
	"time"

	"mohar/gst/master"
)

func TestNeedsIRN(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice, *Company)
		want   NoIRNReason
	}{
		{"B2B of a bound company", func(*Invoice, *Company) {}, ""},
		{"B2C", func(i *Invoice, _ *Company) { i.Supply = B2C }, NoIRNB2C},
		{"bill of supply", func(i *Invoice, _ *Company) { i.Type = BillOfSupply }, NoIRNType},
		{"delivery challan, though B2C", func(i *Invoice, _ *Company) { i.Type, i.Supply = DeliveryChallan, B2C }, NoIRNType},
		{"quotation", func(i *Invoice, _ *Company) { i.Type = Quotation }, NoIRNType},
		{"proforma", func(i *Invoice, _ *Company) { i.Type = Proforma }, NoIRNType},
		{"issued by another program", func(i *Invoice, _ *Company) { i.Elsewhere = true }, NoIRNElsewhere},
		{"composition", func(_ *Invoice, c *Company) { c.Taxpayer = Composition }, NoIRNComposition},
		{"SEZ unit", func(_ *Invoice, c *Company) { c.Taxpayer = SEZUnit }, NoIRNSEZUnit},
		{"SEZ developer is not exempt", func(_ *Invoice, c *Company) { c.Taxpayer = SEZDeveloper }, ""},
		{"bank", func(_ *Invoice, c *Company) { c.Exempt = true }, NoIRNExempt},
		{"nothing taxed", func(i *Invoice, _ *Company) { i.Lines[0].GSTRate = 0 }, NoIRNWhollyExempt},
		{"nothing taxed, but the ERP says invoice", func(i *Invoice, _ *Company) { i.Lines[0].GSTRate, i.Brought = 0, true }, ""},
		{"an export at no rate is zero-rated, not exempt", func(i *Invoice, _ *Company) { i.Lines[0].GSTRate, i.Supply = 0, EXPWOP }, ""},
		{"up to 5 crore", func(_ *Invoice, c *Company) { c.Turnover = SlabUpTo5 }, NoIRNTurnover},
		{"up to 5 crore, enabled by itself", func(_ *Invoice, c *Company) { c.Turnover, c.StartsOn = SlabUpTo5, 20260401 }, ""},
		{"before the day the company named", func(_ *Invoice, c *Company) { c.StartsOn = 20261201 }, NoIRNBeforeStart},
		{"on the day the company named", func(_ *Invoice, c *Company) { c.StartsOn = 20261122 }, ""},
		{"turnover not known, practice", func(_ *Invoice, c *Company) { c.Turnover = SlabUnknown }, ""},
		{"turnover not known, live", func(_ *Invoice, c *Company) { c.Turnover, c.Mode = SlabUnknown, Live }, ""},
		{"above 5 crore, before 01-08-2023", func(i *Invoice, _ *Company) { i.Date = 20230731 }, NoIRNBeforeStart},
		{"above 5 crore, on 01-08-2023", func(i *Invoice, _ *Company) { i.Date = 20230801 }, ""},
		{"above 500 crore, before e-invoicing", func(i *Invoice, c *Company) { i.Date, c.Turnover = 20200930, SlabAbove500 }, NoIRNBeforeStart},
		{"above 500 crore, on the first day", func(i *Invoice, c *Company) { i.Date, c.Turnover = 20201001, SlabAbove500 }, ""},
		{"a draft without date", func(i *Invoice, _ *Company) { i.Date = 0 }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := &Invoice{Type: TaxInvoice, Supply: B2B, Date: 20261122, Lines: []Line{{GSTRate: 18_000}}}
			company := Company{Mode: Practice, Taxpayer: Regular, Turnover: Slab5To10}
			tt.change(inv, &company)
			if got := NeedsIRN(inv, Rules{Today: 20261122, Company: company}); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestCancelDeadline(t *testing.T) {
	at := time.Date(2026, 11, 22, 10, 30, 0, 0, IST)
	if got := CancelDeadline(Registration{AckDate: at}); !got.Equal(at.Add(24 * time.Hour)) {
		t.Errorf("got %v", got)
	}
	if got := CancelDeadline(Registration{}); !got.IsZero() {
		t.Errorf("without acknowledgement: %v", got)
	}
}

func TestReportBy(t *testing.T) {
	tests := []struct {
		name  string
		slab  TurnoverSlab
		today Date
		want  Date
	}{
		{"10 crore and above, the advisory's own example", Slab10To20, 20250405, 20250430},
		{"below 10 crore", Slab5To10, 20250405, 0},
		{"not known", SlabUnknown, 20250405, 0},
		{"100 crore, before April 2025", Slab100To500, 20250331, 20250430},
		{"50 crore, before April 2025", Slab50To100, 20250331, 0},
		{"before there was a limit", SlabAbove500, 20231031, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ReportBy(20250401, Rules{Today: tt.today, Company: Company{Turnover: tt.slab}}); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func TestTheLawThatAFirmEnteredDecides(t *testing.T) {
	inv := &Invoice{Type: TaxInvoice, Supply: B2B, Date: 20270401, Lines: []Line{{GSTRate: 18_000}}}
	rules := Rules{Today: 20270401, Company: Company{Taxpayer: Regular, Turnover: SlabUpTo5}}
	if got := NeedsIRN(inv, rules); got != NoIRNTurnover {
		t.Errorf("as bundled: %q", got)
	}
	rules.Law = master.Bundled().With([]master.Rule{
		{Name: master.RuleIRNThreshold, Value: 2, From: 20270401},
		{Name: master.RuleWindowDays, Value: 15, From: 20270401},
		{Name: master.RuleWindowCrore, Value: 0, From: 20270401},
	})
	if got := NeedsIRN(inv, rules); got != "" {
		t.Errorf("a slab that the new threshold cuts in two: %q", got)
	}
	if got := ReportBy(20270401, rules); got != 20270415 {
		t.Errorf("with 15 days from the first rupee: %d", got)
	}
}
