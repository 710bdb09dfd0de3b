package registrar

import (
	"context"
	"fmt"

	"mohar/db"
	"mohar/gsp"
	"mohar/gst"
)

// PracticeUPI is the payee address that practice companies get, so that payment codes
// can be tried too.
const PracticeUPI = "practice@upi"

// PracticeCredentials are the ready API users of the practice portal at both
// providers, good for every GSTIN. They are gsp's, for rooms that reach the portal
// through the registrar.
func PracticeCredentials() []gst.Credentials { return gsp.PracticeCredentials() }

// StorePracticeUsers gives a company the ready API users, and PracticeUPI when it has no
// payee address of its own.
func StorePracticeUsers(ctx context.Context, store *db.Store, company gst.GSTIN) error {
	for _, cred := range PracticeCredentials() {
		if err := store.SaveCredentials(ctx, company, cred); err != nil {
			return fmt.Errorf("store practice users of %s: %w", company, err)
		}
	}
	c, err := store.Company(ctx, company)
	if err != nil || c.UPI != "" {
		return err
	}
	c.UPI = PracticeUPI
	return store.UpdateCompany(ctx, c)
}
