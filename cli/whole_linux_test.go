package cli

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// BenchmarkWholeProgram is the program itself on a pseudo terminal of 120x40, with a store in which there is a run over
// a /16 with every service of the catalogue: from its start to its first frame, from a key to that run on the screen, and
// how much memory it has then, as the system counts it.
func BenchmarkWholeProgram(b *testing.B) {
	dir := b.TempDir()
	storeRun(b, dir, wideSite, time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC), seenFlow{})
	var first, opened time.Duration
	n := 0
	var before, after, peak int
	for b.Loop() {
		n++
		ours, theirs := openTerminal(b)
		if err := unix.IoctlSetWinsize(int(ours.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120}); err != nil {
			b.Fatal(err)
		}
		cmd := programCommand(b, "--store", dir)
		cmd.Env = append(cmd.Env, "TERM=xterm-256color")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		screen := &rawScreen{b: b, from: ours}
		began := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		theirs.Close()
		screen.sees("Overview")
		first += time.Since(began)
		screen.keys("8")
		screen.sees("2026-11-01")
		before = memoryOf(b, cmd.Process.Pid, "VmRSS")
		screen.keys("\r")
		began = time.Now()
		screen.sees("phase")
		opened += time.Since(began)
		after, peak = memoryOf(b, cmd.Process.Pid, "VmRSS"), memoryOf(b, cmd.Process.Pid, "VmHWM")
		screen.keys("q")
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		ours.Close()
	}
	b.ReportMetric(float64(first.Milliseconds())/float64(n), "ms-to-first-frame")
	b.ReportMetric(float64(opened.Milliseconds())/float64(n), "ms-to-open")
	b.ReportMetric(float64(before)/1000, "MB-before")
	b.ReportMetric(float64(after)/1000, "MB-after")
	b.ReportMetric(float64(peak)/1000, "MB-peak")
}

// rawScreen is what a program has written since somebody looked.
type rawScreen struct {
	b    *testing.B
	from *os.File
	seen []byte
}

func (s *rawScreen) keys(raw string) {
	s.b.Helper()
	s.seen = s.seen[:0]
	if _, err := s.from.WriteString(raw); err != nil {
		s.b.Fatal(err)
	}
}

func (s *rawScreen) sees(text string) {
	s.b.Helper()
	for buf := make([]byte, 8192); !bytes.Contains(s.seen, []byte(text)); {
		n, err := s.from.Read(buf)
		if s.seen = append(s.seen, buf[:n]...); err != nil {
			s.b.Fatalf("no %q in %q: %v", text, s.seen, err)
		}
	}
}

// memoryOf reads a line of proc_pid_status(5), in kB.
func memoryOf(b *testing.B, pid int, line string) int {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), line+":")
	field := strings.Fields(rest)
	kb, err := strconv.Atoi(field[0])
	if err != nil {
		b.Fatal(err)
	}
	return kb
}
