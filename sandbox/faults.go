package sandbox

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// anything stands for every face or every operation.
const anything = "*"

// fault is a fault planted on an operation of a face.
type fault struct {
	Face  string `json:"face"`
	Op    string `json:"op"`
	Fault string `json:"fault"`
	Times int    `json:"times"` // 0: until all faults are removed
	MS    int    `json:"ms"`    // for delay, slow and http-429
	GSTIN string `json:"gstin"` // whose calls; "": everybody's
	After int    `json:"after"` // calls that pass before it strikes
	Label string `json:"label"` // whatever whoever plants it calls it, to remove it by

	met map[string]bool // the GSTINs that it has struck already; shared by its copies
}

// kind returns what the fault does; nothing for the zero fault.
func (f fault) kind() faultKind {
	for _, k := range faultKinds {
		if k.name == f.Fault {
			return k
		}
	}
	return faultKind{}
}

// planted completes a fault that somebody wants to plant, or reports what is wrong with
// it.
func (f fault) planted() (fault, error) {
	f.GSTIN = strings.ToUpper(strings.TrimSpace(f.GSTIN))
	f.met = map[string]bool{}
	for _, text := range []*string{&f.Face, &f.Op} {
		if *text == "" {
			*text = anything
		}
	}
	if err := checkFace(f.Face); err != nil {
		return f, err
	}
	if f.Op != anything && !slices.Contains(operations, operation(f.Op)) {
		return f, fmt.Errorf("op %q is none of %s, *", f.Op, joined(operations))
	}
	k := f.kind()
	if k.name == "" {
		names := make([]string, len(faultKinds))
		for i, k := range faultKinds {
			names[i] = k.name
		}
		return f, fmt.Errorf("fault %q is none of %s", f.Fault, joined(names))
	}
	if f.Op != anything && !k.happensTo(operation(f.Op)) {
		return f, fmt.Errorf("fault %q cannot happen to op %q, only to %s", f.Fault, f.Op, joined(k.ops))
	}
	if f.Times < 0 || f.MS < 0 || f.After < 0 {
		return f, errors.New("times, ms and after cannot be negative")
	}
	return f, nil
}

// checkFace reports a face that there is not.
func checkFace(name string) error {
	if name != anything && !slices.Contains(faceNames, name) {
		return fmt.Errorf("face %q is none of %s, *", name, joined(faceNames))
	}
	return nil
}

func joined[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = string(n)
	}
	return strings.Join(texts, ", ")
}

// strikes reports whether the fault is meant for the call.
func (f fault) strikes(c *call) bool {
	k := f.kind()
	return (f.Face == anything || f.Face == c.face.name) &&
		(f.Op == anything || f.Op == string(c.op)) &&
		(f.GSTIN == "" || strings.EqualFold(f.GSTIN, c.param("gstin"))) &&
		k.happensTo(c.op) && (!k.sealed || !c.plain)
}

// faults are the planted faults, oldest first. They are not kept over a restart.
type faults struct {
	mu   sync.Mutex
	list []fault
}

func (f *faults) plant(planted fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, planted)
}

// remove takes out the faults of one label.
func (f *faults) remove(label string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = slices.DeleteFunc(f.list, func(planted fault) bool { return planted.Label == label })
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
}

func (f *faults) all() []fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]fault{}, f.list...)
}

// take returns the oldest fault for the call and counts it; the zero fault for none.
// Faults that let calls pass first count those.
func (f *faults) take(c *call) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, planted := range f.list {
		if !planted.strikes(c) {
			continue
		}
		if planted.After > 0 {
			f.list[i].After--
			continue
		}
		switch planted.Times {
		case 0:
		case 1:
			f.list = slices.Delete(f.list, i, i+1)
		default:
			f.list[i].Times--
		}
		return planted
	}
	return fault{}
}

// first reports whether a fault meets a GSTIN for the first time.
func (f *faults) first(planted fault, gstin string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if planted.met[gstin] {
		return false
	}
	planted.met[gstin] = true
	return true
}

// pause waits as long as the fault says, and reports false when the caller left
// meanwhile.
func (s *Sandbox) pause(c *call) bool {
	return s.opts.Sleep(c.r.Context(), time.Duration(c.fault.MS)*time.Millisecond) == nil
}
