package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// kind is what the text of a column must be.
type kind int

const (
	text kind = iota
	whole
	number
	truth
	moment
	list
	object
)

// Column is a column that a mapping may yield.
type Column struct {
	// Name as in the table transitions, or as in episodes for what is said of
	// the whole episode.
	Name string
	// Required columns must be yielded.
	Required bool
	// Episode says that all rows of an episode must agree.
	Episode bool

	kind kind
}

// Columns returns the columns that a mapping may yield.
func Columns() []Column {
	return []Column{
		{Name: "episode_id", Required: true, Episode: true},
		{Name: "step", Required: true, kind: whole},
		{Name: "environment", Required: true, Episode: true},
		{Name: "task_id", Required: true, Episode: true},
		{Name: "state", Required: true},
		{Name: "action", Required: true},
		{Name: "next_state"},
		{Name: "reward", kind: number},
		{Name: "terminated", kind: truth},
		{Name: "truncated", kind: truth},
		{Name: "action_valid", kind: truth},
		{Name: "admissible_actions", kind: list},
		{Name: "next_admissible_actions", kind: list},
		{Name: "thought"},
		{Name: "action_logprob", kind: number},
		{Name: "reasoning"},
		{Name: "info", kind: object},
		{Name: "environment_version", Episode: true},
		{Name: "env_seed", Episode: true, kind: whole},
		{Name: "split", Episode: true},
		{Name: "instruction", Episode: true},
		{Name: "group_id", Episode: true},
		{Name: "attempt", Episode: true, kind: whole},
		{Name: "max_steps", Episode: true, kind: whole},
		{Name: "origin", Episode: true},
		{Name: "model_id", Episode: true},
		{Name: "model_version", Episode: true},
		{Name: "policy_id", Episode: true},
		{Name: "policy_version", Episode: true, kind: whole},
		{Name: "temperature", Episode: true, kind: number},
		{Name: "time", Episode: true, kind: moment},
		{Name: "status", Episode: true},
		{Name: "success", Episode: true, kind: truth},
		{Name: "episode_return", Episode: true, kind: number},
		{Name: "reason", Episode: true},
		{Name: "episode_info", Episode: true, kind: object},
		{Name: "task_info", Episode: true, kind: object},
	}
}

// find returns the column of a name, in any case, or nil.
func find(name string) *Column {
	columns := Columns()
	i := slices.IndexFunc(columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return &columns[i]
}

// asText is the SQL that yields the column as text: lists and objects as JSON.
func (c *Column) asText(duckType string) string {
	if (c.kind == list || c.kind == object) && duckType != "VARCHAR" && duckType != "JSON" {
		return fmt.Sprintf("CAST(to_json(%s) AS VARCHAR) AS %s", c.Name, c.Name)
	}
	return fmt.Sprintf("CAST(%s AS VARCHAR) AS %s", c.Name, c.Name)
}

// checkColumns says which columns are unknown, and which are missing.
func checkColumns(columns []*Column, unknown []string) error {
	if len(unknown) > 0 {
		return fmt.Errorf("it yields unknown columns %s; known are %s; what has no column of its own goes into info",
			strings.Join(unknown, ", "), strings.Join(names(func(Column) bool { return true }), ", "))
	}
	var missing []string
	for _, name := range names(func(c Column) bool { return c.Required }) {
		if !slices.ContainsFunc(columns, func(c *Column) bool { return c.Name == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("it does not yield %s; add them, as a constant where all rows agree: 'shop' AS environment",
			strings.Join(missing, ", "))
	}
	return nil
}

func names(which func(Column) bool) []string {
	var names []string
	for _, c := range Columns() {
		if which(c) {
			names = append(names, c.Name)
		}
	}
	return names
}
