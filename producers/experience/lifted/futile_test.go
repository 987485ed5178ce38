package lifted

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is refused is not done, though the refusal is worded for its command.
func TestWhatChangesNothingThoughItCouldIsFutile(t *testing.T) {
	const take, heat = 0, 1
	r := &rules{
		Events:  []event{{take, 0}, {take, 1}, {heat, 2}, {take, 3}, {heat, 4}},
		Still:   map[int32]bool{1: true, 2: true, none: true},
		Idle:    map[int32]bool{3: true},
		Effects: map[int32][]effect{0: {{Relation: 0, Head: -1, Item: 0, In: true}}},
	}
	r.findFutile()
	require.Equal(t, map[int32]bool{1: true}, r.futile, "what is heated is done, though nothing moves")
}
