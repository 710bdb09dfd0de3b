package sheet

import (
	"strings"

	"mohar/gst"
	"mohar/gst/master"
)

// ItemRow is one item of a file with what is wrong with it.
type ItemRow struct {
	Row    int // its number in the file: of the row, or of the item among the items
	Item   gst.Item
	Faults []Fault
}

// OK reports whether the row may be used as it is.
func (r ItemRow) OK() bool { return sound(r.Faults) }

var itemLayout = layout{
	anchors: []string{"description", "hsn", "ledger"},
	columns: []column{
		{"description", "Item", "What stands on the invoice. Needed.", []string{"Item Name", "Particulars", "Description", "Product", "Product Name",
			"Stock Item", "Name of Item", "Name", "Item Description", "Description of Goods", "Goods", "Product Description", "Name of Stock Item",
			"Goods/Services", "Service", "Description of Goods and Services", "Material", "Material Description", "Product/Service"}},
		{"hsn", "HSN/SAC", "HSN code of 4, 6 or 8 digits; codes of services begin with 99.", []string{"HSN", "HSN Code", "SAC", "SAC Code",
			"HSN/SAC Code", "HSN No", "HSN Number", "HSN SAC Code", "HSNCode", "HSN_CD", "Commodity Code"}},
		{"unit", "Unit", "NOS, PCS, KGS … or as you write it: Nos., Kg, Ltr.", []string{"UQC", "UOM", "Units", "Unit of Measure", "Unit of Measurement",
			"Base Unit", "Per", "Usage Unit", "Base Units", "Primary Unit"}},
		{"price", "Price", "Price of one unit before tax.", []string{"Rate", "Unit Price", "Selling Price", "Sale Price", "Sales Price", "Sales Rate", "Basic Rate",
			"Basic Price", "Price (excl. GST)", "Rate/Unit", "Selling Rate", "Standard Price", "Price per Unit", "Sale Rate", "Standard Selling Price"}},
		{"rate", "GST %", "The full rate: 5, 12, 18 …", []string{"GST Rate", "Tax Rate", "Tax %", "GST Rate %", "IGST %", "IGST Rate", "GST", "Rate of GST", "Tax", "Rate %",
			"Rate of Tax", "Applicable Tax Rate", "GST Slab", "Tax Percentage", "GST Percentage", "Integrated Tax", "Intra State Tax Rate", "Inter State Tax Rate", "GST Tax Rate"}},
		{"cgst", "CGST %", "", []string{"CGST Rate", "CGST", "Central Tax"}},
		{"sgst", "SGST %", "", []string{"SGST Rate", "SGST", "State Tax", "SGST/UTGST %", "UTGST %", "SGST/UTGST"}},
		{"cess", "Cess %", "Compensation cess by value, if any.", []string{"Cess Rate", "Cess", "GST Cess", "Cess Rate %"}},
		{"cess_fixed", "Cess per unit", "Compensation cess by quantity, if any.", []string{"Cess Amount", "Cess per Qty", "Cess Fixed"}},
		{"mrp", "MRP", "Retail sale price, for goods taxed by it.", []string{"Retail Price", "Maximum Retail Price", "RSP", "M.R.P."}},
		{"barcode", "Barcode", "", []string{"Bar Code", "EAN", "UPC", "EAN Code", "GTIN"}},
		{"kind", "Type", "Goods or Service; seen from the HSN code where it is empty.", []string{"Item Type", "Product Type", "Type of Supply", "Goods/Service", "Supply Type"}},
		{"ledger", "Stock Item Name", "Exact name of the item in your books (Tally), where it differs.", []string{"Tally Name", "Tally Stock Item", "Tally Item"}},
	},
	example: []string{"Hex bolt M8 × 40", "73181500", "NOS", "12.50", "18", "", "", "", "", "", "", "Goods", ""},
}

// Items reads a table of items. Its faults are told row by row; a table without a
// heading that names an item is refused with a gst.Invalid. law says which rates there are;
// nil is the law that the program brings.
func Items(t Table, law *master.Law) ([]ItemRow, Heading, error) {
	at, err := itemLayout.locate(t)
	if err != nil {
		return nil, Heading{}, err
	}
	var rows []ItemRow
	at.each(func(c *cells) {
		c.law = law
		rows = append(rows, c.item())
	})
	tellTwinItems(rows)
	return rows, at.Heading, nil
}

// item makes an item of a row.
func (c *cells) item() ItemRow {
	var i gst.Item
	i.LedgerName = c.text["ledger"]
	name := c.first("description", "ledger")
	if name == "" {
		c.add("description", gst.Fault{Rule: "description.missing"})
	}
	i.Description = c.oneLine("description", name, 300)
	i.HSN = c.hsn("hsn")
	i.Service = master.ServiceCode(i.HSN) || i.HSN == "" && strings.HasPrefix(strings.ToLower(c.text["kind"]), "serv")
	i.Unit = c.unit("unit")
	i.UnitPrice = c.price("price")
	i.GSTRate = c.rate("rate", true)
	if c.text["rate"] == "" {
		i.GSTRate = c.halves()
	}
	i.CessRate = c.rate("cess", false)
	i.CessFixed = c.money("cess_fixed")
	i.RetailPrice = c.price("mrp")
	i.Barcode = c.oneLine("barcode", c.text["barcode"], 30)
	return ItemRow{Row: c.row, Item: i, Faults: c.faults}
}

// halves returns the full rate of a file that tells CGST and SGST apart.
func (c *cells) halves() gst.Rate {
	central, state := c.rate("cgst", false), c.rate("sgst", false)
	if state == 0 {
		state = central
	}
	sum := central + state
	if sum > 100_000 || !c.law.RateKnown(int32(sum)) {
		if sum != 0 {
			c.add("cgst", gst.Fault{Rule: "rate.unknown", Code: "2240", Args: []string{sum.String()}})
		}
		return 0
	}
	return sum
}

// tellTwinItems warns where a name stood before.
func tellTwinItems(rows []ItemRow) {
	before := make(map[string]int, len(rows))
	for i := range rows {
		r := &rows[i]
		key := strings.ToLower(r.Item.Description)
		if at, ok := before[key]; ok && key != "" {
			r.Faults = append(r.Faults, twin(r.Row, at, "description", r.Item.Description))
			continue
		}
		before[key] = r.Row
	}
}
