package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"mohar/db"
)

// release is set by the linker in a release build.
var release = "dev"

// version prints what this binary is made of.
func version(ctx context.Context, args []string, std streams) error {
	f := newFlags("version", std)
	if err := f.read(args, 0); err != nil {
		return helped(err)
	}
	engine, err := db.EngineVersion(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "mohar %s%s\n%s %s/%s\nSQLite %s\n", release, revision(), runtime.Version(), runtime.GOOS, runtime.GOARCH, engine)
	return err
}

// revision is the commit the binary was built from, when Go knows it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return " (" + s.Value[:12] + ")"
		}
	}
	return ""
}
