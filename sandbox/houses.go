package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// house is one of NIC's two portals. They keep their documents apart, but know of each
// other's numbers.
//
// Source: NIC's note of 18-07-2024 on working with both portals.
type house string

// The two houses.
const (
	nic1 house = "NIC1"
	nic2 house = "NIC2"
)

var houses = []house{nic1, nic2}

// digit is the first digit of the house's acknowledgement numbers.
func (h house) digit() int64 {
	if h == nic2 {
		return 2
	}
	return 1
}

// parseHouse reads the name of a house in any case.
func parseHouse(s string) (house, error) {
	for _, h := range houses {
		if strings.EqualFold(s, string(h)) {
			return h, nil
		}
	}
	return "", fmt.Errorf("house %q is none of NIC1, NIC2", s)
}

// homes tells which house each face talks to: NIC1, until it is told otherwise. It is
// not kept over a restart.
type homes struct {
	mu sync.Mutex
	of map[string]house // by face
}

func (h *homes) home(face string) house {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, ok := h.of[face]; ok {
		return at
	}
	return nic1
}

// move makes a face, or every face, talk to a house.
func (h *homes) move(face string, to house) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range faceNames {
		if face == name || face == anything {
			h.of[name] = to
		}
	}
}

func (h *homes) reset() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.of = map[string]house{}
}

// houseOf returns the house whose documents a call asks for: the one that its header irp
// names, else the one that its face talks to; "" for a house that is not NIC's, where
// nothing is found.
func (s *Sandbox) houseOf(c *call) house {
	asked := c.param("irp")
	if asked == "" {
		return s.homes.home(c.face.name)
	}
	h, err := parseHouse(asked)
	if err != nil {
		return ""
	}
	return h
}

// elsewhere refuses a document that is at another house than the one asked.
func (s *Sandbox) elsewhere(c *call, e *entry) error {
	if e != nil && e.house != s.houseOf(c) {
		return refuse("2148")
	}
	return nil
}

// houseSetting is what POST /_sandbox/house takes.
type houseSetting struct {
	Face  string `json:"face"` // "" or *: every face
	House string `json:"house"`
}

// setHouse handles POST /_sandbox/house.
func (s *Sandbox) setHouse(w http.ResponseWriter, r *http.Request) {
	var ask houseSetting
	if !s.readAdmin(w, r, &ask) {
		return
	}
	if ask.Face == "" {
		ask.Face = anything
	}
	to, err := parseHouse(ask.House)
	if err == nil {
		err = checkFace(ask.Face)
	}
	if err != nil {
		s.adminRefusal(w, r, http.StatusBadRequest, err.Error())
		return
	}
	s.homes.move(ask.Face, to)
	s.done(w, r, s.showHouses)
}

// showHouses handles GET /_sandbox/house.
func (s *Sandbox) showHouses(w http.ResponseWriter, _ *http.Request) {
	of := map[string]house{}
	for _, name := range faceNames {
		of[name] = s.homes.home(name)
	}
	writeJSON(w, http.StatusOK, map[string]any{"houses": of})
}
