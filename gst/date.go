package gst

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// IST is Indian Standard Time. It is exact: India keeps no daylight saving.
var IST = time.FixedZone("IST", 5*3600+30*60)

// ErrNotDate is wrapped by ParseDate for a text that is no day of the calendar.
var ErrNotDate = errors.New("not a date")

// Date is a day in IST as yyyymmdd (20261122), so that days compare and store as
// integers; 0 is no date.
type Date int32

// DateOf returns the day of t in IST; 0 for the zero time.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.In(IST).Date()
	return NewDate(y, m, d)
}

// NewDate returns the day, which must exist.
func NewDate(year int, month time.Month, day int) Date {
	return Date(year*10000 + int(month)*100 + day)
}

// dateLayouts are the ways people and programs write a day: the portal's and the
// keyboard's first, then what HTML date fields and accounting programs write.
var dateLayouts = [...]string{"2/1/2006", "2006-01-02", "2-1-2006", "2.1.2006", "2-Jan-2006", "2 Jan 2006"}

// ParseDate reads 22/11/2026, 2026-11-22, 22-11-2026, 22.11.2026, 22-Nov-2026 or
// 22 Nov 2026. It wraps ErrNotDate for anything else and for days that do not exist.
func ParseDate(s string) (Date, error) {
	text := strings.Trim(s, blanks)
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1000 {
			y, m, d := t.Date()
			return NewDate(y, m, d), nil
		}
	}
	return 0, fmt.Errorf("%q: %w", s, ErrNotDate)
}

// split returns year, month and day.
func (d Date) split() (year int, month time.Month, day int) {
	return int(d / 10000), time.Month(d / 100 % 100), int(d % 100)
}

// String returns dd/mm/yyyy, as INV-01 and Indian paper write it; "" for 0.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	y, m, day := d.split()
	return fmt.Sprintf("%02d/%02d/%04d", day, m, y)
}

// Long returns "22 Nov 2026", for screens; "" for 0.
func (d Date) Long() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2 Jan 2006")
}

// Time returns midnight IST at the beginning of the day; the zero time for 0.
func (d Date) Time() time.Time {
	if d == 0 {
		return time.Time{}
	}
	y, m, day := d.split()
	return time.Date(y, m, day, 0, 0, 0, 0, IST)
}

// AddDays returns the day n days later, earlier when n is negative; 0 for 0.
func (d Date) AddDays(n int) Date {
	if d == 0 {
		return 0
	}
	return DateOf(d.Time().AddDate(0, 0, n))
}

// DaysSince returns how many days d lies after e; negative when before. Both must be
// dates.
func (d Date) DaysSince(e Date) int {
	return int(d.Time().Sub(e.Time()) / (24 * time.Hour))
}

// FinancialYear returns the year from April to March that the day lies in, as
// "2026-27"; "" for 0.
func (d Date) FinancialYear() string {
	if d == 0 {
		return ""
	}
	y, m, _ := d.split()
	if m < time.April {
		y--
	}
	return fmt.Sprintf("%04d-%02d", y, (y+1)%100)
}
