package desk

import (
	"mohar/gst"
	"mohar/nic"
)

// EWayJSON writes a consignment as a request for an e-way bill, which OpenConsignment reads.
// It returns an error for one that names no States, as the portal's lists leave them out.
func EWayJSON(c *gst.Consignment) ([]byte, error) { return nic.EncodeConsignment(c) }
