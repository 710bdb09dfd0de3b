package gst

import (
	"reflect"
	"testing"
)

// Source: INV-01 schema v1.1, PayDtls.
func TestTermsBecomePayment(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Invoice)
		want   *Payment
	}{
		{"days of credit", func(*Invoice) {}, &Payment{CreditDays: 30, Due: 1180_00}},
		{"what was paid is not due", func(i *Invoice) { i.Payment = &Payment{Paid: 180_00} }, &Payment{CreditDays: 30, Paid: 180_00, Due: 1000_00}},
		{"what was typed stays", func(i *Invoice) { i.Payment = &Payment{CreditDays: 45, Due: 1_00} },
			&Payment{CreditDays: 45, Due: 1_00}},
		{"beside the account that was typed", func(i *Invoice) { i.Payment = &Payment{Payee: "Sharda"} },
			&Payment{Payee: "Sharda", CreditDays: 30, Due: 1180_00}},
		{"cash", func(i *Invoice) { i.Terms.Cash = true }, &Payment{Mode: "Cash"}},
		{"no days", func(i *Invoice) { i.Terms.Days = 0 }, nil},
		{"a quotation asks for no money", func(i *Invoice) { i.Type = Quotation }, nil},
		{"a brought document says what it says", func(i *Invoice) { i.Brought = true }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inv := priced(t, PricesPlain, func(i *Invoice) { i.Lines[0].UnitPrice, i.Terms.Days = 100_000, 30 })
			tt.change(inv)
			before := inv.Payment
			var typed Payment
			if before != nil {
				typed = *before
			}
			if got := inv.PaymentToSend(); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if inv.Payment != before || before != nil && *before != typed {
				t.Errorf("what was typed became %+v", inv.Payment)
			}
		})
	}
}
