package ipmi

import (
	"slices"
	"testing"

	"oobscope/probes"
)

func TestWeaknesses(t *testing.T) {
	t.Parallel()
	zero := Suite{ID: 0, Auth: []byte{0}}
	sha := Suite{ID: 3, Auth: []byte{1}, Integ: []byte{1}, Crypto: []byte{1}}
	for name, c := range map[string]struct {
		data string
		list suiteList
		want []probes.Weakness
	}{
		"simulator: all v1.5 types, v2.0 unannounced, yet suites": {
			data: "0117050000000000", list: suiteList{suites: []Suite{zero, sha}},
			want: []probes.Weakness{
				probes.IPMINoneAuth, probes.IPMIAnonymous, probes.IPMIWeakAuth, probes.IPMIV15,
				probes.IPMICipherZero, probes.IPMIRAKP,
			},
		},
		"v1.5 alone, no suites": {
			data: "0104040000000000", list: suiteList{unsupported: true},
			want: []probes.Weakness{probes.IPMIV15, probes.IPMIV15Only},
		},
		"v1.5 alone, silent": {
			data: "0104060000000000", list: suiteList{silent: true},
			want: []probes.Weakness{probes.IPMINullUser, probes.IPMIV15, probes.IPMIV15Only},
		},
		"v1.5 alone, but the list was not obtained for another reason": {
			data: "0104040000000000", list: suiteList{},
			want: []probes.Weakness{probes.IPMIV15},
		},
		"extended data says v1.5 alone": {
			data: "0194140100000000", list: suiteList{unsupported: true},
			want: []probes.Weakness{probes.IPMIWeakAuth, probes.IPMIUnauthPackets, probes.IPMIV15, probes.IPMIV15Only},
		},
		"a common board": {
			data: "0196040345530000", list: suiteList{suites: []Suite{sha}},
			want: []probes.Weakness{probes.IPMIWeakAuth, probes.IPMIDefaultKG, probes.IPMIV15, probes.IPMIRAKP},
		},
		"user level authentication off": {
			data: "01842c0200000000", list: suiteList{silent: true},
			want: []probes.Weakness{probes.IPMIUnauthPackets, probes.IPMIRAKP},
		},
		"keyed, v2.0 alone": {
			data: "0180240200000000", list: suiteList{suites: []Suite{sha}},
			want: []probes.Weakness{probes.IPMIRAKP},
		},
		"v2.0 with a default key, suites silent": {
			data: "0180040200000000", list: suiteList{silent: true},
			want: []probes.Weakness{probes.IPMIDefaultKG, probes.IPMIRAKP},
		},
	} {
		caps, err := decodeCapabilities(unhex(t, c.data))
		if err != nil {
			t.Fatal(err)
		}
		if got := weaknesses(caps, c.list).List(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
