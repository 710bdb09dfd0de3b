package api

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"mohar/desk"
)

// sentPlaces says where in an INV-01 body, as it was sent, a form field stands: programs
// write members in any case and blocks by other names, the list of preceding documents at
// the top, and a lone document in a list. A member that was not sent stands where it should.
func sentPlaces(data []byte) places {
	sent := sync.OnceValue(func() any {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return nil
		}
		return v
	})
	return func(field string) (pointer, name string) {
		name = desk.Member(field)
		if name == "" {
			return "", ""
		}
		return pointerIn(sent(), strings.Split(strings.TrimPrefix(pointerOf(name), "/"), "/")), name
	}
}

// pointerIn is the pointer of a member of a document within what was sent.
func pointerIn(v any, path []string) string {
	at := ""
	if list, ok := v.([]any); ok && len(list) == 1 {
		at, v = "/0", list[0]
	}
	if block, ok := v.(map[string]any); ok && len(path) > 1 && path[0] == "RefDtls" && path[1] == "PrecDocDtls" {
		if top, found := memberOf(block, "PrecDocDtls"); found {
			refs, _ := memberOf(block, "RefDtls")
			inside, _ := block[refs].(map[string]any)
			if _, own := memberOf(inside, "PrecDocDtls"); !own {
				path = append([]string{top}, path[2:]...)
			}
		}
	}
	for i, step := range path {
		switch here := v.(type) {
		case map[string]any:
			if key, ok := memberOf(here, step); ok {
				step = key
			}
			v = here[step]
		case []any:
			v = nil
			if n, err := strconv.Atoi(step); err == nil && n < len(here) {
				v = here[n]
			}
		default:
			return at + escaped(path[i:]...)
		}
		at += escaped(step)
	}
	return at
}

// memberOf is how an object spells a member of INV-01.
func memberOf(object map[string]any, name string) (key string, ok bool) {
	if _, ok := object[name]; ok {
		return name, true
	}
	for key := range object {
		if sameMember(key, name) {
			return key, true
		}
	}
	return "", false
}

// sameMember reports whether a key is a way to write a member: in any case, a block by its
// singular, and the two other names of supporting documents.
func sameMember(key, name string) bool {
	key, name = strings.ToLower(key), strings.ToLower(name)
	switch one, block := strings.CutSuffix(name, "dtls"); {
	case key == name, block && key == one+"dtl":
		return true
	case name == "addldocdtls":
		return key == "addldtls" || key == "addldtl"
	}
	return false
}

// escaped are steps as a JSON pointer.
//
// Source: RFC 6901, section 3.
func escaped(steps ...string) string {
	pointer := ""
	for _, step := range steps {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(step)
	}
	return pointer
}
