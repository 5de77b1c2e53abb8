package probes

import "time"

// A silence is the policy's only if the host was there to be heard: the control that is answered behind it says so. It
// vouches for nothing where it was lost itself at first, or where another day lies between the two.

// wait keeps a silent flow until a control has vouched for it.
func (v *visit) wait(f Flow, o Observation) {
	v.mu.Lock()
	shaken := o.At.Before(v.shaken)
	if !shaken {
		v.unsure = append(v.unsure, o)
	}
	v.mu.Unlock()
	if shaken { // a part of its tries fell into the time of a control that was lost
		v.doubt(f, o)
	}
}

// vouch takes the flows that wait as what they are, or as doubtful if a control behind them was lost or could not be made;
// answered says that there was one in the end.
func (v *visit) vouch(doubtful, answered bool) {
	v.mu.Lock()
	unsure := v.unsure
	if doubtful || answered {
		v.unsure = nil
	}
	if doubtful {
		v.shaken = time.Now()
	}
	v.mu.Unlock()
	if doubtful {
		for _, o := range unsure {
			v.doubt(v.plan.Flow(o.Flow), o)
		}
	}
}

// doubt keeps a silent flow once more, as one that proves nothing unless it is asked again at the end.
func (x *run) doubt(f Flow, o Observation) {
	x.mu.Lock()
	x.shaken[f.ID] = true
	x.mu.Unlock()
	o.Reason = Shaken
	x.keep(x.alone(f, o))
}

// reopen unsettles the flows that nobody has vouched for when the run ends before its end: a resumed run asks them again.
func (v *visit) reopen() {
	v.mu.Lock()
	_, known := v.known()
	unsure := v.unsure
	v.mu.Unlock()
	if !known {
		return // their silence proves nothing anyway
	}
	for _, o := range unsure {
		o.Class, o.Reason = ProbeError, Cancelled
		if v.put(o) {
			v.run.mu.Lock()
			v.settled--
			v.run.mu.Unlock()
		}
	}
}

// lastWhile is how long before the end of a run that was cut off a silent flow may still have waited for its control.
const lastWhile = 30 * time.Second

// cutOff is when the last flow was asked of what an earlier sitting of the run has settled, in milliseconds since it began.
func (x *run) cutOff() (last uint32) {
	if x.Done == nil {
		return 0
	}
	var row []Cell
	for host := range x.plan.Hosts() {
		row, _ = x.Board.Row(host, row)
		for _, c := range row {
			last = max(last, c.At)
		}
	}
	return last
}

// disown marks what an earlier sitting of the run, shortly before it was cut off, saw silent of a host that answered
// nothing after it: a control that is made now says nothing of then. A host that had gone quiet by then stays so.
func (v *visit) disown() {
	cells, s := v.Board.Row(v.host.Index, nil)
	if v.Done == nil || s.Flags&HostDone != 0 {
		return
	}
	last := int64(v.cut) - lastWhile.Milliseconds()
	for _, c := range cells {
		if answered(c.Class) {
			last = max(last, int64(c.At)+1)
		}
		if c.Reason == WentQuiet {
			v.state.Flags |= HostQuiet
		}
	}
	for slot, c := range cells {
		id := v.host.First + FlowID(slot)
		if v.Before == nil || !c.Class.Silent() || c.Reason != NoReason || int64(c.At) < last || !v.Done(id) {
			continue
		}
		if o, ok := v.Before(id); ok && o.Class.Silent() {
			mark := *o
			mark.Reason = Unvouched
			v.put(mark)
		}
	}
}
