package db

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mohar/gst"
)

func TestLogSaysWhoChangedWhat(t *testing.T) {
	s, c := newStore(t)
	ctx := WithActor(t.Context(), Actor{Kind: "user", Name: "asha@example.in", From: "192.0.2.7"})
	inv := newInvoice(ours, 1)
	check(t, s.SaveDraft(ctx, inv, nil))
	inv.Buyer.Place = "Hubballi"
	c.advance(time.Hour)
	check(t, s.SaveDraft(ctx, inv, nil))
	issue(t, s, inv) // by nobody in particular
	register(t, s, inv)

	f := LogFilter{Company: ours, Subject: "invoice", Which: fmt.Sprint(inv.ID)}
	entries, err := s.EditLog(t.Context(), f)
	check(t, err)
	if len(entries) != 4 {
		t.Fatalf("%d entries: %+v", len(entries), entries)
	}
	for i, want := range []string{"registered", "issued", "changed", "created"} {
		if entries[i].Action != want {
			t.Errorf("entry %d says %q, want %q", i, entries[i].Action, want)
		}
	}
	changed := entries[2]
	if changed.Actor.Name != "asha@example.in" || changed.Actor.From != "192.0.2.7" || !changed.At.Equal(c.now()) {
		t.Errorf("by %+v at %v", changed.Actor, changed.At)
	}
	if !strings.Contains(changed.Before, "Mysuru") || !strings.Contains(changed.After, "Hubballi") ||
		strings.Contains(changed.After, "Rice") {
		t.Errorf("before %s, after %s; want only what changed", changed.Before, changed.After)
	}
	if entries[3].Before != "" || !strings.Contains(entries[3].After, "Rice, bag 0") {
		t.Errorf("created: before %q, after %q", entries[3].Before, entries[3].After)
	}
	if entries[0].Actor.Name != "mohar" || !strings.Contains(entries[0].After, testRegistration(inv, 1).IRN) {
		t.Errorf("registered: %+v", entries[0])
	}

	f.Limit = 3
	first, err := s.EditLog(t.Context(), f)
	check(t, err)
	f.Before = first[2].ID
	second, err := s.EditLog(t.Context(), f)
	check(t, err)
	if len(first) != 3 || len(second) != 1 || second[0].ID != entries[3].ID {
		t.Errorf("pages of %d and %d", len(first), len(second))
	}
	check(t, s.CheckLog(t.Context()))
}

func TestLogCannotBeChanged(t *testing.T) {
	s, _ := newStore(t)
	db := raw(t, s.dir)
	for _, query := range []string{
		`UPDATE edit_log SET actor = 'somebody else'`,
		`DELETE FROM edit_log WHERE id = 1`,
		`INSERT OR REPLACE INTO edit_log SELECT id, at, actor_kind, 'x', address, company, action, subject, subject_id, before, after, hash, digest FROM edit_log`,
	} {
		_, err := db.ExecContext(t.Context(), query)
		if err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestEntryForgedTogetherWithItsHashIsFound(t *testing.T) {
	s, _ := newStore(t)
	issue(t, s, newInvoice(ours, 1))
	row := func(id int64) (sealedEntry, []byte) {
		e, hash, err := scanLogEntry(s.reader.row(t.Context(), selectLog+" WHERE id = $1", id))
		check(t, err)
		return e, hash
	}
	_, previous := row(1)
	forged, _ := row(2)
	forged.Actor = "somebody else"
	hash, err := forged.chain(previous)
	check(t, err)
	db := raw(t, s.dir)
	execRaw(t, db, `DROP TRIGGER edit_log_no_update`)
	execRaw(t, db, `UPDATE edit_log SET actor = $1, hash = $2 WHERE id = 2`, forged.Actor, hash)
	err = s.CheckLog(t.Context())
	if err == nil || !strings.Contains(err.Error(), "entry 3") {
		t.Errorf("error %v, want the entry after it to tell", err)
	}
}

func TestSecretsAreNotInTheLog(t *testing.T) {
	s, _ := newStore(t)
	cred := gst.Credentials{
		Provider: gst.Alankit, Mode: gst.Practice, Username: "apiuser", Password: "hush-1",
		SubscriptionKey: "hush-2", ASPPassword: "hush-3", ClientSecret: "hush-4",
	}
	check(t, s.SaveCredentials(t.Context(), ours, cred))
	_, err := s.CreateFirstUser(t.Context(), User{Email: "a@b.in", PasswordHash: "hush-4"})
	check(t, err)
	entries, err := s.EditLog(t.Context(), LogFilter{})
	check(t, err)
	told := false
	for _, e := range entries {
		if strings.Contains(e.Before+e.After, "hush") {
			t.Errorf("%s %s: %s", e.Action, e.Subject, e.After)
		}
		told = told || strings.Contains(e.After, "password changed")
	}
	if !told {
		t.Error("the log does not say that the password was changed")
	}
	rows, err := raw(t, s.dir).QueryContext(t.Context(), `SELECT password || subscription_key || asp_password || client_secret FROM credentials`)
	check(t, err)
	defer func() { check(t, errors.Join(rows.Err(), rows.Close())) }()
	for rows.Next() {
		var blob []byte
		check(t, rows.Scan(&blob))
		if strings.Contains(string(blob), "hush") {
			t.Error("a secret stands open in the file")
		}
	}
}
