package sandbox

import "testing"

func TestMadeUpDistancesAreBelievable(t *testing.T) {
	tests := []struct {
		name        string
		a, b        int
		least, most int
	}{
		{"Pune to Navi Mumbai", 411030, 400703, 100, 300},
		{"Mumbai to Bengaluru", 400001, 560037, 850, 1250},
		{"Delhi to Chennai", 110001, 600001, 2000, 2700},
		{"within Pune", 411030, 411045, 1, 40},
		{"Jammu to Trivandrum", 180001, 695001, 3000, 4000},
		{"an army post office", 900056, 110001, 100, 1100},
	}
	for _, test := range tests {
		there, back := distance(test.a, test.b), distance(test.b, test.a)
		if there != back || there < test.least || there > test.most {
			t.Errorf("%s: %d km there, %d back, want %d to %d both ways", test.name, there, back, test.least, test.most)
		}
	}
}

// The portal takes 4,000 km at most.
func TestMadeUpDistancesAreNeverTooFar(t *testing.T) {
	for a := range regions {
		for b := range regions {
			for n := range 20 {
				if km := distance(a*10_000+n, b*10_000+7*n); km < 1 || km > 4000 {
					t.Fatalf("%d to %d: %d km", a, b, km)
				}
			}
		}
	}
}
