package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/probes/cim"
	"oobscope/probes/dns"
	"oobscope/probes/hops"
	"oobscope/probes/https"
	"oobscope/probes/icmp"
	"oobscope/probes/ipmi"
	"oobscope/probes/panel"
	"oobscope/probes/redfish"
	"oobscope/probes/sftp"
	"oobscope/probes/slp"
	"oobscope/probes/snmp"
	"oobscope/probes/sweep"
	"oobscope/probes/tcp"
	"oobscope/probes/udp"
	"oobscope/probes/upnp"
	"oobscope/probes/vantage"
	"oobscope/store"
	"oobscope/tui"
)

// engine runs plans and keeps what they observe; the console and the headless commands share it.
type engine struct {
	store   *store.Store
	probers probes.Probers
	version string
	now     func() time.Time
	segment bool // the simulated segment is up
	who     person
	here    func() (audit.Vantage, error) // where this machine stands now
	warn    func(error)                   // of what is left out; nil where nobody listens
	tell    func(string)                  // what was done by itself; nil where nobody listens
}

// newEngine makes the engine. wire carries ICMP for the simulated segment; nil is the system's.
func newEngine(st *store.Store, version string, now func() time.Time, wire icmp.Wire) *engine {
	return &engine{store: st, version: version, now: now, segment: wire != nil, who: whoami(os.Getenv),
		here: func() (audit.Vantage, error) { return standpoint("") }, probers: probes.Probers{
			"icmp": icmp.Prober{Wire: wire}, "slp": slp.Prober{}, "dns": dns.Prober{}, "ipmi": ipmi.Prober{},
			"redfish": redfish.Prober{}, "https": https.Prober{}, "cim": cim.Prober{}, "upnp": upnp.Prober{},
			"panel": panel.Prober{}, "sftp": sftp.Prober{}, "snmp": snmp.Prober{},
			probes.KnockTCP: tcp.Knock{}, probes.KnockUDP: udp.Knock{}, probes.KnockEcho: icmp.Prober{Wire: wire},
		}}
}

// launch begins a new run of the scope and returns at once.
func (e *engine) launch(ctx context.Context, scope *audit.Scope) (*tui.Live, error) {
	if err := scope.Plan.Check(); err != nil {
		return nil, usage(err, "only what the site lists is ever sent a packet")
	}
	if err := e.notNow(scope.Site); err != nil {
		return nil, usage(err, "wait for it, or change probe.window")
	}
	inputs, err := json.Marshal(audit.InputsOf(scope, e.version))
	if err != nil {
		return nil, fmt.Errorf("encode the inputs of the run: %w", err)
	}
	if err := e.keepSite(scope.Site); err != nil {
		return nil, err
	}
	e.layWaivers(scope)
	w, err := e.store.NewRun(e.meta(scope), inputs)
	if err != nil {
		return nil, err
	}
	if err := e.record(store.RunStarted, w.Meta().ID, startWords(w.Meta()), digestOf(inputs)); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return e.start(ctx, scope, probes.NewBoard(scope.Plan), w, nil), nil
}

// keepSite puts the site of a run into the library, so that the console opens with it the next time.
func (e *engine) keepSite(site *audit.Site) error {
	if site.Simulated {
		return nil // its hosts are gone when the program ends
	}
	if err := e.store.PutSite(site.Name, site.Raw); err != nil {
		return err
	}
	return e.store.UseSite(site.Name, e.now())
}

// resume goes on with a partial run: the same inputs, only what is not settled yet.
func (e *engine) resume(ctx context.Context, id string) (*tui.Live, error) {
	f, scope, board, err := e.read(id)
	if err != nil {
		return nil, err
	}
	meta, inputs := f.Meta(), f.Inputs()
	if err := f.Close(); err != nil {
		return nil, err
	}
	if err := e.mayResume(&meta); err != nil {
		return nil, err
	}
	if err := e.standsThere(&meta, scope, board); err != nil {
		return nil, err
	}
	w, err := e.store.ResumeRun(id)
	if err != nil {
		return nil, err
	}
	if err := e.record(store.RunResumed, id, fmt.Sprintf("%d of %d flows were settled", w.Meta().Settled, meta.Flows), digestOf(inputs)); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return e.start(ctx, scope, board, w, w.Settled()), nil
}

// mayResume says why a run cannot be gone on with, if so.
func (e *engine) mayResume(meta *audit.Run) error {
	age := e.now().Sub(meta.Started)
	switch {
	case meta.State == audit.RunComplete:
		return usage(fmt.Errorf("run %s is complete: there is nothing to resume", meta.ID), "see: oobscope run show "+meta.ID)
	case meta.Imported != nil:
		return usage(fmt.Errorf("run %s was imported: it is read-only", meta.ID), "whoever made it can go on with it and export it again")
	case meta.Simulated && !e.segment:
		return usage(fmt.Errorf("run %s was on a simulated segment that is gone", meta.ID), "start a new one: oobscope demo")
	case age > probes.LongestRun:
		return usage(fmt.Errorf("run %s began %s ago; one can be gone on with for %s", meta.ID, days(age), days(probes.LongestRun)),
			"what it has observed stays; start a new run, and hold them against each other with: oobscope run diff")
	case age < -time.Minute: // a clock that was set by a hair is no harm
		return usage(fmt.Errorf("run %s began at %s, and the clock of this machine stands before that", meta.ID, meta.Started.UTC().Format(time.RFC3339)),
			"set the clock right: the times of what is observed would be wrong")
	}
	return nil
}

func days(d time.Duration) string { return fmt.Sprintf("%d days", int(d/(24*time.Hour))) }

func (e *engine) meta(scope *audit.Scope) audit.Run {
	m := audit.Run{
		Site: scope.Site.Name, Vantage: scope.Vantage.Name, Tool: e.version, Simulated: scope.Site.Simulated,
		Started: e.now().UTC(), State: audit.RunRunning, Flows: scope.Plan.Flows(), Privileged: scope.Vantage.Privileged,
		Again: scope.Options.Again,
	}
	for _, k := range scope.Kits {
		m.Kits = append(m.Kits, k.Ref())
	}
	if len(scope.Places) > 0 {
		m.Zone = scope.Places[0].FromZone
	}
	for i := range scope.Left {
		m.Left += scope.Left[i].Lines()
	}
	return m
}

// start runs the engine in the background. The board of a resumed run holds what was observed before, and
// settled tells which flows that was; nil for a new run.
func (e *engine) start(ctx context.Context, scope *audit.Scope, board *probes.Board, w *store.RunWriter,
	settled func(probes.FlowID) bool,
) *tui.Live {
	runner := &probes.Runner{Plan: scope.Plan, Probers: e.probers, Board: board, Sink: w, Done: settled}
	if settled != nil {
		runner.Before = w.Evidence
	}
	runner.Scout, runner.Astray = scoutOf(scope), e.watch(scope)
	if _, err := vantage.Refused(); err == nil {
		runner.Refused = refused
	}
	closeCapture := listen(runner, scope)
	type ended struct {
		sum probes.Summary
		err error
	}
	done, meta := make(chan ended, 1), w.Meta()
	go func() {
		defer closeCapture()
		if prior := e.prior(scope, meta.ID); prior != nil {
			runner.Prior = prior
		}
		sum, err := runner.Run(ctx)
		done <- ended{sum, err}
	}()
	return &tui.Live{
		Run: meta, Scope: scope, Board: board, Evidence: w.Evidence,
		Wait: func() (audit.Run, error) {
			end := <-done
			return e.finish(meta, scope, board, w, end.sum, end.err)
		},
	}
}

// refused is vantage.Refused for a run that was told at its start that the system counts. Should it stop to do so,
// nothing more is known of what it refuses.
func refused() int64 {
	n, err := vantage.Refused()
	if err != nil {
		return 0
	}
	return n
}

// listen opens the capture that tells a host's reset from a forged one, where the user may. Without it the
// resets stay of unknown origin and every verdict on them says so.
func listen(r *probes.Runner, scope *audit.Scope) (stop func()) {
	if scope.Plan.Simulated || !scope.Vantage.Privileged {
		return func() {}
	}
	var skip hops.Ports
	if scope.Plan.Engine == probes.Sweep {
		skip.First, skip.Last = sweep.TCPPorts()
	}
	capture, err := hops.Open(skip)
	if err != nil {
		return func() {}
	}
	r.Hops = capture
	return func() { capture.Close() }
}

// finish judges the whole board once more, writes the last word into the run's file and closes it.
func (e *engine) finish(meta audit.Run, scope *audit.Scope, board *probes.Board, w *store.RunWriter,
	sum probes.Summary, runErr error,
) (audit.Run, error) {
	res := audit.NewResults(scope)
	res.CutOff = runErr != nil || !sum.Complete
	res.LoadBoard(board)
	res.ApplyWaivers(e.now(), w.Evidence)
	meta.Ended = e.now().UTC()
	meta.Settled, meta.Gates, meta.Total = sum.Before+sum.Settled, sum.Gates, res.Total
	meta.ByRule, meta.Since = res.RuleCounts(), e.since(&meta, res, w.Evidence)
	meta.State = audit.RunPartial
	switch {
	case runErr != nil:
		meta.Why = probes.Clean(runErr.Error(), 256)
	case sum.Complete:
		meta.State = audit.RunComplete
	default:
		meta.Why = audit.StoppedEarly
	}
	if err := w.Finish(meta); err != nil {
		runErr = joinDistinct(runErr, err, w.Close())
		e.asStored(&meta, err)
	}
	runErr = joinDistinct(runErr, e.record(store.RunEnded, meta.ID, endWords(&meta), ""))
	e.retain(meta.ID)
	return meta, runErr
}

// asStored says of a run whose end could not be stored how far it is stored. Where even that cannot be read, it did not
// get through.
func (e *engine) asStored(meta *audit.Run, cause error) {
	meta.State, meta.Why = audit.RunPartial, probes.Clean(cause.Error(), 256)
	f, err := e.store.OpenRun(meta.ID)
	if err != nil {
		return
	}
	defer f.Close()
	meta.State, meta.Settled = f.Meta().State, f.Meta().Settled
	if meta.State == audit.RunComplete {
		meta.Why = ""
	}
}

// joinDistinct joins errors, but for those that an earlier one has in its words already: a full disk is met by all who
// write to it.
func joinDistinct(errs ...error) error {
	var kept []error
	for _, err := range errs {
		if err != nil && !slices.ContainsFunc(kept, func(e error) bool { return strings.Contains(e.Error(), err.Error()) }) {
			kept = append(kept, err)
		}
	}
	return errors.Join(kept...)
}

// startWords say for the trail what a run is about.
func startWords(m audit.Run) string {
	return fmt.Sprintf("site %s, kits %s, from %s, %d flows", m.Site, strings.Join(m.Kits, " "), m.Vantage, m.Flows)
}

// endWords say for the trail how a run ended.
func endWords(m *audit.Run) string {
	out := fmt.Sprintf("%s, %d of %d flows, %d deviations", m.State, m.Settled, m.Flows, m.Total.Deviations())
	if m.Why != "" {
		out += ", " + m.Why
	}
	return out
}
