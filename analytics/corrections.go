package analytics

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/dreamlog/dreamlog/analytics/engine"
	"github.com/dreamlog/dreamlog/schema"
)

// Names of the lookups by place that the macros below use.
const (
	rewardLookup     = "session_reward"
	retractionLookup = "session_retracted"
)

// maxPlacedRows is the most transitions among which the corrected ones are
// looked for when a session opens.
const maxPlacedRows = 5_000_000

// defineCorrections reads what corrects and retracts, once, and defines what
// the views apply it with.
//
// Corrections of a reward are many and transitions are more, so they go into a
// lookup by the place of a row. In a lake of up to maxPlacedRows transitions
// the place is file and row number, which a query has for nothing; to find
// them takes some 15 ms a million rows, once. In a larger lake that would be
// too long to wait for a single answer: there the place is the position in the
// log, which annotations mostly say and a query has to read. Where nothing was
// corrected, the macros give the columns back as they are, and the views are
// plain scans.
func (s *Session) defineCorrections(ctx context.Context) error {
	byRow := s.transitions() <= s.options.maxPlacedRows
	for _, sql := range append(correctionTables(), placesSQL(byRow)) {
		if err := s.db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("read the corrections: %w", err)
		}
	}
	rewards, err := s.defineLookup(ctx, rewardLookup, rewardPlaces)
	if err != nil {
		return err
	}
	retracted, err := s.defineLookup(ctx, retractionLookup, retractedPlaces)
	if err != nil {
		return err
	}
	selectors, err := s.readSelectors(ctx)
	if err != nil {
		return err
	}
	m := macros{place: "file_, row_", rewards: rewards > 0, retracted: retracted > 0, selectors: selectors}
	if !byRow {
		m.place = partitionSQL(s.generationSQL(), "partition_") + ", offset_"
	}
	if m.targets, err = s.any(ctx, "FROM session.retracted"); err != nil {
		return err
	}
	for _, sql := range m.sql() {
		if err := s.db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("define the corrections: %w", err)
		}
	}
	return nil
}

// transitions is how many transitions there are in the files.
func (s *Session) transitions() (rows int64) {
	for _, f := range s.pin.Tables[schema.Transitions] {
		rows += f.Rows
	}
	return rows
}

// any says whether a query has rows.
func (s *Session) any(ctx context.Context, sql string) (bool, error) {
	result, err := s.db.Query(ctx, sql)
	if err != nil {
		return false, err
	}
	found := result.Next()
	return found, errors.Join(result.Err(), result.Close())
}

// generationSQL is the generation of a row: a constant, which spares reading
// the column, while there has been only one.
func (s *Session) generationSQL() string {
	if len(s.pin.Cuts) == 0 {
		return "generation_"
	}
	first := s.pin.Cuts[0].Generation
	for _, c := range s.pin.Cuts {
		if c.Generation != first {
			return "generation_"
		}
	}
	return strconv.FormatInt(first, 10)
}

// correctionTables are made in this order. Of several annotations of one kind
// on one target the last in the log counts.
func correctionTables() []string {
	return []string{
		"CREATE SCHEMA session",
		`CREATE TABLE session.corrections AS
		SELECT target_kind, target, target_offset, kind, value, subject, log_generation, log_partition
		FROM lake.annotations
		WHERE kind IN ('reward', 'outcome', 'retraction')
		QUALIFY row_number() OVER (
			PARTITION BY target_kind, target, kind ORDER BY log_generation DESC, log_offset DESC, log_partition DESC
		) = 1`,
		// A retraction whose value is false takes back the one before it.
		"DELETE FROM session.corrections WHERE kind = 'retraction' AND value = 'false'",
		`CREATE TABLE session.corrected_episodes AS
		SELECT target AS episode_id,
			max(TRY_CAST(value AS DOUBLE)) FILTER (kind = 'reward') AS reward,
			bool_or(value = 'true') FILTER (kind = 'outcome') AS outcome
		FROM session.corrections
		WHERE target_kind = 'episode' AND kind IN ('reward', 'outcome')
		GROUP BY target`,
		`CREATE TABLE session.retracted AS
		SELECT target_kind, target FROM session.corrections WHERE kind = 'retraction' AND target_kind IN ('event', 'episode')`,
		// Where an event is: the annotation says so, and lies in the same partition,
		// or the event is looked for.
		`CREATE TABLE session.unplaced AS
		SELECT DISTINCT target AS event_id FROM session.corrections WHERE target_kind = 'event' AND target_offset IS NULL`,
		`CREATE TABLE session.found AS
		SELECT event_id, log_generation, log_partition, log_offset
		FROM lake.transitions
		WHERE (SELECT count(*) FROM session.unplaced) > 0 AND event_id IN (FROM session.unplaced)`,
		`CREATE TABLE session.placed AS
		SELECT kind, value, subject, log_generation, log_partition, target_offset AS log_offset
		FROM session.corrections
		WHERE target_kind = 'event' AND target_offset IS NOT NULL
		UNION ALL
		SELECT c.kind, c.value, c.subject, f.log_generation, f.log_partition, f.log_offset
		FROM session.corrections AS c JOIN session.found AS f ON f.event_id = c.target
		WHERE c.target_kind = 'event' AND c.target_offset IS NULL`,
		`CREATE TABLE session.resummed_episodes AS
		SELECT DISTINCT subject AS episode_id FROM session.placed WHERE kind = 'reward'`,
	}
}

// partitionSQL packs generation and partition into one number.
func partitionSQL(generation, partition string) string {
	return fmt.Sprintf("(%s * 65536 + %s)::UBIGINT", generation, partition)
}

// placesSQL defines where each corrected or retracted transition is: the two
// halves of its key in the lookups.
func placesSQL(byRow bool) string {
	if !byRow {
		return "CREATE VIEW session.places AS SELECT kind, value, " + partitionSQL("log_generation", "log_partition") +
			" AS high, log_offset AS low FROM session.placed"
	}
	return `CREATE TABLE session.places AS
		SELECT p.kind, p.value, t.place_file AS high, t.place_row AS low
		FROM session.placed AS p JOIN lake.transitions AS t USING (log_generation, log_partition, log_offset)`
}

const (
	rewardPlaces = `SELECT high, low, TRY_CAST(value AS DOUBLE)
		FROM session.places WHERE kind = 'reward' AND isfinite(TRY_CAST(value AS DOUBLE))`
	retractedPlaces = "SELECT high, low, 1::DOUBLE FROM session.places WHERE kind = 'retraction'"
)

// defineLookup fills a lookup with places and numbers; it returns how many.
func (s *Session) defineLookup(ctx context.Context, name, sql string) (int, error) {
	var places []int64
	var values []float64
	result, err := s.db.Query(ctx, sql)
	if err != nil {
		return 0, fmt.Errorf("place the corrections: %w", err)
	}
	for result.Next() {
		row := result.Row()
		places = append(places, engine.Key(row[0].(uint64), row[1].(int64)))
		values = append(values, row[2].(float64))
	}
	if err := result.Err(); err != nil {
		result.Close()
		return 0, fmt.Errorf("place the corrections: %w", err)
	}
	if err := result.Close(); err != nil {
		return 0, err
	}
	numbers := engine.NewNumbers(len(places))
	for i, place := range places {
		numbers.Set(place, values[i])
	}
	return len(places), s.db.DefineLookup(ctx, name, numbers)
}
