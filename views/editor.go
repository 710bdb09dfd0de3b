package views

// EditorView is the form in which a document is typed. Everything in it is text as it
// was typed, so that a form that comes back with messages looks as it was left.
type EditorView struct {
	ProofURL string // prints the stored draft for proof reading; empty: not stored yet
	// Action takes the POST of the whole form. The pressed button says do=issue, draft,
	// line, customer, drop:3, more:3, charge:freight (packing, insurance, other), or
	// add:docs (refs.preceding, refs.contracts, lines[3].attributes) for one more row.
	Action         string
	PreviewURL     string // POST of the form: answers with EditorAnswer
	AutosaveURL    string // POST of the form: answers with DraftSaved; empty: not saved by itself
	CustomersURL   string // GET ?buyer.name=…: answers with CustomerOptions; empty: Customers is all there is
	NewCustomerURL string // GET ?buyer.name=…: a form that makes a customer; empty: none. See CreateDialog
	NewItemURL     string // GET ?description=…: likewise an item
	HSNURL         string // GET ?q=…: answers with CodeOptions; empty: no suggestions
	PortsURL       string // GET: answers with CodeOptions of all ports; empty: Ports is all there is

	Type        string // gst.DocumentType, sent back as "type"
	ID, Version string // empty for a document that is not stored yet
	Saved       string // "Draft saved 10:42"; empty: nothing yet
	IssueLabel  string // "Issue & register"; "Register again" …
	Amending    bool   // numbered already: there is no draft to save

	Values map[string]string // by form name, without the lines; a ticked box is "on"
	Hidden map[string]string // what the form carries along unseen, by form name
	Faults Messages
	Lines  []EditorLine   // at least one, the last one empty
	Groups map[string]int // rows of refs.preceding, refs.contracts and docs; at least one is shown, the button adds others
	Open   string         // beginning of the names whose fold stands open because its button was pressed: "docs"

	Supply, States, Places []Option // Places: of supply. The views mark what Values says
	Countries              []Option
	Series, Branches       []Option // to choose from; asked for only where there are two or more
	Units                  []Option // for the list of suggestions, as are all below
	Purposes               []Option // why goods move on a challan; the value is the reason
	Ports, Currencies      []Option
	Rates                  []string // "5", "18"
	Customers              []CustomerOption
	Items                  []ItemOption
	Transporters           []TransporterOption

	BuyerOpen bool // unfold the buyer's fields: a new customer, or something to mend there
	Note      bool // a credit or debit note: it asks for the original document
	Brought   bool // the figures came from a file and can be kept
	Preview   EditorPreview
}

// Messages are what is wrong, by form name; "" is the document as a whole.
type Messages map[string][]Message

// Message is one sentence about a field, or about the document as a whole. The latter may
// end in a link to what mends it.
type Message struct {
	Text    string `json:"text"`
	Warning bool   `json:"warning,omitempty"`
	URL     string `json:"-"` // empty: no link
	Link    string `json:"-"` // its words: "Open the newer one"
}

// EditorLine is one line of the grid, as typed. Taxable is computed.
type EditorLine struct {
	Description, HSN, Qty, Unit, Price, Discount, Rate string
	Taxable                                            string

	More     map[string]string // the columns that the grid has no room for: "batch.name", "attributes[0].value"
	Kept     map[string]string // figures of a document that was brought: "number", "igst", "total"
	Open     bool              // show those columns though they are empty
	Charge   string            // gst.Charge; sent back as "charge"
	Against  string            // on a note: the line of the original; sent back as "against"
	LastRate string            // "last ₹ 860 on 12/10/2026"; empty: never sold to this buyer
}

// CustomerOption is a remembered customer that the name field suggests; choosing it
// fills the buyer's fields.
type CustomerOption struct {
	Name, GSTIN, TradeName, Address1, Address2, Place, PIN, State, Phone, Email string
	Supply, PlaceOfSupply                                                       string
	Prices                                                                      string // gst.PriceBasis
	Cash, Days, Interest                                                        string // usual terms; Cash is "on" or empty
}

// ItemOption is a remembered item that the description field suggests.
type ItemOption struct {
	Description, HSN, Unit, Price, Rate string
	WithTax                             string            // Price with the taxes on it, for documents whose prices hold them
	More                                map[string]string // as EditorLine.More: "cess_rate", "retail_price"
}

// TransporterOption is a remembered transporter. Choosing it fills the id and, where
// none is typed yet, the vehicle.
type TransporterOption struct{ Name, ID, Vehicle string }

// EditorPreview is what the form amounts to while it is typed.
type EditorPreview struct {
	Sums        []Sum // "Taxable value", "CGST" …
	Total       string
	Words       string
	Taxables    []string // of each line
	Hints       []string // of each line: as EditorLine.LastRate
	Messages    Messages // about all fields; shown beside those that were left
	Checks      []Check
	ChecksTitle string  // empty: "Ready for the portal"
	Why         []Check // why an IRN or an e-way bill is needed, or is not
	SupplyHint  string  // "Intra-State: CGST + SGST"
	NumberHint  string  // words: "Number on issue:", "The number stays."
	Number      string  // follows NumberHint and is never broken: "INV/26-27/0419"; may be empty
	BuyerHint   string  // "27AABFK4417C1ZS · Vashi, Navi Mumbai 400703"
	BuyerGood   bool    // the GSTIN is known to be in order
	ShipTo      ShipTo
	Last        LastInvoices
}

// Sum is a labelled amount.
type Sum struct{ Label, Value string }

// Check is one line of the panel that says whether the portal would take the document.
type Check struct {
	Kind  string // good, wait (a warning), bad, or info for what is merely said
	Text  string
	Field string // form name of the field to go to; may be empty
	URL   string // where to go instead of a field, say to the settings; may be empty
}

// ShipTo is where the goods may go: the buyer's further addresses.
type ShipTo struct {
	Places []ShipPlace
	Chosen string // index of the one that the form holds, ShipTyped, or empty: to the buyer
}

// ShipTyped stands for a place that is none of those remembered.
const ShipTyped = "typed"

// ShipPlace is a further address of the buyer. Choosing it fills the fields named.
type ShipPlace struct {
	Label  string            `json:"label"`
	Values map[string]string `json:"values"` // by form name: "ship.address1"
}

// LastInvoices are the latest documents of the same buyer.
type LastInvoices struct {
	To   string
	Rows []LastInvoice
}

// LastInvoice is one of them.
type LastInvoice struct{ URL, Number, Total string }
