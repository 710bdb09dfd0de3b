package nic

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"mohar/gst"
)

// What a file of replies may hold.
const (
	MaxReplyFile = 8 << 20 // bytes
	MaxReplies   = 10_000  // documents
)

// How deep a reply may lie in objects, lists and JSON within texts. The deepest seen is a
// provider's list of envelopes with the portal's Data as text in each: five.
const maxWraps = 12

// ReadReplies reads the portal's answers from a JSON file that a person fetched there: one
// or a list, as the portal signs them, in the portal's envelope or wrapped by a GSP, with
// keys in any case, and JSON within text. Answers without an IRN are read too, with their
// codes. What of an answer cannot be read stands in its Faults.
//
// It returns gst.Invalid on the field "file" for a file that is no JSON, holds no answer,
// or more than MaxReplies. Signatures are not checked here.
func ReadReplies(data []byte) ([]gst.PortalReply, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	data = bytes.TrimSpace(data)
	switch {
	case len(data) > MaxReplyFile:
		return nil, refuseFile(gst.Fault{Rule: "replies.large", Args: []string{strconv.Itoa(MaxReplyFile >> 20)}})
	case len(data) == 0:
		return nil, refuseFile(gst.Fault{Rule: "replies.none"})
	case !utf8.Valid(data):
		return nil, refuseFile(gst.Fault{Rule: "replies.json", Args: []string{"1", "1"}})
	}
	var syntax *json.SyntaxError
	var all json.RawMessage
	if err := json.Unmarshal(data, &all); errors.As(err, &syntax) {
		at := syntaxErrorAt(data, int(syntax.Offset)-1, "")
		return nil, refuseFile(gst.Fault{Rule: "replies.json", Args: []string{strconv.Itoa(at.Line), strconv.Itoa(at.Column)}})
	} else if err != nil {
		return nil, refuseFile(gst.Fault{Rule: "replies.json", Args: []string{"1", "1"}})
	}
	var r replyReader
	r.read(data, replyAbout{}, 0)
	switch {
	case len(r.found) == 0:
		return nil, refuseFile(gst.Fault{Rule: "replies.none"})
	case len(r.found) > MaxReplies:
		return nil, refuseFile(gst.Fault{Rule: "replies.many", Args: []string{strconv.Itoa(MaxReplies)}})
	}
	return r.found, nil
}

func refuseFile(f gst.Fault) error {
	f.Field = "file"
	return gst.Invalid{Faults: gst.Faults{f}}
}

// replyAbout is what stands around an answer: which document it is about, and the
// portal's remarks.
type replyAbout struct {
	seller, typ, number, date string
	infos                     []Info
}

// replyReader gathers answers.
type replyReader struct{ found []gst.PortalReply }

// read looks for answers in one value of valid JSON.
func (r *replyReader) read(value []byte, about replyAbout, depth int) {
	if depth > maxWraps || len(r.found) > MaxReplies {
		return
	}
	switch value[0] {
	case '[':
		for v := range elements(value) {
			r.read(v, about, depth+1)
		}
	case '{':
		r.object(value, about, depth)
	case '"':
		if inner := jsonWithin(value); inner != nil {
			r.read(inner, about, depth+1)
		}
	}
}

// jsonWithin returns the object or list that a JSON text holds, nil for any other text.
func jsonWithin(quoted []byte) []byte {
	if len(quoted) < 4 || quoted[1] != '{' && quoted[1] != '[' { // signed texts are long, and none of them
		return nil
	}
	return container(unquote(quoted))
}

// object reads an answer, or looks for answers in the members of what is none.
func (r *replyReader) object(object []byte, about replyAbout, depth int) {
	m := plainMembers(object)
	about.learn(m)
	for _, inside := range []string{"transaction", "request"} { // what was asked, beside the answer
		if v := m[inside]; len(v) > 0 && v[0] == '{' {
			about.learn(plainMembers(v))
		}
	}
	codes := replyCodes(m)
	switch {
	case told(m, "signedqrcode", "signedqr") != "" || told(m, "irn") != "" && told(m, "ackno", "signedinvoice") != "":
		r.found = append(r.found, acknowledged(m, about, len(r.found)+1))
		return
	case len(codes) > 0:
		reply := about.reply(len(r.found) + 1)
		if reply.Codes = codes; reply.Number == "" {
			reply.Faults = gst.Faults{{Rule: "replies.nameless", Args: []string{sentence(codes[0])}}}
		}
		r.found = append(r.found, reply)
		return
	}
	for key, v := range members(object) {
		switch plainKey(key) {
		case "infodtls", "info", "transaction", "request":
			continue // no answers: remarks beside one, and what was asked
		}
		r.read(v, about, depth+1)
	}
}

// plainMembers are the members of an object by plainKey, the first of each.
func plainMembers(object []byte) map[string][]byte {
	m := make(map[string][]byte)
	for key, v := range members(object) {
		if k := plainKey(key); m[k] == nil && !isNull(v) {
			m[k] = v
		}
	}
	return m
}

// plainKey is a key in small letters, without the marks that some put between words.
func plainKey(quoted []byte) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(lowerKey(quoted))
}

// told is the first of the named members that is a text or a number.
func told(m map[string][]byte, names ...string) string {
	for _, name := range names {
		if v := m[name]; len(v) > 0 && v[0] != '{' && v[0] != '[' {
			if s := scalar(v); s != "" {
				return s
			}
		}
	}
	return ""
}

// learn takes from an object which document it is about, and the remarks in it.
func (a *replyAbout) learn(m map[string][]byte) {
	set := func(to *string, said string) {
		if said != "" {
			*to = said
		}
	}
	set(&a.seller, told(m, "sellergstin"))
	set(&a.number, told(m, "docno", "documentnumber", "docnumber"))
	set(&a.typ, told(m, "doctyp", "doctype", "documenttype"))
	set(&a.date, told(m, "docdt", "docdate", "documentdate"))
	if v := m["docdtls"]; len(v) > 0 && v[0] == '{' {
		doc := plainMembers(v)
		set(&a.number, told(doc, "no"))
		set(&a.typ, told(doc, "typ"))
		set(&a.date, told(doc, "dt"))
	}
	if v := m["sellerdtls"]; len(v) > 0 && v[0] == '{' {
		set(&a.seller, told(plainMembers(v), "gstin"))
	}
	for _, name := range []string{"infodtls", "info"} {
		if v := m[name]; v != nil {
			a.infos = parseInfos(v)
		}
	}
}

// reply is an answer about the document so far.
func (a *replyAbout) reply(place int) gst.PortalReply {
	date, _ := parseDay(a.date) // 0 when there is none
	return gst.PortalReply{
		Place: place, Seller: gst.GSTIN(strings.ToUpper(a.seller)), Type: gst.DocumentType(strings.ToUpper(a.typ)),
		Number: a.number, Date: date,
	}
}

// replyCodes are the codes of an answer without IRN.
func replyCodes(m map[string][]byte) []gst.RefusalCode {
	for _, name := range []string{"errordetails", "errors", "error", "errordetail"} {
		if v := m[name]; len(v) > 0 && (v[0] == '{' || v[0] == '[' || v[0] == '"') {
			if codes := parseCodes(v); len(codes) > 0 {
				return codes
			}
		}
	}
	if code := told(m, "errorcode", "errorcd"); code != "" {
		return []gst.RefusalCode{{Code: strings.Trim(code, ", "), Message: told(m, "errormessage", "errordescription", "message")}}
	}
	return nil
}

// sentence is a code with its words.
func sentence(c gst.RefusalCode) string { return strings.TrimSpace(c.Code + " " + c.Message) }

// acknowledged reads an answer with an IRN. What it says only in its signed texts is
// taken from there.
func acknowledged(m map[string][]byte, about replyAbout, place int) gst.PortalReply {
	a := Acknowledgement{
		Irn: told(m, "irn"), Status: told(m, "status"), Remarks: Text(told(m, "remarks")),
		SignedInvoice: told(m, "signedinvoice"), SignedQRCode: told(m, "signedqrcode", "signedqr"),
	}
	var faults gst.Faults
	read := func(to json.Unmarshaler, said string) bool {
		quoted, err := marshal(said)
		return err == nil && to.UnmarshalJSON(quoted) == nil
	}
	if said := told(m, "ackno"); !read(&a.AckNo, said) {
		faults = append(faults, gst.Fault{Rule: "replies.ackno", Args: []string{clip([]byte(said))}})
	}
	if said := told(m, "ackdt", "ackdate"); !read(&a.AckDt, said) {
		faults = append(faults, gst.Fault{Rule: "replies.ackdate", Args: []string{clip([]byte(said))}})
	}
	_ = read(&a.EwbNo, told(m, "ewbno", "ewaybillno")) && // an e-way bill that cannot be read is asked for again
		read(&a.EwbDt, told(m, "ewbdt", "ewbdate")) && read(&a.EwbValidTill, told(m, "ewbvalidtill", "ewbvaliddate"))
	fromSigned(&a, &about)
	reply := about.reply(place)
	reg, err := a.Registration(about.infos...)
	if err != nil && len(faults) == 0 {
		faults = gst.Faults{{Rule: "replies.incomplete"}}
	}
	if reg.Status == "" || reg.Status == "1" {
		reg.Status = gst.RegistrationActive
	}
	reply.Registration, reply.Faults = reg, faults
	return reply
}

// fromSigned fills an acknowledgement, and which document it is about, from its signed
// texts as far as they can be read.
func fromSigned(a *Acknowledgement, about *replyAbout) {
	if signed, err := Read(a.SignedInvoice); err == nil {
		var ack Duplicate
		if id, err := identify(signed.Data); err == nil {
			about.seller, about.typ, about.number, about.date = id.seller, id.typ, id.number, id.date
		}
		if json.Unmarshal(signed.Data, &ack) == nil {
			a.fill(ack)
		}
		return
	}
	signed, err := Read(a.SignedQRCode)
	if err != nil {
		return
	}
	if qr, err := signed.QR(); err == nil {
		about.seller, about.typ, about.number = qr.SellerGSTIN, string(qr.Type), qr.Number
		about.date = strings.Trim(string(appendDay(nil, qr.Date)), `"`)
		a.fill(Duplicate{AckDt: qr.IRNDate, Irn: qr.IRN})
	}
}

// fill takes over what the acknowledgement lacks.
func (a *Acknowledgement) fill(d Duplicate) {
	if a.Irn == "" {
		a.Irn = d.Irn
	}
	if a.AckNo == "" {
		a.AckNo = d.AckNo
	}
	if a.AckDt.IsZero() {
		a.AckDt = d.AckDt
	}
}

// Complete fills a reply that a table told with what its signed QR code says: the
// document, where the row leaves it out, and the time of the IRN, where the row has no
// more than the day of the acknowledgement. That both say the same is checked before
// anything is taken over; see CheckStored.
func Complete(r *gst.PortalReply) {
	signed, err := Read(r.Registration.SignedQR)
	if err != nil {
		return
	}
	qr, err := signed.QR()
	if err != nil {
		return
	}
	r.Seller = gst.GSTIN(strings.ToUpper(qr.SellerGSTIN))
	if r.Number == "" {
		r.Number = qr.Number
	}
	if r.Type == "" {
		r.Type = qr.Type
	}
	if r.Date == 0 {
		r.Date = qr.Date
	}
	if r.Registration.IRN == "" {
		r.Registration.IRN = strings.ToLower(qr.IRN)
	}
	ack := &r.Registration.AckDate
	if ack.IsZero() && !qr.IRNDate.IsZero() && (r.AckDay == 0 || r.AckDay == gst.DateOf(qr.IRNDate.Time)) {
		*ack = qr.IRNDate.Time
	}
	if ack.IsZero() && r.AckDay != 0 {
		*ack = r.AckDay.Time()
	}
}
