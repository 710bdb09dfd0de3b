package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sharedSamples are published requests of others, outside the project.
func sharedSamples(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "samples", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the folder ../shared/samples is absent: published samples are not tried")
	}
	return files
}

// ownSamples is how many samples the program has of its own.
const ownSamples = 11

func TestOwnSamplesAreOneOfEverySupplyTypeAndDocumentTypeWithAnIRN(t *testing.T) {
	files, err := demoFiles(nil)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range files {
		if f.err != nil {
			t.Errorf("%s: %v", f.name, f.err)
			continue
		}
		found[string(f.inv.Supply)], found[string(f.inv.Type)] = true, true
		found["in foreign currency"] = found["in foreign currency"] || f.inv.Totals.TotalForeign != 0
	}
	for _, want := range []string{"B2B", "SEZWP", "SEZWOP", "EXPWP", "EXPWOP", "DEXP", "INV", "CRN", "DBN", "in foreign currency"} {
		if !found[want] {
			t.Errorf("no sample is %s", want)
		}
	}
	if len(files) != ownSamples {
		t.Errorf("%d samples, want %d", len(files), ownSamples)
	}
}

func TestDemoRegistersItsOwnSamples(t *testing.T) {
	out := filepath.Join(t.TempDir(), "demo")
	text := mustRun(t, "", "demo", "--out", out)
	irn := regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	if n := len(irn.FindAllString(text, -1)); n != ownSamples {
		t.Errorf("%d IRNs in the table, want %d:\n%s", n, ownSamples, text)
	}
	for _, kind := range []string{"pdf", "json"} {
		if files, _ := filepath.Glob(filepath.Join(out, "27AAPFU0939F1ZV_2026-27_*."+kind)); len(files) != ownSamples {
			t.Errorf("%d %s files, want %d: %v", len(files), kind, ownSamples, files)
		}
	}
	for _, name := range []string{"INV_INV-26-27-0418", "CRN_CRN-26-27-0021", "DBN_DBN-26-27-0003"} {
		text := mustRun(t, "", "verify", "--cert", certificateOf(t, out), filepath.Join(out, "27AAPFU0939F1ZV_2026-27_"+name+".json"))
		if strings.Count(text, "Signature holds") != 2 {
			t.Errorf("verify says:\n%s", text)
		}
	}
}

// certificateOf is the practice portal's certificate that the demo wrote.
func certificateOf(t *testing.T, out string) string {
	t.Helper()
	name := filepath.Join(out, certificateFile)
	if _, err := os.Stat(name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestDemoPublishedRequests takes every published request through the demo. Those
// whose number, HSN, State or figures the portal refuses are listed with a code;
// the others are registered.
func TestDemoPublishedRequests(t *testing.T) {
	files := sharedSamples(t, "einvoice/requests/*.json")
	text, _ := runIn(t, "", append([]string{"demo", "--out", t.TempDir()}, files...)...)
	t.Log("\n" + text)
	for _, want := range []string{"DOC/007", "DAOC/007", "DOC/P17", "SINV-21-B2B-0021", "SINV-CFY-00067", "9sQ5E2"} {
		line := lineWith(text, " "+want+" ")
		if !regexp.MustCompile(`\b[0-9a-f]{64}\b`).MatchString(line) {
			t.Errorf("%s is not registered: %s", want, line)
		}
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
		if !regexp.MustCompile(`\b[0-9a-f]{64}\b|\b[2-5]\d{3} `).MatchString(line) {
			t.Errorf("neither an IRN nor a code: %s", line)
		}
	}
}

func lineWith(text, part string) string {
	for _, line := range strings.Split(text, "\n") {
		if strings.Contains(line, part) {
			return line
		}
	}
	return ""
}

func TestDemoListsBrokenFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cut, err := samples.ReadFile("samples/1-b2b-intra.json")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, text, want string }{
		{"not JSON at all", "hello", "5002 line 1"},
		{"cut off", string(cut[:len(cut)/2]), "5002 line"},
		{"empty object", "{}", "5002"},
		{"an array", "[1,2]", "5002"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := runIn(t, "", "demo", "--out", t.TempDir(), write("file.json", tt.text))
			if err == nil || !strings.Contains(text, tt.want) {
				t.Errorf("error %v, table:\n%s", err, text)
			}
		})
	}
}
