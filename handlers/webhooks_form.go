package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/courier"
	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// typedWebhook is the form of a webhook.
type typedWebhook struct {
	URL, Description string
	Kinds, Which     string // "all" or "some"
	Events           []string
	Companies        []string
	Version          string
}

// webhookFormOf reads the form of a webhook.
func webhookFormOf(c echo.Context) (typedWebhook, error) {
	values, err := c.FormParams()
	if err != nil {
		return typedWebhook{}, unreadable(err)
	}
	return typedWebhookOf(values), nil
}

func typedWebhookOf(values url.Values) typedWebhook {
	return typedWebhook{
		URL: strings.TrimSpace(values.Get("url")), Description: strings.Join(strings.Fields(values.Get("description")), " "),
		Kinds: values.Get("kinds"), Which: values.Get("which"), Events: values["event"], Companies: values["company"], Version: values.Get("version"),
	}
}

// formOfWebhook is a stored webhook as its form.
func formOfWebhook(w db.Webhook) typedWebhook {
	form := typedWebhook{URL: w.URL, Description: w.Description, Kinds: "all", Which: "all", Version: strconv.FormatInt(w.Version, 10)}
	for _, e := range w.Events {
		form.Kinds, form.Events = "some", append(form.Events, string(e))
	}
	for _, company := range w.Companies {
		form.Which, form.Companies = "some", append(form.Companies, string(company))
	}
	return form
}

// into puts what was typed into w and says what is wrong with it.
func (f typedWebhook) into(w *db.Webhook, others []db.Webhook, private bool) Problems {
	wrong := Problems{}
	w.URL, w.Description, w.Events, w.Companies = f.URL, f.Description, nil, nil
	var bad gst.Invalid
	if err := courier.CheckURL(f.URL, private); errors.As(err, &bad) {
		wrong.add(bad.Faults)
	}
	if slices.ContainsFunc(others, func(o db.Webhook) bool { return o.ID != w.ID && o.URL == f.URL }) {
		wrong.put("url", "This address is told already. Change that entry, or give the program a second address.")
	}
	if f.Kinds == "some" {
		for _, e := range f.Events {
			w.Events = append(w.Events, db.WebhookEvent(e))
		}
		if len(w.Events) == 0 {
			wrong.put("events", "Tick at least one, or choose everything.")
		}
	}
	if f.Which == "some" {
		for _, company := range f.Companies {
			w.Companies = append(w.Companies, gst.GSTIN(company))
		}
		if len(w.Companies) == 0 {
			wrong.put("companies", "Tick at least one company, or choose all companies.")
		}
	}
	return wrong
}

// newWebhook handles GET /settings/webhooks/new.
func (s *Server) newWebhook(c echo.Context) error {
	return s.showWebhookForm(c, http.StatusOK, 0, typedWebhook{Kinds: "all", Which: "all"}, nil)
}

// editWebhook handles GET /settings/webhooks/{id}/edit.
func (s *Server) editWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	return s.showWebhookForm(c, http.StatusOK, w.ID, formOfWebhook(w), nil)
}

// addWebhook handles POST /settings/webhooks. The answer is the only page that ever shows
// the secret; loaded again it adds no second one, because the first one has the address.
func (s *Server) addWebhook(c echo.Context) error {
	ctx := c.Request().Context()
	var w db.Webhook
	form, wrong, err := s.readWebhook(c, &w)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return s.showWebhookForm(c, http.StatusUnprocessableEntity, 0, form, wrong)
	}
	secret, err := s.store.AddWebhook(ctx, &w)
	if errors.Is(err, gst.ErrState) {
		return s.showWebhookForm(c, http.StatusConflict, 0, form, Problems{"form": "There are " + strconv.Itoa(db.MostWebhooks) + " addresses already. Delete one that is not needed any more."})
	}
	if bad, ok := invalidOf(err); ok {
		return s.showWebhookForm(c, http.StatusUnprocessableEntity, 0, form, bad)
	}
	if err != nil {
		return err
	}
	return s.showWebhookSecret(c, views.WebhookSecretView{Address: w.URL, Secret: secret, DoneURL: webhookURL(w.ID)})
}

// invalidOf are the problems of an error, if it is gst.Invalid.
func invalidOf(err error) (Problems, bool) {
	var bad gst.Invalid
	if !errors.As(err, &bad) {
		return nil, false
	}
	wrong := Problems{}
	wrong.add(bad.Faults)
	return wrong, true
}

// readWebhook reads the form into w.
func (s *Server) readWebhook(c echo.Context, w *db.Webhook) (typedWebhook, Problems, error) {
	form, err := webhookFormOf(c)
	if err != nil {
		return form, nil, err
	}
	others, err := s.store.Webhooks(c.Request().Context())
	if err != nil {
		return form, nil, err
	}
	return form, form.into(w, others, s.courier.Private()), nil
}

// saveWebhook handles POST /settings/webhooks/{id}/edit.
func (s *Server) saveWebhook(c echo.Context) error {
	w, err := s.webhookAsked(c)
	if err != nil {
		return err
	}
	form, wrong, err := s.readWebhook(c, &w)
	if err != nil {
		return err
	}
	if w.Version, err = strconv.ParseInt(form.Version, 10, 64); err != nil {
		wrong.put("form", "The page was incomplete. Load it again.")
	}
	if len(wrong) > 0 {
		return s.showWebhookForm(c, http.StatusUnprocessableEntity, w.ID, form, wrong)
	}
	s.courier.Hasten(w.ID)
	err = s.store.SaveWebhook(c.Request().Context(), w)
	if errors.Is(err, gst.ErrConflict) {
		return s.showWebhookForm(c, http.StatusConflict, w.ID, form, settingsConflict)
	}
	if bad, ok := invalidOf(err); ok {
		return s.showWebhookForm(c, http.StatusUnprocessableEntity, w.ID, form, bad)
	}
	if err != nil {
		return err
	}
	return redirect(c, webhookURL(w.ID)+"?done=saved")
}

// showWebhookForm shows the form of a webhook, a new one for id 0.
func (s *Server) showWebhookForm(c echo.Context, status int, id int64, form typedWebhook, wrong Problems) error {
	companies, err := s.store.Companies(c.Request().Context())
	if err != nil {
		return err
	}
	view := views.WebhookForm{
		URL: webhooksURL, BackURL: webhooksURL, New: id == 0, Private: s.courier.Private(), Version: form.Version,
		Address: form.URL, Description: form.Description, AllEvents: form.Kinds != "some", All: form.Which != "some", Problems: wrong,
	}
	if id != 0 {
		view.URL, view.BackURL = webhookURL(id, "edit"), webhookURL(id)
	}
	for _, e := range db.WebhookEvents() {
		view.Events = append(view.Events, views.Option{
			Value: string(e), Label: eventName(e), Help: string(e), Selected: slices.Contains(form.Events, string(e)),
		})
	}
	view.Companies = companyChoices(companies, form.Companies)
	return s.show(c, status, views.WebhookFormPage(s.firmFrame(c), view), nil)
}
