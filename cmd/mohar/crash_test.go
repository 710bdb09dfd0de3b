package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKillBetweenSentAndStored kills the program with the request on its way, after
// the portal acted and before the answer was stored. After a new start the document
// has its IRN, and the portal holds exactly one.
func TestKillBetweenSentAndStored(t *testing.T) {
	for _, face := range []string{"alankit", "taxpro"} {
		t.Run(face, func(t *testing.T) {
			portal := start(t, "sandbox", "--listen", "127.0.0.1:0", "--state", filepath.Join(t.TempDir(), "sandbox.db"))
			dir := install(t)
			if face == "taxpro" {
				setFault(t, portal.URL, "alankit", "*", "down", 0, 0)
			}
			setFault(t, portal.URL, face, "generate", "delay", 1, 20_000)
			address := freePort(t)
			mohar := start(t, "serve", "--data", dir, "--listen", address, "--sandbox", portal.URL)
			v := signIn(t, mohar.URL)
			page := v.issue(typedInvoice(time.Now()))
			eventually(t, "the portal has the document", func() bool { return len(readLedger(t, portal.URL).Documents) == 1 })
			mohar.kill()

			mohar = start(t, "serve", "--data", dir, "--listen", address, "--sandbox", portal.URL)
			v.base = mohar.URL
			irn := readLedger(t, portal.URL).Documents[0].IRN
			eventually(t, "the page shows the IRN", func() bool {
				return strings.Contains(v.get(page).body, irn)
			})
			l := readLedger(t, portal.URL)
			if len(l.Documents) != 1 || l.Documents[0].GenerateCalls != 1 {
				t.Errorf("the portal holds %+v, want one document generated once", l.Documents)
			}
			mohar.kill()
			mustRun(t, "", "check", "--data", dir)
		})
	}
}
