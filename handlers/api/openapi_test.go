package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

var update = flag.Bool("update", false, "rewrite openapi.json")

func TestTheDescriptionIsMadeFromTheTableOfCalls(t *testing.T) {
	made, err := (&Server{}).openapi()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(made, openapiFile) {
		t.Error("openapi.json is not what the calls are; go test ./handlers/api -run TheDescription -update makes it anew")
	}
}

// With its examples: each must be of the kind that its call takes.
func TestTheDescriptionIsOpenAPI31(t *testing.T) {
	document, err := openapi3.NewLoader().LoadFromData(openapiFile)
	if err != nil {
		t.Fatal(err)
	}
	if document.OpenAPI != "3.1.0" {
		t.Errorf("openapi is %q", document.OpenAPI)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Errorf("%.1000s", err)
	}
}

func TestEveryRouteIsDescribedAndEveryDescribedPathIsRouted(t *testing.T) {
	s := newStillAPI(t)
	described := map[string]bool{}
	var d struct {
		Paths map[string]map[string]struct {
			OperationID string   `json:"operationId"`
			Tags        []string `json:"tags"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(openapiFile, &d); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for path, item := range d.Paths {
		for method, o := range item {
			described[strings.ToUpper(method)+" "+echoPath(path)] = true
			if ids[o.OperationID] || o.OperationID == "" || len(o.Tags) != 1 {
				t.Errorf("%s %s: operationId %q is missing or there twice, or it has not one tag: %v", method, path, o.OperationID, o.Tags)
			}
			ids[o.OperationID] = true
		}
	}
	for _, r := range s.api.echo.Routes() {
		key := r.Method + " " + r.Path
		switch {
		case r.Path == "/api" || r.Path == docsPath || r.Path == openapiPath || r.Method == "echo_route_not_found":
		case !described[key]:
			t.Errorf("%s is routed and not described", key)
		}
		delete(described, key)
	}
	for key := range described {
		t.Errorf("%s is described and not routed", key)
	}
}

// All that is read of NIC's forms stands in their description, and nothing else.
func TestTheFormsAreDescribedWhole(t *testing.T) {
	for _, form := range []struct {
		name, table string
		members     []string
	}{{"INV-01", inv01Members, nic.Members()}, {"e-way bill", ewayBillMembers, nic.EWayMembers()}} {
		var told, read []string
		for line := range strings.Lines(form.table) {
			path, _, _ := strings.Cut(line, "\t")
			told = append(told, path)
		}
		for _, path := range form.members {
			if !strings.HasSuffix(path, "[]") {
				read = append(read, path)
			}
		}
		slices.Sort(told)
		slices.Sort(read)
		for _, path := range told {
			if _, ok := slices.BinarySearch(read, path); !ok {
				t.Errorf("%s: %s is described and not read", form.name, path)
			}
		}
		for _, path := range read {
			if _, ok := slices.BinarySearch(told, path); !ok {
				t.Errorf("%s: %s is read and not described", form.name, path)
			}
		}
	}
}

// contract checks answers against the description.
type contract struct {
	*site
	compiler *jsonschema.Compiler
	document map[string]any
}

func newContract(s *site) *contract {
	s.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapiFile))
	s.must(err)
	c := &contract{site: s, compiler: jsonschema.NewCompiler(), document: parsed.(map[string]any)}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	s.must(c.compiler.AddResource("mem:///openapi.json", parsed))
	return c
}

// at is a value of the description.
func (c *contract) at(path ...string) map[string]any {
	v := c.document
	for _, name := range path {
		v, _ = v[name].(map[string]any)
	}
	return v
}

// check reports whether a reply is one that the description has for the call.
func (c *contract) check(o operation, r reply) {
	c.Helper()
	c.checkAt(o.id, ownRoot+o.path, o.method, r)
}

// checkAt is check for the call of a path.
func (c *contract) checkAt(id, path, method string, r reply) {
	c.Helper()
	c.checkAnswer(id, r, "paths", path, strings.ToLower(method), "responses", strconv.Itoa(r.StatusCode))
}

// checkAnswer compares a reply with what stands at a place of the description.
func (c *contract) checkAnswer(id string, r reply, path ...string) {
	c.Helper()
	answer := c.at(path...)
	if answer == nil {
		c.Errorf("%s: the answer %d is not described\n%.600s", id, r.StatusCode, r.body)
		return
	}
	if ref, ok := answer["$ref"].(string); ok {
		path = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		answer = c.at(path...)
	}
	content, _ := answer["content"].(map[string]any)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if len(content) == 0 {
		if len(r.body) > 0 {
			c.Errorf("%s: %d has a body that is not described", id, r.StatusCode)
		}
		return
	}
	media, ok := content[kind].(map[string]any)
	if !ok {
		c.Errorf("%s: %d comes as %q, which is not described", id, r.StatusCode, kind)
		return
	}
	if media["schema"] == nil {
		return
	}
	schema, err := c.compiler.Compile("mem:///openapi.json" + pointerTo(append(path, "content", kind, "schema")))
	c.must(err)
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	c.must(err)
	if err := schema.Validate(body); err != nil {
		c.Errorf("%s: %d is not as described: %.600v\n%.1500s", id, r.StatusCode, err, r.body)
	}
}

// pointerTo is a place of the description as the fragment of its address.
func pointerTo(path []string) string {
	pointer := "#"
	for _, name := range path {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(name)
	}
	return pointer
}

// newDocument issues a document and waits for its IRN.
func (s *site) newDocument() int64 {
	s.Helper()
	return s.madeID(s.post("/api/v1/companies/"+string(sharda)+"/documents?issue=yes&compute=yes&wait=15", exampleDocument))
}

// newDraft stores one.
func (s *site) newDraft() int64 {
	s.Helper()
	return s.madeID(s.post("/api/v1/companies/"+string(sharda)+"/documents?compute=yes", exampleDocument))
}

// newEWay makes the e-way bill of a new document, by Part A alone without a vehicle.
func (s *site) newEWay(vehicle string) int64 {
	s.Helper()
	body := `{"transporter_id": "24AAACN1234E1ZA", "transporter_name": "Narmada Roadways", "distance": 900}`
	if vehicle != "" {
		body = `{"mode": "1", "vehicle": "` + vehicle + `", "distance": 900}`
	}
	path := fmt.Sprintf("/api/v1/companies/%s/documents/%d/ewaybill?wait=15", sharda, s.newDocument())
	return s.madeID(s.post(path, body))
}

// madeID is the id of what a call made.
func (s *site) madeID(r reply) int64 {
	s.Helper()
	s.want(r, http.StatusCreated)
	var v struct {
		ID int64 `json:"id"`
	}
	s.read(r, &v)
	return v.ID
}

// Every example is what a program may send, and every answer is what it is told to expect.
func TestExamplesAreAnsweredAsDescribed(t *testing.T) {
	s := newAPI(t)
	c := newContract(s)
	things := s.things()
	refused := map[string]int{ // what the example cannot do to the thing at hand
		"closeEWayBill": http.StatusConflict, "rejectEWayBill": http.StatusConflict, "adoptEWayBill": http.StatusNotFound,
		"retryEWayBill": http.StatusConflict, "dropEWayBill": http.StatusConflict, "withdrawEWayBillOrder": http.StatusConflict, "unplanExtension": http.StatusConflict,
		"withdrawTrip": http.StatusConflict, "voidDocument": http.StatusConflict,
	}
	for _, o := range s.api.operations() {
		if o.takes != nil && o.example == "" && o.id != "retryEWayBill" {
			t.Errorf("%s has no example", o.id)
		}
		path := ownRoot + strings.Replace(o.path, "{gstin}", string(companyFor(o)), 1)
		if strings.Contains(path, "{id}") {
			id := things(o)
			if id == 0 {
				t.Errorf("%s: no thing to call it with", o.id)
				continue
			}
			path = strings.Replace(path, "{id}", strconv.FormatInt(id, 10), 1)
		}
		if strings.Contains(path, "{") {
			continue // deeper places are for the tests of their own
		}
		query := url.Values{}
		for _, p := range o.params {
			switch p.name {
			case waitParam.name:
				query.Set(p.name, "15")
			case issueParam.name, computeParam.name:
				query.Set(p.name, "yes")
			}
		}
		path += "?" + query.Encode()
		var body any
		if o.example != "" {
			body = o.example
		}
		r := s.call(o.method, path, body)
		c.check(o, r)
		want := cmp.Or(refused[o.id], o.success())
		if r.StatusCode != want {
			t.Errorf("%s: got %d, want %d\n%.800s", o.id, r.StatusCode, want, r.body)
		}
	}
}

// Octa's calls are described with their failures, which are answers like any other there.
func TestOctasCallsAreAnsweredAsDescribed(t *testing.T) {
	s := newAPI(t)
	c := newContract(s)
	registered := 0
	for _, o := range octaCalls {
		path := "/api" + strings.Replace(o.path, "{job}", "1", 1) + "?gstin=" + string(sharda)
		for _, body := range []string{o.example, `{}`} { // without an example, without a body
			var sent any
			if o.takes != nil {
				sent = body
			}
			r := s.call(o.method, path, sent)
			if strings.Contains(string(r.body), `"Success":true,"AckNo":"`) {
				registered++
			}
			c.checkAt(o.id, "/api"+o.path, o.method, r)
			if o.example == "" {
				break
			}
		}
	}
	if registered != 1 {
		t.Errorf("%d documents are registered, want that of the example", registered)
	}
}

// companyFor is the company that an operation is tried on: for masters one that sells nothing
// meanwhile, since what is sold, and to whom, is remembered.
func companyFor(o operation) gst.GSTIN {
	if strings.Contains(o.path, "/customers") || strings.Contains(o.path, "/items") {
		return narmada
	}
	return sharda
}

// things returns the id of something that an operation can be tried on.
func (s *site) things() func(operation) int64 {
	s.Helper()
	company := "/api/v1/companies/" + string(sharda)
	document, bill := s.newDocument(), s.newEWay("MH12AB1234")
	return func(o operation) int64 {
		switch o.id {
		case "replaceDocument", "issueDocument", "deleteDraft":
			return s.newDraft()
		case "cancelDocument", "makeEWayBillOfDocument", "proposeEWayBill":
			return s.newDocument()
		case "getEWayBillOfDocument":
			var v eway
			s.read(s.get(fmt.Sprintf("%s/ewaybills/%d", company, bill)), &v)
			return v.Document
		case "enterPartB", "reassignTransporter":
			return s.newEWay("")
		case "cancelEWayBill", "extendEWayBill", "startVehicles":
			return s.newEWay("MH12AB4321")
		case "addVehicle", "changeVehicle":
			return s.newGroup(o.id == "changeVehicle")
		case "makeTripAgain", "getTrip", "getTripPDF", "withdrawTrip":
			return s.newTrip()
		}
		for part, id := range map[string]int64{"/documents/": document, "/ewaybills/": bill} {
			if strings.Contains(o.path, part+"{id}") {
				return id
			}
		}
		if masters, _, ok := strings.Cut(o.path, "/{id}"); ok && companyFor(o) == narmada { // those that the examples made
			var list page[struct {
				ID int64 `json:"id"`
			}]
			s.read(s.get(ownRoot+strings.Replace(masters, "{gstin}", string(narmada), 1)), &list)
			return list.Data[0].ID
		}
		if strings.Contains(o.path, "/submissions/") {
			r := s.post(company+"/submissions", exampleSubmission)
			var v struct {
				ID int64 `json:"id"`
			}
			s.want(r, http.StatusAccepted)
			s.read(r, &v)
			return v.ID
		}
		return 0
	}
}

// newGroup is an e-way bill whose goods several vehicles carry, with one of them when that
// is wanted.
func (s *site) newGroup(vehicle bool) int64 {
	s.Helper()
	id := s.newEWay("MH12AB1234")
	path := fmt.Sprintf("/api/v1/companies/%s/ewaybills/%d/vehicles/", sharda, id)
	s.want(s.post(path+"start?wait=15", `{"from_place": "Pune", "from_state": "27", "to_place": "Mysuru", "to_state": "29", "mode": "1", "quantity": 10, "unit": "KGS", "reason": "2", "remark": "Smaller vehicles"}`), http.StatusOK, `"refused":""`)
	if vehicle {
		s.want(s.post(path+"add?wait=15", `{"group": 1, "vehicle": "MH12AB4321", "quantity": 5}`), http.StatusOK, `"refused":""`)
	}
	return id
}

// newTrip is a trip sheet that the portal made of one bill.
func (s *site) newTrip() int64 {
	s.Helper()
	var v eway
	s.read(s.get(fmt.Sprintf("/api/v1/companies/%s/ewaybills/%d", sharda, s.newEWay("MH12AB1234"))), &v)
	return s.madeID(s.post("/api/v1/companies/"+string(sharda)+"/trips?wait=15", map[string]any{
		"bills": []string{v.Number}, "vehicle": "MH12AB1234", "place": "Pune", "state": "27",
	}))
}

// What receivers are sent is what the description says of it, of each kind of thing.
func TestWebhooksAreSentAsDescribed(t *testing.T) {
	s := newAPI(t)
	c := newContract(s)
	hook := db.Webhook{URL: "https://erp.example/hook"}
	_, err := s.store.AddWebhook(t.Context(), &hook)
	s.must(err)
	s.newTrip() // a document, its e-way bill, and a sheet
	sent, _, err := s.store.Deliveries(t.Context(), hook.ID, "", 0, 50)
	s.must(err)
	groups := map[string]bool{}
	for _, d := range sent {
		path := []string{"webhooks", string(d.Event), "post", "requestBody", "content", "application/json", "schema"}
		if c.at(path...) == nil {
			t.Errorf("%s is not described", d.Event)
			continue
		}
		d, err := s.store.Delivery(t.Context(), hook.ID, d.ID) // with its body
		s.must(err)
		schema, err := c.compiler.Compile("mem:///openapi.json" + pointerTo(path))
		s.must(err)
		body, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.Body))
		s.must(err)
		if err := schema.Validate(body); err != nil {
			t.Errorf("%s is not as described: %v\n%s", d.Event, err, d.Body)
		}
		group, _, _ := strings.Cut(string(d.Event), ".")
		groups[group] = true
	}
	if len(groups) != 3 {
		t.Errorf("events of %v were sent, want documents, e-way bills and trip sheets", groups)
	}
}
