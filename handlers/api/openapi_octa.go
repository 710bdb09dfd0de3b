package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
)

// octaCall is a call of Octa's family as the description shows it.
type octaCall struct {
	method, path string // below /api
	id, summary  string
	query        []octaParam
	takes        obj // schema of the body; nil: none
	example      string
	gives        any  // a value of the answer, or a schema
	missing      bool // answered with "not supported"
}

// octaParam is a query parameter of Octa's.
type octaParam struct {
	name, about string
	must        bool
	values      []string
}

// Parameters that several calls share.
var (
	octaGSTIN    = octaParam{name: "gstin", about: "of the company", must: true}
	octaPDF      = octaParam{name: "pdf", about: "the print, in base64", values: []string{"yes", "no"}}
	octaQR       = octaParam{name: "qrcode", about: "a picture of the QR code, in base64", values: []string{"yes", "no"}}
	octaPictures = []octaParam{
		octaQR, {name: "qrcodeformat", about: "PNG without it", values: []string{"PNG", "JPEG", "GIF"}},
		{name: "qrcodequality", about: "high without it", values: []string{"standard", "high"}}, octaPDF,
	}
	octaDocument = []octaParam{
		octaGSTIN, {name: "doctype", about: "kind of document", must: true, values: []string{"INV", "CRN", "DBN"}},
		{name: "docno", about: "its number", must: true}, {name: "docdate", about: "its date, dd/mm/yyyy", must: true},
	}
)

// octaCalls are Octa's calls in the order of its pages.
//
// Source: Octa API, endpoints.
var octaCalls = []octaCall{
	{method: http.MethodPost, path: "/einvoice/generateirn", id: "octaGenerateIRN", summary: "Register a document, with its e-way bill when EwbDtls is there", query: octaPictures,
		takes: schemaRef(schemaINV01), example: exampleINV01, gives: octaEInvoice{}},
	{method: http.MethodPost, path: "/einvoice/cancelirn", id: "octaCancelIRN", summary: "Cancel an IRN", query: []octaParam{octaGSTIN},
		takes: texts("Irn", "64 letters and digits", "CnlRsn", "1 duplicate, 2 data entry mistake, 3 order cancelled, 4 other", "CnlRem", "remark"),
		gives: answers("Irn", "", "CancelTime", "dd/mm/yyyy hh:mm:ss")},
	{method: http.MethodGet, path: "/einvoice/getirn", id: "octaGetIRN", summary: "Read an e-invoice by its IRN",
		query: append([]octaParam{octaGSTIN, {name: "irn", about: "64 letters and digits", must: true}}, octaPictures...), gives: octaEInvoice{}},
	{method: http.MethodGet, path: "/einvoice/getirnbydoc", id: "octaGetIRNByDocument", summary: "Read an e-invoice by its document; the portal is asked",
		query: append(append([]octaParam{}, octaDocument...), octaPictures...), gives: octaEInvoice{}},
	{method: http.MethodGet, path: "/einvoice/getdocirninfo", id: "octaGetDocumentInfo", summary: "Read an e-invoice by its document, as it is kept here",
		query: append(append([]octaParam{}, octaDocument...), octaQR, octaPDF), gives: obj{"type", "object"}},
	{method: http.MethodPost, path: "/einvoice/generatepaymentqrcode", id: "octaPaymentQR", summary: "Make the UPI QR code of a B2C invoice; nothing is stored", query: octaPictures,
		takes: schemaRef(schemaINV01), gives: answers("PaymentQrCode", "the UPI link", "QRCodeImagePng", "", "QRCodeImageJpeg", "", "QRCodeImageGif", "")},
	{method: http.MethodPost, path: "/einvoice/generateewbbyirn", id: "octaMakeEWayBillByIRN", summary: "Make the e-way bill of an IRN", query: []octaParam{octaGSTIN, octaPDF},
		takes: obj{"type", "object", "description", "Irn, and the members of INV-01's EwbDtls; ExpShipDtls and DispDtls where the document has none", "properties", obj{"Irn", obj{"type", "string"}}},
		gives: octaEWay{}},
	{method: http.MethodGet, path: "/einvoice/getewbbyirn", id: "octaGetEWayBillByIRN", summary: "Read the e-way bill of an IRN",
		query: []octaParam{octaGSTIN, {name: "irn", about: "64 letters and digits", must: true}, octaPDF}, gives: octaEWay{}},
	{method: http.MethodPost, path: "/einvoice/generateewaybill", id: "octaMakeEWayBill", summary: "Make an e-way bill without an IRN", query: []octaParam{octaGSTIN, octaPDF},
		takes: schemaRef(schemaEWayBill), gives: octaEWay{}},
	{method: http.MethodGet, path: "/einvoice/getewaybill", id: "octaGetEWayBill", summary: "Read an e-way bill by its number, as NIC has it",
		query: []octaParam{octaGSTIN, {name: "ewbNo", about: "12 digits", must: true}}, gives: obj{"type", "object", "properties", obj{"Success", obj{"type", "boolean"}, "Response", obj{"type", "object"}}}},
	{method: http.MethodGet, path: "/einvoice/getewaybillgeneratedbyconsigner", id: "octaGetEWayBillOfPaper", summary: "Read one's own e-way bill by its paper",
		query: []octaParam{octaGSTIN, {name: "doctype", about: "kind of paper", must: true, values: []string{"INV", "BIL", "BOE", "CHL", "OTH"}}, {name: "docno", about: "its number", must: true}}, gives: octaEWay{}},
	{method: http.MethodGet, path: "/einvoice/getewaybillsofotherparty", id: "octaListEWayBillsOfOthers", summary: "List the e-way bills that others made in one's name on a day",
		query: []octaParam{octaGSTIN, {name: "date", about: "dd/mm/yyyy", must: true}},
		gives: obj{"type", "object", "properties", obj{"Success", obj{"type", "boolean"}, "Response", obj{"type", "array", "items", obj{"type", "object"}}}}},
	{method: http.MethodPost, path: "/einvoice/cancelewb", id: "octaCancelEWayBill", summary: "Cancel an e-way bill", query: []octaParam{octaGSTIN},
		takes: texts("ewbNo", "12 digits", "cancelRsnCode", "1 duplicate, 2 order cancelled, 3 data entry mistake, 4 others", "cancelRmrk", "remark"), gives: answers("CancelTime", "dd/mm/yyyy hh:mm:ss")},
	{method: http.MethodGet, path: "/einvoice/getgstin", id: "octaGetTaxpayer", summary: "Look up a GSTIN in the e-invoice system",
		query: []octaParam{octaGSTIN, {name: "partygstin", about: "who is asked about", must: true}}, gives: obj{"type", "object"}},
	{method: http.MethodGet, path: "/gst/getgstin", id: "octaGetPublicTaxpayer", summary: "Look up a GSTIN", query: []octaParam{{name: "gstin", about: "who is asked about", must: true}}, gives: obj{"type", "object"}},
	{method: http.MethodGet, path: "/octa/gst/getgstin", id: "octaGetPublicTaxpayerOld", summary: "Look up a GSTIN, by the older address", query: []octaParam{{name: "gstin", about: "who is asked about", must: true}}, gives: obj{"type", "object"}},
	{method: http.MethodPost, path: "/gstr2a/pull", id: "octaPullGSTR2A", summary: "Not supported", missing: true},
	{method: http.MethodPost, path: "/gstr2a/export", id: "octaExportGSTR2A", summary: "Not supported", missing: true},
	{method: http.MethodGet, path: "/robot/jobstatus/{job}", id: "octaGetJob", summary: "Not supported", missing: true},
}

// exampleINV01 is a document as an ERP sends it, with all its figures.
const exampleINV01 = `{"Version": "1.1", "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N"},
 "DocDtls": {"Typ": "INV", "No": "ERP/101", "Dt": "20/11/2026"},
 "SellerDtls": {"Gstin": "27AAPFU0939F1ZV", "LglNm": "Sharda Traders", "Addr1": "14 Dana Bazaar", "Loc": "Pune", "Pin": 411002, "Stcd": "27"},
 "BuyerDtls": {"Gstin": "27AABFK4417C1ZS", "LglNm": "Konkan Agro Foods LLP", "Pos": "27", "Addr1": "Plot 12, Sector 19", "Loc": "Navi Mumbai", "Pin": 400703, "Stcd": "27"},
 "ItemList": [{"SlNo": "1", "PrdDesc": "Cashew kernels W320", "IsServc": "N", "HsnCd": "08013220", "Qty": 15, "Unit": "KGS", "UnitPrice": 860,
  "TotAmt": 12900, "AssAmt": 12900, "GstRt": 5, "CgstAmt": 322.50, "SgstAmt": 322.50, "TotItemVal": 13545}],
 "ValDtls": {"AssVal": 12900, "CgstVal": 322.50, "SgstVal": 322.50, "TotInvVal": 13545}}`

func schemaRef(name string) obj { return obj{"$ref", "#/components/schemas/" + name} }

// texts is an object of texts that are all needed: names and meanings in turn.
func texts(members ...string) obj {
	var names []string
	var properties obj
	for i := 0; i+1 < len(members); i += 2 {
		names = append(names, members[i])
		properties = append(properties, members[i], obj{"type", "string", "description", members[i+1]})
	}
	return obj{"type", "object", "required", names, "properties", properties}
}

// answers is an answer with Success and texts, which may be null.
func answers(members ...string) obj {
	properties := obj{"Success", obj{"type", "boolean"}}
	for i := 0; i+1 < len(members); i += 2 {
		m := obj{"type", []string{"string", "null"}}
		if members[i+1] != "" {
			m = m.with("description", members[i+1])
		}
		properties = properties.with(members[i], m)
	}
	return obj{"type", "object", "required", []string{"Success"}, "properties", properties}
}

// octaFailed is an answer to a call that did not go well.
var octaFailed = obj{"type", "object", "required", []string{"Success", "Errors"}, "properties", obj{
	"Success", obj{"const", false},
	"Errors", obj{"type", "array", "items", texts("Code", "NIC's, or OCTA-nnn", "Message", "in words")},
}}

// octaOperation describes a call of Octa's.
func (k *schemas) octaOperation(o octaCall) obj {
	var parameters []any
	for _, part := range strings.Split(o.path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			parameters = append(parameters, pathParam(strings.TrimSuffix(name, "}")))
		}
	}
	for _, p := range o.query {
		schema := obj{"type", "string"}
		if len(p.values) > 0 {
			schema = schema.with("enum", p.values)
		}
		q := obj{"name", p.name, "in", "query", "description", p.about, "schema", schema}
		if p.must {
			q = q.with("required", true)
		}
		parameters = append(parameters, q)
	}
	d := obj{"operationId", o.id, "tags", []string{tagOcta}, "summary", o.summary}
	if len(parameters) > 0 {
		d = d.with("parameters", parameters)
	}
	if o.takes != nil {
		media := obj{"schema", o.takes}
		if o.example != "" {
			media = media.with("example", json.RawMessage(o.example))
		}
		d = d.with("requestBody", obj{"required", true, "content", obj{"application/json", media}})
	}
	failed := octaFailed
	fails := func(about string) obj {
		return obj{"description", about, "content", obj{"application/json", obj{"schema", failed}}}
	}
	if o.missing {
		return d.with("responses", obj{"401", fails("No key, or a wrong one"), "404", fails("Not supported (code 51)")})
	}
	good, ok := o.gives.(obj)
	if !ok {
		good = k.octaAnswer(o.gives)
	}
	return d.with("responses", obj{
		"200", obj{"description", "Done, or refused: Success says which", "content", obj{"application/json", obj{"schema", obj{"anyOf", []any{good, failed}}}}},
		"400", fails("Not JSON, or without a body"),
		"401", fails("No key, or a wrong one"),
		"403", fails("The key has not the scope for this call"),
		"404", fails("No such company for this key"),
		"413", fails("Larger than 2 MB"),
		"429", fails("Too many calls; Retry-After says how long to wait"),
	})
}

// octaAnswer describes an answer of Octa's, whose members have their Go names and are null
// where they are empty.
func (k *schemas) octaAnswer(v any) obj {
	t := reflect.TypeOf(v)
	var properties obj
	for _, f := range reflect.VisibleFields(t) {
		if !f.Anonymous && f.Name != "Errors" {
			properties = append(properties, f.Name, k.ofType(f.Type))
		}
	}
	return obj{"type", "object", "properties", properties}
}
