package sandbox

import (
	"context"
	"hash/fnv"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// Names and places that taxpayers are made up of.
var (
	firstNames = []string{
		"Anand", "Bharat", "Chandra", "Deccan", "Ganga", "Himal", "Indus", "Kaveri", "Lotus", "Malwa",
		"Narmada", "Orient", "Pragati", "Sahyadri", "Surya", "Triveni", "Udyog", "Vindhya", "Yamuna", "Zenith",
	}
	trades = []string{
		"Traders", "Textiles", "Engineering", "Foods", "Chemicals", "Electricals", "Polymers", "Steels",
		"Logistics", "Agencies", "Enterprises", "Industries", "Papers", "Tools", "Ceramics", "Exports",
	}
	forms   = []string{"Private Limited", "LLP", "and Sons", "Limited"}
	streets = []string{"Station Road", "Market Road", "Industrial Area", "Gandhi Marg", "Ring Road", "Mill Lane", "Temple Street"}
)

// blockedEnding marks taxpayers that may not make e-way bills.
const blockedEnding = "Z9"

// taxpayer answers for any well-formed GSTIN with a taxpayer, made up but always the
// same, unless the admin API set it. Its state and PIN code fit the GSTIN. GSTINs that end
// in Z9 are blocked for e-way bills.
func (s *Sandbox) taxpayer(_ context.Context, c *call) (answer, error) {
	g, err := namedGSTIN(c)
	if err != nil {
		return answer{}, err
	}
	at := s.taxpayers.of(string(g))
	if at.old != "" {
		return answer{}, refuse(at.old)
	}
	return answer{data: details(g, at)}, nil
}

// syncTaxpayer brings the portal's copy up to date first.
func (s *Sandbox) syncTaxpayer(ctx context.Context, c *call) (answer, error) {
	g, err := namedGSTIN(c)
	if err != nil {
		return answer{}, err
	}
	if err := s.taxpayers.sync(ctx, s.state, string(g)); err != nil {
		return answer{}, err
	}
	return s.taxpayer(ctx, c)
}

// namedGSTIN is the GSTIN that a look-up asks for.
func namedGSTIN(c *call) (gst.GSTIN, error) {
	c.about = c.r.PathValue("gstin")
	g, err := gst.ParseGSTIN(c.about)
	if err != nil {
		return "", refuse("3028")
	}
	return g, nil
}

// details returns what a look-up tells of a taxpayer.
func details(g gst.GSTIN, at standing) nic.TaxpayerReply {
	h := fnv.New64a()
	_, _ = h.Write([]byte(g)) // a hash takes everything
	pick := picker(h.Sum64())
	name := firstNames[pick(len(firstNames))] + " " + trades[pick(len(trades))]
	place, pin := placeIn(g.State(), pick)
	legal := name + " " + forms[pick(len(forms))]
	if at.name != "" {
		name, legal = at.name, at.name
	}
	block := nic.Text("U")
	if at.blocked {
		block = "B"
	}
	return nic.TaxpayerReply{
		Gstin: string(g), TradeName: nic.Text(name), LegalName: nic.Text(legal),
		AddrBno: nic.Text(decimal(1 + pick(240))), AddrSt: nic.Text(streets[pick(len(streets))]), AddrLoc: nic.Text(place),
		StateCode: nic.Digits(strings.TrimLeft(g.State(), "0")), AddrPncd: nic.Digits(decimal(pin)),
		TxpType: nic.Text(at.kind), Status: nic.Text(at.status), BlkStatus: block, DtReg: nic.Day(20170701),
	}
}

// picker returns a source of choices that follows from a seed alone.
func picker(seed uint64) func(n int) int {
	return func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
}

// The kinds of taxpayers that rules ask for: the one of everybody who is not marked
// otherwise, that of units in special economic zones, and that of their developers, who
// invoice like everybody.
const (
	typeRegular   = "REG"
	typeSEZ       = "SEZ"
	typeDeveloper = "SED"
)

// statusSuspended is a registration that is not in force for the time being. It goes with
// the other two that documents have too.
const statusSuspended = "SUS"

// taxpayerType reads the kind of registration from the form of the GSTIN: its
// fourteenth character tells deductors and collectors of tax, as in real life, and S a
// SEZ unit, whose real GSTIN looks like any other. Suppliers of online services from
// abroad have a real S there, but no PAN in front of it.
func taxpayerType(g gst.GSTIN) string {
	switch g[13] {
	case 'C':
		return "TCS"
	case 'D':
		return "TDS"
	case 'S':
		if holdsPAN(string(g)) {
			return typeSEZ
		}
	}
	return typeRegular
}

// taxpayerStatus reads whether a registration is in force from the fourteenth character: U
// is suspended, X cancelled. Real ones have Z there and show nothing.
func taxpayerStatus(g gst.GSTIN) string {
	if !holdsPAN(string(g)) {
		return statusActive
	}
	switch g[13] {
	case 'U':
		return statusSuspended
	case 'X':
		return statusCancelled
	}
	return statusActive
}

// holdsPAN reports whether a PAN stands behind the state code: five letters, four
// digits and a letter.
func holdsPAN(gstin string) bool {
	for i, c := range gstin[2:12] {
		if letter := i < 5 || i == 9; letter != (c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}
