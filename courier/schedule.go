package courier

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"mohar/db"
)

// pauses lie between the tries of one message. After the last one it is given up.
//
// Source: Standard Webhooks 1.0, "Deliverability and reliability": its example schedule.
var pauses = []time.Duration{
	5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour,
	20 * time.Hour, 24 * time.Hour,
}

const (
	jitter       = 0.1                 // a pause grows by up to that part, so that a crowd comes back one by one
	mostAsked    = 24 * time.Hour      // for no longer a receiver may have us wait
	offAfter     = 5 * 24 * time.Hour  // of failing on end a webhook is switched off
	keptFor      = 30 * 24 * time.Hour // messages, for the log
	forgetEvery  = time.Hour
	mostForgets  = 100 // batches in a row
	longestNap   = 30 * time.Second
	shortestNap  = 10 * time.Millisecond // due times are kept in milliseconds
	afterTrouble = time.Second           // the store failed
)

// next says when a message is tried again that failed for the nth time now, zero for never.
func (c *Courier) next(n int, now time.Time, a Answer) time.Time {
	if a.Status == http.StatusGone || n > len(pauses) {
		return time.Time{}
	}
	pause := pauses[n-1]
	pause += time.Duration(jitter * c.random() * float64(pause))
	return now.Add(max(pause, a.wait))
}

// givesUp says whether a webhook is to be switched off after a failure.
func givesUp(now time.Time, a Answer) func(since time.Time) db.WebhookOff {
	return func(since time.Time) db.WebhookOff {
		switch {
		case a.Status == http.StatusGone:
			return db.WebhookOffGone
		case now.Sub(since) >= offAfter:
			return db.WebhookOffFailing
		}
		return db.WebhookOn
	}
}

// retryAfter is how long a receiver has us wait, 0 when it does not say so. It counts with
// 429 and 503 only.
//
// Source: RFC 9110, section 10.2.3.
func retryAfter(status int, h http.Header, now time.Time) time.Duration {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return 0
	}
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), mostAsked)
	}
	if at, err := http.ParseTime(text); err == nil {
		return min(max(at.Sub(now), 0), mostAsked)
	}
	return 0
}
