package api

import "strings"

// pointerOf is a member's path as a JSON pointer: "ItemList[0].HsnCd" is /ItemList/0/HsnCd.
//
// Source: RFC 6901.
func pointerOf(path string) string {
	if path == "" {
		return ""
	}
	escaped := strings.NewReplacer("~", "~0", "/", "~1").Replace(path)
	return "/" + strings.NewReplacer("].", "/", "[", "/", "]", "", ".", "/").Replace(escaped)
}
