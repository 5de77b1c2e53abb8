// Package dns asks a resolver one harmless question over UDP or TCP and says whether DNS is spoken there.
//
// It must never make the resolver ask anybody else, never transfer a zone, never send an update, and
// never ask for a name that belongs to someone.
package dns
