package mapping

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const lines = `{"run":"a","t":1,"obs":"hall","act":"go north","r":1.5,"opts":["go north","wait"],"meta":{"k":9007199254740993}}
{"run":"a","t":0,"obs":"cellar","act":"go up","r":0.5,"opts":["go up"],"meta":null}
{"run":"b","t":0,"obs":"cellar","act":"wait","r":null,"opts":[],"meta":{}}
`

const query = `SELECT run AS episode_id, t AS step, 'house' AS environment, 'get out' AS task_id, obs AS state, act AS action,
	r AS reward, opts AS admissible_actions, meta AS info, 'escape' AS instruction FROM source;`

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestJSONLines(t *testing.T) {
	for name, content := range map[string]string{
		"plain.jsonl": lines, "lines.jsonl.gz": gzipped(t, lines), "lines.zst": zstandard(t, lines),
		"it's [1]*?.json": "[" + strings.TrimSuffix(strings.ReplaceAll(lines, "}\n", "},"), ",") + "]",
	} {
		t.Run(name, func(t *testing.T) {
			store, result := importertest.Import(t, New(query), importertest.File(t, name, content))
			require.Zero(t, result.Rejected, result.Rejections)
			require.Equal(t, importer.Counts{Episodes: 2, Transitions: 3, Tasks: 1}, result.Counts)
			steps := store.Steps(store.Episodes[0].EpisodeID)
			require.Equal(t, []string{"cellar", "hall", "go up"}, []string{steps[0].State, steps[0].NextState, steps[0].Action})
			require.Equal(t, []string{"go north", "wait"}, steps[1].AdmissibleActions)
			require.Equal(t, []any{.5, 1.5, 2.}, []any{*steps[0].Reward, *steps[1].Reward, *store.Episodes[0].EpisodeReturn})
			require.Contains(t, string(*steps[1].Info), "9007199254740993")
			require.Contains(t, string(*store.Episodes[0].Info), `"source_episode_id":"a"`)
			require.True(t, steps[1].Truncated)
			other := store.Steps(store.Episodes[1].EpisodeID)
			require.Nil(t, other[0].Reward)
			require.Equal(t, []string{}, other[0].AdmissibleActions)
			require.Nil(t, store.Episodes[1].EpisodeReturn)
		})
	}
}

func TestCSVAndParquet(t *testing.T) {
	const csv = "ep,n,s,a,s2,done\nx,0,\"a, b\",go,c,false\nx,1,c,stop,d,true\n"
	const query = "SELECT ep AS episode_id, n AS step, 'e' AS environment, 't' AS task_id, s AS state, a AS action, s2 AS next_state, done AS terminated, 0.25 AS reward, true AS success FROM source"
	type record struct {
		Ep string `parquet:"ep"`
		N  int32  `parquet:"n"`
		S  string `parquet:"s"`
		A  string `parquet:"a"`
		S2 string `parquet:"s2"`
		D  bool   `parquet:"done"`
	}
	var columnar bytes.Buffer
	require.NoError(t, parquet.Write(&columnar, []record{{"x", 1, "c", "stop", "d", true}, {"x", 0, "a, b", "go", "c", false}}))
	for name, content := range map[string]string{"t.csv": csv, "t.csv.gz": gzipped(t, csv), "t.parquet": columnar.String()} {
		t.Run(name, func(t *testing.T) {
			store, result := importertest.Import(t, New(query), importertest.File(t, name, content))
			require.Zero(t, result.Rejected, result.Rejections)
			require.Len(t, store.Transitions, 2)
			require.Equal(t, "a, b", store.Transitions[0].State)
			require.Equal(t, "d", store.Transitions[1].NextState)
			require.True(t, store.Transitions[1].Terminated)
			require.Equal(t, "completed", store.Episodes[0].Status)
			require.True(t, *store.Episodes[0].Success)
			require.Equal(t, .5, *store.Episodes[0].EpisodeReturn)
		})
	}
}

func TestABadEpisodeIsRefusedAlone(t *testing.T) {
	const csv = `ep,n,task,r
gap,0,t,0
gap,2,t,0
double,0,t,0
double,0,t,1
late,1,t,0
tasks,0,t,0
tasks,1,u,0
word,0,t,much
infinite,0,t,inf
good,0,t,1
`
	store := importertest.NewStore()
	result, err := importer.Run(context.Background(), New(
		"SELECT ep AS episode_id, n AS step, 'e' AS environment, task AS task_id, 's' AS state, 'a' AS action, r AS reward FROM source"),
		[]string{importertest.File(t, "t.csv", csv)}, store, store, importertest.Options())
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Episodes)
	var reasons []string
	for _, r := range result.Rejections {
		reasons = append(reasons, fmt.Sprint(r.Record, " ", r.Err))
	}
	require.Equal(t, []string{
		"1 episode double: step 0 stands where step 1 must follow: it is doubled, or steps do not count from 0",
		"2 episode gap: step 1 is missing: step 2 follows",
		"4 step 0: field reward: +Inf: must be finite",
		"5 episode late: step 0 is missing: step 1 follows",
		`6 episode tasks: task_id differs between its steps: "t", then "u"`,
		`7 episode word: reward "much": must be a number`,
	}, reasons)
}

func TestAQueryThatDoesNotFit(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT 1 AS episode_id, 2 AS rewards FROM source":  "unknown columns rewards; known are episode_id, step,",
		"SELECT 1 AS episode_id, 2 AS step FROM source":     "does not yield environment, task_id, state, action",
		"SELECT 1; SELECT 2":                                "2 statements",
		"DROP VIEW source":                                  "SELECT",
		"COPY source TO '/tmp/x'":                           "SELECT",
		"SELECT nothing FROM source":                        "nothing",
		"SELECT * FROM":                                     "syntax error",
		"SELECT 1) AS x; DROP VIEW source; FROM (SELECT 1":  "syntax error",
		"SELECT * FROM enable_logging('x', storage='file')": "not allowed",
		"": "0 statements",
	} {
		store := importertest.NewStore()
		_, err := importer.Run(context.Background(), New(query), []string{importertest.File(t, "t.jsonl", lines)}, store, store, importertest.Options())
		require.ErrorContains(t, err, want, query)
		require.Empty(t, store.Transitions)
	}
}

func TestTheQuerySeesNoOtherFile(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.csv")
	require.NoError(t, os.WriteFile(secret, []byte("a,b\n1,2\n"), 0o600))
	path := filepath.Join(dir, "source.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(lines), 0o600))
	for _, from := range []string{
		fmt.Sprintf("read_csv('%s')", secret), fmt.Sprintf("'%s'", secret), fmt.Sprintf("read_text('%s')", secret),
		fmt.Sprintf("glob('%s/*')", dir), fmt.Sprintf("read_blob('%s')", dir+"/*"), "read_csv('https://example.com/x.csv')",
		fmt.Sprintf("sqlite_scan('%s', 't')", secret),
	} {
		store := importertest.NewStore()
		_, err := importer.Run(context.Background(), New("SELECT * FROM "+from), []string{path}, store, store, importertest.Options())
		require.Error(t, err, from)
		require.NotContains(t, err.Error(), "unknown columns", from)
	}
}

func TestCutShortIsNoWholeFile(t *testing.T) {
	whole := gzipped(t, strings.Repeat(lines, 1000))
	store := importertest.NewStore()
	_, err := importer.Run(context.Background(), New(query), []string{importertest.File(t, "t.jsonl.gz", whole[:len(whole)/2])}, store, store, importertest.Options())
	require.ErrorContains(t, err, "cut short")
	require.Empty(t, store.Transitions)
}

func TestManyRowsComeInPages(t *testing.T) {
	var b strings.Builder
	b.WriteString("e,n\n")
	for n := 9999; n >= 0; n-- {
		fmt.Fprintf(&b, "%d,%d\n", n%3, n/3)
	}
	_, result := importertest.Import(t, New("SELECT e AS episode_id, n AS step, 'e' AS environment, 't' AS task_id, 's' AS state, 'a' AS action FROM source"),
		importertest.File(t, "t.csv", b.String()))
	require.Zero(t, result.Rejected, result.Rejections)
	require.EqualValues(t, 3, result.Episodes)
	require.EqualValues(t, 10000, result.Transitions)
}

func gzipped(t *testing.T, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstandard(t *testing.T, text string) string {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(text), nil))
}
