package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestWithoutAUserEveryPageLeadsToSetup(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/login", "/companies/new", "/c/" + companyGSTIN + "/settings/einvoice", "/nowhere"} {
		s.wantRedirect(s.get(path), "/setup")
	}
	s.want(s.get("/setup"), http.StatusOK, "Your account")
	s.want(s.get("/healthz"), http.StatusOK, "ok")
	s.want(s.get("/readyz"), http.StatusOK, "ok")
}

func TestSetupMakesTheOwnerAndSignsIn(t *testing.T) {
	s := newSite(t)
	s.setUp()
	s.want(s.get("/"), http.StatusOK, "Add your company", "Asha")
	s.wantRedirect(s.get("/setup"), "/login")
	s.wantRedirect(s.post("/setup", url.Values{"email": {"other@x.example"}, "password": {"another password"}, "again": {"another password"}}), "/login")
	s.wantRedirect(s.get("/login"), "/")
}

func TestSetupSaysWhatIsWrongAndKeepsWhatWasTyped(t *testing.T) {
	tests := []struct {
		name, email, password, again, want string
	}{
		{"a short password", "a@b.example", "short", "short", "Use at least 10 characters"},
		{"a common password", "a@b.example", "Password@123", "Password@123", "among the first that are guessed"},
		{"one character repeated", "a@b.example", "zzzzzzzzzzzz", "zzzzzzzzzzzz", "among the first that are guessed"},
		{"the e-mail as password", "longname@b.example", "LongName@b.example", "LongName@b.example", "must not be the e-mail"},
		{"an endless password", "a@b.example", strings.Repeat("ab ", 60), strings.Repeat("ab ", 60), "at most 128"},
		{"two passwords", "a@b.example", ownerPassword, "something else", "two passwords differ"},
		{"no e-mail", "nobody", ownerPassword, ownerPassword, "not an e-mail address"},
	}
	s := newSite(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := s.post("/setup", url.Values{"email": {test.email}, "name": {"Asha"}, "password": {test.password}, "again": {test.again}})
			s.want(r, http.StatusUnprocessableEntity, test.want, `value="`+test.email+`"`, `value="Asha"`)
			if strings.Contains(r.body, `value="`+test.password+`"`) && test.password != test.email {
				t.Error("the password came back")
			}
		})
	}
	if has, err := s.store.HasUsers(t.Context()); err != nil || has {
		t.Errorf("HasUsers = %v, %v after refused forms", has, err)
	}
}

// signIn tries to sign in with the site's browser.
func (s *site) signIn(email, password, next string) reply {
	s.Helper()
	return s.post("/login", url.Values{"email": {email}, "password": {password}, "next": {next}})
}

func TestSignInAndOut(t *testing.T) {
	s := newSite(t)
	s.setUp()
	before := s.cookie()
	s.wantRedirect(s.post("/logout", nil), "/login")
	s.wantRedirect(s.get("/companies/new"), "/login?next=%2Fcompanies%2Fnew")
	s.want(s.signIn(ownerEmail, "wrong password", "/"), http.StatusUnprocessableEntity, "E-mail address or password is wrong.", ownerEmail)
	s.want(s.signIn("nobody@x.example", ownerPassword, "/"), http.StatusUnprocessableEntity, "E-mail address or password is wrong.")
	s.wantRedirect(s.signIn("  OWNER@sharda.example", ownerPassword, "/companies/new"), "/companies/new")
	s.want(s.get("/"), http.StatusOK)

	// The session that was signed out stays dead, whoever kept its cookie.
	kept := s.newBrowser()
	s.browser = kept
	s.wantRedirect(s.get("/", "Cookie", "mohar="+before), "/login")
}

func TestSignInLeadsOnlyToOurOwnPages(t *testing.T) {
	s := newSite(t)
	s.setUp()
	for _, next := range []string{"//evil.example/", "https://evil.example/", `/\evil.example`, "javascript:alert(1)", ""} {
		s.wantRedirect(s.signIn(ownerEmail, ownerPassword, next), "/")
	}
}

// cookie is the value of the session cookie.
func (s *site) cookie() string {
	s.Helper()
	u, err := url.Parse(s.server.URL)
	if err != nil {
		s.Fatal(err)
	}
	for _, c := range s.browser.Jar.Cookies(u) {
		if c.Name == "mohar" {
			return c.Value
		}
	}
	s.Fatal("no session cookie")
	return ""
}

func TestSignInGivesANewSession(t *testing.T) {
	s := newSite(t)
	s.setUp()
	first := s.cookie()
	s.wantRedirect(s.signIn(ownerEmail, ownerPassword, "/"), "/")
	if s.cookie() == first {
		t.Error("the session kept its id over a sign-in")
	}
	s.browser = s.newBrowser()
	s.wantRedirect(s.get("/", "Cookie", "mohar="+first), "/login")
}

func TestSessionEnds(t *testing.T) {
	tests := []struct {
		name string
		step time.Duration // between two requests
		n    int           // requests that find the session open
	}{
		{"twelve hours after the last request", 12*time.Hour + time.Minute, 0},
		{"seven days after the sign-in, however busy", 11 * time.Hour, 15},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t)
			s.setUp()
			for range test.n {
				s.clock.add(test.step)
				s.want(s.get("/"), http.StatusOK)
			}
			s.clock.add(test.step)
			s.wantRedirect(s.get("/"), "/login")
		})
	}
}

func TestSessionCookie(t *testing.T) {
	tests := []struct {
		name string
		tls  bool
		want string
	}{
		{"plain on this computer", false, "mohar="},
		{"held to the host under TLS", true, "__Host-mohar="},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, func(o *Options) { o.TLS = test.tls })
			r := s.post("/setup", url.Values{"email": {ownerEmail}, "password": {ownerPassword}, "again": {ownerPassword}})
			s.want(r, http.StatusSeeOther)
			cookie := r.Header.Get("Set-Cookie")
			for _, part := range []string{test.want, "Path=/", "HttpOnly", "SameSite=Lax"} {
				if !strings.Contains(cookie, part) {
					t.Errorf("%q is not in cookie %q", part, cookie)
				}
			}
			if strings.Contains(cookie, "Secure") != test.tls {
				t.Errorf("cookie %q: Secure must be there under TLS only", cookie)
			}
		})
	}
}

func TestSignInIsSlowedDown(t *testing.T) {
	s := newSite(t)
	s.setUp()
	for range perAccount.burst {
		s.want(s.signIn(ownerEmail, "wrong password", "/"), http.StatusUnprocessableEntity)
	}
	r := s.signIn(ownerEmail, ownerPassword, "/")
	s.want(r, http.StatusTooManyRequests, "Too many tries. Wait 10 seconds")
	if got := r.Header.Get("Retry-After"); got != "10" {
		t.Errorf("Retry-After %q, want 10", got)
	}
	s.want(s.signIn("someone@else.example", "wrong password", "/"), http.StatusUnprocessableEntity)
	s.clock.add(10 * time.Second)
	s.wantRedirect(s.signIn(ownerEmail, ownerPassword, "/"), "/")
	s.want(s.signIn(ownerEmail, "wrong password", "/"), http.StatusUnprocessableEntity) // all tries are back
}

func TestThrottleForgetsFullBuckets(t *testing.T) {
	clock := &testClock{now: clockAt}
	tries := newThrottle(clock.Now)
	for i := range maxBuckets {
		tries.try("account "+string(rune(i)), perAccount)
	}
	clock.add(time.Hour)
	tries.try("one more", perAccount)
	if n := len(tries.buckets); n > 1 {
		t.Errorf("%d buckets are kept, want the new one only", n)
	}
}

func TestNobodysHashIsAsCostlyAsOurs(t *testing.T) {
	h := newHasher()
	if ok, err := h.matches(t.Context(), ownerPassword, ""); ok || err != nil {
		t.Errorf("matches with an empty hash = %v, %v", ok, err)
	}
	hash, err := h.hash(t.Context(), ownerPassword)
	if err != nil {
		t.Fatal(err)
	}
	setting, _, _ := strings.Cut(strings.TrimPrefix(hash, "$argon2id$v=19$"), "$")
	if !strings.Contains(nobodysHash, "$"+setting+"$") {
		t.Errorf("nobody's hash %q has another setting than %q", nobodysHash, setting)
	}
	if ok, err := h.matches(t.Context(), ownerPassword, hash); !ok || err != nil {
		t.Errorf("matches with the right hash = %v, %v", ok, err)
	}
}
