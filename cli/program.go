package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"oobscope/probes"
	"oobscope/tui/settings"
)

// The documented exit codes.
const (
	exitClean      = 0
	exitDeviation  = 1
	exitUsage      = 2
	exitIncomplete = 3
	exitTrust      = 4
)

// failure is an error with the exit code and the hint that go with it.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// Hint is what the console shows below the error.
func (f *failure) Hint() string { return f.hint }

// usage marks an error as the user's or the input's: exit code 2.
func usage(err error, hint string) error { return mark(exitUsage, err, hint) }

// incomplete marks an error that left the work undone: exit code 3.
func incomplete(err error, hint string) error { return mark(exitIncomplete, err, hint) }

// mark leaves alone what is marked already: who met the error first knew best.
func mark(code int, err error, hint string) error {
	var known *failure
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &failure{code, err, hint}
}

// program is the world as the command line sees it; tests hand in their own.
type program struct {
	version  string
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
	getenv   func(string) string
	now      func() time.Time
	terminal bool          // standard input and output are a terminal
	progress bool          // standard error is a terminal
	who      func() person // nil: whom the system names
	exit     int           // what a command that ended without an error wants to exit with

	siteTrouble []error // why the stored site is not used

	storeDir string
	noColor  bool
	plain    bool // a dialogue in lines instead of the screen
	lang     string
	look     look
}

// Main runs the command line and returns the exit code.
func Main(version string, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// A closed pipe is an error of the write, not the end of the program: a run must still be put away.
	signal.Ignore(syscall.SIGPIPE)
	p := &program{
		version: version, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: time.Now,
		terminal: term.IsTerminal(os.Stdin.Fd()) && term.IsTerminal(os.Stdout.Fd()),
		progress: term.IsTerminal(os.Stderr.Fd()),
	}
	return p.run(ctx, args)
}

func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return p.exit
	}
	var f *failure
	switch {
	case errors.As(err, &f):
	case ofDisk(err):
		f = &failure{exitIncomplete, err, ""} // its words say what to do
	default:
		// What cobra refuses by itself is a wrong call.
		f = &failure{exitUsage, err, "see: oobscope --help"}
	}
	p.complain(f)
	return f.code
}

// ofDisk tells whether a disk that is full or broken is to blame, wherever that was met: not the user's call.
func ofDisk(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EIO)
}

// complain prints one clear line for each problem, and the hint below.
func (p *program) complain(f *failure) {
	for line := range strings.SplitSeq(strings.TrimSpace(f.err.Error()), "\n") {
		fmt.Fprintln(p.stderr, "oobscope: "+probes.Clean(line, 600))
	}
	if f.hint != "" {
		fmt.Fprintln(p.stderr, "hint: "+probes.Clean(f.hint, 600))
	}
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "oobscope",
		Short: "What does this out-of-band segment really expose, held against what its policy intends?",
		Long: "oobscope loads a kit (the intended policy of a BMC network), probes the segment politely and shows where\n" +
			"reality differs. Without a subcommand it opens the console. Nothing is sent before you confirm a run.",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.PersistentFlags().StringVar(&p.storeDir, "store", "", "folder of the store (default $XDG_STATE_HOME/oobscope)")
	root.PersistentFlags().BoolVar(&p.noColor, "no-color", false, "no colour (NO_COLOR does the same)")
	root.PersistentFlags().StringVar(&p.lang, "lang", "", "language of the console: en, ja (default: the locale's)")
	root.PersistentFlags().BoolVar(&p.plain, "plain", false, "the console as a dialogue in lines, for screen readers; nothing is repainted")
	p.console(root)
	root.AddCommand(p.demoCommand(), p.auditCommand(), p.kitCommand(), p.runCommand(), p.waiverCommand(), p.trailCommand(), p.storeCommand(), p.siteCommand(), p.configCommand(), p.versionCommand())
	return root
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		Run: func(*cobra.Command, []string) { fmt.Fprintln(p.stdout, "oobscope "+p.version) },
	}
}

// language picks the console's language: the flag or the config file, else the locale.
func (p *program) language(want string) (string, error) {
	switch {
	case want == "auto":
	case slices.Contains(settings.Languages, want):
		return want, nil
	default:
		return "", usage(fmt.Errorf("--lang: found %q, expected %s", want, strings.Join(settings.Languages, " or ")), "")
	}
	for _, key := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := p.getenv(key); v != "" {
			if strings.HasPrefix(v, "ja") {
				return "ja", nil
			}
			return "en", nil
		}
	}
	return "en", nil
}

func isUTF8(locale string) bool {
	l := strings.ToLower(locale)
	return strings.Contains(l, "utf-8") || strings.Contains(l, "utf8")
}
