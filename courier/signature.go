package courier

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sign puts the three headers of a message into h: its key, the moment of this try, and a
// signature with each of the secrets ("whsec_…").
//
// Source: Standard Webhooks 1.0, "Webhook headers" and "Signature scheme".
func sign(h http.Header, secrets []string, key string, at time.Time, body []byte) error {
	moment := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, 0, len(secrets))
	for _, secret := range secrets {
		plain, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return errors.New("the stored secret is not base64") // without the text, which is a secret
		}
		mac := hmac.New(sha256.New, plain)
		mac.Write([]byte(key + "." + moment + "."))
		mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	h.Set("Webhook-Id", key)
	h.Set("Webhook-Timestamp", moment)
	h.Set("Webhook-Signature", strings.Join(signatures, " "))
	return nil
}
