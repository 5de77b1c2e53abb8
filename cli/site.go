package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oobscope/audit"
	"oobscope/probes"
	"oobscope/probes/vantage"
)

func (p *program) siteCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "site", Short: "Site files: check", Args: cobra.NoArgs, RunE: needsSubcommand}
	var names []string
	check := &cobra.Command{
		Use: "check FILE", Short: "Is this site file sound, and what does it let us test from here?", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return p.siteCheck(args[0], names) },
	}
	check.Flags().StringArrayVar(&names, "kit", nil, "kit id or file, as for audit")
	cmd.AddCommand(check)
	return cmd
}

func (p *program) siteCheck(file string, names []string) error {
	st, err := p.openStore()
	if err != nil {
		return err
	}
	defer st.Close()
	site, err := p.readSite(file)
	if err != nil {
		return err
	}
	ks, err := p.chooseKits(st, names)
	if err != nil {
		return err
	}
	v, err := standpoint(site.Vantage.Name)
	if err != nil {
		return err
	}
	scope, err := audit.NewScope(ks, site, v, audit.Options{})
	if err != nil {
		return usage(err, "")
	}
	if err := chooseEngine(scope, autoEngine); err != nil {
		return err
	}
	eng := p.engine(st)
	return incomplete(printSite(p.stdout, scope, probes.Estimate(scope.Plan, eng.probers)), "")
}

func printSite(out io.Writer, s *audit.Scope, b probes.Budget) error {
	fmt.Fprintf(out, "site %s: sound\nvantage %s\n\n", clean(s.Site.Name), clean(s.Vantage.Name))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TARGETS\tROLE\tZONE\tFROM\tSOURCE\tPATH\tENFORCEMENT POINT")
	for i := range s.Places {
		pl := &s.Places[i]
		path, point := "through a gateway", "yes"
		if pl.OnLink {
			path = "on the same link"
		}
		if !pl.Enforced {
			point = "none on the way: a drop or reject cannot be verified"
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s %s\t%s\t%s\n", len(s.Plan.Groups[i].Addrs), pl.Role, clean(pl.Zone), clean(pl.FromZone),
			pl.Source, clean(pl.Interface), path, point)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "\ntestable from here: %s on %s, at most %d packets, about %s\n", plural(b.Flows, "flow"), plural(b.Hosts, "host"), b.Packets, round(b.Estimate))
	printEngine(out, s.Plan)
	printLeft(out, s)
	return printPowers(out, len(s.Plan.Canaries))
}

// printLeft says what cannot be tested from here, one line for each rule and reason.
func printLeft(out io.Writer, s *audit.Scope) {
	if len(s.Left) == 0 {
		return
	}
	fmt.Fprintln(out, "not testable from here:")
	type key struct {
		rule int
		why  audit.Reason
	}
	var order []key
	flows, services := map[key]int{}, map[key][]string{}
	for i := range s.Left {
		l := &s.Left[i]
		k := key{l.Rule, l.Reason}
		if flows[k] == 0 {
			order = append(order, k)
		}
		flows[k] += l.Lines()
		if l.Service != nil && !slices.Contains(services[k], l.Service.ID) {
			services[k] = append(services[k], l.Service.ID)
		}
	}
	for _, k := range order {
		fmt.Fprintf(out, "  rule %s (%s): %s: %s\n", clean(s.RuleID(k.rule)), strings.Join(services[k], ", "), plural(flows[k], "flow"), whyLeft(k.why))
	}
}

// whyLeft says a reason of the plan in words.
func whyLeft(r audit.Reason) string {
	switch r {
	case audit.NotFromHere:
		return "we do not stand in a zone that the rule speaks of"
	case audit.NoTarget:
		return "the site lists no target for it"
	case audit.NotProbed:
		return "the catalogue has no probe for the service"
	case audit.LocalFailure:
		return "there is no route to the targets"
	}
	return r.String()
}

// printPowers says what this user can and cannot prove here, and which capability would change it.
func printPowers(out io.Writer, canaries int) error {
	v, err := vantage.Look()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "\nwhat this user can prove here")
	fmt.Fprintln(out, "  accepts, protocol answers, ICMP refusals with their sender, silence of a live host: yes")
	if v.Ping {
		fmt.Fprintln(out, "  ICMP echo: yes")
	} else {
		fmt.Fprintf(out, "  ICMP echo: no; such flows end in an error\n    %s\n", v.Hint)
	}
	fmt.Fprintln(out, "  whether somebody on the path answers in the name of others: "+impostors(canaries))
	fmt.Fprintln(out, "  whether our own packets left this machine, and no filter of its own kept them: "+departures(v.Raw))
	if v.Raw {
		_, err = fmt.Fprintln(out, "  whether a reset is the host's own or forged on the path: yes, by its hop distance (CAP_NET_RAW)")
		return err
	}
	_, err = fmt.Fprintln(out, "  whether a reset is the host's own or forged on the path: no; it stays rst_unknown, with its worst case\n"+
		"    sudo setcap cap_net_raw+ep \"$(command -v oobscope)\"   (CAP_NET_RAW; first packets are then raw as well)")
	return err
}

// impostors says whether the site makes it possible to find out who answers for hosts that may be switched off.
func impostors(canaries int) string {
	if canaries > 0 {
		return "yes, by " + plural(canaries, "canary")
	}
	return "no; the site lists no address that is never assigned\n    probe: {canary: [ADDRESS]}   (a box that echoes for everybody makes a host look alive that is switched off)"
}

// departures says how it is known that our packets leave.
func departures(raw bool) string {
	_, err := vantage.Refused()
	switch {
	case err != nil:
		return "no; this system does not tell"
	case raw:
		return "yes; the system tells of each, and a capture sees SYNs and echoes leave"
	}
	return "yes; the system tells of each,\n    but of an ICMPv6 echo only if it dropped nothing else of IPv6 meanwhile: else its silence is unverifiable/egress"
}

// printPlan is the dry run: the plan, the budget and every request in hex.
func printPlan(out io.Writer, s *audit.Scope, b probes.Budget, pr probes.Probers) error {
	fmt.Fprintf(out, "dry run: nothing is sent\nsite %s, kits", clean(s.Site.Name))
	for _, k := range s.Kits {
		fmt.Fprintf(out, " %s", k.Ref())
	}
	fmt.Fprintf(out, "\nbudget: %s, %s, at most %d conversations (%d with one host) and %d packets; pace %s, gap %s; about %s\n",
		plural(b.Hosts, "host"), plural(b.Flows, "flow"), b.Conversations, b.PerHost, b.Packets, s.Plan.Pace.Name, s.Plan.Pace.Gap, round(b.Estimate))
	for i := range s.Plan.Groups {
		g, pl := &s.Plan.Groups[i], &s.Places[i]
		fmt.Fprintf(out, "\n%s, role %s, zone %s, from %s (%s)\n", plural(len(g.Addrs), "target"), g.Role, clean(pl.Zone), clean(pl.FromZone), pl.Source)
		for k, a := range g.Addrs {
			if k == 16 {
				fmt.Fprintf(out, "  … and %d more\n", len(g.Addrs)-k)
				break
			}
			fmt.Fprintf(out, "  %s\n", a)
		}
		for slot, e := range g.Endpoints {
			d := pl.Decisions[slot]
			rule := "the site's default"
			if d.Rule >= 0 {
				rule = "rule " + clean(s.Rules[d.Rule].Rule.App.ID)
			}
			fmt.Fprintf(out, "  %s %s/%d: intended %s by %s\n", e.Service, e.Proto, e.Port, d.Intent, rule)
			printScript(out, pr[e.Prober], probes.Target{Addr: g.Addrs[0], Endpoint: e, Pace: s.Plan.Pace})
		}
	}
	printChecks(out, s, pr)
	_, err := fmt.Fprintf(out, "\nnot testable from here: %d lines (oobscope site check lists them)\n", leftLines(s))
	return err
}

// printChecks lists what the run sends beside its flows, to know what an answer and a silence are worth.
func printChecks(out io.Writer, s *audit.Scope, pr probes.Probers) {
	fmt.Fprintln(out, "\nchecks, only where they are needed to prove something")
	to := s.Plan.Host(0).Addr
	single := s.Plan.Pace
	single.TCPAttempts, single.UDPAttempts = 1, 1
	for _, c := range []struct {
		why string
		e   probes.Endpoint
	}{
		{"a flow that answered, asked again after silence: up to 3 times a check", probes.Endpoint{Proto: probes.TCP, Port: 443, Prober: probes.KnockTCP}},
		{"an unlikely TCP port of a host that accepts and stays mute", probes.Endpoint{Proto: probes.TCP, Port: 1, Prober: probes.KnockTCP}},
		{"a closed UDP port of a host with silent UDP flows", probes.Endpoint{Proto: probes.UDP, Port: 1, Prober: probes.KnockUDP}},
		{"an echo to a host whose flows were all silent", probes.Endpoint{Proto: probes.ICMP, Prober: probes.KnockEcho}},
	} {
		fmt.Fprintf(out, "  %s\n", c.why)
		printScript(out, pr[c.e.Prober], probes.Target{Addr: to, Endpoint: c.e, Pace: single})
	}
	fmt.Fprintln(out, "  a silent flow, asked once more where a limit may have hidden a refusal or the path loses packets: up to 66 of a kind")
	for _, a := range s.Plan.Canaries {
		fmt.Fprintf(out, "  canary %s: up to 3 TCP ports, an echo and the UDP services, before and after the run\n", a)
	}
}

func printScript(out io.Writer, pr probes.Prober, t probes.Target) {
	for _, r := range pr.Script(t) {
		note := r.When
		if r.InsideTLS {
			note = strings.TrimPrefix(note+", inside TLS", ", ")
		}
		if note != "" {
			note = " (" + note + ")"
		}
		fmt.Fprintf(out, "    %s%s: at most %d conversations, %d packets\n", r.What, note, r.Conversations, r.Packets)
		if len(r.Bytes) > 0 {
			fmt.Fprintf(out, "      %x\n", r.Bytes)
		}
	}
}

func leftLines(s *audit.Scope) int {
	n := 0
	for i := range s.Left {
		n += s.Left[i].Lines()
	}
	return n
}
