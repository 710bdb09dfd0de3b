package api

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/gst/master"
)

// octaTaxpayerFacts is the answer of einvoice/getgstin: the facts beside each other.
type octaTaxpayerFacts struct {
	Success   bool
	Gstin     *string
	TradeName *string
	LegalName *string
	AddrBnm   *string
	AddrBno   *string
	AddrFlno  *string
	AddrSt    *string
	AddrLoc   *string
	StateCode *int
	AddrPncd  *int
	TxpType   *string
	Status    *string
	BlkStatus *string
}

// octaTaxpayer handles GET /api/einvoice/getgstin: what the e-invoice system's register says.
//
// Source: Octa API, Get GSTIN.
func (s *Server) octaTaxpayer(c echo.Context) error {
	company, q, err := s.octaCompany(c, db.ScopeRead)
	if err != nil {
		return err
	}
	asked := q.gstin("partygstin")
	if err := q.faults.Err(); err != nil {
		return err
	}
	t, err := s.desk.Taxpayer(c.Request().Context(), company, asked)
	if err != nil {
		return noTaxpayer(err)
	}
	state, _ := strconv.Atoi(t.State)
	blocked := "U"
	if t.Blocked {
		blocked = "B"
	}
	return sendOcta(c, octaTaxpayerFacts{
		Success: true, Gstin: orNull(string(t.GSTIN)), TradeName: orNull(t.TradeName), LegalName: orNull(t.LegalName),
		AddrBnm: orNull(t.Building), AddrBno: orNull(t.Door), AddrFlno: orNull(t.Floor), AddrSt: orNull(t.Street), AddrLoc: orNull(t.Place),
		StateCode: numberOrNull(state), AddrPncd: numberOrNull(t.PIN),
		TxpType: orNull(t.Type), Status: orNull(t.Status), BlkStatus: orNull(blocked),
	})
}

// gstin is a parameter that is a GSTIN.
func (q *octaQuery) gstin(name string) gst.GSTIN {
	typed := q.needed(name)
	if typed == "" {
		return ""
	}
	g, err := gst.ParseGSTIN(typed)
	if err != nil {
		q.add("api.gstin", name, name, typed)
	}
	return g
}

// numberOrNull is a member with a number; null for 0.
func numberOrNull(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// noTaxpayer says in the portal's code that nobody has a GSTIN.
func noTaxpayer(err error) error {
	if errors.Is(err, gst.ErrNotFound) && !isRefusal(err) {
		return gst.Faults{{Rule: "api.taxpayer.unknown", Code: "3028"}}.Err()
	}
	return err
}

// octaPublicFacts is the answer of gst/getgstin.
type octaPublicFacts struct {
	Success bool
	Result  *octaPublicTaxpayerResult
}

// octaPublicFailure is its failure, with the GSTINs that may have been meant.
type octaPublicFailure struct {
	octaFailure
	Suggestions []string
}

// octaPublicTaxpayerResult has the members of the public search. The register of the e-invoice
// system, which is what can be asked here, does not know all of them.
type octaPublicTaxpayerResult struct {
	Gstin                  *string
	Pan                    *string
	LegalName              *string
	TradeName              *string
	RegistrationDate       *string
	BizEntityType          *string
	TaxPayerType           *string
	TaxPayerStatus         *string
	CancellationDate       *string
	StateJurisdictionCode  *string
	StateJurisdiction      *string
	CenterJurisdictionCode *string
	CenterJurisdiction     *string
	BusinessActivities     []string
	EinvoiceStatus         *string
	LastUpdateDate         *string
	PrincipalAddr          *octaAddress
	AdditionalAddr         []octaAddress
}

type octaAddress struct {
	DoorNo       *string
	FloorNo      *string
	BuildingName *string
	Street       *string
	Landmark     *string
	Locality     *string
	Location     *string
	City         *string
	District     *string
	StateName    *string
	PinCode      *string
}

// octaPublicTaxpayer handles GET /api/gst/getgstin, and the older /api/octa/gst/getgstin, which
// Octa answers without credentials: here it needs a key, since each question costs credits at
// the provider.
//
// Source: Octa API, public, Get GSTIN.
func (s *Server) octaPublicTaxpayer(c echo.Context) error {
	if err := mayCall(c, db.ScopeRead); err != nil {
		return err
	}
	q := &octaQuery{c: c}
	asked := q.gstin("gstin")
	if err := q.faults.Err(); err != nil {
		return s.sendSuggestions(c, err, suggested(q.text("gstin")))
	}
	company, err := s.askingCompany(c)
	if err != nil {
		return err
	}
	t, err := s.desk.Taxpayer(c.Request().Context(), company, asked)
	if err != nil {
		return s.sendSuggestions(c, noTaxpayer(err), suggested(string(asked)))
	}
	return sendOcta(c, octaPublicFacts{Success: true, Result: publicResult(t)})
}

// askingCompany is one of the key's companies, in whose name the register is asked: a live one
// where there is one, since only the live register knows everybody.
func (s *Server) askingCompany(c echo.Context) (gst.Company, error) {
	companies, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return gst.Company{}, err
	}
	var chosen gst.Company
	for _, company := range companies {
		if callOf(c).key.For(company.GSTIN) && (chosen.GSTIN == "" || chosen.Mode != gst.Live && company.Mode == gst.Live) {
			chosen = company
		}
	}
	if chosen.GSTIN == "" {
		return chosen, plainError{http.StatusConflict, codeNotSetUp, "No company", "There is no company for this key in whose name the register could be asked. Add one first."}
	}
	callOf(c).company = chosen.GSTIN
	return chosen, nil
}

// suggested are the GSTINs that may have been meant: that with the right check digit.
//
// Source: GSTN, GSTIN check digit.
func suggested(typed string) []string {
	list := []string{}
	g, err := gst.ParseGSTIN(typed)
	if err != nil || g.CheckDigitOK() {
		return list
	}
	return append(list, string(g[:14])+string(g.WantCheckDigit()))
}

// sendSuggestions answers a failed search, in which the answer has a member more than elsewhere.
func (s *Server) sendSuggestions(c echo.Context, err error, suggestions []string) error {
	t := explain(err, s.now())
	if octaStatus(t) != http.StatusOK || t.after > 0 {
		return err
	}
	answer := octaPublicFailure{octaFailure: octaFailureOf(t), Suggestions: suggestions}
	callOf(c).code = answer.Errors[0].Code
	octaHeaders(c, t, answer.octaFailure)
	return sendOcta(c, answer)
}

// publicResult is what the register says, in the words of the public search.
func publicResult(t *gst.Taxpayer) *octaPublicTaxpayerResult {
	door, street := t.Door, t.Street
	if door == "" && t.Building == "" && t.Floor == "" && street == "" {
		door, street = t.Address1, t.Address2
	}
	pin := ""
	if t.PIN != 0 {
		pin = strconv.Itoa(t.PIN)
	}
	return &octaPublicTaxpayerResult{
		Gstin: orNull(string(t.GSTIN)), Pan: orNull(t.GSTIN.PAN()), LegalName: orNull(t.LegalName), TradeName: orNull(t.TradeName),
		RegistrationDate: isoDay(t.Registered), CancellationDate: isoDay(t.Deregistered),
		TaxPayerType: orNull(cmp.Or(publicTypes[t.Type], t.Type)), TaxPayerStatus: orNull(cmp.Or(publicStatuses[t.Status], t.Status)),
		BusinessActivities: []string{}, AdditionalAddr: []octaAddress{},
		PrincipalAddr: &octaAddress{
			DoorNo: orNull(door), FloorNo: orNull(t.Floor), BuildingName: orNull(t.Building), Street: orNull(street),
			Location: orNull(t.Place), StateName: orNull(master.StateName(t.State)), PinCode: orNull(pin),
		},
	}
}

// isoDay is a day as the public search writes it.
func isoDay(d gst.Date) *string {
	if d == 0 {
		return nil
	}
	return orNull(d.Time().Format("2006-01-02"))
}

// The e-invoice system's codes in the words of the public search.
//
// Source: GST portal, Search Taxpayer; NIC e-invoice API, Get GSTIN details.
var (
	publicTypes = map[string]string{
		"REG": "Regular", "COM": "Composition", "SEZ": "SEZ Unit", "SED": "SEZ Developer", "CTP": "Casual Taxable Person",
		"NRT": "Non Resident Taxable Person", "TDS": "Tax Deductor", "TCS": "Tax Collector (E-Commerce)", "ISD": "Input Service Distributor (ISD)",
	}
	publicStatuses = map[string]string{"ACT": "Active", "CNL": "Cancelled", "SUS": "Suspended", "INA": "Inactive", "PRO": "Provisional"}
)
