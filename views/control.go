package views

// Control is one control of a form that is built from a list.
type Control struct {
	Field
	Options []Option // a choice from a list
	Cards   bool     // the choices stand side by side, each with its sentence
	Tick    bool     // yes or no
	Ticked  bool
	Suggest []string // values to choose from while typing
	Hidden  bool     // sent along, not shown
}

// listID is the element that holds what is suggested.
func (c Control) listID() string { return FieldID(c.Name) + "-list" }

// withList ties the control to what is suggested.
func (c Control) withList() Field {
	f := c.Field
	attrs := map[string]any{"list": c.listID()}
	for key, value := range f.Attrs {
		attrs[key] = value
	}
	f.Attrs = attrs
	return f
}

// Group is some controls under a heading.
type Group struct {
	Title, Text string
	Columns     string // of the grid: "grid-2", "grid-3", "grid-4"
	Controls    []Control
}
