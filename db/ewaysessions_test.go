package db

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mohar/gst"
)

func TestTheEWayBillSystemHasItsOwnUserSessionAndSignIns(t *testing.T) {
	s, c := newStore(t)
	ctx := t.Context()
	cred := gst.Credentials{
		Provider: gst.Alankit, Mode: gst.Live, Order: 1, Enabled: true, Username: "u", Password: "p", EWayUsername: "e",
		EWayPassword: "secret", EWayPortalKeyPEM: "PEM", EWayBaseURLs: []string{"https://a.example", "https://b.example"},
	}
	read := func() gst.Credentials {
		t.Helper()
		all, err := s.Credentials(ctx, ours, gst.Live)
		check(t, err)
		all[0].Changed = time.Time{}
		return all[0]
	}
	check(t, s.SaveCredentials(ctx, ours, cred))
	if diff := cmp.Diff(cred, read()); diff != "" {
		t.Error(diff)
	}
	mine := gst.Session{Token: "irn", Key: []byte("k"), Expires: moment(millis(c.now().Add(time.Hour)))}
	other := gst.Session{Token: "eway", Key: []byte("q"), Expires: mine.Expires}
	check(t, s.SaveSession(ctx, ours, gst.Live, gst.Alankit, mine))
	check(t, s.SaveEWaySession(ctx, ours, gst.Live, gst.Alankit, other))
	for range 2 { // read, and kept
		if got, err := s.Session(ctx, ours, gst.Live, gst.Alankit); err != nil || got.Token != "irn" {
			t.Errorf("session %+v, %v", got, err)
		}
		if got, err := s.EWaySession(ctx, ours, gst.Live, gst.Alankit); err != nil || !cmp.Equal(got, other) {
			t.Errorf("session of the e-way bill system %+v, %v", got, err)
		}
	}
	check(t, s.SaveEWayLogins(ctx, ours, gst.Live, gst.Alankit, []time.Time{c.now()}))
	if made, err := s.Logins(ctx, ours, gst.Live, gst.Alankit); err != nil || len(made) != 0 {
		t.Errorf("sign-ins %v, %v", made, err)
	}
	if made, err := s.EWayLogins(ctx, ours, gst.Live, gst.Alankit); err != nil || len(made) != 1 {
		t.Errorf("sign-ins at the e-way bill system %v, %v", made, err)
	}

	cred.EWayPassword = ""
	check(t, s.SaveCredentials(ctx, ours, cred))
	if got := read(); got.EWayPassword != "secret" {
		t.Errorf("an empty password keeps what is stored: %q", got.EWayPassword)
	}
	if _, err := s.EWaySession(ctx, ours, gst.Live, gst.Alankit); !errors.Is(err, gst.ErrNotFound) {
		t.Errorf("the session outlives the user: %v", err)
	}
	cred.EWayUsername = ""
	check(t, s.SaveCredentials(ctx, ours, cred))
	if got := read(); got.EWayPassword != "" || got.Password != "p" {
		t.Errorf("without a user of its own: %+v", got)
	}
}
