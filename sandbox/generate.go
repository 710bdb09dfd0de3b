package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// issuer is who signs. It is the live portal's name, so that clients read here what they
// will read there: practice documents are told apart by the key they are signed with.
//
// Source: decoded signed invoices and QR codes of NIC's portals.
const issuer = "NIC"

// generate registers a document: schema, rules, duplicates, signature, register. Each
// layer lists all it finds, and a later one is only asked when the earlier passed.
func (s *Sandbox) generate(ctx context.Context, c *call) (answer, error) {
	d, err := s.readDocument(c.payload)
	if err != nil {
		return answer{}, err
	}
	irn := nic.IRN(gst.GSTIN(d.sgstin), d.date, d.kind, d.number)
	if codes := s.check(d, c.session.gstin, c.now); len(codes) > 0 {
		return answer{}, errors.Join(&refusal{codes: codes}, countGenerate(ctx, s.state.writer, irn))
	}
	held, err := s.state.find(ctx, irn)
	if err != nil {
		return answer{}, err
	}
	if held != nil {
		return answer{}, errors.Join(refuseDuplicate(held), countGenerate(ctx, s.state.writer, irn))
	}
	return s.register(ctx, c, d, irn)
}

// register signs the document and puts it in the register, where the transaction
// decides between two calls that came at once.
func (s *Sandbox) register(ctx context.Context, c *call, d *document, irn string) (answer, error) {
	now := c.now.Truncate(time.Second)
	e := &entry{
		irn: irn, gstin: d.sgstin, fy: d.date.FinancialYear(), kind: string(d.kind), no: d.number, date: d.date,
		ackNo: s.numbers.nextAck(now), registered: now, status: statusActive,
	}
	var infos []nic.Info
	if d.eway != nil {
		var err error
		if e.bill, infos, err = s.billWithIRN(d, now); err != nil {
			return answer{}, err
		}
	}
	if err := s.sign(d, e); err != nil {
		return answer{}, err
	}
	err := s.state.add(ctx, e)
	if errors.Is(err, errTaken) {
		held, err := s.state.find(ctx, irn)
		if err != nil {
			return answer{}, err
		}
		return answer{}, refuseDuplicate(held)
	}
	if err != nil {
		return answer{}, err
	}
	data, err := s.acknowledge(c, e)
	return answer{data: data, infos: infos}, err
}

// refuseDuplicate tells what the register holds under a number that is sent again. A
// cancelled number is never given again.
func refuseDuplicate(held *entry) error {
	if held.status == statusCancelled {
		return refuse("2278")
	}
	info, err := nic.Duplicate{
		AckNo: nic.Digits(strconv.FormatInt(held.ackNo, 10)), AckDt: nic.Moment{Time: held.ackDate()}, Irn: held.irn,
	}.Info()
	if err != nil {
		return err
	}
	no := refuse("2150")
	no.infos = []nic.Info{info}
	return no
}

// sign makes the signed invoice and the signed QR code.
func (s *Sandbox) sign(d *document, e *entry) error {
	var err error
	if e.signedInvoice, err = nic.Sign(s.keys.signing, s.keys.certificate, issuer, d.signedData(e)); err != nil {
		return fmt.Errorf("sign invoice: %w", err)
	}
	if e.signedQR, err = nic.Sign(s.keys.signing, s.keys.certificate, issuer, d.qrData(e)); err != nil {
		return fmt.Errorf("sign QR code: %w", err)
	}
	return nil
}

// signedData is the document as it is signed: acknowledgement and IRN in front, every
// item led by ItemNo 0, and nothing that was null.
//
// Source: decoded signed invoices of NIC's sandbox.
func (d *document) signedData(e *entry) []byte {
	zero := &value{kind: numberKind, raw: "0"}
	root := &value{kind: objectKind, members: []member{
		{"AckNo", &value{kind: numberKind, raw: strconv.FormatInt(e.ackNo, 10)}},
		{"AckDt", &value{kind: textKind, raw: stamp(e.registered)}},
		{"Irn", &value{kind: textKind, raw: e.irn}},
	}}
	for _, m := range d.root.members {
		switch m.name {
		case "Irn":
			continue
		case "ItemList":
			m.value = &value{kind: listKind}
			for _, it := range d.items {
				led := append([]member{{"ItemNo", zero}}, it.members...)
				m.list = append(m.list, &value{kind: objectKind, members: led})
			}
		}
		root.members = append(root.members, m)
	}
	return root.append(nil)
}

// qrData is what the QR code says, in the portal's order.
func (d *document) qrData(e *entry) []byte {
	text := func(s string) *value { return &value{kind: textKind, raw: s} }
	number := func(s string) *value { return &value{kind: numberKind, raw: s} }
	return (&value{kind: objectKind, members: []member{
		{"SellerGstin", text(d.sgstin)},
		{"BuyerGstin", text(d.buyer.text("Gstin"))},
		{"DocNo", text(d.number)},
		{"DocTyp", text(string(d.kind))},
		{"DocDt", text(d.doc.text("Dt"))},
		{"TotInvVal", number(d.totals.text("TotInvVal"))},
		{"ItemCnt", number(strconv.Itoa(len(d.items)))},
		{"MainHsnCode", text(d.mainHSN())},
		{"Irn", text(e.irn)},
		{"IrnDt", text(stamp(e.registered))},
	}}).append(nil)
}
