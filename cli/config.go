package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"oobscope/tui/settings"
)

func (p *program) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "The config file of the console: where it is, whether it is sound, what can stand in it", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "path", Short: "Print where the config file is looked for", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return p.printConfigPath() },
		},
		&cobra.Command{
			Use: "show", Short: "Print the settings in force, as a config file", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return p.showConfig() },
		},
		&cobra.Command{
			Use: "check [FILE]", Short: "Is the config file sound", Args: cobra.MaximumNArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return p.checkConfig(args) },
		},
		&cobra.Command{
			Use: "example", Short: "Print a config file with every setting, its default and what it is for", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				_, err := fmt.Fprint(p.stdout, settings.Example())
				return incomplete(err, "")
			},
		},
	)
	cmd.PersistentFlags().StringVar(&p.look.config, "config", "", "config file (default $XDG_CONFIG_HOME/oobscope/config.yaml)")
	return cmd
}

var errNoConfigPlace = errors.New("no place for a config file: neither XDG_CONFIG_HOME nor HOME is set")

func (p *program) printConfigPath() error {
	path := p.configPath()
	if path == "" {
		return usage(errNoConfigPlace, "name the file with --config FILE")
	}
	_, err := fmt.Fprintln(p.stdout, clean(path))
	return incomplete(err, "")
}

// showConfig prints the settings. What is wrong in the file is said, and has its default in what is printed.
func (p *program) showConfig() error {
	s, trouble, err := p.settings()
	if err != nil {
		return err
	}
	if trouble != nil {
		for line := range strings.SplitSeq(trouble.Error(), "\n") {
			fmt.Fprintln(p.stderr, "warning: "+clean(line))
		}
	}
	_, err = fmt.Fprint(p.stdout, settings.Show(s))
	return incomplete(err, "")
}

func (p *program) checkConfig(args []string) error {
	if len(args) > 0 {
		p.look.config = args[0]
	}
	path := p.configPath()
	if path == "" {
		return usage(errNoConfigPlace, "name the file: oobscope config check FILE")
	}
	data, err := p.readConfig(path)
	if errors.Is(err, fs.ErrNotExist) && p.look.config == "" {
		_, err = fmt.Fprintf(p.stdout, "%s: not there; the defaults hold\n", clean(path))
		return incomplete(err, "")
	}
	if err != nil {
		return usage(err, "an example to begin with: oobscope config example")
	}
	if _, err := settings.Read(path, data); err != nil {
		return usage(err, "what can stand in it: oobscope config example")
	}
	_, err = fmt.Fprintf(p.stdout, "%s: sound\n", clean(path))
	return incomplete(err, "")
}
