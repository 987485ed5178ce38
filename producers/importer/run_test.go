package importer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/schema"
)

// counting is a format of JSONL records {task, steps, say, reward}.
type counting struct{ policy string }

func (counting) Name() string { return "counting" }

func (c counting) Read(_ context.Context, src *importer.Source, yield importer.Yield) error {
	r, err := src.Reader()
	if err != nil {
		return err
	}
	return importer.Records(r, func(v importer.Value) error {
		if v.Err != nil {
			return yield(v.Number, nil, v.Err)
		}
		e, err := c.episode(v.Raw)
		return yield(v.Number, e, err)
	})
}

func (c counting) episode(raw []byte) (*importer.Episode, error) {
	var r struct {
		Task   string `json:"task"`
		Steps  int    `json:"steps"`
		Ends   int    `json:"ends"`
		Reward string `json:"reward"`
		Large  int    `json:"large"`
	}
	if err := importer.Decode(raw, &r); err != nil {
		return nil, err
	}
	e := &importer.Episode{Record: bytes.Clone(raw), Environment: "count", TaskID: r.Task, Status: "completed"}
	if c.policy != "" {
		e.PolicyID = &c.policy
	}
	if r.Large > 0 { // the record itself is as large as what it holds
		e.Record = append(e.Record, make([]byte, r.Large)...)
	}
	for i := range r.Steps {
		reward := 1.0
		if r.Reward != "" {
			reward, _ = strconv.ParseFloat(r.Reward, 64)
		}
		e.Steps = append(e.Steps, importer.Step{State: strconv.Itoa(i), Action: "+1", NextState: strconv.Itoa(i+1) + strings.Repeat("x", r.Large),
			Reward: &reward, Terminated: r.Ends == i+1})
	}
	e.Calls = []schema.Call{{Messages: "[]", Response: "hm"}}
	if len(e.Steps) > 0 {
		e.Steps[0].Calls = []int{0}
	}
	return e, nil
}

func line(task string, steps int) string {
	return fmt.Sprintf("{\"task\":%q,\"steps\":%d,\"ends\":%d}\n", task, steps, steps)
}

// into imports a file into a store.
func into(t *testing.T, store *importertest.Store, path string) importer.Result {
	t.Helper()
	result, err := importer.Run(context.Background(), counting{}, []string{path}, store, store, importertest.Options())
	require.NoError(t, err)
	return result
}

func TestAnEpisodeBecomesItsEvents(t *testing.T) {
	store, result := importertest.Import(t, counting{"me"}, importertest.File(t, "c.jsonl", line("three", 3)))
	require.Equal(t, importer.Counts{Episodes: 1, Transitions: 3, Tasks: 1, Calls: 1}, result.Counts)
	episode := store.Episodes[0]
	require.EqualValues(t, 3, *episode.EpisodeReturn)
	require.EqualValues(t, 3, episode.Length)
	require.Equal(t, "counting/c.jsonl", episode.Source)
	require.Equal(t, "three", *store.Tasks[0].Instruction, "a task without words goes by its id")
	require.Equal(t, "seed", *store.Tasks[0].Kind)
	for i, s := range store.Steps(episode.EpisodeID) {
		require.EqualValues(t, i, s.Step)
		require.Equal(t, []any{"collect", "train", "real", "run-1", "me"}, []any{s.Purpose, s.Split, s.Origin, *s.RunID, *s.PolicyID})
		require.Equal(t, *episode.GroupID, *s.GroupID)
		require.Equal(t, schema.MicrosOf(importertest.Clock), s.Time)
	}
	require.Equal(t, []string{store.Calls[0].EventID}, store.Transitions[0].CallIDs)
	require.Equal(t, []string{"agent", episode.EpisodeID}, []string{store.Calls[0].Role, *store.Calls[0].EpisodeID})
	imported := store.Training[0]
	require.Equal(t, schema.TypeDatasetImported, imported.EventType)
	require.Equal(t, []int64{1, 3, 1, 0}, []int64{*imported.Episodes, *imported.Transitions, *imported.Tasks, *imported.Rejected})
	require.Len(t, *imported.SHA256, 64)
}

func TestImportingAgainAddsNothing(t *testing.T) {
	store := importertest.NewStore()
	path := importertest.File(t, "c.jsonl", line("a", 2)+line("b", 1)+line("a", 2))
	first := into(t, store, path)
	require.Equal(t, importer.Counts{Episodes: 3, Transitions: 5, Tasks: 2, Calls: 3}, first.Counts)
	require.NotEqual(t, store.Episodes[0].EpisodeID, store.Episodes[2].EpisodeID, "equal records are two episodes")
	require.Equal(t, *store.Episodes[0].GroupID, *store.Episodes[2].GroupID)

	again := into(t, store, path)
	require.Zero(t, again.Counts)
	require.EqualValues(t, 3+5+2+3+1, again.Duplicates)
	require.Equal(t, first.Found, again.Found)
}

func TestAFileThatHasGrownAddsOnlyWhatIsNew(t *testing.T) {
	store := importertest.NewStore()
	path := importertest.File(t, "c.jsonl", line("a", 2))
	into(t, store, path)
	require.NoError(t, os.WriteFile(path, []byte(line("a", 2)+line("a", 2)+line("c", 1)), 0o600))
	grown := into(t, store, path)
	require.Equal(t, importer.Counts{Episodes: 2, Transitions: 3, Tasks: 1, Calls: 2}, grown.Counts)
	require.Len(t, store.Training, 2, "the grown file is another dataset")
}

func TestWhoActedTellsEqualRecordsApart(t *testing.T) {
	store := importertest.NewStore()
	path := importertest.File(t, "c.jsonl", line("a", 1))
	for _, policy := range []string{"x", "y"} {
		_, err := importer.Run(context.Background(), counting{policy}, []string{path}, store, store, importertest.Options())
		require.NoError(t, err)
	}
	require.Len(t, store.Episodes, 2)
	require.NotEqual(t, *store.Episodes[0].GroupID, *store.Episodes[1].GroupID)
	require.Len(t, store.Tasks, 1)
}

// breaking fails after a number of events.
type breaking struct {
	*importertest.Store
	left int
}

var errBroken = errors.New("broken")

func (b *breaking) Produce(ctx context.Context, row schema.Row) error {
	if b.left == 0 {
		return errBroken
	}
	b.left--
	return b.Store.Produce(ctx, row)
}

func TestAnImportThatBrokeIsTakenUpWhereItBroke(t *testing.T) {
	path := importertest.File(t, "c.jsonl", line("a", 2)+line("b", 3))
	for events := range 13 {
		store := importertest.NewStore()
		broken := &breaking{Store: store, left: events}
		_, err := importer.Run(context.Background(), counting{}, []string{path}, broken, store, importertest.Options())
		if events < 12 {
			require.ErrorIs(t, err, errBroken)
		}
		result := into(t, store, path)
		require.EqualValues(t, events, result.Duplicates)
		require.Len(t, store.Transitions, 5)
		require.Len(t, store.Episodes, 2)
		require.Len(t, store.Tasks, 2)
		require.Len(t, store.Training, 1)
	}
}

const (
	endless  = `{"task":"late","steps":3,"ends":1}` + "\n"
	infinite = `{"task":"inf","steps":1,"ends":1,"reward":"inf"}` + "\n"
	notANum  = `{"task":"nan","steps":1,"ends":1,"reward":"NaN"}` + "\n"
	badText  = "{\"task\":\"\xff\",\"steps\":1}\n"
	nameless = `{"steps":1}` + "\n"
	wrong    = `{"task":["a"]}` + "\n"
	tooLarge = `{"task":"large","steps":1,"large":9000000}` + "\n"
)

func TestABadRecordIsReportedAndTheRestGoesOn(t *testing.T) {
	path := importertest.File(t, "c.jsonl", endless+infinite+notANum+badText+nameless+wrong+"{torn\n"+tooLarge+line("good", 2))
	var heard []importer.Rejection
	options := importertest.Options()
	options.Rejected = func(r importer.Rejection) { heard = append(heard, r) }
	store := importertest.NewStore()
	result, err := importer.Run(context.Background(), counting{}, []string{path}, store, store, options)
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Episodes)
	require.EqualValues(t, 8, result.Rejected)
	require.Equal(t, result.Rejections, heard)
	require.EqualValues(t, 8, *store.Training[0].Rejected)
	for i, want := range []string{"step 0 ends the episode, but step 1 follows it", "field reward: +Inf: must be finite", "field reward: NaN: must be finite",
		"invalid UTF-8", "field task_id: is required", "task", "decode record", "measures 9000"} {
		require.Equal(t, path, heard[i].File)
		require.Equal(t, i+1, heard[i].Record)
		require.ErrorContains(t, heard[i], want)
	}
}

func TestStrictStopsAtTheFirstBadRecord(t *testing.T) {
	path := importertest.File(t, "c.jsonl", line("a", 1)+infinite+line("b", 1))
	options := importertest.Options()
	options.Strict = true
	store := importertest.NewStore()
	result, err := importer.Run(context.Background(), counting{}, []string{path, path}, store, store, options)
	require.ErrorContains(t, err, "c.jsonl record 2: step 0: field reward")
	require.EqualValues(t, 1, result.Rejected)
	require.Empty(t, store.Training)
}

func TestAFileThatIsCutShortGivesWhatItHolds(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		text.WriteString(line(fmt.Sprintf("task-%d-%x", i, math.Sin(float64(i))), 1))
	}
	for name, whole := range map[string][]byte{"c.jsonl.gz": gzipped(t, text.String()), "c.jsonl.zst": zstandard(t, text.String())} {
		t.Run(name, func(t *testing.T) {
			torn := importertest.File(t, name, string(whole[:len(whole)-len(whole)/4]))
			good := importertest.File(t, "good.jsonl", line("good", 1))
			store := importertest.NewStore()
			result, err := importer.Run(context.Background(), counting{}, []string{torn, good}, store, store, importertest.Options())
			require.ErrorContains(t, err, torn)
			require.ErrorContains(t, err, "cut short")
			require.Greater(t, result.Episodes, int64(1000))
			require.Len(t, store.Training, 1, "only the whole file counts as imported")
			require.Equal(t, "counting/good.jsonl", store.Training[0].Source)

			whole := importertest.File(t, name, string(whole))
			result = into(t, store, whole)
			require.EqualValues(t, 5000, result.Found.Episodes)
			require.Len(t, store.Episodes, 5001)
		})
	}
}

func TestWhatIsNoSourceIsNamed(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                             "is a folder, and format counting takes files",
		filepath.Join(dir, "none"):      "no such file",
		importertest.File(t, "e", ""):   "holds no episode of format counting",
		importertest.File(t, "x", "hi"): "holds no episode of format counting",
		os.DevNull:                      "not a regular file",
	} {
		store := importertest.NewStore()
		_, err := importer.Run(context.Background(), counting{}, []string{path}, store, store, importertest.Options())
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
}

// folders is a format that takes folders.
type folders struct{ counting }

func (folders) Holds(name string) bool { return strings.HasSuffix(name, ".jsonl") }

func TestAFolderIsReadInOrderWithoutItsLinks(t *testing.T) {
	dir := t.TempDir()
	outside := importertest.File(t, "outside.jsonl", line("outside", 1))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "b"), 0o700))
	for name, content := range map[string]string{"b/2.jsonl": line("two", 1), "a.jsonl.gz": string(gzipped(t, line("one", 1))), "LICENSE": "x"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "link.jsonl")))
	store, _ := importertest.Import(t, folders{}, dir)
	require.Len(t, store.Episodes, 2)
	require.Equal(t, []string{"one", "two"}, []string{store.Episodes[0].TaskID, store.Episodes[1].TaskID})

	_, err := importer.Run(context.Background(), folders{}, []string{t.TempDir()}, store, store, importertest.Options())
	require.ErrorContains(t, err, "holds no file of format counting")
}

func TestProgressReachesTheEnd(t *testing.T) {
	var text strings.Builder
	for i := range 1000 {
		text.WriteString(line(strconv.Itoa(i), 1))
	}
	var last importer.Progress
	calls := 0
	options := importertest.Options()
	options.Progress = func(p importer.Progress) {
		require.GreaterOrEqual(t, p.Bytes, last.Bytes)
		last = p
		calls++
	}
	store := importertest.NewStore()
	path := importertest.File(t, "c.jsonl", text.String())
	_, err := importer.Run(context.Background(), counting{}, []string{path, path}, store, store, options)
	require.NoError(t, err)
	require.Greater(t, calls, 6)
	require.Equal(t, last.TotalBytes, last.Bytes)
	require.EqualValues(t, 2*text.Len(), last.TotalBytes)
	require.EqualValues(t, 1000, last.Result.Episodes)
}

func TestACancelledImportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var text strings.Builder
	for i := range 1000 {
		text.WriteString(line(strconv.Itoa(i), 1))
	}
	options := importertest.Options()
	options.Progress = func(importer.Progress) { cancel() }
	store := importertest.NewStore()
	result, err := importer.Run(ctx, counting{}, []string{importertest.File(t, "c.jsonl", text.String())}, store, store, options)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, result.Episodes, int64(1000))
	require.Greater(t, result.Episodes, int64(0))
}

func TestSiblingFollowsNothing(t *testing.T) {
	path := importertest.File(t, "a.jsonl", "x")
	require.NoError(t, os.WriteFile(filepath.Join(filepath.Dir(path), "metadata.json"), []byte("{}"), 0o600))
	require.NoError(t, os.Symlink("/etc/hostname", filepath.Join(filepath.Dir(path), "link")))
	src, err := importer.Open(path)
	require.NoError(t, err)
	defer src.Close()
	got, err := src.Sibling("metadata.json")
	require.NoError(t, err)
	require.Equal(t, "{}", string(got))
	for _, name := range []string{"link", "../a", "none", "/etc/hostname"} {
		_, err := src.Sibling(name)
		require.Error(t, err, name)
	}
}

func TestTheByteOrderMarkIsNotContent(t *testing.T) {
	store, _ := importertest.Import(t, counting{}, importertest.File(t, "c.jsonl", "\xef\xbb\xbf"+line("a", 1)))
	require.Len(t, store.Episodes, 1)
}

func gzipped(t *testing.T, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func zstandard(t *testing.T, text string) []byte {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return w.EncodeAll([]byte(text), nil)
}
