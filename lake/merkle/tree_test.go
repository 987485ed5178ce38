package merkle_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/lake/merkle"
)

// leafHash is the hash of a leaf as RFC 6962, section 2.1, has it.
func leafHash(data []byte) [32]byte { return sha256.Sum256(append([]byte{0}, data...)) }

// reference is the definition of the tree head in RFC 6962, section 2.1, word
// for word, over leaves that are hashed already.
func reference(leaves [][32]byte) [32]byte {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for k*2 < n {
			k *= 2
		}
		left, right := reference(leaves[:k]), reference(leaves[k:])
		return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
	}
}

// leaves are n different ones.
func leaves(n int) [][32]byte {
	all := make([][32]byte, n)
	for i := range all {
		all[i] = leafHash(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	return all
}

func grown(leaves [][32]byte) *merkle.Tree {
	t := merkle.New()
	for _, leaf := range leaves {
		t.Append(leaf)
	}
	return t
}

// TestKnownAnswers holds the tree to the roots that the implementations of
// Certificate Transparency are tested with.
func TestKnownAnswers(t *testing.T) {
	tree := merkle.New()
	require.Equal(t, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", tree.Root())
	for i, c := range []struct{ leaf, root string }{
		{"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
		{"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
		{"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
		{"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
		{"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
		{"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
		{"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
		{"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
	} {
		data, err := hex.DecodeString(c.leaf)
		require.NoError(t, err)
		tree.Append(leafHash(data))
		require.Equal(t, c.root, tree.Root(), "%d leaves", i+1)
		require.EqualValues(t, i+1, tree.Size())
	}
}

func TestRestoredTreeGoesOnAsIfItHadNeverStopped(t *testing.T) {
	const n = 130 // past two powers of two
	all := leaves(n)
	whole := hex.EncodeToString(sum(reference(all)))
	for size := range n + 1 {
		stopped := grown(all[:size])
		tree, err := merkle.Restore(uint64(size), stopped.Frontier())
		require.NoError(t, err)
		require.Equal(t, stopped.Root(), tree.Root())
		for _, leaf := range all[size:] {
			tree.Append(leaf)
		}
		require.Equal(t, whole, tree.Root(), "restored at %d", size)
		require.EqualValues(t, n, tree.Size())
	}
}

func sum(h [32]byte) []byte { return h[:] }

func TestTreeKeepsNoReferenceToALeaf(t *testing.T) {
	tree, leaf := merkle.New(), leafHash([]byte("a"))
	tree.Append(leaf)
	root := tree.Root()
	leaf[0]++
	require.Equal(t, root, tree.Root())
	tree.Frontier()[0] = "changed"
	require.Equal(t, root, tree.Root())
}

func TestWrongFrontierIsRefused(t *testing.T) {
	frontier := grown(leaves(6)).Frontier() // 4 + 2
	require.Len(t, frontier, 2)
	for want, c := range map[string]struct {
		size     uint64
		frontier []string
	}{
		"frontier of 7 leaves":           {7, frontier},
		"frontier of 8 leaves":           {8, frontier},
		"frontier of 0 leaves":           {0, frontier},
		"frontier of 6 leaves":           {6, frontier[:1]},
		"hash 1 is not a SHA-256 in hex": {6, []string{frontier[0], frontier[1][:62]}},
		"hash 0 is not a SHA-256 in hex": {6, []string{strings.Repeat("x", 64), frontier[1]}},
	} {
		_, err := merkle.Restore(c.size, c.frontier)
		require.ErrorContains(t, err, want)
	}
}

func TestRootIsThatOfTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := make([][32]byte, rapid.IntRange(0, 300).Draw(t, "leaves"))
		for i := range all {
			all[i] = leafHash(rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "data"))
		}
		tree := grown(all)
		require.Equal(t, hex.EncodeToString(sum(reference(all))), tree.Root())
		cut := rapid.IntRange(0, len(all)).Draw(t, "cut")
		restored, err := merkle.Restore(uint64(cut), grown(all[:cut]).Frontier())
		require.NoError(t, err)
		for _, leaf := range all[cut:] {
			restored.Append(leaf)
		}
		require.Equal(t, tree.Frontier(), restored.Frontier())
	})
}

func FuzzRestore(f *testing.F) {
	for _, n := range []int{0, 1, 3, 6} {
		f.Add(uint64(n), strings.Join(grown(leaves(n)).Frontier(), ","))
	}
	f.Add(uint64(1<<63), "zz")
	f.Fuzz(func(t *testing.T, size uint64, frontier string) {
		tree, err := merkle.Restore(size, strings.Split(frontier, ","))
		if err != nil {
			return
		}
		require.Equal(t, size, tree.Size())
		require.Equal(t, strings.ToLower(frontier), strings.Join(tree.Frontier(), ","))
		require.Len(t, tree.Root(), 64)
	})
}
