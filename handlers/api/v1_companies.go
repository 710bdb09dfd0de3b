package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// company is one GSTIN of the firm as our own API shows it.
type company struct {
	GSTIN     gst.GSTIN       `json:"gstin"`
	LegalName string          `json:"legal_name"`
	TradeName string          `json:"trade_name"`
	Address1  string          `json:"address1"`
	Address2  string          `json:"address2"`
	Place     string          `json:"place"`
	PIN       int             `json:"pin"`
	State     string          `json:"state" doc:"two digits"`
	Phone     string          `json:"phone"`
	Email     string          `json:"email"`
	Taxpayer  string          `json:"taxpayer" enum:"regular,composition,sez_unit,sez_developer,casual"`
	Mode      string          `json:"mode" enum:"practice,live" doc:"practice: everything goes to the built-in portal and is nothing in law"`
	ByHand    bool            `json:"by_hand" doc:"issued documents are held until they are registered, see registerDocument"`
	RoundOff  bool            `json:"round_off" doc:"totals that are worked out here are rounded to the rupee"`
	Paused    bool            `json:"paused" doc:"nothing new is sent to the portal"`
	LockedTo  day             `json:"locked_to" doc:"nothing dated up to this day may be made or changed"`
	StartsOn  day             `json:"einvoicing_from" doc:"e-invoicing applies to documents from this day; null: by turnover"`
	Exempt    bool            `json:"exempt" doc:"of a class that makes no e-invoices"`
	Branches  []companyBranch `json:"branches"`
	Version   int64           `json:"version" doc:"the number in front of the ETag's dot"`
	Created   moment          `json:"created_at"`
}

// companyBranch is a further place of business under the same GSTIN.
type companyBranch struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Address1 string `json:"address1"`
	Address2 string `json:"address2"`
	Place    string `json:"place"`
	PIN      int    `json:"pin"`
	Series   string `json:"series" doc:"its number series; empty: the usual one"`
}

// companyOperations are the calls about companies.
func (s *Server) companyOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/companies", id: "listCompanies", tag: "Companies", summary: "List the companies of the key",
			about: "All in one answer. Companies are added, and their API users at the portal entered, under Settings on the pages: secrets stay out of this API.",
			scope: db.ScopeRead, gives: page[company]{}, handle: s.listCompanies,
		},
		{
			method: http.MethodGet, path: "/companies/{gstin}", id: "getCompany", tag: "Companies", summary: "Read a company",
			about: "A GSTIN that the key was not made for looks like one that is not there.",
			scope: db.ScopeRead, gives: company{}, handle: s.showCompany,
		},
	}
}

// showsCompany is a company as it is shown.
func showsCompany(c gst.Company) company {
	v := company{
		GSTIN: c.GSTIN, LegalName: c.LegalName, TradeName: c.TradeName, Address1: c.Address1, Address2: c.Address2,
		Place: c.Place, PIN: c.PIN, State: c.State, Phone: c.Phone, Email: c.Email, Taxpayer: string(c.Taxpayer), Mode: string(c.Mode),
		ByHand: c.ByHand, RoundOff: c.RoundOff, Paused: c.Paused, LockedTo: day(c.LockedTo), StartsOn: day(c.StartsOn), Exempt: c.Exempt,
		Branches: []companyBranch{}, Version: c.Version, Created: moment(c.Created),
	}
	for _, b := range c.Branches {
		v.Branches = append(v.Branches, companyBranch{b.Code, b.Name, b.Address1, b.Address2, b.Place, b.PIN, b.Series})
	}
	return v
}

// listCompanies handles GET /companies.
func (s *Server) listCompanies(c echo.Context) error {
	all, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return err
	}
	var shown []company
	for _, one := range all {
		if callOf(c).key.For(one.GSTIN) {
			shown = append(shown, showsCompany(one))
		}
	}
	return sendJSON(c, http.StatusOK, echo.MIMEApplicationJSON, pageFrom(shown, db.Cursor{}))
}

// showCompany handles GET /companies/{gstin}.
func (s *Server) showCompany(c echo.Context) error {
	one, err := s.company(c, c.Param("gstin"), db.ScopeRead)
	if err != nil {
		return err
	}
	return sendTagged(c, http.StatusOK, one.Version, showsCompany(one))
}
