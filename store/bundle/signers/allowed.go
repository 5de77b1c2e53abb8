package signers

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"oobscope/probes"
)

// maxAllowed is how large a file of allowed signers may be, in bytes.
const maxAllowed = 1 << 20

// Allowed is a file of allowed signers.
type Allowed struct{ lines []allowedLine }

// allowedLine is one key that is accepted.
type allowedLine struct {
	principals    string
	key           ssh.PublicKey
	authority     bool
	namespaces    string // pattern list; empty for all
	after, before time.Time
}

// ReadAllowed reads a file of allowed signers. file is its name for messages. A line that does not read is an error, with
// file and line: a misspelt option must not widen what is accepted. local is the time zone of times without a Z.
func ReadAllowed(file string, data []byte, local *time.Location) (*Allowed, error) {
	if len(data) > maxAllowed {
		return nil, fmt.Errorf("%s: found %d bytes, expected at most %d", probes.Clean(file, 200), len(data), maxAllowed)
	}
	a := &Allowed{}
	for i, line := range bytes.Split(data, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		l, err := readAllowedLine(line, local)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", probes.Clean(file, 200), i+1, err)
		}
		a.lines = append(a.lines, l)
	}
	if len(a.lines) == 0 {
		return nil, fmt.Errorf("%s: found no key, expected lines of principals and a public key", probes.Clean(file, 200))
	}
	return a, nil
}

func readAllowedLine(line []byte, local *time.Location) (allowedLine, error) {
	l := allowedLine{}
	rest := ""
	if text := string(line); text[0] == '"' {
		quoted, behind, ok := strings.Cut(text[1:], `"`)
		if !ok {
			return l, errors.New("found a quote without an end")
		}
		l.principals, rest = quoted, behind
	} else if at := strings.IndexAny(text, " \t"); at > 0 {
		l.principals, rest = text[:at], text[at:]
	}
	if l.principals == "" || strings.TrimSpace(rest) == "" {
		return l, errors.New("found one word, expected principals and a key")
	}
	key, _, options, _, err := ssh.ParseAuthorizedKey([]byte(strings.TrimSpace(rest)))
	if err != nil {
		return l, fmt.Errorf("found %q, expected options, a key type and a key", probes.Clean(strings.TrimSpace(rest), 40))
	}
	l.key = key
	for _, o := range options {
		if err := l.option(o, local); err != nil {
			return l, err
		}
	}
	return l, nil
}

// option reads one option of a line.
func (l *allowedLine) option(o string, local *time.Location) (err error) {
	name, value, valued := strings.Cut(o, "=")
	value = strings.Trim(value, `"`)
	switch strings.ToLower(name) {
	case "cert-authority":
		if valued {
			return errors.New("found a value for cert-authority, expected none")
		}
		l.authority = true
	case "namespaces":
		if l.namespaces != "" || value == "" {
			return errors.New("found namespaces twice or empty")
		}
		l.namespaces = value
	case "valid-after":
		l.after, err = stamp(value, local)
	case "valid-before":
		l.before, err = stamp(value, local)
	default:
		err = fmt.Errorf("found the option %q, expected cert-authority, namespaces, valid-after or valid-before", probes.Clean(name, 40))
	}
	return err
}

// stamp reads YYYYMMDD or YYYYMMDDHHMM[SS], in local time unless a Z follows.
func stamp(s string, local *time.Location) (time.Time, error) {
	digits, utc := strings.CutSuffix(s, "Z")
	if utc {
		local = time.UTC
	}
	for _, layout := range []string{"20060102", "200601021504", "20060102150405"} {
		if len(digits) == len(layout) {
			if t, err := time.ParseInLocation(layout, digits, local); err == nil {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("found the time %q, expected YYYYMMDD or YYYYMMDDHHMM[SS], with a Z for UTC", probes.Clean(s, 40))
}

// Principals tells for whom a key is accepted in a namespace at that time, as the first line that accepts it says; else
// why not. Lines of certificate authorities accept nothing here: certificates are not read.
func (a *Allowed) Principals(k Key, namespace string, at time.Time) (string, error) {
	if k.key == nil {
		return "", errors.New("no key")
	}
	why := "it is not in the list of allowed signers"
	for i := range a.lines {
		l := &a.lines[i]
		switch {
		case l.authority || !bytes.Equal(l.key.Marshal(), k.key.Marshal()):
		case l.namespaces != "" && !matchList(l.namespaces, namespace):
			why = "the list of allowed signers does not accept it for " + namespace
		case !l.after.IsZero() && at.Before(l.after):
			why = "the list of allowed signers accepts it only from " + l.after.UTC().Format(time.RFC3339) + " on"
		case !l.before.IsZero() && at.After(l.before):
			why = "the list of allowed signers accepted it only until " + l.before.UTC().Format(time.RFC3339)
		default:
			return probes.Clean(l.principals, 200), nil
		}
	}
	return "", fmt.Errorf("key %s: %s", k.Fingerprint, why)
}

// matchList matches a pattern list (ssh_config(5), "PATTERNS"): a negated match refuses, whatever else matches.
func matchList(list, s string) bool {
	found := false
	for pattern := range strings.SplitSeq(list, ",") {
		pattern, negated := strings.CutPrefix(pattern, "!")
		if !matchPattern(pattern, s) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

// matchPattern matches one pattern: * for any characters, ? for one. Nothing else is special.
func matchPattern(pattern, s string) bool {
	escaped := strings.NewReplacer(`\`, `\\`, "[", `\[`, "/", "\x00").Replace(pattern)
	ok, err := path.Match(escaped, strings.ReplaceAll(s, "/", "\x00"))
	return err == nil && ok
}
