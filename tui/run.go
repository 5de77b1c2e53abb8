package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
)

// patience is how long the program waits for a run to be stored after the console has closed. What was
// committed until then is there in any case.
const patience = time.Minute

// Console is a console that is set up. It runs once.
type Console struct {
	model   *model
	program *tea.Program
	out     io.Writer
}

// Run opens the console on a terminal and returns when the user has left it, ctx has ended or the terminal
// is gone, and never before a run that was on has stopped and was stored. in and out are the terminal. The
// error is about the terminal or the store; an ended ctx is none, it is a way to leave.
func Run(ctx context.Context, cfg Config, in io.Reader, out io.Writer) error {
	return New(ctx, cfg, out, tea.WithInput(in)).Run()
}

// New sets up a console that draws on out, with further options of Bubble Tea's: a test brings its own
// terminal.
func New(ctx context.Context, cfg Config, out io.Writer, options ...tea.ProgramOption) *Console {
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	m := newModel(cfg, newCustody(ctx))
	m.raw = rawLine(out)
	// Signals are the command line's business: they end ctx, and SIGHUP among them.
	options = append([]tea.ProgramOption{tea.WithOutput(m.line.through(out)), tea.WithEnvironment(cfg.Env), tea.WithoutSignalHandler()}, options...)
	if m.set.Sync == "off" {
		options = append(options, tea.WithFilter(unsynchronized))
	}
	return &Console{model: m, program: tea.NewProgram(m, options...), out: out}
}

// Send hands a message to the console as if the terminal had sent it: a key, a size, a paste.
func (c *Console) Send(msg tea.Msg) { c.program.Send(msg) }

// Run is the function Run for a console that is set up.
func (c *Console) Run() error {
	over := make(chan struct{})
	held := c.model.held
	go func() {
		for {
			select {
			case <-held.ctx.Done():
				c.program.Send(leaveMsg{})
				return
			case <-c.model.cfg.Woken:
				c.program.Send(wokenMsg{})
			case <-over:
				return
			}
		}
	}()
	_, err := c.program.Run()
	close(over)
	c.model.leaveScreen(c.out)
	stored := held.end(patience, func() { fmt.Fprintln(c.out, c.model.say.LeaveLate) })
	if kept := c.model.leaveBehind(); kept != nil {
		fmt.Fprintln(c.out, say(c.model.state.Words.Shell.NotKept, flat(kept)))
	}
	if err != nil {
		err = fmt.Errorf("run the console: %w", err)
	}
	return errors.Join(err, stored)
}
