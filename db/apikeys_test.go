package db

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

// newAPIKey makes a key for our company that may read.
func newAPIKey(t testing.TB, s *Store, name string) (APIKey, string) {
	t.Helper()
	k := APIKey{Name: name, Scopes: []Scope{ScopeRead}, Companies: []gst.GSTIN{ours}}
	secret, err := s.CreateAPIKey(WithActor(t.Context(), Actor{Kind: "user", Name: "asha@firm.in"}), &k)
	check(t, err)
	return k, secret
}

func TestAPIKeyIsKeptWithoutItsSecret(t *testing.T) {
	c, dir := newClock(), t.TempDir()
	s := open(t, dir, c.now)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	k, secret := newAPIKey(t, s, "Tally")
	if !regexp.MustCompile(`^M[0-9]{18}$`).MatchString(k.ID) || !regexp.MustCompile(`^[A-Za-z0-9]{24}$`).MatchString(secret) {
		t.Errorf("key %q, secret %q", k.ID, secret)
	}
	if k.By != "asha@firm.in" || !k.Created.Equal(c.now()) {
		t.Errorf("made by %q at %v", k.By, k.Created)
	}
	for name, read := range map[string]func() (APIKey, error){
		"by its id":     func() (APIKey, error) { return s.APIKey(t.Context(), k.ID) },
		"by its secret": func() (APIKey, error) { return s.CheckAPIKey(t.Context(), k.ID, secret) },
	} {
		got, err := read()
		if diff := cmp.Diff(k, got); err != nil || diff != "" {
			t.Errorf("%s: %s%v", name, diff, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	check(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file) //nolint:gosec // of the test's own folder
		check(t, err)
		if strings.Contains(string(data), secret) {
			t.Errorf("the secret stands in %s", filepath.Base(file))
		}
	}
}

func TestWrongSecretLooksLikeAnUnknownKey(t *testing.T) {
	s, _ := newStore(t)
	k, secret := newAPIKey(t, s, "Tally")
	_, others := newAPIKey(t, s, "Zoho")
	for name, given := range map[string][2]string{
		"another key's secret": {k.ID, others}, "no secret": {k.ID, ""}, "the secret in other letters": {k.ID, strings.ToUpper(secret) + "x"},
		"an unknown Key Id": {"M000000000000000000", secret}, "no Key Id": {"", secret},
	} {
		got, err := s.CheckAPIKey(t.Context(), given[0], given[1])
		if !errors.Is(err, gst.ErrNotFound) || got.ID != "" || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAPIKeyIsForCompaniesThatAreThere(t *testing.T) {
	s, _ := newStore(t)
	k := APIKey{Name: "Tally", Companies: []gst.GSTIN{ours, "29AAPFU0939F1ZR"}}
	if _, err := s.CreateAPIKey(t.Context(), &k); !errors.Is(err, gst.ErrNotFound) || k.ID != "" {
		t.Errorf("key %+v, %v", k, err)
	}
	keys, err := s.APIKeys(t.Context())
	if err != nil || len(keys) != 0 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

func TestAPIKeyEndsWhenItIsRevokedOrExpired(t *testing.T) {
	s, c := newStore(t)
	k := APIKey{Name: "Tally", Scopes: Scopes(), Expires: c.now().Add(time.Hour)}
	secret, err := s.CreateAPIKey(t.Context(), &k)
	check(t, err)
	if k.Over(c.now().Add(time.Hour-time.Millisecond)) || !k.Over(c.now().Add(time.Hour)) {
		t.Error("it does not end when it expires")
	}
	check(t, s.RevokeAPIKey(t.Context(), k.ID))
	at := c.now()
	c.advance(time.Minute)
	check(t, s.RevokeAPIKey(t.Context(), k.ID))
	got, err := s.CheckAPIKey(t.Context(), k.ID, secret)
	if err != nil || !got.Over(c.now()) || !got.Revoked.Equal(at) {
		t.Errorf("revoked at %v, want %v: %v", got.Revoked, at, err)
	}
	entries, err := s.EditLog(t.Context(), LogFilter{Subject: "api_key", Which: k.ID})
	check(t, err)
	if len(entries) != 2 || entries[0].Action != "revoked" || entries[1].Action != "created" {
		t.Errorf("the edit log says %+v", entries)
	}
	if err := s.RevokeAPIKey(t.Context(), "M000000000000000000"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestCallsOfAKeyAreListedInPagesAndSayItsLastUse(t *testing.T) {
	s, c := newStore(t)
	k, _ := newAPIKey(t, s, "Tally")
	other, _ := newAPIKey(t, s, "Zoho")
	call := func(k APIKey, minute int, company gst.GSTIN) APICall {
		return APICall{
			At: moment(millis(c.now().Add(time.Duration(minute) * time.Minute))), Key: k.ID, KeyName: k.Name, From: "10.0.0.7", Company: company, Method: "POST",
			Path: "/api/einvoice/generateirn", Request: "r", Status: 200, Code: "2150", Document: 7, Took: 12 * time.Millisecond,
		}
	}
	want := []APICall{call(k, 3, ""), call(k, 2, theirs), call(k, 1, ours)}
	check(t, s.LogCalls(t.Context(), []APICall{want[2], call(other, 1, ours), want[1]}))
	check(t, s.LogCalls(t.Context(), []APICall{want[0]}))
	var got []APICall
	for before, more := int64(0), true; more; more = before != 0 {
		page, next, err := s.APICalls(t.Context(), k.ID, before, 2)
		check(t, err)
		got, before = append(got, page...), next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	check(t, s.LogCalls(t.Context(), []APICall{call(k, 0, ours)})) // kept late
	stored, err := s.APIKey(t.Context(), k.ID)
	if err != nil || !stored.Used.Equal(want[0].At) || stored.UsedFrom != "10.0.0.7" {
		t.Errorf("used %v from %q, want %v: %v", stored.Used, stored.UsedFrom, want[0].At, err)
	}
	wantInOrder(t, s)
}

func TestOfALongPathTheEditLogKeepsTheBeginning(t *testing.T) {
	s, c := newStore(t)
	k, _ := newAPIKey(t, s, "Tally")
	long := "/api/" + strings.Repeat("é", mostPath)
	check(t, s.LogCalls(t.Context(), []APICall{{At: c.now(), Key: k.ID, Path: long}}))
	calls, _, err := s.APICalls(t.Context(), k.ID, 0, 1)
	check(t, err)
	if got := calls[0].Path; !strings.HasPrefix(long, got) || len(got) > mostPath || len(got) < mostPath-1 {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

// usePrograms has the store run the queries about keys and webhooks.
func usePrograms(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	k, secret := newAPIKey(t, s, "Tally")
	_, err := s.CheckAPIKey(ctx, k.ID, secret)
	check(t, err)
	check(t, s.LogCalls(ctx, []APICall{{At: s.now(), Key: k.ID, KeyName: k.Name}}))
	_, _, err = s.APICalls(ctx, k.ID, 0, 10)
	check(t, err)
	check(t, s.RevokeAPIKey(ctx, k.ID))
	w := hook(t, s)
	register(t, s, issue(t, s, newInvoice(ours, 1)))
	for state := range deliveryFilters {
		_, _, err = s.Deliveries(ctx, w.ID, state, 0, 10)
		check(t, err)
	}
	due, err := s.DueDeliveries(ctx, w.ID, 10)
	check(t, err)
	check(t, s.SaveDeliveryTry(ctx, DeliveryTry{Delivery: due[0].ID, Webhook: w.ID, At: s.now()}))
	_, err = s.NextDelivery(ctx, w.ID, s.now())
	check(t, err)
	_, _, err = s.DeliveryCounts(ctx, w.ID)
	check(t, err)
	_, err = s.Delivery(ctx, w.ID, due[0].ID)
	check(t, err)
	check(t, s.ResendDelivery(ctx, w.ID, due[0].ID))
	_, err = s.ResendFailed(ctx, w.ID, s.now())
	check(t, err)
	_, err = s.LastWebhookChanges(ctx, w.ID, 10)
	check(t, err)
	check(t, s.SaveWebhook(ctx, stillHooked(t, s, w.ID)))
	check(t, s.DeleteWebhook(ctx, w.ID))
	_, err = s.ForgetDeliveries(ctx, s.now().Add(time.Hour))
	check(t, err)
}

func stillHooked(t *testing.T, s *Store, id int64) Webhook {
	t.Helper()
	w, err := s.Webhook(t.Context(), id)
	check(t, err)
	return w
}

// The log of calls makes the edit log the longest table of all: what asks for a few entries
// finds them by an index.
func TestNothingThatIsAskedAboutProgramsReadsTheEditLogThrough(t *testing.T) {
	s, _ := newStore(t)
	usePrograms(t, s)
	asked := 0
	check(t, s.write(t.Context(), func(ctx context.Context, w *tx) error {
		for query := range s.reader.prepared {
			if !strings.Contains(query, "FROM edit_log") {
				continue
			}
			asked++
			steps, err := list(ctx, newStatements(s.reader.on), func(row scanner) (text string, err error) {
				var id, parent, unused int64
				err = row.Scan(&id, &parent, &unused, &text)
				return text, err
			}, "EXPLAIN QUERY PLAN "+query, make([]any, 10)...)
			check(t, err)
			plan := strings.Join(steps, "; ")
			if !strings.Contains(plan, "USING INDEX edit_log_calls (subject_id=") &&
				!strings.Contains(plan, "USING INDEX edit_log_subject (company=? AND subject=? AND subject_id=?)") {
				t.Errorf("%s\n%s", plan, query)
			}
		}
		return nil
	}))
	if asked < 2 {
		t.Errorf("%d queries were looked at", asked)
	}
}

func TestRevokingAKeyStopsItsSubmissions(t *testing.T) {
	c := newClock()
	s := open(t, t.TempDir(), c.now)
	check(t, s.AddCompany(t.Context(), testCompany(ours)))
	k, _ := newAPIKey(t, s, "Tally")
	submit := func(by Actor) int64 {
		id, err := s.AddSubmission(WithActor(t.Context(), by), ours, gst.Practice, true, []SubmittedDocument{{Body: []byte(`{}`)}})
		check(t, err)
		return id
	}
	own, others := submit(APIActor(k, "127.0.0.1")), submit(Actor{Kind: "user", Name: "asha@firm.in"})
	check(t, s.RevokeAPIKey(t.Context(), k.ID))
	left, err := s.OpenSubmissions(t.Context())
	check(t, err)
	if len(left) != 1 || left[0].ID != others {
		t.Errorf("open are %+v, want %d alone; the key's own was %d", left, others, own)
	}
}
