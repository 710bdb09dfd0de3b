package nic

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestChangesAreWrittenAsThePortalTakesThem(t *testing.T) {
	const number = "301002999920"
	road := gst.PartB{Mode: "1", Vehicle: "GJ07DL9001", VehicleType: "R", Place: "Test City", State: "24", Reason: "3", Remark: "Vehicle Info added"}
	rail := gst.PartB{Mode: "2", DocumentNumber: "PWB-1234567890-ABCD", DocumentDate: 20261121, Place: "Vapi", State: "07", Reason: "4", Remark: "first"}
	wait := gst.EWayExtension{
		PartB: gst.PartB{Mode: "5", Place: "Vapi", State: "24", Reason: "99", Remark: "strike"}, PIN: 396195, Distance: 120, Transit: "W",
		Address: [3]string{"Shed 4", "GIDC", "Vapi"},
	}
	moves := gst.EWayExtension{PartB: road, PIN: 396195, Distance: 120, Transit: "W", Address: wait.Address}
	moves.Reason = "1"
	trip := gst.TripSheet{PartB: road, Bills: []gst.TripBill{{Number: number}, {Number: "301002999921"}}}
	again := gst.TripSheet{PartB: road, Old: "3010000001", Bills: trip.Bills}
	tests := []struct {
		name   string
		encode func() ([]byte, error)
		want   string
	}{
		{"Part B by road", func() ([]byte, error) { return EncodePartB(number, road) }, `{"ewbNo":301002999920,"vehicleNo":"GJ07DL9001",
			"fromPlace":"Test City","fromState":24,"transMode":"1","reasonCode":"3","reasonRem":"Vehicle Info added","vehicleType":"R"}`},
		{"of a document that is too long the end is sent", func() ([]byte, error) { return EncodePartB(number, rail) }, `{"ewbNo":301002999920,
			"fromPlace":"Vapi","fromState":7,"transDocNo":"1234567890-ABCD","transDocDate":"21/11/2026","transMode":"2","reasonCode":"4","reasonRem":"first"}`},
		{"another transporter", func() ([]byte, error) { return EncodeReassign(number, "88AABCT9077L1Z1") },
			`{"ewbNo":301002999920,"transporterId":"88AABCT9077L1Z1"}`},
		{"an extension of goods that move has neither place nor address", func() ([]byte, error) { return EncodeExtension(number, moves) },
			`{"ewbNo":301002999920,"vehicleNo":"GJ07DL9001","fromPlace":"Test City","fromState":24,"transMode":"1","fromPincode":396195,
			"remainingDistance":120,"extnRsnCode":1,"extnRemarks":"Vehicle Info added","consignmentStatus":"M"}`},
		{"an extension of goods that wait has both", func() ([]byte, error) { return EncodeExtension(number, wait) },
			`{"ewbNo":301002999920,"fromPlace":"Vapi","fromState":24,"transMode":"5","fromPincode":396195,"remainingDistance":120,"extnRsnCode":99,
			"extnRemarks":"strike","consignmentStatus":"T","transitType":"W","addressLine1":"Shed 4","addressLine2":"GIDC","addressLine3":"Vapi"}`},
		{"the reasons of cancelling are those of e-way bills", func() ([]byte, error) {
			return EncodeEWayCancel(number, gst.EWayCancelDataEntry, "typed\nwrong")
		}, `{"ewbNo":301002999920,"cancelRsnCode":3,"cancelRmrk":"typed wrong"}`},
		{"a rejection has the number only", func() ([]byte, error) { return EncodeEWayReject(number) }, `{"ewbNo":301002999920}`},
		{"closing has day and remark", func() ([]byte, error) { return EncodeEWayClose(number, 20261122, "delivered") },
			`{"ewbNo":301002999920,"closureDate":"22/11/2026","remarks":"delivered"}`},
		{"a trip sheet has its bills", func() ([]byte, error) { return EncodeTrip(&trip) }, `{"vehicleNo":"GJ07DL9001","fromPlace":"Test City",
			"fromState":24,"transMode":"1","tripSheetEwbBills":[{"ewbNo":301002999920},{"ewbNo":301002999921}]}`},
		{"a trip sheet again has the old one's number", func() ([]byte, error) { return EncodeTrip(&again) }, `{"tripSheetNo":3010000001,
			"vehicleNo":"GJ07DL9001","fromPlace":"Test City","fromState":24,"transMode":"1","reasonCode":"3","reasonRem":"Vehicle Info added"}`},
		{"several vehicles start", func() ([]byte, error) {
			return EncodeGroup(number, gst.EWayGroup{FromPlace: "Hosur", FromState: "33", ToPlace: "Bengaluru", ToState: "29", Mode: "1",
				Quantity: 82_500, Unit: "BOX", Reason: "2", Remark: "trans-shipment"})
		}, `{"ewbNo":301002999920,"reasonCode":"2","reasonRem":"trans-shipment","fromPlace":"Hosur","fromState":33,"toPlace":"Bengaluru","toState":29,
			"transMode":"1","totalQuantity":82.5,"unitCode":"BOX"}`},
		{"a vehicle joins", func() ([]byte, error) {
			return EncodeGroupVehicle(number, gst.EWayGroupVehicle{Group: 1, Vehicle: "TN70AB6565", DocumentNumber: "12345", DocumentDate: 20261121, Quantity: 40_000})
		}, `{"ewbNo":301002999920,"groupNo":"1","vehicleNo":"TN70AB6565","transDocNo":"12345","transDocDate":"21/11/2026","quantity":40}`},
		{"a vehicle is changed for another", func() ([]byte, error) {
			return EncodeGroupSwap(number, gst.EWayGroupSwap{Group: 1, OldVehicle: "TN70AB6565", NewVehicle: "TN70AB6566", OldDocument: "12345",
				NewDocument: "12346", Place: "Hosur", State: "33", Reason: "1", Remark: "broke down"})
		}, `{"ewbNo":301002999920,"groupNo":"1","oldvehicleNo":"TN70AB6565","newVehicleNo":"TN70AB6566","oldTranNo":"12345","newTranNo":"12346",
			"fromPlace":"Hosur","fromState":33,"reasonCode":"1","reasonRem":"broke down"}`},
	}
	for _, tt := range tests {
		got, err := tt.encode()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(exactly(t, []byte(tt.want)), exactly(t, got)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}

// exactly is JSON without regard to the order of members and empty texts.
func exactly(t *testing.T, body []byte) map[string]any {
	t.Helper()
	var m map[string]any
	mustJSON(t, body, &m)
	for key, v := range m {
		if v == "" {
			delete(m, key)
		}
	}
	return m
}

func TestPublishedChangesAreReproduced(t *testing.T) {
	const number = "301002999920"
	tests := map[string]func() ([]byte, error){
		"ic-cancel-e-waybill":   func() ([]byte, error) { return EncodeEWayCancel(number, gst.EWayCancelDataEntry, "For Test") },
		"ic-update-transporter": func() ([]byte, error) { return EncodeReassign(number, "05AAACG2140A1ZL") },
		"ic-update-vehicle-info": func() ([]byte, error) {
			return EncodePartB(number, gst.PartB{
				Mode: "1", Vehicle: "GJ07DL9001", VehicleType: "R", Place: "Test City", State: "24", Reason: "3", Remark: "Vehicle Info added",
			})
		},
	}
	for name, encode := range tests {
		t.Run(name, func(t *testing.T) {
			file := sampleFiles(t, "ewaybill/requests/"+name+".json")[0]
			got, err := encode()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(meaning(t, readFile(t, file)), meaning(t, got)); diff != "" {
				t.Errorf("-published +ours:\n%s", diff)
			}
		})
	}
}

func TestANumberThatIsNoneIsNotSent(t *testing.T) {
	for _, number := range []string{"EWB1", "30100299992x", "-1", "1,2"} {
		if got, err := EncodeEWayReject(number); err == nil {
			t.Errorf("%q became %s", number, got)
		}
	}
	if got, err := EncodePartB("301002999920", gst.PartB{State: "Goa"}); err == nil {
		t.Errorf("a State that is none became %s", got)
	}
}
