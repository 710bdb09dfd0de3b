package main

import (
	"os"
	"runtime/debug"
)

// How far the heap may grow before it is collected: to four times what is alive, but hardly
// beyond the limit, in bytes. Little is alive here, some ten megabytes, and each request makes
// a little garbage: by the runtime's own measure a seventh of the processor would go into
// collecting it. The limit is soft, and below what the program may take with a million
// documents.
const (
	growth    = 300 // percent
	heapLimit = 128 << 20
)

// collectLess has garbage collected less often, unless the operator says how often with the
// runtime's own variables.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(growth)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(heapLimit)
	}
}
