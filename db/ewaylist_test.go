package db

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"mohar/gst"
)

func TestTabsAndCountsFollowTheClock(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	active := makeEWay(t, s, "A/1", "331000000001") // for 48 hours
	part := askEWay(t, s, "A/2")
	k := takeEWay(t, s, part.ID, gst.EWayMake)
	after := made(k.Bill, "331000000002", c.now())
	after.State, after.ValidUntil, after.Vehicles = gst.EWayPartA, time.Time{}, nil
	check(t, s.SaveEWay(ctx, k, after, Event{}))
	askEWay(t, s, "A/3")
	for _, role := range []gst.EWayRole{gst.EWayOther, gst.EWayTransporter} {
		found := made(&gst.EWay{Of: consignment("T/" + string(role))}, "44100000000"+map[gst.EWayRole]string{gst.EWayOther: "1", gst.EWayTransporter: "2"}[role], c.now())
		found.Role, found.MadeBy = role, theirs
		_, done, err := s.KeepEWay(ctx, ours, gst.Practice, found)
		if err != nil || done != EWayAdded {
			t.Fatalf("%q, %v", done, err)
		}
	}
	for _, at := range []struct {
		later time.Duration
		want  EWayCounts
	}{
		{0, EWayCounts{All: 5, ToDo: 1, Active: 1, PartA: 1, Others: 1, Transporter: 1}},
		{30 * time.Hour, EWayCounts{All: 5, ToDo: 1, Active: 1, PartA: 1, Expiring: 2, Others: 1, Transporter: 1}},
		{20 * time.Hour, EWayCounts{All: 5, ToDo: 1, PartA: 1, Expiring: 2, Expired: 1, Others: 1, Transporter: 1}},
		{15 * 24 * time.Hour, EWayCounts{All: 5, ToDo: 1, Expired: 2, Others: 1, Transporter: 1}},
	} {
		c.advance(at.later)
		got, err := s.EWayCounts(ctx, ours, gst.Practice, c.now())
		check(t, err)
		if got != at.want {
			t.Errorf("after %v more: %+v, want %+v", at.later, got, at.want)
		}
		for tab, want := range map[EWayTab]int64{
			EWaysAll: got.All, EWaysToDo: got.ToDo, EWaysActive: got.Active, EWaysPartA: got.PartA, EWaysExpiring: got.Expiring,
			EWaysExpired: got.Expired, EWaysCancelled: got.Cancelled, EWaysOthers: got.Others, EWaysTransporter: got.Transporter,
		} {
			bills, _, err := s.EWays(ctx, EWayQuery{Company: ours, Mode: gst.Practice, Tab: tab})
			check(t, err)
			if int64(len(bills)) != want {
				t.Errorf("after %v more: tab %q lists %d, counted %d", at.later, tab, len(bills), want)
			}
			for i := range bills {
				if !inTab(&bills[i], tab, c.now()) {
					t.Errorf("bill %d stands under %q", bills[i].ID, tab)
				}
			}
		}
	}
	if storedEWay(t, s, active.ID).StateAt(c.now()) != gst.EWayExpired {
		t.Error("it is not expired")
	}
	askEWay(t, s, "A/2") // Part A that was discarded makes room
	wantFindings(t, s, "")
}

func TestWhatIsAskedAboutAMadeBillAndWhatOfItWasRefusedIsToDo(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	asked, refused := makeEWay(t, s, "A/1", "331000000001"), makeEWay(t, s, "A/2", "331000000002")
	makeEWay(t, s, "A/3", "331000000003")
	order := gst.EWayOrder{Action: gst.EWayCancel, Cancel: &gst.EWayCancellation{Reason: gst.EWayCancelOrder}}
	check(t, s.OrderEWay(ctx, ours, refused.ID, order))
	check(t, s.RefuseEWay(ctx, takeEWay(t, s, refused.ID, gst.EWayCancel), gst.Refusal{Codes: []gst.RefusalCode{{Code: "315"}}}))
	check(t, s.OrderEWay(ctx, ours, asked.ID, order))
	askEWay(t, s, "A/4")
	wantToDo := func(want ...string) {
		t.Helper()
		for _, q := range []EWayQuery{{}, {Query: "A/"}, {Query: "xyz comp"}} {
			q.Company, q.Mode, q.Tab = ours, gst.Practice, EWaysToDo
			bills, _, err := s.EWays(ctx, q)
			check(t, err)
			var got []string
			for i := range bills {
				got = append(got, bills[i].Of.Number)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%q: to do %q, want %q", q.Query, got, want)
			}
		}
		if counts, err := s.EWayCounts(ctx, ours, gst.Practice, c.now()); err != nil || counts.ToDo != int64(len(want)) {
			t.Errorf("counted %d, want %d: %v", counts.ToDo, len(want), err)
		}
	}
	wantToDo("A/1", "A/2", "A/4")
	c.advance(refused.ValidUntil.Add(7*time.Hour + 59*time.Minute).Sub(c.now())) // it may still be extended
	wantToDo("A/1", "A/2", "A/4")
	c.advance(time.Minute) // it is over for good; what is asked is still open
	wantToDo("A/1", "A/4")
}

func TestPagesOfEWayBillsGoOnWhereTheyEnded(t *testing.T) {
	s, c := newStore(t)
	for i := range 7 {
		makeEWay(t, s, fmt.Sprintf("A/%d", i), fmt.Sprintf("33100000000%d", i))
		c.advance(time.Duration(i%2) * time.Minute) // some at the same moment
	}
	for _, q := range []EWayQuery{{}, {Tab: EWaysActive}, {Tab: EWaysExpiring}, {Tab: EWaysExpired}, {Query: "KA01AB"}, {Query: "A/"}} {
		if q.Tab == EWaysExpiring {
			c.advance(30 * time.Hour)
		}
		if q.Tab == EWaysExpired {
			c.advance(30 * time.Hour)
		}
		q.Company, q.Mode, q.Limit = ours, gst.Practice, 2
		seen, pages := map[int64]bool{}, 0
		for {
			bills, next, err := s.EWays(t.Context(), q)
			check(t, err)
			for _, b := range bills {
				if seen[b.ID] {
					t.Errorf("%q %q: bill %d twice", q.Tab, q.Query, b.ID)
				}
				seen[b.ID] = true
			}
			if pages++; next.IsZero() || pages > 9 {
				break
			}
			if q.After, err = ParseCursor(next.String()); err != nil {
				t.Fatal(err)
			}
		}
		if len(seen) != 7 || pages != 4 {
			t.Errorf("%q %q: %d bills on %d pages", q.Tab, q.Query, len(seen), pages)
		}
	}
}

func TestEWayBillsAreFoundByWhatStandsOnThem(t *testing.T) {
	s, _ := newStore(t)
	b := makeEWay(t, s, "A/77", "331000000042")
	makeEWay(t, s, "B/1", "552000000077")
	for _, query := range []string{"33100", "0042", "A/77", "a/7", "xyz comp", "27AWGPV", "KA01AB"} {
		bills, _, err := s.EWays(t.Context(), EWayQuery{Company: ours, Mode: gst.Practice, Query: query})
		check(t, err)
		found := false
		for i := range bills {
			found = found || bills[i].ID == b.ID
		}
		if !found {
			t.Errorf("not found by %q", query)
		}
	}
	for _, q := range []EWayQuery{{Query: "33100", Tab: EWaysToDo}, {Query: "33100", Company: theirs}, {Query: "33100", Mode: gst.Live}, {Query: "nobody"}} {
		if q.Company == "" {
			q.Company = ours
		}
		if q.Mode == "" {
			q.Mode = gst.Practice
		}
		bills, _, err := s.EWays(t.Context(), q)
		check(t, err)
		if len(bills) != 0 {
			t.Errorf("%+v found %d", q, len(bills))
		}
	}
}
