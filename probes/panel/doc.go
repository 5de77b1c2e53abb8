// Package panel asks the control panel port (7778) for the head of its front page, in the very words of
// the attackers' own scan, so that a rule that blocks those is tested with them.
//
// It never fetches the login page, never sends a field, and never follows a redirect.
package panel
