package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mohar/db"
	"mohar/gst"
)

// tallyMasters is what Tally exports of one customer, one supplier and one item.
const tallyMasters = `<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA>
<TALLYMESSAGE><LEDGER NAME="Konkan Agro"><PARENT>Sundry Debtors</PARENT><PARTYGSTIN>27AABFK4417C1ZS</PARTYGSTIN><LEDSTATENAME>Maharashtra</LEDSTATENAME></LEDGER></TALLYMESSAGE>
<TALLYMESSAGE><LEDGER NAME="Mill Supply"><PARENT>Sundry Creditors</PARENT></LEDGER></TALLYMESSAGE>
<TALLYMESSAGE><STOCKITEM NAME="Urea 45 kg"><BASEUNITS>Bag</BASEUNITS></STOCKITEM></TALLYMESSAGE>
</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`

// second presses the button of a preview.
func (s *site) second(address string, preview reply) reply {
	s.Helper()
	kept := between(preview.body, `name="kept" value="`, `"`)
	if kept == "" {
		s.Fatalf("the page does not keep the file:\n%s", preview.body)
	}
	return s.post(address, url.Values{"kept": {kept}, "name": {"file"}, "do": {"bring"}})
}

func TestCustomersOfATableAreBroughtOver(t *testing.T) {
	s := newCompanySite(t)
	s.want(s.post(customersURL, customerTypedForm()), http.StatusSeeOther)
	file := "Party Name,GSTIN,City,PIN Code,Colour\n" +
		"Konkan Agro Ltd," + konkan + ",Navi Mumbai,400703,red\n" +
		"Asha Stores,,Pune,411001,blue\n" +
		"Wrong PIN,29AWGPV7107B1Z1,Mysuru,411001,\n" +
		"asha stores,,Nashik,422001,\n"
	address := customersURL + "/import"
	s.want(s.get(address), http.StatusOK, "Empty workbook to fill in", "Look into it")
	preview := s.upload(address, "parties.csv", file)
	s.want(preview, http.StatusOK, "Columns left out: Colour", "Bring over 3 customers and suppliers", "1 there already",
		"2 new", "1 twice in the file", "1 not in order, left out", "PIN Code:", "“411001”", "is not in Karnataka", "is also in row 3")
	if found, _, _ := s.store.CustomerList(t.Context(), companyGSTIN, db.CustomerFilter{}); len(found) != 1 {
		t.Errorf("%d are stored before anybody said so", len(found))
	}
	s.want(s.second(address, preview), http.StatusOK, "1 customer or supplier is new, 2 took over what the file says.", "Check all GSTINs at the portal")
	if c := s.customerNamed("konkan"); c.LegalName != "Konkan Agro Ltd" || c.Terms.Days != 30 {
		t.Errorf("the file took more than it says: %+v", c)
	}
	s.want(s.second(address, preview), http.StatusOK, "0 customers and suppliers are new")
}

func TestTallyBringsCustomersAndItemsAtOnce(t *testing.T) {
	for _, address := range []string{customersURL + "/import", itemsURL + "/import"} {
		s := newCompanySite(t)
		preview := s.upload(address, "Master.xml", tallyMasters)
		s.want(preview, http.StatusOK, "Bring over 2 customers and suppliers and 1 item", "Konkan Agro", "Mill Supply", "supplier", "Urea 45 kg")
		s.want(s.second(address, preview), http.StatusOK, "2 customers and suppliers are new.", "1 item is new.")
		if c := s.customerNamed("mill"); !c.Supplier || c.LedgerName != "Mill Supply" {
			t.Errorf("stored %+v", c)
		}
		if item := s.itemNamed("urea"); item.Unit != "BAG" {
			t.Errorf("stored %+v", item)
		}
	}
}

func TestItemsOfATableAreBroughtOver(t *testing.T) {
	s := newCompanySite(t)
	preview := s.upload(itemsURL+"/import", "items.csv", "Item Name;HSN;UOM;Rate;GST %\nUrea;31021000;Bag;860;5\nPotash;310420;Sack;900;5\nBad;12;Nos;1;5\n")
	s.want(preview, http.StatusOK, "Bring over 2 items", "The portal does not know the unit “Sack”", "Left out")
	s.want(s.second(itemsURL+"/import", preview), http.StatusOK, "2 items are new.")
	s.want(s.get(itemsURL), http.StatusOK, "Urea", "860.00", "Potash", "OTH")
}

func TestARateThatTheFirmEnteredIsBroughtOver(t *testing.T) {
	s := newCompanySite(t)
	const table = "Item Name;HSN;UOM;Rate;GST %\nUrea;31021000;Bag;860;9\n"
	s.want(s.upload(itemsURL+"/import", "items.csv", table), http.StatusOK, "Left out")
	s.wantRedirect(s.post(changeURL, ruleForm("rule", "rate", "value", "9")), rulesURL+"?done=saved")
	s.want(s.upload(itemsURL+"/import", "items.csv", table), http.StatusOK, "Bring over 1 item")
	const documents = "Document Number;Document Date;GST Rate;Taxable Value;Invoice Value\nOLD/1;02/11/2026;9;1000;1090\n"
	s.wantNot(s.upload(invoicesURL+"/elsewhere", "old.csv", documents), "is not a GST rate")
}

func TestFilesThatHoldNoMastersAreRefused(t *testing.T) {
	s := newCompanySite(t)
	for name, tt := range map[string]struct{ content, says string }{
		"empty":     {"", "empty"},
		"no table":  {"\x00\x01\x02", "table"},
		"no rows":   {"Name,GSTIN\n", "no row below its heading"},
		"no name":   {"Colour,Size\nred,1\n", "no column names"},
		"other XML": {"<ENVELOPE><A/></ENVELOPE>", "no customers, suppliers or stock items"},
	} {
		t.Run(name, func(t *testing.T) {
			r := s.upload(customersURL+"/import", "file", tt.content)
			s.wantNot(r, "Bring over 0")
			if !strings.Contains(r.body, tt.says) || r.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s: %q is not said: %s", r.Status, tt.says, r.body)
			}
		})
	}
	s.want(s.post(customersURL+"/import", url.Values{}), http.StatusUnprocessableEntity, "Choose a file first")
	s.want(s.post(customersURL+"/import", url.Values{"kept": {"!"}, "do": {"bring"}}), http.StatusUnprocessableEntity, "Choose the file again")
}

func TestAFileOfThousandsShowsTheFirstRowsAndAllFaultyOnes(t *testing.T) {
	s := newCompanySite(t)
	var file strings.Builder
	file.WriteString("Name,GSTIN,City,PIN,Our remarks\n")
	for i := range 5000 {
		pin := 411001
		if i%1000 == 999 {
			pin = 110001
		}
		fmt.Fprintf(&file, "Customer %04d,%s,Pune,%d,%s\n", i, rightGSTIN(i), pin, strings.Repeat("Plot 12 ", 120))
	}
	if file.Len() < 4<<20 {
		t.Fatalf("%d bytes are less than a usual form may have", file.Len())
	}
	preview := s.upload(customersURL+"/import", "big.csv", file.String())
	s.want(preview, http.StatusOK, "Bring over 4,995 customers and suppliers", "Customer 0199", "Customer 4999", "4,795 more rows like these")
	s.wantNot(preview, "Customer 0201")
	s.want(s.second(customersURL+"/import", preview), http.StatusOK, "4,995 customers and suppliers are new.")
}

func TestWhatTheCellsOfAFileSayCannotBecomeMarkup(t *testing.T) {
	s := newCompanySite(t)
	r := s.upload(customersURL+"/import", `<b>.csv`, "Name,PIN\n<script>alert(1)</script>,<i>\n")
	s.want(r, http.StatusOK)
	raw := r.body
	if strings.Count(raw, "alert(1)") == 0 {
		t.Fatal("the row is not shown")
	}
}

func TestPublishedTallyVouchersAreRefusedWithTheWayOut(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join("..", "..", "shared", "samples", "import", "tally", "*.xml"))
	if len(files) == 0 {
		t.Skip("SKIPPED: the published Tally files are not here")
	}
	s := newCompanySite(t)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := s.upload(customersURL+"/import", filepath.Base(file), string(data))
		s.want(r, http.StatusUnprocessableEntity, filepath.Base(file)+" was not taken")
		if !strings.Contains(r.body, "export List of Accounts") && !strings.Contains(r.body, "Export it again") {
			t.Errorf("%s: no way out is named: %s", file, between(r.body, "was not taken", "</div>"))
		}
	}
}

// rightGSTIN is a GSTIN of Maharashtra with a right check digit.
func rightGSTIN(i int) gst.GSTIN {
	g := gst.GSTIN(fmt.Sprintf("27AWGPV%04dB1Z", i))
	return g + gst.GSTIN(g.WantCheckDigit())
}
