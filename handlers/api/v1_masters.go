package api

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
)

// masters are the calls about one thing that a company keeps for its documents, a customer
// or an item: they are the same but for what it is.
type masters[T any] struct {
	s          *Server
	room, what string // in addresses, "customers", and in words, "a customer"
	id         func(T) int64
	shown      func(T) any // as the answer has it
	read       func(c echo.Context, company gst.Company, stored T) (T, error)
	stored     func(ctx context.Context, company gst.GSTIN, id int64) (T, error)
	save       func(ctx context.Context, company gst.GSTIN, one *T, checks ...func(stored T) error) error
	drop       func(ctx context.Context, company gst.GSTIN, id int64, checks ...func(stored T) error) error
}

// fingerprint is a number for what is shown of a thing that has no version: another one
// when anything of it is another.
func fingerprint(shown any) int64 {
	text, err := json.Marshal(shown)
	if err != nil { // nothing here can fail to be written
		return 0
	}
	sum := sha256.Sum256(text)
	return int64(binary.BigEndian.Uint64(sum[:]) >> 12)
}

// named reads the one that the path names, for a key with a scope.
func (m masters[T]) named(c echo.Context, scope db.Scope) (company gst.Company, id int64, one T, err error) {
	if company, err = m.s.company(c, c.Param("gstin"), scope); err != nil {
		return company, 0, one, err
	}
	if id, err = idOf(c); err != nil {
		return company, 0, one, err
	}
	one, err = m.stored(c.Request().Context(), company.GSTIN, id)
	return company, id, one, err
}

// send answers with one.
func (m masters[T]) send(c echo.Context, status int, one T) error {
	shown := m.shown(one)
	return sendTagged(c, status, fingerprint(shown), shown)
}

// sendMade answers that one was made.
func (m masters[T]) sendMade(c echo.Context, company gst.GSTIN, one T) error {
	c.Response().Header().Set(echo.HeaderLocation, ownPath(company, m.room, m.id(one)))
	return m.send(c, http.StatusCreated, one)
}

// same refuses to change one that is not as the caller read it.
func (m masters[T]) same(c echo.Context) func(T) error {
	return func(stored T) error { return ifMatch(c, fingerprint(m.shown(stored))) }
}

// create handles POST: one is made.
func (m masters[T]) create(c echo.Context) error {
	company, err := m.s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	var none T
	one, err := m.read(c, company, none)
	if err != nil {
		return err
	}
	if err := m.save(c.Request().Context(), company.GSTIN, &one); err != nil {
		return masterTaken(err, company.GSTIN, m.room, m.what)
	}
	return m.sendMade(c, company.GSTIN, one)
}

// made answers create once more.
func (m masters[T]) made(c echo.Context, id int64) error {
	company, err := m.s.company(c, c.Param("gstin"), db.ScopeWrite)
	if err != nil {
		return err
	}
	one, err := m.stored(c.Request().Context(), company.GSTIN, id)
	if err != nil {
		return err
	}
	return m.sendMade(c, company.GSTIN, one)
}

// show handles GET of one.
func (m masters[T]) show(c echo.Context) error {
	_, _, one, err := m.named(c, db.ScopeRead)
	if err != nil {
		return err
	}
	return m.send(c, http.StatusOK, one)
}

// replace handles PUT of one.
func (m masters[T]) replace(c echo.Context) error {
	company, _, stored, err := m.named(c, db.ScopeWrite)
	if err == nil {
		err = m.same(c)(stored)
	}
	if err != nil {
		return err
	}
	one, err := m.read(c, company, stored)
	if err != nil {
		return err
	}
	if err := m.save(c.Request().Context(), company.GSTIN, &one, m.same(c)); err != nil {
		return masterTaken(err, company.GSTIN, m.room, m.what)
	}
	return m.send(c, http.StatusOK, one)
}

// delete handles DELETE of one.
func (m masters[T]) delete(c echo.Context) error {
	company, id, _, err := m.named(c, db.ScopeWrite)
	if err != nil {
		return err
	}
	if err := m.drop(c.Request().Context(), company.GSTIN, id, m.same(c)); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
