package cli

import (
	"fmt"
	"net/netip"
	"time"

	"oobscope/audit"
	"oobscope/probes"
)

// standsThere says why a run cannot be gone on with from where this machine is now, if so: what is still to be asked would
// be told as seen from the place where the run began, or be asked at a time that the site has ruled out.
func (e *engine) standsThere(meta *audit.Run, scope *audit.Scope, board *probes.Board) error {
	if meta.Simulated {
		return nil
	}
	if err := e.notNow(scope.Site); err != nil {
		return usage(fmt.Errorf("run %s: %w", meta.ID, err), "wait for it")
	}
	astray := e.astray(scope)
	var row []probes.Cell
	for i := range scope.Plan.Hosts() {
		var s probes.HostState
		if row, s = board.Row(i, row); s.Flags&probes.HostDone != 0 {
			continue
		}
		away, err := astray(scope.Plan.Host(i))
		if err != nil {
			return err
		}
		if away != nil {
			return usage(fmt.Errorf("run %s: %w", meta.ID, away), "go on with it from where it was begun, or start a new run from here")
		}
	}
	return nil
}

// notNow says why not, if the site allows no probing at this time of the day.
func (e *engine) notNow(site *audit.Site) error {
	if site.Simulated || inWindow(site, e.now()) {
		return nil
	}
	return fmt.Errorf("the site allows probing only in its window %s (local time)", site.Probe.Window)
}

// inWindow tells whether the site allows probing at this time of the day, by the local clock.
func inWindow(site *audit.Site, now time.Time) bool {
	from, to, ok := audit.WindowOf(site.Probe.Window)
	if !ok {
		return true // no window was given: the reader refuses a wrong one
	}
	at := now.Hour()*60 + now.Minute()
	if from < to {
		return at >= from && at < to
	}
	return at >= from || at < to
}

// watch is what a run asks about the way to its hosts. Where this machine cannot say, for want of a file handle, the way
// is taken to be as it was.
func (e *engine) watch(scope *audit.Scope) func(probes.Host) error {
	astray := e.astray(scope)
	return func(h probes.Host) error {
		away, _ := astray(h)
		return away
	}
}

// astray looks up whether packets to a host still leave as it was planned (audit.Scope.Astray); failed says why it cannot
// tell. The links of this machine are listed once, and again before a way counts as lost: one may have come back under
// another number.
func (e *engine) astray(scope *audit.Scope) func(probes.Host) (away, failed error) {
	var path func(netip.Addr) (audit.Path, bool)
	return func(h probes.Host) (away, failed error) {
		if path != nil {
			if now, ok := path(h.Addr); scope.Astray(h.Group, h.Addr, now, ok) == nil {
				return nil, nil
			}
		}
		v, err := e.here()
		if err != nil {
			return nil, err
		}
		path = v.Path
		now, ok := path(h.Addr)
		return scope.Astray(h.Group, h.Addr, now, ok), nil
	}
}
