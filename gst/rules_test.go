package gst

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The list of rules and the checks name the same rules: a rule without entry would have
// no code, an entry without check would be a promise that nobody keeps.
func TestEveryRuleIsListedAndUsed(t *testing.T) {
	used := map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		checks := strings.HasPrefix(name, "validate") || strings.HasPrefix(name, "eway")
		if checks && !strings.HasSuffix(name, "_test.go") || name == "rules.go" {
			collectStrings(t, e.Name(), used)
		}
	}
	for _, rule := range append(RuleNames(), EWayRuleNames()...) {
		if !used[rule] {
			t.Errorf("rule %q is listed but no check reports it", rule)
		}
	}
	for call := range calledRules(t) {
		_, listed := codeOf[call]
		if _, ofEWay := ewayCodes[call]; !listed && !ofEWay {
			t.Errorf("rule %q is reported but not listed", call)
		}
	}
}

// collectStrings notes every string of a file outside the table of rules itself.
func collectStrings(t *testing.T, file string, into map[string]bool) {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if _, table := n.(*ast.ValueSpec); table && (file == "rules.go" || file == "ewayrules.go") {
			return false
		}
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if s, err := strconv.Unquote(lit.Value); err == nil {
				into[s] = true
			}
		}
		return true
	})
}

// calledRules returns the first argument of every c.add and c.warn that is a string.
func calledRules(t *testing.T) map[string]bool {
	t.Helper()
	calls := map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			method, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || (method.Sel.Name != "add" && method.Sel.Name != "warn") || len(call.Args) < 2 {
				return true
			}
			if lit, ok := call.Args[0].(*ast.BasicLit); ok {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					calls[s] = true
				}
			}
			return true
		})
	}
	if len(calls) < 60 {
		t.Fatalf("only %d calls found: %v", len(calls), slices.Sorted(maps.Keys(calls)))
	}
	return calls
}

func TestRuleNamesAreSorted(t *testing.T) {
	if names := RuleNames(); !slices.IsSorted(names) || len(names) != len(codeOf) {
		t.Errorf("%d names of %d rules", len(names), len(codeOf))
	}
}
