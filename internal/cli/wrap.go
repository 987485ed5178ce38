package cli

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// leastWrap is the narrowest that text is wrapped to.
const leastWrap = 24

// wrap cuts text into lines of at most width columns, at blanks where there
// are some; width 0 or less leaves lines as they are. There is at least one
// line.
func wrap(text string, width int) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if width <= 0 {
		return lines
	}
	width = max(width, leastWrap)
	var wrapped []string
	for _, line := range lines {
		wrapped = append(wrapped, wrapLine(line, width)...)
	}
	return wrapped
}

func wrapLine(line string, width int) (lines []string) {
	for runewidth.StringWidth(line) > width {
		head := runewidth.Truncate(line, width, "")
		if head == "" { // a character wider than the line
			break
		}
		// A blank right behind the line is as good as one inside.
		if at := strings.LastIndexByte(head+firstByte(line[len(head):]), ' '); at > 0 {
			head = line[:at]
		}
		lines = append(lines, strings.TrimRight(head, " "))
		line = strings.TrimLeft(line[len(head):], " ")
	}
	return append(lines, line)
}

func firstByte(text string) string {
	if text == "" {
		return ""
	}
	return text[:1]
}
