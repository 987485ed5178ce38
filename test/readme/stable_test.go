package readme_test

import (
	"regexp"
	"strings"
)

// volatile is what differs from run to run: the time, digests under a salt,
// new ids, sizes, and in how many rounds an import happens to land; and what
// differs from one experience model to a better one.
var volatile = []struct {
	is      *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC`), "TIME"},
	{regexp.MustCompile(`\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b`), "NEW-ID"},
	{regexp.MustCompile(`\b([0-9a-f]{64}|[0-9a-f]{16}…)`), "DIGEST"},
	{regexp.MustCompile(`\d+(\.\d)? (kB|MB|bytes)`), "SIZE"},
	{regexp.MustCompile(`(?m)^(\w+ +[\d,]+) +\d+ +SIZE +\d+$`), "$1 FILES SIZE VERSION"},
	{regexp.MustCompile(`(?m)^(snapshot|landed +snapshot|as of +snapshot) +\d+`), "$1 N"},
	{regexp.MustCompile(`of snapshot \d+`), "of snapshot N"},
	{regexp.MustCompile(`in \d+\.\d s\b`), "in T s"},
	{regexp.MustCompile(`\bversion +[0-9a-f]{12}\b`), "version V"},
	{regexp.MustCompile(`(?m)^ +Reasoning .*$`), "Reasoning WHY"},
	{regexp.MustCompile(`[0-9a-f-]{36} \(similarity \d\.\d{3}\)`), "DEMONSTRATION"},
	{regexp.MustCompile(`(?m)^(synthetic +│ +\d+ +│) +\d+$`), "$1 WON"},
	{regexp.MustCompile(`(?m)^speed +[\d,]+ steps/s`), "speed N steps/s"},
	{regexp.MustCompile(`\d+ snapshots up to \d+, \d+ files`), "N snapshots up to N, N files"},
}

var blanks = regexp.MustCompile(` +`)

// stable is what of an output is the same in every run. Widths of columns
// follow what stands in them, so blanks count as one.
func stable(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	text := strings.Join(lines, "\n")
	for _, v := range volatile {
		text = v.is.ReplaceAllString(text, v.instead)
	}
	return strings.TrimSpace(blanks.ReplaceAllString(text, " "))
}

// pattern matches an output, in which a line … stands for any number of lines.
func pattern(output string) string {
	quoted := regexp.QuoteMeta(output)
	return `\A` + strings.ReplaceAll(quoted, "\n…\n", `\n(?s:.*)\n`) + `\z`
}
