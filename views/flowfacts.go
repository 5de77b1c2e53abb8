package views

import (
	"strconv"

	"oobscope/audit"
	"oobscope/probes"
)

// flowFacts is what a filter may ask of one line about a flow; for a list of all flows see flowFilter, which
// answers the same without looking at each.
func flowFacts(s *State, sc *audit.Scope, f *audit.Finding, out *Facts) {
	w := s.Words
	*out = Facts{Host: f.Target}
	if f.Target.IsValid() {
		out.HostText = f.Target.String()
	}
	service := ""
	if f.Service != nil {
		service = lines(f.Service.ID, f.Service.Title.In(w.Lang))
	}
	if f.Rule >= 0 && f.Rule < len(sc.Rules) {
		ref := &sc.Rules[f.Rule]
		out.Of[ByRule], out.Of[ByKit] = lines(strconv.Itoa(ref.Index), ref.Rule.App.ID), lines(ref.Kit.Ref(), ref.Kit.ID)
		out.Of[ByTechnique], out.Of[ByControl] = lines(ref.Rule.Mitigates...), lines(ref.Rule.Controls...)
	}
	if f.Verdict.Deviation() {
		out.Severity = f.Severity
	}
	out.Of[ByService], out.Of[ByZone], out.Of[ByFrom], out.Of[ByRole] = service, f.Zone, f.FromZone, f.Role
	out.Of[ByVerdict] = lines(f.Verdict.String(), w.VerdictOf(f.Verdict))
	out.Of[ByIntent] = lines(f.Intent.String(), w.Intent[f.Intent])
	out.Of[ByObserved] = lines(f.Observed.String(), w.ClassOf(f.Observed), w.Diff.Class[f.Observed.String()])
	out.Of[ByReason] = lines(f.Reason.String(), w.ReasonOf(f.Reason))
	out.Of[ByProto], out.Number[ByPort], out.Of[ByWaived] = f.Proto.String(), int(f.Port), yes(f.Waived)
	out.Of[ByWeak] = weaknessFacts(w, f.Cell.Weak)
	out.Text = lines(out.HostText, service, deciderOf(sc, f.Rule), portOf(f.Proto, f.Port), out.Of[ByIntent], f.Role, f.Zone,
		out.Of[ByVerdict], out.Of[ByReason], out.Of[ByObserved])
	if f.Waived {
		out.Text = lines(out.Text, "waived", w.Plain.Waived)
	}
}

func weaknessFacts(w *Words, set probes.WeakSet) string {
	text := ""
	for _, k := range set.List() {
		text = join("\n", text, k.String(), w.WeaknessOf(k))
	}
	return text
}
