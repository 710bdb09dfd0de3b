package gsp

import (
	"errors"
	"testing"
	"time"

	"mohar/gst"
)

// partner is the company that the goods of consignment go to, and carrier who may carry
// them, on the same sandbox.
const (
	partner = gst.GSTIN("27AABFK4417C1ZS")
	carrier = gst.GSTIN("29AAKFM4821Q1ZX")
)

// madeEWay makes a bill and returns its number.
func madeEWay(t *testing.T, p *Portal, c *gst.Consignment) string {
	t.Helper()
	bill, err := p.MakeEWay(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return bill.Number
}

func TestTheLifeOfAnEWayBillThroughEachProvider(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		t.Run(string(p.Provider()), func(t *testing.T) {
			ctx, number := t.Context(), "EW/"+string(p.Provider())
			if _, err := p.EWayOfPaper(ctx, gst.PaperInvoice, number); !NoEWay(err) {
				t.Fatalf("before: %v", err)
			}
			if _, err := p.EWay(ctx, "999999999999"); !NoEWay(err) {
				t.Errorf("a number that nobody has: %v", err)
			}
			asked := consignment(number)
			made, err := p.MakeEWay(ctx, asked)
			if err != nil || !made.Date.Equal(box.clock.now()) || made.ValidUntil.IsZero() {
				t.Fatalf("%+v, %v", made, err)
			}
			var refused *gst.Refusal
			if _, err := p.MakeEWay(ctx, asked); !errors.As(err, &refused) || !refused.Has("604") {
				t.Errorf("again: %v", err)
			}
			byPaper, err := p.EWayOfPaper(ctx, gst.PaperInvoice, number)
			if err != nil || byPaper.Number != made.Number || !byPaper.ValidUntil.Equal(made.ValidUntil) {
				t.Errorf("by paper: %+v, %v", byPaper, err)
			}
			sameAsAsked(t, p, asked, made)
			changeInPractice(t, p, made)
			if _, err := p.CancelEWay(ctx, made.Number, gst.EWayCancelOrder, "order is off"); err != nil {
				t.Errorf("cancel: %v", err)
			}
			if _, err := p.CancelEWay(ctx, made.Number, gst.EWayCancelOrder, "again"); !errors.As(err, &refused) || !refused.Has("312") {
				t.Errorf("cancel again: %v", err)
			}
			if b, err := p.EWay(ctx, made.Number); err != nil || b.State != gst.EWayCancelled {
				t.Errorf("cancelled: %+v, %v", b, err)
			}
		})
	}
}

// sameAsAsked reads the bill and compares it with what was asked for.
func sameAsAsked(t *testing.T, p *Portal, asked *gst.Consignment, made *gst.EWayBill) {
	t.Helper()
	b, err := p.EWay(t.Context(), made.Number)
	if err != nil {
		t.Fatal(err)
	}
	if b.Role != gst.EWayOurs || b.State != gst.EWayActive || !b.Made.Equal(made.Date) || !b.ValidUntil.Equal(made.ValidUntil) || b.Company != company || b.Mode != gst.Practice {
		t.Errorf("%+v", b)
	}
	of := b.Of
	if of.Direction != asked.Direction || of.SubSupply != asked.SubSupply || of.Paper != asked.Paper || of.Number != asked.Number || of.Date != asked.Date ||
		of.From != asked.From || of.To != asked.To || of.Totals != asked.Totals || len(of.Lines) != 1 || of.Lines[0] != asked.Lines[0] ||
		of.Transport.Vehicle != asked.Transport.Vehicle || of.Transport.Distance != asked.Transport.Distance {
		t.Errorf("of\n%+v\nasked\n%+v", of, *asked)
	}
	if len(b.Vehicles) != 1 || b.Vehicles[0].Vehicle != "MH12AB1234" {
		t.Errorf("vehicles %+v", b.Vehicles)
	}
}

// changeInPractice enters another vehicle and puts the bill on a trip sheet.
func changeInPractice(t *testing.T, p *Portal, made *gst.EWayBill) {
	t.Helper()
	ctx := t.Context()
	b := gst.PartB{Mode: "1", Vehicle: "MH14CD4321", VehicleType: "R", Place: "Lonavala", State: "27", Reason: "1", Remark: "axle"}
	if u, err := p.UpdatePartB(ctx, made.Number, b); err != nil || u.At.IsZero() || u.ValidUntil.IsZero() {
		t.Errorf("Part B: %+v, %v", u, err)
	}
	sheet := &gst.TripSheet{PartB: gst.PartB{Mode: "1", Vehicle: "MH14CD4321", Place: "Lonavala", State: "27"}, Bills: []gst.TripBill{{Number: made.Number}}}
	number, at, err := p.MakeTrip(ctx, sheet)
	if err != nil || len(number) != 10 || at.IsZero() {
		t.Fatalf("trip sheet %q at %v, %v", number, at, err)
	}
	read, err := p.Trip(ctx, number)
	if err != nil || len(read.Bills) != 1 || read.Bills[0].Number != made.Number || read.PartB.Vehicle != "MH14CD4321" {
		t.Errorf("trip sheet %+v, %v", read, err)
	}
	again := &gst.TripSheet{PartB: gst.PartB{Mode: "1", Vehicle: "MH14CD9999", Place: "Khopoli", State: "27", Reason: "1", Remark: "axle"}, Old: number}
	if renewed, _, err := p.MakeTrip(ctx, again); err != nil || renewed == number {
		t.Errorf("trip sheet again %q, %v", renewed, err)
	}
	full, err := p.EWay(ctx, made.Number)
	if err != nil || len(full.Vehicles) < 2 || full.TripSheet == "" || full.Vehicles[len(full.Vehicles)-1].Vehicle != "MH12AB1234" {
		t.Errorf("after the changes: %+v, %v", full, err)
	}
}

func TestAnExtensionIsTakenInItsWindow(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		number := madeEWay(t, p, consignment("EX/"+string(p.Provider())))
		bill, err := p.EWay(t.Context(), number)
		if err != nil {
			t.Fatal(err)
		}
		x := gst.EWayExtension{PartB: bill.Vehicles[0].PartB, PIN: 410401, Distance: 80}
		x.Place, x.State, x.Reason, x.Remark = "Lonavala", "27", "4", "trans-shipment"
		var refused *gst.Refusal
		if _, err := p.ExtendEWay(t.Context(), number, x); !errors.As(err, &refused) || !refused.Has("382") {
			t.Errorf("%s, too early: %v", p.Provider(), err)
		}
		back := bill.ValidUntil.Add(-time.Hour).Sub(box.clock.now())
		box.clock.advance(back)
		u, err := p.ExtendEWay(t.Context(), number, x)
		if err != nil || !u.ValidUntil.After(bill.ValidUntil) {
			t.Errorf("%s: %+v, %v", p.Provider(), u, err)
		}
		wait := x
		wait.Mode, wait.Vehicle, wait.VehicleType, wait.Transit, wait.Address = "5", "", "", "W", [3]string{"Shed 4", "MIDC", "Lonavala"}
		box.clock.advance(u.ValidUntil.Sub(box.clock.now()))
		if u2, err := p.ExtendEWay(t.Context(), number, wait); err != nil || !u2.ValidUntil.After(u.ValidUntil) {
			t.Errorf("%s, of goods that wait: %+v, %v", p.Provider(), u2, err)
		}
		if b, err := p.EWay(t.Context(), number); err != nil || b.Extensions != 2 {
			t.Errorf("%s: %+v, %v", p.Provider(), b, err)
		}
		box.clock.advance(-box.clock.now().Sub(noon))
	}
}

func TestSeveralVehiclesTakeOverOneBill(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		ctx, number := t.Context(), madeEWay(t, p, consignment("GR/"+string(p.Provider())))
		group, _, err := p.StartGroup(ctx, number, gst.EWayGroup{
			FromPlace: "Lonavala", FromState: "27", ToPlace: "Navi Mumbai", ToState: "27", Mode: "1", Quantity: 100_000, Unit: "KGS", Reason: "2", Remark: "smaller ones",
		})
		if err != nil || group == 0 {
			t.Fatalf("%s: group %d, %v", p.Provider(), group, err)
		}
		if _, err := p.AddToGroup(ctx, number, gst.EWayGroupVehicle{Group: group, Vehicle: "MH14CD4321", Quantity: 60_000}); err != nil {
			t.Errorf("%s: add: %v", p.Provider(), err)
		}
		_, err = p.ChangeInGroup(ctx, number, gst.EWayGroupSwap{
			Group: group, OldVehicle: "MH14CD4321", NewVehicle: "MH14CD9999", Place: "Khopoli", State: "27", Reason: "1", Remark: "axle",
		})
		if err != nil {
			t.Errorf("%s: change: %v", p.Provider(), err)
		}
		b, err := p.EWay(ctx, number)
		if err != nil || b.Vehicles[0].Group != group {
			t.Errorf("%s: %+v, %v", p.Provider(), b.Vehicles, err)
		}
		var refused *gst.Refusal
		if _, err := p.UpdatePartB(ctx, number, b.Vehicles[len(b.Vehicles)-1].PartB); !errors.As(err, &refused) {
			t.Errorf("%s: Part B: %v", p.Provider(), err)
		}
	}
}

func TestTransporterAndOtherPartySeeTheirBills(t *testing.T) {
	box := openPractice(t)
	for i, p := range box.portals {
		ctx, cred := t.Context(), PracticeCredentials()[i]
		theirs, carries := box.caller.Portal(partner, cred), box.caller.Portal(carrier, cred)
		c := consignment("TR/" + string(p.Provider()))
		c.Transport = gst.EWayDetails{Distance: 140, TransporterID: string(carrier)}
		number := madeEWay(t, p, c)
		b, err := carries.EWay(ctx, number)
		if err != nil || b.Role != gst.EWayTransporter || b.State != gst.EWayPartA || !b.ValidUntil.IsZero() {
			t.Fatalf("%s: %+v, %v", p.Provider(), b, err)
		}
		if _, err := carries.UpdatePartB(ctx, number, gst.PartB{Mode: "1", Vehicle: "KA01AB1234", VehicleType: "R", Place: "Pune", State: "27", Reason: "4", Remark: "first"}); err != nil {
			t.Errorf("%s: Part B of the transporter: %v", p.Provider(), err)
		}
		listed := func(who *Portal, list EWayList, role gst.EWayRole) {
			t.Helper()
			bills, err := who.EWays(ctx, list, 20261122)
			found := false
			for _, one := range bills {
				found = found || one.Number == number && one.Role == role && one.Of.Number == c.Number
			}
			if err != nil || !found {
				t.Errorf("%s, list %d: %+v, %v", p.Provider(), list, bills, err)
			}
		}
		listed(p, ListMade, gst.EWayOurs)
		listed(carries, ListTransporter, gst.EWayTransporter)
		listed(theirs, ListOtherParty, gst.EWayOther)
		if at, err := theirs.RejectEWay(ctx, number); err != nil || at.IsZero() {
			t.Errorf("%s: reject: %v", p.Provider(), err)
		}
		listed(p, ListRejected, gst.EWayOurs)
		if b, err := p.EWay(ctx, number); err != nil || b.RejectedAt.IsZero() || b.State != gst.EWayActive {
			t.Errorf("%s, rejected: %+v, %v", p.Provider(), b, err)
		}
		if _, err := box.caller.Portal("07AAFCS7788J1ZT", cred).EWay(ctx, number); !NoEWay(err) {
			t.Errorf("%s: a stranger reads it: %v", p.Provider(), err)
		}
		if bills, err := p.EWays(ctx, ListMade, 20261101); err != nil || len(bills) != 0 {
			t.Errorf("%s: of a quiet day %v, %v", p.Provider(), bills, err)
		}
	}
}

func TestTransporterAndReassigning(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		who, err := p.Transporter(t.Context(), string(carrier))
		if err != nil || who.GSTIN != carrier || who.LegalName+who.TradeName == "" {
			t.Errorf("%s: %+v, %v", p.Provider(), who, err)
		}
		number := madeEWay(t, p, consignment("RE/"+string(p.Provider())))
		if at, err := p.ReassignEWay(t.Context(), number, string(carrier)); err != nil || at.IsZero() {
			t.Errorf("%s: %v, %v", p.Provider(), at, err)
		}
		if b, err := p.EWay(t.Context(), number); err != nil || b.Of.Transport.TransporterID != string(carrier) {
			t.Errorf("%s: %+v, %v", p.Provider(), b, err)
		}
	}
}

func TestFaultsOfTheSandboxsEWaySystem(t *testing.T) {
	tests := []struct {
		fault string
		is    error
	}{
		{"drop-reply", ErrNoAnswer},
		{"http-504", ErrNoAnswer},
		{"http-504-after", ErrNoAnswer},
		{"garbage", ErrNoAnswer},
		{"down", ErrNoAnswer},
		{"token-revoked", nil},
	}
	box := openPractice(t)
	for _, p := range box.portals {
		for _, tt := range tests {
			t.Run(string(p.Provider())+" "+tt.fault, func(t *testing.T) {
				if _, err := p.SignInEWay(t.Context()); err != nil {
					t.Fatal(err)
				}
				number := string(p.Provider())[:1] + "/" + tt.fault
				box.plant(t, string(p.Provider()), "eway_make", tt.fault)
				if _, err := p.MakeEWay(t.Context(), consignment(number[:min(len(number), 16)])); !errors.Is(err, tt.is) {
					t.Errorf("got %v, want %v", err, tt.is)
				}
				box.clock.advance(longestBreak + time.Second)
			})
		}
	}
}

func TestAWrongHMACOfTheSandboxIsNoAnswer(t *testing.T) {
	box := openPractice(t)
	for _, i := range []int{0, 2} {
		p := box.portals[i]
		number := madeEWay(t, p, consignment("HM/"+string(p.Provider())))
		box.plant(t, string(p.Provider()), "eway_get", "wrong-hmac")
		if _, err := p.EWay(t.Context(), number); !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%s: %v", p.Provider(), err)
		}
		if _, err := p.EWay(t.Context(), number); err != nil {
			t.Errorf("%s, afterwards: %v", p.Provider(), err)
		}
	}
}

func TestASandboxMadeAnewHasAnotherEWayKey(t *testing.T) {
	box := openPractice(t)
	alankit := box.portals[0]
	if _, err := alankit.SignInEWay(t.Context()); err != nil {
		t.Fatal(err)
	}
	other := openPractice(t)
	box.caller.sandbox = other.root
	if _, err := alankit.MakeEWay(t.Context(), consignment("AN/1")); err != nil {
		t.Errorf("after the sandbox was made anew: %v", err)
	}
}

func TestWrongCredentialsAreARefusalOfTheEWaySignIn(t *testing.T) {
	box := openPractice(t)
	for _, cred := range PracticeCredentials() {
		for what, spoil := range map[string]func(*gst.Credentials){
			"password":         func(c *gst.Credentials) { c.EWayPassword = "wrong" },
			"user":             func(c *gst.Credentials) { c.EWayUsername = "NOBODY" },
			"subscription key": func(c *gst.Credentials) { c.SubscriptionKey, c.ASPPassword, c.ClientSecret = "wrong", "wrong", "wrong" },
		} {
			bad := cred
			spoil(&bad)
			_, err := box.caller.Portal(company, bad).TestSignInEWay(t.Context())
			var refused *gst.Refusal
			if !errors.As(err, &refused) || !errors.Is(err, ErrSignIn) {
				t.Errorf("%s, wrong %s: %v, want a refusal", cred.Provider, what, err)
			}
		}
	}
}
