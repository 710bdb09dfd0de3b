package sandbox_test

import "testing"

// The three faces speak of the same bill: each makes, reads, changes and cancels one.
func TestEveryFaceMakesReadsMovesAndCancelsAnEWayBill(t *testing.T) {
	p := start(t)
	for _, face := range []string{"nic", "alankit", "taxpro"} {
		u := p.ewbUser(face, seller).signIn()
		made := u.do("GENEWAYBILL", load(map[string]any{"docNo": "EW/" + face}))
		no := made.number(t)
		if len(no) != 12 || no[0] == '0' || made.data["ewayBillDate"] != "22/11/2026 10:16:00 AM" || made.data["validUpto"] != "27/11/2026 11:59:00 PM" {
			t.Errorf("%s: made %s", face, made.body)
		}
		moved := u.do("VEHEWB", map[string]any{
			"ewbNo": no, "vehicleNo": "KA 01 AB 9999", "fromPlace": "Tumkur", "fromState": 29, "reasonCode": "1", "reasonRem": "engine",
			"transMode": "1",
		})
		if moved.codes != "ok" || moved.data["validUpto"] != "27/11/2026 11:59:00 PM" {
			t.Errorf("%s: moved: %s %s", face, moved.codes, moved.body)
		}
		read := u.get("GetEwayBill", "ewbNo", no)
		rows, _ := read.data["VehiclListDetails"].([]any)
		if read.codes != "ok" || read.data["status"] != "ACT" || read.data["subSupplyType"] != "1  " || len(rows) != 2 ||
			rows[0].(map[string]any)["vehicleNo"] != "KA01AB9999" {
			t.Errorf("%s: read: %s %s", face, read.codes, read.body)
		}
		if gone := u.do("CANEWB", map[string]any{"ewbNo": no, "cancelRsnCode": 3, "cancelRmrk": "typed wrong"}); gone.number(t) != no {
			t.Errorf("%s: cancelled: %s", face, gone.body)
		}
		if read := u.get("GetEwayBill", "ewbNo", no); read.data["status"] != "CNL" {
			t.Errorf("%s: after cancelling: %s", face, read.body)
		}
		if again := u.do("GENEWAYBILL", load(map[string]any{"docNo": "EW/" + face})); again.codes != "ok" {
			t.Errorf("%s: a cancelled bill's paper: %s", face, again.codes)
		}
		if twice := u.do("GENEWAYBILL", load(map[string]any{"docNo": "EW/" + face})); twice.codes != "604" {
			t.Errorf("%s: the same paper twice: %s", face, twice.codes)
		}
	}
}
