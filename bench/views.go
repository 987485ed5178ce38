package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "github.com/marcboeker/go-duckdb/v2" // the driver that the hand-made file is read with

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/schema"
)

// queries are asked of T: our view, or the hand-made file.
var queries = []struct{ name, sql string }{
	{"success rate by environment", `SELECT environment, count(*) AS episodes, avg(CASE WHEN ok THEN 1.0 ELSE 0.0 END) AS success_rate
		FROM (SELECT environment, episode_id, bool_or(terminated AND reward >= 1) AS ok FROM T GROUP BY environment, episode_id)
		GROUP BY environment ORDER BY environment`},
	{"mean and variance by task", `SELECT task_id, count(*) AS n, avg(ret) AS mean, var_pop(ret) AS v
		FROM (SELECT task_id, episode_id, sum(reward) AS ret FROM T GROUP BY task_id, episode_id) GROUP BY task_id ORDER BY task_id`},
	{"one episode by id", `SELECT * FROM T WHERE episode_id = '$episode' ORDER BY step`},
	{"20 tasks of highest value", `SELECT task_id, count(*) AS n, avg(ret) AS mean, var_pop(ret) AS v
		FROM (SELECT task_id, episode_id, sum(reward) AS ret FROM T GROUP BY task_id, episode_id)
		GROUP BY task_id HAVING count(*) >= 8 ORDER BY v DESC, task_id LIMIT 20`},
	{"truncations by policy version", `SELECT policy_version, count(*) FILTER (WHERE truncated) AS truncated, count(*) AS transitions
		FROM T GROUP BY policy_version ORDER BY policy_version`},
}

const queryRuns = 15

// benchViews compares our corrected view with the same SQL over one sorted
// Parquet file that DuckDB wrote itself, without corrections.
func benchViews(ctx context.Context, b *bench) (err error) {
	dir, err := b.scratch("views")
	if err != nil {
		return err
	}
	a, err := app.Create(ctx, app.Config{Data: filepath.Join(dir, "data")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	episode, err := fillViews(ctx, a, b.scaled(1_000_000))
	if err != nil {
		return err
	}
	if _, err := a.Compact(ctx, app.CompactOptions{}); err != nil {
		return err
	}
	start := time.Now()
	session, err := a.Session(ctx, "", analytics.Options{Threads: 2})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	b.report.add("views", "open a session with its corrections", "ms", time.Since(start).Seconds()*1000)
	file := filepath.Join(dir, "hand-made.parquet")
	if err := exportSorted(ctx, session, filepath.Join(dir, "rows.parquet"), file); err != nil {
		return err
	}
	hand, err := openFile(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hand.Close()) }()
	return compareQueries(ctx, b, session, hand, episode)
}

// fillViews lands n transitions and corrects one in a hundred; it returns the
// id of an episode.
func fillViews(ctx context.Context, a *app.App, n int) (episode string, err error) {
	w, err := a.Writer(ctx, app.WriterOptions{})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, w.Close(ctx)) }()
	g := newGenerator(1)
	for i := range n {
		row := g.next(i)
		if i == n/2 {
			episode = row.EpisodeID
		}
		if err := w.Produce(ctx, row); err != nil {
			return "", err
		}
		if i%100 == 0 {
			if err := w.Produce(ctx, correction(row)); err != nil {
				return "", err
			}
		}
	}
	_, err = w.Finish(ctx)
	return episode, err
}

func correction(row *schema.TransitionRow) *schema.AnnotationRow {
	return &schema.AnnotationRow{
		Envelope: schema.Envelope{
			EventID: schema.DeriveID("bench correction", row.EventID), EventType: schema.TypeAnnotationAdded,
			Time: row.Time, Source: "bench", Subject: row.Subject,
		},
		Annotation: schema.Annotation{TargetKind: "event", Target: row.EventID, Kind: "reward", Value: "0.5"},
	}
}

// exportSorted writes the rows of the view as one sorted file, as a person
// would with DuckDB.
func exportSorted(ctx context.Context, session *app.Session, unsorted, file string) error {
	if err := exportRows(ctx, session, unsorted); err != nil {
		return err
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, fmt.Sprintf(`COPY (FROM read_parquet('%s') ORDER BY environment, task_id, episode_id, step)
		TO '%s' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)`, unsorted, file))
	return errors.Join(err, db.Close(), os.Remove(unsorted))
}

// openFile opens T over the hand-made file.
func openFile(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, statement := range []string{"SET threads = 2", "SET TimeZone = 'UTC'", "CREATE VIEW T AS FROM read_parquet('" + file + "')"} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}

func compareQueries(ctx context.Context, b *bench, session *app.Session, hand *sql.DB, episode string) error {
	for _, q := range queries {
		text := strings.ReplaceAll(q.sql, "$episode", episode)
		var ours, theirs, ratios []float64
		for i := range queryRuns + 1 {
			o, err := timeSession(ctx, session, strings.ReplaceAll(text, "FROM T", "FROM transitions"))
			if err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
			t, err := timeDB(ctx, hand, text)
			if err != nil {
				return fmt.Errorf("%s over the hand-made file: %w", q.name, err)
			}
			if i > 0 { // the first is the warm-up
				ours, theirs, ratios = append(ours, o), append(theirs, t), append(ratios, o/t)
			}
		}
		slices.Sort(ratios)
		b.report.add("views", q.name, "ms", ours...)
		b.report.add("views", q.name+", hand-made file", "ms", theirs...)
		b.report.add("views", q.name+", ratio", "x", ratios...)
	}
	return nil
}

func timeSession(ctx context.Context, session *app.Session, query string) (ms float64, err error) {
	start := time.Now()
	result, err := session.Query(ctx, query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for result.Next() {
		_ = result.Row()
	}
	return time.Since(start).Seconds() * 1000, result.Err()
}

func timeDB(ctx context.Context, db *sql.DB, query string) (ms float64, err error) {
	start := time.Now()
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() * 1000, rows.Err()
}
