package lang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mohar/gst"
	"mohar/lang"
)

// reports are the functions that make a fault, with how many of their arguments stand
// before those for the words. The decoder of INV-01 gives the value's path and text of
// itself, for which its rule and value stand.
var reports = map[string]int{"add": 2, "warn": 2, "report": 2, "invalid": 2, "fault": 2}

// passedOn are the rules that the checks pass on as a variable, with how many arguments
// the call behind it gives.
var passedOn = map[string]int{
	"state.seller": 1, "state.buyer": 1, "state.place": 1,
	"seller.state": 2, "buyer.state": 2,
	"totals.taxable": 1, "totals.cgst": 1, "totals.sgst": 1, "totals.igst": 1, "totals.cess": 1, "totals.state": 1,
	"waybill.from.pin.state": 2, "waybill.to.pin.state": 2, "waybill.rate": 1, "waybill.rate.half": 1,
	"member.bool": 2, "member.whole": 2, "member.moment": 2,
	"lines.many": 1, "form.rows": 1, "elsewhere.irn": 1,
	"parse.number": 0, "parse.decimals": 0, "parse.large": 0, "parse.date": 0, "gstin.pattern": 0, "gstin.state": 0,
}

// A place that a check gives nothing for would be a hole in the sentence.
func TestEveryPlaceInTheWordsIsFilledByTheCheck(t *testing.T) {
	given := argumentsGiven(t)
	for _, key := range lang.English.Keys() {
		rule, isFault := strings.CutPrefix(key, "fault.")
		if !isFault {
			continue
		}
		want := placesIn(lang.English.Text(key, "{0}", "{1}", "{2}", "{3}", "{4}"))
		switch n, found := given[rule]; {
		case want > 0 && !found:
			t.Errorf("%s has %d places, but no check gives it", key, want)
		case want > n:
			t.Errorf("%s has %d places, but a check gives %d arguments", key, want, n)
		}
	}
}

// placesIn returns how many arguments the words need: one more than the highest place.
func placesIn(words string) int {
	most := 0
	for _, p := range place.FindAllString(words, -1) {
		most = max(most, int(p[1]-'0')+1)
	}
	return most
}

// argumentsGiven returns the smallest number of arguments that any check gives for a
// rule. It reads the source, since no run meets every check.
func argumentsGiven(t *testing.T) map[string]int {
	given := map[string]int{}
	note := func(rule string, n int) {
		if before, seen := given[rule]; rule != "" && (!seen || n < before) {
			given[rule] = n
		}
	}
	for rule, n := range passedOn {
		note(rule, n)
	}
	for _, file := range sources(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				note(calledWith(file.Name.Name, n))
			case *ast.CompositeLit:
				note(literalWith(n))
			}
			return true
		})
	}
	return given
}

// sources are the parsed files of the rooms that make faults.
func sources(t *testing.T) []*ast.File {
	var parsed []*ast.File
	set := token.NewFileSet()
	for _, room := range []string{"handlers", "handlers/api", "desk", "nic", "registrar", "sheet", "cmd/mohar", "db", "gst", "gsp"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, file)
		}
	}
	if len(parsed) == 0 {
		t.Skip("not run in the source folder")
	}
	return parsed
}

// calledWith returns the rule that a call reports, "" for none, and how many arguments it
// gives for the words.
func calledWith(room string, call *ast.CallExpr) (rule string, n int) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	before, reporting := reports[name]
	if !reporting || len(call.Args) < before || call.Ellipsis.IsValid() {
		return "", 0
	}
	if room == "nic" {
		before = 0
	}
	return textOf(call.Args[0]), len(call.Args) - before
}

// literalWith returns the rule of a fault that is written out, "" where it is no fault or
// its rule is a variable, and how many arguments it has.
func literalWith(literal *ast.CompositeLit) (rule string, n int) {
	for _, e := range literal.Elts {
		pair, isPair := e.(*ast.KeyValueExpr)
		if !isPair {
			continue
		}
		name, isName := pair.Key.(*ast.Ident)
		switch {
		case !isName:
		case name.Name == "Rule":
			rule = textOf(pair.Value)
		case name.Name == "Args":
			if list, isList := pair.Value.(*ast.CompositeLit); isList {
				n = len(list.Elts)
			}
		}
	}
	return rule, n
}

// textOf is the text of a constant written out, else "".
func textOf(e ast.Expr) string {
	literal, isLiteral := e.(*ast.BasicLit)
	if !isLiteral || literal.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return text
}

var ruleWithCode = regexp.MustCompile(`"[a-z0-9_.]+":\s+"([0-9]{4})"`)

// What we check ourselves the portal may still refuse, as in a document that a file
// brought: the person then reads our words for its code.
func TestEveryCodeOfOurRulesHasAnAnswer(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "gst", "rules.go"))
	if err != nil {
		t.Skip("not run in the source folder")
	}
	codes := ruleWithCode.FindAllStringSubmatch(string(source), -1)
	if len(codes) < len(gst.RuleNames())/2 {
		t.Fatalf("only %d codes found", len(codes))
	}
	for _, match := range codes {
		if !lang.English.Has("portal." + match[1]) {
			t.Errorf("no answer to the portal's %s", match[1])
		}
	}
}

// Words of programmers and of law books, which a shop does not use.
var jargon = regexp.MustCompile(`(?i)\b(schema|pattern|invalid|regex|string|integer|null|payload|parse|token|must|mend|hereby|lest|whatsoever)\b`)

func TestWordsAreThoseOfTheShop(t *testing.T) {
	for _, key := range lang.English.Keys() {
		if word := jargon.FindString(lang.English.Text(key)); word != "" {
			t.Errorf("%s says %q", key, word)
		}
	}
}

// A sentence that only says what is wrong leaves the reader alone: every one asks for
// something, or says that nothing is to be done.
func TestFaultsSayWhatToDo(t *testing.T) {
	asks := regexp.MustCompile(`(?:^|[.:;] )(Add|Ask|Begin|Buy|Cancel|Charge|Check|Choose|Clear|Compare|Copy|Correct|Date|Delete|Download|Enable|Export|Fill|Give|Issue|Keep|Leave|Look|Make|Open|Press|Put|Raise|Reduce|Register|Remove|Set|Shorten|Show|Split|Tick|Try|Type|Upload|Use|Write)\b` +
		`|, (change|choose|export|make|save|try|type|use|we) |\b(We|we) |Nothing`)
	for _, key := range lang.English.Keys() {
		if !strings.HasPrefix(key, "fault.") && !strings.HasPrefix(key, "portal.") && !strings.HasPrefix(key, "ewaycode.") {
			continue
		}
		if words := lang.English.Text(key); !asks.MatchString(words) {
			t.Errorf("%s does not say what to do: %s", key, words)
		}
	}
}
