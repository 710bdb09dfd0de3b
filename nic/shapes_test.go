package nic

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// What was sent and signed once must read as the same for ever: a body that changes is another
// document.
func TestPublishedRequestsKeepTheirCanonicalBody(t *testing.T) {
	const golden = "testdata/sample_bodies.sha256"
	var got strings.Builder
	for _, file := range sampleFiles(t, "einvoice/requests/*.json") {
		_, body, _ := Decode(readFile(t, file)) // some have faults, and a body all the same
		fmt.Fprintf(&got, "%x  %s\n", sha256.Sum256(body), filepath.Base(file))
	}
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(readFile(t, golden)), got.String()); diff != "" {
		t.Errorf("-before +now:\n%s", diff)
	}
}

// shapes are the ways in which other programs write the same document.
var shapes = map[string]func(map[string]any){
	"singular names": func(doc map[string]any) {
		for _, name := range []string{"ValDtls", "PayDtls", "RefDtls", "ExpDtls", "EwbDtls", "TranDtls", "DocDtls", "SellerDtls", "BuyerDtls", "DispDtls", "ShipDtls"} {
			rename(doc, name, strings.TrimSuffix(name, "s"))
		}
		rename(doc, "AddlDocDtls", "AddlDtls")
	},
	"both names, one empty": func(doc map[string]any) {
		for i, name := range []string{"ValDtls", "PayDtls", "RefDtls", "ExpDtls"} {
			if doc[name] == nil {
				continue
			}
			if doc[strings.TrimSuffix(name, "s")] = any(nil); i%2 == 1 {
				doc[strings.TrimSuffix(name, "s")], doc[name] = doc[name], nil
			}
		}
	},
	"lists of references at the top": func(doc map[string]any) {
		if refs, ok := doc["RefDtls"].(map[string]any); ok {
			for _, name := range []string{"PrecDocDtls", "ContrDtls"} {
				if list, ok := refs[name]; ok {
					doc[name] = list
					delete(refs, name)
				}
			}
		}
	},
	"one list at the top, one inside": func(doc map[string]any) {
		if refs, ok := doc["RefDtls"].(map[string]any); ok {
			doc["ContrDtl"], refs["ContrDtls"] = refs["ContrDtls"], nil
			rename(doc, "RefDtls", "RefDtl")
		}
	},
	"at the top, and no references": func(doc map[string]any) {
		refs, ok := doc["RefDtls"].(map[string]any)
		if _, more := refs["InvRm"]; ok && !more && refs["DocPerdDtls"] == nil {
			delete(doc, "RefDtls")
			maps.Copy(doc, refs)
		}
	},
	"numbers as strings": func(doc map[string]any) {
		each(doc, func(_ string, v any) any {
			if n, ok := v.(json.Number); ok {
				return n.String()
			}
			return v
		})
	},
	"strings as numbers": func(doc map[string]any) {
		each(doc, func(name string, v any) any {
			s, _ := v.(string)
			switch name {
			case "Pin", "Stcd", "Pos", "Distance", "SlNo", "HsnCd", "Version", "TransMode", "Ph":
				if digits.MatchString(s) {
					return json.Number(s)
				}
			}
			return v
		})
	},
	"strangers everywhere": func(doc map[string]any) {
		each(doc, func(_ string, v any) any {
			if block, ok := v.(map[string]any); ok {
				block["x_note"], block["Extra"] = "mine", map[string]any{"a": []any{1, nil}}
			}
			return v
		})
		doc["Success"] = true
	},
	"nulls for what is not there": func(doc map[string]any) {
		for _, name := range []string{"DispDtls", "ShipDtls", "PayDtls", "RefDtls", "AddlDocDtls", "ExpDtls", "EwbDtls", "PrecDocDtls", "ContrDtls"} {
			if _, ok := doc[name]; !ok {
				doc[name] = nil
			}
		}
	},
}

var digits = regexp.MustCompile(`^[1-9][0-9]*(\.[0-9]+)?$`)

func rename(doc map[string]any, from, to string) {
	if v, ok := doc[from]; ok {
		doc[to] = v
		delete(doc, from)
	}
}

// each puts what change makes of them in the place of all values.
func each(v any, change func(name string, v any) any) {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			each(v[name], change)
			v[name] = change(name, v[name])
		}
	case []any:
		for i := range v {
			each(v[i], change)
			v[i] = change("", v[i])
		}
	}
}

func TestEveryShapeOfADocumentIsTheSameDocument(t *testing.T) {
	for _, file := range sampleFiles(t, "einvoice/requests/*.json") {
		_, plain, err := Decode(readFile(t, file))
		faults := faultsOf(t, err)
		for name, change := range shapes {
			t.Run(name+"/"+filepath.Base(file), func(t *testing.T) {
				doc := make(map[string]any)
				d := json.NewDecoder(bytes.NewReader(readFile(t, file)))
				d.UseNumber()
				if err := d.Decode(&doc); err != nil {
					t.Fatal(err)
				}
				change(doc)
				text, err := json.Marshal(doc)
				if err != nil {
					t.Fatal(err)
				}
				_, body, err := Decode(text)
				if diff := cmp.Diff(faults, faultsOf(t, err)); diff != "" {
					t.Errorf("faults (-plain +so):\n%s", diff)
				}
				if !bytes.Equal(plain, body) {
					t.Errorf("plain  %s\nso     %s", plain, body)
				}
			})
		}
	}
}

func TestLinesAreTotalledWhereTotalsAreMissing(t *testing.T) {
	const lines = `"ItemList":[
		{"SlNo":"1","IsServc":"N","UnitPrice":1,"TotAmt":1,"GstRt":5,"AssAmt":100.00,"CgstAmt":2.5,"SgstAmt":"2.50","CesAmt":1,"CesNonAdvlAmt":0.25,"TotItemVal":106.25},
		{"SlNo":"2","IsServc":"N","UnitPrice":1,"TotAmt":1,"GstRt":5,"AssAmt":0.1,"IgstAmt":0.01,"StateCesAmt":3,"StateCesNonAdvlAmt":4,"TotItemVal":7.11}]`
	const want = `"ValDtls":{"AssVal":100.10,"CgstVal":2.50,"SgstVal":2.50,"IgstVal":0.01,"CesVal":1.25,"StCesVal":7.00,"TotInvVal":113.36}`
	for _, none := range []string{``, `,"ValDtls":null`, `,"ValDtl":null`, `,"ValDtls":""`} {
		inv, body, err := Decode([]byte(`{"Version":"1.1"` + none + `,` + lines + `,"ExpDtls":{"ForCur":"USD"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(body), "}],"+want+`,"ExpDtls"`) || inv.Totals.Total != 113_36 {
			t.Errorf("%q: %+v\n%s", none, inv.Totals, body)
		}
	}
	_, _, err := Decode([]byte(`{"Version":"1.1",` + lines + `,"ValDtls":{"AssVal":1}}`))
	if diff := cmp.Diff([]string{"totals.total required"}, faultsOf(t, err)); diff != "" {
		t.Errorf("totals that came are not made up (-want +got):\n%s", diff)
	}
	most := `{"SlNo":"1","IsServc":"N","UnitPrice":1,"TotAmt":1,"GstRt":5,"AssAmt":999999999999.99,"TotItemVal":999999999999.99},`
	_, _, err = Decode([]byte(`{"Version":"1.1","ItemList":[` + strings.Repeat(most, 101) + `{}]}`))
	if !strings.Contains(fmt.Sprint(faultsOf(t, err)), "totals required") {
		t.Errorf("more than there is room for: %v", err)
	}
}

func TestNamesOfStrangersStandOnce(t *testing.T) {
	for in, path := range map[string]string{
		`{"x":1,"x":1}`:                                        "x",
		`{"x":{"y":[[{"a":1,"b":2,"a":1}]]}}`:                  "x.y.a",
		`{"DocDtls":{"No":"A1","q":1,"q":2}}`:                  "DocDtls.q",
		`{"ItemList":[{"SlNo":"1"},{"z":{"\u0061":1,"a":2}}]}`: "ItemList[1].z.a",
	} {
		_, _, err := decodePart([]byte(versioned(in)))
		var told []string
		if err != nil {
			for _, f := range err.(gst.Invalid).Faults { //nolint:errorlint // decodePart returns no other
				told = append(told, f.Args[0]+" "+f.Rule)
			}
		}
		if diff := cmp.Diff([]string{path + " inv01.twice"}, told); diff != "" {
			t.Errorf("%s (-want +told):\n%s", in, diff)
		}
	}
}

func TestAFileOfFaultsIsToldShortly(t *testing.T) {
	_, _, err := Decode([]byte(`{"Version":"1.1","ItemList":[` + strings.TrimSuffix(strings.Repeat("1,", 1_000_000), ",") + `]}`))
	faults := faultsOf(t, err)
	if len(faults) != mostFaults+1 || faults[mostFaults] != "lines inv01.many" {
		t.Errorf("%d faults, the last %s", len(faults), faults[len(faults)-1])
	}
}

func TestListsThatAreTooLongAreToldOnceAfterAThousandFaults(t *testing.T) {
	long := `[` + strings.Repeat(`1,`, mostElements) + `1]`
	_, _, err := Decode([]byte(`{"Version":"1.1","ItemList":` + long + `,"RefDtls":{"PrecDocDtls":` + long + `,"ContrDtls":` + long + `}}`))
	faults := faultsOf(t, err)
	if len(faults) != mostFaults+1 || !strings.HasSuffix(faults[mostFaults], tooMany) {
		t.Errorf("%d faults, the last %s", len(faults), faults[len(faults)-1])
	}
}
