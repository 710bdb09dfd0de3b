package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// streams are the standard streams, so that tests can stand in for a terminal.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is a wrong call of the program: exit status 2.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// command is one subcommand. run parses its own flags.
type command struct {
	name, args, does string
	run              func(ctx context.Context, args []string, std streams) error
}

func commands() []command {
	return []command{
		{"serve", "[--data DIR] [--listen ADDR] [--sandbox URL] [--gsp-rate N] [--private-gsp] [--private-webhooks]", "the program: pages, registration, practice portal (default)", serve},
		{"demo", "[--out DIR] [FILE.json …]", "register INV-01 files at the practice portal, write PDF and signed JSON", demo},
		{"setup", "[--data DIR] --email E [--password-stdin]", "make the owner's account without a browser", setup},
		{"company", "add [--data DIR] --gstin G --name N …", "add a company without a browser", company},
		{"apikey", "new --name N [--gstin G …] [--scope S] [--days N] · list · revoke KEYID", "keys of programs that call the JSON API", apikey},
		{"sandbox", "[--listen ADDR] [--state FILE] [--strict]", "the practice portal with its GSP faces and a page to steer it, as a server of its own", runSandbox},
		{"verify", "[--data DIR] [--cert FILE] [FILE]", "check a signed QR or signed invoice", verify},
		{"backup", "[--data DIR] [--with-key] FILE", "consistent archive of an installation, also a running one", backup},
		{"restore", "--data DIR FILE", "unpack an archive into a folder that holds no installation", restore},
		{"check", "[--data DIR]", "integrity of the file, number series, edit log and stored signatures", check},
		{"version", "", "versions of Mohar, Go and SQLite", version},
	}
}

// run carries out one command line. Without a command it serves.
func run(ctx context.Context, args []string, std streams) error {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") && !isHelp(args[0]) {
		return serve(ctx, args, std)
	}
	if isHelp(args[0]) || args[0] == "help" {
		return help(std.out)
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return c.run(ctx, args[1:], std)
		}
	}
	return usageError{fmt.Sprintf("unknown command %q; mohar help lists them", args[0])}
}

func isHelp(s string) bool { return s == "-h" || s == "-help" || s == "--help" }

func help(w io.Writer) error {
	text := "Mohar registers GST e-invoices and prints them.\n\nUsage: mohar [command] [flags] [arguments]\n\n"
	for _, c := range commands() {
		text += fmt.Sprintf("  %-9s%s\n           %s\n", c.name, c.args, c.does)
	}
	text += "\nEach flag has an environment twin: --data is MOHAR_DATA. mohar COMMAND -h lists a command's flags.\n"
	_, err := io.WriteString(w, text)
	return err
}

// flags is a flag set whose flags default to environment variables.
type flags struct {
	*flag.FlagSet
	out io.Writer
}

func newFlags(name string, std streams) flags {
	fs := flag.NewFlagSet("mohar "+name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // what is wrong is said once, by main
	return flags{fs, std.out}
}

// text is a string flag with its environment twin: --data has MOHAR_DATA.
func (f flags) text(name, value, usage string) *string {
	env := envName(name)
	if v, ok := os.LookupEnv(env); ok {
		value = v
	}
	return f.String(name, value, usage+" ("+env+")")
}

// yes is a boolean flag with its environment twin.
func (f flags) yes(name, usage string) *bool {
	env := envName(name)
	v := strings.ToLower(os.Getenv(env))
	return f.Bool(name, v == "1" || v == "true" || v == "yes", usage+" ("+env+")")
}

func envName(flagName string) string {
	return "MOHAR_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// errHelp ends a command that was only asked for its flags.
var errHelp = errors.New("help shown")

// read parses args; at most maxArgs may follow the flags (any number when -1).
func (f flags) read(args []string, maxArgs int) error {
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		f.SetOutput(f.out)
		f.Usage()
		return errHelp
	case err != nil:
		return usageError{fmt.Sprintf("%v; %s -h lists the flags", err, f.Name())}
	}
	if maxArgs >= 0 && f.NArg() > maxArgs {
		return usageError{fmt.Sprintf("%s: too many arguments: %s", f.Name(), strings.Join(f.Args()[maxArgs:], " "))}
	}
	return nil
}

// helped turns errHelp into success.
func helped(err error) error {
	if errors.Is(err, errHelp) {
		return nil
	}
	return err
}
