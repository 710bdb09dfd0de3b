package nic

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"mohar/gst"
)

// Codes of the information that may stand beside a reply, good or bad.
// Source: NIC release notes.
const (
	InfoDuplicate    = "DUPIRN"   // the IRN held under this number; see Info.Duplicate
	InfoEWayRefusal  = "EWBERR"   // IRN made, e-way bill refused; see Info.Codes
	InfoEWayDistance = "EWBPPD"   // distance the portal worked out
	InfoEWayAlert    = "EWBALERT" // remark on the e-way bill
	InfoEWayVehicle  = "EWBVEH"   // remark on the vehicle
	InfoOther        = "ADDNLNFO" // anything else; typed so by NIC
)

// ErrNotEnvelope says that a reply is not the portal's: HTML of a gateway, an
// empty body, or JSON without Status.
var ErrNotEnvelope = errors.New("not an answer of the portal")

// Envelope is the portal's reply.
type Envelope struct {
	OK     bool
	Data   json.RawMessage // as sent: an object, a text, or empty for null; see Plain and Open
	Errors []gst.RefusalCode
	Infos  []Info

	REK, HMAC string // of the e-way bill system: the key of Data itself under the session key, and its seal
}

// Info is one piece of information beside a reply.
type Info struct {
	Code string          `json:"InfCd"`
	Desc json.RawMessage `json:"Desc"` // text, object or array
}

// TextInfo returns an Info whose description is a text.
func TextInfo(code, text string) Info {
	desc, _ := marshal(text) // a string always marshals
	return Info{Code: code, Desc: desc}
}

// ParseEnvelope reads a reply in any of the shapes seen on the portal and behind
// GSPs: Status as number, text or boolean; keys in any case; ErrorDetails as an
// array, as base64 of one or as a sentence, its codes alone or several in a list; InfoDtls in any order, each
// description as object, array, text or JSON inside text. It returns
// ErrNotEnvelope for anything else.
func ParseEnvelope(reply []byte) (*Envelope, error) {
	var wire struct {
		Status       json.RawMessage
		Data         json.RawMessage
		ErrorDetails json.RawMessage
		InfoDtls     json.RawMessage
	}
	reply = bytes.TrimPrefix(reply, []byte("\xef\xbb\xbf"))
	if err := json.Unmarshal(reply, &wire); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotEnvelope, err)
	}
	var ok Flag
	if scalar(wire.Status) == "" {
		return nil, fmt.Errorf("%w: it has no Status", ErrNotEnvelope)
	}
	if err := ok.UnmarshalJSON(wire.Status); err != nil {
		return nil, fmt.Errorf("%w: Status: %w", ErrNotEnvelope, err)
	}
	e := &Envelope{OK: bool(ok), Errors: parseCodes(wire.ErrorDetails), Infos: parseInfos(wire.InfoDtls)}
	if !isNull(wire.Data) {
		e.Data = wire.Data
	}
	return e, nil
}

// Plain returns the JSON of an unencrypted Data: an object as it is, or the JSON
// inside a text, as TaxPro's decrypted paths send it. It returns nil for no Data.
func (e *Envelope) Plain() (json.RawMessage, error) {
	if len(e.Data) == 0 {
		return nil, nil
	}
	if e.Data[0] != '"' {
		return e.Data, nil
	}
	text := []byte(scalar(e.Data))
	if !json.Valid(text) {
		return nil, errors.New("text in Data is not JSON")
	}
	return text, nil
}

// Open returns the JSON of an encrypted Data under the session key, ErrDecrypt when
// it does not open or its seal is wrong, and nil for no Data. Data that came
// unencrypted, an object or JSON inside a text, is returned as Plain does, unless it
// ought to be sealed.
func (e *Envelope) Open(sek []byte) (json.RawMessage, error) {
	if len(e.Data) == 0 {
		return nil, nil
	}
	if e.REK != "" {
		return e.openSealed(sek)
	}
	if e.Data[0] == '{' || e.Data[0] == '[' {
		return e.Data, nil
	}
	text := scalar(e.Data)
	if inner := container(text); inner != nil {
		return inner, nil
	}
	return openData(sek, text)
}

// openSealed opens Data under a key of its own, which came under the session key.
//
// Source: e-way bill API 1.03, replies of the GET methods.
func (e *Envelope) openSealed(sek []byte) (json.RawMessage, error) {
	rek, err := DecryptText(sek, e.REK)
	if err != nil {
		return nil, fmt.Errorf("open key of Data: %w", err)
	}
	if err := checkKey(rek); err != nil {
		return nil, fmt.Errorf("open key of Data: %w: %w", ErrDecrypt, err)
	}
	data, err := openData(rek, scalar(e.Data))
	if err != nil {
		return nil, err
	}
	if !sealFits(rek, data, e.HMAC) {
		return nil, fmt.Errorf("open Data: %w: its HMAC is wrong", ErrDecrypt)
	}
	return data, nil
}

// openData decrypts JSON, or the base64 of JSON.
func openData(key []byte, text string) (json.RawMessage, error) {
	plain, err := DecryptText(key, text)
	if err != nil {
		return nil, fmt.Errorf("open Data: %w", err)
	}
	if json.Valid(plain) && plain[0] != '"' {
		return plain, nil
	}
	inner, err := base64.StdEncoding.DecodeString(strings.Trim(string(plain), "\" \r\n"))
	if err == nil && json.Valid(inner) {
		return inner, nil
	}
	if json.Valid(plain) {
		return plain, nil
	}
	return nil, fmt.Errorf("open Data: %w: result is not JSON", ErrDecrypt)
}

// Info returns the first information of this code.
func (e *Envelope) Info(code string) (Info, bool) {
	for _, i := range e.Infos {
		if i.Code == code {
			return i, true
		}
	}
	return Info{}, false
}

// Text returns a description that is a text, and the JSON of any other.
func (i Info) Text() string {
	if len(i.Desc) > 0 && i.Desc[0] != '"' {
		return string(i.Desc)
	}
	return scalar(i.Desc)
}

// Codes returns the refusals that an EWBERR describes.
func (i Info) Codes() []gst.RefusalCode { return parseCodes(i.Desc) }

// Duplicate returns what a DUPIRN describes: the IRN that the portal holds under
// the number.
func (i Info) Duplicate() (Duplicate, error) {
	var d Duplicate
	if err := json.Unmarshal(i.Desc, &d); err != nil {
		return d, fmt.Errorf("read %s: %w", i.Code, err)
	}
	return d, nil
}

// Reply is a reply to be written.
type Reply struct {
	Data   any               // any value that marshals; nil writes null
	Errors []gst.RefusalCode // Status is 1 when there are none
	Infos  []Info
	// TextStatus writes Status as "1" or "0", as TaxPro's decrypted paths do.
	TextStatus bool
}

// wireCode is an element of ErrorDetails, and of an EWBERR.
type wireCode struct {
	ErrorCode    string
	ErrorMessage string
}

// Bytes returns the reply as the portal writes it: Status, Data, ErrorDetails and
// InfoDtls, the last three null when empty.
func (r Reply) Bytes() ([]byte, error) {
	wire := struct {
		Status       any
		Data         any
		ErrorDetails []wireCode
		InfoDtls     []Info
	}{Status: 1, Data: r.Data, ErrorDetails: wireCodes(r.Errors)}
	if len(r.Errors) > 0 {
		wire.Status = 0
	}
	if r.TextStatus {
		wire.Status = fmt.Sprint(wire.Status)
	}
	if len(r.Infos) > 0 {
		wire.InfoDtls = r.Infos
	}
	out, err := marshal(wire)
	if err != nil {
		return nil, fmt.Errorf("write reply: %w", err)
	}
	return out, nil
}

func wireCodes(codes []gst.RefusalCode) []wireCode {
	if len(codes) == 0 {
		return nil
	}
	out := make([]wireCode, len(codes))
	for i, c := range codes {
		out[i] = wireCode{ErrorCode: c.Code, ErrorMessage: c.Message}
	}
	return out
}

// parseInfos reads InfoDtls: an array, one object, or JSON inside a text. What is
// unreadable is left out, because it must not hide the reply it stands beside.
func parseInfos(raw json.RawMessage) []Info {
	raw = unwrap(raw)
	if len(raw) == 0 {
		return nil
	}
	if raw[0] == '{' {
		raw = bytes.Join([][]byte{{'['}, raw, {']'}}, nil)
	}
	var infos []Info
	if json.Unmarshal(raw, &infos) != nil {
		return nil
	}
	kept := infos[:0]
	for _, i := range infos {
		i.Code = strings.ToUpper(strings.TrimSpace(i.Code))
		i.Desc = unwrap(i.Desc)
		if i.Code != "" || len(i.Desc) > 0 {
			kept = append(kept, i)
		}
	}
	return kept
}

// parseCodes reads refusals: an array of codes or sentences, one of either, or
// such JSON inside a text or its base64.
func parseCodes(raw json.RawMessage) []gst.RefusalCode {
	raw = unwrap(raw)
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return nil
		}
		var codes []gst.RefusalCode
		for _, item := range list {
			if item = unwrap(item); len(item) > 0 && item[0] != '[' {
				codes = append(codes, parseCodes(item)...)
			}
		}
		return codes
	case '{':
		return parseCode(raw)
	default:
		return []gst.RefusalCode{codeOfSentence(scalar(raw))}
	}
}

// parseCode reads one refusal in the portal's spelling or the GSPs'.
func parseCode(raw json.RawMessage) []gst.RefusalCode {
	var one struct {
		ErrorCode, ErrorMessage Text
		Code                    Text `json:"error_code"`
		Message                 Text `json:"error_message"`
		Short                   Text `json:"error_cd"`
		Words                   Text `json:"message"`
		Codes                   Text `json:"errorCodes"`
	}
	if json.Unmarshal(raw, &one) != nil {
		return nil
	}
	code := firstOf(one.ErrorCode, one.Code, one.Short, one.Codes)
	message := firstOf(one.ErrorMessage, one.Message, one.Words)
	if code == "" && message == "" {
		return nil
	}
	if code == "" {
		return []gst.RefusalCode{codeOfSentence(message)}
	}
	return splitCodes(code, message)
}

// splitCodes returns a refusal for each code of a list: the e-way bill system writes
// several into one text, each with a comma behind it.
func splitCodes(list, message string) []gst.RefusalCode {
	var codes []gst.RefusalCode
	for _, code := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		codes = append(codes, gst.RefusalCode{Code: code, Message: message})
	}
	return codes
}

// codeOfSentence splits "2176 : HSN code(s)-1 is invalid" into code and words. A
// sentence without a code is all words.
func codeOfSentence(s string) gst.RefusalCode {
	code, message, found := strings.Cut(s, ":")
	code = strings.TrimSpace(code)
	if !found || code == "" || len(code) > 8 || strings.Trim(code, "0123456789") != "" {
		return gst.RefusalCode{Message: s}
	}
	return gst.RefusalCode{Code: code, Message: strings.TrimSpace(message)}
}

func firstOf(texts ...Text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}

// unwrap returns the JSON inside a text, or inside the base64 in a text, and
// anything else as it is; nil for null.
func unwrap(raw json.RawMessage) json.RawMessage {
	if isNull(raw) {
		return nil
	}
	raw = bytes.TrimSpace(raw)
	if raw[0] != '"' {
		return raw
	}
	text := scalar(raw)
	if inner := container(text); inner != nil {
		return inner
	}
	for _, encoding := range [...]*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
		if decoded, err := encoding.DecodeString(text); err == nil {
			if inner := container(string(decoded)); inner != nil {
				return inner
			}
		}
	}
	if text == "" {
		return nil
	}
	return raw
}

// container returns s as JSON when it is an object or an array.
func container(s string) json.RawMessage {
	s = strings.TrimSpace(s)
	if s == "" || (s[0] != '{' && s[0] != '[') || !json.Valid([]byte(s)) {
		return nil
	}
	return json.RawMessage(s)
}

func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}
