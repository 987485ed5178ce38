package cli

// refusal is a record that was not taken in, as --json shows it.
type refusal struct {
	File string `json:"file,omitempty"`
	// Record is its number in the file, from 1; a line's number for JSONL.
	Record int    `json:"record"`
	Error  string `json:"error"`
}

// maxRefusals is how many refusals an answer lists; stderr has them all.
const maxRefusals = 1000

type refusals []refusal

func (r *refusals) add(one refusal) {
	if len(*r) < maxRefusals {
		*r = append(*r, one)
	}
}
