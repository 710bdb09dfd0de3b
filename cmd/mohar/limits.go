package main

import (
	"strconv"

	"mohar/handlers/api"
)

// callLimits are what the operator says about calls: to the GSPs, to webhooks and of programs.
type callLimits struct {
	private bool    // live addresses may be of private networks
	hooks   bool    // those of webhooks too, and http
	rate    int     // calls per second to each GSP in each mode; 0: no cap
	api     float64 // calls per second that one key of the JSON API may make
}

// mostCalls and mostAPICalls are the highest --gsp-rate and --api-rate; more is a mistyped
// number.
const (
	mostCalls    = 1000
	mostAPICalls = 100_000
)

// limitFlags are the flags that say them.
type limitFlags struct {
	private *bool
	hooks   *bool
	rate    *string
	api     *string
}

func (l *limitFlags) add(f flags) {
	l.private = f.yes("private-gsp", "GSP addresses may be of private networks, as for a relay of your own")
	l.hooks = f.yes("private-webhooks", "webhooks may go to private networks and over http, as to a relay of your own")
	l.rate = f.text("gsp-rate", "20", "calls per second to each GSP at most; 0: no limit")
	l.api = f.text("api-rate", strconv.Itoa(api.DefaultRate), "calls per second that one key of the JSON API may make at most")
}

// read returns what was said, a usageError when it cannot be meant.
func (l *limitFlags) read() (callLimits, error) {
	n, err := strconv.Atoi(*l.rate)
	if err != nil || n < 0 || n > mostCalls {
		return callLimits{}, usageError{"serve: --gsp-rate takes a whole number from 0 to " + strconv.Itoa(mostCalls)}
	}
	calls, err := strconv.Atoi(*l.api)
	if err != nil || calls < 1 || calls > mostAPICalls {
		return callLimits{}, usageError{"serve: --api-rate takes a whole number from 1 to " + strconv.Itoa(mostAPICalls)}
	}
	return callLimits{private: *l.private, hooks: *l.hooks, rate: n, api: float64(calls)}, nil
}
