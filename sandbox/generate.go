package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
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
		return answer{}, s.noteUnread(ctx, c, err)
	}
	c.about = string(d.kind) + " " + d.number
	if err := s.age(ctx, c, d); err != nil {
		return answer{}, err
	}
	irn := nic.IRN(gst.GSTIN(d.sgstin), d.date, d.kind, d.number)
	refused := refusedCall{key: irn, irn: true, kind: string(d.kind), no: d.number, countCall: true}
	if codes := s.check(d, c.session.gstin, c.now); len(codes) > 0 {
		return answer{}, s.noteRefusal(ctx, c, refused, &refusal{codes: codes})
	}
	held, err := s.state.find(ctx, irn)
	if err != nil {
		return answer{}, err
	}
	if held != nil {
		return answer{}, s.noteRefusal(ctx, c, refused, refuseDuplicate(held))
	}
	e, infos, err := s.enter(ctx, d, irn, s.homes.home(c.face.name), sourceAPI, c.now)
	if errors.Is(err, errTaken) { // another call was quicker
		held, err := s.state.find(ctx, irn)
		if err != nil {
			return answer{}, err
		}
		refused.countCall = false
		return answer{}, s.noteRefusal(ctx, c, refused, refuseDuplicate(held))
	}
	if err != nil {
		return answer{}, err
	}
	c.made = e
	data, err := s.acknowledge(c, e)
	return answer{data: data, infos: infos}, err
}

// enter signs a document and puts it in the register of a house, where the transaction
// decides between two calls that came at once: it returns errTaken to all but the first.
func (s *Sandbox) enter(ctx context.Context, d *document, irn string, at house, source string, now time.Time) (*entry, []nic.Info, error) {
	now = now.Truncate(time.Second)
	e := &entry{
		irn: irn, gstin: d.sgstin, fy: d.date.FinancialYear(), kind: string(d.kind), no: d.number, date: d.date,
		ackNo: s.numbers.nextAck(at, now), registered: now, status: statusActive, house: at, source: source,
	}
	var infos []nic.Info
	if d.eway != nil {
		err := s.state.countMake(ctx, d.sgstin, string(d.kind), d.number)
		if err != nil {
			return nil, nil, err
		}
		if e.bill, e.way, infos, err = s.billWithIRN(ctx, d, irn, now); err != nil {
			return nil, nil, err
		}
	}
	if err := s.keys.sign(d, e); err != nil {
		return nil, nil, err
	}
	var taken *errPaperTaken
	switch err := s.state.add(ctx, e); {
	case errors.As(err, &taken): // a bill was made meanwhile, without the IRN
		return s.enter(ctx, d, irn, at, source, now)
	case err != nil:
		return nil, nil, err
	}
	return e, infos, nil
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

// sign makes the signed invoice and the signed QR code, side by side: the two signatures
// take longer than all the rest of a registration.
func (k *keys) sign(d *document, e *entry) error {
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() { e.signedQR, errs[1] = nic.Sign(k.signing, k.certificate, issuer, d.qrData(e)) })
	e.signedInvoice, errs[0] = nic.Sign(k.signing, k.certificate, issuer, d.signedData(e))
	wg.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return fmt.Errorf("sign document: %w", err)
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
