package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
)

// writeTable prints what became of each file.
func writeTable(w io.Writer, files []*demoFile) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if _, err := fmt.Fprintln(t, "DOCUMENT\tIRN, OR CODE AND REASON\tGSP\tMS\tFILES"); err != nil {
		return err
	}
	for _, f := range files {
		names := make([]string, 0, 2)
		if f.err != nil {
			names = append(names, "(from "+f.name+")")
		}
		for _, path := range f.written {
			names = append(names, filepath.Base(path))
		}
		said := f.outcome()
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%s\n", f.title(), said[0], provider(f), f.took.Milliseconds(), strings.Join(names, " ")); err != nil {
			return err
		}
		for _, more := range said[1:] { // further reasons, each on a line of its own
			if _, err := fmt.Fprintf(t, "\t%s\t\t\t\n", more); err != nil {
				return err
			}
		}
	}
	return t.Flush()
}

func provider(f *demoFile) string {
	if f.provider == "" {
		return "–"
	}
	return string(f.provider)
}

// title names the document, or the file when the document could not be read.
func (f *demoFile) title() string {
	if f.inv == nil || f.inv.Number == "" {
		return f.name
	}
	return fmt.Sprintf("%s %s %s", f.inv.Type, f.inv.Number, f.inv.Date)
}

// outcome is the IRN, or each code with its plain reason.
func (f *demoFile) outcome() []string {
	var bad gst.Invalid
	var refused *gst.Refusal
	var file *desk.FileError
	switch {
	case f.err == nil:
		return []string{f.inv.IRN.Registration.IRN}
	case errors.As(f.err, &bad):
		return faultLines(bad.Faults)
	case errors.As(f.err, &refused):
		return refusalLines(refused)
	case errors.As(f.err, &file):
		return []string{"5002 " + file.Error()}
	case errors.Is(f.err, gst.ErrConflict):
		return []string{"2150 This number is used already by another document of the same financial year and type; take a new one."}
	}
	return []string{f.err.Error()}
}

// faultLines are all faults: code, field in INV-01's spelling, words.
func faultLines(faults gst.Faults) []string {
	var lines []string
	for _, f := range faults {
		if f.Warning {
			continue
		}
		code := f.Code
		if code == "" {
			code = "–"
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s: %s", code, desk.Member(f.Field), lang.English.Text("fault."+f.Rule, f.Args...))))
	}
	return lines
}

// refusalLines are the portal's codes with our plain answer, or its own words.
func refusalLines(r *gst.Refusal) []string {
	var lines []string
	for _, c := range r.Codes {
		words := lang.English.Text("portal." + c.Code)
		if words == "" {
			words = c.Message
		}
		lines = append(lines, c.Code+" "+words)
	}
	return lines
}
