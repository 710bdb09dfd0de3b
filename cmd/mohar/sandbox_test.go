package main

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"mohar/sandbox"
)

// Who is helped has everything to point another program here.
func TestHelpOfTheSandboxNamesAddressesAndUsers(t *testing.T) {
	var out, log bytes.Buffer
	if err := run(t.Context(), []string{"sandbox", "--help"}, streams{in: strings.NewReader(""), out: &out, err: &log}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"-token-life", "/alankit/eInvoiceGateway", sandbox.User, sandbox.Password, sandbox.AlankitKey,
		sandbox.TaxProID, sandbox.NICSecret, "/_sandbox/faults", "/_sandbox/ledger",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %s", want)
		}
	}
	if strings.Contains(out.String(), "%!") {
		t.Errorf("%s", out.String())
	}
}

func TestTheSandboxRefusesALifeThatIsNone(t *testing.T) {
	var wrong usageError
	for _, life := range []string{"an hour", "0s", "-1m"} {
		err := run(t.Context(), []string{"sandbox", "--token-life", life}, streams{in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{}})
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", life, err)
		}
	}
}

// The README and the program name the same users.
func TestTheREADMENamesTheReadyUsers(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		sandbox.User, sandbox.Password, sandbox.AlankitKey, sandbox.TaxProID, sandbox.TaxProPassword, sandbox.NICClient, sandbox.NICSecret,
	} {
		if !strings.Contains(string(b), want) {
			t.Errorf("it does not name %s", want)
		}
	}
}
