package db

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// compactJSON writes v as encoding/json would, without the members that are zero.
// Most members of a document are; written out they would make the edit log several
// times as big. encoding/json reads it back: what is missing stays zero.
func compactJSON(v any) (string, error) {
	b, err := appendValue(nil, reflect.ValueOf(v))
	return string(b), err
}

// readJSON reads what compactJSON wrote; an empty text leaves v as it is.
func readJSON(text string, v any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), v)
}

// differences compares two structs of one type and writes the members that differ, as
// they were and as they are. A nil before means that nothing was there, and then the
// first text is empty.
func differences(before, after any) (was, is string, err error) {
	now := reflect.ValueOf(after)
	if before == nil {
		is, err = compactJSON(after)
		return "", is, err
	}
	then := reflect.ValueOf(before)
	same := func(i int) bool {
		return reflect.DeepEqual(then.Field(i).Interface(), now.Field(i).Interface())
	}
	old, err := appendStruct(nil, then, same)
	if err != nil {
		return "", "", err
	}
	changed, err := appendStruct(nil, now, same)
	return string(old), string(changed), err
}

// moments marshal themselves; below them no structs of ours may be looked for.
var timeType = reflect.TypeFor[time.Time]()

// appendValue writes one value.
func appendValue(b []byte, v reflect.Value) ([]byte, error) {
	switch v.Kind() {
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Int, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10), nil
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool()), nil
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return appendValue(b, v.Elem())
	case reflect.Struct:
		if v.Type() != timeType {
			return appendStruct(b, v, func(i int) bool { return v.Field(i).IsZero() })
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return appendList(b, v)
		}
	}
	text, err := json.Marshal(v.Interface())
	return append(b, text...), err
}

// appendStruct writes the exported members that skip does not name. An embedded struct
// stands under its own name, which reading needs as well: gst embeds none with a tag.
func appendStruct(b []byte, v reflect.Value, skip func(i int) bool) ([]byte, error) {
	b = append(b, '{')
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || skip(i) {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), field.Name...), `":`...)
		var err error
		if b, err = appendValue(b, v.Field(i)); err != nil {
			return b, fmt.Errorf("%s: %w", field.Name, err)
		}
	}
	return append(b, '}'), nil
}

// appendList writes the elements of a slice.
func appendList(b []byte, v reflect.Value) ([]byte, error) {
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendValue(b, v.Index(i)); err != nil {
			return b, err
		}
	}
	return append(b, ']'), nil
}

// appendString writes a JSON string; encoding/json knows how to escape.
func appendString(b []byte, s string) ([]byte, error) {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			plain = false
			break
		}
	}
	if plain {
		return append(append(append(b, '"'), s...), '"'), nil
	}
	text, err := json.Marshal(s)
	return append(b, text...), err
}
