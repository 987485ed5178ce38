package embedding_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/embedding"
)

func TestRowsOfAnotherIndex(t *testing.T) {
	phi, err := embedding.FitHashed(func(func(embedding.Text) bool) {}, embedding.HashedOptions{})
	require.NoError(t, err)
	texts := []embedding.Text{{Action: "open drawer 1"}, {Action: "go to desk 2"}, {Action: "open drawer 3"}, {Action: "look"}}
	vectors, err := phi.Encode(t.Context(), texts)
	require.NoError(t, err)
	attributes := []embedding.Attributes{{Key: 1, Task: 1}, {Key: 2, Task: 1}, {Key: 3, Task: 2}, {Key: 4}}
	whole := embedding.NewIndex(phi)
	require.NoError(t, whole.Add(vectors, attributes))
	require.Equal(t, attributes[2], whole.Attributes(2))

	part, others := embedding.NewIndex(phi), []embedding.Attributes{{Key: 3, Task: 7}, {Key: 2, Task: 8}}
	require.NoError(t, part.AddFrom(whole, []int{2, 1}, others))
	again := embedding.NewIndex(phi)
	require.NoError(t, again.Add([][]float32{vectors[2], vectors[1]}, others))
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

	require.ErrorContains(t, part.AddFrom(whole, []int{4}, attributes[:1]), "there is no row 4 among 4")
	require.ErrorContains(t, part.AddFrom(whole, []int{1, 2}, attributes[:1]), "2 rows with attributes of 1")
	other, err := embedding.FitHashed(func(func(embedding.Text) bool) {}, embedding.HashedOptions{Dim: 64})
	require.NoError(t, err)
	require.ErrorContains(t, embedding.NewIndex(other).AddFrom(whole, []int{1}, attributes[:1]), "the rows are of")
	require.Equal(t, 3, part.Len(), "what fails adds nothing")
}

// One index may keep all components and the other only those that are not zero.
func TestRowsBetweenDenseAndSparse(t *testing.T) {
	phi := fourWide{}
	dense, sparse := embedding.NewIndex(phi), embedding.NewIndex(phi)
	full, thin := []float32{.5, .5, .5, .5}, []float32{0, 0, 1, 0}
	require.NoError(t, dense.Add([][]float32{full, thin}, make([]embedding.Attributes, 2)))
	require.NoError(t, sparse.Add([][]float32{thin}, make([]embedding.Attributes, 1)))
	require.NoError(t, sparse.AddFrom(dense, []int{0, 1}, make([]embedding.Attributes, 2)))
	require.NoError(t, dense.AddFrom(sparse, []int{1, 0}, make([]embedding.Attributes, 2)))
	for _, ix := range []*embedding.Index{dense, sparse} {
		hits, err := ix.Search(thin, 9, embedding.Filter{})
		require.NoError(t, err)
		var similar []float64
		for _, h := range hits {
			similar = append(similar, h.Similarity)
		}
		want := []float64{1, 1, .5}
		if ix == dense {
			want = []float64{1, 1, .5, .5}
		}
		require.Equal(t, want, similar)
	}
}

// fourWide stands for an encoder of four components.
type fourWide struct{}

func (fourWide) ID() string { return "four" }
func (fourWide) Dim() int   { return 4 }
func (fourWide) Encode(context.Context, []embedding.Text) ([][]float32, error) {
	return nil, nil
}
