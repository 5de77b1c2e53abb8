package cli

import (
	"net/netip"
	"os"
	"os/user"
	"strconv"
	"strings"

	"oobscope/probes"
)

// person is who runs the program, as far as the system tells.
type person struct {
	uid   int
	login string // login name of uid; the number if it has none
	sudo  string // who became root with sudo, as sudo says; else empty
	host  string
	from  string // address that an SSH session came from; empty for a local one
}

// name is the login name that stands for the person: the one behind sudo, if there is one. Approval by a second
// person would mean little if root counted as somebody else.
func (w *person) name() string {
	if w.sudo != "" {
		return w.sudo
	}
	return w.login
}

// person is who runs this program.
func (p *program) person() person {
	if p.who != nil {
		return p.who()
	}
	return whoami(p.getenv)
}

// whoami asks the system. What comes from the environment is cleaned, and only believed where root could have set it
// anyway (SUDO_USER) or where nothing depends on it (SSH_CONNECTION, sshd(8)).
func whoami(getenv func(string) string) person {
	w := person{uid: os.Getuid(), login: strconv.Itoa(os.Getuid())}
	if u, err := user.LookupId(w.login); err == nil && u.Username != "" {
		w.login = probes.Clean(u.Username, 64)
	}
	if w.uid == 0 {
		w.sudo = probes.Clean(getenv("SUDO_USER"), 64)
	}
	if host, err := os.Hostname(); err == nil {
		w.host = probes.Clean(host, 64)
	}
	if first, _, ok := strings.Cut(getenv("SSH_CONNECTION"), " "); ok {
		if a, err := netip.ParseAddr(first); err == nil {
			w.from = a.String()
		}
	}
	return w
}
