package prompt

import (
	"context"
	"errors"
	"os"

	"github.com/reeflective/readline"
	"golang.org/x/term"
)

// Terminal is the Lines of a person at a terminal, with an editor that spans
// lines. The library behind it works on os.Stdin and os.Stdout.
type Terminal struct{ shell *readline.Shell }

// NewTerminal returns the lines typed at the terminal. What was typed is kept
// in the file history; views says what words can be completed to.
func NewTerminal(history string, views func() []View) *Terminal {
	shell := readline.NewShell()
	// Asked where its cursor is, a terminal answers among the keys, and the library
	// then loses those that were typed or pasted just ahead of the answer.
	shell.Config.Vars["cursor-position-probe"] = false
	shell.Config.Vars["enable-bracketed-paste"] = true
	shell.Prompt.Primary(func() string { return "dreamlog> " })
	shell.Prompt.Secondary(func() string { return "     ...> " })
	shell.AcceptMultiline = func(line []rune) bool { return Complete(string(line)) }
	shell.Completer = func(line []rune, cursor int) readline.Completions {
		return completions(Candidates(views(), string(line[:min(cursor, len(line))])))
	}
	shell.History.Delete()
	shell.History.AddFromFile("statements", history)
	return &Terminal{shell}
}

// Read reads one text. It returns when ctx ends, too; the goroutine that then
// still waits for a key ends with the process.
func (t *Terminal) Read(ctx context.Context) (string, error) {
	cooked, err := term.GetState(int(os.Stdin.Fd()))
	if err != nil {
		return "", err
	}
	type typed struct {
		text string
		err  error
	}
	done := make(chan typed, 1)
	go func() {
		text, err := t.shell.Readline()
		done <- typed{text, err}
	}()
	select {
	case <-ctx.Done():
		return "", errors.Join(ctx.Err(), term.Restore(int(os.Stdin.Fd()), cooked))
	case line := <-done:
		if errors.Is(line.err, readline.ErrInterrupt) {
			return "", ErrInterrupted
		}
		return line.text, line.err
	}
}

// completions hands candidates to the library, which completes words between
// blanks, and so wants the head at each.
func completions(head string, candidates []Candidate) readline.Completions {
	raw := make([]readline.Completion, len(candidates))
	for i, c := range candidates {
		raw[i] = readline.Completion{Value: head + c.Word, Display: c.Word, Description: c.Description, Tag: c.Kind}
	}
	return readline.CompleteRaw(raw).NoSort("column", "view", "SQL", "command")
}
