package handlers

import (
	"context"
	"errors"

	"mohar/gst"
	"mohar/lang"
	"mohar/registrar"
	"mohar/views"
)

// keptBack says why a document that nobody has tried yet waits: the queue is paused, or those
// before it reached nobody. It is nil when the document will be sent at any moment.
func (s *Server) keptBack(ctx context.Context, company gst.Company, inv *gst.Invoice) (*views.Problem, error) {
	if inv.State != gst.Issued || inv.IRN.State != gst.IRNPending || inv.Mode != company.Mode {
		return nil, nil
	}
	st, err := s.registrar.Standing(ctx, company.GSTIN, company.Mode)
	if err != nil {
		return nil, err
	}
	p := &views.Problem{Kind: "wait", Title: "Waiting for the portal", URL: companyURL(company.GSTIN, "queue"), Link: "Portal queue"}
	switch {
	case st.Paused:
		p.Text = "The queue is paused: nothing new is sent until somebody presses Resume there. You can go on billing."
	case !st.Reachable:
		p.Text = "No provider has answered since " + clock(st.Since) + ". It is sent by itself, behind those that wait longer. You can go on billing."
	default:
		return nil, nil
	}
	return p, nil
}

// nameTroubles adds to why a document waits which providers cannot be used and what mends
// each. Without any it changes nothing.
func (s *Server) nameTroubles(ctx context.Context, inv *gst.Invoice, p *views.Problem) error {
	if p == nil || inv.State != gst.Issued || !waiting(inv.IRN.State) {
		return nil
	}
	troubles, inUse, err := s.registrar.Troubles(ctx, inv.Company, inv.Mode)
	if err != nil || len(troubles) == 0 {
		return err
	}
	mend := 0
	for _, t := range troubles {
		if t.Code != "" {
			mend++
		}
	}
	p.Details = troubleDetails(troubles)
	if mend > 0 {
		p.URL, p.Link = companyURL(inv.Company, "settings/credentials"), "Open E-Invoice Credentials"
	}
	if inv.IRN.State != gst.IRNPending || mend < inUse {
		return nil
	}
	p.Kind, p.Text = "bad", "Once this is put right, we send the document by ourselves. You can go on billing."
	if inUse > 1 {
		p.Title = "Not sent yet"
		p.Text = "None of your providers can be used. Once one of them is put right, we send the document by ourselves. You can go on billing."
	}
	return nil
}

// troubleDetails says of each provider what is in the way, and what mends it.
func troubleDetails(troubles []registrar.Trouble) []views.ProblemDetail {
	details := make([]views.ProblemDetail, 0, len(troubles))
	for _, t := range troubles {
		d := views.ProblemDetail{Code: t.Code}
		var refusal *gst.Refusal
		switch {
		case errors.As(t.Why, &refusal):
			d.Text = portalWords(refusal)
			if !t.At.IsZero() {
				d.Text += " (Sign-in refused at " + clock(t.At) + ".)"
			}
		case t.Code != "":
			d.Code, d.Text = "", lang.English.Text("portal."+t.Code)
		default:
			d.Text = "It does not answer, or wants fewer calls; it is asked again at " + clock(t.Until) + "."
		}
		d.Text = t.Provider.Name() + ": " + d.Text
		details = append(details, d)
	}
	return details
}
