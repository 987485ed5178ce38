package prompt

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":                            {""},
		"SELECT 1":                    {"SELECT 1"},
		"SELECT 1;":                   {"SELECT 1", ""},
		"a; b ;; c":                   {"a", "b", " c"},
		"SELECT ';' , \";\";x":        {"SELECT ';' , \";\"", "x"},
		"SELECT 'it''s; ok'; ":        {"SELECT 'it''s; ok'", " "},
		"-- one; two\nSELECT 1;":      {"-- one; two\nSELECT 1", ""},
		"/* ; */ SELECT 1;":           {"/* ; */ SELECT 1", ""},
		"SELECT $$a;b$$;":             {"SELECT $$a;b$$", ""},
		"SELECT $x$a;$$;b$x$ ; r":     {"SELECT $x$a;$$;b$x$", " r"},
		"SELECT $1; SELECT $2;":       {"SELECT $1", "SELECT $2", ""},
		"SELECT 'open; ":              {"SELECT 'open; "},
		"SELECT /* open; ":            {"SELECT /* open; "},
		"SELECT 5 - -3; SELECT 4 / 2": {"SELECT 5 - -3", " SELECT 4 / 2"},
	} {
		statements, rest := Split(text)
		require.Equal(t, want, append(statements, rest), text)
	}
}

func TestComplete(t *testing.T) {
	for _, text := range []string{"", "  ", ".help", "SELECT 1;", "SELECT 1; ", "SELECT 1; -- done", "SELECT 1; /* done */", "a; b;"} {
		require.True(t, Complete(text), text)
	}
	for _, text := range []string{"SELECT 1", "SELECT 1; SELECT", "SELECT ';", "SELECT 1; /* open", "SELECT $$;", "-- ;"} {
		require.False(t, Complete(text), text)
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"SELECT 'a;b'; x", "$$;$$;", "/*;", "--;\n;", "\"", "$tag$;", "é;ü"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		statements, rest := Split(text)
		require.True(t, strings.HasSuffix(text, rest))
		again, _ := Split(strings.Join(statements, "\n;") + "\n;")
		require.Equal(t, len(statements), len(again), "%q", statements)
		Complete(text)
		Candidates(testViews, text)
	})
}

var testViews = []View{
	{"transitions", "Steps of episodes. More.", []Column{{"episode_id", "VARCHAR"}, {"step", "BIGINT"}, {"action", "VARCHAR"}}},
	{"episodes", "Attempts", []Column{{"episode_id", "VARCHAR"}, {"success", "BOOLEAN"}, {"status", "VARCHAR"}}},
}

func words(candidates []Candidate) (all []string) {
	for _, c := range candidates {
		all = append(all, c.Word)
	}
	return all
}

func TestCandidates(t *testing.T) {
	for before, want := range map[string]struct {
		head  string
		words []string
	}{
		"SELECT sta":                          {"", []string{"status", "starts_with("}},
		"SELECT st":                           {"", []string{"step", "status", "stddev(", "starts_with("}},
		"SELECT count(*) FROM epi":            {"", []string{"episodes"}},
		"SELECT epi":                          {"", []string{"episode_id", "episodes"}},
		"SELECT avg(suc":                      {"avg(", []string{"success"}},
		"FROM transitions t WHERE t.":         {"t.", []string{"episode_id", "step", "action"}},
		"FROM transitions t WHERE t.ac":       {"t.", []string{"action"}},
		"FROM episodes WHERE acti":            {"", nil},
		"FROM ":                               {"", []string{"transitions", "episodes"}},
		"QUAL":                                {"", []string{"QUALIFY"}},
		"qual":                                {"", []string{"qualify"}},
		".q":                                  {"", []string{".quit"}},
		"FROM transitions JOIN episodes ON s": {"", []string{"step", "success", "status", "select", "summarize", "sum(", "stddev(", "starts_with(", "substr("}},
	} {
		head, candidates := Candidates(testViews, before)
		require.Equal(t, want.head, head, before)
		require.ElementsMatch(t, want.words, words(candidates), before)
	}
}

// script is a person who types texts.
type script []any

func (s *script) Read(context.Context) (string, error) {
	if len(*s) == 0 {
		return "", io.EOF
	}
	next := (*s)[0]
	*s = (*s)[1:]
	if err, ok := next.(error); ok {
		return "", err
	}
	return next.(string), nil
}

// recording is a database that keeps what it is asked.
type recording struct{ asked []string }

func (r *recording) Query(_ context.Context, sql string) error {
	r.asked = append(r.asked, sql)
	if strings.Contains(sql, "wrong") {
		return errors.New("Parser Error: that is wrong")
	}
	return nil
}

func (r *recording) Refresh(context.Context) (string, error) { return "reading snapshot 7", nil }
func (r *recording) Views() []View                           { return testViews }

func converse(t *testing.T, texts ...any) (asked []string, out, failures string) {
	t.Helper()
	db, said := &recording{}, script(texts)
	var stdout, stderr bytes.Buffer
	require.NoError(t, Run(t.Context(), db, &said, &stdout, &stderr))
	return db.asked, stdout.String(), stderr.String()
}

func TestPromptGoesOnAfterFailures(t *testing.T) {
	asked, _, failures := converse(t, "a; wrong; c;", ErrInterrupted, "d;", ".nope")
	require.Equal(t, []string{"a", "wrong", "d"}, asked, "what follows a failure on its line is left out")
	require.Contains(t, failures, "that is wrong")
	require.Contains(t, failures, ".nope; .help")
}

func TestPromptCommands(t *testing.T) {
	asked, out, _ := converse(t, ".tables", ".help", " .refresh ;", "a; -- b", ".quit", "c;")
	require.Equal(t, []string{"a"}, asked)
	for _, want := range []string{"transitions  Steps of episodes.\n", ".refresh", "reading snapshot 7"} {
		require.Contains(t, out, want)
	}
}

func TestPromptEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Run(ctx, &recording{}, &script{"a;", "b;"}, io.Discard, io.Discard)
	require.ErrorIs(t, err, context.Canceled)
}
