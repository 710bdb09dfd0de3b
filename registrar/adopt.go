package registrar

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// Adopted is what came of an answer of the portal that a person brought for a document.
// Each has its words in the lang room under "byhand.".
type Adopted string

// What came of it: the first ones changed the document, the others left it as it was.
const (
	AdoptRegistered Adopted = "registered"
	AdoptQROnly     Adopted = "qr_only"   // registered, and the signed invoice is not there yet
	AdoptCompleted  Adopted = "completed" // it was registered, and what was missing came now
	AdoptCancelled  Adopted = "cancelled" // registered and cancelled there
	AdoptRefused    Adopted = "refused"   // the portal refused it, for a reason in the document

	AdoptAlready     Adopted = "already"     // it is here as it was brought
	AdoptGone        Adopted = "gone"        // it has its IRN here, and was cancelled there
	AdoptDuplicate   Adopted = "duplicate"   // the portal holds a document under the number; which, it does not say
	AdoptBusy        Adopted = "busy"        // the portal was not able to, whatever the document
	AdoptWaits       Adopted = "waits"       // refused by hand, while it waits for the providers
	AdoptNotGiven    Adopted = "not_given"   // void, or of a kind that gets no IRN
	AdoptNoQR        Adopted = "no_qr"       // without its signed QR code it proves nothing
	AdoptUnreadable  Adopted = "unreadable"  // the signed texts are none
	AdoptForged      Adopted = "forged"      // a signature does not hold
	AdoptPracticeKey Adopted = "practice"    // signed by a practice portal, for a live document
	AdoptLiveKey     Adopted = "live"        // and the reverse
	AdoptOther       Adopted = "other"       // it is about another document; see Adoption.Detail
	AdoptWrongIRN    Adopted = "wrong_irn"   // the IRN is not that of GSTIN, year, type and number
	AdoptWrongDate   Adopted = "wrong_date"  // the acknowledgement is of another day than the IRN
	AdoptMeanwhile   Adopted = "meanwhile"   // the document was changed at the same moment
	AdoptUnknown     Adopted = "unknown"     // there is no such document here
	AdoptElsewhere   Adopted = "elsewhere"   // another program issued it
	AdoptOurs        Adopted = "not_ours"    // another company's
	AdoptUnread      Adopted = "unread"      // the row says too little; see the faults
	AdoptLookedUp    Adopted = "looked_up"   // refused by hand, while what came of sending it is looked up
	AdoptTwice       Adopted = "other_irn"   // it has another IRN here
	AdoptNothing     Adopted = "not_refused" // a code that says nothing about the document
)

// Changed reports whether it changed the document.
func (a Adopted) Changed() bool {
	switch a {
	case AdoptRegistered, AdoptQROnly, AdoptCompleted, AdoptCancelled, AdoptRefused:
		return true
	}
	return false
}

// Adoption is what came of one answer.
type Adoption struct {
	Result     Adopted
	Unverified bool   // taken over, under a key that is not known here
	Detail     string // what differs, or the portal's code and words
}

// Adopter takes over answers of the portal that people brought; one for a file.
type Adopter struct {
	r    *Registrar
	ring *nic.Keyring
}

// Adopter returns an Adopter with the keys as they are known now.
func (r *Registrar) Adopter(ctx context.Context) (*Adopter, error) {
	ring, err := r.keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read signing keys: %w", err)
	}
	return &Adopter{r, ring}, nil
}

// Adopt takes an answer over for a stored document, whose INV-01 is body, after the same
// checks that an answer over the wire passes. What does not hold changes nothing.
//
// It returns gst.ErrConflict and gst.ErrState when the document was changed since it was
// read.
func (a *Adopter) Adopt(ctx context.Context, inv *gst.Invoice, body []byte, reply gst.PortalReply) (Adoption, error) {
	if came, done := standing(inv, &reply); done {
		return came, nil
	}
	if reply.Refused() {
		return a.refusal(ctx, inv, reply.Codes)
	}
	reg := reply.Registration
	if came := a.check(inv, body, &reply, &reg); came.Result != "" {
		return came, nil
	}
	came := Adoption{Result: AdoptRegistered, Unverified: reg.KeyID == "", Detail: reg.AckNo}
	var err error
	switch has := inv.IRN.Registration; {
	case has != nil && has.IRN != "":
		came.Result = AdoptCompleted
		err = a.r.store.CompleteRegistration(ctx, inv.Company, inv.ID, reg)
	default:
		if reg.Status == gst.RegistrationCancelled {
			came.Result = AdoptCancelled
		}
		err = a.r.store.BringRegistration(ctx, inv.Company, inv.ID, inv.Version, reg)
	}
	if reg.SignedInvoice == "" && came.Result != AdoptCancelled {
		came.Result = AdoptQROnly
	}
	return came, err
}

// standing says what comes of an answer because of how the document stands; done is false
// when that leaves it open.
func standing(inv *gst.Invoice, reply *gst.PortalReply) (came Adoption, done bool) {
	reg := inv.IRN.Registration
	switch {
	case inv.Elsewhere:
		return Adoption{Result: AdoptElsewhere}, true
	case reg != nil && reg.IRN != "":
		return registered(inv, reply)
	case inv.State != gst.Issued || inv.IRN.State == gst.IRNNotRequired:
		return Adoption{Result: AdoptNotGiven}, true
	}
	return Adoption{}, false
}

// registered is standing for a document that has its IRN.
func registered(inv *gst.Invoice, reply *gst.PortalReply) (came Adoption, done bool) {
	has, got := inv.IRN.Registration, reply.Registration
	switch {
	case reply.Refused():
		return Adoption{Result: AdoptAlready}, true
	case has.IRN != got.IRN:
		return Adoption{Result: AdoptTwice, Detail: has.IRN}, true
	case got.Status == gst.RegistrationCancelled && inv.IRN.State == gst.IRNRegistered:
		return Adoption{Result: AdoptGone}, true
	case has.Lacks(&got):
		return Adoption{}, false
	}
	return Adoption{Result: AdoptAlready}, true
}

// mostRounding is the most that the acknowledgement of an answer is off the moment in the
// QR code, which has the seconds.
const mostRounding = 10 * time.Minute

// check holds a registration against the document and the keys, and notes in reg what the
// signatures say. The Result is empty when everything agrees.
func (a *Adopter) check(inv *gst.Invoice, body []byte, reply *gst.PortalReply, reg *gst.Registration) Adoption {
	if reg.SignedQR == "" {
		return Adoption{Result: AdoptNoQR}
	}
	if reg.IRN != nic.IRN(inv.Company, inv.Date, inv.Type, inv.Number) {
		return Adoption{Result: AdoptWrongIRN}
	}
	if came := a.signatures(inv, body, reg); came.Result != "" {
		return came
	}
	other := otherDocument{}
	if err := same(body, reply, reg); errors.As(err, &other) {
		return Adoption{Result: AdoptOther, Detail: other.Error()}
	} else if err != nil {
		return Adoption{Result: AdoptUnreadable}
	}
	if code, err := nic.Read(reg.SignedQR); err == nil {
		qr, err := code.QR()
		if err == nil && !qr.IRNDate.IsZero() && qr.IRNDate.Sub(reg.AckDate).Abs() > mostRounding {
			return Adoption{Result: AdoptWrongDate}
		}
	}
	return Adoption{}
}

// signatures checks what is signed. A key that is not known leaves reg without KeyID.
func (a *Adopter) signatures(inv *gst.Invoice, body []byte, reg *gst.Registration) Adoption {
	practice, err := false, error(nil)
	reg.KeyID, reg.Practice = "", inv.Mode == gst.Practice
	reg.KeyID, reg.SignedAckDate, practice, err = nic.CheckStored(a.ring, *reg, body)
	switch {
	case err == nil && practice && !reg.Practice:
		return Adoption{Result: AdoptPracticeKey}
	case err == nil && !practice && reg.Practice:
		return Adoption{Result: AdoptLiveKey}
	case err == nil, errors.Is(err, nic.ErrUnknownKey):
		return Adoption{}
	case errors.Is(err, nic.ErrOtherDocument):
		return Adoption{Result: AdoptOther, Detail: unlike(err, body, reg)}
	case errors.Is(err, nic.ErrBadSignature):
		return Adoption{Result: AdoptForged}
	}
	return Adoption{Result: AdoptUnreadable}
}

// unlike says in what signed texts are about another document.
func unlike(err error, body []byte, reg *gst.Registration) string {
	other := otherDocument{}
	if reg.SignedInvoice != "" && errors.As(sameDocument(body, reg), &other) {
		return other.Error()
	}
	_, what, _ := strings.Cut(err.Error(), nic.ErrOtherDocument.Error()+": ")
	return what + "."
}

// same compares the document with all that the answer says of it: the signed texts, and
// what the file itself says beside them.
func same(body []byte, reply *gst.PortalReply, reg *gst.Registration) error {
	here, _, err := nic.Decode(body)
	if here == nil {
		return fmt.Errorf("read own document: %w", err)
	}
	told := []struct{ what, there, here string }{
		{"number", reply.Number, here.Number},
		{"type", string(reply.Type), string(here.Type)},
		{"buyer", reply.Buyer, here.Buyer.GSTIN},
	}
	if reply.Date != 0 {
		told = append(told, struct{ what, there, here string }{"date", reply.Date.String(), here.Date.String()})
	}
	if reply.Total != 0 {
		told = append(told, struct{ what, there, here string }{"total", reply.Total.String(), here.Totals.Total.String()})
	}
	for _, c := range told {
		if c.there != "" && !strings.EqualFold(c.there, c.here) {
			return otherDocument{c.what + " " + c.there, c.here}
		}
	}
	if reg.SignedInvoice != "" {
		return sameDocument(body, reg)
	}
	return sameCode(here, reg.SignedQR)
}

// sameCode compares a document with a signed QR code alone: what CheckStored leaves out.
func sameCode(here *gst.Invoice, token string) error {
	code, err := nic.Read(token)
	if err != nil {
		return fmt.Errorf("signed QR code: %w", err)
	}
	qr, err := code.QR()
	if err != nil {
		return fmt.Errorf("signed QR code: %w", err)
	}
	switch {
	case !strings.EqualFold(qr.BuyerGSTIN, here.Buyer.GSTIN):
		return otherDocument{"buyer " + qr.BuyerGSTIN, here.Buyer.GSTIN}
	case qr.Lines != 0 && qr.Lines != len(here.Lines):
		return otherDocument{fmt.Sprintf("%d lines", qr.Lines), fmt.Sprint(len(here.Lines))}
	case qr.MainHSN != "" && !slices.ContainsFunc(here.Lines, func(l gst.Line) bool { return l.HSN == qr.MainHSN }):
		return otherDocument{"HSN " + qr.MainHSN, "no such line"}
	}
	return nil
}

// refusal writes down a refusal that a person brought, where it is about the document.
func (a *Adopter) refusal(ctx context.Context, inv *gst.Invoice, codes []gst.RefusalCode) (Adoption, error) {
	no := gst.Refusal{Codes: codes}
	came := Adoption{Detail: strings.TrimPrefix(no.Error(), "refused: ")}
	state := gst.IRNFailed
	switch v := judge(&no); {
	case inv.IRN.State == gst.IRNUnknown:
		came.Result = AdoptLookedUp
	case v == duplicate:
		came.Result = AdoptDuplicate
	case v == busy:
		came.Result = AdoptBusy
	case v == absent, v == expired:
		came.Result = AdoptNothing
	case inv.IRN.State == gst.IRNPending:
		came.Result = AdoptWaits
	case inv.IRN.State == gst.IRNConflict, inv.IRN.State == gst.IRNFailed && inv.IRN.Refusal != nil && slices.Equal(inv.IRN.Refusal.Codes, codes):
		came.Result = AdoptAlready
	case v == elsewhere:
		state = gst.IRNConflict
	}
	if came.Result != "" {
		return came, nil
	}
	came.Result = AdoptRefused
	return came, a.r.store.BringRefusal(ctx, inv.Company, inv.ID, inv.Version, no, state)
}
