package sandbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"mohar/gst"
	"mohar/nic"
)

// auth signs an API user in. The order of the checks is the portal's.
//
// Source: NIC authentication page, version 1.04.
func (s *Sandbox) auth(ctx context.Context, c *call) (answer, error) {
	login, err := s.login(c)
	if err != nil {
		return answer{}, err
	}
	switch {
	case login.UserName == "":
		return answer{}, refuse("1006")
	case login.UserName != User:
		return answer{}, refuse("1017")
	case login.Password != Password:
		return answer{}, refuse("1019")
	}
	gstin, err := gst.ParseGSTIN(c.param("gstin"))
	if err != nil {
		return answer{}, refuse("1015")
	}
	if !c.plain && len(login.AppKey) != nic.KeySize {
		return answer{}, refuse("1016")
	}
	if s.opts.Strict && (s.sessions.isBlocked(string(gstin), c.now) || !s.sessions.mayLogIn(c.face.name, string(gstin), c.now)) {
		return answer{}, refuse("1007")
	}
	key := sessionKey{c.face.name, string(gstin), login.UserName}
	ses, err := s.sessions.signIn(ctx, s.state, s.chance, key, login.Force, c.now, s.opts.TokenLife)
	if err != nil {
		return answer{}, err
	}
	return s.signInReply(c, login, ses)
}

// login reads user name and password: from the parameters on a decrypted path, else
// from the body that was encrypted for the portal.
func (s *Sandbox) login(c *call) (nic.Login, error) {
	if c.plain {
		return nic.Login{
			UserName: c.param("user_name"), Password: c.param("eInvPwd"),
			Force: strings.EqualFold(c.param("ForceRefreshAccessToken"), "true"),
		}, nil
	}
	data, err := nic.BodyData(c.posted)
	if err != nil || data == "" {
		return nic.Login{}, refuse("5003")
	}
	login, err := nic.OpenAuth(s.keys.einvoice, data)
	switch {
	case errors.Is(err, nic.ErrDecrypt): // encrypted for another key, or not at all
		return nic.Login{}, refuse("1020")
	case errors.Is(err, nic.ErrLoginText), err == nil && login.Password == "":
		return nic.Login{}, refuse("1013") // it opens, but no password comes out
	}
	return login, err
}

// signInReply tells the token, and the session key under the caller's AppKey. Behind
// a decrypted path the key stays with the GSP.
func (s *Sandbox) signInReply(c *call, login nic.Login, ses *session) (answer, error) {
	reply := nic.AuthReply{
		ClientId: c.face.clientID, UserName: ses.user, AuthToken: ses.token,
		TokenExpiry: nic.Moment{Time: ses.expires},
	}
	if !c.plain {
		var err error
		if reply.Sek, err = nic.EncryptText(login.AppKey, ses.sek); err != nil {
			return answer{}, err
		}
	}
	return answer{data: reply}, nil
}

// heartbeat says that the portal is there.
func (s *Sandbox) heartbeat(_ context.Context, c *call) (answer, error) {
	return answer{text: "e-Invoice Vital:-" + c.now.In(gst.IST).Format("02-01-2006 15:04:05")}, nil
}

// stamp writes a time as the portal does: IST, without saying so.
func stamp(t time.Time) string { return t.In(gst.IST).Format(time.DateTime) }
