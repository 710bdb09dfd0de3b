// Package gsp calls NIC's e-invoice portal and its e-way bill system through GST Suvidha
// Providers: signing in, registering, looking up, cancelling, and everything that can be
// done about e-way bills, with one entry of data per provider and system. A line that does not answer is left alone for a while, and no provider gets
// more calls in a second than the cap allows.
//
// It says exactly what is known after each call (see ErrNotSent, ErrNoAnswer and
// gst.Refusal) and leaves to the caller what to do about it: which provider comes
// next, when to try again and what to write down.
package gsp
