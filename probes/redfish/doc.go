// Package redfish asks a management controller for what Redfish (DSP0266) gives to anyone, and whether it
// gives away more than that.
//
// It never logs in, never opens a session, never writes, never walks the members of a collection, never
// reads the body of a resource that should have demanded a login, and never leaves the target.
package redfish
