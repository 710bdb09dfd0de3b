package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/registrar"
	"mohar/views"
)

const (
	queueURL   = "/c/" + companyGSTIN + "/queue"
	bulkStart  = "/c/" + companyGSTIN + "/bulk"
	firstBulk  = bulkStart + "/1"
	secondBulk = bulkStart + "/2"
)

// hold issues documents that are registered by hand, and returns their ids for a form.
func (s *site) hold(n int) (ids []string) {
	s.Helper()
	s.byHand()
	for range n {
		address := s.issue(invoiceForm())
		ids = append(ids, address[strings.LastIndexByte(address, '/')+1:])
	}
	return ids
}

// works does the work on many documents, as the program does beside the pages.
func (s *site) works() {
	s.Helper()
	if _, err := s.desk.WorkBulks(s.Context()); err != nil {
		s.Fatal(err)
	}
}

// drain has the registrar do all that is due.
func (s *site) drain() {
	s.Helper()
	for done := true; done; {
		var err error
		if done, err = s.registrar.RegisterOne(s.Context()); err != nil {
			s.Fatal(err)
		}
	}
}

func TestQueueSaysThatNothingWaits(t *testing.T) {
	s := newCompanySite(t)
	r := s.get(queueURL)
	s.want(r, http.StatusOK, "Nothing waits for the portal", `hx-trigger="every 10s"`, "Alankit", "TaxPro", "Not tried in the last hour", "Pause", "<noscript>")
	s.wantNot(r, "Try all now", "Work on many documents")
	s.want(s.get(invoicesURL), http.StatusOK, `href="`+queueURL+`"`)
}

func TestQueueShowsWhatWaitsAndWhy(t *testing.T) {
	s := newCompanySite(t)
	s.plantFault("alankit", "*", "down")
	s.plantFault("taxpro", "*", "down")
	first := s.issue(invoiceForm())
	s.step()
	s.issue(invoiceForm("buyer.name", "Second Buyer"))
	s.clock.add(9 * time.Minute)
	r := s.get(queueURL)
	s.want(r, http.StatusOK, "No provider answers", "2 documents wait, the oldest for 9 minutes. You can go on billing; they are sent by themselves, in order.",
		first, "INV/26-27/0001", "Second Buyer", "13,545.00", "No provider answered so far.", `hx-trigger="every 2s"`, "Try all now")
	fragment := s.get(queueURL, "HX-Request", "true")
	s.want(fragment, http.StatusOK, `id="queue"`, "INV/26-27/0002")
	s.wantNot(fragment, "<html", "Sign out")
	s.want(s.get(queueURL+"?show=waiting"), http.StatusOK, "All parts of the queue", "INV/26-27/0001")
	s.want(s.get(queueURL+"?show=waiting&after=1"), http.StatusOK, "INV/26-27/0002", "First")
	s.wantNot(s.get(queueURL+"?show=waiting&after=1"), "INV/26-27/0001")
	s.want(s.get(queueURL+"?show=unknown"), http.StatusOK, "No document stands here now.")
}

func TestLostAnswerStandsUnderCheckingAndRefusalUnderToFix(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm("buyer.name", "Refused Buyer", "lines[0].hsn", "521211"))
	s.step()
	s.plantFault("alankit", "generate", "drop-reply")
	s.plantFault("alankit", "get", "down")
	s.plantFault("taxpro", "*", "down")
	s.issue(invoiceForm())
	s.step()
	s.want(s.get(queueURL), http.StatusOK, "Checking with the portal", "No answer came through Alankit; the portal is asked whether it has it.", "in 1 s",
		"To fix", "Refused Buyer", "1 document waits")
}

func TestPausedQueueSendsNothingNew(t *testing.T) {
	s := newCompanySite(t)
	s.wantRedirect(s.post(queueURL+"/pause", url.Values{"paused": {"1"}}), queueURL)
	address := s.issue(invoiceForm())
	s.drain()
	s.want(s.get(queueURL), http.StatusOK, "Paused: nothing new is sent", "1 document waits", "Resume", "paused")
	s.want(s.get(invoicesURL), http.StatusOK, "The queue to the portal is paused", "Paused: nothing new is sent")
	s.wantRedirect(s.post(queueURL+"/pause", url.Values{"paused": {"0"}}), queueURL)
	s.drain()
	if inv, _ := s.stored(address); inv.IRN.State != gst.IRNRegistered {
		t.Errorf("after Resume it is %s", inv.IRN.State)
	}
	s.wantNot(s.get(invoicesURL), "The queue to the portal is paused")
}

func TestTryAllNowTakesUpWhatWasPutOff(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm())
	r, err := s.store.TakeNext(t.Context(), db.Take{Lane: s.lane(), Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.PostponeIRN(t.Context(), r, s.clock.Now().Add(time.Hour), "", "away"); err != nil {
		t.Fatal(err)
	}
	s.want(s.get(queueURL), http.StatusOK, "in 1 h")
	s.wantRedirect(s.post(queueURL+"/now", nil), queueURL)
	s.step()
	s.want(s.get(queueURL), http.StatusOK, "Nothing waits for the portal")
}

// lane is the one lane of the queue.
func (s *site) lane() db.Lane {
	s.Helper()
	lanes, err := s.store.DueLanes(s.Context())
	if err != nil || len(lanes) != 1 {
		s.Fatalf("lanes %v, %v", lanes, err)
	}
	return lanes[0]
}

func TestTickedDocumentsAreRegisteredTogether(t *testing.T) {
	s := newCompanySite(t)
	registered := s.issue(invoiceForm())
	s.step()
	ids := s.hold(3)
	r := s.get(invoicesURL)
	s.want(r, http.StatusOK, `action="`+bulkStart+`"`, `name="id" value="`+ids[0]+`"`, `value="register"`)
	form := url.Values{"do": {"register"}, "id": append(ids, registered[strings.LastIndexByte(registered, '/')+1:])}
	s.wantRedirect(s.post(bulkStart, form), firstBulk)
	s.want(s.get(firstBulk), http.StatusOK, "Registering 4 documents", "0 of 4", "Under way", "Stop", `hx-trigger="every 1s"`, "Reload")
	s.works()
	s.plantFault("alankit", "*", "down")
	s.drain()
	r = s.get(firstBulk)
	s.want(r, http.StatusOK, "4 of 4", "Ended", "Left out", "It has its IRN already.", `aria-valuenow="4"`)
	s.wantNot(r, "hx-trigger", "Reload", ">Stop")
	s.want(s.get(queueURL), http.StatusOK, "Work on many documents", "3 of 4 registered", firstBulk)
	for _, id := range ids {
		if inv, _ := s.stored(invoicesURL + "/" + id); inv.IRN.State != gst.IRNRegistered {
			t.Errorf("document %s is %s", id, inv.IRN.State)
		}
	}
}

func TestAllOfTheListIsRegisteredAcrossPages(t *testing.T) {
	s := newCompanySite(t)
	s.hold(1)
	s.issue(invoiceForm("buyer.name", "Deccan Tools"))
	s.wantRedirect(s.post(bulkStart, url.Values{"do": {"register"}, "all": {"1"}, "state": {"pending"}, "q": {"Deccan"}}), firstBulk)
	s.want(s.get(firstBulk), http.StatusOK, "Registering 1 document")
	s.works()
	s.drain()
	s.wantRedirect(s.post(bulkStart, url.Values{"do": {"register"}, "all": {"1"}}), secondBulk)
	s.want(s.get(secondBulk), http.StatusOK, "Registering 1 document")
	s.works()
	s.drain()
	s.want(s.post(bulkStart, url.Values{"do": {"register"}, "held": {"1"}}), http.StatusUnprocessableEntity, "No document is chosen")
	s.want(s.post(bulkStart, url.Values{"do": {"register"}, "id": {"x", "4711"}}), http.StatusUnprocessableEntity, "No document is chosen")
}

func TestRefusedDocumentsOfWorkAreListedWithTheReason(t *testing.T) {
	s := newCompanySite(t)
	s.hold(1)
	s.issue(invoiceForm("buyer.name", "Refused Buyer", "lines[0].hsn", "521211"))
	s.want(s.get(queueURL), http.StatusOK, "Not sent yet", "Register all 2")
	s.wantRedirect(s.post(bulkStart, url.Values{"do": {"register"}, "held": {"1"}}), firstBulk)
	s.works()
	s.drain()
	s.want(s.get(firstBulk), http.StatusOK, "2 of 2", "Ended, some refused", "Refused by the portal", "Refused Buyer", "2176 · ")
	r := s.post(bulkStart, url.Values{"do": {"again"}, "all": {"1"}, "state": {"to_fix"}})
	s.wantRedirect(r, secondBulk)
	s.works()
	s.want(s.get(secondBulk), http.StatusOK, "Trying 1 document again", "The portal refused it: correct it first")
}

func TestQueueSaysThatNobodyHasSentWhatIsHeld(t *testing.T) {
	s := newCompanySite(t)
	s.hold(1)
	r := s.get(queueURL)
	s.want(r, http.StatusOK, "Nothing is on its way to the portal", "1 document is not sent yet, and it goes only when you say so", "Register it")
	s.wantNot(r, "Nothing waits for the portal")
	s.issue(invoiceForm())
	s.want(s.get(queueURL), http.StatusOK, "2 documents are not sent yet, and they go only when you say so", "Register all 2")
}

func TestStoppedWorkTakesBackWhatWasNotSent(t *testing.T) {
	s := newCompanySite(t)
	ids := s.hold(3)
	s.post(queueURL+"/pause", url.Values{"paused": {"1"}})
	s.wantRedirect(s.post(bulkStart, url.Values{"do": {"register"}, "id": ids}), firstBulk)
	s.works()
	s.want(s.get(firstBulk), http.StatusOK, "Paused: nothing new is sent", "It goes on once you press Resume")
	s.wantRedirect(s.post(firstBulk+"/stop", nil), firstBulk)
	s.want(s.get(firstBulk), http.StatusOK, "Stopping")
	s.works()
	s.want(s.get(firstBulk), http.StatusOK, "Stopped", "Taken back", "3 of 3")
	address := invoicesURL + "/" + ids[2]
	s.want(s.get(address), http.StatusOK, "Not sent yet", "Taken back before it was sent")
	s.want(s.get(queueURL), http.StatusOK, "Register all 3")
}

func TestWorkOfAnotherCompanyIsNotFound(t *testing.T) {
	s := newCompanySite(t)
	const other = "29AAPFU0939F1ZR"
	s.want(s.post("/companies", companyForm("gstin", other, "pin", "560001", "place", "Bengaluru")), http.StatusSeeOther)
	ids := s.hold(1)
	s.post(bulkStart, url.Values{"do": {"register"}, "id": ids})
	foreign := strings.Replace(firstBulk, companyGSTIN, other, 1)
	s.want(s.get(foreign), http.StatusNotFound)
	s.want(s.post(foreign+"/stop", nil), http.StatusNotFound)
	s.want(s.get(bulkStart+"/x"), http.StatusNotFound)
	s.want(s.post("/c/"+other+"/bulk", url.Values{"do": {"register"}, "id": ids}), http.StatusUnprocessableEntity)
}

func TestBoxesStandOnlyWhereSomethingCanBeDone(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm())
	s.step()
	s.wantNot(s.get(invoicesURL), `name="id"`, "bulk-bar")
	s.issue(invoiceForm())
	r := s.get(invoicesURL)
	s.want(r, http.StatusOK, "Try again now", `data-tick`)
	s.want(s.get(invoicesURL+"?state=pending"), http.StatusOK, `name="state" value="pending"`)
	s.wantNot(r, `name="all"`) // these are all
}

func TestAllOfTheListIsOfferedWhereItHasMorePages(t *testing.T) {
	held := []db.InvoiceRow{{State: gst.Issued, IRNState: gst.IRNHeld}}
	for _, test := range []struct {
		f    db.InvoiceFilter
		more bool
		want string
	}{
		{db.InvoiceFilter{}, true, "All that wait or are to be fixed, on every page"},
		{db.InvoiceFilter{State: db.ChipPending}, true, "All of this list, on every page"},
		{db.InvoiceFilter{State: db.ChipPending, After: db.Cursor{ID: 1}}, false, "All of this list, on every page"},
		{db.InvoiceFilter{State: db.ChipPending}, false, ""},
	} {
		if bar := bulkBar(gst.Company{}, test.f, held, test.more); bar == nil || bar.All != test.want || !bar.Register || bar.Again {
			t.Errorf("%+v: %+v, want %q", test, bar, test.want)
		}
	}
}

func TestProvidersHealthIsPutIntoWords(t *testing.T) {
	now := clockAt
	minute := now.Add(-time.Minute)
	tests := []struct {
		name string
		cred gst.Credentials
		h    registrar.GSPHealth
		want views.ProviderHealth
	}{
		{"switched off", gst.Credentials{Provider: gst.NIC}, registrar.GSPHealth{Calls: 3}, views.ProviderHealth{Name: "NIC", Kind: "muted", State: "Switched off"}},
		{"not tried", gst.Credentials{Provider: gst.TaxPro, Enabled: true}, registrar.GSPHealth{}, views.ProviderHealth{Name: "TaxPro", Kind: "muted", State: "Not tried in the last hour"}},
		{"it answers", gst.Credentials{Provider: gst.Alankit, Enabled: true}, registrar.GSPHealth{Calls: 42, Good: 41, Median: 840 * time.Millisecond},
			views.ProviderHealth{Name: "Alankit", Kind: "good", State: "Answers", Rate: "41 of 42 calls answered in the last hour, mostly in 0.8 s"}},
		{"it rests", gst.Credentials{Provider: gst.Alankit, Enabled: true},
			registrar.GSPHealth{Calls: 2, Open: true, Until: now.Add(30 * time.Second), Why: "no connection", WhyAt: minute, Switched: true},
			views.ProviderHealth{Name: "Alankit", Kind: "bad", State: "Not used until 10:00:30", Rate: "0 of 2 calls answered in the last hour", Why: "Last failure at 09:59:00: no connection; its other address is used now"}},
		{"its rest is over", gst.Credentials{Provider: gst.Alankit, Enabled: true}, registrar.GSPHealth{Open: true, Until: minute, Why: "no answer", WhyAt: minute},
			views.ProviderHealth{Name: "Alankit", Kind: "bad", State: "Tried again with the next document", Why: "Last failure at 09:59:00: no answer"}},
		{"what happened long ago is past", gst.Credentials{Provider: gst.Alankit, Enabled: true}, registrar.GSPHealth{Calls: 1, Good: 1, Why: "no answer", WhyAt: now.Add(-2 * time.Hour)},
			views.ProviderHealth{Name: "Alankit", Kind: "good", State: "Answers", Rate: "1 of 1 calls answered in the last hour"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := healthOf(test.cred, test.h, now); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}

func TestTroubleOnTheWayToThePortalIsSaidOnTheList(t *testing.T) {
	s := newCompanySite(t)
	s.issue(invoiceForm())
	s.step()
	s.wantNot(s.get(invoicesURL), `class="trouble"`)
	s.plantFault("alankit", "generate", "http-504")
	for range 2 { // two in a row, and the provider rests
		s.issue(invoiceForm())
		s.step()
		s.clock.add(31 * time.Second)
	}
	s.want(s.get(invoicesURL), http.StatusOK, `class="trouble"`, "Tried again with the next document")
	s.want(s.get(settingsURL+"credentials"), http.StatusOK, "calls answered in the last hour")
	s.mend()
	s.clock.add(5 * time.Minute)
	s.issue(invoiceForm())
	s.step()
	s.wantNot(s.get(invoicesURL), `class="trouble"`)
}

func TestDocumentBehindAPausedQueueSaysSo(t *testing.T) {
	s := newCompanySite(t)
	if err := s.store.SetPaused(s.Context(), companyGSTIN, true); err != nil {
		t.Fatal(err)
	}
	address := s.issue(invoiceForm())
	s.want(s.get(address), http.StatusOK, "The queue is paused", "until somebody presses Resume")
	if err := s.store.SetPaused(s.Context(), companyGSTIN, false); err != nil {
		t.Fatal(err)
	}
	s.wantNot(s.get(address), "The queue is paused")
}

func TestListSaysHowManyWaitWhileNobodyAnswers(t *testing.T) {
	s := newCompanySite(t)
	s.plantFault("*", "*", "down")
	for range 3 {
		s.issue(invoiceForm())
	}
	for range 2 { // two in a row, and the providers rest
		s.step()
		s.clock.add(31 * time.Second)
	}
	s.want(s.get(invoicesURL+"/3"), http.StatusOK, "No provider has answered since 10:00:00. It is sent by itself", "Portal queue")
	s.clock.add(8 * time.Minute)
	s.want(s.get(invoicesURL), http.StatusOK, `class="trouble"`, "3 documents wait, the oldest 9 minutes. You can go on billing.", "Tried again with the next document")
}

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "1 s", 40 * time.Second: "40 s", 61 * time.Second: "1 minute", 9 * time.Minute: "9 minutes", 2 * time.Hour: "2 h",
		200 * time.Minute: "3 h 20 min", 72 * time.Hour: "3 days",
	} {
		if got := span(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{40 * time.Millisecond: "0.1 s", 840 * time.Millisecond: "0.8 s", 12*time.Second + 60*time.Millisecond: "12.1 s"} {
		if got := seconds(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}

// BenchmarkQueuePage draws the queue's page with 10,000 documents waiting.
func BenchmarkQueuePage(b *testing.B) {
	s := newCompanySite(b)
	s.byHand()
	form := invoiceForm()
	for range db.MostBulk {
		s.answer(http.MethodPost, invoicesURL, form.Encode(), http.StatusSeeOther)
	}
	s.post(bulkStart, url.Values{"do": {"register"}, "held": {"1"}})
	s.works()
	for _, address := range []string{queueURL, queueURL + "?show=waiting", firstBulk} {
		b.Run(fmt.Sprint(strings.TrimPrefix(address, "/c/"+companyGSTIN)), func(b *testing.B) {
			timed(b, func() { s.answer(http.MethodGet, address, "", http.StatusOK) })
		})
	}
}
