package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
	"mohar/registrar"
)

// mostTraining is how many training companies there may be.
const mostTraining = 9999

// MakeTraining makes a company in practice with customers, items and a few documents, to
// learn with. It is the first training company, or one more.
//
// It returns gst.ErrConflict when there are too many, and registrar.ErrNoPractice.
func (d *Desk) MakeTraining(ctx context.Context) (gst.Company, error) {
	c, err := d.newTraining(ctx)
	if err != nil {
		return c, fmt.Errorf("make training company: %w", err)
	}
	if err := registrar.StorePracticeUsers(ctx, d.store, c.GSTIN); err != nil {
		return c, err
	}
	if c, err = d.store.Company(ctx, c.GSTIN); err != nil {
		return c, err
	}
	customers := trainingCustomers(c)
	for i := range customers {
		if err := d.store.SaveCustomer(ctx, c.GSTIN, &customers[i]); err != nil {
			return c, err
		}
	}
	items := trainingItems()
	for i := range items {
		if err := d.store.SaveItem(ctx, c.GSTIN, &items[i]); err != nil {
			return c, err
		}
	}
	for _, inv := range trainingDocuments(customers, items) {
		if err := d.Issue(ctx, c, inv); err != nil {
			return c, fmt.Errorf("issue for %s: %w", inv.Buyer.LegalName, err)
		}
	}
	return c, nil
}

// newTraining stores the next training company.
func (d *Desk) newTraining(ctx context.Context) (gst.Company, error) {
	for n := 1; n <= mostTraining; n++ {
		c := trainingCompany(n)
		if _, err := d.store.Company(ctx, c.GSTIN); !errors.Is(err, gst.ErrNotFound) {
			if err != nil {
				return c, err
			}
			continue // it is there already
		}
		suspended := suspendedCustomer(c)
		if err := d.registrar.SuspendTaxpayer(ctx, gst.GSTIN(suspended.GSTIN), suspended.LegalName); err != nil {
			return c, err // before anything is stored
		}
		err := d.store.AddCompany(ctx, c)
		if !errors.Is(err, gst.ErrConflict) { // somebody else made it just now
			return c, err
		}
	}
	return gst.Company{}, gst.ErrConflict
}

// trainingCompany is the training company of a number: well formed, with a right check
// digit, and made up.
func trainingCompany(n int) gst.Company {
	name := "Training Company"
	if n > 1 {
		name = fmt.Sprintf("Training Company %d", n)
	}
	return gst.Company{
		GSTIN: withCheckDigit(fmt.Sprintf("27TRNCM%04dM1Z", n)), LegalName: name + " Private Limited", TradeName: name,
		Address1: "12 Practice House, Dadabhai Naoroji Road", Address2: "Fort", Place: "Mumbai", PIN: 400001, State: "27",
		Phone: "2222000000", Email: "training@mohar.example", Taxpayer: gst.Regular, Mode: gst.Practice,
		Turnover: gst.Slab5To10, RoundOff: true, UPI: registrar.PracticeUPI,
	}
}

// withCheckDigit completes the first fourteen characters of a GSTIN.
func withCheckDigit(first string) gst.GSTIN {
	return gst.GSTIN(first + string(rune(gst.GSTIN(first).WantCheckDigit())))
}

// The fourteenth character of GSTINs: Z in real ones. At the practice portal S tells a unit
// in a special economic zone.
const (
	usualKind = 'Z'
	sezKind   = 'S'
)

// madeUp is a GSTIN in a State that is made up for one company alone, so that whatever the
// practice portal is told of it concerns nobody else. mark tells those of a company apart.
func madeUp(company gst.GSTIN, state, mark string, kind rune) gst.GSTIN {
	pan := company.PAN()
	letters := func(s string) bool { return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" }
	if !letters(pan[:5]) || !letters(pan[9:]) || strings.Trim(pan[5:9], "0123456789") != "" {
		pan = "AAAAA0000A" // of a UN body or a deductor, whose number holds no PAN
	}
	return withCheckDigit(state + mark + "C" + pan[:1] + pan[5:] + "1" + string(kind))
}

// trainingCustomers are one of each kind; the last one's GSTIN is suspended.
func trainingCustomers(c gst.Company) []gst.Customer {
	g := c.GSTIN
	registered := func(state, mark string, kind rune) string { return string(madeUp(g, state, mark, kind)) }
	return []gst.Customer{
		{Supply: gst.B2B, Party: gst.Party{
			GSTIN: registered("27", "PUN", usualKind), LegalName: "Deccan Furniture Mart", Address1: "45 Laxmi Road", Place: "Pune", PIN: 411030, State: "27",
		}},
		{Supply: gst.B2B, Party: gst.Party{
			GSTIN: registered("29", "BLR", usualKind), LegalName: "Kaveri Office Supplies LLP", Address1: "7 Brigade Road", Place: "Bengaluru", PIN: 560001, State: "29",
		}},
		{Supply: gst.SEZWP, Taxpayer: "SEZ", Party: gst.Party{
			GSTIN: registered("24", "SEZ", sezKind), LegalName: "Kandla Zone Exports Private Limited", Address1: "Shed 210, Kandla SEZ", Place: "Gandhidham", PIN: 370230, State: "24",
		}},
		{Supply: gst.EXPWP, Party: gst.Party{
			GSTIN: gst.URP, LegalName: "Gulf Interiors Trading LLC", Address1: "Warehouse 9, Al Quoz", Place: "Dubai", PIN: 999999, State: "96",
		}},
		{Supply: gst.B2C, Party: gst.Party{
			GSTIN: gst.URP, LegalName: "Meera Joshi", Address1: "3 College Road", Place: "Nashik", PIN: 422005, State: "27",
		}},
		suspendedCustomer(c),
	}
}

// suspendedCustomer is the customer whose GSTIN the practice portal has as suspended.
func suspendedCustomer(c gst.Company) gst.Customer {
	return gst.Customer{Supply: gst.B2B, Party: gst.Party{
		GSTIN: string(madeUp(c.GSTIN, c.State, "SUS", usualKind)), LegalName: "Suspended Traders (training)",
		Address1: "1 Closed Lane", Place: c.Place, PIN: c.PIN, State: c.State,
	}}
}

// trainingItems are goods and services at every rate of the day.
//
// Source: Notification 9/2025 and 10/2025-Central Tax (Rate), from 22 September 2025.
func trainingItems() []gst.Item {
	return []gst.Item{
		{Description: "Office chair", HSN: "940130", Unit: "NOS", UnitPrice: 4_250_000, GSTRate: 18_000},
		{Description: "Steel cupboard", HSN: "940310", Unit: "NOS", UnitPrice: 9_800_000, GSTRate: 18_000},
		{Description: "Ceiling fan", HSN: "841451", Unit: "NOS", UnitPrice: 1_950_000, GSTRate: 18_000},
		{Description: "Namkeen, packed", HSN: "210690", Unit: "KGS", UnitPrice: 180_000, GSTRate: 5_000},
		{Description: "Cola, crate of 24", HSN: "220210", Unit: "BOX", UnitPrice: 720_000, GSTRate: 40_000},
		{Description: "Exercise books, exempt", HSN: "482020", Unit: "DOZ", UnitPrice: 360_000},
		{Description: "Repair and servicing", HSN: "998719", Service: true, Unit: "OTH", UnitPrice: 1_500_000, GSTRate: 18_000},
		{Description: "Carriage of goods", HSN: "996511", Service: true, Unit: "OTH", UnitPrice: 900_000, GSTRate: 5_000},
	}
}

// trainingDocuments are three documents to begin with: within the State, to another State,
// and to a special economic zone.
func trainingDocuments(customers []gst.Customer, items []gst.Item) []*gst.Invoice {
	line := func(item, quantity int) gst.Line {
		i := items[item]
		return gst.Line{
			Description: i.Description, HSN: i.HSN, Service: i.Service, Unit: i.Unit,
			Quantity: gst.Milli(quantity) * 1000, UnitPrice: i.UnitPrice, GSTRate: i.GSTRate,
		}
	}
	to := func(customer int, lines ...gst.Line) *gst.Invoice {
		c := customers[customer]
		return &gst.Invoice{Type: gst.TaxInvoice, Supply: c.Supply, Buyer: c.Party, Lines: lines}
	}
	return []*gst.Invoice{
		to(0, line(0, 6), line(1, 2)),
		to(1, line(2, 10), line(3, 25), line(6, 1)),
		to(2, line(0, 12)),
	}
}

// StartDrill begins a drill for a company in practice, after making ready what it needs
// here: a number that the portal holds already, a draft, or a customer. Errors are those of
// registrar.StartDrill, and gst.Invalid where the company cannot issue what is needed.
func (d *Desk) StartDrill(ctx context.Context, c gst.Company, name string) error {
	set, err := d.settingOf(ctx, c, name)
	if err != nil {
		return fmt.Errorf("start drill %q: %w", name, err)
	}
	if err := d.registrar.StartDrill(ctx, c, name, set); err != nil {
		return fmt.Errorf("start drill %q: %w", name, err)
	}
	return nil
}

func (d *Desk) settingOf(ctx context.Context, c gst.Company, name string) (set registrar.DrillSetting, err error) {
	if c.Mode != gst.Practice {
		return set, gst.ErrState
	}
	switch name {
	case registrar.DrillTakenOther:
		return d.takenNumber(ctx, c, "Somebody Else's Buyer", 77_777_000)
	case registrar.DrillTakenSame:
		set, err = d.takenNumber(ctx, c, "Training Buyer", 12_500_000)
		if err != nil {
			return set, err
		}
		draft := rehearsed(c, "Training Buyer", 12_500_000)
		err = d.SaveDraft(ctx, c, draft, nil)
		set.DraftID = draft.ID
	case registrar.DrillRefused:
		set.Suspended, err = d.suspendedBuyer(ctx, c)
	}
	return set, err
}

// takenNumber is the number that c's next invoice gets, with a document that another
// program registers under it.
func (d *Desk) takenNumber(ctx context.Context, c gst.Company, buyer string, price gst.Milli) (set registrar.DrillSetting, err error) {
	inv := rehearsed(c, buyer, price)
	if err := d.Check(c, inv).Err(); err != nil {
		return set, err
	}
	inv.Number, err = d.store.PreviewNumber(ctx, c.GSTIN, c.Mode, inv.Type, "", inv.Date)
	if err != nil {
		return set, err
	}
	set.Number = inv.Number
	set.INV01, err = encode(inv)
	return set, err
}

// rehearsed is an invoice of c to a made-up buyer in its own State.
func rehearsed(c gst.Company, buyer string, price gst.Milli) *gst.Invoice {
	return &gst.Invoice{
		Type: gst.TaxInvoice, Supply: gst.B2B,
		Buyer: gst.Party{
			GSTIN: string(madeUp(c.GSTIN, c.State, "BUY", usualKind)), LegalName: buyer,
			Address1: "8 Practice Street", Place: c.Place, PIN: c.PIN, State: c.State,
		},
		Lines: []gst.Line{{Description: "Goods of the drill", HSN: "940130", Unit: "NOS", Quantity: 1000, UnitPrice: price, GSTRate: 18_000}},
	}
}

// suspendedBuyer returns the GSTIN of c's suspended customer, who is added when missing.
func (d *Desk) suspendedBuyer(ctx context.Context, c gst.Company) (gst.GSTIN, error) {
	customer := suspendedCustomer(c)
	_, err := d.store.CustomerOf(ctx, c.GSTIN, gst.Party{GSTIN: customer.GSTIN})
	if errors.Is(err, gst.ErrNotFound) {
		err = d.store.SaveCustomer(ctx, c.GSTIN, &customer)
	}
	return gst.GSTIN(customer.GSTIN), err
}

// SuspendedBuyer is the name of the customer that the drill about refusals is about.
func SuspendedBuyer(c gst.Company) string { return suspendedCustomer(c).LegalName }
