package handlers

import (
	"errors"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
	"mohar/gst/master"
	"mohar/views"
)

// companyFields reads what the company forms have in common, as typed.
func companyFields(form url.Values) views.CompanyFields {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return views.CompanyFields{
		GSTIN:     strings.ToUpper(get("gstin")),
		LegalName: get("name"),
		TradeName: get("trade"),
		Address1:  get("address1"),
		Address2:  get("address2"),
		Place:     get("place"),
		PIN:       strings.ReplaceAll(get("pin"), " ", ""),
		Phone:     strings.NewReplacer(" ", "", "-", "").Replace(get("phone")),
		Email:     get("email"),
		Taxpayer:  get("taxpayer"),
		UPI:       get("upi"),
		Turnover:  get("turnover"),
	}
}

// fieldsOf is a stored company as the forms show it.
func fieldsOf(c gst.Company) views.CompanyFields {
	f := views.CompanyFields{
		GSTIN: string(c.GSTIN), LegalName: c.LegalName, TradeName: c.TradeName,
		Address1: c.Address1, Address2: c.Address2, Place: c.Place,
		Phone: c.Phone, Email: c.Email, Taxpayer: string(c.Taxpayer), UPI: c.UPI, Turnover: string(c.Turnover),
	}
	if c.PIN != 0 {
		f.PIN = strconv.Itoa(c.PIN)
	}
	return f
}

// applyFields puts the typed fields into the company, whose GSTIN and mode are set,
// and says what is wrong with them.
func applyFields(c *gst.Company, f views.CompanyFields) Problems {
	wrong := Problems{}
	c.LegalName, c.TradeName = f.LegalName, f.TradeName
	c.Address1, c.Address2, c.Place = f.Address1, f.Address2, f.Place
	c.State, c.Phone, c.Email = c.GSTIN.State(), f.Phone, f.Email
	c.Taxpayer, c.Turnover, c.UPI = gst.TaxpayerType(f.Taxpayer), gst.TurnoverSlab(f.Turnover), f.UPI
	c.PIN = 0
	if f.PIN != "" {
		pin, err := strconv.Atoi(f.PIN)
		if err != nil || len(f.PIN) != 6 {
			wrong.put("pin", "A PIN code has 6 digits.")
		}
		c.PIN = pin
	}
	wrong.add(gst.ValidateParticulars(*c))
	wrong.put("taxpayer", oneOf(f.Taxpayer, taxpayerTypes))
	wrong.put("turnover", oneOf(f.Turnover, turnoverSlabs))
	if f.UPI != "" && !upiPattern.MatchString(f.UPI) {
		wrong.put("upi", "A UPI id looks like name@bank.")
	}
	return wrong
}

// upiPattern is a virtual payment address: a name, @, and the bank's handle.
var upiPattern = regexp.MustCompile(`^[A-Za-z0-9._-]{2,100}@[A-Za-z][A-Za-z0-9.-]{1,60}$`)

// parseCompanyGSTIN reads the GSTIN of a company; a live one needs its right check
// digit, because the portal knows no other.
func parseCompanyGSTIN(text string, mode gst.Mode) (gst.GSTIN, string) {
	hint := gstinHint(text)
	switch {
	case text == "":
		return "", "Type the GSTIN."
	case hint.Problem != "":
		return "", hint.Problem
	case hint.Warning != "" && mode == gst.Live:
		return "", hint.Warning
	}
	return gst.GSTIN(hint.GSTIN), ""
}

// gstinHint says what can be said of a GSTIN while it is being typed.
func gstinHint(text string) views.GSTINHint {
	text = strings.ToUpper(strings.TrimSpace(text))
	h := views.GSTINHint{GSTIN: text}
	if text == "" {
		return h
	}
	g, err := gst.ParseGSTIN(text)
	switch {
	case utf8.RuneCountInString(text) != 15:
		h.Problem = "A GSTIN has 15 characters; this has " + strconv.Itoa(utf8.RuneCountInString(text)) + "."
	case errors.Is(err, gst.ErrGSTINState):
		h.Problem = "No State has the code " + text[:2] + ". The first two digits of a GSTIN are its State's."
	case err != nil:
		h.Problem = "A GSTIN is two digits and thirteen letters or digits."
	default:
		h.GSTIN = string(g)
		h.State = master.StateName(g.State())
		h.PAN = g.PAN()
		if !g.CheckDigitOK() {
			h.Warning = "The check digit is wrong: the last character should be " + string(g.WantCheckDigit()) +
				", or another character is mistyped. Practice takes it, the government's portal does not."
		}
	}
	return h
}

// oneOf checks a choice against its options; forged forms may hold anything.
func oneOf(value string, options []views.Option) string {
	for _, o := range options {
		if o.Value == value {
			return ""
		}
	}
	return "Choose one of the list."
}

// taxpayerTypes are the registrations to choose from.
var taxpayerTypes = []views.Option{
	{Value: string(gst.Regular), Label: "Regular"},
	{Value: string(gst.Composition), Label: "Composition"},
	{Value: string(gst.SEZUnit), Label: "SEZ unit"},
	{Value: string(gst.SEZDeveloper), Label: "SEZ developer"},
	{Value: string(gst.Casual), Label: "Casual taxable person"},
}

// turnoverSlabs are the bands of turnover to choose from.
var turnoverSlabs = []views.Option{
	{Value: string(gst.SlabUnknown), Label: "Not said yet"},
	{Value: string(gst.SlabUpTo5), Label: "Up to ₹5 crore"},
	{Value: string(gst.Slab5To10), Label: "Above ₹5 crore, below ₹10 crore"},
	{Value: string(gst.Slab10To20), Label: "₹10 crore to ₹20 crore"},
	{Value: string(gst.Slab20To50), Label: "Above ₹20 crore, to ₹50 crore"},
	{Value: string(gst.Slab50To100), Label: "Above ₹50 crore, to ₹100 crore"},
	{Value: string(gst.Slab100To500), Label: "Above ₹100 crore, to ₹500 crore"},
	{Value: string(gst.SlabAbove500), Label: "Above ₹500 crore"},
}
