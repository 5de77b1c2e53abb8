// Package bench measures the engines on segments that it lays out itself in network namespaces: nothing but the
// kernel's AnyIP and one process that answers for every address. Its benchmarks need root.
//
//	go test ./probes/bench -run '^$' -bench . -benchtime 1x
//
// It never sends to an address outside of its namespaces.
package bench
