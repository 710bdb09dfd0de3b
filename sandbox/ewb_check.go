package sandbox

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mohar/gst"
)

// check returns the codes of the first layer of checks that finds any. The paper's
// number is looked up here, and once more when the bill is written.
func (m *making) check(ctx context.Context, q querier) error {
	if day(m.e.DocDate) != 0 {
		held, err := takenPaper(ctx, q, m.e, m.now)
		if err != nil {
			return err
		}
		m.taken = held != nil
	}
	for _, layer := range []func(){
		m.checkParties, m.checkPaper, m.checkReason, m.checkPlaces, m.checkValues, m.checkItems,
		m.checkGold, m.checkTransport, m.checkDistance, m.checkBlocked,
	} {
		layer()
		if err := m.err(); err != nil {
			return err
		}
	}
	return nil
}

// checkParties checks who asks and who the parties are. 201, 202, 208, 212, 358, 822,
// 359, 360, 855, 722, 720, 209, 229, 230, 213.
func (m *making) checkParties() {
	e := m.e
	m.when(e.SupplyType != "O" && e.SupplyType != "I", "201")
	sub, err := strconv.Atoi(e.SubSupplyType)
	m.when(err != nil || sub < 1 || sub > 12, "202")
	m.when(!partyNamed(e.FromGstin), "208")
	m.when(!partyNamed(e.ToGstin), "212")
	m.when(m.given("userGstin") && m.capitals("userGstin") != m.by, "358")
	if len(m.codes) > 0 {
		return
	}
	m.when(e.FromGstin == gst.URP && e.ToGstin == gst.URP, "822")
	transports := m.by == e.TransporterId // a transporter may make it for either party
	m.when(e.SupplyType == "O" && e.FromGstin != m.by && !transports, "359")
	m.when(e.SupplyType == "I" && e.ToGstin != m.by && !transports, "360")
	if e.FromGstin != gst.URP {
		at := m.known.of(e.FromGstin)
		m.when(at.kind == "TDS" || at.kind == "TCS", "855")
		m.when(at.statusSet && at.status != statusActive, "208")
		m.when(at.told && e.SupplyType == "O" && e.DocType == "INV" && e.ToGstin != gst.URP, "720")
	}
	if e.ToGstin != gst.URP {
		m.when(m.known.of(e.ToGstin).status == statusCancelled, "722")
	}
	m.when(e.FromTrdName == "" || tooLong(e.FromTrdName, 100), "229")
	m.when(e.FromAddr1 == "" || tooLong(e.FromAddr1, 120) || tooLong(e.FromAddr2, 120), "209")
	m.when(e.FromPlace == "" || tooLong(e.FromPlace, 50), "230")
	m.when(tooLong(e.ToTrdName, 100), "231")
	m.when(tooLong(e.ToAddr1, 120) || tooLong(e.ToAddr2, 120), "213")
	m.when(tooLong(e.ToPlace, 50), "232")
}

func tooLong(s string, most int) bool { return len([]rune(s)) > most }

// enrolled are the numbers of transporters without GSTIN and of parties that enrolled
// without one: fifteen characters that are no GSTIN's.
var enrolled = regexp.MustCompile(`^[0-9]{2}[0-9A-Z]{13}$`)

// partyNamed reports whether a text is a GSTIN, an enrolment number or URP.
func partyNamed(s string) bool {
	if s == gst.URP {
		return true
	}
	_, err := gst.ParseGSTIN(s)
	return err == nil || enrolled.MatchString(s) && strings.HasPrefix(s, transinPrefix)
}

// paperNo is how a paper's number is written.
//
// Source: CGST Rules 2017, rule 46(b).
var paperNo = regexp.MustCompile(`^[A-Za-z0-9/-]{1,16}$`)

// The limits on the date of the paper.
//
// Source: e-way bill portal's notes of 2017 and of January 2025.
const (
	firstPaper gst.Date = 20170701
	paperDays           = 180
	ageFrom    gst.Date = 20250101
)

// checkPaper checks the paper that goes with the goods. 204, 206, 207, 819, 820, 604.
func (m *making) checkPaper() {
	e := m.e
	m.when(!slices.Contains([]string{"INV", "BIL", "BOE", "CHL", "OTH"}, e.DocType), "204")
	m.when(!paperNo.MatchString(e.DocNo), "206")
	today, on := gst.DateOf(m.now), day(e.DocDate)
	switch {
	case on == 0 || on > today:
		m.add("207")
	case on < firstPaper:
		m.add("819")
	case today >= ageFrom && on < today.AddDays(-paperDays):
		m.add("820")
	}
	m.when(m.taken && len(m.codes) == 0, "604")
}

// ewbPapers are the papers of each reason for a movement, outward and inward.
//
// Source: e-way bill portal, table of supply, sub-supply and document types.
var ewbPapers = map[string]map[string]string{
	"O": {
		"1": "INV BIL", "3": "INV BIL", "4": "CHL", "5": "CHL", "8": "CHL OTH", "9": "INV BIL CHL", "10": "CHL", "11": "CHL OTH", "12": "CHL",
	},
	"I": {
		"1": "INV BIL", "2": "BOE", "5": "CHL", "6": "CHL", "7": "CHL", "8": "CHL OTH", "9": "BOE INV BIL CHL", "12": "CHL",
	},
}

// checkReason checks that reason, direction and paper fit, and what some reasons ask for.
// 203, 205, 611, 377, 714, 450, 451.
func (m *making) checkReason() {
	e := m.e
	papers, ok := ewbPapers[e.SupplyType][e.SubSupplyType]
	if !ok {
		m.add("203")
		return
	}
	if !strings.Contains(papers, e.DocType) {
		ever := false
		for _, of := range ewbPapers[e.SupplyType] {
			ever = ever || strings.Contains(of, e.DocType)
		}
		m.when(ever, "205")
		m.when(!ever, "611")
	}
	m.when(e.SubSupplyType == "8" && (e.SubSupplyDesc == "" || tooLong(e.SubSupplyDesc, 20)), "377")
	m.when(m.kindOf(e.FromGstin) == typeComposition && e.DocType == "INV", "714")
	m.when(e.SubSupplyType == "3" && e.ToGstin != gst.URP && !m.zone(e.ToGstin), "450")
	m.when(e.SubSupplyType == "2" && e.FromGstin != gst.URP && !m.zone(e.FromGstin), "451")
}

// typeComposition is the type of those who pay a composition levy.
const typeComposition = "COM"

func (m *making) kindOf(gstin string) string {
	if gstin == gst.URP || !partyIsGSTIN(gstin) {
		return ""
	}
	return m.known.of(gstin).kind
}

func partyIsGSTIN(s string) bool {
	_, err := gst.ParseGSTIN(s)
	return err == nil
}

// zone reports whether a GSTIN is of a unit or developer of a special economic zone.
func (m *making) zone(gstin string) bool {
	kind := m.kindOf(gstin)
	return kind == typeSEZ || kind == typeDeveloper
}

// checkBlocked refuses goods of a supplier who did not file its returns. Only the
// defaulter's own outward movement is barred. 715.
//
// Source: CGST Rules 2017, rule 138E, as amended by Notification 15/2021.
func (m *making) checkBlocked() {
	m.when(partyIsGSTIN(m.e.FromGstin) && m.known.of(m.e.FromGstin).blocked, "715")
}
