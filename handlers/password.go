package handlers

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// The length of a password in characters. The upper end keeps hashing cheap.
const (
	minPassword = 10
	maxPassword = 128
)

// commonPasswords are those of at least minPassword characters that are guessed
// first. They are compared without regard to case.
var commonPasswords = map[string]bool{
	"1234567890": true, "0123456789": true, "0987654321": true, "12345678910": true, "1111111111": true,
	"0000000000": true, "9999999999": true, "1234512345": true, "1122334455": true, "9876543210": true,
	"qwertyuiop": true, "qwerty1234": true, "qwerty12345": true, "1q2w3e4r5t": true, "asdfghjkl1": true,
	"abcdefghij": true, "abcd123456": true, "abc1234567": true, "password12": true, "password123": true,
	"password1234": true, "password@123": true, "passw0rd123": true, "administrator": true, "admin12345": true,
	"admin@1234": true, "admin@12345": true, "welcome123": true, "welcome@123": true, "iloveyou123": true,
	"letmein123": true, "india12345": true, "india@1234": true, "india@12345": true, "bharat1234": true,
	"krishna123": true, "ganesh1234": true, "changeme123": true, "mohar12345": true, "mohar@1234": true,
}

// checkPassword says in one sentence what keeps a password from being used for
// the account of that e-mail address; "" when nothing does.
func checkPassword(password, email string) string {
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	switch {
	case password == "":
		return "Choose a password."
	case n < minPassword:
		return fmt.Sprintf("Use at least %d characters; this has %d.", minPassword, n)
	case n > maxPassword || !utf8.ValidString(password):
		return fmt.Sprintf("Use at most %d characters.", maxPassword)
	case lower == strings.ToLower(email):
		return "The password must not be the e-mail address."
	case commonPasswords[lower] || strings.Count(lower, lower[:1]) == len(lower):
		return "This password is among the first that are guessed. Choose another."
	}
	return ""
}

// hasher makes and compares password hashes, two at a time: each takes 19 MiB, and
// a flood of sign-ins must not take the memory of the whole machine.
type hasher struct{ slots chan struct{} }

// hashing is the setting of argon2id that OWASP names first.
// Source: OWASP Password Storage Cheat Sheet, Argon2id (m=19 MiB, t=2, p=1).
var hashing = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobodysHash belongs to no password. Comparing with it takes as long as comparing
// with a real one, so that the time of an answer does not tell which accounts exist.
const nobodysHash = "$argon2id$v=19$m=19456,t=2,p=1$bW9oYXItbm9ib2R5LXM$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

func newHasher() *hasher { return &hasher{slots: make(chan struct{}, 2)} }

// hash returns the password's hash as a PHC string.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	hash, err := argon2id.CreateHash(password, hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches reports whether the password belongs to the hash. An empty hash matches
// nothing, and takes as long to say so.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	known := hash != ""
	if !known {
		hash = nobodysHash
	}
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, nil
}

func (h *hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a hashing slot: %w", ctx.Err())
	}
}

func (h *hasher) leave() { <-h.slots }
