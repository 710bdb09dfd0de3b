package db

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestCompanies(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	if err := s.AddCompany(ctx, testCompany(ours)); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("adding it twice: %v", err)
	}
	want := testCompany(ours)
	want.Version, want.Created = 1, c.now().UTC()
	got, err := s.Company(ctx, ours)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got.TradeName, got.StartsOn, got.Exempt, got.ByHand, got.Mode = "Bharat", 20230801, true, true, gst.Live
	check(t, s.UpdateCompany(ctx, got))
	if err := s.UpdateCompany(ctx, got); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("over another's change: %v", err)
	}
	stored, err := s.Company(ctx, ours)
	check(t, err)
	got.Version, got.Mode = 2, gst.Practice // an update does not go live
	if diff := cmp.Diff(got, stored); diff != "" {
		t.Error(diff)
	}
	check(t, s.GoLive(ctx, ours))
	if err := s.GoLive(ctx, ours); !errors.Is(err, gst.ErrState) {
		t.Errorf("going live twice: %v", err)
	}
	all, err := s.Companies(ctx)
	check(t, err)
	if len(all) != 2 || all[0].GSTIN != theirs || all[1].Mode != gst.Live {
		t.Errorf("companies: %+v", all)
	}
	if _, err := s.Company(ctx, "33AAAAA0000A1Z5"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("unknown company: %v", err)
	}
	unknown := testCompany("33AAAAA0000A1Z5")
	if err := s.UpdateCompany(ctx, unknown); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("updating an unknown company: %v", err)
	}
}

func TestCredentials(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	second := gst.Credentials{Provider: gst.Alankit, Mode: gst.Practice, Order: 2, Username: "u", Password: "p", SubscriptionKey: "AL1", PortalKeyPEM: "PEM"}
	first := gst.Credentials{Provider: gst.TaxPro, Mode: gst.Practice, Order: 1, Enabled: true, Username: "v", Password: "q", ASPID: "1", ASPPassword: "ü₹", ClientID: "c", ClientSecret: "s₹", BaseURLs: []string{"https://a", "https://b"}}
	live := gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, Order: 1, Password: "live"}
	for _, cred := range []gst.Credentials{second, first, live} {
		check(t, s.SaveCredentials(ctx, ours, cred))
	}
	first.Changed, second.Changed = c.now().UTC(), c.now().UTC()
	got, err := s.Credentials(ctx, ours, gst.Practice)
	check(t, err)
	if diff := cmp.Diff([]gst.Credentials{first, second}, got); diff != "" {
		t.Error(diff)
	}

	check(t, s.SaveSession(ctx, ours, gst.Practice, gst.TaxPro, gst.Session{Token: "t", Expires: c.now().Add(time.Hour)}))
	change := first
	change.Password, change.ASPPassword, change.Username = "", "new", "w"
	check(t, s.SaveCredentials(ctx, ours, change))
	change.Password = "q" // the stored one is kept
	got, err = s.Credentials(ctx, ours, gst.Practice)
	check(t, err)
	if diff := cmp.Diff(change, got[0]); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Session(ctx, ours, gst.Practice, gst.TaxPro); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("the session of the user before is still there: %v", err)
	}
	if got, err := s.Credentials(ctx, theirs, gst.Practice); err != nil || len(got) != 0 {
		t.Errorf("another company's credentials: %v, %v", got, err)
	}
	if err := s.SaveCredentials(ctx, "33AAAAA0000A1Z5", first); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of a company that is not there: %v", err)
	}
}

func TestSecretsOpenOnlyInTheirPlaceAndWithTheirKey(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	for _, gstin := range []gst.GSTIN{ours, theirs} {
		check(t, s.SaveCredentials(ctx, gstin, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, Password: "of " + string(gstin), ASPPassword: "a"}))
	}
	execRaw(t, raw(t, s.dir), `UPDATE credentials SET password = (SELECT password FROM credentials WHERE company = $1) WHERE company = $2`, theirs, ours)
	got, err := s.Credentials(ctx, ours, gst.Live)
	if !errors.Is(err, ErrSealed) {
		t.Errorf("a secret copied from another company opens: %v", err)
	}
	if len(got) != 1 || got[0].Password != "" || got[0].ASPPassword != "a" {
		t.Errorf("the rest is not readable: %+v", got)
	}

	check(t, s.Close())
	other, err := Open(ctx, Options{Dir: s.dir, Key: []byte("another key of exactly 32 bytes!")})
	check(t, err)
	defer func() { check(t, other.Close()) }()
	if _, err := other.Credentials(ctx, theirs, gst.Live); !errors.Is(err, ErrSealed) {
		t.Errorf("opened with another key: %v", err)
	}
	check(t, other.SaveCredentials(ctx, theirs, gst.Credentials{Provider: gst.TaxPro, Mode: gst.Live, Password: "anew", ASPPassword: "anew"}))
	if _, err := other.Credentials(ctx, theirs, gst.Live); err != nil {
		t.Errorf("entered anew: %v", err)
	}
}

// emptyVault is a vault before it has looked for its key.
func emptyVault(t *testing.T, file string) *vault {
	t.Helper()
	v, err := openVault(nil, file)
	check(t, err)
	return v
}

func TestKeys(t *testing.T) {
	file := filepath.Join(t.TempDir(), keyFile)
	made, err := emptyVault(t, file).ensure()
	check(t, err)
	read, err := emptyVault(t, file).ensure()
	check(t, err)
	sealed, err := made.close([]byte("secret"), place("t", "c", "r"))
	check(t, err)
	plain, err := read.open(sealed, place("t", "c", "r"))
	if err != nil || string(plain) != "secret" {
		t.Errorf("%q, %v", plain, err)
	}
	for i := range sealed {
		damaged := slices.Clone(sealed)
		damaged[i] ^= 1
		if _, err := read.open(damaged, place("t", "c", "r")); !errors.Is(err, ErrSealed) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	if _, err := read.open(sealed[:7], nil); !errors.Is(err, ErrSealed) {
		t.Errorf("cut off: %v", err)
	}
	for _, text := range []string{"not base64!", "c2hvcnQ="} {
		check(t, os.WriteFile(file, []byte(text), 0o600))
		if _, err := Open(t.Context(), Options{Dir: filepath.Dir(file)}); err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("key file %q: %v", text, err)
		}
	}
	if _, err := Open(t.Context(), Options{Dir: t.TempDir(), Key: []byte("short")}); err == nil {
		t.Error("a short key was taken")
	}
	if key, err := ParseKey(" \n"); key != nil || err != nil {
		t.Errorf("no key: %v, %v", key, err)
	}
}

func TestPortalSessions(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	want := gst.Session{Token: "tok", Key: []byte("0123456789abcdef0123456789abcdef"), Expires: c.now().Add(6 * time.Hour).UTC()}
	check(t, s.SaveSession(ctx, ours, gst.Live, gst.Alankit, gst.Session{Token: "older"}))
	check(t, s.SaveSession(ctx, ours, gst.Live, gst.Alankit, want))
	got, err := s.Session(ctx, ours, gst.Live, gst.Alankit)
	check(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	absent := []struct {
		gstin gst.GSTIN
		mode  gst.Mode
		p     gst.Provider
	}{{theirs, gst.Live, gst.Alankit}, {ours, gst.Practice, gst.Alankit}, {ours, gst.Live, gst.TaxPro}}
	for _, a := range absent {
		if _, err := s.Session(ctx, a.gstin, a.mode, a.p); !errors.Is(err, gst.ErrNotFound) {
			t.Errorf("%v: %v", a, err)
		}
	}
	check(t, s.DropSession(ctx, ours, gst.Live, gst.Alankit))
	if _, err := s.Session(ctx, ours, gst.Live, gst.Alankit); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("dropped: %v", err)
	}
	check(t, s.SaveSession(ctx, ours, gst.Live, gst.Alankit, want))
	c.advance(7 * time.Hour)
	if _, err := s.Session(ctx, ours, gst.Live, gst.Alankit); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("expired: %v", err)
	}
}

func TestPeople(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	if some, err := s.HasUsers(ctx); some || err != nil {
		t.Errorf("users at the beginning: %t, %v", some, err)
	}
	id, err := s.CreateFirstUser(ctx, User{Email: " Asha@Example.IN ", Name: "Asha", PasswordHash: "$argon2id$", Role: "owner"})
	check(t, err)
	if _, err := s.CreateFirstUser(ctx, User{Email: "b@b.in"}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("a second first user: %v", err)
	}
	u, err := s.UserByEmail(ctx, "ASHA@example.in")
	check(t, err)
	want := User{ID: id, Email: "asha@example.in", Name: "Asha", PasswordHash: "$argon2id$", Role: "owner", Created: c.now().UTC()}
	if diff := cmp.Diff(want, u); diff != "" {
		t.Error(diff)
	}
	if _, err := s.User(ctx, id+1); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("unknown user: %v", err)
	}
}

func TestWebSessions(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	id, err := s.CreateFirstUser(ctx, User{Email: "asha@example.in"})
	check(t, err)
	later := c.now().Add(time.Hour)
	check(t, s.SaveWebSession(ctx, []byte("one"), 0, nil, later, "", "")) // before sign-in
	check(t, s.SaveWebSession(ctx, []byte("one"), id, []byte("data"), later, "Firefox", "192.0.2.1"))
	check(t, s.SaveWebSession(ctx, []byte("two"), id, nil, later, "", ""))
	got, err := s.WebSession(ctx, []byte("one"))
	check(t, err)
	wantSession := WebSession{Hash: []byte("one"), User: id, Data: []byte("data"), Created: c.now().UTC(), Expires: later.UTC(), Agent: "Firefox", From: "192.0.2.1"}
	if diff := cmp.Diff(wantSession, got); diff != "" {
		t.Error(diff)
	}
	gone := func(hash string) bool {
		_, err := s.WebSession(ctx, []byte(hash))
		return errors.Is(err, gst.ErrNotFound)
	}
	check(t, s.DeleteWebSession(ctx, []byte("one")))
	if !gone("one") || gone("two") {
		t.Error("signing out of one browser")
	}
	check(t, s.DeleteWebSessionsOf(ctx, id))
	if !gone("two") {
		t.Error("signing out everywhere")
	}
	check(t, s.SaveWebSession(ctx, []byte("three"), id, nil, later, "", ""))
	c.advance(2 * time.Hour)
	if !gone("three") {
		t.Error("expired session still counts")
	}
	check(t, s.SaveWebSession(ctx, []byte("four"), id, nil, c.now().Add(time.Hour), "", ""))
	var rows int
	check(t, s.reader.row(ctx, `SELECT COUNT(*) FROM web_sessions`).Scan(&rows))
	if rows != 1 {
		t.Errorf("%d rows, want the expired one removed", rows)
	}
}

func TestCertificates(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	at := s.now()
	one := Certificate{KeyID: "K1", PEM: []byte("pem"), Practice: true}
	check(t, s.SaveCertificates(ctx, []Certificate{one, {KeyID: "K2", PEM: []byte("two")}}))
	check(t, s.SaveCertificates(ctx, []Certificate{{KeyID: "K1", PEM: []byte("another")}}))
	got, err := s.Certificates(ctx)
	check(t, err)
	one.AddedAt = at.UTC()
	if diff := cmp.Diff([]Certificate{one, {KeyID: "K2", PEM: []byte("two"), AddedAt: at.UTC()}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCertificateThatProvesRegistrationsStays(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 1))
	reg := testRegistration(inv, 7)
	reg.KeyID, reg.SignedInvoice = "", "a.b.c"
	check(t, s.SaveRegistration(ctx, next(t, s), reg))
	found, err := s.Unverified(ctx, 0, 10)
	check(t, err)
	if len(found) != 1 || found[0].ID != inv.ID || found[0].Number != inv.Number {
		t.Fatalf("unverified: %+v", found)
	}
	changed := s.CertificatesChanged()
	check(t, s.AddCertificate(ctx, Certificate{KeyID: "K1", PEM: []byte("pem")}))
	if err := s.AddCertificate(ctx, Certificate{KeyID: "K1", PEM: []byte("pem")}); !errors.Is(err, gst.ErrConflict) {
		t.Errorf("adding it twice: %v", err)
	}
	check(t, s.SaveVerified(ctx, ours, inv.ID, "K1"))
	check(t, s.SaveVerified(ctx, ours, inv.ID, "K2")) // known already
	if got := irn(t, s, inv.ID); got.State != gst.IRNRegistered || got.Registration.KeyID != "K1" {
		t.Errorf("%+v", got)
	}
	if n, err := s.CountUnverified(ctx); n != 0 || err != nil {
		t.Errorf("%d unverified, %v", n, err)
	}
	if err := s.DeleteCertificate(ctx, "K1"); !errors.Is(err, gst.ErrState) {
		t.Errorf("removing it while it proves something: %v", err)
	}
	check(t, s.AddCertificate(ctx, Certificate{KeyID: "K3", PEM: []byte("pem")}))
	check(t, s.DeleteCertificate(ctx, "K3"))
	if err := s.DeleteCertificate(ctx, "K3"); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("removing it twice: %v", err)
	}
	if got := s.CertificatesChanged() - changed; got != 3 {
		t.Errorf("%d changes", got)
	}
	findings, err := s.Check(ctx) // digests and edit log agree
	check(t, err)
	if len(findings) != 0 {
		t.Errorf("%v", findings)
	}
	entries, err := s.EditLog(ctx, LogFilter{Company: ours, Subject: "invoice"})
	check(t, err)
	if entries[0].Action != "verified" {
		t.Errorf("%+v", entries[0])
	}
}

func TestBuyersAndLinesAreRemembered(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	inv := issue(t, s, newInvoice(ours, 3))
	c.advance(time.Hour)
	walkIn := newInvoice(ours, 1)
	walkIn.Buyer = gst.Party{GSTIN: gst.URP, LegalName: "Walk-in 100%", State: "29"}
	walkIn.Lines[0].Description, walkIn.Lines[0].UnitPrice = " RICE, BAG 0", 777
	issue(t, s, walkIn)
	issue(t, s, newInvoice(theirs, 1))

	got, err := s.Customers(ctx, ours, "", 0)
	check(t, err)
	if len(got) != 2 || got[0].LegalName != "Walk-in 100%" || got[1].Party != inv.Buyer || got[1].PlaceOfSupply != "29" || !got[0].LastUsed.Equal(c.now()) {
		t.Errorf("customers: %+v", got)
	}
	for query, want := range map[string]int{"xyz comp": 1, "29AWGPV": 1, "100%": 1, "%": 1, "_": 0, `\`: 0, "nobody": 0} {
		if got, err := s.Customers(ctx, ours, query, 0); err != nil || len(got) != want {
			t.Errorf("%q: %d customers, %v; want %d", query, len(got), err, want)
		}
	}
	items, err := s.Items(ctx, ours, "bag", 0)
	check(t, err)
	if len(items) != 3 || items[0].UnitPrice != 777 {
		t.Errorf("items: %+v", items)
	}
	if byHSN, err := s.Items(ctx, ours, "1006", 2); err != nil || len(byHSN) != 2 {
		t.Errorf("by HSN: %d, %v", len(byHSN), err)
	}
}

func TestSeries(t *testing.T) {
	s, _ := newStore(t)
	ctx := t.Context()
	preview := func(want string) {
		t.Helper()
		got, err := s.PreviewNumber(ctx, ours, gst.Practice, gst.TaxInvoice, "", 20261122)
		if err != nil || got != want {
			t.Errorf("preview %q, %v; want %q", got, err, want)
		}
	}
	preview("INV/26-27/0001")
	preview("INV/26-27/0001") // looking takes nothing
	mine := Series{Type: gst.TaxInvoice, FY: "2026-27", Prefix: "MH/26-27/", Next: 413, Width: 5}
	check(t, s.SetSeries(ctx, ours, gst.Practice, mine))
	preview("MH/26-27/00413")
	issue(t, s, newInvoice(ours, 1))
	preview("MH/26-27/00414")
	mine.Next = 414
	got, err := s.SeriesOf(ctx, ours, gst.Practice, "2026-27")
	check(t, err)
	if diff := cmp.Diff([]Series{mine}, got); diff != "" {
		t.Error(diff)
	}
	nextYear := newInvoice(ours, 1)
	nextYear.Date = 20270401
	if issue(t, s, nextYear); nextYear.Number != "MH/27-28/00001" {
		t.Errorf("the year after: %q", nextYear.Number)
	}
	var bad gst.Invalid
	mine.Prefix = "-X/"
	if err := s.SetSeries(ctx, ours, gst.Practice, mine); !errors.As(err, &bad) {
		t.Errorf("a prefix that cannot begin a number: %v", err)
	}
	if err := s.SetSeries(ctx, "33AAAAA0000A1Z5", gst.Live, Series{Type: gst.TaxInvoice, FY: "2026-27", Prefix: "A"}); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("of a company that is not there: %v", err)
	}
	findings, err := s.Check(ctx)
	check(t, err)
	if len(findings) > 0 {
		t.Errorf("a deliberate jump is no gap: %v", findings)
	}
}

func TestSignInsAreRememberedAlsoOfACompanyThatIsNotThereYet(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	const coming = gst.GSTIN("33AAAAA0000A1Z5")
	at := c.now().UTC()
	for _, made := range [][]time.Time{{at}, {at, at, at.Add(time.Minute)}, {at.Add(time.Hour)}, nil} {
		check(t, s.SaveLogins(ctx, coming, gst.Live, gst.NIC, made))
		check(t, s.SaveLogins(ctx, ours, gst.Live, gst.NIC, []time.Time{at}))
		got, err := s.Logins(ctx, coming, gst.Live, gst.NIC)
		check(t, err)
		if diff := cmp.Diff(made, got); diff != "" {
			t.Error(diff)
		}
	}
	for _, other := range []gst.Provider{gst.Alankit, gst.TaxPro} {
		if got, err := s.Logins(ctx, ours, gst.Live, other); err != nil || len(got) != 0 {
			t.Errorf("of %s: %v, %v", other, got, err)
		}
	}
	if got, err := s.Logins(ctx, ours, gst.Practice, gst.NIC); err != nil || len(got) != 0 {
		t.Errorf("in practice: %v, %v", got, err)
	}
}
