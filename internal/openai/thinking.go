package openai

import "strings"

// thinkTags are the tags by which models mark what is not said aloud.
var thinkTags = [][2]string{{"<think>", "</think>"}, {"<thinking>", "</thinking>"}}

// SplitThinking splits off what stands between think tags at the beginning. The
// opening tag may be missing, as templates put it into the prompt.
func SplitThinking(content string) (inside, said, fault string) {
	for _, tag := range thinkTags {
		before, after, closed := strings.Cut(content, tag[1])
		inner, opened := strings.CutPrefix(strings.TrimSpace(before), tag[0])
		switch {
		case closed && (opened || !strings.Contains(before, tag[0])):
			return strings.TrimSpace(inner), after, ""
		case !closed && opened:
			return strings.TrimSpace(inner), "", "the answer ends within its thought"
		}
	}
	return "", content, ""
}
