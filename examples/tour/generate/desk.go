package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"
)

const deskNo = 12 // of the random streams

// clerk is a model at the support desk, with its weaknesses as probabilities.
type clerk struct {
	model    string
	misread  float64 // of a mistyped order number
	rule     float64 // of acting against the rules of the shop
	again    float64 // of repeating an action of which the outcome is unknown
	taciturn float64 // of not telling the customer the outcome
}

func clerks() []clerk {
	return []clerk{
		{"north-70b", .06, .18, .5, .08},
		{"north-8b", .22, .5, .85, .2},
	}
}

// conversation is a record in the form of chat completions.
type conversation struct {
	TaskID      string          `json:"task_id"`
	Environment string          `json:"environment"`
	Split       string          `json:"split"`
	Model       string          `json:"model"`
	Attempt     int             `json:"attempt"`
	Temperature float64         `json:"temperature"`
	CreatedAt   string          `json:"created_at"`
	Tools       json.RawMessage `json:"tools"`
	Messages    []message       `json:"messages"`
	Reward      float64         `json:"reward"`
	Success     bool            `json:"success"`
}

type message struct {
	Role       string     `json:"role"`
	Content    *string    `json:"content"`
	ToolCalls  []toolCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
	Usage      *usage     `json:"usage,omitempty"`
}

type toolCall struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Function called `json:"function"`
}

type called struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"` // JSON, as text
}

type usage struct {
	Prompt     int `json:"prompt_tokens"`
	Completion int `json:"completion_tokens"`
}

const deskRules = `You answer for a shop. Look an order up before you act on it.
Refund at most the price, and only within 30 days of delivery; later, escalate.
An order that is processing can be cancelled or sent elsewhere; one that has been shipped cannot: escalate.
Tell the customer the outcome.`

const deskTools = `[{"type":"function","function":{"name":"find_order","parameters":{"type":"object","properties":{"order":{"type":"string"}}}}},` +
	`{"type":"function","function":{"name":"refund","parameters":{"type":"object","properties":{"order":{"type":"string"},"amount":{"type":"number"}}}}},` +
	`{"type":"function","function":{"name":"cancel","parameters":{"type":"object","properties":{"order":{"type":"string"}}}}},` +
	`{"type":"function","function":{"name":"send_to","parameters":{"type":"object","properties":{"order":{"type":"string"},"address":{"type":"string"}}}}},` +
	`{"type":"function","function":{"name":"escalate","parameters":{"type":"object","properties":{"order":{"type":"string"},"reason":{"type":"string"}}}}}]`

// desks writes a file for each model.
func desks(files map[string][]byte) error {
	opened := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for number, who := range clerks() {
		var file bytes.Buffer
		out := json.NewEncoder(&file)
		out.SetEscapeHTML(false)
		for i, r := range requests() {
			for attempt := range attempts {
				rng := rand.New(rand.NewPCG(deskNo, uint64(number*1000+i*10+attempt)))
				c := serve(r, who, rng)
				c.Attempt = attempt
				c.CreatedAt = opened.Add(time.Duration(number*240+i*20+attempt*5) * time.Minute).Format(time.RFC3339)
				if err := out.Encode(c); err != nil {
					return fmt.Errorf("write a conversation: %w", err)
				}
			}
		}
		files["support-desk/"+who.model+".jsonl"] = file.Bytes()
	}
	return nil
}

// serve plays a request once.
func serve(r request, who clerk, rng *rand.Rand) conversation {
	t := &talk{request: r, shop: newShop(r.order), who: who, rng: rng}
	t.say("system", deskRules)
	t.say("user", r.says)
	t.work()
	return conversation{
		TaskID: r.id, Environment: "support-desk", Split: "train", Model: who.model, Temperature: .7,
		Tools: json.RawMessage(deskTools), Messages: t.messages, Reward: t.grade(), Success: t.grade() == 1,
	}
}
