package sandbox

import (
	"bytes"
	_ "embed" // the page and its style sheet
	"encoding/pem"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

//go:embed page.html
var pageText string

//go:embed style.css
var styleText []byte

// adminPage is the admin page. Parsing it here finds a mistake at the first start.
var adminPage = template.Must(template.New("page").Funcs(template.FuncMap{
	"holds": func(b *bool) bool { return b != nil && *b }, // a template takes any pointer for true
}).Parse(pageText))

// pageRows is how many documents and calls the page shows.
const pageRows = 100

// pageModel is what the page shows.
type pageModel struct {
	Error     string
	Root      string // http://127.0.0.1:8090
	Now       string
	Query     string
	Strict    bool
	InMemory  bool
	Faults    []fault
	Kinds     []kindShown
	Faces     []string
	Ops       []operation
	Houses    []faceHouse
	Taxpayers []setTaxpayer
	Documents []LedgerEntry
	EWays     []LedgerEWay
	Closing   bool // the announced rules of e-way bills hold
	Calls     []LedgerCall
	KeyID     string

	User, Password, AlankitKey, TaxProID, TaxProPassword, NICClient, NICSecret string
}

type faceHouse struct {
	Face  string
	House house
}

// showPage handles GET /_sandbox/.
func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) { s.page(w, r, http.StatusOK, "") }

// page shows the admin page, with what went wrong on top.
func (s *Sandbox) page(w http.ResponseWriter, r *http.Request, status int, wrong string) {
	m, err := s.model(r)
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	m.Error = wrong
	var out bytes.Buffer
	if err := adminPage.Execute(&out, m); err != nil {
		s.adminError(w, r, err)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	w.Header().Set("Cache-Control", "no-store")
	s.send(w, reply(status, htmlType, out.Bytes()))
}

func (s *Sandbox) model(r *http.Request) (pageModel, error) {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	m := pageModel{
		Root: scheme + "://" + r.Host, Now: s.clock.now().In(gst.IST).Format(time.RFC3339),
		Query: strings.TrimSpace(r.URL.Query().Get("q")), Strict: s.opts.Strict, InMemory: s.opts.Path == "",
		Faults: s.faults.all(), Kinds: kindsShown(), Faces: faceNames, Ops: operations, Taxpayers: s.taxpayers.list(),
		Calls: s.lines.all(), KeyID: nic.KeyID(s.keys.certificate),
		User: User, Password: Password, AlankitKey: AlankitKey,
		TaxProID: TaxProID, TaxProPassword: TaxProPassword, NICClient: NICClient, NICSecret: NICSecret,
	}
	for _, name := range faceNames {
		m.Houses = append(m.Houses, faceHouse{name, s.homes.home(name)})
	}
	var err error
	if m.Documents, err = s.state.ledger(r.Context(), m.Query, pageRows); err != nil {
		return m, err
	}
	slices.Reverse(m.Documents)
	if m.EWays, err = s.state.ewayLedger(r.Context(), s.clock.now(), m.Query, pageRows); err != nil {
		return m, err
	}
	slices.Reverse(m.EWays)
	if m.Closing, err = s.state.closing(r.Context()); err != nil {
		return m, err
	}
	m.Calls = m.Calls[max(0, len(m.Calls)-pageRows):]
	slices.Reverse(m.Calls)
	return m, nil
}

// showStyle handles GET /_sandbox/style.css.
func (s *Sandbox) showStyle(w http.ResponseWriter, _ *http.Request) {
	s.send(w, reply(http.StatusOK, "text/css; charset=utf-8", styleText))
}

// downloadKey handles GET /_sandbox/keys/{file}: one key as a PEM file.
func (s *Sandbox) downloadKey(w http.ResponseWriter, r *http.Request) {
	var text string
	var err error
	switch r.PathValue("file") {
	case "einvoice.pem":
		text, err = publicPEM(s.keys.einvoice)
	case "ewaybill.pem":
		text, err = publicPEM(s.keys.ewaybill)
	case "signing.pem":
		text = s.keys.certificatePEM()
	default:
		s.adminRefusal(w, r, http.StatusNotFound, "the files are einvoice.pem, ewaybill.pem and signing.pem")
		return
	}
	if err != nil {
		s.adminError(w, r, err)
		return
	}
	s.send(w, reply(http.StatusOK, "application/x-pem-file", []byte(text)))
}

// certificatePEM returns the certificate that documents are signed with.
func (k *keys) certificatePEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.certificate.Raw}))
}
