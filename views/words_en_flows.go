package views

import "oobscope/audit"

// englishFlows are the words of the screens that list flows.
func englishFlows(w *Words) {
	w.Probes = ProbesWords{
		Open: "open", Other: "other", Mute: "mute", Cut: "cut", Refused: "refused", Rejected: "rejected",
		Silent: "silent", Failed: "error",
		Columns: []string{
			"open: answers as declared", "other: answers, another protocol", "mute: accepts, says nothing",
			"cut: accepts, then cuts", "refused: a reset or an error from the host, or of unknown origin",
			"rejected: an error or a reset from a box on the way", "silent: nothing came back", "error: the probe failed here",
		},
		Glance: "Hosts at a glance", MoreServices: "%s more [service|services]: press {tab}",
		HostsDone: "Hosts %s done, %s under way, %s in all", Packets: "Packets %s of at most %s",
		HostsEnded: "Hosts %s of %s done", Took: "took %s",
		Conversations: "Conversations %s of at most %s", Flows: "%s of %s flows (%d%%)",
		PerCell: "%s hosts a cell", UnderWay: "under way",
		Ready: "Planned, not started", Press: "Press {r} to start. You are asked once more before the first packet leaves.",
		Sends: "Sends at most", Paced: "Pace", Host: "One host gets", Takes: "Takes", Source: "Sent from",
		Canaries: "Canaries", Left: "Not testable",
		Budget: "%s [packet|packets] in %s [conversation|conversations]", Pace: "%s: %s between two conversations with one host; %s TCP tries, %s UDP tries",
		Unlimited: "no limit over the segment", Limited: "%s conversations a second over the segment",
		PerHost: "%s [conversation|conversations] at most, one at a time", About: "about %s", From: "%s on %s, zone %s",
		CanaryLine: "%s [address|addresses] that must not answer [is|are] knocked on", LeftLine: "%s [line|lines] cannot be tested from here",
		Asks: "Each is asked this, and the policy wants:", To: "%s hosts, %s to %s",
		OnlyTargets: "Only the hosts below and the canaries of the site get a packet. No login, no write, no secret is read.",
		Answering:   "An address that must not exist answers: accepted connections prove nothing.",
		Losing:      "%s of %s control probes were lost: silence proves nothing.",
		Turned:      "%s of %s flows that were open are silent now: something turned on us.",
		ShowBoth:    "services and hosts", ShowServices: "services only", ShowHosts: "hosts only", NextWorst: "next worst host",
	}
	w.Host = HostWords{
		Place: "%s in zone %s", Alive: "Alive", Refusal: "Accepts", Control: "Controls", State: "State", Path: "Path",
		AliveBy: "it answered on %s", AliveControl: "a closed UDP port answered with an ICMP error",
		NotProved: "not proved: its silence means nothing", Quiet: "went quiet during the run and was left alone",
		FakesOpen: "an unlikely TCP port accepted: accepts prove nothing here", Honest: "an unlikely TCP port did not accept: accepts mean something",
		NotAsked: "not knocked on an unlikely TCP port", UDPControl: "ICMP errors come back, so UDP silence means something",
		NoUDPControl: "no ICMP error came back, so UDP silence proves nothing", NoControl: "no control probe was sent",
		ControlLost: "%d of %d control [probe|probes] lost", Waiting: "waiting", Active: "under way", Done: "done",
		Enforced: "an enforcement point stands between us and the host", NotEnforced: "no enforcement point in between: a drop cannot be verified",
		Comma: ", ", Also: "; ", Colon: ": ",
		Usage: "Choose a host on the Probes screen and press {enter}.",
	}
	w.Diff, w.Drift, w.Take = englishDiff(), driftInEnglish(), takeInEnglish()
	w.Waive, w.Work = waiveInEnglish(), workInEnglish()
}

func englishDiff() DiffWords {
	return DiffWords{
		About: "Here each flow stands with what the policy intends, what was observed, and the verdict. It fills as soon as a run is on.",
		Sev:   "Sev", Order: [6]string{"worst first", "by rule", "by host", "by service", "by zone", "by verdict"},
		OnlyDeviations: "deviations only", Everything: "all flows", SoFar: "No deviation so far.",
		ToggleAll: "show all flows", ToggleDeviations: "deviations only", NextOrder: "next order", Fold: "fold, unfold",
		FoldAll: "fold all",
		Lines:   "%s lines", OneLine: "1 line", Worst: "worst %s", Default: "no rule, the site's default",
		NoService: "no known service", NoHost: "not testable from here",
		NotPlanned: "Not tested, so there is no evidence: %s.", Cut: "%s more lines are not in this copy: export the run.",
		Head: []string{"severity", "verdict", "reason", "intended", "observed", "target", "service", "port", "rule", "from", "to"},
		Intent: map[audit.Intent]string{
			audit.Unstated: "unstated", audit.IntentAllow: "allow", audit.IntentDrop: "drop", audit.IntentReject: "reject",
			audit.DefaultDrop: "def. drop", audit.DefaultReject: "def. reject", audit.DefaultAllow: "def. allow",
		},
		Class: map[string]string{
			"unobserved": "not seen yet", "open_proto": "answers", "open_other": "other answer", "open_mute": "open, mute",
			"open_cut": "open, cut", "rst_host": "reset (host)", "rst_mid": "reset (path)", "rst_unknown": "reset (?)",
			"port_unreach": "port closed", "prohibited": "prohibited", "port_unreach_mid": "path closed",
			"unreach": "unreachable", "ttl_exceeded": "TTL expired", "silence": "silence", "silence_unproven": "silence (?)",
			"host_down": "host down", "probe_error": "local error",
		},
		Sentence: "intended: %s; observed: %s",
		Heading:  "Policy held against what was seen",
	}
}
