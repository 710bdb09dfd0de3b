package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
)

// askAgainIn is when a client should repeat a call that the portal did not answer in time.
const askAgainIn = 5 * time.Second

// octaGenerate handles POST /api/einvoice/generateirn: it stores the document like one typed by
// hand, waits for its IRN and answers with it. The same document again gets the same answer.
//
// A document that is wrong is not stored. One that the portal does not answer for in time is
// kept and goes on by itself; the client repeats the call.
//
// Source: Octa API, Generate IRN.
func (s *Server) octaGenerate(c echo.Context) error {
	if err := mayCall(c, db.ScopeWrite); err != nil {
		return err
	}
	data, err := s.body(c, desk.MaxFile)
	if err != nil {
		return err
	}
	read, body, unread := desk.Open(data)
	company, err := s.sellerOf(c, read, unread)
	if err != nil {
		return err
	}
	q := &octaQuery{c: c}
	o := q.extras()
	if err := q.faults.Err(); err != nil {
		return err
	}
	if err := s.getsIRN(company, read); err != nil {
		return err
	}
	ctx := c.Request().Context()
	sent, err := s.desk.SendOpened(ctx, company, read, body, unread)
	if sent.Invoice != nil {
		callOf(c).document = sent.Invoice.ID
	}
	if err != nil {
		return err
	}
	inv, err := s.awaitIRN(ctx, company, sent.Invoice, o.pdf)
	if err != nil {
		return err
	}
	if err := registered(inv); err != nil {
		return err
	}
	return s.sendEInvoice(c, company, inv, o)
}

// sellerOf is the company that a document is of, for a key that may make documents of it. The
// document comes as desk.Open read it, unread being the error.
func (s *Server) sellerOf(c echo.Context, inv *gst.Invoice, unread error) (gst.Company, error) {
	var bad gst.Invalid
	if unread != nil && !errors.As(unread, &bad) {
		return gst.Company{}, unread
	}
	gstin := strings.ToUpper(strings.TrimSpace(inv.Seller.GSTIN))
	if _, err := gst.ParseGSTIN(gstin); err == nil {
		return s.company(c, gstin, db.ScopeWrite)
	}
	// It is nobody's: the rules that depend on the company cannot be seen to.
	no := gst.Fault{Rule: "gstin.pattern", Field: "seller.gstin"}
	if gstin == "" {
		no.Rule = "required"
	}
	return gst.Company{}, bad.Faults.Before(gst.Faults{no}).Err()
}

// getsIRN returns an error that says why for a document that gets no IRN at all, before
// anything is stored: who calls generateirn wants one.
func (s *Server) getsIRN(company gst.Company, inv *gst.Invoice) error {
	reason := gst.NeedsIRN(inv, s.desk.Rules(company))
	fault := gst.Fault{Rule: "api.no_irn", Args: []string{lang.English.Text("noirn." + string(reason))}}
	switch reason {
	case "":
		return nil
	case gst.NoIRNB2C:
		fault = gst.Fault{Rule: "api.b2c", Field: "supply"}
	case gst.NoIRNType:
		fault.Field = "type"
	case gst.NoIRNBeforeStart:
		fault.Field = "date"
	}
	return gst.Faults{fault}.Err()
}

// awaitIRN waits until the portal has answered for a document, or until it is no use to wait,
// and returns the document as it stands then. whole has all of it read, for printing.
func (s *Server) awaitIRN(ctx context.Context, company gst.Company, inv *gst.Invoice, whole bool) (*gst.Invoice, error) {
	if !underWay(inv) {
		return inv, nil
	}
	if err := s.reachable(ctx, company, kept(inv)); err != nil {
		return nil, err
	}
	wait, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	var err error
	if whole {
		inv, _, err = s.desk.Await(wait, company.GSTIN, inv.ID)
	} else {
		inv, err = s.desk.AwaitIRN(wait, inv)
	}
	if err != nil {
		return nil, err
	}
	if underWay(inv) {
		return nil, s.stillWaiting(ctx, company, inv)
	}
	return inv, nil
}

func underWay(inv *gst.Invoice) bool {
	return inv.IRN.State == gst.IRNPending || inv.IRN.State == gst.IRNUnknown
}

// reachable returns an error when waiting is of no use: nobody is set up who could be asked, or
// a person holds the queue. kept says what is kept meanwhile.
func (s *Server) reachable(ctx context.Context, company gst.Company, kept string) error {
	if company.Paused {
		return slow{after: time.Minute, detail: kept + " The queue to the portal is paused: nothing new is sent until somebody resumes it under Queue."}
	}
	credentials, err := s.store.Credentials(ctx, company.GSTIN, company.Mode)
	switch {
	case errors.Is(err, db.ErrSealed):
		return notSetUp(kept, db.WaitNoKey)
	case err != nil:
		return err
	}
	for _, cred := range credentials {
		if cred.Enabled {
			return nil
		}
	}
	return notSetUp(kept, db.WaitNoProvider)
}

// stillWaiting says that the portal has not answered for a document, and why as far as it is
// known.
func (s *Server) stillWaiting(ctx context.Context, company gst.Company, inv *gst.Invoice) error {
	why, err := s.store.Waiting(ctx, company.GSTIN, inv.ID)
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return err
	}
	signIn := len(why.Code) == 4 && why.Code >= "1002" && why.Code <= "1020"
	if db.IsWait(why.Code) || signIn {
		return notSetUp(kept(inv), why.Code)
	}
	detail := kept(inv) + " The portal has not answered yet, and Mohar goes on asking."
	if words := lang.English.Text("portal." + why.Code); words != "" {
		detail += fmt.Sprintf(" It said last: %s %s", why.Code, words)
	}
	return slow{after: askAgainIn, detail: detail + " Repeat this call to get the IRN: nothing is registered twice."}
}

// kept begins what is said of a document that has no IRN yet.
func kept(inv *gst.Invoice) string {
	return fmt.Sprintf("Document %s is kept.", inv.Number)
}

// notSetUp says that the portal cannot be reached as the company is set up.
func notSetUp(kept, code string) error {
	return plainError{http.StatusServiceUnavailable, codeNotSetUp, "Not set up",
		kept + " It is sent once this is mended: " + lang.English.Text("portal."+code)}
}

// registered returns an error unless a document has its IRN: what the portal refused, or why it
// was not asked.
func registered(inv *gst.Invoice) error {
	no, reg := inv.IRN.Refusal, inv.IRN.Registration
	switch inv.IRN.State {
	case gst.IRNRegistered:
		if reg != nil {
			return nil
		}
	case gst.IRNFailed, gst.IRNConflict:
		if no != nil {
			return no
		}
		return &gst.Refusal{Codes: []gst.RefusalCode{{Code: "2150"}}}
	case gst.IRNCancelled:
		return &gst.Refusal{Codes: []gst.RefusalCode{{Code: "2278"}}}
	case gst.IRNHeld:
		return plainError{http.StatusConflict, codeNotSetUp, "Held", kept(inv) + " It is registered by hand: press Register on its page, and repeat this call."}
	case gst.IRNNotRequired:
		return gst.Faults{{Rule: "api.no_irn", Args: []string{lang.English.Text("noirn." + string(inv.IRN.Reason))}}}.Err()
	}
	return fmt.Errorf("document %d is %s, its IRN %s: %w", inv.ID, inv.State, inv.IRN.State, gst.ErrState)
}
