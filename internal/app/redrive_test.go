package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// mend gives a dead letter content that can be decoded: a test cannot mend the
// decoder, which is what a fix would be.
func (h *home) mend(row schema.Row) {
	h.Helper()
	lk := h.app().Lake()
	headers, body, err := schema.Encode(row)
	require.NoError(h, err)
	pairs := make([][]any, len(headers))
	for i, header := range headers {
		pairs[i] = []any{header.Key, header.Value} // bytes become base64
	}
	files, err := lk.Files(h.Context(), schema.DeadLetters)
	require.NoError(h, err)
	require.Len(h, files, 1)
	object, err := lk.Store().Open(h.Context(), files[0].Name)
	require.NoError(h, err)
	defer object.Close()
	out, err := lk.Rewrite(h.Context(), schema.DeadLetters, parquetfile.Options{})
	require.NoError(h, err)
	require.NoError(h, parquetfile.Read(h.Context(), object, object.Size(), schema.DeadLetters, func(rows []schema.Row) error {
		for _, r := range rows {
			letter := r.(*schema.DeadLetterRow)
			letter.Value, letter.DeadLetter.Headers = body, schema.JSONOf(pairs)
			if err := out.Write(letter); err != nil {
				return err
			}
		}
		return nil
	}))
	mended, err := out.Finish(h.Context())
	require.NoError(h, err)
	require.NoError(h, lk.Replace(h.Context(), schema.DeadLetters, []string{files[0].Name}, []lake.NewFile{mended}))
}

// good is an event that can be decoded.
func good() *schema.EpisodeRow {
	return &schema.EpisodeRow{
		Envelope: schema.Envelope{EventID: "end", EventType: schema.TypeEpisodeEnded, Time: 1, Source: "test", Subject: "e"},
		Episode:  schema.Episode{Purpose: "collect", Environment: "coin", Split: "train", TaskID: "t", EpisodeID: "e", Origin: "real", Status: "completed"},
	}
}

func TestRedriveAfterAFix(t *testing.T) {
	h := newHome(t)
	h.garbage("e")
	require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.deadletter"))
	h.mend(good())
	result, err := h.app().Redrive(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 1, result.Redriven)
	require.Equal(t, map[string]int64{"episodes": 1, "annotations": 1}, result.Landed.Rows)
	require.Zero(t, result.Landed.DeadLetter)
	require.Equal(t, [][]any{{"end", "redrive/" + h.place(), int64(1)}}, h.sql("SELECT event_id, producer, sequence FROM lake.episodes"))
	require.Equal(t, "true", h.value("SELECT value FROM lake.annotations WHERE kind = 'redriven' AND target = (SELECT event_id FROM lake.deadletter)"))

	again, err := h.app().Redrive(t.Context())
	require.NoError(t, err)
	require.Zero(t, again.Redriven)
	require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.episodes"))
}

// place is where the one dead letter lies in the log.
func (h *home) place() string {
	h.Helper()
	return h.value("SELECT concat_ws('/', log_generation, log_partition, log_offset) FROM lake.deadletter").(string)
}

func TestRedriveWithoutAFixMakesADeadLetterAgain(t *testing.T) {
	h := newHome(t)
	h.garbage("e")
	h.garbage("")
	for range 2 {
		result, err := h.app().Redrive(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, result.Redriven, "those that came back, not those before them")
		require.EqualValues(t, 2, result.Landed.DeadLetter)
	}
	require.EqualValues(t, 6, h.value("SELECT count(*) FROM lake.deadletter"))
	require.EqualValues(t, 6, h.value("SELECT count(*) FROM lake.deadletter WHERE value = 'garbage'::BLOB"))
	h.requireOnce()
}

// TestRedriveCutShortDoublesNothing: the record was sent again, and the process
// died before it could note that.
func TestRedriveCutShortDoublesNothing(t *testing.T) {
	for _, key := range []string{"e", ""} {
		h := newHome(t)
		h.garbage(key)
		h.mend(good())
		headers, body, err := schema.Encode(good())
		require.NoError(t, err)
		headers = append(headers,
			schema.Header{Key: schema.HeaderProducer, Value: []byte("redrive/" + h.place())}, schema.Header{Key: schema.HeaderSequence, Value: []byte("1")})
		require.EqualValues(t, 1, h.raw(key, body, headers).Rows["episodes"])

		result, err := h.app().Redrive(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, result.Redriven)
		require.Zero(t, result.Landed.Duplicates, "it is not even sent again")
		require.EqualValues(t, 1, h.value("SELECT count(*) FROM lake.episodes"))
		again, err := h.app().Redrive(t.Context())
		require.NoError(t, err)
		require.Zero(t, again.Redriven)
	}
}

func TestRedriveOfNothing(t *testing.T) {
	h := newHome(t)
	result, err := h.app().Redrive(t.Context())
	require.NoError(t, err)
	require.Zero(t, result.Redriven)
	require.Zero(t, result.Landed.Snapshot)
}
