package db

import "sync"

// life is that of a store that Options.Crash can end. A nil life goes on for ever.
type life struct {
	crash func(next string) error
	mu    sync.Mutex
	end   error
}

// newLife returns the life that crash can end; nil without crash.
func newLife(crash func(next string) error) *life {
	if crash == nil {
		return nil
	}
	return &life{crash: crash}
}

// step returns what the store died of, perhaps just now: before a statement of the
// writer, which is next. Readers change nothing, so they die with the writer only.
func (l *life) step(writes bool, next string) error {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.end == nil && writes {
		l.end = l.crash(next)
	}
	return l.end
}

// over returns what the store died of, nil while it lives.
func (l *life) over() error { return l.step(false, "") }
