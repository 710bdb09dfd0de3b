package views

import (
	"strconv"

	"github.com/a-h/templ"
)

// Typed is a form of the masters as it was typed, by form name without the prefix.
type Typed struct {
	Prefix   string // "customer": the controls are called customer.name
	Values   map[string]string
	Problems map[string]string // what keeps it from being saved; "form" for all of it
	Warnings map[string]string
}

// name is the form name of one of the fields.
func (t Typed) name(field string) string { return t.Prefix + "." + field }

// field is one of the fields with what was typed and what is to be said of it.
func (t Typed) field(field, label, help string) Field {
	f := Field{
		Name: t.name(field), Label: label, Value: t.Values[field], Help: help, Error: t.Problems[field], Autocomplete: "off",
	}
	if w := t.Warnings[field]; w != "" && f.Error == "" {
		f.Help, f.HelpKind = w, "wait"
	}
	return f
}

// needed marks a field that must be filled in.
func needed(f Field) Field {
	f.Required = true
	return f
}

// figure is a field for a number.
func figure(f Field) Field {
	f.InputMode = "decimal"
	f.Attrs = templ.Attributes{"class": "num"}
	return f
}

// sized is a field that takes at most n characters.
func sized(f Field, n int) Field {
	f.MaxLength = n
	return f
}

// CustomersView is the list of customers and suppliers.
type CustomersView struct {
	ListURL, NewURL, BringURL string
	TransportersURL, CheckURL string
	WorkbookURL, CSVURL       string
	Query, Kind               string
	Chips                     []Chip // without counts
	List                      CustomerList
}

// CustomerList is what a search or a chip replaces.
type CustomerList struct {
	Rows             []CustomerRow
	First, Next      string // URLs; empty: this is that page, or there is none
	Count            string
	Filtered         bool
	ClearURL, NewURL string
	BringURL         string
}

// CustomerRow is one line of the list of customers.
type CustomerRow struct {
	URL, Name, Note    string // Note: "27AABFK4417C1ZS · Maharashtra"
	Place, Kind        string // Kind: "Supplier"; empty for a customer
	StatusKind, Status string // see StateDot
	Used               string
}

// CustomerForm is the form of one customer.
type CustomerForm struct {
	Typed
	Action    string // POST; the pressed button says do=save, fill, ask, add or drop:0
	ID        string // empty: a new one
	DeleteURL string // empty for a new one
	Dialog    bool   // inside the dialog of the editor
	GSTINURL  string // GET ?customer.gstin=…: answers with GSTINNote
	Hint      GSTINHint
	Filled    string // what came of asking the portal
	FilledBad bool
	Register  string // what the portal said, sent back as "customer.register"
	Status    CustomerStatus
	Taken     TakenBy
	Addresses []CustomerAddress

	Supply, States, Places, Prices, Terms, Kinds []Option
}

// CustomerStatus is what the portal's register says of a customer.
type CustomerStatus struct {
	Kind, Word, Note string // "good", "Active", "Regular taxpayer · asked 12 Nov 2026"
	CanAsk           bool
}

// TakenBy is another entry that is there already.
type TakenBy struct{ URL, Name string }

// CustomerAddress is one further address of a customer, as typed.
type CustomerAddress struct{ Typed }

// dropAddress is the value of the button that takes the address out.
func dropAddress(i int) string { return "drop:" + strconv.Itoa(i) }

// ItemsView is the list of items.
type ItemsView struct {
	ListURL, NewURL, BringURL, HSNURL string
	WorkbookURL, CSVURL               string
	Query                             string
	List                              ItemList
}

// ItemList is what a search replaces.
type ItemList struct {
	Rows             []ItemRow
	First, Next      string
	Count            string
	Filtered         bool
	ClearURL, NewURL string
	BringURL         string
}

// ItemRow is one line of the list of items.
type ItemRow struct{ URL, Name, HSN, Unit, Price, Rate, Used string }

// ItemForm is the form of one item.
type ItemForm struct {
	Typed
	Action, ID, DeleteURL string
	Dialog                bool
	HSNURL                string // GET ?item.hsn=…: answers with HSNOptions
	HSNNoteURL            string // GET ?item.hsn=…: answers with HSNNote
	HSN                   HSNHint
	Taken                 TakenBy
	Units, Rates          []Option
}

// HSNHint is what is said of a code under its field.
type HSNHint struct{ Text, Warning string }

// TransportersView is the list of transporters.
type TransportersView struct {
	ListURL, NewURL, Query string
	Rows                   []TransporterRow
}

// TransporterRow is one line of the list of transporters.
type TransporterRow struct{ URL, Name, ID, Phone, Vehicles, Used string }

// TransporterForm is the form of one transporter.
type TransporterForm struct {
	Typed
	Action, ID, DeleteURL string
	Taken                 TakenBy
}

// HSNView is the page of tariff codes.
type HSNView struct {
	URL, ImportURL, Query string
	Rows                  []HSNRow
	List                  string // what is searched: "21,568 codes of hsn.xlsx"
	Done, Problem         string // what came of reading a list
	Back                  string
}

// HSNRow is one code.
type HSNRow struct{ Code, Description, Source, UseURL string }

// HSNCode is a code that a field suggests.
type HSNCode struct{ Code, Description string }

// CheckView is how far asking the portal about all customers has come.
type CheckView struct {
	URL           string
	Started, Done bool
	Asked, Total  int
	Problem       string
	ListURL       string
	Live          bool // each call costs
}

// words says how far it has come.
func (v CheckView) words() string {
	return strconv.Itoa(v.Asked) + " of " + strconv.Itoa(v.Total) + " asked"
}

// BringView is the page that brings masters over from another program.
type BringView struct {
	Action                 string
	What                   string // "customers" or "items"
	CustomersURL, ItemsURL string
	FormURL                string // of an empty workbook to fill in
	Problem, File          string // why a file was refused
	Sections               []BringSection
	Kept                   string // the file, to be sent back with the second press; empty: choose it again
	Ready                  string // "Bring over 120 customers and 80 items"; empty: nothing to bring
	Result                 *BringResult
}

// BringSection is the preview of the rows of one kind.
type BringSection struct {
	Title   string // "Customers and suppliers"
	Counts  []Figure
	Used    string // the columns that were understood
	LeftOut string // and those that were not
	Rows    []BringRow
	More    string // "and 4,800 more rows in order"
}

// BringRow is one row of the file.
type BringRow struct {
	Number     string
	Name, Note string
	Kind, Word string // see StateDot: new, there already, not brought over
	Faults     []BringFault
}

// BringFault is one thing wrong in a row.
type BringFault struct {
	Column, Held, Text string // the heading, what the cell holds, what is wrong with it
	Warning            bool
}

// BringResult is what was brought over.
type BringResult struct {
	Lines    []string
	ListURL  string
	CheckURL string // asks the portal about all GSTINs; empty where none came
}
