package nic

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestPublishedConsignmentsAreReadAsTheyAreWritten(t *testing.T) {
	for name, change := range publishedConsignments() {
		t.Run(name, func(t *testing.T) {
			want := sampleConsignment()
			change(want)
			got, err := DecodeConsignment(readFile(t, sampleFiles(t, "ewaybill/requests/"+name+".json")[0]))
			if err != nil {
				t.Fatal(err)
			}
			want.Number = strings.ToUpper(want.Number)
			if diff := cmp.Diff(*want, got); diff != "" {
				t.Errorf("-want +read:\n%s", diff)
			}
		})
	}
}

func TestAConsignmentIsReadInEverySpelling(t *testing.T) {
	tests := []struct {
		name, in string
		want     gst.Consignment
	}{
		{"numbers as text", `{"subSupplyType":"08","subSypplyDesc":"Samples","fromPincode":"411002","actFromStateCode":"7","transDistance":"130","otherValue":"-0.50"}`,
			gst.Consignment{SubSupply: 8, SubSupplyText: "Samples", Transaction: 1, From: gst.ConsignmentEnd{PIN: 411002, PlaceState: "07"},
				Transport: gst.EWayDetails{Distance: 130}, Totals: gst.ConsignmentTotals{Other: -50}}},
		{"text as numbers", `{"subSupplyDesc":12,"docNo":4711,"transMode":1,"itemList":[{"hsnCode":8013220,"qtyUnit":"kgs"}]}`,
			gst.Consignment{SubSupplyText: "12", Number: "4711", Transaction: 1, Transport: gst.EWayDetails{Mode: "1"},
				Lines: []gst.ConsignmentLine{{HSN: "08013220", Unit: "KGS"}}}},
		{"no state is none", `{"toStateCode":0,"actToStateCode":"0"}`, gst.Consignment{Transaction: 1}},
		{"in any case", `{"DOCNO":"a/1","ItemList":[{"CESSNONADVOL":1.5}]}`,
			gst.Consignment{Number: "A/1", Transaction: 1, Lines: []gst.ConsignmentLine{{CessFixed: 1_50}}}},
		{"the transaction follows from the parties", `{"shipToGSTIN":"URP","dispatchFromGSTIN":"27aapfu0939f1zv"}`,
			gst.Consignment{Transaction: 4, To: gst.ConsignmentEnd{OtherGSTIN: "URP"}, From: gst.ConsignmentEnd{OtherGSTIN: "27AAPFU0939F1ZV"}}},
		{"unless it is said", `{"shipToGSTIN":"URP","transactionType":"3"}`,
			gst.Consignment{Transaction: 3, To: gst.ConsignmentEnd{OtherGSTIN: "URP"}}},
		{"what is not ours is left", `{"userGstin":"x","itemNo":1,"mainHsnCode":{"a":[1]}}`, gst.Consignment{Transaction: 1}},
	}
	for _, tt := range tests {
		got, err := DecodeConsignment([]byte(tt.in))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestEveryMemberOfAConsignmentThatCannotBeReadIsTold(t *testing.T) {
	got, err := DecodeConsignment([]byte(`{"docNo":["a"],"docDate":"2026-11-22","fromPincode":"Pune","fromPincode":1,"subSupplyType":1.5,
		"transDistance":5000,"itemList":[{"hsnCode":"1"},{"quantity":"ten","taxableAmount":1.234},7],"to":{"a":1,"a":2},"totalValue":1e400}`))
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want gst.Invalid", err)
	}
	var told []string
	for _, f := range bad.Faults {
		path := f.Args[0]
		if f.Field != "" && EWayPathOf(f.Field) != path {
			t.Errorf("%s is %s", f.Field, EWayPathOf(f.Field))
		}
		told = append(told, path+" "+f.Rule+f.Code)
	}
	want := []string{
		"to.a inv01.twice", "subSupplyType inv01.decimals", "docNo inv01.text", "docDate inv01.date207", "fromPincode inv01.twice210",
		"fromPincode inv01.range210", "totalValue inv01.range", "transDistance inv01.range221", "itemList[1].quantity inv01.number",
		"itemList[1].taxableAmount inv01.decimals", "itemList[2] inv01.block",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("-want +told:\n%s", diff)
	}
	if len(got.Lines) != 2 || got.Lines[0].HSN != "1" {
		t.Errorf("what could be read is missing: %+v", got.Lines)
	}
}

func TestEWayMembersNameTheFieldsOfTheForm(t *testing.T) {
	for field, want := range map[string]string{
		"from.pin": "fromPincode", "to.place_state": "actToStateCode", "to.other_gstin": "shipToGSTIN", "lines[12].hsn": "itemList[12].hsnCode",
		"totals.cess_fixed": "cessNonAdvolValue", "document_date": "transDocDate", "sub_supply": "subSupplyType", "lines": "itemList", "nothing": "",
	} {
		if got := EWayPathOf(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
}

// What reads as a consignment is written and read again as the same, as far as texts are not cut.
func FuzzDecodeConsignment(f *testing.F) {
	seed(f, "ewaybill/requests/*.json")
	f.Add([]byte(`{"docNo":"A","itemList":[{"hsnCode":801},{},null,7],"x":{"a":1,"a":2}}`))
	f.Add([]byte(`{"fromStateCode":"x","transDistance":"-0","otherValue":-1.5e1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeConsignment(data)
		if err != nil {
			return
		}
		body, err := EncodeConsignment(&c)
		if err != nil {
			return // a State that is none
		}
		again, err := DecodeConsignment(body)
		if err != nil {
			return // figures and days as they came, which the request has no form for
		}
		if c.Totals != again.Totals || c.From.PIN != again.From.PIN || len(c.Lines) != len(again.Lines) {
			t.Fatalf("%+v becomes %+v", c, again)
		}
	})
}
