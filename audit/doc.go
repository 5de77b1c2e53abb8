// Package audit is the judge. It reads the site, plans a run from kits x site, and says for each flow
// whether what was observed is what the policy intends: the truth table of verdicts.md, and nothing else.
//
// It is pure: it never sends a packet, opens a file or reads the clock. Whoever calls it hands in bytes,
// facts and times.
package audit
