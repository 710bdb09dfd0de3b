package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"mohar/nic"
)

// byRoad asks for an e-way bill by road over 100 km.
var byRoad = changes{"EwbDtls": `{"TransMode":"1","Distance":100,"VehNo":"ka01ab1234","VehType":"R"}`}

// infos joins the codes of what stands beside a reply.
func infos(r reply) string {
	var list []string
	for _, i := range r.Infos {
		if i.Code == nic.InfoEWayRefusal {
			for _, c := range i.Codes() {
				list = append(list, c.Code)
			}
			continue
		}
		list = append(list, i.Code)
	}
	return strings.Join(list, " ")
}

func TestEWayBillWithTheIRN(t *testing.T) {
	tests := []struct {
		name   string
		change []changes
		want   string // codes of EWBERR, or other infos
	}{
		{"by road", []changes{byRoad}, ""},
		{"part A only", []changes{{"EwbDtls": `{"TransId":"29AWGPV7107B1Z1","Distance":100}`}}, ""},
		{"transporter by enrolment number", []changes{{"EwbDtls": `{"TransId":"88AWGPV7107B1Z1","Distance":100}`}}, ""},
		{"distance left to the portal", []changes{byRoad, {"EwbDtls.Distance": "0"}}, "EWBPPD"},
		{"vehicle that is not registered", []changes{byRoad, {"EwbDtls.VehNo": `"KA01AB0000"`}}, "EWBVEH"},
		{"by air", []changes{{"EwbDtls": `{"TransMode":"3","Distance":100,"TransDocNo":"AWB1","TransDocDt":"22/11/2026"}`}}, ""},
		{"by ship with a vehicle", []changes{{"EwbDtls": `{"TransMode":"4","Distance":100,"VehNo":"KA01AB1234","VehType":"O"}`}}, ""},
		{"4019 nothing but a distance", []changes{{"EwbDtls": `{"Distance":0}`}}, "4019"},
		{"4019 also on a note", []changes{{"DocDtls.Typ": `"CRN"`, "EwbDtls": `{"Distance":0}`}}, "4019"},
		{"4010 note", []changes{byRoad, {"DocDtls.Typ": `"DBN"`}}, "4010"},
		{"4009 services", []changes{byRoad, service}, "4009"},
		{"4018 transporter of no State", []changes{{"EwbDtls": `{"TransId":"77AWGPV7107B1Z1","Distance":100}`}}, "4018"},
		{"4011 4022 road without vehicle", []changes{{"EwbDtls": `{"TransMode":"1","Distance":100}`}}, "4011 4022"},
		{"4014 no number plate", []changes{byRoad, {"EwbDtls.VehNo": `"TRUCK"`}}, "4014"},
		{"4012 4023 rail without document", []changes{{"EwbDtls": `{"TransMode":"2","Distance":100}`}}, "4012 4023"},
		{"4024 over-dimensional by rail", []changes{{"EwbDtls": `{"TransMode":"2","Distance":100,"TransDocNo":"1","TransDocDt":"22/11/2026","VehType":"O"}`}}, "4024"},
		{"4028 vehicle without mode", []changes{{"EwbDtls": `{"Distance":100,"VehNo":"KA01AB1234"}`}}, "4028"},
		{"4039 ship with a regular vehicle", []changes{{"EwbDtls": `{"TransMode":"4","Distance":100,"VehNo":"KA01AB1234","VehType":"R"}`}}, "4039"},
		{"4040 ship with nothing", []changes{{"EwbDtls": `{"TransMode":"4","Distance":100}`}}, "4040"},
		{"4016 transport document of tomorrow", []changes{byRoad, {"EwbDtls.TransDocDt": `"23/11/2026"`}}, "4016"},
		{"4021 transport document before the invoice", []changes{byRoad, {"EwbDtls.TransDocDt": `"21/11/2026"`}}, "4021"},
		{"4017 transport document of no day", []changes{byRoad, {"EwbDtls.TransDocDt": `"31/02/2026"`}}, "4017"},
		{"4029 one PIN code and no distance", []changes{byRoad, {"EwbDtls.Distance": "0", "BuyerDtls.Pin": "560037"}}, "4029"},
		{"4030 distance that the portal does not know", []changes{byRoad, {"EwbDtls.Distance": "0", "BuyerDtls.Pin": "999998"}}, "4030"},
		{"4031 4034 export without place of shipping", []changes{exported, byRoad, {"EwbDtls.Distance": "0"}}, "4031 4034"},
		{"export from a port", []changes{exported, byRoad, port("33", "600001")}, ""},
		{"4032 4033 goods shipped to abroad", []changes{exported, byRoad, port("96", "999999")}, "4032 4033"},
		{"4035 4036 goods dispatched from abroad", []changes{byRoad, {"DispDtls": `{"Nm":"Store","Addr1":"1","Loc":"Oslo","Pin":999999,"Stcd":"96"}`}}, "4035 4036"},
		{"4015 blocked buyer", []changes{byRoad, {"BuyerDtls.Gstin": `"29AWGPV7107B1Z9"`}}, "4015"},
	}
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			number := changes{"DocDtls.No": `"W/` + string(rune('A'+i%26)) + string(rune('A'+i/26)) + `"`}
			r := c.generate(altered(t, append(tt.change, number)...))
			ack := r.ack(t)
			if got := infos(r); got != tt.want {
				t.Errorf("beside the IRN: %s, want %s", got, tt.want)
			}
			refused := strings.HasPrefix(tt.want, "4")
			if (ack.EwbNo == "") != refused || (len(ack.EwbNo) != 12 && !refused) {
				t.Errorf("e-way bill %q", ack.EwbNo)
			}
		})
	}
}

func port(state, pin string) changes {
	return changes{"ShipDtls": `{"LglNm":"Chennai Port","Addr1":"Gate 1","Loc":"Chennai","Pin":` + pin + `,"Stcd":"` + state + `"}`}
}

func TestValidityOfEWayBills(t *testing.T) {
	p := start(t)
	c := p.caller("taxpro", seller).signIn()
	for i, tt := range []struct {
		change changes
		want   string
	}{
		{changes{"EwbDtls.Distance": "10"}, "2026-11-23 23:59:00"},
		{changes{"EwbDtls.Distance": "200"}, "2026-11-23 23:59:00"},
		{changes{"EwbDtls.Distance": "201"}, "2026-11-24 23:59:00"},
		{changes{"EwbDtls.Distance": "2467"}, "2026-12-05 23:59:00"},
		{changes{"EwbDtls.Distance": "21", "EwbDtls.VehType": `"O"`}, "2026-11-24 23:59:00"},
		{changes{"EwbDtls": `{"TransId":"29AWGPV7107B1Z1","Distance":100}`}, ""},
	} {
		r := c.generate(altered(t, byRoad, tt.change, changes{"DocDtls.No": `"V` + string(rune('A'+i)) + `"`}))
		var got struct{ EwbDt, EwbValidTill *string }
		if err := json.Unmarshal(r.data, &got); err != nil {
			t.Fatal(err)
		}
		if got.EwbValidTill == nil {
			got.EwbValidTill = new(string)
		}
		if *got.EwbValidTill != tt.want || *got.EwbDt != "2026-11-22 10:16:00" {
			t.Errorf("%v: made %s, valid until %s, want %s", tt.change, *got.EwbDt, *got.EwbValidTill, tt.want)
		}
	}
}

func TestEWayBillStandsInTheWayOfCancelling(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	ack := c.generate(altered(t, byRoad)).ack(t)
	if got := c.cancel(ack.Irn, "1", "x").codes(); got != "2230" {
		t.Errorf("%s", got)
	}
	if got := p.admin("GET", "/ledger", "")["documents"].([]any)[0].(map[string]any)["ewb_no"]; got != string(ack.EwbNo) {
		t.Errorf("ledger has %v, want %s", got, ack.EwbNo)
	}
}

func TestEWayBillByIRN(t *testing.T) {
	p := start(t)
	c := p.caller("alankit", seller).signIn()
	irn := c.generate(altered(t, interState)).ack(t).Irn
	cancelled := c.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t).Irn
	c.cancel(cancelled, "1", "x")
	other := p.caller("alankit", "27AWGPV7107B1Z5").signIn()
	ask := func(c *caller, irn, rest string) reply {
		return c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", []byte(`{"Irn":"`+irn+`",`+rest+`}`))
	}
	look := func(c *caller, irn string) reply {
		return c.call(http.MethodGet, "/eiewb/v1.03/ewaybill/irn/"+irn, nil)
	}
	const road = `"Distance":0,"TransMode":"1","VehNo":"KA01AB1234","VehType":"R"`
	none := nic.IRN(seller, 20261122, "INV", "NONE")
	for _, tt := range []struct {
		name string
		got  reply
		want string
	}{
		{"unknown IRN", ask(c, none, road), "4003"},
		{"another's IRN", ask(other, irn, road), "4037"},
		{"cancelled IRN", ask(c, cancelled, road), "4000"},
		{"no transport", ask(c, irn, `"Distance":0`), "4019"},
		{"no distance", ask(c, irn, `"TransMode":"1"`), "5002"},
		{"none yet", look(c, irn), "4005"},
		{"made", ask(c, irn, road), "ok"},
		{"a second one", ask(c, irn, road), "4002"},
		{"looked up", look(c, irn), "ok"},
		{"of an unknown IRN", look(c, none), "4003"},
		{"of another's IRN", look(other, irn), "4037"},
	} {
		if tt.got.codes() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got.codes(), tt.want)
		}
	}
	var bill struct {
		EwbNo                                          int64
		EwbDt, EwbValidTill, Remarks, Status, GenGstin string
	}
	if err := json.Unmarshal(look(c, irn).data, &bill); err != nil {
		t.Fatal(err)
	}
	if bill.Status != "ACT" || bill.GenGstin != seller || !strings.HasPrefix(bill.Remarks, "Pin-Pin calc distance: ") || bill.EwbValidTill == "" {
		t.Errorf("%+v", bill)
	}
}
