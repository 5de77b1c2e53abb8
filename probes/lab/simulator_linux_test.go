package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// simulatorAt is where OpenIPMI's simulator answers.
func simulatorAt() string { return address(int(drop), living, crowdFirst-1, false).String() }

func simulated() map[string]want {
	out := map[string]want{}
	for service, see := range map[string]sight{ipmiLAN: served, icmpEcho: served} {
		out[simulatorAt()+" "+service+"/"+protos[service]] = want{sight: see, scenario: "OpenIPMI's simulator", service: service, column: drop}
	}
	return out
}

// simulator starts OpenIPMI's simulator of a controller, if it is installed.
func (n *network) simulator() bool {
	n.t.Helper()
	program, err := exec.LookPath("ipmi_sim")
	if err != nil {
		if os.Getenv("CI") != "" {
			n.t.Fatalf("the laboratory lacks a controller that we did not write: %v (package openipmi)", err)
		}
		n.t.Log("SKIPPED: ipmi_sim (package openipmi) is not installed, so only our own IPMI server was asked")
		return false
	}
	dir := n.t.TempDir()
	for name, text := range map[string]string{
		"lan.conf": fmt.Sprintf("name \"lab\"\nset_working_mc 0x20\nstartlan 1\n  addr %s 623\n  priv_limit admin\n"+
			"  allowed_auths_admin md5\n  guid 0123456789abcdef0123456789abcdef\nendlan\nuser 2 true \"lab\" \"lab\" admin 10 md5\n", simulatorAt()),
		"bmc.emu": "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			n.t.Fatal(err)
		}
	}
	c := exec.Command("ip", "netns", "exec", n.tag+"bmc", program, "-n", "-c", filepath.Join(dir, "lan.conf"), "-f", filepath.Join(dir, "bmc.emu"), "-s", dir)
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // killed: its error says no more than that
	})
	return true
}
