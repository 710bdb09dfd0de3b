package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"mohar/db"
	"mohar/gst"
)

// backup writes a consistent archive, beside a running serve too.
func backup(ctx context.Context, args []string, std streams) error {
	f := newFlags("backup", std)
	dir := f.text("data", "./data", "data folder")
	withKey := f.yes("with-key", "put the key of the credentials into the archive")
	if err := f.read(args, 1); err != nil {
		return helped(err)
	}
	if f.NArg() != 1 {
		return usageError{"backup: name the archive to write"}
	}
	store, err := existingStore(ctx, *dir, std)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // read only
	if err := store.Backup(ctx, f.Arg(0), *withKey, []string{filepath.Join(*dir, "sandbox.db")}); err != nil {
		return err
	}
	note := ""
	if !*withKey {
		note = " The key of the credentials (mohar.key) is not in it: keep a copy of it apart, or type the API passwords again after a restore."
	}
	_, err = fmt.Fprintf(std.out, "Backup of %s written to %s at %s.%s\n", *dir, f.Arg(0), time.Now().In(gst.IST).Format("02/01/2006 15:04")+" IST", note)
	return err
}

// restore unpacks an archive into a folder without an installation.
func restore(ctx context.Context, args []string, std streams) error {
	f := newFlags("restore", std)
	dir := f.text("data", "", "data folder to restore into")
	if err := f.read(args, 1); err != nil {
		return helped(err)
	}
	if f.NArg() != 1 || *dir == "" {
		return usageError{"restore: name the folder with --data and the archive"}
	}
	restored, err := db.Restore(ctx, f.Arg(0), *dir)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s holds an installation already, which is not overwritten; name an empty or new folder", *dir)
	case err != nil:
		return err
	}
	note := ""
	if restored.KeyMissing {
		note = " The archive holds no key: put mohar.key into the folder before starting, or type the API passwords again."
	}
	_, err = fmt.Fprintf(std.out, "Restored into %s; checked and whole.%s\n", *dir, note)
	return err
}
