package api

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// schemas gathers the kinds of values that the description names.
type schemas struct {
	names []string
	types map[string]reflect.Type // of each name, so that no two types share one
	kinds map[string]obj
	sent  map[reflect.Type]bool // those of which bodies are made
}

func newSchemas(operations []operation) *schemas {
	k := &schemas{types: map[string]reflect.Type{}, kinds: map[string]obj{}, sent: map[reflect.Type]bool{}}
	for _, o := range operations {
		if several, ok := o.takes.(either); ok {
			for _, one := range several {
				k.isSent(reflect.TypeOf(one))
			}
		} else if o.takes != nil {
			k.isSent(reflect.TypeOf(o.takes))
		}
	}
	return k
}

// isSent notes the structs that a body is made of.
func (k *schemas) isSent(t reflect.Type) {
	if _, plain := plainKinds[t]; plain || k.sent[t] {
		return
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		k.isSent(t.Elem())
	case reflect.Struct:
		k.sent[t] = true
		for f := range fieldsOf(t) {
			k.isSent(f.of.Type)
		}
	}
}

// components are all kinds by their names, sorted, with those of NIC's forms.
func (k *schemas) components() obj {
	k.of(problem{})
	names := slices.Clone(k.names)
	kinds := map[string]obj{schemaINV01: nicSchema(inv01Members, "NIC's INV-01, version 1.1. Blocks are also read by their singular names, numbers also as texts."),
		schemaEWayBill: nicSchema(ewayBillMembers, "NIC's e-way bill JSON (API 1.03). Numbers are also read as texts.")}
	for name, kind := range k.kinds {
		kinds[name] = kind
	}
	names = append(names, schemaINV01, schemaEWayBill)
	slices.Sort(names)
	var all obj
	for _, name := range names {
		all = append(all, name, kinds[name])
	}
	return all
}

// of describes a value of its type.
func (k *schemas) of(v any) any {
	if several, ok := v.(either); ok {
		var list []any
		for _, one := range several {
			list = append(list, k.of(one))
		}
		return obj{"anyOf", list}
	}
	return k.ofType(reflect.TypeOf(v))
}

// versioned reports whether an answer comes under an ETag.
func (k *schemas) versioned(v any) bool {
	t := reflect.TypeOf(v)
	if t == nil || t.Kind() != reflect.Struct {
		return false
	}
	for f := range fieldsOf(t) {
		if f.name == "version" {
			return f.of.Type.Kind() == reflect.Int64
		}
	}
	return false
}

// plainKinds are the types that are written in a way of their own.
var plainKinds = map[reflect.Type]obj{
	reflect.TypeFor[money]():           {"type", "number", "description", "rupees, two decimals"},
	reflect.TypeFor[quantity]():        {"type", "number", "description", "up to three decimals"},
	reflect.TypeFor[percent]():         {"type", "number", "description", "percent, up to three decimals"},
	reflect.TypeFor[day]():             {"type", []string{"string", "null"}, "format", "date"},
	reflect.TypeFor[moment]():          {"type", []string{"string", "null"}, "format", "date-time"},
	reflect.TypeFor[whole]():           {"type", "integer"},
	reflect.TypeFor[json.RawMessage](): {},
	reflect.TypeFor[time.Time]():       {"type", "string", "format", "date-time"},
	reflect.TypeFor[ewayBillRequest](): {"$ref", "#/components/schemas/" + schemaEWayBill},
	reflect.TypeFor[inv01Body]():       {"$ref", "#/components/schemas/" + schemaINV01},
}

// Names of NIC's forms in the description.
const (
	schemaINV01    = "INV01"
	schemaEWayBill = "EWayBillRequest"
)

// ofType describes a type; structs by reference.
func (k *schemas) ofType(t reflect.Type) obj {
	if plain, ok := plainKinds[t]; ok {
		return plain
	}
	if kind, ok := webhookKind(t); ok {
		return kind
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(k.ofType(t.Elem()))
	case reflect.Struct:
		return obj{"$ref", "#/components/schemas/" + k.named(t)}
	case reflect.Slice, reflect.Array:
		return obj{"type", "array", "items", k.ofType(t.Elem())}
	case reflect.Map:
		return obj{"type", "object", "additionalProperties", k.ofType(t.Elem())}
	case reflect.String:
		return obj{"type", "string"}
	case reflect.Bool:
		return obj{"type", "boolean"}
	case reflect.Interface:
		return obj{}
	case reflect.Float32, reflect.Float64:
		return obj{"type", "number"}
	}
	return obj{"type", "integer"}
}

// nullable is a kind that may be null.
func nullable(kind obj) obj {
	if len(kind) > 1 && kind[0] == "type" {
		if name, ok := kind[1].(string); ok {
			return append(obj{"type", []string{name, "null"}}, kind[2:]...)
		}
		return kind
	}
	return obj{"anyOf", []any{kind, obj{"type", "null"}}}
}

// schemaNames are the names of types that are not called well enough by their own.
var schemaNames = map[string]string{
	"eway": "EWayBill", "partBSent": "PartB", "cancelSent": "EWayBillCancellation", "rejectSent": "EWayBillRejection", "closeSent": "EWayBillClosing",
	"extensionSent": "EWayBillExtension", "transporterSent": "EWayBillReassignment", "groupSent": "VehicleGroup", "groupVehicleSent": "VehicleGroupMember",
	"groupSwapSent": "VehicleGroupChange", "tripSent": "TripRequest", "tripAgainSent": "TripAgainRequest", "ewayNumberSent": "EWayBillNumber",
	"ewayHauler": "EWayBillCarrier", "ewayFetch": "EWayBillFetchRequest", "cancelBody": "IRNCancellation", "voidBody": "DocumentVoiding",
	"signedWords": "SignedTextChecked", "signedAbout": "SignedTextCompany",
}

// named describes a struct under its name, and returns that.
func (k *schemas) named(t reflect.Type) string {
	name := schemaName(t)
	if had, ok := k.types[name]; ok {
		if had != t {
			panic(fmt.Sprintf("openapi: %s and %s share the name %s", had, t, name))
		}
		return name
	}
	k.types[name] = t
	k.names = append(k.names, name)
	k.kinds[name] = nil // so that a type may hold itself
	k.kinds[name] = k.structure(t)
	return name
}

// schemaName is the name of a type in the description: of page[customer] it is CustomerPage.
func schemaName(t reflect.Type) string {
	name := t.Name()
	if whole, inner, ok := strings.Cut(name, "["); ok {
		inner = strings.TrimSuffix(inner, "]")
		inner = inner[strings.LastIndex(inner, ".")+1:]
		return titled(inner) + titled(whole)
	}
	return titled(name)
}

// titled begins a name with a capital letter.
func titled(name string) string {
	if better, ok := schemaNames[name]; ok {
		return better
	}
	if rest, ok := strings.CutPrefix(name, "eway"); ok {
		return "EWayBill" + rest
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// structure describes the members of a struct. Of a body those with must:"yes" are needed; an
// answer has all its members but those that may be left out.
func (k *schemas) structure(t reflect.Type) obj {
	var members obj
	var needed []string
	for f := range fieldsOf(t) {
		members = append(members, f.name, k.member(t, f))
		if f.of.Tag.Get("must") == "yes" || !k.sent[t] && !f.empty {
			needed = append(needed, f.name)
		}
	}
	kind := obj{"type", "object"}
	if len(needed) > 0 {
		kind = kind.with("required", needed)
	}
	return kind.with("properties", members)
}

// member describes a member of a struct, by its type and its tags.
func (k *schemas) member(of reflect.Type, f jsonField) obj {
	kind := k.ofType(f.of.Type)
	if name := f.of.Tag.Get("schema"); name != "" {
		kind = schemaRef(name)
	}
	if values := f.of.Tag.Get("enum"); values != "" {
		list := strings.Split(values, ",")
		if f.of.Tag.Get("must") == "" && k.sent[of] {
			list = append(list, "")
		}
		kind = kind.with("enum", list)
	}
	if example := f.of.Tag.Get("example"); example != "" {
		kind = kind.with("examples", []string{example})
	}
	about := f.of.Tag.Get("doc")
	for i := 0; i+1 < len(kind); i += 2 {
		if kind[i] == "description" && about != "" {
			kind = append(append(obj{}, kind[:i]...), kind[i+2:]...)
			break
		}
	}
	if about != "" {
		kind = kind.with("description", about)
	}
	return kind
}

//go:embed nicschema/inv01.tsv
var inv01Members string

//go:embed nicschema/ewaybill.tsv
var ewayBillMembers string

// nicNode is a member of one of NIC's forms.
type nicNode struct {
	name, kind, about string
	must              bool
	below             []*nicNode
}

// nicSchema describes a form from its table: a line for each member with its path, kind,
// whether it is needed, and what it is. Nothing is required of it here: drafts may be
// incomplete, and what is missing is said with everything else that is wrong.
//
// Source: INV-01 schema 1.1; e-way bill API 1.03, Generate E-way Bill.
func nicSchema(table, about string) obj {
	root := &nicNode{kind: "object", about: about}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		path := strings.Split(strings.ReplaceAll(cells[0], "[]", ""), ".")
		at := root
		for _, name := range path[:len(path)-1] {
			at = at.below[slices.IndexFunc(at.below, func(n *nicNode) bool { return n.name == name })]
		}
		at.below = append(at.below, &nicNode{name: path[len(path)-1], kind: cells[1], must: cells[2] == "must", about: cells[3]})
	}
	return root.schema()
}

// schema describes a member with what is below it.
func (n *nicNode) schema() obj {
	about := n.about
	if n.must {
		about += " (needed)"
	}
	parts := strings.Split(n.kind, ":")
	switch parts[0] {
	case "text":
		return obj{"type", "string", "minLength", json.Number(parts[1]), "maxLength", json.Number(parts[2]), "description", about}
	case "date":
		return obj{"type", "string", "pattern", `^\d{2}/\d{2}/\d{4}$`, "description", about}
	case "code":
		return obj{"type", "string", "enum", strings.Split(parts[1], "|"), "description", about}
	case "number":
		kind := obj{"type", "number", "minimum", json.Number(parts[1]), "maximum", json.Number(parts[2])}
		if decimals, err := strconv.Atoi(parts[3]); err == nil && decimals == 0 {
			kind[1] = "integer"
		}
		return kind.with("description", about)
	}
	var members obj
	for _, m := range n.below {
		members = append(members, m.name, m.schema())
	}
	object := obj{"type", "object", "description", about, "properties", members}
	if parts[0] == "object" {
		return object
	}
	list := obj{"type", "array"}
	if len(parts) == 3 {
		list = list.with("minItems", json.Number(parts[1]), "maxItems", json.Number(parts[2]))
	}
	return list.with("description", about, "items", obj{"type", "object", "properties", members})
}
