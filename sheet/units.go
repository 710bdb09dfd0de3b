package sheet

import (
	"strings"
	"sync"

	"mohar/gst"
	"mohar/gst/master"
)

// unitAliases are what trade calls the units, by their unique quantity code.
const unitAliases = `
NOS no number numbers num each ea
PCS pc pce piece pieces pcs
KGS kg kilo kilos kilogram kilograms kilogramme kgm
GMS g gm gms gram grams gramme grm
QTL qtl quintal quintals
MTS mt mton metricton metrictons metrictonne metrictonnes mts
TON ton tons tonne tonnes
LTR l lt ltr ltrs litre litres
MLT ml mls millilitre millilitres
KLR kl kilolitre kilolitres
MTR m mtr mtrs metre metres rmt rmtr runningmetre
CMS cm cms centimetre centimetres
KME km kms kilometre kilometres
SQM sqm sqmt sqmtr sqmtrs sqmetre squaremetre squaremetres m2
SQF sqf sqft squarefeet squarefoot sft
SQY sqy sqyd sqyard squareyard squareyards
CBM cbm cum cubicmetre cubicmetres m3
CCM ccm cc cubiccentimetre cubiccentimetres
YDS yd yds yard yards
BOX box boxes bx
CTN ctn ctns carton cartons
PAC pac pack packs packet packets pkt pkts pkg pck
BAG bag bags
BTL btl btls bottle bottles
DOZ doz dozen dozens dz dzn
PRS pr prs pair pairs
SET set sets
ROL rol roll rolls
BDL bdl bdls bundle bundles
BUN bun bunch bunches
BAL bal bale bales
CAN can cans
DRM drm drum drums
TUB tub tube tubes
TBS tbs tab tablet tablets
GRS grs gross
GGK greatgross
TGM tengross
THD thd thousand thousands
UNT unt unit units
BOU billionunits
UGS usgallon usgallons
OTH oth other others
GYD grossyard grossyards
BKL buckle buckles`

// american spells a unit as American programs do.
var american = strings.NewReplacer("tre", "ter")

// unitNames gives the code of a unit by its letters in small.
var unitNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, u := range master.Units() {
		names[strings.ToLower(u.Code)] = u.Code
		names[unitLetters(u.Name)] = u.Code
	}
	for line := range strings.Lines(unitAliases) {
		if fields := strings.Fields(line); len(fields) > 0 {
			for _, alias := range fields[1:] {
				for _, name := range []string{alias, american.Replace(alias)} {
					if _, taken := names[name]; !taken {
						names[name] = fields[0]
					}
				}
			}
		}
	}
	return names
})

// unitLetters keeps the letters and digits of a unit, in small.
func unitLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// Unit returns the unique quantity code for a unit as trade writes it: "Nos.", "Pcs",
// "Kgs", "KGS-KILOGRAMS". It returns "" for one that it does not know.
func Unit(text string) string {
	if code := unitNames()[unitLetters(text)]; code != "" {
		return code
	}
	code, _, _ := strings.Cut(text, "-") // as the portal lists them
	code, _, _ = strings.Cut(code, "(")
	return unitNames()[unitLetters(code)]
}

// unit reads the named cell as a unit. One that is not known becomes OTH, with a warning.
func (c *cells) unit(name string) string {
	text := c.text[name]
	if absent(text) {
		return ""
	}
	if code := Unit(text); code != "" {
		return code
	}
	c.warn(name, gst.Fault{Rule: "sheet.unit", Args: []string{text}})
	return "OTH"
}
