package probes

import "testing"

func TestPermutationIsABijection(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 5, 16, 17, 255, 256, 1000, 65536, 70001} {
		for _, seed := range []uint64{0, 1, 0xdeadbeef} {
			p := newPermutation(n, seed)
			hit := make([]bool, n)
			for i := range n {
				v := p.at(i)
				if v < 0 || v >= n || hit[v] {
					t.Fatalf("n %d, seed %d: place %d holds %d", n, seed, i, v)
				}
				hit[v] = true
			}
		}
	}
}

func TestPermutationFollowsTheSeed(t *testing.T) {
	t.Parallel()
	const n = 1000
	a, again, b := newPermutation(n, 1), newPermutation(n, 1), newPermutation(n, 2)
	moved, differ, neighbours := 0, 0, 0
	for i := range n {
		if a.at(i) != again.at(i) {
			t.Fatalf("the same seed gives two orders at %d", i)
		}
		if a.at(i) != i {
			moved++
		}
		if a.at(i) != b.at(i) {
			differ++
		}
		if i > 0 && a.at(i) == a.at(i-1)+1 {
			neighbours++
		}
	}
	if moved < n*9/10 || differ < n*9/10 || neighbours > n/50 {
		t.Errorf("%d moved, %d differ between seeds, %d neighbours stay together", moved, differ, neighbours)
	}
}
