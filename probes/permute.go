package probes

import "math/bits"

// permutation puts the numbers 0 .. n-1 into an order that a seed decides, without holding a list: a
// four-round Feistel network over the next even number of bits, walked along its cycles until the value
// is small enough (Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002).
type permutation struct {
	n    uint64
	half uint // bits in one half
	seed uint64
}

func newPermutation(n int, seed uint64) permutation {
	width := uint(bits.Len64(uint64(max(n-1, 1))))
	return permutation{n: uint64(max(n, 0)), half: (width + 1) / 2, seed: seed}
}

// at returns the number in place i, 0 <= i < n.
func (p permutation) at(i int) int {
	v := uint64(i)
	for {
		v = p.once(v)
		if v < p.n {
			return int(v)
		}
	}
}

func (p permutation) once(v uint64) uint64 {
	mask := uint64(1)<<p.half - 1
	left, right := v>>p.half, v&mask
	for round := range uint64(4) {
		left, right = right, left^(mix(p.seed+round*0x9e3779b97f4a7c15, right)&mask)
	}
	return left<<p.half | right
}

// mix spreads v over 64 bits, keyed by seed (the finaliser of splitmix64).
func mix(seed, v uint64) uint64 {
	z := seed ^ (v+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
