package kits

import "oobscope/kits/document"

// tiers are the words for trust, lowest first.
var tiers = [...]string{"community", "reviewed", "verified"}

// Ref returns the name of this very version of the kit, id@version.
func (k *Kit) Ref() string { return k.ID + "@" + k.Version }

// Trust returns the tier that the kit has earned and why, fit for a screen. It is computed: what a file
// says of itself proves nothing, and as long as no signature has been checked every kit is "community".
func (k *Kit) Trust() (tier, why string) {
	switch k.TrustClaim {
	case "", tiers[0]:
		return tiers[0], "no signature vouches for this file"
	default:
		return tiers[0], "the file claims " + document.Quote(k.TrustClaim) + ", but no signature backs it"
	}
}
