package lifted

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What is refused is not done, though the refusal is worded for its command.
func TestWhatChangesNothingThoughItCouldIsFutile(t *testing.T) {
	const take, look = 0, 1
	r := &rules{
		Events: []event{{take, 0}, {take, 1}, {look, 2}, {take, 3}},
		Still:  map[int32]bool{1: true, 2: true, none: true},
		Idle:   map[int32]bool{3: true},
	}
	r.findFutile()
	require.Equal(t, map[int32]bool{1: true}, r.futile, "to look never changes anything: that is no failure")
}
