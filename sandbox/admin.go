package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// adminRoot is where the admin page is; the admin API is below it.
const adminRoot = "/_sandbox/"

// maxAdminBody bounds what the admin API reads: a document and what goes with it.
const maxAdminBody = maxPayload + 64<<10

// mountAdmin puts the admin API and its page on the mux. A page of another site, opened in
// the browser of whoever runs the sandbox, may not drive it; programs may.
func (s *Sandbox) mountAdmin(mux *http.ServeMux) {
	guard := http.NewCrossOriginProtection()
	for pattern, serve := range map[string]http.HandlerFunc{
		"GET /_sandbox/ledger":         s.showLedger,
		"GET /_sandbox/keys":           s.showKeys,
		"GET /_sandbox/keys/{file}":    s.downloadKey,
		"GET /_sandbox/faults":         s.showFaults,
		"POST /_sandbox/faults":        s.plantFault,
		"DELETE /_sandbox/faults":      s.removeFaults,
		"POST /_sandbox/faults/remove": s.removeFaults,
		"GET /_sandbox/clock":          s.showClock,
		"POST /_sandbox/clock":         s.turnClock,
		"GET /_sandbox/house":          s.showHouses,
		"POST /_sandbox/house":         s.setHouse,
		"GET /_sandbox/gstin":          s.showGSTINs,
		"POST /_sandbox/gstin":         s.setGSTIN,
		"POST /_sandbox/register":      s.registerHere,
		"POST /_sandbox/cancel":        s.cancelHere,
		"POST /_sandbox/reject":        s.rejectHere,
		"POST /_sandbox/reset":         s.reset,
		"GET /_sandbox/eways":          s.showEWays,
		"GET /_sandbox/eways/{no}":     s.showEWay,
		"POST /_sandbox/eways":         s.actHere,
		"POST /_sandbox/eways/make":    s.makeHere,
		"POST /_sandbox/eways/part_b":  s.moveHere,
		"POST /_sandbox/eways/cancel":  s.cancelEWBHere,
		"POST /_sandbox/eways/reject":  s.rejectEWBHere,
		"POST /_sandbox/eways/verify":  s.verifyHere,
		"GET /_sandbox/switches":       s.showSwitches,
		"POST /_sandbox/switches":      s.setSwitches,
		"GET /_sandbox/{$}":            s.showPage,
		"GET /_sandbox/style.css":      s.showStyle,
	} {
		mux.Handle(pattern, guard.Handler(told(serve)))
	}
}

// showKeys tells the public keys: what sign-ins are encrypted for, and what documents
// are signed with.
func (s *Sandbox) showKeys(w http.ResponseWriter, r *http.Request) {
	type encryption struct {
		EInvoice string `json:"einvoice"`
		EWayBill string `json:"ewaybill"`
	}
	type signing struct {
		Kid         string `json:"kid"`
		X5t         string `json:"x5t"`
		Certificate string `json:"certificate"`
	}
	einvoice, err1 := publicPEM(s.keys.einvoice)
	ewaybill, err2 := publicPEM(s.keys.ewaybill)
	if err := errors.Join(err1, err2); err != nil {
		s.adminError(w, r, err)
		return
	}
	cert := s.keys.certificate
	writeJSON(w, http.StatusOK, struct {
		Encryption encryption `json:"encryption"`
		Signing    []signing  `json:"signing"`
	}{
		encryption{einvoice, ewaybill},
		[]signing{{nic.KeyID(cert), nic.X5T(cert), s.keys.certificatePEM()}},
	})
}

// kindShown is a kind of fault as the admin API lists it.
type kindShown struct {
	Name string      `json:"name"`
	Acts bool        `json:"acts"` // the portal has done what it was asked for
	What string      `json:"what"`
	Ops  []operation `json:"ops"` // that it can happen to
}

func kindsShown() []kindShown {
	list := make([]kindShown, len(faultKinds))
	for i, k := range faultKinds {
		list[i] = kindShown{k.name, k.acts, k.what, k.ops}
		if k.ops == nil {
			list[i].Ops = operations
		}
	}
	return list
}

// showFaults handles GET /_sandbox/faults.
func (s *Sandbox) showFaults(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Faults []fault     `json:"faults"`
		Kinds  []kindShown `json:"kinds"`
	}{s.faults.all(), kindsShown()})
}

// plantFault handles POST /_sandbox/faults.
func (s *Sandbox) plantFault(w http.ResponseWriter, r *http.Request) {
	var f fault
	if !s.readAdmin(w, r, &f) {
		return
	}
	f, err := f.planted()
	if err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest, err.Error())
		return
	}
	s.faults.plant(f)
	s.done(w, r, s.showFaults)
}

// removeFaults handles DELETE /_sandbox/faults, and its form: all of them, or with
// ?label= those that were planted under it.
func (s *Sandbox) removeFaults(w http.ResponseWriter, r *http.Request) {
	if label := r.URL.Query().Get("label"); label != "" {
		s.faults.remove(label)
	} else {
		s.faults.clear()
	}
	s.done(w, r, s.showFaults)
}

func (s *Sandbox) showClock(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]string{"now": s.clock.now().In(gst.IST).Format(time.RFC3339)})
}

// turnClock sets the clock to a moment or moves it by a duration.
func (s *Sandbox) turnClock(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Now     string `json:"now"`
		Advance string `json:"advance"`
	}
	if !s.readAdmin(w, r, &ask) {
		return
	}
	switch {
	case ask.Now != "" && ask.Advance == "":
		t, err := time.Parse(time.RFC3339, ask.Now)
		if err != nil {
			s.adminRefusal(w, r, http.StatusBadRequest, "now is not an RFC 3339 time")
			return
		}
		s.clock.set(t)
	case ask.Advance != "" && ask.Now == "":
		d, err := time.ParseDuration(ask.Advance)
		if err != nil {
			s.adminRefusal(w, r, http.StatusBadRequest, "advance is not a duration such as 24h")
			return
		}
		s.clock.advance(d)
	default:
		s.adminRefusal(w, r, http.StatusBadRequest, "give either now or advance")
		return
	}
	s.done(w, r, s.showClock)
}

// told tells JSON from forms by the body: tools such as curl call everything a form.
func told(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isForm(r) {
			body := bufio.NewReader(http.MaxBytesReader(w, r.Body, maxAdminBody))
			if first, err := body.Peek(1); err == nil && strings.Contains("{[ \t\r\n", string(first)) {
				r.Header.Set("Content-Type", "application/json")
			}
			r.Body = io.NopCloser(body)
		}
		next(w, r)
	})
}

// readAdmin reads a JSON body, or a form of the page; it answers and reports false when it
// is none, or has members that are not known: a mistyped one must not be lost.
func (s *Sandbox) readAdmin(w http.ResponseWriter, r *http.Request, into any) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxAdminBody)
	var err error
	if isForm(r) {
		err = readForm(r, into)
	} else {
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err = d.Decode(into); err == nil && d.More() {
			err = errors.New("there is more behind it")
		}
	}
	if err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest,
			"body is not the JSON expected: "+err.Error()+"; its members are "+strings.Join(memberNames(into), ", "))
		return false
	}
	return true
}

// memberNames are the members that a body may have.
func memberNames(into any) []string {
	var names []string
	t := reflect.TypeOf(into).Elem()
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("json"); name != "" {
			names = append(names, name)
		}
	}
	return names
}

func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded" && r.Method == http.MethodPost
}

// readForm reads a form of the page as if it were the JSON: fields that were left empty
// are not set.
func readForm(r *http.Request, into any) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	members := map[string]any{}
	t := reflect.TypeOf(into).Elem()
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Tag.Get("json")
		text := strings.TrimSpace(r.PostForm.Get(name))
		if name == "" || text == "" {
			continue
		}
		switch kind := f.Type; {
		case kind.Kind() == reflect.String:
			members[name] = text
		case json.Valid([]byte(text)): // numbers, true and false, a document
			members[name] = json.RawMessage(text)
		default:
			return fmt.Errorf("%s is %q", name, text)
		}
	}
	b, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

// done answers what was done: programs with JSON, the page with itself.
func (s *Sandbox) done(w http.ResponseWriter, r *http.Request, show http.HandlerFunc) {
	if isForm(r) {
		http.Redirect(w, r, adminRoot, http.StatusSeeOther)
		return
	}
	show(w, r)
}

// adminRefusal says what is wrong with what was asked for.
func (s *Sandbox) adminRefusal(w http.ResponseWriter, r *http.Request, status int, message string) {
	if isForm(r) {
		s.page(w, r, status, message)
		return
	}
	writeJSON(w, status, map[string]string{"error": message})
}

func (s *Sandbox) adminError(w http.ResponseWriter, r *http.Request, err error) {
	s.log.ErrorContext(r.Context(), "sandbox admin failed", "path", r.URL.Path, "error", err)
	writeJSON(w, http.StatusInternalServerError, map[string]string{"error": "the sandbox could not answer"})
}
