package handlers

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"mohar/desk"
	"mohar/gsp"
	"mohar/gst"
	"mohar/lang"
	"mohar/nic"
)

const byHandPath = "/c/" + companyGSTIN + "/byhand"

// byHandAtPortal registers the documents of a file at the portal, as a person does there.
func (s *site) byHandAtPortal(file string) []gst.Registration {
	s.Helper()
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(file), &list); err != nil {
		s.Fatal(err)
	}
	portal := gsp.New(gsp.Options{Now: s.clock.Now, Tokens: s.store, Sandbox: s.portal}).Portal(companyGSTIN, gsp.PracticeCredentials()[1])
	var given []gst.Registration
	for _, body := range list {
		reg, err := portal.Generate(s.Context(), body)
		if err != nil {
			s.Fatal(err)
		}
		given = append(given, *reg)
	}
	return given
}

// tableOf is what the portal shows of registrations, as it exports it.
func (s *site) tableOf(given []gst.Registration, more ...string) string {
	s.Helper()
	rows := []string{"Sl. No,IRN,Ack No,Ack Date,Doc No,Doc Typ,Doc Date,Inv Value.,Recipient GSTIN,Status,Signed QR Code,EWB No./ If Any Errors While Creating EWB."}
	for i, reg := range given {
		signed, err := nic.Read(reg.SignedQR)
		if err != nil {
			s.Fatal(err)
		}
		qr, err := signed.QR()
		if err != nil {
			s.Fatal(err)
		}
		rows = append(rows, fmt.Sprintf("%d,%s,%s,%s,%s,%s,%s,%s,%s,ACT,%s,", i+1, reg.IRN, reg.AckNo,
			reg.AckDate.In(gst.IST).Format(time.DateTime), qr.Number, qr.Type, qr.Date, qr.Total, qr.BuyerGSTIN, reg.SignedQR))
	}
	return strings.Join(append(rows, more...), "\n") + "\n"
}

var handFilePattern = regexp.MustCompile(`href="(/c/[^"]*/byhand/file\?at=\d+)"`)

// handFile downloads the file that a page offers.
func (s *site) handFile(page reply) string {
	s.Helper()
	at := handFilePattern.FindStringSubmatch(page.body)
	if at == nil {
		s.Fatalf("the page offers no file:\n%s", page.body)
	}
	file := s.get(at[1])
	s.want(file, http.StatusOK)
	return file.body
}

func idOf(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

func TestDocumentsGoOutByHandAndTheResultComesBack(t *testing.T) {
	s := newCompanySite(t)
	first, second := s.issue(invoiceForm()), s.issue(invoiceForm())
	s.want(s.get(first), http.StatusOK, "By hand …", byHandPath+"?document="+idOf(first))
	s.want(s.get(invoicesURL), http.StatusOK, "By hand at the portal …")
	s.want(s.get(byHandPath), http.StatusOK, "INV/26-27/0001", "INV/26-27/0002", "Make a file of all 2", "einvoice1.gst.gov.in")
	one := s.get(byHandPath + "?document=" + idOf(second))
	s.want(one, http.StatusOK, "INV/26-27/0002", "checked", "may go to the government")
	s.wantNot(one, "INV/26-27/0001", "Make a file of all")

	s.want(s.post(byHandPath, url.Values{"do": {"give"}}), http.StatusUnprocessableEntity, "Tick a document first.")
	page := s.post(byHandPath, url.Values{"do": {"give"}, "id": {idOf(first), idOf(second), "4711"}})
	s.want(page, http.StatusOK, "The file with 2 documents is ready", "It has its IRN by now, or needs none.")
	s.want(s.get(first), http.StatusOK, "In a file, to be registered by hand", "Bring the result back")
	file := s.handFile(page)
	given := s.byHandAtPortal(file)
	if len(given) != 2 {
		t.Fatalf("the file holds %d documents", len(given))
	}

	table := s.tableOf(given[:1], "2,,,,INV/26-27/0002,INV,22/11/2026,13545,,,,2176 : Invalid HSN code", "3,,,,INV/26-27/0009,INV,22/11/2026,13545,,,,2150 : Duplicate IRN")
	r := s.upload(byHandPath, "result.csv", table, "do", "bring")
	s.want(r, http.StatusOK, "1 taken over", "2 not taken over or refused", "Registered, signed invoice missing", "Refused by the portal", "2176 Invalid HSN code",
		"No such document here", "Heading in row 1")
	inv, _ := s.stored(first)
	if inv.IRN.State != gst.IRNRegistered || inv.IRN.Registration.SignedInvoice != "" {
		t.Errorf("stored %+v", inv.IRN)
	}
	s.want(s.get(first), http.StatusOK, given[0].IRN, "Brought in by hand from the portal", "the signed invoice is still missing")
	s.want(s.get(first+"/pdf"), http.StatusOK, "%PDF-")
	s.want(s.get(second), http.StatusOK, "The portal refused it", "2176")

	answers := make([]nic.Acknowledgement, 0, len(given))
	for _, reg := range given {
		answers = append(answers, nic.NewAcknowledgement(reg))
	}
	text, err := json.Marshal(map[string]any{"data": answers})
	if err != nil {
		t.Fatal(err)
	}
	s.want(s.upload(byHandPath, "einvoices.json", string(text), "do", "bring"), http.StatusOK, "2 taken over", "Signed invoice added", "Registered")
	s.want(s.upload(byHandPath, "einvoices.json", string(text), "do", "bring"), http.StatusOK, "2 here already", "Was here already")
	if inv, _ = s.stored(second); inv.IRN.State != gst.IRNRegistered {
		t.Errorf("the second stands %q", inv.IRN.State)
	}
	s.wantNot(s.get(second), "still missing")
	s.want(s.get(byHandPath), http.StatusOK, "No document waits for its IRN now.")
}

func TestAPageThatWaitsNoLongerOffersByHandOnceTheIRNIsThere(t *testing.T) {
	const head = `<span class="contents" id="by-hand" hx-swap-oob="true">`
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	if part := between(s.get(address+"/events").body, head, "</span>"); !strings.Contains(part, byHandPath+"?document="+idOf(address)) {
		t.Errorf("while it waits the head has %q", part)
	}
	s.step()
	r := s.get(address + "/events")
	s.want(r, http.StatusOK, head+"</span>", "Registered")
	s.wantNot(r, byHandPath)
}

func TestQueueDoesNotOfferToRegisterWhatIsInAFile(t *testing.T) {
	s := newCompanySite(t)
	ids := s.hold(3)
	s.want(s.get(queueURL), http.StatusOK, "Register all 3")
	s.want(s.post(byHandPath, url.Values{"do": {"give"}, "id": ids[:1]}), http.StatusOK, "The file with 1 document is ready")
	s.want(s.get(queueURL), http.StatusOK, "2 documents are not sent yet", "Register all 2")
	s.want(s.post(byHandPath, url.Values{"do": {"give"}, "id": ids[1:]}), http.StatusOK, "The file with 2 documents is ready")
	r := s.get(queueURL)
	s.want(r, http.StatusOK, "Nothing is on its way to the portal", "3 documents are in a file for the portal.", byHandPath)
	s.wantNot(r, "Register all", "Nothing waits for the portal")
}

func TestGivenOutDocumentsAreSentAfterAll(t *testing.T) {
	s := newCompanySite(t)
	addresses := []string{s.issue(invoiceForm()), s.issue(invoiceForm()), s.issue(invoiceForm())}
	page := s.post(byHandPath, url.Values{"do": {"give_all"}})
	s.want(page, http.StatusOK, "The file with 3 documents is ready", "Send all from here after all")
	if done, err := s.registrar.RegisterOne(t.Context()); done || err != nil {
		t.Fatalf("they are sent all the same: %t, %v", done, err)
	}
	s.want(s.post(byHandPath, url.Values{"do": {"back"}, "id": {idOf(addresses[0])}}), http.StatusOK, "1 document back in the queue.")
	at := between(page.body, `name="at" value="`, `"`)
	s.want(s.post(byHandPath, url.Values{"do": {"back_all"}, "at": {at}}), http.StatusOK, "2 documents back in the queue.")
	for range addresses {
		if done, err := s.registrar.RegisterOne(t.Context()); !done || err != nil {
			t.Fatalf("not sent: %t, %v", done, err)
		}
	}
	for _, address := range addresses {
		if inv, _ := s.stored(address); inv.IRN.State != gst.IRNRegistered {
			t.Errorf("%s stands %q", inv.Number, inv.IRN.State)
		}
	}
	s.want(s.get(byHandPath+"/file?at="+at), http.StatusNotFound)
}

// What may have been registered must be looked up first: by hand it could be made twice.
func TestDocumentOfUnknownOutcomeIsNotGivenOut(t *testing.T) {
	s := newCompanySite(t)
	address := s.issue(invoiceForm())
	s.plantFault("*", "generate", "drop-reply")
	s.plantFault("*", "get", "down")
	if _, err := s.registrar.RegisterOne(t.Context()); err != nil {
		t.Fatal(err)
	}
	if inv, _ := s.stored(address); inv.IRN.State != gst.IRNUnknown {
		t.Fatalf("it stands %q", inv.IRN.State)
	}
	s.wantNot(s.get(address), "By hand …")
	const why = "We ask the portal first"
	s.want(s.get(byHandPath), http.StatusOK, why)
	s.wantNot(s.get(byHandPath), "Make a file of the ticked")
	s.want(s.post(byHandPath, url.Values{"do": {"give"}, "id": {idOf(address)}}), http.StatusOK, "1 document left as before", why)
	if inv, _ := s.stored(address); inv.IRN.State != gst.IRNUnknown {
		t.Errorf("it stands %q", inv.IRN.State)
	}
}

// raw is a file as it comes.
func (s *site) raw(path string) string {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.server.URL+path, http.NoBody)
	if err != nil {
		s.Fatal(err)
	}
	resp, err := s.browser.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	data, err := io.ReadAll(resp.Body)
	if closing := resp.Body.Close(); err != nil || closing != nil {
		s.Fatal(err, closing)
	}
	return string(data)
}

func TestLargeFilesForThePortalComeAsAZip(t *testing.T) {
	s := newCompanySite(t)
	company, err := s.store.Company(t.Context(), companyGSTIN)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		address, _, _ := strings.Cut(s.issue(invoiceForm("do", "draft")), "?")
		inv, _ := s.stored(address)
		line := inv.Lines[0]
		line.Description = strings.Repeat("Cashew kernels ", 19)
		for range 650 {
			inv.Lines = append(inv.Lines, line)
		}
		if err := s.desk.Issue(t.Context(), company, inv); err != nil {
			t.Fatal(err)
		}
	}
	file := s.raw(handFilePattern.FindStringSubmatch(s.post(byHandPath, url.Values{"do": {"give_all"}}).body)[1])
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	documents := 0
	for _, part := range z.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var list []json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil || len(text) > 2_000_000 {
			t.Errorf("%s has %d bytes, %v", part.Name, len(text), err)
		}
		documents += len(list)
	}
	if documents != 8 || len(z.File) < 2 {
		t.Errorf("%d documents in %d files", documents, len(z.File))
	}
}

func TestFilesThatAreNoResultAreRefusedInWords(t *testing.T) {
	s := newCompanySite(t)
	for name, test := range map[string]struct{ file, content, words string }{
		"none":       {"", "", "Choose a file first."},
		"empty":      {"a.csv", " ", "The file is empty"},
		"half JSON":  {"a.json", `[{"Irn":`, "not a whole JSON file"},
		"an INV-01":  {"a.json", sampleINV01(t), "There is no answer of the portal in this file"},
		"no table":   {"a.csv", "hello\nworld\n", "no column names"},
		"an old one": {"a.xls", "\xD0\xCF\x11\xE0aaaa", "old Excel file"},
		"too large":  {"a.json", "[" + strings.Repeat(" ", desk.MaxReplyFile) + "]", "larger than 8 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			s.TB = t
			s.want(s.upload(byHandPath, test.file, test.content, "do", "bring"), http.StatusUnprocessableEntity, "was not taken", test.words)
		})
	}
}

// Every word that a result or a bar is told by stands in the lang room.
func TestEveryResultOfRegisteringByHandHasWords(t *testing.T) {
	for file, prefix := range map[string]string{"../registrar/adopt.go": "byhand.", "../desk/byhand.go": "byhand.bar."} {
		source, err := os.ReadFile(filepath.FromSlash(file))
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`(?m)^\s\w+\s+(?:Adopted|HandBar)\s+= "(\w+)"`).FindAllStringSubmatch(string(source), -1)
		if len(found) < 5 {
			t.Fatalf("%s has %d results", file, len(found))
		}
		for _, m := range found {
			if !lang.English.Has(prefix + m[1]) {
				t.Errorf("no words for %s%s", prefix, m[1])
			}
		}
	}
}

func TestManyDocumentsAreShownInPart(t *testing.T) {
	s := newCompanySite(t)
	for range shownByHand + 3 {
		s.issue(invoiceForm())
	}
	page := s.get(byHandPath)
	s.want(page, http.StatusOK, "Make a file of all "+strconv.Itoa(shownByHand+3), "The oldest 200 are shown.")
	page = s.post(byHandPath, url.Values{"do": {"give_all"}})
	s.want(page, http.StatusOK, "The file with 203 documents is ready", "And 3 more.")
	if n := strings.Count(s.handFile(page), `"DocDtls"`); n != shownByHand+3 {
		t.Errorf("the file holds %d documents", n)
	}
}
