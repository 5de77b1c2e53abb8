package ipmi

// Capabilities is the answer to Get Channel Authentication Capabilities (IPMI v2.0 table 22-15), with
// the inverted bits already turned: every true means what its name says.
type Capabilities struct {
	Channel  byte
	Extended bool // byte 2 bit 7: the answer holds v2.0 data

	// Authentication types of v1.5 sessions.
	None, MD2, MD5, Password, OEM bool

	KeySet      bool // byte 3 bit 5: a KG key is set; false is the all-zero key
	NoPerMsg    bool // bit 4: packets of a session need no authentication
	NoUserLevel bool // bit 3: user level commands need no authentication
	NamedUsers  bool // bit 2
	NullUser    bool // bit 1: a user without a name, but with a password
	Anonymous   bool // bit 0: a user without name and password

	V20, V15 bool // byte 4: connections accepted; valid with Extended only
	IANA     uint32
	Aux      byte

	auth, login, ext byte
}

// decodeCapabilities reads the 8 data bytes behind the completion code.
func decodeCapabilities(d []byte) (Capabilities, error) {
	if len(d) < 8 {
		return Capabilities{}, errShort
	}
	auth, login, ext := d[1], d[2], d[3]
	c := Capabilities{
		Channel: d[0] & 0x0f, Extended: auth&0x80 != 0,
		None: auth&0x01 != 0, MD2: auth&0x02 != 0, MD5: auth&0x04 != 0,
		Password: auth&0x10 != 0, OEM: auth&0x20 != 0,
		KeySet: login&0x20 != 0, NoPerMsg: login&0x10 != 0, NoUserLevel: login&0x08 != 0,
		NamedUsers: login&0x04 != 0, NullUser: login&0x02 != 0, Anonymous: login&0x01 != 0,
		IANA: uint32(d[4]) | uint32(d[5])<<8 | uint32(d[6])<<16, Aux: d[7],
		auth: auth, login: login, ext: ext,
	}
	if c.Extended {
		c.V20, c.V15 = ext&0x02 != 0, ext&0x01 != 0
	}
	return c, nil
}

// acceptsV15 tells whether v1.5 sessions can be had. A controller without the v2.0 data can say so only
// by the authentication types that it offers for them.
func (c Capabilities) acceptsV15() bool {
	if c.Extended {
		return c.V15
	}
	return c.None || c.MD2 || c.MD5 || c.Password || c.OEM
}

// canned tells whether the answer is the one that OpenBMC's network daemon gives whatever its users
// are: v2.0 only, no v1.5 types, no login bit but the one of named users, no OEM data.
func (c Capabilities) canned() bool {
	return c.auth == 0x80 && c.login&^0x04 == 0 && c.ext == 0x02 && c.IANA == 0 && c.Aux == 0
}
