// Package mishap lets system calls of a test's child process fail, or kills the child in front of one: what a broken
// disk, a full one, or a power switch does to the real program, at every single call in turn.
//
// The child watches itself: the kernel hands each of its calls on files to one goroutine of it (seccomp user
// notification), which counts those under a folder and decides. Nothing in the program knows of that. It must never be
// linked into the program, and it works on Linux alone.
package mishap

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Kind is a kind of call on a file.
type Kind string

// The kinds of calls that can be hit.
const (
	Open   Kind = "open"
	Write  Kind = "write"  // but not of exactly 8 bytes: those are the runtime's own
	Sync   Kind = "sync"   // fsync, fdatasync
	Cut    Kind = "cut"    // ftruncate
	Rename Kind = "rename" // by the new name
	Remove Kind = "remove"
)

// Plan says what happens to a process.
type Plan struct {
	Under string        // a folder: calls on files elsewhere are not counted
	Kinds []Kind        // of calls that are counted
	At    int           // the call that is hit, from 1 on; 0 for none
	Stays bool          // and all that come after it
	Errno syscall.Errno // how it fails; 0 kills the process in front of the call
	Log   string        // file that gets a line for each call that is counted: its kind and the path
}

const planKey = "OOBSCOPE_TEST_MISHAP"

// Env is what the environment of the child needs.
func (p Plan) Env() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and words: it cannot fail
	}
	return planKey + "=" + string(b)
}

// Arm begins what the environment asks for, if anything. It is for the first lines of the child.
func Arm() error {
	text := os.Getenv(planKey)
	if text == "" {
		return nil
	}
	var p Plan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("%s: %w", planKey, err)
	}
	return p.arm()
}

// Counted reads the lines of a log: one call each.
func Counted(log string) ([]string, error) {
	b, err := os.ReadFile(log)
	if err != nil || len(b) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n"), nil
}
