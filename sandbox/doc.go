// Package sandbox is a local invoice registration portal: what NIC's e-invoice
// system does, and the doors of the two GSPs in front of it, in one http.Handler.
// Companies in practice mode and all tests register their documents here, over the
// same wire as live ones, so that the same client code runs in both.
//
// It speaks as three faces: /nic (direct), /alankit/eInvoiceGateway (encrypted,
// subscription key) and /taxpro (plain JSON under /dec/, and encrypted). Beside them
// /_sandbox/ has an admin API, and a page for people, that plants faults, turns the clock,
// shows the register, and does what people do on the portal itself. Documents, GSTINs and
// sessions are kept in one SQLite file, or in memory. Each document is registered at one of
// two houses, NIC1 and NIC2; each face talks to one of them.
//
// Its rules are its own reading of the portal's: it uses the value types of gst, the
// tables of gst/master and the envelopes of nic, but neither gst's validation nor
// nic's mapping of documents. So an invoice that passes both has been read twice.
//
// Some data make something happen, so that clients can be tried out: GSTINs that end
// in Z9 are blocked for e-way bills; the fourteenth character C or D makes a GSTIN a
// collector's or deductor's, who may not invoice, and S (real ones have Z there) makes
// it a SEZ unit's, which may not invoice either (2231) and to which one does not sell as
// B2B (2246), while U shows it suspended and X cancelled to whoever looks it up; HSN
// codes 521211 and 630411 are unknown, as on the live portal; no distance is known to PIN
// code 999998; vehicles that end in 0000 are not in the register; transporters 88… are
// known.
//
// Ready users, valid for every GSTIN, are in users.go.
//
// The e-way bill system stands beside the e-invoice system, in files that begin with ewb_:
// its own sign-ins, envelopes and codes at every face, one register of bills whether they
// were made with an IRN or without, and what the parties of a bill may do about it and
// until when. Rules that are announced but on hold have a switch.
package sandbox
