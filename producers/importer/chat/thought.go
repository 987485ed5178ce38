package chat

import "strings"

// thinkTags are the tags by which models mark what is not said aloud.
var thinkTags = [][2]string{{"<think>", "</think>"}, {"<thinking>", "</thinking>"}}

// SplitThought splits a text into the thought that it opens with, between
// think tags, and what is said. The opening tag may be missing, as chat
// templates put it into the prompt.
func SplitThought(text string) (thought, said string) {
	for _, tag := range thinkTags {
		before, after, closed := strings.Cut(text, tag[1])
		if !closed {
			continue
		}
		inside, opened := strings.CutPrefix(strings.TrimSpace(before), tag[0])
		if !opened && strings.Contains(before, tag[0]) {
			continue // a tag further on is something that was said
		}
		return strings.TrimSpace(inside), strings.TrimSpace(after)
	}
	return "", text
}
