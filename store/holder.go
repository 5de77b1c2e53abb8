package store

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"oobscope/probes"
)

// Holder is a process that has a file of the store open and locked, as far as the system tells.
type Holder struct {
	PID     int
	User    string    // login name, or the number of the user
	Since   time.Time // when the process started; zero if that is not known
	Command string    // as it was called, cleaned and cut
}

// String names the holder in the middle of a sentence.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another process"
	}
	words := fmt.Sprintf("process %d", h.PID)
	if h.PID == os.Getpid() {
		words = fmt.Sprintf("this program itself (process %d)", h.PID)
	}
	if h.Command != "" && h.PID != os.Getpid() {
		words += " (" + h.Command + ")"
	}
	if h.User != "" {
		words += " of user " + h.User
	}
	if !h.Since.IsZero() {
		words += ", running since " + h.Since.Format("2006-01-02 15:04")
	}
	return words
}

// holderOf finds who has f locked (proc_locks(5) and proc_pid_stat(5), Linux). Elsewhere it is another process.
func holderOf(f *os.File) Holder {
	info, err := f.Stat()
	if err != nil {
		return Holder{}
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return Holder{}
	}
	var h Holder
	for range 5 { // the system lists its locks piece by piece, and may skip one while others come and go
		locks, err := os.ReadFile("/proc/locks")
		if err != nil {
			return Holder{}
		}
		if h.PID = lockPID(locks, stat.Ino); h.PID != 0 {
			h.describe(filepath.Join("/proc", strconv.Itoa(h.PID)))
			break
		}
	}
	return h
}

// describe reads what the system says of a process. A system that hides the processes of others says nothing.
func (h *Holder) describe(dir string) {
	if info, err := os.Stat(dir); err == nil {
		if stat, ok := info.Sys().(*syscall.Stat_t); ok {
			h.User = strconv.Itoa(int(stat.Uid))
			if u, err := user.LookupId(h.User); err == nil {
				h.User = probes.Clean(u.Username, 32)
			}
		}
	}
	if line, err := os.ReadFile(filepath.Join(dir, "cmdline")); err == nil && len(line) > 0 {
		args := strings.Split(strings.TrimRight(string(line[:min(len(line), 4096)]), "\x00"), "\x00")
		args[0] = filepath.Base(args[0])
		h.Command = probes.Clean(strings.Join(args, " "), 80)
	}
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return
	}
	if system, err := os.ReadFile("/proc/stat"); err == nil {
		h.Since = startOf(stat, system)
	}
}

// startOf works out when a process started from its own stat and that of the system: field 22 counts hundredths of
// a second since the machine started, which is the line btime.
func startOf(stat, system []byte) time.Time {
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // the name before it may hold anything
	if len(fields) < 20 {
		return time.Time{}
	}
	ticks, err := strconv.ParseInt(fields[19], 10, 64)
	if err != nil || ticks < 0 || ticks > 1<<40 {
		return time.Time{}
	}
	for sc := bufio.NewScanner(bytes.NewReader(system)); sc.Scan(); {
		if boot, ok := strings.CutPrefix(sc.Text(), "btime "); ok {
			s, err := strconv.ParseInt(boot, 10, 64)
			if err != nil {
				return time.Time{}
			}
			return time.Unix(s, 0).Add(time.Duration(ticks) * 10 * time.Millisecond)
		}
	}
	return time.Time{}
}

// lockPID finds who holds a flock on an inode in the text of /proc/locks; 0 for nobody. Devices are not
// compared: some file systems report another number there than stat does.
func lockPID(locks []byte, inode uint64) int {
	for sc := bufio.NewScanner(bytes.NewReader(locks)); sc.Scan(); {
		// 1: FLOCK  ADVISORY  WRITE 4242 fe:00:131074 0 EOF; waiters have "->" behind the number
		col := strings.Fields(sc.Text())
		if len(col) < 6 || col[1] != "FLOCK" {
			continue
		}
		if strings.HasSuffix(col[5], ":"+strconv.FormatUint(inode, 10)) {
			if pid, err := strconv.Atoi(col[4]); err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}
