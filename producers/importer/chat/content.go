package chat

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// content is what a message says, sorted by what it is.
type content struct {
	text    string
	thought string
	calls   []ToolCall
}

// parseContent reads a content: absent, null, a string, a block, or a list of
// blocks and strings.
func parseContent(o *Object, names ...string) content {
	name, value := o.take(names)
	var c content
	var err error
	switch value.Kind() {
	case 0:
	case '"':
		c.text, err = unquote(value)
	case '{':
		err = c.block(value)
	case '[':
		err = c.blocks(value)
	default:
		err = fmt.Errorf("is a JSON %s, must be text, a list of blocks, or null", kindName(value.Kind()))
	}
	if err != nil {
		o.fail(name, err.Error())
	}
	return c
}

func (c *content) blocks(value jsontext.Value) error {
	list, err := elements(value)
	if err != nil {
		return err
	}
	for i, element := range list {
		if err := c.block(element); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

// block adds one block of a content.
func (c *content) block(value jsontext.Value) error {
	if value.Kind() == '"' {
		s, err := unquote(value)
		c.say(s)
		return err
	}
	o, err := ParseObject(value)
	if err != nil {
		return err
	}
	switch kind := text(o.Text("type")); kind {
	case "", "text", "input_text", "output_text":
		said := o.Text("text", "content")
		o.Require(said != nil, "text")
		c.say(text(said))
	case "thinking", "reasoning", "think":
		c.thought = join(c.thought, text(o.Text("thinking", "reasoning", "think", "text", "content")))
	case "tool_use", "toolCall", "tool_call":
		c.calls = append(c.calls, TakeToolCall(o))
	case "tool_result":
		inner := parseContent(o, "content")
		c.say(inner.text)
	default:
		c.say("[" + kind + "]")
	}
	return o.Err()
}

// say adds text on a line of its own.
func (c *content) say(s string) {
	if c.text != "" && s != "" && !strings.HasSuffix(c.text, "\n") {
		c.text += "\n"
	}
	c.text += s
}
