// Package gst says what the law of Indian GST says: money, days, GSTINs, numbers, the
// computation of tax and the rules a document must keep, with the types and errors
// that all other rooms share. It knows nothing of wires, files, screens or the clock;
// what depends on the day is told the day.
package gst
