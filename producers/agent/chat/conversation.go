package chat

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
)

// conversation is what the next prompt will say. It begins with the system
// prompt and the opening; behind them lie turns, each of which begins with an
// answer of the model.
type conversation struct {
	limit   int64 // of tokens in a prompt, about
	entries []entry
	asked   []openai.ToolCall // by the last answer, and not yet replied to
	short   bool              // turns were left out
}

// entry is a message with its JSON.
type entry struct {
	message openai.Message
	raw     jsontext.Value
}

// opened is the number of entries before the first turn.
const opened = 2

// reply is an answer of the model as it is reminded of it.
type reply struct {
	entry
	asked []openai.ToolCall
}

// replyTo repeats a message to the model: its text, and in mode Tools what it
// called. Servers refuse messages that say nothing, and templates break on
// arguments that are no JSON object: for those there is no reply.
func replyTo(m openai.Answer, mode Mode) *reply {
	r := reply{}
	message := openai.Message{Role: "assistant", Content: m.Content}
	if mode == Tools && m.RawToolCalls != nil {
		if !repeatable(m) {
			return nil
		}
		message.ToolCalls, r.asked = m.RawToolCalls, m.ToolCalls
	}
	if calls.Clean(m.Content) == "" && r.asked == nil {
		return nil
	}
	r.entry = newEntry(message)
	return &r
}

func repeatable(m openai.Answer) bool {
	for _, call := range m.ToolCalls {
		if arguments := jsontext.Value(call.Arguments); call.Name == "" || !arguments.IsValid() || arguments.Kind() != '{' {
			return false
		}
	}
	return m.RawToolCalls.IsValid()
}

func newEntry(m openai.Message) entry {
	raw, err := m.JSON()
	if err != nil {
		panic(err) // its text is mended, and tool calls were valid JSON
	}
	return entry{m, raw}
}

func (c *conversation) add(m openai.Message) { c.entries = append(c.entries, newEntry(m)) }

// follow adds an answer of the model.
func (c *conversation) follow(r reply) {
	c.entries = append(c.entries, r.entry)
	c.asked = r.asked
}

// say adds what the environment says: to the tool calls, if the last answer had
// any, else as a user. Where the last answer cannot be repeated it joins what
// was said before, since templates want users and assistants to take turns.
func (c *conversation) say(text string) {
	last := &c.entries[len(c.entries)-1]
	switch {
	case len(c.asked) > 0:
		c.answer(text)
	case last.message.Role == "user" || last.message.Role == "tool":
		last.message.Content += "\n\n" + text
		*last = newEntry(last.message)
	default:
		c.add(openai.Message{Role: "user", Content: text})
	}
}

// answer replies to tool calls: the first was carried out. Every id must be
// answered, and only once.
func (c *conversation) answer(text string) {
	var done []string
	for _, call := range c.asked {
		if slices.Contains(done, call.ID) {
			continue
		}
		if len(done) > 0 {
			text = "Only the first call of an answer is carried out."
		}
		c.add(openai.Message{Role: "tool", Content: text, ToolCallID: call.ID})
		done = append(done, call.ID)
	}
	c.asked = nil
}

// fit leaves out the oldest turns of a conversation that is too long, at once so
// many that it need not be done again soon: the rest is half as long as it may
// be. The newest turn stays.
func (c *conversation) fit() {
	if c.tokens() <= c.limit {
		return
	}
	for c.tokens() > c.limit/2 {
		second := c.turn(opened + 1)
		if second < 0 {
			return
		}
		c.entries = slices.Delete(c.entries, opened, second)
		c.shorten()
	}
}

// turn returns where the next turn begins; -1: there is none.
func (c *conversation) turn(from int) int {
	for i := from; i < len(c.entries); i++ {
		if c.entries[i].message.Role == "assistant" {
			return i
		}
	}
	return -1
}

// shorten says in the opening that turns are missing.
func (c *conversation) shorten() {
	if c.short {
		return
	}
	c.short = true
	opening := c.entries[opened-1].message
	opening.Content += "\n\n(The steps behind this one are left out, up to the last few.)"
	c.entries[opened-1] = newEntry(opening)
}

// messageTokens is about what a template adds to a message.
const messageTokens = 4

func (c *conversation) tokens() (n int64) {
	for i := range c.entries {
		n += openai.EstimateTokens(len(c.entries[i].raw)) + messageTokens
	}
	return n
}

// prompt returns the messages as they are sent.
func (c *conversation) prompt() []jsontext.Value {
	raw := make([]jsontext.Value, len(c.entries))
	for i := range c.entries {
		raw[i] = c.entries[i].raw
	}
	return raw
}
