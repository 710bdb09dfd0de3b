package db

import "context"

// Actor is who makes a change, as the edit log and the timeline name it.
type Actor struct {
	Kind string // "user", "key" (a program), "system" or "command"
	Name string // e-mail address, "Tally (M…)", "registrar", "setup" …
	From string // network address; empty for our own work
}

type actorKey struct{}

// WithActor returns a context whose changes are put down to a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// actorOf returns who ctx belongs to; the program itself when nobody was named.
func actorOf(ctx context.Context) Actor {
	if a, ok := ctx.Value(actorKey{}).(Actor); ok {
		return a
	}
	return Actor{Kind: "system", Name: "mohar"}
}
