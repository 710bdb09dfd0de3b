package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"

	"mohar/nic"
)

// faultStaleGSTIN makes the portal's copy of recipients old.
const faultStaleGSTIN = "stale-gstin"

// faultComma writes a comma behind the last code of a refusal of the e-way bill system.
const faultComma = "trailing-comma"

// faultKind is what can be made to go wrong.
type faultKind struct {
	name string
	acts bool   // the portal does what it was asked for, whatever comes back; else nothing is done
	what string // one line for people
	ops  []operation
	// sealed faults are about encryption: they pass by decrypted paths.
	sealed bool

	instead func(*Sandbox, *call) outgoing                       // answers instead of acting
	alter   func(*Sandbox, *call, outgoing) (outgoing, error)    // makes another reply of the true one
	deliver func(*Sandbox, http.ResponseWriter, *call, outgoing) // sends it in another way
}

// happensTo reports whether the fault can happen to an operation.
func (k faultKind) happensTo(op operation) bool {
	return k.ops == nil || slices.Contains(k.ops, op)
}

// The operations that some faults are confined to.
var (
	signedInOps = []operation{opGenerate, opGet, opCancel, opEWB, opTaxpayer, opEWBMake, opEWBChange, opEWBGet} // they have a token
	enveloped   = []operation{opAuth, opGenerate, opGet, opCancel, opEWB, opTaxpayer}
	signedTexts = []operation{opGenerate, opGet} // their Data holds signed texts
	aboutIRN    = []operation{opGenerate, opGet, opCancel}
	generating  = []operation{opGenerate}

	ewbOps = []operation{opEWBMake, opEWBChange, opEWBGet} // of the e-way bill system, behind its sign-in
)

// faultKinds are all faults that can be planted. Those with instead do not act.
var faultKinds = []faultKind{
	// The connection.
	{name: "down", what: "the connection closes before anything is done", instead: (*Sandbox).close, deliver: (*Sandbox).dropReply},
	{name: "drop-reply", acts: true, what: "done, then the connection closes without a byte", deliver: (*Sandbox).dropReply},
	{name: "reset", acts: true, what: "done, then the connection is reset in the middle of the reply", deliver: (*Sandbox).resetHalfway},
	{name: "truncated", acts: true, what: "done, then half the reply and the connection closes", deliver: (*Sandbox).truncate},
	{name: "empty", acts: true, what: "done, then 200 without a body", deliver: (*Sandbox).sendNothing},
	{name: "delay", acts: true, what: "done at once, answered after ms milliseconds", deliver: (*Sandbox).delay},
	{name: "slow", acts: true, what: "done, then the reply comes byte by byte, ms milliseconds apart", deliver: (*Sandbox).drip},
	{name: "huge", acts: true, what: "done, then a reply of 10 MB", deliver: (*Sandbox).sendHuge},
	{name: "gzip-bomb", acts: true, what: "done, then a small gzip reply that unpacks to more than 100 MB", deliver: (*Sandbox).sendBomb},

	// Something in front of the portal.
	{name: "garbage", acts: true, what: "done, then 200 with an HTML page", deliver: (*Sandbox).sendGarbage},
	{name: "redirect", what: "302 to another place, not done", instead: (*Sandbox).redirect},
	{name: "http-401", what: "401 of the gateway, not done", instead: failing(http.StatusUnauthorized)},
	{name: "http-429", what: "429 with Retry-After (ms in whole seconds, else 30), not done", instead: failing(http.StatusTooManyRequests)},
	{name: "http-500", what: "500, not done", instead: failing(http.StatusInternalServerError)},
	{name: "http-502", what: "502, not done", instead: failing(http.StatusBadGateway)},
	{name: "http-503", what: "503, not done", instead: failing(http.StatusServiceUnavailable)},
	{name: "http-504", what: "504, not done", instead: failing(http.StatusGatewayTimeout)},
	{name: "http-504-after", acts: true, what: "done, then 504", deliver: (*Sandbox).timeOutAfter},

	// The portal refuses.
	{name: "5001", what: "refused with 5001, at the e-way bill system with 114, not done", instead: refusing("5001")},
	{name: "token-revoked", what: "the call's token is forgotten: 1005, at the e-way bill system 238, not done", ops: signedInOps, instead: (*Sandbox).revokeToken},
	{name: "auth-blocked", what: "sign-ins are refused with 1007, at the e-way bill system with 107", ops: []operation{opAuth, opEWBAuth}, instead: refusing("1007")},
	{name: "get-expired", what: "look-ups are refused with 2283, as if the document were too old", ops: []operation{opGet}, instead: refusing("2283")},
	{name: faultStaleGSTIN, what: "the portal's copy of the recipient is old: refused with 3028 until syncgstin is called", ops: generating},
	{name: "duplicate-once", acts: true, what: "registered, but answered 2150 with DUPIRN as if it had been there", ops: generating, alter: (*Sandbox).denyRegistering},

	{name: "658", what: "the e-way bill system's limit of calls: 658, not done", ops: ewbOps, instead: refusing("658")},
	{name: "800", what: "the e-way bill system is unwell: 800, not done", ops: ewbOps, instead: refusing("800")},
	{name: "813", what: "another call for the same paper is running: 813, not done", ops: ewbOps, instead: refusing("813")},
	{name: faultComma, acts: true, what: "codes of a refusal have a comma behind the last", ops: []operation{opEWBAuth, opEWBMake, opEWBChange, opEWBGet}},

	// The reply says something else.
	{name: "wrong-hmac", acts: true, what: "read, then the check of the reply is another's", ops: []operation{opEWBGet}, sealed: true, alter: (*Sandbox).spoilMAC},
	{name: "eway-other-key", acts: true, what: "done, then data is under another key", ops: ewbOps, sealed: true, alter: (*Sandbox).sealEWBOtherwise},
	{name: "wrong-types", acts: true, what: "done, then every member has another JSON type", ops: enveloped, alter: changing((*Sandbox).turnTypes)},
	{name: "other-document", acts: true, what: "done, then the reply is another document's, or a made-up twin's", ops: aboutIRN, alter: changing((*Sandbox).confuse)},
	{name: "other-key", acts: true, what: "done, then Data (Sek of a sign-in) is under another key", ops: enveloped, sealed: true, alter: changing((*Sandbox).sealOtherwise)},
	{name: "bad-signature", acts: true, what: "done, then the signed texts have one letter changed", ops: signedTexts, alter: changing((*Sandbox).spoilSignatures)},
	{name: "unknown-key", acts: true, what: "done, then the signed texts are signed by a key nobody knows", ops: signedTexts, alter: changing((*Sandbox).signUnknown)},
	{name: "no-qr", acts: true, what: "done, then SignedQRCode is missing", ops: signedTexts, alter: changing((*Sandbox).leaveOutQR)},

	// Oddities that are within the rules; clients must not stumble over them.
	{name: "status-text", acts: true, what: "done; Status as text (as number where it is a text otherwise)", ops: enveloped, alter: changing((*Sandbox).turnStatus)},
	{name: "base64-errors", acts: true, what: "done; ErrorDetails of a refusal as base64 text", ops: enveloped, alter: changing((*Sandbox).wrapErrors)},
	{name: "data-object", acts: true, what: "done; Data as an object where it is a text otherwise", ops: enveloped, alter: changing((*Sandbox).openData)},
}

// failing answers with an HTTP status.
func failing(status int) func(*Sandbox, *call) outgoing {
	return func(s *Sandbox, c *call) outgoing { return s.fail(c, status) }
}

// refusing answers with a code of the portal.
func refusing(code string) func(*Sandbox, *call) outgoing {
	return func(s *Sandbox, c *call) outgoing {
		if of, ok := ewbCodeOf[code]; ok && c.ewb {
			return s.refused(c, refuse(of))
		}
		return s.refused(c, refuse(code))
	}
}

// ewbCodeOf are the e-way bill system's codes for what the e-invoice system says with its
// own.
var ewbCodeOf = map[string]string{"1005": "238", "1007": "107", "5001": "114"}

// revokeToken forgets the token that the call came with.
func (s *Sandbox) revokeToken(c *call) outgoing {
	if err := s.sessions.drop(c.context(), s.state, c.param("authtoken")); err != nil {
		s.log.Error("revoke token", "error", err)
	}
	return refusing("1005")(s, c)
}

// spoilMAC gives a read of the e-way bill system the check of another text.
func (s *Sandbox) spoilMAC(c *call, out outgoing) (outgoing, error) {
	var r ewbReply
	if err := json.Unmarshal(out.body, &r); err != nil || r.HMAC == "" {
		return out, nil //nolint:nilerr // a refusal has no check
	}
	r.HMAC = ewbMAC(c.session.sek, []byte(r.Data))
	out.body = mustJSON(r)
	return out, nil
}

// sealEWBOtherwise encrypts data of the e-way bill system under a key that the caller does
// not have.
func (s *Sandbox) sealEWBOtherwise(_ *call, out outgoing) (outgoing, error) {
	var r ewbReply
	if err := json.Unmarshal(out.body, &r); err != nil || r.Data == "" {
		return out, nil //nolint:nilerr // a refusal has no data
	}
	key, err := s.chance.sessionKey()
	if err != nil {
		return out, err
	}
	if r.Data, err = nic.EncryptText(key, []byte(r.Data)); err != nil {
		return out, err
	}
	out.body = mustJSON(r)
	return out, nil
}
