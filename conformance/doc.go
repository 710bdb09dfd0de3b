// Package conformance plays an ERP that was written for Octa's API: a client with
// exact types for every reply, which is strict where a program in a typed language
// would be, run against the real program.
//
// It is not a test of how the server works and shares no code with it: it imports
// nothing of this module, so that one misreading cannot stand on both sides. It
// builds the program, starts it in practice mode on a data folder of its own, and
// knows only the command line and the documented interface. It holds no code that
// ships: everything but this file is a test.
//
// Messages name the place in the description of Octa's API that an expectation stands on, by
// these numbers: 1 transport and keys, 2 conventions, 3 the endpoints, 4 Generate IRN (4.1 top
// level, 4.2 members, 4.3 reply), 5 Cancel IRN, 6 Get IRN, 7 e-way bill by IRN, 8 e-way bill
// without IRN (8.1 make, 8.2 read, 8.3 cancel), 9 payment QR code, taxpayers and jobs, 10 error
// codes (10.1 OCTA-nnn, 10.2 of the platform), 13 what a drop-in server has to do.
package conformance
