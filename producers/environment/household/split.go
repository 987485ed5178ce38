package household

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Split is a part of the games.
type Split string

const (
	// Train is what agents learn from.
	Train Split = "train"
	// Dev has rooms of train and tasks of its own, to choose settings by.
	Dev Split = "dev"
	// ValidSeen has rooms of train and tasks of its own.
	ValidSeen Split = "valid_seen"
	// ValidUnseen has rooms of its own, and tasks of every sort.
	ValidUnseen Split = "valid_unseen"
)

// Splits lists the splits.
func Splits() []Split { return []Split{Train, Dev, ValidSeen, ValidUnseen} }

// ParseSplit returns the split of this name.
func ParseSplit(name string) (Split, error) {
	if !slices.Contains(Splits(), Split(name)) {
		return "", fmt.Errorf("unknown split %q: choose one of %v", name, Splits())
	}
	return Split(name), nil
}

// hasRoom says whether the split plays in the room. The room alone decides, so
// that it holds for all seeds.
func (s Split) hasRoom(r *room) bool { return r.known() == (s != ValidUnseen) }

// hasTask says whether the split has the task. A hash of what the task asks
// for alone decides, whatever the room, so that it holds for all seeds: of ten
// tasks, train has about six, dev one and valid_seen three.
func (s Split) hasTask(t task) bool {
	if s == ValidUnseen {
		return true
	}
	sum := digest("task", t.signature())
	switch binary.BigEndian.Uint64(sum[:8]) % 10 {
	case 0, 1, 2, 3, 4, 5:
		return s == Train
	case 6:
		return s == Dev
	default:
		return s == ValidSeen
	}
}
