package openaitest

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Model is the name that the server gives itself.
const Model = "scripted-1"

// Say answers with a text.
func Say(text string) Reply {
	return Message(`{"role":"assistant","content":` + Quote(text) + `}`)
}

// Quote returns a text as JSON.
func Quote(text string) string {
	quoted, _ := jsontext.AppendQuote(nil, text) // fails only on what is not UTF-8, and mends that
	return string(quoted)
}

// Message answers with a message, given as JSON.
func Message(message string) Reply { return Choice(`"message":` + message + `,"finish_reason":"stop"`) }

// Choice answers with one choice, whose members are given as JSON.
func Choice(members string) Reply { return Completion(`"choices":[{"index":0,` + members + `}]`) }

// Completion answers with a completion of these members beside the usual ones.
func Completion(members string) Reply {
	return JSON(http.StatusOK, `{"id":"c1","object":"chat.completion","model":"`+Model+`",`+members+
		`,"usage":{"prompt_tokens":100,"completion_tokens":10,"total_tokens":110}}`)
}

// JSON answers with a status and a body.
func JSON(status int, body string) Reply { return Body(status, "application/json", body) }

// Body answers with a status and a body of a media type.
func Body(status int, contentType, body string) Reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}
}

// HTML answers like a proxy.
func HTML(status int) Reply {
	return Body(status, "text/html; charset=utf-8", "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>")
}

// Header adds a header to a reply.
func Header(name, value string, reply Reply) Reply {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, value)
		reply(w, r)
	}
}

// Large answers with a message of about so many bytes.
func Large(bytes int) Reply { return Say(strings.Repeat("go ", bytes/3)) }
