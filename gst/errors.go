package gst

import (
	"errors"
	"strings"
)

// Errors that any room may return, wrapped, and that handlers turn into answers.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("already exists or was changed meanwhile")
	ErrState    = errors.New("not possible in this state")
)

// Fault is one thing wrong with one field. Its words stand in the lang room under
// "fault."+Rule, with Args put in.
type Fault struct {
	Rule    string   // e.g. "pin.state"
	Code    string   // NIC's code for the same breach, e.g. "3039"; empty where NIC has none
	Field   string   // form name of the field, e.g. "buyer.pin", "lines[2].hsn"; empty for the whole document
	Args    []string // for the text
	Warning bool     // shown, but does not stop anything
}

// Invalid is every fault found in what was typed or sent. It is an error only when
// at least one fault is not a warning; see Faults.Err.
type Invalid struct{ Faults Faults }

// Faults is a list of faults in the order of the form.
type Faults []Fault

// Error lists the rules broken, for logs; people see the lang room's words.
func (v Invalid) Error() string {
	rules := make([]string, 0, len(v.Faults))
	for _, f := range v.Faults {
		rules = append(rules, strings.TrimPrefix(f.Field+": "+f.Rule, ": "))
	}
	return "invalid: " + strings.Join(rules, "; ")
}

// For returns the faults of one field.
func (v Invalid) For(field string) Faults {
	var fs Faults
	for _, f := range v.Faults {
		if f.Field == field {
			fs = append(fs, f)
		}
	}
	return fs
}

// Err returns the faults as an Invalid error, or nil when all are warnings.
func (fs Faults) Err() error {
	for _, f := range fs {
		if !f.Warning {
			return Invalid{Faults: fs}
		}
	}
	return nil
}

// Before puts fs before more, of which it leaves out what is about the same fields: what
// could not be read looks missing to the rules, and one message a field is enough.
func (fs Faults) Before(more Faults) Faults {
	seen := make(map[string]bool, len(fs))
	for _, f := range fs {
		seen[f.Field] = true
	}
	joined := append(Faults(nil), fs...)
	for _, f := range more {
		if !seen[f.Field] {
			joined = append(joined, f)
		}
	}
	return joined
}

// Refusal is a clear "no" from the portal or a GSP.
type Refusal struct {
	Provider Provider
	Codes    []RefusalCode
	HTTP     int  // status of the reply
	Gateway  bool // refused by the GSP itself, before the portal saw it
	// Duplicate is what the portal says it holds under this number (DUPIRN).
	Duplicate *Registration
}

// RefusalCode is one code with the portal's own words.
type RefusalCode struct{ Code, Message string }

// Error gives the codes and the portal's words.
func (r *Refusal) Error() string {
	parts := make([]string, 0, len(r.Codes))
	for _, c := range r.Codes {
		parts = append(parts, strings.TrimSpace(c.Code+" "+c.Message))
	}
	return "refused: " + strings.Join(parts, "; ")
}

// Has reports whether one of the codes was given.
func (r *Refusal) Has(codes ...string) bool {
	for _, c := range r.Codes {
		for _, want := range codes {
			if c.Code == want {
				return true
			}
		}
	}
	return false
}
