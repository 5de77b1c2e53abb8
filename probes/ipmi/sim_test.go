package ipmi

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"oobscope/probes"
)

// The simulator of OpenIPMI is a controller that we did not write.
func TestAgainstOpenIPMISimulator(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("ipmi_sim")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a controller that we did not write is missing: %v (package openipmi)", err)
		}
		t.Skip("SKIPPED: ipmi_sim (package openipmi) is not installed, so no foreign controller was asked")
	}
	target := targetAt(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), freePort(t)))
	target.Pace.Connect = 500 * time.Millisecond
	startSimulator(t, program, target.Endpoint.Port)
	var o probes.Observation
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if o = (Prober{}).Probe(t.Context(), target); o.Class == probes.OpenProto {
			break
		}
	}
	if o.Class != probes.OpenProto {
		t.Fatalf("the simulator: %v, steps %+v", o.Class, o.Evidence.Steps)
	}
	for _, w := range []probes.Weakness{
		probes.IPMINoneAuth, probes.IPMINullUser, probes.IPMIWeakAuth, probes.IPMIV15, probes.IPMICipherZero, probes.IPMIRAKP,
	} {
		if !o.Weak.Has(w) {
			t.Errorf("%v is missing among %v", w, o.Weak.List())
		}
	}
	if o.Weak.Has(probes.IPMIV15Only) {
		t.Error("called v1.5 only, yet it lists cipher suites")
	}
	if facts(o, "asf.pong") == "" || facts(o, "ipmi.cipher_suite") == "" {
		t.Errorf("facts %+v", o.Evidence.Facts)
	}
}

func freePort(t *testing.T) uint16 {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return uint16(c.LocalAddr().(*net.UDPAddr).Port)
}

func startSimulator(t *testing.T, program string, port uint16) {
	t.Helper()
	dir := t.TempDir()
	config := fmt.Sprintf(`name "bmc"
set_working_mc 0x20
startlan 1
  addr 127.0.0.1 %d
  priv_limit admin
  allowed_auths_callback none md2 md5 straight
  allowed_auths_user none md2 md5 straight
  allowed_auths_operator none md2 md5 straight
  allowed_auths_admin none md2 md5 straight
  guid 0123456789abcdef0123456789abcdef
endlan
user 1 true "" "open" user 10 none md2 md5 straight
`, port)
	commands := "mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n"
	for name, text := range map[string]string{"lan.conf": config, "bmc.emu": commands} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "-n", "-c", filepath.Join(dir, "lan.conf"), "-f", filepath.Join(dir, "bmc.emu"), "-s", dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: its error says no more than that
	})
}
