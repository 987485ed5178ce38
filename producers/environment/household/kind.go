package household

// Kind is one of the six kinds of task.
type Kind string

const (
	// PlaceOne asks for one thing on some piece of furniture.
	PlaceOne Kind = "place_one"
	// PlaceTwo asks for two things of a kind on the same piece of furniture.
	PlaceTwo Kind = "place_two"
	// Examine asks to hold a thing where a lamp is lit.
	Examine Kind = "examine"
	// Clean, Heat and Cool ask to treat a thing and to put it somewhere.
	Clean Kind = "clean"
	Heat  Kind = "heat"
	Cool  Kind = "cool"
)

// Kinds lists the kinds of task in the order in which games take turns.
func Kinds() []Kind { return []Kind{PlaceOne, Examine, Clean, Heat, Cool, PlaceTwo} }

// wanted is how many things of the kind the goal needs.
func (k Kind) wanted() int {
	if k == PlaceTwo {
		return 2
	}
	return 1
}

// suits says whether a thing with these traits can be what the task is about.
func (k Kind) suits(t trait) bool {
	switch k {
	case Examine:
		return t&interesting != 0
	case Clean:
		return t&washable != 0
	case Heat:
		return t&heatable != 0
	case Cool:
		return t&coolable != 0
	default:
		return true
	}
}

// means is the feature of furniture that the treatment needs; none: no
// treatment.
func (k Kind) means() feature {
	switch k {
	case Clean:
		return water
	case Heat:
		return heat
	case Cool:
		return cold
	default:
		return 0
	}
}
