// Package master holds the code tables of GST: states, PIN ranges, units, countries,
// currencies, ports, tariff headings, and the rates and rules that change by date. It
// says what exists; what a document may say about it is decided in package gst.
//
// The tables are CSV files in data, read once when first asked for.
package master

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
)

//go:embed data
var files embed.FS

// Unit is a unique quantity code (UQC).
type Unit struct{ Code, Name string }

// Country is an ISO 3166-1 country.
type Country struct{ Code, Name string }

// Currency is an ISO 4217 currency.
type Currency struct{ Code, Name string }

// Port is a customs port.
type Port struct{ Code, Name string }

// table reads an embedded CSV file without its heading row. The files are part of the
// program and a test reads each of them, so a malformed one can only be a mistake of
// the build: it panics.
func table(name string) [][]string {
	f, err := files.Open("data/" + name)
	if err != nil {
		panic(fmt.Sprintf("master: %v", err))
	}
	defer func() { _ = f.Close() }() // an embedded file has nothing to close
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		panic(fmt.Sprintf("master: table %s with %d rows: %v", name, len(rows), err))
	}
	return rows[1:]
}

// codes is a table of codes and names, in the order of the file.
type codes struct {
	list  [][]string
	names map[string]string
}

// loadCodes returns a function that reads a table of codes once.
func loadCodes(name string) func() codes {
	return sync.OnceValue(func() codes {
		c := codes{list: table(name), names: map[string]string{}}
		for _, row := range c.list {
			c.names[row[0]] = row[1]
		}
		return c
	})
}

func (c codes) has(code string) bool {
	_, ok := c.names[code]
	return ok
}

// The tables of codes. They never change after they were read.
var (
	units      = loadCodes("units.csv")
	countries  = loadCodes("countries.csv")
	currencies = loadCodes("currencies.csv")
	ports      = loadCodes("ports.csv")
)

// Units returns all unit codes, by code.
func Units() []Unit {
	return list(units, func(code, name string) Unit { return Unit{code, name} })
}

// UnitExists reports whether the portals take the unit code, without regard to case.
func UnitExists(code string) bool { return units().has(strings.ToUpper(code)) }

// Countries returns all countries, by code.
func Countries() []Country {
	return list(countries, func(code, name string) Country { return Country{code, name} })
}

// CountryExists reports whether the two capitals are a country's code.
func CountryExists(code string) bool { return countries().has(code) }

// CountryName returns the country's English name; "" for an unknown code.
func CountryName(code string) string { return countries().names[code] }

// Currencies returns all currencies, by code.
func Currencies() []Currency {
	return list(currencies, func(code, name string) Currency { return Currency{code, name} })
}

// CurrencyExists reports whether the code is a currency's, without regard to case.
func CurrencyExists(code string) bool { return currencies().has(strings.ToUpper(code)) }

// Ports returns all ports, by code.
func Ports() []Port {
	return list(ports, func(code, name string) Port { return Port{code, name} })
}

// PortExists reports whether the code is a port's, without regard to case.
func PortExists(code string) bool { return ports().has(strings.ToUpper(code)) }

// PortName returns the port's name; "" for an unknown code.
func PortName(code string) string { return ports().names[strings.ToUpper(code)] }

// list makes a fresh slice of a table, which the caller may change.
func list[T any](t func() codes, build func(code, name string) T) []T {
	all := t().list
	out := make([]T, 0, len(all))
	for _, row := range all {
		out = append(out, build(row[0], row[1]))
	}
	return out
}
