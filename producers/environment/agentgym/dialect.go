package agentgym

import (
	"context"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/remote"
	"github.com/dreamlog/dreamlog/schema"
)

// A dialect is how one kind of server words its requests and answers.
type dialect interface {
	// greeting is how the answer to GET / begins.
	greeting() string
	// idField names an environment's number in requests.
	idField() string
	// created reads the number that create answers with.
	created(answer []byte) (int64, error)
	// begin begins task number index. It may be sent again.
	begin(ctx context.Context, p place, index int64) (view, error)
	// step takes an action. Its request must be sent once.
	step(ctx context.Context, p place, action string) (view, error)
}

// dialects are all there are, by the name of the environment.
func dialects() map[string]dialect {
	return map[string]dialect{
		"alfworld":  alfworld,
		"webshop":   webshop{},
		"sciworld":  sciworld,
		"textcraft": textcraft,
		"babyai":    babyai,
	}
}

// view is what a server shows, in the words of all.
type view struct {
	producers.Observation
	// instruction is told at the beginning.
	instruction string
	// reward of the step, in units of the whole task: what all steps bring
	// together is at most 1.
	reward float64
	done   bool
	// success says, once it is done, whether the task is solved.
	success bool
	// valid says whether the action was understood; nil: the server does not say.
	valid *bool
	info  *schema.JSON
}

// place is one environment on a server.
type place struct {
	client   *remote.Client
	patience remote.Patience
	idField  string
	id       int64
}

// post sends a request about this environment, once.
func (p place) post(ctx context.Context, path string, body map[string]any, answer any) error {
	body[p.idField] = p.id
	return p.client.Post(ctx, path, body, answer)
}

// again repeats a request that does no harm twice, while its failure is of the
// moment.
func (p place) again(ctx context.Context, request func(context.Context) error) error {
	return p.patience.Try(ctx, remote.Transient, request)
}

// unique drops what is told twice, and what is empty.
func unique(actions []string) []string {
	if actions == nil {
		return nil
	}
	seen := map[string]bool{"": true}
	kept := []string{}
	for _, action := range actions {
		if !seen[action] {
			seen[action] = true
			kept = append(kept, action)
		}
	}
	return kept
}
