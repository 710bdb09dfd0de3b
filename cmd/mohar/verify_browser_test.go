package main

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"rsc.io/qr"
)

// codePicture writes a QR code of a text as a PNG.
func codePicture(t *testing.T, dir, name, text string) string {
	t.Helper()
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	side := (code.Size + 8) * 3
	m := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if !code.Black(x/3-4, y/3-4) {
				m.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	path := filepath.Join(dir, name)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(file, m); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// practiceCode registers an invoice at the practice portal and returns its signed QR text.
func practiceCode(t *testing.T, dir string) string {
	t.Helper()
	out := filepath.Join(dir, "demo")
	mustRun(t, "", "demo", "--out", out)
	files, err := filepath.Glob(filepath.Join(out, "*_INV_*0418.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range signedTokens(data) {
		if token.name == "Signed QR" {
			return token.text
		}
	}
	t.Fatal("no signed QR")
	return ""
}

func TestPicturesAreCheckedOnThePageAndByCommand(t *testing.T) {
	p := openBrowser(t)
	dir := t.TempDir()
	text := practiceCode(t, dir)
	changed := text[:len(text)-40] + "AAAA" + text[len(text)-36:]
	genuine, altered := codePicture(t, dir, "practice.png", text), codePicture(t, dir, "changed.png", changed)
	certificate := filepath.Join(dir, "demo", certificateFile)

	pdfs, err := filepath.Glob(filepath.Join(dir, "demo", "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	all := append([]string{"verify", "--cert", certificate, "--json", genuine}, pdfs...)
	said := mustRun(t, "", all...)
	if lines := strings.Count(said, "\n"); lines != 1+ownSamples {
		t.Errorf("%d lines:\n%s", lines, said)
	}
	if said, err := runIn(t, "", "verify", "--cert", certificate, genuine, altered); err == nil ||
		!strings.Contains(said, "Signature holds under the practice key") || !strings.Contains(said, "THE SIGNATURE DOES NOT HOLD") {
		t.Errorf("%v:\n%s", err, said)
	}

	data := install(t)
	mohar := start(t, "serve", "--data", data, "--listen", freePort(t))
	p.do("sign in", chromedp.Navigate(mohar.URL+"/login?next=%2Fsettings%2Fcertificates"))
	p.types("email", testEmail, "password", testPassword)
	p.presses("Sign in")
	p.sees("Certificates")
	p.picture("certificates")
	p.do("choose certificate", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{certificate}))
	p.presses("Read it")
	p.sees("Keep this certificate?")
	p.picture("certificate")
	p.presses("Keep it")
	p.sees("The certificate is kept.")

	for _, test := range []struct{ name, file, want string }{
		{"practice", genuine, "Signed for practice only"},
		{"not-genuine", altered, "NOT genuine"},
	} {
		p.do("page", chromedp.Navigate(mohar.URL+"/verify"))
		p.sees("An e-invoice of anybody")
		p.do("choose", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{test.file}))
		p.presses("Check")
		p.sees(test.want)
		p.sees("INV/26-27/0418")
		p.picture("verify-" + test.name)
	}
	_ = chromedp.Cancel(p.ctx)
	mohar.stop()
}
