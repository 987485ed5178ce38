package delta

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonOptions: other writers may use members that are not known here, and
// null for absent ones.
var jsonOptions = json.JoinOptions(
	json.Deterministic(true),
	jsontext.AllowDuplicateNames(false),
)

// encodeEntry encodes an entry: a JSON object a line.
func encodeEntry(actions []Action) ([]byte, error) {
	if err := checkEntry(actions); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, action := range actions {
		if err := json.MarshalWrite(&out, action, jsonOptions); err != nil {
			return nil, fmt.Errorf("encode a log entry: %w", err)
		}
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

// checkEntry refuses entries that readers understand differently.
func checkEntry(actions []Action) error {
	seen := map[Path]bool{}
	for _, action := range actions {
		path, found := action.path()
		if found && seen[path] {
			return fmt.Errorf("data file %q is named twice in one commit, which readers understand differently", string(path))
		}
		seen[path] = true
	}
	return nil
}

func (a Action) path() (Path, bool) {
	switch {
	case a.Add != nil:
		return a.Add.Path, true
	case a.Remove != nil:
		return a.Remove.Path, true
	}
	return "", false
}

// decodeEntry decodes an entry. Kinds of actions that are not known here are
// left out: the protocol version says whether they may be passed over.
func decodeEntry(data []byte) ([]Action, error) {
	var actions []Action
	line := 0
	for text := range bytes.Lines(data) {
		line++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		var action Action
		if err := json.Unmarshal(text, &action, jsonOptions); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if action != (Action{}) {
			actions = append(actions, action)
		}
	}
	if len(actions) == 0 {
		return nil, errors.New("holds no action")
	}
	return actions, nil
}

// Token returns the token of the commit that wrote an entry; empty when it has
// none.
func Token(actions []Action) string {
	for _, action := range actions {
		if action.CommitInfo != nil {
			return action.CommitInfo.Token
		}
	}
	return ""
}
