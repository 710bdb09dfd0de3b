package main

import (
	"errors"
	"testing"

	"mohar/handlers/api"
)

func TestLimitsOfCallsToTheGSPs(t *testing.T) {
	tests := []struct {
		name    string
		args    []string
		rate    string // MOHAR_GSP_RATE
		private string // MOHAR_PRIVATE_GSP
		want    callLimits
		wrong   bool
	}{
		{name: "nothing said", want: callLimits{rate: 20}},
		{name: "webhooks inside", args: []string{"--private-webhooks"}, want: callLimits{hooks: true, rate: 20}},
		{name: "flags", args: []string{"--gsp-rate", "5", "--private-gsp"}, want: callLimits{private: true, rate: 5}},
		{name: "environment", rate: "7", private: "1", want: callLimits{private: true, rate: 7}},
		{name: "a flag goes before the environment", args: []string{"--gsp-rate=0"}, rate: "7", want: callLimits{}},
		{name: "no number", args: []string{"--gsp-rate", "many"}, wrong: true},
		{name: "below nothing", args: []string{"--gsp-rate", "-1"}, wrong: true},
		{name: "more than can be meant", rate: "1001", wrong: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("MOHAR_PRIVATE_GSP", tt.private)
			if tt.rate != "" {
				t.Setenv("MOHAR_GSP_RATE", tt.rate)
			}
			f := newFlags("serve", streams{})
			var l limitFlags
			l.add(f)
			if err := f.read(tt.args, 0); err != nil {
				t.Fatal(err)
			}
			got, err := l.read()
			var usage usageError
			if !tt.wrong {
				tt.want.api = api.DefaultRate
			}
			if got != tt.want || errors.As(err, &usage) != tt.wrong {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}
