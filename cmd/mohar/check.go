package main

import (
	"context"
	"errors"
	"fmt"

	"mohar/db"
	"mohar/nic"
)

// check looks over an installation and lists what is wrong.
func check(ctx context.Context, args []string, std streams) error {
	f := newFlags("check", std)
	dir := f.text("data", "./data", "data folder")
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	store, err := existingStore(ctx, *dir, std)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // only read
	found, err := store.Check(ctx)
	if err != nil {
		return err
	}
	signatures, checked, err := checkSignatures(ctx, store)
	if err != nil {
		return err
	}
	found = append(found, signatures...)
	for _, finding := range found {
		if _, err := fmt.Fprintf(std.out, "%s: %s\n", finding.Where, finding.What); err != nil {
			return err
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("%d things are not in order in %s", len(found), *dir)
	}
	_, err = fmt.Fprintf(std.out, "All in order: file, number series, edit log, counters, %d registrations with their signatures.\n", checked)
	return err
}

// checkSignatures verifies the stored signed invoices and QR codes again, offline.
// A key that is not kept here is told only when the registration was verified once.
// Documents that another program issued came without signed data, and so did those that
// the portal showed no more.
func checkSignatures(ctx context.Context, store *db.Store) (findings []db.Finding, checked int, err error) {
	kept, err := keptKeys(ctx, store)
	if err != nil {
		return nil, 0, err
	}
	keys := nic.NewKeyring(append(nic.BundledKeys(), kept...)...)
	err = store.EachRegistration(ctx, func(r db.StoredRegistration) error {
		if r.Registration.SignedInvoice == "" && (r.Elsewhere || r.Registration.Unsigned()) {
			return nil // what was never here cannot have been changed
		}
		checked++
		_, _, _, err := nic.CheckStored(keys, r.Registration, r.Body)
		if err == nil || errors.Is(err, nic.ErrUnknownKey) && r.Registration.KeyID == "" {
			return nil
		}
		findings = append(findings, db.Finding{Where: "signature", What: fmt.Sprintf("%s %s %s: %v", r.Company, r.Type, r.Number, err)})
		return nil
	})
	return findings, checked, err
}
