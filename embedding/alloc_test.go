//go:build !race

package embedding_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
)

// The race detector makes pools forget, hence the build tag.
func TestASearchAllocatesItsAnswerOnly(t *testing.T) {
	s := randomRows(rand.New(rand.NewPCG(5, 1)), 2000, 64, 0.9)
	ix := s.index(t, 64)
	search := func() { _, _ = ix.Search(s.vectors[3], 10, embedding.Filter{Without: 1}) }
	search()
	require.LessOrEqual(t, testing.AllocsPerRun(100, search), 2.0)
}
