// Package cim asks whether a CIM server (DSP0200, DSP0201) stands on a port and whether it demands a
// login, without a single CIM operation.
//
// It never sends a request body, never uses M-POST, never sends a credential, and keeps nothing of an
// answer but its head.
package cim
