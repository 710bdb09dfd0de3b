package handlers

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// input is one field of the editor's form: what it is called, and where its value lives
// in a T. Reading and writing a form, the words of messages and the question whether a
// name belongs to the form all go by it, so that they cannot drift apart.
type input[T any] struct {
	name  string // within its block: "pin"
	label string // likewise: "PIN code"
	read  func(r *formReader, p place, into *T)
	write func(b basis, from *T) string
}

// inputs are the fields of one block, in the order in which they are read.
type inputs[T any] []input[T]

// basis is what decides how some fields of a document are to be understood.
type basis struct {
	brought bool // figures are kept as they came
	typed   bool // prices are not plain: what was typed lives beside the unit price
}

// place is where a block stands: what its names begin with in the form, whose rows may
// have gaps, and in the document, whose rows have none.
type place struct{ form, doc string }

// at is the place of something within the block.
func (p place) at(name string) place { return place{p.form + name, p.doc + name} }

// read reads all fields of a block.
func (in inputs[T]) read(r *formReader, p place, into *T) {
	for i := range in {
		in[i].read(r, p.at(in[i].name), into)
	}
}

// write puts the fields of a block into a form. What is empty is taken out of it, so that
// nothing of what stood there before stays.
func (in inputs[T]) write(v url.Values, prefix string, b basis, from *T) {
	for i := range in {
		name := formName(prefix + in[i].name)
		if value := in[i].write(b, from); value != "" {
			v.Set(name, value)
		} else {
			v.Del(name)
		}
	}
}

// pick returns the inputs of these names, in the order of the names.
func (in inputs[T]) pick(names ...string) inputs[T] {
	picked := make(inputs[T], 0, len(names))
	for _, name := range names {
		picked = append(picked, in[slices.IndexFunc(in, func(i input[T]) bool { return i.name == name })])
	}
	return picked
}

// lifted are the inputs of a block that the T always has.
func lifted[T, B any](in inputs[B], prefix string, at func(*T) *B) inputs[T] {
	list := make(inputs[T], 0, len(in))
	for _, i := range in {
		list = append(list, input[T]{prefix + i.name, i.label,
			func(r *formReader, p place, into *T) { i.read(r, p, at(into)) },
			func(b basis, from *T) string { return i.write(b, at(from)) },
		})
	}
	return list
}

// block reads a part that a document may lack: nil when nothing is in it. With asks it is
// there as soon as one of its fields is filled, though it be with zero.
func block[B comparable](r *formReader, p place, in inputs[B], asks bool) *B {
	var b, none B
	in.read(r, p, &b)
	filled := func(i input[B]) bool { return r.text(p.form+i.name) != "" }
	if b == none && (!asks || !slices.ContainsFunc(in, filled)) {
		return nil
	}
	return &b
}

// textInput is a text, as it stands there.
func textInput[T any, S ~string](name, label string, at func(*T) *S) input[T] {
	return input[T]{name, label,
		func(r *formReader, p place, into *T) { *at(into) = S(r.text(p.form)) },
		func(_ basis, from *T) string { return string(*at(from)) },
	}
}

// capitalInput is a text that people need not type in capitals. What was brought stays as
// it came.
func capitalInput[T any](name, label string, at func(*T) *string) input[T] {
	return input[T]{name, label,
		func(r *formReader, p place, into *T) {
			if *at(into) = r.text(p.form); !r.brought {
				*at(into) = strings.ToUpper(*at(into))
			}
		},
		func(_ basis, from *T) string { return *at(from) },
	}
}

// tickInput is a box to tick.
func tickInput[T any](name, label string, at func(*T) *bool) input[T] {
	return input[T]{name, label,
		func(r *formReader, p place, into *T) { *at(into) = r.text(p.form) != "" },
		func(_ basis, from *T) string {
			if *at(from) {
				return "on"
			}
			return ""
		},
	}
}

// number is a kind of value that is read from text and written by String.
type number interface {
	comparable
	String() string
}

// numberInput is a number or a date; zero is an empty field.
func numberInput[T any, N number](name, label string, parse func(string) (N, error), at func(*T) *N) input[T] {
	return input[T]{name, label,
		func(r *formReader, p place, into *T) { *at(into) = parsed(r, p, parse) },
		func(_ basis, from *T) string {
			var zero N
			if *at(from) == zero {
				return ""
			}
			return (*at(from)).String()
		},
	}
}

func moneyInput[T any](name, label string, at func(*T) *gst.Paise) input[T] {
	return numberInput(name, label, gst.ParsePaise, at)
}

func milliInput[T any](name, label string, at func(*T) *gst.Milli) input[T] {
	return numberInput(name, label, gst.ParseMilli, at)
}

func rateInput[T any](name, label string, at func(*T) *gst.Rate) input[T] {
	return numberInput(name, label, gst.ParseRate, at)
}

func dateInput[T any](name, label string, at func(*T) *gst.Date) input[T] {
	return numberInput(name, label, gst.ParseDate, at)
}

// figureInput is an amount that a brought document must state: one that was forgotten is
// not zero.
func figureInput[T any](name, label string, at func(*T) *gst.Paise) input[T] {
	in := moneyInput(name, label, at)
	return input[T]{name, label,
		func(r *formReader, p place, into *T) {
			if r.text(p.form) == "" {
				r.fault("required", p)
			}
			in.read(r, p, into)
		},
		func(_ basis, from *T) string { return (*at(from)).String() },
	}
}

// wholeInput is a whole number; zero is an empty field.
func wholeInput[T any, N ~int | ~int64](name, label string, at func(*T) *N) input[T] {
	return input[T]{name, label,
		func(r *formReader, p place, into *T) { *at(into) = N(parsed(r, p, parseWhole)) },
		func(_ basis, from *T) string {
			if *at(from) == 0 {
				return ""
			}
			return strconv.FormatInt(int64(*at(from)), 10)
		},
	}
}

// parseWhole reads a whole number, grouped or not.
func parseWhole(text string) (gst.Milli, error) {
	n, err := gst.ParseMilli(text)
	if err == nil && n%1000 != 0 {
		err = gst.ErrNotNumber
	}
	return n / 1000, err
}

// pinInput is a PIN code, which people also write in two halves.
func pinInput(name, label string) input[gst.Party] {
	return input[gst.Party]{name, label,
		func(r *formReader, p place, into *gst.Party) {
			pin := strings.ReplaceAll(r.text(p.form), " ", "")
			if pin == "" {
				return
			}
			n, err := strconv.Atoi(pin)
			if err != nil || len(pin) != 6 {
				r.fault("pin.range", p)
			}
			into.PIN = n
		},
		func(_ basis, from *gst.Party) string {
			if from.PIN == 0 {
				return ""
			}
			return strconv.Itoa(from.PIN)
		},
	}
}
