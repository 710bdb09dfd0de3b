package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
)

// company carries out company add.
func company(ctx context.Context, args []string, std streams) error {
	if len(args) == 0 || args[0] != "add" {
		return usageError{"company: say company add"}
	}
	f := newFlags("company add", std)
	dir := f.text("data", "./data", "data folder")
	gstin := f.text("gstin", "", "GSTIN, 15 characters")
	name := f.text("name", "", "legal name, as on the registration certificate")
	address := f.text("address1", "", "address line 1")
	place := f.text("place", "", "city, town or village")
	pin := f.text("pin", "", "PIN code of the address")
	state := f.text("state", "", "State code; empty: the first two digits of the GSTIN")
	practice := f.yes("practice", "practice mode, with the ready API users of the practice portal")
	live := f.yes("live", "live mode: documents go to the government's portal")
	if err := f.read(args[1:], 0); err != nil {
		return helped(err)
	}
	if *practice && *live {
		return usageError{"company add: --practice and --live exclude each other"}
	}
	c := gst.Company{
		LegalName: strings.TrimSpace(*name), Address1: strings.TrimSpace(*address), Place: strings.TrimSpace(*place),
		State: *state, Taxpayer: gst.Regular, Mode: gst.Practice, RoundOff: true,
	}
	if *live {
		c.Mode = gst.Live
	}
	if err := parseCompany(&c, *gstin, *pin); err != nil {
		return explained(err)
	}
	store, err := openStore(ctx, *dir, time.Now, newLog(std.err))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }() // the company is committed by then
	ctx = db.WithActor(ctx, db.Actor{Kind: "command", Name: "company add"})
	if err := addCompany(ctx, store, c, *practice); err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%s added in %s mode.\n", c.GSTIN, c.Mode)
	return err
}

// parseCompany fills in the GSTIN and PIN and checks the whole company.
func parseCompany(c *gst.Company, gstin, pin string) error {
	g, err := gst.ParseGSTIN(gstin)
	if err != nil {
		return gst.Invalid{Faults: gst.Faults{gst.ParseFault("gstin", err)}}
	}
	c.GSTIN = g
	if c.State == "" {
		c.State = g.State()
	}
	if c.PIN, err = strconv.Atoi(strings.TrimSpace(pin)); err != nil {
		return gst.Invalid{Faults: gst.Faults{{Rule: "pin.range", Field: "pin"}}}
	}
	return gst.ValidateCompany(*c).Err()
}

// addCompany stores a company and, for practice, the sandbox's ready API users.
func addCompany(ctx context.Context, store *db.Store, c gst.Company, practiceUsers bool) error {
	switch err := store.AddCompany(ctx, c); {
	case errors.Is(err, gst.ErrConflict):
		return fmt.Errorf("%s is there already", c.GSTIN)
	case err != nil:
		return err
	}
	if !practiceUsers {
		return nil
	}
	return registrar.StorePracticeUsers(ctx, store, c.GSTIN)
}

// explained puts the faults of typed values into one line of plain words.
func explained(err error) error {
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		return err
	}
	words := make([]string, 0, len(bad.Faults))
	for _, f := range bad.Faults {
		if !f.Warning {
			words = append(words, strings.TrimPrefix(f.Field+": "+lang.English.Text("fault."+f.Rule, f.Args...), ": "))
		}
	}
	return errors.New(strings.Join(words, " · "))
}
