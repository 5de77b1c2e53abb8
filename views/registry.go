package views

// Opener is a screen that is about one thing. Open is called when an action goes there, before the screen is
// drawn, with the argument of the action.
type Opener interface{ Open(s *State, arg string) }

// MenuSize is how many of the screens are in the menu: the first has the key 1, the ninth 9, the tenth 0.
const MenuSize = 10

// Screens makes one fresh instance of every screen: those of the menu in its order, then those that are reached
// only by going there, which are Openers.
func Screens() []Screen {
	return []Screen{
		NewOverview(), NewRules(), NewZones(), NewThreat(), NewAttack(), NewProbes(), NewDiff(), NewRuns(), NewKits(), NewHelp(),
		NewHost(), NewRule(), NewEvidence(), NewMap(), NewTimeline(), NewWaivers(),
	}
}
