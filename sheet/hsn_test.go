package sheet

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

func TestHSNListsOfAllShapes(t *testing.T) {
	want := []HSNCode{{"01", "Live animals"}, {"0101", "Horses"}, {"04012000", "Milk, of a fat content"}, {"9983", "Other services"}}
	for name, data := range map[string][]byte{
		"the portal's workbook, numbers without their zeros": workbook(t,
			[][]any{{"HSN_CD", "HSN_Description"}, {1, "Live animals"}, {101, "Horses"}, {"4012000", "Milk,\nof a  fat content"}},
			[][]any{{"SAC_CD", "SAC_Description"}, {9983, "Other services"}, {9983, "Once more"}}),
		"other headings below a title": workbook(t, [][]any{{"List"}, {"Sl.", "Description of goods", "HSN Code"},
			{1, "Live animals", "01"}, {2, "Horses", "0101"}, {3, "Milk, of a fat content", "04012000"}, {4, "Other services", "9983"}, {5, "no code", "-"}}),
		"CSV": []byte("HSN_CD,HSN_Description\n1,Live animals\n0101,Horses\n4012000,\"Milk, of a fat content\"\n9983,Other services"),
		"JSON": []byte(`[{"hsn_code":"01","description":"Live animals"},{"code":101,"desc":"Horses"},
			{"SAC":"9983","SAC_DESC":"Other services"},{"HSNCode":"04012000","Description":"Milk, of a fat content"},{"hsn_code":null}]`),
		"JSON within an object": []byte(`{"n":1,"data":[{"code":"01","desc":"Live animals"},{"code":"0101","desc":"Horses"},
			{"code":"9983","desc":"Other services"},{"code":"4012000","desc":"Milk, of a fat content"}]}`),
	} {
		if got, err := ReadHSN("list", data); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestWhatIsNoHSNListIsRefused(t *testing.T) {
	for rule, text := range map[string]string{
		"sheet.hsn":   "Name,City\nA,B",
		"sheet.json":  `[{"code":"0101"`,
		"sheet.empty": " ",
	} {
		_, err := ReadHSN("list", []byte(text))
		refused(t, err, rule)
	}
}

func TestPublishedHSNList(t *testing.T) {
	codes, err := ReadHSN("hsn_codes.json", sample(t, "hsn/hsn_codes.json"))
	if err != nil || len(codes) < 10_000 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
	if i := slices.IndexFunc(codes, func(c HSNCode) bool { return c.Code == "0101" }); i < 0 || codes[i].Description != "LIVE HORSES, ASSES, MULES AND HINNIES" {
		t.Errorf("0101 at %d", i)
	}
}

func BenchmarkReadHSN20000(b *testing.B) {
	rows := [][]any{{"HSN_CD", "HSN_Description"}}
	for i := range 20_000 {
		rows = append(rows, []any{1_010_000 + i, fmt.Sprintf("Description of the goods under number %d, of all kinds, whether or not worked", i)})
	}
	data := workbook(b, rows)
	for b.Loop() {
		if codes, err := ReadHSN("hsn.xlsx", data); err != nil || len(codes) != 20_000 {
			b.Fatal(len(codes), err)
		}
	}
}
