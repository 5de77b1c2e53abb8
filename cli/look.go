package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oobscope/tui/settings"
)

// look is how the console is asked to look on the command line. A flag beats the config file.
type look struct {
	config       string
	theme        string
	ascii        bool
	lowBandwidth bool
	mask         bool
}

// lookFlags adds the flags of the console to a command that opens it.
func (p *program) lookFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.look.config, "config", "", "config file (default $XDG_CONFIG_HOME/oobscope/config.yaml)")
	f.StringVar(&p.look.theme, "theme", "", "colours: "+strings.Join(settings.Themes, ", "))
	// A flag that is not there is the only way this can fail.
	_ = cmd.RegisterFlagCompletionFunc("theme", cobra.FixedCompletions(settings.Themes, cobra.ShellCompDirectiveNoFileComp))
	f.BoolVar(&p.look.ascii, "ascii", false, "draw with ASCII alone")
	f.BoolVar(&p.look.lowBandwidth, "low-bandwidth", false, "for a slow line: redraw a run four times a second at most")
	f.BoolVar(&p.look.mask, "mask", false, "show letters in place of addresses, for screenshots")
}

// configPath is the config file: the one that was named, else the user's own; empty if the system names no place
// for it.
func (p *program) configPath() string {
	if p.look.config != "" {
		return p.look.config
	}
	if dir := p.getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "oobscope", "config.yaml")
	}
	if home := p.getenv("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, ".config", "oobscope", "config.yaml")
	}
	return ""
}

// settings reads the config file and lays the flags over it. trouble is what is wrong with the file; the settings
// are sound all the same. A file that was named must be there, the user's own need not.
func (p *program) settings() (s settings.Settings, trouble, err error) {
	s = settings.Default()
	path := p.configPath()
	if path != "" {
		var data []byte
		switch data, err = p.readConfig(path); {
		case err != nil && p.look.config != "":
			return s, nil, usage(err, "an example to begin with: oobscope config example")
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			trouble = err
		default:
			s, trouble = settings.Read(path, data)
		}
	}
	return s, trouble, p.lay(&s)
}

// readConfig reads the file as far as a config may be long, and a byte more.
func (p *program) readConfig(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: it is no file", path)
	}
	return io.ReadAll(io.LimitReader(f, maxInput))
}

// lay lays the flags over settings.
func (p *program) lay(s *settings.Settings) error {
	if t := p.look.theme; t != "" {
		if !slices.Contains(settings.Themes, t) {
			return usage(fmt.Errorf("--theme: found %q, expected one of %s", t, strings.Join(settings.Themes, ", ")), "")
		}
		s.Theme = t
	}
	if p.look.ascii {
		s.ASCII = "on"
	}
	s.LowBandwidth = s.LowBandwidth || p.look.lowBandwidth
	s.Mask = s.Mask || p.look.mask
	s.Plain = s.Plain || p.plain
	if p.lang != "" {
		s.Lang = p.lang
	}
	return nil
}
