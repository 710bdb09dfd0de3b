package handlers

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// elsewhere is another program of the same firm at the portal.
func (s *site) elsewhere() *gsp.Portal {
	s.Helper()
	caller := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: s.portal})
	for _, cred := range gsp.PracticeCredentials() {
		if cred.Provider == gst.TaxPro {
			return caller.Portal(companyGSTIN, cred)
		}
	}
	s.Fatal("no practice credentials at TaxPro")
	return nil
}

// putElsewhere registers the INV-01 of a document at the portal, with texts replaced in turn.
func (s *site) putElsewhere(address string, change ...string) *gst.Registration {
	s.Helper()
	_, body := s.stored(address)
	reg, err := s.elsewhere().Generate(s.Context(), []byte(strings.NewReplacer(change...).Replace(string(body))))
	if err != nil {
		s.Fatal(err)
	}
	return reg
}

// otherGoods make another document of the form's under its number.
var otherGoods = []string{`"Qty":15`, `"Qty":10`, "12900", "8600", "322.50", "215.00", "322.5", "215", "13545", "9030"}

// ask presses the button and follows to the answer.
func (s *site) ask(address string) reply {
	s.Helper()
	s.wantRedirect(s.post(address+"/ask", nil), address+"?done=asked")
	return s.get(address + "?done=asked")
}

func TestAskingThePortalSaysWhatItHolds(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.wantNot(s.get(address), "/ask")
	s.step()
	s.want(s.get(address), http.StatusOK, "Check at the portal", `action="`+address+`/ask"`)
	r := s.ask(address)
	s.want(r, http.StatusOK, "It stands at the portal as it does here", "Asked 22 Nov 2026, 10:00:00 through Alankit Limited.", "The portal was asked")
	s.wantNot(s.get(address), "Asked 22 Nov") // said once

	inv, _ := s.stored(address)
	if _, err := s.elsewhere().Cancel(t.Context(), inv.IRN.Registration.IRN, gst.CancelOrder, "there"); err != nil {
		t.Fatal(err)
	}
	r = s.ask(address)
	s.want(r, http.StatusOK, "It is cancelled at the portal", "Cancelled at the portal, seen 22 Nov 2026, 10:00:00", "Copy to a new document", "the number is not used again")
	s.wantNot(r, "Check at the portal", "cancel.")
	s.want(s.post(address+"/ask", nil), http.StatusConflict)
	// The day of the cancellation is not known, so none is printed.
	if o := printOptions(first(s.stored(address))); o.Cancelled != "" || o.NotValid {
		t.Errorf("printed with %+v", o)
	}
}

func first[A, B any](a A, _ B) A { return a }

func TestConflictShowsBothSidesAndTheWaysOut(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	there := s.putElsewhere(address, otherGoods...)
	s.clock.add(time.Hour)
	s.step()
	r := s.get(address)
	s.want(r, http.StatusOK, "Number already used", "At the portal", "9,030.00", "13,545.00", "differs", shortIRN(there.IRN), there.AckNo,
		"cancel it at the portal, until 23 Nov, 10:00 (23 h 0 min left)", "takes a cancelled one never again", "Ask the portal", "Give up and copy")
	s.want(s.ask(address), http.StatusOK, "The portal holds another document under this number", "Nothing of it was taken over.")
	s.clock.add(24 * time.Hour)
	s.setUpAgain()
	s.want(s.get(address), http.StatusOK, "its 24 hours for cancelling ended 23 Nov 2026, 10:00:00")

	inv, _ := s.stored(address)
	s.wantRedirect(s.post(address+"/void", url.Values{"why": {"used twice"}, "then": {"copy"}}), copyURL(inv))
	s.want(s.get(copyURL(inv)), http.StatusOK, "Konkan Agro Foods LLP")
	if now, _ := s.stored(address); now.State != gst.Void {
		t.Errorf("the document is %s", now.State)
	}
}

func TestWhatWasRegisteredByHandIsTakenOver(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	address := s.issue(invoiceForm())
	there := s.putElsewhere(address)
	s.want(s.get(address), http.StatusOK, "Check at the portal")
	r := s.ask(address)
	s.want(r, http.StatusOK, "It was on the portal already: marked as registered", there.IRN, "Signature verified", "Cancel IRN")
}

func TestAskingForWhatIsNotThere(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	address := s.issue(invoiceForm())
	s.want(s.ask(address), http.StatusOK, "The portal does not have this document", "Nothing was registered under this number.", "<code>2154</code>", "Register (get IRN)")
}

func TestAskingWithoutAnswerChangesNothingAndSaysSo(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.step()
	s.plantFault("*", "*", "down")
	s.want(s.post(address+"/ask", nil), http.StatusBadGateway, "No provider could be reached", "Nothing was changed", "Registered", "INV/26-27/0001")
}

func TestAskingBesideAWorkerIsPutOff(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	lanes, err := s.store.DueLanes(t.Context())
	if err != nil || len(lanes) != 1 {
		t.Fatal(lanes, err)
	}
	if _, err := s.store.TakeNext(t.Context(), db.Take{Lane: lanes[0], Lease: time.Minute}); err != nil {
		t.Fatal(err)
	}
	s.want(s.post(address+"/ask", nil), http.StatusConflict, "being sent or looked up at this moment")
}

func TestLostAnswerOfACancellationStaysOpenUntilThePortalIsAsked(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.step()
	s.plantFault("*", "cancel", "drop-reply")
	s.plantFault("*", "get", "down")
	s.want(s.post(address+"/cancel", url.Values{"reason": {"3"}, "remark": {"withdrawn"}}), http.StatusBadGateway, "Cancelled or not?", "Check at the portal")
	s.want(s.get(address), http.StatusOK, "Cancelled or not?", "Cancelling was asked for, and no answer came")
	s.mend()
	s.want(s.ask(address), http.StatusOK, "It is cancelled at the portal", "Copy to a new document")
	s.wantNot(s.get(address), "Cancelled or not?")
}

// mend takes the sandbox's faults away.
func (s *site) mend() {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodDelete, s.portal+"/_sandbox/faults", nil)
	if err != nil {
		s.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode >= 300 {
		s.Fatalf("mend: %s, %v", resp.Status, err)
	}
}

func TestActiveEWayBillComesBeforeCancelling(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm("eway.want", "on", "eway.distance", "40", "eway.mode", "1", "eway.vehicle", "MH12AB1234", "eway.vehicle_type", "R"))
	s.step()
	inv, _ := s.stored(address)
	bill := inv.IRN.Registration.EWayBill
	if bill == nil {
		t.Fatalf("no e-way bill was made: %+v", inv.IRN.Registration.EWayRefusal)
	}
	s.want(s.get(address), http.StatusOK, "E-way bill first", bill.Number, "It is active until "+moment(bill.ValidUntil), "its e-way bill must be cancelled first")
	form := url.Values{"reason": {"3"}, "remark": {"withdrawn"}}
	s.want(s.post(address+"/cancel", form), http.StatusUnprocessableEntity, "Cancel e-way bill "+bill.Number+" first", `value="withdrawn"`)
	form.Set("eway_gone", "yes")
	r := s.post(address+"/cancel", form)
	s.want(r, http.StatusUnprocessableEntity, "Cancel e-way bill "+bill.Number, "Registered") // the portal says that it stands
	if now, _ := s.stored(address); now.IRN.State != gst.IRNRegistered {
		t.Errorf("the IRN is %s", now.IRN.State)
	}
	s.clock.add(20 * time.Hour)
	s.setUpAgain()
	s.want(s.get(address), http.StatusOK, "until 23 Nov, 10:00", ">4 h 0 min left<", `data-left="14400"`)
}

func TestTimeLeftIsSaidToTheMinute(t *testing.T) {
	for left, want := range map[time.Duration]string{
		5*time.Hour + 12*time.Minute + 40*time.Second: "5 h 12 min left", 24 * time.Hour: "24 h 0 min left",
		59 * time.Minute: "59 min left", 30 * time.Second: "less than a minute left",
	} {
		if got := timeLeft(left); got != want {
			t.Errorf("%v: %q, want %q", left, got, want)
		}
	}
}

func TestRefusalFromOutsideTheDocumentCanBeSentAgain(t *testing.T) {
	s := newCompanySite(t)
	s.atPortal(`{"gstin":"` + companyGSTIN + `","enabled":false}`)
	address := s.issue(invoiceForm())
	s.wantNot(s.get(address), "Send again")
	s.step()
	s.want(s.get(address), http.StatusOK, "3026", "Send again", `action="`+address+`/resend"`)
	s.atPortal(`{"gstin":"` + companyGSTIN + `","enabled":true}`)
	s.wantRedirect(s.post(address+"/resend", nil), address)
	s.step()
	if inv, _ := s.stored(address); inv.IRN.State != gst.IRNRegistered {
		t.Errorf("state %q after it was sent again", inv.IRN.State)
	}
}

// atPortal changes an entry of the portal's register.
func (s *site) atPortal(entry string) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.portal+"/_sandbox/gstin", strings.NewReader(entry))
	if err != nil {
		s.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		s.Fatalf("portal's register: %s", res.Status)
	}
}

// withCalls keeps calls with a document that no other were made for, and returns its address.
func (s *site) withCalls(calls ...gst.Exchange) string {
	s.Helper()
	address := s.issue(invoiceForm())
	inv, _ := s.stored(address)
	if err := s.store.AddExchanges(s.Context(), companyGSTIN, inv.ID, calls...); err != nil {
		s.Fatal(err)
	}
	return address
}

var exampleCalls = []gst.Exchange{
	{
		At: clockAt, Took: 1234 * time.Millisecond, Provider: gst.Alankit, Operation: gst.OpGenerate, Attempt: 1, Method: "POST",
		URL: "https://gsp.example/eicore/v1.03/Invoice", Sent: "Gstin: " + companyGSTIN + "\n\n{\"Version\":\"1.1\"}", Status: 504,
		Got: "Content-Type: text/html\n\n<html>gateway</html>", Outcome: gst.NoAnswer, Why: "the reply is no JSON",
	},
	{
		At: clockAt.Add(2 * time.Second), Took: 80 * time.Millisecond, Provider: gst.TaxPro, Operation: gst.OpByDocument, Attempt: 1, Method: "GET",
		URL: "https://gsp2.example/irnbydocdetails?docnum=INV", Sent: "Gstin: " + companyGSTIN, Status: 200,
		Got: "Content-Type: application/json\n\n{\"Status\":0,\"ErrorDetails\":[{\"ErrorCode\":\"2148\"}]}", Outcome: gst.CallRefused, Code: "2148",
	},
}

func TestCallsAreShownWithWhatTheyMean(t *testing.T) {
	s := newCompanySite(t)
	address := s.withCalls(exampleCalls...)
	s.wantNot(s.get(address), "What was said to the portal")
	r := s.get(address + "/calls")
	s.want(r, http.StatusOK, "2 calls", "Get the IRN", "Look up by document number", "22 Nov 2026, 10:00:00.000", "1.2 s", "80 ms", "504 Gateway Timeout",
		"No answer", "the reply is no JSON", "Refused", "2148", "https://gsp.example/eicore/v1.03/Invoice", "{\n  \"Version\": \"1.1\"\n}", "<html>gateway</html>",
		"Copy for the help desk", `readonly`)
	if strings.Index(r.body, "Look up by document number") > strings.Index(r.body, "Get the IRN") {
		t.Error("the newest call does not come first")
	}
	file := s.get(address + "/calls.txt")
	s.want(file, http.StatusOK, "Mohar", companyGSTIN, "INV/26-27/0001 of 22/11/2026", "=== 2 · 22 Nov 2026, 10:00:02.000 IST · Chartered Information Systems",
		"(get_document)", "Refused · 2148", "=== 1 ", "--- request\nGstin: "+companyGSTIN+"\n\n{\n  \"Version\": \"1.1\"\n}\n--- reply")
	if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") || !strings.Contains(got, "INV-26-27-0001%20calls.txt") {
		t.Errorf("the file comes as %q", got)
	}
	for _, part := range []string{"/calls", "/calls.txt"} {
		s.want(s.get(strings.Replace(address, companyGSTIN, "29AAPFU0939F1ZR", 1)+part), http.StatusNotFound)
	}
	s.step()
	s.want(s.get(address), http.StatusOK, "What was said to the portal", address+"/calls")
}

func TestManyCallsAreShownInPart(t *testing.T) {
	s := newCompanySite(t)
	var calls []gst.Exchange
	for i := range mostCalls + 5 {
		e := exampleCalls[1]
		e.Attempt = i + 1
		calls = append(calls, e)
	}
	address := s.withCalls(calls...)
	r := s.get(address + "/calls")
	s.want(r, http.StatusOK, "The latest 20 of 25 calls", "calls?all=1")
	if got := strings.Count(r.body, "<li class=\"panel call\""); got != mostCalls {
		t.Errorf("%d calls are shown", got)
	}
	s.want(s.get(address+"/calls?all=1"), http.StatusOK, "25 calls")
	if got := strings.Count(s.get(address+"/calls.txt").body, "\n=== "); got != 25 {
		t.Errorf("%d calls are in the file", got)
	}
}

// Whatever a provider sends back, and wherever, none of the company's secrets is shown.
func TestNoSecretIsShown(t *testing.T) {
	s := newCompanySite(t)
	creds, err := s.store.Credentials(t.Context(), companyGSTIN, gst.Practice)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"tok/en+1=\"x"}
	for i, cred := range creds {
		cred.Password, cred.ClientSecret = `Pa"ss & wörd<`+string(cred.Provider), "client secret "+string(cred.Provider)
		if cred.Provider == gst.TaxPro {
			cred.ASPPassword = "asp secret"
		} else {
			cred.SubscriptionKey = "ALKEY00001"
		}
		creds[i] = cred
		if err := s.store.SaveCredentials(t.Context(), companyGSTIN, cred); err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, cred.Password, cred.ClientSecret, cred.SubscriptionKey, cred.ASPPassword)
	}
	s.byHand()
	address := s.issue(invoiceForm())
	inv, _ := s.stored(address)
	session := gst.Session{Token: secrets[0], Key: []byte("0123456789abcdef0123456789abcdef"), Expires: clockAt.Add(5 * time.Hour)}
	if err := s.store.SaveSession(t.Context(), companyGSTIN, gst.Practice, gst.Alankit, session); err != nil {
		t.Fatal(err)
	}
	secrets = append(secrets, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		e := gst.Exchange{
			At: clockAt, Provider: gst.Alankit, Operation: gst.OpSignIn, Outcome: gst.CallRefused, URL: "https://gsp.example/?p=" + url.QueryEscape(secret),
			Sent: "password: " + secret + "\n\n{\"p\":" + quoted(secret) + "}", Got: "<html>" + secret + "</html>", Why: "said " + secret,
		}
		if err := s.store.AddExchanges(t.Context(), companyGSTIN, inv.ID, e); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"/calls", "/calls?all=1", "/calls.txt", ""} {
		body := s.get(address + part).body // with the entities resolved
		for _, secret := range secrets {
			for _, form := range []string{secret, url.QueryEscape(secret), strings.Trim(quoted(secret), `"`)} {
				if secret != "" && strings.Contains(body, form) {
					t.Errorf("%s shows %q", address+part, form)
				}
			}
		}
		if part != "" && !strings.Contains(body, "password: •••") {
			t.Errorf("%s shows no call at all", address+part)
		}
	}
}

func TestADocumentWithoutCallsSaysSo(t *testing.T) {
	s := newCompanySite(t)
	s.byHand()
	address := s.issue(invoiceForm())
	s.wantNot(s.get(address), "What was said to the portal")
	s.want(s.get(address+"/calls"), http.StatusOK, "Nothing was said yet")
	s.want(s.get(address+"/calls.txt"), http.StatusOK, "INV/26-27/0001")
}

func TestEveryAnswerOfThePortalHasItsLook(t *testing.T) {
	for found, look := range askedLooks {
		if look.kind == "" || look.title == "" {
			t.Errorf("%s is told as %+v", found, look)
		}
	}
	if len(askedLooks) != 8 || eventLooks[db.EventAsked].title == "" || eventLooks[db.EventCompleted].title == "" {
		t.Errorf("%d answers are told", len(askedLooks))
	}
}

// quoted is a text as JSON writes it.
func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}
