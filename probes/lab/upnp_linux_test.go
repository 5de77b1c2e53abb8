package lab

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A media renderer on the Portable SDK for UPnP, which we did not write, on the port that SDK takes first: it
// is recognised as UPnP, exposed, and not mistaken for a controller that hands out its passwords.
func TestUPnPServerWeDidNotWrite(t *testing.T) {
	t.Parallel()
	required(t)
	renderer, err := exec.LookPath("gmediarender")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("the laboratory lacks gmediarender (package gmediarender)")
		}
		t.Skip("SKIPPED: no gmediarender; 49152 was not tried against a UPnP server that we did not write")
	}
	n := newNetwork(t, "jump", "bmc")
	n.set("bmc", "net.ipv6.conf.default.accept_dad=0")
	n.link("jump", "seg", "bmc", "seg")
	n.ip("jump", "addr add 198.18.1.1/24 dev seg")
	n.ip("bmc", "addr add 198.18.1.5/24 dev seg", "route add default dev seg") // SSDP wants a way for its multicast
	n.render(renderer)

	site := `schema: oobscope.site/v1
name: upnp
zones: {management: [198.18.1.0/24], internet: ["*"]}
vantage: {name: jump}
targets: [{role: bmc, addresses: [198.18.1.5]}]
defaults: {interzone: drop, intrazone: drop}
enforcement: {style: port, on_link: true}
`
	o := n.start(t, stand{space: "jump", user: 0}, site, kitText(), "--services", "upnp-psblock")(t)
	f := o.tested()["198.18.1.5 upnp-psblock/tcp"]
	if f == nil || f.Observed != "open_proto" || f.Verdict != "exposed" || f.Severity != 5 {
		t.Fatalf("%v", f)
	}
	if len(f.Evidence.Weaknesses) != 0 {
		t.Errorf("weaknesses %v: there is no password file", f.Evidence.Weaknesses)
	}
}

// render starts the renderer in the bmc namespace and waits until it serves.
func (n *network) render(binary string) {
	n.t.Helper()
	c := exec.Command("ip", "netns", "exec", n.tag+"bmc", binary, "--interface-name", "seg", "--port", "49152",
		"--gstout-audiosink", "fakesink", "-f", "renderer")
	c.Env = append(os.Environ(), "HOME="+n.t.TempDir())
	out, err := c.StdoutPipe()
	if err != nil {
		n.t.Fatal(err)
	}
	c.Stderr = c.Stdout
	if err := c.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // it was killed, and says so
	})
	late := time.AfterFunc(patience/3, func() { _ = c.Process.Kill() })
	defer late.Stop()
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "Ready for rendering") {
			return
		}
		fmt.Fprintln(&said, lines.Text())
	}
	n.t.Fatalf("the renderer did not come up:\n%s", said.String())
}
