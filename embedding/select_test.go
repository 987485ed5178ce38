package embedding_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
)

func TestASelectionIsAnIndexOfItsOwn(t *testing.T) {
	phi, err := embedding.FitHashed(func(func(embedding.Text) bool) {}, embedding.HashedOptions{})
	require.NoError(t, err)
	texts := []embedding.Text{{Action: "open drawer 1"}, {Action: "go to desk 2"}, {Action: "open drawer 3"}, {Action: "look"}}
	vectors, err := phi.Encode(t.Context(), texts)
	require.NoError(t, err)
	attributes := []embedding.Attributes{{Key: 1, Task: 1}, {Key: 2, Task: 1}, {Key: 3, Task: 2}, {Key: 4}}
	whole := embedding.NewIndex(phi)
	require.NoError(t, whole.Add(vectors, attributes))
	require.Equal(t, attributes[2], whole.Attributes(2))

	part, err := whole.Select([]int{2, 1}, []embedding.Attributes{{Key: 3, Task: 7}, {Key: 2, Task: 8}})
	require.NoError(t, err)
	again := embedding.NewIndex(phi)
	require.NoError(t, again.Add([][]float32{vectors[2], vectors[1]}, []embedding.Attributes{{Key: 3, Task: 7}, {Key: 2, Task: 8}}))
	for _, f := range []embedding.Filter{{}, {Task: 7}, {Task: 1}, {WithoutTask: 7}} {
		want, err := again.Search(vectors[0], 3, f)
		require.NoError(t, err)
		got, err := part.Search(vectors[0], 3, f)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	require.NoError(t, part.Add(vectors[3:], attributes[3:]))
	require.Equal(t, 3, part.Len())
	require.Equal(t, 4, whole.Len(), "the other one is as it was")

	_, err = whole.Select([]int{4}, attributes[:1])
	require.ErrorContains(t, err, "row 4 of 4")
	_, err = whole.Select([]int{1, 2}, attributes[:1])
	require.ErrorContains(t, err, "2 rows with attributes of 1")
}
