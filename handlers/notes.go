package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/desk"
	"mohar/gst"
	"mohar/lang"
	"mohar/views"
)

// noteForm is the form that makes a note, as far as it could be read. What it names
// lines[2] is the third line of the original.
type noteForm struct {
	kind   gst.DocumentType
	values url.Values
	picks  []gst.Pick
	faults gst.Faults // by the form's names
}

// showNote handles GET /c/{gstin}/invoices/{id}/note?type=CRN|DBN. With do=all everything
// that is left is filled in.
func (s *Server) showNote(c echo.Context) error {
	original, err := s.original(c)
	if err != nil {
		return err
	}
	return s.showNoteForm(c, http.StatusOK, original, readNote(c.QueryParams(), original))
}

// makeNote handles POST /c/{gstin}/invoices/{id}/note: the note becomes a draft in the
// editor or is issued at once; any other button works the form out anew.
func (s *Server) makeNote(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	original, err := s.original(c)
	if err != nil {
		return err
	}
	form, do := readNote(values, original), values.Get("do")
	if do != "issue" && do != "draft" {
		return s.showNoteForm(c, http.StatusOK, original, form)
	}
	if len(form.faults) > 0 {
		return s.showNoteForm(c, http.StatusUnprocessableEntity, original, form)
	}
	note, err := s.storeNote(c, original, form, do)
	var bad gst.Invalid
	switch {
	case errors.As(err, &bad):
		if note != nil { // faults of the note itself, whose lines are those picked
			bad.Faults = form.byOriginal(bad.Faults, note)
		} else {
			bad.Faults = form.byPick(bad.Faults)
		}
		form.faults = bad.Faults
		if original, err = s.original(c); err != nil { // somebody else may have taken some
			return err
		}
		return s.showNoteForm(c, http.StatusUnprocessableEntity, original, form)
	case err != nil:
		return err
	}
	return redirect(c, invoiceURL(note, ""))
}

// storeNote makes the note that the form says and issues it or keeps it as a draft. The
// note is nil when it could not even be made.
func (s *Server) storeNote(c echo.Context, original desk.Original, form noteForm, do string) (*gst.Invoice, error) {
	company, ctx := companyOf(c), c.Request().Context()
	note, _, err := s.desk.Note(company, original, form.kind, form.picks, form.remarks())
	if err != nil {
		return nil, err
	}
	if do == "draft" {
		return note, s.desk.SaveDraft(ctx, company, note, nil)
	}
	seen, err := strconv.Atoi(form.values.Get("seen"))
	if err != nil {
		seen = len(original.Notes)
	}
	return note, s.desk.IssueNote(ctx, company, note, seen)
}

// original reads the document that the address names as one that notes go back to.
func (s *Server) original(c echo.Context) (desk.Original, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return desk.Original{}, gst.ErrNotFound
	}
	return s.desk.Original(c.Request().Context(), companyOf(c), id)
}

// readNote reads the form. To credit all, by the button or because the sale was undone,
// nothing needs to be typed.
func readNote(values url.Values, original desk.Original) noteForm {
	f := noteForm{kind: gst.CreditNote, values: values}
	if gst.DocumentType(values.Get("type")) == gst.DebitNote {
		f.kind = gst.DebitNote
	}
	if f.kind == gst.CreditNote && values.Get("do") == "all" {
		fillNote(values, original)
	}
	r := newFormReader(values)
	for i := range original.Lines {
		qty, taxable := lineName(i, "qty"), lineName(i, "taxable")
		pick := gst.Pick{
			Line: i + 1, Quantity: parsed(r, place{qty, qty}, gst.ParseMilli), Taxable: parsed(r, place{taxable, taxable}, gst.ParsePaise),
		}
		if pick.Quantity < 0 {
			r.faults = append(r.faults, gst.Fault{Rule: "negative", Field: qty})
		}
		if pick.Taxable < 0 {
			r.faults = append(r.faults, gst.Fault{Rule: "negative", Field: taxable})
		}
		if pick.Quantity != 0 || pick.Taxable != 0 {
			f.picks = append(f.picks, pick)
		}
	}
	f.faults = r.faults
	if len(f.picks) == 0 && len(f.faults) == 0 && f.kind == gst.CreditNote && values.Get("reason") == "undone" {
		f.picks = original.All()
	}
	return f
}

// fillNote types all that is left into the form.
func fillNote(values url.Values, original desk.Original) {
	for i := range original.Lines {
		values.Del(lineName(i, "qty"))
		values.Del(lineName(i, "taxable"))
	}
	for _, pick := range original.All() {
		if pick.Quantity != 0 {
			values.Set(lineName(pick.Line-1, "qty"), pick.Quantity.String())
		}
		values.Set(lineName(pick.Line-1, "taxable"), pick.Taxable.String())
	}
}

// remarks are what the note says of its reason: what was typed, else the reason's words.
func (f noteForm) remarks() string {
	if typed := newFormReader(f.values).text("remarks"); typed != "" {
		return typed
	}
	for _, reason := range noteReasons(f.kind) {
		if reason == f.values.Get("reason") {
			return lang.English.Text("note." + reason)
		}
	}
	return ""
}

// noteReasons are the reasons to choose from.
//
// Source: CGST Act 2017, section 34(1) and (3).
func noteReasons(kind gst.DocumentType) []string {
	if kind == gst.DebitNote {
		return []string{"low", "tax", "more"}
	}
	return []string{"returned", "high", "discount", "short", "undone"}
}

// byPick names faults that count the picks by the lines of the form.
func (f noteForm) byPick(faults gst.Faults) gst.Faults {
	return renamed(faults, func(at int) int {
		if at < len(f.picks) {
			return f.picks[at].Line
		}
		return 0
	})
}

// byOriginal names faults of a note's lines by the lines of the form.
func (f noteForm) byOriginal(faults gst.Faults, note *gst.Invoice) gst.Faults {
	return renamed(faults, func(at int) int {
		if at < len(note.Lines) {
			return note.Lines[at].Against
		}
		return 0
	})
}

// renamed moves faults to the lines that line names, from 1; 0: none.
func renamed(faults gst.Faults, line func(at int) int) gst.Faults {
	moved := make(gst.Faults, len(faults))
	for i, fault := range faults {
		if at, column, ok := splitLine(fault.Field); ok {
			if to := line(at); to > 0 {
				fault.Field = lineName(to-1, column)
			}
		}
		moved[i] = fault
	}
	return moved
}

// showNoteForm shows the page, or to htmx what the note amounts to.
func (s *Server) showNoteForm(c echo.Context, status int, original desk.Original, form noteForm) error {
	view := s.noteView(companyOf(c), original, form)
	page := s.frame(c, documentKinds[form.kind]+" to "+original.Number)
	page.Nav, page.Back = "invoices", invoiceURL(original.Invoice, "")
	return s.show(c, status, views.NotePage(page, view), views.NoteTotals(view.Result))
}

// noteView is the page with what was typed.
func (s *Server) noteView(company gst.Company, original desk.Original, form noteForm) views.NoteView {
	inv := original.Invoice
	view := views.NoteView{
		URL: invoiceURL(inv, "note"), Type: string(form.kind), Debit: form.kind == gst.DebitNote,
		Seen:     strconv.Itoa(len(original.Notes)),
		Original: inv.Number, OriginalURL: invoiceURL(inv, ""),
		OriginalText: joinParts(inv.Date.Long(), inv.Buyer.LegalName, rupees(inv.Totals.Total)),
		LeftText:     leftText(original), IssueLabel: issueLabel(company, inv, false),
	}
	if inv.Type == gst.BillOfSupply {
		view.IssueLabel = "Issue"
	}
	view.OtherURL = view.URL + "?type=" + string(gst.DebitNote)
	if view.Debit {
		view.OtherURL = view.URL + "?type=" + string(gst.CreditNote)
	}
	view.Nothing = !view.Debit && len(original.All()) == 0
	view.Result = s.noteResult(company, original, &form)
	wrong := Problems{}
	wrong.add(form.faults)
	for _, fault := range form.faults {
		if _, column, ok := splitLine(fault.Field); !fault.Warning && (!ok || view.Nothing || column != "qty" && column != "taxable") {
			view.Faults = append(view.Faults, faultText(fault))
		}
	}
	view.Reason = views.Field{Name: "reason", Label: "Reason"}
	options := []views.Option{{Value: "", Label: "Choose …"}}
	for _, reason := range noteReasons(form.kind) {
		options = append(options, views.Option{Value: reason, Label: lang.English.Text("note." + reason + ".choice")})
	}
	view.Reasons = views.Options(form.values.Get("reason"), options...)
	view.Remarks = views.Field{Name: "remarks", Label: "On the note (optional)", Value: form.values.Get("remarks"), MaxLength: 100,
		Placeholder: "The reason’s words"}
	for i := range inv.Lines {
		view.Lines = append(view.Lines, noteLine(original, i, form, wrong))
	}
	return view
}

// faultText is a fault in words, with its place where it is about a line.
func faultText(fault gst.Fault) string {
	text := lang.English.Text("fault."+fault.Rule, fault.Args...)
	return strings.TrimPrefix(fieldLabel(formName(fault.Field))+": "+text, ": ")
}

// leftText says how much of a document is not credited; empty while all of it is not.
func leftText(original desk.Original) string {
	left := original.Remaining()
	if left == original.Totals.Total {
		return ""
	}
	return rupees(left) + " of " + rupees(original.Totals.Total) + " is not credited"
}

// noteLine is a line of the original in the form. A debit note adds to the whole line.
func noteLine(original desk.Original, at int, form noteForm, wrong Problems) views.NoteLine {
	l, left := original.Lines[at], original.Left[at]
	unit := " " + l.Unit
	v := views.NoteLine{
		Number: l.Number, Description: l.Description, HSN: spacedHSN(l.HSN), Gone: form.kind == gst.CreditNote && left.None(),
		Left: strings.TrimSpace(left.Quantity.String() + unit), LeftValue: left.Taxable.Indian(),
	}
	switch {
	case form.kind == gst.DebitNote:
		v.Left, v.LeftValue = strings.TrimSpace(l.Quantity.String()+unit), l.Taxable.Indian()
	case left.Quantity != l.Quantity:
		v.Left = strings.TrimSpace(left.Quantity.String() + " of " + l.Quantity.String() + unit)
	}
	if form.kind == gst.CreditNote && left.Taxable != l.Taxable {
		v.LeftValue += " of " + l.Taxable.Indian()
	}
	if l.Quantity == 0 {
		v.Left = ""
	}
	field := func(column, label string) views.Field {
		name := lineName(at, column)
		return views.Field{Name: name, Label: label + ", " + l.Description, Value: form.values.Get(name), Error: wrong[name]}
	}
	v.Qty, v.Value = field("qty", "Quantity"), field("taxable", "Value")
	return v
}

// noteResult is what the form amounts to, and what would keep the note from being issued.
func (s *Server) noteResult(company gst.Company, original desk.Original, form *noteForm) views.NoteResult {
	result := views.NoteResult{URL: invoiceURL(original.Invoice, "note")}
	faults := form.faults
	note, found, err := s.desk.Note(company, original, form.kind, form.picks, form.remarks())
	var bad gst.Invalid
	switch {
	case errors.As(err, &bad) && len(form.picks) > 0:
		faults = faults.Before(form.byPick(bad.Faults))
		form.faults = faults
	case err != nil:
		result.Empty = "Type a quantity or a value beside the items that it is about."
	default:
		faults = faults.Before(form.byOriginal(found, note))
		result.Sums, result.Total, result.Words = sums(note), rupees(note.Totals.Total), note.Totals.Total.Words()
	}
	for _, fault := range faults {
		check := views.Check{Kind: "bad", Text: faultText(fault)}
		if fault.Warning {
			check.Kind = "wait"
		}
		result.Checks = append(result.Checks, check)
	}
	if len(result.Checks) > 0 && result.Total == "" {
		result.Empty = "It cannot be worked out yet."
	}
	return result
}
