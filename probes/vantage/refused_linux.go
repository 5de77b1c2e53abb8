package vantage

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

const (
	snmp6     = "/proc/self/net/snmp6"
	discards6 = "Ip6OutDiscards"
)

// Refused counts the packets that this machine's own network layer has refused to send since it is up, whosever
// they were: copies of TCP segments that could not be sent, and datagrams that its filters or its interfaces
// dropped (TCPRetransFail, OutDiscards and Ip6OutDiscards; proc_net(5), RFC 4293). A first SYN that is dropped is in
// none of them. The error says which file the system does not show.
func Refused() (int64, error) {
	n := int64(0)
	for _, c := range []struct {
		file, counter string
		find          func(text []byte, counter string) (int64, bool)
	}{
		{"/proc/self/net/netstat", "TcpExt: TCPRetransFail", columnOf},
		{"/proc/self/net/snmp", "Ip: OutDiscards", columnOf},
		{snmp6, discards6, lineOf},
	} {
		text, err := os.ReadFile(c.file)
		if os.IsNotExist(err) && c.file == snmp6 {
			continue // no IPv6 here at all
		}
		if err != nil {
			return 0, fmt.Errorf("count what was not sent: %w", err)
		}
		if v, ok := c.find(text, c.counter); ok {
			n += v
		}
	}
	return n, nil
}

// Discarded6 counts the packets of IPv6 that this machine's filters or interfaces have dropped on their way out
// (Ip6OutDiscards). ok is false if the system does not tell.
func Discarded6() (n int64, ok bool) {
	text, err := os.ReadFile(snmp6)
	if err != nil {
		return 0, false
	}
	return lineOf(text, discards6)
}

// columnOf finds a counter named "Table: Column" in a pair of lines, the first with the names and the second with
// the values.
func columnOf(text []byte, counter string) (int64, bool) {
	table, column, _ := bytes.Cut([]byte(counter), []byte(" "))
	lines := bytes.Split(text, []byte("\n"))
	for i := 0; i+1 < len(lines); i++ {
		names, values := bytes.Fields(lines[i]), bytes.Fields(lines[i+1])
		if len(names) == 0 || len(values) != len(names) || !bytes.Equal(names[0], table) || !bytes.Equal(values[0], table) {
			continue
		}
		for k, name := range names {
			if bytes.Equal(name, column) {
				return number(values[k])
			}
		}
		i++
	}
	return 0, false
}

// lineOf finds a counter on a line of its own.
func lineOf(text []byte, counter string) (int64, bool) {
	for line := range bytes.Lines(text) {
		if f := bytes.Fields(line); len(f) == 2 && string(f[0]) == counter {
			return number(f[1])
		}
	}
	return 0, false
}

func number(b []byte) (int64, bool) {
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}
