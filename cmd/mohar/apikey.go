package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/handlers"
	"mohar/lang"
)

// apikey carries out apikey new, list and revoke: the keys of programs that call the
// JSON API.
func apikey(ctx context.Context, args []string, std streams) error {
	verbs := map[string]func(context.Context, []string, streams) error{
		"new": newAPIKey, "list": listAPIKeys, "revoke": revokeAPIKey,
	}
	if len(args) == 0 || verbs[args[0]] == nil {
		return usageError{"apikey: say apikey new, apikey list or apikey revoke"}
	}
	return verbs[args[0]](ctx, args[1:], std)
}

// newAPIKey makes a key. Its id and secret are all that goes to standard output, one a
// line, so that scripts can read them.
func newAPIKey(ctx context.Context, args []string, std streams) error {
	f := newFlags("apikey new", std)
	dir := f.text("data", "./data", "data folder")
	name := f.text("name", "", "what the key is for, such as the name of the program")
	companies := f.texts("gstin", "GSTIN of a company that the key is for; may be given again; without: all companies, future ones too")
	scopes := f.text("scope", "read,write,cancel", "what it may do, with commas between")
	days := f.text("days", "0", "days until it expires; 0: never")
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	key, err := typedAPIKey(*name, *companies, *scopes)
	if err != nil {
		return err
	}
	if key.Expires, err = expiry(*days, time.Now()); err != nil {
		return err
	}
	store, err := presentStore(ctx, *dir, std)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the key is committed by then
	if err := haveCompanies(ctx, store, key.Companies); err != nil {
		return err
	}
	ctx = db.WithActor(ctx, db.Actor{Kind: "command", Name: "apikey new"})
	secret, err := store.CreateAPIKey(ctx, &key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "Key Id: %s\nKey Secret: %s\n", key.ID, secret)
	return err
}

// typedAPIKey reads what was typed of a new key and says what is wrong with it.
func typedAPIKey(name string, companies []string, scopes string) (db.APIKey, error) {
	var key db.APIKey
	var err error
	if name == "" {
		return key, usageError{"apikey new: --name is missing"}
	}
	if key.Name, err = handlers.KeyName(name); err != nil {
		return key, fmt.Errorf("name: %w", err)
	}
	if len(companies) > 0 && len(listed(companies...)) == 0 {
		// An empty variable of a script must not open all companies.
		return key, errors.New("gstin: it is empty; leave --gstin out for a key for all companies")
	}
	for _, text := range listed(companies...) {
		g, err := gst.ParseGSTIN(text)
		if err != nil {
			fault := gst.ParseFault("gstin", err)
			return key, fmt.Errorf("gstin %s: %s", text, lang.English.Text("fault."+fault.Rule, fault.Args...))
		}
		if !slices.Contains(key.Companies, g) {
			key.Companies = append(key.Companies, g)
		}
	}
	key.Scopes, err = typedScopes(scopes)
	return key, err
}

// typedScopes reads what a key may do.
func typedScopes(text string) ([]db.Scope, error) {
	asked := listed(strings.ToLower(text))
	var scopes []db.Scope
	for _, scope := range db.Scopes() {
		if slices.Contains(asked, string(scope)) {
			scopes = append(scopes, scope)
		}
	}
	for _, scope := range asked {
		if !slices.Contains(scopes, db.Scope(scope)) {
			return nil, usageError{fmt.Sprintf("apikey new: --scope takes read, write and cancel, not %q", scope)}
		}
	}
	if len(scopes) == 0 {
		return nil, usageError{"apikey new: --scope takes read, write and cancel, with commas between"}
	}
	return scopes, nil
}

// expiry is when a key ends that lasts so many days; the zero time when it lasts for ever.
func expiry(days string, now time.Time) (time.Time, error) {
	n, err := strconv.Atoi(days)
	switch {
	case err != nil || n < 0 || n > handlers.MostKeyDays:
		return time.Time{}, usageError{fmt.Sprintf("apikey new: --days takes a whole number from 0 (never expires) to %d", handlers.MostKeyDays)}
	case n == 0:
		return time.Time{}, nil
	}
	return now.AddDate(0, 0, n), nil
}

// listed splits texts at commas and spaces.
func listed(texts ...string) []string {
	return strings.FieldsFunc(strings.Join(texts, ","), func(r rune) bool { return r == ',' || r == ' ' })
}

// haveCompanies returns an error that names a company which is not there.
func haveCompanies(ctx context.Context, store *db.Store, companies []gst.GSTIN) error {
	for _, g := range companies {
		switch _, err := store.Company(ctx, g); {
		case errors.Is(err, gst.ErrNotFound):
			return fmt.Errorf("there is no company %s; add it with mohar company add", g)
		case err != nil:
			return err
		}
	}
	return nil
}

// listAPIKeys prints all keys, the newest first, without their secrets.
func listAPIKeys(ctx context.Context, args []string, std streams) error {
	f := newFlags("apikey list", std)
	dir := f.text("data", "./data", "data folder")
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	store, err := existingStore(ctx, *dir, std)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // only read
	keys, err := store.APIKeys(ctx)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		_, err := fmt.Fprintln(std.out, "No keys yet. mohar apikey new makes one.")
		return err
	}
	return printAPIKeys(std.out, keys, time.Now())
}

func printAPIKeys(w io.Writer, keys []db.APIKey, now time.Time) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	lines := "KEY ID\tNAME\tMAY\tCOMPANIES\tMADE\tEXPIRES\tLAST USED\tSTATE\n"
	for _, k := range keys {
		companies, used := "all", whenOr(k.Used, "never")
		if len(k.Companies) > 0 {
			companies = joined(k.Companies)
		}
		if k.UsedFrom != "" {
			used += " from " + k.UsedFrom
		}
		lines += strings.Join([]string{
			k.ID, k.Name, joined(k.Scopes), companies, whenOr(k.Created, ""), whenOr(k.Expires, "never"), used, handlers.KeyState(k, now),
		}, "\t") + "\n"
	}
	if _, err := io.WriteString(table, lines); err != nil {
		return err
	}
	return table.Flush()
}

func joined[T ~string](texts []T) string {
	plain := make([]string, len(texts))
	for i, text := range texts {
		plain[i] = string(text)
	}
	return strings.Join(plain, ",")
}

// whenOr is a moment in India, or other words for none.
func whenOr(t time.Time, none string) string {
	if t.IsZero() {
		return none
	}
	return t.In(gst.IST).Format("02/01/2006 15:04")
}

// revokeAPIKey ends a key at once.
func revokeAPIKey(ctx context.Context, args []string, std streams) error {
	f := newFlags("apikey revoke", std)
	dir := f.text("data", "./data", "data folder")
	if err := f.read(args, 1); err != nil {
		return helped(err)
	}
	if f.NArg() != 1 {
		return usageError{"apikey revoke: give the Key Id; mohar apikey list shows it"}
	}
	store, err := presentStore(ctx, *dir, std)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the key is ended by then
	ctx = db.WithActor(ctx, db.Actor{Kind: "command", Name: "apikey revoke"})
	switch err := store.RevokeAPIKey(ctx, f.Arg(0)); {
	case errors.Is(err, gst.ErrNotFound):
		return fmt.Errorf("there is no key %s; mohar apikey list shows them", f.Arg(0))
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s is revoked.\n", f.Arg(0))
	return err
}

// presentStore opens the store of an installation that must be there already, to change it: a
// mistyped folder is not filled with a new one, whose keys no server knows.
func presentStore(ctx context.Context, dir string, std streams) (*db.Store, error) {
	there, err := existingStore(ctx, dir, std)
	if err != nil {
		return nil, err
	}
	if err := there.Close(); err != nil {
		return nil, err
	}
	return openStore(ctx, dir, time.Now, newLog(std.err))
}

// texts is a string flag that may be given again, with its environment twin.
func (f flags) texts(name, usage string) *[]string {
	env, values := envName(name), new([]string)
	if v, ok := os.LookupEnv(env); ok {
		*values = []string{v}
	}
	given := false
	f.Func(name, usage+" ("+env+")", func(text string) error {
		if !given {
			*values, given = nil, true // the command line goes before the environment
		}
		*values = append(*values, text)
		return nil
	})
	return values
}
