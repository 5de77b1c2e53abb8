package lab

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// A second opinion: a scanner that we did not write looks at the same hosts from the same machine. Its words
// for a port are fewer than our classes, but where both speak of a fact they must agree. The SYN proxy, the lossy
// path and the limiters are in front of other machines, where no two looks see the same.

// nmapPatience bounds the scan.
const nmapPatience = 40 * time.Second

// nmapServices are the TCP flows of a scenario.
var nmapServices = map[int]string{115: mate, 5988: cimHTTP}

// nmapColumns are the segments that are scanned: the same treatment where a flow must pass and where it must not.
var nmapColumns = []column{allow, drop}

// nmapRun is the part of nmap's XML report that is compared.
type nmapRun struct {
	Hosts []struct {
		Addresses []struct {
			Addr string `xml:"addr,attr"`
		} `xml:"address"`
		Ports []nmapPort `xml:"ports>port"`
	} `xml:"host"`
	Finished struct {
		Exit string `xml:"exit,attr"`
	} `xml:"runstats>finished"`
}

type nmapPort struct {
	Port  int `xml:"portid,attr"`
	State struct {
		State  string `xml:"state,attr"`
		Reason string `xml:"reason,attr"`
	} `xml:"state"`
}

// secondOpinion scans from the jump host and holds what nmap saw to what the program saw with CAP_NET_RAW. The
// scan keeps no distance between its packets, so it must come after the guard was read.
func (n *network) secondOpinion(t *testing.T, ours *outcome) {
	if _, err := exec.LookPath("nmap"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the laboratory lacks a second opinion: %v (package nmap)", err)
		}
		t.Skip("SKIPPED: nmap (package nmap) is not installed, so no other scanner was asked")
	}
	if ours == nil {
		t.Fatal("there is no run with CAP_NET_RAW to compare with")
	}
	flows := map[string]want{}
	for key, w := range wanted(nmapColumns, outside) {
		if !w.v6 && protos[w.service] == "tcp" {
			flows[key] = w
		}
	}
	theirs := n.nmap(t, hosts(flows))
	rows, covered := []string{}, map[string]map[string]int{}
	seen := ours.tested()
	for _, key := range sorted(flows) {
		f, port := seen[key], theirs[key]
		if f == nil || port == nil {
			t.Errorf("%s: not seen by both: ours %v, nmap %v", key, f, port)
			continue
		}
		state := port.State.State
		if contradiction(state, f.Observed) {
			t.Errorf("%s: nmap says %s (%s), we say\n\t%s", flows[key].scenario, state, port.State.Reason, f)
		}
		if covered[state] == nil {
			covered[state] = map[string]int{}
		}
		covered[state][f.Observed]++
		if why := hidden(state, f); why != "" {
			rows = append(rows, fmt.Sprintf("%-8s %-19s %-13s %-4d %-38s %-17s %-35s %s", state, port.State.Reason, f.Target, f.Port,
				flows[key].scenario, f.Observed, strings.TrimSuffix(f.Verdict+"/"+f.Reason, "/"), why))
		}
	}
	slices.Sort(rows)
	t.Logf("%d of %d flows, of which nmap's word hides what our class tells (state, reason, host, port, scenario, class, verdict, why):\n%s",
		len(rows), len(flows), strings.Join(rows, "\n"))
	for _, state := range []string{"open", "closed", "filtered"} {
		t.Logf("nmap's %q stands for %v", state, covered[state])
		if len(covered[state]) < 2 {
			t.Errorf("nmap's %q stands for %v: the comparison compares nothing", state, covered[state])
		}
	}
}

// nmap scans the TCP ports of the hosts and returns what it says, by target and service.
func (n *network) nmap(t *testing.T, targets []string) map[string]*nmapPort {
	t.Helper()
	var ports []string
	for port := range nmapServices {
		ports = append(ports, fmt.Sprint(port))
	}
	ctx, cancel := context.WithTimeout(t.Context(), nmapPatience)
	defer cancel()
	args := append([]string{"netns", "exec", n.tag + "jump", "nmap", "-n", "-Pn", "-sS", "-p", strings.Join(ports, ","),
		"--reason", "--max-retries", "2", "-oX", "-"}, targets...)
	c := exec.CommandContext(ctx, "ip", args...)
	var errs bytes.Buffer
	c.Stderr, c.WaitDelay = &errs, time.Second
	began := time.Now()
	out, err := c.Output()
	if err != nil {
		t.Fatalf("nmap, after %s: %v: %s", time.Since(began), err, errs.String())
	}
	var run nmapRun
	if err := xml.Unmarshal(out, &run); err != nil || run.Finished.Exit != "success" {
		t.Fatalf("nmap's report, exit %q: %v\n%s", run.Finished.Exit, err, out)
	}
	t.Logf("nmap scanned %d hosts in %s", len(run.Hosts), time.Since(began).Round(time.Millisecond))
	said := map[string]*nmapPort{}
	for _, h := range run.Hosts {
		for i := range h.Ports {
			service := nmapServices[h.Ports[i].Port]
			said[h.Addresses[0].Addr+" "+service+"/"+protos[service]] = &h.Ports[i]
		}
	}
	return said
}

// contradiction tells whether a state of nmap and a class of ours cannot both be true of one flow: either
// a handshake came about or not, and either a reset came or not.
func contradiction(state, class string) bool {
	open, reset := strings.HasPrefix(class, "open_"), strings.HasPrefix(class, "rst_")
	return open != (state == "open") || reset != (state == "closed")
}

// hidden says in short what a state of nmap keeps from its reader, or nothing where its word is enough.
func hidden(state string, f *finding) string {
	switch {
	case state == "closed" && f.Observed == "rst_host" && f.Intent == "drop":
		return "reads as blocked, but the filter let the packet through to the host"
	case f.Reason == "forwarded":
		return "reads as blocked, but a router behind the filter answered: the packet got through"
	}
	return map[string]string{
		"open open_other":           "another protocol than the declared one answers",
		"open open_mute":            "a handshake alone: nobody, or a box on the path, behind it",
		"open open_cut":             "a handshake alone: the first bytes are cut off",
		"closed rst_mid":            "the reset was forged on the path, the host never saw the packet",
		"filtered prohibited":       "a refusal in words, no silent drop",
		"filtered port_unreach":     "the host's own filter refuses, the path is open",
		"filtered port_unreach_mid": "someone on the path refuses in the host's name",
		"filtered unreach":          "no station or no way: not a drop, and the host may be dead",
		"filtered ttl_exceeded":     "the packet circles: proves no filter at all",
		"filtered silence_unproven": "the host may be dead: proves no filter at all",
		"filtered host_down":        "the host is dead: proves no filter at all",
	}[state+" "+f.Observed]
}
