package handlers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"mohar/db"
	"mohar/gst"
	"mohar/views"
)

// Owner is the first person of an installation, as typed.
type Owner struct{ Email, Name, Password string }

// Check returns Problems, by field, for what is wrong with what was typed.
func (o Owner) Check() error {
	if wrong := o.problems(); len(wrong) > 0 {
		return wrong
	}
	return nil
}

func (o Owner) problems() Problems {
	wrong, email := Problems{}, strings.TrimSpace(o.Email)
	wrong.put("email", checkEmail(email))
	if utf8.RuneCountInString(strings.TrimSpace(o.Name)) > 100 {
		wrong.put("name", "Use at most 100 letters.")
	}
	wrong.put("password", checkPassword(o.Password, email))
	return wrong
}

// CreateOwner stores the first user and returns the user's id. It returns
// gst.ErrConflict where one exists, and Problems, by field, for what is wrong with
// what was typed.
func CreateOwner(ctx context.Context, store *db.Store, o Owner) (int64, error) {
	if err := o.Check(); err != nil {
		return 0, err
	}
	o.Email, o.Name = strings.TrimSpace(o.Email), strings.TrimSpace(o.Name)
	if o.Name == "" {
		o.Name, _, _ = strings.Cut(o.Email, "@")
	}
	hash, err := newHasher().hash(ctx, o.Password)
	if err != nil {
		return 0, err
	}
	return store.CreateFirstUser(ctx, db.User{Email: o.Email, Name: o.Name, PasswordHash: hash, Role: "owner"})
}

// checkEmail says what is wrong with an address that somebody signs in with.
func checkEmail(email string) string {
	a, err := mail.ParseAddress(email)
	switch {
	case email == "":
		return "Type your e-mail address."
	case err != nil || a.Address != email || len(email) > 254:
		return "This is not an e-mail address."
	}
	return ""
}

// The frames of the pages for whoever is not signed in.
var (
	setupFrame = views.Page{Title: "Set up"}
	loginFrame = views.Page{Title: "Sign in"}
)

// showSetup handles GET /setup.
func (s *Server) showSetup(c echo.Context) error {
	if has, err := s.hasUsers(c.Request().Context()); err != nil {
		return err
	} else if has {
		return redirect(c, "/login")
	}
	return s.show(c, http.StatusOK, views.SetupPage(setupFrame, views.SetupView{}), nil)
}

// setup handles POST /setup: the owner's account, and the owner signed in.
func (s *Server) setup(c echo.Context) error {
	ctx := c.Request().Context()
	if has, err := s.hasUsers(ctx); err != nil {
		return err
	} else if has {
		return redirect(c, "/login")
	}
	form, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	owner := Owner{Email: form.Get("email"), Name: form.Get("name"), Password: form.Get("password")}
	if form.Get("password") != form.Get("again") {
		differ := owner.problems()
		differ.put("again", "The two passwords differ. Type both again.")
		err = differ
	} else {
		ctx = db.WithActor(ctx, db.Actor{Kind: "user", Name: strings.TrimSpace(owner.Email), From: c.RealIP()})
		var id int64
		if id, err = CreateOwner(ctx, s.store, owner); err == nil {
			return s.enter(c, id, "/")
		}
	}
	var wrong Problems
	if errors.As(err, &wrong) {
		view := views.SetupView{Email: owner.Email, Name: owner.Name, Problems: wrong}
		return s.show(c, http.StatusUnprocessableEntity, views.SetupPage(setupFrame, view), nil)
	}
	if errors.Is(err, gst.ErrConflict) { // two browsers at once: the other was first
		return redirect(c, "/login")
	}
	return err
}

// showLogin handles GET /login.
func (s *Server) showLogin(c echo.Context) error {
	if user, err := s.sessions.user(c.Request(), c.Response()); err != nil {
		return err
	} else if user != 0 {
		return redirect(c, "/")
	}
	return s.show(c, http.StatusOK, views.LoginPage(loginFrame, views.LoginView{Next: localPath(c.QueryParam("next"))}), nil)
}

// login handles POST /login.
func (s *Server) login(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return unreadable(err)
	}
	view := views.LoginView{Email: strings.TrimSpace(form.Get("email")), Next: localPath(form.Get("next"))}
	if wait := s.slowDown(view.Email, c.RealIP()); wait > 0 {
		seconds := int(math.Ceil(wait.Seconds()))
		c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
		view.Problem = fmt.Sprintf("Too many tries. Wait %d seconds, then try again.", seconds)
		return s.show(c, http.StatusTooManyRequests, views.LoginPage(loginFrame, view), nil)
	}
	user, err := s.verify(c.Request().Context(), view.Email, form.Get("password"))
	if errors.Is(err, gst.ErrNotFound) {
		view.Problem = "E-mail address or password is wrong."
		return s.show(c, http.StatusUnprocessableEntity, views.LoginPage(loginFrame, view), nil)
	}
	if err != nil {
		return err
	}
	s.tries.forget(accountKey(view.Email, c.RealIP()))
	return s.enter(c, user.ID, view.Next)
}

// logout handles POST /logout.
func (s *Server) logout(c echo.Context) error {
	if err := s.sessions.end(c.Request(), c.Response()); err != nil {
		return err
	}
	return redirect(c, "/login")
}

// enter begins the user's session and goes on to the view.
func (s *Server) enter(c echo.Context, user int64, next string) error {
	if err := s.sessions.start(c.Request(), c.Response(), user); err != nil {
		return err
	}
	return redirect(c, next)
}

// verify returns the user whose password this is. It returns gst.ErrNotFound for a
// wrong password and an unknown address alike, after the same time.
func (s *Server) verify(ctx context.Context, email, password string) (db.User, error) {
	user, err := s.store.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, gst.ErrNotFound) {
		return db.User{}, err
	}
	if len(password) > 4*maxPassword { // no password of ours: do not hash megabytes
		password = ""
	}
	ok, err := s.passwords.matches(ctx, password, user.PasswordHash)
	if err != nil {
		return db.User{}, err
	}
	if !ok {
		return db.User{}, gst.ErrNotFound
	}
	return user, nil
}

// slowDown returns how long this address has to wait before it may try again.
func (s *Server) slowDown(email, from string) time.Duration {
	return max(s.tries.try("address "+from, perAddress), s.tries.try(accountKey(email, from), perAccount))
}

func accountKey(email, from string) string {
	return "account " + from + " " + short(strings.ToLower(email), 254)
}

// localPath returns next when it is a path of this server, else "/": a link from
// elsewhere must not lead on to another site after the sign-in.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
