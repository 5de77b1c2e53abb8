package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"oobscope/teatest/tty"
)

// BenchmarkWholeProgram is the program itself on a pseudo terminal of 120x40, with a store in which there is a run over
// a /16 with every service of the catalogue: from its start to its first frame, from a key to that run on the screen, and
// how much memory it has a second later, as the system counts it. The peak holds the pages of the run's file, which is
// mapped while it is read.
func BenchmarkWholeProgram(b *testing.B) {
	dir := b.TempDir()
	storeRun(b, dir, wideSite, time.Date(2026, 11, 1, 22, 0, 0, 0, time.UTC), seenFlow{})
	var first, opened time.Duration
	n := 0
	var before, after, peak int
	for b.Loop() {
		n++
		ours, theirs := tty.Open(b, 120, 40)
		cmd := programCommand(b, "--store", dir)
		cmd.Env = append(cmd.Env, "TERM=xterm-256color")
		cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
		screen := tty.NewGlass(b, ours, 120, 40)
		began := time.Now()
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		theirs.Close()
		late := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() }) // the next read says what was on the screen
		screen.Sees("Overview")
		first += time.Since(began)
		screen.Keys("8")
		screen.Sees("2026-11-01")
		before = memoryOf(b, cmd.Process.Pid, "VmRSS")
		screen.Keys("\r")
		began = time.Now()
		screen.Sees("is on screen", "tested")
		opened += time.Since(began)
		screen.Watch(time.Second)
		after, peak = memoryOf(b, cmd.Process.Pid, "VmRSS"), memoryOf(b, cmd.Process.Pid, "VmHWM")
		late.Stop()
		screen.Keys("q")
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
