package sandbox_test

import (
	"maps"
	"net/http"
	"testing"

	"mohar/nic"
)

// at makes the caller name a house in the header irp; "" for none.
func (c *caller) at(house string) *caller {
	there := *c
	there.client = maps.Clone(c.client)
	delete(there.client, "irp")
	if house != "" {
		there.client["irp"] = house
	}
	return &there
}

// The two houses keep their documents apart: what one registered, the other gives only to
// who names it.
//
// Source: NIC's note of 18-07-2024 on working with both portals.
func TestTheHeaderIrpReachesTheOtherHouse(t *testing.T) {
	p := start(t)
	if v := p.admin("POST", "/house", `{"face":"taxpro","house":"NIC2"}`); v["houses"].(map[string]any)["taxpro"] != "NIC2" {
		t.Fatalf("%v", v)
	}
	one, two := p.caller("alankit", seller).signIn(), p.caller("taxpro", seller).signIn()
	irn := two.generate(invoice()).ack(t)
	if irn.AckNo[0] != '2' {
		t.Errorf("AckNo %s of the second house", irn.AckNo)
	}
	first := one.generate(altered(t, changes{"DocDtls.No": `"A/2"`})).ack(t)
	if first.AckNo[0] != '1' {
		t.Errorf("AckNo %s of the first house", first.AckNo)
	}
	bill := []byte(`{"Irn":"` + irn.Irn + `","Distance":100,"TransId":"29AWGPV7107B1Z1"}`)
	calls := []struct {
		name string
		do   func(*caller) reply
		done string // once it was done
	}{
		{"by IRN", func(c *caller) reply { return c.byIRN(irn.Irn) }, "ok"},
		{"by document", func(c *caller) reply { return c.byDocument("INV", "A/1", "22/11/2026") }, "ok"},
		{"e-way bill", func(c *caller) reply { return c.call(http.MethodPost, "/eiewb/v1.03/ewaybill", bill) }, "4002"},
		{"its e-way bill", func(c *caller) reply { return c.call(http.MethodGet, "/eiewb/v1.03/ewaybill/irn/"+irn.Irn, nil) }, "ok"},
	}
	for _, tt := range calls {
		for _, at := range []struct {
			c    *caller
			want string
		}{
			{one, "2148"}, {one.at("NIC1"), "2148"}, {two.at("nic1"), "2148"}, {two.at("NIC3"), "2148"},
			{one.at("NIC2"), "ok"}, {two, tt.done}, {two.at("NIC2"), tt.done},
		} {
			if got := tt.do(at.c).codes(); got != at.want {
				t.Errorf("%s at %s with irp %q: %s, want %s", tt.name, at.c.face, at.c.client["irp"], got, at.want)
			}
		}
	}
	if got := two.cancel(first.Irn, "1", "twice").codes(); got != "2148" {
		t.Errorf("cancelled at the wrong house: %s", got)
	}
	if got := two.at("NIC1").cancel(first.Irn, "1", "twice").codes(); got != "ok" {
		t.Errorf("cancelled through the other house: %s", got)
	}
}

func TestADuplicateIsRefusedOverBothHouses(t *testing.T) {
	p := start(t)
	p.admin("POST", "/house", `{"face":"nic","house":"NIC2"}`)
	irn := p.caller("alankit", seller).signIn().generate(invoice()).ack(t).Irn
	r := p.caller("nic", seller).signIn().generate(invoice())
	if r.codes() != "2150" {
		t.Fatalf("%s", r.body)
	}
	info, _ := r.Info(nic.InfoDuplicate)
	if d, err := info.Duplicate(); err != nil || d.Irn != irn {
		t.Errorf("%+v, %v", d, err)
	}
	book, err := p.Ledger(t.Context())
	if err != nil || len(book.Documents) != 1 || book.Documents[0].House != "NIC1" {
		t.Errorf("%+v, %v", book, err)
	}
}

func TestHousesAreNamedRightly(t *testing.T) {
	p := start(t)
	for _, body := range []string{`{"face":"moon","house":"NIC1"}`, `{"house":"NIC7"}`, `{"face":"nic"}`, `{"home":"NIC1"}`} {
		if v := p.admin("POST", "/house", body); v["error"] == nil {
			t.Errorf("took %s", body)
		}
	}
	if v := p.admin("POST", "/house", `{"house":"nic2"}`)["houses"].(map[string]any); v["nic"] != "NIC2" || v["alankit"] != "NIC2" {
		t.Errorf("every face: %v", v)
	}
}
