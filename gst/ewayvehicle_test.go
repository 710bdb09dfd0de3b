package gst

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"testing"
)

func TestVehicleNumbers(t *testing.T) {
	tests := []struct {
		name, typed, want string
		valid             bool
	}{
		{"two letters and six digits", "KA123456", "KA123456", true},
		{"one letter in the middle", "KA12A1234", "KA12A1234", true},
		{"two letters in the middle", "GJ07DL9009", "GJ07DL9009", true},
		{"three letters in the middle", "DL01CAB1234", "DL01CAB1234", true},
		{"three digits for the district", "AB123A1234", "AB123A1234", true},
		{"three letters in front, of old registrations", "MHX1234", "MHX1234", true},
		{"the defence forces", "DF12B34567", "DF12B34567", true},
		{"a temporary registration", "TRKA01234567", "TRKA01234567", true},
		{"a temporary registration as the e-invoice system writes it", "TM0912KA0123456", "TM0912KA0123456", true},
		{"Bhutan", "BP1A1234", "BP1A1234", true},
		{"Nepal", "NP2KHA1234", "NP2KHA1234", true},
		{"small letters, blanks and dashes are taken out", " ka-01 ab 1234 ", "KA01AB1234", true},
		{"a Delhi plate is filled up with zeros", "DL1AB123", "DL01AB0123", true},
		{"a plate of one digit is filled up", "KA-5-A-7", "KA05A0007", true},
		{"a plate of Tripura has the letters of a temporary registration and stays", "TR01A123", "TR01A123", true},
		{"too short to be one", "KA01", "KA01", false},
		{"digits alone", "1234567890", "1234567890", false},
		{"a series that the portal does not take", "22BH1234AA", "22BH1234AA", false},
		{"sixteen characters", "NP12345678901234", "NP12345678901234", false},
		{"nothing", "", "", false},
		{"other scripts are no letters", "कA01AB1234", "A01AB1234", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := NormalVehicle(tt.typed)
			if got != tt.want || ValidVehicle(got) != tt.valid {
				t.Errorf("got %q, valid %t", got, ValidVehicle(got))
			}
		})
	}
}

func TestPublishedVehicleNumbers(t *testing.T) {
	var vectors []struct {
		Vehicle string `json:"vehicle"`
		Valid   bool   `json:"valid"`
		EnterAs string `json:"enter_as"`
	}
	loadSample(t, "vehicle/vehicle_vectors.json", &vectors)
	for _, v := range vectors {
		got := NormalVehicle(v.Vehicle)
		if !ValidVehicle(got) || v.EnterAs != "" && got != v.EnterAs {
			t.Errorf("%s became %s", v.Vehicle, got)
		}
	}
}

// What the code list calls a mask is taken, and nothing else is.
func TestEveryMaskOfTheCodeListIsTaken(t *testing.T) {
	data, err := os.ReadFile(samples + "/../spec/data/ewb-codes.json")
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the code list is not beside the project: %v", err)
	}
	var list struct {
		Masks []struct {
			Mask  string `json:"mask"`
			Regex string `json:"regex"`
		} `json:"vehicleNumberPatterns"`
	}
	if err != nil || json.Unmarshal(data, &list) != nil || len(list.Masks) == 0 {
		t.Fatalf("%d masks read: %v", len(list.Masks), err)
	}
	numbers := []string{
		"AB121234", "AB12A1234", "AB12AB1234", "AB12ABC1234", "AB123A1234", "ABC1234", "DF12345", "TR12345", "TM1234567890123",
		"BP12345", "NP12345", "AB12ABCD1234", "AB1234", "ABCD1234", "A1234567", "DF1234", "XX12345", "AB1234A1234", "ABC12345",
	}
	for _, n := range numbers {
		want := false
		for _, m := range list.Masks {
			want = want || regexp.MustCompile(m.Regex).MatchString(n)
		}
		if ValidVehicle(n) != want {
			t.Errorf("%s: valid %t, the list says %t", n, ValidVehicle(n), want)
		}
	}
}
