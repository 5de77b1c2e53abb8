package lab

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Net-SNMP's agent is one that we did not write. It has neither a user nor a community, and still tells who it is.

const snmpService = "snmp"

// The hosts of the SNMP run, in the segment where a drop is intended: the agent, a port where nobody listens, and an
// agent that keeps quiet towards whoever shows no credential.
const (
	agentHost = crowdFirst - 5 - iota
	agentless
	mumHost
)

// agents are their addresses.
func agents() (out []string) {
	for _, i := range []int{agentHost, agentless, mumHost} {
		out = append(out, address(int(drop), living, i, false).String(), address(int(drop), living, i, true).String())
	}
	return out
}

// agent starts snmpd, if it is installed, and waits until it serves.
func (n *network) agent() bool {
	n.t.Helper()
	program, err := exec.LookPath("snmpd")
	if err != nil {
		if os.Getenv("CI") != "" {
			n.t.Fatalf("the laboratory lacks an SNMP agent that we did not write: %v (package snmpd)", err)
		}
		n.t.Log("SKIPPED: snmpd (package snmpd) is not installed, so no SNMP agent was asked")
		return false
	}
	dir := n.t.TempDir()
	config := filepath.Join(dir, "snmpd.conf")
	text := fmt.Sprintf("agentaddress udp:%s:161,udp6:[%s]:161\n", address(int(drop), living, agentHost, false), address(int(drop), living, agentHost, true))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		n.t.Fatal(err)
	}
	c := exec.Command("ip", "netns", "exec", n.tag+"bmc", program, "-f", "-Le", "-C", "-c", config)
	c.Env = append(os.Environ(), "MIBS=", "HOME="+dir, "SNMP_PERSISTENT_DIR="+dir)
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	errs, err := c.StderrPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	drained := make(chan struct{})
	n.t.Cleanup(func() {
		_ = c.Process.Kill()
		<-drained
		_ = c.Wait() // killed: its error says no more than that
	})
	lines, said, up := bufio.NewScanner(errs), "", false
	for !up && lines.Scan() { // its version is what it notes when all its sockets are open
		said += lines.Text() + "\n"
		up = strings.HasPrefix(lines.Text(), "NET-SNMP version")
	}
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, errs)
	}()
	if !up {
		n.t.Fatalf("snmpd did not come up: %s", said)
	}
	return true
}

// agentFlows is what the SNMP run must see: no rule names the service, so the default between zones decides.
func agentFlows() map[string]want {
	flows := map[string]want{}
	for _, v6 := range []bool{false, true} {
		for host, see := range map[int]sight{
			agentHost: served,
			agentless: by("port_unreach", "port_unreach, udp", "host", portUnreach4, portUnreach6),
			mumHost:   unproven, // though a closed port of this host answers
		} {
			w := want{sight: see, scenario: "an SNMP agent that we did not write", service: snmpService, column: deniedByDefault, v6: v6}
			flows[address(int(drop), living, host, v6).String()+" snmp/udp"] = w
		}
	}
	return flows
}

// named: the agent has told its engine, and who is silent has been proved to be able to refuse.
func named(t *testing.T, o *outcome) {
	for key, f := range o.tested() {
		facts := map[string]string{}
		for _, fact := range f.Evidence.Facts {
			facts[fact.Key] = fact.Value
		}
		switch f.Observed {
		case "open_proto":
			if facts["snmp.enterprise"] != "8072" || facts["snmp.report"] == "" || facts["snmp.engine_id"] == "" || facts["snmp.engine_boots"] == "" {
				t.Errorf("%s: facts %v", key, facts)
			}
		case "silence_unproven":
			if !f.Evidence.Gates.Control {
				t.Errorf("%s: no positive control, so this shows nothing: %s", key, f)
			}
		}
	}
}
