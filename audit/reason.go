package audit

// Reason says why a verdict is what it is, where the verdict alone leaves that open.
type Reason uint8

// The reasons of the truth table and of the gates. The names are wire names.
const (
	NoReason Reason = iota
	AppMismatch
	L7Mute
	L7
	L4Only
	L7Cut
	LateAppID
	ServiceClosed
	PathRejected
	ClosedOrRejected
	RstOrigin
	HostFilter
	PathProhibited
	NothingListening
	Blocked
	NoPath
	HostIsDown
	Routing
	PathDropped
	DropWhereReject
	Liveness
	UDPSilent
	NoEnforcementPoint
	SynProxy
	Lossy
	NotFromHere     // the vantage gate: our zone is not a source of the rule
	NoTarget        // the target gate: the site lists no target that the rule is about
	QuietHost       // the host went quiet in mid-run and was left alone
	Interrupted     // the run ended before this flow's turn
	BudgetSpent     // the host's budget was used up
	BehindFirewall  // an error from behind the enforcement point proves that the packet was forwarded
	UnreachOrigin   // an unreachable error whose place on the path is not known
	NoICMP          // the system does not let this user send or receive ICMP
	LocalFailure    // a local error; the evidence has the words
	RejectWhereDrop // an answer where silence was intended
	NotProbed       // the catalogue has no probe for the service
	OutOfScope      // left out by --targets or --services
	ICMPLimited     // a limit on ICMP errors hid the refusals of this kind of flow
	Egress          // this machine drops packets of its own, and nobody can say that those of this flow left
	Impostor        // an address that nobody has gave the same answer
	reasonCount
)

var reasonSlugs = [reasonCount]string{
	"", "app_mismatch", "l7_mute", "l7", "l4_only", "l7_cut", "late_app_id", "service_closed",
	"path_rejected", "closed_or_rejected", "rst_origin", "host_filter", "path_prohibited",
	"nothing_listening", "blocked", "no_path", "host_down", "routing", "path_dropped",
	"drop_where_reject", "liveness", "udp_silent", "no_enforcement_point", "syn_proxy", "lossy",
	"vantage", "target", "went_quiet", "interrupted", "host_budget", "forwarded", "unreach_origin",
	"no_permission", "local_error", "reject_where_drop", "not_probed", "out_of_scope", "icmp_limited",
	"egress", "impostor",
}

// String returns the wire name; empty for none.
func (r Reason) String() string { return reasonSlugs[r] }
