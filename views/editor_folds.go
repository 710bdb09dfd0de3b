package views

import (
	"fmt"
	"strconv"
	"strings"

	"mohar/gst"
)

// control is a field in a fold: a text, or a choice where it has Options.
type control struct {
	Field
	Options []Option
	Box     bool // yes or no
}

// fold is a part of the form that most documents do not need. Closed, it says in short
// what it holds; it stands open only when something in it is to be mended, because the
// usual terms and bank account of a firm fill some folds of every bill.
type fold struct {
	ID, Icon, Title string
	Labels          bool // the summary needs them: amounts alone say nothing
	Open            bool
	Controls        []control
	Groups          []group
}

// group is a part of a fold whose rows repeat.
type group struct {
	Name, Title, Add string
	Rows             [][]control
	Empty            []control // the row from which the script makes more
}

// faulty reports whether one of the controls has a message.
func faulty(list []control) bool {
	for _, c := range list {
		if c.Error != "" || c.HelpKind == "wait" && c.Help != "" {
			return true
		}
	}
	return false
}

// text is what a filled control says in a summary.
func (c control) text() string {
	if c.Box && c.Value != "" {
		return c.Label
	}
	for i, o := range c.Options {
		switch {
		case o.Value != c.Value:
		case i == 0: // the first choice is the usual one, or none
			return ""
		default:
			return o.Label
		}
	}
	return c.Value
}

// controls are all of a fold's.
func (f fold) controls() []control {
	list := f.Controls
	for _, g := range f.Groups {
		for _, row := range g.Rows {
			list = append(list[:len(list):len(list)], row...)
		}
	}
	return list
}

// open reports whether the fold stands open.
func (f fold) open() bool { return f.Open || faulty(f.controls()) }

// mostInSummary is how many fields a summary tells of.
const mostInSummary = 5

// summary says in short what the fold holds. The script does the same after a change.
func (f fold) summary() string {
	var parts []string
	for _, c := range f.controls() {
		text := c.text()
		if text == "" || len(parts) == mostInSummary {
			continue
		}
		if f.Labels && !c.Box {
			text = c.Label + " " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}

// pressed reports whether the button of a group in the fold was pressed.
func (v EditorView) pressed(prefixes ...string) bool {
	for _, prefix := range prefixes {
		if v.Open != "" && strings.HasPrefix(v.Open, prefix) {
			return true
		}
	}
	return false
}

// folds are the folds below the grid, in order.
func (v EditorView) folds() []fold {
	list := []fold{v.orderFold(), v.shipFold(), v.dispatchFold(), v.wholeFold(), v.taxFold(), v.paymentFold(), v.referencesFold(), v.docsFold()}
	if eway := v.ewayFold(); v.portal() || eway.summary() != "" || eway.open() {
		list = append(list, eway)
	}
	return list
}

// portal reports whether documents of this type can be registered.
func (v EditorView) portal() bool {
	switch gst.DocumentType(v.Type) {
	case gst.BillOfSupply, gst.DeliveryChallan, gst.Quotation, gst.Proforma:
		return false
	}
	return true
}

// choice is a select with the value marked.
func (v EditorView) choice(name, label string, options ...Option) control {
	f := v.field(name, label)
	return control{Field: f, Options: Options(f.Value, options...)}
}

// box is a yes or no.
func (v EditorView) box(name, label, help string) control {
	return control{Field: v.field(name, label).plain(help), Box: true}
}

func (v EditorView) orderFold() fold {
	return fold{
		ID: "order", Icon: "pencil", Title: "Order, terms and transport",
		Controls: []control{
			{Field: v.field("order.number", "Buyer’s order no.").upTo(16)},
			{Field: v.field("order.date", "Order date").day()},
			{Field: v.field("transport.challan_number", "Challan no.").upTo(50)},
			{Field: v.field("transport.challan_date", "Challan date").day()},
			v.choice("terms.cash", "Terms", Option{Label: "Credit"}, Option{Value: "on", Label: "Cash"}),
			{Field: v.field("terms.days", "Credit days").numeric(4)},
			{Field: v.field("terms.due", "Due date").day()},
			{Field: v.field("terms.interest", "Interest on late payment").upTo(100).hinted("18% a year")},
			{Field: v.field("transport.transporter", "Transporter").upTo(100).listed("transporters")},
			{Field: v.field("transport.vehicle", "Vehicle no.").upTo(20)},
			{Field: v.field("transport.lr_number", "LR/RR no.").upTo(50)},
			{Field: v.field("transport.lr_date", "LR/RR date").day()},
			{Field: v.field("transport.destination", "Destination").upTo(100)},
			{Field: v.field("transport.packages", "Packages").upTo(100).hinted("12 cartons")},
			{Field: v.field("transport.freight", "Freight").upTo(50).hinted("Paid, or to pay").listed("freight-terms")},
			{Field: v.field("remarks", "Remarks").upTo(100).classed("wide")},
		},
	}
}

// place are the fields of an address.
func (v EditorView) place(party string) []control {
	return []control{
		{Field: v.field(party+".address1", "Address line 1").upTo(100)},
		{Field: v.field(party+".address2", "Address line 2").upTo(100)},
		{Field: v.field(party+".place", "Place").upTo(100)},
		{Field: v.field(party+".pin", "PIN code").numeric(6)},
		v.choice(party+".state", "State", v.States...),
	}
}

func (v EditorView) shipFold() fold {
	return fold{
		ID: "ship", Icon: "truck", Title: "Ship to another place",
		Controls: append([]control{
			{Field: v.field("ship.name", "Consignee").upTo(100)},
			{Field: partyGSTIN(v.field("ship.gstin", "GSTIN"))},
			{Field: v.field("ship.trade", "Trade name").upTo(100)},
		}, append(v.place("ship"),
			control{Field: v.field("ship.phone", "Phone").numeric(12)},
			control{Field: v.field("ship.email", "E-mail").upTo(100)})...),
	}
}

func (v EditorView) dispatchFold() fold {
	return fold{
		ID: "dispatch", Icon: "building-2", Title: "Dispatch from another place",
		Controls: append([]control{
			{Field: v.field("dispatch.name", "Name").upTo(100)},
		}, v.place("dispatch")...),
	}
}

// wholeFold is about the document's total.
func (v EditorView) wholeFold() fold {
	rounding := v.field("round", "Round off")
	if rounding.Value == "" {
		rounding.Value = "auto"
	}
	list := []control{
		{Field: v.field("totals.discount", "Discount ₹").decimal(18).plain("After tax: it lowers only the total.")},
		{Field: v.field("totals.other", "Other charges ₹").decimal(18).plain("After tax, such as TCS.")},
		{Field: rounding, Options: Options(rounding.Value, Option{Value: "auto", Label: "To the rupee"}, Option{Value: "none", Label: "None"}, Option{Value: "typed", Label: "As typed"})},
		{Field: v.field("totals.round_off", "Round-off ₹").decimal(7).plain("Counts when “As typed” is chosen.")},
		{Field: v.field("totals.total_foreign", "Total in foreign currency").decimal(18)},
	}
	return fold{ID: "whole", Icon: "indian-rupee", Title: "Discount, charges and round-off", Labels: true, Controls: list}
}

func (v EditorView) taxFold() fold {
	return fold{
		ID: "tax", Icon: "percent", Title: "Reverse charge and special cases",
		Controls: []control{
			v.box("reverse", "Reverse charge", "The buyer pays the tax."),
			v.box("igst_on_intra", "IGST although within the State", "Seller and place of supply are in one State, and the supply is inter-State."),
			v.box("buyer_checked", "Bill though the GSTIN is cancelled", "The portal has the buyer as cancelled, and you have checked it with the buyer."),
			{Field: partyGSTIN(v.field("ecom", "E-commerce operator’s GSTIN").plain("When the supply goes through an operator who collects tax (TCS).")).classed("half")},
		},
	}
}

func (v EditorView) paymentFold() fold {
	return fold{
		ID: "payment", Icon: "banknote", Title: "Payment details",
		Controls: []control{
			{Field: v.field("payment.payee", "Payee").upTo(100)},
			{Field: v.field("payment.account", "Account no.").upTo(18)},
			{Field: v.field("payment.ifsc", "IFSC").upTo(11)},
			{Field: v.field("payment.mode", "Mode").upTo(18).listed("payment-modes")},
			{Field: v.field("payment.terms", "Payment terms").upTo(100)},
			{Field: v.field("payment.instruction", "Instruction").upTo(100)},
			{Field: v.field("payment.credit_transfer", "Credit transfer").upTo(100)},
			{Field: v.field("payment.direct_debit", "Direct debit").upTo(100)},
			{Field: v.field("payment.credit_days", "Credit days").numeric(4)},
			{Field: v.field("payment.paid", "Paid ₹").decimal(18)},
			{Field: v.field("payment.due", "Due ₹").decimal(18)},
		},
	}
}

func (v EditorView) referencesFold() fold {
	f := fold{
		ID: "refs", Icon: "link-2", Title: "References", Open: v.pressed("refs.contracts"),
		Controls: []control{
			{Field: v.field("refs.period_from", "Period from").day()},
			{Field: v.field("refs.period_to", "Period to").day()},
		},
		Groups: []group{v.group("refs.contracts", "Contracts", "Add a contract", v.contract)},
	}
	if !v.Note {
		f.Open = f.Open || v.pressed("refs.preceding")
		f.Groups = append([]group{v.originals()}, f.Groups...)
	}
	return f
}

// originals are the documents that a note, or whatever this is, refers to.
func (v EditorView) originals() group {
	title := ""
	if !v.Note {
		title = "Earlier documents"
	}
	return v.group("refs.preceding", title, "Add a document", func(at string, _ int) []control {
		return []control{
			{Field: v.field(at+"number", "Number").upTo(16)},
			{Field: v.field(at+"date", "Date").day()},
			{Field: v.field(at+"other", "Other reference").upTo(20)},
		}
	})
}

// contract are the fields of a contract. The first one's order has its place among the
// terms, where people look for it.
func (v EditorView) contract(at string, n int) []control {
	list := []control{
		{Field: v.field(at+"contract", "Contract no.").upTo(20)},
		{Field: v.field(at+"tender", "Tender no.").upTo(20)},
		{Field: v.field(at+"project", "Project no.").upTo(20)},
		{Field: v.field(at+"external", "External reference").upTo(20)},
		{Field: v.field(at+"advice_number", "Receipt advice no.").upTo(20)},
		{Field: v.field(at+"advice_date", "Advice date").day()},
	}
	if n == 0 {
		return list
	}
	return append(list,
		control{Field: v.field(at+"order_number", "Order no.").upTo(16)},
		control{Field: v.field(at+"order_date", "Order date").day()})
}

func (v EditorView) docsFold() fold {
	return fold{
		ID: "docs", Icon: "paperclip", Title: "Supporting documents", Open: v.pressed("docs"),
		Groups: []group{v.group("docs", "", "Add a document", func(at string, _ int) []control {
			return []control{
				{Field: v.field(at+"url", "Web address").upTo(100)},
				{Field: v.field(at+"info", "About it").upTo(1000)},
				{Field: v.field(at+"content", "Content (base64)").upTo(1000).classed("half")},
			}
		})},
	}
}

func (v EditorView) ewayFold() fold {
	return fold{
		ID: "eway", Icon: "truck", Title: "E-way bill with the IRN",
		Controls: []control{
			{Field: v.field("eway.transporter_name", "Transporter").upTo(100).listed("transporters")},
			{Field: v.field("eway.transporter_id", "Transporter’s GSTIN or id").upTo(15)},
			{Field: v.field("eway.distance", "Distance, km").numeric(4).hinted("Auto from PIN codes").plain("0 or empty: the portal works it out.")},
			v.choice("eway.mode", "Mode", Option{}, Option{Value: "1", Label: "Road"}, Option{Value: "2", Label: "Rail"}, Option{Value: "3", Label: "Air"}, Option{Value: "4", Label: "Ship"}),
			{Field: v.field("eway.vehicle", "Vehicle no.").upTo(20)},
			v.choice("eway.vehicle_type", "Vehicle type", Option{}, Option{Value: "R", Label: "Regular"}, Option{Value: "O", Label: "Over-dimensional cargo"}),
			{Field: v.field("eway.document_number", "Transport document no.").upTo(15)},
			{Field: v.field("eway.document_date", "Its date").day()},
		},
	}
}

// exportFold is hidden unless the supply is an export, or it holds something.
func (v EditorView) exportFold() fold {
	port := v.field("export.port", "Port").upTo(10).listed("ports")
	return fold{
		ID: "export", Icon: "send", Title: "Export", Open: !strings.HasPrefix(v.Values["supply"], "SEZ"),
		Controls: []control{
			v.choice("export.country", "Country", v.Countries...),
			{Field: v.field("export.currency", "Currency").upTo(16).listed("currencies")},
			{Field: v.field("export.rate", "Rupees per unit").decimal(18).titled("The exchange rate: rupees for one unit of the currency")},
			{Field: port},
			{Field: v.field("export.shipping_bill", "Shipping bill no.").upTo(20)},
			{Field: v.field("export.shipping_bill_date", "Shipping bill date").day()},
			v.choice("export.refund_claim", "Refund claimed", Option{}, Option{Value: "Y", Label: "Yes"}, Option{Value: "N", Label: "No"}),
			{Field: v.field("export.duty", "Export duty ₹").decimal(18)},
		},
	}
}

// group makes the rows of a group: as many as the view says, and the empty one.
func (v EditorView) group(name, title, add string, row func(at string, n int) []control) group {
	g := group{Name: name, Title: title, Add: add, Empty: row(name+"["+newRow+"].", 1)}
	for n := range max(v.Groups[name], 1) {
		g.Rows = append(g.Rows, row(fmt.Sprintf("%s[%d].", name, n), n))
	}
	return g
}

// rowName says which row of a group a field belongs to.
func rowName(g group, n string) string {
	what := strings.ToLower(strings.TrimPrefix(g.Add, "Add a "))
	if i, err := strconv.Atoi(n); err == nil {
		n = strconv.Itoa(i + 1)
	}
	return strings.ToUpper(what[:1]) + what[1:] + " " + n
}
