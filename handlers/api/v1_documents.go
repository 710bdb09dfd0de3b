package api

import (
	"net/http"

	"mohar/db"
)

const (
	documentsPath = "/companies/{gstin}/documents"
	documentPath  = documentsPath + "/{id}"
)

// Parameters of calls about documents.
var (
	issueParam = param{name: "issue", in: "query", kind: "string", values: []string{"no", "yes"},
		about: "`yes`: it is checked, issued and, where it needs one, sent for its IRN. Without it, it becomes a draft, which may be incomplete"}
	computeParam = param{name: "compute", in: "query", kind: "string", values: []string{"no", "yes"},
		about: "`yes`: amounts, taxes and totals are worked out of quantity, price, discount and rate, as for documents typed on the pages, and what was sent of " +
			"them does not count. Without it, all figures are yours: they are checked, never changed, and a missing one is an error"}
	seriesParam = param{name: "series", in: "query", kind: "string",
		about: "name of the number series that the document gets its number from when it is issued, for one without `DocDtls.No`; without it the company's usual one"}
	branchParam = param{name: "branch", in: "query", kind: "string",
		about: "code of the branch that makes the document, with `compute=yes`: goods leave from there, and its series numbers it"}
	copiesParam = param{name: "copies", in: "query", kind: "string", values: []string{"one", "all"},
		about: "`all`: all the copies that the company makes, each with its marking; without it one without a marking"}
)

// exampleDocument is a document that a company outside of Karnataka can issue: its seller is the
// company of the path, and its number the next one of the series.
const exampleDocument = `{
  "Version": "1.1",
  "TranDtls": {"TaxSch": "GST", "SupTyp": "B2B", "RegRev": "N"},
  "DocDtls": {"Typ": "INV", "Dt": "20/11/2026"},
  "BuyerDtls": {"Gstin": "29AABCT1332L1ZD", "LglNm": "Mysore Traders LLP", "Pos": "29", "Addr1": "12 Sayyaji Rao Road", "Loc": "Mysuru", "Pin": 570001, "Stcd": "29"},
  "ItemList": [{"SlNo": "1", "PrdDesc": "Cashew kernels W320", "IsServc": "N", "HsnCd": "08013220", "Qty": 15, "Unit": "KGS", "UnitPrice": 860,
    "TotAmt": 12900, "AssAmt": 12900, "GstRt": 5, "IgstAmt": 645, "TotItemVal": 13545}],
  "ValDtls": {"AssVal": 12900, "IgstVal": 645, "TotInvVal": 13545}
}`

const aboutDocument = "The body is one INV-01 document of at most 2 MB and 1,000 items, with NIC's names: blocks also by their singular, members in any case, numbers as text, " +
	"unknown members passed over. `SellerDtls` may be left out: the company of the path is the seller. Without `DocDtls.No` the document gets the next number of the company's series when it is issued."

// documentOperations are the calls about documents.
func (s *Server) documentOperations() []operation {
	const tag = "Documents"
	return append([]operation{
		{
			method: http.MethodGet, path: documentsPath, id: "listDocuments", tag: tag, summary: "List or search documents", scope: db.ScopeRead,
			about:  "Newest date first; what a search finds, newest entered first. Pages hold still while documents are added: `next` says where to go on. All conditions must hold.",
			params: documentListParams(), gives: page[documentRow]{}, handle: s.listDocuments,
		},
		{
			method: http.MethodPost, path: documentsPath, id: "createDocument", tag: tag, summary: "Make a document: a draft, or issued at once", scope: db.ScopeWrite,
			about: aboutDocument + "\n\nA number that is used in the financial year is refused with 409 (NIC's 2150); `existing` says by which document. " +
				"The answer of the portal does not change the status: with `wait`, look at `irn_state` and `errors`.",
			params: []param{issueParam, computeParam, seriesParam, branchParam, waitParam}, takes: inv01Body{}, gives: document{}, status: http.StatusCreated,
			example: exampleDocument, handle: s.createDocument, again: s.documentMade,
		},
		{
			method: http.MethodGet, path: documentPath, id: "getDocument", tag: tag, summary: "Read a document", scope: db.ScopeRead,
			about: "With `If-None-Match` it costs next to nothing to ask whether something changed.", gives: document{}, handle: s.showDocument,
		},
		{
			method: http.MethodPut, path: documentPath, id: "replaceDocument", tag: tag, summary: "Replace a draft, or mend an issued document", scope: db.ScopeWrite,
			about: aboutDocument + "\n\nAn issued document can be replaced under its number while it has no IRN: held, refused, or without need of one. It is sent again by itself, " +
				"unless the company registers by hand. Registered ones are cancelled, or put right with a credit or debit note.",
			params: []param{computeParam, waitParam, ifMatchParam}, takes: inv01Body{}, gives: document{}, example: exampleDocument, handle: s.replaceDocument,
		},
		{
			method: http.MethodDelete, path: documentPath, id: "deleteDraft", tag: tag, summary: "Delete a draft", scope: db.ScopeWrite,
			about:  "Drafts alone: an issued document has a number, which is never used again, so it is given up with voidDocument instead.",
			params: []param{ifMatchParam}, status: http.StatusNoContent, handle: s.deleteDraft,
		},
		{
			method: http.MethodGet, path: documentPath + "/events", id: "listDocumentEvents", tag: tag, summary: "What happened to a document", scope: db.ScopeRead,
			about: "Its timeline and that of its e-way bill, the oldest first, all in one answer.", gives: page[documentEvent]{}, handle: s.listEvents,
		},
	}, s.documentActions(tag)...)
}

// documentActions are the calls that do something about a document.
func (s *Server) documentActions(tag string) []operation {
	return []operation{
		{
			method: http.MethodPost, path: documentPath + "/issue", id: "issueDocument", tag: tag, summary: "Issue a draft", scope: db.ScopeWrite,
			about:  "All that is wrong is said at once (422), and it stays a draft then.",
			params: []param{waitParam, ifMatchParam}, gives: document{}, handle: s.issueDraft, again: s.documentAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: documentPath + "/register", id: "registerDocument", tag: tag, summary: "Have a document registered", scope: db.ScopeWrite,
			about: "A held document is sent. A refused one is sent once more as it is, where the cause of the refusal lies outside of it; what is wrong in it is mended with " +
				"replaceDocument. One that waits, or has its IRN, comes back as it stands.",
			params: []param{waitParam}, gives: document{}, handle: s.registerDocument, again: s.documentAgain(db.ScopeWrite),
		},
		{
			method: http.MethodPost, path: documentPath + "/cancel", id: "cancelDocument", tag: tag, summary: "Cancel an IRN", scope: db.ScopeCancel,
			about: "Within 24 hours of its acknowledgement, and while no e-way bill of it is active; otherwise 409, which says what stands in the way. " +
				"The portal is asked while you wait. One that is cancelled comes back as it stands.",
			takes: cancelBody{}, gives: document{}, example: `{"reason": "2", "remark": "wrong quantity"}`, handle: s.cancelDocument, again: s.documentAgain(db.ScopeCancel),
		},
		{
			method: http.MethodPost, path: documentPath + "/void", id: "voidDocument", tag: tag, summary: "Give a document up that has no IRN", scope: db.ScopeCancel,
			about: "Its number is never used again. A document that needed no IRN is withdrawn with a reason. One with an IRN is cancelled instead.",
			takes: voidBody{}, gives: document{}, example: `{"reason": "ordered twice"}`, handle: s.voidDocument, again: s.documentAgain(db.ScopeCancel),
		},
	}
}

// inv01Body stands for an INV-01 document in the description.
type inv01Body struct{}

// cancelBody is why an IRN is cancelled.
type cancelBody struct {
	Reason string `json:"reason" must:"yes" enum:"1,2,3,4" doc:"1 duplicate, 2 data entry mistake, 3 order cancelled, 4 others"`
	Remark string `json:"remark" must:"yes" doc:"1 to 100 characters"`
}

// voidBody is why a document is given up.
type voidBody struct {
	Reason string `json:"reason" doc:"3 to 100 characters; may be left out unless the document needed no IRN"`
}
