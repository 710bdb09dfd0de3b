package api

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"mohar/db"
)

func TestACallMadeAgainGetsItsFirstAnswerAndDoesNothingTwice(t *testing.T) {
	s := newStillAPI(t)
	numberless := strings.Replace(inv01(), `"No":"ERP/77",`, "", 1) // nothing but the key tells it from another one
	first := s.post(shardaDocuments+"?issue=yes", numberless, "Idempotency-Key", "order-1")
	s.want(first, http.StatusCreated)
	s.drain() // the document is another now, its first answer is not
	again := s.post(shardaDocuments+"?issue=yes", numberless, "Idempotency-Key", "order-1")
	s.want(again, http.StatusCreated)
	if !bytes.Equal(first.body, again.body) || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("answers\n%s\n%s", first.body, again.body)
	}
	for _, name := range []string{"Location", "ETag", "Content-Type"} {
		if first.Header.Get(name) == "" || first.Header.Get(name) != again.Header.Get(name) {
			t.Errorf("%s: %q, %q", name, first.Header.Get(name), again.Header.Get(name))
		}
	}
	p := s.problemOf(s.post(shardaDocuments, numberless, "Idempotency-Key", "order-1"), http.StatusConflict)
	if !strings.Contains(p.Detail, "another call") {
		t.Errorf("another query: %+v", p)
	}
	s.problemOf(s.post(shardaDocuments+"?issue=yes", inv01(), "Idempotency-Key", "order-1"), http.StatusConflict)
	other := s.as(s.key(db.Scopes()))
	s.want(other.post(shardaDocuments+"?issue=yes", numberless, "Idempotency-Key", "order-1"), http.StatusCreated)
	if n := s.documents(sharda); n != 2 {
		t.Errorf("%d documents; keys of other programs are others", n)
	}
	s.clock.add(25 * time.Hour)
	s.want(s.post(shardaDocuments+"?issue=yes", numberless, "Idempotency-Key", "order-1"), http.StatusCreated)
	if n := s.documents(sharda); n != 3 {
		t.Errorf("%d documents; after 24 hours a key is forgotten", n)
	}
}

func TestWhatChangedNothingMayBeTriedAgainWithItsKey(t *testing.T) {
	s := newStillAPI(t)
	s.problemOf(s.post(shardaDocuments+"?issue=yes", inv01(`"GstRt":5`, `"GstRt":7`), "Idempotency-Key", "k"), http.StatusUnprocessableEntity)
	r := s.post(shardaDocuments+"?issue=yes", inv01(), "Idempotency-Key", "k")
	s.want(r, http.StatusCreated)
	if r.Header.Get("Idempotent-Replayed") != "" {
		t.Error("it was carried out for the first time")
	}
}

func TestAnAnswerLostInACrashIsMadeAnew(t *testing.T) {
	s := newStillAPI(t)
	body := strings.Replace(inv01(), `"No":"ERP/77",`, "", 1)
	first := s.post(shardaDocuments+"?issue=yes", body, "Idempotency-Key", "k")
	s.want(first, http.StatusCreated)
	lost := &db.Claim{Key: s.keys[0], Idem: "k"}
	claim, err := s.store.Claimed(t.Context(), lost.Key, lost.Idem)
	s.must(err)
	claim.Status, claim.Header, claim.Body = 0, nil, nil // as it stands between the change and its answer
	s.must(s.store.KeepAnswer(t.Context(), claim))
	again := s.post(shardaDocuments+"?issue=yes", body, "Idempotency-Key", "k")
	s.want(again, http.StatusCreated)
	if !bytes.Equal(first.body, again.body) || again.Header.Get("Location") != first.Header.Get("Location") || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("answers\n%s\n%s", first.body, again.body)
	}
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents", n)
	}
}

func TestTwoCallsOfOneKeyAtOnceMakeOneDocument(t *testing.T) {
	s := newStillAPI(t)
	body := strings.Replace(inv01(), `"No":"ERP/77",`, "", 1)
	var statuses [8]int
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			r := s.post(shardaDocuments+"?issue=yes", body, "Idempotency-Key", "k")
			if statuses[i] = r.StatusCode; r.StatusCode == http.StatusConflict && r.Header.Get("Retry-After") == "" {
				t.Errorf("who comes while it is under way is told when to come again: %s", r.body)
			}
		})
	}
	all.Wait()
	for _, status := range statuses {
		if status != http.StatusCreated && status != http.StatusConflict {
			t.Errorf("statuses %v", statuses)
		}
	}
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents, %v", n, statuses)
	}
}

func TestAKeyHeldByAnotherProcessIsUnderWay(t *testing.T) {
	s := newStillAPI(t)
	if !s.api.running.begin(s.keys[0], "k") {
		t.Fatal("nothing is under way")
	}
	r := s.post(shardaDocuments, inv01(), "Idempotency-Key", "k")
	if p := s.problemOf(r, http.StatusConflict); p.Code != "56" || r.Header.Get("Retry-After") != "1" {
		t.Errorf("%+v, Retry-After %q", p, r.Header.Get("Retry-After"))
	}
	s.api.running.end(s.keys[0], "k")
	s.want(s.post(shardaDocuments, inv01(), "Idempotency-Key", "k"), http.StatusCreated)
}

func TestKeysAreVisibleText(t *testing.T) {
	s := newStillAPI(t)
	for _, key := range []string{"", "a b", strings.Repeat("k", 256), "clé"} {
		s.problemOf(s.post(shardaDocuments, inv01(), "Idempotency-Key", key), http.StatusBadRequest)
	}
	s.want(s.post(shardaDocuments, inv01(), "Idempotency-Key", strings.Repeat("k", 255)), http.StatusCreated)
	if n := s.documents(sharda); n != 1 {
		t.Errorf("%d documents", n)
	}
}

func TestALongBodyIsReadAgainAfterItWasLookedAt(t *testing.T) {
	s := newStillAPI(t)
	long := "[" + strings.Repeat(" ", mostInMemory) + inv01() + "]"
	path := "/api/v1/companies/27AAPFU0939F1ZV/submissions"
	first := s.post(path, long, "Idempotency-Key", "k")
	s.want(first, http.StatusAccepted, `"documents":1`)
	s.want(s.post(path, long, "Idempotency-Key", "k"), http.StatusAccepted, string(first.body))
	s.problemOf(s.post(path, long+" ", "Idempotency-Key", "k"), http.StatusConflict)
}

func TestEveryCallThatMakesSomethingTakesAKey(t *testing.T) {
	s := newStillAPI(t)
	path := "/api/v1/companies/27AAPFU0939F1ZV/customers"
	first := s.post(path, exampleCustomer, "Idempotency-Key", "c")
	s.want(first, http.StatusCreated)
	s.want(s.post(path, exampleCustomer, "Idempotency-Key", "c"), http.StatusCreated, string(first.body))
	s.problemOf(s.post(path, exampleCustomer, "Idempotency-Key", "d"), http.StatusConflict)
	claim, err := s.store.Claimed(t.Context(), s.keys[0], "c")
	s.must(err)
	want := sha256.Sum256(fmt.Appendf(nil, "POST\n%s\n\n%s", path, exampleCustomer))
	if claim.Subject != "customer" || claim.Print != want {
		t.Errorf("%+v", claim)
	}
	claim.Status = 0
	s.must(s.store.KeepAnswer(t.Context(), claim))
	r := s.post(path, exampleCustomer, "Idempotency-Key", "c")
	s.want(r, http.StatusCreated, string(first.body))
}
