package sandbox

import (
	"context"
	"net/http"
	"strings"
)

// The names of the faces, as the admin API and the sessions know them.
const (
	faceNIC     = "nic"
	faceAlankit = "alankit"
	faceTaxPro  = "taxpro"
)

// faceNames are the faces that can be named.
var faceNames = []string{faceNIC, faceAlankit, faceTaxPro}

// face is one way in: whose client it asks for, and on which paths.
type face struct {
	name     string
	root     string // before the portal's own path
	plain    bool   // has the decrypted paths too, with /dec/ after the area
	clientID string // what a sign-in is told
	// identify checks who calls, before the GSTIN is looked at; admit after it.
	identify func(*call) error
	admit    func(*call) error
}

// faces returns the three faces.
func (s *Sandbox) faces() []*face {
	return []*face{
		{name: faceNIC, root: "/nic", clientID: NICClient, identify: namesClient, admit: knowsClient},
		{name: faceAlankit, root: "/alankit/eInvoiceGateway", clientID: "alankit-practice", identify: holdsSubscription, admit: admitAll},
		{name: faceTaxPro, root: "/taxpro", plain: true, clientID: "taxpro-practice", identify: isASP, admit: admitAll},
	}
}

func admitAll(*call) error { return nil }

// namesClient wants client_id and client_secret of a caller without GSP.
func namesClient(c *call) error {
	switch {
	case c.param("client_id") == "":
		return refuse("1011")
	case c.param("client_secret") == "":
		return refuse("1012")
	}
	return nil
}

func knowsClient(c *call) error {
	if c.param("client_id") != NICClient || c.param("client_secret") != NICSecret {
		return refuse("1010")
	}
	return nil
}

// holdsSubscription wants Alankit's key. The gateway in front of Alankit answers as
// Azure API Management does, whose header this is.
func holdsSubscription(c *call) error {
	switch key := c.param("ocp_apim_subscription_key"); key {
	case AlankitKey:
		return nil
	case "":
		return &gatewayRefusal{status: http.StatusUnauthorized, body: map[string]any{
			"statusCode": http.StatusUnauthorized,
			"message":    "Access denied due to missing subscription key.",
		}}
	default:
		return &gatewayRefusal{status: http.StatusUnauthorized, body: map[string]any{
			"statusCode": http.StatusUnauthorized,
			"message":    "Access denied due to invalid subscription key.",
		}}
	}
}

// isASP wants TaxPro's account, and refuses in TaxPro's own shape.
//
// Source: TaxPro's list of GSP error codes.
func isASP(c *call) error {
	id, password, gstin := c.param("aspid"), c.param("password"), c.param("gstin")
	switch {
	case id == "" && password == "":
		return taxproRefusal("GSP016", "Error: No Value Set for AspID or ASP Password.")
	case id == "":
		return taxproRefusal("GSP001", "Missing Parameter 'aspid' in Request Header.")
	case password == "":
		return taxproRefusal("GSP016", "Error: No Value Set for AspID or ASP Password.")
	case len(id) != len(TaxProID):
		return taxproRefusal("GSP001A", "Invalid Length of 'aspid' in Request Header.")
	case id != TaxProID:
		return taxproRefusal("GSP020", "Invalid AspID no matching ASP found.")
	case password != TaxProPassword:
		return taxproRefusal("GSP020A", "Error: Invalid ASP Password.")
	case gstin == "":
		return taxproRefusal("GSP001G", "Missing Parameter 'gstin' in Request Header or Query Param.")
	case len(gstin) != 15:
		return taxproRefusal("GSP001GA", "Invalid Length of 'gstin' in Request Header or Query Param.")
	}
	return nil
}

// gatewayRefusal is a refusal by the GSP itself, in its own shape.
type gatewayRefusal struct {
	status int
	code   string // the gateway's own; "" for none
	body   any
}

// Error names the status, for the log.
func (g *gatewayRefusal) Error() string { return "gateway: " + http.StatusText(g.status) }

func taxproRefusal(code, message string) error {
	type inner struct {
		Code    string `json:"error_cd"`
		Message string `json:"message"`
	}
	return &gatewayRefusal{status: http.StatusOK, code: code, body: struct {
		Status string `json:"status_cd"`
		Error  inner  `json:"error"`
	}{"0", inner{code, message}}}
}

// operation is a group of calls, as faults are planted on them.
type operation string

// The operations.
const (
	opAuth     operation = "auth"
	opGenerate operation = "generate"
	opGet      operation = "get"
	opCancel   operation = "cancel"
	opEWB      operation = "ewb"
	opTaxpayer operation = "taxpayer"
	opPing     operation = "ping"

	// Those of the e-way bill system.
	opEWBAuth   operation = "eway_auth"
	opEWBMake   operation = "eway_make"
	opEWBChange operation = "eway_change"
	opEWBGet    operation = "eway_get"
)

var operations = []operation{opAuth, opGenerate, opGet, opCancel, opEWB, opTaxpayer, opPing,
	opEWBAuth, opEWBMake, opEWBChange, opEWBGet}

// route is one path of the portal: the area stands before the version, the tail
// after it, and for decrypted paths "dec" between area and version.
type route struct {
	op     operation
	method string
	area   string
	tail   string
	serve  func(context.Context, *call) (answer, error)
	ewb    bool // of the e-way bill system
}

func (s *Sandbox) routes() []route {
	return []route{
		{opAuth, http.MethodPost, "eivital", "auth", s.auth, false},
		{opGenerate, http.MethodPost, "eicore", "Invoice", s.generate, false},
		{opCancel, http.MethodPost, "eicore", "Invoice/Cancel", s.cancel, false},
		{opGet, http.MethodGet, "eicore", "Invoice/irn/{irn}", s.byIRN, false},
		{opGet, http.MethodGet, "eicore", "Invoice/irnbydocdetails", s.byDocument, false},
		{opTaxpayer, http.MethodGet, "eivital", "Master/gstin/{gstin}", s.taxpayer, false},
		{opTaxpayer, http.MethodGet, "eivital", "Master/syncgstin/{gstin}", s.syncTaxpayer, false},
		{opEWB, http.MethodPost, "eiewb", "ewaybill", s.ewayByIRN, false},
		{opEWB, http.MethodGet, "eiewb", "ewaybill/irn/{irn}", s.ewayOfIRN, false},
		{opPing, http.MethodGet, "eivital", "heartbeat/ping", s.heartbeat, false},
	}
}

// mount puts every path of a face on the mux.
func (s *Sandbox) mount(mux *http.ServeMux, f *face) {
	for _, r := range s.routes() {
		mux.HandleFunc(pattern(r.method, f.root, r.area, "", r.tail), s.door(f, r, false))
		if !f.plain {
			continue
		}
		method := r.method
		if r.op == opAuth { // the decrypted sign-in has everything in headers
			method = http.MethodGet
		}
		mux.HandleFunc(pattern(method, f.root, r.area, "dec/", r.tail), s.door(f, r, true))
	}
}

func pattern(method, root, area, dec, tail string) string {
	return method + " " + root + "/" + area + "/" + dec + "{version}/" + tail
}

// versionKnown reports whether the portal has this version of its paths.
func versionKnown(v string) bool {
	switch strings.ToLower(v) {
	case "v1.03", "v1.04":
		return true
	}
	return false
}
