package sandbox

import (
	"context"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// byIRN returns a document of the caller by its IRN.
func (s *Sandbox) byIRN(ctx context.Context, c *call) (answer, error) {
	irn := strings.ToLower(c.r.PathValue("irn"))
	c.about = irn
	if !nic.ValidIRN(irn) {
		return answer{}, refuse("2145")
	}
	e, err := s.state.find(ctx, irn)
	if err != nil {
		return answer{}, err
	}
	if e == nil {
		return answer{}, refuse("2148")
	}
	if err := s.elsewhere(c, e); err != nil {
		return answer{}, err
	}
	if e.gstin != c.session.gstin {
		return answer{}, refuse("2226")
	}
	return s.found(c, e)
}

// byDocument returns a document of the caller by type, number and date.
func (s *Sandbox) byDocument(ctx context.Context, c *call) (answer, error) {
	q := query(c)
	kind, number, date := gst.DocumentType(strings.ToUpper(q["doctype"])), q["docnum"], day(q["docdate"])
	c.about = string(kind) + " " + number
	switch {
	case kind != gst.TaxInvoice && kind != gst.CreditNote && kind != gst.DebitNote:
		return answer{}, refuse("2161")
	case number == "":
		return answer{}, refuse("2142")
	case date == 0:
		return answer{}, refuse("2144")
	}
	e, err := s.state.find(ctx, nic.IRN(gst.GSTIN(c.session.gstin), date, kind, number))
	if err != nil {
		return answer{}, err
	}
	if e == nil || e.date != date {
		return answer{}, refuse("2154")
	}
	if err := s.elsewhere(c, e); err != nil {
		return answer{}, err
	}
	return s.found(c, e)
}

// found returns a document while it can still be fetched.
func (s *Sandbox) found(c *call, e *entry) (answer, error) {
	if c.now.Sub(e.ackDate()) > s.opts.GetWindow {
		return answer{}, refuse("2283")
	}
	data, err := s.acknowledge(c, e)
	return answer{data: data}, err
}

// query returns the query's parameters, their names in lower case.
func query(c *call) map[string]string {
	all := map[string]string{}
	for k, v := range c.r.URL.Query() {
		all[strings.ToLower(k)] = v[0]
	}
	return all
}
