package analytics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/analytics/engine"
)

// macros is what the views call for each row. A macro leaves out what this
// session has none of, so that nothing is computed, nor any column read, in
// vain.
type macros struct {
	place     string // SQL of a row's place, as the lookups have it
	rewards   bool   // rewards of transitions were corrected
	retracted bool   // transitions were retracted one by one
	targets   bool   // events or episodes were retracted
	selectors []selector
}

// sql defines the macros, and the returns of episodes in which a reward was
// corrected. Parameters end in _ where they would hide a column.
func (m *macros) sql() []string {
	reward, resummed := "reward", "SELECT NULL::VARCHAR AS episode_id, NULL::DOUBLE AS episode_return WHERE false"
	if m.rewards {
		reward = fmt.Sprintf("%s(%s, reward)", rewardLookup, m.place)
		resummed = `SELECT episode_id, sum(corrected_reward(place_file, place_row, log_generation, log_partition, log_offset, reward)) AS episode_return
			FROM lake.transitions
			WHERE episode_id IN (FROM session.resummed_episodes)
				AND NOT retracted_transition(place_file, place_row, log_generation, log_partition, log_offset, episode_id, source, model_id, model_version)
			GROUP BY episode_id`
	}
	return []string{
		"CREATE MACRO corrected_reward(file_, row_, generation_, partition_, offset_, reward) AS " + reward,
		"CREATE MACRO retracted_transition(file_, row_, generation_, partition_, offset_, episode_id, source, model_id, model_version) AS " +
			anyOf(m.transitionRetracted()),
		"CREATE MACRO retracted_row(event_id, episode_id, source) AS " + anyOf(m.rowRetracted()),
		"CREATE VIEW session.resummed_returns AS " + resummed,
	}
}

const (
	episodeRetracted = "episode_id IN (SELECT target FROM session.retracted WHERE target_kind = 'episode')"
	eventRetracted   = "event_id IN (SELECT target FROM session.retracted WHERE target_kind = 'event')"
)

func (m *macros) transitionRetracted() []string {
	var conditions []string
	if m.targets {
		conditions = append(conditions, episodeRetracted)
	}
	if m.retracted {
		conditions = append(conditions, fmt.Sprintf("%s(%s, 0) = 1", retractionLookup, m.place))
	}
	for _, s := range m.selectors {
		conditions = append(conditions, s.condition())
	}
	return conditions
}

// rowRetracted is for tables whose rows are not made by an experience model: a
// selector of one takes the episodes that it had a part in.
func (m *macros) rowRetracted() []string {
	var conditions []string
	if m.targets {
		conditions = append(conditions, episodeRetracted, eventRetracted)
	}
	for _, s := range m.selectors {
		if s.ModelID == nil && s.ModelVersion == nil {
			conditions = append(conditions, s.condition())
		} else {
			conditions = append(conditions, "episode_id IN (SELECT t.episode_id FROM lake.transitions AS t WHERE "+s.condition()+")")
		}
	}
	return conditions
}

// anyOf joins conditions; one that is NULL does not hold.
func anyOf(conditions []string) string {
	holds := []string{"false"}
	for _, c := range conditions {
		holds = append(holds, "coalesce("+c+", false)")
	}
	return "(" + strings.Join(holds, " OR ") + ")"
}

// selector is the target of an annotation on everything from one origin. Each
// member that is given must match.
type selector struct {
	Source       *string `json:"source"`
	ModelID      *string `json:"model_id"`
	ModelVersion *string `json:"model_version"`
}

// condition holds for rows that the selector names.
func (s selector) condition() string {
	var equal []string
	for _, member := range []struct {
		column string
		value  *string
	}{{"source", s.Source}, {"model_id", s.ModelID}, {"model_version", s.ModelVersion}} {
		if member.value != nil {
			equal = append(equal, member.column+" = "+engine.Quote(*member.value))
		}
	}
	return strings.Join(equal, " AND ")
}

// parseSelector reads the target of such an annotation. One with members that
// this version does not know names nothing: it must not take more than meant.
func parseSelector(target string) (s selector, ok bool) {
	d := json.NewDecoder(strings.NewReader(target))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil || d.More() {
		return s, false
	}
	return s, s != selector{}
}

// readSelectors returns the selectors that were retracted.
func (s *Session) readSelectors(ctx context.Context) (found []selector, err error) {
	result, err := s.db.Query(ctx, "SELECT target FROM session.corrections WHERE kind = 'retraction' AND target_kind = 'selector'")
	if err != nil {
		return nil, err
	}
	for result.Next() {
		if one, ok := parseSelector(result.Row()[0].(string)); ok {
			found = append(found, one)
		}
	}
	return found, errors.Join(result.Err(), result.Close())
}
