package vantage

import "testing"

func TestCounters(t *testing.T) {
	t.Parallel()
	const tables = "TcpExt: SyncookiesSent TCPRetransFail TCPMemoryPressures\nTcpExt: 1 17 3\nIpExt: TCPRetransFail\nIpExt: 99\nIp: a b\nIp: 1\n" +
		"Ip: OutDiscards\nIp: x\n"
	for counter, want := range map[string]int64{"TcpExt: TCPRetransFail": 17, "IpExt: TCPRetransFail": 99, "TcpExt: Nothing": -1, "Udp: OutDiscards": -1,
		"Ip: OutDiscards": -1} {
		if got, ok := columnOf([]byte(tables), counter); ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %d, %t", counter, got, ok)
		}
	}
	for counter, want := range map[string]int64{"Ip6OutDiscards": 5, "Ip6": -1, "Ip6OutNoRoutes": -1} {
		if got, ok := lineOf([]byte("Ip6OutRequests 12\nIp6OutDiscards                  \t5\nIp6OutNoRoutes x\n"), counter); ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %d, %t", counter, got, ok)
		}
	}
}

func TestRefusedReadsThisSystem(t *testing.T) {
	t.Parallel()
	n, err := Refused()
	if err != nil || n < 0 {
		t.Errorf("%d, %v", n, err)
	}
}
