package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"mohar/db"
	"mohar/gst"
	"mohar/handlers"
)

// setup makes the first account, the owner's.
func setup(ctx context.Context, args []string, std streams) error {
	f := newFlags("setup", std)
	dir := f.text("data", "./data", "data folder")
	email := f.text("email", "", "the owner's e-mail address, to sign in with")
	name := f.text("name", "", "the owner's name")
	piped := f.yes("password-stdin", "read the password from standard input")
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	if *email == "" {
		return usageError{"setup: --email is missing"}
	}
	password, err := readPassword(std, *piped)
	if err != nil {
		return err
	}
	owner := handlers.Owner{Email: *email, Name: *name, Password: password}
	if err := owner.Check(); err != nil { // before anything is made in the data folder
		return err
	}
	store, err := openStore(ctx, *dir, time.Now, newLog(std.err))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the account is committed by then
	ctx = db.WithActor(ctx, db.Actor{Kind: "command", Name: "setup"})
	switch _, err := handlers.CreateOwner(ctx, store, owner); {
	case errors.Is(err, gst.ErrConflict):
		return fmt.Errorf("an account exists already in %s; sign in with it and add people in the browser", *dir)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintf(std.out, "Owner's account made for %s.\n", *email)
	return err
}

// readPassword takes the password from a pipe, or asks for it at a terminal without
// showing it.
func readPassword(std streams, piped bool) (string, error) {
	if in, ok := std.in.(*os.File); ok && !piped && term.IsTerminal(int(in.Fd())) {
		if _, err := io.WriteString(std.err, "Password for the owner: "); err != nil {
			return "", err
		}
		typed, err := term.ReadPassword(int(in.Fd()))
		_, _ = io.WriteString(std.err, "\n") // only moves the cursor on
		return string(typed), err
	}
	line, err := bufio.NewReader(io.LimitReader(std.in, 1024)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("no password given: pipe it in with --password-stdin")
	}
	return line, nil
}
