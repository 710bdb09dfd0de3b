package sandbox_test

import (
	"slices"
	"strconv"
	"strings"

	"mohar/sandbox"
)

// rowFaults goes through every member of INV-01 and breaks each of its limits, one at a
// time, in a document that has all blocks.
func rowFaults() []planter {
	var all []planter
	for _, row := range sandbox.SchemaRows() {
		if row.Path == "Irn" { // worked out by the portal; what is sent for it is not read
			continue
		}
		var faults []planter
		switch row.Type {
		case "string":
			faults = textFaults(row)
		case "number":
			faults = numberFaults(row)
		default:
			faults = blockFaults(row)
		}
		faults = append(faults, absences(row)...)
		all = append(all, faults...)
	}
	return all
}

// inRow is a value for a member of the first element of every list above it.
func inRow(row sandbox.SchemaRow, what, value string) planter {
	path := strings.ReplaceAll(row.Path, "[]", ".0")
	return planter{name: row.Path + " " + what, at: bracketed(path), text: changes{path: value}, full: true}
}

func fineInRow(row sandbox.SchemaRow, what, value string) planter {
	p := inRow(row, what, value)
	p.fine = true
	return p
}

// free reports whether a text may hold anything.
func free(row sandbox.SchemaRow) bool { return row.Fits(strings.Repeat("é", row.Longest)) }

func textFaults(row sandbox.SchemaRow) []planter {
	letter := "1"
	if free(row) {
		letter = "é" // two bytes: limits count characters
	}
	all := []planter{inRow(row, "too long", quoted(strings.Repeat(letter, row.Longest+1)))}
	if row.Shortest > 1 {
		all = append(all, inRow(row, "too short", quoted(strings.Repeat(letter, row.Shortest-1))))
	}
	for _, wrong := range []string{`true`, `{}`, `[]`, `["a"]`} {
		all = append(all, inRow(row, "as "+wrong, wrong))
	}
	if !free(row) {
		for _, wrong := range []string{"~", "é", " "} {
			all = append(all, inRow(row, "with a "+wrong, quoted(strings.Repeat(wrong, max(1, row.Shortest)))))
		}
		return all
	}
	middle := strings.Repeat("a", row.Shortest)
	all = append(all,
		inRow(row, "with a quotation mark", quoted(middle[1:]+`\"`)),
		inRow(row, "with a backslash", quoted(middle[1:]+`\\`)),
		fineInRow(row, "of the full length", quoted(strings.Repeat(letter, row.Longest))),
		fineInRow(row, "of the least length", quoted(strings.Repeat(letter, row.Shortest))),
	)
	return all
}

func quoted(s string) string { return `"` + s + `"` }

// loose are the numbers that no rule compares with others, so that the ends of their
// ranges may stand in any document.
var loose = []string{
	"ItemList[].FreeQty", "ItemList[].PreTaxVal", "ValDtls.TotInvValFc", "PayDtls.CrDay", "PayDtls.PaidAmt", "PayDtls.PaymtDue",
	"ExpDtls.ExpDuty", "EwbDtls.Distance",
}

func numberFaults(row sandbox.SchemaRow) []planter {
	step := int64(1000)
	for range row.Decimals {
		step /= 10
	}
	all := []planter{
		inRow(row, "too low", figure(row.Low-step)),
		inRow(row, "too high", figure(row.High+step)),
		inRow(row, "far too high", "1e30"),
		inRow(row, "with a decimal too many", figure(row.High - 1000)[:len(strconv.FormatInt(row.High/1000, 10))]+"."+strings.Repeat("0", row.Decimals)+"1"),
	}
	for _, wrong := range []string{`"abc"`, `true`, `{}`, `[]`, `"1,000"`} {
		all = append(all, inRow(row, "as "+wrong, wrong))
	}
	if slices.Contains(loose, row.Path) {
		all = append(all, fineInRow(row, "the least", figure(row.Low)), fineInRow(row, "the most", figure(row.High)))
	}
	return all
}

// figure writes thousandths as a JSON number.
func figure(milli int64) string {
	sign := ""
	if milli < 0 {
		sign, milli = "-", -milli
	}
	fraction := strconv.FormatInt(1000+milli%1000, 10)[1:]
	return sign + strings.TrimSuffix(strconv.FormatInt(milli/1000, 10)+"."+strings.TrimRight(fraction, "0"), ".")
}

func blockFaults(row sandbox.SchemaRow) []planter {
	all := []planter{inRow(row, "as a text", `"x"`), inRow(row, "as a number", `7`), inRow(row, "as true", `true`)}
	if row.Type == "object" {
		return append(all, inRow(row, "as a list", `[]`))
	}
	return append(all, inRow(row, "as a block", `{}`), inRow(row, "with a number in it", `[7]`), inRow(row, "with a list in it", `[[]]`))
}

// absences leave a member out. Those that a rule asks for though the schema does not are
// tried out elsewhere.
func absences(row sandbox.SchemaRow) []planter {
	fine := []planter{fineInRow(row, "left out", "-"), fineInRow(row, "as null", "null")}
	switch {
	case row.Path == "TranDtls.TaxSch": // it has one value, which is written whether it was sent or not
		return fine
	case row.Path == "ValDtls": // the lines are totalled before it is sent
		return fine
	case row.Must:
		all := []planter{inRow(row, "left out", "-"), inRow(row, "as null", "null")}
		if row.Type == "string" {
			all = append(all, inRow(row, "empty", `""`))
		}
		return all
	}
	asked := []string{"TranDtls.RegRev", "TranDtls.IgstOnIntra", "TranDtls.EcmGstin", "ItemList[].Unit", "ExpDtls", "ExpDtls.CntCode"}
	if row.Type == "number" && !slices.Contains(loose, row.Path) || slices.Contains(asked, row.Path) {
		return nil
	}
	return fine
}
