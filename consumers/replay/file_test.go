package replay_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/embedding"
)

// counter is an encoder that says how many texts it was given.
type counter struct {
	embedding.Encoder
	texts int
	fail  error
}

func (c *counter) Encode(ctx context.Context, texts []embedding.Text) ([][]float32, error) {
	c.texts += len(texts)
	if c.fail != nil {
		return nil, c.fail
	}
	return c.Encoder.Encode(ctx, texts)
}

func newCounter(t *testing.T) *counter {
	phi, err := embedding.FitHashed(func(func(embedding.Text) bool) {}, embedding.HashedOptions{})
	require.NoError(t, err)
	return &counter{Encoder: phi}
}

// kept is a buffer with a derived file in a folder of its own.
type kept struct {
	*testing.T
	dir string
	log bytes.Buffer
	phi *counter // nil: fitted
}

func (k *kept) open(basis, now *analytics.Session) *replay.Demonstrations {
	k.Helper()
	o := replay.BasisOptions{Dir: filepath.Join(k.dir, "derived"), Log: slog.New(slog.NewTextHandler(&k.log, nil))}
	if k.phi != nil {
		o.Phi = k.phi
	}
	b, err := replay.NewBasis(k.Context(), basis, house(), o)
	require.NoError(k, err)
	d, err := b.Open(k.Context(), now)
	require.NoError(k, err)
	return d
}

func (k *kept) file() string {
	k.Helper()
	files, err := filepath.Glob(filepath.Join(k.dir, "derived", "*"))
	require.NoError(k, err)
	require.Len(k, files, 1)
	return files[0]
}

func TestWhatWasEmbeddedIsKept(t *testing.T) {
	p := newPool(t)
	large(p, 5)
	first := p.snapshot()
	p.note("e-001-000", "event", "e-001-000/0", "retraction", `"x"`)
	p.play(attempt{id: "new", task: "new", instruction: "find"})
	second := p.snapshot()
	p.compact()
	k := &kept{T: t, dir: t.TempDir(), phi: newCounter(t)}
	n := k.open(p.session(first), p.session(first)).Len()
	require.Equal(t, n, k.phi.texts)

	k.phi.texts = 0
	again := k.open(p.session(first), p.session(second))
	require.Equal(t, 3, k.phi.texts, "two steps that are new, and an instruction")
	require.Equal(t, n+1, again.Len(), "one step was retracted")
	alone := &kept{T: t, dir: t.TempDir(), phi: newCounter(t)}
	require.Equal(t, answers(t, alone.open(p.session(first), p.session(second))), answers(t, again))
	require.Empty(t, k.log.String())
}

func TestAFittedEncoderIsKeptWithItsRows(t *testing.T) {
	p := newPool(t)
	large(p, 5)
	first := p.snapshot()
	p.play(attempt{id: "new", task: "new", actions: []string{"a thing never seen before", "whatever"}})
	second := p.snapshot()
	p.compact()
	k := &kept{T: t, dir: t.TempDir()}
	want := answers(t, k.open(p.session(first), p.session(first)))
	before := k.file()
	written, err := os.Stat(before)
	require.NoError(t, err)
	d := k.open(p.session(first), p.session(first))
	require.Equal(t, want, answers(t, d))
	again, err := os.Stat(k.file())
	require.NoError(t, err)
	require.Equal(t, written.ModTime(), again.ModTime(), "nothing was new")

	other := k.open(p.session(second), p.session(second))
	require.NotEqual(t, d.Basis().Spec(), other.Basis().Spec())
	require.Equal(t, before, k.file(), "a later basis takes the place of the earlier one")
	require.Equal(t, want, answers(t, k.open(p.session(first), p.session(first))))
	require.Empty(t, k.log.String())
}

func TestADamagedFileIsBuiltAgain(t *testing.T) {
	p := newPool(t)
	large(p, 3)
	s := p.now()
	k := &kept{T: t, dir: t.TempDir()}
	want := answers(t, k.open(s, s))
	whole, err := os.ReadFile(k.file())
	require.NoError(t, err)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, content := range map[string][]byte{
		"empty": {}, "cut short": whole[:len(whole)/2], "a bit flipped": flipped, "garbage": []byte("garbage, and more than eight bytes of it"),
	} {
		k.log.Reset()
		require.NoError(t, os.WriteFile(k.file(), content, 0o600))
		require.Equal(t, want, answers(t, k.open(s, s)), name)
		require.Contains(t, k.log.String(), "cannot be used and is built again from the lake", name)
		again, err := os.ReadFile(k.file())
		require.NoError(t, err)
		require.Equal(t, whole, again, name)
	}
	require.NoError(t, os.Remove(k.file()))
	k.log.Reset()
	require.Equal(t, want, answers(t, k.open(s, s)), "lost")
	require.Empty(t, k.log.String())
}

func TestAFileOfAnotherEncoderIsOfNoUse(t *testing.T) {
	p := newPool(t)
	large(p, 2)
	s := p.now()
	k := &kept{T: t, dir: t.TempDir()}
	k.open(s, s)
	k.phi = newCounter(t)
	n := k.open(s, s).Len()
	require.Equal(t, n, k.phi.texts)
}

func TestAFolderThatCannotBeWritten(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a"})
	s := p.now()
	k := &kept{T: t, dir: t.TempDir()}
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "derived"), nil, 0o600))
	require.Equal(t, 2, k.open(s, s).Len())
	require.Contains(t, k.log.String(), "cannot be kept")
}

func TestAnEncoderThatFails(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", instruction: "find"})
	first := p.now()
	phi := newCounter(t)
	phi.fail = errors.New("the server is away")
	b, err := replay.NewBasis(t.Context(), first, house(), replay.BasisOptions{Phi: phi})
	require.NoError(t, err)
	_, err = b.Open(t.Context(), first)
	require.ErrorContains(t, err, "embed 2 transitions: the server is away")

	phi.fail = nil
	d, err := b.Open(t.Context(), first)
	require.NoError(t, err)
	before := retrieved(t, d, replay.Query{State: "s", Action: "open", K: 9})
	phi.fail = errors.New("the server is away")
	_, err = d.Retrieve(t.Context(), replay.Query{State: "s", K: 1})
	require.ErrorContains(t, err, "embed the query: the server is away")
	_, err = d.Beginnings(t.Context(), "unknown", "find", 1)
	require.ErrorContains(t, err, "embed the instruction of task unknown")
	p.play(attempt{id: "b"})
	second := p.now()
	require.ErrorContains(t, d.Follow(t.Context(), second), "follow the lake from snapshot 1 to 2: embed 2 transitions")
	phi.fail = nil
	require.EqualValues(t, 1, d.Snapshot())
	require.Equal(t, before, retrieved(t, d, replay.Query{State: "s", Action: "open", K: 9}), "it stands where it stood")
	require.NoError(t, d.Follow(t.Context(), second))
	require.Equal(t, 4, d.Len())
}
