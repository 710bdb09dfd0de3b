package db

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"
)

// What a webhook's secret is.
const (
	oldSecretTime = 24 * time.Hour // for how long a rotated one signs too
	secretSize    = 32             // bytes; Standard Webhooks asks for 24 to 64
	secretPrefix  = "whsec_"       // what it begins with
)

// newWebhookSecret returns a secret as receivers are given it, and what seals it.
func (s *Store) newWebhookSecret() (string, *sealer, error) {
	if s.writer == nil {
		return "", nil, ErrReadOnly
	}
	key := make([]byte, secretSize)
	if _, err := rand.Read(key); err != nil {
		return "", nil, err
	}
	seal, err := s.vault.ensure()
	return secretPrefix + base64.StdEncoding.EncodeToString(key), seal, err
}

// sealWebhookSecret seals the secret of a webhook for its column.
func sealWebhookSecret(seal *sealer, id int64, column, secret string) ([]byte, error) {
	blob, err := seal.close([]byte(secret), place("webhooks", column, strconv.FormatInt(id, 10)))
	if err != nil {
		return nil, fmt.Errorf("seal webhook secret: %w", err)
	}
	return blob, nil
}

// RotateWebhookSecret gives a webhook another secret and returns it; it is not shown again.
// For a day the one before signs too. It returns gst.ErrNotFound when there is no such
// webhook.
//
// Source: Standard Webhooks, "signature scheme": several signatures stand in one header.
func (s *Store) RotateWebhookSecret(ctx context.Context, id int64) (string, error) {
	secret, seal, err := s.newWebhookSecret()
	if err != nil {
		return "", fmt.Errorf("rotate secret of webhook %d: %w", id, err)
	}
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		if _, err := readWebhook(ctx, t.statements, id); err != nil {
			return err
		}
		old, until, err := s.secretBefore(ctx, t, seal, id)
		if err != nil {
			return err
		}
		blob, err := sealWebhookSecret(seal, id, "secret", secret)
		if err != nil {
			return err
		}
		n, err := t.exec(ctx, `
UPDATE webhooks
SET version = version + 1, secret = $2, old_secret = $3, old_until = $4
WHERE id = $1`, id, blob, old, millis(until))
		if err := one(n, err); err != nil {
			return err
		}
		s.webhooksChanged(t)
		entry := webhookChange(id, "rotated")
		if entry.after, err = compactJSON(webhookLog{Secret: "changed"}); err != nil {
			return err
		}
		return s.logChange(ctx, t, entry)
	})
	if err != nil {
		return "", fmt.Errorf("rotate secret of webhook %d: %w", id, err)
	}
	return secret, nil
}

// secretBefore seals the present secret as the old one and says until when it signs. One
// that does not open any more is given up.
func (s *Store) secretBefore(ctx context.Context, t *tx, seal *sealer, id int64) ([]byte, time.Time, error) {
	var blob []byte
	if err := t.row(ctx, `SELECT secret FROM webhooks WHERE id = $1`, id).Scan(&blob); err != nil {
		return nil, time.Time{}, known(err)
	}
	present, err := seal.open(blob, place("webhooks", "secret", strconv.FormatInt(id, 10)))
	if err != nil || len(present) == 0 {
		return []byte{}, time.Time{}, nil //nolint:nilerr // it signs nothing more, and the new one takes its place
	}
	old, err := sealWebhookSecret(seal, id, "old_secret", string(present))
	return old, s.now().Add(oldSecretTime), err
}

// WebhookSecrets returns the secrets that a webhook's messages are signed with now, the
// newest first; ErrSealed without the key, gst.ErrNotFound when there is no such webhook.
func (s *Store) WebhookSecrets(ctx context.Context, id int64) ([]string, error) {
	var blob, old []byte
	var until int64
	err := s.reader.row(ctx, `
SELECT secret, old_secret, old_until
FROM webhooks
WHERE id = $1 AND deleted = 0`, id).Scan(&blob, &old, &until)
	if err != nil {
		return nil, fmt.Errorf("read secret of webhook %d: %w", id, known(err))
	}
	secret, err := s.vault.open(blob, place("webhooks", "secret", strconv.FormatInt(id, 10)))
	if err != nil {
		return nil, fmt.Errorf("open secret of webhook %d: %w", id, err)
	}
	secrets := []string{string(secret)}
	if moment(until).After(s.now()) {
		if before, err := s.vault.open(old, place("webhooks", "old_secret", strconv.FormatInt(id, 10))); err == nil && len(before) > 0 {
			secrets = append(secrets, string(before))
		}
	}
	return secrets, nil
}
