package views

// StoryWords tell the packets of one flow.
type StoryWords struct {
	NextFlow, ShowBytes, HideBytes, CopySearch, Techniques string // keys
	NoMore, NothingSent, NoTechnique, SearchLine           string
	BytesMasked                                            string

	Conclusion, LocalTime, Search string // section and labels
	Number                        string // of a conversation, of how many
	After                         string // %s: a time
	Knock, Accepted, Refused, Cut string // of TCP
	KnockAgain                    string // times
	WeClose, ItCloses             string
	Nothing                       string // %s: a time
	NothingMore                   string
	Answer, Hello, Alert, Sealed  string
	Handshake                     string // bytes out, bytes back
	Inside                        string // what, inside TLS
	ICMPLine                      string // type and code, name, sender
	ICMP                          map[string]string
	ICMPOther                     string

	Fact   map[string]string // labels by the key of a fact
	Says   map[string]string // formats of values by key; %s
	Prefix [][2]string       // beginnings of values on the wire, and in words
	Suite  string            // number, login, integrity, encryption

	NoTLS, IssuedBy, ValidUntil, Expired string // %s
}
