package pdf

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

// consignment is an e-way bill that says everything one can say.
func consignment() gst.EWay {
	part := gst.PartB{Mode: "1", Vehicle: "MH12AB1234", VehicleType: "R", Place: "Pune", State: "27", DocumentNumber: "LR-4471", DocumentDate: 20261122}
	later := part
	later.Vehicle, later.Place, later.State, later.DocumentNumber, later.DocumentDate = "KA01CD5678", "Hubballi", "29", "", 0
	b := gst.EWay{
		Company: "27AAPFU0939F1ZV", Mode: gst.Live, Role: gst.EWayOurs, Route: gst.EWayByIRN, State: gst.EWayActive,
		Number: "301002999920", Made: acknowledged, MadeBy: "27AAPFU0939F1ZV", ValidUntil: time.Date(2026, 11, 27, 23, 59, 0, 0, gst.IST), Extensions: 1,
		Vehicles: []gst.EWayVehicle{
			{PartB: later, Entered: acknowledged.Add(20 * time.Hour), EnteredBy: "29AWGPV7107B1Z1", TripSheet: "3810012345", Group: 1, Quantity: 82_000},
			{PartB: part, Entered: acknowledged.Add(time.Minute), EnteredBy: "27AAPFU0939F1ZV"},
		},
		Groups: []gst.EWayGroup{{Group: 1, Quantity: 240_000, Unit: "CTN"}},
		Of: gst.Consignment{
			Direction: gst.Outward, SubSupply: gst.SubSupplySale, Paper: gst.PaperInvoice, Number: "INV/26-27/0418", Date: 20261122, Transaction: 2,
			From: gst.ConsignmentEnd{GSTIN: "27AAPFU0939F1ZV", Name: "Sharda Traders", State: "27", Address1: "14 Dana Bazaar", Address2: "Market Yard", Place: "Pune", PIN: 411037, PlaceState: "27"},
			To: gst.ConsignmentEnd{
				GSTIN: "29AABCK1234M1Z1", Name: "Konkan Provision Stores Private Limited", State: "29", Address1: "Survey 118, Hoskote", Place: "Bengaluru Rural", PIN: 562114, PlaceState: "29",
				OtherGSTIN: "29AAACW6288M1ZH", OtherName: "Depot",
			},
			Totals:    gst.ConsignmentTotals{Taxable: 1_86_000_00, IGST: 12_000_50, Cess: 17_409_60, CessFixed: 100_00, Other: -99_00, Total: 2_09_478_00},
			Transport: gst.EWayDetails{TransporterID: "29AWGPV7107B1Z1", TransporterName: "Deccan Roadways", Distance: 842, Mode: "1"},
			IRN:       "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
		},
	}
	for _, l := range goods {
		b.Of.Lines = append(b.Of.Lines, gst.ConsignmentLine{
			Name: l.Description, HSN: l.HSN, Quantity: l.Quantity, Unit: l.Unit, Taxable: 37_200_00, IGST: l.GSTRate, Cess: 12_000,
		})
	}
	return b
}

// partA is the same before anybody knew the vehicle.
func partA() gst.EWay {
	b := consignment()
	b.State, b.ValidUntil, b.Vehicles, b.Groups, b.Extensions = gst.EWayPartA, time.Time{}, nil, nil, 0
	return b
}

func cancelled() gst.EWay {
	b := consignment()
	b.State, b.Mode = gst.EWayCancelled, gst.Practice
	b.Cancelled = gst.EWayCancellation{At: acknowledged.Add(3 * time.Hour), Reason: gst.EWayCancelOrder}
	return b
}

func trip() *gst.TripSheet {
	t := &gst.TripSheet{
		Company: "27AAPFU0939F1ZV", Mode: gst.Live, State: gst.EWayActive, Number: "3810012345", Made: acknowledged, Old: "3810012300",
		PartB: gst.PartB{Mode: "1", Vehicle: "MH12AB1234", Place: "Pune", State: "27", DocumentNumber: "LR-9", DocumentDate: 20261122},
	}
	for i := range 60 {
		t.Bills = append(t.Bills, gst.TripBill{
			Number: strconv.Itoa(301002999900 + i), Date: acknowledged, ValidUntil: time.Date(2026, 11, 27, 23, 59, 0, 0, gst.IST),
			Paper: "INV/26-27/" + strconv.Itoa(400+i), PaperDate: 20261122, From: "Pune", To: "Bengaluru Rural", Total: 2_09_478_00,
		})
	}
	return t
}

func eways(t *testing.T, o EWayOptions, bills ...gst.EWay) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := New().WriteEWays(&b, bills, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEWayPrintsGolden(t *testing.T) {
	var sheet bytes.Buffer
	if err := New().WriteTrip(&sheet, trip(), EWayOptions{}); err != nil {
		t.Fatal(err)
	}
	tests := map[string][]byte{
		"eway":         eways(t, EWayOptions{}, consignment()),
		"eway-a5":      eways(t, EWayOptions{A5: true}, consignment()),
		"eway-part-a":  eways(t, EWayOptions{}, partA()),
		"eway-slip":    eways(t, EWayOptions{Slip: true}, consignment()),
		"eway-slip-a5": eways(t, EWayOptions{Slip: true, A5: true}, cancelled()),
		"eway-trip":    sheet.Bytes(),
	}
	for name, got := range tests {
		file := filepath.Join("testdata", name+".pdf")
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s changed (%d bytes, was %d); look at it and run the tests with -update", file, len(got), len(want))
		}
	}
}

// Both codes must scan at the resolution of a plain office printer.
func TestEWayCodesScan(t *testing.T) {
	program(t, "zbarimg")
	for _, o := range []EWayOptions{{}, {A5: true}, {Slip: true}, {Slip: true, A5: true}} {
		name := saved(t, eways(t, o, consignment()))
		page := strings.TrimSuffix(name, ".pdf")
		read(t, "pdftoppm", "-r", "150", "-png", name, page)
		pages, err := filepath.Glob(page + "-*.png")
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSpace(read(t, "zbarimg", append([]string{"--raw", "-q"}, pages...)...)), "\n")
		slices.Sort(got)
		want := []string{"301002999920", "301002999920/27AAPFU0939F1ZV/22-11-2026 10:44:00"}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: scanned %q, want %q", o, got, want)
		}
	}
}

func TestDetailedEWayBillSaysWhatThePortalsOwnSays(t *testing.T) {
	text := words(t, eways(t, EWayOptions{}, consignment()))
	for _, part := range []string{
		"3010 0299 9920", "22/11/2026 10:44 AM", "27AAPFU0939F1ZV · Sharda Traders", "[842 km]", "27/11/2026 11:59 PM", "Road", "Outward – Supply",
		"Tax Invoice · INV/26-27/0418 · 22/11/2026", "Bill To – Ship To", "once", "29AABCK1234M1Z1", "Survey 118, Hoskote, Bengaluru Rural 562114, Karnataka (29)",
		"20079910", "240 CTN", "NE+NE+5+12+NE", "37,200.00", "2,09,478.00", "29AWGPV7107B1Z1 · Deccan Roadways", "KA01CD5678", "MH12AB1234 / LR-4471 of", "3810012345", "1 / 82 of 240",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in %s", part, text)
		}
	}
}

// GSTN's answers of July 2026: what is given as GSTIN of the ship-to party is not printed.
func TestShipToGSTINIsNeverPrinted(t *testing.T) {
	for _, o := range []EWayOptions{{}, {Slip: true}} {
		if text := words(t, eways(t, o, consignment())); strings.Contains(text, "29AAACW6288M1ZH") {
			t.Errorf("%+v prints it", o)
		}
	}
}

func TestEWayPrintsAreMarked(t *testing.T) {
	expired := consignment()
	tests := []struct {
		name string
		bill gst.EWay
		now  time.Time
		want string
	}{
		{"Part A alone", partA(), time.Time{}, "PART-A SLIP – NOT VALID FOR MOVEMENT"},
		{"cancelled", cancelled(), time.Time{}, "CANCELLED 22/11/2026 01:44 PM"},
		{"practice", cancelled(), time.Time{}, "PRACTICE – not an e-way bill"},
		{"expired", expired, expired.ValidUntil.Add(time.Minute), "EXPIRED 27/11/2026 11:59 PM"},
		{"lapsed", partA(), acknowledged.Add(16 * 24 * time.Hour), "LAPSED WITHOUT PART B"},
	}
	for _, test := range tests {
		for _, slip := range []bool{false, true} {
			if text := words(t, eways(t, EWayOptions{Slip: slip, Now: test.now}, test.bill)); !strings.Contains(text, test.want) {
				t.Errorf("%s, slip %v: %q is missing in %s", test.name, slip, test.want, text)
			}
		}
	}
	if text := words(t, eways(t, EWayOptions{Now: acknowledged}, consignment())); strings.Contains(text, "EXPIRED") || strings.Contains(text, "PRACTICE") {
		t.Errorf("one in force is marked: %s", text)
	}
}

func TestManyEWayBillsAreOneFileAndCountTheirOwnPages(t *testing.T) {
	many := []gst.EWay{consignment(), partA(), cancelled()}
	file := eways(t, EWayOptions{Slip: true}, many...)
	if got := bytes.Count(file, []byte("/Type /Page\n")); got != 3 {
		t.Errorf("%d pages, want 3", got)
	}
	if text := words(t, file); strings.Count(text, "Page 1 of 1") != 3 {
		t.Errorf("pages are not counted by bill: %s", text)
	}
}

func TestALongEWayBillRepeatsItsTableHeadOnEveryPage(t *testing.T) {
	b := consignment()
	for range 245 {
		b.Of.Lines = append(b.Of.Lines, b.Of.Lines[0])
	}
	file := eways(t, EWayOptions{A5: true}, b)
	pages := bytes.Count(file, []byte("/Type /Page\n"))
	if heads := strings.Count(words(t, file), "Product and description"); pages < 5 || heads < pages-2 {
		t.Errorf("%d heads on %d pages", heads, pages)
	}
}

func TestTripSheetListsItsBills(t *testing.T) {
	var b bytes.Buffer
	if err := New().WriteTrip(&b, trip(), EWayOptions{}); err != nil {
		t.Fatal(err)
	}
	text := words(t, b.Bytes())
	for _, part := range []string{"Consolidated e-Way Bill", "3810012345", "trip sheet 3810012300", "MH12AB1234", "3010 0299 9900", "3010 0299 9959", "INV/26-27/459 of 22/11/2026", "Page 2 of 2"} {
		if !strings.Contains(text, part) {
			t.Errorf("%q is missing in %s", part, text)
		}
	}
}

func TestReplacedTripSheetNamesItsSuccessor(t *testing.T) {
	old := trip()
	old.Next = "3810012399"
	var b bytes.Buffer
	if err := New().WriteTrip(&b, old, EWayOptions{}); err != nil {
		t.Fatal(err)
	}
	if text := words(t, b.Bytes()); !strings.Contains(text, "REPLACED BY TRIP SHEET 3810012399") {
		t.Errorf("no word of it in %s", text)
	}
}

func TestWhatThePortalHasNotMadeIsNotPrinted(t *testing.T) {
	var b bytes.Buffer
	if err := New().WriteEWays(&b, []gst.EWay{{State: gst.EWayPending}}, EWayOptions{}); err == nil || b.Len() > 0 {
		t.Errorf("an e-way bill without number: %v, %d bytes", err, b.Len())
	}
	if err := New().WriteTrip(&b, &gst.TripSheet{}, EWayOptions{}); err == nil || b.Len() > 0 {
		t.Errorf("a trip sheet without number: %v, %d bytes", err, b.Len())
	}
	if err := New().WriteEWays(&b, nil, EWayOptions{}); err == nil {
		t.Error("no bill at all: no error")
	}
}
