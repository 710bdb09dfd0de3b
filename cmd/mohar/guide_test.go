package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// guideBlocks are the commands of a section of the README.
func guideBlocks(t *testing.T, from, to string) []string {
	t.Helper()
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(b), "\n"+from+"\n")
	section, _, ends := strings.Cut(section, "\n"+to+"\n")
	if !found || !ends {
		t.Fatalf("the README has no section %q", from)
	}
	var blocks []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(section, -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

// TestTheREADMEsGuideToTheAPIWorksWhenPasted pastes it into a shell beside a program that
// was started afresh, as somebody does who has just built it.
func TestTheREADMEsGuideToTheAPIWorksWhenPasted(t *testing.T) {
	for _, tool := range []string{"bash", "curl"} {
		needs(t, tool, tool)
	}
	blocks := guideBlocks(t, "### From zero to the first IRN in five minutes", "## The practice portal for other programs")
	if len(blocks) != 3 {
		t.Fatalf("%d blocks of commands, want 3", len(blocks))
	}
	dir := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	mohar := fmt.Sprintf("#!/bin/sh\n%s=1 exec '%s' \"$@\"\n", asProgram, self)
	if err := os.WriteFile(filepath.Join(dir, "mohar"), []byte(mohar), 0o700); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	blocks = slices.Insert(blocks, 2, // before the last one cancels it
		"invoice ERP/1 | curl -s -u $KEY $API/einvoice/generateirn -d @- >again.json\n"+
			"invoice ERP/2 1180 | curl -s -u $KEY $API/einvoice/generateirn -d @- >wrong.json\n"+
			"curl -s -u $KEY \"$API/v1/companies/$GSTIN/documents?number=ERP/2\" >stored.json\n")
	script := strings.ReplaceAll(strings.Join(blocks, "\n"), "http://127.0.0.1:8080", p.URL)
	shell := exec.CommandContext(t.Context(), "bash", "-eu", "-o", "pipefail", "-c", script)
	shell.Dir = dir
	var out, errs bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &errs
	if err := shell.Run(); err != nil {
		t.Fatalf("%v\n%s\n%s\n%s", err, out.String(), errs.String(), p.output)
	}
	file := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, begins := range map[string]string{
		"answer.json": `{"Success":true,"AckNo":"`, "bill.json": `{"Success":true,"EwbStatus":"ACT"`, "invoice.pdf": "%PDF-", "qr.png": "\x89PNG",
		"wrong.json": `{"Success":false,"Errors":[{"Code":"2194",`, "stored.json": `{"data":[],`,
	} {
		if got := file(name); !strings.HasPrefix(got, begins) {
			t.Errorf("%s begins %.200q, want %q", name, got, begins)
		}
	}
	irn := regexp.MustCompile(`"Irn":"[0-9a-f]{64}"`)
	if first, again := irn.FindString(file("answer.json")), irn.FindString(file("again.json")); first == "" || first != again {
		t.Errorf("sent again the invoice has the IRN %s, before %s", again, first)
	}
	if n := strings.Count(out.String(), `"CancelTime":"`); n != 2 {
		t.Errorf("%d things were cancelled, want the e-way bill and the IRN:\n%s", n, out.String())
	}
	if !strings.Contains(out.String(), `"documents":10,`) || !strings.Contains(out.String(), `"row":10,`) {
		t.Errorf("the job of ten is not there:\n%s", out.String())
	}
}
