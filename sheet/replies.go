package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// MaxReplies is how many rows a table of the portal's answers may have.
const MaxReplies = 10_000

// The names of the first columns are those of the table that the portal gives after a bulk
// upload, which programs that read it know it by.
var replyLayout = layout{
	anchors: []string{"irn", "qr", "number"},
	columns: []column{
		{"irn", "IRN", "", []string{"Invoice Reference Number", "IRN No", "IRN Number", "Irn"}},
		{"ack", "Ack No", "", []string{"Ack Number", "Acknowledgement No", "Acknowledgement Number", "AckNo", "Acknowledgment No", "Acknowledgment Number"}},
		{"ack_date", "Ack Date", "", []string{"AckDt", "Ack Dt", "AckDate", "Acknowledgement Date", "Acknowledgment Date", "Ack Date & Time", "IRN Date", "IRN Generated Date"}},
		{"number", "Doc No", "", []string{"Document No", "Document Number", "DocNo", "Invoice No", "Invoice Number", "Inv No", "Document Num"}},
		{"type", "Doc Typ", "", []string{"Doc Type", "Document Type", "DocTyp", "Typ", "Type"}},
		{"date", "Doc Date", "", []string{"Document Date", "DocDt", "Doc Dt", "Invoice Date", "Inv Date"}},
		{"total", "Inv Value.", "", []string{"Invoice Value", "Total Invoice Value", "Document Value", "Total Value", "Inv Val", "Invoice Amount"}},
		{"buyer", "Recipient GSTIN", "", []string{"Buyer GSTIN", "GSTIN of Recipient", "GSTIN/UIN of Recipient", "Receiver GSTIN", "RecptGSTIN", "Counterparty GSTIN"}},
		{"status", "Status", "", []string{"IRN Status", "E-Invoice Status"}},
		{"qr", "Signed QR Code", "", []string{"SignedQRCode", "Signed QR", "QR Code", "SignedQR", "QRCode"}},
		{"invoice", "Signed Invoice", "", []string{"SignedInvoice", "Signed JSON"}},
		{"eway", "EWB No./ If Any Errors While Creating EWB.", "", []string{"EWB No", "EwbNo", "E-Way Bill No", "Eway Bill No", "EWB Number", "E-Way Bill Number"}},
		{"code", "Error Code", "", []string{"ErrorCode", "Error Codes", "Error Cd"}},
		{"error", "Error Details", "", []string{"Error", "Errors", "Error Description", "Error Message", "ErrorMessage", "Error Msg", "Reason", "Failure Reason", "Error Desc"}},
		{"seller", "Supplier GSTIN", "", []string{"Seller GSTIN", "GSTIN of Supplier", "My GSTIN", "User GSTIN"}},
	},
}

// ReplyHeadings are the columns that are looked for in a table of the portal's answers, as
// the portal writes them.
func ReplyHeadings() []string {
	names := make([]string, 0, len(replyLayout.columns))
	for _, c := range replyLayout.columns {
		names = append(names, c.heading)
	}
	return names
}

// Replies reads the portal's answers from the table that it gives after a bulk upload, or
// from another with such columns. What of a row cannot be read stands in its faults. It
// returns gst.Invalid on the field "file" for a table without such a heading or with more
// than MaxReplies rows.
func Replies(t Table) ([]gst.PortalReply, Heading, error) {
	at, err := replyLayout.locate(t)
	if err != nil {
		return nil, Heading{}, err
	}
	if len(at.rows) > MaxReplies {
		return nil, Heading{}, refuse(gst.Fault{Rule: "replies.many", Args: []string{strconv.Itoa(MaxReplies)}})
	}
	var replies []gst.PortalReply
	at.each(func(c *cells) {
		if c.first("irn", "qr", "number") != "" { // else it is a sum, or a note below the table
			replies = append(replies, c.reply())
		}
	})
	if len(replies) == 0 {
		return nil, Heading{}, refuse(gst.Fault{Rule: "replies.none"})
	}
	return replies, at.Heading, nil
}

// reply makes an answer of a row.
func (c *cells) reply() gst.PortalReply {
	r := gst.PortalReply{
		Place: c.row, Number: c.text["number"], Seller: gst.GSTIN(c.gstin("seller")), Buyer: c.gstin("buyer"),
		Date: c.date("date"), Total: c.money("total"),
	}
	if c.text["type"] != "" {
		r.Type = c.documentType()
	}
	reg := &r.Registration
	reg.SignedQR, reg.SignedInvoice = onePiece(c.text["qr"]), onePiece(c.text["invoice"])
	if irn := strings.ToLower(onePiece(c.text["irn"])); !absent(irn) {
		if !irnPattern.MatchString(irn) {
			c.add("irn", gst.Fault{Rule: "sheet.irn"})
		}
		reg.IRN = irn
	}
	if reg.IRN == "" && reg.SignedQR == "" {
		r.Codes = c.refusalCodes()
		if len(r.Codes) == 0 {
			c.add("irn", gst.Fault{Rule: "replies.nothing"})
		}
	} else {
		c.acknowledgement(&r)
	}
	for _, f := range c.faults {
		if !f.Warning {
			r.Faults = append(r.Faults, f.Fault)
		}
	}
	return r
}

// onePiece is a long text without the blanks and line ends that a table may break it by.
func onePiece(text string) string { return strings.Join(strings.Fields(text), "") }

// acknowledgement reads what stands beside an IRN.
func (c *cells) acknowledgement(r *gst.PortalReply) {
	reg := &r.Registration
	reg.Status = gst.RegistrationActive
	if cancelled(c.text["status"]) {
		reg.Status = gst.RegistrationCancelled
	}
	ack := onePiece(c.text["ack"])
	switch reg.AckNo = ack; {
	case ack == "":
		c.add("ack", gst.Fault{Rule: "replies.noack"})
	case !digits(ack): // a spreadsheet made 1.1261E+14 of it
		c.add("ack", gst.Fault{Rule: "replies.ackno", Args: []string{ack}})
	}
	if reg.AckDate = c.clock("ack_date"); reg.AckDate.IsZero() {
		r.AckDay = c.date("ack_date")
	}
	switch way := c.text["eway"]; {
	case absent(way):
	case len(onePiece(way)) == 12 && digits(onePiece(way)):
		reg.EWayBill = &gst.EWayBill{Number: onePiece(way)}
	default:
		reg.EWayRefusal = &gst.Refusal{Codes: codesOf(way)}
	}
}

// clocks are the ways to write a day with its time.
var clocks = []string{
	time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2/1/2006 15:04:05", "2/1/2006 15:04", "2-1-2006 15:04:05", "2-1-2006 15:04",
	"2/1/2006 3:04:05 PM", "2/1/2006 3:04 PM", "2-1-2006 3:04:05 PM", "2-1-2006 3:04 PM", "2-Jan-2006 15:04:05", "2-Jan-2006 15:04", "2 Jan 2006 15:04:05",
}

// clock reads the named cell as a time in India; zero when it has no time of the day.
func (c *cells) clock(name string) time.Time {
	text := strings.ToUpper(c.text[name])
	for _, layout := range clocks {
		if t, err := time.ParseInLocation(layout, text, gst.IST); err == nil {
			return t
		}
	}
	return time.Time{}
}

// refusalCodes are why the portal gave no IRN.
func (c *cells) refusalCodes() []gst.RefusalCode {
	code, words := strings.Trim(c.text["code"], ", "), c.text["error"]
	if absent(words) {
		words = ""
	}
	if digits(code) {
		return []gst.RefusalCode{{Code: code, Message: words}}
	}
	if text := c.text["eway"]; words == "" && !absent(text) { // the one column of the portal's table for errors
		words = text
	}
	if status := c.text["status"]; words == "" && codeInWords.MatchString(status) {
		words = status
	}
	return codesOf(strings.TrimSpace(code + " " + words))
}

// codeInWords is one of the portal's codes in front of its words: "2150 : Duplicate IRN".
var codeInWords = regexp.MustCompile(`^\W*(\d{3,5})\b\W*(.*)$`)

// codesOf parts what a cell says into codes with their words.
func codesOf(text string) []gst.RefusalCode {
	var codes []gst.RefusalCode
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(";|\n", r) }) {
		part = strings.TrimSpace(part)
		if m := codeInWords.FindStringSubmatch(part); m != nil {
			codes = append(codes, gst.RefusalCode{Code: m[1], Message: strings.TrimSpace(m[2])})
		} else if part != "" {
			codes = append(codes, gst.RefusalCode{Message: part})
		}
	}
	return codes
}
