package lab

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"os"
)

// waySite lists one host, seen from a zone that the jump host stands in as long as its own link is up.
const waySite = `schema: oobscope.site/v1
name: way
zones:
  management: [198.18.0.0/24, 198.19.1.0/24]
  outside: ["*"]
targets:
  - {role: bmc, addresses: [198.19.1.1]}
defaults: {interzone: drop, intrazone: drop}
enforcement: {style: port, on_link: false}
`

// audits writes the site to a file, and returns what calls the program on the jump host, with one store for all calls.
func (n *network) audits(t *testing.T, always ...string) (site string, audit func(args ...string) *exec.Cmd) {
	t.Helper()
	dir, binary := t.TempDir(), program(t)
	site = filepath.Join(dir, "site.yaml")
	if err := os.WriteFile(site, []byte(waySite), 0o600); err != nil {
		t.Fatal(err)
	}
	always = append([]string{"netns", "exec", n.tag + "jump", binary, "audit", "--yes", "--pace", "fast", "--store", filepath.Join(dir, "store")}, always...)
	return site, func(args ...string) *exec.Cmd {
		return exec.CommandContext(t.Context(), "ip", slices.Concat(always, args)...)
	}
}

// newWay is a jump host and a router in front of a segment, with the lines of iproute2 that the segment takes.
func newWay(t *testing.T, segment ...string) *network {
	t.Helper()
	n := newNetwork(t, "jump", "bmc")
	n.link("jump", "wan", "bmc", "wan")
	n.ip("bmc", append([]string{"addr add 198.18.0.1/24 dev wan", "link set dev lo up"}, segment...)...)
	n.ip("jump", "addr add 198.18.0.10/24 dev wan", "route add default via 198.18.0.1")
	return n
}

// The link of the jump host goes down in the middle of a run, and another one, in another zone, takes its traffic: the
// run ends in so many words, is not gone on with from there, and is when the link is back.
func TestWayChangesInTheMiddleOfARun(t *testing.T) {
	required(t)
	t.Parallel()
	n := newNetwork(t, "jump", "bmc")
	n.link("jump", "wan", "bmc", "wan")
	n.link("jump", "lan", "bmc", "lan")
	n.ip("bmc", "addr add 198.18.0.1/24 dev wan", "addr add 198.18.150.1/24 dev lan", "link set dev lo up", "addr add 198.19.1.1/32 dev lo")
	n.ip("jump", "addr add 198.18.0.10/24 dev wan", "addr add 198.18.150.10/24 dev lan",
		"route add default via 198.18.0.1 metric 10", "route add default via 198.18.150.1 metric 100")
	n.filter("bmc", "table ip way {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t\tmeta l4proto tcp drop\n\t}\n}\n")

	site, audit := n.audits(t)
	first := audit("--site", site, "--services", "sftp-rfc913,control-panel")
	pipe, err := first.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	id, said := "", strings.Builder{}
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if m := regexp.MustCompile(`--resume ([0-9A-Z]{26})$`).FindStringSubmatch(lines.Text()); m != nil && id == "" {
			id = m[1]
			n.ip("jump", "link set dev wan down")
		}
	}
	if _ = first.Wait(); id == "" || first.ProcessState.ExitCode() != 3 || !strings.Contains(said.String(), "the way to the targets has changed") ||
		!strings.Contains(said.String(), "packets to 198.19.1.1 would leave from 198.18.150.10 in zone outside now") {
		t.Fatalf("exit %d\n%s", first.ProcessState.ExitCode(), said.String())
	}

	again := audit("--resume", id)
	out, _ := again.CombinedOutput()
	if again.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "198.18.150.10 in zone outside now") {
		t.Errorf("resumed from elsewhere: exit %d\n%s", again.ProcessState.ExitCode(), out)
	}
	n.ip("jump", "link set dev wan up", "route add default via 198.18.0.1 metric 10")
	again = audit("--resume", id, "--format", "jsonl")
	out, _ = again.CombinedOutput()
	if again.ProcessState.ExitCode() == 2 || !strings.Contains(string(out), `"complete":true`) || strings.Count(string(out), `"observed":"silence"`) != 2 {
		t.Errorf("resumed from where it began: exit %d\n%s", again.ProcessState.ExitCode(), out)
	}
}
