package registrar

import (
	"mohar/gsp"
	"mohar/gst"
)

// PracticeCredentials are the ready API users of the practice portal at both
// providers, good for every GSTIN. They are gsp's, for rooms that reach the portal
// through the registrar.
func PracticeCredentials() []gst.Credentials { return gsp.PracticeCredentials() }
