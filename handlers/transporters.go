package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/views"
)

// manyTransporters is more than any firm has.
const manyTransporters = 500

// listTransporters handles GET /c/{gstin}/transporters, the last used first.
func (s *Server) listTransporters(c echo.Context) error {
	company, address := companyOf(c), companyURL(companyOf(c).GSTIN, "transporters")
	found, err := s.store.Transporters(c.Request().Context(), company.GSTIN, strings.TrimSpace(c.QueryParam("q")), manyTransporters)
	if err != nil {
		return err
	}
	view := views.TransportersView{ListURL: address, NewURL: address + "/new"}
	for _, t := range found {
		view.Rows = append(view.Rows, views.TransporterRow{
			URL: transporterURL(company, t.ID), Name: t.Name, ID: t.GSTIN, Phone: t.Phone,
			Vehicles: strings.Join(t.Vehicles, ", "), Used: usedOn(t.LastUsed),
		})
	}
	page := s.roomFrame(c, "Transporters", "customers")
	page.Back = companyURL(company.GSTIN, "customers")
	return s.show(c, http.StatusOK, views.TransportersPage(page, view), nil)
}

// transporterURL is the address of a transporter.
func transporterURL(company gst.Company, id int64) string {
	return companyURL(company.GSTIN, "transporters/"+strconv.FormatInt(id, 10))
}

// newTransporter handles GET /c/{gstin}/transporters/new.
func (s *Server) newTransporter(c echo.Context) error {
	return s.showTransporter(c, http.StatusOK, gst.Transporter{}, map[string]string{}, nil, views.TakenBy{})
}

// openTransporter handles GET /c/{gstin}/transporters/{id}.
func (s *Server) openTransporter(c echo.Context) error {
	t, err := s.transporterOf(c)
	if err != nil {
		return err
	}
	values := map[string]string{"name": t.Name, "id": t.GSTIN, "phone": t.Phone, "vehicles": strings.Join(t.Vehicles, "\n")}
	return s.showTransporter(c, http.StatusOK, t, values, nil, views.TakenBy{})
}

// transporterOf is the transporter that the address names.
func (s *Server) transporterOf(c echo.Context) (gst.Transporter, error) {
	id, err := masterID(c)
	if err != nil {
		return gst.Transporter{}, err
	}
	return s.store.Transporter(c.Request().Context(), companyOf(c).GSTIN, id)
}

// saveTransporter handles POST /c/{gstin}/transporters and /c/{gstin}/transporters/{id}.
func (s *Server) saveTransporter(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	company := companyOf(c)
	var t gst.Transporter
	if c.Param("id") != "" {
		if t, err = s.transporterOf(c); err != nil {
			return err
		}
	}
	r := &masterReader{values: values, prefix: "transporter"}
	typed := map[string]string{"name": r.text("name"), "id": r.text("id"), "phone": r.text("phone"), "vehicles": values.Get("transporter.vehicles")}
	t.Name, t.GSTIN = typed["name"], strings.ToUpper(typed["id"])
	t.Phone = strings.NewReplacer(" ", "", "-", "").Replace(typed["phone"])
	t.Vehicles = vehicles(typed["vehicles"])
	faults := gst.ValidateTransporter(t)
	if faults.Err() != nil {
		return s.showTransporter(c, http.StatusUnprocessableEntity, t, typed, faults, views.TakenBy{})
	}
	err = s.store.SaveTransporter(c.Request().Context(), company.GSTIN, &t)
	if id, taken := takenBy(err); taken {
		other, err := s.store.Transporter(c.Request().Context(), company.GSTIN, id)
		if err != nil {
			return err
		}
		by := views.TakenBy{URL: transporterURL(company, id), Name: other.Name}
		return s.showTransporter(c, http.StatusUnprocessableEntity, t, typed, nil, by)
	}
	if err != nil {
		return err
	}
	return redirect(c, companyURL(company.GSTIN, "transporters?done=saved"))
}

// withoutGaps takes out what people write between the parts of a vehicle number: the portal
// wants it without.
var withoutGaps = strings.NewReplacer(" ", "", "\t", "", "-", "", ".", "")

// vehicles are the numbers in a text, one a line or parted by commas.
func vehicles(text string) []string {
	var numbers []string
	for _, number := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ';' }) {
		if number = strings.ToUpper(withoutGaps.Replace(number)); number != "" {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// deleteTransporter handles POST /c/{gstin}/transporters/{id}/delete.
func (s *Server) deleteTransporter(c echo.Context) error {
	id, err := masterID(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteTransporter(c.Request().Context(), companyOf(c).GSTIN, id); err != nil {
		return err
	}
	return redirect(c, companyURL(companyOf(c).GSTIN, "transporters?done=deleted"))
}

func (s *Server) showTransporter(c echo.Context, status int, t gst.Transporter, typed map[string]string, faults gst.Faults, taken views.TakenBy) error {
	address := companyURL(companyOf(c).GSTIN, "transporters")
	form := views.TransporterForm{Typed: typedAs("transporter", typed, faults), Action: address, Taken: taken}
	page := s.roomFrame(c, "New transporter", "customers")
	if t.ID != 0 {
		form.ID, form.Action = strconv.FormatInt(t.ID, 10), transporterURL(companyOf(c), t.ID)
		form.DeleteURL, page.Title = form.Action+"/delete", "Transporter"
	}
	page.Back = address
	return s.show(c, status, views.TransporterPage(page, form), nil)
}
