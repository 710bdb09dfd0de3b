package handlers

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// customerTyped is the form of a customer as it was sent, with what came of it.
type customerTyped struct {
	gst.Customer              // as far as it could be read
	stored       gst.Customer // as it stands; its ID is 0 for a new one
	values       map[string]string
	addresses    []map[string]string
	faults       gst.Faults
	taken        views.TakenBy
	filled       string
	filledBad    bool
}

// customerFields are the names of the form's fields but for the further addresses.
var customerFields = []string{
	"gstin", "name", "trade", "address1", "address2", "place", "pin", "state", "phone", "email",
	"supply", "pos", "prices", "terms.cash", "terms.days", "terms.interest", "kind", "register",
}

// addressFields are those of a further address.
var addressFields = []string{"label", "name", "gstin", "address1", "address2", "place", "pin", "state"}

// maxAddresses bounds how many further addresses a form may have.
const maxAddresses = 50

// readCustomer reads the form. What it does not show is kept as stored.
func readCustomer(values url.Values, stored gst.Customer) customerTyped {
	r := &masterReader{values: values, prefix: "customer"}
	t := customerTyped{Customer: stored, stored: stored, values: map[string]string{}}
	for _, name := range customerFields {
		t.values[name] = r.text(name)
	}
	t.Party = r.party("")
	if g, err := gst.ParseGSTIN(t.GSTIN); err == nil && t.State == "" {
		t.State = g.State()
	}
	t.Supplier = r.text("kind") == "supplier"
	t.Supply, t.PlaceOfSupply = gst.SupplyType(r.text("supply")), r.text("pos")
	t.Prices = gst.PriceBasis(r.text("prices"))
	t.Terms = gst.Terms{Cash: r.text("terms.cash") != "", Days: r.whole("terms.days", "sheet.days"), Interest: r.text("terms.interest")}
	if values.Get("dialog") != "" { // which has no room for them
		t.Addresses, t.Terms.Interest, t.Supplier = stored.Addresses, stored.Terms.Interest, stored.Supplier
	} else {
		t.readAddresses(r)
	}
	t.faults = r.faults
	t.readRegister(r.text("register"))
	return t
}

// readAddresses reads the further addresses; those that nothing was typed into are shown,
// but not kept.
func (t *customerTyped) readAddresses(r *masterReader) {
	t.Addresses = nil
	for i := range maxAddresses {
		block := fmt.Sprintf("addresses[%d].", i)
		if !r.values.Has(r.prefix + "." + block + "label") {
			break
		}
		row := map[string]string{}
		for _, name := range addressFields {
			row[name] = r.text(block + name)
		}
		t.addresses = append(t.addresses, row)
		if strings.Join(slices.Collect(maps.Values(row)), "") == "" {
			continue
		}
		kept := len(t.Addresses)
		before := len(r.faults)
		address := gst.Address{Label: row["label"], Party: r.party(block)}
		for j := before; j < len(r.faults); j++ { // faults count the addresses that are kept
			r.faults[j].Field = strings.Replace(r.faults[j].Field, block, fmt.Sprintf("addresses[%d].", kept), 1)
		}
		if g, err := gst.ParseGSTIN(address.GSTIN); err == nil && address.State == "" {
			address.State = g.State()
		}
		t.Addresses = append(t.Addresses, address)
	}
}

// drop takes the row of a further address out of the form.
func (t *customerTyped) drop(row string) {
	if i, err := strconv.Atoi(row); err == nil && i >= 0 && i < len(t.addresses) {
		t.addresses = slices.Delete(t.addresses, i, i+1)
	}
}

// fill puts the register's entry into the form.
func (t *customerTyped) fill(e *gst.Taxpayer, now time.Time) {
	v := t.values
	v["gstin"], v["name"], v["trade"] = string(e.GSTIN), e.LegalName, e.TradeName
	v["address1"], v["address2"], v["place"] = e.Address1, e.Address2, e.Place
	v["pin"], v["state"] = filled(e.PIN), e.State
	t.GSTIN = string(e.GSTIN)
	t.Taxpayer, t.Status, t.StatusAt = e.Type, e.Status, now
	v["register"] = strings.Join([]string{string(e.GSTIN), e.Type, e.Status, strconv.FormatInt(now.UnixMilli(), 10)}, "|")
	t.filled = "Filled in from the portal."
	if sez := gst.SupplyType(v["supply"]).ForSEZ(); t.SEZ() && !sez {
		v["supply"] = string(gst.SEZWP)
		t.filled = "Filled in from the portal, which lists it as SEZ: supplies are SEZ with payment, or under LUT."
	}
	if e.Status != gst.StatusActive {
		_, word := statusOf(e.Status)
		t.filled, t.filledBad = "Filled in from the portal, which says of this GSTIN: "+strings.ToLower(word)+".", true
	}
}

// readRegister takes over what the portal said when the form was filled from it, as long
// as the GSTIN is the same.
func (t *customerTyped) readRegister(text string) {
	parts := strings.Split(text, "|")
	if len(parts) != 4 || parts[0] != t.GSTIN {
		delete(t.values, "register")
		return
	}
	at, err := strconv.ParseInt(parts[3], 10, 64)
	if err != nil {
		return
	}
	t.Taxpayer, t.Status, t.StatusAt = parts[1], parts[2], time.UnixMilli(at).UTC()
}

// customerValues is a customer as its form shows it.
func customerValues(c gst.Customer) map[string]string {
	v := map[string]string{
		"supply": string(c.Supply), "pos": c.PlaceOfSupply, "prices": string(c.Prices),
		"terms.days": filled(c.Terms.Days), "terms.interest": c.Terms.Interest,
	}
	putParty(v, c.Party)
	if c.Supplier {
		v["kind"] = "supplier"
	}
	if c.Terms.Cash {
		v["terms.cash"] = "on"
	}
	return v
}

// buyerValues is a customer by the names of the editor's fields.
func buyerValues(company gst.Company, c gst.Customer) map[string]string {
	v := map[string]string{
		"supply": string(usualSupply(c)), "pos": c.PlaceOfSupply, "prices": string(c.PricesAt(company)),
		"terms.cash": "", "terms.days": filled(c.Terms.Days), "terms.interest": c.Terms.Interest,
	}
	if c.Terms.Cash {
		v["terms.cash"] = "on"
	}
	party := map[string]string{}
	putParty(party, c.Party)
	for name, value := range party {
		v["buyer."+name] = value
	}
	return v
}

// usualSupply is a customer's usual supply type; where none was chosen it goes by the GSTIN.
// A deemed export is one document's, made against one authorisation, and no habit.
//
// Source: CGST Act 2017, section 147; notification 48/2017-Central Tax.
func usualSupply(c gst.Customer) gst.SupplyType {
	switch {
	case c.Supply == gst.DEXP:
		return gst.B2B
	case c.Supply != "":
		return c.Supply
	case c.Registered():
		return gst.B2B
	}
	return gst.B2C
}

// showCustomer shows the form: on its page, or in the editor's dialog.
func (s *Server) showCustomer(c echo.Context, status int, t customerTyped) error {
	company := companyOf(c)
	form := customerForm(company, t)
	form.Dialog = inDialog(c)
	page := s.roomFrame(c, "New customer", "customers")
	if t.ID != 0 {
		page.Title = t.stored.LegalName
		if page.Title == "" {
			page.Title = t.LegalName
		}
	}
	page.Back = companyURL(company.GSTIN, "customers")
	return s.show(c, status, views.CustomerPage(page, form), views.CustomerFields(form))
}

// customerForm is what the form shows.
func customerForm(company gst.Company, t customerTyped) views.CustomerForm {
	address := companyURL(company.GSTIN, "customers")
	v := views.CustomerForm{
		Typed: typedAs("customer", t.values, t.faults), Action: address, GSTINURL: "/gstin", Hint: gstinHint(t.values["gstin"]),
		Filled: t.filled, FilledBad: t.filledBad, Register: t.values["register"], Taken: t.taken,
	}
	if t.ID != 0 {
		v.ID, v.Action = strconv.FormatInt(t.ID, 10), customerURL(company, t.ID)
		v.DeleteURL = v.Action + "/delete"
	}
	if t.Registered() && (!t.StatusAt.IsZero() || t.ID != 0) {
		v.Status.Kind, v.Status.Word = statusWord(t.Customer)
		v.Status.Note = registerNote(t.Customer)
		v.Status.CanAsk = t.ID != 0 && t.stored.Registered()
	}
	rows := t.addresses
	if rows == nil {
		for _, a := range t.Addresses {
			row := map[string]string{"label": a.Label}
			putParty(row, a.Party)
			rows = append(rows, row)
		}
	}
	kept := 0
	for i, row := range rows {
		typed := typedAs(fmt.Sprintf("customer.addresses[%d]", i), row, addressFaults(t.faults, kept))
		v.Addresses = append(v.Addresses, views.CustomerAddress{Typed: typed})
		if strings.Join(slices.Collect(maps.Values(row)), "") != "" {
			kept++
		}
	}
	customerChoices(&v)
	return v
}

// addressFaults are the faults of the kept further address i, by the names of its fields.
func addressFaults(faults gst.Faults, i int) gst.Faults {
	block := fmt.Sprintf("addresses[%d].", i)
	var own gst.Faults
	for _, f := range faults {
		if name, ok := strings.CutPrefix(f.Field, block); ok {
			f.Field = name
			own = append(own, f)
		}
	}
	return own
}

// taxpayerWords are the kinds of registration as the register has them.
var taxpayerWords = map[string]string{
	"REG": "Regular taxpayer", "COM": "Composition taxpayer", "SEZ": "SEZ unit", "SED": "SEZ developer",
	"CTP": "Casual taxable person", "TDS": "Deductor of tax", "TCS": "Collector of tax", "ISD": "Input service distributor",
}

// registerNote says what kind of taxpayer the customer is and when that was asked.
func registerNote(c gst.Customer) string {
	if c.StatusAt.IsZero() {
		return "The portal was not asked about this GSTIN yet."
	}
	note := "asked " + gst.DateOf(c.StatusAt).Long()
	switch kind := taxpayerWords[c.Taxpayer]; {
	case kind != "":
		note = kind + " · " + note
	case c.Taxpayer != "":
		note = "Taxpayer type " + c.Taxpayer + " · " + note
	}
	return note
}

// customerChoices puts the lists to choose from into the form.
func customerChoices(v *views.CustomerForm) {
	supplies := []views.Option{{Value: "", Label: "By the GSTIN: B2B with one, B2C without"}}
	for _, t := range []gst.SupplyType{gst.B2B, gst.B2C, gst.SEZWP, gst.SEZWOP, gst.EXPWP, gst.EXPWOP, gst.DEXP} {
		supplies = append(supplies, views.Option{Value: string(t), Label: supplyNames[t]})
	}
	states := []views.Option{{Value: "", Label: "Of the GSTIN"}}
	places := []views.Option{{Value: "", Label: "The customer's State"}}
	for _, st := range master.States() {
		option := views.Option{Value: st.Code, Label: st.Code + " — " + st.Name}
		states, places = append(states, option), append(places, option)
	}
	v.Supply = views.Options(v.Values["supply"], supplies...)
	v.States, v.Places = views.Options(v.Values["state"], states...), views.Options(v.Values["pos"], places...)
	v.Prices = views.Options(v.Values["prices"],
		views.Option{Value: "", Label: "The company's usual"},
		views.Option{Value: string(gst.PricesBefore), Label: "before GST"},
		views.Option{Value: string(gst.PricesInclusive), Label: "including GST"})
	v.Terms = views.Options(v.Values["terms.cash"], views.Option{Value: "", Label: "Credit"}, views.Option{Value: "on", Label: "Cash"})
	v.Kinds = views.Options(v.Values["kind"], views.Option{Value: "", Label: "A customer"}, views.Option{Value: "supplier", Label: "A supplier"})
}
