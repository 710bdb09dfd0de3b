package db

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mohar/gst"
)

// secrets are the columns of a company's credentials that are sealed, with the member
// each belongs to.
func secrets(c *gst.Credentials) []struct {
	column string
	value  *string
} {
	return []struct {
		column string
		value  *string
	}{
		{"password", &c.Password},
		{"subscription_key", &c.SubscriptionKey},
		{"asp_password", &c.ASPPassword},
		{"client_secret", &c.ClientSecret},
		{"eway_password", &c.EWayPassword},
	}
}

// SaveCredentials stores a company's API user at one provider in one mode. A secret
// that is empty keeps what is stored, because stored secrets are never shown again. The
// first secret after the key was lost makes a new key; what the lost one sealed stays
// closed. Without EWayUsername there is no EWayPassword: one pair serves both systems.
//
// Documents of the company that wait in this mode are due at once: most likely they wait
// for this.
func (s *Store) SaveCredentials(ctx context.Context, gstin gst.GSTIN, c gst.Credentials) error {
	c.Changed = s.now()
	seal, err := s.sealerFor(c)
	if err != nil {
		return fmt.Errorf("save credentials of %s: %w", gstin, err)
	}
	return s.write(ctx, func(ctx context.Context, t *tx) error {
		before, sealed, err := s.sealedCredentials(ctx, t, gstin, c)
		if err != nil {
			return err
		}
		blobs := make([][]byte, len(sealed))
		changes := loggedCredentials(c)
		for i, secret := range secrets(&c) {
			blobs[i] = append([]byte{}, sealed[i]...) // never nil: an empty blob is read as nil, which is NULL
			if secret.value == &c.EWayPassword && c.EWayUsername == "" {
				blobs[i] = []byte{}
				continue
			}
			if *secret.value == "" {
				continue
			}
			changes.Secrets = append(changes.Secrets, secret.column+" changed")
			at := place("credentials", secret.column, string(gstin), string(c.Mode), string(c.Provider))
			if blobs[i], err = seal.close([]byte(*secret.value), at); err != nil {
				return fmt.Errorf("seal credentials: %w", err)
			}
		}
		_, err = t.exec(ctx, upsertCredentials, gstin, c.Mode, c.Provider, c.Order, flag(c.Enabled),
			c.Username, blobs[0], blobs[1], c.ASPID, blobs[2], strings.Join(c.BaseURLs, "\n"),
			c.PortalKeyPEM, millis(c.Changed), c.ClientID, blobs[3], c.EWayUsername, blobs[4], c.EWayPortalKeyPEM,
			strings.Join(c.EWayBaseURLs, "\n"))
		if err != nil {
			return fmt.Errorf("save credentials of %s: %w", gstin, known(err))
		}
		s.secretsChanged(t)
		if err := dropSessions(ctx, t, gstin, c.Mode, c.Provider); err != nil {
			return err
		}
		if err := s.hasten(ctx, t, gstin, c.Mode); err != nil {
			return err
		}
		entry := change{
			company: gstin, action: "changed", subject: "credentials",
			which: string(c.Provider) + " " + string(c.Mode),
		}
		return s.logDifference(ctx, t, entry, before, changes)
	})
}

// sealerFor returns what seals c's secrets, made if need be; nil when there are none.
func (s *Store) sealerFor(c gst.Credentials) (*sealer, error) {
	if s.writer == nil {
		return nil, ErrReadOnly
	}
	for _, secret := range secrets(&c) {
		if *secret.value != "" {
			return s.vault.ensure()
		}
	}
	return nil, nil
}

const upsertCredentials = `
INSERT INTO credentials (company, mode, provider, position, enabled, username, password,
                         subscription_key, asp_id, asp_password, base_urls, portal_key, changed_at,
                         client_id, client_secret, eway_username, eway_password, eway_portal_key,
                         eway_base_urls)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
ON CONFLICT (company, mode, provider) DO UPDATE
SET position = $4, enabled = $5, username = $6, password = $7, subscription_key = $8,
    asp_id = $9, asp_password = $10, base_urls = $11, portal_key = $12, changed_at = $13,
    client_id = $14, client_secret = $15, eway_username = $16, eway_password = $17,
    eway_portal_key = $18, eway_base_urls = $19`

// credentialsLog is what the edit log may know of credentials: of secrets only that
// they were changed.
type credentialsLog struct {
	Order        int
	Enabled      bool
	Username     string
	ASPID        string
	ClientID     string `json:",omitempty"`
	BaseURLs     []string
	PortalKeyPEM string
	Secrets      []string

	EWayUsername     string   `json:",omitempty"`
	EWayPortalKeyPEM string   `json:",omitempty"`
	EWayBaseURLs     []string `json:",omitempty"`
}

func loggedCredentials(c gst.Credentials) credentialsLog {
	return credentialsLog{
		Order: c.Order, Enabled: c.Enabled, Username: c.Username, ASPID: c.ASPID, ClientID: c.ClientID,
		BaseURLs: c.BaseURLs, PortalKeyPEM: c.PortalKeyPEM, EWayUsername: c.EWayUsername,
		EWayPortalKeyPEM: c.EWayPortalKeyPEM, EWayBaseURLs: c.EWayBaseURLs,
	}
}

// sealedCredentials returns what is stored under the same company, mode and provider:
// for the log (nil when nothing is) and its sealed columns, in the order of secrets.
func (s *Store) sealedCredentials(ctx context.Context, t *tx, gstin gst.GSTIN, c gst.Credentials) (any, sealedSecrets, error) {
	row := t.row(ctx, `
SELECT `+credentialColumns+`
FROM credentials
WHERE company = $1 AND mode = $2 AND provider = $3`, gstin, c.Mode, c.Provider)
	stored, sealed, err := scanCredentials(row)
	if absent(err) {
		return nil, sealedSecrets{{}, {}, {}, {}, {}}, nil
	}
	if err != nil {
		return nil, sealed, fmt.Errorf("read credentials of %s: %w", gstin, err)
	}
	return loggedCredentials(stored), sealed, nil
}

const credentialColumns = `mode, provider, position, enabled, username, password,
       subscription_key, asp_id, asp_password, base_urls, portal_key, changed_at,
       client_id, client_secret, eway_username, eway_password, eway_portal_key, eway_base_urls`

// sealedSecrets are the sealed columns of one row, in the order of secrets.
type sealedSecrets [5][]byte

// scanCredentials reads one row; secrets stay sealed.
func scanCredentials(row scanner) (c gst.Credentials, sealed sealedSecrets, err error) {
	var urls, ewayURLs string
	var changed int64
	err = row.Scan(&c.Mode, &c.Provider, &c.Order, &c.Enabled, &c.Username, &sealed[0],
		&sealed[1], &c.ASPID, &sealed[2], &urls, &c.PortalKeyPEM, &changed, &c.ClientID, &sealed[3],
		&c.EWayUsername, &sealed[4], &c.EWayPortalKeyPEM, &ewayURLs)
	if ewayURLs != "" {
		c.EWayBaseURLs = strings.Split(ewayURLs, "\n")
	}
	if urls != "" {
		c.BaseURLs = strings.Split(urls, "\n")
	}
	c.Changed = moment(changed)
	return c, sealed, err
}

// Credentials returns a company's API users in one mode, in the order they are tried,
// those switched off too. When a secret was sealed with another key, or the key is
// missing, it returns a *Sealed error and the credentials with that secret empty.
func (s *Store) Credentials(ctx context.Context, gstin gst.GSTIN, mode gst.Mode) ([]gst.Credentials, error) {
	name, at := fmt.Sprintf("credentials %s %s", gstin, mode), s.opened.now()
	if kept, ok := s.opened.find(name, s.now()).([]gst.Credentials); ok {
		return slices.Clone(kept), nil
	}
	var unsealed Sealed
	credentials, err := list(ctx, s.reader, func(row scanner) (gst.Credentials, error) {
		c, sealed, err := scanCredentials(row)
		if err == nil {
			unsealed.add(c.Provider, s.unseal(gstin, &c, sealed))
		}
		return c, err
	}, `
SELECT `+credentialColumns+`
FROM credentials
WHERE company = $1 AND mode = $2
ORDER BY position, provider`, gstin, mode)
	if err != nil {
		return nil, fmt.Errorf("read credentials of %s: %w", gstin, err)
	}
	if len(unsealed.Providers) > 0 {
		return credentials, &unsealed
	}
	s.opened.keep(name, slices.Clone(credentials), at)
	return credentials, nil
}

// Sealed is the ErrSealed of Credentials: it says at which providers a secret stays
// closed. The credentials at others are whole.
type Sealed struct {
	Providers []gst.Provider
	causes    []error
}

// Error says which secrets it is about.
func (e *Sealed) Error() string { return errors.Join(e.causes...).Error() }

// Unwrap makes it an ErrSealed.
func (e *Sealed) Unwrap() []error { return e.causes }

func (e *Sealed) add(p gst.Provider, cause error) {
	if cause != nil {
		e.Providers, e.causes = append(e.Providers, p), append(e.causes, cause)
	}
}

// unseal fills in the secrets of one row.
func (s *Store) unseal(gstin gst.GSTIN, c *gst.Credentials, sealed sealedSecrets) error {
	var errs []error
	for i, secret := range secrets(c) {
		at := place("credentials", secret.column, string(gstin), string(c.Mode), string(c.Provider))
		plain, err := s.vault.open(sealed[i], at)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s of %s at %s: %w", secret.column, gstin, c.Provider, err))
		}
		*secret.value = string(plain)
	}
	return errors.Join(errs...)
}
