package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/pdf"
	"mohar/sandbox"
)

//go:embed samples/*.json
var samples embed.FS

// demoFile is one INV-01 file on its way through the demo.
type demoFile struct {
	name string // as shown in the table
	data []byte
	inv  *gst.Invoice // as far as it could be read; nil when it is not INV-01
	err  error        // why it went no further

	provider gst.Provider
	took     time.Duration
	written  []string
}

// demo registers INV-01 files through the practice portal and a GSP, in a
// throw-away data folder, and writes what came back.
func demo(ctx context.Context, args []string, std streams) error {
	f := newFlags("demo", std)
	out := f.text("out", "./demo", "folder for the PDFs and signed JSON")
	if err := f.read(args, -1); err != nil {
		return helped(err)
	}
	files, err := demoFiles(f.Args())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return fmt.Errorf("output folder: %w", err)
	}
	dir, err := os.MkdirTemp("", "mohar-demo-")
	if err != nil {
		return fmt.Errorf("data folder of the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // throw-away by design
	if err := runDemo(ctx, dir, *out, files, newLog(std.err)); err != nil {
		return err
	}
	if err := writeTable(std.out, files); err != nil {
		return err
	}
	return unregistered(files)
}

// unregistered is the demo's outcome: an error when any file has no IRN.
func unregistered(files []*demoFile) error {
	missing := 0
	for _, f := range files {
		if f.err != nil {
			missing++
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d documents were not registered", missing, len(files))
	}
	return nil
}

// demoFiles reads the named files, or the program's own samples.
func demoFiles(names []string) ([]*demoFile, error) {
	var files []*demoFile
	if len(names) == 0 {
		own, err := fs.Glob(samples, "samples/*.json")
		if err != nil {
			return nil, err
		}
		for _, name := range own {
			data, err := samples.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, &demoFile{name: filepath.Base(name), data: data})
		}
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		files = append(files, &demoFile{name: filepath.Base(name), data: data, err: err})
	}
	for _, f := range files {
		if f.err == nil {
			f.inv, _, f.err = desk.Open(f.data)
		}
	}
	// In date order, so that the clock only goes forward.
	sort.SliceStable(files, func(i, j int) bool { return files[i].date() < files[j].date() })
	return files, nil
}

func (f *demoFile) date() gst.Date {
	if f.inv == nil {
		return 0
	}
	return f.inv.Date
}

// runDemo takes each file through the whole program, at noon of its own date.
func runDemo(ctx context.Context, dir, out string, files []*demoFile, log *slog.Logger) error {
	var c clock
	p, err := startPortal(ctx, sandbox.Options{Now: c.Now, Log: log}, log)
	if err != nil {
		return err
	}
	defer func() { stopPortal(p, log) }()
	h, err := buildHouse(ctx, dir, p.URL, callLimits{}, c.Now, log)
	if err != nil {
		return err
	}
	defer func() { _ = h.store.Close() }() // its folder is thrown away
	ctx = db.WithActor(ctx, db.Actor{Kind: "command", Name: "demo"})
	results := &results{folder: out, printer: pdf.New(), names: map[string]int{}}
	for _, f := range files {
		if f.inv == nil {
			continue // not INV-01 at all
		}
		if f.inv.Date != 0 { // else it is refused for that, on any day
			c.Set(f.inv.Date.Time().Add(12 * time.Hour))
		}
		started := time.Now()
		f.err = h.registerFile(ctx, f)
		f.took = time.Since(started)
		if f.err == nil {
			f.err = results.write(ctx, h.store, f)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return h.writeCertificate(ctx, out)
}

// certificateFile is the practice portal's certificate beside the demo's results, for
// mohar verify --cert.
const certificateFile = "practice-portal.pem"

// writeCertificate writes the certificate that the results are signed under, because
// the portal of the demo is gone with it.
func (h *house) writeCertificate(ctx context.Context, out string) error {
	certificates, err := h.store.Certificates(ctx)
	if err != nil || len(certificates) == 0 {
		return err
	}
	return os.WriteFile(filepath.Join(out, certificateFile), certificates[0].PEM, 0o644)
}

// registerFile adds the file's seller as a company when it is new, issues the
// document and waits for the portal's answer.
func (h *house) registerFile(ctx context.Context, f *demoFile) error {
	c, err := h.demoCompany(ctx, f.inv)
	if err != nil {
		return err
	}
	read := f.inv
	f.inv, err = h.desk.IssueBrought(ctx, c, f.data)
	if f.inv == nil {
		f.inv = read
	}
	if err != nil {
		return err
	}
	for {
		done, err := h.registrar.RegisterOne(ctx)
		if err != nil {
			return err
		}
		if !done {
			break
		}
	}
	f.inv, _, err = h.store.Invoice(ctx, c.GSTIN, f.inv.ID)
	if err != nil {
		return err
	}
	st := f.inv.IRN
	switch {
	case st.State == gst.IRNRegistered:
		f.provider = st.Registration.Provider
		return nil
	case st.Refusal != nil:
		f.provider = st.Refusal.Provider
		return st.Refusal
	case st.State == gst.IRNNotRequired:
		return errors.New(lang.English.Text("noirn." + string(st.Reason)))
	}
	return fmt.Errorf("no answer from the portal (%s)", lang.English.Text("irn."+string(st.State)))
}

// demoCompany is the seller of inv as a practice company, added when it is new.
func (h *house) demoCompany(ctx context.Context, inv *gst.Invoice) (gst.Company, error) {
	c, err := h.store.Company(ctx, inv.Company)
	if !errors.Is(err, gst.ErrNotFound) {
		return c, err
	}
	s := inv.Seller
	g, err := gst.ParseGSTIN(s.GSTIN)
	if err != nil {
		return c, gst.Invalid{Faults: gst.Faults{{Rule: "gstin.pattern", Code: "5002", Field: "seller.gstin", Args: []string{s.GSTIN}}}}
	}
	c = gst.Company{
		GSTIN: g, LegalName: s.LegalName, TradeName: s.TradeName, Address1: s.Address1, Address2: s.Address2,
		Place: s.Place, PIN: s.PIN, State: g.State(), Phone: s.Phone, Email: s.Email,
		Taxpayer: gst.Regular, Mode: gst.Practice, RoundOff: true,
	}
	if err := addCompany(ctx, h.store, c, true); err != nil {
		return c, err
	}
	return h.store.Company(ctx, g)
}

// results is where the demo's PDFs and signed JSON go.
type results struct {
	folder  string
	printer *pdf.Printer
	names   map[string]int // of the documents written, with how often
}

// write writes the PDF and the signed JSON of a registered document.
func (r *results) write(ctx context.Context, store *db.Store, f *demoFile) error {
	c, err := store.Company(ctx, f.inv.Company)
	if err != nil {
		return err
	}
	base := filepath.Join(r.folder, r.fileName(f.inv))
	w, err := os.Create(base + ".pdf")
	if err != nil {
		return err
	}
	err = r.printer.WriteInvoice(w, f.inv, c, pdf.Options{Practice: f.inv.Mode == gst.Practice})
	if e := w.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("print %s: %w", f.inv.Number, err)
	}
	text, err := desk.SignedJSON(f.inv)
	if err != nil {
		return err
	}
	if err := os.WriteFile(base+".json", text, 0o644); err != nil {
		return err
	}
	f.written = []string{base + ".pdf", base + ".json"}
	return nil
}

// fileName is GSTIN_FY_type_number. A / is not for file names and becomes -; where two
// documents of one run come to the same name so, the later one gets a figure behind it.
func (r *results) fileName(inv *gst.Invoice) string {
	number := strings.ReplaceAll(gst.NormalNumber(inv.Number), "/", "-")
	name := fmt.Sprintf("%s_%s_%s_%s", inv.Company, inv.Date.FinancialYear(), inv.Type, number)
	r.names[name]++
	if n := r.names[name]; n > 1 {
		return fmt.Sprintf("%s_%d", name, n)
	}
	return name
}
