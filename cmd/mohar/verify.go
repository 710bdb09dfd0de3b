package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/nic"
	"mohar/scan"
)

// maxSigned bounds what verify reads of a text: the portal takes documents up to 2 MB.
// Pictures and PDFs have bounds of their own.
const maxSigned = scan.MaxFile

// scanTime is how long one picture is looked at.
const scanTime = time.Minute

// verify checks signed QR texts and signed invoices, alone, in files of the portal, or as
// QR codes in photos and PDFs, and says what they say.
func verify(ctx context.Context, args []string, std streams) error {
	f := newFlags("verify", std)
	dir := f.text("data", "", "data folder whose kept certificates count too")
	cert := f.text("cert", "", "file with a further certificate to trust")
	asJSON := f.Bool("json", false, "print JSON, one line for each signed text")
	if err := f.read(args, maxFiles); err != nil {
		return helped(err)
	}
	keys, err := verifyKeys(ctx, *dir, *cert, std)
	if err != nil {
		return err
	}
	names := f.Args()
	if len(names) == 0 {
		names = []string{"-"}
	}
	show := describe
	if *asJSON {
		show = describeJSON
	}
	bad, checked, err := verifyFiles(ctx, names, std, func(t token) (bool, error) { return show(std.out, keys, t) })
	if err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d signatures could not be confirmed", bad, checked)
	}
	return nil
}

// verifyFiles shows the signed texts of files. One among several files that cannot be read
// counts as not confirmed.
func verifyFiles(ctx context.Context, names []string, std streams, show func(token) (bool, error)) (bad, checked int, err error) {
	for _, name := range names {
		tokens, err := tokensOf(ctx, name, std.in)
		if err != nil {
			if len(names) == 1 {
				return bad, checked, err
			}
			if _, err := fmt.Fprintf(std.err, "%s: %v\n", name, err); err != nil {
				return bad, checked, err
			}
			bad, checked = bad+1, checked+1
			continue
		}
		for _, t := range tokens {
			t.many = len(names) > 1
			holds, err := show(t)
			if err != nil {
				return bad, checked, err
			}
			if checked++; !holds {
				bad++
			}
		}
	}
	return bad, checked, nil
}

// maxFiles is how many files one call may name.
const maxFiles = 10_000

// token is one signed text and where it stood.
type token struct {
	file, name, text string
	many             bool // among several files, so that its own is told
}

// tokensOf finds the signed texts of a file, or of the standard input for "-".
func tokensOf(ctx context.Context, name string, stdin io.Reader) ([]token, error) {
	data, err := readSigned(name, stdin)
	if err != nil {
		return nil, err
	}
	tokens := signedTokens(data)
	if len(tokens) == 0 {
		if tokens, err = scannedTokens(ctx, data); err != nil {
			return nil, err
		}
	}
	if len(tokens) == 0 {
		return nil, errors.New("no signed text found: give a signed QR, a signed invoice, a JSON file that holds them, or a photo or PDF of the QR code")
	}
	for i := range tokens {
		tokens[i].file = name
	}
	return tokens, nil
}

// scannedTokens reads the QR codes of a picture or PDF; a file of another kind has none.
func scannedTokens(ctx context.Context, data []byte) ([]token, error) {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	texts, err := scan.Texts(ctx, data)
	switch {
	case errors.Is(err, scan.ErrKind):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var found []token
	for _, text := range texts {
		for _, signed := range desk.SignedTexts([]byte(text)) {
			found = append(found, token{name: "Signed text", text: signed})
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("the QR code is not that of an e-invoice: %.60q", texts[0])
	}
	return found, nil
}

func readSigned(name string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if name != "" && name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // only read
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSigned+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSigned {
		return nil, errors.New("more than 12 MB: that is no signed document")
	}
	return text, nil
}

// signedTokens finds the signed texts in a bare token or in a JSON file with
// SignedInvoice and SignedQRCode members.
func signedTokens(text []byte) []token {
	text = bytes.TrimSpace(text)
	if !bytes.HasPrefix(text, []byte("{")) {
		if bytes.Count(text, []byte(".")) == 2 && bytes.HasPrefix(text, []byte("eyJ")) {
			return []token{{name: "Signed text", text: string(bytes.Join(bytes.Fields(text), nil))}}
		}
		return nil
	}
	var file struct{ SignedInvoice, SignedQRCode string }
	if err := json.Unmarshal(text, &file); err != nil {
		return nil
	}
	var found []token
	if file.SignedInvoice != "" {
		found = append(found, token{name: "Signed invoice", text: file.SignedInvoice})
	}
	if file.SignedQRCode != "" {
		found = append(found, token{name: "Signed QR", text: file.SignedQRCode})
	}
	return found
}

// verifyKeys gathers the keys: NIC's bundled ones, the kept practice ones of a data
// folder, and one the caller brings.
func verifyKeys(ctx context.Context, dir, cert string, std streams) (*nic.Keyring, error) {
	keys := nic.BundledKeys()
	if dir != "" {
		store, err := existingStore(ctx, dir, std)
		if err != nil {
			return nil, err
		}
		defer func() { _ = store.Close() }() // only read
		kept, err := keptKeys(ctx, store)
		if err != nil {
			return nil, err
		}
		keys = append(keys, kept...)
	}
	if cert != "" {
		pem, err := os.ReadFile(cert)
		if err != nil {
			return nil, err
		}
		key, err := nic.ParseSigningKey(pem, false)
		key.Practice = strings.Contains(key.Name, "practice") // as the practice portal names itself
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cert, err)
		}
		keys = append(keys, key)
	}
	return nic.NewKeyring(keys...), nil
}

// keptKeys are the signing certificates that the data folder keeps.
func keptKeys(ctx context.Context, store *db.Store) ([]nic.SigningKey, error) {
	certificates, err := store.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	keys := make([]nic.SigningKey, 0, len(certificates))
	for _, c := range certificates {
		key, err := nic.ParseSigningKey(c.PEM, c.Practice)
		if err != nil {
			return nil, fmt.Errorf("kept certificate %s: %w", c.KeyID, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// describe prints what a token says and whether its signature holds.
func describe(w io.Writer, keys *nic.Keyring, t token) (holds bool, err error) {
	signed, err := keys.Verify(t.text)
	verdict := ""
	switch {
	case errors.Is(err, nic.ErrUnknownKey):
		verdict = "NOT VERIFIED: signed under a key that is not known here; bring its certificate with --cert"
	case err != nil:
		verdict = "THE SIGNATURE DOES NOT HOLD: " + err.Error()
	case signed.Practice:
		verdict = "Signature holds under the practice key " + signed.KeyID + ". A practice document is not valid in law."
	default:
		verdict = "Signature holds under key " + signed.KeyID + " (" + signed.Issuer + ")"
	}
	if signed != nil && signed.OutOfTime() {
		verdict += "\n  Signed on " + signed.At().In(gst.IST).Format("02/01/2006") + ", outside the validity known of that key."
	}
	where := t.name
	if t.many {
		where = t.file + ": " + t.name
	}
	if _, err := fmt.Fprintf(w, "%s\n  %s\n", where, verdict); err != nil {
		return false, err
	}
	says := signed
	if says == nil {
		says, _ = nic.Read(t.text) // what it claims; the verdict above stands
	}
	if says != nil {
		if _, err := io.WriteString(w, contents(says)); err != nil {
			return false, err
		}
	}
	return err == nil, nil
}

// contents lists the members of a signed QR, or of a signed invoice's head.
func contents(s *nic.Signed) string {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-15s %s\n", name, value)
		}
	}
	if q, err := s.QR(); err == nil {
		line("Seller", q.SellerGSTIN)
		line("Buyer", q.BuyerGSTIN)
		line("Document", fmt.Sprintf("%s %s of %s", q.Type, q.Number, q.Date))
		line("Total", q.Total.Indian())
		line("Lines", fmt.Sprintf("%d, main HSN %s", q.Lines, q.MainHSN))
		line("IRN", q.IRN)
		if at := q.IRNDate; !at.IsZero() {
			line("IRN date", at.In(gst.IST).Format("02/01/2006 15:04:05"))
		}
		return b.String()
	}
	inv, _, err := nic.Decode(s.Data)
	if inv == nil {
		line("Contents", "cannot be read: "+err.Error())
		return b.String()
	}
	line("Seller", inv.Seller.GSTIN+" "+inv.Seller.LegalName)
	line("Buyer", inv.Buyer.GSTIN+" "+inv.Buyer.LegalName)
	line("Document", fmt.Sprintf("%s %s of %s", inv.Type, inv.Number, inv.Date))
	line("Total", inv.Totals.Total.Indian())
	line("IRN", nic.IRN(gst.GSTIN(inv.Seller.GSTIN), inv.Date, inv.Type, inv.Number))
	return b.String()
}

// signedJSON is a checked text as --json prints it.
type signedJSON struct {
	File     string `json:"file,omitempty"`
	Verdict  string `json:"verdict"` // genuine, trial, practice, unknown or not_genuine
	KeyID    string `json:"key_id,omitempty"`
	KeyName  string `json:"key_name,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	SignedAt string `json:"signed_at,omitempty"` // RFC 3339
	// OutOfTime: signed outside the validity known of the key.
	OutOfTime  bool   `json:"out_of_time,omitempty"`
	Seller     string `json:"seller_gstin,omitempty"`
	Buyer      string `json:"buyer_gstin,omitempty"`
	Type       string `json:"type,omitempty"`
	Number     string `json:"number,omitempty"`
	Date       string `json:"date,omitempty"`  // YYYY-MM-DD
	Total      string `json:"total,omitempty"` // rupees with two decimals
	Lines      int    `json:"lines,omitempty"`
	MainHSN    string `json:"main_hsn,omitempty"`
	IRN        string `json:"irn,omitempty"`
	IRNMatches bool   `json:"irn_matches"`
}

// describeJSON prints a checked text as one line of JSON. What a text claims is printed
// whatever the verdict.
func describeJSON(w io.Writer, keys *nic.Keyring, t token) (holds bool, err error) {
	s, err := desk.ReadSigned(keys, t.text)
	if err != nil {
		return false, err
	}
	line := signedJSON{
		File: t.file, Verdict: string(s.Verdict), KeyID: s.Key.ID, KeyName: s.Key.Name, Issuer: s.Issuer, OutOfTime: s.OutOfTime,
		Seller: string(s.Seller), Buyer: string(s.Buyer), Type: string(s.Type), Number: s.Number, Lines: s.Lines, MainHSN: s.MainHSN,
		IRN: s.IRN, IRNMatches: s.IRNMatches(),
	}
	if !s.At.IsZero() {
		line.SignedAt = s.At.In(gst.IST).Format(time.RFC3339)
	}
	if s.Readable() {
		line.Date, line.Total = s.Date.Time().Format(time.DateOnly), s.Total.String()
	}
	switch s.Verdict {
	case desk.Genuine, desk.Trial, desk.OfPractice:
		holds = true
	}
	return holds, json.NewEncoder(w).Encode(line)
}
