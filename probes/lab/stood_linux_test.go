package lab

import (
	"bufio"
	"io"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The last packet of a flow is under way when the program is stopped, and the answer comes while it stands still, longer
// than it would have waited: either it sees the answer all the same, or the run ends in so many words, claims nothing of
// that flow, and sees the answer when it is resumed.
func TestStoppedInTheMiddleOfAWait(t *testing.T) {
	required(t)
	t.Parallel()
	for _, e := range []struct {
		name string
		last int // the SYN after which nothing more is tried: the system repeats those of sockets once
	}{
		{"visits", 3}, {"crowd", 3}, {"sweep", 2},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			stoppedIn(t, e.name, e.last)
		})
	}
}

func stoppedIn(t *testing.T, engine string, last int) {
	n := newWay(t, "addr add 198.19.1.1/32 dev lo")
	n.filter("bmc", "table ip stop {\n\tchain input {\n\t\ttype filter hook input priority filter;\n\t\ttcp dport 7778 counter drop\n\t}\n}\n")

	site, audit := n.audits(t, "--format", "jsonl", "--engine", engine)
	first := audit("--site", site, "--services", "icmp-echo,control-panel")
	pipe, err := first.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var report strings.Builder
	first.Stdout = &report
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(pipe)
	id, words := "", ""
	for id == "" {
		line, err := said.ReadString('\n')
		if words += line; err != nil {
			t.Fatalf("it ended before it began: %s", words)
		}
		if m := regexp.MustCompile(`--resume ([0-9A-Z]{26})\n$`).FindStringSubmatch(line); m != nil {
			id = m[1]
		}
	}
	for n.dropped("bmc", "stop") < last {
	}
	signal := func(s syscall.Signal) {
		if err := first.Process.Signal(s); err != nil {
			t.Error(err)
		}
	}
	signal(syscall.SIGSTOP)
	n.in("bmc", "", "nft", "flush", "ruleset")
	time.Sleep(4 * time.Second) // longer than the program waits for an answer
	signal(syscall.SIGCONT)
	rest, _ := io.ReadAll(said)
	words += string(rest)
	_ = first.Wait()
	if seen := `"observed":"rst_`; strings.Contains(report.String(), seen) {
		return
	}
	if first.ProcessState.ExitCode() != 3 || !strings.Contains(words, "stood still") || strings.Contains(report.String(), `"observed":"silence"`) {
		t.Fatalf("exit %d\n%s%s", first.ProcessState.ExitCode(), words, report.String())
	}

	again := audit("--resume", id)
	out, _ := again.CombinedOutput()
	if again.ProcessState.ExitCode() == 2 || !strings.Contains(string(out), `"complete":true`) || strings.Count(string(out), `"observed":"rst_`) != 1 {
		t.Errorf("resumed: exit %d\n%s", again.ProcessState.ExitCode(), out)
	}
}

// dropped is how many packets the only counter of a table has counted.
func (n *network) dropped(space, table string) int {
	n.t.Helper()
	m := regexp.MustCompile(`counter packets (\d+)`).FindStringSubmatch(n.in(space, "", "nft", "list", "table", "ip", table))
	if m == nil {
		n.t.Fatal("the table counts nothing")
	}
	count, err := strconv.Atoi(m[1])
	if err != nil {
		n.t.Fatal(err)
	}
	return count
}
