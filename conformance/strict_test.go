package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// The struct tag "octa" says what the order of fields alone cannot:
//
//	maybe  the member may be missing; where it is there it stands in its place
//	free   members inside may stand in any order: they are NIC's, passed through
const tag = "octa"

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// strict decodes one JSON value with nothing before, after or beside it. encoding/json
// alone takes members in any case and order, null for a string and a missing member
// for its zero, so the names are compared one by one as well.
func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if _, more := dec.Token(); err == nil && !errors.Is(more, io.EOF) {
		err = errors.New("something stands after the JSON value")
	}
	return errors.Join(err, compare("", data, reflect.TypeOf(into).Elem(), false))
}

// compare reports how the names in data differ from those of the type.
func compare(path string, data json.RawMessage, typ reflect.Type, free bool) error {
	if typ.Kind() == reflect.Pointer {
		if bytes.Equal(data, []byte("null")) {
			return nil
		}
		typ = typ.Elem()
	}
	if bytes.Equal(data, []byte("null")) {
		return fmt.Errorf("%s: got null, want a value", path)
	}
	if reflect.PointerTo(typ).Implements(unmarshaler) {
		return nil // it judges itself when decoded
	}
	switch typ.Kind() {
	case reflect.Slice:
		var rows []json.RawMessage
		if err := json.Unmarshal(data, &rows); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		var all []error
		for i, row := range rows {
			all = append(all, compare(fmt.Sprintf("%s[%d]", path, i), row, typ.Elem(), free))
		}
		return errors.Join(all...)
	case reflect.Struct:
		return compareMembers(path, data, typ, free)
	}
	return nil
}

func compareMembers(path string, data json.RawMessage, typ reflect.Type, free bool) error {
	have, err := membersOf(data)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var all []error
	var want, met []string
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, says := nameOf(field), field.Tag.Get(tag)
		at := slices.IndexFunc(have, func(m member) bool { return m.name == name })
		if at < 0 {
			if !strings.Contains(says, "maybe") {
				all = append(all, fmt.Errorf("%s.%s: missing", path, name))
			}
			continue
		}
		want = append(want, name)
		all = append(all, compare(path+"."+name, have[at].value, field.Type, free || strings.Contains(says, "free")))
	}
	for _, m := range have {
		if slices.Contains(met, m.name) {
			all = append(all, fmt.Errorf("%s.%s: there twice", path, m.name))
		}
		met = append(met, m.name)
		if !slices.Contains(want, m.name) {
			all = append(all, fmt.Errorf("%s.%s: not documented under this name", path, m.name))
		}
	}
	if !free && errors.Join(all...) == nil && !slices.Equal(want, met) {
		all = append(all, fmt.Errorf("%s: order of members: got %v, want %v", path, met, want))
	}
	return errors.Join(all...)
}

// nameOf is the name of a field in JSON.
func nameOf(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return f.Name
}

type member struct {
	name  string
	value json.RawMessage
}

// membersOf reads the members of an object in their order, repeated ones too.
func membersOf(data []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, fmt.Errorf("got %s, want an object", cut(data))
	}
	var all []member
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, err
		}
		all = append(all, member{fmt.Sprint(name), value})
	}
	return all, nil
}

// moment is a date-time out: DD/MM/YYYY HH:MM:SS, 24 hours, IST, no zone (section 2).
type moment struct{ time.Time }

const clock = "02/01/2006 15:04:05"

var ist = time.FixedZone("IST", 5*3600+30*60)

func (m *moment) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	at, err := time.ParseInLocation(clock, text, ist)
	if err != nil || at.Format(clock) != text {
		return fmt.Errorf("moment: got %q, want DD/MM/YYYY HH:MM:SS (section 2, date-times out)", text)
	}
	m.Time = at
	return nil
}

// binary is base64 of the standard alphabet, padded, in a string (section 2).
type binary []byte

func (b *binary) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if strings.ContainsAny(text, " \r\n") {
		return errors.New("binary: blanks or line ends inside the base64 (section 2, binary)")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return fmt.Errorf("binary: %w (section 2, binary)", err)
	}
	if len(raw) == 0 {
		return errors.New("binary: empty, want null where there is nothing (rule 13.4)")
	}
	*b = raw
	return nil
}

func TestStrictReadingFindsAFaultyServer(t *testing.T) {
	type reply struct {
		Success bool
		Irn     string
		EwbNo   *string
		Time    moment
	}
	tests := []struct {
		name, body string
		good       bool
	}{
		{"what is documented", `{"Success":true,"Irn":"a","EwbNo":null,"Time":"27/11/2020 17:23:45"}`, true},
		{"a member in other case", `{"success":true,"Irn":"a","EwbNo":null,"Time":"27/11/2020 17:23:45"}`, false},
		{"a member missing", `{"Success":true,"Irn":"a","Time":"27/11/2020 17:23:45"}`, false},
		{"members in another order", `{"Irn":"a","Success":true,"EwbNo":null,"Time":"27/11/2020 17:23:45"}`, false},
		{"null for a string that is always there", `{"Success":true,"Irn":null,"EwbNo":null,"Time":"27/11/2020 17:23:45"}`, false},
		{"a number for a string", `{"Success":true,"Irn":"a","EwbNo":12,"Time":"27/11/2020 17:23:45"}`, false},
		{"an unknown member", `{"Success":true,"Irn":"a","EwbNo":null,"Time":"27/11/2020 17:23:45","X":1}`, false},
		{"a member twice", `{"Success":true,"Irn":"a","Irn":"a","EwbNo":null,"Time":"27/11/2020 17:23:45"}`, false},
		{"a date without leading zero", `{"Success":true,"Irn":"a","EwbNo":null,"Time":"7/11/2020 17:23:45"}`, false},
		{"a date as ISO writes it", `{"Success":true,"Irn":"a","EwbNo":null,"Time":"2020-11-27T17:23:45+05:30"}`, false},
		{"something after the object", `{"Success":true,"Irn":"a","EwbNo":null,"Time":"27/11/2020 17:23:45"} {}`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := strict([]byte(test.body), new(reply)); (err == nil) != test.good {
				t.Errorf("strict(%s): got error %v, want good %v", test.body, err, test.good)
			}
		})
	}
}
