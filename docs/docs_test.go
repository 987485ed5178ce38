// Package docs_test holds what the pages say of the code to the code.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// pages returns the text of every page, by its path.
func pages(t *testing.T) map[string]string {
	found := map[string]string{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}
		text, err := os.ReadFile(path)
		found[path] = string(text)
		return err
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func TestLinksLeadSomewhere(t *testing.T) {
	for page, text := range pages(t) {
		for _, match := range regexp.MustCompile(`\]\(([^)#]+)`).FindAllStringSubmatch(text, -1) {
			if !strings.Contains(match[1], "://") {
				require.FileExists(t, filepath.Join(filepath.Dir(page), match[1]), "%s links to %s", page, match[1])
			}
		}
	}
}

// testFunctions returns the names of all tests and fuzz targets.
func testFunctions(t *testing.T) map[string]bool {
	names := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, match := range function.FindAllStringSubmatch(string(text), -1) {
			names[match[1]] = true
		}
		return err
	})
	require.NoError(t, err)
	return names
}

// A test that a page names as proof must be there.
func TestNamedTestsExist(t *testing.T) {
	tests := testFunctions(t)
	named := 0
	for page, text := range pages(t) {
		for _, match := range regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(text, -1) {
			named++
			require.True(t, tests[match[1]], "%s names %s, which is no test", page, match[1])
		}
	}
	require.NotZero(t, named)
}

// Folders of the repository that a page names must be there.
func TestNamedFoldersExist(t *testing.T) {
	rooms := regexp.MustCompile("`((?:schema|eventlog|lake|consumers|producers|analytics|internal)/[a-z/]+)`")
	for page, text := range pages(t) {
		for _, match := range rooms.FindAllStringSubmatch(text, -1) {
			if strings.HasSuffix(page, "lake.md") && strings.HasPrefix(match[1], "lake/") {
				continue // there it is the lake's own folder
			}
			require.DirExists(t, filepath.Join("..", match[1]), "%s names %s", page, match[1])
		}
	}
}
