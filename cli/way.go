package cli

import (
	"fmt"
	"net/netip"

	"oobscope/audit"
	"oobscope/probes"
)

// standsThere says why a run cannot be gone on with from where this machine is now, if so: what is still to be asked would
// be told as seen from the place where the run began, or be asked at a time that the site has ruled out.
func (e *engine) standsThere(meta *audit.Run, scope *audit.Scope, board *probes.Board) error {
	if meta.Simulated {
		return nil
	}
	if !inWindow(scope.Site, e.now()) {
		return usage(fmt.Errorf("run %s: the site allows probing only in its window %s (local time)", meta.ID, scope.Site.Probe.Window), "wait for it")
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
