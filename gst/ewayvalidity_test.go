package gst

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"testing"
	"time"
)

// at reads a moment in IST that a test states, or fails it.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, IST)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// specTable reads a table of the specification, heading row first; it skips the test where
// the tables are not at hand.
func specTable(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(samples + "/../spec/data/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the tables are not beside the project: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %d rows: %v", name, len(rows), err)
	}
	return rows
}

func TestEWayValidity(t *testing.T) {
	tests := []struct {
		name  string
		start string
		km    int
		odc   bool
		want  string
	}{
		{"a short way has one day, up to midnight of the next", "2022-10-05 12:39", 10, false, "2022-10-06 23:59"},
		{"200 km are one day", "2026-01-01 23:58", 200, false, "2026-01-02 23:59"},
		{"a part of 200 km is a day", "2026-01-01 23:58", 201, false, "2026-01-03 23:59"},
		{"thirteen days for 2467 km", "2022-09-16 19:29", 2467, false, "2022-09-29 23:59"},
		{"the longest way", "2026-01-01 10:00", 4000, false, "2026-01-21 23:59"},
		{"over-dimensional cargo and ships have a day for 20 km", "2026-01-01 10:00", 21, true, "2026-01-03 23:59"},
		{"up to 2020 a day was for 100 km", "2020-12-31 10:00", 200, false, "2021-01-02 23:59"},
		{"a distance that is not known counts as the shortest", "2026-01-01 10:00", 0, false, "2026-01-02 23:59"},
		{"a leap day is a day", "2028-02-27 10:00", 400, false, "2028-02-29 23:59"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := EWayValidity(at(t, tt.start), tt.km, tt.odc, nil); !got.Equal(at(t, tt.want)) {
				t.Errorf("got %s", got.In(IST))
			}
		})
	}
	if got := EWayValidity(at(t, "2017-08-01 10:00"), 10, false, nil); !got.IsZero() {
		t.Errorf("there were no e-way bills in 2017, got %s", got)
	}
}

func TestRecordedValidities(t *testing.T) {
	for _, row := range specTable(t, "ewb-validity-vectors.csv")[1:] {
		const layout = "02/01/2006 03:04:05 PM"
		start, err := time.ParseInLocation(layout, row[0], IST)
		km, err2 := strconv.Atoi(row[1])
		want, err3 := time.ParseInLocation(layout, row[4], IST)
		if err != nil || err2 != nil || err3 != nil {
			t.Fatal(row, err, err2, err3)
		}
		if got := EWayValidity(start, km, row[2] == "O", nil); !got.Equal(want) {
			t.Errorf("%v: got %s", row, got.In(IST))
		}
	}
}

func TestTimeEndsEWayBills(t *testing.T) {
	made := at(t, "2026-11-01 10:00")
	until := at(t, "2026-11-03 23:59")
	tests := []struct {
		name  string
		state EWayState
		now   string
		want  EWayState
		hours int
		ends  bool
	}{
		{"a bill is active up to its last minute", EWayActive, "2026-11-03 23:59", EWayActive, 0, true},
		{"then it is expired", EWayActive, "2026-11-04 00:00", EWayExpired, -1, true},
		{"hours count down", EWayActive, "2026-11-03 12:00", EWayActive, 11, true},
		{"hours behind the end", EWayActive, "2026-11-04 03:30", EWayExpired, -3, true},
		{"Part A waits fifteen days", EWayPartA, "2026-11-16 10:00", EWayPartA, 0, true},
		{"and is then discarded", EWayPartA, "2026-11-16 10:01", EWayDiscarded, -1, true},
		{"what was cancelled stays so", EWayCancelled, "2027-11-16 10:01", EWayCancelled, 0, false},
		{"what was refused has no end", EWayFailed, "2027-11-16 10:01", EWayFailed, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := &EWay{State: tt.state, Made: made}
			if tt.state == EWayActive {
				b.ValidUntil = until
			}
			now := at(t, tt.now)
			if got := b.StateAt(now); got != tt.want {
				t.Errorf("got %s", got)
			}
			if hours, ends := b.HoursLeft(now); hours != tt.hours || ends != tt.ends {
				t.Errorf("got %d hours, ends %t", hours, ends)
			}
		})
	}
}
