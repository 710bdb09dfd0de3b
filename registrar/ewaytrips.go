package registrar

import (
	"context"
	"errors"
	"slices"

	"mohar/gsp"
	"mohar/gst"
)

// askTrip has a trip sheet made, or one made again for another vehicle.
func askTrip(_ *Registrar, ctx context.Context, p *gsp.Portal, h *haul) error {
	number, at, err := p.MakeTrip(ctx, h.Trip)
	if err != nil {
		return err
	}
	if number == "" {
		return errNoNumber
	}
	h.afterTrip = *h.Trip
	h.afterTrip.Number, h.afterTrip.Made, h.afterTrip.State = number, at, gst.EWayActive
	return nil
}

// seekTrip looks for a trip sheet: the bills that are in one tell its number.
func seekTrip(r *Registrar, ctx context.Context, p *gsp.Portal, h *haul) (bool, error) {
	if len(h.Trip.Bills) == 0 {
		return false, nil
	}
	there, err := p.EWay(ctx, h.Trip.Bills[0].Number)
	if err != nil {
		return false, err
	}
	for _, v := range there.Vehicles { // newest first
		if v.TripSheet == "" || v.TripSheet == h.Trip.Old || !v.SameCarrier(h.Trip.PartB) ||
			v.Entered.Before(h.Queued.Add(-gst.EWayClockSkew)) {
			continue
		}
		sheet, err := p.Trip(ctx, v.TripSheet)
		switch {
		case judgeEWay(err) == absent, errors.Is(err, gst.ErrNotFound):
			continue
		case err != nil:
			return false, err
		case sameBills(sheet.Bills, h.Trip.Bills):
			h.afterTrip = *h.Trip
			h.afterTrip.Number, h.afterTrip.Made, h.afterTrip.State = v.TripSheet, sheet.Made, gst.EWayActive
			if sheet.Made.IsZero() {
				h.afterTrip.Made = v.Entered
			}
			return true, nil
		}
	}
	return false, nil
}

// sameBills reports whether two trip sheets are of the same bills.
func sameBills(a, b []gst.TripBill) bool {
	numbers := func(bills []gst.TripBill) []string {
		all := make([]string, len(bills))
		for i, x := range bills {
			all[i] = x.Number
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(numbers(a), numbers(b))
}
