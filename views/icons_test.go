package views_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mohar/views"
)

// An icon that is not there draws nothing, which nobody notices in a list of many.
func TestEveryIconThatIsNamedIsThere(t *testing.T) {
	named := regexp.MustCompile(`Icon(?:\(|: )"([a-z0-9-]+)"`)
	found := 0
	for _, pattern := range []string{"*.templ", "*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range named.FindAllStringSubmatch(string(text), -1) {
				found++
				var drawn bytes.Buffer
				if err := views.Icon(m[1]).Render(t.Context(), &drawn); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(drawn.String(), "<path") && !strings.Contains(drawn.String(), "<circle") && !strings.Contains(drawn.String(), "<rect") {
					t.Errorf("%s names the icon %q, which is not there", file, m[1])
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d icons are named", found)
	}
}
