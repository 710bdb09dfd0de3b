package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// lockData keeps a second serve off the same data folder. The lock is the open
// file's, so a killed program leaves none behind.
func lockData(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "mohar.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := tryLock(f); err != nil {
		_ = f.Close() // the lock's refusal is the error to tell
		return nil, fmt.Errorf("another mohar serve uses the data folder %s; stop it first or give another --data", dir)
	}
	return func() { _ = f.Close() }, nil // closing releases; nothing was written
}
