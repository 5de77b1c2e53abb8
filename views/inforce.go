package views

import "oobscope/audit"

// RulesInForce is the ordered list of rules that the screens show: those of the run or plan on screen, else those
// of the kits in use. The screen of a rule is opened by the place in it, counted from 0.
func RulesInForce(s *State) []audit.RuleRef { return rulesInForce(s) }
