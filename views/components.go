package views

import (
	"strings"

	"github.com/a-h/templ"
)

// Field is one labelled control of a form, with what was typed and what is wrong with
// it.
type Field struct {
	Name, Label, Value string
	Type               string // "text" when empty; "email", "date", "search", "file" …
	Help               string // one sentence under the control
	HelpKind           string // "wait" for a warning, "good" for a confirmation
	Error              string // what is wrong and what mends it
	Placeholder        string
	Autocomplete       string
	InputMode          string // "numeric", "decimal", "tel" …
	Required           bool
	ReadOnly           bool
	// Secret makes a password field; its Value is never put on the page.
	Secret    bool
	MaxLength int
	Class     string           // of the box around it: "wide" or "half" in a grid of fields
	Attrs     templ.Attributes // further attributes of the control, e.g. data-gstin
}

// value is what the page may show in the control.
func (f Field) value() string {
	if f.Secret {
		return ""
	}
	return f.Value
}

// class is that of the box around the field.
func (f Field) class() string { return strings.TrimSpace("field " + f.Class) }

// Option is one choice of a SelectField or RadioField.
type Option struct {
	Value, Label string
	Help         string // RadioField only: a sentence under the label
	Selected     bool
}

// Options marks the option whose value is selected. A value that none of them has is added
// to them, so that a form comes back as it was sent. The given slice is not changed.
func Options(selected string, options ...Option) []Option {
	marked := make([]Option, len(options), len(options)+1)
	known := selected == ""
	for i, o := range options {
		o.Selected = o.Value == selected
		known = known || o.Selected
		marked[i] = o
	}
	if !known {
		marked = append(marked, Option{Value: selected, Label: selected, Selected: true})
	}
	return marked
}
