package handlers

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"mohar/gst"
	"mohar/views"
)

// shipTo are the further addresses of a document's buyer, and which of them its goods go
// to; none for a buyer who has none or is not remembered.
func (s *Server) shipTo(c echo.Context, inv *gst.Invoice) (views.ShipTo, error) {
	if inv.Buyer.LegalName == "" && inv.Buyer.GSTIN == "" {
		return views.ShipTo{}, nil
	}
	buyer, err := s.store.CustomerOf(c.Request().Context(), companyOf(c).GSTIN, inv.Buyer)
	if errors.Is(err, gst.ErrNotFound) {
		return views.ShipTo{}, nil
	}
	if err != nil {
		return views.ShipTo{}, fmt.Errorf("further addresses of the buyer: %w", err)
	}
	var to views.ShipTo
	if inv.ShipTo != nil {
		to.Chosen = views.ShipTyped
	}
	for i, address := range buyer.Addresses {
		place := views.ShipPlace{Label: addressLabel(address), Values: shipValues(buyer, address)}
		if inv.ShipTo != nil && maps.Equal(place.Values, consignee(*inv.ShipTo)) {
			to.Chosen = strconv.Itoa(i)
		}
		to.Places = append(to.Places, place)
	}
	return to, nil
}

// addressLabel is what people call a further address, with its place.
func addressLabel(a gst.Address) string {
	place := a.Place
	if strings.Contains(strings.ToLower(a.Label), strings.ToLower(place)) {
		place = "" // said already
	}
	return strings.Trim(a.Label+", "+place, ", ")
}

// shipValues is a further address by the names of the editor's fields. Without a name of
// its own it is the buyer's.
func shipValues(buyer gst.Customer, a gst.Address) map[string]string {
	if a.LegalName == "" {
		a.LegalName = buyer.LegalName
	}
	return consignee(a.Party)
}

// consignee is a party by the names of the fields for where the goods go.
func consignee(p gst.Party) map[string]string {
	party, values := map[string]string{}, map[string]string{}
	putParty(party, p)
	for name, value := range party {
		values["ship."+name] = value
	}
	return values
}

// fillShipTo puts the chosen further address of the buyer into the form, for browsers
// without script.
func (s *Server) fillShipTo(c echo.Context, values url.Values) error {
	to, err := s.shipTo(c, s.typed(c, values).Invoice)
	if err != nil {
		return err
	}
	chosen := values.Get("ship_to")
	place := consignee(gst.Party{}) // empty: the goods go to the buyer
	if i, err := strconv.Atoi(chosen); err == nil && i >= 0 && i < len(to.Places) {
		place = to.Places[i].Values
	} else if chosen != "" {
		return nil // as typed
	}
	for name, value := range place {
		values.Set(name, value)
	}
	return nil
}
