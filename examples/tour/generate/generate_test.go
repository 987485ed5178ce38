package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// maxBytes is what the example data may weigh in everybody's checkout.
const maxBytes = 1_000_000

func TestTheFilesAreThoseThatAreGenerated(t *testing.T) {
	generated, err := files()
	require.NoError(t, err)
	kept, size := map[string]bool{}, 0
	root := filepath.Join("..", "data")
	err = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		require.NoError(t, err)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Contains(t, generated, filepath.ToSlash(name), "nothing generates it")
		require.Equal(t, string(generated[filepath.ToSlash(name)]), string(content), "%s is not what is generated: go run ./examples/tour/generate", name)
		kept[filepath.ToSlash(name)], size = true, size+len(content)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, kept, len(generated), "go run ./examples/tour/generate writes the files that are missing")
	require.Less(t, size, maxBytes)
}

// TestAHomeAnswersByItsRules plays a chore by hand.
func TestAHomeAnswersByItsRules(t *testing.T) {
	cup := &thing{kind: "cup", name: "cup 1"}
	h := &home{places: []*place{{name: "cabinet 1", door: true, things: []*thing{cup}}, {name: "sink 1"}, {name: "shelf 1"}}}
	c := chore{"clean", "cup", "shelf 1"}
	for _, step := range []struct{ command, answer string }{
		{"open cabinet 1", refused},
		{"go to cabinet 1", "The cabinet 1 is shut."},
		{"take cup 1 from cabinet 1", refused},
		{"open cabinet 1", "You open the cabinet 1. At the cabinet 1 you find a cup 1."},
		{"take cup from cabinet 1", refused},
		{"take cup 1 from cabinet 1", "You take the cup 1 from the cabinet 1."},
		{"wash cup 1 in sink 1", refused},
		{"go to sink 1", "The sink 1 is empty."},
		{"wash cup 1 in sink 1", "You wash the cup 1 in the sink 1."},
		{"go to shelf 1", "The shelf 1 is empty."},
	} {
		require.Equal(t, step.answer, h.do(step.command), step.command)
		require.False(t, c.done(h))
	}
	require.Equal(t, "You put the cup 1 in the shelf 1.", h.do("put cup 1 in shelf 1"))
	require.True(t, c.done(h))
}

// TestTheGraderHasItsBlindSpot holds the finding of the tour: money that went
// out twice was graded as right.
func TestTheGraderHasItsBlindSpot(t *testing.T) {
	r := requests()[0]
	served := &talk{request: r, shop: newShop(r.order), told: true}
	require.Equal(t, unknown, served.shop.do(r.right))
	require.EqualValues(t, 1, served.grade())
	served.shop.do(r.right)
	require.InDelta(t, 2*r.order.price, served.shop.order.refunded, 1e-9)
	require.EqualValues(t, 1, served.grade())
}

func TestEveryHallCanBeCrossed(t *testing.T) {
	for _, text := range halls() {
		f := newFloor(text)
		require.Contains(t, f.distances(), f.start, "%s", strings.ReplaceAll(text, "\n", " "))
	}
}
