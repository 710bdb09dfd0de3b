package gst

import (
	"strings"
	"testing"
)

// onPaper is a company whose paper says all it can.
func onPaper() Company {
	return Company{
		GSTIN: GSTIN(buyerGSTIN), LegalName: "Bharat Stores", Address1: "4 Linking Road", Place: "Mumbai", PIN: 400050, State: "27",
		Mode: Live, Taxpayer: Regular, Prices: PricesInclusive,
		Paper: Paper{
			CIN: "U51909MH2012PTC229999", Udyam: "UDYAM-MH-18-0012345", UdyamSize: "small", IEC: "AAACB5678B",
			Lines: []string{"FSSAI 11517018000123", "Drug licence MH-MZ4-123456"},
			LUTs:  []LUT{{"2025-26", "AD270325000001A"}, {"2026-27", "AD270326000001B"}},
			Bank:  Bank{Payee: "Bharat Stores", Name: "HDFC Bank", Branch: "Bandra", Account: "50200012345678", IFSC: "HDFC0000123"},
			Terms: []string{"Goods once sold are not taken back.", `Claims within "7 days" only.`}, Interest: "18% a year after the due date.",
			Days: 30, Jurisdiction: "Subject to Mumbai jurisdiction.", Signatory: "Asha Sharda",
			Copies: map[DocumentType]int{TaxInvoice: 4, DeliveryChallan: 2},
		},
		Branches: []Branch{
			{Code: "PUN", Name: "Pune godown", Address1: "Plot 7", Place: "Pune", PIN: 411001},
			{Code: "ngp", Name: "Nagpur", Address1: "1 Sitabuldi", Address2: "Near the fort", Place: "Nagpur", PIN: 440012, Series: "NAGPUR"},
		},
	}
}

func TestACompanyMaySayAllOfItOnPaper(t *testing.T) {
	if fs := ValidateCompany(onPaper()); len(fs) != 0 {
		t.Errorf("faults: %v", fs)
	}
}

// companyBreaches break the rules for a company each by itself.
var companyBreaches = []struct {
	name, field, rule string
	change            func(*Company)
}{
	{"a CIN has 21 characters", "cin", "paper.cin", func(c *Company) { c.Paper.CIN = "U51909MH2012PTC22999" }},
	{"a CIN begins with L or U", "cin", "paper.cin", func(c *Company) { c.Paper.CIN = "X51909MH2012PTC229999" }},
	{"the old Udyog Aadhaar is no Udyam number", "udyam", "paper.udyam", func(c *Company) { c.Paper.Udyam = "MH18A0012345" }},
	{"an enterprise is micro, small or medium", "udyam_size", "choice", func(c *Company) { c.Paper.UdyamSize = "large" }},
	{"a size needs its number", "udyam", "required", func(c *Company) { c.Paper.Udyam = "" }},
	{"an IEC is a PAN or ten digits", "iec", "paper.iec", func(c *Company) { c.Paper.IEC = "AAACB5678" }},
	{"six lines at most", "lines[6]", "paper.lines", func(c *Company) { c.Paper.Lines = []string{"1", "2", "3", "4", "5", "6", "7"} }},
	{"eight terms at most", "terms[8]", "paper.lines", func(c *Company) { c.Paper.Terms = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"} }},
	{"a term is no book", "terms[0]", "length.max", func(c *Company) { c.Paper.Terms = []string{strings.Repeat("x", 251)} }},
	{"an undertaking is for a financial year", "luts[0].year", "lut.year", func(c *Company) { c.Paper.LUTs[0].Year = "2026" }},
	{"whose second year follows the first", "luts[0].year", "lut.year", func(c *Company) { c.Paper.LUTs[0].Year = "2026-28" }},
	{"and not before GST", "luts[0].year", "lut.year", func(c *Company) { c.Paper.LUTs[0].Year = "2016-17" }},
	{"one undertaking a year", "luts[1].year", "lut.twice", func(c *Company) { c.Paper.LUTs[1].Year = "2025-26" }},
	{"an undertaking has a number", "luts[1].number", "required", func(c *Company) { c.Paper.LUTs[1].Number = "" }},
	{"an account number has 18 characters at most", "bank.account", "paper.account", func(c *Company) { c.Paper.Bank.Account = "1234567890123456789" }},
	{"the fifth of an IFSC is a zero", "bank.ifsc", "paper.ifsc", func(c *Company) { c.Paper.Bank.IFSC = "HDFCO000123" }},
	{"an IFSC alone pays nobody", "bank.account", "required", func(c *Company) { c.Paper.Bank.Account = "" }},
	{"days of credit are not negative", "days", "negative", func(c *Company) { c.Paper.Days = -1 }},
	{"nor thirty years", "days", "large", func(c *Company) { c.Paper.Days = 10000 }},
	{"twelve copies at most", "copies.CHL", "large", func(c *Company) { c.Paper.Copies[DeliveryChallan] = 13 }},
	{"prices in dollars are a document's matter", "prices", "choice", func(c *Company) { c.Prices = PricesForeign }},
	{"a branch has a code", "branches[0].code", "required", func(c *Company) { c.Branches[0].Code = "" }},
	{"of six characters", "branches[0].code", "branch.code", func(c *Company) { c.Branches[0].Code = "PUNE-11" }},
	{"which no other branch has in other letters", "branches[1].code", "branch.twice", func(c *Company) { c.Branches[1].Code = "pun" }},
	{"a branch has a name", "branches[0].name", "required", func(c *Company) { c.Branches[0].Name = "" }},
	{"a place of at least three letters", "branches[0].place", "length", func(c *Company) { c.Branches[0].Place = "Pu" }},
	{"a PIN code", "branches[0].pin", "required", func(c *Company) { c.Branches[0].PIN = 0 }},
	{"in the company's State", "branches[0].pin", "pin.state", func(c *Company) { c.Branches[0].PIN = 560001 }},
	{"and an address the portal takes", "branches[0].address1", "characters", func(c *Company) { c.Branches[0].Address1 = `Plot "7"` }},
}

func TestWhatACompanyCannotSayOnPaper(t *testing.T) {
	for _, tt := range companyBreaches {
		t.Run(tt.name, func(t *testing.T) {
			c := onPaper()
			tt.change(&c)
			if fs := ValidateCompany(c); !has(fs, tt.field, tt.rule) || len(fs) != 1 {
				t.Errorf("want %s on %s alone, got %v", tt.rule, tt.field, fs)
			}
		})
	}
}

func TestAnEmptyPaperIsFine(t *testing.T) {
	c := onPaper()
	c.Paper, c.Branches, c.Prices = Paper{}, nil, PricesPlain
	if fs := ValidateCompany(c); len(fs) != 0 {
		t.Errorf("faults: %v", fs)
	}
}
