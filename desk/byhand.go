package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"mohar/db"
	"mohar/gst"
	"mohar/nic"
	"mohar/registrar"
)

// What a file for the portal's bulk upload may hold.
const (
	MostByHand = 1000      // documents
	mostBytes  = 2_000_000 // the portal takes 2 MB, and does not say which kind
)

// MaxReplyFile is how many bytes a file of the portal's answers may have.
const MaxReplyFile = nic.MaxReplyFile

// HandBar is why a document cannot be given out to be registered by hand; empty: it can.
type HandBar string

// The bars. Each has its words in the lang room under "byhand.bar.".
const (
	BarLookedUp HandBar = "looked_up" // it was sent, and must be looked up first
	BarSending  HandBar = "sending"   // a worker has it in hand
	BarGiven    HandBar = "given"     // it is given out already
	BarRefused  HandBar = "refused"   // the portal would refuse it there too: mend it first
	BarChanged  HandBar = "changed"   // it was changed this moment
	BarGone     HandBar = "gone"      // it is not there, has its IRN, or needs none
	BarNotGiven HandBar = "not_given" // it cannot be taken back, for it is not given out
)

// BarOf says what keeps a document from being given out as it stands.
func BarOf(h db.HandDocument) HandBar {
	switch {
	case !h.GivenOut.IsZero():
		return BarGiven
	case h.IRN == gst.IRNUnknown || h.Request == db.RequestSent || h.Request == db.RequestUnknown:
		return BarLookedUp
	case h.Sending:
		return BarSending
	case h.IRN == gst.IRNFailed && !mayGoByHand(h.Refusal):
		return BarRefused
	}
	return ""
}

// MayGoByHand reports whether a document may be registered by hand at the portal as it is:
// it is not sent, or was refused on the way there. BarOf says what else is in the way now.
func MayGoByHand(inv *gst.Invoice) bool {
	switch {
	case inv.State != gst.Issued || inv.Elsewhere:
		return false
	case inv.IRN.State == gst.IRNFailed:
		return mayGoByHand(inv.IRN.Refusal)
	}
	return inv.IRN.State == gst.IRNHeld || inv.IRN.State == gst.IRNPending
}

// mayGoByHand is registrar.MayGoByHand of what the portal said last, nil for nothing.
func mayGoByHand(no *gst.Refusal) bool { return no != nil && registrar.MayGoByHand(*no) }

// HandDocument is a document without IRN, and what keeps it from being given out.
type HandDocument struct {
	db.HandDocument
	Bar HandBar
}

// ByHand returns the documents of c that can be registered by hand, the oldest first,
// those that cannot yet because they are looked up or being sent among them; with more than
// most of them the first. Documents that the portal refused for what is in them are left
// out, and so are those that are given out.
func (d *Desk) ByHand(ctx context.Context, c gst.Company, most int) ([]HandDocument, error) {
	found, err := d.store.HandDocuments(ctx, c.GSTIN, c.Mode, most)
	if err != nil {
		return nil, err
	}
	documents := make([]HandDocument, 0, len(found))
	for _, h := range found {
		if bar := BarOf(h); bar != BarRefused {
			documents = append(documents, HandDocument{h, bar})
		}
	}
	return documents[:min(len(documents), most)], nil
}

// HandLeft is a document that was not given out or taken back.
type HandLeft struct {
	ID     int64
	Number string // empty when it is not there
	Bar    HandBar
}

// GiveOut gives documents of c out to be registered by hand at the portal: nothing is sent
// for them any more until they are taken back. It returns when, by which HandFiles finds
// them, how many there are, and which it left.
func (d *Desk) GiveOut(ctx context.Context, c gst.Company, ids []int64) (at time.Time, given int, left []HandLeft, err error) {
	at = d.now().Truncate(time.Millisecond)
	given, left, err = d.eachByHand(ctx, c, ids, func(ctx context.Context, h db.HandDocument) (HandBar, error) {
		if bar := BarOf(h); bar != "" {
			return bar, nil
		}
		return "", d.store.GiveOut(ctx, c.GSTIN, h.ID, h.Version, at)
	})
	return at, given, left, err
}

// TakeBack has documents of c that were given out sent through the providers after all. It
// returns how many, and which it left because they are not given out any more. If one was
// registered by hand meanwhile, the portal says so and its IRN is attached.
func (d *Desk) TakeBack(ctx context.Context, c gst.Company, ids []int64) (taken int, left []HandLeft, err error) {
	return d.eachByHand(ctx, c, ids, func(ctx context.Context, h db.HandDocument) (HandBar, error) {
		if h.GivenOut.IsZero() {
			return BarNotGiven, nil
		}
		return "", d.Register(ctx, c, h.ID)
	})
}

// eachByHand does something with each of some documents of c that have no IRN, and returns
// with how many it was done and which were left.
func (d *Desk) eachByHand(ctx context.Context, c gst.Company, ids []int64, do func(context.Context, db.HandDocument) (HandBar, error)) (done int, left []HandLeft, err error) {
	results := make([]HandLeft, len(ids))
	err = abreast(ctx, len(ids), func(ctx context.Context, i int) error {
		h, err := d.store.HandDocument(ctx, c.GSTIN, c.Mode, ids[i])
		results[i] = HandLeft{ID: ids[i], Number: h.Number, Bar: BarGone}
		if errors.Is(err, gst.ErrNotFound) {
			return nil
		}
		if err == nil {
			results[i].Bar, err = do(ctx, h)
		}
		if errors.Is(err, gst.ErrConflict) || errors.Is(err, gst.ErrState) {
			results[i].Bar, err = BarChanged, nil
		}
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	for _, one := range results {
		if one.Bar != "" {
			left = append(left, one)
		} else {
			done++
		}
	}
	return done, left, nil
}

// HandFiles are the documents of c that were given out at a moment and are not back yet,
// as files for the portal's bulk upload: lists of INV-01, none larger than the portal
// takes. At the zero time all that are given out. There is none when all are back.
//
// Source: INV-01 v1.1; the portal's bulk upload takes a JSON list of at most 2 MB.
func (d *Desk) HandFiles(ctx context.Context, c gst.Company, at time.Time) ([][]byte, error) {
	documents, err := d.store.GivenOut(ctx, c.GSTIN, c.Mode)
	if err != nil {
		return nil, err
	}
	var files [][]byte
	var file []byte
	held := 0
	for _, h := range documents {
		if !at.IsZero() && !h.GivenOut.Equal(at) {
			continue
		}
		_, body, err := d.store.Invoice(ctx, c.GSTIN, h.ID)
		if err != nil {
			return nil, err
		}
		body = bytes.TrimSpace(body)
		if held == MostByHand || held > 0 && len(file)+len(body)+len("\n]\n,") > mostBytes {
			files, file, held = append(files, append(file, "\n]\n"...)), nil, 0
		}
		if held == 0 {
			file = append(file, '[')
		} else {
			file = append(file, ',')
		}
		file, held = append(append(file, '\n'), body...), held+1
	}
	if held > 0 {
		files = append(files, append(file, "\n]\n"...))
	}
	return files, nil
}

// abreast runs work for each of n, as many at a time as share a commit. At an error, which
// it returns, the rest is not begun.
func abreast(ctx context.Context, n int, work func(context.Context, int) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	places := make(chan int)
	for range min(n, together) {
		all.Go(func() {
			for i := range places {
				if ctx.Err() != nil {
					continue
				}
				if err := work(ctx, i); err != nil {
					stop(err)
				}
			}
		})
	}
	for i := range n {
		places <- i
	}
	close(places)
	all.Wait()
	return context.Cause(ctx)
}

// ReadReplies reads the portal's answers from a JSON file; see nic.ReadReplies.
func (d *Desk) ReadReplies(data []byte) ([]gst.PortalReply, error) { return nic.ReadReplies(data) }

// Brought is what came of one answer that a person brought from the portal.
type Brought struct {
	registrar.Adoption
	Reply gst.PortalReply
	ID    int64 // the document; 0: none was found
}

// BringReplies takes over the portal's answers for documents of c, each for itself and
// only when it holds in everything, and returns what came of each in their order. Bringing
// them again does no harm.
//
// An error means that the rest was not looked at.
func (d *Desk) BringReplies(ctx context.Context, c gst.Company, replies []gst.PortalReply) ([]Brought, error) {
	adopter, err := d.registrar.Adopter(ctx)
	if err != nil {
		return nil, err
	}
	brought := make([]Brought, len(replies))
	err = abreast(ctx, len(replies), func(ctx context.Context, i int) (err error) {
		brought[i], err = d.bringOne(ctx, c, adopter, replies[i])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bring in answers of the portal: %w", err)
	}
	return brought, nil
}

// bringOne finds the document of an answer and takes the answer over. A document that was
// changed at the same moment is looked at once more.
func (d *Desk) bringOne(ctx context.Context, c gst.Company, adopter *registrar.Adopter, reply gst.PortalReply) (Brought, error) {
	nic.Complete(&reply)
	b := Brought{Reply: reply}
	switch {
	case len(reply.Faults) > 0 || reply.Type == "" || reply.Number == "" || reply.Date == 0:
		b.Result = registrar.AdoptUnread
		return b, nil
	case reply.Seller != "" && reply.Seller != c.GSTIN:
		b.Result, b.Detail = registrar.AdoptOurs, string(reply.Seller)
		return b, nil
	}
	for range 2 {
		inv, body, err := d.store.InvoiceByNumber(ctx, c.GSTIN, c.Mode, reply.Type, reply.Date.FinancialYear(), reply.Number)
		if errors.Is(err, gst.ErrNotFound) {
			b.Result = registrar.AdoptUnknown
			return b, nil
		}
		if err != nil {
			return b, err
		}
		b.ID = inv.ID
		b.Adoption, err = adopter.Adopt(ctx, inv, body, reply)
		if !errors.Is(err, gst.ErrConflict) && !errors.Is(err, gst.ErrState) {
			return b, err
		}
	}
	b.Adoption = registrar.Adoption{Result: registrar.AdoptMeanwhile}
	return b, nil
}
