package db

import (
	"fmt"
	"slices"
	"testing"

	"mohar/gst/master"
)

// hsnCodes searches and returns the codes found.
func hsnCodes(t testing.TB, s *Store, query string, limit int) []string {
	t.Helper()
	found, err := s.SearchHSN(t.Context(), query, limit)
	check(t, err)
	var codes []string
	for _, c := range found {
		codes = append(codes, c.Code)
	}
	return codes
}

func TestTariffCodesAreFoundInTheProgramsOwnTable(t *testing.T) {
	s, _ := newStore(t)
	tests := []struct{ query, first string }{
		{"1006", "1006"},
		{"10 06", "1006"},
		{"rice", "1006"},
		{"Chawal", "1006"},
		{"basmati", "1006"},
		{"atta", "1101"},
		{"mobile phone", "8517"},
		{"phone mobi", "8517"},
		{"sariya", "7214"},
		{"TMT", "7214"},
		{"battery", "8506"},
		{"batteries", "8506"},
		{"car battery", "8507"},
		{"car", "8703"},
		{"laptop", "8471"},
		{"dukan kiraya", "997212"},
		{"software design", "998314"},
		{"jeera", "0909"},
	}
	for _, tt := range tests {
		if got := hsnCodes(t, s, tt.query, 5); len(got) == 0 || got[0] != tt.first {
			t.Errorf("%q: %v, want %s first", tt.query, got, tt.first)
		}
	}
	for _, query := range []string{"", " ", "1111", "rice mobile", "zzz", `"`, "999999999", "*", "सीमेंट", "rice NEAR(", "{code} : rice"} {
		if got := hsnCodes(t, s, query, 5); len(got) != 0 {
			t.Errorf("%q finds %v", query, got)
		}
	}
	if got := hsnCodes(t, s, "100", 0); !slices.Equal(got, []string{"1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008"}) {
		t.Errorf("codes that begin with 100: %v", got)
	}
	if got := hsnCodes(t, s, "9983", 3); !slices.Equal(got, []string{"9983", "998311", "998312"}) {
		t.Errorf("the exact code comes first: %v", got)
	}
}

func TestAnImportedTariffIsSearchedTogetherWithTheOwn(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	missing, err := s.HSNListed(ctx, "1006", "9999")
	check(t, err)
	if missing != nil {
		t.Errorf("missing in no list: %v", missing)
	}
	tariff := []HSNCode{
		{Code: "10063020", Description: "BASMATI  RICE"}, {Code: "1006 30 10", Description: "Rice, parboiled"},
		{Code: "1006", Description: "RICE (OFFICIAL)"}, {Code: "1006", Description: "twice"},
		{Code: "100630", Description: "Semi-milled or wholly milled"}, {Code: "85171300", Description: "Smart handsets"},
		{Code: "no code", Description: "x"}, {Code: "1", Description: "x"}, {Code: "30042011", Description: "Ampicillin सीमेंट"},
	}
	n, err := s.ImportHSN(ctx, tariff, "GSTN 2026")
	check(t, err)
	count, source, err := s.HSNCount(ctx)
	check(t, err)
	if n != 6 || count != 6 || source != "GSTN 2026" {
		t.Errorf("imported %d, counted %d of %q", n, count, source)
	}
	for query, want := range map[string][]string{
		"1006":      {"1006", "100630", "10063010", "10063020"},
		"10063":     {"100630", "10063010", "10063020"},
		"basmati":   {"10063020", "1006", "100630", "10063010"},
		"chawal":    {"1006", "1102", "100630", "10063010", "10063020"}, // by the words of its heading
		"ampicill":  {"30042011"},
		"सीमेंट":    {"30042011"},
		"parb rice": {"10063010", "1006", "100630", "10063020"},
	} {
		if got := hsnCodes(t, s, query, 0); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", query, got, want)
		}
	}
	if missing, err = s.HSNListed(ctx, "1006", "100640", "10063020", "x", "100640"); err != nil || !slices.Equal(missing, []string{"100640", "x"}) {
		t.Errorf("missing in the list: %v, %v", missing, err)
	}
	for code, want := range map[string]string{
		"1006": "Rice", "10063020": "BASMATI RICE", "10064000": "Rice", "85171300": "Smart handsets", "7700": "", "": "",
	} {
		if got, err := s.HSNDescription(ctx, code); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", code, got, err, want)
		}
	}
}

func TestANewTariffTakesThePlaceOfTheOld(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	for _, list := range [][]HSNCode{
		{{Code: "10061010", Description: "Seed quality"}},
		{{Code: "10062000", Description: "Husked brown"}},
		{{Code: "none"}},
		nil,
	} {
		_, err := s.ImportHSN(ctx, list, "list")
		check(t, err)
	}
	if got := hsnCodes(t, s, "husked brown", 0); !slices.Equal(got, []string{"10062000"}) {
		t.Errorf("of the new one: %v", got)
	}
	if got := hsnCodes(t, s, "seed quality", 0); len(got) != 0 {
		t.Errorf("of the old one: %v", got)
	}
	if n, _, err := s.HSNCount(ctx); err != nil || n != 1 {
		t.Errorf("%d codes, %v", n, err)
	}
	log, err := s.EditLog(ctx, LogFilter{Limit: 1})
	check(t, err)
	if log[0].Action != "imported" || log[0].Subject != "hsn_codes" || log[0].Before != "1" || log[0].After != "1" {
		t.Errorf("edit log: %+v", log[0])
	}
	wantFindings(t, s, "")
}

// bigTariff is a list of 20,000 codes with the words of the headings and others.
func bigTariff() []HSNCode {
	kinds := []string{"Other", "Of cotton", "Of steel, other than stainless", "For use in machines", "Frozen", "Fresh or chilled",
		"Containing more than 85% by weight of cotton", "Not exceeding 2 kg", "Hand-made", "Of plastics", "Other, of rubber", "Parts"}
	var tariff []HSNCode
	for i := 0; len(tariff) < 20_000; i++ {
		for _, e := range master.HSNEntries() {
			if len(e.Code) == 4 && e.Code < "99" {
				code := fmt.Sprintf("%s%02d%02d", e.Code, 10+i/9*10, 10+i%9*10)
				tariff = append(tariff, HSNCode{Code: code, Description: e.Description + ": " + kinds[(i+len(tariff))%len(kinds)]})
			}
		}
	}
	return tariff[:20_000]
}

func BenchmarkImportHSN(b *testing.B) {
	s, _ := newStore(b)
	tariff := bigTariff()
	for b.Loop() {
		n, err := s.ImportHSN(b.Context(), tariff, "list")
		check(b, err)
		if n != 20_000 {
			b.Fatalf("%d codes", n)
		}
	}
}

func BenchmarkSearchHSN(b *testing.B) {
	s, _ := newStore(b)
	_, err := s.ImportHSN(b.Context(), bigTariff(), "list")
	check(b, err)
	for _, query := range []string{"8", "84", "10063020", "rice", "other", "cotton", "o", "co", "steel pip", "of cotton fabric mostly", "machi", "nothing"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				_, err := s.SearchHSN(b.Context(), query, 50)
				check(b, err)
			}
		})
	}
}
