package calls

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Clean makes a text fit to be recorded.
func Clean(text string) string { return strings.TrimSpace(strings.ToValidUTF8(text, "\ufffd")) }

// Cut keeps at most so many bytes of a text, in whole characters.
func Cut(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

// Shorten keeps the beginning of a text, and says that there was more.
func Shorten(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	kept := Cut(text, bytes)
	return fmt.Sprintf("%s… (%d bytes left out)", kept, len(text)-len(kept))
}

// recordable is the beginning of what came, fit to be recorded.
func recordable(text []byte, bytes int) string {
	return Cut(strings.ToValidUTF8(string(text[:min(len(text), bytes+4)]), "\ufffd"), bytes)
}
