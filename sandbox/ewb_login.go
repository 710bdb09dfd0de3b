package sandbox

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// accessToken is the action of a sign-in.
const accessToken = "ACCESSTOKEN"

// ewbLogin is what a sign-in to the e-way bill system holds.
type ewbLogin struct {
	Action   string `json:"action"`
	Username string `json:"username"`
	Password string `json:"password"`
	AppKey   []byte `json:"app_key"`
}

// ewbAuth signs an API user in to the e-way bill system: the user is the same as the
// e-invoice system's, the session is another.
//
// Source: NIC e-way bill API 1.03, authentication.
func (s *Sandbox) ewbAuth(ctx context.Context, c *call) (answer, error) {
	login, err := s.ewbLogin(c)
	if err != nil {
		return answer{}, err
	}
	switch {
	case login.Action != accessToken:
		return answer{}, refuse("239")
	case login.Username != User || login.Password != Password:
		return answer{}, refuse("108")
	case !c.plain && len(login.AppKey) != nic.KeySize:
		return answer{}, refuse("109")
	}
	gstin, err := gst.ParseGSTIN(c.param("gstin"))
	if err != nil {
		return answer{}, refuse("393")
	}
	client := ewbClient(c.face)
	if s.opts.Strict && !s.sessions.mayLogIn(client, string(gstin), c.now) {
		return answer{}, refuse("118")
	}
	key := sessionKey{client, string(gstin), login.Username}
	ses, err := s.sessions.signIn(ctx, s.state, s.chance, key, false, c.now, s.opts.TokenLife)
	if err != nil {
		return answer{}, err
	}
	out := ewbReply{Status: "1", AuthToken: ses.token}
	if !c.plain {
		if out.Sek, err = nic.EncryptText(login.AppKey, ses.sek); err != nil {
			return answer{}, err
		}
	}
	return answer{data: out}, nil
}

// ewbLogin reads user name and password: from the parameters on plain paths, else from
// the body, which is JSON in base64, encrypted for the system's key. 100, 115, 109.
func (s *Sandbox) ewbLogin(c *call) (ewbLogin, error) {
	if c.plain {
		return ewbLogin{Action: strings.ToUpper(asksFor(c.r, "action")), Username: c.param("username"), Password: c.param("ewbpwd")}, nil
	}
	v, err := parseValue(c.posted)
	if err != nil || v.kind != objectKind {
		return ewbLogin{}, refuse("100")
	}
	data := v.find("Data")
	if data == nil || data.raw == "" {
		return ewbLogin{}, refuse("115")
	}
	var login ewbLogin
	sealed, err := base64.StdEncoding.DecodeString(data.raw)
	if err != nil {
		return login, refuse("109")
	}
	//nolint:staticcheck // the portal's padding
	plain, err := rsa.DecryptPKCS1v15(nil, s.keys.ewaybill, sealed)
	if err != nil {
		return login, refuse("109")
	}
	text, err := base64.StdEncoding.DecodeString(string(plain))
	if err != nil || json.Unmarshal(text, &login) != nil {
		return login, refuse("109")
	}
	return login, nil
}
