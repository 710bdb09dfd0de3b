package sandbox_test

import (
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mohar/sandbox"
)

// needed are the conditional members that the published schema demands inside a block,
// once the block is there. The other conditional ones are left to the rules.
var needed = []string{
	"DispDtls.Nm", "DispDtls.Addr1", "DispDtls.Loc", "DispDtls.Pin", "DispDtls.Stcd",
	"ShipDtls.LglNm", "ShipDtls.Addr1", "ShipDtls.Loc", "ShipDtls.Pin", "ShipDtls.Stcd",
	"ItemList[].BchDtls.Nm", "RefDtls.DocPerdDtls.InvStDt", "RefDtls.DocPerdDtls.InvEndDt",
	"RefDtls.PrecDocDtls[].InvNo", "RefDtls.PrecDocDtls[].InvDt",
}

// tableRow is a row of the schema by the names of its columns.
type tableRow map[string]string

func schemaTable(t *testing.T) []tableRow {
	t.Helper()
	f, err := os.Open("../../shared/spec/data/inv01_schema.csv")
	if err != nil {
		t.Skipf("SKIPPED: the published schema is not beside the project: %v", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []tableRow
	for _, line := range lines[1:] {
		row := tableRow{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestEveryRowOfTheSchemaIsCheckedWithItsLimits(t *testing.T) {
	table := schemaTable(t)
	ours := map[string]sandbox.SchemaRow{}
	for _, row := range sandbox.SchemaRows() {
		ours[row.Path] = row
	}
	for _, want := range table {
		have, ok := ours[want["path"]]
		if !ok {
			t.Errorf("%s is not checked", want["path"])
			continue
		}
		delete(ours, want["path"])
		want.compare(t, have)
	}
	for path := range ours {
		t.Errorf("%s is no member of the schema", path)
	}
	if len(table) < 150 {
		t.Errorf("the table has %d rows only", len(table))
	}
}

// compare reports every limit of a member that is not the table's.
func (r tableRow) compare(t *testing.T, have sandbox.SchemaRow) {
	t.Helper()
	same := func(column string, got any, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s is %v, want %v", have.Path, column, got, want)
		}
	}
	same("type", have.Type, r["type"])
	same("mandatory", have.Must, r["mandatory"] == "M" || slices.Contains(needed, have.Path))
	switch have.Type {
	case "string":
		same("min_len", have.Shortest, r.number(t, "min_len"))
		same("max_len", have.Longest, r.number(t, "max_len"))
		if have.Path == "Version" { // its one value stands in another column
			same("pattern", have.Pattern, `^(1\.1)$`)
		} else {
			same("pattern", have.Pattern, r["pattern"])
		}
	case "number":
		same("min_value", have.Low, r.milli(t, "min_value"))
		same("max_value", have.High, r.milli(t, "max_value"))
		same("decimals", have.Decimals, r.number(t, "decimals"))
	}
	r.compareChoices(t, have)
}

// compareChoices wants every value of a closed list to fit, and nothing like it.
func (r tableRow) compareChoices(t *testing.T, have sandbox.SchemaRow) {
	t.Helper()
	values := r["allowed_values"]
	if have.Type != "string" || values == "" || strings.ContainsAny(values, " _") || strings.HasPrefix(values, "GSTIN") {
		return // open, or the name of a table
	}
	for value := range strings.SplitSeq(values, "|") {
		if !have.Fits(value) || have.Fits(value+"x") || have.Fits("~"+value[1:]) {
			t.Errorf("%s: of %s alone is not what fits", have.Path, values)
		}
	}
}

func (r tableRow) number(t *testing.T, column string) int {
	t.Helper()
	n, err := strconv.Atoi(r[column])
	if err != nil {
		t.Fatalf("%s: %s: %v", r["path"], column, err)
	}
	return n
}

// milli reads a number of up to three decimals as thousandths.
func (r tableRow) milli(t *testing.T, column string) int64 {
	t.Helper()
	whole, fraction, _ := strings.Cut(r[column], ".")
	n, err := strconv.ParseInt(whole+(fraction + "000")[:3], 10, 64)
	if err != nil {
		t.Fatalf("%s: %s: %v", r["path"], column, err)
	}
	return n
}
