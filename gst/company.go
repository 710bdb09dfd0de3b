package gst

import "time"

// Company is one GSTIN of the firm and how it invoices.
type Company struct {
	GSTIN     GSTIN
	LegalName string
	TradeName string
	Address1  string
	Address2  string
	Place     string
	PIN       int
	State     string // two digits, from the GSTIN
	Phone     string
	Email     string
	Taxpayer  TaxpayerType
	Mode      Mode
	Turnover  TurnoverSlab
	StartsOn  Date // e-invoicing applies to documents from this day; 0: by slab
	Exempt    bool // bank, insurer, GTA …: declaration of rule 46(s)
	ByHand    bool // register by hand instead of on issue
	RoundOff  bool // totals to the rupee
	UPI       string
	Prices    PriceBasis // how prices are typed unless a customer or a document says otherwise
	Paused    bool       // nothing new is sent to the portal
	LockedTo  Date       // nothing dated up to this day may be made or changed; 0: nothing is locked
	Paper     Paper
	Branches  []Branch
	Version   int64
	Created   time.Time
}

// Party returns the company as the seller of its documents.
func (c Company) Party() Party {
	return Party{
		GSTIN: string(c.GSTIN), LegalName: c.LegalName, TradeName: c.TradeName,
		Address1: c.Address1, Address2: c.Address2, Place: c.Place, PIN: c.PIN, State: c.State,
		Phone: c.Phone, Email: c.Email,
	}
}

// Paper is what a company's documents say beside the particulars that the law names.
type Paper struct {
	CIN          string // 21 characters; companies alone have one
	Udyam        string // "UDYAM-MH-18-0012345"
	UdyamSize    string // micro, small or medium
	IEC          string // importer-exporter code, 10 characters
	Lines        []string
	LUTs         []LUT
	Bank         Bank
	Terms        []string
	Interest     string // the line about late payment that new documents begin with
	Days         int    // of credit that new documents begin with
	Jurisdiction string
	Signatory    string
	Copies       map[DocumentType]int // how many are printed; absent: as rule 48 has it
}

// LUT is a letter of undertaking to export without paying tax; it lasts one financial
// year.
//
// Source: CGST Rules 2017, rule 96A; Circular 8/8/2017.
type LUT struct{ Year, Number string } // Year: "2026-27"

// Bank is the account that buyers pay into.
type Bank struct{ Payee, Name, Branch, Account, IFSC string }

// Branch is a further place of business under the same GSTIN. Goods leave from its
// address, and its documents may have a series of their own.
type Branch struct {
	Code     string // short, unique within the company: "PUN"
	Name     string
	Address1 string
	Address2 string
	Place    string
	PIN      int
	Series   string // name of its number series; empty: the usual one
}

// TaxpayerType is the kind of registration.
type TaxpayerType string

// The registrations Mohar knows.
const (
	Regular      TaxpayerType = "regular"
	Composition  TaxpayerType = "composition"
	SEZUnit      TaxpayerType = "sez_unit"
	SEZDeveloper TaxpayerType = "sez_developer"
	Casual       TaxpayerType = "casual"
)

// TurnoverSlab is the band of the aggregate annual turnover (AATO) of the PAN, the
// highest of any year since 2017-18.
type TurnoverSlab string

// The slabs at which a rule changes.
const (
	SlabUnknown  TurnoverSlab = ""
	SlabUpTo5    TurnoverSlab = "upto5"  // up to 5 crore
	Slab5To10    TurnoverSlab = "5to10"  // above 5, below 10 crore
	Slab10To20   TurnoverSlab = "10to20" // 10 crore and above, up to 20
	Slab20To50   TurnoverSlab = "20to50"
	Slab50To100  TurnoverSlab = "50to100"
	Slab100To500 TurnoverSlab = "100to500"
	SlabAbove500 TurnoverSlab = "above500"
)

// Provider is a GSP through which Mohar reaches the portal.
type Provider string

// The providers.
const (
	Alankit Provider = "alankit" // Alankit Limited: encrypted pass-through
	TaxPro  Provider = "taxpro"  // Chartered Information Systems Pvt Ltd: /dec/
	NIC     Provider = "nic"     // the portal itself, for firms that NIC gave a client id
)

// Name is the provider's full name, as the portal lists it under Through GSP.
func (p Provider) Name() string {
	switch p {
	case Alankit:
		return "Alankit Limited"
	case TaxPro:
		return "Chartered Information Systems Pvt Ltd"
	case NIC:
		return "NIC, directly"
	}
	return string(p)
}

// Credentials are one company's API user at one provider, in one mode.
type Credentials struct {
	Provider        Provider
	Mode            Mode
	Order           int // 1 is tried first
	Enabled         bool
	Username        string
	Password        string
	SubscriptionKey string   // Alankit
	ASPID           string   // TaxPro
	ASPPassword     string   // TaxPro
	ClientID        string   // NIC
	ClientSecret    string   // NIC
	BaseURLs        []string // empty: the provider's own
	PortalKeyPEM    string   // Alankit and NIC: the portal's public key, for signing in; empty: not given yet
	// The API user of the e-way bill system, where it is another than that of the
	// e-invoice system; both empty: one pair serves both.
	EWayUsername     string
	EWayPassword     string
	EWayPortalKeyPEM string   // Alankit and NIC: the e-way bill system's own public key; empty: not given yet
	EWayBaseURLs     []string // of the e-way bill system; empty: the provider's own
	Changed          time.Time
}

// Session is a signed-in API user: NIC's token and the key that goes with it.
type Session struct {
	Token   string
	Key     []byte // SEK, 32 bytes; nil where the GSP does the encryption
	Expires time.Time
}
