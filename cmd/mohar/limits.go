package main

import "strconv"

// callLimits are what the operator says about calls to the GSPs.
type callLimits struct {
	private bool // live addresses may be of private networks
	rate    int  // calls per second to each GSP in each mode; 0: no cap
}

// mostCalls is the highest --gsp-rate; more is a mistyped number.
const mostCalls = 1000

// limitFlags are the flags that say them.
type limitFlags struct {
	private *bool
	rate    *string
}

func (l *limitFlags) add(f flags) {
	l.private = f.yes("private-gsp", "GSP addresses may be of private networks, as for a relay of your own")
	l.rate = f.text("gsp-rate", "20", "calls per second to each GSP at most; 0: no limit")
}

// read returns what was said, a usageError when it cannot be meant.
func (l *limitFlags) read() (callLimits, error) {
	n, err := strconv.Atoi(*l.rate)
	if err != nil || n < 0 || n > mostCalls {
		return callLimits{}, usageError{"serve: --gsp-rate takes a whole number from 0 to " + strconv.Itoa(mostCalls)}
	}
	return callLimits{private: *l.private, rate: n}, nil
}
