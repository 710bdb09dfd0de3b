package handlers

import (
	"fmt"
	"net/url"
	"strconv"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
	"mohar/lang"
	"mohar/views"
)

// chips are the headings of the list, in their order.
var chips = []struct {
	chip  db.Chip
	label string
	count func(db.Counts) int64
}{
	{db.ChipAll, "All", func(c db.Counts) int64 { return c.All }},
	{db.ChipToFix, "To fix", func(c db.Counts) int64 { return c.ToFix }},
	{db.ChipPending, "Pending", func(c db.Counts) int64 { return c.Pending }},
	{db.ChipRegistered, "Registered", func(c db.Counts) int64 { return c.Registered }},
	{db.ChipNotRequired, "No IRN needed", func(c db.Counts) int64 { return c.NotRequired }},
	{db.ChipDraft, "Drafts", func(c db.Counts) int64 { return c.Draft }},
	{db.ChipCancelled, "Cancelled", func(c db.Counts) int64 { return c.Cancelled }},
}

// chipNamed is the chip of a link; anything unknown is all documents.
func chipNamed(name string) db.Chip {
	for _, c := range chips {
		if string(c.chip) == name {
			return c.chip
		}
	}
	return db.ChipAll
}

// listedTypes are the kinds of documents that the list can be narrowed to, in their order.
var listedTypes = []views.Option{
	{Value: "", Label: "All documents"},
	{Value: string(gst.TaxInvoice), Label: "Invoices"},
	{Value: string(gst.CreditNote), Label: "Credit notes"},
	{Value: string(gst.DebitNote), Label: "Debit notes"},
	{Value: string(gst.BillOfSupply), Label: "Bills of supply"},
	{Value: string(gst.DeliveryChallan), Label: "Delivery challans"},
	{Value: string(gst.Quotation), Label: "Quotations"},
	{Value: string(gst.Proforma), Label: "Proforma invoices"},
}

// typeNamed is the kind of document of a link; anything unknown is all of them.
func typeNamed(name string) gst.DocumentType {
	for _, t := range listedTypes {
		if t.Value == name {
			return gst.DocumentType(name)
		}
	}
	return ""
}

// listURL is the list as f narrows it, under a chip and from a place on.
func listURL(company gst.Company, f db.InvoiceFilter, chip db.Chip, after db.Cursor) string {
	q := url.Values{}
	for name, value := range map[string]string{
		"state": string(chip), "type": string(f.Type), "q": f.Query, "after": after.String(),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	address := companyURL(company.GSTIN, "invoices")
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	return address
}

// invoiceList is the rows with what stands below them.
func invoiceList(company gst.Company, f db.InvoiceFilter, rows []db.InvoiceRow, next db.Cursor) views.InvoiceList {
	list := views.InvoiceList{
		Filtered: f.Query != "" || f.State != db.ChipAll || f.Type != "",
		ClearURL: companyURL(company.GSTIN, "invoices"),
		NewURL:   companyURL(company.GSTIN, "invoices/new"),
		NewLabel: newLabel(company),
	}
	if f.Query == "" && (f.State != db.ChipAll || f.Type != "") {
		list.EmptyTitle, list.EmptyText = "Nothing here", "No document stands under this heading now."
		if f.State == db.ChipToFix && f.Type == "" {
			list.EmptyTitle, list.EmptyText = "Nothing to fix", "The portal has refused none of your documents."
		}
	}
	for _, r := range rows {
		list.Rows = append(list.Rows, invoiceRow(company, r))
	}
	list.Bulk = bulkBar(company, f, rows, !next.IsZero())
	if !f.After.IsZero() {
		list.Newest = listURL(company, f, f.State, db.Cursor{})
	}
	if !next.IsZero() {
		list.Older = listURL(company, f, f.State, next)
	}
	switch n := len(rows); {
	case list.Newest != "" || list.Older != "": // how many there are, one page cannot say
	case n == 1:
		list.Count = documents(1)
	case n > 1:
		list.Count = documents(int64(n))
	}
	return list
}

// invoiceRow is one line of the list.
func invoiceRow(company gst.Company, r db.InvoiceRow) views.InvoiceRow {
	inv := gst.Invoice{ID: r.ID, Company: company.GSTIN}
	row := views.InvoiceRow{
		ID: strconv.FormatInt(r.ID, 10), URL: invoiceURL(&inv, ""), Number: r.Number, Date: r.Date.Long(),
		Customer: r.BuyerName, CustomerNote: buyerNote(r),
		Total: signed(r.Type, r.Total).Indian(),
		Kind:  stateKind(r.State, r.IRNState), State: stateWord(r.State, r.IRNState),
	}
	if r.EWay.Number != "" {
		row.EWayBill = grouped(r.EWay.Number)
	}
	if r.Type != gst.TaxInvoice {
		row.Type = documentKinds[r.Type]
	}
	if r.State == gst.Draft {
		row.Number = "Draft"
	} else {
		row.PDFURL = invoiceURL(&inv, "pdf")
	}
	switch {
	case r.IRNState == gst.IRNFailed && r.Code != "":
		row.State = r.Code + " · " + row.State
	case r.IRNState == gst.IRNNotRequired && r.State == gst.Issued && r.Reason == gst.NoIRNB2C:
		row.State += " (B2C)"
	case r.IRNState == gst.IRNRegistered && supplyNotes[r.Supply] != "":
		row.State += " · " + supplyNotes[r.Supply]
	}
	switch {
	case row.Customer != "":
	case r.State == gst.Draft:
		row.Customer = "No buyer yet"
	default:
		row.Customer = "Walk-in customer"
	}
	if r.IRNState == gst.IRNNotRequired && r.State == gst.Issued && r.Reason == gst.NoIRNElsewhere {
		row.State = "Issued elsewhere"
	}
	return row
}

// supplyNotes say what is special about a supply in the list.
var supplyNotes = map[gst.SupplyType]string{
	gst.SEZWP: "SEZ", gst.SEZWOP: "SEZ LUT", gst.EXPWP: "Export", gst.EXPWOP: "Export LUT", gst.DEXP: "Deemed export",
}

// buyerNote is the buyer's GSTIN with its State.
func buyerNote(r db.InvoiceRow) string {
	if len(r.BuyerGSTIN) < 2 || r.BuyerGSTIN == gst.URP {
		return r.BuyerGSTIN
	}
	return r.BuyerGSTIN + " · " + master.StateName(r.BuyerGSTIN[:2])
}

// signed is a document's amount as it counts in sums: credit notes are taken off.
func signed(t gst.DocumentType, p gst.Paise) gst.Paise {
	if t == gst.CreditNote {
		return -p
	}
	return p
}

// stateKind is the colour of a state.
func stateKind(state gst.DocumentState, irn gst.IRNState) string {
	if state != gst.Issued {
		return "muted"
	}
	switch irn {
	case gst.IRNRegistered:
		return "good"
	case gst.IRNFailed, gst.IRNConflict:
		return "bad"
	case gst.IRNPending, gst.IRNUnknown, gst.IRNHeld:
		return "wait"
	}
	return "muted"
}

// stateWord is a state in people's words.
func stateWord(state gst.DocumentState, irn gst.IRNState) string {
	switch {
	case state == gst.Draft:
		return "Draft"
	case state == gst.Void && irn != gst.IRNCancelled:
		return "Void"
	}
	return lang.English.Text("irn." + string(irn))
}

// newKinds are the documents that the list offers to make, in their order.
var newKinds = []gst.DocumentType{
	gst.TaxInvoice, gst.BillOfSupply, gst.CreditNote, gst.DebitNote, gst.DeliveryChallan, gst.Quotation, gst.Proforma,
}

// newLabel says what the button for a new document makes: what the company usually bills
// with.
func newLabel(company gst.Company) string {
	if company.Taxpayer == gst.Composition {
		return "New bill of supply"
	}
	return "New invoice"
}

// invoicesView is the whole list page.
func invoicesView(company gst.Company, f db.InvoiceFilter, counts db.Counts, list views.InvoiceList) views.InvoicesView {
	v := views.InvoicesView{
		ListURL: companyURL(company.GSTIN, "invoices"), NewURL: companyURL(company.GSTIN, "invoices/new"), ImportURL: companyURL(company.GSTIN, "invoices/import"),
		NewLabel: newLabel(company), Query: f.Query, State: string(f.State), List: list, Figures: figures(company, counts),
		Types: views.Options(string(f.Type), listedTypes...),
	}
	for _, kind := range newKinds {
		if company.Taxpayer == gst.Composition && kind == gst.TaxInvoice {
			continue // it may not charge tax: CGST Act 2017, section 10(4)
		}
		v.Kinds = append(v.Kinds, views.Option{Value: v.NewURL + "?type=" + string(kind), Label: documentKinds[kind]})
	}
	v.Kinds = append(v.Kinds, views.Option{Value: companyURL(company.GSTIN, "invoices/elsewhere"), Label: "Issued elsewhere …"},
		views.Option{Value: byHandURL(company.GSTIN, 0), Label: "By hand at the portal …"})
	for _, c := range chips {
		v.Chips = append(v.Chips, views.Chip{
			Label: c.label, Count: chipCount(f, c.count(counts)),
			URL: listURL(company, f, c.chip, db.Cursor{}), Current: c.chip == f.State,
		})
	}
	return v
}

// chipCount is how many documents stand under a chip. Of one kind of document nobody has
// counted them.
func chipCount(f db.InvoiceFilter, n int64) string {
	if f.Type != "" {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// figures are the numbers above the list; none before the first document.
func figures(company gst.Company, c db.Counts) []views.Figure {
	if c.All == 0 {
		return nil
	}
	m := c.Month
	month := gst.Date(m.Month*100 + 1).Time().Format("January")
	tax := m.CGST + m.SGST + m.IGST
	fix := views.Figure{Label: "To fix before IRN", Value: strconv.FormatInt(c.ToFix, 10), Note: "Nothing is refused", Kind: "muted",
		URL: companyURL(company.GSTIN, "invoices?state="+string(db.ChipToFix))}
	if c.ToFix > 0 {
		fix.Note, fix.Kind = "Refused by the portal", "bad"
	}
	wait := views.Figure{Label: "Waiting for the portal", Value: strconv.FormatInt(c.Pending, 10), Note: "All sent", Kind: "muted",
		URL: companyURL(company.GSTIN, "queue")}
	if c.Pending > 0 {
		wait.Note, wait.Kind = "You can go on billing", "wait"
		if company.ByHand {
			wait.Label, wait.Note = "Without IRN yet", "Some may wait for you to press Register"
		}
		if company.Paused {
			wait.Note = "Paused: nothing new is sent"
		}
	}
	return []views.Figure{
		{Label: "Billed in " + month, Value: rupees(m.Total), Note: documents(m.Documents), Kind: "muted"},
		{Label: "GST charged", Value: rupees(tax), Note: fmt.Sprintf("IGST %s · CGST %s · SGST %s", m.IGST.Indian(), m.CGST.Indian(), m.SGST.Indian()), Kind: "muted"},
		fix, wait,
	}
}

// documents is a number of them.
func documents(n int64) string {
	if n == 1 {
		return "1 document"
	}
	return strconv.FormatInt(n, 10) + " documents"
}

// rupees is an amount with its sign and a thin space.
func rupees(p gst.Paise) string { return "₹\u2009" + p.Indian() }
