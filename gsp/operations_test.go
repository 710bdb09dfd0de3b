package gsp

import (
	"errors"
	"strings"
	"testing"

	"mohar/gst"
)

func TestEWayBillByIRNThroughEachProvider(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		t.Run(string(p.Provider()), func(t *testing.T) {
			reg, err := p.Generate(t.Context(), invoice("EWB/"+string(p.Provider())))
			if err != nil {
				t.Fatal(err)
			}
			var no *gst.Refusal
			if _, err := p.EWayOfIRN(t.Context(), reg.IRN); !errors.As(err, &no) || !no.Has("4005") {
				t.Errorf("before: %v, want 4005", err)
			}
			road := gst.EWayRequest{IRN: reg.IRN, EWayDetails: gst.EWayDetails{
				Mode: "1", Vehicle: "MH12AB1234", VehicleType: "R", DocumentNumber: "LR/1", DocumentDate: 20261122,
			}}
			bill, err := p.EWayByIRN(t.Context(), road)
			if err != nil || len(bill.Number) != 12 || !bill.Date.Equal(noon) || bill.ValidUntil.IsZero() {
				t.Fatalf("e-way bill %+v, %v", bill, err)
			}
			if len(bill.Notes) != 1 || !strings.Contains(bill.Notes[0], "distance") {
				t.Errorf("notes %q, want the distance that the portal worked out", bill.Notes)
			}
			again, err := p.EWayOfIRN(t.Context(), reg.IRN)
			if err != nil || again.Number != bill.Number || again.Status != "ACT" || again.MadeBy != company {
				t.Errorf("looked up: %+v, %v", again, err)
			}
			if _, err := p.EWayByIRN(t.Context(), road); !errors.As(err, &no) || !no.Has("4002") {
				t.Errorf("again: %v, want 4002", err)
			}
			road.IRN = strings.Repeat("0", 64)
			if _, err := p.EWayByIRN(t.Context(), road); !errors.As(err, &no) || !no.Has("4003") {
				t.Errorf("of an unknown IRN: %v, want 4003", err)
			}
			road.IRN = "none"
			if _, err := p.EWayByIRN(t.Context(), road); !errors.Is(err, ErrNotSent) {
				t.Errorf("without IRN: %v, want ErrNotSent", err)
			}
		})
	}
}

func TestPingNeedsNoSession(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		words, err := p.Ping(t.Context())
		if err != nil || !strings.Contains(words, "22-11-2026") {
			t.Errorf("%s: %q, %v", p.Provider(), words, err)
		}
		if _, err := box.caller.tokens.Session(t.Context(), company, gst.Practice, p.Provider()); !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("%s signed in for a ping", p.Provider())
		}
	}
}

func TestPingTellsWhatIsKnown(t *testing.T) {
	for _, tt := range []struct {
		answer answer
		is     error
	}{
		{answer{status: 200, body: "e-Invoice Vital:-22-08-2026 14:58:30"}, nil},
		{answer{status: 200, body: ` "e-Invoice Vital:-22-08-2026 14:58:30" `}, nil},
		{answer{status: 200}, ErrNoAnswer},
		{answer{status: 200, body: "<html>"}, ErrNoAnswer},
		{answer{status: 200, body: `{"Status":1}`}, ErrNoAnswer},
		{answer{status: 503, body: "later"}, ErrNoAnswer},
		{answer{status: 200, body: strings.Repeat("x", 300)}, ErrNoAnswer},
		{answer{cut: true}, ErrNoAnswer},
		{answer{status: 401, body: `{"statusCode":401,"message":"Access denied"}`}, ErrSignIn},
		{answer{status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP020A","message":"x"}}`}, ErrSignIn},
	} {
		p, _ := taxpro(t, &script{answers: []answer{tt.answer}})
		words, err := p.Ping(t.Context())
		if !errors.Is(err, tt.is) || (tt.is == nil && words != "e-Invoice Vital:-22-08-2026 14:58:30") {
			t.Errorf("%+v: %q, %v, want %v", tt.answer, words, err, tt.is)
		}
	}
}

const (
	goodCancel = `{"Status":1,"Data":{"Irn":"` + irn + `","CancelDate":"2026-11-22 12:30:00"}}`
	goodBill   = `{"Status":1,"Data":{"EwbNo":391000000001,"EwbDt":"2026-11-22 12:30:00","EwbValidTill":null,"Remarks":null}}`
)

func refusedWith(code string) answer {
	return answer{status: 200, body: `{"Status":0,"ErrorDetails":[{"ErrorCode":"` + code + `","ErrorMessage":"x"}]}`}
}

// The other house is asked only when this one says that it holds no such document, and
// what it says of the document counts.
func TestWhatIsDoneToADocumentIsDoneInItsHouse(t *testing.T) {
	operations := map[string]struct {
		good string
		do   func(*testing.T, *Portal) error
	}{
		"cancel": {goodCancel, func(t *testing.T, p *Portal) error {
			at, err := p.Cancel(t.Context(), irn, gst.CancelOrder, "x")
			if err == nil && at.Minute() != 30 {
				t.Errorf("cancelled at %v", at)
			}
			return err
		}},
		"e-way bill": {goodBill, func(t *testing.T, p *Portal) error {
			_, err := p.EWayByIRN(t.Context(), gst.EWayRequest{IRN: irn})
			return err
		}},
		"get e-way bill": {goodBill, func(t *testing.T, p *Portal) error {
			_, err := p.EWayOfIRN(t.Context(), irn)
			return err
		}},
		"get": {goodGenerate, func(t *testing.T, p *Portal) error {
			_, err := p.ByIRN(t.Context(), irn)
			return err
		}},
	}
	for name, op := range operations {
		good := answer{status: 200, body: op.good}
		for _, tt := range []struct {
			name    string
			answers []answer
			asked   string
			code    string // of the refusal, "" when it is done
		}{
			{"here", []answer{good}, "", ""},
			{"2148, then in NIC1", []answer{refusedWith("2148"), good}, ",NIC1", ""},
			{"3001, then in NIC2", []answer{refusedWith("3001"), refusedWith("2148"), good}, ",NIC1,NIC2", ""},
			{"2154, then in NIC2 after one that may not be asked", []answer{refusedWith("2154"), refusedWith("1010"), good}, ",NIC1,NIC2", ""},
			{"nowhere", []answer{refusedWith("2148"), refusedWith("3001")}, ",NIC1,NIC2", "2148"},
			{"refused here", []answer{refusedWith("2270"), good}, "", "2270"},
			{"refused in NIC1", []answer{refusedWith("2148"), refusedWith("2270"), good}, ",NIC1", "2270"},
			{"NIC1 does not answer", []answer{refusedWith("2148"), {status: 200, body: "<html>"}}, ",NIC1", "none"},
		} {
			s := &script{answers: tt.answers}
			p, _ := taxpro(t, s)
			err := op.do(t, p)
			var no *gst.Refusal
			switch {
			case tt.code == "" && err != nil:
				t.Errorf("%s %s: %v", name, tt.name, err)
			case tt.code == "none" && (!errors.Is(err, ErrNoAnswer) || NotThere(err)):
				t.Errorf("%s %s: %v, want ErrNoAnswer", name, tt.name, err)
			case tt.code != "" && tt.code != "none" && (!errors.As(err, &no) || !no.Has(tt.code)):
				t.Errorf("%s %s: %v, want %s", name, tt.name, err, tt.code)
			}
			asked := make([]string, 0, 3)
			for _, r := range s.seen() {
				asked = append(asked, r.Header.Get("irp"))
			}
			if got := strings.Join(asked, ","); got != tt.asked {
				t.Errorf("%s %s: asked %q, want %q", name, tt.name, got, tt.asked)
			}
		}
	}
}

func TestQuestionsGoOnToTheNextHostWithoutAnAnswer(t *testing.T) {
	for _, silent := range []answer{{cut: true}, {status: 502, body: "<html>"}, {status: 200, body: `{"status_cd":"0","error":{"error_cd":"GSP030","message":"x"}}`}} {
		first, second := &script{answers: []answer{silent}}, &script{answers: []answer{{status: 200, body: goodGenerate}}}
		p := livePair(t, first, second)
		if reg, err := p.ByIRN(t.Context(), irn); err != nil || reg.IRN != irn {
			t.Errorf("%+v: %v, want the second host to be asked", silent, err)
		}
		first, second = &script{answers: []answer{silent}}, &script{answers: []answer{{status: 200, body: goodGenerate}}}
		p = livePair(t, first, second)
		if _, err := p.Generate(t.Context(), []byte(`{}`)); !errors.Is(err, ErrNoAnswer) || len(second.seen()) != 0 {
			t.Errorf("%+v: %v and %d calls at the second host, want none", silent, err, len(second.seen()))
		}
	}
	first, second := &script{answers: []answer{refusedWith("2270")}}, &script{answers: []answer{{status: 200, body: goodGenerate}}}
	p := livePair(t, first, second)
	if _, err := p.ByIRN(t.Context(), irn); errors.Is(err, ErrNoAnswer) || len(second.seen()) != 0 {
		t.Errorf("a clear no: %v and %d calls at the second host, want none", err, len(second.seen()))
	}
}
