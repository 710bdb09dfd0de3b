package sandbox

import (
	"strconv"

	"mohar/gst/master"
)

// town is a place and the lowest of the PIN codes that made-up taxpayers have there.
type town struct {
	name string
	pin  int
}

// towns has a town for every state code that a GSTIN can begin with.
var towns = map[string]town{
	"01": {"Srinagar", 190001}, "02": {"Shimla", 171001}, "03": {"Ludhiana", 141001}, "04": {"Chandigarh", 160011},
	"05": {"Dehradun", 248001}, "06": {"Gurugram", 122001}, "07": {"New Delhi", 110001}, "08": {"Jaipur", 302001},
	"09": {"Lucknow", 226001}, "10": {"Patna", 800001}, "11": {"Gangtok", 737101}, "12": {"Itanagar", 791111},
	"13": {"Kohima", 797001}, "14": {"Imphal", 795001}, "15": {"Aizawl", 796001}, "16": {"Agartala", 799001},
	"17": {"Shillong", 793001}, "18": {"Guwahati", 781001}, "19": {"Kolkata", 700001}, "20": {"Ranchi", 834001},
	"21": {"Bhubaneswar", 751001}, "22": {"Raipur", 492001}, "23": {"Indore", 452001}, "24": {"Ahmedabad", 380001},
	"25": {"Daman", 396210}, "26": {"Silvassa", 396230}, "27": {"Mumbai", 400001}, "28": {"Vijayawada", 520001},
	"29": {"Bengaluru", 560001}, "30": {"Panaji", 403001}, "31": {"Kavaratti", 682551}, "32": {"Kochi", 682001},
	"33": {"Chennai", 600001}, "34": {"Puducherry", 605001}, "35": {"Port Blair", 744101}, "36": {"Hyderabad", 500001},
	"37": {"Visakhapatnam", 530001}, "38": {"Leh", 194101},
	"99": {"New Delhi", 110001}, // the Centre's jurisdiction
}

// placeIn picks a place and a PIN code in a state.
func placeIn(state string, pick func(int) int) (place string, pin int) {
	t, ok := towns[state]
	if !ok { // other territory
		return master.StateName(state), master.PINAbroad
	}
	return t.name, t.pin + pick(8)
}

func decimal(n int) string { return strconv.Itoa(n) }
