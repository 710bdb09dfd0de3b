package master

import (
	"slices"
	"strconv"
	"sync"
)

// State is a state or union territory by its GST code, or one of the codes that stand
// for places outside them.
type State struct {
	Code  string // two digits
	Name  string
	Union bool // union territory: the second half of the tax is UTGST where it has no legislature
}

// Codes that are no state: places abroad and other territory (the sea, for instance).
const (
	Abroad         = "96"
	OtherTerritory = "97"
	PINAbroad      = 999999 // stands for both
)

// states is the table of states.
type stateTable struct {
	current []State // what a new document may name
	names   map[string]string
}

var states = sync.OnceValue(func() stateTable {
	t := stateTable{names: map[string]string{}}
	for _, row := range table("states.csv") {
		code, name, kind := row[0], row[1], row[2]
		t.names[code] = name
		if kind != "ended" && code != "99" { // 99 only begins GSTINs
			t.current = append(t.current, State{Code: code, Name: name, Union: kind == "union"})
		}
	}
	return t
})

// States returns the codes that may be chosen today, by code: states, union
// territories, 96 and 97. Codes that ended (25, 28) and 99 are left out.
func States() []State { return slices.Clone(states().current) }

// StateName returns the name of a code, ended ones included; "" when unknown.
func StateName(code string) string { return states().names[code] }

// StateExists reports whether the code is known, ended ones included, since old GSTINs
// begin with them.
func StateExists(code string) bool {
	_, ok := states().names[code]
	return ok
}

// pins lists, for the first three digits of a PIN code, the states it may lie in.
var pins = sync.OnceValue(func() [][]string {
	byPrefix := make([][]string, 1000)
	for _, row := range table("pins.csv") {
		from, to := number(row[1]), number(row[2])
		for p := from; p <= to; p++ {
			byPrefix[p] = append(byPrefix[p], row[0])
		}
	}
	byPrefix[PINAbroad/1000] = []string{Abroad, OtherTerritory}
	return byPrefix
})

// PINState returns the codes of the states that the PIN code may lie in: several where
// postal districts cross borders, none when the PIN code does not exist.
func PINState(pin int) []string { return slices.Clone(pinStates(pin)) }

// PINInState reports whether the PIN code may lie in the state.
func PINInState(pin int, state string) bool { return slices.Contains(pinStates(pin), state) }

func pinStates(pin int) []string {
	if pin < 100000 || pin > 999999 || (pin/1000 == 999 && pin != PINAbroad) {
		return nil
	}
	return pins()[pin/1000]
}

// number reads a number of an embedded table; like table, it panics on a mistake of
// the build.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("master: " + err.Error())
	}
	return n
}
