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

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
)

// maxSigned bounds what verify reads: the portal takes documents up to 2 MB.
const maxSigned = 8 << 20

// verify checks signed QR texts and signed invoices, and says what they say.
func verify(ctx context.Context, args []string, std streams) error {
	f := newFlags("verify", std)
	dir := f.text("data", "", "data folder whose kept practice certificates count too")
	cert := f.text("cert", "", "PEM file with a further certificate to trust")
	if err := f.read(args, 1); err != nil {
		return helped(err)
	}
	keys, err := verifyKeys(ctx, *dir, *cert, std)
	if err != nil {
		return err
	}
	text, err := readSigned(f.Arg(0), std.in)
	if err != nil {
		return err
	}
	tokens := signedTokens(text)
	if len(tokens) == 0 {
		return errors.New("no signed text found: give a signed QR, a signed invoice, or a JSON file that holds them")
	}
	bad := 0
	for _, t := range tokens {
		holds, err := describe(std.out, keys, t)
		if err != nil {
			return err
		}
		if !holds {
			bad++
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d signatures could not be confirmed", bad, len(tokens))
	}
	return nil
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
		return nil, errors.New("more than 8 MB: that is no signed document")
	}
	return text, nil
}

// token is one signed text and where it stood.
type token struct{ name, text string }

// signedTokens finds the signed texts in a bare token or in a JSON file with
// SignedInvoice and SignedQRCode members.
func signedTokens(text []byte) []token {
	text = bytes.TrimSpace(text)
	if !bytes.HasPrefix(text, []byte("{")) {
		if bytes.Count(text, []byte(".")) == 2 {
			return []token{{"Signed text", string(text)}}
		}
		return nil
	}
	var file struct{ SignedInvoice, SignedQRCode string }
	if err := json.Unmarshal(text, &file); err != nil {
		return nil
	}
	var found []token
	if file.SignedInvoice != "" {
		found = append(found, token{"Signed invoice", file.SignedInvoice})
	}
	if file.SignedQRCode != "" {
		found = append(found, token{"Signed QR", file.SignedQRCode})
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
	if _, err := fmt.Fprintf(w, "%s\n  %s\n", t.name, verdict); err != nil {
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
