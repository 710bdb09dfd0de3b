// A form of a thousand lines has more fields than a request may have by default: up to
// forty a line. What a request may hold is bounded by its size; see the handlers.

//go:debug urlmaxqueryparams=60000
package main
