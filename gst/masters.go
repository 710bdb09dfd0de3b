package gst

import "time"

// Customer is a party that a company deals with: a buyer, a supplier, or both.
type Customer struct {
	ID int64
	Party
	Supplier      bool       // goods come from it; a customer otherwise
	Supply        SupplyType // the usual one
	PlaceOfSupply string
	Addresses     []Address // further places that goods go to
	Prices        PriceBasis
	Terms         Terms     // usual ones; Due is not kept
	LedgerName    string    // exact name in the books it came from (Tally), for the way back
	Taxpayer      string    // what the portal's register says: REG, SEZ, SED, COM …
	Status        string    // likewise: ACT, SUS, CNL …; empty: not asked yet
	StatusAt      time.Time // when it was asked last
	LastUsed      time.Time
}

// Address is a further place of a customer.
type Address struct {
	Label string // "Bhiwandi godown"
	Party
}

// Item is a line of a company's catalogue.
type Item struct {
	ID            int64
	Description   string
	HSN           string
	Service       bool
	Unit          string
	UnitPrice     Milli // before tax
	GSTRate       Rate
	CessRate      Rate
	CessFixed     Paise // a unit
	StateCessRate Rate
	RetailPrice   Milli // for goods taxed by their retail sale price; 0: none
	Barcode       string
	LedgerName    string // exact name in the books it came from (Tally), for the way back
	LastUsed      time.Time
}

// Transporter is a carrier that a company hands goods to.
type Transporter struct {
	ID       int64
	GSTIN    string // GSTIN or TRANSIN, the e-way bill's transporter id; may be empty
	Name     string
	Phone    string
	Vehicles []string // numbers, as last used
	LastUsed time.Time
}
