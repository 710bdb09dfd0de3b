package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// The description of all calls, OpenAPI 3.1, is made from the table of operations, the
// types that they take and give, and the tables of NIC's forms. It lies beside this file, as
// people and tools read it; a test makes it anew and compares.

//go:embed openapi.json
var openapiFile []byte

// openapiPath is where the description is.
const openapiPath = ownRoot + "/openapi.json"

// obj is a JSON object that keeps the order of its members: names and values in turn.
type obj []any

// MarshalJSON writes the members in their order; those that are nil are left out.
func (o obj) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i+1 < len(o); i += 2 {
		if o[i+1] == nil {
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(o[i])
		if err != nil {
			return nil, err
		}
		value, err := marshalPlain(o[i+1])
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshalPlain is json.Marshal that leaves <, > and & as they are.
func marshalPlain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// with adds members, those that are nil left out.
func (o obj) with(members ...any) obj { return append(append(obj{}, o...), members...) }

// openapi makes the description.
func (s *Server) openapi() ([]byte, error) {
	operations := s.operations()
	kinds := newSchemas(operations)
	paths := pathList{}
	for _, o := range operations {
		paths.add(ownRoot+o.path, o.method, kinds.operation(o))
	}
	for _, o := range octaCalls {
		paths.add("/api"+o.path, o.method, kinds.octaOperation(o))
	}
	document, err := marshalPlain(obj{
		"openapi", "3.1.0",
		"info", obj{"title", "Mohar API", "version", "1", "description", openapiIntro},
		"servers", []any{obj{"url", "/", "description", "this server"}},
		"security", []any{obj{"key", []any{}}},
		"tags", openapiTags(operations),
		"paths", paths.obj(),
		"webhooks", kinds.webhooks(),
		"components", obj{
			"securitySchemes", obj{"key", obj{"type", "http", "scheme", "basic", "description", "The Key Id is the user name, the Key Secret the password. Keys are made under Settings → API keys, or by `mohar apikey new`."}},
			"headers", openapiHeaders, "responses", openapiResponses, "schemas", kinds.components(),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("describe the calls: %w", err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, document, "", " "); err != nil {
		return nil, fmt.Errorf("describe the calls: %w", err)
	}
	pretty.WriteByte('\n')
	return pretty.Bytes(), nil
}

// pathList gathers the operations of each path, in the order in which they come.
type pathList struct {
	names []string
	items map[string]obj
}

func (p *pathList) add(path, method string, operation obj) {
	if p.items == nil {
		p.items = map[string]obj{}
	}
	if p.items[path] == nil {
		p.names = append(p.names, path)
	}
	p.items[path] = append(p.items[path], strings.ToLower(method), operation)
}

func (p *pathList) obj() obj {
	var all obj
	for _, name := range p.names {
		all = append(all, name, p.items[name])
	}
	return all
}

// openapiTags are the headings in the order in which they come.
func openapiTags(operations []operation) []any {
	var tags []any
	seen := map[string]bool{}
	for _, o := range operations {
		if !seen[o.tag] {
			seen[o.tag] = true
			tags = append(tags, obj{"name", o.tag})
		}
	}
	return append(tags, obj{"name", tagOcta, "description", aboutOcta}, obj{"name", tagWebhooks, "description", "What your own address is sent."})
}

// operation describes one call of our own.
func (k *schemas) operation(o operation) obj {
	about := o.about
	if !o.open && o.scope != "" {
		about = strings.TrimSpace(about + "\n\nNeeds a key with the scope `" + string(o.scope) + "`.")
	}
	d := obj{"operationId", o.id, "tags", []string{o.tag}, "summary", o.summary}
	if about != "" {
		d = d.with("description", about)
	}
	if o.open {
		d = d.with("security", []any{})
	}
	if parameters := openapiParams(o); len(parameters) > 0 {
		d = d.with("parameters", parameters)
	}
	if o.takes != nil {
		d = d.with("requestBody", k.body(o))
	}
	return d.with("responses", k.responses(o))
}

// openapiParams are the parameters of a call: the places in its path, and its own.
func openapiParams(o operation) []any {
	var list []any
	for _, part := range strings.Split(o.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			list = append(list, pathParam(strings.TrimSuffix(name, "}")))
		}
	}
	for _, p := range o.params {
		schema := obj{"type", p.kind}
		if p.kind == "" {
			schema = obj{"type", "string"}
		}
		if len(p.values) > 0 {
			schema = schema.with("enum", p.values)
		}
		parameter := obj{"name", p.name, "in", p.in, "description", p.about, "schema", schema}
		if p.must {
			parameter = parameter.with("required", true)
		}
		list = append(list, parameter)
	}
	if o.method == http.MethodPost && !o.open {
		list = append(list, obj{"name", idempotencyParam.name, "in", "header", "description", idempotencyParam.about, "schema", obj{"type", "string", "maxLength", 255}})
	}
	return list
}

// pathParam is a place in a path.
func pathParam(name string) obj {
	p := obj{"name", name, "in", "path", "required", true}
	switch name {
	case "gstin":
		return p.with("description", "of the company", "schema", obj{"type", "string", "minLength", 15, "maxLength", 15}, "example", "27AAPFU0939F1ZV")
	case "id", "row":
		return p.with("schema", obj{"type", "integer", "minimum", 1})
	}
	return p.with("schema", obj{"type", "string"})
}

// body describes what a call takes.
func (k *schemas) body(o operation) obj {
	media := obj{"schema", k.of(o.takes)}
	if o.example != "" {
		media = media.with("example", json.RawMessage(o.example))
	}
	body := obj{"content", obj{"application/json", media}}
	if !optionalBody[o.id] {
		body = body.with("required", true)
	}
	return body
}

// optionalBody are the calls whose body may be left out.
var optionalBody = map[string]bool{"makeEWayBillOfDocument": true, "retryEWayBill": true, "rejectEWayBill": true}

// responses describes what a call answers.
func (k *schemas) responses(o operation) obj {
	good := obj{"description", http.StatusText(o.success())}
	headers := obj{"X-Request-Id", headerRef("RequestId")}
	if !o.open {
		headers = headers.with("RateLimit-Limit", headerRef("RateLimitLimit"), "RateLimit-Remaining", headerRef("RateLimitRemaining"), "RateLimit-Reset", headerRef("RateLimitReset"))
	}
	if o.success() == http.StatusCreated || o.success() == http.StatusAccepted {
		headers = headers.with("Location", headerRef("Location"))
	}
	if k.versioned(o.gives) {
		headers = headers.with("ETag", headerRef("ETag"))
	}
	if o.method == http.MethodPost && !o.open {
		headers = headers.with("Idempotent-Replayed", headerRef("Replayed"))
	}
	good = good.with("headers", headers)
	switch {
	case o.file != "":
		content := obj{}
		for _, kind := range strings.Split(o.file, ",") {
			kind, _, _ = strings.Cut(kind, ";")
			content = content.with(strings.TrimSpace(kind), obj{})
		}
		good = good.with("content", content)
	case o.gives != nil:
		good = good.with("content", obj{"application/json", obj{"schema", k.of(o.gives)}})
	}
	all := obj{strconv.Itoa(o.success()), good}
	for _, status := range k.failures(o) {
		all = all.with(strconv.Itoa(status), obj{"$ref", "#/components/responses/" + failureNames[status]})
	}
	return all
}

// failures are the statuses, beside success, that a call can have.
func (k *schemas) failures(o operation) []int {
	if o.open {
		return []int{http.StatusServiceUnavailable}
	}
	var list []int
	if o.method == http.MethodGet && k.versioned(o.gives) {
		list = append(list, http.StatusNotModified)
	}
	list = append(list, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden)
	if strings.Contains(o.path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if o.method != http.MethodGet || o.file != "" {
		list = append(list, http.StatusConflict)
	}
	for _, p := range o.params {
		if p.name == ifMatchParam.name {
			list = append(list, http.StatusPreconditionFailed)
		}
	}
	if o.takes != nil {
		list = append(list, http.StatusRequestEntityTooLarge)
	}
	if o.method != http.MethodGet {
		list = append(list, http.StatusUnprocessableEntity)
	}
	return append(list, http.StatusTooManyRequests, http.StatusServiceUnavailable)
}

func headerRef(name string) obj { return obj{"$ref", "#/components/headers/" + name} }
