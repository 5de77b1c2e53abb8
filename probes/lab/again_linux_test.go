package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a new run makes of what the run before it saw: between the two, the firewall begins to keep from the machine
// again what it had let through.

// The hosts of the two runs, in the segments where a flow must pass and where it must not: two whose datagrams and first
// bytes are dropped in between, one that cannot be reached any more, and one that the first run was not told of.
const (
	changedHost = crowdFirst + iota
	changedToo
	lostHost
	newHost
)

var againColumns = []column{allow, drop}

// againHosts are the addresses of some of them.
func againHosts(numbers ...int) (out []string) {
	for _, c := range againColumns {
		for _, i := range numbers {
			out = append(out, address(int(c), living, i, false).String(), address(int(c), living, i, true).String())
		}
	}
	return out
}

// change is the firewall's ruleset that comes between the two runs.
func change() string {
	var out strings.Builder
	for _, v6 := range []bool{false, true} {
		l3, from := "ip", fmt.Sprintf("198.18.%d.10", againEdge)
		if v6 {
			l3, from = "ip6", fmt.Sprintf("fd00:20:%d::10", againEdge)
		}
		for _, c := range againColumns {
			at := func(i int) string { return address(int(c), living, i, v6).String() }
			fmt.Fprintf(&out, "\t\t%s saddr %s %s daddr %s reject with icmpx no-route\n", l3, from, l3, at(lostHost))
			fmt.Fprintf(&out, "\t\t%s saddr %s %s daddr { %s, %s, %s } meta l4proto udp drop\n", l3, from, l3, at(changedHost), at(changedToo), at(newHost))
			fmt.Fprintf(&out, "\t\t%s saddr %s %s daddr { %s, %s, %s } tcp dport 5988 tcp flags & psh == psh drop\n",
				l3, from, l3, at(changedHost), at(changedToo), at(newHost))
		}
	}
	return "table inet again {\n\tchain forward {\n\t\ttype filter hook forward priority filter - 10;\n" + out.String() + "\t}\n}\n"
}

// secondLook is what the second run must see. A silent datagram means something only where the first one was answered.
func secondLook() map[string]want {
	flows := map[string]want{}
	for _, c := range againColumns {
		for _, v6 := range []bool{false, true} {
			set := func(host int, service, scenario string, see sight) {
				flows[address(int(c), living, host, v6).String()+" "+service+"/"+protos[service]] = want{
					sight: see, scenario: scenario, service: service, column: c, v6: v6, edge: againEdge}
			}
			for _, host := range []int{changedHost, changedToo} {
				set(host, ipmiLAN, "answered in the run before", silent)
				set(host, cimHTTP, "answered in the run before", sight{class: "open_mute", row: "open_mute, answered before"})
				set(host, mate, "answers as before", served)
			}
			set(newHost, ipmiLAN, "nobody knows that it ever answered", unproven)
			set(newHost, cimHTTP, "nobody knows that it ever answered", see("open_mute"))
			for service := range protos {
				set(lostHost, service, "alive in the run before", by("unreach", "unreach, alive", "firewall", netUnreach4, noRoute6))
			}
		}
	}
	return flows
}

// again makes the two runs, one after the other, of the same site with the same store.
func (n *network) again(t *testing.T, at stand, x *tour) {
	store := n.storeFor(t, at.user)
	site := siteText(siteOptions{targets: againHosts(changedHost, changedToo, lostHost)})
	first := n.start(t, at, site, kitText(), asked, "--store", store)
	x.later("what the run before saw", func(t *testing.T) {
		o := first(t)
		for key, f := range o.tested() {
			if f.Observed != "open_proto" {
				t.Errorf("the first run: %s: %s", key, f)
			}
		}
		n.filter("fw", change())
		wider := siteText(siteOptions{targets: againHosts(changedHost, changedToo, lostHost, newHost)})
		o = n.start(t, at, wider, kitText(), asked, "--store", store)(t)
		hold(t, o, secondLook(), false, x.table)
		witnessed(t, o)
	})
}

// witnessed: every line that rests on the run before names it, and no other line does.
func witnessed(t *testing.T, o *outcome) {
	for key, f := range o.tested() {
		named := ""
		for _, fact := range f.Evidence.Facts {
			if strings.HasPrefix(fact.Key, "prior.") {
				named += fact.Key + " " + fact.Value
			}
		}
		rests := f.Reason == "l7" || f.Reason == "no_path" || f.Observed == "silence" && f.Proto == "udp" ||
			f.Observed == "open_mute" && f.Evidence.Gates.AliveBy != "" && !strings.Contains(strings.Join(againHosts(newHost), " "), f.Target) ||
			f.Observed == "unreach"
		if strings.HasPrefix(named, "prior.") != rests || rests && !strings.Contains(named, "run 0") {
			t.Errorf("%s: names %q\n\t%s", key, named, f)
		}
	}
}

// storeFor makes an empty folder for the store of a user.
func (n *network) storeFor(t *testing.T, user int) string {
	t.Helper()
	program(t)
	dir, err := os.MkdirTemp(built.dir, "store-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, user, user); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "store")
}
