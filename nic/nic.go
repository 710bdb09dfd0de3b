// Package nic knows what the wire of India's e-invoice portal (NIC's Invoice
// Registration Portal) carries: the INV-01 document, the reply envelope and its
// payloads, the encryption around them, the IRN hash and the signed artefacts.
//
// It calls nobody and stores nothing: sending is the gsp package's duty, and what a
// document must say is decided in gst. The names of the wire (LglNm, TotInvVal …)
// are spelt here and nowhere else.
package nic
