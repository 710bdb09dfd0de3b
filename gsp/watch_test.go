package gsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// watched returns a context and what was seen under it.
func watched(t *testing.T) (context.Context, *[]gst.Exchange) {
	var seen []gst.Exchange
	return Watching(t.Context(), func(x gst.Exchange) { seen = append(seen, x) }), &seen
}

func TestEveryRequestIsSeenAsItWasMeant(t *testing.T) {
	box := openPractice(t)
	for _, p := range box.portals {
		t.Run(string(p.Provider()), func(t *testing.T) {
			ctx, seen := watched(t)
			body := invoice("W/" + string(p.Provider()))
			reg, err := p.Generate(ctx, body)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Generate(ctx, body); err == nil {
				t.Fatal("registered twice")
			}
			if len(*seen) != 3 {
				t.Fatalf("%d exchanges, want the sign-in and two calls", len(*seen))
			}
			signIn, good, refused := (*seen)[0], (*seen)[1], (*seen)[2]
			if signIn.Operation != gst.OpSignIn || signIn.Outcome != gst.Answered || signIn.Provider != p.Provider() || !signIn.At.Equal(noon) {
				t.Errorf("sign-in %+v", signIn)
			}
			if good.Operation != gst.OpGenerate || good.Method != http.MethodPost || good.Status != 200 || good.Outcome != gst.Answered ||
				good.Why != "" || good.URL != box.root+p.api.face+p.api.paths.generate {
				t.Errorf("generate %+v", good)
			}
			if !strings.Contains(good.Sent, string(body)) || !strings.Contains(good.Sent, "Gstin: "+string(company)+"\n") {
				t.Errorf("sent %s", good.Sent)
			}
			short := reg.SignedInvoice[:24] + fmt.Sprintf("… (%d characters)", len(reg.SignedInvoice))
			if !strings.Contains(good.Got, `"Irn":"`+reg.IRN+`"`) || !strings.Contains(good.Got, `"SignedInvoice":"`+short+`"`) ||
				!strings.Contains(good.Got, "Content-Type: application/json") {
				t.Errorf("got %s", good.Got)
			}
			if refused.Outcome != gst.CallRefused || refused.Code != "2150" || !strings.Contains(refused.Why, "2150") || !strings.Contains(refused.Got, "DUPIRN") {
				t.Errorf("refused %+v", refused)
			}
			s, err := box.caller.tokens.Session(ctx, company, gst.Practice, p.Provider())
			if err != nil {
				t.Fatal(err)
			}
			noSecrets(t, p, s, *seen)
		})
	}
}

// noSecrets looks for everything that nobody may see, sealed texts among it.
func noSecrets(t *testing.T, p *Portal, s gst.Session, seen []gst.Exchange) {
	t.Helper()
	for _, x := range seen {
		text := fmt.Sprintf("%+v", x)
		for what, secret := range map[string]string{
			"password": p.cred.Password, "subscription key": p.cred.SubscriptionKey, "ASP password": ": " + p.cred.ASPPassword + "\n",
			"client secret": p.cred.ClientSecret, "token": s.Token,
		} {
			if secret != "" && secret != ": \n" && strings.Contains(text, secret) {
				t.Errorf("%s: the %s is there:\n%s", x.Operation, what, text)
			}
		}
		if len(s.Key) > 0 { // what was sealed
			sealed, err := nic.EncryptText(s.Key, invoice("W/"+string(p.Provider())))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(text, sealed[:20]) {
				t.Errorf("%s: ciphertext is there:\n%s", x.Operation, text)
			}
			if x.Operation == gst.OpSignIn && (!strings.Contains(x.Sent, "encrypted sign-in") || !strings.Contains(x.Got, `"Sek":"•••"`)) {
				t.Errorf("sign-in:\n%s\n%s", x.Sent, x.Got)
			}
		}
	}
}

func TestCallsThatNeverLeftAreSeen(t *testing.T) {
	wrong := answer{status: 200, body: `{"Status":0,"ErrorDetails":[{"ErrorCode":"1019","ErrorMessage":"Incorrect Password"}]}`}
	p, _ := taxpro(t, &script{answers: []answer{{status: 504, body: "late"}}, signIn: []answer{{status: 200, body: goodSignIn}, wrong}})
	ctx, seen := watched(t)
	for range 3 {
		_, _ = p.Generate(ctx, []byte(`{}`))
	}
	if len(*seen) != 4 {
		t.Fatalf("%d exchanges, want a sign-in, two calls and one kept back: %+v", len(*seen), *seen)
	}
	if x := (*seen)[2]; x.Outcome != gst.NoAnswer || x.Status != 504 || !strings.HasSuffix(x.Got, "late") || x.Why == "" {
		t.Errorf("no answer: %+v", x)
	}
	if x := (*seen)[3]; x.Outcome != gst.NotSent || x.Status != 0 || !strings.Contains(x.Why, "does not answer") || x.Operation != gst.OpGenerate {
		t.Errorf("kept back: %+v", x)
	}
	gone := New(Options{Now: p.c.now, Tokens: &tokens{}, Sandbox: "http://127.0.0.1:1"}).Portal(company, p.cred)
	ctx, seen = watched(t)
	_, _ = gone.Generate(ctx, []byte(`{}`))
	if len(*seen) != 1 || (*seen)[0].Outcome != gst.NotSent || !strings.Contains((*seen)[0].Why, "refused") || (*seen)[0].Sent == "" {
		t.Errorf("no connection: %+v", *seen)
	}
	p, _ = taxpro(t, &script{signIn: []answer{wrong}})
	ctx, seen = watched(t)
	for range 2 {
		_, _ = p.Generate(ctx, []byte(`{}`))
	}
	if len(*seen) != 2 || (*seen)[0].Outcome != gst.CallRefused || (*seen)[1].Outcome != gst.NotSent || (*seen)[1].Code != "1019" {
		t.Errorf("refused credentials: %+v", *seen)
	}
}

func TestReplyThatDoesNotOpenIsNotShownSealed(t *testing.T) {
	box := openPractice(t)
	p := box.portals[0]
	reg, err := p.Generate(t.Context(), invoice("W/1"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.SignIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Key = bytes.Clone(s.Key)
	s.Key[0] ^= 1
	if err := box.caller.tokens.SaveSession(t.Context(), company, gst.Practice, gst.Alankit, s); err != nil {
		t.Fatal(err)
	}
	ctx, seen := watched(t)
	if _, err := p.ByIRN(ctx, reg.IRN); !errors.Is(err, ErrNoAnswer) {
		t.Fatal(err)
	}
	x := (*seen)[0]
	if !strings.Contains(x.Got, `"Data":"not opened (`) || x.Outcome != gst.NoAnswer || len(x.Got) > 500 {
		t.Errorf("got %s", x.Got)
	}
}

func TestSecretsThatAreSaidBackAreMasked(t *testing.T) {
	s := &script{
		signIn:  []answer{{status: 200, body: `{"Status":"1","AuthToken":"hush-hush","Data":"{\"Sek\":\"s3k\",\"AuthToken\":\"hush-hush\",\"TokenExpiry\":\"\"}"}`}},
		answers: []answer{{status: 200, header: [2]string{"Server", "Practice@123"}, body: `<p>password=practice&eInvPwd=Practice@123 token hush-hush "q\"uo"</p>`}},
	}
	p, _ := taxpro(t, s)
	p.cred.SubscriptionKey = `q"uo`
	ctx, seen := watched(t)
	if _, err := p.Generate(ctx, []byte(`{}`)); !errors.Is(err, ErrNoAnswer) {
		t.Fatal(err)
	}
	if len(*seen) != 2 {
		t.Fatalf("%+v", *seen)
	}
	text := fmt.Sprintf("%+v", *seen)
	for _, secret := range []string{"hush-hush", "Practice@123", "=practice", "s3k", `q\"uo`} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is there: %s", secret, text)
		}
	}
}

func TestLongThingsAreShortened(t *testing.T) {
	jwt := strings.Repeat("a", 201)
	tests := map[string]struct{ in, want string }{
		"a token":              {`{"X":"` + jwt + `"}`, `{"X":"` + jwt[:24] + `… (201 characters)"}`},
		"words stay":           {`{"X":"` + strings.Repeat("a ", 200) + `"}`, `{"X":"` + strings.Repeat("a ", 200) + `"}`},
		"JSON inside a text":   {`{"X":"{\"AuthToken\":\"` + jwt + `\"}"}`, `{"X":"… (221 characters)"}`},
		"cut off":              {`{"X":"` + jwt, `{"X":"` + jwt[:24] + `… (201 characters)`},
		"a secret":             {`{"authtoken" : "abc","b":"c"}`, `{"authtoken" : "•••","b":"c"}`},
		"a secret, cut off":    {`{"Sek":"abc`, `{"Sek":"•••`},
		"escaped quotes":       {`{"a":"x\"y\\","Sek":"z"}`, `{"a":"x\"y\\","Sek":"•••"}`},
		"no text at all":       {`<html>`, `<html>`},
		"an empty secret":      {`{"Sek":"","a":"b"}`, `{"Sek":"","a":"b"}`},
		"runes are kept whole": {`"` + strings.Repeat("€", 100) + `"`, `"` + strings.Repeat("€", 8) + `… (100 characters)"`},
	}
	for name, tt := range tests {
		if got := string(tidy([]byte(tt.in))); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	long := bytes.Repeat([]byte("x y "), 50_000)
	if got := string(inMiddle(long)); len(got) > longBody+60 || !strings.Contains(got, fmt.Sprintf("(%d bytes left out)", len(long)-longBody)) {
		t.Errorf("%d bytes: %s", len(got), got[longBody/2-10:longBody/2+60])
	}
}

func FuzzTidy(f *testing.F) {
	f.Add([]byte(`{"Status":1,"Data":{"AuthToken":"x\"","Sek":null},"Z":"\\"}`))
	f.Add([]byte(`"`))
	f.Add([]byte(`{"a":"` + strings.Repeat("€", 99) + `\"`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := tidy(body)
		if json.Valid(body) && !json.Valid(got) {
			t.Errorf("%s became %s", body, got)
		}
		if len(got) > len(body)+len(masked)*(len(body)+1) {
			t.Errorf("%d bytes became %d", len(body), len(got))
		}
	})
}

// tenLines is a document with ten lines and the reply to it, as TaxPro sends it.
func tenLines(t testing.TB) (*Portal, call, *reply) {
	var doc map[string]any
	if err := json.Unmarshal(invoice("B/1"), &doc); err != nil {
		t.Fatal(err)
	}
	line := doc["ItemList"].([]any)[0]
	for range 9 {
		doc["ItemList"] = append(doc["ItemList"].([]any), line)
	}
	payload, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(map[string]any{
		"AckNo": 112610000000001, "AckDt": "2026-11-22 12:00:00", "Irn": irn, "Status": "ACT",
		"SignedInvoice": strings.Repeat("x", 8000), "SignedQRCode": strings.Repeat("y", 1100),
		"ExtractedSignedInvoiceData": doc, "QrCodeImage": strings.Repeat("z", 2000),
	})
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(string(data))
	if err != nil {
		t.Fatal(err)
	}
	r := &reply{
		status: 200, header: http.Header{"Content-Type": {"application/json"}},
		body: []byte(`{"Status":"1","Data":` + string(quoted) + `,"ErrorDetails":null,"InfoDtls":null}`),
		data: quoted, opened: data,
	}
	p := New(Options{Now: time.Now, Tokens: &tokens{}}).Portal(company, PracticeCredentials()[1])
	return p, call{op: gst.OpGenerate, method: http.MethodPost, path: p.api.paths.generate, payload: payload, when: signedIn}, r
}

// Watching must cost less than 60 µs for a document of ten lines.
func BenchmarkWatched(b *testing.B) {
	p, op, r := tenLines(b)
	s := gst.Session{Token: "0123456789012345678901234"}
	h := p.headers(s, op)
	b.SetBytes(int64(len(r.body) + len(op.payload)))
	for b.Loop() {
		x := p.exchanged(s, op, "https://einvapi.charteredinfo.com", h, r, nil, noon, noon)
		if len(x.Got) < 1000 {
			b.Fatal(x.Got)
		}
	}
}
