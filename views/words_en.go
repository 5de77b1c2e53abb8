package views

import "oobscope/audit"

// english are the English words; keys in them are marked.
func english() *Words {
	w := &Words{Lang: "en", Frame: frameInEnglish(), Spoken: spokenInEnglish(), Shell: shellInEnglish()}
	glanceInEnglish(w)
	w.Verdict = map[audit.Verdict]string{
		audit.Pending: "pending", audit.Conforms: "conforms", audit.Exposed: "exposed",
		audit.NotEnforced: "not enforced", audit.Broken: "broken", audit.WrongMode: "wrong mode",
		audit.Undeclared: "undeclared", audit.Unverifiable: "unverifiable", audit.Error: "error",
		audit.NotTested: "not tested",
	}
	w.VerdictMean = map[audit.Verdict]string{
		audit.Pending:      "Not judged yet.",
		audit.Conforms:     "What was seen is what the policy intends, with proof.",
		audit.Exposed:      "It can be reached where the policy wants it closed.",
		audit.NotEnforced:  "The filter let the packet pass; no service took it.",
		audit.Broken:       "The policy allows it, and it does not work.",
		audit.WrongMode:    "It stayed closed, but not in the way the policy says.",
		audit.Undeclared:   "Something opens or answers that no rule speaks of.",
		audit.Unverifiable: "The evidence proves neither yes nor no.",
		audit.Error:        "The probe failed on this machine; nothing is known.",
		audit.NotTested:    "No packet was sent, so nothing is known.",
	}
	w.Intent = map[audit.Intent]string{
		audit.Unstated: "unstated", audit.IntentAllow: "allow", audit.IntentDrop: "drop",
		audit.IntentReject: "reject", audit.DefaultDrop: "drop by default",
		audit.DefaultReject: "reject by default", audit.DefaultAllow: "allow by default",
	}
	w.Severity = [6]string{"none", "info", "low", "medium", "high", "critical"}
	w.Confidence = map[audit.Confidence]string{audit.Low: "low", audit.Medium: "medium", audit.High: "high"}
	w.Mark = map[audit.Mark]string{
		audit.MarkWaiting: "waiting", audit.MarkConforms: "conforms", audit.MarkUnverifiable: "unverifiable",
		audit.MarkError: "error", audit.MarkInfo: "info", audit.MarkLow: "low", audit.MarkMedium: "medium",
		audit.MarkHigh: "high", audit.MarkCritical: "critical",
	}
	w.Phase = map[RunPhase]string{
		RunNone: "no run", RunLive: "running", RunStopping: "stopping", RunEnded: "ended", RunFailed: "failed",
	}
	w.RunState = map[audit.RunState]string{
		audit.RunRunning: "running", audit.RunComplete: "complete", audit.RunPartial: "partial",
	}
	w.Reason = reasonsEN
	w.ProbeReason = probeReasonsEN
	w.Class = classesEN
	w.Weakness, w.Ending = weaknessesEN, endingsEN
	englishFrame(w)
	englishPolicy(w)
	englishFlows(w)
	englishEvidence(w)
	englishConsole(w)
	w.Proof = proofInEnglish()
	w.Table, w.Filter, w.Jump = tableInEnglish(), filterInEnglish(), jumpInEnglish()
	w.Handover, w.Time = handoverInEnglish(), timeInEnglish()
	return w
}

var reasonsEN = map[string]string{
	"":                     "",
	"app_mismatch":         "another protocol answers on the port",
	"l7_mute":              "accepts, then says nothing",
	"l7":                   "worked elsewhere, silent here",
	"l4_only":              "the port opens, no application answers",
	"l7_cut":               "cut on the first payload",
	"late_app_id":          "the firewall cut it after naming the application",
	"service_closed":       "nothing listens on the port",
	"path_rejected":        "a box on the way refused it",
	"closed_or_rejected":   "closed or refused on the way; which is not provable",
	"rst_origin":           "who sent the reset is not provable",
	"host_filter":          "the host's own filter refused it",
	"path_prohibited":      "prohibited on the way",
	"nothing_listening":    "nothing listens",
	"blocked":              "blocked, though no rule says so",
	"no_path":              "no path, though the host is alive",
	"host_down":            "the host is down",
	"routing":              "routing loop or too many hops",
	"path_dropped":         "dropped on the way",
	"drop_where_reject":    "silence where a refusal is intended",
	"liveness":             "silence, and nothing proves the host alive",
	"udp_silent":           "UDP silence without a positive control",
	"no_enforcement_point": "no firewall stands on this path",
	"syn_proxy":            "something on the path answers for everyone",
	"lossy":                "too many control probes were lost",
	"vantage":              "we do not stand in a source zone of the rule",
	"target":               "the site lists no such target",
	"went_quiet":           "the host went quiet and was left alone",
	"interrupted":          "the run ended before its turn",
	"host_budget":          "the host's budget was used up",
	"forwarded":            "the firewall forwarded it",
	"unreach_origin":       "unreachable, from an unknown place on the path",
	"no_permission":        "no permission for ICMP on this machine",
	"local_error":          "local failure; see the evidence",
	"reject_where_drop":    "an answer where silence is intended",
	"not_probed":           "no probe speaks to this service",
	"out_of_scope":         "left out by the options of the run",
	"icmp_limited":         "silence, but a limit on ICMP errors hides refusals here",
	"egress":               "silence, but the packets may never have left here",
	"impostor":             "answered, but so did an address that nobody has",
}

var probeReasonsEN = map[string]string{
	"":                 "",
	"no_permission":    "no permission for the socket",
	"no_route":         "no route from this machine",
	"no_files":         "out of file handles",
	"no_ports":         "out of source ports",
	"cancelled":        "the run was stopped",
	"went_quiet":       "the host went quiet",
	"host_budget":      "the host's budget was used up",
	"busy":             "the target said that it is busy",
	"local_error":      "local failure",
	"neighbour_failed": "no such station on the link",
	"late_answer":      "the answer came late",
	"not_sent":         "this machine dropped the packets itself",
	"shaken":           "a control behind it was lost",
	"unvouched":        "cut off before a control behind it",
}

var classesEN = map[string]string{
	"unobserved":       "not seen yet",
	"open_proto":       "answers, as declared",
	"open_other":       "answers, another protocol",
	"open_mute":        "accepts, says nothing",
	"open_cut":         "accepts, then cuts",
	"rst_host":         "reset by the host",
	"rst_mid":          "reset by a box on the way",
	"rst_unknown":      "reset, origin unknown",
	"port_unreach":     "port unreachable (host)",
	"prohibited":       "prohibited (ICMP)",
	"port_unreach_mid": "port unreachable (on the way)",
	"unreach":          "host or net unreachable",
	"ttl_exceeded":     "time exceeded on the way",
	"silence":          "silence, host alive",
	"silence_unproven": "silence, host unproven",
	"host_down":        "host down",
	"probe_error":      "local failure",
}

var weaknessesEN = map[string]string{
	"ipmi_none_auth":          "IPMI sessions without authentication",
	"ipmi_anonymous":          "IPMI anonymous login is enabled",
	"ipmi_null_user":          "IPMI user without a name",
	"ipmi_weak_auth":          "IPMI offers clear passwords or MD2",
	"ipmi_unauth_packets":     "IPMI packets are not authenticated",
	"ipmi_default_kg":         "IPMI 2.0 with the all-zero key",
	"ipmi_v15":                "IPMI 1.5 is accepted",
	"ipmi_v15_only":           "IPMI 1.5 only",
	"ipmi_cipher_zero":        "IPMI cipher suite 0",
	"ipmi_rakp":               "IPMI password hashes can be asked for (RAKP)",
	"slp_amplifier":           "SLP amplifies 10 to 50 times",
	"slp_strong_amplifier":    "SLP amplifies more than 50 times",
	"slp_advertises_clear":    "SLP advertises a clear-text URL",
	"redfish_anonymous":       "Redfish inventory without a login",
	"redfish_anonymous_admin": "Redfish accounts without a login",
	"redfish_clear_text":      "Redfish over plain HTTP",
	"redfish_answers_all":     "Redfish answers 200 to anything",
	"cim_no_login":            "CIM operations without a login",
	"cim_clear_text":          "clear text on the CIM TLS port",
	"psblock_served":          "the password file would be served",
	"panel_clear_text":        "control panel over plain HTTP",
	"tls_expired":             "certificate expired or not yet valid",
	"tls_self_signed":         "certificate self-signed",
	"tls_weak_key":            "RSA key below 2048 bits",
	"tls_old_version":         "nothing newer than TLS 1.1",
	"tls_negative_serial":     "certificate with a negative serial",
	"tls_name_mismatch":       "certificate names another host",
	"tls_unspoken":            "TLS alerts only: SSLv3 or unknown",
	"clear_text_login":        "takes passwords in clear text",
}
