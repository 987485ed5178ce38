package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/consumers/export"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

// ExperienceExport says what training data for an LLM experience model to write.
type ExperienceExport struct {
	KnownOptions
	// Dir is the folder to make.
	Dir string
	// ContextTokens of a prompt; 0: the default of chat. Dense asks for the rewards
	// of single steps.
	ContextTokens int
	Dense         bool
	// RequireReasoning leaves out transitions without R*; else their answers have
	// an empty reasoning.
	RequireReasoning bool
	// Progress hears of the rows written so far; nil: nobody does.
	Progress func(rows int64)
}

// Exported says what was written.
type Exported struct {
	Format   string        `json:"format"`
	Dir      string        `json:"dir"`
	Rows     int64         `json:"rows"`
	Files    []export.File `json:"files"`
	Digest   string        `json:"digest"`
	Snapshot int64         `json:"snapshot"`
	experienceCounts
}

// experienceCounts say what became of the transitions.
type experienceCounts struct {
	// Transitions that are visible and selected.
	Transitions int64 `json:"transitions"`
	// WithoutReasoning have no R*; they are LeftOut where it is required.
	WithoutReasoning int64 `json:"without_reasoning"`
	LeftOut          int64 `json:"left_out"`
}

// experienceParameters are what the rows depend on beside the snapshot.
type experienceParameters struct {
	Visibility       replay.Visibility `json:"visibility"`
	K                int               `json:"k"`
	ContextTokens    int               `json:"context_tokens"`
	Dense            bool              `json:"dense"`
	RequireReasoning bool              `json:"require_reasoning"`
	Prompt           string            `json:"prompt"`
}

// sftRow is a row of prompt and completion in the conversational form of TRL,
// with where it comes from.
type sftRow struct {
	Prompt     []openai.Message `json:"prompt"`
	Completion []openai.Message `json:"completion"`
	EventID    string           `json:"event_id"`
	EpisodeID  string           `json:"episode_id"`
	Step       int64            `json:"step"`
	TaskID     string           `json:"task_id"`
	// Demonstrations are the ids of those that the prompt shows.
	Demonstrations []string `json:"demonstrations"`
	// Reasoning says whether the completion has R*.
	Reasoning bool `json:"has_reasoning"`
}

// ExportExperience writes (history, demonstrations, action) -> (reasoning, next
// state, reward) of recorded transitions, for supervised fine-tuning of an LLM
// experience model (Eq. 5 of DreamGym). The same snapshot and options give the
// same bytes.
func (a *App) ExportExperience(ctx context.Context, o ExperienceExport) (_ Exported, err error) {
	folder, err := export.Create(o.Dir)
	if err != nil {
		return Exported{}, err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	lines, err := folder.Lines("train.jsonl")
	if err != nil {
		return Exported{}, err
	}
	k, err := a.openKnown(ctx, o.KnownOptions)
	if err != nil {
		return Exported{}, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	var counts experienceCounts
	err = k.each(ctx, func(f fact) error {
		counts.Transitions++
		if f.reasoning == "" {
			counts.WithoutReasoning++
			if o.RequireReasoning {
				counts.LeftOut++
				return nil
			}
		}
		row, err := k.sft(ctx, &f, &o)
		if err != nil {
			return err
		}
		if o.Progress != nil {
			o.Progress(counts.Transitions - counts.LeftOut)
		}
		return lines.Add(row)
	})
	if err != nil {
		return Exported{}, err
	}
	if counts.Transitions == 0 {
		return Exported{}, fmt.Errorf("as of snapshot %d there is nothing to export: of the transitions that are visible none is selected by %q", k.session.Snapshot(), o.Query)
	}
	if counts.Transitions == counts.LeftOut {
		return Exported{}, fmt.Errorf("as of snapshot %d there is nothing to export: %d transitions are visible and selected, and %d of them have no reasoning; `dreamlog annotate reasoning` writes it",
			k.session.Snapshot(), counts.Transitions, counts.WithoutReasoning)
	}
	m, err := folder.Finish(export.Manifest{
		Format: "sft-experience", Snapshot: k.session.Snapshot(), Query: o.Query, Counts: counts,
		Parameters: experienceParameters{k.seen, o.K, o.ContextTokens, o.Dense, o.RequireReasoning, chat.PromptDigest()},
	})
	return Exported{m.Format, o.Dir, m.Rows, m.Files, m.Digest, m.Snapshot, counts}, err
}

func (k *known) sft(ctx context.Context, f *fact, o *ExperienceExport) (*sftRow, error) {
	q, err := k.question(ctx, f)
	if err != nil {
		return nil, err
	}
	options := chat.Options{Prompt: chat.Prompt{ContextTokens: o.ContextTokens}, Dense: o.Dense}
	prompt, completion, shown := chat.Example(q, f.came, f.reasoning, options)
	s := f.step()
	row := &sftRow{
		Prompt: prompt, Completion: completion, EventID: s.EventID, EpisodeID: f.recording.EpisodeID, Step: s.Step,
		TaskID: f.recording.Task.ID, Demonstrations: []string{}, Reasoning: f.reasoning != "",
	}
	for _, d := range q.Demonstrations[:shown] {
		row.Demonstrations = append(row.Demonstrations, d.Step().EventID)
	}
	return row, nil
}
