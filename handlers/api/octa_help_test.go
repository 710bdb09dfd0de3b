package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tables are the members of each answer with their kinds, as they are published.
func tables(t testing.TB) map[string][][2]string {
	t.Helper()
	all, name := map[string][][2]string{}, ""
	for _, line := range dataLines(t, "fields.txt") {
		if strings.HasPrefix(line, "[") {
			name = strings.Trim(line, "[]")
			continue
		}
		member, kind, _ := strings.Cut(line, " ")
		all[name] = append(all[name], [2]string{member, kind})
	}
	return all
}

// dataLines are the lines of a file of testdata, without comments.
func dataLines(t testing.TB, name string) (lines []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "octa", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// member is one of an object's, in its place.
type member struct {
	name  string
	value json.RawMessage
}

// membersIn are the members of an object in the order in which they stand there.
func membersIn(t testing.TB, data []byte) (list []member) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	if brace, err := d.Token(); err != nil || brace != json.Delim('{') {
		t.Fatalf("no object: %v\n%.500s", err, data)
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		list = append(list, member{key.(string), value})
	}
	return list
}

// kindOf is the kind of a JSON value.
func kindOf(raw json.RawMessage) string {
	switch raw[0] {
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "bool"
	case 'n':
		return "null"
	}
	return "number"
}

// shaped checks that an object has the members of a table, in its order and of its kinds, and
// returns them.
func shaped(t testing.TB, data []byte, table string) map[string]json.RawMessage {
	t.Helper()
	want := tables(t)[table]
	if len(want) == 0 {
		t.Fatalf("there is no table %q", table)
	}
	got := map[string]json.RawMessage{}
	list := membersIn(t, data)
	if len(list) != len(want) {
		t.Fatalf("%s: %d members, want %d\n%.600s", table, len(list), len(want), data)
	}
	for i, m := range list {
		got[m.name] = m.value
		if want[i][0] != m.name {
			t.Errorf("%s: member %d is %s, which the table has elsewhere or not at all\n%.600s", table, i+1, m.name, data)
			continue
		}
		kind, nullable := strings.CutSuffix(want[i][1], "?")
		if k := kindOf(m.value); k != kind && (!nullable || k != "null") {
			t.Errorf("%s.%s is %s, want %s", table, m.name, k, want[i][1])
		}
	}
	return got
}

// said is the text of a member; "null" for null.
func said(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil || string(raw) == "null" {
		return string(raw)
	}
	return text
}

// failed checks that a call failed as Octa's do, and returns its errors, code and message in turn.
func (s *site) failed(r reply) (errors [][2]string) {
	s.Helper()
	s.want(r, 200)
	return s.errorsIn(r)
}

func (s *site) errorsIn(r reply) (errors [][2]string) {
	s.Helper()
	got := shaped(s, r.body, "failure")
	var list []json.RawMessage
	s.must(json.Unmarshal(got["Errors"], &list))
	if string(got["Success"]) != "false" || len(list) == 0 {
		s.Fatalf("no failure: %s", r.body)
	}
	for _, one := range list {
		e := shaped(s, one, "error")
		errors = append(errors, [2]string{said(e["Code"]), said(e["Message"])})
	}
	if r.Header.Get("Octa-ErrorCode") == "" || r.Header.Get("Octa-ErrorMessage") == "" {
		s.Errorf("the headers say nothing: %v", r.Header)
	}
	return errors
}

// refusedWith checks that a call failed with a code and, if any, words.
func (s *site) refusedWith(r reply, code string, words ...string) {
	s.Helper()
	errors := s.failed(r)
	if errors[0][0] != code {
		s.Errorf("code %s, want %s: %s", errors[0][0], code, r.body)
	}
	for _, w := range words {
		if !strings.Contains(errors[0][1], w) {
			s.Errorf("%q does not say %q", errors[0][1], w)
		}
	}
}

// changed is the usual document with members set: paths with points, and JSON, in turn.
func changed(t testing.TB, change ...string) string {
	t.Helper()
	var doc map[string]any
	d := json.NewDecoder(strings.NewReader(plainINV01))
	d.UseNumber()
	if err := d.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(change); i += 2 {
		var value any
		v := json.NewDecoder(strings.NewReader(change[i+1]))
		v.UseNumber()
		if err := v.Decode(&value); err != nil {
			t.Fatalf("%s: %v", change[i+1], err)
		}
		at, path := doc, strings.Split(change[i], ".")
		for _, name := range path[:len(path)-1] {
			inner, ok := at[name].(map[string]any)
			if list, isList := at[name].([]any); isList {
				inner, ok = list[0].(map[string]any)
			}
			if !ok {
				inner = map[string]any{}
				at[name] = inner
			}
			at = inner
		}
		at[path[len(path)-1]] = value
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tell has the practice portal set up for what is to be tried.
func (s *site) tell(path string, what any) {
	s.Helper()
	body, err := json.Marshal(what)
	s.must(err)
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.portal+path, bytes.NewReader(body))
	s.must(err)
	resp, err := http.DefaultClient.Do(r)
	s.must(err)
	s.must(resp.Body.Close())
	if resp.StatusCode >= 300 {
		s.Fatalf("%s: %s", path, resp.Status)
	}
}

const generate = "/api/einvoice/generateirn"

// register has the usual document, changed, registered, and returns its answer's members.
func (s *site) register(change ...string) map[string]json.RawMessage {
	s.Helper()
	r := s.post(generate, changed(s, change...))
	s.want(r, 200, `"Success":true`)
	return shaped(s, r.body, "einvoice")
}
